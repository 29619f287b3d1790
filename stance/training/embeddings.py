"""Embeddings from co-occurrence counts, to start pretraining from: the first hours of masking teach little else."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from stance.training.corpus import PreparedCorpus


def cooccurrences(ids: np.ndarray, size: int, window: int, chunk: int = 2_000_000) -> sparse.csr_matrix:
    """Count how often two pieces stand within a window, near ones counting more (weight 1/distance).

    :param ids: Piece ids in order, shape (pieces,).
    :param size: Vocabulary size.
    :param window: Largest distance.
    :param chunk: Pieces counted at a time; bounds the memory.
    :return: Symmetric counts, shape (size, size).
    """
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for begin in range(0, len(ids), chunk):
        part = np.asarray(ids[begin : begin + chunk], dtype=np.int64)
        for distance in range(1, window + 1):
            pairs = part[:-distance] * size + part[distance:]
            keys, counts = np.unique(pairs, return_counts=True)
            weights = (counts / distance).astype(np.float32)
            total = total + sparse.csr_matrix((weights, (keys // size, keys % size)), shape=(size, size))
    return (total + total.T).tocsr()


def ppmi(counts: sparse.csr_matrix, shift: float = 1.0, smoothing: float = 0.75) -> sparse.csr_matrix:
    """Turn counts into shifted positive pointwise mutual information (Levy, Goldberg and Dagan 2015, sections 2 and 3.2).

    :param counts: Co-occurrence counts, shape (size, size).
    :param shift: Number of negative samples k; log k is taken off.
    :param smoothing: Exponent of the context distribution.
    :return: The matrix, its negative cells left out.
    """
    cells = counts.tocoo()
    rows = np.asarray(counts.sum(1)).ravel()
    contexts = np.asarray(counts.sum(0)).ravel() ** smoothing
    expected = rows[cells.row] * (contexts / contexts.sum())[cells.col]
    values = np.log(np.maximum(cells.data, 1e-9) / np.maximum(expected, 1e-9)) - np.log(shift)
    keep = values > 0
    shape = counts.shape
    return sparse.csr_matrix((values[keep].astype(np.float32), (cells.row[keep], cells.col[keep])), shape=shape)


def factorise(matrix: sparse.csr_matrix, dimensions: int, seed: int = 0, scale: float = 0.02) -> np.ndarray:
    """Cut a PPMI matrix down to dense vectors, U·√Σ of its truncated SVD (Levy, Goldberg and Dagan 2015, section 3.3).

    :param matrix: The matrix, shape (size, size).
    :param dimensions: Length of the vectors.
    :param seed: Of the randomised SVD (Halko et al. 2011).
    :param scale: Standard deviation of the result, BERT's initial one by default.
    :return: Vectors, shape (size, dimensions); pieces that never occur get noise.
    """
    from sklearn.utils.extmath import randomized_svd

    u, s, _ = randomized_svd(matrix, dimensions, n_iter=3, n_oversamples=16, random_state=seed)
    vectors = u * np.sqrt(s)
    # Rare pieces have short vectors and frequent ones long; a masked model wants them of like length.
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    chance = np.random.default_rng(seed)
    noise = chance.normal(size=vectors.shape)
    vectors = np.where(norms > 1e-8, vectors / np.maximum(norms, 1e-8) * np.sqrt(dimensions), noise)
    vectors = vectors - vectors.mean(0)
    # An SVD puts the weight on the first axes; a random rotation spreads it over all heads.
    rotation, _ = np.linalg.qr(chance.normal(size=(dimensions, dimensions)))
    vectors = vectors @ rotation
    return (vectors / vectors.std() * scale).astype(np.float32)


def training_ids(corpus: PreparedCorpus, limit: int) -> np.ndarray:
    """Take pieces from training documents spread over all sources.

    :param corpus: The prepared corpus.
    :param limit: Number of pieces, about.
    :return: Piece ids of whole documents.
    """
    documents = corpus.documents[: len(corpus.documents) - corpus.held_out]
    pieces = int((documents[:, 1] - documents[:, 0]).sum())
    step = max(1, round(pieces / limit))
    return np.concatenate([corpus.ids[start:end] for start, end, _ in documents[::step]])
