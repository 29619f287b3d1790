"""The tables of a model's card that need test quotations: what is read from the speaker alone, and which answers are wrong.

Example: ``python scripts/card_tables.py models/withdrawal --corpus ../shared/corpus``

Asks the test quotations again with the name hidden and with names of each camp in its place, and lists the quotations of the five shipped
articles that are not answered as labelled. Prints Markdown; with ``--card`` it goes into the model's card.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from stance.benchmarks.withdrawal import load_withdrawal
from stance.dataset.real import load_gold
from stance.predict import StanceClassifier
from stance.schema import STANCES
from stance.training.card import replace_section

SPEAKERS, WRONG = "What it reads from the speaker", "The five articles, read row by row"
SHOWN = 60
# Well-known speakers of each camp, and one whom nobody knows.
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


def speaker_table(classifier: StanceClassifier, corpus: Path) -> str:
    """Score the test quotations under every variant of their speakers.

    :param classifier: The model.
    :param corpus: Folder of the corpus files.
    :return: Markdown.
    """
    items = load_withdrawal(corpus)[0]["test"]
    keys = ("quotation", "target", "speaker", "role", "context", "cue")
    rows = [{key: getattr(item, key) for key in keys} for item in items]
    gold = [STANCES.index(item.label) for item in items]
    lines = [
        f"The {len(rows)} test quotations again with other speakers (`python scripts/card_tables.py`): a name that moves many answers to one side is read as one.",
        "",
        "| speaker | other answer | macro-F1 | favor / against / none |",
        "|---|---:|---:|---|",
    ]
    first = None
    for name, asked in variants(rows).items():
        found = classifier.predict_rows(asked).argmax(axis=1)
        first = found if first is None else first
        counts = " / ".join(str(int((found == stance).sum())) for stance in range(len(STANCES)))
        moved, score = float(np.mean(found != first)), f1_score(gold, found, average="macro")
        lines.append(f"| {name} | {100 * moved:.1f} % | {100 * score:.1f} | {counts} |")
    return "\n".join(lines)


def wrong_rows(classifier: StanceClassifier) -> str:
    """List the quotations of the five articles that are not answered as labelled.

    :param classifier: The model.
    :return: Markdown.
    """
    rows = load_gold().splits["train"]
    answers = [STANCES[i] for i in classifier.predict_rows(rows).argmax(axis=1)]
    wrong = [(row, answer) for row, answer in zip(rows, answers, strict=True) if row["stance"] != answer]
    lines = [
        f"Of the {len(rows)} quotations of the five shipped articles, asked with their gold spans and speakers, {len(rows) - len(wrong)} are answered as labelled (`python scripts/card_tables.py`). "
        "These are not (a circle: the label itself is disputable):",
        "",
        "| article: characters | label | answer | quotation |",
        "|---|---|---|---|",
    ]
    for row, answer in wrong:
        label = row["stance"] if row["clear"] else f"{row['stance']} ○"
        begin = " ".join(row["quotation"].split())[:SHOWN].strip()
        lines.append(f"| {row['id']} | {label} | {answer} | {begin}… |")
    return "\n".join(lines)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--card", action="store_true", help="also write the tables into the model's card")
    arguments = parser.parse_args()
    classifier = StanceClassifier.load(arguments.model)
    tables = {WRONG: wrong_rows(classifier), SPEAKERS: speaker_table(classifier, arguments.corpus)}
    card = arguments.model / "README.md"
    for title, table in tables.items():
        print(f"## {title}\n\n{table}\n")
        if arguments.card:
            card.write_text(replace_section(card.read_text(encoding="utf-8"), title, table), encoding="utf-8")


if __name__ == "__main__":
    main()
