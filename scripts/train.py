"""Fine-tune an encoder on labelled quotations: ``python scripts/train.py configs/smoke.yaml [key=value …]``.

Several GPUs: ``torchrun --nproc-per-node 4 scripts/train.py …`` or ``accelerate launch scripts/train.py …``.
A run that was stopped goes on when the same command is given again.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from stance.training.config import ConfigError, load_config


def main() -> int:
    """Train what the configuration says and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", help="a YAML file, see configs/")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="wins over the file")
    arguments = parser.parse_args()
    try:
        config = load_config(arguments.config, arguments.overrides)
        from stance.training.finetune import train

        summary = train(config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if not summary:  # not the main process of a distributed run
        return 0
    console = Console()
    for split in ("dev", "test", "cross_validated"):
        if split in summary:
            console.print(_table(split, summary[split]))
    console.print(f"{len(config.seeds)} seed(s), {summary['seconds']:.0f} s of training → {config.folder}")
    if "model" in summary:
        fitted = summary["model"]["calibration"]
        console.print(
            f"model from {', '.join(summary['model']['from'])}; temperature {fitted['temperature']:.2f}, "
            f"abstains below {fitted['threshold']:.2f}\nnext: python scripts/export.py {config.folder} models/{config.name}"
        )
    return 0


def _table(split: str, scores: dict) -> Table:
    table = Table(title=f"{split}: mean ± standard deviation over seeds, in per cent")
    for column in ("source", "n", "macro-F1", "F_avg", "accuracy"):
        table.add_column(column, justify="left" if column == "source" else "right")
    for source, measures in scores.items():
        cells = []
        for name in ("macro_f1", "f_avg", "accuracy"):
            deviation = measures[name]["sd"]
            cells.append(f"{100 * measures[name]['mean']:.1f}" + (f" ± {100 * deviation:.1f}" if deviation else ""))
        table.add_row(source, str(measures["n"]), *cells)
    return table


if __name__ == "__main__":
    sys.exit(main())
