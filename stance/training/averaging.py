"""Averages of weights: over steps while training (EMA, SWA) and over finished models (a soup)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

FILE = "weight_average.safetensors"


class WeightAverage(TrainerCallback):
    """Keeps an average of the weights beside the model.

    With ``decay`` an exponential moving average whose decay rises from 0, so that early weights are forgotten (as in
    Tan and Le 2019); without, the plain mean over the last steps (Izmailov et al. 2018) from ``start`` on.
    """

    def __init__(self, model: nn.Module, decay: float = 0.0, start: float = 0.0) -> None:
        """Prepare for a model.

        :param model: The network that is trained.
        :param decay: Decay of the moving average; 0 takes the plain mean.
        :param start: Share of the steps after which the plain mean begins.
        """
        self.model, self.decay, self.start = model, decay, start
        self.average: dict[str, torch.Tensor] = {}
        self.count = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Take up the average of an interrupted run."""
        checkpoint = get_last_checkpoint(str(args.output_dir)) if state.global_step else None
        if checkpoint and (file := Path(checkpoint, FILE)).exists():
            tensors = load_file(file)
            self.count = int(tensors.pop("__count__").item())
            self.average = {name: tensor.to(args.device) for name, tensor in tensors.items()}

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Take in the weights after a step."""
        if not self.decay and state.global_step < self.start * state.max_steps:
            return
        keep = min(self.decay, (1 + self.count) / (10 + self.count)) if self.decay else self.count / (self.count + 1)
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                if name in self.average:
                    self.average[name].lerp_(parameter.detach(), 1 - keep)
                else:
                    self.average[name] = parameter.detach().clone()
        self.count += 1

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Save the average with the checkpoint."""
        folder = Path(str(args.output_dir), f"checkpoint-{state.global_step}")
        if state.is_world_process_zero and self.average and folder.is_dir():
            save_file(self.average | {"__count__": torch.tensor([self.count])}, folder / FILE)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Run with the average in the model; the trained weights come back afterwards."""
        if not self.average:
            yield
            return
        parameters = dict(self.model.named_parameters())
        trained = {name: parameters[name].detach().clone() for name in self.average}
        with torch.no_grad():
            for name, tensor in self.average.items():
                parameters[name].copy_(tensor)
        try:
            yield
        finally:
            with torch.no_grad():
                for name, tensor in trained.items():
                    parameters[name].copy_(tensor)


def average_models(folders: Sequence[Path], model: nn.Module) -> nn.Module:
    """Load the mean of several models' weights into one (Wortsman et al. 2022); all must start from the same encoder.

    :param folders: Folders with ``model.safetensors`` of the same shape.
    :param model: The model that takes the mean.
    :return: The same model.
    :raises ValueError: If the models' shapes differ or there is none.
    """
    if not folders:
        raise ValueError("no model to average")
    total: dict[str, torch.Tensor] = {}
    for folder in folders:
        tensors = load_file(folder / "model.safetensors")
        if total and {k: v.shape for k, v in tensors.items()} != {k: v.shape for k, v in total.items()}:
            raise ValueError(f"{folder}: the model has another shape than {folders[0]}")
        for name, tensor in tensors.items():
            value = tensor.to(torch.float64) if tensor.is_floating_point() else tensor
            total[name] = total[name] + value if name in total and tensor.is_floating_point() else value
    mean = {
        name: (tensor / len(folders)).float() if tensor.is_floating_point() else tensor
        for name, tensor in total.items()
    }
    model.load_state_dict(mean, strict=False)
    return model
