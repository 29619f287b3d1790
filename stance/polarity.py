"""Targets that ask for the opposite of a plain one: «بقاء القوات في العراق» is «انسحاب القوات من العراق» turned round.

Whoever is for staying is against leaving, so a model need not learn both questions: it is asked the plain one, and favor and
against change places in its answer. What counts as plain is leaving and the matter itself; staying, refusal and omission are
turned. A target whose head is not listed here is asked as it stands.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from stance.arabic import normalise

# Columns of probabilities in the order of ``STANCES`` after favor and against have changed places.
TURNED = [1, 0, 2]
# «رفض بقاء القوات» turns twice; more than three no phrase needs.
MOST_TURNS = 3


class _Head(NamedTuple):
    """How a normalised target begins, what takes the place of that, and whether the forces then leave «من» where they were «في»."""

    pattern: re.Pattern[str]
    plain: str
    leaving: bool = False


_FORCES = r"(?:ال)?(?:قوات|قوه|قواعد|جيش|جنود|عسكريين|بعثه|تحالف|احتلال)"
_MODAL = r"(?P<modal>(?:يجب|ينبغي|يتعين|لا بد من)\s+)"
_PRESENCE = r"(?:(?:استمرار|تمديد)\s+)?(?:بقاء|ابقاء|الابقاء علي|وجود|تواجد|انتشار|نشر)"
_CONTINUING = r"(?:استمرار|مواصله|تمديد|دوام|ابقاء|الابقاء علي)"
_HEADS = (
    # Presence: continuing it, prolonging it
    _Head(re.compile(rf"{_PRESENCE}\s+(?={_FORCES})"), "انسحاب ", leaving=True),
    _Head(re.compile(rf"{_CONTINUING}\s+(?=(?:ال)?(?:وجود|تواجد|مهمه)\b)"), "انهاء "),
    _Head(re.compile(rf"{_MODAL}ان\s+تبقي\s+(?={_FORCES})"), r"\g<modal>ان تنسحب ", leaving=True),
    _Head(re.compile(rf"{_MODAL}ان\s+تستمر\s+(?=مهمه\b)"), r"\g<modal>انهاء "),
    # Refusal and omission of the matter itself
    _Head(re.compile(r"(?:رفض|معارضه|مناهضه|عدم|الامتناع عن|التخلي عن)\s+(?=\S)"), ""),
    _Head(re.compile(rf"{_MODAL}(?:رفض|عدم|الامتناع عن)\s+(?=\S)"), r"\g<modal>"),
    _Head(re.compile(rf"{_MODAL}الا\s+(?=\S)"), r"\g<modal>ان "),
)
_LAST_PLACE = re.compile(r"\sفي\s(?!.*\sفي\s)")


def _turn(text: str) -> str | None:
    """Turn a normalised target round once; ``None`` where its head is not listed."""
    for head in _HEADS:
        if match := head.pattern.match(text):
            turned = match.expand(head.plain) + text[match.end() :]
            return _LAST_PLACE.sub(" من ", turned, count=1) if head.leaving else turned
    return None


@lru_cache(maxsize=4096)
def plain_target(target: str) -> tuple[str, bool]:
    """Find the plain question behind a target.

    :param target: A noun phrase or proposition.
    :return: The target to ask about, normalised where it was turned, and whether favor and against change places.
    """
    text, turns = " ".join(normalise(target).split()), 0
    while turns < MOST_TURNS and (turned := _turn(text)) is not None:
        text, turns = turned, turns + 1
    return (text if turns else target), turns % 2 == 1
