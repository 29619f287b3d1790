"""Write the soft labels of an ensemble of a linear model and fine-tuned ones, for training rows and for unlabelled quotations.

Example: ``python scripts/teach.py --corpus ../shared/corpus --models runs/withdrawal/model --out ../teacher``

The linear model is TF-IDF of the quotation, its speaker and its cue with logistic regression. What it says of a training row
comes from the fold that did not hold the row's article, and is averaged with the label. Unlabelled quotations are those that
the extractor finds in corpus documents on foreign forces, those with test or dev quotations left out; what they get is the mean
of the linear model (as heavy as two) and of the fine-tuned ones. ``--out`` holds ``unlabelled.jsonl`` and ``soft.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion, Pipeline

from stance.annotations.shipped import load_annotations, load_manifest, write_jsonl
from stance.arabic import normalise
from stance.dataset.corpus import NEWS_SOURCES, documents
from stance.dataset.real import assign_splits
from stance.dataset.rows import quotation_row
from stance.predict import StanceClassifier
from stance.quotations import extract
from stance.schema import DEFAULT_TARGET, STANCES, Article
from stance.training.config import TrainConfig
from stance.training.finetune import load_rows
from stance.training.linear import WEIGHTS
from stance.training.splits import make_splits

Row = dict[str, Any]
SOURCES = ("corpus", "withdrawal", "written")
LONGEST_DOCUMENT, FEWEST_MENTIONS = 6000, 3
WORDS = range(5, 81)
# Of quotations that do not name the forces, this share is kept: they are what a model meets most.
SHARE_OF_OTHERS = 0.12
_FORCES = "القوات|قوات|الجنود|جنود|انسحاب|الانسحاب|الاحتلال"
_NATION = "الأمريكي|الأميركي|الامريكي|الاميركي|الأجنبي|الاجنبي|العراق"
FORCES = re.compile(
    rf"(?:{_FORCES}|قواعد|القاعدة|التحالف|الوجود العسكري).{{0,60}}(?:{_NATION}|أمريكا|أميركا|التحالف|الناتو|الأطلسي|واشنطن|البنتاغون)"
    rf"|(?:{_NATION}).{{0,60}}(?:{_FORCES})"
)


def text(row: Row) -> str:
    """Write quotation, speaker and cue as one text in which the last two have marked words."""

    def marked(mark: str, *parts: str | None) -> str:
        return " ".join(mark + word for part in parts if part for word in normalise(part).split())

    who = marked("speaker_", row["speaker"], row["role"])
    return f"{normalise(row['quotation'])} {who} {marked('cue_', row['cue'])}"


def linear(rows: Sequence[Row]) -> Pipeline:
    """Train the linear model."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    regression = LogisticRegression(C=3, class_weight="balanced", max_iter=1000)
    model = Pipeline(
        [("features", FeatureUnion([("words", words), ("characters", characters)])), ("regression", regression)]
    )
    weights = [WEIGHTS[row["source"]] for row in rows]
    return model.fit(
        [text(r) for r in rows], [STANCES.index(r["stance"]) for r in rows], regression__sample_weight=weights
    )


def out_of_fold(rows: Sequence[Row]) -> np.ndarray:
    """Answer every training row by a model that has not seen its article."""
    answers = np.zeros((len(rows), len(STANCES)))
    groups = [row["article"] or row["id"] for row in rows]
    for seen, unseen in GroupKFold(5).split(rows, groups=groups):
        model = linear([rows[i] for i in seen])
        answers[unseen] = model.predict_proba([text(rows[i]) for i in unseen])
    return answers


def found(corpus: Path) -> Iterator[Row]:
    """Extract quotations from documents on foreign forces that no dev or test label stands in."""
    split_of = assign_splits(load_annotations("quotations"))
    kept_out = {document for document, split in split_of.items() if split != "train"}
    kept_out |= {str(entry["document"]) for entry in load_manifest().values()}
    chance = random.Random(3)
    for source in NEWS_SOURCES:
        for document in documents(corpus, source):
            if document.sha256 in kept_out or len(document.text) > LONGEST_DOCUMENT:
                continue
            if len(FORCES.findall(document.text)) < FEWEST_MENTIONS:
                continue
            for quotation in extract(Article(document.article, document.text)):
                content = quotation.content.text
                if len(content.split()) in WORDS and (FORCES.search(content) or chance.random() < SHARE_OF_OTHERS):
                    label = {"target": DEFAULT_TARGET, "stance": None, "clear": None}
                    yield quotation_row(quotation, label, "unlabelled", None)


def main() -> None:
    """Write both files and print how many rows they have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--models", nargs="+", required=True, help="model folders of the first step")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    sources, corpus = list(SOURCES), str(arguments.corpus)
    config = TrainConfig(name="teacher", encoder="none", sources=sources, select_on=["withdrawal"], corpus=corpus)
    train = make_splits(load_rows(config), config)["train"]
    truth = np.eye(len(STANCES))[[STANCES.index(row["stance"]) for row in train]]
    lines = list(zip(train, (out_of_fold(train) + truth) / 2, strict=True))
    unlabelled = list({row["id"]: row for row in found(arguments.corpus)}.values())
    answers = 2 * linear(train).predict_proba([text(row) for row in unlabelled])
    for model in arguments.models:
        answers += StanceClassifier.load(model, backend="torch").predict_rows(unlabelled)
    lines += zip(unlabelled, answers / (2 + len(arguments.models)), strict=True)
    write_jsonl(arguments.out / "unlabelled.jsonl", unlabelled)
    soft = [{"id": row["id"], "probabilities": dict(zip(STANCES, map(float, p), strict=True))} for row, p in lines]
    write_jsonl(arguments.out / "soft.jsonl", soft)
    print(json.dumps({"labelled": len(train), "unlabelled": len(unlabelled), "folder": str(arguments.out)}))


if __name__ == "__main__":
    main()
