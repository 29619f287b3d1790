"""Labels that were read a second time, blind, and what that says about the first ones.

``gold/second_readings.jsonl`` holds a line a re-read label: ``part`` (the file it is of), ``id``, ``first`` and ``second`` stance,
``clear`` as the second reader saw it, and ``settled``: the stance after an adjudicator had read both where they differ. Spans are
those of the first annotator, so this measures stance labels alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stance.annotations.agreement import kappa
from stance.annotations.shipped import GOLD, read_jsonl

FILE = GOLD / "second_readings.jsonl"


@dataclass(frozen=True, slots=True)
class Rereading:
    """What the second reading of a part found.

    ``agreed`` is the share of the same stance, ``kappa`` Cohen's (1960), ``agreed_clear`` the share among labels that the second
    reader called clear, ``errors`` the number of first labels that the adjudicator changed.
    """

    part: str
    labels: int
    agreed: float
    kappa: float | None
    agreed_clear: float
    errors: int

    @property
    def error_rate(self) -> float:
        """Share of first labels that were changed."""
        return self.errors / self.labels

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as a JSON-ready mapping."""
        return {**asdict(self), "error_rate": self.error_rate}

    def __str__(self) -> str:
        measured = "–" if self.kappa is None else f"{self.kappa:.3f}"
        return (
            f"{self.part}: {self.labels} labels, same stance {self.agreed:.3f} (κ {measured}; {self.agreed_clear:.3f} where clear), "
            f"{self.errors} first labels changed ({100 * self.error_rate:.1f} %)"
        )


def rereadings(rows: Iterable[Mapping[str, Any]] | None = None, path: Path = FILE) -> list[Rereading]:
    """Measure the second readings, part by part.

    :param rows: Lines of the file; read from ``path`` where not given.
    :param path: The file.
    :return: One result a part, in order of name.
    """
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for row in (row for _, row in read_jsonl(path)) if rows is None else rows:
        parts.setdefault(str(row["part"]), []).append(row)
    return [_measure(name, parts[name]) for name in sorted(parts)]


def _measure(name: str, rows: list[Mapping[str, Any]]) -> Rereading:
    first, second = [row["first"] for row in rows], [row["second"] for row in rows]
    same = [a == b for a, b in zip(first, second, strict=True)]
    clear = [agreed for agreed, row in zip(same, rows, strict=True) if row["clear"]]
    return Rereading(
        part=name,
        labels=len(rows),
        agreed=sum(same) / len(same),
        kappa=kappa(first, second),
        agreed_clear=sum(clear) / len(clear) if clear else 0.0,
        errors=sum(row["settled"] != row["first"] for row in rows),
    )
