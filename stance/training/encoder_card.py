"""The model card of a pretrained encoder, generated from its run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.training.pretrain_config import PretrainConfig
from stance.training.subject import SUBJECT

_HEAD = """---
license: apache-2.0
language: ar
library_name: transformers
pipeline_tag: fill-mask
---
# {name}

A BERT for Arabic news, pretrained from nothing by the `stance` project: {layers} layers × {hidden}, {heads} heads, {parameters:.1f} M parameters,
{vocabulary} WordPiece pieces. The tokenizer folds hamza, ya, ta marbuta, diacritics, digits and quotation marks (`stance/arabic.py`).

```python
from transformers import AutoModelForMaskedLM, AutoTokenizer

model = AutoModelForMaskedLM.from_pretrained("{folder}")
tokenizer = AutoTokenizer.from_pretrained("{folder}")
```

## Training
{steps:,} steps of {step_pieces:,} pieces: {pieces:,} pieces, {operations:.2g} floating-point operations, {hours:.1f} hours{speed}.
Whole-word masking of {mask:.0%}, sequences of {length} then {long_length} pieces, AdamW at {rate:g} with {warmup} steps of warm-up and linear decay over the last
{decay:.0%}. Held-out loss {loss} nats a masked piece, accuracy {accuracy}. The loss was still falling: more compute gives a better model (curve.png).
Command: `python scripts/pretrain.py configs/{config}.yaml --export {folder}`.

![loss against operations](curve.png)

## Data
Documents that overlap in 13 words with the five articles or a benchmark's test text were removed, and so were near-duplicates and the
articles annotated for evaluation. `pieces` is before weighting; `weight` is how often a pass reads a document.

| source | documents | pieces | weight | duplicates | removed as leaks |
|---|--:|--:|--:|--:|--:|
"""
_LIMITS = """
## Limits
Trained on little text for a short time: behind AraBERT, MARBERT and CAMeLBERT, which saw two hundred times as much. Mostly Gulf and Saudi newspapers of
2008–2018; positions beyond {long_length} were never trained; like its corpus, it repeats what newspapers say of people and groups.
"""


_SUBJECT = """
`subject` are documents of the sources above it that speak of foreign forces (`scripts/mark_subject.py`); they are read as often
as their own weight says. {left_out} documents that hold test quotations were left out when they were marked.
"""


def render_encoder_card(
    config: PretrainConfig,
    manifest: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
    probes: Mapping[str, Any] | None = None,
) -> str:
    """Write the card.

    :param config: The run's configuration.
    :param manifest: Of the prepared corpus.
    :param history: The run's log.
    :param facts: ``folder``, ``config`` (stem of the file), ``parameters``, ``vocabulary``, ``seconds``, and ``notes`` in
        Markdown where there is something to add.
    :param probes: What ``scripts/probe.py -o`` wrote.
    :return: Markdown.
    :raises ValueError: If the run has not logged a held-out loss yet.
    """
    measured = [record for record in history if "held_out_loss" in record]
    if not measured:
        raise ValueError("the run has not measured its held-out loss yet; let it reach evaluate_every steps")
    last = measured[-1]
    seconds = float(facts["seconds"])
    text = _HEAD.format(
        name=config.name,
        layers=config.layers,
        hidden=config.hidden_size,
        heads=config.heads,
        parameters=facts["parameters"] / 1e6,
        vocabulary=facts["vocabulary"],
        folder=facts["folder"],
        config=facts["config"],
        steps=last["step"],
        step_pieces=config.batch_sequences * config.sequence_length,
        pieces=last["pieces"],
        operations=last["operations"],
        hours=seconds / 3600,
        speed=f" ({last['pieces'] / seconds:,.0f} pieces a second)" if seconds else "",
        mask=config.mask_rate,
        length=config.sequence_length,
        long_length=config.long_length,
        rate=config.learning_rate,
        warmup=config.warmup_steps,
        decay=config.decay_share,
        loss=last["held_out_loss"],
        accuracy=f"{last['held_out_accuracy']:.1%}",
    )
    for source in manifest["sources"]:
        weight = config.source_weights.get(source["name"], 1)
        leaks = len(source["removed"]["leak"])
        text += f"| {source['name']} | {source['documents']:,} | {source['pieces']:,} | {weight:g} | {source['duplicates']:,} | {leaks:,} |\n"
    if any(source["name"] == SUBJECT for source in manifest["sources"]):
        text += _SUBJECT.format(left_out=manifest["left_out"])
    if facts.get("notes"):
        text += f"\n{str(facts['notes']).strip()}\n"
    if probes:
        text += _probe_table(probes)
    return text + _LIMITS.format(long_length=config.long_length)


def _probe_table(probes: Mapping[str, Any]) -> str:
    columns = list(next(iter(probes.values())))
    lines = [
        "\n## Probes\n",
        "Per cent ± standard error, for fine-tuning mean ± standard deviation over seeds; `scripts/probe.py`.\n",
        "| encoder | " + " | ".join(columns) + " |",
        "|---|" + "--:|" * len(columns),
    ]
    for name, found in probes.items():
        lines.append(f"| {name} | " + " | ".join(_probe_cell(found.get(c)) for c in columns) + " |")
    return "\n".join(lines) + "\n"


def _probe_cell(value: Mapping[str, Any] | None) -> str:
    if not value:
        return "–"
    if "se" in value:
        return f"{100 * value['accuracy']:.1f} ± {100 * value['se']:.1f}"
    return "; ".join(f"{name} {100 * v['mean']:.1f} ± {100 * (v['sd'] or 0):.1f}" for name, v in value.items())


def write_encoder_card(
    config: PretrainConfig,
    folder: Path,
    facts: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    probes: Path | None,
) -> None:
    """Write ``README.md`` beside an exported encoder.

    :param config: The run's configuration.
    :param folder: The exported encoder.
    :param facts: See ``render_encoder_card``.
    :param history: The run's log.
    :param probes: File of ``scripts/probe.py -o``, if there is one.
    """
    manifest = json.loads((Path(config.corpus) / "manifest.json").read_text(encoding="utf-8"))
    found = json.loads(probes.read_text(encoding="utf-8")) if probes else None
    (folder / "README.md").write_text(render_encoder_card(config, manifest, history, facts, found), encoding="utf-8")
