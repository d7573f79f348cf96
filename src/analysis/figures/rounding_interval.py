"""The rounding interval: what the printed form of a number allows its true value to be."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from . import number_expressions

if TYPE_CHECKING:
    import numpy as np

    from .number_expressions import Amount, Part


#: Fractions that have a name of their own; whoever prints one has chosen it among these.
_NAMED = [Fraction(one) for one in ["0", "1/10", "1/5", "1/4", "1/3", "1/2", "2/3", "3/4", "4/5", "9/10", "1"]]


class RoundingInterval(NamedTuple):
    """Value and bounds of numbers printed alike, one entry per number."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    digits: np.ndarray


def rounding_interval(coefficients: np.ndarray, printed: Amount, qualifier: str, exact: bool) -> RoundingInterval:
    """The rounding intervals of numbers that differ only in their ``coefficients``.

    The reckoning is in whole numbers, twentieths of the last printed place, so that one rounding is made, at the end.
    """
    import numpy as np

    count = coefficients
    length = np.searchsorted(_powers(), np.maximum(count, 1), side="right")
    zeros = np.zeros(len(count), dtype="int64")
    if not printed.decimals:
        rest, ends = np.maximum(count, 1), np.arange(len(count))
        while (more := rest % 10 == 0).any():
            rest, ends = rest[more] // 10, ends[more]
            zeros[ends] += 1
    # Zeros only fill places where a number is printed in full, or where there is no other way to print it: counted by
    # ten thousands (300万), or with more digits before its scale word than are chosen freely (4.300 millones).
    filled = (zeros >= 2) & (printed.full | printed.myriads | (count >= 1000))
    known = ~filled & printed.full
    loose = 20 * _powers()[zeros]  # one unit of the last digit that is not zero
    half = np.where(known, 0, np.where(filled, loose // 2, 10))
    value = 20 * count
    match qualifier:
        case _ if exact:
            low = high = value
        case "about":
            wide = np.where(known, loose, 2 * half)
            low, high = value - wide, value + wide
        case "more than" | "at least":
            low, high = value, value + loose
        case "nearly":
            # A number just below a power of ten would be printed with one digit more.
            low, high = value - np.where(count == _powers()[length - 1], loose // 10, loose), value
        case "up to" | "less than":
            low, high = 0 * value, value
        case _:
            low, high = value - half, value + half
    twentieth = Fraction(printed.place) / 20
    value, low, high = (
        one * float(twentieth.numerator) / twentieth.denominator for one in (value, np.maximum(low, 0), high)
    )
    if twentieth < 0:
        low, high = high, low
    rounded = (filled | known) if qualifier == "about" else filled | (qualifier in ("more than", "at least", "nearly"))
    return RoundingInterval(value, low, high, length - np.where(rounded, zeros, 0))


@functools.cache
def _powers() -> np.ndarray:
    import numpy as np

    return 10 ** np.arange(number_expressions.MOST_DIGITS + 1, dtype="int64")


def interval_of_part(part: Part, qualifier: str, exact: bool) -> tuple[Fraction, Fraction, Fraction]:
    """Value and bounds of a fraction in words, which was chosen among the fractions that have names."""
    value, step = part.value, Fraction(1, part.denominator)
    before = max([named for named in _NAMED if named < value] + [value - step])
    after = min([named for named in _NAMED if named > value] + [value + step])
    below, above = (value - before) / 2, (after - value) / 2
    match qualifier:
        case _ if exact:
            return value, value, value
        case "about":
            return value, max(value - 2 * below, Fraction(0)), value + 2 * above
        case "more than" | "at least":
            return value, value, after
        case "nearly":
            return value, before, value
        case "up to" | "less than":
            return value, Fraction(0), value
    return value, value - below, value + above


class Ends(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


def meet(one: Any, other: Any) -> bool:
    """Whether the intervals ``low`` to ``high`` of two figures have more than an end in common."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    # An interval is half-open; only an exact figure holds its end.
    return bool(low < high or (low == high and (one.low == one.high or other.low == other.high)))


class Intervals:
    """Very many intervals, which can be asked in logarithmic time how many of them :func:`meet` a given one."""

    def __init__(self, rows: Iterable[Any]) -> None:
        known = {(row.low, row.high) for row in rows}
        spans = [(low, high) for low, high in known if low < high]
        self._lows, self._highs = sorted(low for low, _ in spans), sorted(high for _, high in spans)
        self._points = sorted(low for low, high in known if low == high)

    def meeting(self, one: Any) -> int:
        """How many of the different intervals meet that of a row."""
        low, high = one.low, one.high
        points = bisect_right(self._points, high) - bisect_left(self._points, low)
        if low == high:
            return points + bisect_right(self._lows, high) - bisect_left(self._highs, low)
        return points + bisect_left(self._lows, high) - bisect_right(self._highs, low)
