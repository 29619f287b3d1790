"""Resolve mentions of speakers inside an article: last name to full name, title to the one who holds it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TypeVar

from stance.quotations.phrases import Phrase, PhraseReader
from stance.quotations.speakers import Mention
from stance.quotations.tokens import WORD, Tokens

MAX_NAME = 5
# Phrases that are compared with one mention.
MOST = 60
_Key = TypeVar("_Key", str, tuple[str, ...])
_PARTICLES = frozenset("بن ابو ابن ال عبد ابي ام دي فان دير دو دا لا آل الدين الله الرحمن".split())
_NOT_NAMES = frozenset(
    "في من علي الي عن مع بعد قبل قال قالت اضاف ان انه كان كانت هو هي وقال واضاف لا لم لن ما هذا هذه الذي التي بين حيث كما خلال او ثم "
    "عند لدي ضد حول بشان نحو غير كل بعض قد سوف حتي منذ مثل بحسب وفق حسب عقب اثناء دون اكد واكد السابق الحالي الرسمي العام".split()
)


class NameResolver:
    """Who the speakers of one article are."""

    def __init__(self, tokens: Tokens, reader: PhraseReader, mentions: list[Mention | None]) -> None:
        self.tokens = tokens
        self.reader = reader
        self._places: dict[str, list[int]] | None = None
        self._names: dict[tuple[str, ...], tuple[int, int]] = {}
        self._taken: dict[tuple[str, ...], Mention] = {}
        self.named: list[Phrase] = []
        self.descriptions: list[Phrase] = []
        self.mentions = sorted((mention for mention in mentions if mention), key=lambda mention: mention.phrase.first)
        self._mention_places = [mention.phrase.first for mention in self.mentions]
        self._speaking = frozenset(self._mention_places)
        seen: set[tuple[int, int, int]] = set()
        phrases = [mention.phrase for mention in mentions if mention] + self._titled() + self._groups()
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
            _add(self._by_head, _stem(self.reader.bare(self.tokens.key[phrase.first])), phrase)
            _add(self._by_end, self.tokens.key[phrase.end - 1], phrase)

    def _titled(self) -> list[Phrase]:
        """Names with their titles anywhere in the text: «استقبل الوزير فؤاد حسين»."""
        found = []
        keys, kinds = self.tokens.key, self.tokens.kind
        until = 0
        for i, word in enumerate(keys):
            if i >= until and kinds[i] == WORD and len(word) > 2 and self.reader.is_title(word):
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
        for i, word in enumerate(keys):
            if kinds[i] != WORD or len(word) < 3:
                continue
            prefix = 0
            if word[0] in "لب" and not word.startswith("لل") and lexicon.has("outlets", word[1:]):
                word, prefix = word[1:], 1
            if word.startswith("ال") and not (i + 2 < len(keys) and keys[i + 1].startswith("ال")):
                continue
            if lexicon.has("titles_group", word) or lexicon.has("outlets", word):
                phrase = self.reader.read(i, min(len(keys), i + 8))
                if phrase and not phrase.named and 2 <= phrase.end - phrase.first <= 6:
                    found.append(Phrase(phrase.first, phrase.end, prefix=prefix) if prefix else phrase)
        return found

    def resolve(self, mention: Mention) -> tuple[str, str | None]:
        """Find the fullest name of a speaker in the article, and the title or affiliation.

        :param mention: The mention.
        :return: Name or description, and role.
        """
        phrase = mention.phrase
        if phrase.named or self._is_short_name(phrase):
            first, end = self._full_name(phrase)
            return self._clean(first, end, phrase.prefix if first == phrase.first else 0), self._role(
                phrase, first, end
            )
        issued = self._issuer(phrase)
        if issued is not None:
            return self.resolve(Mention(issued, mention.agreement))
        titled = self._last_name(phrase)
        if titled is not None:
            return self._clean(*titled), self._clean(phrase.first, phrase.end - 1)
        holder = self._holder(phrase)
        if holder is not None:
            first, end = self._full_name(holder)
            return self._clean(first, end), self._role(holder, first, end)
        fuller = self._fuller_description(phrase)
        if fuller is phrase:
            words = tuple(self.tokens.key[phrase.first : phrase.end])
            previous = self._taken_up(mention) or self._taken.get(words)
            if previous is not None:
                if len(words) > 1:
                    # The same description means the same person further down.
                    self._taken[words] = previous
                return self.resolve(previous)
        return self._clean(fuller.first, fuller.end, fuller.prefix), None

    def _clean(self, first: int, end: int, prefix: int = 0) -> str:
        words = self.tokens.surface(first, end)[prefix:].strip(" ،,-–:")
        if prefix and words.startswith("ل") and self.tokens.key[first].startswith("لل"):
            words = "ا" + words
        if words.endswith(")") and "(" not in words:
            words = words[:-1]
        return " ".join(words.split())

    def _is_short_name(self, phrase: Phrase) -> bool:
        """A lone word that is no title may be a last name."""
        if phrase.end - phrase.first > 3 or any(self.tokens.kind[k] != WORD for k in range(phrase.first, phrase.end)):
            return False
        word = self.tokens.key[phrase.first]
        lexicon = self.reader.lexicon
        return not (
            self.reader.is_title(word) or lexicon.has("titles_group", word) or lexicon.has("titles_document", word)
        )

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
            if best[1] - best[0] == len(name):
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
        for other in sorted(candidates, key=lambda other: other.first not in places):
            if best[0] in places and other.first not in places and best[1] - best[0] > len(name):
                break
            words = tuple(self.tokens.key[other.first : other.end])
            if (
                len(words) > best[1] - best[0]
                and len(words) <= MAX_NAME
                and words != name
                and not (self.reader.is_given(name[0]) and self.reader.lexicon.has("titles_group", words[0]))
                and self._contains(words, name)
            ):
                best = (other.first, other.end)
        return best

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
                k -= 1
            words = tuple(keys[k : i + 1])
            known = self.reader.is_given(words[0]) or (len(words) == len(name) + 1)
            if len(words) > len(name) and known and k > 0:
                counts[words] += 1
                places.setdefault(words, (k, i + 1))
        given = [words for words in counts if self.reader.is_given(words[0])]
        if given:
            return places[max(given, key=lambda words: (counts[words], len(words)))]
        return best

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

    def _role(self, phrase: Phrase, first: int, end: int) -> str | None:
        if phrase.role_end > phrase.role_first:
            return self._clean(phrase.role_first, phrase.role_end)
        name = tuple(self.tokens.key[first:end])
        for other in self._by_name.get(name[-1], []):
            if other.role_end > other.role_first:
                words = tuple(self.tokens.key[other.first : other.end])
                if words == name or (len(words) > 1 and words[-1] == name[-1] and words[0] == name[0]):
                    return self._clean(other.role_first, other.role_end)
        return None

    def _bare_words(self, first: int, end: int) -> set[str]:
        return {self.reader.bare(self.tokens.key[k]) for k in range(first, end) if self.tokens.kind[k] == WORD}

    def _holder(self, phrase: Phrase) -> Phrase | None:
        """Find the named person that a title refers to: the last before the mention, else the first after it."""
        head = self.tokens.key[phrase.first]
        if not self.reader.is_title(head):
            return None
        lexicon = self.reader.lexicon
        if not head.startswith(("ال", "لل")) and lexicon.has("anonymous", head):
            return self._introduced(phrase)
        words = self._bare_words(phrase.first, phrase.end)
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
            for other in self._by_head.get(_stem(self.reader.bare(head)), [])
        )
        if described or len(words) < 2:
            return None
        return after or self._holder_in_part(phrase, words)

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
        if phrase.end - phrase.first != 2 or not self.reader.is_title(keys[phrase.first]):
            return None
        if not keys[phrase.first].startswith("ال") or keys[phrase.end - 1] not in self._by_name:
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

    def _taken_up(self, mention: Mention) -> Mention | None:
        """«المسؤولة»: a definite title that nobody in the text is given takes up the one who spoke last."""
        phrase = mention.phrase
        head = self.tokens.key[phrase.first]
        lexicon = self.reader.lexicon
        definite = head.startswith(("ال", "لل")) or any(
            self.tokens.key[k].startswith("ال") for k in range(phrase.first + 1, phrase.end)
        )
        document = head.startswith("ال") and lexicon.has("titles_document", head)
        generic = definite and (self.reader.is_title(head) or document) and phrase.end - phrase.first <= 5
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
        if not head.startswith(("ال", "لل")) and not document and not self._may_hold(previous.phrase, head):
            return None
        same_gender = previous.agreement[:2] == mention.agreement[:2] or "3" in (previous.agreement, mention.agreement)
        return previous if same_gender or document else None

    def _may_hold(self, phrase: Phrase, head: str) -> bool:
        """Say whether a source is a person, who may hold a title with a complement."""
        if head in ("وزير", "وزيره", "حاكم", "سفير", "محافظ") and phrase.role_end > phrase.role_first:
            # an office of its own
            return self.reader.bare(self.tokens.key[phrase.role_first]) == head
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

    def _fuller_description(self, phrase: Phrase) -> Phrase:
        """A group or anonymous source by its longest earlier description with the same head: «اللجنة», «المصدر»."""
        head = self.tokens.key[phrase.first]
        if not head.startswith(("ال", "لل")) or phrase.end - phrase.first > 4:
            return phrase
        bare = _stem(self.reader.bare(head))
        words = {_stem(word) for word in self._bare_words(phrase.first, phrase.end)}
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
            if words <= {_stem(word) for word in self._bare_words(other.first, other.end)} and (longer or indefinite):
                best = other
            elif fallback is None and is_group and phrase.end - phrase.first == 1:
                fallback = other
        return best or fallback or phrase


def _plural(word: str) -> bool:
    """Say whether a word has the ending of a sound plural or dual."""
    return len(word) > 5 and word.endswith(("ون", "ين", "ان"))


def _add(index: dict[_Key, list[Phrase]], word: _Key, phrase: Phrase) -> None:
    """Add a phrase to an index; a word that so many share tells nothing."""
    phrases = index.setdefault(word, [])
    if len(phrases) < MOST:
        phrases.append(phrase)


def _stem(word: str) -> str:
    """Strip the ending of a sound plural or dual, which varies with case: المسؤولون, مسؤولين."""
    return word[:-2] if len(word) > 5 and word.endswith(("ون", "ين", "ان")) else word
