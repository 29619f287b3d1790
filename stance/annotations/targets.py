"""The targets that quotations are labelled for, as noun phrase and as proposition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from stance.schema import DEFAULT_TARGET

FILE = Path(__file__).with_name("targets.yaml")
# The target that the package is about; it has no entry in the file.
WITHDRAWAL = "withdrawal-iraq"


@dataclass(frozen=True, slots=True)
class Target:
    """One target. ``forces`` names the country group for withdrawals of foreign forces, ``held_out`` says: zero-shot evaluation only."""

    id: str
    english: str
    noun_phrase: str
    proposition: str
    inverted: str | None = None
    held_out: bool = False
    forces: str | None = None


_DEFAULT = Target(
    id=WITHDRAWAL,
    english="the withdrawal of US and coalition forces from Iraq",
    noun_phrase=DEFAULT_TARGET,
    proposition="ينبغي أن تنسحب القوات الأميركية وقوات التحالف الدولي من العراق",
    inverted="بقاء القوات الأميركية وقوات التحالف الدولي في العراق",
    forces="iraq",
)


@cache
def load_targets(path: Path = FILE) -> dict[str, Target]:
    """Load all targets, the default one first.

    :param path: The YAML file.
    :return: Target id → target.
    :raises ValueError: If two targets share an id or a noun phrase.
    """
    targets = {_DEFAULT.id: _DEFAULT}
    phrases = {_DEFAULT.noun_phrase}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        target = Target(**{key: value for key, value in entry.items() if key != "search"})
        if target.id in targets or target.noun_phrase in phrases:
            raise ValueError(f"{path}: target '{target.id}' or its noun phrase occurs twice")
        targets[target.id] = target
        phrases.add(target.noun_phrase)
    return targets


def target_text(name: str | None, group: str | None = None) -> str:
    """Turn what an annotator wrote as target into the text that models read.

    :param name: A target id, ``withdrawal`` with a country group, any Arabic text, or nothing for the default target.
    :param group: The country group of a passage about foreign forces.
    :return: The noun phrase, or the text itself where it is Arabic.
    :raises ValueError: If it looks like an id and is none.
    """
    targets = load_targets()
    if not name or name == "withdrawal":
        by_forces = {target.forces: target for target in targets.values() if target.forces}
        return by_forces[group].noun_phrase if group in by_forces else DEFAULT_TARGET
    if name not in targets and name.isascii():
        raise ValueError(f"unknown target {name!r}: an id of targets.yaml or an Arabic phrase is needed")
    return targets[name].noun_phrase if name in targets else name


def held_out() -> frozenset[str]:
    """Name the targets kept for zero-shot evaluation.

    :return: Their noun phrases.
    """
    return frozenset(target.noun_phrase for target in load_targets().values() if target.held_out)
