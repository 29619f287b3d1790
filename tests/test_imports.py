"""Imports go one way, and the base needs neither torch nor transformers."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "stance"
HEAVY = {"torch", "transformers", "datasets", "sklearn", "scipy", "accelerate", "evaluate", "onnx", "onnxscript"}
# Rooms that may use the training libraries; all others run with the base installed.
TRAINING_ROOMS = {"backends.torch", "training", "evaluation", "benchmarks", "dataset"}
# Who may be imported by whom: a room may import the rooms before it, never one after it.
LINE = ["schema", "arabic", "articles", "quotations", "pipeline"]
MODEL_LINE = ["schema", "arabic", "polarity", "encoding", "attitudes", "backends", "predict", "pipeline"]
ABOVE = {"report", "server", "cluster", "cli"}
BESIDE = {"training", "evaluation", "benchmarks", "dataset"}
BASE = set(LINE) | set(MODEL_LINE) | {"sinks", "annotations"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(node: ast.AST) -> Iterator[str]:
    """All modules that are imported anywhere, also inside functions, but not for type checkers."""
    for child in ast.iter_child_nodes(node):
        if type_checking(child):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield child.module or ""
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        else:
            yield from imported(child)


def room(module: str) -> str:
    return module.removeprefix("stance.").split(".")[0]


@pytest.mark.parametrize(("name", "tree"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_go_one_way(name: str, tree: ast.Module) -> None:
    used = set(imported(tree))
    mine = room(name)
    rooms = {room(module) for module in used if module.startswith("stance.")} - {mine}
    if mine not in TRAINING_ROOMS and name not in TRAINING_ROOMS:
        assert not {module.split(".")[0] for module in used} & HEAVY, f"{name} runs with the base installed"
    if mine in BASE:
        assert not rooms & (ABOVE | BESIDE), f"{name} is below {rooms & (ABOVE | BESIDE)}"
    for line in (LINE, MODEL_LINE):
        if mine in line:
            assert not rooms & set(line[line.index(mine) + 1 :]), f"{name} comes before what it imports"


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter and name the packages that it has loaded."""
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


COMMAND = """
from typer.testing import CliRunner
from stance.cli import app
result = CliRunner().invoke(app, {arguments!r})
assert result.exit_code == 0, result.output
"""


def test_importing_the_package_is_light() -> None:
    assert not loaded_by("import stance") & (
        HEAVY | {"onnxruntime", "tokenizers", "numpy", "typer", "rich", "pydantic"}
    )


@pytest.mark.parametrize("arguments", [["extract"], ["extract", "--format", "table"]])
def test_extracting_needs_no_model(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.txt").write_text("قال الوزير علي إن القوات ستغادر البلاد.", encoding="utf-8")
    loaded = loaded_by(COMMAND.format(arguments=[*arguments, str(tmp_path)]))
    assert not loaded & (HEAVY | {"onnxruntime", "tokenizers"})


def test_predicting_and_reporting_need_no_torch(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("قال الوزير علي إن القوات ستغادر البلاد.", encoding="utf-8")
    for arguments in (["predict", str(tmp_path)], ["report", str(tmp_path), "-o", f"{tmp_path}/r.html"]):
        loaded = loaded_by(COMMAND.format(arguments=arguments))
        assert "onnxruntime" in loaded
        assert not loaded & HEAVY
