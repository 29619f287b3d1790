"""``stance benchmark MODEL…``, ``stance benchmark ls`` and ``stance benchmark validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

DEFAULT_COMMAND = "run"


class ModelsFirst(TyperGroup):
    """Takes whatever is not a sub-command for the models of ``run``, so that ``stance benchmark MODEL`` works."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``run`` in front where no sub-command is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=ModelsFirst,
    no_args_is_help=True,
    add_completion=False,
    help="Measure models on Arabic stance benchmarks: stance benchmark MODEL… [options].",
)
Data = Annotated[Path | None, typer.Option(help="Folder with a sub-folder a benchmark; what is missing is downloaded.")]
Cards = Annotated[Path | None, typer.Option(help="Folder with your own cards (*.yaml, or */card.yaml).")]
Corpus = Annotated[Path | None, typer.Option(help="Folder of the corpus that our own labels point into.")]
Offline = Annotated[bool, typer.Option("--offline", help="Never download.")]


def _names(given: str | None, known: dict[str, Any]) -> list[str]:
    names = [name.strip() for name in given.split(",")] if given else list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise typer.BadParameter(
            f"unknown benchmark {', '.join(unknown)}; known: {', '.join(known)}", param_hint="--on"
        )
    return names


@app.command(DEFAULT_COMMAND)
def run(
    model: Annotated[
        list[str], typer.Argument(help="Model folders or names, training configurations (.yaml), or simple systems.")
    ],
    on: Annotated[
        str | None, typer.Option(help="Benchmarks, separated by commas; all that can be run by default.")
    ] = None,
    data: Data = None,
    cards: Cards = None,
    corpus: Corpus = None,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of a configuration, with seeds SEED, SEED + 1, …")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 0,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(help="Two models: paired tests, Holm's correction.")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value for training configurations.")] = None,
    results: Annotated[Path | None, typer.Option(help="Folder of results.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.md and report.html; that of results by default.")
    ] = None,
    resamples: Annotated[int, typer.Option(min=2, help="Bootstrap resamples.")] = 1000,
    only_missing: Annotated[bool, typer.Option("--only-missing", help="Take up results of the same hashes.")] = False,
    shortcuts: Annotated[bool, typer.Option(help="Also run the simple systems beside the models.")] = True,
    unseen: Annotated[bool, typer.Option(help="Also train on all targets but one (Mawqif, ArabicStanceX).")] = True,
    offline: Offline = False,
) -> None:
    """Run models on benchmarks; print tables, write results and a report."""
    from stance.benchmarks import card as cards_module
    from stance.benchmarks import results as store
    from stance.benchmarks import running

    console = Console()
    try:
        known = cards_module.cards((data, cards))
        folder = results or store.default_folder()
        settings = running.Settings(
            results=folder,
            data=data,
            corpus=corpus,
            seed=seed,
            seeds=seeds,
            resamples=resamples,
            only_missing=only_missing,
            unseen=unseen,
            download=not offline,
            overrides=tuple(set_ or ()),
        )
        failed = _run(
            running.Runner(known, settings), model, _names(on, known), on is not None, shortcuts, compare, report
        )
    except (OSError, ValueError, ImportError) as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(1) from error
    if failed:
        raise typer.Exit(1)


def _run(
    runner: Any,
    given: list[str],
    names: list[str],
    named: bool,
    shortcuts: bool,
    compare: tuple[str, str] | None,
    report: Path | None,
) -> bool:
    """Run everything, print and write; say whether something failed that was asked for by name."""
    from stance.benchmarks import report as reporting
    from stance.benchmarks import running, tables

    console, settings = _console(), runner.settings
    jobs = []
    for name in names:
        extra = [s for s in running.shortcuts(runner.cards[name]) if s not in given] if shortcuts else []
        jobs += [(model, name) for model in [*extra, *given]]
    found, failed = _results(runner, jobs, named)
    _print(runner, names, found, console)
    extra_tables = []
    if compare:
        a, b = (Path(name).stem if Path(name).suffix else Path(name).name for name in compare)
        shared = [n for n in names if all((settings.results / m / f"{n}.json").is_file() for m in (a, b))]
        grid = tables.compared(a, b, running.comparisons(settings.results, a, b, shared, settings.seed))
        tables.show(grid, console)
        extra_tables.append(grid)
    for line in reporting.ignorant(found):
        console.print(f"✗ ignores the target: {line}", style="bold red", markup=False)
    if found:
        files = reporting.write(report or settings.results, runner.cards, found, extra_tables)
        console.print(f"results in {settings.results}, report in {files[1]}", markup=False)
    return failed or not found


