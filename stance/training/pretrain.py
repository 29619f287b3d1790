"""Masked-language-model pretraining of a BERT, on a CPU, one GPU, or several (``torchrun``), with exact resumption.

Weights are kept in single precision and computed with in bfloat16: autocast would cast every weight at every step, which on a
CPU with AMX or AVX512-BF16 took a fifth of the time.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertForMaskedLM

from stance.training import corpus as corpora
from stance.training.pretrain_config import PretrainConfig
from stance.training.pretrain_data import MaskedBatch, Vocabulary, WindowStream, held_out_windows, mask_words
from stance.training.tokenizer import save_tokenizer


def build_model(config: PretrainConfig, vocabulary_size: int, frequencies: np.ndarray | None = None) -> BertForMaskedLM:
    """Make the untrained model.

    :param config: The configuration.
    :param vocabulary_size: Number of pieces.
    :param frequencies: Counts of pieces, shape (vocabulary_size,); the output bias starts from their logarithm.
    :return: The model, without dropout, in single precision.
    :raises ValueError: If the embeddings given do not fit the model.
    """
    torch.manual_seed(config.seed)
    shape = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=config.hidden_size,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        intermediate_size=config.intermediate_size,
        hidden_act=config.activation,
        max_position_embeddings=config.positions,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertForMaskedLM(shape)
    with torch.no_grad():
        if config.embeddings:
            vectors = torch.from_numpy(np.load(config.embeddings)).float()
            table = model.bert.embeddings.word_embeddings.weight
            if vectors.shape != table.shape:
                raise ValueError(
                    f"{config.embeddings} has shape {tuple(vectors.shape)}, the model {tuple(table.shape)}"
                )
            table.copy_(vectors)
        if frequencies is not None:
            share = torch.from_numpy((frequencies + 1) / (frequencies + 1).sum()).float()
            model.cls.predictions.bias.copy_(share.log())
    return model


def masked_loss(model: BertForMaskedLM, batch: MaskedBatch, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the loss on the masked positions only; the output layer runs on these alone.

    :param model: The model.
    :param batch: The batch.
    :param device: Where the model is.
    :return: Mean cross-entropy in nats a piece, and the logits, shape (masked, vocabulary).
    """
    inputs = torch.from_numpy(batch.inputs).to(device)
    positions = torch.from_numpy(batch.positions).to(device)
    labels = torch.from_numpy(batch.labels).to(device)
    hidden = model.bert(inputs).last_hidden_state
    logits = model.cls(hidden.reshape(-1, hidden.shape[-1])[positions])
    return nn.functional.cross_entropy(logits.float(), labels), logits


class MasterAdamW:
    """AdamW (Loshchilov and Hutter 2019) on single-precision copies of the model's weights, with optional averaging."""

    def __init__(self, model: nn.Module, config: PretrainConfig) -> None:
        self.parameters: list[torch.Tensor] = [p for p in model.parameters() if p.requires_grad]
        self.masters = [p.detach().float().clone() for p in self.parameters]
        decayed = [m for m in self.masters if m.ndim > 1]
        plain = [m for m in self.masters if m.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        self.inner = torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, config.beta2), eps=1e-6, fused=True)
        self.average = [m.clone() for m in self.masters] if config.ema_decay else None
        self._decay, self._clip = config.ema_decay, config.clip

    def step(self, rate: float) -> None:
        """Take one step with the gradients of the model and put the result back into it.

        :param rate: Learning rate.
        """
        for group in self.inner.param_groups:
            group["lr"] = rate
        for master, parameter in zip(self.masters, self.parameters, strict=True):
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        if dist.is_initialized():
            for gradient in (m.grad for m in self.masters if m.grad is not None):
                dist.all_reduce(gradient, op=dist.ReduceOp.SUM)
                gradient.div_(dist.get_world_size())
        nn.utils.clip_grad_norm_(self.masters, self._clip)
        self.inner.step()
        self.write_back()
        if self.average is not None:
            torch._foreach_lerp_(self.average, self.masters, 1 - self._decay)

    @torch.no_grad()
    def write_back(self) -> None:
        """Copy the single-precision weights into the model."""
        torch._foreach_copy_(self.parameters, self.masters)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return everything that a checkpoint must hold."""
        state = {f"master.{i}": m for i, m in enumerate(self.masters)}
        for i, master in enumerate(self.masters):
            for key, value in self.inner.state.get(master, {}).items():
                state[f"{key}.{i}"] = value
        if self.average is not None:
            state |= {f"average.{i}": a for i, a in enumerate(self.average)}
        return state

    @torch.no_grad()
    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Put back what ``tensors`` returned."""
        for i, master in enumerate(self.masters):
            master.copy_(state[f"master.{i}"])
            if f"step.{i}" in state:
                keys = ("step", "exp_avg", "exp_avg_sq")
                self.inner.state[master] = {k: state[f"{k}.{i}"].to(master.device).clone() for k in keys}
            if self.average is not None:
                self.average[i].copy_(state.get(f"average.{i}", master))
        self.write_back()


