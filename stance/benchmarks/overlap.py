"""What two headlines share: words, characters, numbers; negation and opposites that only one of them has."""

from __future__ import annotations

import re

from stance.arabic import normalise
from stance.benchmarks.loading import Item

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_PREFIX = re.compile(r"^[وف]?(?:بال|كال|لل|ال|ب|ل)?(?=\w{3})")
NEGATIONS = frozenset(
    map(
        normalise,
        "لا لم لن ليس ليست غير دون بدون عدم ينفي تنفي نفى نفت نفي يرفض ترفض رفض رفضت يمنع منع تكذب يكذب بلا".split(),
    )
)
# Pairs of opposites that altered headlines swap.
_OPPOSITES = (
    "ارتفاع انخفاض|ارتفاع تراجع|ارتفع انخفض|يرتفع ينخفض|ترتفع تنخفض|زيادة خفض|زيادة نقص|صعود هبوط|فوز خسارة|فوز هزيمة|يفوز يخسر|"
    "نجاح فشل|ينجح يفشل|قبول رفض|يقبل يرفض|موافقة رفض|يوافق يرفض|فتح اغلاق|يفتح يغلق|بدء انتهاء|بداية نهاية|يؤيد يعارض|تأييد معارضة|"
    "اتفاق خلاف|سلام حرب|تصعيد تهدئة|دخول خروج|دخول انسحاب|بقاء انسحاب|بقاء رحيل|اطلاق وقف|استئناف وقف|استئناف تعليق|الغاء اقرار|"
    "يؤكد ينفي|تؤكد تنفي|تأكيد نفي|تحسن تدهور|تقدم تراجع|اعتقال افراج|براءة ادانة|ارباح خسائر|ربح خسارة|يسمح يمنع|السماح منع|أكبر أصغر|أعلى أدنى"
)
OPPOSITES = tuple(tuple(normalise(word) for word in pair.split()) for pair in _OPPOSITES.split("|"))


def words(text: str) -> list[str]:
    """Cut a text into normalised words without conjunctions, prepositions and article in front.

    :param text: Any text.
    :return: Its words in order.
    """
    return [_PREFIX.sub("", word) for word in _WORD.findall(normalise(text))]


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def _grams(sequence: list[str] | str, size: int) -> set[str]:
    return {" ".join(sequence[i : i + size]) for i in range(len(sequence) - size + 1)}


def features(target: str, text: str) -> list[float]:
    """Compare a text with its target.

    :param target: The target.
    :param text: The text.
    :return: Always the same number of features.
    """
    first, second = words(target), words(text)
    a, b = set(first), set(second)
    numbers_a, numbers_b = set(_NUMBER.findall(normalise(target))), set(_NUMBER.findall(normalise(text)))
    negated_a = set(_WORD.findall(normalise(target))) & NEGATIONS
    negated_b = set(_WORD.findall(normalise(text))) & NEGATIONS
    swapped = sum((x in a and y in b and y not in a) or (y in a and x in b and x not in a) for x, y in _BARE)
    return [
        _jaccard(a, b),
        _share(a, b),
        _share(b, a),
        _jaccard(_grams(first, 2), _grams(second, 2)),
        _jaccard(_grams(" ".join(first), 3), _grams(" ".join(second), 3)),
        float(len(second) - len(first)),
        len(second) / max(len(first), 1),
        float(bool(negated_a) != bool(negated_b)),
        float(len(negated_b)),
        float(len(negated_a)),
        float(bool(numbers_a & numbers_b)),
        float(bool(numbers_a and numbers_b and numbers_a != numbers_b)),
        float(len(numbers_b - numbers_a)),
        float(swapped),
        float(first[:1] == second[:1]),
        float(first[-1:] == second[-1:]),
        float(len(b - a)),
        float(len(a - b)),
    ]


_BARE = tuple((words(x)[0], words(y)[0]) for x, y in OPPOSITES)


def added(item: Item) -> str:
    """Return the words of the text that the target has not."""
    known = set(words(item.target))
    return " ".join(word for word in words(item.quotation) if word not in known) or "0"


def dropped(item: Item) -> str:
    """Return the words of the target that the text has not."""
    known = set(words(item.quotation))
    return " ".join(word for word in words(item.target) if word not in known) or "0"
