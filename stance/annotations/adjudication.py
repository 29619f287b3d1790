"""Worksheets of two annotators and an adjudicator → the gold files that the repository keeps.

``python -m stance.annotations.adjudication five|corpus|quotations --a A.jsonl --b B.jsonl --adjudicated ADJ.jsonl …``

``five`` writes ``five.jsonl``, ``five.annotator_a.jsonl`` and ``five.annotator_b.jsonl`` with texts. ``corpus`` writes
``corpus_dev`` and ``corpus_test`` (each with both annotators' files) by the manifest, ``quotations`` writes ``quotations`` for
passages found by ``scripts/find_quotation_candidates.py``; both keep offsets and hashes only. Quotations that one
annotator alone has read go into ``quotations`` under that annotator's name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from stance.annotations.checking import GUIDELINE, check
from stance.annotations.shipped import GOLD, load_manifest, load_texts, read_jsonl, write_jsonl
from stance.annotations.targets import target_text
from stance.annotations.worksheet import resolve

Rows = list[dict[str, Any]]
Resolver = Callable[[dict[str, Any]], dict[str, Any]]
# A note that repeats this many characters of the article is a quotation of it and stays out of corpus files.
_REPEATED = 25


class AdjudicationError(ValueError):
    """Worksheets do not resolve; the message lists every line that does not."""


def read_worksheets(paths: Iterable[Path], resolver: Resolver, annotator: str) -> Rows:
    """Resolve worksheets and number the quotations of each article.

    :param paths: JSON Lines files.
    :param resolver: Turns a line into an annotation with offsets.
    :param annotator: ``A``, ``B`` or ``adjudicated``.
    :return: Annotations in order of article and offset.
    :raises AdjudicationError: If any line does not resolve; all of them are listed.
    """
    rows: Rows = []
    problems = []
    for path in paths:
        for number, line in read_jsonl(path):
            try:
                rows.append({**resolver(line), "annotator": annotator, "guideline": GUIDELINE})
            except (ValueError, KeyError) as error:
                problems.append(f"{path.name}:{number}: {error}")
    if problems:
        raise AdjudicationError("\n".join(problems))
    return number_rows(rows)


def number_rows(rows: Rows) -> Rows:
    """Sort annotations and give each its index within the article.

    :param rows: Annotations.
    :return: The same, sorted, with ``index`` after ``article``.
    """
    rows = sorted(rows, key=lambda row: (row["article"], row["start"], -row["end"], row["target"]))
    count: dict[str, int] = {}
    numbered = []
    for row in rows:
        index = count.get(row["article"], 0)
        count[row["article"]] = index + 1
        numbered.append({"article": row["article"], "index": index, **{k: v for k, v in row.items() if k != "article"}})
    return numbered


def shipped_resolver(texts: Mapping[str, str]) -> Resolver:
    """Make a resolver for articles that ship with the package.

    :param texts: Article id → text.
    :return: The resolver.
    """

    def resolver(line: dict[str, Any]) -> dict[str, Any]:
        if line["article"] not in texts:
            raise ValueError(f"unknown article '{line['article']}'")
        return _ordered(resolve(texts[line["article"]], line), target_text(line.get("target")))

    return resolver


def corpus_resolver(texts: Mapping[str, str], manifest: Mapping[str, Mapping[str, Any]]) -> Resolver:
    """Make a resolver for corpus articles that are annotated in full.

    :param texts: Article id → text.
    :param manifest: Article id → source and document hash.
    :return: The resolver; its annotations hold no text.
    """

    def resolver(line: dict[str, Any]) -> dict[str, Any]:
        article = line["article"]
        if article not in texts or article not in manifest:
            raise ValueError(f"unknown article '{article}'")
        found = _ordered(resolve(texts[article], line), target_text(line.get("target")))
        return without_text(found, manifest[article], texts[article])

    return resolver


def candidate_resolver(index: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str]) -> Resolver:
    """Make a resolver for lines that name a candidate passage instead of article and segment.

    :param index: Candidate id → source, document, start, end, target, group.
    :param texts: Document hash → text.
    :return: The resolver; its annotations hold no text.
    """

    def resolver(line: dict[str, Any]) -> dict[str, Any]:
        if line["candidate"] not in index:
            raise ValueError(f"unknown candidate '{line['candidate']}'")
        place = index[line["candidate"]]
        if place["document"] not in texts:
            raise ValueError(f"the document of {line['candidate']} is not in the corpus")
        text = texts[place["document"]]
        article = f"{place['source']}-{place['document'][:12]}"
        found = resolve(text, {**line, "article": article}, (place["start"], place["end"]))
        target = target_text(line.get("target") or place["target"], place.get("group"))
        return without_text(_ordered(found, target), place, text) | {"candidate": line["candidate"]}

    return resolver


def _ordered(found: dict[str, Any], target: str) -> dict[str, Any]:
    """Put the target before the stance, as the file format has it."""
    labels = ("stance", "clear", "note")
    rest = {key: value for key, value in found.items() if key not in labels}
    return {**rest, "target": target, **{key: found[key] for key in labels}}


def without_text(row: Mapping[str, Any], place: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Take other people's sentences out of an annotation.

    :param row: An annotation with texts.
    :param place: ``source`` and ``document`` of the article.
    :param text: The article, to find notes that quote it.
    :return: The annotation with offsets, source and document hash.
    """
    bare = {key: value for key, value in row.items() if key != "text"}
    for key in ("cue", "speaker"):
        if bare[key] is not None:
            bare[key] = {"start": bare[key]["start"], "end": bare[key]["end"]}
    note = bare["note"]
    if any(note[i : i + _REPEATED] in text for i in range(max(0, len(note) - _REPEATED + 1))):
        bare["note"] = ""
    return {"article": bare.pop("article"), "source": place["source"], "document": place["document"], **bare}


