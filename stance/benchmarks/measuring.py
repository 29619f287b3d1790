"""Measure what a system said: scores, calibration, abstaining, and what it does with the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.benchmarks.answering import Answers, gold_labels
from stance.benchmarks.card import Card
from stance.benchmarks.loading import Benchmark
from stance.benchmarks.systems import FEW_TARGETS
from stance.evaluation.calibration import calibration
from stance.evaluation.intervals import RESAMPLES, Array
from stance.evaluation.metrics import Labelled, binary, by_target, evaluate, score
from stance.evaluation.selective import selective
from stance.evaluation.significance import paired_bootstrap
from stance.schema import STANCES

# Under this share of changed answers a model cannot be said to read the target.
IGNORES = 0.01


def view(card: Card, answers: Answers, probabilities: Array, stances: bool = False) -> tuple[tuple[str, ...], Array]:
    """Bring probabilities into the benchmark's labels, or into stances.

    A stance model answers in the benchmark's labels where these are stances under other names; otherwise only in stances.

    :param card: The card.
    :param answers: The answers, for the system's labels.
    :param probabilities: The probabilities to convert.
    :param stances: Ask for stances although the benchmark's labels are to be had.
    :return: Labels and probabilities.
    """
    if answers.labels == card.label_names and not stances:
        return answers.labels, probabilities
    if answers.labels == STANCES and not (card.one_to_one and not stances):
        return STANCES, probabilities
    if answers.labels == STANCES:
        return card.label_names, probabilities[:, [STANCES.index(card.label_map[label]) for label in card.label_names]]
    columns = [[i for i, label in enumerate(answers.labels) if card.label_map[label] == stance] for stance in STANCES]
    return STANCES, np.stack([probabilities[:, c].sum(1) for c in columns], axis=1)


def labelled(card: Card, answers: Answers, probabilities: Array, stances: bool = False) -> Labelled:
    """Put gold labels and answers side by side for scoring.

    :param card: The card.
    :param answers: The answers.
    :param probabilities: Which probabilities to decide by.
    :param stances: Score stances although the benchmark's labels are to be had.
    :return: The labels.
    """
    labels, shown = view(card, answers, probabilities, stances)
    items = answers.items
    pair = card.f_avg_labels
    if labels != card.label_names:
        pair = ("favor", "against")
    topics = [item.topic for item in items]
    groups = [item.group or item.id for item in items] if any(item.group for item in items) else None
    few = 1 < len(set(topics)) <= FEW_TARGETS
    gold = gold_labels(card, labels, items)
    return Labelled(labels, gold, shown.argmax(1).astype(np.int64), pair, topics if few else None, groups)


def _subset(data: Labelled, kept: NDArray[np.bool_]) -> Labelled:
    def pick(values: Sequence[str] | None) -> list[str] | None:
        return None if values is None else [value for value, keep in zip(values, kept, strict=True) if keep]

    return Labelled(
        data.labels, data.gold[kept], data.predicted[kept], data.pair, pick(data.targets), pick(data.groups)
    )


def main_metric(card: Card, data: Labelled) -> str:
    """Name the official metric, or the nearest that these labels allow.

    :param card: The card.
    :param data: The labels.
    :return: A score name.
    """
    if card.metric in data.names():
        return card.metric
    return "f_avg_pooled" if card.metric.startswith("f_avg") and "f_avg_pooled" in data.names() else "macro_f1"


def sensitivity(card: Card, answers: Answers, resamples: int, seed: int) -> dict[str, Any] | None:
    """Measure what a foreign target does to the answers: a model that reads the target loses by it, one that ignores it does not.

    :param card: The card.
    :param answers: The answers.
    :param resamples: Bootstrap resamples.
    :param seed: Seed.
    :return: Scores, share of changed answers and a verdict; ``None`` where all items have one target.
    """
    if answers.shuffled is None:
        return None
    real, foreign = (labelled(card, answers, p) for p in (answers.probabilities, answers.shuffled))
    name = main_metric(card, real)
    changed = float((real.predicted != foreign.predicted).mean())
    drop, _ = paired_bootstrap(name, real, foreign, resamples, seed)
    if changed < IGNORES:
        verdict = "ignores the target"
    elif drop.low is not None and drop.low > 0:
        verdict = "reads the target"
    else:
        verdict = "no gain from the target"
    return {
        "metric": name,
        "score": score(name, real),
        "shuffled": score(name, foreign),
        "drop": drop.to_dict(),
        "changed": changed,
        "verdict": verdict,
    }


def inversion(card: Card, answers: Answers) -> dict[str, Any] | None:
    """Measure how often favor and against swap when the target is turned into its opposite.

    :param card: The card.
    :param answers: The answers.
    :return: Share of swapped answers among those that took a side; ``None`` where no opposite is known.
    """
    sides = {"favor": "against", "against": "favor"}
    stance_of = [card.label_map.get(label, label) for label in answers.labels]
    pairs = [
        (stance_of[int(answers.probabilities[i].argmax())], stance_of[int(p.argmax())])
        for i, p in answers.inverted.items()
    ]
    taken = [(before, after) for before, after in pairs if before in sides]
    if not taken:
        return None
    return {"items": len(taken), "flipped": sum(sides[before] == after for before, after in taken) / len(taken)}


def measure(benchmark: Benchmark, answers: Answers, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Any]:
    """Compute everything that is reported of one run.

    :param benchmark: The benchmark.
    :param answers: What the system said.
    :param resamples: Bootstrap resamples.
    :param seed: Seed of the resampling.
    :return: A JSON-ready mapping.
    """
    card, items = benchmark.card, answers.items
    data = labelled(card, answers, answers.probabilities)
    name = main_metric(card, data)

    def block(part: Labelled) -> dict[str, Any]:
        scores = {n: interval.to_dict() for n, interval in evaluate(part, resamples, seed).items()}
        return {"n": len(part.gold), "scores": scores}

    result: dict[str, Any] = {
        "metric": name,
        "official": name == card.metric and data.labels == card.label_names,
        "labels": list(data.labels),
        **block(data),
    }
    if data.targets is not None:
        result["targets"] = {
            t: {n: i.to_dict() for n, i in scores.items()} for t, scores in by_target(data, resamples, seed).items()
        }
    if data.labels == card.label_names and not card.one_to_one:
        result["as_stances"] = block(labelled(card, answers, answers.probabilities, stances=True))
    if benchmark.folds > 1:
        folds = np.array([item.fold for item in items])
        result["folds"] = [block(_subset(data, folds == fold)) for fold in np.unique(folds)]
    for key, kept in (
        ("without_leaks", np.array([not item.leaks for item in items])),
        ("clear_only", np.array([item.clear for item in items])),
    ):
        if 0 < kept.sum() < len(items):
            result[key] = block(_subset(data, kept))
    if card.binary and data.labels == card.label_names:
        result["binary"] = block(binary(data, view(card, answers, answers.probabilities)[1], *card.binary))
    result["calibration"] = _calibration_block(card, answers, data)
    shown = answers.probabilities if answers.calibrated is None else answers.calibrated
    result["selective"] = selective(view(card, answers, shown)[1], data.gold).to_dict()
    result["target_sensitivity"] = sensitivity(card, answers, resamples, seed)
    result["inversion"] = inversion(card, answers)
    return result


def _calibration_block(card: Card, answers: Answers, data: Labelled) -> dict[str, Any]:
    before = calibration(view(card, answers, answers.probabilities)[1], data.gold)
    block: dict[str, Any] = {"before": before.to_dict(), "after": None}
    if answers.calibrated is not None:
        after = view(card, answers, answers.calibrated)[1]
        block["after"] = calibration(after, data.gold, temperature=answers.temperature).to_dict()
    return block


def unseen(card: Card, answers: Answers, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Any]:
    """Score answers on targets that were not trained on.

    :param card: The card.
    :param answers: What ``leave_one_target_out`` returned.
    :param resamples: Bootstrap resamples.
    :param seed: Seed of the resampling.
    :return: Scores over all targets, and for each.
    """
    data = labelled(card, answers, answers.probabilities)
    return {
        "scores": {name: interval.to_dict() for name, interval in evaluate(data, resamples, seed).items()},
        "targets": {t: {name: i.value for name, i in scores.items()} for t, scores in by_target(data, 0).items()},
    }
