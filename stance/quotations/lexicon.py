"""Read ``lexicon.yaml`` and look words up in it, in whatever form they are written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from stance.quotations.tokens import key

_CONSONANT_ENDING_PAST = (
    ("", "3ms"), ("ت", "3fs"), ("وا", "3mp"), ("ا", "3md"), ("تا", "3fd"), ("ن", "3fp"),
)  # fmt: skip
_OBJECT_SUFFIXES = ("ه", "ها", "هم", "هما", "ني", "نا")
_POSSESSIVES = {"ه": "ms", "ها": "fs", "هم": "mp", "هما": "d", "هن": "fp", "ي": "s", "نا": "p"}


@dataclass(frozen=True, slots=True)
class Verb:
    """A reporting verb and what it takes."""

    past: str
    category: str
    takes: frozenset[str]
    strict: bool
    # The preposition that the source follows: «جاء في البيان».
    source: str = ""
    # The object after بـ may be any noun.
    any: bool = False
    # What only some verbs do; the head of the lexicon explains each.
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """One inflected form: its verbs, its part (past, present, participle, noun) and the gender and number it agrees with."""

    verb: Verb
    part: str
    agreement: str
    # Letters of a prefixed conjunction, which are no part of the cue.
    prefix: int = 0


@dataclass(slots=True)
class Lexicon:
    """The word lists, as keys."""

    forms: dict[str, Form] = field(default_factory=dict)
    # Participles that are also other words, for places where they can be nothing else.
    rare: dict[str, Form] = field(default_factory=dict)
    # Accusative participles that a clause may start with, of reporting and other verbs.
    accusatives: frozenset[str] = frozenset()
    # Verbal nouns without a pronoun.
    deeds: dict[str, Form] = field(default_factory=dict)
    sets: dict[str, frozenset[str]] = field(default_factory=dict)
    source_phrases: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    breaks: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    # The adjectives of the governments that capitals stand for.
    capitals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page_lines: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    _cache: dict[str, Form | None] = field(default_factory=dict)

    def form(self, word: str) -> Form | None:
        """Look up a word key as a form of a reporting verb, with its prefixes and object suffixes.

        :param word: A word key.
        :return: The form, or ``None`` if the word is no reporting verb.
        """
        if word not in self._cache:
            if len(self._cache) > 200_000:
                self._cache.clear()
            self._cache[word] = self._analyse(word)
        return self._cache[word]

    def _analyse(self, word: str) -> Form | None:
        if word in self.sets["not_forms"]:
            return None
        for prefix in (0, 1):
            if prefix and (len(word) < 3 or word[0] not in "وف"):
                break
            rest = word[prefix:]
            found = self.forms.get(rest)
            if found is None and len(rest) > 4 and rest[0] in "سل" and rest[1] in "يتنا":
                found = self.forms.get(rest[1:])
                found = found if found and found.part == "present" else None
            if found is None:
                found = self._with_object(rest)
            if found:
                return Form(found.verb, found.part, found.agreement, prefix)
        return None

    def form_with_object(self, word: str) -> Form | None:
        """Look up a verb in a relative clause: «ما ذكرته», «الذي أعلنه».

        :param word: A word key.
        :return: Its form, with or without the suffix.
        """
        for suffix in ("", "ه", "ها"):
            if word.endswith(suffix) and len(word) > len(suffix) + 2:
                found = self.form(word[: len(word) - len(suffix)])
                if found and found.part in ("past", "present"):
                    return found
        return None

    def _with_object(self, word: str) -> Form | None:
        for suffix in _OBJECT_SUFFIXES:
            if len(word) > len(suffix) + 2 and word.endswith(suffix):
                stem = word[: -len(suffix)]
                found = self.forms.get(stem) or (self.forms.get(stem + "ا") if stem.endswith("و") else None)
                if found and found.part in ("past", "present") and found.verb.past in self.sets["tells"]:
                    return found
        return None

    def has(self, name: str, word: str) -> bool:
        """Say whether a word key is in one of the word lists.

        :param name: The list.
        :param word: A word key.
        :return: Whether it is there.
        """
        return word in self.sets[name]


def _past_forms(past: str, short: str | None) -> list[tuple[str, str]]:
    stem = past[:-1]
    if past.endswith("ى"):
        return [(past, "3ms"), (stem + "ت", "3fs"), (stem + "وا", "3mp"), (stem + "يا", "3md"), (stem + "تا", "3fd")]  # fmt: skip
    if past.endswith("ا"):
        return [(past, "3ms"), (stem + "ت", "3fs"), (stem + "وا", "3mp"), (stem + "تا", "3fd")]
    if past.endswith("ي"):
        return [(past, "3ms"), (past + "ت", "3fs"), (stem + "وا", "3mp"), (past + "ا", "3md"), (past + "تا", "3fd")]
    forms = [(past + ending, agreement) for ending, agreement in _CONSONANT_ENDING_PAST]
    if short:
        forms = forms[:5] + [(short + "ن", "3fp")]
    return forms


def _present_forms(present: str) -> list[tuple[str, str]]:
    rest = present[1:]
    stem = rest[:-1] if rest[-1] in "ىيو" else rest
    dual = stem + "ي" if rest.endswith("ى") else rest
    return [
        ("ي" + rest, "3ms"), ("ت" + rest, "3fs"),
        ("ي" + stem + "ون", "3mp"), ("ي" + stem + "وا", "3mp"),
        ("ي" + dual + "ان", "3md"), ("ت" + dual + "ان", "3fd"),
    ]  # fmt: skip


def _participle_forms(participle: str) -> list[tuple[str, str]]:
    stem = participle[:-1] if participle.endswith("ي") else participle
    return [
        (participle + "ا", "3ms"), (participle + "ة", "3fs"), (stem + "ين", "3mp"), (participle + "ان", "3md"),
        (participle + "تين", "3fd"),
    ]  # fmt: skip


def _noun_forms(noun: str) -> list[tuple[str, str]]:
    stem = noun[:-1] + "ت" if noun.endswith("ة") else noun
    return [(stem + suffix, "3" + agreement) for suffix, agreement in _POSSESSIVES.items() if suffix not in ("ي", "نا")]


def _add_verb(lexicon: Lexicon, entry: dict[str, Any]) -> None:
    verb = Verb(
        entry["past"],
        entry["class"],
        frozenset(entry["takes"]),
        bool(entry.get("strict")),
        key(entry.get("source", "")),
        bool(entry.get("any")),
        frozenset(entry.get("traits", ())),
    )
    parts = {
        "past": _past_forms(entry["past"], entry.get("short")),
        "present": _present_forms(entry["present"]),
        "participle": _participle_forms(entry["participle"]) if "participle" in entry else [],
        "noun": _noun_forms(entry["noun"]) if "noun" in entry else [],
    }
    if "denying" in verb.traits and entry["present"][-1] in "يى":
        # «ولم ينف»
        parts["present"] += [("ي" + entry["present"][1:-1], "3ms"), ("ت" + entry["present"][1:-1], "3fs")]
    if "noun" in entry and not verb.strict:
        lexicon.deeds[key(entry["noun"])] = Form(verb, "deed", "3")
    for part, forms in parts.items():
        for form, agreement in forms:
            if key(form) in lexicon.sets["not_forms"]:
                if part == "participle":
                    lexicon.rare.setdefault(key(form), Form(replace(verb, strict=False), part, agreement))
            else:
                clear = verb.strict and entry["strict"] == "bare" and key(form) != key(entry["past"])
                own = replace(verb, strict=False) if clear else verb
                lexicon.forms.setdefault(key(form), Form(own, part, agreement))


def _sequences(rows: list[list[str]]) -> dict[str, list[tuple[str, ...]]]:
    """Index word sequences by their first word, the longest first."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for row in sorted(rows, key=len, reverse=True):
        words = tuple(key(word) for word in row)
        index.setdefault(words[0], []).append(words)
    return index


