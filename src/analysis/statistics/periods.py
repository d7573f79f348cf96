"""Sums of months over weekly scans as counts of one scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, unknown
from ..frames import plain
from ..language import dates, intervals, numbers
from .lines import checked_series
from .phrases import named_series
from .result import Record, result

if TYPE_CHECKING:
    import pandas as pd

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def per_scan(frame: Any, weekday: str = "Sunday") -> pd.DataFrame:
    """Monthly sums over weekly scans, divided by the number of scans that the month has room for.

    Parameters
    ----------
    frame
        Rows with ``day`` (the first of a month), ``count`` and usually ``low, high``.
    weekday
        The day of the week on which was scanned, in English.

    Returns
    -------
    pandas.DataFrame
        The frame with ``count, low, high`` for one scan and ``scans``, the number of such weekdays in the month.

    Notes
    -----
    Without it every month with five Sundays looks like a rise of a quarter. It assumes that no scan was missed: a
    missed one still looks like a fall.

    Raises
    ------
    DataError
        For rows that are not series, days that are not months, or an unknown weekday.

    Examples
    --------
    >>> import analysis as ex
    >>> summed = ex.series("cybergreen-open-services", measure="open_dns", places="DEU", since="2016-05-01")
    >>> per_scan(summed)[["count", "scans"]].values.tolist()[0]
    [351780.0, 5.0]
    """
    if weekday not in WEEKDAYS:
        raise unknown("weekday", weekday, WEEKDAYS, weekday=weekday)
    frame = plain(frame, "the series")
    rows = checked_series(frame)
    rows = rows[rows["count"].notna()]
    if (rows["when"].dt.day != 1).any():
        raise DataError(
            "the counts are not by month (a day is not the first of one)",
            remedy="resample them, or leave per_scan out",
            column="day",
        )
    month = rows["when"].to_numpy("datetime64[M]")
    scans = np.busday_count(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"), weekmask=weekday[:3])
    rows[["count", "low", "high"]] = rows[["count", "low", "high"]].div(scans, axis=0)
    return result(
        rows.drop(columns="when").assign(scans=scans),
        "periods.per_scan",
        of=frame,
        method=f"per {weekday}",
        limits="rounding",
        record=Record(
            warnings=[
                "Sums of a month were divided by the scans that it has room for; a scan that was missed still looks "
                "like a fall."
            ],
            parameters={"weekday": weekday},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    parts = {"label": named_series(result, lang, place=False)}
    ends = (("first", result["day"].min()), ("last", result["day"].max()))
    parts |= {end: dates.period_from(day, "month", lang) for end, day in ends}
    return "per_scan", parts | {
        "scans": intervals.between(*(numbers.number(result["scans"].agg(end), lang) for end in ("min", "max")))
    }
