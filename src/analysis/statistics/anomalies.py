"""Days that stand out among the same weekday before and after; months among the same calendar month."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..frames import plain
from ..language import dates, numbers
from ..language.plurals import Counted
from .lines import lines, rows_of_lines, taken_as_alike
from .phrases import named_series, of_its_series
from .result import Record, needed, result

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: Others of the same kind that a period is compared with, at least.
_LEAST_NEIGHBOURS = 5
#: Days of the same weekday, or years of the same month, on either side.
_WINDOWS = {"day": 8, "week": 8, "month": 4, "quarter": 4, "year": 4}


def anomalies(
    frame: Any,
    value: str = "count",
    *,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    window: int | None = None,
    threshold: float = 3.5,
) -> pd.DataFrame:
    """Periods that stand out among their like (outliers by a robust z): a weekday among weekdays, a month among months.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value, of any number of series.
    value
        The column looked at.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell. No period is compared with one that was counted otherwise.
    window
        How many of the same weekday (or month) on either side. Default: eight weeks, four years.
    threshold
        The robust z from which on a period stands out; 3.5 as in Iglewicz & Hoaglin (1993).

    Returns
    -------
    pandas.DataFrame
        A row for each series and period: ``day``, the value, ``stretch``, ``expected`` (median of the others), ``z``,
        ``anomaly``, ``value_of`` (the column looked at). ``z`` is missing in a gap and where fewer than five others are
        there.

    Notes
    -----
    z = 0.6745 (x − median) / MAD of the neighbours, the period itself left out; where more than half of them are equal
    the mean absolute deviation takes the place of the MAD: z = 0.7979 (x − median) / mean deviation. Neighbours that
    are all equal give ±∞ for any other value. A flag says that a period is unlike its like, not why: a missed scan, a
    late report and an attack look alike.

    Raises
    ------
    DataError
        For rows that are not series, or a threshold or window that is not positive.

    Examples
    --------
    >>> import analysis as ex
    >>> found = anomalies(ex.series("us-breach-register", measure="breaches"))
    >>> int(found["anomaly"].sum()), len(found)
    (2, 181)
    """
    if not threshold > 0 or (window is not None and window < 1):
        raise DataError("threshold and window are positive numbers", remedy="leave them out for the usual ones")
    frame = plain(frame, "the series")
    every = lines(frame, value, breaks=breaks)
    columns = []
    for line in every:
        expected, z = np.full((2, len(line.values)), np.nan)
        for first, last in line.stretches():
            for season in np.unique(line.season[first:last]):
                alike = first + np.flatnonzero(line.season[first:last] == season)
                expected[alike], z[alike] = _robust_z(line.values[alike], window or _WINDOWS[line.grain])
        flags = np.abs(np.nan_to_num(z, posinf=np.inf, neginf=-np.inf)) >= threshold
        columns.append({"expected": expected, "z": z, "anomaly": flags})
    found = rows_of_lines(every, value, columns)
    told = ["A flag says that a period is unlike its like, not why; a missed scan and an event look the same."]
    untold = int((found["z"].isna() & found[value].notna()).sum())
    if untold:
        told.append(f"Periods with too few of the same kind to compare them with: {untold}.")
    return result(
        found,
        "anomalies.anomalies",
        of=frame,
        method="robust z of the same weekday or month",
        record=Record(
            warnings=told + taken_as_alike(every),
            parameters={"value": value, "grain": every[0].grain, "window": window, "threshold": threshold},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    value = needed(result, "value_of", "pass the result of anomalies with all of its columns")
    every = result
    # Of several series the one with the period that stands out most is told.
    result = of_its_series(every, every.loc[every["z"].abs().fillna(0).idxmax()])
    flagged = result[result["anomaly"].astype(str).str.lower() == "true"]
    parts = {
        "label": named_series(result, lang, among=every),
        "periods": Counted(int(result["z"].notna().sum()), lang),
        "all": numbers.number(len(result), lang),
        "flags": Counted(len(flagged), lang),
    }
    if flagged.empty:
        return "quiet", parts
    row = flagged.loc[flagged["z"].abs().idxmax()]
    return "flagged", parts | {
        "day": dates.period_from(row["day"], row["grain"], lang),
        "value": numbers.signed(row[value], lang),
        "expected": numbers.signed(row["expected"], lang),
    }


def _robust_z(values: NDArray[np.float64], window: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each value the median of its neighbours without itself, and its robust z among them."""
    edge = np.full(window, np.nan)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, values, edge]), 2 * window + 1)
    others = np.delete(around, window, axis=1)
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", "All-NaN slice|Mean of empty slice")
        middle = _median(others)
        apart = np.abs(others - middle[:, None])
        mad, mean = _median(apart), np.nanmean(apart, axis=1)
        far = values - middle
        z = np.where(far == 0, 0.0, np.where(mad > 0, 0.6745 * far / mad, 0.7979 * far / mean))
    few = (~np.isnan(others)).sum(axis=1) < _LEAST_NEIGHBOURS
    return np.where(few, np.nan, middle), np.where(few | np.isnan(values), np.nan, z)


def _median(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each row without what is missing, by one sort; numpy goes row by row through masked arrays."""
    ordered = np.sort(rows, axis=1)
    known = (~np.isnan(rows)).sum(axis=1)
    at = np.arange(len(rows))
    return np.asarray(
        (ordered[at, (np.maximum(known, 1) - 1) // 2] + ordered[at, np.minimum(known // 2, rows.shape[1] - 1)]) / 2
    )
