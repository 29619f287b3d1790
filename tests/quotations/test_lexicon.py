"""Every entry of the lexicon is used by an example: its own, or the sentence of its list."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest
import yaml

from stance.quotations import extract
from stance.quotations.lexicon import load
from stance.quotations.tokens import key

DATA = yaml.safe_load(files("stance.quotations").joinpath("lexicon.yaml").read_text(encoding="utf-8"))
BASE = "المفاوضات انتهت أمس"


def contents(text: str) -> list[str]:
    return [quotation.content.text for quotation in extract(text)]


def speaker(text: str) -> str | None:
    quotations = extract(text)
    return quotations[0].speaker.text if quotations and quotations[0].speaker else None


def name(text: str) -> str | None:
    quotations = extract(text)
    return quotations[0].speaker_name if quotations else None


def kind(text: str) -> str | None:
    quotations = extract(text)
    return quotations[0].kind if quotations else None


def to(word: str) -> str:
    """Prefix «to»."""
    return word if word.startswith("لل") else ("لل" + word[2:] if word.startswith("ال") else "ل" + word)


@pytest.mark.parametrize(
    "entry", DATA["verbs"] + DATA["source_phrases"], ids=lambda e: e.get("past") or e.get("phrase")
)
def test_example_of_entry(entry: dict) -> None:
    expected = re.search(r"\[(.*)\]", entry["example"]).group(1)
    assert expected in contents(entry["example"].replace("[", "").replace("]", ""))


TRAITS: dict[str, Callable[[dict], bool]] = {
    "trailing": lambda e: contents(f"بدأ العمل أمس في المدينة القديمة، {e['present']} الوزير.") == ["بدأ العمل أمس في المدينة القديمة"],
    "bare_clause": lambda e: kind(f"و{e['past']} الوزير الجديد لقد بدأ العمل أمس في المدينة.") == "direct",
    "impersonal": lambda e: contents(f"و{e['present']} أن {BASE}.") == [],
    "passive": lambda e: contents(f"و{e['present']} افتتاح المهرجان لحظة خاصة.") == [],
    "noun_like": lambda e: contents(f"وصل الوزير لزيادة الدعم و{e['past']} الجمهور على العمل.") == [],
    "denying": lambda e: contents(f"ولم {e['present'].rstrip('ىي')} الوزير أن {BASE}.") == [BASE],
    "condemning": lambda e: contents(f"{e['past']} الحزب الجديد الجريمة التي وقعت.") == ["الجريمة التي وقعت"],
    "deeming": lambda e: contents(f"رحبت الوزارة ببدء العمل، و{e['past']}ته خطوة مهمة.")[1:] == ["خطوة مهمة"],
}  # fmt: skip


@pytest.mark.parametrize("trait", sorted(TRAITS))
def test_every_trait(trait: str) -> None:
    verbs = [entry for entry in DATA["verbs"] if trait in entry.get("traits", ())]
    assert verbs
    assert [entry["past"] for entry in verbs if not TRAITS[trait](entry)] == []


def test_every_trait_has_its_rule() -> None:
    assert {trait for entry in DATA["verbs"] for trait in entry.get("traits", ())} == set(TRAITS)


LISTS: dict[str, Callable[[str], bool]] = {
    "not_sources": lambda w: contents(f"يسير العمل في هذا المصنع وفق {w} الوزارة.") == [],
    "ba_words": lambda w: contents(f"تعهد الوزير في {w} بانسحاب القوات.") == ["بانسحاب القوات"],
    "allegations": lambda w: contents(f"نفى المدرب سمير حداد ال{w} التي وصلت.") == [f"ال{w} التي وصلت"],
    "wishes": lambda w: contents(f"تمنى الوزير سمير حداد {w} في العمل.") == [f"{w} في العمل"],
    "blame": lambda w: contents(f"حمّل الوزير الشركة {w} التأخير.") == [f"{w} التأخير"],
    "places": lambda w: contents(f"{w}: افتتاح مهرجان جديد أمس مساء.") == [] and contents(f"{w}: لن نعود إلى هناك.") == ["لن نعود إلى هناك"],
    "doing": lambda w: contents(f"قال الوزير إن {BASE}، {w} كلام المدير في المدينة.")[0] == BASE,
    "not_accusatives": lambda w: contents(f"قال الوزير إن المدينة قديمة، {w} من الناس كل يوم.") == [f"المدينة قديمة، {w} من الناس كل يوم"],
    "questions": lambda w: contents(f"وتساءل الوزير {w} بدأ العمل في المدينة.") == [f"{w} بدأ العمل في المدينة"],
    "after_ma": lambda w: contents(f"انتهت المفاوضات أمس، وفق ما {w} في المدينة.") == ["انتهت المفاوضات أمس"],
    "conjunctions_with_an": lambda w: contents(f"قال الوزير {w} أن يغادر.") == [],
    "clause_openers": lambda w: contents(f"قال الوزير إن {BASE} {w} أكد المدير أن الاتفاق قريب.")[0] == BASE,
    "events": lambda w: speaker(f"قال الوزير في {w} الجديد إن {BASE}.") == "الوزير",
    "event_prepositions": lambda w: speaker(f"قال سمير حداد {w} الأمر إن {BASE}.") == "سمير حداد",
    "weekdays": lambda w: speaker(f"قال الوزير {w} إن {BASE}.") == "الوزير",
    "outlets": lambda w: speaker(f"قال الوزير {to(w)} إن {BASE}.") == "الوزير",
    "audiences": lambda w: speaker(f"قال الوزير {to(w)} إن {BASE}.") == "الوزير",
    "titles_person": lambda w: name(f"قال {w} الشركة سمير حداد إن {BASE}.") == "سمير حداد",
    "titles_group": lambda w: speaker(f"قالت {w} العليا إن {BASE}.") == f"{w} العليا",
    "titles_document": lambda w: speaker(f"قالت {w} العليا إن {BASE}.") == f"{w} العليا",
    "anonymous": lambda w: name(f"قال {w} لم يذكر اسمه إن {BASE}.") == w,
    "given_names": lambda w: name(f"قال الوزير {w} الحداد إن {BASE}.") == f"{w} الحداد",
    "object_nouns": lambda w: w in ("أن", "ما", "كل") or contents(f"رفض الوزير {w} المفاوضات.") == [f"{w} المفاوضات"],
    "name_nouns": lambda w: kind(f"قال الوزير إن {w} «الفجر» لا بد منه.") == "indirect",
    "known_names": lambda w: kind(f"قال الوزير إن «{w}» عاد إلى العمل.") == "indirect",
    "relatives": lambda w: speaker(f"جاء الوزير سمير حداد {w} {'قالت' if w == 'التي' else 'قال'} إن {BASE}.") == "سمير حداد",
    "quantifiers": lambda w: speaker(f"دعا الوزير {w} الزملاء إلى العودة.") == "الوزير",
    "issued": lambda w: name(f"ذكر {w} الوزارة أن {BASE}.") == "الوزارة",
    "amounts": lambda w: speaker(f"قال {w} من النواب إن {BASE}.") == f"{w} من النواب",
    "qualifiers": lambda w: not (name(f"قال الوزير العراقي {w} إن {BASE}.") == w),
    "honorifics": lambda w: name(f"قال الوزير سمير حداد إن {BASE}. وأضاف {w} أن الاتفاق قريب.") == "سمير حداد",
    "sides": lambda w: speaker(f"من {w} الوزير قال إن {BASE}.") == "الوزير",
    "labels": lambda w: contents(f"{w}: صور جديدة من المدينة القديمة.") == [],
    "fields": lambda w: name(f"قال المستشار العسكري ل{w} الدفاع سمير حداد إن {BASE}.") == "سمير حداد",
    "authored": lambda w: speaker(f"وفق مقال {w} سمير حداد، فإن {BASE}.") == "سمير حداد",
    "common_nouns": lambda w: speaker(f"وصف رئيس الحكومة السابق {w} الأمر بأنها بعيدة.") == "رئيس الحكومة السابق",
    "offices": lambda w: "سمير" not in str(extract(f"قال الطبيب سمير حداد إن {BASE}. وقال ال{w} إن الأمر انتهى.")[1].speaker_name),
    "waw_words": lambda w: contents(f"{w} بعيدة عن المدينة القديمة، بحسب الوزير.")[0].startswith(w),
    "waw_names": lambda w: name(f"قال الوزير {w} حداد إن {BASE}.") == f"{w} حداد",
    "not_deeds": lambda w: contents(f"أعلن الوزير {w} في المدينة.") == [],
    "clause_starts": lambda w: contents(f"وقال الوزير {w} نذهب إلى المدينة البعيدة غدا صباحا.") == [f"{w} نذهب إلى المدينة البعيدة غدا صباحا"],
    "identity": lambda w: speaker(f"قال مسؤول طلب عدم ذكر {w} إن {BASE}.") == "مسؤول",
    "same": lambda w: name(f"قال الوزير سمير حداد إن {BASE}. وقال المصدر {w} إن الأمر انتهى.") == "سمير حداد",
    "adverbs": lambda w: contents(f"طالب الوزير {'بال' + w[2:] if w.startswith('ال') else 'ب' + w} بانسحاب القوات.") == ["بانسحاب القوات"],
    "predicates": lambda w: speaker(f"قال سمير حداد {w} الأمر إن {BASE}.") == "سمير حداد",
    "holders": lambda w: speaker(f"قال ال{w} في بغداد إن {BASE}.") == f"ال{w}",
    "humans": lambda w: extract(f"قال سمير حداد إن {BASE}. وقال {w} إن الأمر انتهى.")[1].speaker_name == "سمير حداد",
    "aspects": lambda w: contents(f"كشف مصدر كبير {w} توقيف المدير.") == [],
    "statements": lambda w: contents(f"بدأ العمل رغم {w} الوزارة بأن {BASE}.") == [BASE],
    "contains": lambda w: contents(f"وجه الوزير رسالة إلى المدير {w} أن {BASE}.") == [BASE],
    "courtesy": lambda w: extract(f"قال {w} سمير حداد، مدير المركز، إن {BASE}.")[0].speaker_role == "مدير المركز",
    "protests": lambda w: contents(f"قال الوزير إن {BASE}. وفي المدينة {w} أهلها شعارات منها «لا للحرب».") == [BASE, "لا للحرب"],
    "plain_adjectives": lambda w: speaker(f"قالت الوزارة ال{w} إن {BASE}.") == f"الوزارة ال{w}",
    "countries": lambda w: speaker(f"واحتفظت {w} بحقوق العودة، مؤكدة أن {BASE}.") == w,
    "counted": lambda w: speaker(f"وقال المبعوث الفرنسي {w} قبل ذلك إن {BASE}.") == "المبعوث الفرنسي",
    "represents": lambda w: speaker(f"وقال {w} عن محافظة بغداد إن {BASE}.") == f"{w} عن محافظة بغداد",
    "near": lambda w: speaker(f"وقال المصدر ال{w} من اللاعب إن {BASE}.") == f"المصدر ال{w} من اللاعب",
    "belonging": lambda w: speaker(f"وقال برلمانيون {w} إلى الأغلبية إن {BASE}.") == f"برلمانيون {w} إلى الأغلبية",
    "foreign": lambda w: speaker(f"وقال مدرب مانشستر {w} إن {BASE}.") == f"مدرب مانشستر {w}",
    "ministers": lambda w: speaker(f"وقال {w} المالية في بغداد إن {BASE}.") == f"{w} المالية",
    "kin": lambda w: extract(f"قال الوزير سمير حداد إن {BASE}. وقال {w} الشهيد إن الأمر انتهى.")[1].speaker_name == f"{w} الشهيد",
    "members": lambda w: extract(f"قال سمير حداد إن {BASE}. وقال {w} فريق حزب الفجر الجديد بالمجلس إن الأمر انتهى.")[1].speaker_name == "سمير حداد",
    "leaders": lambda w: extract(f"قال الوزير سمير حداد إن {BASE}. وقال {w} الحزب إن الأمر انتهى.")[1].speaker_name == "سمير حداد",
    "ranks": lambda w: extract(f"قال مدير المركز {w} سمير حداد إن {BASE}.")[0].speaker_role == "مدير المركز",
    "reports": lambda w: speaker(f"بدأ العمل وسط {w} أفادت بأن {BASE}.") == w,
    "wording": lambda w: speaker(f"{BASE}، وفق {w} الوزير.") == "الوزير",
    "slogans": lambda w: contents(f"قال الوزير إن {BASE}. وردد أهل المدينة {w} «لا للحرب».") == [BASE, "لا للحرب"],
    "invoked": lambda w: contents(f"غادر الوزير، سائلا {w} أن يحفظ المدينة.") == ["يحفظ المدينة"],
    "after_names": lambda w: speaker(f"قال الوزير سمير حداد {w} هناك إن {BASE}.") == "سمير حداد",
    "former": lambda w: extract(f"قال سمير حداد، رئيس اللجنة، إن {BASE}. وقال وزير المالية {w} إن الأمر انتهى.")[1].speaker_name == "سمير حداد",
    "manner": lambda w: speaker(f"وصل سمير حداد أمس. وأضاف حداد {w} أن {BASE}.") == "حداد",
    "regions": lambda w: name(f"قال النائب عن {w} الفجر سمير حداد إن {BASE}.") == "سمير حداد",
    "times": lambda w: name(f"كانت وزارة المالية أعلنت {w} الأزمة أن {BASE}.") == "وزارة المالية",
    "conditional": lambda w: contents(f"قال الوزير «إن {w} هناك اتفاق فسوف نعلنه».")[0].startswith("إن"),
    "name_titles": lambda w: speaker(f"قال سمير {w} حداد إن {BASE}.") == f"سمير {w} حداد",
    "not_forms": lambda w: load().form(key(w)) is None or load().form(key(w)).prefix == 1,
}  # fmt: skip


@pytest.mark.parametrize("rule", sorted(LISTS))
def test_every_word_of_list(rule: str) -> None:
    group, _, part = rule.partition("_")
    words = DATA["titles"][part] if group == "titles" else DATA[rule]
    assert words
    assert [word for word in words if not LISTS[rule](str(word))] == []


def test_every_list_has_its_rule() -> None:
    lists = {
        name for name in DATA if name not in ("verbs", "source_phrases", "breaks", "page_lines", "titles", "capitals")
    }
    assert lists | {f"titles_{part}" for part in DATA["titles"]} == set(LISTS)


@pytest.mark.parametrize(
    ("capital", "adjective"), [(capital, word) for capital, words in DATA["capitals"].items() for word in words]
)
def test_capital_stands_for_its_government(capital: str, adjective: str) -> None:
    assert name(f"اجتمعت الحكومة {adjective} أمس. وقالت {capital} إن {BASE}.") == f"الحكومة {adjective}"


@pytest.mark.parametrize("words", DATA["breaks"], ids=" ".join)
def test_break_ends_quotation(words: list[str]) -> None:
    assert contents(f"قال الوزير إن {BASE}، {' '.join(words)} كلام كثير في المدينة.")[0] == BASE


@pytest.mark.parametrize("words", DATA["page_lines"], ids=" ".join)
def test_page_line_is_not_quoted(words: list[str]) -> None:
    assert contents(f"{' '.join(words)}: قال الوزير إن {BASE}") == []


@pytest.mark.parametrize(
    ("form", "past", "agreement"),
    [
        ("وقالت", "قال", "3fs"), ("فقالوا", "قال", "3mp"), ("سيقول", "قال", "3ms"), ("ويقولون", "قال", "3mp"), ("قالتا", "قال", "3fd"),
        ("نفت", "نفى", "3fs"), ("ونفوا", "نفى", "3mp"), ("دعت", "دعا", "3fs"), ("دعوا", "دعا", "3mp"), ("رأت", "رأى", "3fs"),
        ("مشيرين", "أشار", "3mp"), ("ومؤكدةً", "أكد", "3fs"), ("قائلًا", "قال", "3ms"), ("أبلغوه", "أبلغ", "3mp"),
        ("قوله", "قال", "3ms"), ("وقولها", "قال", "3fs"), ("ويعتبران", "اعتبر", "3md"),
    ],
)  # fmt: skip
def test_inflection(form: str, past: str, agreement: str) -> None:
    found = load().form(key(form))
    assert found is not None
    assert (found.verb.past, found.agreement) == (past, agreement)


@pytest.mark.parametrize("word", ["قالب", "كتاب", "مدينة", "وزير", "ال", "و", "بيت"])
def test_other_words_are_no_verbs(word: str) -> None:
    assert load().form(key(word)) is None
