"""Public stance benchmarks: cards, loaders, simple systems, reports."""
