"""What reading hands out beside articles: the inputs that were rejected, and the error that stops a strict reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be read: the file, the line or feed entry where there is one, and why."""

    file: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}" if self.line is None else f"{self.file}:{self.line}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return {"file": self.file, "line": self.line, "reason": self.reason}


class RejectedError(ValueError):
    """Raised by a strict reading at the first rejected input.

    :param rejected: The input.
    """

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(str(rejected))
        self.rejected = rejected
