"""Registers printed by period, as series of whole years: from figures of surveys to rows of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import DataError, NotComparableError
from ..figures.preferred import preferred
from .catalogue import breaks

if TYPE_CHECKING:
    from collections.abc import Iterable

_YEAR = 12
_PRECISION = {4: "Y", 7: "M", 10: "D"}
_COLUMNS = [
    *("day", "place", "iso3", "measure", "asset", "count", "low", "high"),
    *("figures", "sources", "series", "grain", "absent", "stretch"),
]


@dataclass(frozen=True)
class _Printed:
    """A figure of whole months, counted from the year 0."""

    first: int
    after: int
    value: float
    low: float
    high: float
    source: str


def reported(panel: pd.DataFrame) -> pd.DataFrame:
    """The figures of registers by year: as printed, or added up from the quarters or halves that fill a year.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()`` of one measure, of surveys that print a count for each period (``scan_from`` to
        ``scan_to`` on each row). Of several figures of one period that of ``ex.preferred`` is taken.

    Returns
    -------
    pandas.DataFrame
        One row per year of each survey, place and asset: ``day`` (the first of the year), ``place``, ``iso3``,
        ``measure``, ``asset``, ``count``, ``low``, ``high`` (what the printing of the figures allows), ``figures`` (how
        many make the year), ``sources`` (who prints them), ``series`` (the survey), ``grain`` (``year``), ``absent``
        (``unknown``), ``stretch`` (changes where ``ex.breaks`` of the survey tells of one; missing for a year in which
        the way of counting changed). A year begins in the month in which most whole years of the register begin, so
        that business years stay whole. Periods that fill no such year are left out.

    Raises
    ------
    DataError
        If no figures fill a year.
    NotComparableError
        For figures of several measures.

    Notes
    -----
    Registers of different laws must not be compared by level (``ex.comparable``): draw a panel each with
    ``ex.chart.small_multiples(rows, own_scales=True)``.

    Examples
    --------
    >>> import analysis as ex
    >>> years = ex.series.reported(ex.panel(surveys=["oaic-ndb"]).query("asset == 'breach_any_industry'"))
    >>> years.loc[years["day"] == "2024-01-01", ["count", "figures"]].values.tolist()
    [[1122.0, 2.0]]
    """
    best = preferred(panel)
    if best["measure"].nunique() > 1:
        raise NotComparableError(
            f"a series has one measure, but the table holds {', '.join(sorted(best['measure'].unique()))}",
            remedy="select one",
        )
    rows = []
    for (survey, _, asset), group in best.groupby(["survey", "place_id", "asset"], sort=True):
        first = group.iloc[0]
        about = {
            "place": first["country"] if isinstance(first["country"], str) else first["place"],
            "iso3": first["iso3"],
            "measure": first["measure"],
            "asset": asset,
            "series": survey,
        }
        rows += [about | year for year in _years(_whole_months(group))]
    if not rows:
        raise DataError(
            "no figures fill a year",
            remedy="take figures whose periods are whole years, halves, quarters or months",
            column="scan_from",
        )
    table = pd.DataFrame(rows).assign(grain="year", absent="unknown")
    changes = {survey: breaks(survey)["day"].drop_duplicates() for survey in table["series"].unique()}
    table["stretch"] = pd.array(
        [_stretch(day, changes[survey]) for day, survey in zip(table["day"], table["series"], strict=True)],
        dtype="Int64",
    )
    return table[_COLUMNS].sort_values(["series", "place", "asset", "day"], kind="stable", ignore_index=True)


def _whole_months(figures: pd.DataFrame) -> list[_Printed]:
    """The figures whose period begins and ends with a month."""
    found = []
    for row in figures.itertuples():
        first, last = (pd.Period(text, freq=_PRECISION[len(text)]) for text in (row.scan_from, row.scan_to))
        begin, end = first.start_time, last.end_time.normalize() + pd.Timedelta(days=1)
        if begin.day == end.day == 1:
            start, after = (day.year * _YEAR + day.month - 1 for day in (begin, end))
            found.append(_Printed(start, after, row.value, row.low, row.high, str(row.source)))
    return found


def _years(printed: list[_Printed]) -> Iterable[dict[str, Any]]:
    """The whole years that the figures fill, all beginning in the month in which most of them do."""
    starts = sorted({one.first for one in printed})
    of_month = {
        month: [year for start in starts if start % _YEAR == month and (year := _fill(start, printed))]
        for month in sorted({start % _YEAR for start in starts})
    }
    for year in max(of_month.values(), key=len, default=[]):
        yield {
            "day": pd.Timestamp(year[0].first // _YEAR, year[0].first % _YEAR + 1, 1),
            **{to: float(sum(getattr(one, name) for one in year)) for to, name in _NUMBERS.items()},
            "figures": len(year),
            "sources": "; ".join(dict.fromkeys(one.source for one in year)),
        }


_NUMBERS = {"count": "value", "low": "low", "high": "high"}


def _fill(start: int, printed: list[_Printed]) -> list[_Printed]:
    """The figures that fill the year from a month on: the most precise way, else the fewest; none if none do."""
    ways = [way for longest in (True, False) if (way := _one_after_another(start, printed, longest=longest))]
    return min(ways, key=lambda way: sum(one.high - one.low for one in way), default=[])


def _one_after_another(start: int, printed: list[_Printed], *, longest: bool) -> list[_Printed]:
    """Figures of which each begins where the one before ends, to the end of the year; none if there is a gap."""
    parts: list[_Printed] = []
    at = start
    while at < start + _YEAR:
        fitting = [one for one in printed if one.first == at and one.after <= start + _YEAR]
        if not fitting:
            return []
        parts.append((max if longest else min)(fitting, key=lambda one: one.after))
        at = parts[-1].after
    return parts


def _stretch(day: pd.Timestamp, dates: pd.Series) -> int | None:
    """The number of the stretch between breaks that a year lies in, from 1; None where one of them is within it."""
    end = day + pd.DateOffset(years=1)
    inside = (dates > day) & (dates < end)
    return None if inside.any() else 1 + int((dates <= day).sum())
