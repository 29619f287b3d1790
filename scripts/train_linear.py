"""Fit the linear model that stands beside the encoder, choose its share on dev, and put it into a model folder.

Example, after ``scripts/export.py``: ``python scripts/train_linear.py models/withdrawal --corpus ../shared/corpus``

Share, temperature and abstention threshold are fitted on the dev rows of the real quotations, by a linear model that has seen the train
rows only; the one that is saved has seen both. The table printed is of those dev rows. Test rows are never read.
``python scripts/train_linear.py --cross-validate --corpus ../shared/corpus`` prints instead, on all real quotations of train and dev by folds over
articles, what each block of features is worth.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from stance.attitudes.features import BLOCKS
from stance.attitudes.linear import Mix
from stance.backends.folder import LINEAR, read_json
from stance.evaluation.calibration import ece, fit_temperature
from stance.evaluation.intervals import Array, Interval
from stance.predict import StanceClassifier
from stance.schema import STANCES
from stance.training.calibrate import fit_threshold
from stance.training.card import replace_section
from stance.training.config import TrainConfig
from stance.training.export import write_settings
from stance.training.finetune import load_rows
from stance.training.linear import WEIGHTS, choose_mix, cross_validate, fit, turned
from stance.training.scores import score
from stance.training.splits import Row, make_splits

COVERAGE = 0.8
TITLE = "The linear model beside the encoder"
ABSTAINING = (
    "Below a confidence of {:.3f} the model abstains, whatever the target: so it answers 80 % of these dev rows. The threshold under "
    "«Calibration» is the encoder's alone."
)


def load_splits(corpus: Path) -> dict[str, list[Row]]:
    """Load the rows and hold back dev as the training of the encoder did.

    :param corpus: Folder of the corpus files.
    :return: ``train``, and ``dev`` without written quotations: what is fitted there shall hold for real ones.
    """
    sources = list(WEIGHTS)
    config = TrainConfig(name="linear", encoder="none", sources=sources, select_on=["withdrawal"], corpus=str(corpus))
    made = make_splits(load_rows(config), config)
    return {"train": made["train"], "dev": [row for row in made["dev"] if row["source"] != "written"]}


def encoder_alone(folder: Path) -> StanceClassifier:
    """Load a model without the linear one that it may have by now, which is taken out of the folder.

    :param folder: The model folder.
    :return: The classifier.
    """
    (folder / LINEAR).unlink(missing_ok=True)
    write_settings(folder, {key: value for key, value in read_json(folder / "stance.json").items() if key != "linear"})
    return StanceClassifier.load(folder)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", help="folder of an exported model; it is changed")
    parser.add_argument("--cross-validate", action="store_true", help="print what each block of features is worth")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--share", type=float, help="share of the linear model; chosen on dev where it is not given")
    arguments = parser.parse_args()
    rows = load_splits(arguments.corpus)
    if arguments.cross_validate:
        ablate(rows)
        return
    if arguments.model is None:
        parser.error("name the folder of an exported model, or --cross-validate")
    dev, gold = rows["dev"], np.array([STANCES.index(row["stance"]) for row in rows["dev"]])
    by_encoder = encoder_alone(arguments.model).predict_rows(dev)
    by_linear = turned(fit(rows["train"]), dev)
    share = arguments.share if arguments.share is not None else choose_mix(by_linear, by_encoder, gold)
    mix = Mix(share, fit_temperature(Mix(share)(by_linear, by_encoder), gold))
    mixed = mix(by_linear, by_encoder)
    settings = read_json(arguments.model / "stance.json") | {"threshold": fit_threshold(mixed, COVERAGE)}
    if share > 0:
        fit([*rows["train"], *dev]).save(arguments.model / LINEAR)
        settings |= {"linear": {"share": mix.share, "temperature": mix.temperature}}
    write_settings(arguments.model, settings)
    answers = {"encoder": by_encoder, "linear": by_linear, f"both, {share:.0%} linear": mixed}
    card = arguments.model / "README.md"
    body = describe(answers, rows["train"], dev, gold, mix) + "\n\n" + ABSTAINING.format(settings["threshold"])
    card.write_text(replace_section(card.read_text(encoding="utf-8"), TITLE, body), encoding="utf-8")
    show(answers, dev, gold)


def describe(answers: Mapping[str, Array], train: list[Row], dev: list[Row], gold: np.ndarray, mix: Mix) -> str:
    """Write the section of the card.

    :param answers: System → probabilities on dev.
    :param train: The rows that the linear model was fitted on before dev was added.
    :param dev: The dev rows.
    :param gold: Their labels.
    :param mix: The chosen mix.
    :return: Markdown.
    """
    counts = Counter(row["source"] for row in train)
    lines = [
        "About forces that leave or stay, the encoder's answer is mixed with that of a linear model (`linear.npz`, made by "
        "`scripts/train_linear.py`): words, letters and",
        "the concepts of `stance/attitudes/lexicon.yaml`. It was fitted on "
        + ", ".join(f"{count} rows of {source}" for source, count in sorted(counts.items()))
        + f" and on {len(dev)} dev rows;",
        f"share {mix.share:.1f} and temperature {mix.temperature:.2f} were chosen on dev by a model that had not seen it, so this table flatters:",
        "",
        "| dev | macro-F1 | accuracy | negative log-likelihood | ECE |",
        "|---|---|---|---:|---:|",
    ]
    return "\n".join(lines + ["| " + " | ".join([name, *figures(p, dev, gold)]) + " |" for name, p in answers.items()])


def ablate(rows: Mapping[str, list[Row]]) -> None:
    """Print scores by folds over the articles of the real quotations, block by block.

    :param rows: The splits.
    """
    real = [row for part in rows.values() for row in part if row["source"] == "withdrawal"]
    others = [row for part in rows.values() for row in part if row["source"] != "withdrawal"]
    gold = np.array([STANCES.index(row["stance"]) for row in real])
    uses = [("words",), ("words", "letters"), ("attitudes",), BLOCKS]
    show({" + ".join(use): cross_validate(real, others, use=use) for use in uses}, real, gold)


def show(answers: Mapping[str, Array], rows: list[Row], gold: np.ndarray) -> None:
    """Print scores with 95 % intervals by article bootstrap.

    :param answers: System → probabilities.
    :param rows: The rows.
    :param gold: Their labels.
    """
    table = Table("system", "macro-F1", "accuracy", "negative log-likelihood", "ECE", title=f"{len(rows)} quotations")
    for name, probabilities in answers.items():
        table.add_row(name, *figures(probabilities, rows, gold))
    Console(width=120).print(table)


def figures(probabilities: Array, rows: list[Row], gold: np.ndarray) -> list[str]:
    """Score answers.

    :param probabilities: The answers (n, 3).
    :param rows: The rows.
    :param gold: Their labels.
    :return: Macro-F1 and accuracy with intervals, negative log-likelihood, ECE in per cent.
    """
    found = score(rows, probabilities.argmax(axis=1).tolist())
    loss = -np.log(np.maximum(probabilities[np.arange(len(gold)), gold], 1e-9)).mean()
    cells = [Interval(**found[measure]).percent() for measure in ("macro_f1", "accuracy")]
    return [*cells, f"{loss:.3f}", f"{100 * ece(probabilities, gold):.1f}"]


if __name__ == "__main__":
    main()
