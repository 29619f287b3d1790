"""Find nominal objects: what is demanded, refused or stated without a clause."""

from __future__ import annotations

import re

from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.particles import PREPOSITIONS, complementiser
from stance.quotations.tokens import Tokens

# Verbal nouns of the derived forms and of form III, after the preposition ب.
_VERBAL_NOUN = re.compile(
    r"(?:است\w{3,}|ان\w{2}ا\w\w*|ا\wت\w{1,2}ا\w\w*|ا\w{2}ا\w(?:ه|ها|هم)?|ا\w[اي]\w[هت]\w*|ات\wا\w|ت\w{3,}|م\w{3,}ه)"
)

# Verbal nouns of the second, fourth, seventh, eighth and tenth forms, which few other words look like.
DEED = re.compile(
    r"(?:ت\w{2}ي\w|إ\w{2}ا\w|إ\w[اي]\wة|ا\wت\w{1,2}ا\w|ان\w{2}ا\w|است\w{1,3}ا\w|است\wا\wة)(?:ه|ها|هم)?|ت\wا\w{2}(?:ه|ها|هم)"
)

# Verbal nouns of the fifth and sixth forms: «التكهن», «التنازل».
_FIFTH = re.compile(r"ت\w{1,3}[^ةي]")

_GOVERNING = frozenset("بعد قبل خلال عقب اثر اثناء منذ حول بشان بسبب رغم نحو ضد مع بين لدي عند عبر ضمن تحت وسط".split())

ADVERBIAL = frozenset("الرغم رغم بسبب عندما بعدما لان لانه لانها حينما كي لكي حتي".split())

# Tokens between a verb and a noun that may be its object.
_FARTHEST = 20
_NEAREST = 10

_THESE = frozenset("هذه هذا تلك ذلك هؤلاء".split())

_TO_THEM = frozenset("له لها لهم لهما لهن لنا لكم للجميع".split())

_NOT_VERBAL_NOUN = frozenset(("انه", "انها", "انهم", "اي", "التالي"))


def _without_to(word: str) -> str:
    """Strip the preposition ل, which swallows the alef of the article."""
    return "ال" + word[2:] if word.startswith("لل") else word[1:]


def _stems(word: str) -> list[str]:
    """Return a noun with and without the pronoun at its end: «مسؤوليتها»."""
    bare = [word.removesuffix(pronoun) for pronoun in ("هما", "ها", "هم", "ه") if word.endswith(pronoun)]
    return [word, *bare, *(stem[:-1] + "ه" for stem in bare if stem.endswith("ت"))]


