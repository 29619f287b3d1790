from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch
from labelled_rows import make_rows
from tokenizers import Tokenizer

from stance.encoding import EncodingConfig, PairEncoder, Reading
from stance.training.examples import IGNORE, BalancedSampler, Collator, StanceExamples, bucket, class_weights


@pytest.fixture
def encoder(tiny_bert) -> PairEncoder:
    tokenizer = Tokenizer.from_file(str(tiny_bert / "tokenizer.json"))
    return PairEncoder(tokenizer, EncodingConfig(max_length=64, stride=8))


def test_labels_never_reach_the_model():
    row = make_rows()[0]
    hidden = {**row, "stance": "against", "sentiment": "x", "sarcasm": "x", "clear": None}
    assert Reading.of_row(row) == Reading.of_row(hidden)


def test_long_rows_share_their_weight_among_windows(encoder):
    rows = make_rows(articles=1)
    rows[0]["quotation"] = "خروج القوات " * 60
    examples = StanceExamples(rows, encoder, [3.0, 1.0, 1.0])
    weights = [e["weights"] for e, row in zip(examples.examples, examples.rows_of, strict=True) if row == 0]
    assert len(weights) > 1
    assert sum(weights) == pytest.approx(3.0)


def test_windows_are_averaged_by_row_in_any_order(encoder):
    rows = make_rows(articles=2)
    rows[1]["quotation"] = "خروج القوات " * 60
    examples = StanceExamples(rows, encoder).sort()
    assert examples.lengths == sorted(examples.lengths)
    logits = np.random.default_rng(0).normal(size=(len(examples), 3))
    found = np.exp(examples.by_row(logits))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    for index in range(len(rows)):
        mine = [p for p, row in zip(probabilities, examples.rows_of, strict=True) if row == index]
        np.testing.assert_allclose(found[index], np.mean(mine, axis=0), atol=1e-9)


def test_rows_with_an_opposite_target_are_learnt_plainly_and_answered_as_asked(tiny_bert):
    tokenizer = Tokenizer.from_file(str(tiny_bert / "tokenizer.json"))
    encoder = PairEncoder(tokenizer, EncodingConfig(max_length=64, stride=8, plain_targets=True))
    plain = make_rows(articles=1)[0] | {"stance": "favor"}
    opposite = plain | {
        "id": "o",
        "target": "بقاء القوات الأميركية وقوات التحالف الدولي في العراق",
        "stance": "against",
    }
    plain["target"] = "انسحاب القوات الأميركية وقوات التحالف الدولي من العراق"
    examples = StanceExamples([plain, opposite], encoder, soft_labels={"o": [0.1, 0.7, 0.2]})
    first, second = examples.examples
    assert first["input_ids"] == second["input_ids"]
    assert first["labels"] == second["labels"] == 0
    assert second["soft"] == [0.7, 0.1, 0.2]
    asked, turned = np.exp(examples.by_row(np.array([[2.0, 0.0, 1.0]] * 2)))
    np.testing.assert_allclose(turned, asked[[1, 0, 2]])


def test_auxiliary_labels_may_be_missing(encoder):
    rows = make_rows(articles=1)
    rows[0] |= {"sentiment": None, "sarcasm": None}
    rows[1] |= {"sentiment": "Negative", "sarcasm": True}
    first, second, _ = StanceExamples(rows, encoder).examples
    assert (first["sentiment"], first["sarcasm"]) == (IGNORE, IGNORE)
    assert (second["sentiment"], second["sarcasm"]) == (1, 1)


def test_class_weights_balance_stances_and_average_one():
    rows = make_rows()[:4] + [{**row, "source": "ans"} for row in make_rows(articles=2)]
    for mode in ("balanced", "source"):
        weights = class_weights(rows, mode)
        assert np.mean(weights) == pytest.approx(1)
        total: Counter = Counter()
        for row, weight in zip(rows, weights, strict=True):
            total[(row["source"] if mode == "source" else "", row["stance"])] += weight
        by_source: dict = {}
        for (source, _), value in total.items():
            by_source.setdefault(source, []).append(value)
        assert all(np.allclose(values, values[0]) for values in by_source.values())
    assert class_weights(rows, "none") == [1.0] * len(rows)


def test_batches_have_few_lengths(encoder):
    collate = Collator(0, 64, type_ids=True)
    examples = StanceExamples(make_rows(articles=9), encoder).examples
    shapes = {collate(examples[i : i + 3])["input_ids"].shape[1] for i in range(0, len(examples), 3)}
    assert shapes <= {16, 32, 48, 64}
    assert [bucket(n, 64) for n in (3, 16, 17, 60, 64)] == [16, 16, 32, 64, 64]
    assert bucket(300, 300) == 300


def test_padding_is_masked(encoder):
    batch = Collator(9, 64, type_ids=False)(StanceExamples(make_rows(articles=2), encoder).examples)
    assert "token_type_ids" not in batch
    assert torch.equal(batch["input_ids"] == 9, batch["attention_mask"] == 0)
    assert batch["labels"].tolist() == [0, 1, 2] * 2


def test_sampler_sees_sources_as_often_as_asked():
    repeats = [2.0] * 40 + [0.5] * 80 + [0.0] * 10
    sampler = BalancedSampler(repeats, [10] * 130, batch_size=8, seed=3)
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == 120
    count = Counter(drawn)
    assert all(count[i] == 2 for i in range(40))
    assert sum(count[i] for i in range(40, 120)) == 40
    assert max(count[i] for i in range(40, 120)) == 1
    assert not any(count[i] for i in range(120, 130))


def test_plain_sampling_is_a_permutation_in_full_batches_of_like_length():
    lengths = list(np.random.default_rng(0).integers(5, 60, 203))
    sampler = BalancedSampler([1.0] * 203, lengths, batch_size=10, seed=1)
    drawn = list(sampler)
    assert len(drawn) == len(set(drawn)) == 200
    spread = [
        max(lengths[i] for i in drawn[b : b + 10]) - min(lengths[i] for i in drawn[b : b + 10])
        for b in range(0, 200, 10)
    ]
    assert np.mean(spread) < 15


def test_order_follows_seed_and_epoch():
    def epoch(number: int, seed: int = 1) -> list[int]:
        sampler = BalancedSampler([1.0] * 50, [10] * 50, 5, seed)
        sampler.set_epoch(number)
        return list(sampler)

    assert epoch(0) == epoch(0) != epoch(1)
    assert epoch(0, 1) != epoch(0, 2)
    sampler = BalancedSampler([1.0] * 50, [10] * 50, 5, 1)
    assert [list(sampler), list(sampler)] == [epoch(0), epoch(1)]
