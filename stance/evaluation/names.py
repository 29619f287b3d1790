"""When two speaker names mean the same source."""

from __future__ import annotations

import re

from stance.arabic import normalise

# Words that say what somebody is, not who: they may be added or left out without changing the person.
TITLES = frozenset(
    normalise(word)
    for word in (
        "السيد السيدة الدكتور الدكتورة دكتور الأستاذ أستاذ البروفيسور المهندس الشيخ الحاج الأمير الملك الرئيس رئيس رئيسة الوزير وزير "
        "وزيرة الوزراء اللواء العميد الفريق العقيد المقدم الرائد النقيب الجنرال الأدميرال النائب نائب النائبة المتحدث المتحدثة متحدث "
        "الناطق ناطق باسم الرسمي الإعلامي القيادي قيادي السفير سفير السفيرة المستشار مستشار الأمين أمين العام المدير مدير القائد قائد "
        "المسؤول مسؤول مسؤولة العضو عضو المبعوث مبعوث الخبير خبير المحلل محلل الباحث باحث المرجع آية الله السابق الحالي"
    ).split()
)
_WORD = re.compile(r"[^\W_]+")


def tokens(name: str) -> frozenset[str]:
    """Cut a name into normalised words, the article ال left off, so that الموسوي and موسوي agree.

    :param name: A speaker name.
    :return: Its words.
    """
    return frozenset(_bare(word) for word in _WORD.findall(normalise(name)))


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


_BARE_TITLES = frozenset(_bare(word) for word in TITLES)


def same_name(gold: str | None, found: str | None) -> bool:
    """Say whether two speaker names mean the same source.

    They do if both are missing; if they are equal after normalisation (diacritics, tatweel, alef and ya forms, ال); or if, titles
    and offices left out, the words of one contain the words of the other (``حسين الموسوي`` and
    ``حسين الموسوي، المتحدث باسم الحركة``). Where one is nothing but titles, containment needs two words: ``المتحدث`` alone names nobody.

    :param gold: The annotated name.
    :param found: The name that was found.
    :return: Whether they agree.
    """
    if not gold or not found:
        return not gold and not found
    a, b = tokens(gold), tokens(found)
    if a == b:
        return True
    names_a, names_b = a - _BARE_TITLES, b - _BARE_TITLES
    if names_a and names_b:
        return names_a <= names_b or names_b <= names_a
    return min(len(a), len(b)) >= 2 and (a <= b or b <= a)
