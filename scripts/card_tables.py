"""What a model reads from the speaker alone: the test quotations again with the name hidden, and with names of each camp in its place.

Example: ``python scripts/bias.py models/withdrawal --corpus ../shared/corpus``

Prints a Markdown table; with ``--card`` it goes into the model's card.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from stance.benchmarks.withdrawal import load_withdrawal
from stance.predict import StanceClassifier
from stance.schema import STANCES
from stance.training.card import replace_section

TITLE = "What it reads from the speaker"
# Two well-known speakers a camp, and one whom nobody knows.
SWAPS = {
    "an American president": ("باراك أوباما", "الرئيس الأميركي"),
    "a US general": ("ديفيد بترايوس", "قائد القوات الأميركية"),
    "an Iraqi prime minister": ("نوري المالكي", "رئيس الوزراء العراقي"),
    "a leader of an Iraqi faction": ("قيس الخزعلي", "الأمين العام لعصائب أهل الحق"),
    "an Iranian official": ("حسن روحاني", "الرئيس الإيراني"),
    "a resident": ("أبو أحمد", "أحد سكان المدينة"),
}


def variants(rows: list[dict[str, Any]]) -> Mapping[str, list[dict[str, Any]]]:
    """Ask the same rows with other speakers.

    :param rows: The rows.
    :return: What was done → rows.
    """
    made = {"as written": rows, "hidden": [{**row, "speaker": None, "role": None} for row in rows]}
    return made | {
        f"swapped for {who}": [{**row, "speaker": name, "role": role} for row in rows]
        for who, (name, role) in SWAPS.items()
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--card", action="store_true", help="also write the table into the model's card")
    arguments = parser.parse_args()
    items = load_withdrawal(arguments.corpus)[0]["test"]
    keys = ("quotation", "target", "speaker", "role", "context", "cue")
    rows = [{key: getattr(item, key) for key in keys} for item in items]
    gold = [STANCES.index(item.label) for item in items]
    classifier = StanceClassifier.load(arguments.model)
    first = classifier.predict_rows(rows).argmax(axis=1)
    lines = [
        f"The {len(rows)} test quotations again with other speakers (`python scripts/bias.py`): a name that moves many answers to one side is read as one.",
        "",
        "| speaker | other answer | macro-F1 | favor / against / none |",
        "|---|---:|---:|---|",
    ]
    for name, asked in variants(rows).items():
        found = classifier.predict_rows(asked).argmax(axis=1)
        counts = " / ".join(str(int((found == stance).sum())) for stance in range(len(STANCES)))
        moved, score = float(np.mean(found != first)), f1_score(gold, found, average="macro")
        lines.append(f"| {name} | {100 * moved:.1f} % | {100 * score:.1f} | {counts} |")
    print("\n".join(lines))
    if arguments.card:
        card = arguments.model / "README.md"
        card.write_text(replace_section(card.read_text(encoding="utf-8"), TITLE, "\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
