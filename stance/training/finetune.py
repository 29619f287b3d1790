"""Fine-tuning from top to bottom: rows → runs over seeds and folds → one model with its calibration.

A run folder holds ``config.yaml``, ``environment.json``, ``data.json`` (counts and hashes), a folder a seed (and fold)
with ``best/``, ``metrics.json`` and ``predictions.*.jsonl``, ``metrics.json`` over all of them, and ``model/``, which
``scripts/export.py`` turns into a model folder. A run that was killed goes on where it was when started again.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_model
from transformers import EvalPrediction, TrainingArguments, set_seed

from stance import dataset
from stance.encoding import PairEncoder
from stance.schema import STANCES
from stance.training.augment import augment
from stance.training.averaging import WeightAverage
from stance.training.config import ConfigError, TrainConfig
from stance.training.examples import StanceExamples, class_weights
from stance.training.hardware import choose_bf16, use_cpu
from stance.training.model import build_network, load_tokenizer, make_collator
from stance.training.runs import Part, open_run, read_soft_labels, write_json, write_predictions
from stance.training.scores import score_by_source, selection_score
from stance.training.splits import Loader, Row, Splits, fingerprint, make_folds, make_splits, read_rows
from stance.training.summary import summarise
from stance.training.trainer import METRIC, EarlyStop, StanceTrainer

Array = NDArray[np.float64]


def train(config: TrainConfig, load: Loader | None = None) -> dict[str, Any]:
    """Train everything that the configuration asks for.

    :param config: The configuration.
    :param load: Gives the rows; ``None`` takes ``stance.dataset``.
    :return: The content of the run's ``metrics.json``.
    :raises ConfigError: If data or encoder do not fit the configuration.
    """
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    splits = make_splits((load or load_rows)(config), config)
    tokenizer = load_tokenizer(config)
    main = TrainingArguments(output_dir=str(config.folder), report_to="none", use_cpu=use_cpu()).process_index == 0
    folder = open_run(config, fingerprint(splits), write=main)
    parts = make_parts(config, splits, folder)
    for part in parts:
        if not (part.folder / "metrics.json").exists():
            train_part(config, part, tokenizer)
    if not main:
        return {}
    return summarise(config, parts, folder, tokenizer)


def load_rows(config: TrainConfig) -> dict[str, list[Row]]:
    """Ask ``stance.dataset`` for the sources of a configuration.

    :param config: Sources and folders.
    :return: Split → rows.
    :raises ConfigError: If files are missing or damaged.
    """
    try:
        found = dataset.load_rows(config.sources, benchmarks=config.benchmarks, corpus=config.corpus)
    except (ValueError, OSError) as error:
        raise ConfigError(f"sources: {error}") from error
    return {split: list(rows) for split, rows in found.items()}


def make_parts(config: TrainConfig, splits: Splits, folder: Path) -> list[Part]:
    """List the trainings of a run: every seed, times every fold.

    :param config: Seeds and folds.
    :param splits: The split.
    :param folder: The run folder.
    :return: The trainings in order.
    """
    folds = make_folds(splits, config) if config.folds else [splits]
    parts = []
    for seed in config.seeds:
        for number, fold in enumerate(folds):
            name = f"seed-{seed}" + (f"/fold-{number}" if config.folds else "")
            parts.append(Part(seed, number if config.folds else None, folder / name, fold))
    return parts


def train_part(config: TrainConfig, part: Part, tokenizer: Any) -> None:
    """Train one seed (and fold), from its last checkpoint if there is one; predict dev and what is held out.

    :param config: The configuration.
    :param part: Seed, fold and data.
    :param tokenizer: The run's tokenizer.
    """
    set_seed(part.seed)
    network = build_network(config, tokenizer)
    encoder = PairEncoder(tokenizer.backend_tokenizer, config.encoding)
    train_set, dev_set = training_examples(config, part, encoder), StanceExamples(part.splits["dev"], encoder).sort()
    arguments = training_arguments(config, part, train_set)
    average = WeightAverage(network, config.ema, config.swa) if config.ema or config.swa else None
    checkpoint = last_checkpoint(part.folder)
    if checkpoint is None:
        shutil.rmtree(part.folder / "best", ignore_errors=True)

    def measure(prediction: EvalPrediction) -> dict[str, float]:
        best = dev_set.by_row(np.asarray(prediction.predictions)).argmax(1)
        return {METRIC: selection_score(dev_set.rows, best.tolist(), config.select_on)}

    trainer = StanceTrainer(
        model=network,
        args=arguments,
        config=config,
        seed=part.seed,
        average=average,
        train_dataset=train_set,
        eval_dataset=dev_set,
        data_collator=make_collator(config, tokenizer, network),
        processing_class=tokenizer,
        compute_metrics=measure,
        callbacks=[EarlyStop(part.folder / "best", config.patience), *([average] if average else [])],
    )
    result = trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    trainer.accelerator.wait_for_everyone()
    load_model(network.stance, part.folder / "best" / "model.safetensors")  # type: ignore[arg-type]
    metrics: dict[str, Any] = {
        "seed": part.seed,
        "fold": part.fold,
        "steps": trainer.state.global_step,
        "seconds": round(result.metrics.get("train_runtime", 0.0), 1),
        "bf16": arguments.bf16,
        "training_rows": len(train_set.rows),
        "training_windows": len(train_set),
        "history": [entry for entry in trainer.state.log_history if f"eval_{METRIC}" in entry],
    }
    held_out = ["dev"] + (["test"] if config.test or config.folds else [])
    for name in held_out:
        rows, logits = predict_rows(trainer, dev_set if name == "dev" else part.splits["test"], encoder)
        if rows and trainer.is_world_process_zero():
            write_predictions(part.folder / f"predictions.{name}.jsonl", rows, logits)
            metrics[name] = score_by_source(rows, logits.argmax(1).tolist())
            if name == "dev":
                metrics["selection"] = selection_score(rows, logits.argmax(1).tolist(), config.select_on)
    if trainer.is_world_process_zero():
        if not config.keep_checkpoints:
            for path in part.folder.glob("checkpoint-*"):
                shutil.rmtree(path)
        write_json(part.folder / "metrics.json", metrics)
    trainer.accelerator.wait_for_everyone()


def training_examples(config: TrainConfig, part: Part, encoder: PairEncoder) -> StanceExamples:
    """Augment, weigh and tokenise the training rows.

    :param config: Augmentation, class weights, soft labels.
    :param part: Seed and data.
    :param encoder: Builds the windows.
    :return: The training set.
    :raises ConfigError: If an unlabelled row has no soft label.
    """
    rows: list[Row] = augment(part.splits["train"], config, part.seed)
    weights = class_weights(rows, config.class_weights)
    soft = read_soft_labels(config.soft_labels) if config.soft_labels else {}
    if config.unlabelled:
        extra: list[Row] = [{**row, "stance": None} for row in read_rows(config.unlabelled)]
        if missing := [str(row["id"]) for row in extra if str(row["id"]) not in soft]:
            raise ConfigError(f"{config.unlabelled}: {len(missing)} rows have no soft label, for instance {missing[0]}")
        rows, weights = rows + extra, weights + [1.0] * len(extra)
    return StanceExamples(rows, encoder, weights, soft)


def training_arguments(config: TrainConfig, part: Part, train_set: StanceExamples) -> TrainingArguments:
    """Translate the configuration for the transformers Trainer.

    :param config: The configuration.
    :param part: Seed and folder.
    :param train_set: Its size decides how often dev is scored.
    :return: The arguments.
    """
    windows = sum(config.source_weights.get(train_set.rows[row]["source"], 1.0) for row in train_set.rows_of)
    on_cpu = use_cpu()
    arguments = TrainingArguments(
        output_dir=str(part.folder),
        num_train_epochs=config.epochs,
        max_steps=config.max_steps,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=config.batch_size * 2,
        gradient_accumulation_steps=config.gradient_accumulation,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        warmup_steps=config.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        bf16=choose_bf16(config.bf16, on_cpu),
        use_cpu=on_cpu,
        seed=part.seed,
        data_seed=part.seed,
        eval_strategy="steps",
        save_strategy="steps",
        save_total_limit=1,
        logging_strategy="steps",
        logging_steps=50,
        label_names=["labels"],
        remove_unused_columns=False,
        dataloader_num_workers=config.workers,
        report_to="none",
    )
    steps = windows / (config.batch_size * config.gradient_accumulation * max(1, arguments.world_size))
    every = max(1, math.floor(steps / config.evals_per_epoch))
    if config.max_steps > 0:
        every = min(every, config.max_steps)
    arguments.eval_steps = arguments.save_steps = every
    return arguments


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last checkpoint that was written to its end (the state comes last).

    :param folder: Folder of a training.
    :return: The checkpoint's folder.
    """
    found = [path for path in folder.glob("checkpoint-*") if (path / "trainer_state.json").exists()]
    return max(found, key=lambda path: int(path.name.split("-")[-1]), default=None)


def predict_rows(
    trainer: StanceTrainer, data: StanceExamples | Sequence[Row], encoder: PairEncoder
) -> tuple[list[Row], Array]:
    """Predict rows with the trainer's model.

    :param trainer: Holds the model.
    :param data: Rows, or a sorted dataset of them.
    :param encoder: Builds the windows.
    :return: Rows, and their log-probabilities (rows, 3).
    """
    examples = data if isinstance(data, StanceExamples) else StanceExamples(data, encoder).sort()
    if not examples.rows:
        return [], np.zeros((0, len(STANCES)))
    # The trainer's own measure knows the rows of dev alone.
    measure, trainer.compute_metrics = trainer.compute_metrics, None
    output = trainer.predict(examples)  # type: ignore[arg-type]
    trainer.compute_metrics = measure
    return examples.rows, examples.by_row(np.asarray(output.predictions))
