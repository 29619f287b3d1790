"""Decide where a noun phrase that names a source ends."""

from __future__ import annotations

from stance.quotations.nouns import NounReader
from stance.quotations.openers import complementiser
from stance.quotations.tokens import MARK, WORD

# Who speaks for a body or a district, named after عن.
_REPRESENTS = frozenset("ممثل نائب برلماني مرشح مستشار عضو مسؤول مسئول قيادي".split())
_PRONOMINAL = frozenset("اليها اليهم عليه عليها عليهم منه منها منهم به بها بهم".split())
_SO = frozenset("فقد فان فانه فانها فانهم فهو فهي فهم".split())
# Offices whose holder speaks somewhere: «وزير الدفاع في بغداد».
_MINISTERS = frozenset("وزير وزيره ملك امير".split())
_NAME_PARTS = frozenset("بن ابن ابو ولد ال عبد الدين".split())
# No name goes on after these with a comma.
_NO_APPOSITION = frozenset(
    "في من وهي وهو الذي التي فقد قد وقد ذلك وذلك كما حيث فان فانه فانها وكل منها منهم وهم اللذين وكذا حفظه حفظها حفظهم رعاه رعاها رحمه رحمها".split()
)


class PhraseEnds(NounReader):
    """Where noun phrases of one text end."""

    def _stops(self, j: int, start: int, limit: int) -> bool:
        """Say whether a word cannot be part of a noun phrase that started at ``start``."""
        keys, lexicon = self.tokens.key, self.lexicon
        word = keys[j]
        following = keys[j + 1] if j + 1 < limit else ""
        if word in ("لدي", "لدى", "مع") and j > start and self.is_title(keys[start]) and self._is_definite(following):
            return False
        if word in ("على", "عن") and j > start and self._goes_on(j, start, following):
            return False
        if complementiser(word) is not None or any(lexicon.has(n, word) for n in ("event_prepositions", "relatives")):
            return True
        if word in _PRONOMINAL:
            return True
        if j > start and (word in _SO or self._is_coordinated_name(word, keys[start])):
            return True
        # An accusative is an adverb here: «قال ساخراً».
        if "\u064b" in self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]:
            return True
        if word.startswith("بال"):
            # «المتحدث بالوزارة», but «حركة «الفجر» بالقرار»
            return j == start or (self.is_body(keys[start]) and not self.is_human(keys[start]))
        if word in ("في", "من", "ل", "ب", "بـ", "كما"):
            return self._preposition_stops(j, start, following)
        form = lexicon.form(word)
        if form and form.part in ("past", "present", "participle") and not (form.verb.strict and not form.prefix):
            return True
        if word[0] == "ل" and j > start and lexicon.has("titles_group", keys[start]) and self.is_title(word[1:]):
            # «أكدت السلطات لرئيس البعثة»
            return True
        return j > start and self._word_stops(j, start)

    def _preposition_stops(self, j: int, start: int, following: str) -> bool:
        word, lexicon = self.tokens.key[j], self.lexicon
        if word == "كما" or j == start:
            return True
        if word == "في":
            if self._is_complete(start, j):
                return True
            if following == "البيت":
                return False
            surface = self.tokens.text[self.tokens.start[j + 1] : self.tokens.end[j + 1]] if following else ""
            if len(following) > 4 and surface.endswith(("ه", "ها", "هم")) and not self._is_definite(following):
                # «في تفسيره»
                return True
            if lexicon.has("quantifiers", following):
                return True
            return lexicon.has("events", following) or lexicon.has("weekdays", following) or self._seen(start, j, "في")
        if word == "من" and following == "اجل":
            # «الشبكة المغربية من أجل المواطنة»
            return False
        if word == "من":
            head = self.tokens.key[start]
            anonymous = j == start + 1 and (lexicon.has("anonymous", head) or head in ("كل", "كلا"))
            return not anonymous and not any(lexicon.has("amounts", key) for key in self.tokens.key[start:j])
        return word == "ل"

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
        if self.bare(keys[j - 1]).removesuffix("ه") not in _REPRESENTS:
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
            return self.bare(head) in _MINISTERS
        return self.is_given(head) or head in self.last_names

    def _after_name(self, j: int, start: int) -> bool:
        """Say whether a word after a lone last name that the text gives in full is no longer part of it."""
        keys = self.tokens.key
        head = keys[j - 1]
        if j - 1 != start or head not in self.last_names or self.is_given(head) or self.is_given(keys[j]):
            return False
        known = self.is_title(head) or self._heads(head) or self._heads(self.bare(head)) or len(head) < 4
        return not (known or self.is_title(keys[j]) or keys[j] in self.last_names or keys[j] in _NAME_PARTS)

    def _follows_definite(self, j: int, start: int) -> bool:
        """«الحركة شركات», «وزارة الداخلية الجدل»: after a definite noun only an adjective or a name belongs to it."""
        keys = self.tokens.key
        word, before, head = keys[j], keys[j - 1], keys[start]
        if not before.startswith(("ال", "لل")) or len(before) < 5 or self.tokens.kind[j - 1] != WORD:
            return False
        if j - 2 >= start and keys[j - 2] in ("عبد", "ابو", "بن"):
            return False
        body = self.is_body(head) or self.is_plural(self.bare(head))
        if j - 1 == start and self._is_masculine_after_feminine(j):
            return True
        if word.startswith("ال"):
            if self.is_given(word) or self.is_given(self.bare(word)) or len(word) < 5 or self.is_adjective(word):
                return False
            if self.is_title(head):
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

    def _word_stops(self, j: int, start: int) -> bool:
        """Say whether a word after others in a noun phrase is no longer part of it."""
        word, lexicon = self.tokens.key[j], self.lexicon
        if self._after_name(j, start) or self._follows_definite(j, start):
            return True
        if j - start > 1 and lexicon.has("events", word) and self.is_given(self.tokens.key[start]):
            # «ألقى سمير حداد كلمة»
            return True
        if (
            word[0] == "ب"
            and len(word) > 4
            and self.tokens.kind[j - 1] == MARK
            and self.is_body(self.tokens.key[start])
        ):
            # «حركة «الفجر» بإجراءات»
            return True
        if word[0] == "ل" and len(word) > 3:
            rest = word[1:]
            full = "ال" + word[2:] if word.startswith("لل") else rest
            if any(lexicon.has(name, form) for name in ("outlets", "audiences") for form in (rest, full, word)):
                return True
        objects = lexicon.has("object_nouns", word) or lexicon.has("common_nouns", word)
        if objects and self._is_definite(self.tokens.key[j - 1]):
            return True
        if word in self._ends:
            # «رئيس لجنة دراسة كافة الملفات»
            complete = self._is_definite(self.tokens.key[j - 1]) or not self.is_title(self.tokens.key[start])
            return complete or not lexicon.has("quantifiers", word) or j - 1 == start
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        if (
            word[0] == "و"
            and word[1:3] != "مع"
            and surface.endswith(("ه", "ها", "هم"))
            and self.is_body(self.tokens.key[start])
        ):
            # «الاتحاد الأوروبي ووقوفه»
            return True
        if word[0] == "و" and len(word) > 3 and lexicon.has("event_prepositions", word[1:]):
            return True
        if word[0] == "ب" and lexicon.has("adverbs", word[1:]):
            return True
        if self._is_definite(self.tokens.key[j - 1]) and self._starts_predicate(j):
            return True
        part_of_name = self.is_given(self.tokens.key[j - 1]) or self.tokens.key[j - 2] == "عبد"
        return self._is_possessed(j) or (self.is_verb(word) and not part_of_name)

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
        if not self._is_definite(self.tokens.key[j - 1]) or self._is_definite(word) or len(word) < 5 or word[0] == "و":
            return False
        return surface.endswith(("ه", "ها", "هم")) and not self.is_given(word)

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
        return not (self._stops(j, j, limit) or word in _NO_APPOSITION or self.lexicon.has("weekdays", word))

    def _is_closed(self, j: int, limit: int) -> bool:
        """«حاكم الجزيرة، توجيولو تولافونو، إن»: two to four words between commas are a name, also if the first looks like a verb."""
        keys = self.tokens.key
        end = next((k for k in range(j, min(limit, j + 5)) if keys[k] in "،,"), j)
        return end - j > 1 and all(
            self.tokens.kind[k] == WORD and not self._is_definite(keys[k]) and keys[k] not in ("في", "من", "ان")
            for k in range(j, end)
        )
