"""Every phenomenon of the guideline, on sentences of our own: content in [ ], all of them in order."""

import re

import pytest

import stance
from stance.quotations import extract
from stance.schema import Article

# text with the contents in brackets, kind of each, speaker name of each
CASES = [
    # direct, in every kind of marks
    ("قال الوزير: «[انتهت المفاوضات أمس]».", "direct", "الوزير"),
    ("قال الوزير، “[انتهت المفاوضات أمس]”.", "direct", "الوزير"),
    ("قال الوزير ”[انتهت المفاوضات أمس مساء]“.", "direct", "الوزير"),
    ('وقال الوزير "[انتهت المفاوضات أمس مساء]."', "direct", "الوزير"),
    ("قال الوزير ''[انتهت المفاوضات أمس مساء]''.", "direct", "الوزير"),
    ("قال الوزير: ‹[انتهت المفاوضات أمس]›.", "direct", "الوزير"),
    ("قال الوزير: »[انتهت المفاوضات أمس]«.", "direct", "الوزير"),
    ("قال الوزير: «[قرأنا كتاب «الفجر» كله أمس]».", "direct", "الوزير"),
    ("قال الوزير: «[انتهت المفاوضات أمس].", "direct", "الوزير"),
    ("قال الوزير: [انتهت المفاوضات أمس].", "direct", "الوزير"),
    # a quotation over several paragraphs
    ("قال الوزير: «[انتهت المفاوضات أمس.\n«وسوف نعلن عن الاتفاق غدا صباحا]».\nثم غادر.", "direct", "الوزير"),
    ("قال الوزير: «[انتهت المفاوضات أمس.\nوسوف نعلن عن الاتفاق غدا صباحا]».\nثم غادر.", "direct", "الوزير"),
    # indirect
    ("قال الوزير إن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("قال الوزير إنها [انتهت أمس].", "indirect", "الوزير"),
    ("قال الوزير إن [المفاوضات انتهت وإن الاتفاق قريب].", "indirect", "الوزير"),
    ("أشار الوزير إلى أن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("صرح الوزير بأن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("الوزير قال إن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("وكان الوزير قد قال إن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("من جهته، قال الوزير إن [المفاوضات انتهت أمس].", "indirect", "الوزير"),
    ("قال الوزير ان [المفاوضات انتهت أمس] وأضاف انه [متفائل].", "indirect indirect", "الوزير|الوزير"),
    ("قال الوزير إن [المفاوضات انتهت]، مشيرا إلى أن [الاتفاق قريب].", "indirect indirect", "الوزير|الوزير"),
    ("قال الوزير إن [المفاوضات انتهت]، فيما عاد الوفد إلى بلاده.", "indirect", "الوزير"),
    ("هددت نقابة العمال [برفع الأمر إلى القضاء]، قائلة إن [الإضراب قريب].", "indirect indirect", "نقابة العمال|نقابة العمال"),
    # mixed, and names in marks
    ("قال الوزير إن [المفاوضات كانت «صعبة ومرهقة» للجميع].", "mixed", "الوزير"),
    ("قال الوزير إن «[المفاوضات كانت صعبة ومرهقة للجميع]».", "direct", "الوزير"),
    ("قال الوزير إن [حركة «الفجر» وافقت على الاتفاق].", "indirect", "الوزير"),
    ("قال قيادي في «حركة الفجر»، إن [المفاوضات انتهت].", "indirect", "قيادي في «حركة الفجر»"),
    # demands, refusals, warnings
    ("طالب الوزير [بانسحاب القوات من المدينة].", "indirect", "الوزير"),
    ("دعا الوزير إلى [انسحاب القوات من المدينة].", "indirect", "الوزير"),
    ("رفضت النقابة [بقاء أي عامل في المصنع].", "indirect", "النقابة"),
    ("حذر الوزير من [عواقب التأجيل].", "indirect", "الوزير"),
    # source phrases
    ("[انتهت المفاوضات أمس]، بحسب الوزير.", "indirect", "الوزير"),
    ("بدأ اللقاء صباحا. و[انتهت المفاوضات مساء]، وفق ما قالت الوزيرة.", "indirect", "الوزيرة"),
    ("ووفقاً لبيان الوزارة، فإن [المفاوضات انتهت أمس].", "indirect", "بيان الوزارة"),
    ("[المفاوضات، بحسب الوزير، انتهت أمس من دون أي اتفاق].", "indirect", "الوزير"),
    # cue after and between
    ("«[انتهت المفاوضات أمس]»، قال الوزير.", "direct", "الوزير"),
    ("«[انتهت المفاوضات أمس]» قال الوزير، وأضاف: «[الاتفاق قريب جدا]».", "direct direct", "الوزير|الوزير"),
    # nested attribution
    ("نقلت وكالة الفجر عن مسؤول كبير أن [المفاوضات انتهت].", "indirect", "مسؤول كبير"),
    ("نقلت وكالة الفجر عن مسؤول كبير قوله إن [المفاوضات انتهت].", "indirect", "مسؤول كبير"),
    ("قالت الصحيفة نقلا عن مصادر حكومية إن [المفاوضات انتهت].", "indirect", "مصادر حكومية"),
    ("[انتهت المفاوضات أمس]، بحسب ما نقلته الصحيفة عن مصادر حكومية.", "indirect", "مصادر حكومية"),
    # headlines
    ("الوزير: المفاوضات انتهت أمس.\nقال الوزير فؤاد حداد إن [المفاوضات انتهت أمس] وغادر.".replace(" وغادر", ""), "indirect", "فؤاد حداد"),
    ("الوزير: [انتهت المفاوضات مع النقابة أمس]", "direct", "الوزير"),
]  # fmt: skip


def _strip(text: str) -> tuple[str, list[tuple[int, int]]]:
    plain, spans, opened = "", [], 0
    for character in text:
        if character == "[":
            opened = len(plain)
        elif character == "]":
            spans.append((opened, len(plain)))
        else:
            plain += character
    return plain, spans


@pytest.mark.parametrize(("text", "kinds", "names"), CASES)
def test_extract(text: str, kinds: str, names: str) -> None:
    plain, spans = _strip(text)
    found = extract(plain)
    assert [(q.content.start, q.content.end) for q in found] == spans
    assert [q.kind for q in found] == kinds.split()
    assert [q.speaker_name for q in found] == names.split("|")


NONE = [
    "",
    "   \n\t ",
    "The minister said that the talks ended.",
    "جلس الطالب في الصف وقرأ كتابا بعنوان «الفجر».",
    "شاركت حركة «الفجر» في اللقاء.",
    "أعلن الحرب على الفقر.",
    "بين المدينة والقرية طريق طويل.",
    "رأى الطفل القمر.",
    "يذكر أن المدينة قديمة.",
    "لم يقل الوزير إن المفاوضات انتهت.",
    "يجب أن ينتهي العمل.",
    "وقف الرجل قبالة الباب.",
    "سار العمل وفق الجدول الزمني.",
    "الساعة: 10:30",
    "اقرأ أيضا: الوزير يغادر",
    "\ud800 قال \udfff",
    "«" * 5000,
    "قال " * 2000,
]


@pytest.mark.parametrize("text", NONE)
def test_no_quotation(text: str) -> None:
    assert extract(text) == []


def test_speaker_with_title_and_apposition() -> None:
    (quotation,) = extract("قال رئيس الوزراء العراقي، محمد شياع السوداني، إن المفاوضات انتهت.")
    assert quotation.speaker.text == "محمد شياع السوداني"
    assert quotation.speaker_role == "رئيس الوزراء العراقي"
    (quotation,) = extract("قال فؤاد حداد، المتحدث باسم حركة الفجر، إن المفاوضات انتهت.")
    assert (quotation.speaker.text, quotation.speaker_role) == ("فؤاد حداد", "المتحدث باسم حركة الفجر")
    (quotation,) = extract("قال المتحدث باسم وزارة الدفاع الأمريكية (البنتاغون) جون كيربي في بيان إن المفاوضات انتهت.")
    assert (quotation.speaker.text, quotation.speaker_role) == ("جون كيربي", "المتحدث باسم وزارة الدفاع الأمريكية")


def test_names_are_resolved_inside_the_article() -> None:
    text = (
        "قال المتحدث باسم الوزارة، سمير فؤاد حداد، إن العمل بدأ. وأضاف أن الأمر انتهى. وقال حداد إن الوقت حان. "
        "وأوضح المتحدث أن الخطة جاهزة. وقالت وزيرة المالية هند سالم إن الأموال موجودة. وأضافت أن الميزانية كافية."
    )
    names = [quotation.speaker_name for quotation in extract(text)]
    assert names == ["سمير فؤاد حداد"] * 4 + ["هند سالم"] * 2
    assert extract(text)[2].speaker_role == "المتحدث باسم الوزارة"


def test_groups_and_anonymous_sources() -> None:
    text = "قالت لجنة التنسيق العليا إن العمل بدأ. وقالت اللجنة إنها راضية. وقال مسؤول أمني رفيع إن الأمر انتهى. وأكد المسؤول أن الوقت حان."
    assert [q.speaker_name for q in extract(text)] == ["لجنة التنسيق العليا"] * 2 + ["مسؤول أمني رفيع"] * 2


def test_statement_inside_a_statement() -> None:
    outer, inner = extract("قال الوزير إن المدير أكد أن العمل بدأ.")
    assert outer.content.text == "المدير أكد أن العمل بدأ"
    assert (inner.content.text, inner.speaker_name) == ("العمل بدأ", "المدير")


def test_cue_leaves_out_the_conjunction() -> None:
    assert extract("وقالت الوزيرة إن العمل بدأ.")[0].cue.text == "قالت"
    assert extract("وصل الوزير، مشيرا إلى أن العمل بدأ.")[0].cue.text == "مشيرا إلى"
    assert extract("انتهى العمل أمس، وفق ما قال الوزير.")[0].cue.text == "وفق ما قال"


def test_unpaired_mark_after_a_name() -> None:
    text = "قال الوزير إن «الاحتلالـ« الأمريكي انتهى. وأضاف: «بدأ عهد جديد اليوم»."
    assert extract(text)[1].content.text == "بدأ عهد جديد اليوم"


def test_article_and_text_give_the_same() -> None:
    text = "قال الوزير إن العمل بدأ."
    (quotation,) = extract(Article("7", text))
    assert (quotation.article, quotation.index) == ("7", 0)
    assert quotation.content == extract(text)[0].content
    assert stance.extract is extract
    with pytest.raises(TypeError, match="text or an Article"):
        extract(3)


def test_spelling_varies() -> None:
    plain = re.sub("[أإ]", "ا", "وأضاف الوزير أن العمل بدأ.")
    for text in (
        "وأَضافَ الوزيرُ أنَّ العمل بدأ.",
        "وأضـاف الوزير أن العمل بدأ.",
        plain,
        "\u200fوأضاف الوزير أن العمل بدأ.",
    ):
        (quotation,) = extract(text)
        assert quotation.content.text.startswith("العمل")


@pytest.mark.parametrize(
    ("text", "contents", "names"),
    [
        # names that look like plurals
        (
            "قال كلينتون: «بدأ العمل اليوم». وأضاف: «سوف ينتهي غدا».",
            ["بدأ العمل اليوم", "سوف ينتهي غدا"],
            ["كلينتون"] * 2,
        ),
        # a name in marks, and its full form
        (
            'قال الوزير سمير حداد إن العمل بدأ. وتابع "حداد" أن الأمر انتهى.',
            ["العمل بدأ", "الأمر انتهى"],
            ["سمير حداد"] * 2,
        ),
        # a title with a last name
        ("وصل الشيخ سمير الحداد إلى المدينة. وقال الشيخ الحداد إن العمل بدأ.", ["العمل بدأ"], ["سمير الحداد"]),
        # two titles
        ("قال رئيس اللجنة ووزير المالية سمير حداد إن العمل بدأ.", ["العمل بدأ"], ["سمير حداد"]),
        # the complementiser between colon and marks
        ("قال الوزير: إن «العمل قد بدأ اليوم هنا».", ["العمل قد بدأ اليوم هنا"], ["الوزير"]),
        # a clause without a complementiser
        ("وقال الحداد بدأت المفاوضات صباح أمس في المدينة.", ["بدأت المفاوضات صباح أمس في المدينة"], ["الحداد"]),
        # a verbal noun with its subject
        ("جاء ذلك بعد تأكيد الوزير أن العمل بدأ.", ["العمل بدأ"], ["الوزير"]),
        # the verb after كما
        ("انتهت المفاوضات أمس، كما يقول الوزير.", ["انتهت المفاوضات أمس"], ["الوزير"]),
        # the source before is the same
        ("قال الوزير إن العمل بدأ. وأضاف المصدر نفسه أن الأمر انتهى.", ["العمل بدأ", "الأمر انتهى"], ["الوزير"] * 2),
        # single straight marks
        ("قال الوزير 'انتهت المفاوضات أمس مساء'.", ["انتهت المفاوضات أمس مساء"], ["الوزير"]),
        # the subject of the sentence before
        ("وصل المدير سمير حداد إلى المدينة. وأشار إلى أن العمل بدأ.", ["العمل بدأ"], ["سمير حداد"]),
        # whom a verb addresses is no speaker
        ("دعت الرياض المجتمع الدولي إلى وقف الحرب.", ["وقف الحرب"], ["الرياض"]),
        # the outer source speaks on
        (
            "قال الوزير إن المدير أكد أن العمل بدأ، مشيرا إلى أن الأمر انتهى.",
            ["المدير أكد أن العمل بدأ", "العمل بدأ", "الأمر انتهى"],
            ["الوزير", "المدير", "الوزير"],
        ),
    ],
)
def test_speakers_and_spans(text: str, contents: list[str], names: list[str]) -> None:
    found = extract(text)
    assert [q.content.text for q in found] == contents
    assert [q.speaker_name for q in found] == names
