"""Find the subject of a sentence, the person it names and the noun before a relative pronoun."""

from __future__ import annotations

from dataclasses import replace

from stance.quotations.cues import Cue
from stance.quotations.sources import Mention, SourceReader
from stance.quotations.tokens import WORD

SKIPPED_SUBJECT_PREFIX = frozenset(
    "لكن ولكن لكنه لكنها لكنهم ولكنه ولكنها ولكنهم الا والا كان كانت وكان وكانت فيما بينما ان حيث اذ كما ثم هذا اما غير بل فان وقد قد لقد حين".split()
)
INTRODUCTIONS = frozenset(
    "من في ومن وفي وعن عن بعد وبعد قبل وقبل خلال وخلال على وعلى ورغم رغم بالرغم اثر منذ ومنذ عقب وعقب بدوره بدورها وبدوره وبدورها بشان وبشان مع ومع "
    "ردا وردا تعليقا وتعليقا حول وحول الي والي بحسب وبحسب وفق ووفق كذلك وكذلك امس اليوم واليوم وامس يوم ويوم لدي عند وعند اثناء وقالب".split()
)
# Times between a verb and its subject.
_WHEN = frozenset("امس اليوم يوم صباح مساء الماضي الجاري الحالي الاول".split())
_IN_TURN = ("بدوره", "بدورها")
_NEGATED = frozenset("لم ولم لن ولن لا ولا".split())


