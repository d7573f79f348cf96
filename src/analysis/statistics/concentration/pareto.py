"""The Pareto tail of the largest places, with its goodness of fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ..comparable_places import checked_places
from ..result import Record, result
from .bootstrap import checked_options

#  With fewer places the exponent of a tail is too vague to tell; our choice, in the spirit of Clauset, Shalizi & Newman
# (2009).
TAIL_PLACES = 50

#: A tail begins at such a count or above: below it the continuous form is too far from whole numbers.
TAIL_FROM = 6

#: The paper's rule: a power law is ruled out where the p-value is not above this.
RULED_OUT = 0.1


def pareto_tail(frame: Any, level: float = 0.95, draws: int = 1000, seed: int = 1) -> pd.DataFrame:
    """The exponent α of a Pareto (power-law) tail, p(x) ∝ x^−α from some count on, with its goodness of fit.

    The method is that of Clauset, Shalizi & Newman (2009).

    Parameters
    ----------
    frame
        As for `concentration`, with 50 places at least.
    level
        Of the limits of α: exact for the fitted tail (n (α̂ − 1)⁻¹ follows a gamma distribution), over the rounding
        intervals.
    draws, seed
        Of the semi-parametric bootstrap of the fit: with r draws p is exact to about 1 / (2 √r).

    Returns
    -------
    pandas.DataFrame
        One row: ``index, value, low, high, method, level`` as of `concentration`, and ``tail_from`` (the count where
        the tail begins,
        chosen by the smallest Kolmogorov–Smirnov distance), ``tail_places``, ``distance``, ``p`` and ``plausible`` (p
        above 0.1).

    Notes
    -----
    α̂ = 1 + m / Σ ln(x / (x_min − ½)) over the m places of the tail (their approximation for whole counts, taken from 6
    on). The
    distance is taken against the continuous law rounded to whole counts. A large p does not prove a power law: others,
    such as a
    log-normal, may fit as well or better. Not for lists of the largest places only: what was cut off below bends the
    fit.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for fewer than 50 places, or fewer than 10 of them in any tail.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.statistics import pareto_tail
    >>> counts = pd.DataFrame(
    ...     {"iso3": [f"Q{n:02d}" for n in range(60)], "value": [int(6 * (60 / (n + 0.5)) ** 0.8) for n in range(60)]}
    ... )
    >>> pareto_tail(counts, draws=200)[["value", "tail_from", "plausible"]].round(2).values.tolist()
    [[2.2, 6.0, True]]
    """
    from scipy.special import gammaincinv

    frame, warnings = checked_places(frame)
    checked_options(level, draws)
    x = np.sort(frame["value"].to_numpy(float))
    if len(x) < TAIL_PLACES:
        raise DataError(
            f"a tail needs {TAIL_PLACES} places at least, this table has {len(x)}",
            remedy="take the share of the top places instead",
        )
    fitted = _fit_tail(x[None, :])
    start, alpha, distance, tail = (float(part[0]) for part in fitted)
    if not np.isfinite(alpha):
        raise DataError(
            f"fewer than 10 places have {TAIL_FROM} or more, or they do not differ",
            remedy="take the share of the top places instead",
        )
    p = _tail_p(x, start, alpha, int(tail), distance, draws, seed)
    in_tail = frame[frame["value"] >= start]
    ends = [
        np.log(np.maximum(in_tail[column].to_numpy(float), start) / (start - 0.5)).sum() for column in ("high", "low")
    ]
    low = 1 + gammaincinv(tail, (1 - level) / 2) / ends[0]
    high = 1 + gammaincinv(tail, (1 + level) / 2) / ends[1]
    row = {
        "index": "pareto_tail",
        "places": len(x),
        "value": alpha,
        "low": low,
        "high": high,
        "method": "maximum likelihood, exact gamma limits",
        "level": level,
        "tail_from": start,
        "tail_places": int(tail),
        "distance": distance,
        "p": p,
        "plausible": p > RULED_OUT,
    }
    warnings.append(
        "The fit does not rule a Pareto tail out; other laws may fit as well."
        if row["plausible"]
        else "The fit rules a Pareto tail out."
    )
    return result(
        pd.DataFrame([row]),
        "concentration.pareto_tail",
        of=frame,
        method=row["method"],
        level=level,
        limits="chance" if (frame["low"] == frame["high"]).all() else "both",
        record=Record(seed=seed, warnings=warnings, parameters={"draws": draws}),
    )


def _fit_tail(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Start, exponent, distance and number of places of the best tail of each row of counts in ascending order."""
    rows, n = ordered.shape
    best = np.full((4, rows), np.nan)
    best[2] = np.inf
    logs = np.log(np.maximum(ordered, 0.5))
    above = np.cumsum(logs[:, ::-1], axis=1)[:, ::-1]
    for first in range(n - 9):
        start, tail = ordered[:, first], n - first
        fresh = (start >= TAIL_FROM) & ((first == 0) | (ordered[:, first - 1] < start)) & (ordered[:, -1] > start)
        if not fresh.any():
            continue
        base = np.log(start[fresh] - 0.5)
        alpha = 1 + tail / (above[fresh, first] - tail * base)
        counts = ordered[fresh, first:]
        steps = np.arange(tail) / tail
        # The law rounded to whole counts: at most x holds from x + ½ down, fewer than x from x − ½ down.
        upto = 1 - np.exp((1 - alpha)[:, None] * (np.log(counts + 0.5) - base[:, None]))
        below = 1 - np.exp((1 - alpha)[:, None] * (np.log(counts - 0.5) - base[:, None]))
        distance = np.maximum((steps + 1 / tail - upto).max(axis=1), (below - steps).max(axis=1))
        better = distance < best[2, fresh]
        at = np.flatnonzero(fresh)[better]
        best[:, at] = [start[at], alpha[better], distance[better], np.full(len(at), tail)]
    return best[0], best[1], best[2], best[3]


def _tail_p(x: np.ndarray, start: float, alpha: float, tail: int, distance: float, draws: int, seed: int) -> float:
    """The share of fits to counts that do follow the law which lie farther from it (Clauset, Shalizi & Newman 2009)."""
    random = np.random.default_rng(seed)
    n, body = len(x), x[x < start]
    law = np.floor((start - 0.5) * (1 - random.random((draws, n))) ** (-1 / (alpha - 1)) + 0.5)
    in_tail = random.random((draws, n)) < tail / n
    drawn = np.where(in_tail, law, random.choice(body, (draws, n)) if len(body) else law)
    return float((_fit_tail(np.sort(drawn, axis=1))[2] >= distance).mean())
