"""Find whom a definite description takes up: «المسؤولة», «المصدر ذاته», «مند» for the movement of that name."""

from __future__ import annotations

from bisect import bisect_left

from stance.quotations.full_names import FullNames
from stance.quotations.people import stem
from stance.quotations.phrase_ends import FROM_HIM
from stance.quotations.phrases import Phrase
from stance.quotations.sources import Mention
from stance.quotations.tokens import MARK, WORD

# A noun before these has no genitive: «متحدثة باسم الشركة» is anybody.
_PREPOSITIONS = frozenset("باسم في من عن لدي على".split())
# Tokens back in which an anonymous source was introduced.
_WINDOW = 150
_GOVERNMENTS = frozenset("الحكومه الاداره السلطات".split())


class Anaphora(FullNames):
    """Descriptions in one article that take up a source named before."""

    def _alias(self, phrase: Phrase) -> Phrase | None:
        """«مند» for «حركة تحرير الدلتا (مند)», «برلين» for «الحكومة الألمانية»."""
        keys = self.tokens.key
        first = phrase.first + (self.tokens.kind[phrase.first] == MARK)
        if phrase.end - phrase.first > 3 or self.tokens.kind[first] != WORD or phrase.role_end > phrase.role_first:
            return None
        if first + 1 < phrase.end and self.tokens.kind[first + 1] != MARK:
            return None
        if self._aliases is None:
            self._aliases = self._abbreviated()
        known = self._aliases.get(keys[first])
        if known is not None:
            return known
        for adjective in self.reader.lexicon.capitals.get(keys[first], ()):
            for k in self._occurrences(adjective):
                if k > 0 and keys[k - 1] in _GOVERNMENTS:
                    return Phrase(k - 1, k + 1)
        return None

    def _abbreviated(self) -> dict[str, Phrase]:
        """Words in a parenthesis or in marks right after the name of a group."""
        keys, kinds = self.tokens.key, self.tokens.kind
        found: dict[str, Phrase] = {}
        for phrase in self.descriptions:
            if not self.reader.is_body(keys[phrase.first]):
                continue
            for k in range(phrase.first + 2, min(phrase.end + 1, len(keys) - 2)):
                marked = k == phrase.end and kinds[k] == kinds[k + 2] == MARK
                if kinds[k + 1] == WORD and (marked or (keys[k] == "(" and keys[k + 2] == ")")):
                    found.setdefault(keys[k + 1], Phrase(phrase.first, k))
        return found

    def _without_pronoun(self, phrase: Phrase) -> Phrase:
        """«مصدر مقرب منه» by the description further down that says of whom: «المصدر المقرب من اللاعب»."""
        keys, reader = self.tokens.key, self.reader
        if keys[phrase.end - 1] not in FROM_HIM or phrase.end - phrase.first < 3:
            return phrase
        words = self._bare_words(phrase.first, phrase.end - 1)
        for other in self._by_head.get(stem(reader.bare(keys[phrase.first])), []):
            longer = other.end - other.first > phrase.end - phrase.first
            if longer and words <= self._bare_words(other.first, other.end):
                return other
        return phrase

    def _anonymous_before(self, phrase: Phrase) -> Mention | None:
        """«المصدر»: the source that was introduced as «مصدر في الوزارة» after the last one who spoke."""
        keys, reader = self.tokens.key, self.reader
        head = keys[phrase.first]
        bare = reader.bare(head)
        if not head.startswith("ال") or not reader.lexicon.has("anonymous", bare) or phrase.end - phrase.first > 2:
            return None
        place = bisect_left(self._mention_places, phrase.first)
        spoken = self._mention_places[place - 1] if place else -1
        for form, prefix in ((bare, 0), ("ل" + bare, 1)):
            before = [k for k in self._occurrences(form) if max(spoken, phrase.first - _WINDOW) < k < phrase.first]
            if before:
                found = reader.read(before[-1], phrase.first)
                if found is not None and found.first == before[-1]:
                    return Mention(Phrase(found.first, found.end, prefix=prefix), "3")
        return None

    def _is_generic(self, phrase: Phrase) -> bool:
        return self.reader.lexicon.has("anonymous", self.reader.bare(self.tokens.key[phrase.first]))

    def _the_same(self, phrase: Phrase) -> Mention | None:
        """«ذات المتدخل», «نفس المصدر», «الفاعل عينه»: the source before."""
        keys, lexicon = self.tokens.key, self.reader.lexicon
        before = keys[phrase.first] in ("ذات", "نفس") and phrase.end - phrase.first > 1
        following = keys[phrase.end] if phrase.end < len(keys) else ""
        after = lexicon.has("same", following) or lexicon.has("same", keys[phrase.end - 1])
        noun = keys[phrase.first + before]
        if not (before or after) or not noun.startswith("ال") or (after and self.reader.is_body(noun)):
            return None
        if after and (self.reader.is_title(noun) or phrase.end - phrase.first > 3):
            return None
        place = bisect_left(self._mention_places, phrase.first)
        body = self.reader.is_body(noun)
        for other in reversed(self.mentions[max(place - 6, 0) : place]):
            head = keys[other.phrase.first]
            if head not in ("ذات", "نفس") and (not body or self.reader.is_body(head)):
                return other
        return None

    def _taken_up(self, mention: Mention) -> Mention | None:
        """«المسؤولة»: a definite title that nobody in the text is given takes up the one who spoke last."""
        phrase = mention.phrase
        head = self.tokens.key[phrase.first]
        lexicon = self.reader.lexicon
        construct = next(
            (k for k in range(phrase.first + 1, phrase.end) if self.tokens.key[k] in _PREPOSITIONS), phrase.end
        )
        definite = head.startswith(("ال", "لل")) or any(
            self.tokens.key[k].startswith("ال") for k in range(phrase.first + 1, construct)
        )
        document = head.startswith("ال") and lexicon.has("titles_document", head)
        human = lexicon.has("humans", head)
        generic = (
            definite
            and construct == phrase.end
            and (self.reader.is_title(head) or document or human)
            and phrase.end - phrase.first <= (7 if self.reader.lexicon.has("members", head) else 5)
        )
        generic = generic and not self.reader.lexicon.has("kin", head)
        lone_office = phrase.end - phrase.first == 1 and lexicon.has("offices", self.reader.bare(head))
        following = self.tokens.key[phrase.end] if phrase.end < len(self.tokens) else ""
        same = lexicon.has("same", following) or lexicon.has("same", self.tokens.key[phrase.end - 1])
        if lexicon.has("anonymous", self.reader.bare(head)) and same:
            document = self.reader.bare(head) == "مصدر"
        elif not generic or lone_office or (lexicon.has("anonymous", head) and not document):
            return None
        place = bisect_left(self._mention_places, phrase.first) - 1
        if place < 0:
            return None
        wanted = self._is_body if document else self._is_person
        earlier = self.mentions[max(place - (8 if document else 3), 0) : place + 1]
        previous = next((other for other in reversed(earlier) if wanted(other.phrase)), None)
        if previous is None:
            return None
        # «وزير الخارجية السابق» holds another office now.
        former = any(self.reader.lexicon.has("former", word) for word in self.tokens.key[phrase.first : phrase.end])
        held = head.startswith(("ال", "لل")) or document or former
        if not held and not self._may_hold(previous.phrase, head):
            return None
        same_gender = previous.agreement[:2] == mention.agreement[:2] or "3" in (previous.agreement, mention.agreement)
        return previous if same_gender or document else None

    def _may_hold(self, phrase: Phrase, head: str) -> bool:
        """Say whether a source is a person, who may hold a title with a complement."""
        if head in ("وزير", "وزيره", "حاكم", "سفير", "محافظ") and phrase.role_end > phrase.role_first:
            # an office of its own
            return self.reader.bare(self.tokens.key[phrase.role_first]) == head
        periphrasis = any(self.reader.lexicon.has(name, head) for name in ("anonymous", "leaders", "members"))
        if phrase.role_end > phrase.role_first and not periphrasis:
            # «مدير التنظيم» is not the president of a club.
            return stem(self.reader.bare(self.tokens.key[phrase.role_first])) == stem(head)
        return self._is_person(phrase)

    def _is_body(self, phrase: Phrase) -> bool:
        """Say whether a source may have issued the document that speaks."""
        head = self.tokens.key[phrase.first]
        return not self.reader.lexicon.has("titles_document", head)

    def _is_person(self, phrase: Phrase) -> bool:
        head = self.tokens.key[phrase.first]
        if phrase.named:
            known = phrase.end - phrase.first > 1 or phrase.role_end > phrase.role_first or self.reader.is_given(head)
            return known or len(range(*self._full_name(phrase))) > 1
        return self.reader.is_title(head) and not head.startswith("ال")
