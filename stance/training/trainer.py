"""The transformers Trainer with the losses, sampling and learning rates of a stance run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from stance.training.averaging import WeightAverage
from stance.training.config import TrainConfig
from stance.training.examples import IGNORE, BalancedSampler, StanceExamples
from stance.training.model import StanceNetwork, layer_of

METRIC = "macro_f1"


class EarlyStop(TrainerCallback):
    """Ends training when dev has not improved for ``patience`` evaluations; what it knows lies in ``best/best.json``."""

    def __init__(self, folder: Path, patience: int) -> None:
        """Prepare for a run.

        :param folder: Folder of the best model.
        :param patience: Evaluations without gain; 0 never stops.
        """
        self.folder, self.patience = folder, patience

    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Count the evaluations since the best one."""
        scored = [entry for entry in state.log_history if f"eval_{METRIC}" in entry]
        scores = [entry[f"eval_{METRIC}"] for entry in scored]
        if self.patience and scores and len(scores) - 1 - scores.index(max(scores)) >= self.patience:
            control.should_training_stop = True


class StanceTrainer(Trainer):
    """Adds what the configuration asks for, and keeps the best model of dev in ``best/``."""

    def __init__(
        self, *args: Any, config: TrainConfig, seed: int, average: WeightAverage | None, **kwargs: Any
    ) -> None:
        """Build the trainer.

        :param *args: Passed on.
        :param config: Losses, learning rates and sampling.
        :param seed: Seed of the sampling.
        :param average: Average of weights that is evaluated and kept instead of the weights.
        :param **kwargs: Passed on.
        """
        super().__init__(*args, **kwargs)
        self.config, self.run_seed, self.average = config, seed, average
        self.loss_is_scaled_for_ga = False  # compute_loss returns a mean over the batch
        self.best_folder = Path(str(self.args.output_dir)) / "best"
        self._adversarial = False

    # Data -------------------------------------------------------------------------------------------------------------

    def _get_train_sampler(self, train_dataset: Any = None) -> BalancedSampler:
        dataset = self.train_dataset if train_dataset is None else train_dataset
        assert isinstance(dataset, StanceExamples)
        weights = [self.config.source_weights.get(dataset.rows[row]["source"], 1.0) for row in dataset.rows_of]
        return BalancedSampler(weights, dataset.lengths, self.args.train_batch_size, self.run_seed)

    # Optimiser --------------------------------------------------------------------------------------------------------

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Give every layer its learning rate: × ``layer_decay`` for each further down (Howard and Ruder 2018).

        :param model: The network; ``None`` takes the trainer's.
        :return: AdamW.
        """
        if self.optimizer is None:
            network: Any = self.model if model is None else model
            bare = self.accelerator.unwrap_model(network)
            layers = int(getattr(bare.stance.config, "num_hidden_layers", 12))
            decayed = set(self.get_decay_parameter_names(network))
            groups: dict[tuple[float, float], list[nn.Parameter]] = {}
            for name, parameter in network.named_parameters():
                if not parameter.requires_grad:
                    continue
                depth = layer_of(name.removeprefix("module."), layers)
                rate = self.config.learning_rate * self.config.layer_decay ** (layers + 1 - depth)
                if depth > layers:
                    rate = self.config.head_learning_rate or self.config.learning_rate
                decay = self.config.weight_decay if name in decayed else 0.0
                groups.setdefault((rate, decay), []).append(parameter)
            self.optimizer = torch.optim.AdamW(
                [{"params": params, "lr": rate, "weight_decay": decay} for (rate, decay), params in groups.items()],
                lr=self.config.learning_rate,
                foreach=True,
            )
        return self.optimizer

    # Loss -------------------------------------------------------------------------------------------------------------

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Weighted cross-entropy, plus what the configuration adds to it.

        :param model: The network.
        :param inputs: A batch of :class:`Collator`.
        :param return_outputs: Whether to return the scores too.
        :param num_items_in_batch: Unused: the loss is a mean over the batch.
        :return: The loss, or (loss, outputs).
        """
        config, training = self.config, model.training
        truth = {name: inputs[name] for name in ("labels", "weights", "soft", "sentiment", "sarcasm")}
        read = {name: tensor for name, tensor in inputs.items() if name not in truth}
        twice = training and config.rdrop > 0 and not self._adversarial
        if twice:
            read = {name: torch.cat([tensor, tensor]) for name, tensor in read.items()}
            truth = {name: torch.cat([tensor, tensor]) for name, tensor in truth.items()}
        outputs = {name: tensor.float() for name, tensor in model(**read).items()}
        loss = stance_loss(outputs["logits"], truth, config if training else None)
        if training:
            for name, weight in (("sentiment", config.aux_sentiment), ("sarcasm", config.aux_sarcasm)):
                if name in outputs:
                    loss = loss + weight * auxiliary_loss(outputs[name], truth[name])
            if twice:
                loss = loss + config.rdrop * symmetric_kl(*outputs["logits"].chunk(2))
        return (loss, {"logits": outputs["logits"]}) if return_outputs else loss

    def training_step(
        self, model: nn.Module, inputs: dict[str, Any], num_items_in_batch: torch.Tensor | int | None = None
    ) -> torch.Tensor:
        """Add the gradient at an adversarial point where the configuration asks for it.

        :param model: The network.
        :param inputs: A batch.
        :param num_items_in_batch: Passed on.
        :return: The loss at the true point.
        """
        loss = super().training_step(model, dict(inputs), num_items_in_batch)
        if self.config.fgm > 0:
            with self._perturbed():
                super().training_step(model, dict(inputs), num_items_in_batch)
        return loss

    @contextmanager
    def _perturbed(self) -> Iterator[None]:
        """Move the word embeddings by ``fgm`` along their gradient: r = ε g / ‖g‖ (Miyato et al. 2017)."""
        network: StanceNetwork = self.accelerator.unwrap_model(self.model)
        weight = network.stance.get_input_embeddings().weight  # type: ignore[operator,union-attr]
        gradient = weight.grad
        norm = gradient.norm() if gradient is not None else torch.zeros(())
        if gradient is None or not torch.isfinite(norm) or norm == 0:
            yield
            return
        saved = weight.detach().clone()
        weight.data.add_(gradient, alpha=self.config.fgm / float(norm))
        self._adversarial = True
        try:
            yield
        finally:
            self._adversarial = False
            weight.data.copy_(saved)

    # Evaluation -------------------------------------------------------------------------------------------------------

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Score dev with the averaged weights where there are such, and keep the model if it is the best yet.

        :param *args: Passed on.
        :param **kwargs: Passed on.
        :return: The metrics.
        """
        with self.average.swapped_in() if self.average else nullcontext():
            metrics = super().evaluate(*args, **kwargs)
            score = metrics.get(f"eval_{METRIC}")
            if score is not None and self.is_world_process_zero():
                self._keep_if_best(float(score))
        return metrics

    def _keep_if_best(self, score: float) -> None:
        note = self.best_folder / "best.json"
        if note.exists() and json.loads(note.read_text(encoding="utf-8"))["score"] >= score:
            return
        self.best_folder.mkdir(parents=True, exist_ok=True)
        network: StanceNetwork = self.accelerator.unwrap_model(self.model)
        network.stance.save_pretrained(self.best_folder)  # type: ignore[operator,union-attr]
        if self.processing_class is not None:
            self.processing_class.save_pretrained(self.best_folder)
        note.write_text(json.dumps({"score": score, "step": self.state.global_step}), encoding="utf-8")


def stance_loss(
    logits: torch.Tensor, truth: dict[str, torch.Tensor], config: TrainConfig | None = None
) -> torch.Tensor:
    """Weighted cross-entropy; with soft labels a share of it is their cross-entropy at a temperature (Hinton et al. 2015).

    :param logits: Scores (batch, 3).
    :param truth: ``labels``, ``weights`` and ``soft`` of the batch.
    :param config: Smoothing and distillation; ``None`` for the plain loss of evaluation.
    :return: A mean over the batch.
    """
    smoothing = config.label_smoothing if config else 0.0
    labels, weights, soft = truth["labels"], truth["weights"], truth["soft"]
    hard = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing, ignore_index=IGNORE)
    taught = soft[:, 0] >= 0
    if config is None or not bool(taught.any()):
        return (hard * weights).sum() / weights.sum()
    temperature = config.distil_temperature
    teacher = torch.softmax(soft.clamp_min(1e-6).log() / temperature, dim=-1)
    distance = -(teacher * torch.log_softmax(logits / temperature, dim=-1)).sum(-1) * temperature**2
    share = torch.where(labels == IGNORE, torch.ones_like(weights), torch.full_like(weights, config.distil_weight))
    share = torch.where(taught, share, torch.zeros_like(share))
    return ((hard * (1 - share) + distance * share) * weights).sum() / weights.sum()


def auxiliary_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over the rows that have the label; 0, but with a gradient path, where none has.

    :param logits: Scores (batch, classes).
    :param labels: Classes, ``IGNORE`` where the row has none.
    :return: A mean over the labelled rows.
    """
    total = functional.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="sum")
    return total / (labels != IGNORE).sum().clamp_min(1)


def symmetric_kl(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """R-Drop (Liang et al. 2021): ½ (KL(p‖q) + KL(q‖p)) between two passes with different dropout.

    :param first: Scores of one pass.
    :param second: Scores of the other.
    :return: A mean over the batch.
    """
    p, q = torch.log_softmax(first, -1), torch.log_softmax(second, -1)
    forward = functional.kl_div(q, p, reduction="batchmean", log_target=True)
    return 0.5 * (forward + functional.kl_div(p, q, reduction="batchmean", log_target=True))
