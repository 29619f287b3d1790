"""The command ``stance``.

Exit codes: 0 all done; 1 a mistake, with a message; 2 the command line is wrong; 3 done, but some input was rejected (or,
with ``--strict``, stopped at it); 130 stopped from the keyboard. ``STANCE_DEBUG=1`` shows tracebacks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stance.articles import Rejected
    from stance.pipeline import Result, Summary
    from stance.predict import StanceClassifier

app = typer.Typer(
    name="stance",
    help="Quotations, speakers and stance in Arabic news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

REJECTED, INTERRUPTED = 3, 130


class Format(str, Enum):
    """How rows are printed."""

    JSONL = "jsonl"
    TABLE = "table"


Paths = Annotated[
    list[str], typer.Argument(help="Files and folders: text, HTML, feeds, JSON Lines; - is the standard input.")
]
Fields = Annotated[list[str] | None, typer.Option("--field", help="JSON Lines: ARTICLE_FIELD=NAME, such as text=body.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first input that cannot be read.")]
Target = Annotated[
    str | None, typer.Option(help="What the stance is toward; by default the withdrawal of forces from Iraq.")
]
Model = Annotated[str | None, typer.Option(help="A model's name, folder or hub name; by default the shipped one.")]
Restart = Annotated[bool, typer.Option("--restart", help="Drop what a stopped run left instead of going on with it.")]


def say(message: str) -> None:
    """Print to the standard error, which no data goes to.

    :param message: The message.
    """
    typer.echo(message.encode("utf-8", "replace").decode("utf-8"), err=True)


@contextmanager
def _plain_errors(resume: str | None = None) -> Iterator[None]:
    """Turn what a user can mend into a message and an exit code."""
    from stance.articles import RejectedError

    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        say("stopped" + (f"; what is finished is kept: {resume}" if resume else ""))
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough; Python must not complain when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except RejectedError as error:
        say(f"rejected: {error}")
        raise typer.Exit(REJECTED) from None
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        if os.environ.get("STANCE_DEBUG"):
            raise
        say(f"error: {error}")
        raise typer.Exit(1) from None


def _mapping(fields: list[str] | None) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in fields or ()]
    wrong = [name for name, equals, value in pairs if not (name and equals and value)]
    if wrong:
        raise typer.BadParameter(f"--field needs ARTICLE_FIELD=NAME, such as text=body, got {', '.join(wrong)!r}")
    return {name: value for name, _, value in pairs}


def _on_rejected(rejected: Rejected) -> None:
    say(f"rejected: {rejected}")


def _on_encoding(file: str, encoding: str) -> None:
    if encoding != "utf-8":
        say(f"{file}: read as {encoding}")


def _load(model: str | None) -> StanceClassifier:
    from stance.predict import StanceClassifier

    return StanceClassifier.load(model)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"stance {version('arabic-stance')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Quotations, speakers and stance in Arabic news."""


def _results(
    paths: list[str], rejected: list[Rejected], *, fields: list[str] | None, strict: bool, skip: tuple[Path, ...] = (),
    classifier: StanceClassifier | None = None, target: str | None = None,
) -> Iterator[Result]:  # fmt: skip
    """Stream results, telling of rejected inputs and keeping them."""
    from stance.articles import Rejected, read
    from stance.pipeline import analyse

    items = read(paths, fields=_mapping(fields), strict=strict, skip=skip, on_encoding=_on_encoding)
    for item in analyse(items, classifier=classifier, target=target):
        if isinstance(item, Rejected):
            _on_rejected(item)
            rejected.append(item)
        else:
            yield item


def _write(
    paths: list[str], out: str, *, fields: list[str] | None, strict: bool, restart: bool, model: str | None = None,
    target: str | None = None, judge: bool,
) -> None:  # fmt: skip
    """Run the pipeline into a sink and say what was done."""
    from stance.pipeline import run
    from stance.sinks import STDOUT, open_sink

    with _plain_errors(None if out == STDOUT else f"run the same command again to go on to {out}"):
        mapping = _mapping(fields)
        settings: dict[str, object] = {
            "command": "predict" if judge else "extract",
            "paths": paths,
            "fields": mapping,
        }
        classifier = _load(model) if judge else None
        if classifier is not None:
            # The hashes tell a model from a later one of the same name.
            hashes = classifier.settings.get("sha256")
            settings |= {"target": target, "model": classifier.name, "sha256": hashes}
        sink = open_sink(out, settings, restart)
        summary = run(
            paths, sink, classifier=classifier, target=target, fields=mapping, strict=strict,
            on_rejected=_on_rejected, on_encoding=_on_encoding,
        )  # fmt: skip
        _close(summary, out)


def _close(summary: Summary, out: str) -> None:
    earlier = f", {summary.resumed} articles more from the run before" if summary.resumed else ""
    refused = f", {summary.rejected} inputs rejected" if summary.rejected else ""
    say(f"{summary.articles} articles, {summary.quotations} quotations → {out}{earlier}{refused}")
    if summary.rejected:
        raise typer.Exit(REJECTED)


def _tables(results: Iterator[Result]) -> None:
    from stance.report.table import console, print_table

    out = console()
    for result in results:
        print_table(result, out)


@app.command()
def extract(
    paths: Paths,
    out: Annotated[str, typer.Option("-o", "--out", help="File to write, JSON Lines or .parquet; - prints.")] = "-",
    format: Annotated[Format, typer.Option(help="JSON Lines, or a table to read.")] = Format.JSONL,
    field: Fields = None,
    strict: Strict = False,
    restart: Restart = False,
) -> None:
    """Find every quotation and its speaker; no model is needed."""
    if format is Format.JSONL:
        _write(paths, out, fields=field, strict=strict, restart=restart, judge=False)
        return
    rejected: list[Rejected] = []
    with _plain_errors():
        _only_printed(out)
        _tables(_results(paths, rejected, fields=field, strict=strict))
    _exit(rejected)


@app.command()
def predict(
    paths: Paths,
    out: Annotated[str, typer.Option("-o", "--out", help="File to write, JSON Lines or .parquet; - prints.")] = "-",
    target: Target = None,
    model: Model = None,
    format: Annotated[Format, typer.Option(help="JSON Lines, or a table to read.")] = Format.JSONL,
    field: Fields = None,
    strict: Strict = False,
    restart: Restart = False,
) -> None:
    """Find every quotation, its speaker, and where the speaker stands on a target."""
    if format is Format.JSONL:
        _write(
            paths, out, fields=field, strict=strict, restart=restart, model=model, target=target, judge=True
        )  # fmt: skip
        return
    rejected: list[Rejected] = []
    with _plain_errors():
        _only_printed(out)
        classifier = _load(model)
        _tables(_results(paths, rejected, fields=field, strict=strict, classifier=classifier, target=target))
    _exit(rejected)


@app.command()
def report(
    paths: Paths,
    out: Annotated[Path, typer.Option("-o", "--out", help="The HTML page to write.")] = Path("report.html"),
    target: Target = None,
    model: Model = None,
    field: Fields = None,
    strict: Strict = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Write the page without printing the tables.")] = False,
) -> None:
    """Write one HTML page about all articles, and print a table of each."""
    from stance.schema import DEFAULT_TARGET

    rejected: list[Rejected] = []
    with _plain_errors():
        from stance.report.page import render, write
        from stance.report.table import console, print_stances, print_table

        if not out.parent.is_dir():
            raise FileNotFoundError(f"{out} cannot be written: its folder does not exist")
        classifier = _load(model)
        screen = console()
        results, counts = [], dict[str, int]()
        for result in _results(
            paths, rejected, fields=field, strict=strict, skip=(out,), classifier=classifier, target=target
        ):
            results.append(result)
            for judgement in result.judgements or ():
                counts[str(judgement.stance)] = counts.get(str(judgement.stance), 0) + 1
            if not quiet:
                print_table(result, screen)
        write(out, render(results, target=target or DEFAULT_TARGET, model=classifier.name, rejected=rejected))
        print_stances(counts, screen)
        say(f"{len(results)} articles, {sum(counts.values())} quotations → {out}")
    _exit(rejected)


def _only_printed(out: str) -> None:
    if out != "-":
        raise ValueError("a table is printed, not written: leave out -o, or the --format table")


def _exit(rejected: list[Rejected]) -> None:
    if rejected:
        say(f"{len(rejected)} inputs rejected")
        raise typer.Exit(REJECTED)


@app.command("evaluate-extraction")
def evaluate_extraction(
    gold: Annotated[Path, typer.Argument(help="Annotated quotations, JSON Lines.")],
    corpus: Annotated[Path | None, typer.Option(help="Folder with the corpus files that articles come from.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List what is missed, spurious or misattributed.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the scores to this JSON file too.")] = None,
) -> None:
    """Score the extractor on annotated articles: spans, cues, speakers, with intervals and the floors."""
    with _plain_errors():
        from stance.evaluation.extraction import evaluate_extraction as evaluate

        evaluate(gold, corpus, errors=errors, output=out)


# Applications of their own, imported when they are asked for; they take every argument after their name, also --help.
_FORWARDED = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@app.command("annotations", context_settings=_FORWARDED, add_help_option=False)
def annotation_tools(context: typer.Context) -> None:
    """Check annotation files, measure agreement: ``stance annotations --help``."""
    with _plain_errors():
        from stance.annotations.cli import app as command

        command(context.args, prog_name="stance annotations")


@app.command(context_settings=_FORWARDED, add_help_option=False)
def benchmark(context: typer.Context) -> None:
    """Measure models on public stance benchmarks: ``stance benchmark --help``."""
    with _plain_errors():
        from stance.benchmarks.cli import app as command

        command(context.args, prog_name="stance benchmark")


if __name__ == "__main__":
    app()
