"""Marking a subject in a prepared corpus."""

from __future__ import annotations

import random

import numpy as np
import pytest
import zstandard

from stance.training import corpus
from stance.training.subject import SUBJECT, mark_subject

WORDS = (
    "موسم زيتون سعر زيت مطر قمح سوق نهر جسر مدرسة كتاب طبيب مريض لاعب ملعب هدف فيلم مسرح شاعر قصيدة بحر سفينة".split()
)
CHANCE = random.Random(0)
HARVEST = [" ".join(CHANCE.choices(WORDS, k=30)) for _ in range(40)]
SOLDIERS = [" ".join(["القوات", *CHANCE.choices(WORDS, k=9)] * 3) for _ in range(40)]


@pytest.fixture
def prepared(tmp_path, tiny_bert):
    text = "\n".join(line for pair in zip(SOLDIERS, HARVEST, strict=True) for line in pair)
    (tmp_path / "news.txt.zst").write_bytes(zstandard.compress(text.encode()))
    corpus.prepare([tmp_path / "news.txt.zst"], tiny_bert / "tokenizer.json", tmp_path / "data")
    return tmp_path / "data"


def test_documents_on_the_subject_become_a_source(prepared, tmp_path, tiny_bert):
    before = corpus.load(prepared)
    manifest = mark_subject(prepared, tmp_path / "marked", tiny_bert / "tokenizer.json", ["القوات", "كلمةمجهولة"])
    after = corpus.load(tmp_path / "marked")
    assert after.sources == (*before.sources, SUBJECT)
    assert after.digest == before.digest
    assert np.array_equal(after.ids, before.ids)
    marked = after.documents[:, 2] == len(before.sources)
    training = len(after.documents) - after.held_out
    assert 0 < marked[:training].sum() < training
    assert not marked[training:].any()
    assert manifest["sources"][-1]["documents"] == marked.sum()


def test_documents_to_be_left_out_are_gone(prepared, tmp_path, tiny_bert):
    before = corpus.load(prepared)
    mark_subject(prepared, tmp_path / "marked", tiny_bert / "tokenizer.json", ["القوات"], left_out=SOLDIERS)
    after = corpus.load(tmp_path / "marked")
    training = len(after.documents) - after.held_out
    assert 0 < training < len(before.documents) - before.held_out
    assert not (after.documents[:training, 2] == len(before.sources)).any()


def test_the_corpus_itself_is_never_overwritten(prepared, tiny_bert):
    with pytest.raises(ValueError, match="name another folder"):
        mark_subject(prepared, prepared, tiny_bert / "tokenizer.json", ["القوات"])
    assert len(corpus.load(prepared).ids)


def test_a_subject_outside_the_vocabulary_is_an_error(prepared, tmp_path, tiny_bert):
    with pytest.raises(ValueError, match="none of the words"):
        mark_subject(prepared, tmp_path / "marked", tiny_bert / "tokenizer.json", ["كلمةمجهولة"])
