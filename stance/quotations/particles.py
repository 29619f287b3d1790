"""Particles that open, join or negate clauses, as word keys."""

from __future__ import annotations

PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "ني", "نا", "ي", "ك", "كم")

_AN = frozenset(["ان", *("ان" + pronoun for pronoun in PRONOUNS if pronoun != "نا"), "اننا", "انه"])

# «تصريحه بكون العمل بدأ»
_BEING = frozenset(["بكون", *("بكون" + pronoun for pronoun in ("ه", "ها", "هم", "هما"))])

PREPOSITIONS = {"الي": "إلى", "على": "على", "علي": "على", "من": "من", "عن": "عن", "في": "في"}

NEGATIONS = frozenset(("لم", "لن", "لا", "ولم", "ولا", "ولن", "دون", "بدون", "الا", "فلا", "فلم"))

RELATIVES = frozenset(("الذي", "التي", "الذين", "اللذان", "اللذين", "ممن"))

BEFORE_NOUN = frozenset(
    "حسبما بحسبما في من الي على عن مع بعد عدم بسبب رغم حول ضد سوي اي هو هي تم وتم يتم ما لما بما مما مهما كل هذا هذه".split()
)


def complementiser(word: str) -> str | None:
    """Tell whether a word key introduces reported speech.

    :param word: A word key.
    :return: The prefixed preposition ("" or "ب" or "ف"), or ``None`` if the word is no complementiser.
    """
    if word in _AN:
        return ""
    if word in _BEING:
        return "ب"
    if word and word[0] in "بف" and word[1:] in _AN:
        return word[0]
    return None
