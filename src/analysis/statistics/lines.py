"""A series of counts as a line of periods: gaps kept as gaps, changes in the way of counting as breaks.

A series is what ``ex.series`` gives: rows with ``day`` (the first day of a month where counts are monthly), ``count``
and usually ``low, high, series, place, iso3, measure, source``. What a row means stands in its columns: ``grain`` (the
length of its period), ``absent`` (what a period without a row means: ``zero`` or ``unknown``) and ``stretch`` (changes
wherever the way of counting changed).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError, unknown
from ..frames import numbers_of, plain
from .breaks import Break, breaks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

#: What tells one series from another.
KEYS = ("series", "source", "iso3", "place", "measure")
#: Length of a period -> pandas' name of it, periods a year, periods in a season (a week of days, a year of months).
GRAINS = {
    "day": ("D", 365.25, 7),
    "week": ("W-SUN", 52.18, 1),
    "month": ("M", 12.0, 12),
    "quarter": ("Q", 4.0, 4),
    "year": ("Y", 1.0, 1),
}
#: Months as pandas names the end of a year.
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
#: What a period without a row may mean.
ABSENT = ("zero", "unknown")
#: So many days that all begin a longer period do not do so by chance.
_SURE = 8
#: Units that may not differ within a series.
_UNITS = ("rate_per", "rate_scale")


@dataclass(frozen=True)
class Line:
    """One series without holes: a value for each period from the first to the last, missing where there was none.

    ``low`` and ``high`` are what the rounding of each value allows; equal to it where it is exact. ``breaks`` are the
    changes in the way of counting; ``alike`` says that nothing tells of any, so that the line is taken as counted in
    one way throughout.
    """

    keys: dict[str, Any]
    grain: str
    periods: pd.PeriodIndex
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    absent: str | None = None
    breaks: tuple[Break, ...] = ()
    alike: bool = False

    @property
    def days(self) -> pd.DatetimeIndex:
        """The first day of each period."""
        return self.periods.to_timestamp(how="start").astype("datetime64[s]")

    @property
    def seasons(self) -> int:
        """How many periods make a season."""
        return GRAINS[self.grain][2]

    @property
    def years(self) -> NDArray[np.float64]:
        """The middle of each period in decimal years."""
        start = self.periods.to_timestamp(how="start")
        begun = start.year + (start.dayofyear - 1) / (365 + start.is_leap_year)
        return np.asarray(begun.to_numpy(np.float64) + 0.5 / GRAINS[self.grain][1])

    @property
    def season(self) -> NDArray[np.int64]:
        """Where in its season each period lies: weekday, calendar month, quarter; all one where there is none."""
        within = {"day": "day_of_week", "month": "month", "quarter": "quarter"}.get(self.grain)
        if within is None:
            return np.zeros(len(self.periods), dtype=np.int64)
        return np.asarray(getattr(self.periods, within), dtype=np.int64)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which periods were counted."""
        return ~np.isnan(self.values)

    @property
    def meaning(self) -> dict[str, Any]:
        """The columns that say what a row of this line means: keys, grain, and whether breaks are told of."""
        return {**self.keys, "grain": self.grain, "breaks": "none told" if self.alike else "told"}

    def stretches(self) -> list[tuple[int, int]]:
        """The stretches counted in one way, as start and end positions (end excluded).

        A period in which the way changed belongs to none.
        """
        ends = [(0, 0), *((one.before - one.inside, one.before) for one in self.breaks), (len(self.values),) * 2]
        return [(begin, end) for (_, begin), (end, _) in itertools.pairwise(ends) if end > begin]

    def stretch(self) -> NDArray[np.float64]:
        """The number of the stretch of each period, from 1; missing where the way of counting changes within it."""
        found = np.full(len(self.values), np.nan)
        for number, (first, last) in enumerate(self.stretches(), 1):
            found[first:last] = number
        return found

    def between(self, first: int, last: int) -> Line:
        """The part from one position to before another, without the breaks."""
        part = slice(first, last)
        ends = {name: getattr(self, name)[part] for name in ("periods", "values", "low", "high")}
        return replace(self, **ends, breaks=())

    @property
    def rounded(self) -> bool:
        """Whether any value has an interval."""
        return bool((self.high > self.low).any())


