import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import zstandard
from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer

from stance.annotations.shipped import load_texts
from stance.arabic import normalise
from stance.training import corpus, embeddings
from stance.training.config import ConfigError
from stance.training.encoder_card import render_encoder_card
from stance.training.pretrain import Pretrainer, learning_rate
from stance.training.pretrain_config import PretrainConfig, load_pretrain_config
from stance.training.pretrain_data import Vocabulary, WindowStream, mask_words
from stance.training.tokenizer import fertility, normaliser, save_tokenizer, train_tokenizer

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "pretrain-smoke.yaml"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pretrain")
    lines = [line for text in load_texts().values() for line in text.splitlines() if len(line.split()) > 5]
    compressed = zstandard.ZstdCompressor().compress("\n".join([*lines, lines[0]]).encode())
    (folder / "news.txt.zst").write_bytes(compressed)
    save_tokenizer(train_tokenizer(iter(lines), 600), folder / "tokenizer", 64)
    protected = [lines[3]]
    manifest = corpus.prepare(
        [folder / "news.txt.zst"], folder / "tokenizer/tokenizer.json", folder / "corpus", protected
    )
    source = manifest["sources"][0]
    assert source["duplicates"] == 1
    assert source["leaks"] == 1
    # One document in 250 is held out by its hash: too few here, so the last two are.
    manifest["held_out_documents"] = 2
    (folder / "corpus/manifest.json").write_text(json.dumps(manifest))
    return folder


def settings(prepared: Path, out: Path) -> list[str]:
    return [f"corpus={prepared / 'corpus'}", f"tokenizer={prepared / 'tokenizer'}", f"out={out}"]


def losses(out: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (out / "log.jsonl").read_text().splitlines()]


def test_normaliser_agrees_on_every_code_point() -> None:
    rules = normaliser()
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) not in ("Cn", "Cs"):
            assert rules.normalize_str(char) == normalise(char), hex(code)


def test_tokenizer_loads_both_ways(prepared: Path) -> None:
    text = next(iter(load_texts().values()))
    alone = Tokenizer.from_file(str(prepared / "tokenizer/tokenizer.json"))
    hugging = AutoTokenizer.from_pretrained(prepared / "tokenizer")
    assert hugging(text[:500])["input_ids"] == alone.encode(text[:500]).ids
    assert alone.normalizer.normalize_str(text) == normalise(text)
    measured = fertility(alone, [text])
    assert measured["unknown"] < 0.01
    assert 1 < measured["pieces_per_word"] < 6


def test_kill_and_resume_gives_the_same_curve(prepared: Path, tmp_path: Path) -> None:
    config = load_pretrain_config(CONFIG, settings(prepared, tmp_path / "whole"))
    whole = list(Pretrainer(config).run())
    assert sum(r["loss"] for r in whole[-3:]) < sum(r["loss"] for r in whole[:3]) - 0.3
    assert whole[-1]["held_out_loss"] > 0
    command = [sys.executable, str(ROOT / "scripts/pretrain.py"), str(CONFIG), *settings(prepared, tmp_path / "killed")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "killed").glob("checkpoint-*[0-9]")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    resumed = Pretrainer(load_pretrain_config(CONFIG, settings(prepared, tmp_path / "killed")))
    assert 0 < resumed.step
    list(resumed.run())
    resumed.export(tmp_path / "encoder")
    assert losses(tmp_path / "killed")[-6:] == losses(tmp_path / "whole")[-6:]
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "encoder")
    assert AutoModel.from_pretrained(tmp_path / "encoder").config.hidden_size == 64
    tied = model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight
    assert tied or bool((model.cls.predictions.decoder.weight == model.bert.embeddings.word_embeddings.weight).all())


def test_schedule_warms_up_and_decays_to_zero() -> None:
    config = load_pretrain_config(CONFIG, ["steps=100", "warmup_steps=10", "decay_share=0.2"])
    assert learning_rate(config, 0) == pytest.approx(config.learning_rate / 10)
    assert learning_rate(config, 50) == config.learning_rate
    assert learning_rate(config, 90) == pytest.approx(config.learning_rate / 2)
    assert learning_rate(config, 100) == 0


