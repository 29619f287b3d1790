from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from stance.articles import Rejected
from stance.pipeline import Result
from stance.report.page import LABELS, render, write
from stance.report.table import print_stances, print_table
from stance.report.view import build, pieces_of
from stance.schema import Article, Judgement, Quotation, Span, Stance

TEXT = "بدأ الاجتماع. قال الوزير علي إن القوات <ستغادر> قريباً، بحسب البيان.\nثم قال: «لن نبقى». انتهى."
HOSTILE = "<script>alert('x')</script>"


def span(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), words)


def judgement(stance: str = "favor", windows: int = 1, abstained: bool = False) -> Judgement:
    rest = {"favor": 0.1, "against": 0.1, "none": 0.1} | {stance: 0.8}
    return Judgement("الهدف", Stance(stance), rest, 0.8, abstained, windows)


@pytest.fixture
def results() -> list[Result]:
    first = Quotation(
        "a", 0, "indirect", span("القوات <ستغادر> قريباً"), span("قال"), span("الوزير علي"), "علي", "الوزير"
    )
    second = Quotation("a", 1, "direct", span("لن نبقى"))
    other = Article("b", "قال علي: «نعم».", title=HOSTILE, outlet="صحيفة", url="https://example.org/?a=1&b=2")
    third = Quotation("b", 0, "direct", span("نعم", other.text), None, span("علي", other.text), "علي", HOSTILE)
    return [
        Result(Article("a", TEXT), [first, second], [judgement("favor"), judgement("none", 3, abstained=True)]),
        Result(other, [third], [judgement("against")]),
        Result(Article("c", "لا شيء"), [], []),
    ]


class Parsed(HTMLParser):
    """Checks that elements are balanced and keeps what the tests look at."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)


def test_the_page_is_right_to_left_whole_and_loads_nothing(results: list[Result]) -> None:
    html = render(results, target="الهدف", model="small")
    page = Parsed(html)
    assert page.open == []
    assert ("html", {"lang": "ar", "dir": "rtl"}) in page.attributes
    loading = {"src", "href", "action", "srcset", "data"}
    assert [a for _, attributes in page.attributes for a in attributes if a in loading] == []
    assert "url(" not in html
    assert "@import" not in html


def test_words_of_articles_are_escaped(results: list[Result]) -> None:
    html = render(results, target=HOSTILE, model=HOSTILE, title=HOSTILE, rejected=[Rejected(HOSTILE, HOSTILE, 3)])
    assert HOSTILE not in html
    assert html.count("<script>") == 1
    assert "القوات &lt;ستغادر&gt; قريباً" in html


def test_each_quotation_stands_in_its_sentence_with_what_was_judged(results: list[Result]) -> None:
    page = Parsed(render(results, target="الهدف"))
    assert page.texts["mark"] == ["القوات <ستغادر> قريباً", "لن نبقى", "نعم"]
    cards = [attributes for _, attributes in page.attributes if str(attributes.get("class")).startswith("card")]
    assert [(c["data-stance"], c["data-abstained"]) for c in cards] == [
        ("favor", "false"),
        ("none", "true"),
        ("against", "false"),
    ]
    shown = " ".join(" ".join(parts) for parts in page.texts.values())
    assert "النوافذ: 3" in shown
    assert shown.count("النوافذ:") == 1
    assert "الثقة 80%" in shown
    assert "لا اقتباسات" in shown


def test_counts_and_speakers_are_gathered_over_articles(results: list[Result]) -> None:
    view = build(results, "الهدف", "small")
    assert view.stances == {"favor": 1, "against": 1, "none": 1}
    assert (view.total, view.abstained) == (3, 1)
    assert [(row.name, row.role, row.total, sorted(row.articles)) for row in view.speakers] == [
        ("علي", "الوزير", 2, ["a", "b"]),
        (None, None, 1, ["a"]),
    ]


def test_pieces_join_to_the_sentences_and_roles_do_not_overlap(results: list[Result]) -> None:
    article, quotation = results[0].article, results[0].quotations[0]
    bounds = [(0, 13), (14, 68), (69, len(TEXT))]
    pieces = pieces_of(article, quotation, bounds)
    assert "".join(piece.text for piece in pieces) == TEXT[14:68]
    assert [(p.role, p.text) for p in pieces if p.role] == [
        ("cue", "قال"),
        ("speaker", "الوزير علي"),
        ("content", "القوات <ستغادر> قريباً"),
    ]


def test_a_report_needs_judgements(results: list[Result]) -> None:
    with pytest.raises(ValueError, match="needs a classifier"):
        render([Result(results[0].article, results[0].quotations)])


def test_writing_replaces_in_one_step_and_bears_lone_surrogates(tmp_path: Path) -> None:
    write(tmp_path / "r.html", "a\ud800b")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == "a\ufffdb"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_tables_fit_their_width(results: list[Result]) -> None:
    for width in (80, 110):
        out = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
        with out.capture() as capture:
            for result in (results[0], Result(results[0].article, results[0].quotations)):
                print_table(result, out)
            print_stances({"favor": 2}, out)
        printed = capture.get()
        assert all(len(line.replace("\u200e", "")) <= width for line in printed.splitlines())
        assert re.search(r"favor\s+0\.80\s+indirect\s+\u200eعلي\u200e\s+\u200eالقوات <ستغادر> قريباً\u200e", printed)
        assert "none?" in printed
        assert "favor 2 · against 0 · none 0" in printed


def test_every_stance_has_a_label() -> None:
    assert set(LABELS) == {str(stance) for stance in Stance}