def _console() -> Console:
    """A console as wide as the tables where it is no terminal, such as a file."""
    console = Console()
    return console if console.is_terminal else Console(width=200)


def _results(runner: Any, jobs: list[tuple[str, str]], named: bool) -> tuple[list[dict[str, Any]], bool]:
    """Run the jobs one after the other under a progress bar; also say whether a benchmark asked for was not to be had."""
    from rich.progress import Progress

    from stance.benchmarks import running

    found: list[dict[str, Any]] = []
    missing: set[str] = set()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("benchmarks", total=len(jobs))
        for model, name in jobs:
            progress.update(task, description=f"{model} on {name}")
            try:
                result = None if name in missing else runner.run(model, name)
            except running.DataError as error:
                # A benchmark whose files nobody has is an error only where it was asked for.
                missing.add(name)
                progress.console.print(f"{name}: {error}", style="red" if named else "yellow", markup=False)
                result = None
            if isinstance(result, running.Skipped):
                progress.console.print(f"{result.model} on {name} skipped: {result.reason}", style="dim")
            elif result is not None:
                found.append(result)
            progress.advance(task)
    return found, bool(missing) and named


def _print(runner: Any, names: list[str], found: list[dict[str, Any]], console: Console) -> None:
    from stance.benchmarks import tables

    for name in names:
        here = [result for result in found if result["benchmark"] == name]
        if here:
            tables.show(tables.scores(runner.cards[name], here), console)
    kinds = (tables.binaries, tables.targets, tables.confidence, tables.pipelines, tables.contrasts)
    for grid in (kind(found) for kind in kinds):
        if grid:
            tables.show(grid, console)


@app.command("ls")
def ls(data: Data = None, cards: Cards = None) -> None:
    """List the benchmarks."""
    from stance.benchmarks.card import cards as read_cards

    table = Table(title="Benchmarks")
    for column in ("name", "items", "language", "official metric", "licence", "files"):
        table.add_column(column, overflow="fold")
    try:
        known = read_cards((data, cards))
    except (OSError, ValueError) as error:
        Console().print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(1) from error
    from stance.benchmarks.files import DataError, locate

    for card in known.values():
        try:
            here = "here" if card.format == "withdrawal" or locate(card, data, download=False) else ""
        except DataError:
            here = "downloaded when run" if card.source.url else "yours to bring"
        sizes = ", ".join(f"{split} {size:,}" for split, size in card.sizes.items())
        table.add_row(card.name, sizes, card.language, card.metric, card.licence, here)
    Console().print(table)


@app.command("validate")
def validate(
    on: Annotated[str | None, typer.Option(help="Benchmarks, separated by commas.")] = None,
    data: Data = None,
    cards: Cards = None,
    corpus: Corpus = None,
    offline: Offline = False,
) -> None:
    """Check files, hashes, labels and sizes; count duplicates between train and test."""
    from stance.benchmarks.card import cards as read_cards
    from stance.benchmarks.duplicates import describe
    from stance.benchmarks.loading import load

    console, bad = Console(), False
    try:
        known = read_cards((data, cards))
    except (OSError, ValueError) as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(1) from error
    for name in _names(on, known):
        try:
            benchmark = load(known[name], data, corpus, download=not offline)
        except (OSError, ValueError, AttributeError) as error:
            bad = True
            console.print(f"✗ {name}: {error}", style="red", markup=False)
            continue
        console.print(f"✓ {name}: {describe(benchmark)}", markup=False)
    if bad:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
