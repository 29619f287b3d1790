"""Probe encoders: ``python scripts/probe.py ENCODER… --corpus DIR [--finetune ans,mawqif --seeds 5 --benchmarks DIR] [-o FILE]``.

Prints one row an encoder and writes JSON. ``untrained`` and ``embeddings:FILE.npy`` stand for a fresh BERT of the first
encoder's shape, with noise or with the given embeddings.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from transformers import AutoModelForMaskedLM, AutoTokenizer

from stance.training import corpus, probes
from stance.training.config import load_config
from stance.training.finetune import train

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = {"ans": ("accuracy", "macro_f1"), "mawqif": ("f_avg",)}


def fresh(shape_of: Path, embeddings: str | None, folder: Path) -> Path:
    """Save an untrained encoder of another one's shape."""
    torch.manual_seed(0)
    like = AutoModelForMaskedLM.from_pretrained(shape_of)
    model = AutoModelForMaskedLM.from_config(like.config)
    if embeddings:
        with torch.no_grad():
            model.get_input_embeddings().weight.copy_(torch.from_numpy(np.load(embeddings)))
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(shape_of).save_pretrained(folder)
    return folder


def fine_tune(encoder: Path, source: str, seeds: int, benchmarks: Path, output: str) -> dict[str, Any]:
    """Fine-tune on one benchmark's train split, choose on its dev, and return the scores on its test."""
    overrides = [
        f"name=probe-{source}-{encoder.name}",
        f"encoder={encoder}",
        f"benchmarks={benchmarks}",
        f"seeds={list(range(1, seeds + 1))}",
        f"output={output}",
    ]
    summary = train(load_config(ROOT / "configs" / f"probe-{source}.yaml", overrides))
    return {measure: summary["test"][source][measure] for measure in OFFICIAL[source]}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoders", nargs="+")
    parser.add_argument("--corpus", type=Path, required=True, help="folder made by scripts/prepare_corpus.py")
    parser.add_argument("--finetune", default="", help="ans, mawqif or both with a comma")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--benchmarks", type=Path)
    parser.add_argument("--runs", default="runs/probes", help="folder for the fine-tuning runs")
    parser.add_argument("-o", "--out", type=Path)
    arguments = parser.parse_args()
    prepared = corpus.load(arguments.corpus)
    results: dict[str, dict[str, Any]] = {}
    shape_of = next(Path(e) for e in arguments.encoders if Path(e).is_dir())
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.encoders:
            label = "embeddings-only" if name.startswith("embeddings:") else Path(name).name
            folder = Path(name)
            if not folder.is_dir():
                folder = fresh(shape_of, name.partition(":")[2] or None, Path(scratch) / label)
            model, tokenizer = probes.load_encoder(folder)
            found: dict[str, Any] = {"pairs": probes.contrast_pairs(model, tokenizer)}
            found |= probes.masked_words(model, tokenizer, prepared)
            for source in filter(None, arguments.finetune.split(",")):
                found[source] = fine_tune(folder, source, arguments.seeds, arguments.benchmarks, arguments.runs)
            results[label] = found
            if arguments.out:
                arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    table = Table("encoder", *next(iter(results.values())))
    for label, found in results.items():
        cells = []
        for value in found.values():
            if "accuracy" in value and "se" in value:
                cells.append(f"{100 * value['accuracy']:.1f} ± {100 * value['se']:.1f}")
            else:
                cells.append(" / ".join(f"{100 * v['mean']:.1f} ± {100 * (v['sd'] or 0):.1f}" for v in value.values()))
        table.add_row(label, *cells)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
