"""Join labels with texts and write Parquet files and a data set card.

Example: ``python scripts/build_dataset.py --out DIR --corpus DIR --benchmarks DIR``

Labels of corpus texts are kept as offsets; the texts come from the user's own corpus folder and every document is checked by its
SHA-256. What is missing is counted and named, and listed in ``missing.json``. The result holds other people's sentences
and is for your own use.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from stance.dataset.card import dataset_card
from stance.dataset.huggingface import to_dataset_dict
from stance.dataset.loading import SOURCES, describe_missing, load_source
from stance.dataset.rows import Loaded, Missing, Splits


def main() -> None:
    """Build the data set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--corpus", type=Path, help="folder of <source>.txt.zst files")
    parser.add_argument("--benchmarks", type=Path, help="folder of public sets")
    parser.add_argument(
        "--sources", nargs="+", choices=SOURCES, help="what to include; by default all that can be loaded"
    )
    arguments = parser.parse_args()

    splits: Splits = {"train": [], "dev": [], "test": []}
    missing: list[Missing] = []
    left_out: list[str] = []
    for name in arguments.sources or SOURCES:
        try:
            loaded: Loaded = load_source(name, arguments.benchmarks, arguments.corpus)
        except (FileNotFoundError, ValueError) as error:
            if arguments.sources:
                raise SystemExit(f"{name}: {error}") from error
            left_out.append(f"{name}: {error}")
            continue
        missing += loaded.missing
        for split, rows in loaded.splits.items():
            splits[split] += rows

    arguments.out.mkdir(parents=True, exist_ok=True)
    for split, table in to_dataset_dict(splits).items():
        table.to_parquet(str(arguments.out / f"{split}.parquet"))
        print(f"{split}: {table.num_rows} rows")
    card = dataset_card(splits, missing, left_out)
    (arguments.out / "README.md").write_text(card, encoding="utf-8")
    named = json.dumps([asdict(item) for item in missing], ensure_ascii=False, indent=1)
    (arguments.out / "missing.json").write_text(named, encoding="utf-8")
    for line in left_out:
        print(f"left out: {line}")
    print(describe_missing(missing) if missing else "every labelled document was found")


if __name__ == "__main__":
    main()
