"""How often chance alone gives steps as clear as those found: simulated series without a step, as dependent as they."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .steps import Seasons

#: Dates of which all pairs are tried as a level that changes and comes back, at most.
_PAIRED = 60
#: Dependences that are tried for the one that the residuals tell.
_DEPENDENCES = np.linspace(-0.45, 0.95, 15)
#: What is added to the dependence at least, however long the series is.
_LEAST_ADDED = 0.15


def dependence(rest: NDArray[np.float64], design: NDArray[np.float64]) -> float:
    """The dependence of neighbours (AR(1)) whose residuals, after a design, would be correlated as these are.

    Residuals are less correlated than errors, the more so the more columns were fitted: of errors with covariance Σ the
    residuals MΣM have the expected products tr(L MΣM) / tr(MΣM) of neighbours. One standard error, n^−½, is added,
    and 0.15 at least: the dates were chosen to leave little, and counts about a mean that wanders stay correlated
    longer than neighbours show. Without it noise gave a step in 7 % of long, dependent series (benchmarks/coverage.py).
    """
    square = float(rest @ rest)
    if square <= 0:
        return 0.0
    told = float(rest[1:] @ rest[:-1]) / square
    basis = np.linalg.svd(design, full_matrices=False)[0]
    away = np.abs(np.subtract.outer(np.arange(len(rest)), np.arange(len(rest))))
    expected = []
    for tried in _DEPENDENCES:
        left = np.power(tried, away)
        left = left - basis @ (basis.T @ left)
        left = left - (left @ basis) @ basis.T
        expected.append(np.trace(left, offset=1) / np.trace(left))
    middle = np.interp(told, np.maximum.accumulate(expected), _DEPENDENCES)
    return float(np.clip(middle + max(1 / np.sqrt(len(rest)), _LEAST_ADDED), 0.0, _DEPENDENCES[-1]))


def noise(n: int, hanging: float, draws: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Normal series without a step whose neighbours are correlated, in rows."""
    from scipy.signal import lfilter

    drawn = random.standard_normal((draws, n))
    drawn[:, 0] /= np.sqrt(1 - hanging**2)
    return np.asarray(lfilter([1.0], [1.0, -hanging], drawn, axis=1))


def p_of_any(
    rest: NDArray[np.float64], frame: Seasons, least: int, hanging: float, draws: int, random: np.random.Generator
) -> float:
    """The p value, over the whole series, of the clearest step, or of the clearest level that comes back."""
    drawn = frame.residuals(noise(len(rest), hanging, draws, random))
    places = np.arange(least, len(rest) - least + 1)
    observed, by_chance = (_clearest(some, frame, places, least) for some in (rest[None, :], drawn))
    return (1 + int((by_chance >= observed[0] - 1e-9).sum())) / (draws + 1)


def p_of_one(
    rest: NDArray[np.float64], frame: Seasons, at: int, hanging: float, draws: int, random: np.random.Generator
) -> float:
    """P of one step between its neighbours: as much of the squares as no place of a stretch without a step gives."""
    drawn = frame.residuals(noise(len(rest), hanging, draws, random))
    by_chance = frame.gains(drawn).max(axis=1) / (drawn**2).sum(axis=1)
    whole = float(rest @ rest)
    share = float(frame.gains(rest)[at - 1]) / whole if whole > 0 else 0.0
    return (1 + int((by_chance >= share - 1e-12).sum())) / (draws + 1)


def _clearest(rest: NDArray[np.float64], frame: Seasons, places: NDArray[np.int64], least: int) -> NDArray[np.float64]:
    """For each row by how much the BIC falls with one step or with two, whichever is more."""
    n = rest.shape[1]
    whole = (rest**2).sum(axis=1)
    one = frame.gains(rest)[:, places - 1].max(axis=1)
    two = frame.gains_of_pairs(rest, places[:: -(-len(places) // _PAIRED)], least)
    falls = [
        -n * np.log(1 - np.minimum(gain / np.maximum(whole, 1e-300), 1 - 1e-12)) - 2 * many * np.log(n)
        for many, gain in ((1, one), (2, two))
    ]
    return np.asarray(np.maximum(*falls))
