"""The configuration of a pretraining run: one flat YAML file, checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance.training.config import ConfigError, parse_overrides


class PretrainConfig(BaseModel):
    """Keys of a pretraining configuration; every one may be overridden as ``key=value`` on the command line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="name of the run and of the encoder")
    corpus: str = Field(description="folder made by scripts/prepare_corpus.py")
    tokenizer: str = Field(description="folder with tokenizer.json")
    out: str = Field(description="folder for checkpoints, log and curve")

    # Shape
    hidden_size: int = Field(384, ge=8)
    layers: int = Field(6, ge=1)
    heads: int = Field(6, ge=1)
    intermediate_size: int = Field(1536, ge=8)
    activation: str = Field("relu", description="a Hugging Face activation; relu costs least on a CPU")
    attention: str = Field("sdpa", description="sdpa | eager; eager is faster on a CPU with short sequences")
    positions: int = Field(512, ge=16)
    embeddings: str | None = Field(None, description=".npy of shape (vocabulary, hidden) to start from")

    # Objective and data
    mask_rate: float = Field(0.2, gt=0, lt=0.6, description="share of positions masked, by whole words")
    sequence_length: int = Field(64, ge=8)
    batch_sequences: int = Field(48, ge=1, description="sequences a step, over all processes")
    long_length: int = Field(128, ge=8, description="sequence length of the last steps; pieces a step stay the same")
    long_share: float = Field(0.1, ge=0, le=1, description="share of the steps that read long sequences")
    source_weights: dict[str, float] = Field(default_factory=dict, description="repetitions a pass, missing = 1")

    # Optimisation: warm-up, constant, linear decay to zero (Hägele et al. 2024), so that a run can be prolonged
    steps: int = Field(ge=1)
    warmup_steps: int = Field(300, ge=0)
    decay_share: float = Field(0.2, ge=0, le=1, description="share of the steps that decay the rate")
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    beta2: float = Field(0.98, gt=0, lt=1)
    clip: float = Field(1.0, gt=0)
    ema_decay: float = Field(0.0, ge=0, lt=1, description="0 = no averaging")
    seed: int = 0

    # Running
    bf16: bool = True
    threads: int | None = Field(None, ge=1, description="CPU threads; null leaves the default")
    checkpoint_minutes: float = Field(4.0, ge=0)
    log_every: int = Field(20, ge=1)
    evaluate_every: int = Field(500, ge=1)
    evaluation_batches: int = Field(8, ge=1)
    snapshots: list[int] = Field(default_factory=list, description="steps at which the encoder is exported for probes")

    @model_validator(mode="after")
    def _consistent(self) -> PretrainConfig:
        if self.hidden_size % self.heads:
            raise ValueError(f"hidden_size {self.hidden_size} is not a multiple of heads {self.heads}")
        if max(self.sequence_length, self.long_length) > self.positions:
            raise ValueError(f"sequences are longer than the {self.positions} positions")
        if (self.batch_sequences * self.sequence_length) % self.long_length:
            raise ValueError("batch_sequences · sequence_length must be a multiple of long_length")
        return self


def load_pretrain_config(path: str | Path, overrides: Sequence[str] = ()) -> PretrainConfig:
    """Read and check a configuration.

    :param path: A flat YAML file.
    :param overrides: ``key=value`` arguments that win over the file.
    :return: The configuration.
    :raises ConfigError: With every problem, one a line.
    """
    path = Path(path)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected 'key: value' lines")
    data |= parse_overrides(overrides)
    # YAML 1.1 reads 1e-3 as a string.
    data = {key: float(value) if _is_float(value) else value for key, value in data.items()}
    try:
        return PretrainConfig(**data)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors()]
        raise ConfigError(f"{path}:\n" + "\n".join(lines)) from error


def _is_float(value: object) -> bool:
    if not isinstance(value, str) or not value[:1].isdigit():
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True
