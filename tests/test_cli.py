from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import stance.cli
from stance.schema import Judgement, Quotation, Stance

TEXT = "قال الوزير علي الحسن: «يجب أن تغادر القوات البلاد قريباً».\nوأكد المتحدث أن الاجتماع انتهى أمس."


class Fake:
    name = "fake"
    settings: dict[str, object] = {}

    def predict(
        self, x: list[Quotation], target: str | None = None, *, contexts: list[str | None] | None = None
    ) -> list[Judgement]:
        return [Judgement(target or "", Stance.FAVOR, {"favor": 0.8, "against": 0.1, "none": 0.1}, 0.8) for _ in x]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stance.cli, "_load", lambda model: Fake())
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(TEXT, encoding="utf-8")
    (articles / "b.txt").write_bytes(TEXT.encode("cp1256"))
    return articles


def invoke(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(stance.cli.app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_extract_prints_json_lines_and_tells_encodings(folder: Path) -> None:
    code, out, err = invoke("extract", folder)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {row["article"] for row in rows} == {"a", "b"}
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in rows)
    assert "stance" not in rows[0]
    assert f"{folder / 'b.txt'}: read as cp1256" in err
    assert "2 articles" in err


def test_predict_writes_a_file_with_the_target(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    code, printed, err = invoke("predict", folder, "-o", out, "--target", "الهدف")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (code, printed) == (0, "")
    assert {(row["target"], row["stance"]) for row in rows} == {("الهدف", "favor")}
    assert str(out) in err


def test_rejected_input_shows_in_the_exit_code_and_strict_stops(folder: Path, tmp_path: Path) -> None:
    (folder / "a0.txt").write_bytes(b"")
    for command in (
        ["extract"],
        ["predict"],
        ["extract", "--format", "table"],
        ["report", "-o", str(tmp_path / "r.html")],
    ):
        code, out, err = invoke(*command, folder)
        assert code == 3
        assert f"rejected: {folder / 'a0.txt'}: is empty" in err
        assert "a" in out
        code, _, err = invoke(*command, folder, "--strict")
        assert code == 3
        assert "b.txt" not in err
    assert "is empty" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_report_writes_the_page_and_prints_tables(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    code, printed, _ = invoke("report", folder, "-o", out)
    assert code == 0
    assert "favor" in printed
    assert "علي الحسن" in printed
    assert 'dir="rtl"' in out.read_text(encoding="utf-8")
    assert invoke("report", folder, "-o", out, "--quiet")[1].count("\n") == 1


def test_mapped_fields(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"body": TEXT, "key": "k"}), encoding="utf-8")
    code, out, _ = invoke("extract", path, "--field", "text=body", "--field", "id=key")
    assert code == 0
    assert json.loads(out.splitlines()[0])["article"] == "k"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["extract", "missing.txt"], 3, "there is no such file"),
        (["extract", ".", "--field", "body"], 2, "ARTICLE_FIELD=NAME"),
        (["extract", ".", "--field", "body=text"], 1, "no field body"),
        (["extract", ".", "-o", "nowhere/q.jsonl"], 1, "cannot be written"),
        (["report", ".", "-o", "nowhere/r.html"], 1, "cannot be written"),
        (["extract", ".", "--format", "table", "-o", "x"], 1, "leave out -o"),
        (["extract"], 2, "Missing argument"),
        (["nonsense"], 2, "No such command"),
        (["evaluate-extraction", "missing.jsonl"], 1, "missing.jsonl"),
    ],
)
def test_mistakes_are_messages_not_tracebacks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(folder)
    got, _, err = invoke(*arguments)
    assert got == code
    assert message in err
    assert "Traceback" not in err


def test_an_unknown_model_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    code, _, err = invoke("predict", tmp_path, "--model", tmp_path / "no-model")
    assert code == 1
    assert "no-model" in err


@pytest.mark.parametrize("command", ["annotations", "benchmark"])
def test_forwarded_commands_show_their_own_help(command: str) -> None:
    code, out, _ = invoke(command, "--help")
    assert code == 0
    assert f"Usage: stance {command} " in out


def test_shipped_annotations_are_without_problems() -> None:
    code, out, err = invoke("annotations", "check")
    assert (code, out) == (0, "")
    assert "0 problems" in err
    assert invoke("annotations", "agreement")[0] == 0


def test_version() -> None:
    code, out, _ = invoke("--version")
    assert code == 0
    assert out.startswith("stance 0.")


def test_stopping_from_the_keyboard_keeps_what_is_finished(folder: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "many.jsonl", tmp_path / "q.jsonl"
    line = json.dumps({"text": TEXT}) + "\n"
    path.write_text(line * 20_000, encoding="utf-8")
    command = [sys.executable, "-m", "stance.cli", "extract", str(path), "-o", str(out)]

    def interruptible() -> None:
        # A shell starts its background jobs with the signal ignored, and children inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible)
    partial = tmp_path / "q.jsonl.progress"
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if partial.exists() and partial.stat().st_size > 2000:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "run the same command again" in err
    assert not out.exists()
    finished = len(partial.read_text(encoding="utf-8").splitlines()) - 1
    path.write_text(line * finished, encoding="utf-8")
    code, _, err = invoke("extract", path, "-o", out)
    assert code == 0
    assert f"{finished} articles more from the run before" in err


def test_a_closed_pipe_is_no_error(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text((json.dumps({"text": TEXT}) + "\n") * 2000, encoding="utf-8")
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "stance.cli", "extract", str(path)]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(write_end)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
