"""What a row of a series means, in columns: its series, length, stretch of counting, what absence says."""

from __future__ import annotations

import pandas as pd

from .catalogue import Series, breaks
from .selection import span

#: What a period is called, as pandas does; a week begins on Monday.
PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


def with_meaning(frame: pd.DataFrame, series: Series, grain: str, day: str | None) -> pd.DataFrame:
    """The frame with ``series``, ``grain``, ``absent`` and, where rows are of periods, ``stretch``.

    Parameters
    ----------
    frame
        Rows with ``measure`` and the first day of their period.
    series
        The series that they are of.
    grain
        The length of their periods.
    day
        The column with the first day of the period; None where a row is of no single period.
    """
    added: dict[str, object] = {"series": series.id, "grain": grain}
    if day is not None:
        added |= {"absent": series.absent, "stretch": stretch_of(frame[day], frame["measure"], series, grain)}
    return frame.assign(**added)


def stretch_of(day: pd.Series, measure: pd.Series, series: Series, grain: str) -> pd.Series:
    """The number of the stretch of counting that each period lies in, from 1; missing where the way changes within it.

    The number depends on the series and measure alone, not on the rows that were asked for.
    """
    table = breaks(series.id)
    if table.empty or day.empty:
        return pd.Series(1, index=day.index, dtype="Int64")
    begun = pd.Timestamp(span(series)[0])
    starts = pd.to_datetime(day)
    found = pd.Series(pd.NA, index=day.index, dtype="Int64")
    for name in measure.unique():
        here = measure == name
        of_measure = table.loc[table["measure"].isin(["", name]) & (table["day"] > begun), "day"]
        dates = of_measure.drop_duplicates().sort_values().to_numpy("datetime64[s]")
        periods = starts[here].drop_duplicates()
        ends = pd.PeriodIndex(periods, freq=PERIODS[grain]).end_time
        before = dates.searchsorted(periods.to_numpy("datetime64[s]"), side="right")
        within = dates.searchsorted(ends.to_numpy("datetime64[s]"), side="right") > before
        number = pd.Series(1 + before, index=periods.to_numpy(), dtype="Int64").mask(within)
        found[here] = starts[here].map(number)
    return found
