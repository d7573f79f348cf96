"""The slope of a long series, season against the same season; never across a change in the way of counting.

For few figures of different surveys take `theil_sen`; for a before and after `interrupted`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import dates, intervals, numbers
from ..meaning import checked_level
from .lines import GRAINS, Line, lines, taken_as_alike
from .mann_kendall import at_ranks, corrected_p, kendall, p_value, sen_limits
from .phrases import named_interval, named_series, of_its_series
from .result import Record, needed, result, rows_told
from .serial_dependence import variance_of_s

#: Years (or weeks) from which on the dependence of seasons can be estimated (Hirsch & Slack 1984).
_ENOUGH = 10
_LEAST_ROUNDS = 3


def seasonal_trend(
    frame: Any, value: str = "count", *, breaks: pd.DataFrame | Sequence[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """The slope of each series, season against the same season (seasonal Kendall, Sen), one row per stretch.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value; gaps are left out, not filled.
    value
        The column whose trend is sought: ``count``, or a rate.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell (columns ``series`` and ``stretch``). No slope is drawn across one.
    level
        Confidence level of the limits, and of the verdict.

    Returns
    -------
    pandas.DataFrame
        For each series the stretches: ``stretch, from, to, points``, ``slope`` (units a year),
        ``slope_low, slope_high``, ``relative`` (slope over the median of the stretch), ``tau``, ``p_value``,
        ``verdict`` (``rises``, ``falls``, ``cannot tell``), ``method``, ``level``, ``limits``, ``grain``, ``breaks``
        (``told``, or ``none told`` where nothing says whether the way of counting changed).

    Notes
    -----
    Seasonal Kendall test and slope (Hirsch, Slack & Smith 1982, Water Resour. Res. 18, 107–121): only Januaries are
    compared with Januaries, Mondays with Mondays; the slope is the median over all such pairs, S the sum of Kendall's S
    of the seasons. From ten years (or weeks) on the variance of S takes in that neighbouring seasons depend on each
    other (Hirsch & Slack 1984, Water Resour. Res. 20, 727–732). Below that, and for series without seasons, it is the
    variance of S under first-order autoregression, whose coefficient is estimated from the rest about season and slope
    without the bias of short series (`serial_dependence`; in the manner of Hamed & Rao 1998, J. Hydrology 204,
    182–196). The limits of the slope are those of Gilbert (1987, p. 227) with the same variance; where counts have
    intervals, of the flattest and the steepest slopes that both allow (as in `theil_sen`). A verdict needs p ≤ 1 −
    level as well as limits on one side of 0. It tells a steady direction; a trend that turns may give none.

    Raises
    ------
    DataError
        For rows that are not series, a level outside 0…1; or if no stretch has three rounds of its seasons.

    Examples
    --------
    >>> import analysis as ex
    >>> found = seasonal_trend(ex.series("us-breach-register", measure="breaches"))
    >>> found[["stretch", "points", "slope", "verdict"]].round(1).values.tolist()[3]
    [4, 117, 4.8, 'rises']
    """
    checked_level(level)
    frame = plain(frame, "the series")
    every = lines(frame, value, breaks=breaks)
    rows: list[dict[str, Any]] = []
    for line in every:
        for number, (first, last) in enumerate(line.stretches(), 1):
            part = line.between(first, last)
            if part.known.any():
                counted = np.flatnonzero(part.known)
                told = {"stretch": number, "from": part.days[counted[0]], "to": part.days[counted[-1]]}
                rows.append(line.meaning | told | {"points": len(counted)} | _slope(part, level))
    found = pd.DataFrame(rows)
    short = int(found["slope"].isna().sum())
    if short == len(found):
        raise DataError(
            "no stretch between breaks has three rounds of its seasons", remedy="so few cannot show a trend"
        )
    warnings = ["A slope describes; it does not say what caused it."]
    if short:
        warnings.append(f"Stretches too short for a slope: {short}.")
    if (found["stretch"] > 1).any():
        warnings.append("The series is broken where the way of counting changed.")
    return result(
        found,
        "seasonal_trend.seasonal_trend",
        of=frame,
        method="seasonal Kendall, Theil–Sen",
        level=level,
        limits=np.where([line_rounded(every, row) for row in rows], "both", "chance"),
        record=Record(warnings=warnings + taken_as_alike(every), parameters={"value": value, "grain": every[0].grain}),
    )


def line_rounded(every: list[Line], row: dict[str, Any]) -> bool:
    """Whether the line of a row has values with an interval."""
    return any(line.rounded for line in every if all(str(row[key]) == str(part) for key, part in line.keys.items()))


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the longest stretch that has a slope."""
    every, row = result, result.loc[result["points"].where(result["slope"].notna(), 0).idxmax()]
    result = of_its_series(every, row)
    counted = rows_told(result, result["stretch"].notna(), "its stretches")
    grain = needed(result, "grain", "pass the result of seasonal_trend with all of its columns")
    slope = numbers.signed(row["slope"], lang)
    parts = {
        "label": named_series(result, lang, among=every),
        "slope": f"+{slope}" if row["slope"] > 0 else slope,
        "limits": named_interval(intervals.span(row["slope_low"], row["slope_high"], lang), row, lang),
        "first": dates.period_from(row["from"], grain, lang),
        "last": dates.period_from(row["to"], grain, lang),
        "p": numbers.p_value(row["p_value"], lang),
        "sloped": numbers.number(
            int((result["verdict"].isin(("rises", "falls")) & (result.index != row.name)).sum()), lang
        ),
        "stretches": numbers.number(int(counted["stretch"].max()), lang),
    }
    broken = "_broken" if (result["stretch"] > 1).any() else ""
    alike = "_alike" if not broken and row.get("breaks") == "none told" else ""
    return ("slope" if row["verdict"] != "cannot tell" else "slope_open") + broken + alike, parts


