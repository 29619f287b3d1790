"""The wheel is whole: built, installed elsewhere, it extracts and predicts from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SCRIPT = """
import json
from pathlib import Path
import stance, stance.annotations
from stance.articles import read
from stance.predict import StanceClassifier
articles = list(read(Path(stance.annotations.__file__).parent / "articles"))
quotations = stance.extract(articles[0])
classifier = StanceClassifier.load()
judgements = classifier.predict(quotations)
print(json.dumps({
    "file": stance.__file__, "articles": len(articles), "quotations": len(quotations),
    "stances": [str(j.stance) for j in judgements], "sums": [sum(j.probabilities.values()) for j in judgements],
}))
"""


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT), cwd=out)
    (path,) = out.glob("*.whl")
    return path


def test_the_wheel_holds_what_is_needed_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert len([name for name in names if name.startswith("stance/annotations/articles/")]) == 5
    for name in ("stance/py.typed", "stance/report/templates/page.html", "stance/quotations/lexicon.yaml"):
        assert name in names
    models = {name.split("/")[2] for name in names if name.startswith("stance/models/")}
    assert models
    for model in models:
        files = {name.split("/", 3)[3] for name in names if name.startswith(f"stance/models/{model}/")}
        assert files >= {"config.json", "stance.json", "tokenizer.json", "README.md", "metrics.json"}
        assert any(file.endswith(".onnx") for file in files)
    assert not [name for name in names if name.endswith((".safetensors", ".bin", ".pyc"))]
    assert {name.split("/")[0].split("-")[0] for name in names} == {"stance", "arabic_stance"}
    requirements = [
        line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line
    ]
    assert not [line for line in requirements if "torch" in line or "transformers" in line]


def test_the_installed_wheel_predicts_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    run(sys.executable, *pip, cwd=elsewhere)
    # The clean folder comes before the environment that brings the dependencies.
    found = json.loads(run(sys.executable, "-c", SCRIPT, cwd=elsewhere, PYTHONPATH=str(site)))
    assert found["file"].startswith(str(site))
    assert found["articles"] == 5
    assert found["quotations"] == len(found["stances"]) > 5
    assert found["sums"] == pytest.approx([1.0] * found["quotations"])
    article = site / "stance" / "annotations" / "articles" / "004_057b9a9d77ba4862.txt"
    command = (sys.executable, "-m", "stance.cli", "predict", str(article), "-o", "q.jsonl")
    run(*command, cwd=elsewhere, PYTHONPATH=str(site))
    rows = [json.loads(line) for line in (elsewhere / "q.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows
    text = article.read_bytes().decode("utf-8")
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)
