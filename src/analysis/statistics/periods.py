"""Counts day by day as a line of periods: gaps kept as gaps, changes of method as breaks, sums over scans as counts of one.

A series is what ``ex.series`` gives: rows with ``day`` (the first day of a month where counts are monthly), ``count``
and usually
``low, high, place, iso3, measure, source``. A day without a row is missing; it is never zero.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError
from ..language import dates, numbers
from .phrases import label_in_words
from .result import result

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: What tells one series from another.
KEYS = ("source", "iso3", "place", "measure")
#: Length of a period -> pandas' name of it, periods a year, periods in a season (a week of days, a year of months).
GRAINS = {
    "day": ("D", 365.25, 7),
    "week": ("W-SUN", 52.18, 1),
    "month": ("M", 12, 12),
    "quarter": ("Q", 4, 4),
    "year": ("Y", 1, 1),
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Line:
    """One series without holes: a value for each period from the first to the last, missing where there was none.

    ``low`` and ``high`` are what the rounding of each value allows; equal to it where it is exact.
    """

    keys: dict[str, object]
    grain: str
    periods: pd.PeriodIndex
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def days(self) -> pd.DatetimeIndex:
        """The first day of each period."""
        return self.periods.to_timestamp(how="start").astype("datetime64[s]")

    @property
    def seasons(self) -> int:
        """How many periods make a season."""
        return GRAINS[self.grain][2]

    @property
    def years(self) -> np.ndarray:
        """The middle of each period in decimal years."""
        start = self.periods.to_timestamp(how="start")
        return (start.year + (start.dayofyear - 1) / (365 + start.is_leap_year)).to_numpy(float) + 0.5 / GRAINS[
            self.grain
        ][1]

    @property
    def season(self) -> np.ndarray:
        """Where in its season each period lies: weekday, calendar month, quarter; all one where there is none."""
        import numpy as np

        within = {"day": "day_of_week", "month": "month", "quarter": "quarter"}.get(self.grain)
        return np.asarray(getattr(self.periods, within)) if within else np.zeros(len(self.periods), dtype=int)

    def between(self, first: int, last: int) -> Line:
        """The part from one position to before another."""
        part = slice(first, last)
        return Line(self.keys, self.grain, self.periods[part], self.values[part], self.low[part], self.high[part])

    @property
    def rounded(self) -> bool:
        """Whether any value has an interval."""
        return bool((self.high > self.low).any())

    def position(self, date: str) -> tuple[int, bool]:
        """Of a date: how many periods begin before it, and whether it falls inside one, which is then the last of these."""
        import pandas as pd

        moment = pd.Timestamp(date)
        before = int((self.periods.to_timestamp(how="start") < moment).sum())
        return before, before > 0 and self.periods[before - 1].end_time > moment


@dataclass(frozen=True)
class Break:
    """A change in the way of counting: the date, the reason, and how many periods of the line begin before it."""

    date: str
    reason: str
    before: int
    inside: bool
    """The date falls inside a period, which then belongs to neither side."""


def breaks_of(line: Line, breaks: pd.DataFrame | None, series: str | None = None) -> list[Break]:
    """The breaks that fall within a line, in order of time.

    Parameters
    ----------
    breaks
        Rows with ``date`` (a day, month or year), ``reason`` and, where there are several, ``series`` and ``measure``
        (empty: of all
        measures), as ``ex.breaks`` gives them. None: those that are known of the series; to leave them out takes an
        empty table.
    series
        The id of the line's series, if known; else ``breaks`` must be those of one series.

    Raises
    ------
    DataError
        Without date or reason, for a date that is none, or breaks of several series.
    """
    if breaks is None and series is not None:
        from ..series.catalogue import breaks as known

        breaks = known(series)
    if breaks is None or breaks.empty:
        return []
    for column in ("date", "reason"):
        if column not in breaks:
            raise DataError(f"the table of breaks has no column {column!r}; take ex.breaks().", column=column)
    rows = breaks
    if "series" in rows and rows["series"].nunique() > 1:
        if series is None:
            raise DataError("the breaks are those of several series; select one.", column="series")
        rows = rows[rows["series"] == series]
    if "measure" in rows and "measure" in line.keys:
        rows = rows[rows["measure"].isna() | rows["measure"].isin(["", line.keys["measure"]])]
    found = {}
    for row in rows.to_dict("records"):
        before, inside = line.position(dated(row["date"]))
        if (before - inside > 0 and before < len(line.periods)) or (inside and 1 < before == len(line.periods)):
            found[before, inside] = Break(str(row["date"]), str(row["reason"]), before, inside)
    return [found[key] for key in sorted(found)]


def stretches(line: Line, breaks: list[Break]) -> list[tuple[int, int]]:
    """From where to before where the line is counted in one way; a period in which the way changed belongs to none."""
    edges = [(0, 0), *((one.before - one.inside, one.before) for one in breaks), (len(line.periods), len(line.periods))]
    return [(begin, end) for (_, begin), (end, _) in itertools.pairwise(edges) if end > begin]


def dated(date: object) -> str:
    """The first day of a date that may be known to the month or year only."""
    import pandas as pd

    try:
        return str(pd.Period(str(date)).start_time.date())
    except ValueError:
        raise DataError(f"{str(date)!r} is no date; write 2019, 2019-09 or 2019-09-17.", column="date") from None


def checked_series(frame: pd.DataFrame, value: str = "count") -> pd.DataFrame:
    """The rows with ``when`` (a time), ``low`` and ``high`` filled in, in order of series and day; rows without a number left out.

    ``day`` may be called ``period``, as ``ex.series.resample`` calls it.

    Raises
    ------
    DataError
        Without day or number, for a day that is none, a negative or infinite number, one outside its interval, or two
        rows of one day.
    """
    import numpy as np
    import pandas as pd

    if "day" not in frame and "period" in frame:
        frame = frame.rename(columns={"period": "day"})
    for column in ("day", value):
        if column not in frame:
            raise DataError(
                f"the table has no column {column!r}; take rows of ex.series(), or name the column so.", column=column
            )
    try:
        when = pd.to_datetime(frame["day"].astype("str"), format="ISO8601")
    except ValueError:
        raise DataError("a day cannot be read; write it as 2024-03-31.", column="day") from None
    if when.dt.tz is not None:
        raise DataError("a day has a time zone; give the day on which was counted, such as 2024-03-31.", column="day")
    rows = frame.assign(when=when.dt.normalize())
    try:
        rows[value] = pd.to_numeric(rows[value])
    except (TypeError, ValueError):
        raise DataError("the column holds what is no number.", column=value) from None
    rows = rows[rows[value].notna()]
    if rows.empty:
        raise DataError("the table has no row with a number; choose a series and days that were counted.", column=value)
    numbers = rows[value].to_numpy(float)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise DataError(
            "a count is negative or not finite; correct it, or leave it empty if nothing was counted.", column=value
        )
    ends = ("low", "high") if value == "count" else (f"{value}_low", f"{value}_high")
    for name, end in zip(("low", "high"), ends, strict=True):
        rows[name] = (pd.to_numeric(rows[end]) if end in rows else rows[value]).fillna(rows[value])
    if ((rows["low"] > rows[value]) | (rows["high"] < rows[value])).any():
        raise DataError("a count lies outside its interval; correct low or high.", column="low")
    keys = keys_of(rows)
    twice = rows.duplicated([*keys, "when"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise DataError(
            f"{row['day']} comes twice in one series; of a series with revisions take one reading (known_at).",
            column="day",
        )
    return rows.sort_values([*keys, "when"], kind="stable", ignore_index=True)


def keys_of(frame: pd.DataFrame) -> list[str]:
    """The columns of a frame that tell its series apart."""
    return [key for key in KEYS if key in frame]


def grain_of(when: pd.Series) -> str:
    """How far the days of a series lie apart: ``day``, ``week``, ``month``, ``quarter`` or ``year``."""
    days = when.drop_duplicates().sort_values()
    if (days.dt.day == 1).all() and len(days) > 1:
        months = set((days.dt.year * 12 + days.dt.month).diff().dropna().astype(int))
        return next(
            (name for name, step in (("year", 12), ("quarter", 3)) if all(gap % step == 0 for gap in months)), "month"
        )
    return "week" if len(days) > 1 and days.dt.day_of_week.nunique() == 1 else "day"


def lines(frame: pd.DataFrame, value: str = "count", grain: str | None = None) -> list[Line]:
    """Each series of a frame as a `Line`; all lines of one source and measure begin and end together.

    A period without a row is missing; zero only where the series says so (``absent`` in its ``attrs``).

    Raises
    ------
    DataError
        As `checked_series`; or where several days of one series fall into one period (resample them first).
    """
    import pandas as pd

    rows = checked_series(frame, value)
    keys = keys_of(rows)
    monitors = [key for key in ("source", "measure") if key in keys]
    absent = 0.0 if frame.attrs.get("absent") == "zero" else float("nan")
    found = []
    for _, monitor in rows.groupby(monitors, dropna=False, sort=True) if monitors else [((), rows)]:
        length = grain or (frame.attrs.get("grain") if "day" in frame else None) or grain_of(monitor["when"])
        name = pandas_name(length)
        whole = pd.period_range(monitor["when"].min(), monitor["when"].max(), freq=name)
        rest = [key for key in keys if key not in monitors]
        for _, group in monitor.groupby(rest, dropna=False, sort=True) if rest else [((), monitor)]:
            periods = pd.PeriodIndex(group["when"], freq=name)
            if periods.has_duplicates:
                raise DataError(
                    f"several days of one series fall into one {length}; resample the series first.", column="day"
                )
            group.index = periods
            numbers = group[[value, "low", "high"]].astype(float).reindex(whole, fill_value=absent).to_numpy()
            found.append(Line({key: group[key].iloc[0] for key in keys}, length, whole, *numbers.T))
    return found


def one_line(frame: pd.DataFrame, value: str = "count", grain: str | None = None) -> Line:
    """The only series of a frame.

    Raises
    ------
    DataError
        As `lines`.
    NotComparableError
        If the frame holds several series.
    """
    found = lines(frame, value, grain)
    if len(found) > 1:
        told = "; ".join(", ".join(str(part) for part in line.keys.values() if part == part) for line in found[:2])
        raise NotComparableError(
            f"the table holds {len(found)} series ({told} …); select one place and one measure of one source."
        )
    return found[0]


def per_scan(frame: pd.DataFrame, weekday: str = "Sunday") -> pd.DataFrame:
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
    missed one still
    looks like a fall.

    Raises
    ------
    DataError
        For rows that `checked_series` refuses, days that are no months, or an unknown weekday.
    """
    import numpy as np

    if weekday not in WEEKDAYS:
        raise DataError(f"there is no weekday {weekday!r}; choose one of {', '.join(WEEKDAYS)}.", weekday=weekday)
    rows = checked_series(frame)
    if (rows["when"].dt.day != 1).any():
        raise DataError(
            "the counts are not by month (a day is not the first of one); resample them, or leave per_scan out.",
            column="day",
        )
    month = rows["when"].to_numpy("datetime64[M]")
    scans = np.busday_count(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"), weekmask=weekday[:3])
    rows[["count", "low", "high"]] = rows[["count", "low", "high"]].div(scans, axis=0)
    found = rows.drop(columns="when").assign(scans=scans)
    warnings = [
        "Sums of a month were divided by the scans that it has room for; a scan that was missed still looks like a fall."
    ]
    return result(
        found,
        "periods.per_scan",
        of=frame,
        method=f"per {weekday}",
        limits="rounding",
        warnings=warnings,
        parameters={"weekday": weekday},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    parts |= {
        end: dates.period_from(day, "month", lang)
        for end, day in (("first", result["day"].min()), ("last", result["day"].max()))
    }
    return "per_scan", parts | {
        "least": numbers.number(result["scans"].min(), lang),
        "most": numbers.number(result["scans"].max(), lang),
    }


def rounding_left_out(lines: list[Line]) -> list[str]:
    """A warning where counts have rounding intervals that a method does not carry on."""
    return (
        ["The counts have rounding intervals; the limits given here are those of chance alone."]
        if any(line.rounded for line in lines)
        else []
    )


def pandas_name(grain: str) -> str:
    if grain not in GRAINS:
        raise DataError(f"there is no period {grain!r}; choose one of {', '.join(GRAINS)}.", grain=grain)
    return GRAINS[grain][0]
