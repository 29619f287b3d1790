"""Results as tables in the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stance.pipeline import Result
from stance.report.view import speaker_of
from stance.schema import STANCES

_STYLES = {"favor": "green", "against": "red", "none": "dim"}
# Fences every Arabic cell, so that a terminal or page that knows right-to-left text does not swap neighbouring columns.
_LEFT_TO_RIGHT = "\u200e"
WIDTH = 110
SPEAKER_WIDTH = 26


def _cell(text: str | None, width: int) -> Text:
    words = " ".join((text or "–").encode("utf-8", "replace").decode("utf-8").split())
    short = words if len(words) <= width else words[: width - 1].rstrip() + "…"
    return Text(f"{_LEFT_TO_RIGHT}{short}{_LEFT_TO_RIGHT}")


def console(width: int | None = None) -> Console:
    """Make a console for tables: as wide as the terminal, and of a fixed width where there is none.

    :param width: A width instead.
    :return: The console.
    """
    terminal = Console()
    return terminal if terminal.is_terminal and width is None else Console(width=width or WIDTH)


def print_table(result: Result, out: Console) -> None:
    """Print the quotations of an article, one a row; an abstained stance has a question mark.

    :param result: The article with its quotations, judged or not.
    :param out: Where to.
    """
    judgements = result.judgements if result.judgements is not None else [None] * len(result.quotations)
    judged = result.judgements is not None
    table = Table(
        title=result.article.title or result.article.id, title_justify="left", box=SIMPLE_HEAD, pad_edge=False
    )
    for name in (["stance", "p"] if judged else []) + ["kind", "speaker", "quotation"]:
        table.add_column(name, no_wrap=True, justify="right" if name == "p" else "left")
    speakers = SPEAKER_WIDTH if out.width >= WIDTH else SPEAKER_WIDTH * 2 // 3
    room = max(16, out.width - speakers - (38 if judged else 18))
    for quotation, judgement in zip(result.quotations, judgements, strict=True):
        cells: list[Text | str] = []
        if judgement is not None:
            stance = str(judgement.stance)
            cells = [Text(stance + "?" * judgement.abstained, style=_STYLES[stance]), f"{judgement.confidence:.2f}"]
        speaker = _cell(speaker_of(quotation), speakers)
        table.add_row(*cells, quotation.kind, speaker, _cell(quotation.content.text, room))
    out.print(table)


def print_stances(counts: Mapping[str, int], out: Console) -> None:
    """Print how many quotations take which stance.

    :param counts: Number of quotations by stance.
    :param out: Where to.
    """
    out.print(" · ".join(f"{stance} {counts.get(stance, 0)}" for stance in STANCES), highlight=False)
