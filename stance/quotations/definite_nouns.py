"""Tell what follows a definite noun from what belongs to it: «الوزير العراقي», but «الوزير كلمته»."""

from __future__ import annotations

from stance.quotations.nouns import NounReader
from stance.quotations.tokens import WORD


class DefiniteNouns(NounReader):
    """What follows the definite nouns of one text."""

    def _follows_definite(self, j: int, start: int) -> bool:
        """«الحركة شركات», «وزارة الداخلية الجدل»: after a definite noun only an adjective or a name belongs to it."""
        keys = self.tokens.key
        word, before, head = keys[j], keys[j - 1], keys[start]
        if not before.startswith(("ال", "لل")) or len(before) < 5 or self.tokens.kind[j - 1] != WORD:
            return False
        if j - 2 >= start and keys[j - 2] in ("عبد", "ابو", "بن"):
            return False
        body = self.is_body(head) or self.is_plural(self.bare(head))
        if j - 2 >= start and self.is_given(keys[j - 2]) and word.startswith("ال") and self.is_body(word):
            # «وحذر سمير الحداد الجامعة من»
            return True
        if j - 1 == start and self._is_masculine_after_feminine(j):
            return True
        if word.startswith("ال"):
            if self.is_given(word) or self.is_given(self.bare(word)) or self.is_adjective(word):
                return False
            if self.is_title(head) and not self.is_plural(self.bare(head)):
                surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
                if surface.endswith("ات") and self.is_title(before) and j - 1 == start:
                    # «استعرض السفير الإصلاحات»
                    return True
                return bool(self.is_verbal_noun(word)) and not self.is_title(before)
            return not (self.is_given(head) or self.is_title(word))
        if word[0] in "ولبكف" or self.is_title(head) or not body:
            return False
        if self.is_given(word) or self.is_title(word) or word in ("غير", "ذات", "ذاته", "ذاتها", "نفسه", "نفسها"):
            return False
        return (
            not self.lexicon.has("outlets", word)
            and self.tokens.text[self.tokens.start[j]].isalpha()
            and not word.isascii()
        )

    def _is_masculine_after_feminine(self, j: int) -> bool:
        """«المحكمة المكون من»: the adjective belongs to another noun."""
        text, starts, ends = self.tokens.text, self.tokens.start, self.tokens.end
        if not self.is_body(self.tokens.key[j - 1]) or text[ends[j - 1] - 1] != "ة":
            return False
        word = text[starts[j] : ends[j]]
        return word.startswith("الم") and not word.endswith(("ة", "ى", "ا", "اء", "ه", "ات"))

    def _starts_predicate(self, j: int) -> bool:
        """«شيخ الأزهر انتقادات», «الحركة الفلسطينية عبرت»: after a definite noun, an object or a verb."""
        word, lexicon = self.tokens.key[j], self.lexicon
        if self.is_given(word) or self.is_title(word) or self._heads(word) or self._is_definite(word):
            return False
        if self.tokens.key[j - 2] == "عبد":
            # «عبد الوافي لفتيت»
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

    def _is_possessed(self, j: int) -> bool:
        """«الوزير كلمته»: a noun with a pronoun after a definite one is the object."""
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        word = self.tokens.key[j]
        if self._is_definite(word) or len(word) < 5 or word[0] == "و":
            return False
        return surface.endswith(("ه", "ها", "هم")) and not self.is_given(word)
