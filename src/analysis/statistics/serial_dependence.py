"""How much the dependence of neighbouring periods widens the variance of Kendall's S in short series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Beyond this a series of so few periods cannot be told from a random walk.
_MOST = 0.95
_STEPS = 12
#: So many periods more than terms are needed to see any dependence.
_LEAST_FREE = 4


def variance_of_s(values: NDArray[np.float64], season: NDArray[np.int64]) -> float:
    """By how much the variance of S exceeds that of independent periods; 1 where nothing indicates dependence.

    The series is taken as a first-order autoregression about its season and slope. For Gaussian x the covariance of
    sgn(x_j − x_i) and sgn(x_l − x_k) is (2/π) asin of the correlation of the differences; S is their sum over the pairs
    of equal season.

    Parameters
    ----------
    values
        One a period, missing where nothing was counted.
    season
        Where in its season each period lies.
    """
    at = np.flatnonzero(~np.isnan(values))
    coefficient = autoregression(values[at], at, season[at])
    if coefficient == 0:
        return 1.0
    if len(np.unique(season)) == 1:
        return max(1.0, _without_seasons(len(at), coefficient))
    pairs = [
        (at[(season[at] == one)][first], at[(season[at] == one)][second])
        for one in np.unique(season[at])
        for first, second in [np.triu_indices(int((season[at] == one).sum()), 1)]
    ]
    first, second = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))

    def correlation(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(coefficient ** np.abs(one[:, None] - other[None, :]))

    covariance = correlation(second, second) - correlation(second, first)
    covariance += correlation(first, first) - correlation(first, second)
    spread = np.sqrt(2 * (1 - coefficient ** (second - first)))
    signs = np.arcsin(np.clip(covariance / np.outer(spread, spread), -1, 1)) * 2 / np.pi
    independent = sum(n * (n - 1) * (2 * n + 5) / 18 for n in np.unique(season[at], return_counts=True)[1])
    return float(max(1.0, signs.sum() / independent))


def autoregression(values: NDArray[np.float64], at: NDArray[np.int64], season: NDArray[np.int64]) -> float:
    """The first-order coefficient (0 or more) of the residuals of season and slope, without the bias of short series.

    The autocorrelation of residuals is too small where many terms were fitted to few periods. The coefficient is the
    one at which the expected ratio of quadratic forms, tr(M L M Σ) / tr(M Σ), is the one observed; M makes residuals, L
    joins neighbours, Σ is the correlation.
    """
    n = len(values)
    dummies = (season[:, None] == np.unique(season)[None, :]).astype(np.float64)
    design = np.column_stack([dummies, (at - at.mean())])
    if n - design.shape[1] < _LEAST_FREE:
        return 0.0
    maker = np.eye(n) - design @ np.linalg.pinv(design)
    rest = maker @ values
    apart = np.abs(at[:, None] - at[None, :])
    neighbours = (apart == 1) / 2
    whole = float(rest @ rest)
    if whole <= 1e-12 * max(float(values @ values), 1.0) or not neighbours.any():
        return 0.0
    observed = float(rest @ neighbours @ rest) / whole
    joined = maker @ neighbours @ maker

    def expected(coefficient: float) -> float:
        correlation = coefficient**apart
        return float((joined * correlation).sum() / (maker * correlation).sum())

    low, high = 0.0, _MOST
    if observed <= expected(low):
        return 0.0
    if observed >= expected(high):
        return high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < observed else (low, middle)
    return (low + high) / 2


def _without_seasons(n: int, coefficient: float) -> float:
    """The factor of Hamed & Rao (1998) for S of a series without seasons, with the ranks' autocorrelations."""
    lag = np.arange(1, n)
    ranks = np.arcsin(coefficient**lag / 2) * 6 / np.pi
    weights = (n - lag) * (n - lag - 1) * (n - lag - 2)
    return float(1 + 2 / (n * (n - 1) * (n - 2)) * (weights * ranks).sum())
