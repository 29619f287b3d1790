"""Texts that are nearly the same, and texts that share a run of words: duplicates within a part, leaks between parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from stance.arabic import normalise

# A pair is a near-duplicate above this Jaccard similarity of character 5-grams.
THRESHOLD, GRAM = 0.6, 5
# MinHash finds pairs somewhat below the threshold too; the exact similarity then decides.
_LSH_THRESHOLD, _PERMUTATIONS = 0.5, 128
_NOT_LETTERS = re.compile(r"[\W_]+")
Pair = tuple[int, int, float]


def grams(text: str) -> frozenset[str]:
    """Cut a text into character 5-grams, spelling levelled, punctuation as one space.

    :param text: Any text.
    :return: The grams; a shorter text is its own only gram.
    """
    flat = _NOT_LETTERS.sub(" ", normalise(text)).strip()
    return frozenset(flat[i : i + GRAM] for i in range(len(flat) - GRAM + 1)) or frozenset((flat,))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Similarity of two sets (Jaccard 1912).

    :param a: A set.
    :param b: Another.
    :return: Size of the intersection over size of the union.
    """
    return len(a & b) / len(a | b) if a or b else 1.0


class NearDuplicates:
    """An index of texts by MinHash (Broder 1997) with locality-sensitive hashing."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Index texts.

        :param texts: The texts; their positions are what ``find`` returns.
        :raises ImportError: If datasketch is not installed.
        """
        try:
            from datasketch import MinHashLSH
        except ImportError as error:
            raise ImportError("near-duplicates need datasketch: pip install 'arabic-stance[train]'") from error
        self._index = MinHashLSH(threshold=_LSH_THRESHOLD, num_perm=_PERMUTATIONS)
        self._grams = [grams(text) for text in texts]
        self._sketches = [_sketch(g) for g in self._grams]
        for number, sketch in enumerate(self._sketches):
            self._index.insert(number, sketch)

    def within(self, threshold: float = THRESHOLD) -> list[Pair]:
        """Find pairs among the indexed texts.

        :param threshold: Similarity that a pair must exceed.
        :return: Positions and similarity, the lower position first.
        """
        pairs = []
        for number, sketch in enumerate(self._sketches):
            pairs += self._similar(number, self._grams[number], sketch, threshold)
        return [(i, j, score) for i, j, score in pairs if i < j]

    def find(self, texts: Iterable[str], threshold: float = THRESHOLD) -> list[Pair]:
        """Find indexed texts that are nearly the same as given ones.

        :param texts: The given texts.
        :param threshold: Similarity that a pair must exceed.
        :return: Position among the given texts, position in the index, similarity.
        """
        pairs = []
        for number, text in enumerate(texts):
            cut = grams(text)
            pairs += self._similar(number, cut, _sketch(cut), threshold)
        return pairs

    def _similar(self, number: int, cut: frozenset[str], sketch: object, threshold: float) -> list[Pair]:
        near = sorted(self._index.query(sketch))
        scored = [(number, other, jaccard(cut, self._grams[other])) for other in near]
        return [pair for pair in scored if pair[2] > threshold]


def _sketch(cut: frozenset[str]) -> object:
    from datasketch import MinHash

    sketch = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([gram.encode("utf-8", "replace") for gram in sorted(cut)])
    return sketch


def duplicate_rate(texts: Sequence[str]) -> float:
    """Share of texts that have a near-duplicate before them: what one would delete to be rid of all.

    :param texts: The texts of a part.
    :return: 0 to 1.
    """
    return len({j for _, j, _ in NearDuplicates(texts).within()}) / len(texts) if texts else 0.0


def runs(text: str, words: int = 8) -> set[int]:
    """Hash every run of words of a text.

    :param text: Any text.
    :param words: Length of a run.
    :return: Hashes; none for a shorter text.
    """
    flat = _NOT_LETTERS.sub(" ", normalise(text)).split()
    return {hash(tuple(flat[i : i + words])) for i in range(len(flat) - words + 1)}


def shared_runs(texts: Sequence[str], others: Iterable[str], words: int = 8) -> list[int]:
    """Find texts that share a run of words with other, perhaps much longer, texts.

    :param texts: The texts to look at.
    :param others: Articles, for instance.
    :param words: Length of the run.
    :return: Positions among ``texts``.
    """
    seen: set[int] = set()
    for other in others:
        seen |= runs(other, words)
    return [number for number, text in enumerate(texts) if runs(text, words) & seen]
