"""Training rows that make a model read the target: inverted, wrong and rephrased targets, hidden speakers and cues.

The phrasings lie in ``targets.yaml`` here, an entry a target: ``same`` lists noun phrases and propositions that mean it,
``inverse`` such that mean its opposite; and in ``stance/annotations/targets.yaml``, with the targets of real quotations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from stance.annotations.targets import FILE as ANNOTATED_TARGETS
from stance.annotations.targets import load_targets
from stance.schema import Stance
from stance.training.config import ConfigError, TrainConfig
from stance.training.splits import Row

FILE = Path(__file__).with_name("targets.yaml")
_SWAPPED = {str(Stance.FAVOR): str(Stance.AGAINST), str(Stance.AGAINST): str(Stance.FAVOR)}


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Ways to say a target and its opposite."""

    same: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()


def _read(path: Path) -> dict[str, Phrasings]:
    """Read ``targets.yaml`` of this folder: target → ``same`` and ``inverse``."""
    found = {}
    for target, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        if not isinstance(entry, dict) or not set(entry) <= {"same", "inverse"}:
            raise ConfigError(f"{path}: {target!r} needs the keys 'same' and 'inverse' and no others")
        found[str(target)] = Phrasings(tuple(entry.get("same", ())), tuple(entry.get("inverse", ())))
    return found


def _read_annotated(path: Path) -> dict[str, Phrasings]:
    """Read the targets that real quotations were labelled for; those held out for zero-shot tests stay unread."""
    found = {}
    for target in load_targets(path).values():
        if not target.held_out:
            same = (target.proposition,) if target.proposition else ()
            found[target.noun_phrase] = Phrasings(same, (target.inverted,) if target.inverted else ())
    return found


@cache
def load_phrasings(path: Path = FILE, annotated: Path = ANNOTATED_TARGETS) -> Mapping[str, Phrasings]:
    """Read all phrasings.

    :param path: Target → ``same`` and ``inverse``.
    :param annotated: The list of targets with ``noun_phrase``, ``proposition`` and ``inverted``.
    :return: Target → phrasings; every phrase of ``same`` is a key too.
    :raises ConfigError: If an entry is not of that form.
    """
    entries = _read_annotated(annotated)
    for target, more in _read(path).items():
        known = entries.get(target, Phrasings())
        both = (tuple(dict.fromkeys(known.same + more.same)), tuple(dict.fromkeys(known.inverse + more.inverse)))
        entries[target] = Phrasings(*both)
    found: dict[str, Phrasings] = {}
    for target, ways in entries.items():
        everything = (target, *ways.same)
        for phrase in everything:
            found[phrase] = Phrasings(tuple(other for other in everything if other != phrase), ways.inverse)
    return found


def invert(row: Row, phrase: str) -> dict[str, Any]:
    """Ask a row about the opposite target: favor and against change places, none stays.

    :param row: A labelled row.
    :param phrase: The opposite of its target.
    :return: A copy.
    """
    return {**row, "id": f"{row['id']}/inverse", "target": phrase, "stance": _SWAPPED.get(row["stance"], row["stance"])}


def augment(rows: Sequence[Row], config: TrainConfig, seed: int) -> list[Row]:
    """Add the copies that the configuration asks for; the rows themselves stay, but for hidden speakers and cues.

    :param rows: Training rows.
    :param config: Shares of rows that get a copy of each kind.
    :param seed: Seed of the choice.
    :return: Rows and copies.
    """
    random = np.random.default_rng((seed, 7))
    phrasings = load_phrasings()
    # A wrong target must be a question that other rows of the source are about, or its form would give it away.
    targets: dict[str, list[str]] = {}
    for row in rows:
        targets.setdefault(row["source"], []).append(row["target"])
    pools = {source: sorted(set(names)) for source, names in targets.items()}
    result: list[Row] = []
    for row in rows:
        if row.get("speaker") and random.random() < config.drop_speaker:
            row = {**row, "speaker": None, "role": None}
        if row.get("cue") and random.random() < config.drop_cue:
            row = {**row, "cue": None}
        result.append(row)
        ways = phrasings.get(row["target"], Phrasings())
        if ways.inverse and random.random() < config.invert_targets:
            result.append(invert(row, str(random.choice(ways.inverse))))
        if ways.same and random.random() < config.rephrase_targets:
            result.append({**row, "id": f"{row['id']}/rephrased", "target": str(random.choice(ways.same))})
        if random.random() < config.wrong_targets and (wrong := _wrong_target(row, pools, phrasings, random)):
            result.append({**row, "id": f"{row['id']}/wrong", "target": wrong, "stance": str(Stance.NONE)})
    return result


def _wrong_target(
    row: Row, pools: Mapping[str, Sequence[str]], phrasings: Mapping[str, Phrasings], random: np.random.Generator
) -> str | None:
    """Draw a target that is neither the row's nor another way to say it or its opposite; half the time of another source."""
    ways = phrasings.get(row["target"], Phrasings())
    near = {row["target"], *ways.same, *ways.inverse}
    source = row["source"]
    if len(pools) > 1 and (len(pools[source]) == 1 or random.random() < 0.5):
        source = str(random.choice([name for name in pools if name != source]))
    pool = pools[source]
    for _ in range(8):
        target = pool[int(random.integers(len(pool)))]
        if target not in near:
            return target
    return None