def checked_series(frame: Any, value: str = "count") -> pd.DataFrame:
    """The rows with ``when`` (a time), ``low`` and ``high`` filled in, in order of series and day.

    ``day`` may be called ``period``, as ``ex.series.resample`` calls it. A row without a number stays: its period is
    unknown.

    Raises
    ------
    DataError
        Without day or number, for a day that is not one, a negative or infinite number, one outside its interval, or
        two rows of one day.
    """
    frame = plain(frame, "the series")
    if "day" not in frame and "period" in frame:
        frame = frame.rename(columns={"period": "day"})
    for column in ("day", value):
        if column not in frame:
            raise DataError(
                f"the table has no column {column!r}",
                remedy="take rows of ex.series(), or give the column this name",
                column=column,
            )
    rows = frame.assign(when=_days(frame["day"]))
    numbers = rows[value] = numbers_of(rows, value)
    if np.isnan(numbers).all():
        raise DataError(
            "the table has no row with a number", remedy="choose a series and days that were counted", column=value
        )
    wrong = np.isinf(numbers) | (numbers < 0)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"row {row + 1} ({rows['when'].iloc[row]:%Y-%m-%d}): the count {numbers[row]:g} is negative or not finite",
            remedy="correct it, or leave it empty if nothing was counted",
            column=value,
            row=row + 1,
        )
    ends = ("low", "high") if value == "count" else (f"{value}_low", f"{value}_high")
    for name, end in zip(("low", "high"), ends, strict=True):
        limit = numbers_of(rows, end) if end in rows else numbers
        rows[name] = np.where(np.isnan(limit), numbers, limit)
    outside = ((rows["low"] > rows[value]) | (rows["high"] < rows[value])).to_numpy()
    if outside.any():
        row = int(outside.argmax())
        day = f"{rows['when'].iloc[row]:%Y-%m-%d}"
        raise DataError(
            f"row {row + 1} ({day}): the count {numbers[row]:g} lies outside its own limits",
            remedy="correct low or high",
            column=ends[0],
            row=row + 1,
        )
    keys = keys_of(rows)
    twice = rows.duplicated([*keys, "when"])
    if twice.any():
        raise DataError(
            f"{rows.loc[twice, 'day'].iloc[0]} comes twice in one series",
            remedy="of a series with revisions take one vintage: ex.series(…, as_of=…)",
            column="day",
        )
    return rows.sort_values([*keys, "when"], kind="stable", ignore_index=True)


def checked_vintages(frame: Any) -> pd.DataFrame:
    """The rows of a series of which every vintage is there, each vintage checked; those without a count are left out.

    Raises
    ------
    DataError
        Without the column ``vintage``, for a row that has none, and as for `checked_series`.
    """
    frame = plain(frame, "the series")
    if "vintage" not in frame:
        raise DataError(
            "the table has no column 'vintage', the day on which a count was known",
            remedy="take a series with revisions, all of its vintages",
            column="vintage",
        )
    missing = frame["vintage"].isna().to_numpy()
    if missing.any():
        row = int(missing.argmax()) + 1
        raise DataError(
            f"row {row} does not say when its count was known",
            remedy="fill the day, or leave the row out",
            column="vintage",
            row=row,
        )
    parts = [checked_series(part) for _, part in frame.groupby("vintage", sort=True)]
    rows = pd.concat(parts, ignore_index=True) if parts else checked_series(frame)
    return rows[rows["count"].notna()]


