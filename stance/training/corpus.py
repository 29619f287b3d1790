"""From raw documents to one memory-mapped file of piece ids, deterministically.

A prepared corpus is a folder with ``ids.bin`` (uint16, documents one after another, each closed by ``[SEP]``),
``documents.npy`` (int64, shape (documents, 3): start, end, source number; held-out documents last) and ``manifest.json``
(sources, counts, hashes, what was removed and why).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from tokenizers import Tokenizer, normalizers

from stance.arabic import normalise
from stance.dataset.corpus import documents, source_of

# Leakage is an overlap of 13 words, the measure of Brown et al. (2020), appendix C; shorter texts leak as a whole.
LEAK_WORDS = 13
# Whole texts shorter than this are too common to count as leaked («الله اكبر»).
LEAK_WORDS_MIN = 5
# MinHash (Broder 1997) over word 5-grams; documents above this Jaccard similarity are duplicates (Lee et al. 2022 use 0.8).
SHINGLE_WORDS = 5
DUPLICATE_JACCARD = 0.8
PERMUTATIONS = 64
# One document in this many is held out for the held-out loss, chosen by its hash.
HELD_OUT_ONE_IN = 250
BATCH_DOCUMENTS = 512


@dataclass(frozen=True)
class PreparedCorpus:
    """A prepared corpus, opened for training.

    ``ids`` has shape (pieces,), ``documents`` shape (documents, 3): start, end, source number.
    """

    ids: np.ndarray
    documents: np.ndarray
    held_out: int
    sources: tuple[str, ...]
    digest: str


def _windows(words: Sequence[str]) -> Iterator[str]:
    if LEAK_WORDS_MIN <= len(words) < LEAK_WORDS:
        yield " ".join(words)
    for start in range(len(words) - LEAK_WORDS + 1):
        yield " ".join(words[start : start + LEAK_WORDS])


class LeakFilter:
    """Knows the texts that a model is measured on and finds documents that contain them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._long: set[int] = set()
        self._short: set[str] = set()
        for text in texts:
            words = _letters(text)
            if len(words) >= LEAK_WORDS:
                self._long.update(map(hash, _windows(words)))
            elif len(words) >= LEAK_WORDS_MIN:
                self._short.add(" ".join(words))

    def leaks(self, text: str) -> bool:
        """Tell whether a document contains a protected text.

        :param text: The document.
        :return: True at an overlap of 13 words, or if the whole document is a protected text of 5 to 12 words.
        """
        words = _letters(text)
        if len(words) < LEAK_WORDS:
            return " ".join(words) in self._short
        return any(hash(window) in self._long for window in _windows(words))


def _letters(text: str) -> list[str]:
    """Normalised words without punctuation, so that marks and links do not hide a copy."""
    words = ("".join(c for c in word if c.isalnum()) for word in normalise(text).split())
    return [word for word in words if word and word not in ("url", "user", "rt")]


