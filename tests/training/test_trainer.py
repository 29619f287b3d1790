from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from tiny_bert import write_bert
from torch import nn
from torch.nn import functional
from transformers import AutoModelForSequenceClassification

from stance.training.averaging import WeightAverage, average_models
from stance.training.config import TrainConfig
from stance.training.examples import IGNORE
from stance.training.model import StanceNetwork, layer_of
from stance.training.trainer import auxiliary_loss, stance_loss, symmetric_kl


def make_truth(labels: list[int], weights: list[float] | None = None, soft: list[list[float]] | None = None) -> dict:
    return {
        "labels": torch.tensor(labels),
        "weights": torch.tensor(weights or [1.0] * len(labels)),
        "soft": torch.tensor(soft or [[-1.0] * 3] * len(labels)),
    }


CONFIG = TrainConfig(name="trial", encoder="x", sources=["gold"])
LOGITS = torch.tensor([[2.0, 0.5, -1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 3.0]])


def test_plain_loss_is_cross_entropy():
    expected = functional.cross_entropy(LOGITS, torch.tensor([0, 2, 2]))
    torch.testing.assert_close(stance_loss(LOGITS, make_truth([0, 2, 2]), CONFIG), expected)


def test_weights_decide_how_much_a_row_counts():
    each = functional.cross_entropy(LOGITS, torch.tensor([0, 2, 2]), reduction="none")
    found = stance_loss(LOGITS, make_truth([0, 2, 2], [1.0, 3.0, 0.0]), CONFIG)
    torch.testing.assert_close(found, (each[0] + 3 * each[1]) / 4)


def test_smoothing_is_for_training_alone():
    smooth = CONFIG.model_copy(update={"label_smoothing": 0.2})
    truth = make_truth([0, 1, 2])
    assert stance_loss(LOGITS, truth, smooth) > stance_loss(LOGITS, truth, CONFIG)
    torch.testing.assert_close(stance_loss(LOGITS, truth), stance_loss(LOGITS, truth, CONFIG))


def test_a_perfect_pupil_cannot_learn_more_from_its_teacher():
    teacher = torch.softmax(LOGITS, -1)
    truth = make_truth([IGNORE] * 3, soft=teacher.tolist())
    own = LOGITS.clone().requires_grad_()
    stance_loss(own, truth, CONFIG).backward()
    assert own.grad.abs().max() < 1e-5
    other = torch.zeros_like(LOGITS, requires_grad=True)
    stance_loss(other, truth, CONFIG).backward()
    assert other.grad.abs().max() > 0.05


def test_soft_labels_stand_beside_true_ones_and_other_rows_keep_theirs():
    soft = [[0.1, 0.8, 0.1], [-1.0] * 3, [-1.0] * 3]
    config = CONFIG.model_copy(update={"distil_weight": 0.25, "distil_temperature": 1.0})
    hard = functional.cross_entropy(LOGITS, torch.tensor([0, 1, 2]), reduction="none")
    taught = -(torch.tensor(soft[0]) * torch.log_softmax(LOGITS[0], -1)).sum()
    expected = (0.75 * hard[0] + 0.25 * taught + hard[1] + hard[2]) / 3
    torch.testing.assert_close(stance_loss(LOGITS, make_truth([0, 1, 2], soft=soft), config), expected)


def test_symmetric_kl_is_zero_for_equals_and_the_same_both_ways():
    assert symmetric_kl(LOGITS, LOGITS).item() == pytest.approx(0, abs=1e-6)
    other = LOGITS.flip(1)
    assert symmetric_kl(LOGITS, other).item() == pytest.approx(symmetric_kl(other, LOGITS).item())
    assert symmetric_kl(LOGITS, other).item() > 0.1
    p, q = math.log(0.8 / 0.2), math.log(0.3 / 0.7)
    found = symmetric_kl(torch.tensor([[p, 0.0]]), torch.tensor([[q, 0.0]])).item()
    forward = 0.8 * math.log(0.8 / 0.3) + 0.2 * math.log(0.2 / 0.7)
    backward = 0.3 * math.log(0.3 / 0.8) + 0.7 * math.log(0.7 / 0.2)
    assert found == pytest.approx((forward + backward) / 2, rel=1e-5)


