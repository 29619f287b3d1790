"""Second readings of labels."""

from __future__ import annotations

import pytest

from stance.annotations.rereading import rereadings
from stance.annotations.shipped import load_annotations
from stance.schema import STANCES


def row(part: str, first: str, second: str, settled: str, clear: bool = True) -> dict[str, object]:
    return {"part": part, "id": "x", "first": first, "second": second, "settled": settled, "clear": clear}


def test_a_changed_label_is_an_error_and_a_settled_difference_is_not():
    rows = [
        row("a", "favor", "favor", "favor"),
        row("a", "none", "favor", "none", clear=False),
        row("a", "none", "against", "against"),
        row("a", "none", "none", "none"),
        row("b", "none", "none", "none"),
    ]
    a, b = rereadings(rows)
    assert (a.part, a.labels, a.agreed, a.errors, a.error_rate) == ("a", 4, 0.5, 1, 0.25)
    assert a.agreed_clear == pytest.approx(2 / 3)
    assert (b.part, b.labels, b.errors) == ("b", 1, 0)
    assert "25.0 %" in str(a)


def test_the_shipped_readings_cover_a_tenth_of_what_was_written_and_hold_what_was_settled():
    parts = {reading.part: reading for reading in rereadings()}
    written = {item["id"]: item for part in ("withdrawal", "targets") for item in load_written(part)}
    assert sum(parts[name].labels for name in parts if name.startswith("written")) >= len(written) // 10
    for line in load_annotations("second_readings"):
        assert {line["first"], line["second"], line["settled"]} <= set(STANCES)
        assert line["settled"] in (line["first"], line["second"])
        if line["part"].startswith("written"):
            assert written[line["id"]]["stance"] == line["settled"]


def load_written(part: str) -> list[dict[str, object]]:
    from stance.annotations.shipped import WRITTEN

    return load_annotations(part, WRITTEN)
