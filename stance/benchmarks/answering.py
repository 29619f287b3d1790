"""Have a system answer a benchmark: train where there is something to train, predict the test items and variants of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from stance.benchmarks.card import Card
from stance.benchmarks.loading import Benchmark, Item
from stance.benchmarks.systems import System
from stance.evaluation.calibration import apply_temperature, fit_temperature
from stance.evaluation.intervals import Array
from stance.evaluation.metrics import Labels

MakeSystem = Callable[[], System]
HELD_OUT = 0.2


class NotApplicable(Exception):
    """A system that cannot run on a benchmark; the message says why."""


@dataclass
class Answers:
    """What a system said: probabilities on the test items, in the order of ``items``, and on variants of them."""

    items: list[Item]
    labels: tuple[str, ...]
    probabilities: Array
    shuffled: Array | None = None
    inverted: dict[int, Array] = field(default_factory=dict)
    calibrated: Array | None = None
    temperature: float | None = None


def shuffle_targets(items: Sequence[Item], seed: int = 0) -> list[Item] | None:
    """Give every item the target of another one, drawn at random among those with another target.

    :param items: Test items.
    :param seed: Seed of the draw.
    :return: The items with foreign targets; ``None`` where all have the same.
    """
    topics = np.array([item.topic for item in items])
    if len(set(topics)) < 2:
        return None
    rng = np.random.default_rng(seed)
    foreign = []
    for item in items:
        others = np.flatnonzero(topics != item.topic)
        other = items[int(rng.choice(others))]
        foreign.append(replace(item, target=other.target, topic=other.topic))
    return foreign


def answer(benchmark: Benchmark, make: MakeSystem, seed: int = 0) -> Answers:
    """Train where there is something to train, and predict the test items, once as they are and once with foreign targets.

    :param benchmark: The benchmark.
    :param make: Makes a fresh system; called once a fold.
    :param seed: Seed of shuffling and of held-out parts.
    :return: The answers.
    :raises NotApplicable: If the system needs training data that the benchmark has not.
    """
    card, rows, foreign = benchmark.card, [], []
    items: list[Item] = []
    inverted: dict[int, Array] = {}
    held: tuple[Array, list[Item]] | None = None
    system = make()
    if system.trains and not benchmark.trainable:
        raise NotApplicable(f"{card.name} has no training data")
    for number, (train, dev, test) in enumerate(benchmark.parts()):
        system = system if number == 0 else make()
        if hasattr(system, "dev"):
            system.dev = dev
        if system.trains:
            system.fit(train, card.label_names, card.label_map)
        if system.trains and not hasattr(system, "temperature") and benchmark.folds < 2:
            held = _held_out(card, make, system, train, dev, seed)
        shuffled = shuffle_targets(test, seed)
        turned = [i for i, item in enumerate(test) if item.target in card.inverted_targets]
        if turned:
            opposites = [replace(test[i], target=card.inverted_targets[test[i].target]) for i in turned]
            inverted |= dict(zip((len(items) + i for i in turned), system.predict(opposites), strict=True))
        items += test
        rows.append(system.predict(test))
        if shuffled is not None:
            foreign.append(system.predict(shuffled))
    answers = Answers(items, tuple(system.labels), np.concatenate(rows), inverted=inverted)
    answers.shuffled = np.concatenate(foreign) if foreign else None
    _calibrate(answers, benchmark, system, held)
    return answers


def _held_out(
    card: Card, make: MakeSystem, system: System, train: list[Item], dev: list[Item], seed: int
) -> tuple[Array, list[Item]]:
    """Predict items that were not trained on: dev, or a fifth of train by a second system trained on the rest."""
    if dev:
        return system.predict(dev), dev
    rng = np.random.default_rng(seed)
    groups = sorted({item.group or item.id for item in train})
    chosen = set(rng.choice(groups, max(1, round(HELD_OUT * len(groups))), replace=False).tolist())
    kept = [item for item in train if (item.group or item.id) not in chosen]
    away = [item for item in train if (item.group or item.id) in chosen]
    second = make()
    second.fit(kept, card.label_names, card.label_map)
    return second.predict(away), away


def gold_labels(card: Card, labels: Sequence[str], items: Sequence[Item]) -> Labels:
    """Find the positions of the gold labels among a system's own labels.

    :param card: The card.
    :param labels: The benchmark's labels, or stances.
    :param items: The items.
    :return: One position an item.
    """
    names = [item.label if tuple(labels) == card.label_names else card.label_map[item.label] for item in items]
    return np.array([list(labels).index(name) for name in names], dtype=np.int64)


def _calibrate(answers: Answers, benchmark: Benchmark, system: System, held: tuple[Array, list[Item]] | None) -> None:
    """Split what was said into probabilities before and after temperature."""
    own = getattr(system, "temperature", None)
    if own is not None:
        answers.calibrated, answers.temperature = answers.probabilities, own
        answers.probabilities = apply_temperature(answers.probabilities, 1 / own)
    elif held is not None:
        answers.temperature = fit_temperature(held[0], gold_labels(benchmark.card, answers.labels, held[1]))
        answers.calibrated = apply_temperature(answers.probabilities, answers.temperature)
    elif system.trains and benchmark.folds > 1:
        gold = gold_labels(benchmark.card, answers.labels, answers.items)
        folds = np.array([item.fold for item in answers.items])
        answers.calibrated, fitted = np.empty_like(answers.probabilities), []
        for fold in np.unique(folds):
            # Each fold gets the temperature of the others, whose answers come from systems that had not seen them.
            fitted.append(fit_temperature(answers.probabilities[folds != fold], gold[folds != fold]))
            answers.calibrated[folds == fold] = apply_temperature(answers.probabilities[folds == fold], fitted[-1])
        answers.temperature = float(np.mean(fitted))


def leave_one_target_out(benchmark: Benchmark, make: MakeSystem) -> Answers | None:
    """Train on all targets but one and answer the test items of that one, for every target.

    :param benchmark: The benchmark.
    :param make: Makes a fresh system, once a target.
    :return: The answers; ``None`` where the card does not ask for it or the system learns nothing.
    """
    card, rows = benchmark.card, []
    items: list[Item] = []
    system = make()
    if not (card.leave_one_target_out and system.trains and benchmark.splits.get("train")):
        return None
    for topic in sorted({item.topic for item in benchmark.splits["test"]}):
        test = [item for item in benchmark.splits["test"] if item.topic == topic]
        system = make()
        train = [item for item in benchmark.splits["train"] if item.topic != topic]
        system.fit(train, card.label_names, card.label_map)
        items += test
        rows.append(system.predict(test))
    return Answers(items, tuple(system.labels), np.concatenate(rows))
