"""Ask an ensemble about rows: ``python scripts/soft_labels.py rows.jsonl soft.jsonl runs/a/model runs/b/model``.

``rows.jsonl`` holds rows as ``stance.dataset`` gives them (labels are not looked at). Then train with
``unlabelled=rows.jsonl soft_labels=soft.jsonl``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stance.predict import ModelError, StanceClassifier
from stance.training.config import ConfigError
from stance.training.distil import write_soft_labels
from stance.training.splits import read_rows


def main() -> int:
    """Write the soft labels of an ensemble."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("models", nargs="+", help="model folders, shipped names or hub names")
    arguments = parser.parse_args()
    try:
        models = [StanceClassifier.load(model) for model in arguments.models]
        count = write_soft_labels(arguments.output, models, read_rows(arguments.rows))
    except (ConfigError, ModelError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{count} rows, {len(models)} models → {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
