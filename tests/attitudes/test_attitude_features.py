import pytest

from stance.attitudes.features import BLOCKS, WITHIN, attitudes, blocks, cue_concepts
from stance.attitudes.subjects import asks_for_leaving, named, speaks_of_others
from stance.encoding import Reading
from stance.schema import DEFAULT_TARGET


def reading(
    quotation: str, cue: str | None = None, speaker: str | None = None, target: str = DEFAULT_TARGET
) -> Reading:
    return Reading(target, quotation, speaker, None, None, cue)


@pytest.mark.parametrize(
    ("quotation", "cue", "side"),
    [
        ("نرفض بقاء القوات الأجنبية في بلادنا", None, "for leaving"),
        ("نطالب بخروج القوات الأجنبية", None, "for leaving"),
        ("بقاء القوات الأجنبية", "رفض", "for leaving"),
        ("انسحاب القوات سيؤدي إلى كارثة", None, "for staying"),
        ("نريد بقاء القوات الأجنبية", None, "for staying"),
        ("انسحاب القوات الأميركية", "حذر من", "for staying"),
        ("لا نطالب برحيل القوات", None, "for staying"),
    ],
)
def test_the_verdict_follows_attitude_event_and_negation(quotation, cue, side):
    found = attitudes(reading(quotation, cue))
    assert side in found
    assert ({"for leaving", "for staying"} - {side}).isdisjoint(found)


def test_what_says_nothing_about_the_forces_has_no_verdict():
    found = attitudes(reading("نطالب بخفض أسعار الخضار"))
    assert {"for leaving", "for staying"}.isdisjoint(found)


def test_ending_and_sending_need_forces_beside_them():
    assert "for leaving" in attitudes(reading("نطالب بإنهاء وجود القوات"))
    assert not any(feature.startswith("leaving") for feature in attitudes(reading("نطالب بإنهاء الدوام الصيفي")))
    assert "for staying" in attitudes(reading("ندعم إرسال قوات إضافية"))


def test_concepts_far_apart_do_not_stand_together():
    near, far = "نرفض بقاء", "نرفض " + "كتاب " * (WITHIN + 1) + "بقاء"
    assert "rejection then staying, next" in attitudes(reading(near))
    assert "rejection then staying" not in attitudes(reading(far))


def test_the_cue_and_the_kind_of_speaker_are_read():
    found = attitudes(reading("بقاء القوات", "رفض", "وزير الدفاع"))
    assert found["cue rejection, staying"] == found["government speaks of staying"] == 1
    assert cue_concepts(None) == {"absent"}
    assert cue_concepts("قال") == {"plain"}


def test_an_empty_quotation_has_every_block():
    assert set(blocks(reading(""))) == set(BLOCKS)


def test_spelling_does_not_matter():
    assert blocks(reading("نطالب بإنهاء الوجود الأجنبيّ")) == blocks(reading("نطالب بانهاء الوجـود الاجنبي"))


@pytest.mark.parametrize(
    ("target", "leaving"),
    [
        (DEFAULT_TARGET, True),
        ("بقاء القوات الأميركية في سوريا", True),
        ("يجب أن تنسحب القوات الأجنبية من ليبيا", True),
        ("إغلاق القواعد الأميركية", True),
        ("انسحاب الإمارات من منظمة أوبك", False),
        ("رفع الدعم عن المحروقات", False),
        ("", False),
    ],
)
def test_only_targets_about_forces_are_asked(target, leaving):
    assert asks_for_leaving(target) is leaving


def test_countries_and_armies_are_told_apart():
    assert named("القوات التركية في شمال العراق") == ({"iraq"}, {"turkish"})
    assert named("تنفيذ الخطة المالية يمنع العبث") == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("quotation", "others"),
    [
        ("سنبقى في الكويت", True),
        ("سنبقى في العراق كما في الكويت", False),
        ("سنبقى", False),
        ("على القوات التركية أن تغادر", True),
    ],
)
def test_what_is_said_of_another_country_or_army_is_seen(quotation, others):
    assert speaks_of_others(reading(quotation)) is others
