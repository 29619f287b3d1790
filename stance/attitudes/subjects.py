"""What a target is about, as far as the linear model must know: whose forces are to leave which place."""

from __future__ import annotations

from functools import lru_cache

from stance.arabic import normalise
from stance.attitudes.lexicon import WORD, Concepts, bare_forms, lexicon, tag
from stance.encoding import Reading
from stance.polarity import plain_target

# «يجب أن تنسحب القوات …»: the verb stands among the first words of a target.
HEAD = 4


@lru_cache(maxsize=4096)
def asks_for_leaving(target: str) -> bool:
    """Say whether a target, or its opposite, is that forces leave.

    :param target: A noun phrase or proposition.
    :return: True for «انسحاب القوات من العراق» and «بقاء القوات في سوريا», false for «انسحاب الإمارات من أوبك».
    """
    tagged = [concepts for _, concepts in tag(plain_target(target)[0])]
    leaving = frozenset[str]().union(*tagged[:HEAD]) & {"leaving", "ending"}
    return bool(leaving) and any(concepts & {"forces", "presence", "occupation"} for concepts in tagged)


def named(text: str) -> tuple[Concepts, Concepts]:
    """Find the countries and the armies that a text names.

    :param text: Any text.
    :return: Places and armies, by their keys in the lexicon.
    """
    known = lexicon()
    forms = [form for word in set(WORD.findall(normalise(text))) for form in bare_forms(word)]

    def among(groups: dict[str, tuple[str, ...]]) -> Concepts:
        return frozenset(name for name, stems in groups.items() if any(form.startswith(stems) for form in forms))

    return among(known.places), among(known.armies)


@lru_cache(maxsize=4096)
def _named_by_target(target: str) -> tuple[Concepts, Concepts]:
    """Remember targets, which are few and short; quotations may be neither."""
    return named(target)


def speaks_of_others(reading: Reading) -> bool:
    """Say whether a quotation names other countries or other armies, and not those of the target.

    :param reading: What is asked about.
    :return: True for «سنبقى في الكويت» asked about Iraq; false where either of the two names none.
    """
    return any(
        bool(asked and said) and not asked & said
        for asked, said in zip(_named_by_target(reading.target), named(reading.quotation), strict=True)
    )
