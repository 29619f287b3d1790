"""Find nominal objects behind the subject of their verb, where only the noun phrases tell where the subject ends."""

from __future__ import annotations

from stance.quotations.guards import SHORT, STARTS, CueGuard
from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks
from stance.quotations.particles import PREPOSITIONS, RELATIVES, complementiser
from stance.quotations.phrases import PhraseReader
from stance.quotations.tokens import WORD, Tokens

_PRONOUNS = ("ها", "هما", "هم", "ه")
_NO_OBJECTS = frozenset("ما وما كل اي هو هي هم لم لن لا قد اليوم امس بعد قبل خلال كما".split())
# Tokens of the one who is asked, between «طلب من» and what is asked of him.
_ASKED = 14


class SubjectObjectFinder(CueGuard):
    """Objects behind subjects, in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        super().__init__(tokens, marks, lexicon)
        self.phrases = PhraseReader(tokens, marks, lexicon)

    def _object_behind(self, i: int, form: Form, end: int) -> int | None:
        """Find where the object of a verb starts that its subject or the one asked separates from it."""
        if form.part not in ("past", "present") or i + 2 >= end or self.tokens.kind[i + 1] != WORD:
            return None
        if "condemning" in form.verb.traits:
            return self._condemned(i, end)
        if form.verb.past == "طلب":
            return self._asked(i, end)
        return self._deemed(i, form, end) if "deeming" in form.verb.traits else None

    def _behind(self, first: int, end: int) -> int:
        """Return the token after the source at a token and the comma that closes its description."""
        phrase = self.phrases.read(first, min(end, first + 2 * SHORT))
        if phrase is None:
            return first
        stop = max(phrase.end, phrase.role_end)
        return stop + (stop + 1 < end and self.tokens.key[stop] in "،,")

    def _condemned(self, i: int, end: int) -> int | None:
        """«أدانت اللجنة الجديدة الهجوم على المدينة»: a definite noun behind the subject."""
        start = self._behind(i + 1, end)
        word = self.tokens.key[start] if start < end else ""
        known = i + 1 < start and word.startswith("ال") and self.tokens.kind[start] == WORD
        return start if known and not self.phrases.is_title(word) and complementiser(word) is None else None

    def _asked(self, i: int, end: int) -> int | None:
        """«طلب المدرب من اللاعبين خوض المباراة»: a verbal noun behind the one who is asked."""
        keys = self.tokens.key
        of = next((k for k in range(i + 1, min(i + SHORT, end - 2)) if keys[k] == "من"), None)
        if of is None:
            return None
        start = self._behind(of + 1, min(end, of + _ASKED))
        if not of + 1 < start < end - 1 or self.tokens.kind[start] != WORD or keys[start] in PREPOSITIONS:
            return None
        word = keys[start]
        other = complementiser(word) is not None or self.lexicon.form(word) is not None or word in _NO_OBJECTS
        other = other or (word[0] == "و" and not self.lexicon.has("waw_words", word))
        lists = ("event_prepositions", "weekdays", "relatives", "titles_person", "given_names")
        return None if other or any(self.lexicon.has(name, word) for name in lists) else start

    def _deemed(self, i: int, form: Form, end: int) -> int | None:
        """«واعتبرتها نتيجة مهمة», «ويعتبره الخبراء أهم إنجاز»: the predicate of the pronoun on the verb."""
        word = self.tokens.key[i]
        clause = (
            form.prefix or self.tokens.key[i - 1] in STARTS or self.tokens.key[i - 1].removeprefix("و") in RELATIVES
        )
        if not clause or not word.endswith(_PRONOUNS) or word in self.lexicon.forms:
            return None
        start = i + 1
        if self.tokens.key[start].startswith("ال"):
            start = self._behind(start, end)
        if start >= end or self.tokens.kind[start] != WORD:
            return None
        surface = self.tokens.text[self.tokens.start[start] : self.tokens.end[start]].rstrip("\u064b")
        indefinite = not surface.startswith("ال") and self.tokens.key[start] not in PREPOSITIONS
        accusative = surface.endswith(("ا", "ة", "اء", "ات")) or (surface[0] == "أ" and len(surface) in (3, 4))
        return start if indefinite and accusative and len(surface) > 2 else None
