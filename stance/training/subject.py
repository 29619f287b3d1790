"""Documents on a subject become a source of their own, which a run can read more often than the others.

More of the task's own kind of text late in pretraining is what Gururangan et al. (2020, "Don't Stop Pretraining", section 3)
found to pay for small encoders; here it is a weight in ``source_weights`` and no second run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stance.arabic import normalise
from stance.training.corpus import clean, encode, load, open_tokenizer

SUBJECT = "subject"


def mark_subject(
    folder: Path,
    out: Path,
    tokenizer_file: Path,
    words: Sequence[str],
    left_out: Iterable[str] = (),
    minimum: int = 3,
    share: float = 0.01,
) -> dict[str, Any]:
    """Write a prepared corpus with the same ids, in which documents on a subject have the source ``subject``.

    :param folder: A prepared corpus.
    :param out: Folder to write; the ids are linked, not copied.
    :param tokenizer_file: The tokenizer that it was prepared with.
    :param words: Words of the subject, each one piece of the vocabulary; others are ignored.
    :param left_out: Texts of documents that the new corpus must not have, such as those that a model is measured on.
    :param minimum: Occurrences of the words that a document needs.
    :param share: Occurrences a piece that it needs.
    :return: The manifest.
    :raises ValueError: If no word is a piece of the vocabulary, or the new folder is the old one.
    """
    if out.resolve() == folder.resolve():
        raise ValueError(f"{out} is the prepared corpus itself; name another folder for the marked one")
    corpus = load(folder)
    tokenizer = open_tokenizer(tokenizer_file)
    known = [index for word in words if (index := tokenizer.token_to_id(normalise(word))) is not None]
    if not known:
        raise ValueError(f"none of the words is a piece of {tokenizer_file}")
    key = np.zeros(tokenizer.get_vocab_size(), bool)
    key[known] = True
    count = np.concatenate([[0], np.cumsum(key[corpus.ids])])
    documents = corpus.documents.copy()
    hits = count[documents[:, 1]] - count[documents[:, 0]]
    on_subject = (hits >= minimum) & (hits >= share * (documents[:, 1] - documents[:, 0]))
    training = np.arange(len(documents)) < len(documents) - corpus.held_out
    documents[on_subject & training, 2] = len(corpus.sources)
    unwanted = {ids.tobytes() for ids in encode(tokenizer, [clean(text) for text in left_out])}
    kept = np.array([corpus.ids[start:end].tobytes() not in unwanted for start, end, _ in documents])
    documents = documents[kept | ~training]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    pieces = documents[documents[:, 2] == len(corpus.sources)]
    subject = {"documents": len(pieces), "pieces": int((pieces[:, 1] - pieces[:, 0]).sum()), "words": [*words]}
    nothing = {"duplicates": 0, "leaks": 0, "removed": {"leak": [], "set_apart": []}}
    manifest["left_out"] = manifest["documents"] - len(documents)
    manifest["documents"] = len(documents)
    manifest["sources"].append({"name": SUBJECT, **subject, **nothing})
    out.mkdir(parents=True, exist_ok=True)
    (out / "ids.bin").unlink(missing_ok=True)
    os.link(folder / "ids.bin", out / "ids.bin")
    np.save(out / "documents.npy", documents)
    (out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest
