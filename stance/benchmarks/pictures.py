"""Pictures of results, as PNG: scores with intervals, reliability diagrams, risk–coverage curves."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from stance.benchmarks.card import Card
from stance.benchmarks.tables import NAMES, order

Result = Mapping[str, Any]


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _png(figure: Any) -> bytes:
    buffer = io.BytesIO()
    # Without the version of matplotlib in it, the same results give the same bytes.
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def scores(card: Card, results: Sequence[Result]) -> bytes:
    """Draw the official score of every system with its interval; with foreign targets hollow, published numbers as lines.

    :param card: The card.
    :param results: Results on it.
    :return: A PNG.
    """
    shown = order([r for r in results if r["official"]], card.metric) or order(results, "macro_f1")
    figure, axes = _figure(7, 1.8 + 0.32 * len(shown))
    for row, result in enumerate(shown):
        score = result["scores"][result["metric"]]
        low, high = score["low"] or score["value"], score["high"] or score["value"]
        sensitivity = result.get("target_sensitivity") or {}
        ignores = sensitivity.get("verdict") == "ignores the target"
        colour = "tab:red" if ignores else "tab:blue"
        axes.plot([100 * low, 100 * high], [row, row], color=colour, lw=2)
        axes.plot(100 * score["value"], row, "o", color=colour)
        if sensitivity:
            axes.plot(100 * sensitivity["shuffled"], row, "o", mfc="none", color=colour)
    axes.set_yticks(range(len(shown)), [result["model"] for result in shown])
    styles, drawn = (":", "--", "-."), 0
    for published in card.published:
        if published.metric == card.metric and published.split == "test":
            style = styles[drawn % len(styles)]
            axes.axvline(
                published.score, color="grey", ls=style, lw=1, label=f"{published.system} {published.score:.1f}"
            )
            drawn += 1
    if drawn:
        axes.legend(fontsize=6, loc="lower right")
    axes.set_xlabel(f"{NAMES.get(card.metric, card.metric)} (%) – hollow: foreign targets; red: ignores the target")
    axes.set_title(card.title, loc="left")
    return _png(figure)


def reliability(result: Result) -> bytes:
    """Draw a reliability diagram, before and after temperature.

    :param result: A result.
    :return: A PNG.
    """
    figure, axes = _figure(3.6, 3.4)
    axes.plot([0, 1], [0, 1], color="grey", lw=0.8)
    for key, marker in (("before", "o-"), ("after", "s-")):
        block = result["calibration"][key]
        if block:
            x, y = ([bar[n] for bar in block["bins"]] for n in ("confidence", "accuracy"))
            axes.plot(x, y, marker, ms=3, lw=1, label=f"{key} (ECE {block['ece']:.3f})")
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    axes.set_title(f"{result['model']} on {result['benchmark']}", fontsize=9)
    axes.legend(fontsize=7)
    return _png(figure)


def risk_coverage(results: Sequence[Result]) -> bytes:
    """Draw the risk–coverage curves of all systems on one benchmark.

    :param results: Results on one benchmark.
    :return: A PNG.
    """
    figure, axes = _figure(5, 3.4)
    for result in results:
        chosen = result["selective"]
        axes.plot(chosen["coverage"], chosen["risk"], lw=1.2, label=f"{result['model']} (AURC {chosen['aurc']:.3f})")
    axes.set(xlabel="coverage", ylabel="risk (error rate)", xlim=(0, 1), ylim=(0, None))
    axes.legend(fontsize=6)
    return _png(figure)
