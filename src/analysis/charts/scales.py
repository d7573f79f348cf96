"""Scales: from numbers to pixels, with ticks at round numbers."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .style import text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True)
class Scale:
    """Numbers from ``first`` to ``last`` on pixels from ``start`` to ``end``; linear ones begin at zero by default."""

    first: float
    last: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def around(
        cls, values: Iterable[float], start: float, end: float, log: bool = False, from_zero: bool = True
    ) -> Scale:
        """A scale that holds all the values; a linear one holds zero too, unless told otherwise."""
        values = [float(value) for value in values if math.isfinite(value)]
        if log:
            positive = [value for value in values if value > 0]
            first, last = min(positive), max(positive)
            return cls(first / 1.15, last * 1.15, start, end, True)
        anchor = [0.0] if from_zero else []
        first, last = min(anchor + values), max(anchor + values)
        room = (last - first) or 1.0
        # Room below the lowest value, but never into the other sign.
        below = first - 0.02 * room if first < 0 else max(0.0, first - 0.02 * room) if not from_zero else first
        return cls(below, last + 0.02 * room, start, end)

    def __call__(self, value: float) -> float:
        """The pixel at which a number stands."""
        if self.log:
            part = math.log(max(value, self.first) / self.first) / math.log(self.last / self.first)
        else:
            part = (value - self.first) / (self.last - self.first)
        return self.start + part * (self.end - self.start)

    def ticks(self, write: Callable[[float], str], size: float, most: int = 7) -> list[tuple[float, str]]:
        """Round numbers within the scale with their labels; as many as stand apart from one another."""
        return next(
            (
                marks
                for marks in self._candidates(write, most)
                if self._apart([text for _, text in marks], [self(tick) for tick, _ in marks], size)
            ),
            [],
        )

    def _candidates(self, write: Callable[[float], str], most: int) -> Iterator[list[tuple[float, str]]]:
        if self.log:
            powers = range(math.floor(math.log10(self.first)), math.ceil(math.log10(self.last)) + 1)
            series = [[step * 10.0**power for power in powers for step in steps] for steps in ((1, 2, 5), (1, 3), (1,))]
            series += [[10.0**power for power in powers if power % every == 0] for every in (2, 3, 4)]
        else:
            magnitude = 10.0 ** math.floor(math.log10(max(abs(self.first), abs(self.last)) / most))
            series = []
            for unit in (1, 2, 5, 10, 20, 50, 100, 200, 500):
                step = unit * magnitude
                series.append([n * step for n in range(math.ceil(self.first / step), math.floor(self.last / step) + 1)])
        for marks in series:
            inside = [round(mark, 12) for mark in marks if self.first <= mark <= self.last]
            if len(inside) <= most:
                yield [(mark, write(mark)) for mark in inside]

    @staticmethod
    def _apart(texts: list[str], at: list[float], size: float) -> bool:
        edges = sorted(
            (x - text_width(text, size) / 2, x + text_width(text, size) / 2) for text, x in zip(texts, at, strict=True)
        )
        return all(right + 0.8 * size < left for (_, right), (left, _) in itertools.pairwise(edges))
