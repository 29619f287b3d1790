"""The report of a run: Markdown with pictures beside it, and one self-contained HTML page."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from stance.benchmarks import pictures, tables
from stance.benchmarks.card import Card
from stance.benchmarks.files import write_atomically
from stance.benchmarks.systems import SYSTEMS
from stance.benchmarks.tables import Grid

Result = Mapping[str, Any]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Arabic stance benchmarks</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;margin:.5rem 0;font-size:.85rem;display:block;overflow-x:auto}
th,td{border-bottom:1px solid #ddd;padding:.2rem .6rem;text-align:right;white-space:nowrap}
th{white-space:normal;vertical-align:bottom}td:first-child,th:first-child{text-align:left}
tr.alarm td{background:#fde2e0;color:#8a0f06;font-weight:600}.note{color:#555;font-size:.8rem;margin:.1rem 0}
img{max-width:100%;height:auto}.warning{background:#fde2e0;border-left:4px solid #b3261e;padding:.6rem 1rem}
</style></head><body>
<h1>Arabic stance benchmarks</h1>
{% if ignorant %}<p class="warning"><strong>✗ Ignores the target:</strong> {{ ignorant|join('; ') }}</p>{% endif %}
{% for section in sections %}<h2>{{ section.title }}</h2>
{% for grid in section.grids %}<h3>{{ grid.title }}</h3>
<table><thead><tr>{% for c in grid.columns %}<th scope="col">{{ c }}</th>{% endfor %}</tr></thead><tbody>
{% for row in grid.rows %}<tr{% if loop.index0 in grid.alarms %} class="alarm"{% endif %}>{% for c in row %}<td><bdi>{{ c }}</bdi></td>{% endfor %}</tr>
{% endfor %}</tbody></table>
{% for note in grid.notes %}<p class="note"><bdi>{{ note }}</bdi></p>{% endfor %}{% endfor %}
{% for text in section.texts %}<p class="note">{{ text }}</p>{% endfor %}
{% for name, data in section.images %}<img alt="{{ name }}" src="data:image/png;base64,{{ data }}">{% endfor %}
{% endfor %}</body></html>
"""


@dataclass(frozen=True)
class Section:
    """A heading with tables, sentences and pictures."""

    title: str
    grids: tuple[Grid, ...]
    texts: tuple[str, ...] = ()
    images: tuple[tuple[str, bytes], ...] = ()


def ignorant(results: Sequence[Result]) -> list[str]:
    """List the models that ignore the target; the simple systems, some of which are built so, do not count.

    :param results: Results.
    :return: One line a model and benchmark.
    """
    grid = tables.targets(results)
    rows = [] if grid is None else [grid.rows[number] for number in sorted(grid.alarms)]
    return [f"{row[1]} on {row[0]}" for row in rows if row[1] not in SYSTEMS]


def sections(cards: Mapping[str, Card], results: Sequence[Result]) -> list[Section]:
    """Arrange results for reading: the target first, then every benchmark, then confidence.

    :param cards: All cards.
    :param results: The results.
    :return: The sections.
    """
    parts = []
    first = tuple(grid for grid in (tables.targets(results),) if grid)
    if first:
        parts.append(Section("Is the target read?", first))
    for name in sorted({result["benchmark"] for result in results} & set(cards)):
        card, here = cards[name], [result for result in results if result["benchmark"] == name]
        texts = (
            f"Data: {here[0]['dataset']}. Licence: {card.licence}. {card.citation}.",
            *(f"Trap: {p}." for p in card.problems),
        )
        images = [
            (f"{name}-scores.png", pictures.scores(card, here)),
            (f"{name}-risk.png", pictures.risk_coverage(here)),
        ]
        images += [
            (f"{name}-{r['model']}-reliability.png", pictures.reliability(r)) for r in here if r["model"] != "majority"
        ]
        grids = tuple(
            g
            for g in (tables.scores(card, here), tables.binaries(here), tables.pipelines(here), tables.contrasts(here))
            if g
        )
        parts.append(Section(card.title, grids, texts, tuple(images)))
    last = tuple(grid for grid in (tables.confidence(results),) if grid)
    return [*parts, Section("Can the probabilities be believed?", last)] if last else parts


def _markdown(grid: Grid) -> str:
    lines = [f"### {grid.title}", "", "| " + " | ".join(grid.columns) + " |", "|---" * len(grid.columns) + "|"]
    for number, row in enumerate(grid.rows):
        cells = [cell.replace("|", "\\|") for cell in row]
        cells = [f"**{cell}**" if number in grid.alarms else cell for cell in cells]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *(f"{note}  " for note in grid.notes), ""])


def write(
    folder: Path, cards: Mapping[str, Card], results: Sequence[Result], extra: Sequence[Grid] = ()
) -> tuple[Path, Path]:
    """Write ``report.md`` with its pictures and ``report.html``.

    :param folder: Where to.
    :param cards: All cards.
    :param results: The results.
    :param extra: Further tables, for instance of a comparison.
    :return: Both files.
    """
    parts = sections(cards, results)
    if extra:
        parts.append(Section("Comparison", tuple(extra)))
    warned = ignorant(results)
    lines = ["# Arabic stance benchmarks", ""]
    if warned:
        lines += [f"> **✗ Ignores the target:** {'; '.join(warned)}", ""]
    for part in parts:
        lines += [f"## {part.title}", "", *map(_markdown, part.grids), *(f"{text}  " for text in part.texts), ""]
        for name, data in part.images:
            write_atomically(folder / "pictures" / name, data)
            lines += [f"![{name}](pictures/{name})", ""]
    write_atomically(folder / "report.md", "\n".join(lines).encode())
    shown = [
        {**vars(part), "images": [(name, base64.b64encode(data).decode()) for name, data in part.images]}
        for part in parts
    ]
    page = Environment(autoescape=True).from_string(_PAGE).render(sections=shown, ignorant=warned)
    write_atomically(folder / "report.html", page.encode())
    return folder / "report.md", folder / "report.html"
