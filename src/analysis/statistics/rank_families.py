"""The tests behind sets of ranks: which places of a list surely stand above which others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..frames import numbers_of
from .many_tests import adjusted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: Draws at a time, so that the differences stay in the processor's cache.
_BLOCK = 512
#: Points of the quadrature over a place's own error, at least and at most, and how many standard errors it reaches.
_POINTS, _MOST_POINTS, _REACH = 28, 256, 5.5
#: Guesses at how many leads are rejected, before the rest is halved.
_GUESSES = 6


def by_rounding(counts: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
    """The least and the greatest rank of each place where only intervals that do not meet tell two apart."""
    low = (counts["low"] / counts["size_high"]).to_numpy(float)
    high = (counts["high"] / counts["size_low"]).to_numpy(float)
    above = len(counts) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return 1 + above, len(counts) - below


def by_counts(
    counts: pd.DataFrame, simultaneous: bool, level: float, dispersion: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The least and the greatest rank of each place by exact tests of each two counts, given their sum."""
    from scipy.special import betainc

    low, high = (counts[column].to_numpy(float)[:, None] / dispersion for column in ("low", "high"))
    largest, least = (counts[column].to_numpy(float)[:, None] for column in ("size_high", "size_low"))
    # No count is never more than another; the incomplete beta function is not defined there.
    p = np.where(low > 0, betainc(np.maximum(low, 1e-300), high.T + 1, largest / (largest + least.T)), 1.0)
    others = ~np.eye(len(p), dtype=bool)
    lead, lag = (matrix[others].reshape(len(p), -1) for matrix in (p, p.T))
    if simultaneous:
        surely = np.zeros_like(others)
        surely[others] = adjusted(lead.ravel()) <= 1 - level
        return 1 + surely.sum(axis=0), len(p) - surely.sum(axis=1)
    surely = adjusted(np.hstack([lead, lag])) <= 1 - level
    below, above = surely[:, : lead.shape[1]].sum(axis=1), surely[:, lead.shape[1] :].sum(axis=1)
    return 1 + above, len(p) - below


