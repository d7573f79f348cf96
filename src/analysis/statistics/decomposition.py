"""Each series split into trend, season and rest (STL), stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..frames import plain
from ..language import dates, numbers
from ..language.plurals import Counted
from .lines import Line, keys_of, lines, rows_of_lines, taken_as_alike
from .phrases import named_series, of_its_series
from .result import Record, needed, result
from .stl import robust_stl

if TYPE_CHECKING:
    import pandas as pd
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
    Statistics 6, 3–73; as `statsmodels.tsa.seasonal.STL`, and R's ``stl`` with ``s.window=7, s.degree=1, inner=2,
    outer=15`` and jumps of 1, see `stl`). A gap is not filled in: a part ends there. Two seasons alone leave no rest.

    Raises
    ------
    DataError
        For rows that are not series, a series without seasons, a zero with ``log``; or if no part is long enough.

    Examples
    --------
    >>> import analysis as ex
    >>> parts = decompose(ex.series("us-breach-register", measure="breaches"))
    >>> bool((parts["trend"] + parts["season"] + parts["rest"] - parts["count"]).abs().max() < 1e-9)
    True
    """
    frame = plain(frame, "the series")
    every = lines(frame, value, breaks=breaks)
    for line in every:
        if line.seasons < 2:
            raise DataError(
                f"counts by {line.grain} have no season that repeats within the year",
                remedy="take seasonal_trend or change_points",
            )
        if log and (line.values <= 0).any():
            raise DataError("a count of zero has no logarithm", remedy="leave log out", column=value)
    found = rows_of_lines(every, value, _split(every, log=log))
    if found["part"].isna().all():
        raise DataError("no stretch without a gap or break is two seasons long", remedy="so few cannot show a season")
    short = int(found.loc[found[value].notna(), "part"].isna().sum())
    warnings = [f"Periods in stretches too short for a season, not split: {short}."] if short else []
    return result(
        found.assign(combined="product" if log else "sum"),
        "decomposition.decompose",
        of=frame,
        method="STL, robust" + (", of the logarithm" if log else ""),
        record=Record(
            warnings=warnings + taken_as_alike(every), parameters={"value": value, "log": log, "grain": every[0].grain}
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the last part of the last series."""
    value = needed(result, "value_of", "pass the result of decompose with all of its columns")
    told = result[result["trend"].notna()]
    groups = told.groupby([*keys_of(result), "part"], dropna=False, sort=True)
    one = [part for _, part in groups][-1].sort_values("day", kind="stable")
    grain = needed(one, "grain", "pass the result of decompose with all of its columns")
    low, high = one["season"].min(), one["season"].max()
    # The factors of a product are shares of the usual level already.
    usual = 1.0 if one["combined"].iloc[0] == "product" else one[value].median() or one[value].mean()
    parts = {
        "label": named_series(one, lang, among=result),
        "first": dates.period_from(one["day"].iloc[0], grain, lang),
        "last": dates.period_from(one["day"].iloc[-1], grain, lang),
        "before": numbers.signed(one["trend"].iloc[0], lang),
        "after": numbers.signed(one["trend"].iloc[-1], lang),
        "stretches": Counted(of_its_series(told, one.iloc[0])["part"].nunique(), lang),
    }
    if not usual:
        return "split_zero", parts
    return "split", parts | {"swing": numbers.percent((high - low) / usual, lang, decimals=1)}


def _split(every: list[Line], *, log: bool) -> list[dict[str, NDArray[np.float64]]]:
    """Number of the part, trend, season and rest of each line; parts of one length are split together."""
    names = ("part", "trend", "season", "rest")
    columns = [{name: np.full(len(line.values), np.nan) for name in names} for line in every]
    alike: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for at, line in enumerate(every):
        for number, (begin, end) in enumerate(_long_enough(line.values, line.stretches(), line.seasons), 1):
            columns[at]["part"][begin:end] = number
            alike.setdefault((end - begin, line.seasons), []).append((at, begin, end))
    for (_, seasons), places in alike.items():
        values = np.stack([every[at].values[begin:end] for at, begin, end in places])
        values = np.log(values) if log else values
        trend, season = robust_stl(values, seasons)
        shown = {"trend": trend, "season": season, "rest": values - trend - season}
        for name, found in shown.items():
            for (at, begin, end), row in zip(places, np.exp(found) if log else found, strict=True):
                columns[at][name][begin:end] = row
    return columns


def _long_enough(values: NDArray[np.float64], stretches: list[tuple[int, int]], seasons: int) -> list[tuple[int, int]]:
    """The parts of stretches without a gap that are two seasons long, as positions from and before."""
    found = []
    for first, last in stretches:
        known = np.concatenate([[False], ~np.isnan(values[first:last]), [False]])
        edges = first + np.flatnonzero(np.diff(known.astype(int)))
        found += [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 2 * seasons]
    return found
