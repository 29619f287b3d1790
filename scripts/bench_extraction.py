"""Measure how long the extraction of quotations takes: an article at 1, 10 and 100 times its length, and texts made to be slow.

python scripts/bench_extraction.py
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import stance
from stance.quotations import extract

ARTICLES = Path(stance.__file__).parent / "annotations" / "articles"
MEGABYTE = 1_000_000


def adversarial() -> Iterator[tuple[str, str]]:
    """Yield texts of one megabyte (UTF-8) that would make a backtracking or quadratic extractor hang."""
    units = {
        "opening marks": "«",
        "closing marks": "»",
        "alternating marks": "«»",
        "marks with spaces": "« » ",
        "straight marks": '" ',
        "quoted letters": "«ا» ",
        "nested marks": "«ا ",
        "unclosed straight marks": ' "ا',
        "cues": "قال ",
        "cues with clauses": "وقال إن ",
        "participles": "مشيرا إلى أن ",
        "cues with subjects": "قال الوزير ",
        "colons": "قال: ",
        "headlines": "الوزير: نعم\n",
        "sources": "بحسب الوزير ",
        "sources in one sentence": "انتهى الأمر، بحسب الوزير، ",
        "one sentence without an end": "قال الوزير إن العمل بدأ، ",
        "nested statements": "قال إن الوزير قال إن ",
        "quoted statements": "قال: «لقد بدأ العمل كما وعدنا أمس». ",
        "the same last name": "قال الوزير علي حسن إن العمل بدأ. وقال حسن إن العمل بدأ. ",
        "many names": "قال المدير أحمد {} إن العمل بدأ. ",
        "complementisers": "أن ",
        "commas": "، ",
        "newlines": "\n",
        "diacritics": "\u064b",
        "one word": "ا",
    }
    for name, unit in units.items():
        size = len(unit.encode())
        count = MEGABYTE // size
        if "{}" in unit:
            yield name, "".join(unit.format("".join(chr(0x0628 + int(d)) for d in str(i))) for i in range(count))
        else:
            yield name, unit * count


def seconds(text: str) -> tuple[float, int]:
    """Return the processor time that one extraction takes and how many quotations it finds."""
    start = time.process_time()
    found = len(extract(text))
    return time.process_time() - start, found


def main() -> None:
    """Print the table."""
    extract("قال الوزير إن العمل بدأ.")
    text = max((path.read_text(encoding="utf-8") for path in ARTICLES.glob("*.txt")), key=len)
    print(f"{'text':<32}{'characters':>12}{'quotations':>12}{'seconds':>10}{'chars/s':>12}")
    rows = [(f"article × {times}", (text + "\n") * times) for times in (1, 10, 100)]
    for name, sample in [*rows, *adversarial()]:
        taken, found = seconds(sample)
        print(f"{name:<32}{len(sample):>12,}{found:>12,}{taken:>10.3f}{len(sample) / taken:>12,.0f}")


if __name__ == "__main__":
    main()
