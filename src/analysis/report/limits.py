"""What a notebook may use while it runs, and the message if it used more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """The limits of every notebook of a build; exceeding one stops it (:class:`~analysis.errors.BuildError`)."""

    seconds: float = 300.0
    """Seconds that one cell may take."""
    memory: float = 4e9
    """Bytes of memory that a notebook's process may hold."""
    output: float = 50e6
    """Bytes that a notebook may put out, and that one file it writes may have."""

    @property
    def took_too_long(self) -> str:
        """Why a cell that does not end was stopped."""
        return f"took longer than {self.seconds:g} s, the time limit for one cell (--time-limit)"

    @property
    def took_too_much(self) -> str:
        """Why a notebook that fills the memory was stopped."""
        return f"took more than {self.memory / 1e9:g} GB of memory, the limit for one notebook (--memory-limit)"

    @property
    def said_too_much(self) -> str:
        """Why a notebook whose output does not end was stopped."""
        return f"put out more than {self.output / 1e6:g} MB, the limit for one notebook or file (--output-limit)"

    def behind(self, reply: dict[str, Any]) -> str | None:
        """The limit behind the error that a cell ended with, if it is one."""
        name, text = reply.get("ename") or "", reply.get("evalue") or ""
        if "MemoryError" in name:
            return self.took_too_much
        if name == "OSError" and "File too large" in text:
            return self.said_too_much
        return None
