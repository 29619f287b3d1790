"""The configuration of a fine-tuning run: one flat YAML file, checked as a whole before anything is loaded."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance.dataset.loading import SOURCES
from stance.encoding import EncodingConfig, Normalisation, Variant

_EXPONENT = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+")


class ConfigError(ValueError):
    """A configuration is wrong; the message lists everything that is wrong with it."""


class TrainConfig(BaseModel):
    """Keys of a training configuration; every one may be overridden as ``key=value`` on the command line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # What is trained
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="name of the run and of the exported model")
    encoder: str | None = Field(None, description="hub name or folder; null trains a fresh BERT of the shape below")
    tokenizer: str | None = Field(None, description="folder or tokenizer.json; null takes the encoder's own")
    hidden_size: int = Field(256, ge=8, description="fresh BERT only")
    layers: int = Field(4, ge=1, description="fresh BERT only")
    heads: int = Field(4, ge=1, description="fresh BERT only")
    intermediate_size: int = Field(1024, ge=8, description="fresh BERT only")
    dropout: float | None = Field(None, ge=0, lt=1, description="null keeps the encoder's")

    # What it reads
    variant: Variant = Field("speaker", description="quotation | speaker | cue | context")
    normalisation: Normalisation = Field("full", description="full | marks | none")
    max_length: int = Field(128, ge=16, le=4096, description="tokens in a window")
    stride: int = Field(32, ge=0, description="overlap of windows")

    # Data
    sources: list[str] = Field(min_length=1, description="labelled sources, see stance.dataset")
    source_weights: dict[str, float] = Field(default_factory=dict, description="sampling weight a source; missing = 1")
    benchmarks: str | None = Field(
        None, description="folder with the public sets; null = $STANCE_BENCHMARKS or a download"
    )
    corpus: str | None = Field(None, description="folder with the corpus that quotations.jsonl points into")
    select_on: list[str] = Field(default_factory=list, description="sources whose dev macro-F1 decides; [] = all")
    dev_fraction: float = Field(0.1, gt=0, lt=0.5, description="share of articles kept as dev where a source has none")
    folds: int = Field(0, ge=0, description="k-fold by article over fold_sources; 0 = the given split")
    fold_sources: list[str] = Field(default_factory=lambda: ["gold"], description="sources that are folded")
    test: bool = Field(False, description="also predict the test split; leave off while choosing settings")
    limit: int | None = Field(None, ge=1, description="rows a source and split at most, for trials")

    # Target augmentation: share of the training rows that get a further copy
    invert_targets: float = Field(0.0, ge=0, le=1, description="inverted target, favor and against swapped")
    wrong_targets: float = Field(0.0, ge=0, le=1, description="target of another row, stance none")
    rephrase_targets: float = Field(0.0, ge=0, le=1, description="another phrasing of the target, same stance")
    drop_speaker: float = Field(0.0, ge=0, le=1, description="share of rows whose speaker is hidden")
    plain_targets: bool = Field(
        False, description="ask for leaving where a target asks for staying; see stance.polarity"
    )
    drop_cue: float = Field(0.0, ge=0, le=1, description="share of rows whose reporting cue is hidden")

    # Optimisation
    seeds: list[int] = Field(default_factory=lambda: [1], min_length=1)
    epochs: float = Field(5.0, gt=0)
    max_steps: int = Field(-1, description="-1 = by epochs")
    batch_size: int = Field(32, ge=1, description="on one device")
    gradient_accumulation: int = Field(1, ge=1)
    learning_rate: float = Field(5e-5, gt=0, lt=1)
    head_learning_rate: float | None = Field(None, gt=0, lt=1, description="null = learning_rate")
    layer_decay: float = Field(1.0, gt=0, le=1, description="learning rate × this for every layer further down")
    weight_decay: float = Field(0.01, ge=0)
    warmup: float = Field(0.1, ge=0, lt=1, description="share of the steps")
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    class_weights: Literal["none", "balanced", "source"] = Field("none", description="source = balanced within each")
    patience: int = Field(3, ge=0, description="evaluations without gain before stopping; 0 = never")
    evals_per_epoch: int = Field(1, ge=1)
    bf16: Literal["auto"] | bool = Field("auto", description="auto = where the hardware multiplies it")
    threads: int | None = Field(None, ge=1, description="torch threads; null leaves them alone")
    workers: int = Field(0, ge=0, description="processes that prepare batches")

    # Tricks, each to be ablated
    rdrop: float = Field(0.0, ge=0, description="weight of R-Drop (Liang et al. 2021)")
    ema: float = Field(0.0, ge=0, lt=1, description="decay of the moving average of weights; 0 = off")
    swa: float = Field(0.0, ge=0, lt=1, description="average weights from this share of the steps on; 0 = off")
    fgm: float = Field(0.0, ge=0, description="size of the adversarial step (Miyato et al. 2017); 0 = off")
    aux_sentiment: float = Field(0.0, ge=0, description="weight of the sentiment head; 0 = off")
    aux_sarcasm: float = Field(0.0, ge=0, description="weight of the sarcasm head; 0 = off")
    average: Literal["none", "seeds", "folds"] = Field(
        "none", description="average the weights of these into one model"
    )
    soft_labels: str | None = Field(None, description="JSON Lines of id and probabilities from an ensemble")
    unlabelled: str | None = Field(None, description="JSON Lines of rows without stance that soft_labels covers")
    distil_weight: float = Field(0.5, ge=0, le=1, description="weight of the soft labels beside the true ones")
    distil_temperature: float = Field(2.0, gt=0, description="Hinton et al. 2015")

    # Output
    output: str = Field("runs", description="run folders are written below it")
    coverage: float = Field(0.8, gt=0, le=1, description="share of dev that the abstention threshold lets pass")
    keep_checkpoints: bool = Field(False, description="keep the optimiser's state after the end")

    @model_validator(mode="after")
    def _consistent(self) -> TrainConfig:
        problems = []
        for key in ("sources", "select_on", "fold_sources"):
            problems += [_unknown(f"{key}: ", name, SOURCES) for name in getattr(self, key) if name not in SOURCES]
        problems += [
            f"source_weights: {name} is not among sources" for name in set(self.source_weights) - set(self.sources)
        ]
        problems += [f"source_weights: {k} must be ≥ 0, got {v}" for k, v in self.source_weights.items() if v < 0]
        problems += [f"select_on: {name} is not among sources" for name in set(self.select_on) - set(self.sources)]
        if self.encoder is None and self.tokenizer is None:
            problems.append("tokenizer: a fresh BERT (encoder: null) needs one")
        if self.encoder is None and self.hidden_size % self.heads:
            problems.append(f"heads: {self.heads} does not divide hidden_size {self.hidden_size}")
        if self.stride > self.max_length // 4:
            problems.append(f"stride: at most a quarter of max_length, {self.max_length // 4}, got {self.stride}")
        if self.folds == 1:
            problems.append("folds: 0 or at least 2")
        if self.folds and not set(self.fold_sources) & set(self.sources):
            problems.append("fold_sources: none of them is among sources")
        if self.ema and self.swa:
            problems.append("swa: choose one of ema and swa")
        if self.average == "folds" and not self.folds:
            problems.append("average: 'folds' needs folds ≥ 2")
        if self.unlabelled and not self.soft_labels:
            problems.append("unlabelled: needs soft_labels")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def encoding(self) -> EncodingConfig:
        """What is read and how long a window is."""
        return EncodingConfig(self.variant, self.normalisation, self.max_length, self.stride, self.plain_targets)

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self.output) / self.name


def _unknown(prefix: str, name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"{prefix}{name!r} is not known" + (
        f"; did you mean {close[0]!r}?" if close else f", only {', '.join(known)}"
    )


def _messages(error: ValidationError) -> list[str]:
    """Turn pydantic's errors into one line each, in our words where ours are clearer."""
    lines = []
    for item in error.errors():
        key = ".".join(map(str, item["loc"]))
        if item["type"] == "extra_forbidden":
            lines.append(_unknown("", key, list(TrainConfig.model_fields)))
        elif not key:
            lines += item["msg"].removeprefix("Value error, ").splitlines()
        elif item["type"] == "missing":
            lines.append(f"{key}: missing")
        else:
            lines.append(f"{key}: {item['msg'][0].lower()}{item['msg'][1:]}, got {item['input']!r}")
    return lines


def parse_overrides(overrides: Sequence[str]) -> dict[str, Any]:
    """Read ``key=value`` arguments; the value is YAML.

    :param overrides: For instance ``["epochs=2", "seeds=[1, 2]"]``.
    :return: Key → value.
    :raises ConfigError: If arguments lack the equals sign or are not YAML; all are listed.
    """
    values, problems = _read_overrides(overrides)
    if problems:
        raise ConfigError("\n".join(problems))
    return values


def _read_overrides(overrides: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems = []
    for item in overrides:
        key, equals, text = item.partition("=")
        if not equals or not key.strip():
            problems.append(f"{item!r}: expected key=value")
            continue
        try:
            values[key.strip()] = _number(yaml.safe_load(text))
        except yaml.YAMLError:
            problems.append(f"{item!r}: the value is not YAML")
    return values, problems


def _number(value: Any) -> Any:
    """YAML 1.1 reads 1e-4 as a string; it is a number to everyone else."""
    return float(value) if isinstance(value, str) and _EXPONENT.fullmatch(value) else value


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> TrainConfig:
    """Read and check a configuration.

    :param path: A flat YAML file.
    :param overrides: ``key=value`` arguments that win over the file.
    :return: The configuration.
    :raises ConfigError: With every problem of the file and the overrides, one a line.
    """
    path = Path(path)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected 'key: value' lines")
    values, problems = _read_overrides(overrides)
    data |= values
    data = {str(key): _number(value) for key, value in data.items()}
    problems += _problems(data)
    if problems:
        raise ConfigError(f"{path}:\n" + "\n".join(f"  {line}" for line in problems))
    return TrainConfig(**data)


def _problems(data: dict[str, Any]) -> list[str]:
    """List what is wrong; the checks across keys also run where single keys are wrong, on the others."""
    try:
        TrainConfig(**data)
    except ValidationError as error:
        wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        problems = _messages(error)
        if wrong:
            rest = {"name": "x", "sources": ["gold"]} | {k: v for k, v in data.items() if k not in wrong}
            try:
                TrainConfig(**rest)
            except ValidationError as across:
                problems += [line for line in _messages(across) if not any(key in line for key in wrong)]
        return problems
    return []


def save_config(config: TrainConfig, path: Path) -> None:
    """Write a configuration as YAML that :func:`load_config` reads back.

    :param config: The configuration.
    :param path: The file.
    """
    path.write_text(yaml.safe_dump(config.model_dump(), allow_unicode=True, sort_keys=False), encoding="utf-8")
