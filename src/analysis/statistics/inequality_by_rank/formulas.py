"""Inequality by rank as formulas on arrays: midpoint ranks, concentration index, slope index."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...errors import DataError
from ..count_regression import sandwich


def midpoint_ranks(rank_by: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of all weight that lies below each place, plus half of its own; ties share one rank.

    The weighted mean of these ranks is ½. The lowest ``rank_by`` (the poorest) comes first.
    """
    steps, at = np.unique(rank_by, return_inverse=True)
    of_step = np.bincount(at, weights, minlength=len(steps))
    ranks: np.ndarray = ((np.cumsum(of_step) - of_step / 2) / of_step.sum())[at]
    return ranks


def concentration_index_of(rates: np.ndarray, ranks: np.ndarray, weights: np.ndarray) -> float:
    """2 cov(rate, rank)/mean, weighted: negative where the rates are higher among the low ranks."""
    share = weights / weights.sum()
    mean = share @ rates
    return float(2 * (share @ ((rates - mean) * (ranks - 0.5))) / mean)


def kakwani_error(rates: np.ndarray, ranks: np.ndarray, index: float) -> float:
    """Standard error of a concentration index of equal weights (Kakwani, Wagstaff & van Doorslaer 1997, eq. 14)."""
    order = np.lexsort((rates, ranks))
    rates, ranks = rates[order], ranks[order]
    places, mean = len(rates), rates.mean()
    held = np.cumsum(rates) / rates.sum()
    before = np.concatenate([[0.0], held[:-1]])
    a = rates / mean * (2 * ranks - 1 - index) + 2 - before - held
    return float(np.sqrt(max((np.square(a).mean() - (1 + index) ** 2) / places, 0.0)))


def convenient_error(rates: np.ndarray, ranks: np.ndarray, weights: np.ndarray, robust: str | None = None) -> float:
    """Standard error of the slope of 2σ² y/μ on the rank, weighted: the "convenient regression" of the same index."""
    share = weights / weights.sum()
    spread = share @ np.square(ranks - 0.5)
    return line(2 * spread * rates / (share @ rates), ranks, weights, robust).error


def ends_of_index(low: np.ndarray, high: np.ndarray, ranks: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The least and the greatest concentration index while each rate moves within its limits.

    A ratio of two sums: each rate stands at one end, at the high one where 2R − 1 exceeds the index. Ends and index are
    settled in turns (Dinkelbach 1967).
    """

    def highest(pull: np.ndarray) -> float:
        found = -np.inf
        while True:
            rates = np.where(pull > found, high, low)
            total = weights @ rates
            better = float(weights @ (pull * rates) / total) if total > 0 else found
            if better <= found + 1e-14:
                return found
            found = better

    return -highest(1 - 2 * ranks), highest(2 * ranks - 1)


class Line(NamedTuple):
    """A weighted line on the midpoint rank: its start, its rise from rank 0 to 1, and the error of that."""

    intercept: float
    slope: float
    error: float


def line(rates: np.ndarray, ranks: np.ndarray, weights: np.ndarray, robust: str | None = None) -> Line:
    """Fit rates on ranks by weighted least squares; ``robust`` as for `count_regression.sandwich`."""
    if len(rates) < 3:
        raise DataError("a line needs three places at least; two have no scatter about it", remedy="add places")
    design = np.column_stack([np.ones(len(rates)), ranks])
    inverse = np.linalg.inv((design.T * weights) @ design)
    intercept, slope = inverse @ (design.T * weights) @ rates
    residuals = rates - intercept - slope * ranks
    if robust:
        covariance = sandwich(design, weights, weights * residuals, inverse, robust)
    else:
        covariance = inverse * (weights @ np.square(residuals)) / (len(rates) - 2)
    return Line(float(intercept), float(slope), float(np.sqrt(covariance[1, 1])))


def ends_of_slope(low: np.ndarray, high: np.ndarray, ranks: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The least and the greatest slope while each rate moves within its limits: a sum with fixed factors."""
    pull = weights * (ranks - 0.5)
    pull = pull / (pull @ (ranks - 0.5))
    return float(pull @ np.where(pull > 0, low, high)), float(pull @ np.where(pull > 0, high, low))
