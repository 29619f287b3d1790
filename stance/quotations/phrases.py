"""Read noun phrases that name a source: titles, names, appositions, and where they end."""

from __future__ import annotations

from dataclasses import dataclass

from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.openers import complementiser
from stance.quotations.tokens import MARK, NUMBER, WORD, Tokens

MAX_WORDS = 28
MAX_NAME = 5
# Lists of words that are no part of a noun phrase after others.
_ENDS = ("honorifics", "weekdays", "quantifiers", "predicates", "clause_starts")
_BETWEEN = frozenset("بين عند ضد دون لدي مثل حتي احتمال".split())
_SEPARATORS = frozenset("،,-–—")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A source as mentioned: the tokens of its name or description, and those of its title or affiliation."""

    first: int
    end: int
    role_first: int = 0
    role_end: int = 0
    # Letters of a preposition written with the first word.
    prefix: int = 0
    named: bool = False


class PhraseReader:
    """Noun phrases in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon
        self._titles: dict[str, bool] = {}
        self._ends = frozenset().union(*(lexicon.sets[name] for name in _ENDS))

    def bare(self, word: str) -> str:
        """Strip the conjunction and the article of a word key.

        :param word: A word key.
        :return: The rest.
        """
        if len(word) > 4 and word[0] in "وف" and word[1:3] == "ال":
            word = word[1:]
        if word.startswith("لل") and len(word) > 4:
            return word[2:]
        if word.startswith("بال") and len(word) > 5:
            return word[3:]
        return word.removeprefix("ال") if len(word) > 4 else word

    def is_title(self, word: str) -> bool:
        """Say whether a word key heads the description of a person.

        :param word: A word key.
        :return: Whether it does.
        """
        known = self._titles.get(word)
        if known is None:
            rest = self.bare(word[1:]) if word[:1] == "و" and len(word) > 4 else self.bare(word)
            known = self.lexicon.has("titles_person", word) or self.lexicon.has("titles_person", rest)
            self._titles[word] = known
        return known

    def is_given(self, word: str) -> bool:
        """Say whether a word key is a first name.

        :param word: A word key.
        :return: Whether it is.
        """
        return self.lexicon.has("given_names", word)

    def _heads(self, word: str) -> bool:
        lists = ("titles_group", "titles_document", "titles_person", "name_nouns", "object_nouns", "outlets", "fields")
        return any(self.lexicon.has(name, word) for name in lists)

    def _is_definite(self, word: str) -> bool:
        return word.startswith(("ال", "وال", "لل", "بال", "فال")) and len(word) > 3

    def read(self, first: int, limit: int) -> Phrase | None:
        """Read the source that starts at a token.

        :param first: First token of the phrase.
        :param limit: Token that it must not pass.
        :return: The phrase, or ``None`` if no noun phrase starts there.
        """
        if first < limit and self.lexicon.has("times", self.tokens.key[first]):
            return None
        segments = self.segments(first, limit)
        if not segments:
            return None
        start, end = segments[0]
        if self.marks.closes.get(start) == end - 1 and len(segments) == 1:
            # «قال "حداد"»: a name in marks
            return self._split(start + 1, end - 1)
        return self._choose(segments)

    def segments(self, first: int, limit: int) -> list[tuple[int, int]]:
        """Cut what stands at a token into the parts of a noun phrase that commas separate.

        :param first: First token.
        :param limit: Token that it must not pass.
        :return: Parts as token ranges.
        """
        keys, kinds = self.tokens.key, self.tokens.kind
        found: list[tuple[int, int]] = []
        limit = min(limit, first + MAX_WORDS)
        j = start = first
        while j < limit:
            if keys[j] in _SEPARATORS:
                if j > start:
                    found.append((start, j))
                elif j > first and keys[j - 1] != ")":
                    break
                start = j + 1
                if found and not self._apposition(start, limit):
                    return found
            elif keys[j] == "(":
                j, start = self._skip_parenthesis(j, start, limit, found)
            elif kinds[j] == MARK:
                closing = self._name_in_marks(j)
                if closing is None:
                    break
                j = closing
            elif kinds[j] not in (WORD, NUMBER) or (kinds[j] == WORD and self._stops(j, start, limit)):
                break
            j += 1
        if min(j, limit) > start:
            found.append((start, min(j, limit)))
        return found

    def _name_in_marks(self, j: int) -> int | None:
        closing = self.marks.closes.get(j)
        return None if closing is None or self.marks.by_opening[j].words > 6 else closing

    def _skip_parenthesis(self, j: int, start: int, limit: int, found: list[tuple[int, int]]) -> tuple[int, int]:
        """Close the part before a parenthesis; return the parenthesis's end and where the next part starts."""
        keys = self.tokens.key
        closing = self._parenthesis(j, limit)
        if j > start:
            found.append((start, j))
        if closing + 1 < limit and keys[closing + 1] not in ("،", ",") and found:
            word = keys[closing + 1]
            if not (self.is_title(word) or self.is_given(word)):
                # «وزارة الدفاع (البنتاغون) بات رايدر»: what follows belongs to the same phrase
                return closing, found.pop()[0]
        return closing, closing + 1

    def _parenthesis(self, j: int, limit: int) -> int:
        for k in range(j + 1, min(limit, j + 15)):
            if self.tokens.key[k] == ")":
                return k
        return j

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

    def _is_last_name(self, word: str) -> bool:
        return word.endswith("ي") and not (self.is_title(word) or self._heads(word) or self._heads(self.bare(word)))

    def _governs(self, j: int) -> bool:
        """Say whether a noun has a genitive with an article or a pronoun after it."""
        if j + 1 >= len(self.tokens) or self.tokens.kind[j + 1] != WORD:
            return False
        surface = self.tokens.text[self.tokens.start[j + 1] : self.tokens.end[j + 1]]
        return self._is_definite(self.tokens.key[j + 1]) or surface.endswith(("ه", "ها", "هم"))

    def _is_possessed(self, j: int) -> bool:
        """«الوزير كلمته»: a noun with a pronoun after a definite one is the object."""
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        word = self.tokens.key[j]
        if not self._is_definite(self.tokens.key[j - 1]) or self._is_definite(word) or len(word) < 5 or word[0] == "و":
            return False
        return surface.endswith(("ه", "ها", "هم")) and not self.is_given(word)

    def _is_verb(self, word: str) -> bool:
        """Recognise present-tense verbs by their prefixes."""
        if len(word) < 4 or word[0] not in "يت" or self.is_given(word) or self.is_title(word) or self._heads(word):
            return False
        return word[0] == "ي" or word.endswith("ون") or word.startswith(("تت", "تست", "تن"))

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

    def _choose(self, segments: list[tuple[int, int]]) -> Phrase:
        """Tell name from title among the parts of a noun phrase."""
        split = [self._split(first, end) for first, end in segments]
        first = split[0]
        if len(segments) == 1:
            return first
        second = segments[1]
        lone = first.end - first.first == 1 and second[1] - second[0] >= 2
        if first.named and first.role_end > first.role_first:
            # «مديرة كاتدرائية القديس بول، ساندرا …»: the first name belongs to the title.
            if lone and self._looks_like_name(*second) and not self.is_title(self.tokens.key[second[0]]):
                return Phrase(*second, *segments[0], 0, True)
            return first
        keys = self.tokens.key
        if self.is_title(keys[segments[0][0]]) or not self._looks_like_name(*segments[0]):
            for (a, b), phrase in zip(segments[1:], split[1:], strict=True):
                if phrase.named or (self._looks_like_name(a, b, after_title=True) and not self.is_title(keys[a])):
                    return Phrase(phrase.first, phrase.end, segments[0][0], segments[0][1], 0, True)
            return first
        # name, title
        if self.is_title(keys[segments[1][0]]):
            return Phrase(first.first, first.end, segments[1][0], segments[1][1], 0, True)
        return first

    def _looks_like_name(self, first: int, end: int, *, after_title: bool = False) -> bool:
        keys, lexicon = self.tokens.key, self.lexicon
        if end - first > 6 or end == first or self.tokens.kind[first] != WORD:
            return False
        if self.is_given(keys[first]):
            return True
        if any(self.tokens.kind[k] != WORD for k in range(first, end)):
            return False
        if (
            self.is_title(keys[first])
            or lexicon.has("titles_group", keys[first])
            or lexicon.has("titles_document", keys[first])
        ):
            return False
        if lexicon.has("common_nouns", keys[first]) or lexicon.has("events", keys[first]):
            return False
        if self._is_definite(keys[first]):
            return after_title and self.is_given(self.bare(keys[first])) and end - first <= 4
        return end - first <= 4

    def _split(self, first: int, end: int) -> Phrase:
        """Split one part into title and name: «وزير الخارجية فؤاد حسين», «ستيف بروسات عالم الأحياء»."""
        keys = self.tokens.key
        head = keys[first]
        if self.is_title(head) and not (self.is_given(head) and first + 1 < end and self.is_given(keys[first + 1])):
            name = self._name_start(first, self._second_title(first, end))
            if name is not None and name + 1 < end:
                end = max(self._second_title(name, end), name + 1)
            name = self._name_start(first, end) if name is None else name
            if name is not None:
                return Phrase(name, self._name_end(name, end), first, name, 0, True)
            return Phrase(first, end)
        if self.lexicon.has("titles_group", head) or self.lexicon.has("titles_document", head):
            return Phrase(first, end)
        for k in range(first + 1, end):
            if self.tokens.kind[k] == MARK:
                break
            chief = keys[k] in ("كبير", "كبيره") and k + 1 < end and self._is_definite(keys[k + 1])
            if (
                (self.is_title(keys[k]) or chief)
                and not self.is_given(keys[k])
                and k - first <= 5
                and not (
                    self.lexicon.has("name_titles", keys[k]) and k + 1 < end and not self._is_definite(keys[k + 1])
                )
                and keys[k - 1] not in ("ال", "بن", "ابو")
            ):
                return Phrase(first, k, k, end, 0, True)
        return Phrase(first, end, named=self._looks_like_name(first, end))

    def _second_title(self, first: int, end: int) -> int:
        """«شيخ العشيرة نعيم الكعود ورئيس المجلس»: where a coordinated title starts."""
        keys = self.tokens.key
        return next(
            (
                k
                for k in range(first + 2, end)
                if keys[k][0] == "و" and self.is_title(keys[k]) and not self.is_given(keys[k])
            ),
            end,
        )

    def _name_end(self, first: int, end: int) -> int:
        for k in range(first + 1, end):
            word, before = self.tokens.key[k], self.tokens.key[k - 1]
            if self.tokens.kind[k] == MARK or word in ("في", "من", ")"):
                return k
            if word == "ابن" and k + 1 < end and self.is_title(self.tokens.key[k + 1]):
                return k
            if before in ("بن", "ابن", "ابو", "ام", "ال") or word in ("بن", "ابن"):
                continue
            if (
                k > first + 1
                and word[0] == "ب"
                and len(word) > 4
                and k + 1 < end
                and self._is_definite(self.tokens.key[k + 1])
            ):
                # «سمير حداد بتشديد العقوبات»
                return k
            if k > first + 1 and any(self.lexicon.has(name, word) for name in ("outlets", "events", "object_nouns")):
                return k
            definite = k + 1 < end and self._is_definite(self.tokens.key[k + 1])
            part = self.lexicon.has("name_titles", word) and k + 1 < end and not definite
            if k > first + 1 and self.is_title(word) and not self.is_given(word) and not part:
                return k
            definite_next = k + 1 < end and self._is_definite(self.tokens.key[k + 1])
            definite_next = definite_next and self.tokens.key[k + 1] not in ("الدين", "الله", "الرحمن", "الاسلام")
            if k >= first + 3 and definite_next and not self._is_definite(word) and not self.is_given(word):
                return k
        return end

    def _name_start(self, first: int, end: int) -> int | None:
        """Find where the name starts after a title, by first names, else by the end of the definite title."""
        keys, kinds = self.tokens.key, self.tokens.kind
        k = first + 1
        while k < end:
            if kinds[k] == MARK:
                closing = self.marks.closes.get(k, end)
                if closing == end - 1 and closing - k > 1 and self.is_given(keys[k + 1]) and closing - k <= MAX_NAME:
                    return k + 1
                k = closing
            elif kinds[k] == WORD:
                word, before = keys[k], keys[k - 1]
                if (self.is_title(word) and not self.is_given(word)) or self.is_named_after(k, first):
                    pass
                elif (
                    self.is_given(word)
                    and not self.lexicon.has("name_nouns", before)
                    and before not in ("باسم", "شركه", "حزب")
                ):
                    return k
                elif self._ends_title(k, first, end):
                    return k
            k += 1
        return None

    def is_named_after(self, k: int, first: int) -> bool:
        """«المتحدث باسم مركز الملك سلمان»: the name belongs to the body.

        :param k: First word of a name.
        :param first: Token after which the body stands.
        :return: Whether the words before are a body and a title.
        """
        if k - 2 <= first or not self.is_title(self.tokens.key[k - 1]):
            return False
        body = self.tokens.key[k - 2]
        bodies = ("titles_group", "name_nouns")
        return any(self.lexicon.has(name, form) for name in bodies for form in (body, body.removeprefix("ل")))

    def _ends_title(self, k: int, first: int, end: int) -> bool:
        keys = self.tokens.key
        word, before = keys[k], keys[k - 1]
        if self.lexicon.has("event_prepositions", word) or self.lexicon.has("common_nouns", word) or word in _BETWEEN:
            return False
        if word[0] == "و" and not self.lexicon.has("waw_names", word):
            # «رئيس اللجنة ومؤسسها …»: the title goes on.
            return False
        following = next((j for j in range(k + 2, end) if self.is_title(keys[j]) and not self.is_given(keys[j])), end)
        if following - k > 4 or self._is_definite(word) or word[0] in "وبلف" and len(word) > 5 and word[1:3] == "ال":
            return False
        if (
            self.lexicon.has("titles_group", word)
            or self.lexicon.has("qualifiers", word)
            or word in ("في", "من", "باسم", "علي", "عن")
        ):
            return False
        definite = self._is_definite(before) or (self.tokens.kind[k - 1] == MARK)
        after_title = k - 1 == first and self._is_definite(keys[first])
        if word[0] in "لب" and len(word) > 3 and not self.is_given(word):
            if following - k >= 3 or any(self.is_given(keys[j]) for j in range(k + 1, following)):
                # «رئيس المجلس الوطني لإقليم كردستان كمال …»
                return False
        if (
            word.startswith(("ل", "ب"))
            and len(word) > 3
            and (end - k == 1 and not after_title or self._heads(word[1:]))
        ):
            return False
        return (definite or after_title) and all(self.tokens.kind[j] == WORD for j in range(k, following))
