"""Measure models on Arabic stance benchmarks: the same as ``stance benchmark``; see ``--help``."""

from stance.benchmarks.cli import app

if __name__ == "__main__":
    app()
