"""Print the datasheet: counts, agreement, near-duplicates, leaks, diversity of every labelled part.

Example: ``python scripts/datasheet.py --corpus DIR --benchmarks DIR --out docs/datasheet.md``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from stance.dataset.datasheet import datasheet, markdown


def main() -> None:
    """Compute and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder of <source>.txt.zst files")
    parser.add_argument("--benchmarks", type=Path, help="folder of public sets")
    parser.add_argument("--out", type=Path, help="also write the page here; .json writes the figures")
    arguments = parser.parse_args()
    sheet = datasheet(arguments.benchmarks, arguments.corpus)
    page = markdown(sheet)
    print(page)
    if arguments.out:
        text = json.dumps(sheet, ensure_ascii=False, indent=1) if arguments.out.suffix == ".json" else page
        arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