def _write(folder: Path, name: str, rows: Rows, texts: Mapping[str, str]) -> None:
    path = folder / f"{name}.jsonl"
    write_jsonl(path, rows)
    problems = check([path], texts)
    print("\n".join([f"{path}: {len(rows)} quotations, {len(problems)} problems", *problems]), file=sys.stderr)  # noqa: T201


def build_five(sheets: Mapping[str, list[Path]], folder: Path = GOLD) -> None:
    """Write the gold files of the shipped articles.

    :param sheets: ``A``, ``B`` and ``adjudicated`` → worksheets.
    :param folder: Where to write.
    """
    texts = load_texts()
    for annotator, paths in sheets.items():
        rows = read_worksheets(paths, shipped_resolver(texts), annotator)
        suffix = "" if annotator == "adjudicated" else f".annotator_{annotator.lower()}"
        _write(folder, f"five{suffix}", rows, texts)


def build_corpus(sheets: Mapping[str, list[Path]], texts: Mapping[str, str], folder: Path = GOLD) -> None:
    """Write the gold files of the corpus articles, one a part of the manifest.

    A part that nobody has adjudicated is settled by annotator A alone, under that name.

    :param sheets: ``A``, ``B`` and ``adjudicated`` → worksheets.
    :param texts: Article id → text.
    :param folder: Where to write.
    """
    manifest = load_manifest(GOLD / "corpus_articles.jsonl")
    for annotator, paths in sheets.items():
        rows = read_worksheets(paths, corpus_resolver(texts, manifest), annotator)
        alone = set(sheets) == {"A"}
        suffix = "" if annotator == "adjudicated" or alone else f".annotator_{annotator.lower()}"
        for split in sorted({str(manifest[row["article"]]["split"]) for row in rows}):
            part = [row for row in rows if manifest[row["article"]]["split"] == split]
            _write(folder, f"corpus_{split}{suffix}", part, texts)


def build_quotations(
    sheets: Mapping[str, list[Path]], index_file: Path, texts: Mapping[str, str], folder: Path = GOLD
) -> None:
    """Write the real quotations: adjudicated lines first, then what A alone was given.

    What B labelled has gone to the adjudicator: a candidate that is missing from the adjudicated lines was dropped there.

    :param sheets: ``A``, ``B`` and ``adjudicated`` → worksheets.
    :param index_file: The ``index.jsonl`` that the candidate search wrote.
    :param texts: Document hash → text.
    :param folder: Where to write.
    """
    index = {row["candidate"]: row for _, row in read_jsonl(index_file)}
    resolver = candidate_resolver(index, texts)
    by_annotator = {name: read_worksheets(paths, resolver, name) for name, paths in sheets.items()}
    by_article = {row["article"]: texts[row["document"]] for rows in by_annotator.values() for row in rows}
    settled: Rows = []
    done: set[str] = set()
    for name in ("adjudicated", "A", "B"):
        rows = [row for row in by_annotator.get(name, []) if row["candidate"] not in done]
        settled += rows
        done |= {row["candidate"] for row in rows}
        if name == "adjudicated" and rows:
            done |= {row["candidate"] for row in by_annotator.get("B", [])}
    for name in ("A", "B"):
        if by_annotator.get(name):
            _write(folder, f"quotations.annotator_{name.lower()}", by_annotator[name], by_article)
    _write(folder, "quotations", number_rows(settled), by_article)


def _main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=("five", "corpus", "quotations"))
    for name in ("a", "b", "adjudicated"):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[], help=f"worksheets, {name}")
    parser.add_argument("--texts", type=Path, help="corpus: folder of <article id>.txt")
    parser.add_argument("--index", type=Path, help="quotations: index.jsonl of the candidates")
    parser.add_argument("--documents", type=Path, help="quotations: JSON Lines of document (hash) and text")
    parser.add_argument("--out", type=Path, default=GOLD)
    given = parser.parse_args(arguments)
    sheets = {"A": given.a, "B": given.b, "adjudicated": given.adjudicated}
    sheets = {name: paths for name, paths in sheets.items() if paths}
    try:
        if given.part == "five":
            build_five(sheets, given.out)
        elif given.part == "corpus":
            texts = {path.stem: path.read_bytes().decode("utf-8") for path in given.texts.glob("*.txt")}
            build_corpus(sheets, texts, given.out)
        else:
            with given.documents.open(encoding="utf-8") as lines:
                documents = {row["document"]: row["text"] for row in map(json.loads, lines)}
            build_quotations(sheets, given.index, documents, given.out)
    except AdjudicationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
