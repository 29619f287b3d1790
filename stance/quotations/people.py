"""Index the people and bodies that an article names, by name, title and description."""

from __future__ import annotations

from typing import TypeVar

from stance.quotations.phrases import MAX_NAME, Phrase, PhraseReader
from stance.quotations.sources import Mention
from stance.quotations.tokens import WORD, Tokens

# Phrases that are compared with one mention.
MOST = 60
# Tokens in which a name and the title after it stand.
REACH = 20
_Key = TypeVar("_Key", str, tuple[str, ...])


class People:
    """Names and descriptions in one article."""

    def __init__(self, tokens: Tokens, reader: PhraseReader, mentions: list[Mention | None]) -> None:
        self.tokens = tokens
        self.reader = reader
        self._places: dict[str, list[int]] | None = None
        self._names: dict[tuple[str, ...], tuple[int, int]] = {}
        self._aliases: dict[str, Phrase] | None = None
        self._taken: dict[tuple[str, ...], Mention] = {}
        self.named: list[Phrase] = []
        self.descriptions: list[Phrase] = []
        self.mentions = sorted((mention for mention in mentions if mention), key=lambda mention: mention.phrase.first)
        self._mention_places = [mention.phrase.first for mention in self.mentions]
        self._speaking = frozenset(self._mention_places)
        named = self._entitled() + self._between_commas()
        seen: set[tuple[int, int, int]] = set()
        phrases = [mention.phrase for mention in mentions if mention] + named
        phrases += self._titled({phrase.role_first for phrase in named}) + self._groups()
        for phrase in sorted(phrases, key=lambda phrase: phrase.first):
            span = (phrase.first, phrase.end, phrase.role_first)
            if span in seen:
                continue
            seen.add(span)
            (self.named if phrase.named else self.descriptions).append(phrase)
        self._index()

    def _index(self) -> None:
        """Index names by their first and last words, titles and descriptions by theirs."""
        self._by_name: dict[str, list[Phrase]] = {}
        self._by_title: dict[str, list[Phrase]] = {}
        self._by_head: dict[str, list[Phrase]] = {}
        self._by_end: dict[str, list[Phrase]] = {}
        self._by_start: dict[tuple[str, ...], list[Phrase]] = {}
        for phrase in self.named:
            ends = {self.tokens.key[phrase.first], self.tokens.key[phrase.end - 1]}
            for word in ends | {word.removeprefix("ال") for word in ends}:
                _add(self._by_name, word, phrase)
            if phrase.end - phrase.first > 2:
                _add(self._by_start, tuple(self.tokens.key[phrase.first : phrase.first + 2]), phrase)
            for word in self._bare_words(phrase.role_first, phrase.role_end):
                _add(self._by_title, word, phrase)
        for phrase in self.descriptions:
            _add(self._by_head, stem(self.reader.bare(self.tokens.key[phrase.first])), phrase)
            _add(self._by_end, self.tokens.key[phrase.end - 1], phrase)

    def _titled(self, known: set[int]) -> list[Phrase]:
        """Names after their titles anywhere in the text («استقبل الوزير فؤاد حسين»), but for titles known to follow a name."""
        found = []
        keys, kinds = self.tokens.key, self.tokens.kind
        until = 0
        titles = {word for word in set(keys) if len(word) > 2 and self.reader.is_title(word)}
        for i in [i for i, word in enumerate(keys) if word in titles and kinds[i] == WORD]:
            if i >= until and i not in known:
                phrase = self.reader.read(i, len(keys))
                if (
                    phrase
                    and phrase.named
                    and phrase.role_end > phrase.role_first
                    and phrase.end - phrase.first <= MAX_NAME
                    and not self._is_deed(keys[phrase.first])
                    and not self.reader.is_named_after(phrase.first, -1)
                ):
                    found.append(phrase)
                    until = phrase.end
                    found += self._also(phrase)
                elif phrase and not phrase.named:
                    found += self._in_parenthesis(phrase)
        return found

    def _entitled(self) -> list[Phrase]:
        """Names before their titles anywhere in the text: «استقبل فؤاد حسين، وزير الخارجية، الوفد»."""
        found = []
        keys, kinds, reader = self.tokens.key, self.tokens.kind, self.reader
        until = 0
        given = reader.lexicon.sets["given_names"]
        for i in [i for i, word in enumerate(keys) if word in given or (word[0] == "و" and word[1:] in given)]:
            if i < until or kinds[i] != WORD or reader.is_title(keys[i - 1]):
                continue
            phrase = reader.read(i, min(len(keys), i + REACH))
            until = i + 1
            if phrase and phrase.named and phrase.first == i and phrase.end - i <= MAX_NAME:
                until = phrase.end
                if phrase.role_first >= phrase.end > i + 1 and phrase.role_end > phrase.role_first:
                    found.append(phrase)
        return found

    def _between_commas(self) -> list[Phrase]:
        """Unknown names between commas, before a title: «، توجيولو تولافونو، حاكم الجزيرة»."""
        found = []
        keys, reader = self.tokens.key, self.reader
        for k in range(3, len(keys) - 2):
            if keys[k] not in "،," or keys[k + 1].startswith("ال") or not reader.is_title(keys[k + 1]):
                continue
            first = next((j + 1 for j in range(k - 1, max(k - MAX_NAME - 1, 0), -1) if keys[j] in "،,"), k)
            if 2 <= k - first < MAX_NAME and not reader.is_given(keys[first]) and reader.names(first, k):
                segments = reader.segments(k + 1, min(len(keys), k + 9))
                found += [Phrase(first, k, *segments[0], 0, True)] if segments else []
        return found

    def _is_deed(self, word: str) -> bool:
        lexicon = self.reader.lexicon
        return not self.reader.is_given(word) and any(lexicon.has(name, word) for name in ("fields", "object_nouns"))

    def _also(self, phrase: Phrase) -> list[Phrase]:
        """«الدكتور أحمد الطيب شيخ الأزهر»: a second title, after the name."""
        keys = self.tokens.key
        start = phrase.end + (phrase.end < len(keys) and keys[phrase.end] in "،,")
        if start >= len(keys) or not self.reader.is_title(keys[start]) or self.reader.is_given(keys[start]):
            return []
        segments = self.reader.segments(start, min(len(keys), start + 8))
        return [Phrase(phrase.first, phrase.end, *segments[0], 0, True)] if segments else []

    def _in_parenthesis(self, phrase: Phrase) -> list[Phrase]:
        """«وزيرة الخارجية (هيلاري كلينتون)»: the name stands in a parenthesis after the title."""
        keys, first = self.tokens.key, phrase.end + 1
        if first >= len(keys) or keys[phrase.end] != "(" or not self.reader.is_given(keys[first]):
            return []
        end = next((k for k in range(first + 1, min(len(keys), first + MAX_NAME)) if keys[k] == ")"), None)
        return [Phrase(first, end, phrase.first, phrase.end, 0, True)] if end is not None else []

    def _groups(self) -> list[Phrase]:
        """Full names of groups and outlets anywhere in the text: «حركة النجباء», «مجلة «الفجر»»."""
        found = []
        keys, kinds, lexicon = self.tokens.key, self.tokens.kind, self.reader.lexicon
        heads = _group_heads(self.reader, set(keys))
        for i in [i for i, word in enumerate(keys) if word in heads and kinds[i] == WORD]:
            word, prefix = keys[i], 0
            if word[0] in "لب" and not word.startswith("لل") and lexicon.has("outlets", word[1:]):
                word, prefix = word[1:], 1
            if word.startswith("ال") and not (i + 2 < len(keys) and keys[i + 1].startswith("ال")):
                continue
            if lexicon.has("titles_group", word) or lexicon.has("outlets", word):
                phrase = self.reader.read(i, min(len(keys), i + 8))
                size = phrase.end - phrase.first if phrase and not phrase.named else 0
                if phrase and (2 <= size <= 6 or (size > 6 and "(" in keys[i : phrase.end])):
                    found.append(Phrase(phrase.first, phrase.end, prefix=prefix) if prefix else phrase)
        return found

    def _bare_words(self, first: int, end: int) -> set[str]:
        return {self._bare_word(self.tokens.key[k]) for k in range(first, end) if self.tokens.kind[k] == WORD}

    def _bare_word(self, word: str) -> str:
        """«لحزب» and «للحزب» are the same in a description."""
        group = word[0] == "ل" and len(word) > 3 and self.reader.lexicon.has("titles_group", word[1:])
        return word[1:] if group else self.reader.bare(word)


def _group_heads(reader: PhraseReader, words: set[str]) -> set[str]:
    """Pick the words that may head a group or an outlet, a preposition before them or not."""
    sets = reader.lexicon.sets
    found = {word for word in words if word in sets["titles_group"] or word in sets["outlets"]}
    found |= {word for word in words if word[0] in "لب" and word[1:] in sets["outlets"]}
    return {word for word in found if len(word) > 2}


def _add(index: dict[_Key, list[Phrase]], word: _Key, phrase: Phrase) -> None:
    """Add a phrase to an index; a word that so many share tells nothing."""
    phrases = index.setdefault(word, [])
    if len(phrases) < MOST:
        phrases.append(phrase)


def stem(word: str) -> str:
    """Strip the ending of a sound plural or dual, which varies with case: المسؤولون, مسؤولين."""
    return word[:-2] if len(word) > 5 and word.endswith(("ون", "ين", "ان")) else word
