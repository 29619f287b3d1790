import json

import numpy as np
import pytest

from stance.benchmarks.contrast import measure, read_sets
from stance.benchmarks.files import DataError
from stance.benchmarks.tables import contrasts


class Careless:
    """Reads the first word only, and is shaken by diacritics."""

    def predict(self, items):
        rows = []
        for item in items:
            rows.append([0.7, 0.2, 0.1] if item.quotation.startswith("نطالب") else [0.1, 0.2, 0.7])
            if "ُ" in item.quotation:
                rows[-1] = [0.6, 0.3, 0.1]
        return np.array(rows)


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def row(quotation, stance, pair, target="خروج القوات"):
    return {"quotation": quotation, "stance": stance, "pair": pair, "target": target}


def test_items_groups_and_stability(tmp_path):
    write(
        tmp_path / "spelling.jsonl",
        [row("نطالب بالخروج", "favor", "1"), row("نطالب بالخُروج", "favor", "1"), row("لا شيء", "none", "2")],
    )
    write(
        tmp_path / "inverted.jsonl",
        [row("نطالب بالخروج", "favor", "1"), row("نطالب بالخروج", "against", "1", target="بقاء القوات")],
    )
    scores = measure(Careless(), read_sets(tmp_path), 50)
    assert scores["spelling"]["accuracy"]["value"] == 1
    assert scores["spelling"]["all_right"]["value"] == 1
    assert scores["spelling"]["stable"]["value"] == 0
    assert scores["inverted"]["accuracy"]["value"] == 0.5
    assert scores["inverted"]["all_right"]["value"] == 0
    # Another target may move probabilities as it likes.
    assert scores["inverted"]["stable"]["value"] is None
    grid = contrasts([{"model": "careless", "contrast": scores}])
    assert [line[0] for line in grid.rows] == ["inverted", "spelling"]


def test_bad_lines_are_named(tmp_path):
    write(tmp_path / "bad.jsonl", [row("نص", "favor", "1"), row("نص", "maybe", "1")])
    with pytest.raises(DataError, match=r"bad\.jsonl, line 2: unknown stance 'maybe'"):
        read_sets(tmp_path)
    write(tmp_path / "bad.jsonl", [{"quotation": "نص", "stance": "favor"}])
    with pytest.raises(DataError, match="line 1: target missing"):
        read_sets(tmp_path)
