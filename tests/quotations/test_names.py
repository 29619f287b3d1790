"""Speaker names in constructions that news often uses."""

from __future__ import annotations

import pytest

from stance.quotations import extract

SAID = "العمل بدأ في المدينة القديمة"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # «ناصر بوريطة»: a last name that has the shape of an adverb
        (f"التقى الوفد ناصر بوريطة أمس. وأكد بوريطة أن {SAID}.", ["ناصر بوريطة"]),
        # a name whose first word looks like a verb, between commas
        (f"قال حاكم الجزيرة الشمالية، توجيولو تولافونو، إن {SAID}.", ["توجيولو تولافونو"]),
        # the subject before its verb, after the complementiser
        (
            f"قال الوزير سمير حداد إن {SAID}. إلا أن الرئيس فؤاد كامل حذر النقابة من أن الطريق طويل جدا.",
            ["سمير حداد", "فؤاد كامل"],
        ),
        # the name in a parenthesis after the title
        (f"زارت وزيرة البيئة (منى حداد) المدينة. وقالت وزيرة البيئة إن {SAID}.", ["منى حداد"]),
        # the name that belongs to the body
        (f"قال المتحدث الرسمي لمركز الملك سلمان للإغاثة رأفت حداد إن {SAID}.", ["رأفت حداد"]),
        # the pronoun takes up the speaker
        (f"قال الوزير سمير حداد إن {SAID}، لكنه أكد أن الطريق طويل جدا.", ["سمير حداد", "سمير حداد"]),
        # the verbal noun after a last name is the object
        (
            f"قال الوزير كريم الهلالي إن {SAID}. وأكد الهلالي مساندة حزبه للحكومة لكنه أشار إلى أن الطريق طويل.",
            ["كريم الهلالي", "كريم الهلالي"],
        ),
        # an indefinite noun right before its verb
        (f"قال الوزير سمير حداد إن {SAID}. لكن منتقدين يقولون إن الطريق طويل.", ["سمير حداد", "منتقدين"]),
    ],
)
def test_speaker_names(text: str, names: list[str]) -> None:
    assert [quotation.speaker_name for quotation in extract(text)] == names


def test_descriptions_that_take_up_each_other_come_to_an_end() -> None:
    found = extract("صرح عضو مجلس إدارة النقابة بأنه وأشار عضو مجلس إدارة النقابة أن العمل بدأ")
    assert {quotation.speaker_name for quotation in found} == {"عضو مجلس إدارة النقابة"}
