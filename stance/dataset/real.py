"""Our own labels: the five articles, the corpus articles, real quotations, written quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stance.annotations.shipped import GOLD, WRITTEN, load_annotations, load_manifest, load_texts
from stance.annotations.targets import held_out, load_targets, target_text
from stance.dataset.corpus import find
from stance.dataset.rows import Loaded, Missing, Row, Splits, annotated_rows, make_row

# Of ten documents, by the last digits of their hash: two for test, one for dev.
_PARTS, _TEST, _DEV = 10, 2, 1


def load_gold(folder: Path = GOLD) -> Loaded:
    """Load the adjudicated quotations of the five shipped articles.

    :param folder: Where ``five.jsonl`` lies.
    :return: All rows under ``train``: they are few, so they are scored by cross-validation over articles.
    """
    return Loaded(
        {"train": annotated_rows(load_annotations("five", folder), load_texts(), "gold"), "dev": [], "test": []}
    )


def load_corpus_articles(corpus: str | Path | None, folder: Path = GOLD) -> Loaded:
    """Load the quotations of the corpus articles that are annotated in full.

    :param corpus: The user's folder of corpus files.
    :param folder: Where ``corpus_dev.jsonl``, ``corpus_test.jsonl`` and, of articles annotated once, ``corpus_fresh.jsonl`` and
        ``corpus_check.jsonl`` lie.
    :return: ``test``, and all others as ``train`` (rules were developed on them, models may learn from them).
    """
    splits: Splits = {"train": [], "dev": [], "test": []}
    missing: list[Missing] = []
    for name, split in (
        ("corpus_dev", "train"),
        ("corpus_fresh", "train"),
        ("corpus_check", "train"),
        ("corpus_test", "test"),
    ):
        rows, absent = _from_corpus(load_annotations(name, folder), corpus, "corpus")
        splits[split] += rows
        missing += absent
    return Loaded(splits, missing)


def load_quotations(corpus: str | Path | None, part: str, folder: Path = GOLD) -> Loaded:
    """Load the real quotations found in the corpus.

    :param corpus: The user's folder of corpus files.
    :param part: ``withdrawal`` for the presence of foreign forces, ``targets`` for all other targets.
    :param folder: Where ``quotations.jsonl`` lies.
    :return: Rows split by document, see ``assign_splits``.
    :raises ValueError: If the part is unknown.
    """
    if part not in ("withdrawal", "targets"):
        raise ValueError(f"real quotations come as 'withdrawal' and 'targets', not {part!r}")
    annotations = load_annotations("quotations", folder)
    split_of = assign_splits(annotations)
    forces = {target.noun_phrase for target in load_targets().values() if target.forces}
    # An annotator may have named the country in words of his own; the search that found the passage tells.
    chosen = [a for a in annotations if _about_forces(a, forces) == (part == "withdrawal")]
    rows, missing = _from_corpus(chosen, corpus, part)
    document_of = {annotation["article"]: annotation["document"] for annotation in chosen}
    splits: Splits = {"train": [], "dev": [], "test": []}
    for row in rows:
        splits[split_of[document_of[row["article"]]]].append(row)
    return Loaded(splits, missing)


def _about_forces(annotation: Mapping[str, Any], forces: set[str]) -> bool:
    return annotation["target"] in forces or str(annotation.get("candidate", "")).startswith("withdrawal-")


def assign_splits(annotations: list[dict[str, Any]]) -> dict[str, str]:
    """Split real quotations by document: by its hash, so that no label, file order or later addition moves one.

    A document with a quotation on a held-out target goes to test whole.

    :param annotations: Real quotations with ``document`` and ``target``.
    :return: Document hash → ``train``, ``dev`` or ``test``.
    """
    zero_shot = held_out()
    splits: dict[str, str] = {}
    for annotation in annotations:
        document = annotation["document"]
        number = int(document[-8:], 16) % _PARTS
        by_hash = "test" if number < _TEST else "dev" if number < _TEST + _DEV else "train"
        if annotation["target"] in zero_shot:
            splits[document] = "test"
        else:
            splits.setdefault(document, by_hash)
    return splits


def _from_corpus(
    annotations: list[dict[str, Any]], corpus: str | Path | None, source: str
) -> tuple[list[Row], list[Missing]]:
    """Join annotations with the documents that they were made on; the hash decides."""
    if corpus is None:
        raise ValueError(
            f"the texts of '{source}' are in the corpus: name its folder (corpus=DIR, --corpus DIR), which holds <source>.txt.zst"
        )
    if not Path(corpus).is_dir():
        raise FileNotFoundError(f"the corpus folder {corpus} does not exist")
    wanted = Counter((annotation["source"], annotation["document"]) for annotation in annotations)
    found, absent = find(Path(corpus), wanted)
    texts = {document.article: document.text for document in found.values()}
    here = [annotation for annotation in annotations if annotation["document"] in found]
    missing = [Missing(file, document, wanted[(file, document)]) for file, document in absent]
    return annotated_rows(here, texts, source), missing


def load_written(part: str, folder: Path = WRITTEN) -> Loaded:
    """Load the quotations that we wrote.

    :param part: ``withdrawal`` or ``targets``.
    :param folder: Where ``<part>.jsonl`` lies.
    :return: All rows under ``train``: what counts is measured on real quotations.
    """
    source = "written" if part == "withdrawal" else "written_targets"
    rows = []
    for item in load_annotations(part, folder):
        rows.append(
            make_row(
                id=f"{source}:{item['id']}",
                source=source,
                target=target_text(item.get("target")),
                quotation=item["quotation"],
                speaker=item.get("speaker_name") or item.get("speaker"),
                role=item.get("speaker_role"),
                cue=item.get("cue"),
                stance=item["stance"],
                kind=item.get("kind"),
                clear=item.get("clear"),
            )
        )
    return Loaded({"train": rows, "dev": [], "test": []})


def manifest_splits(path: Path = GOLD / "corpus_articles.jsonl") -> dict[str, str]:
    """Tell which half each corpus article belongs to.

    :param path: The manifest.
    :return: Article id → ``dev`` or ``test``.
    """
    return {article: str(row["split"]) for article, row in load_manifest(path).items()}
