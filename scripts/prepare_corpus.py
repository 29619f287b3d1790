"""Prepare the pretraining corpus: ``python scripts/prepare_corpus.py --corpus DIR --benchmarks DIR --out DIR``.

Learns the tokenizer first if ``--tokenizer`` does not exist yet. Documents that overlap in 13 words with the five articles or
with a test text of a benchmark are removed, and so are the articles that are annotated for evaluation; the manifest lists them.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from stance.annotations.shipped import reported_documents
from stance.dataset.corpus import documents, source_of
from stance.training import corpus
from stance.training.tokenizer import save_tokenizer, train_tokenizer

ROOT = Path(__file__).resolve().parent.parent


def protected_texts(benchmarks: Path) -> Iterator[str]:
    """Yield the five articles line by line and every test text of the benchmarks."""
    for path in sorted((ROOT / "stance" / "annotations" / "articles").glob("*.txt")):
        yield from path.read_text(encoding="utf-8").splitlines()
    columns = {
        "ans/test.csv": ("s1", "s2"),
        "mawqif/Mawqif_AllTargets_Test.csv": ("text",),
        "exaasc/test_final.csv": ("main", "reply"),
    }
    for name, keys in columns.items():
        with (benchmarks / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield from (row[key] for key in keys)
    for path in sorted((benchmarks / "arabicstancex" / "test").rglob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))["text"].values()
    for path in sorted((benchmarks / "unified_fc" / "dataset").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        yield from (data["claim"], *data["article"])


def tokenizer_sample(files: list[Path], share: float, seed: int) -> Iterator[str]:
    """Yield a seeded sample of documents, tweets twice as often as the rest."""
    chooser = random.Random(seed)
    for path in files:
        rate = min(1.0, share * (2 if path.name.startswith("tweets") else 1))
        yield from (d.text for d in documents(path.parent, source_of(path)) if chooser.random() < rate)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of .txt.zst files, one document a line")
    parser.add_argument(
        "--benchmarks", type=Path, required=True, help="folder of the benchmark files, for the leak check"
    )
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer folder, learnt if it does not exist")
    parser.add_argument("--vocab-size", type=int, default=24_000)
    parser.add_argument(
        "--sample", type=float, default=0.15, help="share of documents that the tokenizer is learnt from"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    files = sorted(arguments.corpus.glob("*.txt.zst"))
    if not (arguments.tokenizer / "tokenizer.json").is_file():
        sample = tokenizer_sample(files, arguments.sample, arguments.seed)
        save_tokenizer(train_tokenizer(sample, arguments.vocab_size), arguments.tokenizer, 512)
    manifest = corpus.prepare(
        files,
        arguments.tokenizer / "tokenizer.json",
        arguments.out,
        protected_texts(arguments.benchmarks),
        reported_documents(),
        print,
    )
    print(f"{manifest['pieces']} pieces of {manifest['documents']} documents in {arguments.out}")


if __name__ == "__main__":
    main()