def _days(column: pd.Series) -> pd.Series:
    try:
        when = pd.to_datetime(column.astype("str"), format="ISO8601")
    except ValueError:
        raise DataError("a day cannot be read", remedy="write it as 2024-03-31", column="day") from None
    if when.isna().any():
        raise DataError("a day is missing", remedy="fill it, or leave the row out", column="day")
    if when.dt.tz is not None:
        raise DataError(
            "a day has a time zone", remedy="give the day on which was counted, such as 2024-03-31", column="day"
        )
    return when.dt.normalize()


def keys_of(frame: pd.DataFrame) -> list[str]:
    """The columns of a frame that tell its series apart."""
    return [key for key in KEYS if key in frame]


def grain_of(when: pd.Series) -> str:
    """The distance between the days of a series: ``day``, ``week``, ``month``, ``quarter`` or ``year``."""
    days = np.unique(when.to_numpy("datetime64[D]"))
    if len(days) < 2:
        return "day"
    months = days.astype("datetime64[M]")
    if (months.astype("datetime64[D]") == days).all():
        gaps = np.unique(np.diff(months.astype(int)))
        return next((name for name, step in (("year", 12), ("quarter", 3)) if (gaps % step == 0).all()), "month")
    return "week" if (np.diff(days).astype(int) % 7 == 0).all() else "day"


def lines(
    frame: Any, value: str = "count", grain: str | None = None, breaks: pd.DataFrame | Sequence[str] | None = None
) -> list[Line]:
    """Each series of a frame as a `Line`; all lines of one source and measure begin and end together.

    Parameters
    ----------
    frame
        Rows of ``ex.series``, or of a table of your own.
    value
        The column of the values.
    grain
        The length of a period. Default: the column ``grain``, else as the days lie apart.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those of the
        series that the rows name, and wherever the column ``stretch`` changes.

    Raises
    ------
    DataError
        As `checked_series`; where several days of one series fall into one period; where periods have no row and
        nothing says what that means; where rows of one series differ in unit, grain or meaning of absence.
    """
    rows = checked_series(frame, value)
    monitors = [key for key in ("series", "source", "measure") if key in rows]
    found: list[Line] = []
    for monitor in _groups(rows, monitors):
        length = grain or one_word(monitor, "grain", GRAINS) or grain_of(monitor["when"])
        if length not in GRAINS:
            raise unknown("period", length, GRAINS, grain=length)
        _require_days_of(monitor["when"], length)
        name = _year_of(monitor["when"]) if length == "year" else GRAINS[length][0]
        whole = pd.period_range(monitor["when"].min(), monitor["when"].max(), freq=name)
        found += [
            _line(group, value, length, whole, breaks)
            for group in _groups(monitor, [key for key in keys_of(rows) if key not in monitors])
        ]
    return found


def _require_days_of(when: pd.Series, grain: str) -> None:
    """DataError if all days lie as far apart as those of a longer period, for instance quarters told as months."""
    apart = grain_of(when)
    order = list(GRAINS)
    if when.nunique() >= _SURE and order.index(apart) > order.index(grain):
        raise DataError(
            f"the days lie a {apart} apart, but the rows are of a {grain} each",
            remedy=f"say {apart!r} in the column grain, or resample the series with ex.series.resample",
            column="grain",
        )


def _year_of(when: pd.Series) -> str:
    """Pandas' name of the year of a series: a business year, where every row stands at the first day of one month."""
    months = when.dt.month.unique()
    if len(months) > 1 or months[0] == 1 or (when.dt.day != 1).any():
        return GRAINS["year"][0]
    return f"{GRAINS['year'][0]}-{_MONTHS[months[0] - 2]}"


def _groups(rows: pd.DataFrame, keys: list[str]) -> Iterator[pd.DataFrame]:
    if not keys:
        yield rows
        return
    for _, group in rows.groupby(keys, dropna=False, sort=True):
        yield group


