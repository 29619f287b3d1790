"""Systems × benchmarks → results, each one once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stance.benchmarks import answering, contrast, measuring, models, results
from stance.benchmarks.answering import NotApplicable
from stance.benchmarks.card import Card
from stance.benchmarks.files import DataError
from stance.benchmarks.loading import Benchmark, load
from stance.evaluation.intervals import RESAMPLES
from stance.evaluation.significance import ROUNDS, Comparison, compare, holm

__all__ = ["DataError", "NotApplicable", "Runner", "Settings", "Skipped", "comparisons", "shortcuts"]

# Beside every model: what the majority, a bag of words, half of the input and mere tone reach.
SHORTCUTS = ("majority", "tfidf", "text-only", "target-only", "lexicon")
# Where text and target are of one kind, what they share is a shortcut of its own.
PAIR_SHORTCUTS = ("overlap", "tfidf-overlap")


@dataclass(frozen=True)
class Settings:
    """How benchmarks are run; the defaults are those of the published results."""

    results: Path
    data: Path | None = None
    corpus: Path | None = None
    runs: Path = Path("runs/benchmarks")
    seed: int = 0
    seeds: int = 1
    resamples: int = RESAMPLES
    only_missing: bool = False
    unseen: bool = True
    download: bool = True
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A pair of system and benchmark that was not run, and why."""

    model: str
    benchmark: str
    reason: str


def shortcuts(card: Card) -> tuple[str, ...]:
    """List the simple systems that belong beside a model on a benchmark.

    :param card: The card.
    :return: Names of systems.
    """
    paired = not card.targets and card.target is None
    return SHORTCUTS + (PAIR_SHORTCUTS if paired else ())


class Runner:
    """Runs systems on benchmarks, loading each benchmark once."""

    def __init__(self, cards: dict[str, Card], settings: Settings) -> None:
        self.cards, self.settings = cards, settings
        self._loaded: dict[str, Benchmark] = {}

    def benchmark(self, name: str) -> Benchmark:
        """Load a benchmark.

        :param name: Its name.
        :return: The benchmark.
        """
        if name not in self._loaded:
            s = self.settings
            self._loaded[name] = load(self.cards[name], s.data, s.corpus, s.download)
        return self._loaded[name]

    def run(self, model: str, name: str) -> dict[str, Any] | Skipped:
        """Run one system on one benchmark, or take up the stored result of the same.

        :param model: What the command names, see ``models.find``.
        :param name: Name of the benchmark.
        :return: The result, or why there is none.
        """
        settings, card = self.settings, self.cards[name]
        system, model_hash = models.find(model, settings.seed, settings.runs, settings.overrides)
        key = results.Key(
            system.name, model_hash, name, card.revision(), settings.seeds, settings.seed, settings.resamples
        )
        stored = results.read(settings.results, system.name, name)
        stored = stored if stored is not None and key.matches(stored) else None
        whole = not (settings.unseen and card.leave_one_target_out) or "unseen_targets" in (stored or {})
        if settings.only_missing and stored is not None and whole:
            return stored
        started = time.monotonic()
        benchmark = self.benchmark(name)

        def make(seed: int) -> Callable[[], Any]:
            return lambda: models.find(model, seed, settings.runs, settings.overrides)[0]

        try:
            answers = answering.answer(benchmark, make(settings.seed), settings.seed)
        except NotApplicable as reason:
            return Skipped(system.name, name, str(reason))
        measured: dict[str, Any] = {"trained_here": system.trains}
        measured |= measuring.measure(benchmark, answers, settings.resamples, settings.seed)
        if settings.unseen:
            unseen = answering.leave_one_target_out(benchmark, make(settings.seed))
            measured["unseen_targets"] = unseen and measuring.unseen(card, unseen, settings.resamples, settings.seed)
        elif stored is not None and "unseen_targets" in stored:
            # A shorter run of the same system and data takes nothing away from what is known.
            measured["unseen_targets"] = stored["unseen_targets"]
        if isinstance(system, models.Configuration) and settings.seeds > 1:
            measured["over_seeds"] = self._over_seeds(benchmark, measured, make)
        if card.format == "withdrawal" and isinstance(system, models.Model):
            from stance.benchmarks.withdrawal import end_to_end

            measured["end_to_end"] = end_to_end(system.classifier, settings.corpus, settings.resamples, settings.seed)
            measured["contrast"] = contrast.measure(system, contrast.read_sets(), settings.resamples, settings.seed)
        result = results.record(key, card, measured, time.monotonic() - started, self._command(model, name))
        data = measuring.labelled(card, answers, answers.probabilities)
        shown = measuring.view(card, answers, answers.probabilities)[1]
        results.write(settings.results, result, data, shown, (item.id for item in answers.items))
        return result

    def _command(self, model: str, name: str) -> str:
        """The command that gives this one result again, whatever else was run with it; DIR stands for the user's folders."""
        s = self.settings
        options = [f"--data DIR{' --corpus DIR' if s.corpus else ''}", f"--seed {s.seed}", f"--resamples {s.resamples}"]
        options += [f"--seeds {s.seeds}"] if s.seeds > 1 else []
        options += [f"--set {override}" for override in s.overrides] + ([] if s.unseen else ["--no-unseen"])
        return f"stance benchmark {model} --on {name} --no-shortcuts {' '.join(options)}"

    def _over_seeds(
        self, benchmark: Benchmark, first: dict[str, Any], make: Callable[[int], Callable[[], Any]]
    ) -> dict[str, Any]:
        """Train again with further seeds; mean and standard deviation of every score."""
        start = self.settings.seed
        runs = [{name: score["value"] for name, score in first["scores"].items()}]
        for seed in range(start + 1, start + self.settings.seeds):
            answers = answering.answer(benchmark, make(seed), seed)
            scores = measuring.measure(benchmark, answers, 0, seed)["scores"]
            runs.append({name: score["value"] for name, score in scores.items()})
        values = {name: [run[name] for run in runs] for name in runs[0]}
        return {
            name: {"mean": float(np.mean(v)), "sd": float(np.std(v, ddof=1)), "values": v} for name, v in values.items()
        }


def comparisons(
    folder: Path, a: str, b: str, benchmarks: Sequence[str], seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Comparison]:
    """Compare two models on several benchmarks, with Holm's correction over them.

    :param folder: Folder of results.
    :param a: One model.
    :param b: The other.
    :param benchmarks: Names of benchmarks.
    :param seed: Seed of both tests.
    :param rounds: Random swaps.
    :return: Benchmark → comparison in its official metric.
    """
    found = {}
    for name in benchmarks:
        first, second = (results.read_answers(folder, model, name) for model in (a, b))
        stored = results.read(folder, a, name)
        metric = stored["metric"] if stored else "macro_f1"
        found[name] = compare(metric, first, second, rounds=rounds, seed=seed)
    adjusted = holm({name: comparison.p_randomisation for name, comparison in found.items()})
    return {
        name: Comparison(c.score, c.a, c.b, c.difference, c.p_bootstrap, c.p_randomisation, adjusted[name])
        for name, c in found.items()
    }
