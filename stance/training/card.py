"""The model card, written from the run: nothing in it is typed by hand but the notes that are handed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stance.schema import DEFAULT_TARGET
from stance.training.config import TrainConfig

_BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
_OWN = "Apache-2.0 (this project; labels and offsets only where the texts are other people's)"
_COLUMNS = {"macro_f1": "macro-F1", "f_avg": "F_avg", "accuracy": "accuracy"}


def describe_sources(names: list[str]) -> dict[str, dict[str, str]]:
    """Look up title, licence and citation of labelled sources.

    :param names: Sources of a run.
    :return: Source → ``title``, ``licence``, ``citation``; our own annotations have no citation.
    """
    found = {}
    for name in names:
        path = _BENCHMARKS / f"{name}.yaml"
        card = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        found[name] = {
            "title": str(card.get("title", f"annotations of this project: {name}")),
            "licence": str(card.get("licence", _OWN)),
            "citation": str(card.get("citation", "")),
        }
    return found


def render_card(
    config: TrainConfig,
    summary: Mapping[str, Any],
    data: Mapping[str, Any],
    environment: Mapping[str, Any],
    export: Mapping[str, Any],
    notes: str = "",
) -> str:
    """Write the card of an exported model.

    :param config: Configuration of the run.
    :param summary: Its ``metrics.json``.
    :param data: Its ``data.json``.
    :param environment: Its ``environment.json``.
    :param export: ``files`` (name → bytes) and ``parity`` (precision → numbers) of the export.
    :param notes: Markdown that is added as it is: bias tables, rows read and found wrong.
    :return: Markdown with a YAML header.
    """
    sections = [
        _header(config),
        _introduction(config, summary),
        _data(config, data),
        _scores(summary),
        _calibration(summary),
        _files(export),
        _limits(config, summary),
        notes.strip(),
        _training(config, environment),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def replace_section(card: str, title: str, body: str) -> str:
    """Put a section into a card before its last one, in the place of an earlier one of the same title.

    :param card: The card.
    :param title: The title of the section.
    :param body: Its Markdown.
    :return: The card with the section.
    """
    head, *sections = card.split("\n## ")
    kept = [section for section in sections if section.split("\n", 1)[0] != title]
    kept.insert(max(0, len(kept) - 1), f"{title}\n\n{body.strip()}\n")
    return "\n## ".join([head, *kept])


def _header(config: TrainConfig) -> str:
    header: dict[str, Any] = {
        "language": "ar",
        "license": "apache-2.0",
        "library_name": "arabic-stance",
        "pipeline_tag": "text-classification",
        "tags": ["stance-detection", "arabic", "news", "quotations"],
    }
    if config.encoder:
        header["base_model"] = config.encoder
    return f"---\n{yaml.safe_dump(header, allow_unicode=True, sort_keys=False)}---"


def _introduction(config: TrainConfig, summary: Mapping[str, Any]) -> str:
    reads = {
        "quotation": "the quotation and the target",
        "speaker": "the quotation, the target and the speaker's name and role",
        "cue": "the quotation with its reporting cue, the target, and the speaker's name and role",
        "context": "the quotation with its cue and the sentence before it, the target, and the speaker's name and role",
    }[config.variant]
    start = f"the encoder `{config.encoder}`" if config.encoder else "random weights: it has not been pretrained"
    turns = (
        "\nA target that asks for staying or refusing is asked as the plain one, and favor and against change places in the"
        "\nanswer (`stance/polarity.py`): answers to such a pair of targets swap by construction, not by what was learnt."
        if config.plain_targets
        else ""
    )
    made = ", ".join(f"`{part}`" for part in summary["model"]["from"])
    how = f"the average of the weights of {made}" if len(summary["model"]["from"]) > 1 else f"the run {made}"
    return f"""# {config.name}

Says where a quotation in Arabic news stands on a target: favor, against or none. The default target is
{DEFAULT_TARGET}. It reads {reads}, {config.max_length} tokens at a time; longer texts are read in windows.{turns}
It was trained from {start}, and is {how}.

