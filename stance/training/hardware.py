"""What the machine can do."""

from __future__ import annotations

from pathlib import Path

import torch


def choose_bf16(wanted: str | bool, on_cpu: bool) -> bool:
    """Decide on bfloat16: ``auto`` takes it where the hardware multiplies it by itself.

    :param wanted: ``auto``, true or false.
    :param on_cpu: Whether the run is on the CPU.
    :return: Whether to train in bfloat16.
    """
    if isinstance(wanted, bool):
        return wanted
    if not on_cpu:
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    info = Path("/proc/cpuinfo")
    flags = info.read_text(encoding="utf-8", errors="replace") if info.exists() else ""
    return "amx_bf16" in flags or "avx512_bf16" in flags


def use_cpu() -> bool:
    """Say whether there is no accelerator."""
    return not (torch.cuda.is_available() or torch.backends.mps.is_available())