def learning_rate(config: PretrainConfig, step: int) -> float:
    """Give the learning rate of a step: warm-up, constant, linear decay (Hägele et al. 2024, section 3)."""
    decay = int(config.steps * config.decay_share)
    factor = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    if decay:
        factor = min(factor, (config.steps - step) / decay)
    return config.learning_rate * max(factor, 0.0)


def operations(config: PretrainConfig, vocabulary_size: int, pieces: int, length: int) -> float:
    """Count the floating-point operations of training on some pieces, forward and backward (Kaplan et al. 2020, table 1)."""
    h, f = config.hidden_size, config.intermediate_size
    layer = 2 * (4 * h * h + 2 * h * f) + 4 * length * h
    output = 2 * config.mask_rate * (h * h + h * vocabulary_size)
    return 3.0 * pieces * (config.layers * layer + output)


class Pretrainer:
    """One run: builds or resumes its state, then trains to the end of the configuration."""

    def __init__(self, config: PretrainConfig) -> None:
        if config.threads:
            torch.set_num_threads(config.threads)
        if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.world = dist.get_world_size() if dist.is_initialized() else 1
        if config.batch_sequences % self.world:
            raise ValueError(f"batch_sequences {config.batch_sequences} cannot be shared by {self.world} processes")
        self.device = torch.device(
            f"cuda:{self.rank % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu"
        )
        self.config, self.out = config, Path(config.out)
        self.tokenizer = Tokenizer.from_file(str(Path(config.tokenizer) / "tokenizer.json"))
        self.vocabulary = Vocabulary(self.tokenizer)
        self.corpus = corpora.load(Path(config.corpus))
        self.stream = WindowStream(self.corpus, self.vocabulary, config.source_weights, config.seed)
        frequencies = np.bincount(self.corpus.ids[:5_000_000], minlength=self.vocabulary.size)
        model = build_model(config, self.vocabulary.size, frequencies)
        nn.Module.to(model, self.device)
        self.shape = model.config
        self.optimizer = MasterAdamW(model, config)
        self.model = model.bfloat16() if config.bf16 else model
        self.model.set_attn_implementation(config.attention)
        self.optimizer.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer.write_back()
        self.step, self.seconds = 0, 0.0
        self.history: list[dict[str, Any]] = []
        self._resume()

    @property
    def parameters(self) -> int:
        """Number of weights, the output layer counted once with the embeddings that it shares."""
        return sum(p.numel() for p in self.optimizer.parameters)

    def _checkpoints(self) -> list[Path]:
        return sorted(self.out.glob("checkpoint-*[0-9]"), key=lambda p: int(p.name.split("-")[1]))

    def _resume(self) -> None:
        for folder in reversed(self._checkpoints()):
            state = json.loads((folder / "state.json").read_text())
            if state["corpus"] != self.corpus.digest:
                raise ValueError(f"{folder} was trained on another corpus; choose another 'out' or restore the corpus")
            self.optimizer.restore(load_file(folder / "training.safetensors"))
            self.step, self.history, self.seconds = state["step"], state["history"], state["seconds"]
            return

    def save(self) -> None:
        """Write a checkpoint; it appears under its name only when it is whole, and the last two are kept."""
        if self.rank:
            return
        folder = self.out / f"checkpoint-{self.step}"
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        save_file({k: v.contiguous() for k, v in self.optimizer.tensors().items()}, partial / "training.safetensors")
        state = {"step": self.step, "seconds": self.seconds, "corpus": self.corpus.digest, "history": self.history}
        (partial / "state.json").write_text(json.dumps(state))
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
        for old in self._checkpoints()[:-2]:
            shutil.rmtree(old)

    def _shape(self, step: int) -> tuple[int, int]:
        """Return sequences and length of a step's batch."""
        if step < self.config.steps * (1 - self.config.long_share):
            return self.config.batch_sequences, self.config.sequence_length
        pieces = self.config.batch_sequences * self.config.sequence_length
        return pieces // self.config.long_length, self.config.long_length

    @torch.no_grad()
    def _extend_positions(self, trained: int) -> None:
        """Start the positions never seen from copies of the trained ones (Beltagy et al. 2020, section 5).

        The loss rises by about a nat either way when sequences become longer; in one run of each kind it was back at 5.7
        after 220 steps with copies, and still at 6.4 after 180 with positions as they were initialised.
        """
        names = [name for name, p in self.model.named_parameters() if p.requires_grad]
        number = next(i for i, name in enumerate(names) if name.endswith("position_embeddings.weight"))
        for weights in filter(None, (self.optimizer.masters, self.optimizer.average)):
            table = weights[number]
            table.copy_(table[:trained].repeat(-(-len(table) // trained), 1)[: len(table)])
        self.optimizer.write_back()

    def _batch(self, step: int) -> MaskedBatch:
        sequences, length = self._shape(step)
        windows = self.stream.batch(step * sequences * length, sequences, length)
        mine = np.array_split(windows, self.world)[self.rank]
        chance = np.random.default_rng((self.config.seed, 3, step, self.rank))
        return mask_words(mine, int(mine.size * self.config.mask_rate), self.vocabulary, chance)

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Measure loss (nats a masked piece) and accuracy on held-out windows, with the same masks every time."""
        sequences, length = self.config.batch_sequences, self.config.sequence_length
        windows = held_out_windows(self.corpus, self.vocabulary, sequences * self.config.evaluation_batches, length)
        losses, right, total = [], 0, 0
        for number in range(max(1, len(windows) // sequences)):
            part = windows[number * sequences : (number + 1) * sequences]
            chance = np.random.default_rng((0, 4, number))
            batch = mask_words(part, int(part.size * self.config.mask_rate), self.vocabulary, chance)
            loss, logits = masked_loss(self.model, batch, self.device)
            losses.append(float(loss))
            right += int((logits.argmax(-1).cpu().numpy() == batch.labels).sum())
            total += len(batch.labels)
        return {"held_out_loss": float(np.mean(losses)), "held_out_accuracy": right / total}

    def run(self, stop_after: int | None = None) -> Iterator[dict[str, Any]]:
        """Train on from where the state is.

        :param stop_after: Stop at this step, for trials; the schedule stays that of the configuration.
        :yield: One record every ``log_every`` steps, with the loss, the rate and the speed; also written to ``log.jsonl``.
        :raises FloatingPointError: If the loss is no longer a number.
        """
        self.model.train()
        saved = begun = time.monotonic()
        losses: list[float] = []
        last = min(self.config.steps, stop_after or self.config.steps)
        while self.step < last:
            if self.step and self._shape(self.step)[1] > self._shape(self.step - 1)[1]:
                self._extend_positions(self._shape(self.step - 1)[1])
            loss, _ = masked_loss(self.model, self._batch(self.step), self.device)
            loss.backward()
            losses.append(float(loss.detach()))
            if not math.isfinite(losses[-1]):
                raise FloatingPointError(
                    f"the loss is {losses[-1]} at step {self.step}; lower learning_rate and resume"
                )
            self.optimizer.step(learning_rate(self.config, self.step))
            self.step += 1
            now = time.monotonic()
            if self.step % self.config.log_every == 0 or self.step == last:
                yield self._record(losses, now - begun)
                self.seconds += now - begun
                begun, losses = time.monotonic(), []
            if self.step in self.config.snapshots and not self.rank:
                self.export(self.out / f"encoder-{self.step}")
            if now - saved > self.config.checkpoint_minutes * 60 or self.step == last:
                self.save()
                saved = time.monotonic()

    def _record(self, losses: list[float], seconds: float) -> dict[str, Any]:
        sequences, length = self._shape(self.step - 1)
        pieces = len(losses) * sequences * length
        work = operations(self.config, self.vocabulary.size, pieces, length)
        record: dict[str, Any] = {
            "step": self.step,
            "pieces": self.step * sequences * length,
            "loss": round(float(np.mean(losses)), 4),
            "rate": learning_rate(self.config, self.step - 1),
            "pieces_per_second": round(pieces / max(seconds, 1e-9), 1),
            "gflops": round(work / max(seconds, 1e-9) / 1e9, 1),
            "operations": operations(self.config, self.vocabulary.size, self.step * sequences * length, length),
        }
        if self.step % self.config.evaluate_every == 0 or self.step == self.config.steps:
            record |= {key: round(value, 4) for key, value in self.evaluate().items()}
        self.history.append(record)
        if not self.rank:
            self.out.mkdir(parents=True, exist_ok=True)
            (self.out / "log.jsonl").write_text("".join(json.dumps(r) + "\n" for r in self.history))
        return record

    def export(self, folder: Path, averaged: bool = True) -> None:
        """Save the encoder as a standard transformers folder in half precision.

        :param folder: Where to.
        :param averaged: Take the averaged weights where the run keeps them.
        """
        model = BertForMaskedLM(self.shape)
        source = self.optimizer.average if averaged and self.optimizer.average is not None else self.optimizer.masters
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), source, strict=True):
                parameter.copy_(value)
        model.tie_weights()
        model.half().save_pretrained(folder)
        save_tokenizer(self.tokenizer, folder, self.config.positions)
