"""Where the mention of a speaker ends, and who a description, a pronoun or a lone name means."""

from __future__ import annotations

import pytest

from stance.quotations import extract

SAID = "العمل بدأ في المدينة القديمة"
MORE = "الطريق طويل جدا"


def speakers(text: str) -> list[str | None]:
    return [quotation.speaker.text if quotation.speaker else None for quotation in extract(text)]


def names(text: str) -> list[str | None]:
    return [quotation.speaker_name for quotation in extract(text)]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # a place after somebody who needs none, but not after one whose title has it
        (f"وصل سمير حداد. وقال حداد في بغداد إن {SAID}.", "حداد"),
        (f"وقال الوزير في القاهرة إن {SAID}.", "الوزير"),
        (f"وقال الباحث في الجامعة سمير حداد إن {SAID}.", "سمير حداد"),
        # the object after a definite group, after an adjective, after a last name
        (f"وحذرت الحركة شركات النفط من أن {SAID}.", "الحركة"),
        (f"وحذر الأطباء سلطة الإشراف من أن {SAID}.", "الأطباء"),
        (f"وأكدت وزارة الداخلية المغربية التعاون مشيرة إلى أن {SAID}.", "وزارة الداخلية المغربية"),
        # prepositions that belong to the title
        (f"وقال النائب عن كتلة الفجر سمير حداد إن {SAID}.", "سمير حداد"),
        (f"وقال المشرف العام على القاعدة، سمير حداد، إن {SAID}.", "سمير حداد"),
        (f"وقال الضابط المسؤول عن البناء إن {SAID}.", "الضابط المسؤول عن البناء"),
        # a body named in marks ends there
        (f"وأضافت حركة «الفجر» بالمناسبة أن {SAID}.", "حركة «الفجر»"),
        # abbreviated titles, words before a title
        (f"وقال د. سمير حداد إن {SAID}.", "سمير حداد"),
        (f"وقال ضيف المدينة الرئيس التونسي سمير حداد إن {SAID}.", "سمير حداد"),
        # a name with ولد, a deed after its subject
        (f"وقال المرشح الموريتاني بيرام ولد سعيد إن {SAID}.", "بيرام ولد سعيد"),
        (f"وقام المشروع بتوسيع الطريق، مشيرا إلى أن {SAID}.", "المشروع"),
        # «فقد» after «أما»
        (f"أما سمير حداد فقد قال إن {SAID}.", "سمير حداد"),
        # to whom it is said
        (f"وقال لي سمير حداد إن {SAID}.", "سمير حداد"),
        # a group before its description
        (f"قالت منظمة الفجر، ناشرة الكتاب، إن {SAID}.", "منظمة الفجر"),
        # the inner source
        (f"{SAID}، بحسب ما أفادت به وكالة الفجر نقلا عن مسؤول كبير.", "مسؤول كبير"),
        # plurals are no names
        (f"وقال ناشروها إن {SAID}.", "ناشروها"),
    ],
)
def test_mention(text: str, speaker: str) -> None:
    assert speakers(text)[-1] == speaker


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # another description of the one who spoke before
        (f"قال الوزير سمير حداد إن {SAID}. وأكد ذات المتدخل أن {MORE}.", ["سمير حداد"] * 2),
        (f"قال الوزير سمير حداد إن {SAID}. وأكد الفاعل عينه أن {MORE}.", ["سمير حداد"] * 2),
        (f"قال سمير حداد، مدير المصنع، إن {SAID}. وأكد محدثنا أن {MORE}.", ["سمير حداد"] * 2),
        # the official before, not the one further down
        (
            f"قال المدير سمير حداد إن {SAID}. وأكد المسؤول الروسي أن {MORE}. وقال فؤاد كامل المسؤول الروسي إن الأمر انتهى أمس.",
            ["سمير حداد", "سمير حداد", "فؤاد كامل"],
        ),
        # a name before its title, elsewhere in the text
        (f"استقبل الحبيب المالكي، رئيس المجلس، الوفد. وقال المالكي إن {SAID}.", ["الحبيب المالكي"]),
        # coordinated people
        (
            f"حضر هشام المظلوم مدير المركز، ومحمد كامل عضو المجلس. وقال كامل إن {SAID}. وقال ابن سعيد إن {MORE}.",
            ["محمد كامل", "ابن سعيد"],
        ),
        # a spokeswoman of a company is nobody in particular
        (f"قال المدير سمير حداد إن {SAID}. وقالت متحدثة باسم الشركة إن {MORE}.", ["سمير حداد", "متحدثة باسم الشركة"]),
        # «بعضهم» and plural verbs take up plural sources
        (f"وصف مثقفون مصريون اللقاء بأنه ناجح، واعتبروا أن {MORE}.", ["مثقفون مصريون"] * 2),
        # the object of a feminine verb
        (f"قالت الوزارة إن {SAID}. وطالبت المجتمع الدولي بوقف الحرب.", ["الوزارة"] * 2),
        # the subject before an introduction without a comma
        (f"وعقب الصلاة نقل الدكتور سمير حداد إلى الأسرة تعازي الوزارة، مؤكدا أن {SAID}.", ["سمير حداد"]),
        # the paper before the sentence
        (f"الشارقة: «الفجر» عقدت جمعية المسرح مؤتمرا أعلنت فيه أن {SAID}.", ["جمعية المسرح"]),
        # relatives are nobody else
        (f"قال الوزير سمير حداد إن {SAID}. وقال والد الشهيد إن {MORE}.", ["سمير حداد", "والد الشهيد"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_role_has_no_conjunction() -> None:
    text = f"حضر سمير كامل والنائب هشام حداد. وقال حداد إن {SAID}."
    (quotation,) = extract(text)
    assert (quotation.speaker_name, quotation.speaker_role) == ("هشام حداد", "النائب")


def test_phrase_is_the_same_with_every_limit() -> None:
    sentence = "قال المدير العام سمير حداد إن"
    assert names(f"{sentence} {SAID}. {sentence} {MORE}. {sentence}: «الأمر انتهى أمس».") == ["سمير حداد"] * 3
