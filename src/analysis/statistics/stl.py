"""Seasonal-trend decomposition by local regression (STL) of many series of one length at once.

The fits of `statsmodels.tsa.seasonal.STL`, number for number, but that residuals of nothing but rounding errors give no
weights. A local regression is a product of matrices here, so that two hundred series take little longer than one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Points that a season's own values are smoothed over, and passes inside of and about the robust weights.
_SEASONAL, _INNER, _OUTER = 7, 2, 15
#: What is left of the range of a series by rounding alone.
_NOTHING = 1e-9


def robust_stl(values: NDArray[np.float64], period: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Trend and season of each row (a series without gaps, of two periods at least), robust to single outliers.

    Local linear regression of degree one throughout: over seven points of each season, over 1.5 period/(1 − 1.5/7) of
    the trend and over a period and one of what is left in the season, rounded up to odd numbers; fifteen passes with
    bisquare weights (Cleveland, Cleveland, McRae & Terpenning 1990, J. Official Statistics 6, 3–73).

    Parameters
    ----------
    values
        One row per series.
    period
        Periods in a season.

    Returns
    -------
    tuple of numpy.ndarray
        Trend and season, shaped like ``values``; what they leave is the rest.

    Examples
    --------
    >>> import numpy as np
    >>> month = np.arange(48)
    >>> trend, season = robust_stl(np.array([month + 5 * (month % 12 == 0)], dtype=float), 12)
    >>> trend[0, [12, 24]].round(1).tolist(), season[0, [12, 13]].round(1).tolist()
    ([12.4, 24.4], [4.6, -0.4])
    """
    points = values.shape[1]
    long = _odd(int(np.ceil(1.5 * period / (1 - 1.5 / _SEASONAL))))
    smooth_trend = _Loess(points, long)
    low_pass = _averages(points, period) @ _Loess(points, _odd(period + 1)).fixed()
    cycles = [_Cycle(points, period, first) for first in range(period)]
    trend, weights = np.zeros_like(values), np.ones_like(values)
    season = trend
    for passed in range(_OUTER + 1):
        for _ in range(_INNER):
            rough = np.empty((len(values), points + 2 * period))
            for cycle in cycles:
                rough[:, cycle.first :: period] = cycle.smoothed(values - trend, weights)
            season = rough[:, period:-period] - rough @ low_pass
            trend = smooth_trend(values - season, weights)
        if passed < _OUTER:
            weights = _bisquare(np.abs(values - trend - season), np.ptp(values, axis=1, keepdims=True))
    return trend, season


def _odd(many: int) -> int:
    return many + 1 - many % 2


def _bisquare(residuals: NDArray[np.float64], range_: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust weights; all alike where nothing is left but rounding errors, as of two periods, which any curve meets."""
    reach = 6 * np.median(residuals, axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.square(1 - np.square(residuals / reach))
    weights = np.where(residuals <= 0.001 * reach, 1.0, np.where(residuals <= 0.999 * reach, weights, 0.0))
    return np.where(reach <= _NOTHING * range_, 1.0, weights)


def _averages(points: int, period: int) -> NDArray[np.float64]:
    """The matrix of three moving averages in turn: over a period, over a period, over three."""
    found = np.eye(points + 2 * period)
    for many in (period, period, 3):
        found = np.lib.stride_tricks.sliding_window_view(found, many, axis=1).mean(axis=2)
    return found


class _Loess:
    """Local linear regression at evenly spaced places, as moments of tricube weights about each place."""

    def __init__(self, points: int, window: int, beyond: int = 0) -> None:
        """Of so many points; also at so many places before the first and after the last."""
        at = np.arange(-beyond, points + beyond)
        first = np.clip(at - (window - 1) // 2, 0, max(points - window, 0))
        last = np.minimum(first + window, points) - 1
        reach = np.maximum(at - first, last - at) + max(window - points, 0) // 2
        away = np.arange(points)[:, None] - at
        far = np.abs(away)
        with np.errstate(divide="ignore", invalid="ignore"):
            tricube = np.power(1 - np.power(far / reach, 3), 3)
        kernel = np.where(far <= 0.001 * reach, 1.0, np.where(far <= 0.999 * reach, tricube, 0.0))
        kernel[(np.arange(points)[:, None] < first) | (np.arange(points)[:, None] > last)] = 0.0
        self._moments = [kernel, kernel * away, kernel * away**2]
        self._narrow = (0.001 * (points - 1)) ** 2

    def __call__(self, values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The curve of each row under its own weights; a place without any keeps the value there."""
        heavy = weights * values
        total, first, second = (weights @ moment for moment in self._moments)
        level, slope = (heavy @ moment for moment in self._moments[:2])
        with np.errstate(divide="ignore", invalid="ignore"):
            middle, mean = first / total, level / total
            spread = second / total - middle**2
            lean = np.where(spread > self._narrow, -middle * (slope / total - middle * mean) / spread, 0.0)
        found: NDArray[np.float64] = np.where(total > 0, mean + lean, np.nan)
        return _kept(found, values)

    def fixed(self) -> NDArray[np.float64]:
        """The matrix of the regression without weights of the rows."""
        points = len(self._moments[0])
        return self(np.eye(points), np.ones((points, points)))


def _kept(found: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where no point had weight: the value itself, and beside the ends what comes next to them."""
    beyond = (found.shape[1] - values.shape[1]) // 2
    inside = slice(beyond, found.shape[1] - beyond)
    found[:, inside] = np.where(np.isnan(found[:, inside]), values, found[:, inside])
    if beyond:
        found[:, 0] = np.where(np.isnan(found[:, 0]), found[:, 1], found[:, 0])
        found[:, -1] = np.where(np.isnan(found[:, -1]), found[:, -2], found[:, -1])
    return found


class _Cycle:
    """The values of one season, such as all Januaries, with one more before and after."""

    def __init__(self, points: int, period: int, first: int) -> None:
        self.first, self._places = first, slice(first, None, period)
        self._loess = _Loess(len(range(points)[self._places]), _SEASONAL, beyond=1)

    def smoothed(self, values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._loess(values[:, self._places], weights[:, self._places])
