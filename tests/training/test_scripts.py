"""The scripts as a user calls them, on the labels that ship with the package."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from stance.predict import StanceClassifier

ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(monkeypatch):
    def call(script: str, *arguments: object) -> int:
        spec = importlib.util.spec_from_file_location(f"script_{script}", ROOT / "scripts" / f"{script}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr("sys.argv", [script, *map(str, arguments)])
        return module.main()

    return call


def test_smoke_config_trains_exports_predicts_and_teaches(call, tiny_bert, tmp_path, capsys):
    config = ROOT / "configs" / "smoke.yaml"
    # Untrained weights lie so close together that int8 may tip a label: the check is on fp32 alone.
    assert call("train", config, f"tokenizer={tiny_bert}", f"output={tmp_path}", "max_steps=2") == 0
    printed = capsys.readouterr().out
    assert "gold" in printed
    assert "scripts/export.py" in printed
    model = tmp_path / "model"
    assert call("export", tmp_path / "smoke", model, "--precisions", "fp32", "--no-fp16") == 0
    assert "**Weak**" in (model / "README.md").read_text(encoding="utf-8")
    metrics = json.loads((model / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["export"]["parity"]["fp32"]["different"] <= 0.01
    assert StanceClassifier.load(model).name == "smoke"
    rows = [{"id": 1, "target": "خروج القوات", "quotation": "نطالب بالخروج"}]
    (tmp_path / "rows.jsonl").write_text(json.dumps(rows[0]), encoding="utf-8")
    assert call("soft_labels", tmp_path / "rows.jsonl", tmp_path / "soft.jsonl", model) == 0
    line = json.loads((tmp_path / "soft.jsonl").read_text(encoding="utf-8"))
    assert sum(line["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_mistakes_end_in_a_message_and_a_code(call, tmp_path, capsys):
    assert call("train", ROOT / "configs" / "smoke.yaml", "epoch=3", "seeds=[]") == 2
    message = capsys.readouterr().err
    assert "did you mean 'epochs'?" in message
    assert "seeds" in message
    assert call("export", tmp_path / "nothing", tmp_path / "model") == 2
    assert "config.yaml: no such file" in capsys.readouterr().err
    assert call("soft_labels", tmp_path / "none.jsonl", tmp_path / "soft.jsonl", "nothing") == 2
    assert "no such folder" in capsys.readouterr().err
