"""The power of the exact conditional test of two counts, and the least ratios that it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Ratios that are looked through for the least that is found (few of large counts, whose power rises evenly), and how
#: close it is then told.
_GRID, _FEW, _LARGE, _TIGHT = 161, 21, 50, 1e-6
#: The tail of the first count that is left out of the sum.
_TAIL = 1e-12
#: From this mean of either count on the sum over the first is an integral: over so many points, as far as so many
#: standard errors. The power is then off by 1e-5 at most, a ratio by less than it is told to.
_SMOOTH, _POINTS, _REACH = 10_000, 64, 7.5
#: How far a bound is looked for at first about where the normal distribution puts it, and steps to where it lies.
_NEAR, _STEPS = 4.0, 6
#: Beyond so many standard errors (above: and so many counts more) a Poisson count has a chance below 1e-17.
_FAR, _FURTHER = 9.0, 30.0

_Bound = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


class TwoCounts:
    """A first count of some mean, and from and up to which second count the test tells the two apart.

    Parameters
    ----------
    weight
        The probability of each first count, in ascending order.
    upper, lower
        The least second count that is surely more, and the greatest that is surely less (−1: not even none is).
    """

    def __init__(self, weight: NDArray[np.float64], upper: NDArray[np.float64], lower: NDArray[np.float64]) -> None:
        self._weight, self._upper, self._lower = weight, upper, lower
        self._upto = np.concatenate([[0.0], np.cumsum(weight)])

    def power(self, mean: float) -> float:
        """The chance that the test tells a second count of this mean from the first."""
        from scipy.special import gammainc, gammaincc

        near, far = mean - _FAR * np.sqrt(mean), mean + _FAR * np.sqrt(mean) + _FURTHER
        # A second count surely reaches a bound far below its mean, and never one far above.
        reached, open_to = np.searchsorted(self._upper, [near, far])
        more = self._upto[reached] + gammainc(self._upper[reached:open_to], mean) @ self._weight[reached:open_to]
        open_from, kept = np.searchsorted(self._lower, [max(near, 0.0), far])
        less = gammaincc(self._lower[open_from:kept] + 1, mean) @ self._weight[open_from:kept]
        return float(more + less + self._upto[-1] - self._upto[kept])


def two_counts(means: Sequence[float], level: float, exposure: float) -> list[TwoCounts]:
    """The test for a first count of each mean; the second is counted over ``exposure`` times as much."""
    from scipy.special import gammaln, xlogy
    from scipy.stats import poisson

    least = _SMOOTH / min(1.0, exposure)
    summed = np.array([mean for mean in means if mean < least])
    ends = np.column_stack([poisson.ppf(_TAIL, summed), poisson.ppf(1 - _TAIL, summed) + 1])
    # Which counts are told apart does not depend on the mean: each is looked at once.
    first = np.unique(np.concatenate([np.arange(*row) for row in ends])) if len(ends) else summed
    upper, lower = _bounds(first, level, exposure)
    at = {mean: slice(*np.searchsorted(first, row)) for mean, row in zip(summed, ends, strict=True)}
    found = []
    for mean in means:
        if mean >= least:
            found.append(_smooth(mean, level, exposure))
            continue
        counts = first[at[mean]]
        weight = np.exp(xlogy(counts, mean) - gammaln(counts + 1) - mean)
        found.append(TwoCounts(weight, upper[at[mean]], lower[at[mean]]))
    return found


def power_of(mean: float, ratio: float, level: float = 0.95, exposure: float = 1.0) -> float:
    """The power of the exact conditional test of two counts: the first of this mean, the second ``ratio`` times it."""
    return two_counts([mean], level, exposure)[0].power(mean * ratio * exposure)


def least_ratios(means: NDArray[np.float64], power: float, level: float, exposure: float) -> NDArray[np.float64]:
    """The least rise and the least fall (a ratio below 1) of each mean that are found with the power."""
    different = [float(mean) for mean in np.unique(means[means > 0])]
    tests = two_counts(different, level, exposure)
    ends = {mean: _ends(test, mean, power, exposure) for mean, test in zip(different, tests, strict=True)}
    nothing = (float("nan"), float("nan"))
    return np.array([ends.get(float(mean), nothing) for mean in means]).reshape(-1, 2)


def _ends(test: TwoCounts, mean: float, power: float, exposure: float) -> tuple[float, float]:
    def short(log_ratio: float) -> float:
        return test.power(mean * float(np.exp(log_ratio)) * exposure) - power

    rise = float(np.exp(_least(short, 0.5, large=mean >= _LARGE)))
    fall = _least(short, -0.5, large=mean >= _LARGE) if test.power(0.0) >= power else float("nan")
    return rise, float(np.exp(fall))


def _least(short: Callable[[float], float], far: float, *, large: bool) -> float:
    """The logarithm of the least ratio on one side from which on the power does not fall short."""
    from scipy.optimize import brentq

    while short(far) < 0 and abs(far) < 20:
        far *= 1.5
    grid = np.linspace(far, 0.0, _FEW if large else _GRID).tolist()
    if large and short(grid[-1]) < 0:
        enough, first = 0, len(grid) - 1
        while first - enough > 1:
            middle = (enough + first) // 2
            enough, first = (enough, middle) if short(grid[middle]) < 0 else (middle, first)
    else:
        # Coming from the far end: the first place of the grid where the power falls short.
        first = next((at for at in range(1, len(grid)) if short(grid[at]) < 0), len(grid))
    if first == len(grid):
        return float(grid[-1])
    return float(brentq(short, grid[first - 1], grid[first], xtol=_TIGHT))


def _more(first: NDArray[np.float64], second: NDArray[np.float64], exposure: float) -> NDArray[np.float64]:
    """The chance of so high a second count, given the sum of both, if nothing changes."""
    from scipy.special import betainc

    return np.asarray(betainc(np.maximum(second, 0.5), first + 1, exposure / (1 + exposure)))


def _less(first: NDArray[np.float64], second: NDArray[np.float64], exposure: float) -> NDArray[np.float64]:
    """The chance of so low a second count, given the sum of both, if nothing changes."""
    from scipy.special import betainc

    return np.where(first > 0, betainc(np.maximum(first, 0.5), second + 1, 1 / (1 + exposure)), 1.0)


def _guessed(first: NDArray[np.float64], level: float, exposure: float) -> _Bound:
    """Where the bounds lie if the roots of counts are normal."""
    from scipy.special import ndtri

    apart = ndtri((1 + level) / 2) * np.sqrt(1 + exposure) / 2
    root = np.sqrt(exposure * (first + 0.5))
    return (root + apart) ** 2 + 0.5, np.maximum(root - apart, 0.0) ** 2 - 0.5


def _bounds(first: NDArray[np.float64], level: float, exposure: float) -> _Bound:
    """The least second count so high that the test tells, and the greatest so low; −1 where not even none does."""
    tail = (1 - level) / 2
    high, low = _guessed(first, level, exposure)
    most = 16.0 + np.ceil(4 * exposure * (first.max(initial=0.0) + 40))
    upper = _first_whole(lambda second: _more(first, second, exposure) <= tail, high, 0.0, np.full(len(first), most))
    beyond = np.ceil(exposure * first) + 1
    return upper, _first_whole(lambda second: _less(first, second, exposure) > tail, low, -1.0, beyond) - 1


def _first_whole(
    holds: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
    guess: NDArray[np.float64],
    least: float,
    most: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The first whole number above ``least`` for which something holds, as it does from there on and at ``most``."""
    low = np.clip(np.floor(guess - _NEAR), least, most - 1)
    high = np.clip(np.ceil(guess + _NEAR), least + 1, most)
    low = np.where((low > least) & holds(np.maximum(low, 0.0)), least, low)
    high = np.where((high < most) & ~holds(high), most, high)
    while (apart := high - low > 1).any():
        middle = np.floor((low + high) / 2)
        held = holds(np.maximum(middle, 0.0))
        low, high = np.where(apart & ~held, middle, low), np.where(apart & held, middle, high)
    return high


