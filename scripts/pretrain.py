"""Pretrain an encoder: ``python scripts/pretrain.py CONFIG [key=value …] [--export DIR]``; run it again to resume."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from stance.training.config import ConfigError
from stance.training.curve import draw_curve
from stance.training.encoder_card import write_encoder_card
from stance.training.pretrain import Pretrainer
from stance.training.pretrain_config import load_pretrain_config


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("overrides", nargs="*", help="key=value")
    parser.add_argument("--export", type=Path, help="folder for the encoder when the run is done")
    parser.add_argument("--probes", type=Path, help="what scripts/probe.py -o wrote, for the card")
    parser.add_argument("--notes", type=Path, help="Markdown for the card")
    parser.add_argument("--stop-after", type=int, help="stop at this step; the schedule stays")
    arguments = parser.parse_args()
    try:
        config = load_pretrain_config(arguments.config, arguments.overrides)
        trainer = Pretrainer(config)
    except (ConfigError, FileNotFoundError, ValueError) as error:
        sys.exit(f"error: {error}")
    columns = (
        TextColumn("step {task.completed}/{task.total}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, disable=trainer.rank > 0) as progress:
        task = progress.add_task("starting", total=config.steps, completed=trainer.step)
        for record in trainer.run(arguments.stop_after):
            shown = " ".join(f"{k} {record[k]}" for k in ("loss", "held_out_loss", "pieces_per_second") if k in record)
            progress.update(task, completed=record["step"], description=shown)
            if not sys.stdout.isatty():
                print(record, flush=True)
    if trainer.rank == 0:
        draw_curve(trainer.history, Path(config.out) / "curve.png")
        if arguments.export:
            trainer.export(arguments.export)
            draw_curve(trainer.history, arguments.export / "curve.png")
            facts = {
                "folder": str(arguments.export),
                "config": arguments.config.stem,
                "parameters": trainer.parameters,
                "vocabulary": trainer.vocabulary.size,
                "seconds": trainer.seconds,
                "notes": arguments.notes.read_text(encoding="utf-8") if arguments.notes else "",
            }
            write_encoder_card(config, arguments.export, facts, trainer.history, arguments.probes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
