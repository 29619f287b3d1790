"""Decide where a noun phrase that names a source ends."""

from __future__ import annotations

import re

from stance.quotations.definite_nouns import DefiniteNouns
from stance.quotations.openers import complementiser
from stance.quotations.tokens import MARK

_IN_CONTEXT = frozenset("لدي مع على عن في من ل ب بـ كما الي".split())
FROM_HIM = frozenset("منه منها منهم".split())
_PRONOMINAL = frozenset("اليها اليهم عليه عليها عليهم منه منها منهم به بها بهم".split())
_SO = frozenset("بعضا فقد فان فانه فانها فانهم فهو فهي فهم".split())
_ACCUSATIVE = re.compile(r"ا\w\wا\wا")
_NAME_PARTS = frozenset("بن ابن ابو ولد ال عبد الدين".split())


class PhraseEnds(DefiniteNouns):
    """Where noun phrases of one text end."""

    def _stops(self, j: int, start: int, limit: int) -> bool:
        """Say whether a word cannot be part of a noun phrase that started at ``start``."""
        keys = self.tokens.key
        word = keys[j]
        if word in _IN_CONTEXT:
            known = self._preposition_stops(j, start, keys[j + 1] if j + 1 < limit else "")
            if known is not None:
                return known
        if word == "بان" and j + 1 < limit and keys[j + 1] == "كي":
            # «بان كي مون»
            return False
        if word in FROM_HIM and j > start and self.lexicon.has("near", self.bare(keys[j - 1])):
            return False
        if self._breaks(word):
            return True
        # An accusative is an adverb here: «قال ساخراً».
        first, last = self.tokens.start[j], self.tokens.end[j]
        if last - first != len(word) and "\u064b" in self.tokens.text[first:last]:
            return True
        if word.startswith("بال"):
            # «المتحدث بالوزارة», but «حركة «الفجر» بالقرار»
            return j == start or (self.is_body(keys[start]) and not self.is_human(keys[start]))
        return j > start and self._word_stops(j, start)

    def _breaks(self, word: str) -> bool:
        """Say whether a word ends a noun phrase wherever it stands."""
        known = self._breaking.get(word)
        if known is None:
            listed = word in self._stopping or word in _PRONOMINAL or complementiser(word) is not None
            listed = listed or self.lexicon.has("relatives", word.removeprefix("و"))
            known = self._breaking[word] = listed or self._is_reporting(word)
        return known

    def _is_reporting(self, word: str) -> bool:
        form = None if word.startswith("بال") else self.lexicon.form(word)
        reporting = form is not None and form.part in ("past", "present", "participle")
        return reporting and form is not None and not (form.verb.strict and not form.prefix)

    def _preposition_stops(self, j: int, start: int, following: str) -> bool | None:
        """Tell prepositions that belong to a title from those that end it; ``None`` where the word alone decides."""
        keys, lexicon = self.tokens.key, self.lexicon
        word = keys[j]
        if word in ("لدي", "مع"):
            own = j > start and self.is_title(keys[start]) and self._is_definite(following)
            return False if own else None
        if word in ("على", "عن"):
            return False if j > start and self._goes_on(j, start, following) else None
        if word == "كما" or j == start:
            return True
        if word == "في":
            return self._place_stops(j, start, following)
        if word == "الي":
            return False if self.lexicon.has("belonging", self.bare(keys[j - 1])) else None
        if word == "من" and (following == "اجل" or self.lexicon.has("near", self.bare(keys[j - 1]))):
            # «الشبكة المغربية من أجل المواطنة»
            return False
        if word == "من":
            head = keys[start]
            anonymous = j == start + 1 and (lexicon.has("anonymous", head) or head in ("كل", "كلا"))
            return not anonymous and not any(lexicon.has("amounts", key) for key in keys[start:j])
        # «الموقع الرسمي لـ"مكتبة المدينة"»
        named = lexicon.has("name_nouns", self.bare(keys[start])) and self.marks.closes.get(j + 1, j + 9) < j + 9
        return word == "ل" and not named

    def _place_stops(self, j: int, start: int, following: str) -> bool:
        if self._is_complete(start, j):
            return True
        if following == "البيت":
            return False
        surface = self.tokens.text[self.tokens.start[j + 1] : self.tokens.end[j + 1]] if following else ""
        if len(following) > 4 and surface.endswith(("ه", "ها", "هم")) and not self._is_definite(following):
            # «في تفسيره»
            return True
        if self.is_title(self.tokens.key[start]) and self.lexicon.has("name_nouns", following):
            # «منسق البحث في مركز الدراسات في معهد المدينة»
            return False
        lists = ("quantifiers", "events", "weekdays")
        return any(self.lexicon.has(name, following) for name in lists) or "في" in self.tokens.key[start:j]

    def _is_coordinated_name(self, word: str, head: str) -> bool:
        """«مدير المركز وهند سالم»: somebody else."""
        if word[0] != "و" or len(word) < 5 or not self.is_title(head) or self.is_given(head):
            return False
        return self.is_given(word[1:]) and not self.lexicon.has("waw_names", word) and not self.is_title(word[1:])

    def _goes_on(self, j: int, start: int, following: str) -> bool:
        """«المشرف على الملف», «النائب عن كتلة الفجر»: the preposition belongs to the title."""
        keys = self.tokens.key
        if keys[j] == "على" and following == "مستوي" and self.is_title(keys[start]):
            return True
        if keys[j] == "على":
            return self.bare(keys[j - 1]).startswith("مشرف") or (
                j > start + 1 and self.bare(keys[start]).startswith("مشرف") and self.is_adjective(keys[j - 1])
            )
        if j - 2 >= start and self.is_title(keys[j - 2]) and self.bare(keys[j - 1]) in ("مسؤول", "مسوول"):
            # «الضابط المسؤول عن البناء»
            return True
        if not self.lexicon.has("represents", self.bare(keys[j - 1]).removesuffix("ه")):
            return False
        plain = following.removeprefix("ال")
        return any(self.lexicon.has(name, word) for name in ("titles_group", "regions") for word in (following, plain))

    def _is_complete(self, start: int, j: int) -> bool:
        """Say whether a place after «في» tells where somebody spoke, for the source needs none: «سمير حداد في بغداد»."""
        keys = self.tokens.key
        head = keys[start]
        if any(self.is_title(keys[k]) and not self.is_given(keys[k]) for k in range(start + 1, j)):
            return False
        if j + 1 < len(keys) and self.lexicon.has("titles_group", keys[j + 1]):
            # «وزير البيئة في الحكومة البريطانية»
            return False
        if j == start + 1 and head.startswith("ال") and self.lexicon.has("holders", self.bare(head)):
            return True
        if self.is_title(head) and not self.is_given(head):
            return self.lexicon.has("ministers", self.bare(head))
        return self.is_given(head) or head in self.last_names

    def _after_name(self, j: int, start: int) -> bool:
        """Say whether a word after a lone last name that the text gives in full is no longer part of it."""
        keys = self.tokens.key
        head = keys[j - 1]
        if j - 1 != start or head not in self.last_names or self.is_given(head) or self.is_given(keys[j]):
            return False
        known = self.is_title(head) or self._heads(head) or self._heads(self.bare(head)) or len(head) < 4
        return not (known or self.is_title(keys[j]) or keys[j] in self.last_names or keys[j] in _NAME_PARTS)

    def _word_stops(self, j: int, start: int) -> bool:
        """Say whether a word after others in a noun phrase is no longer part of it."""
        keys, lexicon = self.tokens.key, self.lexicon
        word, before, head = keys[j], keys[j - 1], keys[start]
        if (
            word in self._asides
            or self._is_accusative(word)
            or word in _SO
            or self._after_name(j, start)
            or self._follows_definite(j, start)
        ):
            return True
        if j - start > 1 and lexicon.has("events", word) and self.is_given(head) and not self.is_title(before):
            # «ألقى سمير حداد كلمة»
            return True
        if self.lexicon.has("counted", word) and self._is_definite(before):
            # «وأمضى المبعوث الفرنسي ثلاثة أيام»
            return True
        if word.startswith("ال") and lexicon.has("amounts", word):
            # «ووصف حداد العديد من»
            return True
        if word in self._ends:
            # «رئيس لجنة دراسة كافة الملفات»
            complete = self._is_definite(before) or not self.is_title(head)
            return complete or not lexicon.has("quantifiers", word) or j - 1 == start
        if word[0] in "وبل" and self._prefix_stops(j, start):
            return True
        if word.startswith("ال") and before[-2:] == head[-2:] == "ون" and j - 1 > start and not self.is_given(before):
            # «وصف مثقفون مصريون اللقاء»
            return True
        if (
            self._is_definite(before)
            and word[-1] == "ي" != word[1:2]
            and not word.startswith("ال")
            and self.is_title(word[:-1])
            and not self._may_be_person(word)
        ):
            # «ودعت الإدارة سائقي الحافلات»
            return True
        if self.lexicon.has("belonging", word):
            return False
        complete = self._is_definite(before) or self.tokens.kind[j - 1] == MARK
        if complete and self._is_possessed(j):
            return True
        named = j - 1 == start and lexicon.has("courtesy", before)
        if self._is_definite(before) and not named and (word in self._objects or self._starts_predicate(j)):
            return True
        return self.is_verb(word) and not (
            self.is_given(before) or keys[j - 2] == "عبد" or self.lexicon.has("foreign", word)
        )

    def _is_accusative(self, word: str) -> bool:
        """«اقترح سمير حداد أفكارا»: a broken plural in the accusative."""
        return word[-1] == "ا" and bool(_ACCUSATIVE.fullmatch(word)) and not self._may_be_person(word)

    def _may_be_person(self, word: str) -> bool:
        return self.is_title(word) or self.is_given(word) or word in self.last_names

    def _prefix_stops(self, j: int, start: int) -> bool:
        """Say whether a word with a conjunction or preposition of its own is no longer part of a noun phrase."""
        lexicon, word, head = self.lexicon, self.tokens.key[j], self.tokens.key[start]
        if word[0] == "و":
            surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
            if self.is_body(head) and word[1:3] != "مع" and surface.endswith(("ه", "ها", "هم")):
                # «الاتحاد الأوروبي ووقوفه»
                return True
            other = len(word) > 3 and lexicon.has("event_prepositions", word[1:])
            return other or self._is_coordinated_name(word, head)
        if word[0] == "ب":
            if self._is_place(head) and len(word) > 3:
                # «وتحتفظ بريطانيا بحق الانسحاب»
                return True
            # «حركة «الفجر» بإجراءات»
            marked = self.tokens.kind[j - 1] == MARK and len(word) > 4 and self.is_body(head)
            # «قام المشروع بتوسيع الطريق»
            deed = self._is_definite(self.tokens.key[j - 1]) and len(word) > 5 and self.is_verbal_noun(word[1:])
            return marked or lexicon.has("adverbs", word[1:]) or (deed and not self.is_title(head))
        if word.startswith("لل") and (self.is_given(head) or head in self.last_names) and not self.is_title(head):
            # «وأكد حداد للوفد»
            return not any(self.is_title(key) for key in self.tokens.key[start + 1 : j])
        if lexicon.has("titles_group", head) and self.is_title(word[1:]):
            # «أكدت السلطات لرئيس البعثة»
            return True
        full = "ال" + word[2:] if word.startswith("لل") else word[1:]
        told = any(lexicon.has(name, form) for name in ("outlets", "audiences") for form in (word[1:], full, word))
        return told and len(word) > 3 and not self.is_given(word)
