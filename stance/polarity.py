"""Targets that ask for the opposite of a plain one: «بقاء القوات في العراق» is «انسحاب القوات من العراق» turned round.

Whoever is for staying is against leaving, so a model need not learn both questions: it is asked the plain one, and favor and
against change places in its answer. What counts as plain is leaving and the matter itself; staying, refusal and omission are
turned. A target whose head is not listed here is asked as it stands.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stance.arabic import normalise

_FORCES = r"(?:ال)?(?:قوات|قوه|قواعد|جيش|جنود|عسكريين|بعثه|تحالف|احتلال)"
_MODAL = r"(?P<modal>(?:يجب|ينبغي|يتعين|لا بد من)\s+)"
# Head of a normalised target → what takes its place. «{rest}» is what follows; where it names a place with «في», leaving has «من».
_HEADS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        # Presence: continuing it, prolonging it
        (rf"(?:(?:استمرار|تمديد)\s+)?(?:بقاء|ابقاء|الابقاء علي|وجود|تواجد|انتشار|نشر)\s+(?={_FORCES})", "انسحاب "),
        (r"(?:استمرار|مواصله|تمديد|دوام|ابقاء|الابقاء علي)\s+(?=(?:ال)?(?:وجود|تواجد|مهمه)\b)", "انهاء "),
        (rf"{_MODAL}ان\s+تبقي\s+(?={_FORCES})", r"\g<modal>ان تنسحب "),
        (rf"{_MODAL}ان\s+تستمر\s+(?=مهمه\b)", r"\g<modal>انهاء "),
        # Refusal and omission of the matter itself
        (r"(?:رفض|معارضه|مناهضه|عدم|الامتناع عن|التخلي عن)\s+(?=\S)", ""),
        (rf"{_MODAL}(?:رفض|عدم|الامتناع عن)\s+(?=\S)", r"\g<modal>"),
        (rf"{_MODAL}الا\s+(?=\S)", r"\g<modal>ان "),
    )
)
_PLACE = re.compile(r"\sفي\s(?!.*\sفي\s)")
_LEAVING = "نسح"


# Columns of probabilities in the order of ``STANCES`` after favor and against have changed places.
TURNED = [1, 0, 2]


@lru_cache(maxsize=4096)
def plain_target(target: str) -> tuple[str, bool]:
    """Find the plain question behind a target.

    :param target: A noun phrase or proposition.
    :return: The target to ask about, normalised where it was turned, and whether favor and against change places.
    """
    text = original = " ".join(normalise(target).split())
    turned = False
    # «رفض بقاء القوات» turns twice; three rounds are more than any phrase needs.
    for _ in range(3):
        for head, plain in _HEADS:
            changed, count = head.subn(plain, text, count=1) if head.match(text) else (text, 0)
            if count:
                if _LEAVING in plain:
                    changed = _PLACE.sub(" من ", changed, count=1)
                text, turned = changed, not turned
                break
        else:
            break
    return (target if text == original else text), turned
