"""Find everything that is wrong with annotation files, all of it at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.annotations.shipped import load_manifest, load_texts
from stance.schema import KINDS, STANCES

Row = Mapping[str, Any]
ANNOTATORS = ("A", "B", "adjudicated")
GUIDELINE = 2
QUOTATION_KEYS = ("article", "index", "kind", "start", "end", "cue", "speaker", "speaker_name", "speaker_role")
LABEL_KEYS = ("target", "stance", "clear", "note", "annotator", "guideline")
WRITTEN_KEYS = ("id", "article_sentence", "quotation", "kind", "stance", "clear")
# Files that describe articles, not quotations.
_NOT_ANNOTATIONS = ("corpus_articles.jsonl", "five.articles.jsonl", "second_readings.jsonl")


def check(paths: Iterable[str | Path], texts: Mapping[str, str] | None = None) -> list[str]:
    """Check annotation files: the five articles, corpus articles and quotations, written quotations.

    Offsets must fit the text and the text the offsets; labels must be known; two contents of an article may lie one inside the
    other but may not overlap in part or be the same; corpus files may hold no text.

    :param paths: JSON Lines files, or folders of them.
    :param texts: Texts of corpus articles by article id; without them their offsets are checked against each other only.
    :return: One line a problem, naming file and line; empty where all is well.
    """
    known = {**load_texts(), **(texts or {})}
    problems = []
    for path in _files(paths):
        problems += list(_check_file(path, known))
    return problems


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for given in map(Path, paths):
        found = sorted(given.rglob("*.jsonl")) if given.is_dir() else [given]
        yield from (path for path in found if path.name not in _NOT_ANNOTATIONS)


def _check_file(path: Path, texts: Mapping[str, str]) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield f"{path.name}: cannot be read ({error})"
        return
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield f"{path.name}:{number}: not JSON ({error.msg})"
            continue
        if not isinstance(row, dict):
            yield f"{path.name}:{number}: expected a JSON object"
            continue
        written = "article_sentence" in row
        test: Callable[[Row, Mapping[str, str]], Iterator[str]] = _check_written if written else _check_quotation
        yield from (f"{path.name}:{number}: {problem}" for problem in test(row, texts))
        rows.append((number, row))
    yield from (f"{path.name}:{problem}" for problem in _check_together(rows))


def _one_of(row: Row, key: str, allowed: Iterable[Any]) -> Iterator[str]:
    if key in row and row[key] not in tuple(allowed):
        yield f"unknown {key} {row[key]!r}: one of {', '.join(map(str, allowed))}"


def _missing(row: Row, keys: Iterable[str]) -> Iterator[str]:
    absent = [key for key in keys if key not in row]
    if absent:
        yield f"{', '.join(absent)} missing"


def _labels(row: Row) -> Iterator[str]:
    yield from _one_of(row, "kind", KINDS)
    yield from _one_of(row, "stance", STANCES)
    yield from _one_of(row, "clear", (True, False))


def _check_written(row: Row, texts: Mapping[str, str]) -> Iterator[str]:
    yield from _missing(row, WRITTEN_KEYS)
    yield from _labels(row)
    sentence = str(row.get("article_sentence"))
    for key in ("quotation", "cue", "speaker"):
        # A quotation may be cut from the sentence in pieces; its beginning must be there.
        if row.get(key) and str(row[key]).split(" … ")[0] not in sentence:
            yield f"{key} does not occur in article_sentence"


def _check_quotation(row: Row, texts: Mapping[str, str]) -> Iterator[str]:
    in_corpus = "document" in row or "source" in row
    yield from _missing(row, (*QUOTATION_KEYS, *LABEL_KEYS, *(("source", "document") if in_corpus else ("text",))))
    yield from _labels(row)
    yield from _one_of(row, "annotator", ANNOTATORS)
    yield from _one_of(row, "guideline", (GUIDELINE,))
    article = row.get("article")
    if in_corpus:
        yield from _check_corpus_row(row)
    elif article not in texts:
        yield f"unknown article {article!r}"
    yield from _span("content", row, texts.get(str(article)), in_corpus)
    for key in ("cue", "speaker"):
        if row.get(key) is not None:
            yield from _span(key, row[key], texts.get(str(article)), in_corpus)


def _check_corpus_row(row: Row) -> Iterator[str]:
    expected = f"{row.get('source')}-{str(row.get('document'))[:12]}"
    if row.get("article") != expected:
        yield f"article is {row.get('article')!r}, source and document make it {expected!r}"
    if len(str(row.get("document"))) != 64:
        yield "document is not a SHA-256 in hexadecimal"
    for where in (row, row.get("cue") or {}, row.get("speaker") or {}):
        if "text" in where:
            yield "texts of the corpus stay out of the file: leave out 'text'"
    manifest = load_manifest()
    listed = manifest.get(str(row.get("article")))
    if listed is not None and listed["document"] != row.get("document"):
        yield "document differs from the one in corpus_articles.jsonl"


def _span(name: str, span: Any, text: str | None, in_corpus: bool) -> Iterator[str]:
    start, end = (span.get("start"), span.get("end")) if isinstance(span, Mapping) else (None, None)
    if not isinstance(start, int) or not isinstance(end, int):
        yield f"{name} needs whole numbers 'start' and 'end'"
        return
    if not 0 <= start < end:
        yield f"{name} {start}–{end} is empty or negative"
        return
    if text is None:
        return
    if end > len(text):
        yield f"{name} {start}–{end} ends after the text of {len(text)} code points"
        return
    if not in_corpus and span.get("text") != text[start:end]:
        yield f"{name} {start}–{end} is {text[start : start + 40]!r} in the article, not {str(span.get('text'))[:40]!r}"
    if text[start].isspace() or text[end - 1].isspace():
        yield f"{name} {start}–{end} begins or ends with white space"


def _check_together(rows: list[tuple[int, Row]]) -> Iterator[str]:
    """Check what needs more than one line: ids, indices, overlaps."""
    ids: dict[str, int] = {}
    groups: dict[str, list[tuple[int, Row]]] = {}
    for number, row in rows:
        if "article_sentence" in row:
            if row.get("id") in ids:
                yield f"{number}: id {row['id']!r} occurs in line {ids[row['id']]} already"
            ids.setdefault(str(row.get("id")), number)
        elif all(isinstance(row.get(key), int) for key in ("start", "end")):
            # The same words may be labelled for several targets.
            groups.setdefault(f"{row.get('article')} {row.get('target')}", []).append((number, row))
    for group in groups.values():
        group.sort(key=lambda pair: (pair[1]["start"], -pair[1]["end"]))
        for position, (number, row) in enumerate(group):
            for other_number, other in group[position + 1 :]:
                if other["start"] >= row["end"]:
                    break
                if (other["start"], other["end"]) == (row["start"], row["end"]):
                    yield f"{other_number}: the same content as line {number}"
                elif other["end"] > row["end"]:
                    yield (
                        f"{other_number}: content {other['start']}–{other['end']} overlaps {row['start']}–{row['end']} (line "
                        f"{number}) in part; it may only lie inside"
                    )
