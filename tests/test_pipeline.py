from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stance.articles import Rejected, RejectedError
from stance.pipeline import Classifier, Result, Summary, analyse, run
from stance.schema import DEFAULT_TARGET, Article, Judgement, Quotation, Span, Stance
from stance.sinks import FileSink, MissingExtra, ResumeError, StreamSink, open_sink

MARKED = re.compile("«(.+?)»")


def marked(article: Article) -> list[Quotation]:
    """Every «…» is a quotation."""
    return [
        Quotation(article.id, index, "direct", Span.of(article.text, *match.span(1)))
        for index, match in enumerate(MARKED.finditer(article.text))
    ]


class Fake:
    """Favors what is short; remembers how it was asked."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.asked: list[int] = []
        self.contexts: list[str | None] = []
        self.before = before

    def predict(
        self, x: list[Quotation], target: str | None = None, *, contexts: list[str | None] | None = None
    ) -> list[Judgement]:
        self.before()
        self.asked.append(len(x))
        self.contexts += contexts or []
        short = {"favor": 0.7, "against": 0.2, "none": 0.1}
        long = {"favor": 0.2, "against": 0.1, "none": 0.7}
        return [
            Judgement(target or "", Stance.FAVOR, short, 0.7)
            if len(q.content.text) < 5
            else Judgement(target or "", Stance.NONE, long, 0.7, abstained=True)
            for q in x
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(6):
        text = "قال: " + " ثم ".join(f"«نعم {number}{'!' * n}»" for n in range(number % 3))
        (articles / f"{number}.txt").write_text(text, encoding="utf-8")
    (articles / "3b.txt").write_bytes(b"")
    return articles


def judge(
    folder: Path, sink: FileSink | StreamSink, classifier: Classifier | None = None, **options: object
) -> Summary:
    return run([folder], sink, classifier=classifier or Fake(), extractor=marked, **options)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_rows_are_the_quotation_with_its_judgement(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    rejected: list[Rejected] = []
    summary = judge(folder, FileSink(out), on_rejected=rejected.append)
    assert (summary.articles, summary.quotations, summary.rejected) == (6, 6, 1)
    assert [r.file for r in rejected] == [str(folder / "3b.txt")]
    assert [row["article"] for row in rows(out)] == ["1", "2", "2", "4", "5", "5"]
    assert rows(out)[0] == {
        "article": "1",
        "index": 0,
        "kind": "direct",
        "start": 6,
        "end": 11,
        "text": "نعم 1",
        "cue": None,
        "speaker": None,
        "speaker_name": None,
        "speaker_role": None,
        "target": DEFAULT_TARGET,
        "stance": "none",
        "probabilities": {"favor": 0.2, "against": 0.1, "none": 0.7},
        "confidence": 0.7,
        "abstained": True,
        "windows": 1,
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles", "q.jsonl"]


def test_batches_gather_quotations_and_keep_the_order() -> None:
    items: list[Article | Rejected] = [Article(str(n), "«نعم» «لا»") for n in range(7)]
    items.insert(3, Rejected("x", "is empty"))
    fake = Fake()
    found = list(analyse(iter(items), classifier=fake, extractor=marked, batch=5))
    assert fake.asked == [6, 6, 2]
    assert [r.article.id if isinstance(r, Result) else r.file for r in found] == [
        "0",
        "1",
        "2",
        "x",
        "3",
        "4",
        "5",
        "6",
    ]
    assert all(len(r.rows()) == 2 for r in found if isinstance(r, Result))


def test_without_a_classifier_every_article_comes_at_once() -> None:
    def endless() -> object:
        number = 0
        while True:
            yield Article(str(number), "«نعم»")
            number += 1

    stream = analyse(endless(), extractor=marked)
    assert [next(stream).rows()[0].get("stance", "unjudged") for _ in range(3)] == ["unjudged"] * 3


def test_the_context_is_the_sentence_before_the_quotation() -> None:
    text = "بدأ الاجتماع صباحاً. قال الوزير: «نعم».\nانتهى."
    fake = Fake()
    list(analyse([Article("0", text)], classifier=fake, extractor=marked))
    assert fake.contexts == ["بدأ الاجتماع صباحاً."]


def test_a_classifier_that_loses_answers_is_noticed() -> None:
    class Forgetful(Fake):
        def predict(self, x: list[Quotation], target: str | None = None, **options: object) -> list[Judgement]:
            return []

    with pytest.raises(RuntimeError, match="0 judgements for 1"):
        list(analyse([Article("0", "«نعم»")], classifier=Forgetful(), extractor=marked))


def interrupt_at(call: int, error: type[BaseException] = KeyboardInterrupt) -> Fake:
    calls = iter(range(1000))

    def before() -> None:
        if next(calls) == call:
            raise error

    return Fake(before)


@pytest.mark.parametrize("call", [0, 1, 2])
def test_a_stopped_run_goes_on_and_ends_like_one_that_was_not_stopped(folder: Path, tmp_path: Path, call: int) -> None:
    out, whole = tmp_path / "q.jsonl", tmp_path / "whole.jsonl"
    judge(folder, FileSink(whole))
    with pytest.raises(KeyboardInterrupt):
        judge(folder, FileSink(out), interrupt_at(call), batch=1)
    assert not out.exists()
    # What a power cut may leave: half a line in each file.
    with (tmp_path / "q.jsonl.partial").open("ab") as stream:
        stream.write(b'{"article": "2", "ind')
    with (tmp_path / "q.jsonl.progress").open("ab") as stream:
        stream.write(b'{"article"')
    fake = Fake()
    summary = judge(folder, FileSink(out), fake, batch=1)
    assert summary.resumed >= call
    assert summary.resumed + summary.articles == 6
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles", "q.jsonl", "whole.jsonl"]


def test_an_old_output_stays_until_the_new_one_is_whole(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    out.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        judge(folder, FileSink(out), interrupt_at(1), batch=1)
    assert out.read_text() == "old"


def test_other_settings_or_changed_articles_are_not_gone_on_with(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    with pytest.raises(KeyboardInterrupt):
        judge(folder, FileSink(out, {"target": "a"}), interrupt_at(2), batch=1)
    with pytest.raises(ResumeError, match="other settings"):
        FileSink(out, {"target": "b"})
    (folder / "1.txt").write_text("قال: «لا»", encoding="utf-8")
    with pytest.raises(ResumeError, match="article 1 has changed"):
        judge(folder, FileSink(out, {"target": "a"}))
    summary = judge(folder, FileSink(out, {"target": "b"}, restart=True))
    assert summary.resumed == 0
    assert rows(out)[0]["text"] == "لا"


def test_a_shortened_partial_file_is_noticed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    with pytest.raises(KeyboardInterrupt):
        judge(folder, FileSink(out), interrupt_at(2), batch=1)
    (tmp_path / "q.jsonl.partial").write_bytes(b"")
    with pytest.raises(ResumeError, match="shorter"):
        FileSink(out)


def test_strict_stops_but_keeps_what_was_read_before(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    with pytest.raises(RejectedError, match="3b"):
        judge(folder, FileSink(out), strict=True)
    assert [row["article"] for row in rows(tmp_path / "q.jsonl.partial")] == ["1", "2", "2"]
    (folder / "3b.txt").unlink()
    assert judge(folder, FileSink(out), strict=True).resumed == 4


def test_the_output_in_the_input_folder_is_not_read(folder: Path) -> None:
    for _ in range(2):
        assert judge(folder, FileSink(folder / "q.jsonl")).articles == 6


def test_a_stream_gets_every_line_and_lone_surrogates_stay_json() -> None:
    stream = io.BytesIO()
    with StreamSink(stream) as sink:
        sink.write(Article("0", "x"), [{"text": "قال"}, {"text": "\ud800"}])
    lines = stream.getvalue().splitlines()
    assert lines[0] == '{"text": "قال"}'.encode()
    assert json.loads(lines[1]) == {"text": "\ud800"}
    assert isinstance(open_sink("-"), StreamSink)


def test_parquet_has_the_same_rows(folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "q.parquet"
    judge(folder, FileSink(tmp_path / "q.jsonl"))
    with pytest.raises(KeyboardInterrupt):
        judge(folder, FileSink(out), interrupt_at(1), batch=1)
    judge(folder, FileSink(out))
    assert parquet.read_table(out).to_pylist() == rows(tmp_path / "q.jsonl")
    with FileSink(out) as sink:
        sink.write(Article("0", "\ud800"), [{"article": "0", "text": "a\ud800", "cue": {"text": "\udfff"}}])
    (row,) = parquet.read_table(out).to_pylist()
    assert (row["text"], row["cue"]["text"], row["stance"]) == ("a\ufffd", "\ufffd", None)


def test_parquet_without_pyarrow_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"pip install 'arabic-stance\[frame\]'"):
        FileSink(tmp_path / "q.parquet")


def test_a_place_that_cannot_be_written_is_named_before_the_work(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "none" / "q.jsonl"):
        with pytest.raises(FileNotFoundError, match="cannot be written"):
            FileSink(out)
