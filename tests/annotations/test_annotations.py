"""Checking, agreement, targets and what ships."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stance.annotations.agreement import agreement, kappa, match, overlap
from stance.annotations.checking import check
from stance.annotations.cli import app
from stance.annotations.shipped import ARTICLES, GOLD, load_annotations, load_articles, load_manifest, load_texts
from stance.annotations.targets import held_out, load_targets, target_text
from stance.schema import DEFAULT_TARGET, STANCES, Quotation

ROOT = Path(__file__).resolve().parents[2]


def row(start: int, end: int, **values: Any) -> dict[str, Any]:
    text = load_texts()["000"]
    base = {
        "article": "000",
        "index": 0,
        "kind": "indirect",
        "start": start,
        "end": end,
        "text": text[start:end],
        "cue": None,
        "speaker": None,
        "speaker_name": None,
        "speaker_role": None,
        "target": DEFAULT_TARGET,
        "stance": "none",
        "clear": True,
        "note": "",
        "annotator": "A",
        "guideline": 2,
    }
    return {**base, **values}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def corpus_row(**values: Any) -> dict[str, Any]:
    document = hashlib.sha256(b"x").hexdigest()
    bare = {k: v for k, v in row(0, 5).items() if k != "text"}
    return {**bare, "article": f"s-{document[:12]}", "source": "s", "document": document, **values}


def test_the_five_articles_ship_with_what_their_texts_state() -> None:
    articles = load_articles()
    assert [article.id for article in articles] == ["000", "001", "002", "003", "004"]
    for article in articles:
        assert article.title is None or article.text.startswith(article.title + "\n")
        assert article.outlet is article.published is article.url is None
    assert len(list(ARTICLES.glob("*.txt"))) == 5


def test_every_annotation_file_that_ships_is_sound() -> None:
    assert check([GOLD]) == []


def test_gold_covers_every_article_and_reads_as_quotations() -> None:
    gold = load_annotations("five")
    assert {annotation["article"] for annotation in gold} == {article.id for article in load_articles()}
    assert {annotation["stance"] for annotation in gold} == set(STANCES)
    texts = load_texts()
    for annotation in gold:
        quotation = Quotation.from_dict(annotation)
        assert texts[quotation.article][quotation.content.start : quotation.content.end] == quotation.content.text
    with pytest.raises(FileNotFoundError, match="there are"):
        load_annotations("nothing")


def test_selected_articles_are_split_in_halves() -> None:
    manifest = load_manifest()
    parts = Counter(entry["split"] for entry in manifest.values())
    assert parts == {"dev": 30, "test": 30, "fresh": 30, "check": 30, "more": 30, "later": 30, "sealed": 30}
    sources = {entry["source"] for entry in manifest.values()}
    assert len(sources) >= 6
    for source in sources:
        splits = [entry["split"] for entry in manifest.values() if entry["source"] == source]
        assert splits.count("dev") == splits.count("test")
        assert splits.count("fresh") == splits.count("check")
    for article, entry in manifest.items():
        assert article == f"{entry['source']}-{entry['document'][:12]}"
        assert not {"text", "title"} & set(entry)


def test_corpus_files_hold_no_text() -> None:
    for path in GOLD.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if "source" in entry:
                assert "text" not in entry
                assert all("text" not in (entry.get(key) or {}) for key in ("cue", "speaker"))


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = load_texts()["000"]
    rows = [
        row(0, 10),
        row(5, 15),
        row(20, 30, text="x" * 10),
        row(40, 50, stance="pro", kind="spoken", annotator="C", guideline=1, clear="yes"),
        row(60, 60),
        row(70, 10**6, text="x"),
        row(100, 110, article="999"),
        {k: v for k, v in row(120, 130).items() if k != "target"},
        row(140, 150, cue={"start": 3, "end": 5, "text": "؟؟"}),
        row(0, 10),
    ]
    path = write(tmp_path / "a.jsonl", *rows)
    path.write_text(path.read_text(encoding="utf-8") + "{\n[1]\n", encoding="utf-8")
    problems = "\n".join(check([path, tmp_path / "none.jsonl"]))
    for expected in (
        "2: content 5–15 overlaps 0–10 (line 1) in part",
        "3: content 20–30 is",
        "unknown stance 'pro'",
        "unknown kind 'spoken'",
        "unknown annotator 'C'",
        "unknown guideline 1",
        "unknown clear 'yes'",
        "60–60 is empty",
        f"ends after the text of {len(text)}",
        "unknown article '999'",
        "8: target missing",
        "9: cue 3–5 is",
        "10: the same content as line 1",
        "11: not JSON",
        "12: expected a JSON object",
        "none.jsonl: cannot be read",
    ):
        assert expected in problems


def test_a_content_may_lie_inside_another(tmp_path: Path) -> None:
    text = load_texts()["000"]
    start, end = text.index("مجلة"), text.index(" الأميركية")
    rows = [row(0, end), row(start, end), row(start, start + len("مجلة"))]
    assert check([write(tmp_path / "a.jsonl", *rows)]) == []


def test_corpus_rows_are_checked_without_and_with_texts(tmp_path: Path) -> None:
    good = corpus_row()
    assert check([write(tmp_path / "a.jsonl", good)]) == []
    assert check([write(tmp_path / "a.jsonl", good)], {good["article"]: "قال"}) != []
    bad = corpus_row(text="قال", article="s-0", cue={"start": 1, "end": 2, "text": "ق"})
    problems = "\n".join(check([write(tmp_path / "b.jsonl", bad)]))
    assert "leave out 'text'" in problems
    assert "source and document make it" in problems


def test_written_quotations_are_checked(tmp_path: Path) -> None:
    good = {
        "id": "w1",
        "article_sentence": "قال علي إن الرحيل قريب.",
        "quotation": "الرحيل قريب",
        "kind": "indirect",
        "stance": "favor",
        "clear": True,
    }
    problems = check([write(tmp_path / "w.jsonl", good, {**good, "quotation": "البقاء"})])
    assert len(problems) == 2
    assert "does not occur" in problems[0]
    assert "occurs in line 1" in problems[1]


def test_kappa_is_cohens() -> None:
    # Cohen (1960): observed 0.7, expected 0.5.
    a = ["y"] * 25 + ["n"] * 25
    b = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert kappa(a, b) == pytest.approx(0.4)
    assert kappa(["y"], ["y"]) is None
    assert kappa([], []) is None


def test_spans_are_paired_best_first() -> None:
    a = [{"start": 0, "end": 10}, {"start": 8, "end": 20}]
    b = [{"start": 9, "end": 20}, {"start": 0, "end": 9}]
    assert match(a, b) == [(a[0], b[1]), (a[1], b[0])]
    assert match(a, b, 1.0) == []
    assert overlap({"start": 0, "end": 10}, {"start": 0, "end": 8}) == pytest.approx(0.8)


def test_agreement_counts_spans_stance_and_speakers() -> None:
    speaker = {"start": 40, "end": 44}
    a = [row(0, 10, stance="favor", speaker=speaker, speaker_name="أحمد"), row(20, 30), row(50, 60, kind="direct")]
    b = [row(0, 10, stance="favor", speaker=speaker, speaker_name="احمد"), row(20, 29, stance="against"), row(80, 90)]
    measured = agreement(a, b)
    assert measured.span_f1 == pytest.approx({"exact": 1 / 3, "0.8": 2 / 3, "0.3": 2 / 3})
    assert (measured.matched, measured.stance.raw) == (2, 0.5)
    assert measured.stance.kappa == pytest.approx(1 / 3)
    assert (measured.speaker_mention, measured.speaker_name) == (1.0, 1.0)
    assert measured.confusion == {"favor/favor": 1, "none/against": 1}


def test_agreement_is_symmetric_on_what_ships() -> None:
    a, b = load_annotations("five.annotator_a"), load_annotations("five.annotator_b")
    assert agreement(a, b).span_f1 == agreement(b, a).span_f1
    assert agreement(a, a).stance.kappa == 1.0


def test_targets_have_both_forms_and_no_double() -> None:
    targets = load_targets()
    assert sum(not target.forces for target in targets.values()) >= 25
    for target in targets.values():
        assert target.noun_phrase != target.proposition
        assert target.inverted != target.noun_phrase
    assert target_text(None) == target_text("withdrawal", "iraq") == DEFAULT_TARGET
    assert target_text("two-state-solution") == "حل الدولتين"
    assert target_text("هدف آخر") == "هدف آخر"
    assert target_text("withdrawal", "elsewhere") == target_text("withdrawal-other")
    with pytest.raises(ValueError, match="unknown target 'withdrawal-mars'"):
        target_text("withdrawal-mars")


def test_held_out_targets_are_the_ones_that_the_seed_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "scripts" / "find_quotation_candidates.py"
    spec = importlib.util.spec_from_file_location("find_quotation_candidates", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    targets = [target for target in load_targets().values() if not target.forces]
    drawn = module.held_out([target.id for target in targets])
    assert drawn == sorted(target.id for target in targets if target.held_out)
    assert len(held_out()) == 5


def test_commands(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["check"]).exit_code == 0
    bad = runner.invoke(app, ["check", str(write(tmp_path / "a.jsonl", row(0, 5, stance="pro")))])
    assert bad.exit_code == 1
    assert "unknown stance" in bad.output
    shown = runner.invoke(app, ["agreement"])
    assert shown.exit_code == 0
    assert "five: 5 articles" in shown.output
    files = [str(GOLD / f"five.annotator_{who}.jsonl") for who in "ab"]
    data = json.loads(runner.invoke(app, ["agreement", *files, "--json"]).output)
    assert data["articles"] == 5
    assert runner.invoke(app, ["agreement", files[0]]).exit_code == 2
