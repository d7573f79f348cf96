"""Counts combined by week, month, quarter or year, as expressions of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..errors import DataError
from .meaning import PERIODS

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from .selection import Rows

#: What a period is called, as Ibis writes it; in order of length.
_TRUNCATED = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
_ORDER = list(_TRUNCATED)
_KEY = ["place", "iso3", "measure", "source"]


class Periods:
    """The counts of some rows by period.

    Raises
    ------
    DataError
        If there is no such period, or it is finer than the series' grain.
    """

    def __init__(self, rows: Rows, grain: str) -> None:
        if grain not in PERIODS:
            raise DataError(f"there is no period '{grain}'", remedy=f"choose {', '.join(PERIODS)}")
        if _ORDER.index(grain) < _ORDER.index(rows.series.grain):
            raise DataError(
                f"the series '{rows.series.id}' counts by {rows.series.grain}",
                remedy=f"it cannot be shown by {grain}",
                series=rows.series.id,
            )
        self._rows, self._grain = rows, grain

    def counts(self, how: str | None) -> ir.Table:
        """The counts by period and key, without gaps; combined as ``how`` says, else as the series does."""
        import ibis

        if how not in (None, "sum", "mean"):
            raise DataError(f"unknown aggregation '{how}'", remedy="use sum or mean")
        unit = _TRUNCATED[self._grain]
        rows = self._rows.counts().mutate(period=lambda t: t.day.truncate(unit).cast("date"))
        summed = rows.group_by(["period", *_KEY]).agg(
            total=lambda t: t["count"].sum().cast("int64"),
            low=lambda t: all_or_nothing(t.low),
            high=lambda t: all_or_nothing(t.high),
            days=lambda t: t.count(),
        )
        averaged = self._averaged(how)

        def put_together(t: ir.Table, name: str) -> ir.Column:
            total = t[name].cast("float64")
            if not averaged:
                return total
            mean = total / t.days
            return mean if averaged is True else ibis.ifelse(t.measure.isin(averaged), mean, total)

        shown = summed.mutate(count=lambda t: put_together(t, "total"))
        shown = shown.mutate(low=lambda t: put_together(t, "low"), high=lambda t: put_together(t, "high"))
        return shown.drop("total").inner_join(self._calendar(), "period")

    def with_gaps(self, periods: ir.Table) -> ir.Table:
        """The same with a row for each period in between for which there is none."""
        import ibis

        spans = periods.group_by(_KEY).agg(start=lambda t: t.period.min(), end=lambda t: t.period.max())
        there = (
            spans.cross_join(self._calendar())
            .filter(lambda t: (t.period >= t.start) & (t.period <= t.end))
            .drop("start", "end")
        )
        full = there.left_join(periods.drop("expected"), ["period", *_KEY])
        full = full.mutate(days=lambda t: t.days.coalesce(0))
        if self._rows.series.absent != "zero":
            return full
        return full.mutate(count=lambda t: ibis.ifelse(t.days == 0, 0.0, t["count"]))

    def _averaged(self, how: str | None) -> list[str] | bool:
        """The measures of which the mean is taken; True for all."""
        if how is not None:
            return how == "mean"
        ways = self._rows.series.over_time
        measures = self._rows.selection.measures
        averaged = [name for name in measures if ways.get(name) == "mean"]
        return True if averaged and len(averaged) == len(measures) else averaged

    def _calendar(self) -> ir.Table:
        """Every period of the time asked for, and how many days, weeks or months are in it."""
        import ibis
        import pyarrow as pa

        first, last = self._rows.span()
        periods = pd.period_range(first, max(first, last), freq=PERIODS[self._grain])
        grain = self._rows.series.grain
        expected = [units(period.start_time, period.end_time.normalize(), grain) for period in periods]
        starts = pa.array([period.start_time.date() for period in periods], pa.date32())
        return ibis.memtable(pa.table({"period": starts, "expected": expected}))


def units(first: pd.Timestamp | date, last: pd.Timestamp | date, grain: str) -> int:
    """How many days, weeks (Mondays) or months (first days) there are from one day to another."""
    return len(pd.date_range(first, last, freq={"day": "D", "week": "W-MON", "month": "MS"}[grain]))


def all_or_nothing(limits: ir.Column) -> ir.Scalar:
    """The sum of limits; missing if one of them is."""
    import ibis

    return ibis.ifelse(limits.isnull().any(), None, limits.sum())
