"""Turn a run into a model folder: ``python scripts/export.py runs/withdrawal models/withdrawal``.

Writes ONNX (fp32, int8), half-precision safetensors, tokenizer, calibration, metrics and the model card, after checking that
the exported model answers as the trained one on dev. Nothing is written if more than 1 % of the labels differ.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from stance.training.config import ConfigError, load_config


def main() -> int:
    """Export a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run folder of scripts/train.py")
    parser.add_argument("target", type=Path, help="the model folder to write")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="benchmarks=… and corpus=… where they moved")
    parser.add_argument("--precisions", default="fp32,int8", help="ONNX files to keep (default: %(default)s)")
    parser.add_argument("--no-fp16", action="store_true", help="leave out model.safetensors")
    parser.add_argument("--notes", type=Path, help="Markdown to add to the card")
    arguments = parser.parse_args()
    from stance.training.export import ExportError, export_run

    try:
        config = load_config(arguments.run / "config.yaml", arguments.overrides)
        checked = export_run(
            arguments.run,
            arguments.target,
            config,
            precisions=arguments.precisions.split(","),
            fp16=not arguments.no_fp16,
            notes=arguments.notes.read_text(encoding="utf-8") if arguments.notes else "",
        )
    except (ConfigError, ExportError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(checked, indent=1))
    sizes = {path.name: path.stat().st_size for path in sorted(arguments.target.iterdir())}
    print("\n".join(f"{size / 1e6:8.2f} MB  {name}" for name, size in sizes.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
