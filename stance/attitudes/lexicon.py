"""Read ``lexicon.yaml`` and find its concepts in text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from stance.arabic import normalise

WORD = re.compile(r"[^\W_]+")
# Letters that a star may stand for: «ـاتهم», «ـتهما».
MOST_ENDING = 4
_CONJUNCTIONS = ("", "و", "ف")
_PARTICLES = ("", "ال", "ب", "بال", "ل", "لل", "ك", "كال", "س", "ا")
PROCLITICS = tuple(a + b for a in _CONJUNCTIONS for b in _PARTICLES)

Concepts = frozenset[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that mean a concept together; with ``open_end`` the last one may go on."""

    words: tuple[str, ...]
    open_end: bool
    concept: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, beginnings of words and phrases → concepts; speakers, places and armies → beginnings of words."""

    words: dict[str, Concepts]
    beginnings: dict[str, Concepts]
    phrases: dict[str, list[Phrase]]
    speakers: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    armies: dict[str, tuple[str, ...]]


@cache
def lexicon() -> Lexicon:
    """Read the shipped lexicon once.

    :return: The lexicon.
    :raises ValueError: If an entry is not written as ``stance.arabic`` normalises.
    """
    raw = yaml.safe_load(files("stance.attitudes").joinpath("lexicon.yaml").read_text(encoding="utf-8"))
    words: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    phrases: dict[str, list[Phrase]] = {}
    for concept, lines in raw["concepts"].items():
        for entry in _entries(lines):
            stem = entry.rstrip("*")
            if normalise(stem) != stem:
                raise ValueError(f"lexicon.yaml, {concept}: {entry!r} must be written {normalise(stem)!r}")
            if " " in stem:
                phrase = Phrase(tuple(stem.split()), entry != stem, concept)
                phrases.setdefault(phrase.words[0], []).append(phrase)
            else:
                (words if entry == stem else beginnings).setdefault(stem, set()).add(concept)
    return Lexicon(
        {word: frozenset(concepts) for word, concepts in words.items()},
        {word: frozenset(concepts) for word, concepts in beginnings.items()},
        phrases,
        *({name: tuple(line.split()) for name, line in raw[part].items()} for part in ("speakers", "places", "armies")),
    )


def _entries(lines: list[Any]) -> list[str]:
    """List the entries of a concept: a line is words with spaces between them, or a list of phrases."""
    return [entry for line in lines for entry in (line if isinstance(line, list) else line.split())]


@lru_cache(maxsize=65536)
def bare_forms(word: str) -> tuple[str, ...]:
    """Take proclitics off a normalised word in every way that leaves two letters.

    :param word: The word.
    :return: The word itself first, then what is left of it.
    """
    return tuple(word[len(p) :] for p in PROCLITICS if word.startswith(p) and len(word) - len(p) > 1)


@lru_cache(maxsize=65536)
def concepts_of(word: str) -> Concepts:
    """Look a normalised word up.

    :param word: The word, with its proclitics.
    :return: The concepts that it may stand for.
    """
    known, found = lexicon(), set[str]()
    for form in bare_forms(word):
        found |= known.words.get(form, frozenset())
        for length in range(max(2, len(form) - MOST_ENDING), len(form) + 1):
            found |= known.beginnings.get(form[:length], frozenset())
    return frozenset(found)


def tag(text: str) -> list[tuple[str, Concepts]]:
    """Find the concepts of a text, word by word; a phrase counts for its first word.

    :param text: Any text.
    :return: Its normalised words, each with its concepts.
    """
    words = WORD.findall(normalise(text))
    tagged = [(word, concepts_of(word)) for word in words]
    phrases = lexicon().phrases
    for place, word in enumerate(words):
        for form in bare_forms(word):
            for phrase in phrases.get(form, ()):
                if _follows(words, place, phrase):
                    tagged[place] = (word, tagged[place][1] | {phrase.concept})
    return tagged


def _follows(words: list[str], place: int, phrase: Phrase) -> bool:
    """Say whether the rest of a phrase follows its first word."""
    rest = words[place + 1 : place + len(phrase.words)]
    if len(rest) < len(phrase.words) - 1:
        return False
    *inner, last = phrase.words[1:]
    if any(wanted not in bare_forms(word) for wanted, word in zip(inner, rest, strict=False)):
        return False
    return any(form == last or (phrase.open_end and form.startswith(last)) for form in bare_forms(rest[-1]))


def speaker_kinds(*texts: str | None) -> Concepts:
    """Sort a speaker by what the name and role say, as «وزير» or «صحيفة».

    :param *texts: The speaker's name and role.
    :return: Kinds; ``named`` where none fits, ``nobody`` where no speaker is given.
    """
    words = [form for text in texts if text for word in WORD.findall(normalise(text)) for form in bare_forms(word)]
    if not words:
        return frozenset({"nobody"})
    found = {kind for kind, stems in lexicon().speakers.items() if any(word.startswith(stems) for word in words)}
    return frozenset(found or {"named"})
