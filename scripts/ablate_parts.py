"""What each part of the data is worth: train with all parts and without each, score on the real test quotations.

Example: ``python scripts/ablate_parts.py --corpus ../shared/corpus`` (linear model, seconds), or with an encoder:
``python scripts/ablate_parts.py --corpus ../shared/corpus --config configs/withdrawal.yaml --seeds 5 --runs ../runs/parts``

The test is the test part of the real quotations on foreign forces. The linear model is TF-IDF of the quotation, its speaker and
its cue with logistic regression; it is asked about no target, so rows on other targets are no part of it. Differences are paired
and bootstrapped by article; the encoder must be one that has seen no label. With several seeds the predictions of all seeds stand under one another.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stance import dataset
from stance.evaluation.intervals import Interval
from stance.evaluation.metrics import Labelled, evaluate
from stance.evaluation.significance import paired_bootstrap
from stance.schema import STANCES

Row = dict[str, Any]
FORCES = ("withdrawal", "written", "corpus")
ALL = (*FORCES, "targets", "written_targets")
TEST = "withdrawal"


def linear(train: Sequence[Row], test: Sequence[Row]) -> np.ndarray:
    """Train the linear model and answer.

    :param train: Labelled rows.
    :param test: Rows to answer.
    :return: Positions in ``STANCES``.
    """
    from stance.benchmarks.loading import Item
    from stance.benchmarks.systems import Regression, Tfidf, text
    from stance.benchmarks.withdrawal import item_of

    def items(rows: Sequence[Row]) -> list[Item]:
        # One topic, so that one regression is trained.
        return [replace(item_of(row), topic=TEST) for row in rows]

    def who(item: Item) -> str:
        return " ".join(part for part in (item.speaker, item.role, item.cue) if part)

    model = Regression("linear", lambda: Tfidf(text, who))
    model.fit(items(train), STANCES, {})
    return model.predict(items(test)).argmax(1)


def encoder(
    config: Path,
    overrides: Sequence[str],
    sources: Sequence[str],
    seed: int,
    corpus: str,
    runs: Path,
    test: Sequence[Row],
) -> np.ndarray:
    """Fine-tune an encoder and answer; a finished run is taken up again.

    :param config: The configuration.
    :param overrides: ``key=value`` arguments.
    :param sources: Parts to learn from.
    :param seed: Seed.
    :param corpus: Folder of the corpus.
    :param runs: Folder of the runs.
    :param test: Rows to answer.
    :return: Positions in ``STANCES``.
    """
    from stance.predict import StanceClassifier
    from stance.training.config import load_config
    from stance.training.finetune import train

    fixed = [f"sources=[{','.join(sources)}]", f"seeds=[{seed}]", f"corpus={corpus}", f"output={runs}", "test=false"]
    fixed += ["select_on=[]", "source_weights={}", f"name={'-'.join(sources)}-{seed}"]
    loaded = load_config(config, [*fixed, *overrides])
    if not (loaded.folder / "model").is_dir():
        train(loaded)
    return StanceClassifier.load(loaded.folder / "model", backend="torch").predict_rows(test).argmax(1)


def main() -> None:
    """Train, score and print one row a setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--config", type=Path, help="fine-tune the encoder of this configuration instead")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=Path("runs/parts"))
    parser.add_argument("--set", nargs="*", default=[], dest="overrides", help="key=value for the configuration")
    arguments = parser.parse_args()
    sources = ALL if arguments.config else FORCES
    splits = dataset.load_rows(list(sources), corpus=arguments.corpus)
    test = [row for row in splits["test"] if row["source"] == TEST]
    gold = np.array([STANCES.index(row["stance"]) for row in test] * arguments.seeds)
    groups = [row["article"] for row in test] * arguments.seeds

    def answers(kept: Sequence[str]) -> Labelled:
        if arguments.config:
            found = [
                encoder(arguments.config, arguments.overrides, kept, seed, arguments.corpus, arguments.runs, test)
                for seed in range(1, arguments.seeds + 1)
            ]
        else:
            found = [linear([r for r in splits["train"] if r["source"] in kept], test)] * arguments.seeds
        return Labelled(STANCES, gold, np.concatenate(found), ("favor", "against"), None, groups)

    def show(name: str, rows: int, value: Interval, difference: Interval | None) -> None:
        change = (
            f"{100 * difference.value:+5.1f} [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]"
            if difference
            else ""
        )
        print(
            f"{name:<32}{rows:>6}   {100 * value.value:5.1f} [{100 * value.low:.1f}, {100 * value.high:.1f}]   {change}"
        )

    print(f"{len(test)} test quotations, {arguments.seeds} seeds; macro-F1; difference to all parts")
    counts = {name: sum(row["source"] == name for row in splits["train"]) for name in sources}
    everything = answers(sources)
    show("all parts", sum(counts.values()), evaluate(everything)["macro_f1"], None)
    for left_out in sources:
        kept = [name for name in sources if name != left_out]
        without = answers(kept)
        difference, _ = paired_bootstrap("macro_f1", without, everything)
        rows = sum(counts[name] for name in kept)
        show(f"without {left_out}", rows, evaluate(without)["macro_f1"], difference)
    print(json.dumps({"train rows": counts}))


if __name__ == "__main__":
    main()
