"""Find the sources that phrases, headlines and relayed statements name."""

from __future__ import annotations

from dataclasses import dataclass

from stance.quotations.cues import Cue
from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks
from stance.quotations.phrases import Phrase, PhraseReader
from stance.quotations.tokens import WORD, Tokens


@dataclass(frozen=True, slots=True)
class Mention:
    """A speaker as mentioned, with the gender and number that its verb showed (``3ms``, ``3fs``, … or ``3``)."""

    phrase: Phrase
    agreement: str


class SourceReader:
    """Sources that stand in a phrase of their own, in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon, reader: PhraseReader | None = None) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon
        self.reader = reader or PhraseReader(tokens, marks, lexicon)
        self._words = frozenset(tokens.key)

    def is_outlet(self, mention: Mention) -> bool:
        """Say whether a source is a newspaper, an agency or the like.

        :param mention: The source.
        :return: Whether it is.
        """
        head = self.reader.bare(self.tokens.key[mention.phrase.first])
        return self.lexicon.has("outlets", head)

    def _relayed(self, first: int, limit: int, before: str = "", preposition: str = "عن") -> Mention | None:
        """The one whose words an outlet relays: «نقلت الوكالة عن مسؤول أن»."""
        keys = self.tokens.key
        if before and before not in self._words:
            return None
        for k in range(first, min(limit, first + 20)):
            if keys[k] == preposition and (not before or keys[k - 1] == before):
                phrase = self.reader.read(k + 1, limit)
                return Mention(phrase, "3") if phrase else None
        return None

    def _source(self, cue: Cue, last: Mention | None) -> Mention | None:
        """The source after «بحسب»; «بحسب ما نقلت رويترز عن مصادر» names the inner one."""
        keys = self.tokens.key
        _, end = self.tokens.sentences[self.tokens.sentence(cue.token)]
        start = cue.end
        if start >= end:
            return last
        if self._takes_up(start, cue):
            return last
        start = self._after_particles(start, end)
        form = self._said(start, end, cue)
        agreement = "3"
        if form and form.part in ("past", "present"):
            if form.verb.category == "relay":
                inner = self._relayed(start + 1, end)
                if inner:
                    return inner
            agreement = form.agreement
            start = self._skip_particles(start + 1, end)
        prefix = 0
        word = keys[start] if start < end else ""
        if not form and word[:1] == "ل" and len(word) > 3 and keys[cue.end - 1] in ("وفقا", "طبقا", "ووفقا", "وطبقا"):
            prefix = 1
        start = self._author(start, end)
        phrase = self.reader.read(start, end)
        if phrase is None:
            return None
        inner = self._inner(phrase, end)
        if inner:
            return inner
        if prefix and phrase.first == start:
            phrase = Phrase(phrase.first, phrase.end, phrase.role_first, phrase.role_end, prefix, phrase.named)
        return Mention(phrase, agreement)

    def _after_particles(self, start: int, end: int) -> int:
        """«وفق ما ذكره الوزير», «وفق تعبير الوزير»: where the verb or the source stands."""
        keys = self.tokens.key
        if keys[start] in ("ما", "لما") or (start + 1 < end and keys[start] in ("ل", "ـ")):
            start += 1
        return start + (start + 1 < end and self.lexicon.has("wording", keys[start]))

    def _said(self, start: int, end: int, cue: Cue) -> Form | None:
        """The verb of a source phrase: «وفق ما ذكرته الوكالة»."""
        if start >= end or self.tokens.kind[start] != WORD:
            return None
        word = self.tokens.key[start]
        relative = start > cue.end or self.tokens.key[cue.end - 1].endswith("ما")
        return self.lexicon.form_with_object(word) if relative else self.lexicon.form(word)

    def _inner(self, phrase: Phrase, end: int) -> Mention | None:
        """«بحسب وكالة الفجر نقلا عن مسؤول»: the words are the official's."""
        last = max(phrase.end, phrase.role_end)
        relayed = last + 1 < end and self.tokens.key[last] == "نقلا" and self.tokens.key[last + 1] == "عن"
        return self._relayed(last, end) if relayed else None

    def _takes_up(self, start: int, cue: Cue) -> bool:
        """«على حد قوله», «حسب تصريحه»: the source is the one who spoke last."""
        keys = self.tokens.key
        surface = self.tokens.text[self.tokens.start[start] : self.tokens.end[start]]
        possessed = self.lexicon.has("events", keys[start]) and surface.endswith(("ه", "ها", "هم"))
        last = keys[start - 1]
        in_phrase = cue.end - cue.token > 1 and len(last) > 3 and last.endswith(("ه", "ها", "هم")) and last != "وجهه"
        return possessed or in_phrase or self.lexicon.has("honorifics", keys[start])

    def _skip_particles(self, start: int, end: int) -> int:
        while start < end and self.tokens.key[start] in ("به", "اليه", "عنه", "له", "فيه", "عليه", "في", "بها", "قد"):
            start += 1
        return start

    def _author(self, start: int, end: int) -> int:
        """«مقال نشره جوش روجين», «بيان أصدرته الوزارة»: the author follows the verb."""
        if start < end and self.lexicon.has("titles_document", self.tokens.key[start]):
            for k in range(start + 1, min(end, start + 5)):
                if self.lexicon.has("authored", self.tokens.key[k]):
                    return k + 1
        return start

    def _headline(self, cue: Cue) -> Mention | None:
        first = cue.opening
        for k in range(first, cue.token):
            if self.tokens.key[k] == "عن" and k > first:
                phrase = self.reader.read(k + 1, cue.token)
                return Mention(phrase, "3") if phrase else None
        phrase = self.reader.read(first, cue.token)
        return Mention(phrase, "3") if phrase else None
