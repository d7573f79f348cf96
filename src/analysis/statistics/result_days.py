"""The days in a result that has come back: that they can be read, begin periods of its grain, and stand in order."""

from __future__ import annotations

import pandas as pd

from ..errors import DataError
from ..meaning import AS_RETURNED, refuse_row
from .breaks import dated

#: Days that begin a period, and days on which something was known or happened.
_OF_PERIODS = ("day", "from", "to")
_OTHER = ("as_of", "at", "first_vintage", "last_vintage")


def require_days(frame: pd.DataFrame) -> None:
    """Hold that the days of a result are days of its grain.

    Raises
    ------
    DataError
        For a day that cannot be read, one that begins no period of the column ``grain``, or a time that ends before
        it begins.
    """
    for column in (name for name in _OTHER if name in frame):
        for day in frame[column].dropna().unique():
            if isinstance(day, str) and day:
                dated(day)
    if {"span_before", "span_after"} <= set(frame):
        spans = frame[["span_before", "span_after"]].astype(str)
        for day in {day for column in spans for span in spans[column].unique() for day in span.split(" – ")}:
            dated(day)
        _in_order((spans["span_before"].str[:4] > spans["span_after"].str[:4]).to_numpy(bool), "span_before")
    if "grain" not in frame or frame["grain"].isna().any():
        return
    days = {column: _read(frame, column) for column in _OF_PERIODS if column in frame}
    for column, when in days.items():
        for grain in frame["grain"].unique():
            of_it = (frame["grain"] == grain) & when.notna()
            begins = _begins(when[of_it], grain).reindex(frame.index, fill_value=True)
            _require_begun(when, ~begins.to_numpy(bool), grain, column)
    if {"from", "to"} <= set(days):
        _in_order((days["from"] > days["to"]).to_numpy(bool), "from")


def _require_begun(when: pd.Series, wrong: object, grain: str, column: str) -> None:
    refuse_row(wrong, lambda at: f": {when.iloc[at]:%Y-%m-%d} begins no {grain}, as grain says", AS_RETURNED, column)


def _begins(when: pd.Series, grain: str) -> pd.Series:
    """Whether each day begins a period; a year may begin with any month, but always with the same."""
    if grain in ("day", "week") or when.empty:
        return pd.Series(True, index=when.index)
    first = when.dt.day == 1
    if grain == "quarter":
        return first & (when.dt.month % 3 == 1)
    return first & (when.dt.month == when.dt.month.iloc[0]) if grain == "year" else first


def _read(frame: pd.DataFrame, column: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(frame[column]):
        return frame[column]
    try:
        return pd.to_datetime(frame[column].astype("str").where(frame[column].notna()), format="ISO8601")
    except ValueError:
        raise DataError("a day cannot be read", remedy="write it as 2024-03-31", column=column) from None


def _in_order(wrong: object, column: str) -> None:
    refuse_row(wrong, lambda at: " ends before it begins", AS_RETURNED, column)
