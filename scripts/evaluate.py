"""Score the extractor on annotated articles: ``python scripts/evaluate.py GOLD [--corpus DIR] [--errors]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stance.evaluation.extraction import evaluate_extraction


def main() -> int:
    """Parse the command line and print the scores."""
    parser = argparse.ArgumentParser(description="Score the extractor on annotated articles.")
    parser.add_argument("gold", type=Path, help="annotated quotations, JSON Lines")
    parser.add_argument("--corpus", type=Path, help="folder of <source>.txt.zst files, for corpus annotations")
    parser.add_argument("--resamples", type=int, default=1000, help="bootstrap resamples of articles")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--errors", action="store_true", help="list missed, spurious and wrongly attributed quotations")
    parser.add_argument("-o", "--output", type=Path, help="also write the scores to this JSON file")
    options = parser.parse_args()
    try:
        evaluate_extraction(
            options.gold,
            options.corpus,
            resamples=options.resamples,
            seed=options.seed,
            errors=options.errors,
            output=options.output,
        )
    except (OSError, ValueError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