class SentenceReader(SourceReader):
    """Subjects and people of the sentences of one text."""

    def _of_relative(self, cue: Cue) -> Mention | None:
        """«… أشرف بن يوسف الذي عبر عن …، مضيفا أن»: the noun phrase before the pronoun."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        keys, kinds = self.tokens.key, self.tokens.kind
        for k in range(cue.token - 1, max(first, cue.token - 40), -1):
            if self.lexicon.has("relatives", keys[k]):
                start = k = k - (keys[k - 1] in "،,")
                while start > first and k - start < 9 and kinds[start - 1] == WORD:
                    if self.lexicon.form(keys[start - 1]):
                        break
                    start -= 1
                words = range(start, k)
                titled = [j for j in words if self.reader.is_given(keys[j]) or self.reader.is_title(keys[j])]
                titled = titled or [j for j in words if keys[j].startswith("ال") and self.reader.is_plural(keys[j])]
                groups = [j for j in words if self.lexicon.has("titles_group", keys[j])]
                for j in (titled or groups)[:1]:
                    phrase = self.reader.read(j, k)
                    return Mention(phrase, cue.form.agreement if cue.form else "3") if phrase else None
                return None
        return None

    def _of_comment(self, cue: Cue) -> Mention | None:
        """«…، وهو ما اتخذه الجيش مبررا، قائلا إن»: the subject of the clause that comments on the one before."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        keys = self.tokens.key
        for k in range(cue.token - 3, max(first, cue.token - 20), -1):
            if keys[k] == "ما" and keys[k - 1] in ("وهو", "وهي") and keys[k + 1].endswith("ه"):
                phrase = self.reader.read(k + 2, cue.token) if self._looks_like_noun(keys[k + 2]) else None
                return Mention(phrase, "3") if phrase else None
        return None

    def _nearest(self, cue: Cue) -> Mention | None:
        """The named person with a title nearest before a cue whose sentence has no clear subject."""
        subject = self._sentence_subject(cue)
        if subject:
            return subject
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        return self._person_before(cue.token, first)

    def _person_before(self, token: int, first: int) -> Mention | None:
        for k in range(max(first, token - 40), token):
            if self.tokens.kind[k] == WORD and self.reader.is_title(self.tokens.key[k]):
                phrase = self.reader.read(k, token)
                if phrase and phrase.named:
                    return Mention(phrase, "3")
        return None

    def _sentence_subject(self, cue: Cue) -> Mention | None:
        """The subject of the main verb of a sentence, for the participles in it: «هددت فصائل …، قائلة إن»."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        keys, kinds = self.tokens.key, self.tokens.kind
        agreement = cue.form.agreement if cue.form else "3"
        start = self._after_dateline(first, cue.token)
        while start < cue.token and (
            kinds[start] != WORD or keys[start] in SKIPPED_SUBJECT_PREFIX or keys[start] in ("وبينما", "وفيما", "وحين")
        ):
            start += 1
        while start < cue.token and (keys[start] in INTRODUCTIONS or self._is_adverbial(start)):
            size = 1 if keys[start].removeprefix("و") in _IN_TURN else 2 * (keys[start + 1] == "المقابل")
            if size and keys[start + size] not in "،,":
                # «في المقابل وسمت كامل», «بدوره استعرض كامل»
                start += size
                break
            if start + 2 < cue.token and keys[start + 1] == "ذلك" and not keys[start + 2].startswith("ال"):
                # «وقبل ذلك أدلى الوزير»
                start += 2 + (keys[start + 2] in "،,")
                break
            verb = self._verb_after_introduction(start, cue.token)
            if verb is not None:
                start = verb
                break
            comma = next((k for k in range(start, cue.token) if keys[k] in "،,"), cue.token)
            start = comma + 1
        if start < cue.token and keys[start] in _NEGATED:
            start += 1
        if start + 1 >= cue.token or kinds[start] != WORD:
            return None
        if self._looks_like_noun(keys[start]) or (start > first and keys[start - 1] in ("ان", "لكن", "ولكن")):
            phrase = self.reader.read(start, cue.token)
        else:
            if not _verb_agrees(keys[start].removeprefix("و"), agreement):
                return None
            phrase = self.reader.read(start + 1, cue.token)
            if phrase is not None and self._is_thing(phrase.first):
                return None
        if phrase is None or phrase.end - phrase.first > 14 or keys[phrase.first] in ("مثل", "غير", "سوي"):
            return None
        return Mention(phrase, agreement)

    def _is_thing(self, k: int) -> bool:
        """«ورسمت صورة سيئة»: an unknown feminine noun without the article is the object."""
        word = self.tokens.key[k]
        surface = self.tokens.text[self.tokens.start[k] : self.tokens.end[k]]
        known = self._looks_like_noun(word) or self.reader.is_body(word) or word in self.reader.last_names
        return surface.endswith("ة") and not known and not word.startswith("ال")

    def _verb_after_introduction(self, start: int, end: int) -> int | None:
        """«وعقب الصلاة نقل الدكتور سمير حداد»: the word between a definite noun and a person is the verb."""
        keys, kinds, reader = self.tokens.key, self.tokens.kind, self.reader
        for k in range(start + 2, min(start + 6, end - 1)):
            if kinds[k] != WORD:
                return None
            person = keys[k + 1].startswith("ال") and reader.is_title(keys[k + 1])
            noun = self._looks_like_noun(keys[k]) or reader.is_title(keys[k]) or keys[k][0] in "بلو"
            if person and keys[k - 1].startswith("ال") and not noun:
                return k
        return None

    def _after_dateline(self, first: int, end: int) -> int:
        """«الشارقة: «الخليج» عقدت»: the sentence starts after the place and the paper."""
        keys = self.tokens.key
        for k in range(first + 1, min(first + 4, end - 2)):
            if keys[k] in (":", "-", "–") and k + 1 in self.marks.closes and self.marks.closes[k + 1] <= k + 4:
                return self.marks.closes[k + 1] + 1
        return first

    def _is_adverbial(self, k: int) -> bool:
        """Tell the preposition ب («بحضور الوزير،») from a verb that begins so («بارك الوزير»)."""
        word = self.tokens.key[k]
        if word[0] != "ب" or self.reader.is_given(word):
            return False
        following = self.tokens.key[k + 1] if k + 1 < len(self.tokens) else ""
        person = self.reader.is_title(following) or self.reader.is_given(following)
        return not person or word.startswith("بال") or self.lexicon.has("event_prepositions", word)

    def _looks_like_noun(self, word: str) -> bool:
        if word.startswith("ال") and len(word) > 4:
            return True
        return word in self.reader.heads

    def _preceded(self, cue: Cue, first: int) -> Mention | None:
        """«سبق لمصدر مسؤول أن أكد»: the subject stands after ل."""
        keys = self.tokens.key
        for k in range(cue.token - 2, max(first, cue.token - 26) - 1, -1):
            if keys[k].removeprefix("و") == "سبق":
                word = keys[k + 1]
                phrase = self.reader.read(k + 1, cue.token - 1) if word[0] == "ل" and len(word) > 3 else None
                return Mention(replace(phrase, prefix=int(phrase.first == k + 1)), "3") if phrase else None
            if self.tokens.kind[k] == WORD and self.lexicon.has("relatives", keys[k]):
                return None
        return None

    def _skip_time(self, start: int, limit: int) -> int:
        """«أعلنت أمس السبت عدة أحزاب»: where the subject stands after a time, if one is known to stand there."""
        k = start
        while k < limit and (self.tokens.key[k] in _WHEN or self.lexicon.has("weekdays", self.tokens.key[k])):
            k += 1
        if k == start or k >= limit or self.tokens.kind[k] != WORD:
            return start
        word = self.tokens.key[k]
        known = self.reader.is_title(word) or self.reader.is_body(word) or self.reader.is_given(word)
        return k if known or word in ("عده", "عدد") or word in self.reader.last_names else start

    def _in_previous(self, cue: Cue) -> Mention | None:
        """«استقبل الوزير سمير حداد الوفد. وأشار إلى أن»: the named person of the sentence before."""
        number = self.tokens.sentence(cue.token)
        if number == 0:
            return None
        first, end = self.tokens.sentences[number - 1]
        return self._person_before(end, first)


def _verb_agrees(word: str, agreement: str) -> bool:
    """Say whether a word has the shape of a verb that agrees with a participle."""
    feminine = word.endswith("ت") or word.startswith("ت")
    if agreement[1:] == "fs":
        return feminine
    return True
