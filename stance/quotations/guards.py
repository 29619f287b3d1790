"""Tell the forms that report from those that are something else where they stand."""

from __future__ import annotations

from stance.quotations.lexicon import Form
from stance.quotations.openers import REACH
from stance.quotations.particles import BEFORE_NOUN, NEGATIONS, PREPOSITIONS, RELATIVES, complementiser
from stance.quotations.source_cues import SourceCueFinder
from stance.quotations.tokens import MARK, WORD

BEFORE_SUBJUNCTIVE = frozenset(("قبل", "وقبل"))
_BEFORE_PAST = BEFORE_SUBJUNCTIVE | {"بعد", "منذ", "سبق", "وسبق", "وبعد", "الا", "غير", "بيد"}
# «وافقته بقولها»
IN_WORDS = {"بالقول": "3", "بالتأكيد": "3", "بقوله": "3ms", "بقولها": "3fs", "بقولهم": "3mp", "بقولهما": "3md"}
_POSSIBLE = frozenset("يمكن ويمكن يصح يجوز يسهل يصعب امكن".split())
_ABLE = ("بامكان", "بوسع", "بمقدور", "يمكنه", "يمكنن", "تمكن")
# Tokens of a subject with its description.
_SUBJECT = 20
# Tokens of a short distance.
SHORT = 8
STARTS = frozenset("،,.؛:؟!?-–—()[]…•*")


