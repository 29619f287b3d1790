"""Tell what kind of noun a word is: a title, a first name, the head of a group, an adjective."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from stance.quotations.lexicon import Lexicon, load
from stance.quotations.marks import Marks
from stance.quotations.tokens import WORD, Tokens

MAX_NAME = 5
_BODIES = ("titles_group", "titles_document", "outlets")
_OTHER_HEADS = ("titles_person", "name_nouns", "object_nouns", "fields")
# Lists of words that are no part of a noun phrase after others.
_ENDS = ("honorifics", "weekdays", "quantifiers", "predicates", "clause_starts")
_VERBAL_NOUN = re.compile("ت..ي.|ا..ا.|ان..ا.|ا.ت.ا.|است..ا.")


@cache
def _words(names: tuple[str, ...]) -> frozenset[str]:
    """Put lists of the lexicon together."""
    lexicon = load()
    return frozenset().union(*(lexicon.sets[name] for name in names))


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


class NounReader:
    """Kinds of nouns in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon
        self._titles: dict[str, bool] = {}
        self._breaking: dict[str, bool] = {}
        self._ends = _words(_ENDS)
        # «قال سمير حداد ساخرا», «المصدر عينه»
        self._asides = _words(("manner", "same"))
        self._stopping = _words(("event_prepositions", "relatives"))
        self._never_first = _words(("times", "manner"))
        self._after_name_words = _words(("outlets", "events", "object_nouns"))
        self._objects = _words(("object_nouns", "common_nouns"))
        # Heads of people and bodies, also without the article.
        self.heads = _words(("titles_person", "titles_group", "given_names", "anonymous"))
        self._bodies = _words(_BODIES)
        self._known = _words(_BODIES + _OTHER_HEADS)

    @cached_property
    def last_names(self) -> set[str]:
        """Words that follow a first name somewhere: «ناصر بوريطة»."""
        keys, kinds = self.tokens.key, self.tokens.kind
        given = self.lexicon.sets["given_names"]
        return {
            keys[k + 1]
            for k in range(len(keys) - 1)
            if keys[k] in given and kinds[k + 1] == WORD and not self.is_title(keys[k])
        }

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

    def is_adjective(self, word: str) -> bool:
        """Say whether a definite word key has the shape of an adjective: «الدولي», «المتحدة», «الجديد», «الأعلى».

        :param word: A word key.
        :return: Whether it does.
        """
        bare = word.removeprefix("ال")
        if self.lexicon.has("plain_adjectives", bare):
            return True
        if len(bare) < 3 or self._heads(bare) or any(self.lexicon.has(n, bare) for n in ("common_nouns", "events")):
            return False
        stem = bare[:-1] if bare[-1] == "ه" and len(bare) > 4 else bare
        relative = bare.endswith(("ي", "يه", "يين", "يون", "اء")) or bare[-3:] == "يات"
        participle = bare[0] == "م" or (bare[1] == "ا" and len(stem) == 4)
        quality = len(stem) == 4 and (stem[2] == "ي" or stem[0] == "ا")
        return relative or participle or quality

    def is_verbal_noun(self, word: str) -> bool:
        """Say whether a definite word key has the shape of a verbal noun: «التأكيد», «الإعلان», «الاستمرار».

        :param word: A word key.
        :return: Whether it does.
        """
        bare = word.removeprefix("ال")
        if self.lexicon.has("object_nouns", bare):
            return True
        return not self.lexicon.has("not_deeds", bare) and not self._heads(bare) and bool(_VERBAL_NOUN.fullmatch(bare))

    def is_plural(self, word: str) -> bool:
        """Recognise sound plurals of people that are no names: «مثقفون», «سياسيون».

        :param word: A word key.
        :return: Whether it is one.
        """
        if word[-2:] not in ("ون", "ين") or len(word) < 6 or self.is_given(word) or word in self.last_names:
            return False
        return word[-3] == "ي" or word[0] == "م"

    def is_human(self, word: str) -> bool:
        """Say whether a word key means people, not a body or a document.

        :param word: A word key.
        :return: Whether it does.
        """
        bare = self.bare(word)
        return self.is_title(word) or self.lexicon.has("anonymous", bare) or bare.endswith(("ون", "ين"))

    def is_body(self, word: str) -> bool:
        """Say whether a word key heads a group, a document or an outlet.

        :param word: A word key.
        :return: Whether it does.
        """
        return word in self._bodies

    def _is_place(self, word: str) -> bool:
        return self.lexicon.has("countries", word) or self.lexicon.has("places", word)

    def _is_hyphen(self, k: int) -> bool:
        """«مو-جين»: a hyphen inside a name."""
        tokens = self.tokens
        if tokens.key[k] != "-" or not 0 < k < len(tokens) - 1:
            return False
        words = tokens.kind[k - 1] == WORD == tokens.kind[k + 1]
        return words and tokens.end[k - 1] == tokens.start[k] and tokens.end[k] == tokens.start[k + 1]

    def _is_word(self, k: int) -> bool:
        return self.tokens.kind[k] == WORD or self._is_hyphen(k)

    def _heads(self, word: str) -> bool:
        return word in self._known

    def _is_definite(self, word: str) -> bool:
        return word.startswith(("ال", "وال", "لل", "بال", "فال")) and len(word) > 3

    def is_verb(self, word: str) -> bool:
        """Recognise present-tense verbs by their prefixes.

        :param word: A word key.
        :return: Whether it is one.
        """
        if len(word) > 4 and word.endswith("وا"):
            # «جنود تخرجوا»
            return not (self.is_given(word) or word in self.last_names)
        if len(word) < 4 or word[0] not in "يت" or self.is_given(word) or self.is_title(word) or self._heads(word):
            return False
        return word[0] == "ي" or word.endswith("ون") or word.startswith(("تت", "تست", "تن"))

    def _is_last_name(self, word: str) -> bool:
        return word.endswith("ي") and not (self.is_title(word) or self._heads(word) or self._heads(self.bare(word)))

    def _governs(self, j: int) -> bool:
        """Say whether a noun has a genitive with an article or a pronoun after it."""
        if j + 1 >= len(self.tokens) or self.tokens.kind[j + 1] != WORD:
            return False
        surface = self.tokens.text[self.tokens.start[j + 1] : self.tokens.end[j + 1]]
        return self._is_definite(self.tokens.key[j + 1]) or surface.endswith(("ه", "ها", "هم"))

    def is_named_after(self, k: int, first: int) -> bool:
        """«المتحدث باسم مركز الملك سلمان»: the name belongs to the body.

        :param k: First word of a name.
        :param first: Token after which the body stands.
        :return: Whether the words before are a body and a title.
        """
        if k - 2 <= first or not self.is_title(self.tokens.key[k - 1]):
            return False
        body = self.tokens.key[k - 2]
        if body.startswith(("ال", "لل", "بال")):
            # «مشرف المركز الشيخ سمير حداد»
            return False
        bodies = ("titles_group", "name_nouns")
        return any(self.lexicon.has(name, form) for name in bodies for form in (body, body.removeprefix("ل")))
