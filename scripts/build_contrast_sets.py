"""Build the contrast sets that differ in form only, or in the target's direction: ``python scripts/build_contrast_sets.py``.

The quotations in ``stance/annotations/contrast/sources`` and the sets on negation, reported wishes and other targets are
written by hand; a seed chooses here what each of the other sets takes from them.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from stance.annotations.shipped import CONTRAST, read_jsonl, write_jsonl
from stance.schema import DEFAULT_TARGET, STANCES

Row = dict[str, Any]
SEED = 20243
INVERTED_TARGET = "بقاء القوات الأميركية وقوات التحالف الدولي في العراق"
INVERTED_STANCE = {"favor": "against", "against": "favor", "none": "none"}
MARKS = {"none": ("", ""), "guillemets": "«»", "curly": "“”", "curly_reversed": "”“", "straight": '""', "single": "‹›"}
LENGTHS = (50, 200, 800)

# Words that have one reading only wherever they stand in the sources; case endings stay out.
VOCALISED = dict(
    pair.split("=")
    for pair in """القوات=القُوّات قوات=قُوّات العراق=العِراق الأميركية=الأمِيرْكِيّة التحالف=التَّحالُف في=فِي إلى=إِلى
    على=عَلى الذي=الَّذِي التي=الَّتِي الذين=الَّذِينَ هذا=هٰذا هذه=هٰذِهِ لن=لَن لم=لَم ليس=لَيْسَ حتى=حَتّى عن=عَن
    داعش=داعِش بغداد=بَغْداد واشنطن=واشِنْطُن الأجنبية=الأجْنَبِيّة البلاد=البِلاد الجيش=الجَيْش المنطقة=المِنْطَقة
    خروج=خُرُوج رحيل=رَحِيل بقاء=بَقاء الدولة=الدَّوْلة التنظيم=التَّنْظِيم لأن=لِأَنّ سنوات=سَنَوات""".split()
)
_WORD = re.compile(r"\w+")
_FINAL_YA = re.compile("ي(?![\\w\u064b-\u0652])")
# Letters that join the next one; tatweel may follow them.
_JOINING = "بتثجحخسشصضطظعغفقكلمنهي"
_LIGATURES = ("لا", "لأ", "لإ", "لآ")


def diacritics(text: str) -> str:
    """Write vowels on the words whose reading is certain."""
    return _WORD.sub(lambda word: VOCALISED.get(word[0], word[0]), text)


def tatweel(text: str) -> str:
    """Stretch each third word that has room for it."""
    seen = 0

    def stretch(match: re.Match[str]) -> str:
        nonlocal seen
        word = match[0]
        room = (i for i in range(1, len(word) - 1) if word[i] in _JOINING and word[i : i + 2] not in _LIGATURES)
        at = next((i + 1 for i in room), None)
        if at is None or len(word) < 4:
            return word
        seen += 1
        return f"{word[:at]}ــ{word[at:]}" if seen % 3 == 1 else word

    return _WORD.sub(stretch, text)


def without_hamza(text: str) -> str:
    """Write every alef bare."""
    return text.translate(str.maketrans("أإآ", "ااا"))


def final_letters(text: str) -> str:
    """Write ta marbuta as ha and final ya without dots."""
    return _FINAL_YA.sub("ى", text).replace("ة", "ه")


def arabic_digits(text: str) -> str:
    """Write digits in their Arabic-Indic form."""
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "diacritics": diacritics,
    "tatweel": tatweel,
    "hamza": without_hamza,
    "final_letters": final_letters,
    "digits": arabic_digits,
}


def choose(rows: Iterable[Row], name: str, wanted: dict[str, int]) -> list[Row]:
    """Choose rows of each stance by seed.

    :param rows: Source rows.
    :param name: Name of the set, so that each set draws by itself.
    :param wanted: Stance → number.
    :return: The chosen rows in their own order.
    :raises ValueError: If there are too few of a stance.
    """
    pool = list(rows)
    chosen: list[str] = []
    for stance in STANCES:
        ids = [row["id"] for row in pool if row["stance"] == stance]
        if len(ids) < wanted[stance]:
            raise ValueError(f"{name} asks for {wanted[stance]} rows with stance {stance}, {len(ids)} are fit for it")
        chosen += random.Random(f"{SEED} {name} {stance}").sample(ids, wanted[stance])
    return [row for row in pool if row["id"] in chosen]


def item(row: Row, variant: str, **changes: Any) -> Row:
    """Make an item of a set: the source row with what the variant changes."""
    kept = {key: row[key] for key in ("quotation", "speaker", "role")}
    names = {"id": f"{row['id']}-{variant}", "pair": row["id"], "variant": variant}
    return {**names, **kept, "target": DEFAULT_TARGET, "stance": row["stance"], **changes}


def target_inverted(base: Sequence[Row]) -> list[Row]:
    """Ask about leaving and about staying: favor and against change places, none stays."""
    rows = []
    for row in choose(base, "target_inverted", {"favor": 55, "against": 55, "none": 40}):
        rows.append(item(row, "leaving"))
        rows.append(item(row, "staying", target=INVERTED_TARGET, stance=INVERTED_STANCE[row["stance"]]))
    return rows


def spelling(base: Sequence[Row]) -> list[Row]:
    """Spell each quotation in several ways; quotations with digits come first, as only they have that variant."""
    letters = [spell for name, spell in SPELLINGS.items() if name != "digits"]
    fit = [row for row in base if all(spell(row["quotation"]) != row["quotation"] for spell in letters)]
    digits = [row for row in fit if arabic_digits(row["quotation"]) != row["quotation"]]
    counts = {stance: sum(row["stance"] == stance for row in digits) for stance in STANCES}
    total = {"favor": 18, "against": 18, "none": 14}
    with_digits = choose(digits, "spelling digits", {s: min(counts[s], total[s] // 2) for s in STANCES})
    left = {s: total[s] - sum(row["stance"] == s for row in with_digits) for s in STANCES}
    others = choose((row for row in fit if row not in digits), "spelling", left)
    rows = []
    for row in with_digits + others:
        rows.append(item(row, "original"))
        for name, spell in SPELLINGS.items():
            text = spell(row["quotation"])
            if text != row["quotation"]:
                rows.append(item(row, name, quotation=text))
    return rows


def marks(base: Sequence[Row]) -> list[Row]:
    """Put each quotation inside every kind of marks and in none."""
    fit = [row for row in base if not set("«»“”\"'‹›") & set(row["quotation"])]
    chosen = choose(fit, "marks", {"favor": 18, "against": 18, "none": 12})
    return [item(row, name, quotation=row["quotation"].join(pair)) for row in chosen for name, pair in MARKS.items()]


def around(sentence: str, words: int, filler: Sequence[str], rng: random.Random) -> str:
    """Set a sentence in the midst of other news.

    :param sentence: The sentence.
    :param words: Least number of words of the whole.
    :param filler: Sentences on other things, in all long enough.
    :param rng: Orders them.
    :return: The text.
    """
    before: list[str] = []
    after: list[str] = []
    count = len(sentence.split())
    for number, other in enumerate(rng.sample(filler, len(filler))):
        if count >= words:
            break
        (after if number % 2 else before).append(other)
        count += len(other.split())
    return " ".join([*before, sentence, *after])


def length(base: Sequence[Row], filler: Sequence[str]) -> list[Row]:
    """Leave the quotation as it is and give it ever more context."""
    rng = random.Random(f"{SEED} length")
    rows = []
    for row in choose(base, "length", {"favor": 22, "against": 22, "none": 16}):
        rows.append(item(row, "alone"))
        for words in LENGTHS:
            rows.append(item(row, str(words), context=around(row["sentence"], words, filler, rng)))
    return rows


def speaker_masked(base: Sequence[Row]) -> list[Row]:
    """Take the speaker away, or give the words to one of another camp.

    Those who decide are left out, as their words weigh differently, and so are words that only their speaker can say or
    that from another mouth would only report what others want (``own`` in the sources).
    """
    rng = random.Random(f"{SEED} speakers")
    fit = [row for row in base if row["camp"] != "decider" and not row["own"]]
    rows = []
    for row in choose(fit, "speaker_masked", {"favor": 30, "against": 30, "none": 24}):
        other = rng.choice([donor for donor in fit if donor["camp"] != row["camp"]])
        rows.append(item(row, "original"))
        rows.append(item(row, "masked", speaker=None, role=None))
        rows.append(item(row, "swapped", speaker=other["speaker"], role=other["role"]))
    return rows


def build(sources: Path) -> dict[str, list[Row]]:
    """Build the sets.

    :param sources: Folder with ``base.jsonl`` and ``filler.txt``.
    :return: Name of the set → items.
    """
    base = [row for _, row in read_jsonl(sources / "base.jsonl")]
    filler = (sources / "filler.txt").read_text(encoding="utf-8").split("\n")
    sets = {f.__name__: f(base) for f in (target_inverted, spelling, marks, speaker_masked)}
    return {**sets, "length": length(base, [line for line in filler if line.strip()])}


def main() -> None:
    """Build the sets from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=CONTRAST / "sources")
    parser.add_argument("--output", type=Path, default=CONTRAST)
    arguments = parser.parse_args()
    for name, rows in build(arguments.sources).items():
        write_jsonl(arguments.output / f"{name}.jsonl", rows)
        print(f"{name}: {len(rows)} items")


if __name__ == "__main__":
    main()
