"""Numbers that others printed, to hold ours against."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Vector(NamedTuple):
    """One published number: where it is printed, and how we come to it."""

    function: str
    source: str
    case: str
    printed: float
    ours: Callable[[], float]
    tolerance: float

    def __str__(self) -> str:
        return f"{self.function}: {self.case}"

    def check(self) -> None:
        found = float(self.ours())
        assert abs(found - self.printed) <= self.tolerance, (
            f"{self}: printed {self.printed} ({self.source}), ours {found}"
        )
