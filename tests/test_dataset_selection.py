"""The scripts that choose articles and find candidate passages, on a corpus made here."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import zstandard

from stance.dataset.corpus import NEWS_SOURCES, Document

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


select = load("select_articles")
candidates = load("find_quotation_candidates")

PASSAGE = "وأكد رئيس الحكومة أن بقاء القوات الأميركية في العراق لم يعد مقبولا وأن عليها أن ترحل."


def compress(path: Path, lines: list[str]) -> None:
    path.write_bytes(zstandard.ZstdCompressor().compress("\n".join(lines).encode() + b"\n"))


def filler(seed: int, words: int, topic: str) -> str:
    rng = random.Random(seed)
    return f"قال المتحدث {topic} " + " ".join("".join(rng.choices("ثخذضظغ", k=6)) for _ in range(words))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    politics, sport = "الحكومة والبرلمان والانتخابات والوزير", "المباراة والدوري والمنتخب والمدرب"
    for number, source in enumerate(NEWS_SOURCES):
        seeds = [100 * number + n for n in range(16)]
        texts = [filler(seed, 200, politics if seed % 2 else sport) for seed in seeds]
        short = filler(number, 20, politics)
        compress(folder / f"{source}.txt.zst", [*texts, texts[0], short, filler(number, 2000, sport)])
    return folder


def test_selection_is_reproducible_stratified_and_without_duplicates(corpus: Path) -> None:
    chosen = select.choose(corpus, [], 7)
    assert chosen == select.choose(corpus, [], 7)
    assert {d.article for d, _, _ in chosen} != {d.article for d, _, _ in select.choose(corpus, [], 8)}
    assert len(chosen) == sum(select.QUOTA.values()) == 60
    assert len({d.sha256 for d, _, _ in chosen}) == 60
    for source, size in select.QUOTA.items():
        splits = [split for document, _, split in chosen if document.source == source]
        assert splits.count("dev") == splits.count("test") == size // 2
    assert all(select.MIN_WORDS <= len(d.text.split()) <= select.MAX_WORDS for d, _, _ in chosen)


def test_texts_to_avoid_are_not_chosen(corpus: Path) -> None:
    first = select.choose(corpus, [], 7)[0][0]
    assert first.sha256 not in {d.sha256 for d, _, _ in select.choose(corpus, [first.text], 7)}


def test_topics_need_a_clear_majority_of_words() -> None:
    assert select.topic("الحكومة والبرلمان والانتخابات") == "politics"
    assert select.topic("كلام عام") is None


def test_a_passage_on_foreign_forces_is_found_with_its_cue() -> None:
    text = f"مقدمة طويلة بما يكفي عن الاجتماع. {PASSAGE} خاتمة."
    [(name, passage)] = candidates.matches(Document("paper", "0" * 64, text), [candidates.Withdrawal()])
    assert (name, passage.group) == ("withdrawal", "iraq")
    assert text[passage.start : passage.end] == PASSAGE


@pytest.mark.parametrize(
    "text",
    [
        "أكد الوزير أن بقاء القوات الإسرائيلية في الجولان مرفوض وأن عليها أن تنسحب.",
        "بقاء القوات الأميركية في العراق طوال هذه السنوات كان أمرا مكلفا للجميع هنا.",
        "أكد الوزير أن السماء صافية وأن الأمطار قد تعود في نهاية الأسبوع المقبل.",
    ],
)
def test_other_armies_other_matters_and_unreported_sentences_are_left(text: str) -> None:
    assert list(candidates.matches(Document("paper", "0" * 64, text), [candidates.Withdrawal()])) == []


def test_a_cue_may_stand_in_the_next_sentence() -> None:
    text = "بقاء القوات الأميركية في العراق مرفوض تماما ولن يستمر. وأضاف علي أن القرار نهائي."
    [(_, passage)] = candidates.matches(Document("paper", "0" * 64, text), [candidates.Withdrawal()])
    assert (passage.start, passage.end) == (0, len(text))


def test_thinning_spreads_over_sources_and_drops_repeats() -> None:
    def passage(source: str, number: int, words: str) -> object:
        document = Document(source, f"{source}{number // 5}", words)
        return candidates.Passage(document, 0, len(words), "", words.split())

    found = [passage("a", n, " ".join(f"ا{n}{i}" for i in range(8))) for n in range(20)]
    found += [passage("b", n, " ".join(f"ب{i}" for i in range(8))) for n in range(20)]
    chosen = candidates.thin(found, 30, random.Random(0))
    sources = [p.document.source for p in chosen]
    assert sources.count("b") == 1
    assert sources.count("a") == 4 * candidates.PER_DOCUMENT
    assert len(candidates.thin(found, 5, random.Random(0))) == 5


def test_the_search_writes_chunks_index_and_documents(corpus: Path, tmp_path: Path) -> None:
    for path in corpus.glob("*.zst"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    compress(tmp_path / "ant_tunisia.txt.zst", [f"مقدمة عن الاجتماع. {PASSAGE}", "نص آخر"])
    out = tmp_path / "out"
    command = [
        sys.executable,
        str(SCRIPTS / "find_quotation_candidates.py"),
        "--corpus",
        str(tmp_path),
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SCRIPTS.parent, check=True)
    assert "withdrawal: 1 found, 1 kept" in done.stdout
    [row] = [json.loads(line) for line in (out / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    [document] = [json.loads(line) for line in (out / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    assert document["document"] == row["document"]
    assert document["text"][row["start"] : row["end"]] == PASSAGE
    assert f">>> {PASSAGE} <<<" in (out / "withdrawal-000.txt").read_text(encoding="utf-8")