def _line(
    group: pd.DataFrame, value: str, grain: str, whole: pd.PeriodIndex, breaks: pd.DataFrame | Sequence[str] | None
) -> Line:
    for unit in _UNITS:
        one_word(group, unit)
    periods = pd.PeriodIndex(group["when"], freq=whole.freq)
    if periods.has_duplicates:
        raise DataError(
            f"several days of one series fall into one {grain}", remedy="resample the series first", column="day"
        )
    absent = _absent(group)
    place = whole.get_indexer(periods)
    values, low, high = np.full((3, len(whole)), np.nan)
    if len(place) < len(whole):
        if absent is None:
            raise DataError(
                f"{len(whole) - len(place)} periods between {whole[0]} and {whole[-1]} have no row, and nothing says "
                "what that means",
                remedy="add a column 'absent' with 'zero' (nothing happened) or 'unknown' (nothing was counted)",
                column="absent",
            )
        if absent == "zero":
            values[:], low[:], high[:] = 0.0, 0.0, 0.0
    for column, to in ((value, values), ("low", low), ("high", high)):
        to[place] = group[column].to_numpy(np.float64)
    keys = {key: group[key].iloc[0] for key in keys_of(group)}
    found, told = breaks_of(keys, group, whole, place, breaks)
    return Line(keys, grain, whole, values, low, high, absent, tuple(found), alike=not told)


def _absent(group: pd.DataFrame) -> str | None:
    """What a period without a row means: as the rows say, else as the series that they name does."""
    from .breaks import catalogued

    said = one_word(group, "absent", ABSENT)
    if said is None and "series" in group:
        described = catalogued(group["series"].iloc[0])
        return None if described is None else described.absent
    return said


def one_word(group: pd.DataFrame, column: str, choices: Sequence[str] | dict[str, Any] = ()) -> str | None:
    """The one word that all rows of a series have in a column."""
    if column not in group:
        return None
    there = group[column].unique()
    if len(there) > 1:
        raise DataError(
            f"rows of one series differ in {column} ({there[0]} and {there[1]})",
            remedy="select the rows of one of them",
            column=column,
        )
    if pd.isna(there[0]):
        return None
    if choices and there[0] not in choices:
        raise unknown(f"word in the column '{column}':", there[0], choices, column=column)
    return str(there[0])


def one_line(
    frame: Any, value: str = "count", grain: str | None = None, breaks: pd.DataFrame | Sequence[str] | None = None
) -> Line:
    """The only series of a frame.

    Raises
    ------
    DataError
        As `lines`.
    NotComparableError
        If the frame holds several series.
    """
    found = lines(frame, value, grain, breaks)
    if len(found) > 1:
        told = "; ".join(", ".join(str(part) for part in line.keys.values() if part == part) for line in found[:2])
        raise NotComparableError(
            f"the table holds {len(found)} series ({told} …)", remedy="select one place and one measure of one source"
        )
    return found[0]


def rows_of_lines(
    every: Sequence[Line], value: str, columns: Sequence[Mapping[str, NDArray[np.generic]]]
) -> pd.DataFrame:
    """One row per period of each line: day, value, stretch, what a statistic found in it, and what it means."""
    told = pd.DataFrame([line.meaning | ({} if line.absent is None else {"absent": line.absent}) for line in every])
    every_row = told.loc[np.repeat(told.index, [len(line.values) for line in every])].reset_index(drop=True)
    found = {
        "day": np.concatenate([line.days for line in every]),
        value: np.concatenate([line.values for line in every]),
        "stretch": np.concatenate([line.stretch() for line in every]),
        **{name: np.concatenate([one[name] for one in columns]) for name in columns[0]},
    }
    return pd.concat([pd.DataFrame(found), every_row], axis=1).assign(value_of=value)


def rounding_left_out(lines: Sequence[Line]) -> list[str]:
    """A warning where counts have intervals of rounding that a method does not carry on."""
    if not any(line.rounded for line in lines):
        return []
    return ["The counts have intervals of rounding; the limits given here are those of chance alone."]


def taken_as_alike(lines: Sequence[Line]) -> list[str]:
    """A warning where nothing says whether the way of counting ever changed."""
    if not any(line.alike for line in lines):
        return []
    return ["Nothing says whether the way of counting changed; it is taken as the same throughout."]
