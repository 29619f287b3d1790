from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from stance.articles import Rejected, RejectedError, read
from stance.schema import Article

TEXT = "قال الوزير: «سنغادر غداً».\r\n\r\nوأضاف “نعم” ثم ‏صمت\u200f.\n"


def texts(*paths: Path, **options: object) -> list[str]:
    return [item.text for item in read(paths, **options) if isinstance(item, Article)]


def rejections(*paths: Path, **options: object) -> list[Rejected]:
    return [item for item in read(paths, **options) if isinstance(item, Rejected)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256"])
def test_text_is_code_point_exact_and_its_encoding_reported(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    told: dict[str, str] = {}
    (article,) = read(path, on_encoding=told.__setitem__)
    assert article == Article(id="a", text=TEXT)
    assert told == {str(path): encoding}


def test_a_byte_order_mark_is_no_text_but_one_inside_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffقال\ufeff نعم".encode())
    assert texts(path) == ["قال\ufeff نعم"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
def test_stray_control_characters_do_not_make_a_text_binary(tmp_path: Path, encoding: str) -> None:
    text = TEXT * 3 + "\x00"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert texts(tmp_path) == [text]


def test_utf16_without_a_mark_may_hold_emoji(tmp_path: Path) -> None:
    text = "جديد 🔥🔥🔥 قال نعم 👍👍"
    (tmp_path / "a.txt").write_bytes(text.encode("utf-16-le"))
    assert texts(tmp_path) == [text]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t ", "has no text"),
        (b"\xef\xbb\xbf", "has no text"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02", "binary"),
        (TEXT.encode()[:-5] + b"\xd9", "UTF-8 broken at byte"),
        (("é è à ç " * 20).encode("latin-1"), "neither UTF-8, UTF-16 nor CP1256"),
        (b"\xff\xfe\x27\x06\x00", "breaks at byte"),
        (b"x" * 1000, "too large"),
    ],
)
def test_what_cannot_be_read_names_file_and_reason_and_the_rest_goes_on(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "b.txt").write_bytes(content)
    for name in "ac":
        (tmp_path / f"{name}.txt").write_text("قال نعم", encoding="utf-8")
    items = list(read(tmp_path, limit=1000 if b"xx" in content else 50_000_000))
    assert [type(item) for item in items] == [Article, Rejected, Article]
    assert items[1].file == str(tmp_path / "b.txt")
    assert reason in str(items[1])
    with pytest.raises(RejectedError, match=r"b\.txt"):
        list(read(tmp_path, strict=True, limit=1000 if b"xx" in content else 50_000_000))


def test_a_file_of_fifty_megabytes_is_rejected(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as stream:
        stream.truncate(50_000_000)
    assert "50 MB or more" in rejections(tmp_path)[0].reason


def test_missing_paths_addresses_and_empty_folders_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    items = list(read([tmp_path / "none.txt", "https://example.org/a", tmp_path / "empty"]))
    assert [item.reason.split(":")[0] for item in items] == [
        "there is no such file or folder",
        "addresses are not fetched",
        "the folder holds no files",
    ]


def test_folders_are_read_in_order_with_ids_below_the_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/a.txt", "sub/a.TXT.txt", ".hidden", "skipped.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("نعم", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nothing")
    items = list(read(tmp_path, skip=[tmp_path / "skipped.txt"]))
    assert [i.id if isinstance(i, Article) else i.file for i in items] == [
        "a",
        "b",
        str(tmp_path / "broken.txt"),
        "sub/a.TXT",
        "sub/a",
    ]


def test_no_two_articles_share_an_id(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("نعم", encoding="utf-8")
    assert [item.id for item in read([tmp_path / "x", tmp_path / "y"])] == ["a", "a#2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_json_lines_with_mapped_fields(tmp_path: Path, encoding: str) -> None:
    rows = [
        {"doc": {"n": 7}, "body": "قال «نعم»\nثم صمت.", "headline": "عنوان", "outlet": "صحيفة"},
        {"body": "وأضاف نعم."},
    ]
    path = tmp_path / "a.jsonl"
    lines = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n"
    path.write_bytes(lines.encode(encoding))
    first, second = read(path, fields={"text": "body", "id": "doc.n", "title": "headline"})
    assert first == Article(id="7", text="قال «نعم»\nثم صمت.", title="عنوان", outlet="صحيفة")
    assert second == Article(id="a:2", text="وأضاف نعم.")


def test_bad_json_lines_are_rejected_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    deep = "[" * 100_000
    lines = ['{"text": "نعم"}', '{"text": ', "", '["text"]', '{"body": "x"}', '{"text": " "}', '{"text": 5}', deep]
    path.write_bytes(
        "\n".join([*lines, '{"text": "%s"}' % ("x" * 200_000), '{"text": "آخر"}']).encode() + b"\n\xff{}\n"
    )
    items = list(read(path, limit=200_000))
    assert [item.text for item in items if isinstance(item, Article)] == ["نعم", "آخر"]
    bad = {item.line: item.reason for item in items if isinstance(item, Rejected)}
    assert sorted(bad) == [2, 4, 5, 6, 7, 8, 9, 11]
    assert "malformed JSON" in bad[2]
    assert "the line has body" in bad[5]
    assert "too large" in bad[9]
    assert str(next(item for item in items if isinstance(item, Rejected))).startswith(f"{path}:2: ")


def test_unknown_field_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no field body"):
        list(read(tmp_path, fields={"body": "text"}))


def test_standard_input_is_text_or_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    for content, expected in (("قال نعم", ["stdin"]), ('{"text": "نعم"}\n{"text": "لا"}', ["stdin:1", "stdin:2"])):
        buffer = io.BufferedReader(io.BytesIO(content.encode()))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(buffer))
        assert [item.id for item in read("-")] == expected
