"""Batches for masked-language modelling: packed windows in a fixed random order, and whole-word masks of a fixed size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from stance.training.corpus import PreparedCorpus
from stance.training.tokenizer import CONTINUATION, SPECIAL_TOKENS, piece_id


@dataclass(frozen=True)
class MaskedBatch:
    """``inputs`` (sequences, length); ``positions`` (masked,) into the flattened inputs; ``labels`` (masked,)."""

    inputs: np.ndarray
    positions: np.ndarray
    labels: np.ndarray


class Vocabulary:
    """What masking needs to know of a tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.size = tokenizer.get_vocab_size()
        self.special = np.array([piece_id(tokenizer, token) for token in SPECIAL_TOKENS])
        self.cls, self.mask = piece_id(tokenizer, "[CLS]"), piece_id(tokenizer, "[MASK]")
        self.continues = np.zeros(self.size, bool)
        for piece, index in tokenizer.get_vocab().items():
            self.continues[index] = piece.startswith(CONTINUATION)


def mask_words(sequences: np.ndarray, count: int, vocabulary: Vocabulary, chance: np.random.Generator) -> MaskedBatch:
    """Hide whole words, as many as make exactly ``count`` pieces; the last word chosen may be cut.

    Of the pieces, 80 % become ``[MASK]``, 10 % a random piece, 10 % stay (Devlin et al. 2019). The number is fixed because
    varying shapes make compiled kernels be built anew at every step.

    :param sequences: Piece ids, shape (sequences, length).
    :param count: Number of pieces to predict.
    :param vocabulary: The vocabulary.
    :param chance: Source of randomness.
    :return: The batch.
    """
    flat = sequences.reshape(-1).astype(np.int64)
    starts = ~vocabulary.continues[flat]
    starts[:: sequences.shape[1]] = True
    word = np.cumsum(starts) - 1
    eligible = ~np.isin(flat, vocabulary.special)
    keys = chance.random(word[-1] + 1)[word]
    keys[~eligible] = 2.0
    # Pieces of one word share a key, so a stable sort keeps words whole.
    positions = np.sort(np.argsort(keys, kind="stable")[:count])
    labels = flat[positions]
    draw = chance.random(count)
    hidden = np.where(draw < 0.8, vocabulary.mask, labels)
    random_pieces = chance.integers(len(SPECIAL_TOKENS), vocabulary.size, count)
    inputs = flat.copy()
    inputs[positions] = np.where(draw >= 0.9, random_pieces, hidden)
    return MaskedBatch(inputs.reshape(sequences.shape), positions, labels)


class WindowStream:
    """The training documents, shuffled anew at every pass, packed one after another and read in shuffled windows.

    What step ``n`` reads depends on the seed and ``n`` alone, so a resumed run sees what an unbroken one would have seen.
    """

    def __init__(self, corpus: PreparedCorpus, vocabulary: Vocabulary, weights: dict[str, float], seed: int) -> None:
        unknown = set(weights) - set(corpus.sources)
        if unknown:
            raise ValueError(f"source_weights names {sorted(unknown)}; the corpus has {', '.join(corpus.sources)}")
        self._corpus, self._vocabulary, self._seed = corpus, vocabulary, seed
        self._train = corpus.documents[: len(corpus.documents) - corpus.held_out]
        self._weights = np.array([weights.get(name, 1.0) for name in corpus.sources])
        if not len(self._train):
            raise ValueError("the corpus has no training documents")
        self._pass: tuple[int, np.ndarray] | None = None
        rows = self._train[self._documents(0)]
        self._pieces = int((rows[:, 1] - rows[:, 0]).sum())

    def _documents(self, number: int) -> np.ndarray:
        chance = np.random.default_rng((self._seed, 1, number))
        weights = self._weights[self._train[:, 2]]
        repeats = np.floor(weights + chance.random(len(weights))).astype(int)
        return chance.permutation(np.repeat(np.arange(len(weights)), repeats))

    def _read(self, documents: np.ndarray) -> np.ndarray:
        ids = self._corpus.ids
        return np.concatenate([ids[start:end] for start, end, _ in self._train[documents]])

    def pieces_in_pass(self) -> int:
        """Return the number of pieces of the first pass."""
        return self._pieces

    def batch(self, piece_offset: int, sequences: int, length: int) -> np.ndarray:
        """Read the windows that follow a number of pieces.

        :param piece_offset: Pieces read before, over all passes.
        :param sequences: Number of windows.
        :param length: Pieces in a window, ``[CLS]`` first.
        :return: Piece ids, shape (sequences, length).
        """
        inner = length - 1
        per_pass = self.pieces_in_pass()
        usable = per_pass // inner // sequences * sequences
        if not usable:
            raise ValueError(f"the corpus has {per_pass} pieces, fewer than one batch of {sequences} × {length}")
        batch_number = piece_offset // (sequences * length)
        number, first = divmod(batch_number * sequences, usable)
        stream = self._stream(number)
        # Later passes may be a little shorter where weights are fractions; windows wrap around.
        windows = len(stream) // inner
        order = np.random.default_rng((self._seed, 2, number, length)).permutation(windows)
        chosen = order[np.arange(first, first + sequences) % windows]
        body = stream[: windows * inner].reshape(windows, inner)[chosen]
        front = np.full((sequences, 1), self._vocabulary.cls, body.dtype)
        return np.concatenate([front, body], axis=1)

    def _stream(self, number: int) -> np.ndarray:
        if self._pass is None or self._pass[0] != number:
            self._pass = (number, self._read(self._documents(number)))
        return self._pass[1]


def held_out_windows(corpus: PreparedCorpus, vocabulary: Vocabulary, sequences: int, length: int) -> np.ndarray:
    """Pack the held-out documents into windows.

    :param corpus: The prepared corpus.
    :param vocabulary: The vocabulary.
    :param sequences: Number of windows at most.
    :param length: Pieces in a window.
    :return: Piece ids, shape (windows, length).
    :raises ValueError: If the held-out documents do not fill one window.
    """
    documents = corpus.documents[len(corpus.documents) - corpus.held_out :]
    stream = np.concatenate([np.zeros(0, np.uint16), *(corpus.ids[a:b] for a, b, _ in documents)])
    windows = min(len(stream) // (length - 1), sequences)
    if not windows:
        raise ValueError("the held-out documents do not fill one window; prepare a larger corpus")
    # Spread over the whole part: its documents stand in order of source.
    starts = np.linspace(0, len(stream) - (length - 1), windows).astype(int)
    body = np.stack([stream[s : s + length - 1] for s in starts])
    return np.concatenate([np.full((windows, 1), vocabulary.cls, body.dtype), body], axis=1)