class CueGuard(SourceCueFinder):
    """Places where a form reports, in one text."""

    def _opens_next(self, i: int, form: Form) -> bool:
        """Say whether a clause or speech follows a form at once: «الوزير سجل أن»."""
        keys = self.tokens.key
        after = i + 1
        while after < len(keys) and after - i < SHORT and self.lexicon.has("invoked", keys[after]):
            after += 1
        if after < len(keys) and keys[after] in PREPOSITIONS:
            after += 1
        if after >= len(keys):
            return False
        if complementiser(keys[after]) is not None:
            return True
        return form.part == "participle" and (keys[after] == ":" or self.tokens.kind[after] == MARK)

    def _excluded(self, i: int, first: int, form: Form) -> bool:
        keys = self.tokens.key
        before = keys[i - 1] if i > first else ""
        if self.tokens.kind[i - 1] == MARK and i - 2 >= first and complementiser(keys[i - 2]) == "":
            # «إن «طلب الوزير …»»: a noun, as after the complementiser itself
            before = "ان"
        elif before == "هذا" and form.prefix:
            # «هذا وأكد الوزير»
            before = ""
        if self._hides_name(i, form):
            return True
        negated = before in NEGATIONS and not self.is_litotes(i, form)
        if form.agreement[0] != "3" or negated or before in BEFORE_NOUN and form.part != "noun":
            return True
        if before in _POSSIBLE or before.startswith(_ABLE):
            # «ما يمكن وصفه بـ», «بإمكانهم وصف الخطة»
            return True
        if before in ("بان", "لان") and form.part == "present":
            # «ترغب بأن تعترف»
            return True
        if before == "ان" and form.part in ("present", "past"):
            allowed = BEFORE_SUBJUNCTIVE if form.part == "present" else _BEFORE_PAST
            return i - 2 < first or not (
                keys[i - 2] in allowed or (form.part == "past" and self._did_before(i - 2, first))
            )
        if (
            form.verb.strict
            and form.part in ("past", "present", "participle")
            and not self._starts_clause(i, first, form)
            and not self._opens_next(i, form)
        ):
            return True
        if form.verb.past == "طلب" and form.part == "present" and form.prefix and keys[i + 1 : i + 2] == ["من"]:
            # «ويُطلب من»
            return True
        if form.verb.past == "ادعى" and form.part == "present" and self.tokens.text[self.tokens.end[i] - 1] == "ى":
            # «تُدعى»
            return True
        after = keys[i + 1] if i + 1 < len(keys) else ""
        voiced = self.tokens.text[self.tokens.start[i] + form.prefix : self.tokens.end[i]]
        if form.part == "present" and voiced[1:2] == "\u064f" and form.verb.past[0] in "ات":
            # «يُعتبر»: the eighth and tenth forms have this vowel in the passive only.
            return True
        impersonal = form.part == "present" and form.agreement == "3ms" and "impersonal" in form.verb.traits
        return impersonal and complementiser(after) == "" and (form.prefix > 0 or self._starts_clause(i, first, form))

    def is_litotes(self, i: int, form: Form) -> bool:
        """«ولم يستبعد الوزير أن», «لا ينكر أن»: who does not deny says so.

        :param i: The verb.
        :param form: Its form.
        :return: Whether a negation stands before a verb of denying.
        """
        negation = self.tokens.key[i - 1].removeprefix("و") if i else ""
        return form.part == "present" and "denying" in form.verb.traits and negation in ("لم", "لا", "لن")

    def _did_before(self, i: int, first: int) -> bool:
        """«سبق للوزير سمير حداد أن دعا إلى»."""
        words = self.tokens.key[max(first, i - _SUBJECT) : i]
        return "سبق" in words or "وسبق" in words

    def _is_near(self, form: Form, i: int, opener: tuple[str, int, int]) -> bool:
        """A form that is also another word counts only where its content opens soon."""
        distance = opener[1] - i
        if form.verb.past == "زاد" and opener[0] == "clause" and distance > SHORT:
            return False
        if "noun_like" in form.verb.traits and opener[0] == "noun" and form.prefix and self.tokens.kind[i - 1] == WORD:
            # «لزيادة الدعم وحث الجمهور على»
            return False
        if (
            opener[0] == "noun"
            and form.part == "present"
            and "passive" in form.verb.traits
            and form.agreement in ("3ms", "3fs")
        ):
            # «ويعتبر المهرجان لحظة», «يتوقع هطول الأمطار»: passive, unless a source follows or stands before.
            head = self.tokens.key[i + 1]
            bare = head.removeprefix("ال")
            lists = ("titles_person", "titles_group", "given_names", "anonymous")
            if not any(self.lexicon.has(name, word) for name in lists for word in (head, bare)):
                return False
        if form.part == "noun":
            return distance <= 8 and opener[0] in ("clause", "marks", "colon")
        if self.tokens.key[i] in IN_WORDS:
            return distance <= SHORT and opener[0] != "noun"
        if form.part == "participle":
            after_comma = form.prefix == 1 or self.tokens.key[i - 1] in '،,»”"'
            if opener[0] == "noun":
                # «عقوبات مشددة على»: an adjective
                reach = 15 if self.lexicon.has("tells", form.verb.past) else 6
                # «ارتفعت أصوات كثيرة مطالبة ببدء العمل»
                describes = form.verb.any and distance == 1 and form.agreement in ("3fs", "3mp")
                return distance <= (reach if after_comma else 2) and (
                    after_comma or describes or form.agreement == "3ms"
                )
            return distance <= (REACH if after_comma else 7)
        if form.verb.strict and form.verb.category != "demand":
            return distance <= 12
        return True

    def _was(self, i: int, first: int) -> bool:
        """«وكان الوزير سمير حداد طالب خلال اللقاء»: the verb after the subject of «was»."""
        keys = self.tokens.key
        definite = i + 1 < len(keys) and keys[i + 1].startswith("ال")
        return keys[first] in ("وكان", "كان", "وكانت", "كانت") and 1 < i - first < SHORT and not definite

    def _starts_clause(self, i: int, first: int, form: Form) -> bool:
        if form.prefix or i == first:
            return True
        before = self.tokens.key[i - 1]
        if form.verb.past == "بين" and form.part == "past":
            # The preposition «بين» is far more common.
            return before in STARTS and i + 1 < len(self.tokens) and complementiser(self.tokens.key[i + 1]) is not None
        return (
            before in STARTS
            or (form.part == "past" and self._was(i, first))
            or before in RELATIVES
            or self.lexicon.has("clause_openers", before)
            or self.tokens.kind[i - 1] == MARK
        )