def _slope(line: Line, level: float) -> dict[str, Any]:
    """Seasonal Kendall test and slope of one stretch."""
    order, season = np.arange(len(line.values)), line.season
    s, plain, rounds = 0.0, 0.0, []
    slopes, flattest, steepest = [], [], []
    for one in np.unique(season):
        at = order[(season == one) & line.known]
        rounds.append(len(at))
        if len(at) < 2:
            continue
        first, second = np.triu_indices(len(at), 1)
        apart = (at[second] - at[first]) / GRAINS[line.grain][1]
        slopes.append((line.values[at[second]] - line.values[at[first]]) / apart)
        flattest.append((line.low[at[second]] - line.high[at[first]]) / apart)
        steepest.append((line.high[at[second]] - line.low[at[first]]) / apart)
        of_season, variance = kendall(line.values[at])
        s, plain = s + of_season, plain + variance
    if max(rounds, default=0) < _LEAST_ROUNDS:
        nothing = dict.fromkeys(("slope", "slope_low", "slope_high", "relative", "tau", "p_value"), np.nan)
        return nothing | {"verdict": "cannot tell", "method": "too few rounds of the season", "level": np.nan}
    variance, dependent = _variance(line, plain, rounds)
    ends = np.sort(np.concatenate(flattest)), np.sort(np.concatenate(steepest))
    pairs = np.concatenate(slopes)
    if line.seasons == 1 and not dependent:
        values = line.values[line.known]
        low, high = sen_limits(values, *ends, variance, level)
        p = p_value(values, s, variance)
    else:
        low, high = at_ranks(*ends, variance, level)
        p = corrected_p(s, variance)
    slope, middle = float(np.median(pairs)), float(np.nanmedian(line.values))
    sure = p <= 1 - level
    return {
        "slope": slope,
        "slope_low": low,
        "slope_high": high,
        "relative": slope / middle if middle else np.nan,
        "tau": s / len(pairs),
        "p_value": p,
        "verdict": "rises" if sure and low > 0 else "falls" if sure and high < 0 else "cannot tell",
        "method": ("seasonal Kendall" if line.seasons > 1 else "Mann–Kendall") + dependent,
        "level": level,
    }


def _variance(line: Line, plain: float, rounds: list[int]) -> tuple[float, str]:
    """The variance of S with the dependence of neighbouring periods, and how that was estimated."""
    if line.seasons > 1 and min(rounds) >= _ENOUGH:
        whole = plain + _covariance(line)
        return (whole, ", seasons dependent") if whole > 0 else (plain, "")
    factor = variance_of_s(line.values, line.season) if plain else 1.0
    return (plain * factor, ", first-order autoregression") if factor > 1 else (plain, "")


def _covariance(line: Line) -> float:
    """Twice the sum of the covariances of Kendall's S between seasons (Dietz & Killeen 1981)."""
    # The round of a period: all seasons from the first one on, so that a series may begin anywhere.
    seasons = {int(one): column for column, one in enumerate(dict.fromkeys(line.season))}
    table = np.full((-(-len(line.values) // line.seasons) + 1, line.seasons), np.nan)
    table[np.arange(len(line.values)) // line.seasons, [seasons[int(one)] for one in line.season]] = line.values
    n = len(table)
    total = 0.0
    signs = [np.nan_to_num(np.sign(column[None, :] - column[:, None])) for column in table.T]
    ranks = [
        np.where(
            np.isnan(column),
            (np.sum(~np.isnan(column)) + 1) / 2,
            (np.sum(~np.isnan(column)) + 1 - sign.sum(axis=1)) / 2,
        )
        for column, sign in zip(table.T, signs, strict=True)
    ]
    for g in range(line.seasons):
        for h in range(g + 1, line.seasons):
            k = (signs[g] * signs[h]).sum() / 2
            mean = (np.sum(~np.isnan(table[:, g])) + 1) * (np.sum(~np.isnan(table[:, h])) + 1)
            total += 2 * (k + 4 * (ranks[g] * ranks[h]).sum() - n * mean) / 3
    return float(total)
