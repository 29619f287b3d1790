"""Many trainings → one summary and one model with its calibration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_model

from stance.encoding import PairEncoder
from stance.schema import STANCES
from stance.training.averaging import average_models
from stance.training.calibrate import calibrate
from stance.training.config import TrainConfig
from stance.training.examples import Collator, StanceExamples
from stance.training.hardware import use_cpu
from stance.training.model import StanceNetwork, build_network, make_collator
from stance.training.runs import Part, read_predictions, write_json, write_predictions
from stance.training.scores import MEASURES, score_by_source
from stance.training.splits import Row

Array = NDArray[np.float64]


def run_network(
    network: StanceNetwork, rows: Sequence[Row], encoder: PairEncoder, collator: Collator, batch_size: int
) -> tuple[list[Row], Array]:
    """Predict rows in this process alone, without a trainer: others of a distributed run may have ended.

    :param network: The network.
    :param rows: Rows.
    :param encoder: Builds the windows.
    :param collator: Builds the batches.
    :param batch_size: Windows in a batch.
    :return: Rows, and their log-probabilities (rows, 3).
    """
    examples = StanceExamples(rows, encoder).sort()
    if not examples.rows:
        return [], np.zeros((0, len(STANCES)))
    device = "cpu" if use_cpu() else torch.accelerator.current_accelerator()
    network = network.to(device).eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(examples), batch_size):
            batch = collator(examples.examples[start : start + batch_size])
            read = {
                name: batch[name].to(device)
                for name in ("input_ids", "attention_mask", "token_type_ids")
                if name in batch
            }
            parts.append(network(**read)["logits"].float().cpu().numpy())
    return examples.rows, examples.by_row(np.concatenate(parts))


def summarise(config: TrainConfig, parts: Sequence[Part], folder: Path, tokenizer: Any) -> dict[str, Any]:
    """Put the parts together: mean and spread over seeds, the model to export, its calibration.

    :param config: The configuration.
    :param parts: Finished trainings.
    :param folder: The run folder.
    :param tokenizer: Saved with the model.
    :return: The content of ``metrics.json``.
    """
    done = {part.folder: json.loads((part.folder / "metrics.json").read_text(encoding="utf-8")) for part in parts}
    summary: dict[str, Any] = {"name": config.name, "seeds": config.seeds, "folds": config.folds}
    summary["seconds"] = sum(metrics["seconds"] for metrics in done.values())
    for split in ("dev", "test"):
        by_seed = {}
        for seed in config.seeds:
            files = [part.folder / f"predictions.{split}.jsonl" for part in parts if part.seed == seed]
            pooled = [read_predictions(path) for path in files if path.exists()]
            if rows := [row for lines, _ in pooled for row in lines]:
                best = np.concatenate([logits for _, logits in pooled]).argmax(1)
                by_seed[seed] = score_by_source(rows, best.tolist())
        if by_seed:
            summary["cross_validated" if config.folds and split == "test" else split] = _spread(by_seed)
    selection = {
        seed: float(np.mean([done[p.folder]["selection"] for p in parts if p.seed == seed])) for seed in config.seeds
    }
    summary["selection"] = selection
    summary["best_seed"] = max(selection, key=lambda seed: selection[seed])
    chosen = [part for part in parts if part.seed == summary["best_seed"] or config.average == "seeds"]
    if not config.folds or config.average != "none":
        summary["model"] = save_final_model(config, chosen, folder, tokenizer)
    write_json(folder / "metrics.json", summary)
    return summary


def _spread(by_seed: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Mean, standard deviation and single values over seeds of every measure of every source."""
    first = next(iter(by_seed.values()))
    result: dict[str, Any] = {}
    for source in first:
        result[source] = {"n": first[source]["n"]}
        for measure in MEASURES:
            values = [scores[source][measure]["value"] for scores in by_seed.values()]
            deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
            result[source][measure] = {"mean": float(np.mean(values)), "sd": deviation, "values": values}
        result[source]["by_seed"] = {str(seed): scores[source] for seed, scores in by_seed.items()}
    return result


def save_final_model(config: TrainConfig, chosen: Sequence[Part], folder: Path, tokenizer: Any) -> dict[str, Any]:
    """Write the model to export: the best seed's, or the average of several; with its calibration on dev.

    :param config: The configuration.
    :param chosen: The trainings whose models go in.
    :param folder: The run folder.
    :param tokenizer: Saved with the model.
    :return: How it was made, scores and calibration on dev.
    """
    target = folder / "model"
    network: StanceNetwork = build_network(config, tokenizer)
    stance: Any = network.stance
    if len(chosen) == 1:
        load_model(stance, chosen[0].folder / "best" / "model.safetensors")
    else:
        average_models([part.folder / "best" for part in chosen], stance)
    stance.save_pretrained(target)
    tokenizer.save_pretrained(target)
    # Only rows that none of the chosen models was trained on may tell anything about the result.
    trained = {str(row["id"]) for part in chosen for row in part.splits["train"]}
    rows = [row for row in chosen[0].splits["dev"] if str(row["id"]) not in trained]
    encoder = PairEncoder(tokenizer.backend_tokenizer, config.encoding)
    collator = make_collator(config, tokenizer, network)
    rows, logits = run_network(network, rows, encoder, collator, config.batch_size * 2)
    labels = [STANCES.index(row["stance"]) for row in rows]
    # The threshold answers for the sources that the model is chosen by, not for whatever else it learns from.
    fitted = [i for i, row in enumerate(rows) if not config.select_on or row["source"] in config.select_on]
    calibration = calibrate(logits[fitted], [labels[i] for i in fitted], config.coverage)
    result = {
        "from": [str(part.folder.relative_to(folder)) for part in chosen],
        "dev": score_by_source(rows, logits.argmax(1).tolist()) if rows else {},
        "calibration": calibration.to_dict(),
    }
    if rows:
        write_predictions(folder / "predictions.dev.jsonl", rows, logits)
    if config.test and chosen[0].splits["test"] and not config.folds:
        tested, scores = run_network(network, chosen[0].splits["test"], encoder, collator, config.batch_size * 2)
        write_predictions(folder / "predictions.test.jsonl", tested, scores)
        result["test"] = score_by_source(tested, scores.argmax(1).tolist())
    settings = {"name": config.name, "labels": list(STANCES), **config.encoding.to_dict()}
    settings |= {"temperature": calibration.temperature, "threshold": calibration.threshold}
    write_json(target / "stance.json", settings)
    return result
