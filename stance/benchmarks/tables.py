"""Results as rows: one layout for the terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from stance.benchmarks.card import Card
from stance.benchmarks.systems import SYSTEMS
from stance.evaluation.intervals import Interval
from stance.evaluation.significance import Comparison

Result = Mapping[str, Any]
NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "f_avg_per_target": "F_avg, mean over targets",
    "f_avg_pooled": "F_avg, pooled",
}
# A part that is all but the whole test set gets no row of its own; its scores stand in the result.
FEWER = 0.99
VERDICTS = {"reads the target": "✓", "no gain from the target": "?", "ignores the target": "✗"}


@dataclass(frozen=True)
class Grid:
    """A table before it has a form."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    # Rows that must catch the eye.
    alarms: frozenset[int] = frozenset()


def _cell(score: Mapping[str, Any] | None) -> str:
    if score is None or score.get("value") is None:
        return "–"
    return Interval(score["value"], score.get("low"), score.get("high")).percent()


def _plain(value: float | None, digits: int = 1, factor: float = 100) -> str:
    return "–" if value is None else f"{factor * value:.{digits}f}"


def order(results: Iterable[Result], metric: str) -> list[Result]:
    """Sort results: simple systems first, in the order in which they are explained, then models by score.

    :param results: Results on one benchmark.
    :param metric: Score to sort models by.
    :return: The sorted results.
    """
    rank = {name: number for number, name in enumerate(SYSTEMS)}

    def key(result: Result) -> tuple[int, float, str]:
        score = result["scores"].get(metric, {}).get("value") or 0.0
        return rank.get(result["model"], len(rank)), score, result["model"]

    return sorted(results, key=key)


def scores(card: Card, results: Sequence[Result]) -> Grid:
    """Tabulate the scores on one benchmark, published numbers below ours.

    :param card: The card.
    :param results: Results on it.
    :return: The table.
    """
    names = [n for n in NAMES if any(n in r["scores"] for r in results)]
    names.sort(key=lambda n: n != card.metric)
    labels = list(card.label_names)
    marked = [n for n in names if n == card.metric]
    columns = ("system", *(NAMES[n] + (" *" if n in marked else "") for n in names), *(f"F1 {x}" for x in labels), "n")
    rows, notes = [], ["* official metric; brackets: 95 % bootstrap interval"]
    for result in order(results, card.metric):
        own = result["labels"] == labels
        cells = [_cell(result["scores"].get(n)) for n in names]
        cells += [_plain(result["scores"].get(f"f1/{x}", {}).get("value")) for x in labels]
        rows.append((result["model"] + ("" if own else " ‡"), *cells, str(result["n"])))
        if "over_seeds" in result:
            spread = result["over_seeds"]
            means = [f"{_plain(spread[n]['mean'])} ± {_plain(spread[n]['sd'])}" if n in spread else "–" for n in names]
            seeds = len(next(iter(spread.values()))["values"])
            rows.append((f"  mean ± sd, {seeds} seeds", *means, *("" for _ in labels), ""))
        for title, part in _parts(card, result).items():
            cells = [_cell(part["scores"].get(n)) for n in names]
            cells += [_plain(part["scores"].get(f"f1/{x}", {}).get("value")) for x in labels]
            rows.append((f"  {title}", *cells, str(part["n"])))
        if "as_stances" in result:
            cells = [_cell(result["as_stances"]["scores"].get(n)) for n in names]
            rows.append(("  as three stances ‡", *cells, *("–" for _ in labels), str(result["n"])))
    for published in card.published:
        mark = " †" if published.note or published.split != "test" else ""
        cells = [f"{published.score:.1f}" if published.metric == n else "–" for n in names]
        rows.append((f"[{published.system}]{mark}", *cells, *("–" for _ in labels), "–"))
        where = "; ".join(x for x in (published.note, published.split if published.split != "test" else None) if x)
        notes.append(f"[{published.system}]: {published.source}" + (f"; † {where}" if where else ""))
    if any(list(result["labels"]) != labels or "as_stances" in result for result in results):
        notes.append("‡ labels mapped to favor, against, none: not the official question")
    return Grid(f"{card.title} ({card.name})", columns, tuple(rows), tuple(notes))


