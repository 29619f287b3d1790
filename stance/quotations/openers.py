"""Find what opens the content of a cue: a complementiser, a mark, a colon or an object."""

from __future__ import annotations

from stance.quotations.lexicon import Form
from stance.quotations.marks import Pair
from stance.quotations.objects import ADVERBIAL, ObjectFinder
from stance.quotations.particles import BEFORE_NOUN, NEGATIONS, PREPOSITIONS, RELATIVES, complementiser
from stance.quotations.tokens import LINE, MARK, WORD

# How far after its cue a content may start.
REACH = 60

# Words in marks that are speech and no name.
SPEECH = 5

# Tokens between a cue and an opener that is also another word.
NEAR = 8

# What opens a clause or speech by itself.
_CLAUSES = frozenset(("أن", "بأن", "«»", ":"))

# «ثلاثة محاور هي:»: a list follows.
_LISTING = frozenset("هي وهي هم وهم منها ومنها بينها".split())

_SAYING = frozenset("بالتشديد بالتاكيد بالاشاره بالتنبيه".split())


class OpenerFinder(ObjectFinder):
    """Openers of contents in one text."""

    def _opener(self, i: int, form: Form, end: int) -> tuple[str, int, int] | None:
        """Scan the words after a cue for what opens its content."""
        takes, keys = form.verb.takes, self.tokens.key
        limit = min(end, i + REACH)
        j = i + 1
        if form.verb.source and not self._names_document(i, form, limit):
            return None
        if form.verb.category == "relay":
            takes = takes - {"عن"}
        while j < limit:
            j = self._after_relative(j, limit)
            if j >= limit:
                break
            word = keys[j]
            if word in ".؟!" and self.tokens.is_stop(j):
                return None
            if self.tokens.kind[j] == MARK:
                found, j = self._at_mark(j, i, takes, limit)
                if found:
                    return found
                continue
            if word == ":" and (":" in takes or "«»" in takes):
                return self._after_colon(j)
            if self.tokens.kind[j] == WORD:
                found = self._at_word(j, i, takes, limit)
                if found:
                    return found
                other = self.lexicon.form(word)
                if other and self._stops_scan(other, j):
                    return None
            j += 1
        return None

    def _after_relative(self, j: int, limit: int) -> int:
        """Step over a relative clause between commas: «البيان، الذي حصلت الصحيفة على نسخة منه، أن»."""
        keys = self.tokens.key
        if keys[j] in RELATIVES and keys[j - 1] in "،,":
            comma = next((k for k in range(j + 1, min(limit, j + 20)) if keys[k] in "،,"), None)
            if comma is not None and not self._verb_within(j + 1, comma):
                return comma + 1
        return j

    def _hides_name(self, i: int, form: Form) -> bool:
        """«مسؤول طلب عدم ذكر اسمه»: what an anonymous source asks for himself is no statement."""
        following = self.tokens.key[i + 1 : i + 7]
        return form.verb.category in ("demand", "deny") and any(
            self.lexicon.has("identity", word) for word in following
        )

    def _clause_after(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[str, int, int] | None:
        """«أكد الشيخ رأس الحربة في مواجهة التنظيم أن»: the noun describes the subject where the clause still comes."""
        keys = self.tokens.key
        after = j == i + 1
        for k in range(j + 1, min(limit, j + (30 if after else 14))):
            if (
                keys[k] in "،,؛:"
                or keys[k] in ADVERBIAL
                or keys[k] in self.lexicon.deeds
                or (self.tokens.kind[k] == MARK and not after)
                or self.lexicon.form(keys[k])
                or keys[k] in RELATIVES
            ):
                return None
            if complementiser(keys[k]) in ("", "ب"):
                found = self._at_word(k, i, takes, limit)
                return found if found and found[0] == "clause" else None
        return None

    def _verb_within(self, first: int, end: int) -> bool:
        keys = self.tokens.key
        return any(complementiser(keys[k]) is not None or k in self.marks.closes for k in range(first, end))

    def _names_document(self, i: int, form: Form, limit: int) -> bool:
        """«جاء في البيان», «ورد أيضا ضمن التقرير»."""
        following = self.tokens.key[i + 1 : min(limit, i + 3)]
        if following and following[0] in ("ايضا", "كذلك"):
            following = following[1:]
        return bool(following) and following[0] in (form.verb.source, "ضمن")

    def _stops_scan(self, other: Form, j: int) -> bool:
        if other.part == "noun":
            return other.verb.past == "قال"
        if other.verb.strict and not other.prefix:
            return False
        before = self.tokens.key[j - 1]
        if self.lexicon.has("manner", self.tokens.key[j]) and "أن" not in other.verb.takes:
            # «أضاف متهكما أن»
            return False
        if not other.verb.takes & _CLAUSES:
            # «في بلاغ توصلت به الصحيفة، أن»: the clause is none of that verb's.
            return False
        if self._hides_name(j, other) or (other.verb.past == "تحدث" and before in "،,"):
            # «مصدر، تحدث للصحيفة، أن»
            return False
        if self.lexicon.has("events", before) and not other.prefix:
            # «في بيان نقلته الوكالة»
            return False
        if before in RELATIVES:
            # «الباحثة التي اعتبرت أن»: the clause is that of the second verb.
            following = self.tokens.key[j + 1 : j + 3]
            return any(complementiser(word) == "" for word in following)
        return before not in NEGATIONS and before not in BEFORE_NOUN

    def _at_word(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[str, int, int] | None:
        keys = self.tokens.key
        word, before = keys[j], keys[j - 1]
        prefix = complementiser(word)
        if "سؤال" in takes and self._asks(j, i):
            return "clause", j, j
        if prefix == "ب" and takes & {"بأن", "أن"}:
            return "clause", j, j + 1
        if word == "ألا" and "أن" in takes and j - i <= NEAR:
            # The negation is part of what is said.
            return "clause", j, j
        if prefix == "":
            preposition = PREPOSITIONS.get(before)
            if before == "القول" and PREPOSITIONS.get(keys[j - 2]) and f"{PREPOSITIONS[keys[j - 2]]} أن" in takes:
                # «ذهب إلى القول إن»
                return "clause", j - 2, j + 1
            if preposition and j - 2 > i and keys[j - 2] in _SAYING:
                return "clause", j - 1, j + 1
            if preposition and j - 1 > i:
                if f"{preposition} أن" in takes:
                    return "clause", j - 1, j + 1
            elif not self.lexicon.has("conjunctions_with_an", before.removeprefix("و")) and "أن" in takes:
                return "clause", j, j + 1
            return None
        found = self._noun_object(j, i, takes, limit)
        if found and j > i + 2 and "أن" in takes:
            found = self._clause_after(j, i, takes, limit) or found
        return found

    def _asks(self, j: int, i: int) -> bool:
        """«تساءل عما إذا», «متسائلا إن كان», «يتساءلون حول ما إذا»: an indirect question."""
        keys = self.tokens.key
        following = keys[j + 1] if j + 1 < len(keys) else ""
        if keys[j] in ("ان", "اذا", "ما") or keys[j - 1] == "ما":
            return keys[j] in ("ان", "اذا") and (keys[j - 1] == "ما" or following in ("كان", "كانت", "كانوا"))
        return self.lexicon.has("questions", keys[j]) and j - i <= NEAR

    def _at_mark(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[tuple[str, int, int] | None, int]:
        """Decide whether a mark opens the content or a name, and where to go on."""
        pair = self.marks.by_opening.get(j)
        before = self.tokens.key[j - 1]
        if pair is None:
            near = j == i + 1 or before in "،,:" or (j + 1 < limit and complementiser(self.tokens.key[j + 1]) == "")
            if j in self.marks.stray and "«»" in takes and near:
                return ("marks", j, j), j + 1
            return None, j + 1
        preposition = PREPOSITIONS.get(before, "بـ" if before == "ب" else "")
        if preposition and preposition in takes:
            return ("noun", j - 1, j), j
        if "«»" in takes and self._is_speech(pair, j, i, limit):
            return ("marks", j, j), j
        return None, pair.closing + 1

    def _is_speech(self, pair: Pair, j: int, i: int, limit: int) -> bool:
        before = self.tokens.key[j - 1]
        if self.lexicon.has("name_nouns", before) or before in ("ل", "في", "من", "علي", "عن", "الي"):
            return False
        if before in ("بسبب", "بشان", "حول", "مع", "بعد", "ضد", "تحت", "ضمن", "عبر", "نحو"):
            return False
        if pair.words >= 7:
            return True
        if pair.words < 2:
            return before in "،,"
        # A short one is a name if what really opens the content is still to come.
        k = pair.closing + 1
        while k < limit:
            if k in self.marks.closes:
                if self.tokens.key[k - 1] in "،,:":
                    return False
                k = self.marks.closes[k]
            elif self.tokens.key[k] == ":" or complementiser(self.tokens.key[k]) is not None:
                return False
            elif self.lexicon.form(self.tokens.key[k]):
                break
            k += 1
        return before in "،," or pair.words >= 4 or j == i + 1

    def _after_colon(self, j: int) -> tuple[str, int, int] | None:
        kinds, keys = self.tokens.kind, self.tokens.key
        if keys[j - 1] in _LISTING:
            return None
        k = j + 1
        while k < len(kinds) and (kinds[k] == LINE or keys[k] in ".،-–"):
            k += 1
        if k >= len(kinds):
            return None
        if (
            complementiser(keys[k]) == ""
            and k + 1 in self.marks.closes
            and self.marks.by_opening[k + 1].words >= SPEECH
        ):
            # «قال: إن «…»»: the complementiser is the article's.
            return "marks", j, k + 1
        if kinds[k] == MARK and (k in self.marks.closes or k in self.marks.stray):
            return "marks", j, k
        if self.marks.outer[j] >= 0:
            return None
        return "colon", j, k
