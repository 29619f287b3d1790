"""Find the full form of a name in an article: «الموسوي», «حسين الموسوي»."""

from __future__ import annotations

from collections import Counter

from stance.quotations.people import People
from stance.quotations.phrases import MAX_NAME, Phrase
from stance.quotations.tokens import WORD

_PARTICLES = frozenset("بن ابو ابن ال عبد ابي ام دي فان دير دو دا لا آل الدين الله الرحمن".split())
_NOT_NAMES = frozenset(
    "في من على علي الي عن مع بعد قبل قال قالت اضاف ان انه كان كانت هو هي وقال واضاف لا لم لن ما هذا هذه الذي التي بين حيث كما خلال او ثم "
    "عند لدي ضد حول بشان نحو غير كل بعض قد سوف حتي منذ مثل بحسب وفق حسب عقب اثناء دون اكد واكد السابق الحالي الرسمي العام".split()
)


class FullNames(People):
    """Full names in one article."""

    def _is_short_name(self, phrase: Phrase) -> bool:
        """A lone word that is no title may be a last name."""
        if phrase.end - phrase.first > 3 or any(self.tokens.kind[k] != WORD for k in range(phrase.first, phrase.end)):
            return False
        word = self.tokens.key[phrase.first]
        lexicon = self.reader.lexicon
        lists = ("titles_group", "titles_document", "humans")
        return not (self.reader.is_title(word) or any(lexicon.has(name, word) for name in lists))

    def _full_name(self, phrase: Phrase) -> tuple[int, int]:
        """Find the longest form of a name in the text that ends with the same word."""
        keys = self.tokens.key
        name = tuple(keys[phrase.first : phrase.end])
        if name in self._names:
            first, end = self._names[name]
            return (first, end) if end - first > len(name) else (phrase.first, phrase.end)
        best = (phrase.first, phrase.end)
        if len(name) < 3:
            best = self._named_with(name, best)
            alone = self.reader.is_given(name[0]) and len(self._occurrences(name[-1])) == 1
            if best[1] - best[0] == len(name) and not alone:
                best = self._extended(name, best)
            if best[1] - best[0] == len(name) == 2 and not self.reader.is_given(name[0]):
                best = self._group_with(name, best)
        self._names[name] = best
        return best

    def _named_with(self, name: tuple[str, ...], best: tuple[int, int]) -> tuple[int, int]:
        candidates = self._by_name.get(name[-1], []) + self._by_name.get(name[-1].removeprefix("ال"), [])
        candidates += self._by_name.get(name[0], []) if len(name) == 1 else self._by_start.get(name[:2], [])
        # One who speaks goes before one who is spoken of.
        places = self._speaking
        size = len(name)
        longer = [other for other in candidates if size < other.end - other.first <= MAX_NAME]
        # «حلول الخزعلي» is no name beside «قيس الخزعلي».
        given = [other for other in longer if self.reader.is_given(self.tokens.key[other.first])]
        longer = given or longer
        for other in sorted(longer, key=lambda other: other.first not in places):
            if best[0] in places and other.first not in places and best[1] - best[0] > len(name):
                break
            words = tuple(self.tokens.key[other.first : other.end])
            if (
                len(words) > best[1] - best[0]
                and not (self.reader.is_given(name[0]) and self.reader.lexicon.has("titles_group", words[0]))
                and self._contains(words, name)
                and not self._goes_too_far(words, name)
            ):
                best = (other.first, other.end)
        return best

    def _goes_too_far(self, words: tuple[str, ...], name: tuple[str, ...]) -> bool:
        """«سمير حداد باستمرار العمل»: what follows a full name elsewhere, with a preposition, is no part of it."""
        if len(name) < 2 or words[: len(name)] != name:
            return False
        following = words[len(name)]
        return following[0] in "بلك" and len(following) > 4 and not self.reader.is_given(following)

    def _group_with(self, name: tuple[str, ...], best: tuple[int, int]) -> tuple[int, int]:
        """«قناة الفجر الرياضية» for «الفجر الرياضية»."""
        lexicon = self.reader.lexicon
        for other in self._by_end.get(name[-1], []):
            words = tuple(self.tokens.key[other.first : other.end])
            group = not words[0].startswith("ال") and (
                lexicon.has("titles_group", words[0]) or lexicon.has("outlets", words[0])
            )
            if group and len(name) < len(words) <= MAX_NAME and words[-len(name) :] == name:
                return other.first, other.end
        return best

    def _contains(self, words: tuple[str, ...], name: tuple[str, ...]) -> bool:
        if name[0] == "ابن":
            # «ابن جرش» for «محمد بن جرش»
            name = ("بن", *name[1:])
        if len(name) == 1:
            last = name[0]
            return (
                last in (words[-1], words[-1].removeprefix("ال"))
                or last.removeprefix("ال") == words[-1]
                or last == words[0]
            )
        return (
            words[-len(name) :] == name or words[: len(name)] == name or (name[0] == words[0] and name[-1] == words[-1])
        )

    def _extended(self, name: tuple[str, ...], best: tuple[int, int]) -> tuple[int, int]:
        """Extend other occurrences of a name to the left over words that may be first names."""
        keys, kinds = self.tokens.key, self.tokens.kind
        counts: Counter[tuple[str, ...]] = Counter()
        places: dict[tuple[str, ...], tuple[int, int]] = {}
        for i in self._occurrences(name[-1])[:40]:
            if tuple(keys[i - len(name) + 1 : i + 1]) != name:
                continue
            k = i - len(name) + 1
            while k > 0 and kinds[k - 1] == WORD and i - k < MAX_NAME - 1 and self._goes_before(k - 1):
                if self.reader.is_given(keys[k]) and not self._is_first_name(k - 1):
                    # «شنت هيلاري كلينتون»
                    break
                k -= 1
            words = tuple(keys[k : i + 1])
            known = self.reader.is_given(words[0]) or (len(words) == len(name) + 1)
            if len(words) > len(name) and known and k > 0:
                counts[words] += 1
                places.setdefault(words, (k, i + 1))
        given = [words for words in counts if self.reader.is_given(words[0]) or self._follows_title(places[words][0])]
        if given:
            return places[max(given, key=lambda words: (counts[words], len(words)))]
        return best

    def _is_first_name(self, k: int) -> bool:
        keys = self.tokens.key
        return self.reader.is_given(keys[k]) or keys[k] in _PARTICLES or keys[k - 1] == "عبد"

    def _follows_title(self, k: int) -> bool:
        """«المدرب البرتغالي جوزي مورينيو»: an unknown first name after a definite title or its adjective."""
        before, reader = self.tokens.key[k - 1], self.reader
        if not before.startswith("ال") or reader.is_verb(self.tokens.key[k]):
            return False
        titled = reader.is_title(before) or (reader.is_adjective(before) and reader.is_title(self.tokens.key[k - 2]))
        return titled and not reader.is_plural(self.tokens.key[k])

    def _goes_before(self, k: int) -> bool:
        """Say whether a token may belong to a name that goes on after it: «سمير», «عبد المجيد»."""
        keys = self.tokens.key
        return self._may_be_first_name(keys[k]) or (k > 0 and keys[k - 1] == "عبد" and keys[k].startswith("ال"))

    def _occurrences(self, word: str) -> list[int]:
        if self._places is None:
            self._places = {}
            for i, other in enumerate(self.tokens.key):
                self._places.setdefault(other, []).append(i)
        return self._places.get(word, [])

    def _may_be_first_name(self, word: str) -> bool:
        if self.reader.is_given(word) or word in _PARTICLES:
            return True
        lexicon = self.reader.lexicon
        if word in _NOT_NAMES or word.startswith(("ال", "وال", "بال", "لل")) or self.reader.is_title(word):
            return False
        return not (lexicon.form(word) or lexicon.has("titles_group", word) or lexicon.has("event_prepositions", word))