class DuplicateFilter:
    """Finds near-duplicates of documents seen before, by MinHash and locality-sensitive hashing."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH

        self._lsh = MinHashLSH(threshold=DUPLICATE_JACCARD, num_perm=PERMUTATIONS)
        self._empty = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int)
        self._exact: set[bytes] = set()
        self._known: dict[str, int] = {}
        self._count = 0

    def _word_hash(self, word: str) -> int:
        value = self._known.get(word)
        if value is None:
            value = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")
            self._known[word] = value
        return value

    def seen(self, text: str) -> bool:
        """Tell whether a near-duplicate was seen before, and remember the document if not.

        :param text: A normalised document.
        :return: True if it is a near-duplicate of an earlier one.
        """
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        if digest in self._exact:
            return True
        self._exact.add(digest)
        words = text.split()
        if len(words) < SHINGLE_WORDS * 4:
            return False
        hashes = np.fromiter(map(self._word_hash, words), np.uint64, len(words))
        shingles = np.zeros(len(words) - SHINGLE_WORDS + 1, np.uint64)
        for offset in range(SHINGLE_WORDS):
            shingles = shingles * np.uint64(1_000_003) + hashes[offset : offset + len(shingles)]
        # A 32-bit hash, mixed: MinHash permutations expect hashes below 2**32.
        mixed = np.unique((shingles ^ (shingles >> np.uint64(29))) & np.uint64(0xFFFFFFFF))
        sketch = self._empty.copy()
        sketch.update_batch(mixed.tolist())
        if self._lsh.query(sketch):
            return True
        self._lsh.insert(self._count, sketch, check_duplication=False)
        self._count += 1
        return False


def is_held_out(text: str) -> bool:
    """Tell whether a document belongs to the held-out part, by its hash.

    :param text: The normalised document.
    :return: True for one document in ``HELD_OUT_ONE_IN``.
    """
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % HELD_OUT_ONE_IN == 0


def prepare(
    files: Sequence[Path],
    tokenizer_file: Path,
    out: Path,
    protected: Iterable[str] = (),
    excluded_hashes: Iterable[str] = (),
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Normalise, filter and tokenise documents into a prepared corpus.

    :param files: ``.txt.zst`` files, one document a line; their stems name the sources.
    :param tokenizer_file: ``tokenizer.json``.
    :param out: Folder to write.
    :param protected: Texts that models are measured on; documents that contain one are removed.
    :param excluded_hashes: SHA-256 of documents set apart for evaluation.
    :param report: Called with one line of progress a file.
    :return: The manifest.
    :raises ValueError: If there are no files or the vocabulary does not fit 16 bits.
    """
    if not files:
        raise ValueError("there are no corpus files to prepare")
    tokenizer = open_tokenizer(tokenizer_file)
    filters = (LeakFilter(protected), DuplicateFilter(), frozenset(excluded_hashes))
    out.mkdir(parents=True, exist_ok=True)
    sources = []
    with (out / "ids.bin").open("wb") as sink:
        writer = _Writer(tokenizer, sink)
        for number, path in enumerate(files):
            sources.append(_prepare_source(path, number, writer, *filters))
            report(" ".join(f"{k} {v}" for k, v in sources[-1].items() if k not in ("sha256", "removed")))
    np.save(out / "documents.npy", np.array(writer.rows + writer.held, dtype=np.int64).reshape(-1, 3))
    manifest: dict[str, Any] = {
        "pieces": writer.position,
        "documents": len(writer.rows) + len(writer.held),
        "held_out_documents": len(writer.held),
        "tokenizer_sha256": _file_digest(tokenizer_file),
        "ids_sha256": _file_digest(out / "ids.bin"),
        "sources": sources,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def clean(text: str) -> str:
    """Normalise a document as it is tokenised: one line, single spaces.

    :param text: The document.
    :return: The text, empty where nothing is left.
    """
    return " ".join(normalise(text).split())


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[np.ndarray]:
    """Tokenise clean documents, each with ``[SEP]`` at its end.

    :param tokenizer: A tokenizer of ``open_tokenizer``.
    :param texts: Documents that ``clean`` has gone over.
    :return: Piece ids in 16 bits, one array a document.
    """
    separator = tokenizer.token_to_id("[SEP]")
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [np.array([*encoding.ids, separator], dtype=np.uint16) for encoding in encodings]


def open_tokenizer(file: Path) -> Tokenizer:
    """Open a tokenizer for documents that are normalised already, by the faster twin of its own normaliser.

    :param file: ``tokenizer.json``.
    :return: The tokenizer.
    :raises ValueError: If the vocabulary does not fit 16 bits.
    """
    tokenizer = Tokenizer.from_file(str(file))
    if tokenizer.get_vocab_size() > 2**16:
        raise ValueError(f"{file} has {tokenizer.get_vocab_size()} pieces; ids are stored in 16 bits")
    tokenizer.normalizer = normalizers.Sequence([])
    return tokenizer


class _Writer:
    """Tokenises kept documents in batches and writes their ids."""

    def __init__(self, tokenizer: Tokenizer, sink: IO[bytes]) -> None:
        self._tokenizer, self._sink = tokenizer, sink
        self._batch: list[tuple[str, int]] = []
        self.position = 0
        self.rows: list[tuple[int, int, int]] = []
        self.held: list[tuple[int, int, int]] = []

    def add(self, text: str, source: int) -> None:
        self._batch.append((text, source))
        if len(self._batch) >= BATCH_DOCUMENTS:
            self.flush()

    def flush(self) -> None:
        encoded = encode(self._tokenizer, [text for text, _ in self._batch])
        for (text, source), ids in zip(self._batch, encoded, strict=True):
            ids.tofile(self._sink)
            row = (self.position, self.position + len(ids), source)
            (self.held if is_held_out(text) else self.rows).append(row)
            self.position += len(ids)
        self._batch.clear()


def _prepare_source(
    path: Path, number: int, writer: _Writer, leaks: LeakFilter, duplicates: DuplicateFilter, excluded: frozenset[str]
) -> dict[str, Any]:
    """Write one source's documents and return its part of the manifest."""
    removed: dict[str, list[str]] = {"leak": [], "set_apart": []}
    duplicate = kept = 0
    before = writer.position
    for document in documents(path.parent, source_of(path)):
        text = clean(document.text)
        if not text:
            continue
        if document.sha256 in excluded:
            removed["set_apart"].append(document.sha256)
        elif duplicates.seen(text):
            duplicate += 1
        elif leaks.leaks(text):
            removed["leak"].append(document.sha256)
        else:
            kept += 1
            writer.add(text, number)
    writer.flush()
    return {
        "name": source_of(path),
        "sha256": _file_digest(path),
        "documents": kept,
        "pieces": writer.position - before,
        "duplicates": duplicate,
        "leaks": len(removed["leak"]),
        "removed": removed,
    }


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(folder: Path) -> PreparedCorpus:
    """Open a prepared corpus.

    :param folder: The folder that ``prepare`` wrote.
    :return: The corpus, its ids memory-mapped.
    :raises FileNotFoundError: If a file of it is missing; the message says how to make it.
    """
    for name in ("ids.bin", "documents.npy", "manifest.json"):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder / name} is missing; make it with scripts/prepare_corpus.py")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return PreparedCorpus(
        ids=np.memmap(folder / "ids.bin", dtype=np.uint16, mode="r"),
        documents=np.load(folder / "documents.npy"),
        held_out=int(manifest["held_out_documents"]),
        sources=tuple(entry["name"] for entry in manifest["sources"]),
        digest=str(manifest["ids_sha256"]),
    )
