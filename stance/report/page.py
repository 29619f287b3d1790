"""The HTML page: one file, right to left, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from stance.articles import Rejected
from stance.pipeline import Result
from stance.report.view import build
from stance.schema import DEFAULT_TARGET, STANCES

LABELS = {"favor": "مؤيّد", "against": "معارض", "none": "بلا موقف"}
KIND_LABELS = {"direct": "مباشر", "indirect": "غير مباشر", "mixed": "مختلط"}


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def render(
    results: Iterable[Result],
    *,
    target: str = DEFAULT_TARGET,
    model: str = "",
    rejected: Iterable[Rejected] = (),
    title: str = "المواقف في الأخبار",
) -> str:
    """Write the page.

    :param results: Results with judgements.
    :param target: What the stance is toward.
    :param model: The model's name.
    :param rejected: Inputs that could not be read; they are listed at the end.
    :param title: The page's heading.
    :return: The HTML.
    :raises ValueError: If a result has no judgements.
    """
    environment = Environment(
        loader=PackageLoader("stance.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    return environment.get_template("page.html").render(
        view=build(results, target, model),
        rejected=list(rejected),
        title=title,
        stances=STANCES,
        labels=LABELS,
        kinds=KIND_LABELS,
    )


def write(path: str | Path, html: str) -> None:
    """Write the page to a file in one step: a page that was there stays whole until the new one is.

    :param path: The file.
    :param html: The page; lone surrogates become U+FFFD.
    """
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    # A surrogate that stands alone has no form in UTF-8.
    partial.write_bytes(html.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8"))
    partial.replace(path)
