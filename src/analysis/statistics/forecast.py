"""The next months of a series, with intervals that allow for season, drift and their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import dates, intervals, numbers
from ..language.plurals import Counted
from ..meaning import checked_level
from .lines import one_line, rounding_left_out, taken_as_alike
from .phrases import named_series
from .result import Record, needed, result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEAST_POINTS = 12
#: Variance of the drift of the level by that of a single period, from none to as much.
_DRIFTS = np.concatenate([[0.0], np.geomspace(1e-3, 3.0, 10)])
#: Standard deviation of the slope a period, by that of a single period; the first of them, none, is as likely as all
#: others together.
_SLOPES = np.array([0.0, 0.01, 0.03, 0.1])
#: Anscombe's transform of a Poisson count has variance 1.
_ANSCOMBE = 3 / 8


def forecast(
    frame: Any,
    horizon: int = 6,
    *,
    value: str = "count",
    breaks: pd.DataFrame | Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The next periods of one series of counts, with prediction limits (forecast, local level with season).

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value; gaps are left out.
    horizon
        How many periods beyond the last counted one: at most half as many as were counted.
    value
        The column of counts.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell. Only what was counted since the last one is used, and it must be twelve periods.
    level
        Of the prediction limits.

    Returns
    -------
    pandas.DataFrame
        One row per period to come: ``day``, ``step`` (1 is the next), ``expected`` (median) with ``expected_low,
        expected_high``, ``from`` and ``to`` (what was used), ``points``.

    Notes
    -----
    The counts' transform 2√(x + 3/8) (Anscombe 1948), whose spread does not grow with the level, is a level that drifts
    as a random walk, waves of the season (one pair from two rounds on, two from three) and independent noise of
    variance 1 at least, as Poisson counts have. Coefficients and variance are integrated out; the strengths of the
    drift and of a slope are averaged over the restricted likelihood (Harville 1977, J. Am. Stat. Assoc. 72, 320–338;
    West & Harrison 1997), so that limits carry what is not known of any of them. The slope drifts itself (a local
    linear trend, Harvey 1989), and no slope has even odds before the data: a rise is carried on as far as the series
    bears it out, since a trend of a short series is worse than none (Makridakis & Hibon 2000, Int. J. Forecasting 16,
    451–476). Coverage is measured on held-out months by ``benchmarks/coverage.py``. It says what comes if nothing
    changes; laws, forms and incidents are not in it.

    Raises
    ------
    DataError
        For rows that are not a series, fewer than twelve periods since the last change of method, or a horizon that is
        not between one and half of them.
    NotComparableError
        For several series.

    Examples
    --------
    >>> import analysis as ex
    >>> reports = ex.series("us-breach-register", measure="breaches", until="2024-06-30")
    >>> found = forecast(reports, 3)
    >>> found[["expected_low", "expected", "expected_high"]].round().astype(int).values.tolist()[0]
    [39, 64, 94]
    """
    checked_level(level)
    frame = plain(frame, "the series")
    line = one_line(frame, value, breaks=breaks)
    begin, end = line.stretches()[-1]
    at = begin + np.flatnonzero(line.known[begin:end])
    if len(at) < _LEAST_POINTS or end < len(line.values):
        since = f" since {line.breaks[-1].date}" if line.breaks else ""
        alike = Counted(len(at) if end == len(line.values) else 0, "en")
        raise DataError(
            f"{alike} {alike:period was|periods were} counted in one way{since}",
            remedy="a forecast needs twelve, and none is drawn over a change of method",
            points=len(at),
        )
    if not (isinstance(horizon, (int, np.integer)) and 1 <= horizon <= len(at) // 2):
        raise DataError(
            f"a horizon of {horizon} periods is not between 1 and half of the {len(at)} that were counted",
            remedy=f"choose 1 to {len(at) // 2}",
            horizon=horizon,
        )
    ahead = int(at[-1]) + np.arange(1, horizon + 1)
    low, middle, high = predicted(line.values[at], at, ahead, line.seasons, level)
    last = line.periods[at[-1]]
    days = pd.PeriodIndex([last + step for step in range(1, horizon + 1)])
    found = pd.DataFrame(
        {
            "day": days.to_timestamp(how="start").astype("datetime64[s]"),
            "step": np.arange(1, horizon + 1),
            "expected": middle,
            "expected_low": low,
            "expected_high": high,
        }
    ).assign(**{"from": line.days[at[0]], "to": line.days[at[-1]], "points": len(at)}, **line.meaning)
    return result(
        found,
        "forecast.forecast",
        of=frame,
        method="local level with season, Anscombe's transform",
        level=level,
        limits="chance",
        record=Record(
            warnings=[
                "It says what comes if nothing changes; laws, forms and incidents are not in it.",
                *rounding_left_out([line]),
                *taken_as_alike([line]),
            ],
            parameters={"value": value, "horizon": int(horizon), "grain": line.grain},
        ),
    )


def predicted(
    counts: NDArray[np.float64], at: NDArray[np.int64], ahead: NDArray[np.int64], seasons: int, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Lower limit, median and upper limit of counts at positions ahead, from those at some positions."""
    points = 2 * np.sqrt(counts + _ANSCOMBE)
    design, future = (waves(places, seasons, _pairs(int(at[-1] - at[0]) + 1, seasons)) for places in (at, ahead))
    fits = [
        fitted(points, design, future, at - at[0] + 1, ahead - at[0] + 1, drift, slope)
        for slope in _SLOPES
        for drift in _DRIFTS
    ]
    weights = np.exp(np.array([fit.likelihood for fit in fits]) - max(fit.likelihood for fit in fits))
    weights *= np.repeat(np.where(_SLOPES > 0, 1 / max(len(_SLOPES) - 1, 1), 1.0), len(_DRIFTS))
    weights /= weights.sum()
    ends = [_quantile(fits, weights, tail) for tail in ((1 - level) / 2, 0.5, (1 + level) / 2)]
    low, middle, high = (np.maximum(end, 0) ** 2 / 4 - _ANSCOMBE for end in ends)
    return np.floor(np.maximum(low, 0)), np.maximum(middle, 0), np.ceil(np.maximum(high, 0))


@dataclass(frozen=True)
class _Fit:
    """Of one strength of drift: its restricted log likelihood, and place and spread of Student's t ahead."""

    likelihood: float
    place: NDArray[np.float64]
    spread: NDArray[np.float64]
    free: int


def fitted(
    points: NDArray[np.float64],
    design: NDArray[np.float64],
    future: NDArray[np.float64],
    at: NDArray[np.int64],
    ahead: NDArray[np.int64],
    drift: float,
    slope: float,
) -> _Fit:
    """The model of one strength of drift, and one of the slope's; without a slope it is statsmodels' local level."""
    from scipy.linalg import cho_factor, cho_solve

    n, terms = design.shape
    covariance = np.eye(n) + drift * np.minimum(at[:, None], at[None, :]) + slope**2 * _grown(at, at, n)
    factor = cho_factor(covariance, lower=True)
    inside = cho_solve(factor, design)
    information = design.T @ inside
    estimate = np.linalg.solve(information, inside.T @ points)
    rest = points - design @ estimate
    free = n - terms
    squares = float(rest @ cho_solve(factor, rest))
    logs = 2 * np.log(np.diag(factor[0])).sum() + np.linalg.slogdet(information)[1]
    likelihood = -0.5 * (logs + free * np.log(max(squares, 1e-9)))
    joint = drift * np.minimum(at[:, None], ahead[None, :]) + slope**2 * _grown(at, ahead, n)
    carried = cho_solve(factor, joint)
    place = future @ estimate + carried.T @ rest
    left = future - carried.T @ design
    spread = 1 + drift * ahead + slope**2 * np.diag(_grown(ahead, ahead, n)) - (joint * carried).sum(axis=0)
    spread += (left @ np.linalg.inv(information) * left).sum(axis=1)
    # A count varies by chance as Poisson's does, at least.
    return _Fit(likelihood, place, np.sqrt(np.maximum(spread * squares / free, 1.0)), free)


def _grown(first: NDArray[np.int64], second: NDArray[np.int64], many: int) -> NDArray[np.float64]:
    """Covariance of what a slope of variance 1 adds up to that itself drifts by as much over so many periods."""
    less, more = np.minimum.outer(first, second), np.maximum.outer(first, second)
    found: NDArray[np.float64] = less * more + less**2 * (3 * more - less) / (6 * many)
    return found


def _quantile(fits: list[_Fit], weights: NDArray[np.float64], tail: float) -> NDArray[np.float64]:
    """A quantile of the mixture of Student's t distributions, by bisection."""
    from scipy.special import stdtr

    places, spreads = np.stack([fit.place for fit in fits]), np.stack([fit.spread for fit in fits])
    low, high = (places - 60 * spreads).min(axis=0), (places + 60 * spreads).max(axis=0)
    for _ in range(60):
        middle = (low + high) / 2
        chance = weights @ stdtr(fits[0].free, (middle - places) / spreads)
        low, high = np.where(chance < tail, middle, low), np.where(chance < tail, high, middle)
    return np.asarray((low + high) / 2)


def _pairs(room: int, seasons: int) -> int:
    if seasons < 4:
        return 0
    return 2 if room >= 3 * seasons else 1 if room >= 2 * seasons else 0


def waves(at: NDArray[np.int64], seasons: int, pairs: int) -> NDArray[np.float64]:
    """A constant and so many waves of the season."""
    turn = 2 * np.pi * at / seasons
    return np.column_stack(
        [np.ones(len(at)), *(wave(pair * turn) for pair in range(1, pairs + 1) for wave in (np.sin, np.cos))]
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the first and the last period to come."""
    grain = needed(result, "grain", "pass the result of forecast with all of its columns")
    ordered = result.sort_values("step")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    parts = {
        "label": named_series(result, lang),
        "day": dates.period_from(first["day"], grain, lang),
        "expected": numbers.number(round(first["expected"]), lang),
        "span": intervals.span(first["expected_low"], first["expected_high"], lang),
        "level": numbers.percent(first["level"], lang, decimals=0),
        "points": numbers.number(int(first["points"]), lang),
    }
    if len(ordered) == 1:
        return "next", parts
    return "ahead", parts | {
        "end": dates.period_from(last["day"], grain, lang),
        "expected_end": numbers.number(round(last["expected"]), lang),
        "span_end": intervals.span(last["expected_low"], last["expected_high"], lang),
    }
