"""The commands ``stance annotations check`` and ``stance annotations agreement``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stance.annotations.agreement import Agreement, Nominal

app = typer.Typer(help="Check annotation files and measure agreement.", no_args_is_help=True)


@app.command("check")
def check_command(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Annotation files or folders; by default all that ship.")
    ] = None,
    texts: Annotated[Path | None, typer.Option(help="Folder of <article id>.txt, for corpus articles.")] = None,
) -> None:
    """Find everything that is wrong with annotation files: offsets, labels, overlaps. Exit code 1 where there is a problem."""
    from stance.annotations.checking import check
    from stance.annotations.shipped import GOLD, WRITTEN

    given = paths or [folder for folder in (GOLD, WRITTEN) if folder.is_dir()]
    known = {p.stem: p.read_bytes().decode("utf-8") for p in texts.glob("*.txt")} if texts else None
    problems = check(given, known)
    for problem in problems:
        typer.echo(problem)
    typer.echo(f"{len(problems)} problems", err=True)
    if problems:
        raise typer.Exit(1)


@app.command("agreement")
def agreement_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Two annotators' files; by default every pair that ships."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a pair.")] = False,
) -> None:
    """Measure how far two annotators agree: spans, stance with Cohen's kappa, kind, speakers; and what re-reading changed."""
    from stance.annotations.agreement import agreement
    from stance.annotations.rereading import rereadings
    from stance.annotations.shipped import GOLD, read_jsonl

    if files and len(files) != 2:
        raise typer.BadParameter("give two files, one an annotator, or none at all")
    pairs = [(files[0].stem, files[0], files[1])] if files else shipped_pairs(GOLD)
    if not pairs:
        typer.echo(f"there are no files of two annotators in {GOLD}", err=True)
        raise typer.Exit(1)
    for name, first, second in pairs:
        measured = agreement((row for _, row in read_jsonl(first)), (row for _, row in read_jsonl(second)))
        if as_json:
            typer.echo(json.dumps({"name": name, **measured.to_dict()}, ensure_ascii=False))
        else:
            typer.echo("\n".join(lines(name, measured)))
    if not files:
        if not as_json:
            typer.echo("labels read a second time, blind:")
        for reread in rereadings():
            typer.echo(json.dumps(reread.to_dict(), ensure_ascii=False) if as_json else f"  {reread}")


def shipped_pairs(folder: Path) -> list[tuple[str, Path, Path]]:
    """Find the files of two annotators.

    :param folder: Where annotation files lie.
    :return: Name, file of annotator A, file of annotator B.
    """
    pairs = []
    for first in sorted(folder.glob("*.annotator_a.jsonl")):
        second = first.with_name(first.name.replace(".annotator_a.", ".annotator_b."))
        if second.is_file():
            pairs.append((first.name.removesuffix(".annotator_a.jsonl"), first, second))
    return pairs


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _nominal(name: str, measured: Nominal) -> str:
    return f"  {name:<22}{_share(measured.raw)}   κ {_share(measured.kappa)}   ({measured.pairs} pairs)"


def lines(name: str, measured: Agreement) -> list[str]:
    """Write an agreement as text.

    :param name: What was annotated.
    :param measured: The agreement.
    :return: Lines to print.
    """
    spans = "   ".join(
        f"{key if key == 'exact' else f'≥ {key}'} {value:.3f}" for key, value in measured.span_f1.items()
    )
    return [
        f"{name}: {measured.articles} articles, {measured.quotations_a} and {measured.quotations_b} quotations, {measured.matched} matched",
        f"  {'content span F1':<22}{spans}",
        _nominal("stance", measured.stance),
        _nominal("stance, both clear", measured.stance_clear),
        _nominal("kind", measured.kind),
        _nominal("clear", measured.clear),
        f"  {'speaker mention':<22}{_share(measured.speaker_mention)}",
        f"  {'speaker name':<22}{_share(measured.speaker_name)}",
        "  stance pairs           " + ", ".join(f"{key} {count}" for key, count in measured.confusion.items()),
    ]
