"""Decide where a noun phrase that names a source ends."""

from __future__ import annotations

from stance.quotations.nouns import NounReader
from stance.quotations.openers import complementiser
from stance.quotations.tokens import WORD


class PhraseEnds(NounReader):
    """Where noun phrases of one text end."""

    def _stops(self, j: int, start: int, limit: int) -> bool:
        """Say whether a word cannot be part of a noun phrase that started at ``start``."""
        keys, lexicon = self.tokens.key, self.lexicon
        word = keys[j]
        following = keys[j + 1] if j + 1 < limit else ""
        if word in ("لدي", "لدى", "مع") and j > start and self.is_title(keys[start]) and self._is_definite(following):
            return False
        if complementiser(word) is not None or lexicon.has("event_prepositions", word):
            return True
        # An accusative is an adverb here: «قال ساخراً».
        if "\u064b" in self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]:
            return True
        if word.startswith("بال"):
            return j == start
        if word in ("في", "من", "ل", "ب", "بـ", "كما"):
            return self._preposition_stops(j, start, following)
        form = lexicon.form(word)
        if form and form.part in ("past", "present", "participle") and not (form.verb.strict and not form.prefix):
            return True
        if word[0] == "ل" and j > start and lexicon.has("titles_group", keys[start]) and self.is_title(word[1:]):
            # «أكدت السلطات لرئيس البعثة»
            return True
        return j > start and self._word_stops(j)

    def _preposition_stops(self, j: int, start: int, following: str) -> bool:
        word, lexicon = self.tokens.key[j], self.lexicon
        if word == "كما" or j == start:
            return True
        if word == "في":
            if following == "البيت":
                return False
            surface = self.tokens.text[self.tokens.start[j + 1] : self.tokens.end[j + 1]] if following else ""
            if len(following) > 4 and surface.endswith(("ه", "ها", "هم")) and not self._is_definite(following):
                # «في تفسيره»
                return True
            return lexicon.has("events", following) or lexicon.has("weekdays", following) or self._seen(start, j, "في")
        if word == "من":
            head = self.tokens.key[start]
            anonymous = j == start + 1 and (lexicon.has("anonymous", head) or head in ("كل", "كلا"))
            return not anonymous and not any(lexicon.has("amounts", key) for key in self.tokens.key[start:j])
        return word == "ل"

    def _word_stops(self, j: int) -> bool:
        """Say whether a word after others in a noun phrase is no longer part of it."""
        word, lexicon = self.tokens.key[j], self.lexicon
        if word[0] == "ل" and len(word) > 3:
            rest = word[1:]
            full = "ال" + word[2:] if word.startswith("لل") else rest
            if any(lexicon.has(name, form) for name in ("outlets", "audiences") for form in (rest, full, word)):
                return True
        objects = lexicon.has("object_nouns", word) or lexicon.has("common_nouns", word)
        if objects and self._is_definite(self.tokens.key[j - 1]):
            return True
        if word in self._ends:
            return True
        if word[0] == "و" and len(word) > 3 and lexicon.has("event_prepositions", word[1:]):
            return True
        if word[0] == "ب" and lexicon.has("adverbs", word[1:]):
            return True
        if self._is_definite(self.tokens.key[j - 1]) and self._starts_predicate(j):
            return True
        return self._is_possessed(j) or (self._is_verb(word) and not self.is_given(self.tokens.key[j - 1]))

    def _starts_predicate(self, j: int) -> bool:
        """«شيخ الأزهر انتقادات», «الحركة الفلسطينية عبرت»: after a definite noun, an object or a verb."""
        word, lexicon = self.tokens.key[j], self.lexicon
        if self.is_given(word) or self.is_title(word) or self._heads(word) or self._is_definite(word):
            return False
        if lexicon.has("events", word):
            return True
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        if surface.endswith("ات"):
            return len(word) > 5 and word[0] not in "ولب"
        if surface.endswith("ا") and len(word) > 4 and lexicon.has("events", word[:-1]):
            return True
        if (
            surface.endswith("ة")
            and word[0] not in "لبو"
            and self._is_last_name(self.tokens.key[j - 1])
            and self._governs(j)
        ):
            # «أكد الهلالي مساندة حزبه»: the verbal noun is the object
            return True
        if self.is_title(self.tokens.key[j - 1]):
            return False
        # «المرصد الوطني أبعد»: an elative or a verb of the fourth form
        verb = (
            surface.endswith("ت") or (surface[0] == "أ" and len(word) == 4) or (word.endswith("نا") and len(word) > 4)
        )
        return len(word) > 3 and verb

    def _is_possessed(self, j: int) -> bool:
        """«الوزير كلمته»: a noun with a pronoun after a definite one is the object."""
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        word = self.tokens.key[j]
        if not self._is_definite(self.tokens.key[j - 1]) or self._is_definite(word) or len(word) < 5 or word[0] == "و":
            return False
        return surface.endswith(("ه", "ها", "هم")) and not self.is_given(word)

    def _seen(self, start: int, j: int, word: str) -> bool:
        return word in self.tokens.key[start:j]

    def _apposition(self, j: int, limit: int) -> bool:
        """Say whether a noun phrase goes on after a comma."""
        if j >= limit:
            return False
        word = self.tokens.key[j]
        if self.tokens.kind[j] != WORD:
            return False
        known = self.is_given(word) or self.is_title(word) or self.lexicon.has("titles_group", word)
        like_verb = word[0] in "يت" or (word[-1] == "ت" and len(word) > 3)
        if len(word) > 2 and not known and like_verb and not self._is_closed(j, limit):
            return False
        return not (
            self._stops(j, j, limit)
            or word in ("في", "من", "وهي", "وهو", "الذي", "التي")
            or self.lexicon.has("weekdays", word)
        )

    def _is_closed(self, j: int, limit: int) -> bool:
        """«حاكم الجزيرة، توجيولو تولافونو، إن»: two to four words between commas are a name, also if the first looks like a verb."""
        keys = self.tokens.key
        end = next((k for k in range(j, min(limit, j + 5)) if keys[k] in "،,"), j)
        return end - j > 1 and all(
            self.tokens.kind[k] == WORD and not self._is_definite(keys[k]) and keys[k] not in ("في", "من", "ان")
            for k in range(j, end)
        )