def _smooth(mean: float, level: float, exposure: float) -> TwoCounts:
    """The test of a large first count: bounds between whole numbers, which on average lie half a count beyond."""
    from scipy.special import gammaln

    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    reach = _REACH * np.sqrt(mean)
    first = mean + reach * nodes
    weight = weights * reach * np.exp(first * np.log(mean) - mean - gammaln(first + 1))
    high, low = _guessed(first, level, exposure)
    tail = (1 - level) / 2
    upper = _where_reached(lambda second: _more(first, second, exposure), high, tail)
    lower = _where_reached(lambda second: _less(first, second, exposure), low, tail)
    return TwoCounts(weight, upper + 0.5, lower - 0.5)


def _where_reached(
    chance: Callable[[NDArray[np.float64]], NDArray[np.float64]], guess: NDArray[np.float64], tail: float
) -> NDArray[np.float64]:
    """Where a chance is that of the tail, by secants of its logarithm."""
    former, here = guess + 1, guess
    gap_before, gap = (np.log(chance(at) / tail) for at in (former, here))
    for _ in range(_STEPS):
        fall = gap - gap_before
        step = np.divide(gap * (here - former), fall, out=np.zeros_like(gap), where=fall != 0)
        former, here, gap_before = here, here - step, gap
        gap = np.log(chance(here) / tail)
    return here