@cache
def load() -> Lexicon:
    """Read the lexicon that ships with the package, once.

    :return: The lexicon.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(files("stance.quotations").joinpath("lexicon.yaml").read_text(encoding="utf-8"), Loader=loader)
    lexicon = Lexicon()
    for name, words in data["titles"].items():
        data["titles_" + name] = words
    flat = ("verbs", "source_phrases", "breaks", "page_lines", "titles", "capitals")
    for name, words in data.items():
        if name not in flat:
            lexicon.sets[name] = frozenset(key(str(word)) for word in words)
    lexicon.sets["tells"] = frozenset(entry["past"] for entry in data["verbs"] if entry.get("object"))
    for entry in data["verbs"]:
        _add_verb(lexicon, entry)
    says = lexicon.forms[key("قال")].verb
    for word in lexicon.sets["statements"]:
        lexicon.deeds.setdefault(word, Form(says, "deed", "3"))
    for word in lexicon.sets["contains"]:
        lexicon.forms.setdefault(word, Form(says, "participle", "3"))
    participles = {word for word, form in (lexicon.forms | lexicon.rare).items() if form.part == "participle"}
    lexicon.accusatives = frozenset((participles | lexicon.sets["doing"]) - lexicon.sets["not_accusatives"])
    lexicon.source_phrases = _sequences([entry["phrase"].split() for entry in data["source_phrases"]])
    lexicon.breaks = _sequences(data["breaks"])
    lexicon.capitals = {key(name): tuple(map(key, words)) for name, words in data["capitals"].items()}
    lexicon.page_lines = _sequences(data["page_lines"])
    return lexicon
