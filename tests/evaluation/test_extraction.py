import hashlib
import json

import pytest
import zstandard
from rich.console import Console

from stance.evaluation import extraction
from stance.evaluation.extraction import evaluate_extraction, gold_texts, read_gold
from stance.schema import Quotation, Span

TEXT = "قال علي: نحن باقون هنا. وأضاف أن الأمر انتهى."


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def corpus_row(text, start, end, source="paper"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "article": f"{source}-{digest[:12]}",
        "source": source,
        "document": digest,
        "kind": "direct",
        "start": start,
        "end": end,
        "cue": {"start": 0, "end": 3},
        "speaker": {"start": 4, "end": 7},
        "speaker_name": "علي",
    }


@pytest.fixture
def corpus(tmp_path):
    lines = "\n".join(["سطر أول", TEXT, "سطر ثالث"]).encode() + b"\n"
    (tmp_path / "paper.txt.zst").write_bytes(zstandard.compress(lines))
    return tmp_path


def extractor(article):
    yield Quotation(article.id, 0, "direct", Span.of(article.text, 9, 22), Span.of(article.text, 0, 3), None, "علي")


def test_corpus_annotations_find_their_text_and_are_scored(corpus, capsys):
    gold = write(corpus / "gold.jsonl", [corpus_row(TEXT, 9, 22), corpus_row(TEXT, 32, 44)])
    console = Console(width=200)
    out = corpus / "scores.json"
    scores = evaluate_extraction(gold, corpus, extractor=extractor, errors=True, output=out, console=console)
    assert scores.content["exact"].precision.value == 1
    assert scores.content["exact"].recall.value == 0.5
    assert json.loads(out.read_text())["missed"] == 1
    printed = capsys.readouterr().out
    assert "missed at ≥ 0.3: 1" in printed
    assert "missed: paper-" in printed
    assert "floors: " in printed


def test_what_is_found_in_an_article_without_quotations_is_spurious(corpus, monkeypatch):
    silent = "لا أحد يتكلم في هذا الخبر القصير أبدا."
    digest = hashlib.sha256(silent.encode()).hexdigest()
    (corpus / "paper.txt.zst").write_bytes(zstandard.compress(f"{TEXT}\n{silent}\n".encode()))
    row = corpus_row(TEXT, 9, 22)
    manifest = {
        row["article"]: {**row, "split": "test"},
        "silent": {"article": "silent", "source": "paper", "document": digest, "split": "test"},
        "other": {"article": "other", "source": "paper", "document": "0", "split": "dev"},
    }
    monkeypatch.setattr(extraction, "load_manifest", lambda: manifest)
    gold = write(corpus / "gold.jsonl", [row])
    scores = evaluate_extraction(gold, corpus, extractor=extractor, console=Console(quiet=True))
    assert scores.articles == 2
    assert [found["article"] for found in scores.spurious] == ["silent"]


def test_missing_corpus_and_missing_documents_are_named(corpus):
    gold = read_gold(write(corpus / "gold.jsonl", [corpus_row(TEXT, 9, 22)]))
    with pytest.raises(ValueError, match="--corpus DIR"):
        gold_texts(gold)
    with pytest.raises(FileNotFoundError, match="other.txt.zst"):
        gold_texts([corpus_row(TEXT, 9, 22, source="other")], corpus)
    with pytest.raises(ValueError, match="lacks 1 annotated document"):
        gold_texts([corpus_row(TEXT + "!", 9, 22)], corpus)


def test_bad_lines_are_named(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"article": "a", "start": 0, "end": 1, "kind": "direct"}\n{"article": "a"}\n')
    with pytest.raises(ValueError, match=":2: .*end, kind, start"):
        read_gold(path)
    path.write_text("nonsense\n")
    with pytest.raises(ValueError, match=":1: not JSON"):
        read_gold(path)
