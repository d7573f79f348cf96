"""Days as numbers since 1970-01-01, as tables of millions of rows hold them."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import numpy as np

from .row_faults import FIRST, LAST

_EPOCH = date(1970, 1, 1)


def since_epoch(day: date) -> int:
    """How many days a date lies after 1970-01-01."""
    return (day - _EPOCH).days


def days_of(day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The year of each day (since 1970-01-01), and which day of it it is, from 0."""
    year, day_of_year = _calendar()
    index = day - since_epoch(FIRST)
    return year[index], day_of_year[index]


@functools.cache
def _calendar() -> tuple[np.ndarray, np.ndarray]:
    days = np.arange(since_epoch(FIRST), since_epoch(LAST) + 1).astype("datetime64[D]")
    years = days.astype("datetime64[Y]")
    return (years.astype(np.int64) + 1970).astype(np.int32), (days - years.astype("datetime64[D]")).astype(np.int32)


def as_date(day: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=int(day))