def test_auxiliary_loss_passes_over_rows_without_label():
    logits = LOGITS.clone().requires_grad_()
    nothing = auxiliary_loss(logits, torch.full((3,), IGNORE))
    nothing.backward()
    assert nothing.item() == 0
    one = auxiliary_loss(LOGITS, torch.tensor([IGNORE, 1, IGNORE]))
    torch.testing.assert_close(one, functional.cross_entropy(LOGITS[1:2], torch.tensor([1])))


def test_auxiliary_heads_share_the_encoder_and_are_not_saved_with_the_model(tiny_bert, tmp_path):
    stance = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=3)
    network = StanceNetwork(stance, ("sentiment", "sarcasm")).eval()
    inputs = {"input_ids": torch.tensor([[2, 7, 3]]), "attention_mask": torch.ones(1, 3, dtype=torch.long)}
    outputs = network(**inputs)
    assert {name: tensor.shape[1] for name, tensor in outputs.items()} == {"logits": 3, "sentiment": 3, "sarcasm": 2}
    torch.testing.assert_close(outputs["logits"], StanceNetwork(stance).eval()(**inputs)["logits"])
    outputs["sarcasm"].sum().backward()
    assert stance.get_input_embeddings().weight.grad.abs().sum() > 0


def test_layers_are_counted_from_the_embeddings_up(tiny_bert):
    network = StanceNetwork(AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=3), ("sarcasm",))
    depths = {name: layer_of(name, 2) for name, _ in network.named_parameters()}
    assert depths["stance.bert.embeddings.word_embeddings.weight"] == 0
    assert depths["stance.bert.encoder.layer.0.attention.self.query.weight"] == 1
    assert depths["stance.bert.encoder.layer.1.output.dense.weight"] == 2
    assert {
        depths["stance.bert.pooler.dense.weight"],
        depths["stance.classifier.weight"],
        depths["heads.sarcasm.weight"],
    } == {3}


def steps(average: WeightAverage, model: nn.Linear, values: list[float]) -> None:
    for number, value in enumerate(values, 1):
        with torch.no_grad():
            model.weight.fill_(value)
        average.on_step_end(None, SimpleNamespace(global_step=number, max_steps=len(values)), None)


def test_plain_average_is_the_mean_of_the_last_steps():
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, start=0.5)
    steps(average, model, [9.0, 9.0, 9.0, 1.0, 2.0, 6.0])
    # Steps 3 to 6 of 6.
    with average.swapped_in():
        assert model.weight.item() == pytest.approx((9 + 1 + 2 + 6) / 4)
    assert model.weight.item() == 6.0


def test_moving_average_forgets_by_its_decay():
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, decay=0.5)
    steps(average, model, [1.0] * 30 + [2.0])
    with average.swapped_in():
        assert model.weight.item() == pytest.approx(1.5)


def test_models_are_averaged_weight_by_weight(tmp_path):
    folders = [write_bert(tmp_path / str(seed), seed=seed) for seed in (1, 2)]
    from transformers import BertModel

    mean = average_models(folders, BertModel.from_pretrained(folders[0]))
    name = "embeddings.word_embeddings.weight"
    first, second = (load_file(folder / "model.safetensors")[name] for folder in folders)
    torch.testing.assert_close(mean.state_dict()[name], (first + second) / 2)
    with pytest.raises(ValueError, match="another shape"):
        average_models([folders[0], write_bert(tmp_path / "wide", hidden=32)], mean)
    with pytest.raises(ValueError, match="no model"):
        average_models([], mean)
