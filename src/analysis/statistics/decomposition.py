"""Each series split into trend, season and rest (STL), stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import dates, numbers
from .lines import keys_of, lines, rows_of_lines, taken_as_alike
from .phrases import named_series
from .result import needed, result

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decompose(
    frame: Any, value: str = "count", *, breaks: pd.DataFrame | Sequence[str] | None = None, log: bool = False
) -> pd.DataFrame:
    """Each series split into trend, season and rest (seasonal decomposition, STL), stretch by stretch.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value, by day, month or quarter.
    value
        The column that is split: ``count``, or a rate.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell (columns ``series`` and ``stretch``). Nothing is smoothed across one.
    log
        Split the logarithm: the season is then a factor, not a sum.

    Returns
    -------
    pandas.DataFrame
        A row for each series and period: ``day``, the value, ``stretch`` (parts between breaks), ``part`` (parts of
        stretches between gaps; missing where it is shorter than two seasons), ``trend, season, rest`` (their sum, with
        ``log`` their product, is the value), ``combined`` (``sum`` or ``product``), ``value_of`` (the column that was
        split).

    Notes
    -----
    Seasonal-trend decomposition by local regression, robust to single outliers (STL; Cleveland et al. 1990, J. Official
    Statistics 6, 3–73; `statsmodels.tsa.seasonal.STL`). A gap is not filled in: a part ends there.

    Raises
    ------
    DataError
        For rows that are no series, a series without seasons, a zero with ``log``; or if no part is long enough.

    Examples
    --------
    >>> import analysis as ex
    >>> parts = decompose(ex.series("us-breach-register", measure="breaches"))
    >>> bool((parts["trend"] + parts["season"] + parts["rest"] - parts["count"]).abs().max() < 1e-9)
    True
    """
    frame = plain(frame, "the series")
    every = lines(frame, value, breaks=breaks)
    parts = []
    for line in every:
        if line.seasons < 2:
            raise DataError(
                f"counts by {line.grain} have no season that repeats within the year",
                remedy="take seasonal_trend or change_points",
            )
        if log and (line.values <= 0).any():
            raise DataError("a count of zero has no logarithm", remedy="leave log out", column=value)
        split = {name: np.full(len(line.values), np.nan) for name in ("part", "trend", "season", "rest")}
        for number, (begin, end) in enumerate(_long_enough(line.values, line.stretches(), line.seasons), 1):
            split["part"][begin:end] = number
            shown = _split(line.values[begin:end], line.seasons, log=log)
            for name, column in zip(("trend", "season", "rest"), shown, strict=True):
                split[name][begin:end] = column
        parts.append(rows_of_lines(line, value, split))
    found = pd.concat(parts, ignore_index=True)
    if found["part"].isna().all():
        raise DataError(
            "no stretch without a gap or break is two seasons long", remedy="a season cannot be told from so few"
        )
    short = int(found.loc[found[value].notna(), "part"].isna().sum())
    warnings = [f"Periods in stretches too short for a season, not split: {short}."] if short else []
    return result(
        found.assign(combined="product" if log else "sum"),
        "decomposition.decompose",
        of=frame,
        method="STL, robust" + (", of the logarithm" if log else ""),
        warnings=warnings + taken_as_alike(every),
        parameters={"value": value, "log": log, "grain": every[0].grain},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the last part of the last series."""
    value = needed(result, "value_of", "pass the result of decompose with all of its columns")
    groups = result[result["trend"].notna()].groupby([*keys_of(result), "part"], dropna=False, sort=True)
    one = [part for _, part in groups][-1].sort_values("day", kind="stable")
    grain = needed(one, "grain", "pass the result of decompose with all of its columns")
    low, high = one["season"].min(), one["season"].max()
    swing = high / low - 1 if one["combined"].iloc[0] == "product" else (high - low) / one[value].median()
    return "split", {
        "label": named_series(one, lang),
        "first": dates.period_from(one["day"].iloc[0], grain, lang),
        "last": dates.period_from(one["day"].iloc[-1], grain, lang),
        "before": numbers.signed(one["trend"].iloc[0], lang),
        "after": numbers.signed(one["trend"].iloc[-1], lang),
        "swing": numbers.percent(swing, lang, digits=1),
    }


def _split(
    values: NDArray[np.float64], seasons: int, *, log: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    from statsmodels.tsa.seasonal import STL

    found = STL(np.log(values) if log else values, period=seasons, robust=True).fit()
    trend, season, rest = (np.asarray(part, np.float64) for part in (found.trend, found.seasonal, found.resid))
    return (np.exp(trend), np.exp(season), np.exp(rest)) if log else (trend, season, rest)


def _long_enough(values: NDArray[np.float64], stretches: list[tuple[int, int]], seasons: int) -> list[tuple[int, int]]:
    """The parts of stretches without a gap that are two seasons long, as positions from and before."""
    found = []
    for first, last in stretches:
        known = np.concatenate([[False], ~np.isnan(values[first:last]), [False]])
        edges = first + np.flatnonzero(np.diff(known.astype(int)))
        found += [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 2 * seasons]
    return found