```python
from stance.predict import StanceClassifier

classifier = StanceClassifier.load("{config.name}")
print(classifier.predict("نطالب بخروج القوات الأجنبية من بلادنا"))
```"""


def _data(config: TrainConfig, data: Mapping[str, Any]) -> str:
    lines = [
        "## Data seen",
        "",
        "| source | split | rows | favor / against / none | licence |",
        "|---|---|---:|---|---|",
    ]
    sources = describe_sources(config.sources)
    for split in ("train", "dev"):
        for name, counts in data.get(split, {}).items():
            labels = " / ".join(str(counts[stance]) for stance in ("favor", "against", "none"))
            known = sources.get(name, {"title": name, "licence": ""})
            lines.append(f"| {known['title']} | {split} | {counts['rows']} | {labels} | {known['licence']} |")
    cited = [f"- {known['title']}: {known['citation']}" for known in sources.values() if known["citation"]]
    tricks = {
        "inverted targets": config.invert_targets,
        "wrong targets": config.wrong_targets,
        "rephrased targets": config.rephrase_targets,
    }
    copies = ", ".join(
        f"{100 * share:.0f} % of the training rows again with {name}" for name, share in tricks.items() if share
    )
    if copies:
        lines += ["", f"Besides: {copies}."]
    return "\n".join([*lines, "", *cited]).rstrip()


def _percent(value: Mapping[str, Any]) -> str:
    if value.get("value") is None:
        return "–"
    text = f"{100 * value['value']:.1f}"
    if value.get("low") is not None and value.get("high") is not None:
        text += f" [{100 * value['low']:.1f}, {100 * value['high']:.1f}]"
    return text


def _scores(summary: Mapping[str, Any]) -> str:
    lines = [
        "## Scores",
        "",
        "In per cent. This model: with 95 % bootstrap intervals, by article where rows share one. Seeds: mean ± standard",
        "deviation over the seeds of the run. Dev chose the model and is therefore flattering.",
    ]
    model = summary["model"]
    for split in ("test", "dev"):
        if split in model:
            lines += [
                "",
                f"**This model, {split}**",
                "",
                f"| source | n | {' | '.join(_COLUMNS.values())} |",
                "|---|---:|---|---|---|",
            ]
            for name, scores in model[split].items():
                lines.append(f"| {name} | {scores['n']} | {' | '.join(_percent(scores[key]) for key in _COLUMNS)} |")
                if "clear" in scores:
                    clear = scores["clear"]
                    cells = " | ".join(_percent(clear[key]) for key in _COLUMNS)
                    lines.append(f"| {name}, clear ones | {clear['n']} | {cells} |")
    for split in ("test", "cross_validated", "dev"):
        if split in summary and len(summary["seeds"]) > 1:
            title = {"cross_validated": "cross-validated by article"}.get(split, split)
            lines += ["", f"**{len(summary['seeds'])} seeds, {title}**", ""]
            lines += [f"| source | n | {' | '.join(_COLUMNS.values())} |", "|---|---:|---|---|---|"]
            for name, scores in summary[split].items():
                values = [f"{100 * scores[key]['mean']:.1f} ± {100 * scores[key]['sd']:.1f}" for key in _COLUMNS]
                lines.append(f"| {name} | {scores['n']} | {' | '.join(values)} |")
    return "\n".join(lines)


def _calibration(summary: Mapping[str, Any]) -> str:
    fitted = summary["model"]["calibration"]
    if not fitted["rows"]:
        return "## Calibration\n\nThere were no dev rows to calibrate on: probabilities are the network's own."
    return f"""## Calibration

Temperature {fitted["temperature"]:.3f} (Guo et al. 2017), fitted on {fitted["rows"]} dev rows; expected calibration error there
{100 * fitted["ece_before"]:.1f} % before and {100 * fitted["ece_after"]:.1f} % after. Below a confidence of {fitted["threshold"]:.3f} the
model abstains: on dev it answers {100 * fitted["coverage"]:.0f} % and is right in {100 * fitted["accuracy_covered"]:.1f} % of them, in
{100 * fitted["accuracy"]:.1f} % of all."""


def _files(export: Mapping[str, Any]) -> str:
    lines = ["## Files", "", "| file | MB | labels other than the trained model's on dev |", "|---|---:|---|"]
    precision_of = {"model.int8.onnx": "int8", "model.onnx": "fp32"}
    for name, size in sorted(export["files"].items()):
        parity = export["parity"].get(precision_of.get(name, ""))
        cell = f"{100 * parity['different']:.2f} % of {parity['rows']}" if parity else ""
        lines.append(f"| `{name}` | {size / 1e6:.1f} | {cell} |")
    return "\n".join(lines)


def _limits(config: TrainConfig, summary: Mapping[str, Any]) -> str:
    scores = summary["model"].get("test") or summary["model"].get("dev") or {}
    lines = ["## Limits", ""]
    if config.encoder is None:
        lines.append("- **Weak**: the encoder was not pretrained; it has seen no Arabic but the labelled rows above.")
    weakest = min(scores, key=lambda name: scores[name]["macro_f1"]["value"], default=None)
    if weakest:
        value = 100 * scores[weakest]["macro_f1"]["value"]
        lines.append(f"- Weakest on {weakest}: macro-F1 {value:.1f}. Scores on one source say little about another.")
    lines += [
        "- Targets that are like none of the training targets are answered much less well than those above.",
        "- It judges one quotation at a time, without the rest of the article.",
        "- Irony, and positions that only the speaker's name gives away, are often missed; do not rank people by it.",
        "- Texts without Arabic letters are answered, but always marked as abstained.",
    ]
    return "\n".join(lines)


def _training(config: TrainConfig, environment: Mapping[str, Any]) -> str:
    defaults = {key: field.get_default(call_default_factory=True) for key, field in TrainConfig.model_fields.items()}
    skip = {"name", "sources", "output", "benchmarks", "corpus"}
    # A path on somebody's machine helps nobody else.
    changed = {k: v for k, v in config.model_dump().items() if k not in skip and v != defaults[k]}
    changed = {k: Path(v).name if isinstance(v, str) and v.startswith("/") else v for k, v in changed.items()}
    packages = ", ".join(f"{name} {version}" for name, version in environment.get("packages", {}).items())
    settings = yaml.safe_dump(changed, allow_unicode=True, sort_keys=False).rstrip()
    return f"""## Training

```yaml
{settings}
```

Python {environment.get("python")}, {packages}."""
