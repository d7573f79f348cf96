"""The least and the greatest value of an index while each count moves within its rounding interval."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from .formulas import gini_of, top_of, without_noise

if TYPE_CHECKING:
    from collections.abc import Callable

#: With so many uncertain counts, all corners of their box are looked at one by one; with more, an outer limit is taken.
_CORNERS = 12


def levels(low: np.ndarray, high: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Where a count begins or ends to follow the common level, and the counts at each of these levels."""
    weights = np.ones(len(low)) if weights is None else weights
    at = np.unique(np.concatenate([low / weights, high / weights]))
    at = at[at > 0]
    return at, np.clip(at[:, None] * weights, low, high)


def sorted_box(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends, the lowest interval first."""
    order = np.lexsort((high, low))
    return low[order], high[order]


def gini_extremes(low: np.ndarray, high: np.ndarray, value: float) -> tuple[float, float]:
    """Between two levels the index is a ratio of linear functions, so that its least value stands at one of them.

    Its greatest value is that of a ratio over all ranks and corners: with ratio r, rank k's count brings (2k − n − 1)/n
    − r,
    times the high end if that is positive, else the low one. Dinkelbach's (1967) method settles r, an assignment of
    ranks to counts
    each step.
    """
    from scipy.optimize import linear_sum_assignment

    if (low == high).all():
        return value, value
    least = gini_of(np.sort(levels(low, high)[1], axis=1)).min()
    n = len(low)
    weights = (2 * np.arange(1, n + 1) - n - 1) / n
    # A corner that is nearly the best, so that one or two assignments settle it.
    ends = np.where((low + high)[:, None] > (low + high)[None, :], high[:, None], low[:, None]).T
    some = ends.any(axis=1)
    most = max(value, float(gini_of(np.sort(ends[some], axis=1)).max(initial=0)))
    # Intervals that do not overlap leave no choice of ranks.
    apart = (high[:-1] <= low[1:]).all()
    while True:
        gain = weights - most
        if apart:
            rank = np.arange(n)
        else:
            rank = linear_sum_assignment(gain * np.where(gain > 0, high[:, None], low[:, None]), maximize=True)[1]
        counts = np.where(gain[rank] > 0, high, low)
        found = float(weights[rank] @ counts / counts.sum()) if counts.any() else 0.0
        if found <= most * (1 + 1e-12):
            return float(least), most
        most = found


def top_extremes(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest share of the k largest, for k from 0 to all.

    The greatest: k counts at their high ends, the others at their low ones; which k, Dinkelbach's (1967) method
    settles.
    """
    if (low == high).all():
        shares = top_of(np.sort(low))
        return shares, shares
    least = top_of(np.sort(levels(low, high)[1], axis=1)).min(axis=0)
    n, most = len(low), least.copy()
    while True:
        gain = high * (1 - most[:, None]) + low * most[:, None]
        first = np.argsort(-gain, axis=1, kind="stable")
        chosen = np.argsort(first, axis=1, kind="stable") < np.arange(n + 1)[:, None]
        up, down = (chosen * high).sum(axis=1), (~chosen * low).sum(axis=1)
        found = np.divide(up, up + down, out=np.zeros(n + 1), where=up + down > 0)
        if (found <= most * (1 + 1e-14)).all():
            return least, np.maximum(most, found)
        most = np.maximum(most, found)


def theil_extremes(low: np.ndarray, high: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The least and the greatest Theil index of the box."""
    from scipy.special import xlogy

    with np.errstate(divide="ignore", over="ignore"):
        return _ratio_extremes(
            low,
            high,
            weights,
            phi=lambda x, w: xlogy(x, x / w),
            index=lambda s, f: without_noise(f / s - np.log(s / weights.sum())),
            level=lambda s, f: np.exp(f / s),
            total=lambda start, slope: -start,
        )


def herfindahl_extremes(low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """The least and the greatest Herfindahl index of the box."""
    with np.errstate(divide="ignore"):
        return _ratio_extremes(
            low,
            high,
            np.ones(len(low)),
            phi=lambda x, w: x * x,
            index=lambda s, f: f / (s * s),
            level=lambda s, f: f / s,
            total=lambda start, slope: -2 * start / slope,
        )


def _ratio_extremes(
    low: np.ndarray,
    high: np.ndarray,
    weights: np.ndarray,
    *,
    phi: Callable[[np.ndarray, np.ndarray], np.ndarray],
    index: Callable[[np.ndarray, np.ndarray], np.ndarray],
    level: Callable[[np.ndarray, np.ndarray], np.ndarray],
    total: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> tuple[float, float]:
    """The extremes of an index of the sum s of counts and the sum f of a convex ``phi`` of them.

    Least: at a level where a count begins or ends to follow, or between two of them at the ``level`` where the index is
    stationary, given the sums of the counts that do not follow. Greatest: counts go from their low to their high ends
    by
    falling slope of ``phi``, along the upper edge of all points (s, f) that the box allows; an edge f = start + slope ·
    s has its
    stationary point at ``total``. Points inside an edge belong to no corner, so that this is an outer limit; few
    corners
    are looked at one by one.
    """
    if (low == high).all():
        value = float(index(low.sum(), phi(low, weights).sum()))
        return value, value
    at, counts = levels(low, high, weights)
    follows = (
        (low < at[:-1, None] * weights * (1 + 1e-15)) & (high >= at[1:, None] * weights * (1 - 1e-15)) & (low < high)
    )
    fixed, fixed_phi = (
        np.where(follows, 0, counts[:-1]).sum(axis=1),
        np.where(follows, 0, phi(counts[:-1], weights)).sum(axis=1),
    )
    inner = np.clip(level(np.maximum(fixed, 1e-300), fixed_phi), at[:-1], at[1:])
    counts = np.concatenate([counts, np.clip(inner[:, None] * weights, low, high)])
    least = index(counts.sum(axis=1), phi(counts, weights).sum(axis=1)).min()

    free = low < high
    if free.sum() <= _CORNERS:
        counts = np.tile(low, (1 << free.sum(), 1))
        counts[:, free] = np.array(list(product(*zip(low[free], high[free], strict=True))))
        counts = counts[counts.any(axis=1)]
        return float(least), float(index(counts.sum(axis=1), phi(counts, weights).sum(axis=1)).max())
    slope = (phi(high, weights) - phi(low, weights))[free] / (high - low)[free]
    falling = np.argsort(-slope, kind="stable")
    slope = slope[falling]
    s = low.sum() + np.concatenate([[0], np.cumsum((high - low)[free][falling])])
    f = phi(low, weights).sum() + np.concatenate(
        [[0], np.cumsum((phi(high, weights) - phi(low, weights))[free][falling])]
    )
    start = f[:-1] - slope * s[:-1]
    edge = np.clip(np.nan_to_num(total(start, slope), nan=0.0), s[:-1], s[1:])
    s, f = np.concatenate([s, edge]), np.concatenate([f, start + slope * edge])
    return float(least), float(index(s[s > 0], f[s > 0]).max())
