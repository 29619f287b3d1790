"""The loss curve of a pretraining run as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def draw_curve(history: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw training and held-out loss against operations spent.

    :param history: The records that the run logged.
    :param path: The PNG to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot([r["operations"] for r in history], [r["loss"] for r in history], lw=0.8, label="training")
    held = [r for r in history if "held_out_loss" in r]
    axes.plot([r["operations"] for r in held], [r["held_out_loss"] for r in held], "o-", ms=3, label="held out")
    axes.set(xscale="log", xlabel="floating-point operations", ylabel="masked-piece loss (nats)")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)
