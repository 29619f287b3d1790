"""The five articles that the package ships, and the annotation files beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.schema import Article

ROOT = Path(__file__).resolve().parent
ARTICLES = ROOT / "articles"
GOLD = ROOT / "gold"
WRITTEN = ROOT / "written"
CONTRAST = ROOT / "contrast"


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON Lines.

    :param path: The file.
    :yields: Line number and mapping, blank lines left out.
    :raises ValueError: If a line is not a JSON object; the message names file and line.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: not JSON ({error.msg})") from error
        if not isinstance(row, dict):
            raise ValueError(f"{path}:{number}: expected a JSON object")
        yield number, row


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON Lines with Arabic left readable.

    :param path: Where to.
    :param rows: One mapping a line.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def load_articles() -> list[Article]:
    """Load the shipped articles with the metadata that their texts state; the rest is ``None``.

    :return: The articles in order of their ids, ``000`` to ``004``.
    :raises ValueError: If a file is not the one that the annotations were made on.
    """
    articles = []
    for _, row in read_jsonl(GOLD / "five.articles.jsonl"):
        # Decoding the bytes keeps the line ends that offsets count.
        content = (ARTICLES / row["file"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != row["document"]:
            raise ValueError(f"{ARTICLES / row['file']} has changed: its annotations hold for sha256 {row['document']}")
        articles.append(Article.from_dict({**row, "text": content.decode("utf-8")}))
    return articles


def load_texts() -> dict[str, str]:
    """Load the texts of the shipped articles.

    :return: Article id → text.
    """
    return {article.id: article.text for article in load_articles()}


def load_annotations(name: str = "five", folder: Path = GOLD) -> list[dict[str, Any]]:
    """Load an annotation file of the package.

    :param name: ``five``, ``five.annotator_a``, ``corpus_dev``, ``corpus_test``, ``quotations`` …
    :param folder: Where it lies.
    :return: One mapping a quotation.
    :raises FileNotFoundError: If there is no such file; the message lists those that are there.
    """
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.jsonl")))
        raise FileNotFoundError(f"{folder.name}/{path.name} does not exist; there are {known or 'no annotation files'}")
    return [row for _, row in read_jsonl(path)]


def reported_documents() -> set[str]:
    """List the corpus articles whose scores are reported; those drawn later, to develop rules on, are not among them.

    :return: SHA-256 of the documents of the ``dev`` and ``test`` halves.
    """
    return {str(row["document"]) for row in load_manifest().values() if row["split"] in ("dev", "test")}


def load_manifest(path: Path = GOLD / "corpus_articles.jsonl") -> dict[str, Mapping[str, Any]]:
    """Load the list of corpus articles that are annotated in full.

    :param path: The manifest.
    :return: Article id → source, document, split, topic, seed.
    """
    return {row["article"]: row for _, row in read_jsonl(path)}
