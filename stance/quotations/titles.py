"""Tell the name from the title in a noun phrase: «وزير الخارجية فؤاد حسين», «فؤاد حسين، وزير الخارجية»."""

from __future__ import annotations

from stance.quotations.nouns import MAX_NAME, NounReader, Phrase
from stance.quotations.openers import complementiser
from stance.quotations.particles import NEGATIONS
from stance.quotations.tokens import MARK, WORD

# «سمير حداد أمين عام الحزب»: what follows a title that is also a first name.
_OFFICES = ("عام", "سر")
_BETWEEN = frozenset("بين عند ضد دون لدي مثل حتي احتمال".split())


class TitleSplitter(NounReader):
    """Names and titles in the noun phrases of one text."""

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
            courtesy = first.role_end - first.role_first == 1 and self.lexicon.has(
                "courtesy", self.tokens.key[first.role_first]
            )
            if courtesy and self.is_title(self.tokens.key[second[0]]) and not split[1].named:
                # «الدكتور سمير حداد، مدير المركز»
                return Phrase(first.first, first.end, *second, 0, True)
            return first
        keys = self.tokens.key
        if self.is_body(keys[segments[0][0]]) and not self.is_title(keys[segments[0][0]]):
            # «منظمة الفجر، ناشرة الكتاب»
            return first
        if self.is_title(keys[segments[0][0]]) or not self._looks_like_name(*segments[0]):
            for (a, b), phrase in zip(segments[1:], split[1:], strict=True):
                if self._is_coordinated(a) or not self._may_stand_alone(a, b):
                    continue
                if phrase.named or (self._looks_like_name(a, b, after_title=True) and not self.is_title(keys[a])):
                    return Phrase(phrase.first, phrase.end, segments[0][0], segments[0][1], 0, True)
            return first
        # name, title
        if self.is_title(keys[segments[1][0]]):
            return Phrase(first.first, first.end, segments[1][0], segments[1][1], 0, True)
        return first

    def _may_stand_alone(self, a: int, b: int) -> bool:
        """«المسؤول، انطلاقا من»: a lone unknown word after a title is a name only if a comma or its clause follows."""
        keys = self.tokens.key
        if b - a > 1 or b >= len(keys) or self.is_given(keys[a]) or keys[a] in self.last_names:
            return True
        return self.tokens.kind[b] != WORD or complementiser(keys[b]) is not None

    def _is_coordinated(self, k: int) -> bool:
        """«سمير حداد مدير المركز، ومحمد كامل عضو المجلس»: somebody else."""
        word = self.tokens.key[k]
        return word[0] == "و" and len(word) > 3 and not self.lexicon.has("waw_names", word) and not self.is_given(word)

    def names(self, first: int, end: int) -> bool:
        """Say whether words are nothing but a name.

        :param first: First of them.
        :param end: Token after the last.
        :return: Whether they are.
        """
        words = self.tokens.key[first:end]
        other = any(
            self.is_verb(word) or self._heads(word) or self.lexicon.form(word) or word in _BETWEEN or word in NEGATIONS
            for word in words
        )
        return not other and self._looks_like_name(first, end)

    def _looks_like_name(self, first: int, end: int, *, after_title: bool = False) -> bool:
        keys, lexicon = self.tokens.key, self.lexicon
        if end - first > 6 or end == first or self.tokens.kind[first] != WORD:
            return False
        if self.is_given(keys[first]):
            return True
        if not all(self._is_word(k) for k in range(first, end)) or self.lexicon.has("counted", keys[first]):
            return False
        if self.is_verb(keys[first]) or self.is_plural(keys[first]):
            return False
        if keys[first][0] == "و" and not self.lexicon.has("waw_names", keys[first]):
            # «وذلك عبر», «ومنظمات محلية», but «وسمير حداد»
            return self.is_given(keys[first][1:])
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
        if self.tokens.kind[first] == MARK and first + 1 < self.marks.closes.get(first, end) < end:
            # «انتقادات «الزعيم» طالت»
            return Phrase(first + 1, self.marks.closes[first])
        addressed = head[0] == "ل" and len(head) > 4 and self.is_title(head[1:])
        addressed = addressed and not (self.is_given(head) or head in self.last_names)
        if (self.is_title(head) or addressed) and not self._is_name_first(first, end):
            name = self._name_start(first, self._second_title(first, end))
            if name is not None and name + 1 < end:
                end = max(self._second_title(name, end), name + 1)
            name = self._name_start(first, end) if name is None else name
            if name is not None:
                stop = self._name_end(name, end)
                if (
                    name - first == 1
                    and self.lexicon.has("courtesy", head)
                    and stop < end
                    and self.is_title(keys[stop])
                ):
                    # «الدكتور سمير حداد مدير المركز»
                    return Phrase(name, stop, stop, end, 0, True)
                return Phrase(name, stop, first, name, 0, True)
            return Phrase(first, end)
        plain = "ال" + head[2:] if head.startswith("لل") else head.removeprefix("ل")
        if self.is_body(head) or self.is_body(plain) or head in ("ذات", "نفس"):
            return Phrase(first, end)
        for k in range(first + 1, end):
            if self.tokens.kind[k] == MARK or (k > first + 1 and self._is_coordinated(k - 1)):
                break
            if keys[k][0] == "و" and self.is_title(keys[k]) and keys[k] not in self.lexicon.sets["waw_words"]:
                # «سمير كامل والنائب هشام حداد»
                return Phrase(first, k, named=self._looks_like_name(first, k))
            if k - first <= 5 and keys[k - 1] not in ("ال", "بن", "ابو") and self._starts_office(k, end):
                named = None if self.is_given(head) or head in self.last_names else self._split(k, end)
                if named is not None and named.named and self.is_given(keys[named.first]):
                    # «ضيف تركيا الرئيس الجزائري عبد المجيد تبون»
                    return Phrase(named.first, named.end, k, named.first, 0, True)
                return Phrase(first, k, k, end, 0, True)
        return Phrase(first, end, named=self._looks_like_name(first, end))

    def _starts_office(self, k: int, end: int) -> bool:
        """Say whether a title starts after a name, where some titles are also names: «سمير حداد أمين عام الحزب»."""
        word, following = self.tokens.key[k], self.tokens.key[k + 1] if k + 1 < end else ""
        if following in _OFFICES:
            return self.is_title(word)
        if self.is_given(word) or (
            following and self.lexicon.has("name_titles", word) and not self._is_definite(following)
        ):
            return False
        return self.is_title(word) or (word in ("كبير", "كبيره") and self._is_definite(following))

    def _is_name_first(self, first: int, end: int) -> bool:
        """«أمين محمد», «أمين شومان منسق اللجنة»: a first name that is also a title."""
        keys = self.tokens.key
        if not self.is_given(keys[first]) or first + 1 >= end:
            return False
        if self.is_given(keys[first + 1]):
            return True
        known = self._heads(keys[first + 1]) or self._is_definite(keys[first + 1]) or keys[first + 1] in ("عام", "سر")
        return not known and first + 2 < end and self.is_title(keys[first + 2]) and not keys[first + 2].startswith("ال")

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
            if self.tokens.kind[k] == MARK or word in ("في", "من", ")") or self.lexicon.has("after_names", word):
                return k
            if word.startswith("بال") and len(word) > 5 or word[-1] == "ا" and self.lexicon.has("events", word[:-1]):
                # «أنجيلا كامل بالوقوف», «سمير حداد اتصالا هاتفيا»
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
            if k > first + 1 and word in self._after_name_words:
                return k
            if word.endswith("ات") and self.lexicon.has("object_nouns", word):
                # «خطا حداد خطوات مهمة»
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

    def _ends_title(self, k: int, first: int, end: int) -> bool:
        keys = self.tokens.key
        word, before = keys[k], keys[k - 1]
        if self.lexicon.has("event_prepositions", word) or self.lexicon.has("common_nouns", word) or word in _BETWEEN:
            return False
        if self.lexicon.has("counted", word) or (word[0] == "ب" and self._is_place(word[1:])):
            # «وأمضى المبعوث الأمريكي ثلاثة أيام», «الفريق الطبي بمسقط»
            return False
        if (
            k - 1 == first
            and self.lexicon.has("courtesy", before)
            and not self._is_definite(word)
            and not self._heads(word)
        ):
            # «الدكتورة وجدان عبدالرزاق»
            return True
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
        if word[0] in "لب" and len(word) > 4 and k + 1 < end and self._is_definite(keys[k + 1]):
            # «الشاعر لموضوع الموت»
            return False
        definite = self._is_definite(before) or self.tokens.kind[k - 1] == MARK or self._is_place(before)
        after_title = k - 1 == first and self._is_definite(keys[first])
        if k + 1 < end and keys[k + 1] in ("ولد", "بن", "ابن") and (definite or after_title):
            # «المرشح الموريتاني بيرام ولد سعيد»
            return True
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
        return (definite or after_title) and all(self._is_word(j) for j in range(k, following))
