"""Make starting embeddings: ``python scripts/cooccurrence_embeddings.py --corpus DIR --tokenizer DIR --out FILE.npy``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from stance.training import corpus, embeddings


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder made by scripts/prepare_corpus.py")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--window", type=int, default=4)
    parser.add_argument("--pieces", type=int, default=20_000_000)
    arguments = parser.parse_args()
    size = Tokenizer.from_file(str(arguments.tokenizer / "tokenizer.json")).get_vocab_size()
    ids = embeddings.training_ids(corpus.load(arguments.corpus), arguments.pieces)
    counts = embeddings.cooccurrences(ids, size, arguments.window)
    # Pairs seen about once are noise, and most of the matrix.
    counts.data[counts.data < 1.0] = 0
    counts.eliminate_zeros()
    matrix = embeddings.ppmi(counts)
    print(f"{len(ids)} pieces, {counts.nnz} pairs, {matrix.nnz} above chance")
    np.save(arguments.out, embeddings.factorise(matrix, arguments.dimensions))


if __name__ == "__main__":
    main()