class ObjectFinder:
    """Nominal objects in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon

    def _noun_object(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[str, int, int] | None:
        keys = self.tokens.key
        word = keys[j]
        following = keys[j + 1] if j + 1 < limit else ""
        preposition = PREPOSITIONS.get(word) if word != "علي" else None
        if preposition:
            usable = following and complementiser(following) is None and not self.lexicon.has("events", following)
            counts = self.lexicon.has("amounts", keys[j - 1]) or keys[j - 1] in ("اكثر", "اقل", "ابتداء")
            governed = counts or (j > i + 2 and self._governs_preposition(keys[j - 1]))
            if governed or j - i > _FARTHEST:
                return None
            if preposition in takes and usable and following not in ("هامش", "متن", "صفحته", "حسابه", "منصه", "لسان"):
                return "noun", j, j + 1
        elif (
            word[0] == "ب"
            and "بـ" in takes
            and not self.lexicon.has("adverbs", word[1:])
            and not self.lexicon.has("ba_words", word)
            and (self._is_object(word[1:]) or self._is_any_object(word, i) or self._describes(j, i))
        ):
            start = j - self._describes(j, i)
            return "noun", start, start
        elif (
            word[0] == "ل"
            and "لـ" in takes
            and j > i + 1
            and self._is_deed_noun(_without_to(word), j)
            and not ("إلى" in takes and "الي" in keys[j + 1 : min(limit, j + _FARTHEST)])
        ):
            return "noun", j, j
        elif "مسؤولية" in takes and any(self.lexicon.has("blame", stem) for stem in _stems(word.removeprefix("ال"))):
            return "noun", j, j
        elif "اسم" in takes and word == "ما" and self._states(j, i):
            return "noun", j, j
        elif "اسم" in takes and word not in ("ان", "ما", "كل"):
            known = any(self.lexicon.has("object_nouns", stem) for stem in _stems(word)) or self._is_deed(j, i)
            if known and self._may_be_object(j, i):
                return "noun", j, j
            if self._is_definite_deed(j, i) or self._is_denied(j, i) or self._is_wished(j, i):
                return "noun", j, j
            # «منتقدا التركيز على»: a participle has no subject after it.
            if j == i + 1 and word.startswith("ال") and self._form_part(i) == "participle" and "أن" not in takes:
                return "noun", j, j
        return None

    def _is_definite_deed(self, j: int, i: int) -> bool:
        """«رفض المدرب الجديد التكهن بالنتيجة»: a definite verbal noun after a definite subject."""
        form = self.lexicon.form(self.tokens.key[i])
        word, before = self.tokens.key[j], self.tokens.key[j - 1]
        if form is None or form.verb.category not in ("deny", "demand") or not i + 1 < j <= i + _NEAREST:
            return False
        if not word.startswith("ال") or not before.startswith("ال"):
            return False
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]].removeprefix("ال")
        stem = word.removeprefix("ال")
        known = self.lexicon.has("object_nouns", stem) or bool(DEED.fullmatch(surface) or _FIFTH.fullmatch(surface))
        return known and not self.lexicon.has("not_deeds", stem)

    def _states(self, j: int, i: int) -> bool:
        """«مؤكدا ما قاله المدير», «انتقدت المنظمة ما وصفته بالتصريحات»: a relative clause as object."""
        if j == i + 1:
            return self._form_part(i) == "participle"
        described = self.lexicon.form_with_object(self.tokens.key[j + 1]) if j + 1 < len(self.tokens) else None
        if described is not None and described.verb.past in ("وصف", "اعتبر"):
            return j - i < _FARTHEST
        form = self.lexicon.form(self.tokens.key[i])
        following = self.tokens.key[j + 1] if j + 1 < len(self.tokens) else ""
        return form is not None and form.verb.category == "deny" and following != "زال" and self._may_be_object(j, i)

    def _governs_preposition(self, word: str) -> bool:
        """«المنظمات الموقعة على», «في كل من», «بالخوف من»: the preposition belongs to the word before it."""
        if word in ("كل", "بالخوف", "مقرب", "المقرب", "المقربه", "قريب"):
            return True
        stem = word.removeprefix("ال")
        adjective = word.startswith("الم") and len(word) > 5
        return adjective and not any(
            self.lexicon.has(name, form) for name in ("titles_person", "titles_group") for form in (word, stem)
        )

    def _may_be_object(self, j: int, i: int) -> bool:
        """Say whether a noun can be the object of a verb: no preposition governs it, and no adverbial clause has begun."""
        keys = self.tokens.key
        if j == i + 1 and self.lexicon.has("titles_group", keys[j]) and self._form_part(i) != "participle":
            # «أعلن تنظيم الفجر مسؤوليته»: the subject
            return False
        before = keys[j - 1]
        if any(self.lexicon.has("aspects", keys[k]) for k in range(i + 1, min(j, i + _FARTHEST))):
            # «كشف مصدر أسباب توقيف العمل»: the object starts before
            return False
        if j > i + 1 and self.lexicon.has("courtesy", before):
            # «وأكدت الدكتورة أمنيات حداد»
            return False
        if j > i + 1 and self._is_title(before):
            # «وكيل أعمال», «هيئة تنظيم الاتصالات»
            return False
        if j > i + 2 and keys[j - 2] in PREPOSITIONS and self.lexicon.has("object_nouns", keys[j - 1]):
            # «إلى عدم وجود»
            return False
        if j > i + 1 and (keys[j - 1] in _GOVERNING or keys[j - 1] in PREPOSITIONS or j - 1 in self.marks.opens):
            return False
        if j > i + 1 and before[0] in "لب" and len(before) > 3 and before[:2] != "لل" and "ال" not in before[:3]:
            # «لمراحل تنفيذ»
            return self.lexicon.has("given_names", before)
        return j - i <= _FARTHEST and not any(keys[k] in ADVERBIAL for k in range(i + 1, j))

    def _is_title(self, word: str) -> bool:
        """Say whether an indefinite word heads a title or the name of a body."""
        if word.startswith("ال"):
            return False
        return self.lexicon.has("titles_person", word) or (
            self.lexicon.has("titles_group", word) and self.lexicon.has("titles_group", "ال" + word)
        )

    def _is_denied(self, j: int, i: int) -> bool:
        """«نفى المدرب الشائعات», «ترفض الأحزاب هذه الإجراءات»: what is denied is known to the reader."""
        keys = self.tokens.key
        form = self.lexicon.form(keys[i])
        if form is None or form.verb.category != "deny" or j == i + 1 or not self._may_be_object(j, i):
            return False
        if keys[j] in _THESE:
            return j + 1 < len(keys) and keys[j + 1].startswith("ال")
        return keys[j].startswith("ال") and self.lexicon.has("allegations", keys[j][2:])

    def _is_wished(self, j: int, i: int) -> bool:
        """«متمنيا له الشفاء», «تمنى الوزير التوفيق للجميع»."""
        form = self.lexicon.form(self.tokens.key[i])
        if form is None or form.verb.past != "تمنى" or j - i > _NEAREST:
            return False
        return self.lexicon.has("wishes", self.tokens.key[j]) or (
            form.part == "participle" and j == i + 1 and self.tokens.key[j] in _TO_THEM
        )

    def _is_deed_noun(self, word: str, j: int) -> bool:
        """Say whether a word after a preposition names a deed: «لمساعدتهما», «للعودة»."""
        bare = word.removeprefix("ال")
        if any(self.lexicon.has("object_nouns", stem) for stem in _stems(bare)):
            return True
        prefix = 2 if self.tokens.key[j].startswith("لل") else 1
        surface = self.tokens.text[self.tokens.start[j] + prefix : self.tokens.end[j]]
        return bool(DEED.fullmatch(surface)) and not self.lexicon.has("not_deeds", bare)

    def _is_any_object(self, word: str, i: int) -> bool:
        form = self.lexicon.form(self.tokens.key[i])
        if form is None or not form.verb.any or len(word) < 4:
            return False
        if form.part == "participle" and self.tokens.key[i - 1] not in "،,":
            return False
        # «بجهة فاس»: where, not what
        place = self.lexicon.has("regions", word[1:].removeprefix("ال"))
        return not place and not self.lexicon.has("event_prepositions", word)

    def _is_deed(self, j: int, i: int) -> bool:
        """An indefinite verbal noun after a definite subject or right after its verb: «أعلنت الشركة تشفير المباريات»."""
        before = self.tokens.key[j - 1]
        if not (j == i + 1 or before.startswith("ال")) or self.lexicon.has("given_names", self.tokens.key[j]):
            return False
        surface = self.tokens.text[self.tokens.start[j] : self.tokens.end[j]]
        return bool(DEED.fullmatch(surface)) and not self.lexicon.has("not_deeds", self.tokens.key[j])

    def _describes(self, j: int, i: int) -> bool:
        """«وصفت اللجنة الخطوة بالتصعيدية»: the noun before an adjective after بـ is what it describes."""
        keys = self.tokens.key
        form = self.lexicon.form(keys[i])
        if form is None or form.verb.past != "وصف" or j < i + 3 or keys[j - 2] in PREPOSITIONS:
            return False
        noun, adjective = keys[j - 1], keys[j]
        definite = noun.startswith("ال") and adjective.startswith("بال")
        return definite and noun.endswith("ه") == adjective.endswith(("ه", "ات"))

    def _form_part(self, i: int) -> str:
        form = self.lexicon.form(self.tokens.key[i])
        return form.part if form else ""

    def _is_object(self, rest: str) -> bool:
        if rest in _NOT_VERBAL_NOUN:
            return False
        stem = rest.removeprefix("ال")
        if any(self.lexicon.has(name, stem) for name in ("places", "not_deeds", "given_names")):
            return False
        return self.lexicon.has("object_nouns", stem) or bool(_VERBAL_NOUN.fullmatch(stem))