def test_masks_hide_whole_words_and_a_fixed_number(prepared: Path) -> None:
    vocabulary = Vocabulary(Tokenizer.from_file(str(prepared / "tokenizer/tokenizer.json")))
    opened = corpus.load(prepared / "corpus")
    stream = WindowStream(opened, vocabulary, {}, seed=1)
    windows = stream.batch(0, 8, 32)
    assert windows.shape == (8, 32)
    assert (windows[:, 0] == vocabulary.cls).all()
    batch = mask_words(windows, 50, vocabulary, np.random.default_rng(0))
    assert len(batch.positions) == len(batch.labels) == 50
    assert (windows.reshape(-1)[batch.positions] == batch.labels).all()
    assert not np.isin(batch.labels, vocabulary.special).any()
    chosen = set(batch.positions.tolist())
    flat = windows.reshape(-1)
    broken = [p for p in chosen if vocabulary.continues[flat[p]] and p % 32 > 1 and p - 1 not in chosen]
    # Only the last word chosen may be cut.
    assert len(broken) <= 1
    unchanged = np.delete(np.arange(windows.size), batch.positions)
    assert (batch.inputs.reshape(-1)[unchanged] == flat[unchanged]).all()


def test_reading_order_depends_on_seed_and_offset_alone(prepared: Path) -> None:
    vocabulary = Vocabulary(Tokenizer.from_file(str(prepared / "tokenizer/tokenizer.json")))
    opened = corpus.load(prepared / "corpus")
    first, second = (WindowStream(opened, vocabulary, {"news": 1.5}, seed=3) for _ in range(2))
    late = 40 * 8 * 16
    for offset in range(0, late, 8 * 16):
        first.batch(offset, 8, 16)
    assert (first.batch(late, 8, 16) == second.batch(late, 8, 16)).all()
    assert (second.batch(0, 8, 16) != WindowStream(opened, vocabulary, {}, seed=4).batch(0, 8, 16)).any()
    with pytest.raises(ValueError, match="source_weights names"):
        WindowStream(opened, vocabulary, {"papers": 2.0}, seed=0)


def test_starting_embeddings_put_like_pieces_together() -> None:
    chance = np.random.default_rng(0)
    # Pieces 2 and 3 stand between the same neighbours, 4 and 5 between others.
    pairs = np.where(chance.random(4000) < 0.5, 0, 1)
    ids = np.stack([6 + pairs, np.where(pairs, 4, 2) + chance.integers(0, 2, 4000), 8 + pairs], 1).reshape(-1)
    vectors = embeddings.factorise(embeddings.ppmi(embeddings.cooccurrences(ids, 10, 2)), 4)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert vectors.shape == (10, 4)
    assert unit[2] @ unit[3] > unit[2] @ unit[4] + 0.5


def test_wrong_configuration_lists_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\ncorpus: a\ntokenizer: b\nout: c\nsteps: 0\nlayers: none\nbatch: 3\n")
    with pytest.raises(ConfigError) as error:
        load_pretrain_config(path)
    assert all(key in str(error.value) for key in ("steps", "layers", "batch"))


def test_missing_corpus_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"scripts/prepare_corpus\.py"):
        corpus.load(tmp_path)


def test_shipped_configurations_are_valid() -> None:
    for path in sorted((ROOT / "configs").glob("pretrain-*.yaml")):
        assert isinstance(load_pretrain_config(path), PretrainConfig)


def test_card_states_the_run(prepared: Path, tmp_path: Path) -> None:
    config = load_pretrain_config(CONFIG, settings(prepared, tmp_path))
    history = [{"step": 150, "pieces": 76800, "operations": 1e12, "held_out_loss": 5.5, "held_out_accuracy": 0.125}]
    facts = {"folder": "models/x", "config": "pretrain-smoke", "parameters": 2e6, "vocabulary": 600, "seconds": 36.0}
    probes = {"x": {"pairs": {"accuracy": 0.7, "se": 0.1, "n": 20}, "ans": {"accuracy": {"mean": 0.6, "sd": 0.01}}}}
    manifest = json.loads((prepared / "corpus/manifest.json").read_text())
    card = render_encoder_card(config, manifest, history, facts, probes)
    assert "76,800 pieces" in card
    assert "Held-out loss 5.5 nats a masked piece, accuracy 12.5%" in card
    assert "| x | 70.0 ± 10.0 | accuracy 60.0 ± 1.0 |" in card
    assert f"| news | {manifest['sources'][0]['documents']} |" in card
    with pytest.raises(ValueError, match="held-out loss"):
        render_encoder_card(config, manifest, [], facts)
