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
        # «سبق ل… أن»: the subject after ل, with a title and without a name
        (f"وسبق لمنسق الجبهة سمير حداد أن أكد أن {SAID}.", "سمير حداد"),
        (f"وسبق لمصدر مسؤول في الوزارة أن أكد أن {SAID}.", "مصدر مسؤول في الوزارة"),
        (f"{SAID}، وفقا لوزير الصناعة سمير حداد.", "سمير حداد"),
        # a time between the verb and its subject
        (f"وأعلنت أمس السبت عدة أحزاب سياسية أن {SAID}.", "عدة أحزاب سياسية"),
        # participles and verbs that describe with a preposition
        (f"وقال المصدر المقرب من اللاعب إن {SAID}.", "المصدر المقرب من اللاعب"),
        (f"وقال برلمانيون ينتمون إلى الأغلبية إن {SAID}.", "برلمانيون ينتمون إلى الأغلبية"),
        (f"وقالت البرلمانية المنتمية إلى الفريق الجديد إن {SAID}.", "البرلمانية المنتمية إلى الفريق الجديد"),
        # hyphens in names, unknown first names after a place or «الدكتورة», ranks
        (f"وقال الباحث الكوري كيم مو-جين إن {SAID}.", "كيم مو-جين"),
        (f"وقال المدير الإداري لقوافل قفصة معزوز الحداد إن {SAID}.", "معزوز الحداد"),
        (f"وقالت الدكتورة وجدانة عبدالرزاق إن {SAID}.", "وجدانة عبدالرزاق"),
        # what is no name and no part of one
        (f"وقال المبعوث الفرنسي ثلاثة أيام قبل ذلك إن {SAID}.", "المبعوث الفرنسي"),
        (f"وحذر سمير الحداد الجامعة العربية من أن {SAID}.", "سمير الحداد"),
        (f"ودعت الإدارة سائقي الحافلات إلى العودة، مؤكدة أن {SAID}.", "الإدارة"),
        (f"وصل سمير حداد. وأكد حداد للوفد الرسمي أن {SAID}.", "حداد"),
        (f"وحثت شركة «الفجر» مشتركيها على العودة، مؤكدة أن {SAID}.", "شركة «الفجر»"),
        # adjectives of a group that are also its name, foreign words with the shape of a verb
        (f"وقالت لجنة الشؤون الخارجية إن {SAID}.", "لجنة الشؤون الخارجية"),
        (f"وقال مدرب مانشستر يونايتد إن {SAID}.", "مدرب مانشستر يونايتد"),
        # «والذين» takes up the noun before it
        (f"وجاء الرد في مواجهة الجمهوريين، الذين يشكلون الأغلبية، والذين حذروا من أن {SAID}.", "الجمهوريين"),
        # a person who is a source goes on speaking, a measure is no source
        (f"وتمنى المدير التوفيق للجميع، بحسب ما أكد مصدر قريب منه، مشيرا إلى أن {SAID}.", "مصدر قريب منه"),
        (f"قال الوزير إن {MORE}. ونعين الأطباء حسب الشواغر. وأضاف أن {SAID}.", "الوزير"),
        # ranks, «بان», a body after «لـ»
        (f"وقال اللفتنانت كولونيل سمير حداد إن {SAID}.", "سمير حداد"),
        (f"{SAID}، بحسب الأمين العام للأمم المتحدة بان كي مون.", "بان كي مون"),
        (f'وذكر الموقع الرسمي لـ"مكتبة المدينة" أن {SAID}.', 'الموقع الرسمي لـ"مكتبة المدينة"'),
        # the subject of the first verb of the sentence, not its object
        (f"وأكد المدير أن {MORE}. بدوره استعرض سمير حداد بعضا من الصور، كما أكد أن {SAID}.", "سمير حداد"),
        (f"في المقابل وسمت كاميليا العديد بالجهل، ورسمت صورة سيئة عن المدينة، وقالت إن {SAID}.", "كاميليا"),
        (f"شنت هيلاري كلينتون أمس هجوما وقالت إن {SAID}.", "هيلاري كلينتون"),
        # names end before «بال…» and before an accusative; a feminine title is the object of a masculine verb
        (f"وطالب المستشارة الألمانية أنجيلا كامل بالعودة. وقال رئيس الحزب سمير حداد بالأمس إن {SAID}.", "سمير حداد"),
        (f"تلقى الأمير سمير حداد اتصالا هاتفيا. وقال حداد إن {SAID}.", "حداد"),
        (f"وقال الوزير إن {MORE}. وطالب المستشارة الألمانية بانسحاب القوات.", "الوزير"),
        # a participle with its own subject
        (f"وجرى خلال الاستقبال بحث الأوضاع، مؤكدا وزير الدفاع أن {SAID}.", "وزير الدفاع"),
        # how somebody speaks, plural verbs, objects in the plural
        (f"وصل سمير حداد أمس. وأضاف حداد ضاحكا أن {SAID}.", "حداد"),
        (f"وأكد جنود تخرجوا أمس أن {SAID}.", "جنود"),
        (f"واستعرض السفير الإصلاحات الكبيرة، معبرا عن أن {SAID}.", "السفير"),
        # a nickname in marks
        (f"انتقادات «الزعيم» طالت الجميع، بقوله إن {SAID}.", "الزعيم"),
        # an institute inside an institute
        (f"ورأى منسق البحث في مركز «الفجر» في معهد المدينة (إم إي تي)، كريم كامل، أن {SAID}.", "كريم كامل"),
        # from whom a paper learnt it
        (f"وعلمت صحيفة الفجر من مصادر في الوزارة أن {SAID}.", "مصادر في الوزارة"),
        # a name that is also a verbal noun
        (f"وأكدت الدكتورة أمنيات حداد أن {SAID}.", "أمنيات حداد"),
        # whose pronoun the verb has
        (f"وقال فؤاد كامل إن {MORE}. من جانبه، اقترح سمير حداد أفكارا وصفها بأنها مفيدة.", "سمير حداد"),
        # nobody else has been named
        (f"تداولت صفحات جديدة، أمس، صورة ادعت أن {SAID}.", "صفحات جديدة"),
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
        # a member of a group is somebody named before
        (
            f"وقالت نادية كامل، نائبة عن فريق الفجر، إن {SAID}. وأوضحت عضو فريق حزب الفجر الجديد بالمجلس أن {MORE}.",
            ["نادية كامل"] * 2,
        ),
        # the source that was introduced last, a first name after a definite title, a name after a verb
        (
            f"قال سمير حداد إن {SAID}. ونفى مصدر في الوزارة ذلك أمس. وأوضح المصدر أن {MORE}.",
            ["سمير حداد", "مصدر في الوزارة"],
        ),
        (f"وصل المدرب البرتغالي جوزيفو مورينيو. وقال مورينيو إن {SAID}.", ["جوزيفو مورينيو"]),
        (f"شنت هيلاري كلينتون هجوما. وقالت هيلاري كلينتون إن {SAID}.", ["هيلاري كلينتون"]),
        # «منه» by the description that says of whom
        (
            f"وقال مصدر مقرب منه إن {SAID}. وأكد المصدر المقرب من اللاعب الدولي السابق أن {MORE}.",
            ["المصدر المقرب من اللاعب الدولي السابق"] * 2,
        ),
        # the only one with such a title, an unknown name between commas
        (
            f"استقبل فؤاد كامل، رئيس المجلس، كابيير دوموكو رويز، سفير كوبا. وقال السفير الجديد إن {SAID}.",
            ["كابيير دوموكو رويز"],
        ),
        (
            f"قال سمير حداد، رئيس اللجنة، إن {SAID}. وزير المالية السابق، قام بزيارة المدينة، وقال إن {MORE}.",
            ["سمير حداد"] * 2,
        ),
        # a body by the start of its name
        (
            f"قالت الأمانة العامة لحزب الفجر إن {SAID}. وأضافت الأمانة العامة للتنظيم السياسي المذكور أن {MORE}.",
            ["الأمانة العامة لحزب الفجر"] * 2,
        ),
        # the outlet goes on where its gender tells it from its source
        (f"نقلت وكالة الفجر عن شهود أن {SAID}. وأضافت أن {MORE}.", ["شهود", "وكالة الفجر"]),
        (f"قال الوزير إن {SAID}، وفقا لصحيفة الفجر. وقالت إن {MORE}.", ["الوزير", "صحيفة الفجر"]),
        # «عدد من» is plural
        (
            f"قالت الوزارة إن {SAID}. وأفاد عدد من الجنود بأن {MORE}، كما أشاروا إلى أن الأمر انتهى.",
            ["الوزارة", "عدد من الجنود", "عدد من الجنود"],
        ),
        # an office that is also a first name, a nationality before a last name, a noun before one
        (
            f"اقترح قيس الحداد أمين عام الحزب خطة. وقال الحداد إن {SAID}.",
            ["قيس الحداد"] * 2,
        ),
        (f"فاز العداء مايكل جونسون أمس. وقال الأمريكي جونسون إن {SAID}.", ["مايكل جونسون"]),
        # dates are no part of a name
        (f"أقرت اليونسكو 21 مارس يوما للشعر، مؤكدة أن {SAID}.", ["اليونسكو"]),
        # the subject of a comment
        (f"وأعلنت الحكومة الأمر، وهو ما اتخذه الجيش مبررا للرفض، قائلا إن {SAID}.", ["الجيش"]),
        # other names of a body
        (
            f"هاجمت حركة تحرير الدلتا (مند) الأنبوب. وقالت مند إن {SAID}.",
            ["حركة تحرير الدلتا"],
        ),
        (f"اجتمعت الحكومة الألمانية أمس. وقالت برلين إن {SAID}.", ["الحكومة الألمانية"]),
        (f"وقالت برلين إن {SAID}.", ["برلين"]),
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


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("الدكتور سمير حداد، مدير المركز،", "مدير المركز"),
        ("الدكتور سمير حداد مدير المركز", "مدير المركز"),
        ("مدير المركز الدكتور سمير حداد", "مدير المركز"),
        ("مدير المركز اللواء سمير حداد", "مدير المركز"),
        ("سمير حداد الأمين العام للحزب", "الأمين العام للحزب"),
        ("الدكتور سمير حداد", "الدكتور"),
    ],
)
def test_role_is_the_office(source: str, role: str) -> None:
    (quotation,) = extract(f"وقال {source} إن {SAID}.")
    assert (quotation.speaker_name, quotation.speaker_role) == ("سمير حداد", role)


def test_role_after_preposition() -> None:
    (quotation,) = extract(f"{SAID}، وفقا لوزير الصناعة سمير حداد.")
    assert (quotation.speaker_name, quotation.speaker_role) == ("سمير حداد", "وزير الصناعة")


def test_phrase_is_the_same_with_every_limit() -> None:
    sentence = "قال المدير العام سمير حداد إن"
    assert names(f"{sentence} {SAID}. {sentence} {MORE}. {sentence}: «الأمر انتهى أمس».") == ["سمير حداد"] * 3
