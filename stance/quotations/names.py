"""Resolve mentions of speakers inside an article: last name to full name, title to the one who holds it."""

from __future__ import annotations

from bisect import bisect_left

from stance.quotations.anaphora import Anaphora
from stance.quotations.people import stem
from stance.quotations.phrases import Phrase
from stance.quotations.sources import Mention


class NameResolver(Anaphora):
    """Who the speakers of one article are."""

    def resolve(self, mention: Mention) -> tuple[str, str | None]:
        """Find the fullest name of a speaker in the article, and the title or affiliation.

        :param mention: The mention.
        :return: Name or description, and role.
        """
        passed, found = set[int](), self._follow(mention)
        while isinstance(found, Mention):
            # Two descriptions may take up each other; then the one that was reached first stands for itself.
            if found.phrase.first in passed:
                return self._plain(mention.phrase), None
            passed.add(found.phrase.first)
            found = self._follow(found)
        return found

    def _follow(self, mention: Mention) -> tuple[str, str | None] | Mention:
        """Take one step: name and role, or another mention of the same speaker."""
        phrase = mention.phrase
        same = self._the_same(phrase)
        if same is not None:
            return same
        alias = self._alias(phrase)
        if alias is not None and alias.first != phrase.first:
            return self._clean(alias.first, alias.end, alias.prefix), None
        national = self._last_name(phrase) if not self.reader.is_title(self.tokens.key[phrase.first]) else None
        if national is not None:
            return self._clean(*national), None
        if phrase.named or self._is_short_name(phrase):
            first, end = self._full_name(phrase)
            return self._clean(first, end, phrase.prefix if first == phrase.first else 0), self._role(
                phrase, first, end
            )
        anonymous = self._anonymous_before(phrase)
        if anonymous is not None:
            return self._plain(anonymous.phrase), None
        issued = self._issuer(phrase)
        if issued is not None:
            return Mention(issued, mention.agreement)
        titled = self._last_name(phrase)
        if titled is not None:
            return self._clean(*titled), self._clean(phrase.first, phrase.end - 1)
        holder = self._holder(phrase)
        if holder is not None and holder.first > phrase.first and self._is_generic(phrase):
            # «المسؤول الروسي» takes up the one who spoke before, not an official further down.
            previous = self._taken_up(mention)
            holder = None if previous is not None else holder
        if holder is not None:
            first, end = self._full_name(holder)
            return self._clean(first, end), self._role(holder, first, end)
        return self._described(mention)

    def _plain(self, phrase: Phrase) -> str:
        full = self._without_pronoun(phrase)
        return self._clean(full.first, full.end, full.prefix)

    def _described(self, mention: Mention) -> tuple[str, str | None] | Mention:
        """A description by a fuller one, or by the one who spoke before."""
        phrase = mention.phrase
        fuller = self._fuller_description(phrase)
        if fuller is phrase:
            words = tuple(self.tokens.key[phrase.first : phrase.end])
            previous = self._taken_up(mention) or self._taken.get(words)
            if previous is not None:
                if len(words) > 1:
                    # The same description means the same person further down.
                    self._taken[words] = previous
                return previous
        return self._plain(fuller), None

    def _clean(self, first: int, end: int, prefix: int = 0) -> str:
        word = self.tokens.key[first]
        if not prefix and word[0] == "و" and not self.reader.lexicon.has("waw_names", word):
            # «مدير المركز، ومحمد عبدالله»
            known = self.reader.is_given(word[1:]) or self.reader.lexicon.has("titles_person", self.reader.bare(word))
            prefix = int(known and not self.reader.is_given(word) and not self.reader.lexicon.has("waw_words", word))
        words = self.tokens.surface(first, end)[prefix:].strip(" ،,-–:")
        if prefix and words.startswith("ل") and self.tokens.key[first].startswith("لل"):
            words = "ا" + words
        if words.endswith(")") and "(" not in words:
            words = words[:-1]
        return " ".join(words.split())

    def _role(self, phrase: Phrase, first: int, end: int) -> str | None:
        if self._says_office(phrase):
            return self._clean_role(phrase)
        name = tuple(self.tokens.key[first:end])
        for other in self._by_name.get(name[-1], []):
            if self._says_office(other):
                words = tuple(self.tokens.key[other.first : other.end])
                if words == name or (len(words) > 1 and words[-1] == name[-1] and words[0] == name[0]):
                    return self._clean_role(other)
        return self._clean(phrase.role_first, phrase.role_end) if phrase.role_end > phrase.role_first else None

    def _says_office(self, phrase: Phrase) -> bool:
        """Say whether a phrase has a title that is more than «الدكتور»."""
        words = phrase.role_end - phrase.role_first
        return words > 1 or (words == 1 and not self._is_courtesy(phrase.role_first))

    def _is_courtesy(self, k: int) -> bool:
        return self.reader.lexicon.has("courtesy", self.tokens.key[k])

    def _clean_role(self, phrase: Phrase) -> str:
        """«مدير المركز الدكتور» without the second title, «لمدير المركز» without the preposition."""
        first, end = phrase.role_first, phrase.role_end
        if end - first > 1 and (
            self._is_courtesy(end - 1) or self.reader.lexicon.has("ranks", self.tokens.key[end - 1])
        ):
            end -= 1
        word = self.tokens.key[first]
        return self._clean(first, end, int(word[0] == "ل" and self.reader.is_title(word[1:])))

    def _holder(self, phrase: Phrase) -> Phrase | None:
        """Find the named person that a title refers to: the last before the mention, else the first after it."""
        head = self.tokens.key[phrase.first]
        if not self.reader.is_title(head):
            return None
        lexicon = self.reader.lexicon
        if not head.startswith(("ال", "لل")) and lexicon.has("anonymous", head):
            return self._introduced(phrase)
        words = self._bare_words(phrase.first, phrase.end)
        only = self._only_holder(phrase)
        if only is not None:
            return only
        before = after = None
        for other in self._by_title.get(self.reader.bare(head), []):
            if words <= self._bare_words(other.role_first, other.role_end):
                if other.first <= phrase.first:
                    before = other
                elif after is None:
                    after = other
        if before is not None:
            return before
        described = any(
            words <= self._bare_words(other.first, other.end) and other.first < phrase.first
            for other in self._by_head.get(stem(self.reader.bare(head)), [])
        )
        if described or len(words) < 2:
            return None
        return after or self._holder_in_part(phrase, words)

    def _only_holder(self, phrase: Phrase) -> Phrase | None:
        """«السفير الجديد لكوبا», «المتحدثة العسكرية»: the one person before whose title has that head, if no nationality differs."""
        head = self.tokens.key[phrase.first]
        words = self.tokens.key[phrase.first : phrase.end]
        if not head.startswith("ال") or len(words) < 2 or "باسم" in words:
            return None
        bare = self.reader.bare(head)
        same = [
            other
            for other in self._by_title.get(bare, [])
            if other.first < phrase.first
            and self.reader.bare(self.tokens.key[other.role_first]).removeprefix("ل") == bare
        ]
        if not same or len({self.tokens.key[other.end - 1] for other in same}) != 1:
            return None
        mine, theirs = (
            self._relatives(phrase.first + 1, phrase.end),
            self._relatives(same[-1].role_first, same[-1].role_end),
        )
        return same[-1] if not mine or not theirs or mine & theirs else None

    def _relatives(self, first: int, end: int) -> set[str]:
        """Adjectives of place, religion and the like in a title, without gender: «الإسرائيلية»."""
        words = {self.tokens.key[k].removesuffix("ه") for k in range(first, end)}
        return {word for word in words if word.startswith("ال") and word.endswith("ي") and len(word) > 4}

    def _holder_in_part(self, phrase: Phrase, words: set[str]) -> Phrase | None:
        """The one person of a shorter title («الوزير» for «وزير الصناعة») or of a nationality («المندوب الفرنسي»)."""
        head = self.reader.bare(self.tokens.key[phrase.first])
        if len(words) < 2 or not any(self._is_definite(k) for k in (phrase.first, phrase.first + 1)):
            return None
        shorter = [
            other
            for other in self._by_title.get(head, [])
            if self._bare_words(other.role_first, other.role_end) <= words
        ]
        definite = self.tokens.key[phrase.first].startswith("ال")
        adjectives = words - {head}
        adjective = next(iter(adjectives))
        if not shorter and definite and len(adjectives) == 1 and adjective.endswith(("ي", "يه")):
            shorter = [
                other
                for other in self._by_title.get(adjective, [])
                if other.first < phrase.first
                and self._is_definite_word(other, adjective)
                and not self.reader.lexicon.has("titles_group", self.tokens.key[other.first])
            ]
        same_head = self._by_title.get(head, [])
        if not shorter and len({self.tokens.key[other.end - 1] for other in same_head}) == 1:
            # «الأمين العام لحزب «المصباح»» by another name of the party
            shorter = [o for o in same_head if len(words & self._bare_words(o.role_first, o.role_end)) > 2]
        people = {self.tokens.key[other.end - 1] for other in shorter}
        return shorter[-1] if len(people) == 1 else None

    def _is_definite(self, k: int) -> bool:
        return self.tokens.key[k].startswith(("ال", "لل"))

    def _is_definite_word(self, other: Phrase, word: str) -> bool:
        return any(self.tokens.key[k] == "ال" + word for k in range(other.role_first, other.role_end))

    def _last_name(self, phrase: Phrase) -> tuple[int, int] | None:
        """«الشيخ الحداد» by the full name that ends so."""
        keys = self.tokens.key
        head = keys[phrase.first]
        # «الأمريكي جونسون»
        national = head.startswith("ال") and head.endswith(("ي", "يه")) and len(head) > 5
        if phrase.end - phrase.first != 2 or not (national or self.reader.is_title(head)):
            return None
        if not head.startswith("ال") or not (national or keys[phrase.end - 1] in self._by_name):
            return None
        first, end = self._full_name(Phrase(phrase.end - 1, phrase.end, named=True))
        return (first, end) if end - first > 1 else None

    def _issuer(self, phrase: Phrase) -> Phrase | None:
        """«بيان الوزارة» speaks for the ministry."""
        keys = self.tokens.key
        definite = phrase.first + 1 < phrase.end and keys[phrase.first + 1].startswith("ال")
        if not definite or keys[phrase.first].startswith("ال"):
            return None
        issued = self.reader.lexicon.has("issued", keys[phrase.first])
        return Phrase(phrase.first + 1, phrase.end) if issued else None

    def _introduced(self, phrase: Phrase) -> Phrase | None:
        """«قال قيادي في الحركة …. وقال القيادي في الحركة، علي الطائي»: the next speaker is the same, now with his name."""
        place = bisect_left(self._mention_places, phrase.first + 1)
        if place >= len(self.mentions) or phrase.end - phrase.first < 2:
            return None
        following = self.mentions[place].phrase
        if not following.named or following.role_end <= following.role_first:
            return None
        head = self.tokens.key[following.role_first]
        words = {word.removeprefix("ب") for word in self._bare_words(phrase.first, phrase.end)}
        role = {word.removeprefix("ب") for word in self._bare_words(following.role_first, following.role_end)}
        same = (
            head.startswith("ال")
            and len(role & words) >= min(len(role), 3)
            and self.tokens.key[phrase.first] == self.reader.bare(head)
        )
        return following if same else None

    def _mentioned(self, phrase: Phrase, bare: str) -> Phrase | None:
        """«الأمانة العامة للتنظيم المذكور»: the body before whose name starts so."""
        keys, lexicon = self.tokens.key, self.reader.lexicon
        following = keys[phrase.end] if phrase.end < len(keys) else ""
        marked = any(lexicon.has("same", word) for word in (following, keys[phrase.end - 1]))
        if not marked or phrase.end - phrase.first < 3:
            return None
        start = keys[phrase.first : phrase.first + 2]
        before = [o for o in self._by_head.get(bare, []) if o.first < phrase.first and o.end - o.first > 2]
        return next((other for other in before if keys[other.first : other.first + 2] == start), None)

    def _fuller_description(self, phrase: Phrase) -> Phrase:
        """A group or anonymous source by its longest earlier description with the same head: «اللجنة», «المصدر»."""
        head = self.tokens.key[phrase.first]
        if not head.startswith(("ال", "لل")) or phrase.end - phrase.first > 5:
            return phrase
        bare = stem(self.reader.bare(head))
        mentioned = self._mentioned(phrase, bare)
        if mentioned is not None:
            return mentioned
        words = {stem(word) for word in self._bare_words(phrase.first, phrase.end)}
        best = fallback = None
        is_group = self.reader.lexicon.has("titles_group", head)
        for other in self._by_head.get(bare, []):
            if other.first >= phrase.first:
                break
            if (
                _plural(self.tokens.key[other.first]) != _plural(head)
                or other.end - other.first < phrase.end - phrase.first
            ):
                continue
            if self.reader.lexicon.has("titles_document", head) and self.tokens.key[other.first].startswith("ال"):
                continue
            longer = other.end - other.first > phrase.end - phrase.first
            indefinite = not self.tokens.key[other.first].startswith(("ال", "لل"))
            if words <= {stem(word) for word in self._bare_words(other.first, other.end)} and (longer or indefinite):
                best = other
            elif fallback is None and is_group and phrase.end - phrase.first == 1:
                fallback = other
        return best or fallback or phrase


def _plural(word: str) -> bool:
    """Say whether a word has the ending of a sound plural or dual."""
    return len(word) > 5 and word.endswith(("ون", "ين", "ان"))
