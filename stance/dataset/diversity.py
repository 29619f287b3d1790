"""How varied texts are, and how easily written ones are told from real ones."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stance.arabic import normalise

_ORDER, _FOLDS = 3, 5
# Weights of trigram, bigram, unigram and the uniform distribution (interpolation after Jelinek & Mercer 1980).
_WEIGHTS = (0.5, 0.3, 0.15, 0.05)
_START, _END = "<s>", "</s>"


@dataclass(frozen=True, slots=True)
class Diversity:
    """Higher is more varied, in all figures; compare only figures of samples of the same size."""

    texts: int
    words: int
    bits_per_word: float
    distinct_1: float
    distinct_2: float
    distinct_3: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as a JSON-ready mapping."""
        return asdict(self)


class TrigramModel:
    """An interpolated trigram language model over words."""

    def __init__(self, sentences: Sequence[Sequence[str]], vocabulary: int) -> None:
        """Count n-grams.

        :param sentences: Training texts as words.
        :param vocabulary: Number of words that may occur, for the uniform part.
        """
        self.vocabulary = vocabulary
        self.counts: list[Counter[tuple[str, ...]]] = [Counter() for _ in range(_ORDER)]
        self.histories: list[Counter[tuple[str, ...]]] = [Counter() for _ in range(_ORDER)]
        for sentence in sentences:
            padded = [_START] * (_ORDER - 1) + [*sentence, _END]
            for i in range(_ORDER - 1, len(padded)):
                for n in range(_ORDER):
                    gram = tuple(padded[i - n : i + 1])
                    self.counts[n][gram] += 1
                    self.histories[n][gram[:-1]] += 1

    def probability(self, gram: tuple[str, ...]) -> float:
        """Interpolate the probability of a word after two others; where a history is unknown the lower orders share its weight.

        :param gram: Two words of history and the word.
        :return: The probability.
        """
        total = _WEIGHTS[3] / self.vocabulary
        known = _WEIGHTS[3]
        for n in range(_ORDER):
            part = gram[_ORDER - 1 - n :]
            seen = self.histories[n][part[:-1]]
            if seen:
                weight = _WEIGHTS[_ORDER - 1 - n]
                total += weight * self.counts[n][part] / seen
                known += weight
        return total / known

    def bits(self, sentence: Sequence[str]) -> float:
        """Sum −log2 of the probabilities of a text.

        :param sentence: The text as words.
        :return: Bits, the end of the text included.
        """
        padded = [_START] * (_ORDER - 1) + [*sentence, _END]
        return -sum(math.log2(self.probability(tuple(padded[i - 2 : i + 1]))) for i in range(2, len(padded)))


def diversity(texts: Sequence[str], size: int | None = None, seed: int = 0) -> Diversity:
    """Measure how varied texts are: cross-entropy under a trigram model of the other texts (five folds), and distinct n-grams.

    :param texts: The texts; at least five.
    :param size: Take a random sample of this many words (in whole texts), to compare parts of different size.
    :param seed: Seed of the sample.
    :return: The figures.
    :raises ValueError: If there are fewer than five texts.
    """
    sentences = [normalise(text).split() for text in texts]
    sentences = [sentence for sentence in sentences if sentence]
    random.Random(seed).shuffle(sentences)
    if size is not None:
        taken, words = [], 0
        for sentence in sentences:
            if words >= size:
                break
            taken.append(sentence)
            words += len(sentence)
        sentences = taken
    if len(sentences) < _FOLDS:
        raise ValueError(f"diversity needs at least {_FOLDS} texts, got {len(sentences)}")
    vocabulary = len({word for sentence in sentences for word in sentence}) + 1
    bits = 0.0
    for fold in range(_FOLDS):
        model = TrigramModel([s for i, s in enumerate(sentences) if i % _FOLDS != fold], vocabulary)
        bits += sum(model.bits(s) for s in sentences[fold::_FOLDS])
    words = sum(map(len, sentences))
    distinct = [_distinct(sentences, n) for n in (1, 2, 3)]
    return Diversity(len(sentences), words, bits / (words + len(sentences)), *distinct)


def _distinct(sentences: Sequence[Sequence[str]], n: int) -> float:
    """Share of n-grams that are different (Li et al. 2016)."""
    all_grams = [tuple(s[i : i + n]) for s in sentences for i in range(len(s) - n + 1)]
    return len(set(all_grams)) / len(all_grams) if all_grams else 0.0


def tell_apart(written: Sequence[str], real: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """Train a classifier that tells written from real quotations, scored by five-fold cross-validation on equal halves.

    :param written: Written quotations.
    :param real: Real ones.
    :param seed: Seed of sample and folds.
    :return: AUC and accuracy (0.5 = cannot be told apart), and the character n-grams that give each kind away most.
    :raises ValueError: If one of the kinds has fewer than ten texts.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    size = min(len(written), len(real))
    if size < 2 * _FOLDS:
        raise ValueError(
            f"telling written from real needs {2 * _FOLDS} texts of each, got {len(written)} and {len(real)}"
        )
    rng = random.Random(seed)
    texts = [normalise(t) for t in (*rng.sample(list(written), size), *rng.sample(list(real), size))]
    labels = np.array([1] * size + [0] * size)
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=100_000, sublinear_tf=True),
        LogisticRegression(max_iter=1000, C=10),
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    scores = cross_val_predict(model, texts, labels, cv=folds, method="predict_proba")[:, 1]
    model.fit(texts, labels)
    names = model[0].get_feature_names_out()
    order = np.argsort(model[1].coef_[0])
    return {
        "texts": int(size),
        "auc": float(roc_auc_score(labels, scores)),
        "accuracy": float(((scores > 0.5) == labels).mean()),
        "written": [str(names[i]) for i in order[::-1][:20]],
        "real": [str(names[i]) for i in order[:20]],
    }
