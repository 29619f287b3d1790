"""The features by which the linear model tells stances apart.

Three blocks, each scaled to length 1 before they are put together: words (single and in pairs), letters (2–5 inside a word), and
attitudes: which concepts of the lexicon occur, which follow which, under which cue and from which kind of speaker, and a count of
whether leaving and staying are spoken of well or badly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from stance.arabic import normalise
from stance.attitudes.lexicon import WORD, Concepts, speaker_kinds, tag
from stance.encoding import Reading

Features = dict[str, float]

BLOCKS = ("words", "letters", "attitudes")
LETTERS = range(2, 6)
# How many tagged words further, and within how many words, two concepts count as standing together, and how many as neighbours.
FOLLOWING, WITHIN, NEIGHBOURS = 5, 8, 2
# How near, in words, forces must be named for «إنهاء», «إرسال» and «يبقى» to be about them.
BESIDE = 4
# Where an attitude is looked for: before what it is about («نرفض البقاء»), after it («الانسحاب خطأ»), and its negation.
BEFORE, AFTER, NEGATED = 7, 9, 2
LONG = 60

_POSITIVE, _NEGATIVE = {"demand", "approval"}, {"rejection", "warning"}
_GOOD, _BAD = {"benefit"}, {"harm", "warning", "rejection"}
_DECIDERS = {"american", "western"}


def blocks(reading: Reading) -> dict[str, Features]:
    """Describe a quotation with its cue and its speaker; the target is not read.

    :param reading: What is asked about.
    :return: Block → feature → count.
    """
    words = WORD.findall(normalise(reading.quotation))
    cue = WORD.findall(normalise(reading.cue or ""))
    speaker = WORD.findall(normalise(f"{reading.speaker or ''} {reading.role or ''}"))
    marked = [*words, *(f"speaker_{word}" for word in speaker), *(f"cue_{word}" for word in cue)]
    return {
        "words": _counted([*marked, *(f"{a} {b}" for a, b in pairwise(marked))]),
        "letters": _counted(gram for word in [*words, *speaker] for gram in _letters(word)),
        "attitudes": attitudes(reading),
    }


def _counted(features: Iterable[str]) -> Features:
    return {feature: float(count) for feature, count in Counter(features).items()}


def _letters(word: str) -> Iterator[str]:
    """Cut a word, with a blank on either side, into its letter n-grams."""
    padded = f" {word} "
    for size in LETTERS:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def attitudes(reading: Reading) -> Features:
    """Describe which attitudes a quotation speaks of, in which company.

    :param reading: What is asked about.
    :return: Feature → value.
    """
    tagged = tag(reading.quotation)
    kinds = sorted(speaker_kinds(reading.speaker, reading.role))
    cues = sorted(cue_concepts(reading.cue))
    found: Features = {"long": min(len(tagged), LONG) / LONG}
    found |= {f"speaker {kind}": 1.0 for kind in kinds} | {f"cue {cue}": 1.0 for cue in cues}
    places = [(place, concepts) for place, (_, concepts) in enumerate(tagged) if concepts]
    for concept in {concept for _, concepts in places for concept in concepts}:
        found[concept] = 1.0
        found |= {f"{kind} speaks of {concept}": 1.0 for kind in kinds}
        found |= {f"cue {cue}, {concept}": 1.0 for cue in cues}
    for concept in places[0][1] if places else ():
        found[f"first {concept}"] = 1.0
        found |= {f"cue {cue}, first {concept}": 1.0 for cue in cues}
    for number, (place, concepts) in enumerate(places):
        for later, following in places[number + 1 : number + 1 + FOLLOWING]:
            if later - place > WITHIN:
                break
            pairs = [f"{one} then {other}" for one in concepts for other in following]
            found |= dict.fromkeys(pairs, 1.0)
            if later - place <= NEIGHBOURS:
                found |= {f"{pair}, next": 1.0 for pair in pairs}
    return found | _verdicts([concepts for _, concepts in tagged], set(cues), bool(_DECIDERS & set(kinds)))


def cue_concepts(cue: str | None) -> Concepts:
    """Look up what a reporting cue says about its content: «رفض» rejects it, «قال» nothing.

    :param cue: The cue as written, or ``None``.
    :return: Its concepts; ``plain`` or ``absent`` where there are none.
    """
    if not cue:
        return frozenset({"absent"})
    return frozenset(concept for _, concepts in tag(cue) for concept in concepts) or frozenset({"plain"})


def _event(concepts: Sequence[Concepts], place: int) -> str | None:
    """Say whether a word speaks of the forces' leaving or staying; «إنهاء» and «إرسال» need forces beside them."""
    here = concepts[place]
    after = frozenset[str]().union(*concepts[place + 1 : place + 1 + BESIDE])
    around = after.union(*concepts[max(0, place - BESIDE) : place + 1])
    if "leaving" in here or ("ending" in here and after & {"forces", "presence", "occupation"}):
        return "leaving"
    if any("ending" in c for c in concepts[max(0, place - NEIGHBOURS) : place]):
        # «إنهاء وجود القوات» was counted at its first word.
        return None
    if ("staying" in here and around & {"forces", "presence", "foreign"}) or (
        "deployment" in here and "forces" in after
    ):
        return "staying"
    if "occupation" in here:
        return "occupation"
    if "presence" in here and after & {"foreign", "forces"}:
        return "presence"
    return None


def _verdicts(concepts: Sequence[Concepts], cues: set[str], decides: bool) -> Features:
    """Count whether leaving and staying are spoken of well (+) or badly (−), in the cue, before them and after them."""

    def sign(place: int, good: set[str], bad: set[str]) -> int:
        value = bool(concepts[place] & good) - bool(concepts[place] & bad)
        return -value if any("negation" in c for c in concepts[max(0, place - NEGATED) : place]) else value

    cue = bool(cues & (_POSITIVE | {"commitment"})) - bool(cues & _NEGATIVE)
    found: Features = {}
    total = 0.0
    for place in range(len(concepts)):
        event = _event(concepts, place)
        if event is None:
            continue
        before = sum(sign(i, _POSITIVE, _NEGATIVE) for i in range(max(0, place - BEFORE), place))
        after = sum(sign(i, _GOOD, _BAD) for i in range(place + 1, min(len(concepts), place + 1 + AFTER)))
        negated = any("negation" in c for c in concepts[max(0, place - NEGATED) : place])
        score = before + after / 2 + cue - negated
        verdict = f"{event} {'well' if score > 0 else 'badly' if score < 0 else 'neither'}"
        found |= {verdict: 2.0, f"{'decider' if decides else 'other'}, {verdict}": 2.0}
        total += score if event in ("leaving", "occupation") else -score
    if total:
        found["for leaving" if total > 0 else "for staying"] = min(abs(total), 3.0)
    return found
