from __future__ import annotations

import json
from pathlib import Path

import pytest

from stance.annotations.adjudication import (
    AdjudicationError,
    _main,
    candidate_resolver,
    corpus_resolver,
    read_worksheets,
    shipped_resolver,
    without_text,
)
from stance.annotations.worksheet import read_worksheet, resolve, segments
from stance.schema import DEFAULT_TARGET

TEXT = "قال الوزير علي إن القوات ستغادر البلاد. وأضاف أن «الأمر محسوم». وقال الوزير إن القوات ستغادر البلاد."
LINE = {
    "article": "x",
    "segment": 0,
    "kind": "indirect",
    "content": "القوات ستغادر البلاد",
    "cue": "قال",
    "speaker": "الوزير علي",
    "speaker_name": "علي",
    "speaker_role": "الوزير",
    "stance": "favor",
    "clear": True,
    "note": "",
}


def write(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_words_become_offsets() -> None:
    found = resolve(TEXT, LINE)
    for span in (found, found["cue"], found["speaker"]):
        assert TEXT[span["start"] : span["end"]] == span["text"]
    assert found["start"] == TEXT.index("القوات")
    assert len(segments(TEXT)) == 3


def test_the_segment_tells_repeated_words_apart() -> None:
    found = resolve(TEXT, {**LINE, "segment": 2, "speaker": "الوزير"})
    assert found["start"] == TEXT.rindex("القوات")
    assert found["cue"]["start"] == TEXT.rindex("قال")


def test_a_long_content_may_be_given_by_its_ends() -> None:
    found = resolve(TEXT, {**LINE, "content": "القوات … البلاد"})
    assert found["text"] == "القوات ستغادر البلاد"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"segment": 9}, "does not exist"),
        ({"segment": None}, "needs 'segment'"),
        ({"content": "لا شيء"}, "not found"),
        ({"cue": "زعم"}, "not found"),
    ],
)
def test_words_that_are_not_there_are_named(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        resolve(TEXT, {**LINE, **change})


def test_all_problems_of_a_worksheet_come_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", LINE, {**LINE, "content": "كلام آخر"}, {**LINE, "article": "y"})
    found, problems = read_worksheet(path, {"x": TEXT})
    assert len(found) == 1
    assert [p.split(":")[1] for p in problems] == ["2", "3"]
    with pytest.raises(AdjudicationError, match="w.jsonl:2.*\nw.jsonl:3"):
        read_worksheets([path], shipped_resolver({"x": TEXT}), "A")


def test_resolved_rows_have_target_annotator_and_index(tmp_path: Path) -> None:
    later = {**LINE, "segment": 2, "speaker": "الوزير"}
    path = write(tmp_path / "w.jsonl", later, LINE)
    first, second = read_worksheets([path], shipped_resolver({"x": TEXT}), "B")
    assert (first["index"], second["index"]) == (0, 1)
    assert first["start"] < second["start"]
    assert first["target"] == DEFAULT_TARGET
    assert (first["annotator"], first["guideline"]) == ("B", 2)


def test_corpus_rows_hold_no_text() -> None:
    manifest = {"x": {"source": "s", "document": "d" * 64, "split": "dev"}}
    row = corpus_resolver({"x": TEXT}, manifest)(LINE)
    assert "text" not in row
    assert row["cue"] == {"start": 0, "end": 3}
    assert (row["source"], row["document"]) == ("s", "d" * 64)


def test_notes_that_repeat_the_article_are_dropped() -> None:
    row = {**resolve(TEXT, LINE), "note": "he says: " + TEXT[:30]}
    place = {"source": "s", "document": "d" * 64}
    assert without_text(row, place, TEXT)["note"] == ""
    assert without_text({**row, "note": "rule 2"}, place, TEXT)["note"] == "rule 2"


def test_candidates_are_resolved_in_their_passage() -> None:
    start = TEXT.index("وقال الوزير إن")
    index = {
        "withdrawal-0001": {
            "source": "s",
            "document": "d" * 64,
            "start": start,
            "end": len(TEXT),
            "target": "withdrawal",
            "group": "syria",
        }
    }
    line = {k: v for k, v in LINE.items() if k not in ("article", "segment")} | {
        "candidate": "withdrawal-0001",
        "speaker": "الوزير",
    }
    row = candidate_resolver(index, {"d" * 64: TEXT})(line)
    assert row["start"] == TEXT.rindex("القوات")
    assert row["target"] == "انسحاب القوات الأميركية وقوات التحالف الدولي من سوريا"
    assert row["article"] == "s-" + "d" * 12
    with pytest.raises(ValueError, match="unknown candidate"):
        candidate_resolver(index, {})({**line, "candidate": "no"})


def test_three_worksheets_become_one_file_of_real_quotations(tmp_path: Path) -> None:
    document = "d" * 64
    index = [
        {
            "candidate": f"withdrawal-000{n}",
            "source": "s",
            "document": document,
            "start": 0,
            "end": len(TEXT),
            "target": "withdrawal",
            "group": "iraq",
        }
        for n in (1, 2)
    ]
    line = {k: v for k, v in LINE.items() if k not in ("article", "segment")}
    a = write(
        tmp_path / "a.jsonl",
        {**line, "candidate": "withdrawal-0001"},
        {**line, "candidate": "withdrawal-0002", "content": "الأمر محسوم", "kind": "direct", "cue": "وأضاف"},
    )
    b = write(tmp_path / "b.jsonl", {**line, "candidate": "withdrawal-0001", "stance": "none"})
    settled = write(tmp_path / "c.jsonl", {**line, "candidate": "withdrawal-0001"})
    arguments = ["quotations", "--a", str(a), "--b", str(b), "--adjudicated", str(settled), "--out", str(tmp_path)]
    arguments += ["--index", str(write(tmp_path / "index.jsonl", *index))]
    arguments += ["--documents", str(write(tmp_path / "documents.jsonl", {"document": document, "text": TEXT}))]
    assert _main(arguments) == 0
    rows = [json.loads(line) for line in (tmp_path / "quotations.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["annotator"], row["index"], row["stance"]) for row in rows] == [
        ("adjudicated", 0, "favor"),
        ("A", 1, "favor"),
    ]
    assert (tmp_path / "quotations.annotator_b.jsonl").exists()
