"""When did a level change, if it changed once: the probability of every date."""

from __future__ import annotations

from collections.abc import Sequence
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
from .result import Record, needed, result, rows_told

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_POINTS = 4


def change_date_posterior(
    frame: Any,
    value: str = "count",
    *,
    prior: tuple[float, float] | None = None,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The probability of each date for the one change of a series' level (posterior of a change point).

    Parameters
    ----------
    frame
        Rows of one series of counts of independent events; gaps are left out.
    value
        The column of counts.
    prior
        Shape and rate of the gamma distribution that both levels are drawn from, beforehand. Default: shape 2 and rate
        2 / mean of the counts, worth two periods at the mean of the series.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell. A series with a change of method inside is refused: its date is known.
    level
        How much probability the set of likely dates holds.

    Returns
    -------
    pandas.DataFrame
        A row for each possible date, in order of time: ``last_of_before``, ``day`` (the first period of the new level),
        ``probability``, ``likely`` (in the smallest set that holds ``level``), ``log_ratio`` (expected logarithm of the
        level after over that before, if that is the date), ``log_bayes_factor`` (natural logarithm of how much better
        one change explains the counts than none; below 0 speaks against a change).

    Notes
    -----
    Poisson counts, one change, all places equally probable beforehand, both rates independent and integrated out
    (Carlin, Gelfand & Smith 1992, Applied Statistics 41, 389–405; exact, no simulation). It answers *when, if once*:
    a season, a slope, several changes or counts that are correlated make its dates too sure. Read the Bayes factor
    before the date, and `change_points` beside it.

    Raises
    ------
    DataError
        For rows that are not a series, fewer than four points, values that are not whole, or a prior that is not
        positive.
    NotComparableError
        For several series.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-01", periods=12, freq="MS")
    >>> found = change_date_posterior(pd.DataFrame({"day": months, "count": [9, 12, 8, 11, 10, 9, 3, 2, 4, 3, 1, 4]}))
    >>> found.loc[found["probability"].idxmax(), "day"].strftime("%Y-%m")
    '2020-07'
    """
    checked_level(level)
    frame = plain(frame, "the series")
    line = one_line(frame, value, breaks=breaks)
    known = np.flatnonzero(line.known)
    counts = line.values[known]
    if len(counts) < _LEAST_POINTS:
        raise DataError(
            f"{Counted(len(counts), 'en'):1 point is|{len(counts)} points are} too few to look for a change",
            remedy="take at least four",
        )
    if (counts != np.round(counts)).any():
        raise DataError("the values are not whole numbers", remedy="take the counts themselves", column=value)
    if line.breaks:
        raise DataError(
            f"the way of counting changes within the series ({line.breaks[0].date})",
            remedy="select one stretch; the date of that change is known",
        )
    if not counts.any():
        raise DataError("every count is zero", remedy="no change of level can be found there", column=value)
    shape, rate = (2.0, 2.0 / counts.mean()) if prior is None else prior
    if not (shape > 0 and rate > 0):
        raise DataError(
            f"a gamma prior has a positive shape and rate, not {shape} and {rate}",
            remedy="give two numbers above zero, or leave prior out",
            prior=prior,
        )
    probability, ratio, factor = posterior(counts, shape, rate)
    found = pd.DataFrame(
        {
            "last_of_before": line.days[known[:-1]],
            "day": line.days[known[1:]],
            "probability": probability,
            "likely": likely_set(probability, level),
            "log_ratio": ratio,
        }
    ).assign(log_bayes_factor=factor, **line.meaning)
    return result(
        found,
        "change_date.change_date_posterior",
        of=frame,
        method="Poisson counts, one change, rates integrated out",
        level=level,
        record=Record(
            warnings=[
                "It is the date of one change, if there was one; seasons, slopes and dependence make it too sure.",
                *rounding_left_out([line]),
                *taken_as_alike([line]),
            ],
            parameters={"value": value, "prior": [float(shape), float(rate)], "grain": line.grain},
        ),
    )


def posterior(
    counts: NDArray[np.float64], shape: float, rate: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Probability of a change after each count but the last; expected log ratio there; log Bayes factor of a change."""
    from scipy.special import digamma, gammaln, logsumexp

    n = np.arange(1, len(counts))
    first = counts.cumsum()[:-1]
    second = counts.sum() - first

    def evidence(total: Any, many: Any) -> Any:
        return shape * np.log(rate) - gammaln(shape) + gammaln(shape + total) - (shape + total) * np.log(rate + many)

    of_each = evidence(first, n) + evidence(second, len(counts) - n)
    whole = logsumexp(of_each)
    ratio = digamma(shape + second) - np.log(rate + len(counts) - n) - digamma(shape + first) + np.log(rate + n)
    factor = whole - np.log(len(n)) - evidence(counts.sum(), len(counts))
    return np.exp(of_each - whole), ratio, float(factor)


def likely_set(probability: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """The smallest set of places that holds so much probability."""
    order = np.argsort(-probability, kind="stable")
    many = int(np.searchsorted(np.cumsum(probability[order]), level)) + 1
    found = np.zeros(len(probability), dtype=bool)
    found[order[:many]] = True
    return found


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    grain = needed(result, "grain", "pass the result of change_date_posterior with all of its columns")
    row = result.loc[result["probability"].idxmax()]
    likely = rows_told(result, result["likely"].astype(str).str.lower() == "true", "its likely dates")
    ends = (dates.period_from(day, grain, lang) for day in (likely["day"].min(), likely["day"].max()))
    factor = float(row["log_bayes_factor"])
    times = float(np.exp(min(abs(factor), 700.0)))
    shown = f"> {numbers.number(1000, lang)}" if times > 1000 else numbers.number(times, lang, 2)
    parts = {
        "label": named_series(result, lang),
        "day": dates.period_from(row["day"], grain, lang),
        "chance": numbers.percent(row["probability"], lang, decimals=0),
        "span": intervals.between(*ends),
        "level": numbers.percent(row["level"], lang, decimals=0),
        "factor": shown,
    }
    return ("changed" if factor > 0 else "unchanged"), parts
