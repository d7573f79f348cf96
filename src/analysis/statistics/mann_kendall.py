"""Kendall's S of values in order of time: its variance, its p-value, and Sen's limits of the slope."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Beyond so many points the normal distribution with the correction for continuity differs in the sixth digit only.
_EXACT = 400


def kendall(value: NDArray[np.float64]) -> tuple[float, float]:
    """Kendall's S of values in order of time, and its variance under no trend, with ties."""
    n = len(value)
    first, second = np.triu_indices(n, 1)
    ties = np.unique(value, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    return float(np.sign(value[second] - value[first]).sum()), float(variance)


def p_value(value: NDArray[np.float64], s: float, variance: float) -> float:
    """The two-sided p-value of S: exact without ties, normal with the correction for continuity with ties.

    Values that are all equal have p = 1.
    """
    n = len(value)
    if variance == 0:
        return 1.0
    if len(np.unique(value)) < n or n > _EXACT:
        return corrected_p(s, variance)
    return float(min(1.0, 2 * _upper_tail(n)[round((abs(s) + n * (n - 1) / 2) / 2)]))


def corrected_p(s: float, variance: float) -> float:
    """The two-sided normal p-value of S with the correction for continuity (Kendall 1975)."""
    from scipy.special import ndtr

    return float(min(1.0, 2 * ndtr(-max(abs(s) - 1, 0) / np.sqrt(variance)))) if variance else 1.0


def sen_limits(
    value: NDArray[np.float64],
    flattest: NDArray[np.float64],
    steepest: NDArray[np.float64],
    variance: float,
    level: float,
) -> tuple[float, float]:
    """Sen's limits of the slope: the pairs' slopes at the ranks that the distribution of S gives.

    Without ties the ranks are those of its exact distribution (Hollander & Wolfe 1999, section 9.3), so that the limits
    leave out 0 exactly where p does not exceed 1 − level; where so few points cannot give the level, the limits are
    open (infinite). With ties they are those of the normal distribution, as in `scipy.stats.theilslopes`.
    """
    n, pairs = len(value), len(flattest)
    if n <= _EXACT and _upper_tail(n)[-1] > (1 - level) / 2 * (1 + 1e-12):
        return -np.inf, np.inf
    if len(np.unique(value)) < n or n > _EXACT:
        return at_ranks(flattest, steepest, variance, level)
    # The smallest S that chance exceeds in half of 1 − level at most; fewer pairs on one side are too few.
    tail = _upper_tail(n)
    rising = int(np.argmax(tail <= (1 - level) / 2 * (1 + 1e-12)))
    cut = pairs - rising
    return float(flattest[cut]), float(steepest[pairs - 1 - cut])


def at_ranks(
    flattest: NDArray[np.float64], steepest: NDArray[np.float64], variance: float, level: float
) -> tuple[float, float]:
    """Sen's limits by the normal distribution: with exact figures those of scipy.stats.theilslopes."""
    from scipy.special import ndtri

    reach = ndtri((1 + level) / 2) * np.sqrt(variance)
    low = max(round((len(flattest) - reach) / 2) - 1, 0)
    high = min(round((len(steepest) + reach) / 2), len(steepest) - 1)
    return float(flattest[low]), float(steepest[high])


@cache
def _upper_tail(n: int) -> NDArray[np.float64]:
    """For each number of rising pairs of n values in random order, the probability of so many or more."""
    chances = np.ones(1)
    for many in range(2, n + 1):
        # The many-th value rises above 0 … many − 1 of those before it, each equally often.
        sums = np.concatenate([[0.0], np.cumsum(chances)])
        at = np.arange(many * (many - 1) // 2 + 1)
        last, first = np.minimum(at + 1, len(chances)), np.maximum(at - many + 1, 0)
        chances = (sums[last] - sums[np.minimum(first, len(chances))]) / many
        half = len(chances) // 2
        # The distribution is symmetric, and its lower half is summed without loss of digits.
        chances[len(chances) - half :] = chances[:half][::-1]
    return np.cumsum(chances[::-1])[::-1]
