"""The card of a data set that a user built, in the form of the Hugging Face hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stance.benchmarks.card import cards
from stance.dataset.public import NAMES
from stance.dataset.rows import Missing, Splits
from stance.schema import STANCES

_OURS = {
    "gold": "every quotation of the five shipped articles, two annotators and an adjudicator",
    "corpus": "quotations of corpus articles annotated in full; train is their dev half",
    "withdrawal": "real quotations on foreign forces that stay or leave",
    "targets": "real quotations on other targets; held-out targets are in test only",
    "written": "quotations on withdrawal written for this project",
    "written_targets": "quotations on other targets written for this project",
}


def dataset_card(splits: Splits, missing: Sequence[Missing], left_out: Sequence[str]) -> str:
    """Describe a built data set.

    :param splits: Rows by split.
    :param missing: Documents that were not found.
    :param left_out: Sources that could not be loaded, one line each.
    :return: The card as Markdown with a YAML head.
    """
    names = [f"  - split: {split}\n    path: {split}.parquet" for split, rows in splits.items() if rows]
    lines = ["---", "language: ar", "task_categories: [text-classification]", "tags: [stance-detection, quotations]"]
    lines += [
        "configs:",
        "- config_name: default",
        "  data_files:",
        *names,
        "---",
        "",
        "# Arabic stance of quotations",
        "",
    ]
    lines += ["Where the source of a quotation stands on a target: favor, against or none.", ""]
    lines += ["| source | split | rows | favor | against | none | unclear |", "|---|---|---|---|---|---|---|"]
    for split, rows in splits.items():
        for source in sorted({row["source"] for row in rows}):
            part = [row for row in rows if row["source"] == source]
            stances = Counter(row["stance"] for row in part)
            cells = " | ".join(str(stances[stance]) for stance in STANCES)
            unclear = sum(row["clear"] is False for row in part)
            lines.append(f"| {source} | {split} | {len(part)} | {cells} | {unclear} |")
    present = {row["source"] for rows in splits.values() for row in rows}
    lines += ["", "## Sources", "", *(f"- **{name}**: {text}" for name, text in _OURS.items() if name in present)]
    known = cards()
    for name in NAMES:
        if name in present:
            card = known[name]
            lines.append(f"- **{name}**: {card.title}, {card.revision()}. Licence: {card.licence}. {card.citation}")
    lines += ["", "## Columns", ""]
    lines += [
        "`target` `quotation` `speaker` `role` `context` (the sentence before) `cue` (the reporting verb or phrase) are what a model may read; `stance` is the label."
    ]
    lines += [
        "`clear` is false where a careful second annotator could well choose another label. `start` and `end` are code points of"
    ]
    lines += [
        "the article. `sentiment` and `sarcasm` (Mawqif) are labels of other tasks: feeding them to a model is a shortcut.",
        "",
    ]
    lines += ["## Limits", ""]
    lines += [
        "Texts of the corpus and of the public sets belong to their publishers and authors: do not redistribute this folder."
    ]
    lost = sum(item.quotations for item in missing)
    lines += [
        f"{lost} labelled quotations are left out because {len(missing)} documents were not found (`missing.json`)."
    ]
    lines += [f"Not included: {line}" for line in left_out]
    return "\n".join(lines) + "\n"
