"""Sums of months over weekly scans as counts of one scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, NotComparableError, shown, unknown
from ..frames import plain
from ..language import dates, intervals, numbers
from ..series.catalogue import find_series, series_present
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
        For rows that are not series, days that are not months, counts of one scan already, or an unknown weekday.
    NotComparableError
        For a series of ours that is not summed over scans (its unit is not ``answer to a scan``), such as a register.

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
    _require_scans(frame)
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


def _require_scans(frame: pd.DataFrame) -> None:
    """Refuse counts of one scan, and those of a series of ours that is not summed over scans."""
    if "scans" in frame:
        raise DataError(
            "the counts are those of one scan already", remedy="pass the series as it was before", column="scans"
        )
    if not {"series", "measure"} <= set(frame):
        return
    present = series_present()
    for name, measure in frame[["series", "measure"]].drop_duplicates().itertuples(index=False):
        if name in present and not find_series(name).of_scans(measure):
            raise NotComparableError(
                f"{shown(measure)} of the series {shown(name)} is not a sum over scans",
                remedy="take the counts as they are",
                series=name,
                measure=measure,
            )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    parts = {"label": named_series(result, lang, place=False)}
    ends = (("first", result["day"].min()), ("last", result["day"].max()))
    parts |= {end: dates.period_from(day, "month", lang) for end, day in ends}
    return "per_scan", parts | {
        "scans": intervals.between(*(numbers.number(result["scans"].agg(end), lang) for end in ("min", "max")))
    }