def _parts(card: Card, result: Result) -> dict[str, Mapping[str, Any]]:
    """The parts of a test set that get a row of their own."""
    titles = {"without_leaks": "without leaking items", "clear_only": "clear items only"}
    parts = {
        title: result[key] for key, title in titles.items() if key in result and result[key]["n"] < FEWER * result["n"]
    }
    if card.format == "unified_fc" and "folds" in result and not result.get("trained_here", True):
        # A model that learnt from this benchmark elsewhere has learnt from all folds but the first.
        parts["fold 1 only"] = result["folds"][0]
    return parts


def targets(results: Sequence[Result]) -> Grid | None:
    """Tabulate what a foreign target, an inverted one and an unseen one do: who reads the target at all.

    :param results: Results on any benchmarks.
    :return: The table; ``None`` where nothing was measured.
    """
    rows: list[tuple[str, ...]] = []
    alarms: set[int] = set()
    for result in sorted(results, key=lambda r: (r["benchmark"], r["model"])):
        found, turned, unseen = (result.get(k) for k in ("target_sensitivity", "inversion", "unseen_targets"))
        if not (found or turned or unseen):
            continue
        verdict = found["verdict"] if found else "–"
        # No reading of the target may be claimed either where the opposite target changes nothing.
        if not found and turned:
            verdict = "ignores the target" if turned["flipped"] < 0.05 else "–"
        if verdict == "ignores the target":
            alarms.add(len(rows))
        metric = found["metric"] if found else result["metric"]
        rows.append(
            (
                result["benchmark"],
                result["model"],
                f"{VERDICTS.get(verdict, '')} {verdict}".strip(),
                _plain(found["score"]) if found else "–",
                _plain(found["shuffled"]) if found else "–",
                _cell(found["drop"]) if found else "–",
                _plain(found["changed"]) if found else "–",
                f"{_plain(turned['flipped'])} % of {turned['items']}" if turned else "–",
                _cell(unseen["scores"].get(metric)) if unseen else "–",
            )
        )
    if not rows:
        return None
    columns = (
        "benchmark",
        "system",
        "target",
        "score",
        "with foreign targets",
        "drop",
        "answers changed %",
        "swapped when inverted",
        "unseen targets",
    )
    notes = (
        "✗ fewer than 1 % of the answers change under a foreign target: the score owes nothing to the target.",
        "? the interval of the drop holds 0. Unseen targets: leave one target out, same score.",
    )
    return Grid("Which systems read the target?", columns, tuple(rows), notes, frozenset(alarms))


def confidence(results: Sequence[Result]) -> Grid | None:
    """Tabulate calibration before and after temperature, and selective prediction.

    :param results: Results on any benchmarks.
    :return: The table.
    """
    rows = []
    for result in sorted(results, key=lambda r: (r["benchmark"], r["model"])):
        before, after = result["calibration"]["before"], result["calibration"]["after"]
        chosen = result["selective"]

        def both(name: str, b: Mapping[str, Any] = before, a: Mapping[str, Any] | None = after) -> str:
            return f"{b[name]:.3f}" + (f" → {a[name]:.3f}" if a else "")

        at = (_plain(chosen["accuracy_at"]["0.9"]), _plain(chosen["accuracy_at"]["0.8"]))
        temperature = f"{after['temperature']:.2f}" if after else "–"
        cells = (both("ece"), both("classwise_ece"), both("brier"), temperature, f"{chosen['aurc']:.3f}", *at)
        rows.append((result["benchmark"], result["model"], *cells))
    columns = (
        "benchmark",
        "system",
        "ECE",
        "class-wise ECE",
        "Brier",
        "T",
        "AURC",
        "accuracy at 90 % coverage",
        "at 80 %",
    )
    notes = ("before → after temperature; ECE with 15 bins of equal mass; smaller is better but for accuracy",)
    return Grid("Calibration and abstaining", columns, tuple(rows), notes) if rows else None


