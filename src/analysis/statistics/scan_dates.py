"""When the figures of a survey were counted, as decimal years."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError

_WHEN = ("scan_from", "scan_to", "year")


def middle_of_scan(frame: pd.DataFrame) -> pd.Series:
    """When each row was counted: the middle of its scan as a decimal year (2019.67), missing where nothing says it.

    From ``scan_from`` and ``scan_to`` (a year, month or day; one is enough), else the middle of ``year``.
    """
    middles = [None if span is None else (span[0] + span[1]) / 2 for span in scans(frame)]
    return pd.Series(middles, index=frame.index, dtype=float)


def scans(frame: pd.DataFrame) -> list[tuple[float, float] | None]:
    """Beginning and end of each row's scan in decimal years."""
    columns = [frame[name] if name in frame else itertools.repeat(None, len(frame)) for name in _WHEN]
    return [_scan(*cells) for cells in zip(*columns, strict=True)]


def _scan(scan_from: Any, scan_to: Any, year: Any) -> tuple[float, float] | None:
    known = [str(end) for end in (scan_from, scan_to) if isinstance(end, (str, int)) and str(end)]
    if not known and isinstance(year, (int, float, str, np.integer)) and year == year:
        known = [str(int(year))]
    return (_decimal(known[0], last=False), _decimal(known[-1], last=True)) if known else None


@functools.lru_cache(maxsize=10_000)
def _decimal(date: str, *, last: bool) -> float:
    """A year, month or day as a decimal year: its beginning, or its end."""
    try:
        period = pd.Period(date)
    except ValueError:
        raise DataError(
            f"{date!r} is not a year, month or day", remedy="write 2019, 2019-09 or 2019-09-06", column="scan_to"
        ) from None
    moment = period.end_time if last else period.start_time
    year = pd.Period(str(moment.year))
    return float(moment.year + (moment - year.start_time) / (year.end_time - year.start_time))