def by_estimates(
    counts: pd.DataFrame, names: NDArray[Any], error: str, simultaneous: bool, level: float, seed: int, draws: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The least and the greatest rank of each place whose value has the standard error in a column."""
    errors = numbers_of(counts, error)
    if not (np.isfinite(errors) & (errors > 0)).all():
        raise DataError(
            "a standard error is missing or not positive", remedy="leave out what was not estimated", column=error
        )
    spread = np.hypot(errors[:, None], errors)
    lead = (counts["low"].to_numpy(float)[:, None] - counts["high"].to_numpy(float)) / spread
    if not simultaneous:
        above, below = _one_by_one(errors, lead, spread, level)
        return 1 + above, len(counts) - below
    # Random numbers go to the places by name or size, so that the order of rows does not matter. Single precision is
    # far below the error of the simulation.
    order = np.lexsort((counts["value"].to_numpy(float), errors, names))
    noise = np.empty((len(counts), draws), dtype=np.float32)
    noise[order] = np.random.default_rng(seed).standard_normal((len(counts), draws), dtype=np.float32)
    noise *= errors[:, None].astype(np.float32)
    above, below = _all_at_once(noise, lead, spread.astype(np.float32), level)
    return 1 + above, len(counts) - below


def _all_at_once(
    noise: NDArray[Any], lead: NDArray[Any], spread: NDArray[Any], level: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many are surely above and below each place, all statements true at once."""
    others = ~np.eye(len(noise), dtype=bool)
    untold = others.copy()
    while untold.any():
        largest = np.full(noise.shape[1], -np.inf, dtype=np.float32)
        for place in range(len(noise) - 1):
            later = np.arange(len(noise)) > place
            found = _largest(noise, place, spread[place], untold[place] & later, untold[:, place] & later)
            np.maximum(largest, found, out=largest)
        told = untold & (lead > np.quantile(largest, level))
        if not told.any():
            break
        untold &= ~told
    surely = others & ~untold
    return surely.sum(axis=0), surely.sum(axis=1)


def _largest(
    noise: NDArray[Any], place: int, spread: NDArray[Any], leads: NDArray[Any], lags: NDArray[Any]
) -> NDArray[Any]:
    """For each draw the largest lead of a place over the ``leads``, or of one of the ``lags`` over it, in errors."""
    either = np.flatnonzero(leads | lags)
    weight = 1 / spread[either, None]
    ahead, behind = np.flatnonzero(leads[either]), np.flatnonzero(lags[either])
    largest = np.full(noise.shape[1], -np.inf, dtype=np.float32)
    for start in range(0, noise.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        gap = noise[place, block] - noise[either, block]
        gap *= weight
        for rows, sign in ((ahead, 1), (behind, -1)):
            if len(rows):
                some = gap if len(rows) == len(either) else gap[rows]
                extreme = some.max(axis=0) if sign > 0 else -some.min(axis=0)
                np.maximum(largest[block], extreme, out=largest[block])
    return largest


def _one_by_one(
    errors: NDArray[Any], lead: NDArray[Any], spread: NDArray[Any], level: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many are surely above and below each place, each place a family of its own.

    Given a place's own error, its leads over the others are independent, so that the distribution of the largest is an
    integral over one normal variable (Gauss–Legendre). What Holm's correction rejects, steps with that distribution
    reject too, so that they begin with what Holm's leaves.
    """
    from scipy.special import ndtr

    count = len(errors)
    others = ~np.eye(count, dtype=bool)
    both = np.hstack([matrix[others].reshape(count, -1) for matrix in (lead, lead.T)])
    open_still = adjusted(ndtr(-both)) > 1 - level
    leads, lags = np.zeros_like(others), np.zeros_like(others)
    leads[others], lags[others] = open_still[:, : count - 1].ravel(), open_still[:, count - 1 :].ravel()
    for place in range(count):
        while leads[place].any() or lags[place].any():
            found = np.sort(np.concatenate([lead[place, leads[place]], lead[lags[place], place]]))[::-1]
            rejected = _rejected(found, _Held(errors, place, spread[place], leads[place], lags[place]), level)
            if not rejected:
                break
            least = found[rejected - 1]
            leads[place] &= lead[place] < least
            lags[place] &= lead[:, place] < least
    return (others & ~lags).sum(axis=1), (others & ~leads).sum(axis=1)


def _rejected(found: NDArray[Any], held: _Held, level: float) -> int:
    """How many of the leads, the largest first, are larger than the level's quantile; guessed, then told for sure."""
    at, chance = found[0], held(found[0])
    if chance <= level:
        return 0
    sure, no_more = 1, len(found) + 1
    for guesses in range(len(found)):
        if no_more - sure == 1:
            break
        beyond = int((found > _critical(at, chance, level)).sum()) if guesses < _GUESSES else (sure + no_more) // 2
        tried = min(max(beyond, sure + 1), no_more - 1)
        at, chance = found[tried - 1], held(found[tried - 1])
        sure, no_more = (tried, no_more) if chance > level else (sure, tried)
    return sure


def _critical(at: float, chance: float, level: float) -> float:
    """About where the chance that no lead is larger is the level: the tails of all leads fall as that of one."""
    from scipy.special import ndtr, ndtri

    tail = ndtr(-at) * np.log(level) / min(np.log(chance), -1e-300)
    return float(-ndtri(min(tail, 0.5)))


@cache
def _normal_grid(points: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Points and weights that integrate over a standard normal variable."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    z = nodes * _REACH
    return z, weights * _REACH * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


class _Held:
    """The distribution of the largest lead of a place over some others, and of others over it."""

    def __init__(
        self, errors: NDArray[Any], place: int, spread: NDArray[Any], leads: NDArray[Any], lags: NDArray[Any]
    ) -> None:
        # The larger a place's own error beside the others', the sharper are the edges of what is integrated.
        sharp = errors[place] / np.median(errors[leads | lags])
        z, self.weights = _normal_grid(int(np.clip(_POINTS * sharp, _POINTS, _MOST_POINTS)))
        # The lead over j is (own error − error of j) / spread: it stays below c where the error of j is above own
        # error − c · spread; the lead of j stays below c where its error is below own error + c · spread.
        both, only_leads, only_lags = leads & lags, leads & ~lags, lags & ~leads
        # Either end of both is the other one's mirror image, so that half of the points are enough.
        self.both = (errors[place] * z[len(z) // 2 :])[:, None] / errors[both], spread[both] / errors[both]
        self.leads, self.lags = (
            ((errors[place] * z)[:, None] / errors[some], spread[some] / errors[some])
            for some in (only_leads, only_lags)
        )

    def __call__(self, critical: float) -> float:
        """The chance that no lead is larger."""
        from scipy.special import ndtr

        (own, reach), (own_leads, reach_leads), (own_lags, reach_lags) = self.both, self.leads, self.lags
        # No lead and its opposite are both below nothing.
        both = np.maximum(ndtr(own + critical * reach) - ndtr(own - critical * reach), 0.0)
        half = np.prod(both, axis=1)
        inside = np.concatenate([half[::-1][: len(self.weights) // 2], half])
        inside *= np.prod(ndtr(critical * reach_leads - own_leads), axis=1)
        return float(self.weights @ (inside * np.prod(ndtr(critical * reach_lags + own_lags), axis=1)))
