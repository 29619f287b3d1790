"""Quotations, speakers and stance in Arabic news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stance.quotations import extract

__all__ = ["extract"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``import stance`` stays light."""
    if name == "extract":
        from stance.quotations import extract

        return extract
    raise AttributeError(f"module 'stance' has no attribute '{name}'")