def binaries(results: Sequence[Result]) -> Grid | None:
    """Tabulate decisions between two labels only (agree/disagree of ANS).

    :param results: Results on any benchmarks.
    :return: The table; ``None`` where no card asks for it.
    """
    rows = [
        (r["benchmark"], r["model"], _cell(s["accuracy"]), _cell(s["macro_f1"]), str(r["binary"]["n"]))
        for r in sorted(results, key=lambda r: (r["benchmark"], r["model"]))
        if "binary" in r
        for s in (r["binary"]["scores"],)
    ]
    columns = ("benchmark", "system", "accuracy", "macro-F1", "n")
    return Grid("Two labels only", columns, tuple(rows)) if rows else None


def pipelines(results: Sequence[Result]) -> Grid | None:
    """Tabulate end-to-end scores.

    :param results: Results on any benchmarks.
    :return: The table; ``None`` where none were measured.
    """
    rows = []
    for result in results:
        whole = result.get("end_to_end")
        if not whole:
            continue
        pipe = whole["pipeline"]
        parts = [
            whole[k]["scores"].get("macro_f1") for k in ("gold_quotations", "matched_gold_spans", "matched_quotations")
        ]
        names = ("quotation_f1", "quotation_and_stance_f1", "quotation_speaker_and_stance_f1", "side_f1")
        counts = (str(pipe["missed"]), str(pipe["spurious"]))
        rows.append((result["model"], *map(_cell, parts), *(_cell(pipe[n]) for n in names), *counts))
    columns = (
        "system",
        "gold quotations",
        "matched, gold spans",
        "matched, found spans",
        "quotation F1",
        "+ stance",
        "+ stance + speaker",
        "sides only",
        "missed",
        "spurious",
    )
    notes = (
        "the first three: macro-F1 of stance; the others: F1 of the whole pipeline, quotations matched at overlap ≥ 0.3",
    )
    return Grid("End to end", columns, tuple(rows), notes) if rows else None


def contrasts(results: Sequence[Result]) -> Grid | None:
    """Tabulate contrast sets.

    :param results: Results on any benchmarks.
    :return: The table; ``None`` where none were measured.
    """
    rows = [
        (name, result["model"], *(_cell(part[key]) for key in ("accuracy", "all_right", "stable")), str(part["n"]))
        for result in results
        for name, part in (result.get("contrast") or {}).items()
    ]
    columns = ("contrast set", "system", "accuracy", "whole group right", "probabilities within 0.02", "n")
    return Grid("Contrast sets", columns, tuple(sorted(rows))) if rows else None


def compared(a: str, b: str, found: Mapping[str, Comparison]) -> Grid:
    """Tabulate a comparison of two models.

    :param a: One model.
    :param b: The other.
    :param found: Benchmark → comparison.
    :return: The table.
    """
    rows = [
        (
            name,
            NAMES.get(c.score, c.score),
            _plain(c.a),
            _plain(c.b),
            c.difference.percent(),
            f"{c.p_bootstrap:.4f}",
            f"{c.p_randomisation:.4f}",
            f"{c.p_holm:.4f}" if c.p_holm is not None else "–",
        )
        for name, c in found.items()
    ]
    columns = ("benchmark", "score", a, b, "difference", "p bootstrap", "p randomisation", "p Holm")
    return Grid(f"{a} against {b}", columns, tuple(rows), ("Holm's correction is over the benchmarks of this table",))


def show(grid: Grid, console: Console) -> None:
    """Print a table.

    :param grid: The table.
    :param console: Where to.
    """
    table = Table(title=grid.title, title_justify="left")
    for number, column in enumerate(grid.columns):
        table.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    for number, row in enumerate(grid.rows):
        table.add_row(*(cell.replace("[", "\\[") for cell in row), style="bold red" if number in grid.alarms else None)
    console.print(table)
    for note in grid.notes:
        console.print(note, markup=False, style="dim")
