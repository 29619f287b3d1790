"""Find where nominal objects end: at a comma, unless a coordinated noun follows."""

from __future__ import annotations

import re

from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.objects import DEED
from stance.quotations.particles import complementiser
from stance.quotations.tokens import Tokens

# Quoted words from which on a pair in marks is a statement of its own.
STATEMENT = 6

# Verbal nouns of the second form: «وتنقية», «وتشويهها».
_COORDINATED = re.compile(r"ت\w{2}ي\w|ت\w{2,3}ه")

# After a comma behind a nominal object these say when it was stated, or what came of it.
_LEAVING = frozenset("مما بعد خلال عقب اثر اثناء قبل لدي".split())
# After a comma these join a clause of its own to a nominal object.
_JOINED = frozenset("كما ثم لكن لكنه لكنها بينما حيث اذ فيما الذي التي".split())


class NounEnds:
    """Ends of the nominal objects of one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon

    def _is_noun(self, k: int) -> bool:
        """«، وقفزة»: an ending that no verb has."""
        word = self.tokens.text[self.tokens.start[k] : self.tokens.end[k]]
        return len(word) > 3 and word.rstrip("\u064b\u064c\u064d\u064e\u064f\u0650").endswith("ة")

    def _is_deed(self, k: int) -> bool:
        """«، وإثراء الحركة», «، وتعزيزها»: a verbal noun after its conjunction."""
        word = self.tokens.text[self.tokens.start[k] + 1 : self.tokens.end[k]]
        return bool(DEED.fullmatch(word)) and not self.lexicon.has("not_deeds", self.tokens.key[k][1:])

    def _noun_end(self, first: int, end: int) -> int:
        """A noun phrase ends at a comma, unless a coordinated object follows."""
        keys = self.tokens.key
        k = first
        while k < end:
            if k in self.marks.closes:
                k = self.marks.closes[k]
            elif keys[k] in "،؛":
                after = keys[k + 1] if k + 1 < end else ""
                if complementiser(after) == "" or after in _LEAVING:
                    # «الوزير، الذي أعلن عن الاتفاق، أن»
                    return k
                purpose = after == "وذلك" and k + 2 < end and keys[k + 2][0] == "ل"
                if purpose or ((after[:1] != "و" or self.lexicon.has("waw_words", after)) and after not in _JOINED):
                    # «، وراء القرار», «، وذلك للوصول إلى حل»
                    k += 1
                    continue
                if (
                    (k + 1 in self.marks.closes and self.marks.by_opening[k + 1].words < STATEMENT)
                    or after in ("من", "في", "على", "الي", "عن")
                    or after.startswith(("ال", "لل", "بما", "وال", "ولل", "وبال"))
                    or self._is_noun(k + 1)
                ):
                    k += 1
                    continue
                rest = after[1:].removeprefix("ال") if after[:1] == "و" else ""
                if rest[:1] == "ب" and not self.lexicon.has("object_nouns", rest):
                    rest = rest[1:].removeprefix("ال")
                if after[:1] == "و" and self._is_deed(k + 1):
                    k += 1
                    continue
                bare = next((rest.removesuffix(p) for p in ("هما", "ها", "هم", "ه") if rest.endswith(p)), rest)
                if _COORDINATED.fullmatch(rest) or _COORDINATED.fullmatch(bare):
                    k += 1
                    continue
                if not (
                    rest
                    and (
                        self.lexicon.has("object_nouns", rest)
                        or self.lexicon.has("object_nouns", bare)
                        or after[1:] in ("الي", "علي", "من", "عن")
                    )
                ):
                    return k
            k += 1
        return end
