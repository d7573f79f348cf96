"""Changes in the way of counting: where they fall in a series, by its own breaks, a table of them, or a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import numbers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..series.catalogue import Series


#: A date that can be read in one way: of 7.9.2019 nobody knows whether it is in July or in September.
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}([ T]00:00:00)?)?)?")


@dataclass(frozen=True)
class Break:
    """A change in the way of counting.

    Attributes
    ----------
    date, reason
        When, as far as it is known, and why.
    before
        How many periods of the line begin before it.
    inside
        The date falls inside a period, which then belongs to neither side.
    """

    date: str
    reason: str
    before: int
    inside: bool


def breaks_of(
    keys: dict[str, Any],
    rows: pd.DataFrame,
    periods: pd.PeriodIndex,
    place: NDArray[np.int64],
    breaks: pd.DataFrame | Sequence[str] | None,
) -> tuple[list[Break], bool]:
    """The breaks that fall within a line, in order of time, and whether anything is known about them.

    Parameters
    ----------
    keys
        Of the line.
    rows
        Its rows, in order of time.
    periods
        Its periods.
    place
        The position of each row among the periods.
    breaks
        Rows with ``date`` (a day, month or year), ``reason`` and, where there are several, ``series`` and ``measure``
        (empty: of all measures), as ``ex.breaks`` gives them; or dates; ``()`` for none. None: those of the series that
        the rows name, and wherever their column ``stretch`` changes.

    Raises
    ------
    DataError
        Without date or reason, for a date that is not one, or breaks of several series; if rows name a measure or
        monitor of a series that has breaks, but not the series.
    """
    if breaks is not None:
        table = breaks if isinstance(breaks, pd.DataFrame) else _of_dates(breaks)
        return within(_of_line(table, keys), periods), True
    series = keys.get("series")
    found: list[Break] = []
    # A column without a single number says nothing of stretches.
    staged = "stretch" in rows and rows["stretch"].notna().any()
    from ..series.catalogue import breaks as known

    if catalogued(series) is not None or (isinstance(series, str) and not known(series).empty):
        found = within(_of_line(known(series), keys), periods)
    elif not staged:
        _refuse_what_lost_its_series(keys)
        return [], False
    if staged:
        found += _told_by_stretch(rows, periods, place, found)
    return sorted(found, key=lambda one: (one.before, one.inside)), True


def catalogued(series: Any) -> Series | None:
    """The series of an id, if it is one of those in use.

    Raises
    ------
    DataError
        If it is not text.
    """
    from ..series.catalogue import find_series, series_present

    if series is None or series is pd.NA or series != series:
        return None
    if not isinstance(series, str):
        raise DataError(
            f"the column 'series' holds {series!r}, not the id of a series",
            remedy="fill it with an id of ex.series(), or leave it out",
            column="series",
        )
    return find_series(series) if series in series_present() else None


def dated(date: object) -> str:
    """The first day of a date that may be known to the month or year only.

    Raises
    ------
    DataError
        If it is not a date.
    """
    try:
        if _ISO.fullmatch(str(date)):
            return str(pd.Period(str(date)).start_time.date())
    except ValueError:
        pass  # such as a thirteenth month
    raise DataError(f"{str(date)!r} is not a date", remedy="write 2019, 2019-09 or 2019-09-17", column="date")


def position(periods: pd.PeriodIndex, date: object) -> tuple[int, bool]:
    """How many periods begin before a date, and whether it falls inside the last of these."""
    moment = pd.Timestamp(dated(date))
    before = int((periods.to_timestamp(how="start") < moment).sum())
    return before, before > 0 and periods[before - 1].end_time > moment


def _of_dates(dates: Sequence[str]) -> pd.DataFrame:
    if isinstance(dates, str):
        raise DataError(
            f"breaks are a table or a list of dates, not the text {dates!r}",
            remedy="pass rows of ex.breaks(), or dates in brackets; how breaks are treated is across_breaks",
        )
    return pd.DataFrame({"date": [str(date) for date in dates], "reason": ""})


def _of_line(table: pd.DataFrame, keys: dict[str, Any]) -> pd.DataFrame:
    """The rows of a table of breaks that are those of a line."""
    if table.empty:
        return table
    for column in ("date", "reason"):
        if column not in table:
            raise DataError(f"the table of breaks has no column {column!r}", remedy="take ex.breaks()", column=column)
    rows = table
    if "series" in rows and rows["series"].nunique() > 1:
        if "series" not in keys:
            raise DataError("the breaks are those of several series", remedy="select one", column="series")
        rows = rows[rows["series"] == keys["series"]]
    if "measure" in rows and "measure" in keys:
        rows = rows[rows["measure"].isna() | rows["measure"].isin(["", keys["measure"]])]
    return rows


def within(table: pd.DataFrame, periods: pd.PeriodIndex) -> list[Break]:
    """The breaks of a table that fall within some periods, in order of time; those of one place once."""
    found: dict[tuple[int, bool], Break] = {}
    for row in table.to_dict("records"):
        before, inside = position(periods, row["date"])
        first = before - inside
        if (first > 0 or inside) and (before < len(periods) or (inside and before == len(periods))):
            found[before, inside] = Break(str(row["date"]), str(row["reason"]), before, inside)
    return [found[key] for key in sorted(found) if len(periods) > 1]


def _told_by_stretch(
    rows: pd.DataFrame, periods: pd.PeriodIndex, place: NDArray[np.int64], known: list[Break]
) -> list[Break]:
    """The changes of the column ``stretch`` that no known break explains."""
    stretch = numbers_of(rows, "stretch")
    found: list[Break] = []
    last, last_at = np.nan, 0
    for at, number in zip(place.tolist(), stretch.tolist(), strict=True):
        if np.isnan(number):
            if not any(one.before - one.inside <= at <= one.before for one in known):
                found.append(Break(str(periods[at].start_time.date()), "", at + 1, True))
            continue
        changed = not np.isnan(last) and number != last
        if changed and not any(last_at < one.before <= at for one in [*known, *found]):
            found.append(Break(str(periods[at].start_time.date()), "", at, False))
        last, last_at = number, at
    return found


def _refuse_what_lost_its_series(keys: dict[str, Any]) -> None:
    """Refuse rows that name a measure or monitor of a series with breaks, but no longer the series."""
    named = {column: keys[column] for column in ("measure", "source") if isinstance(keys.get(column), str)}
    broken = _of_broken_series() if named else {}
    for column, name in named.items():
        if name in broken[column]:
            raise DataError(
                f"the {column} {name!r} is counted in a series whose way of counting changed, and the table no longer "
                "says which series or stretch its rows are of",
                remedy="keep the columns 'series' and 'stretch', or pass breaks=ex.breaks(…), or breaks=() for none",
                column="stretch",
            )


def _of_broken_series() -> dict[str, set[str]]:
    """The measures and monitors of the series that have breaks."""
    from ..series.catalogue import breaks, find_series, series_present

    present = set(series_present())
    found: dict[str, set[str]] = {"measure": set(), "source": set()}
    for name in breaks()["series"].unique():
        if name in present:
            described = find_series(name)
            found["measure"] |= set(described.meta["measure"])
            found["source"] |= {entry["id"] for entry in described.meta["source"]}
    return found
