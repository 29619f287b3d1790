"""A small sentiment lexicon, written for this project: what mere tone gives away of stance."""

from __future__ import annotations

import re

from stance.arabic import normalise

_WORD = re.compile(r"\w+")
_PREFIX = re.compile(r"^(?:وال|بال|لل|ال|و|ب|ل|ف)(?=\w{3})")
_POSITIVE = """
جيد جيدة ممتاز ممتازة رائع رائعة جميل جميلة عظيم عظيمة مفيد مفيدة مهم مهمة ناجح ناجحة نجاح انجاز إنجاز تقدم تطور تطوير ازدهار خير
فخر نفخر فخور شكر شكرا مبروك الحمدلله الحمد أحب حب نحب سعيد سعيدة فرح أمل تفاؤل دعم ندعم أؤيد نؤيد تأييد مؤيد مع موافق أوافق نعم
قرار صائب صحيح ضروري ضرورة فرصة حماية آمن آمنة أمان سلامة استقرار سلام عدل عدالة حق حقوق كرامة سيادة استقلال تمكين قوة قوي
ترحيب نرحب يرحب إشادة أشاد ثقة واثق ملهم أفضل أحسن أروع تسهيل سهل سهولة سريع راحة نعمة بركة يستاهل كفو تستحق حلو حلوة روعة
"""
_NEGATIVE = """
سيئ سيئة سيء فاشل فاشلة فشل خطأ خطر خطير خطيرة ضرر أضرار ضار مضر كارثة كارثي مصيبة أزمة مشكلة مشاكل فساد فاسد ظلم ظالم عار عيب حرام
كذب كذبة كاذب خدعة مؤامرة احتلال عدوان انتهاك جريمة قتل موت مات ضحايا دمار تدمير خراب إرهاب تهديد خوف خائف قلق رفض نرفض أرفض مرفوض
يرفض لا ضد أعارض نعارض معارضة اعتراض غلط باطل سخيف سخافة تافه غبي غباء جهل جاهل فوضى ضعف ضعيف خسارة خسائر تراجع انهيار تدهور سقوط
غلاء فقر بطالة إدانة ندين استنكار نستنكر شجب غضب غاضب كره أكره نكره مقاطعة إلغاء أوقفوا كفاية حسبنا مرض أمراض وباء انحلال فتنة زفت
"""


def _bare(word: str) -> str:
    return _PREFIX.sub("", word)


POSITIVE = frozenset(_bare(word) for word in _WORD.findall(normalise(_POSITIVE)))
NEGATIVE = frozenset(_bare(word) for word in _WORD.findall(normalise(_NEGATIVE))) - POSITIVE


def count(text: str) -> tuple[int, int]:
    """Count words of approval and of disapproval.

    :param text: Any text.
    :return: Both counts.
    """
    found = [_bare(word) for word in _WORD.findall(normalise(text))]
    return sum(word in POSITIVE for word in found), sum(word in NEGATIVE for word in found)
