"""Questions to a series of counts, written once as expressions and answered by whichever engine is in use.

Every function reads what stands in the series, asks the engine for the answer only, and gives back a plain frame in a
fixed order.
A place and day without a row stays missing, unless the series says that it means zero.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..datafolder import read_text, relative
from ..errors import DataError, NotComparableError
from ..figures.denominators import denominator
from .catalogue import Series, find_series, series_present
from .counts import Table, schema
from .engines import Engine
from .engines import engine as engine_at

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from .store import File

#: What a period is called, as Ibis writes it and as pandas does.
PERIODS = {"day": ("D", "D"), "week": ("W", "W-SUN"), "month": ("M", "M"), "quarter": ("Q", "Q"), "year": ("Y", "Y")}
_ORDER = list(PERIODS)
_KEY = ["place", "iso3", "measure", "source"]
_COLUMNS = ["day", "place", "iso3", "measure", "count", "low", "high", "source", "known"]


def select(
    id: str,
    *,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """The counts of a series, one row each.

    Parameters
    ----------
    id
        The series, or its folder.
    measure
        One of its measures, or several. Default: all.
    places
        ISO 3166-1 alpha-3 codes, or places as the monitor prints them. Default: all.
    source
        One of its monitors, or several. Default: all.
    since, until
        The first and the last day wanted (``2020-01-01``).
    as_of
        Only what was known on this day; of a count that was revised, the last number known then. Default: the last of
        all.
    engine
        Where it is computed, see :func:`analysis.series.engines.engine`.

    Returns
    -------
    pandas.DataFrame
        By day, place, measure and source: ``day`` (a date), ``place``, ``iso3``, ``measure``, ``count``, ``low``,
        ``high``, ``source``,
        ``known``. What the series is stands in ``attrs``.

    Raises
    ------
    DataError
        If there is no such series, measure, place or source.

    Examples
    --------
    >>> import analysis as ex
    >>> july = ex.series("us-breach-register", measure="breaches", since="2022-01-01", until="2022-12-31")
    >>> int(july["count"].sum())
    720
    """
    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    return asked.frame(asked.counts().select(_COLUMNS).order_by("day", *_KEY, "known"))


def resample(
    id: str,
    by: str = "month",
    *,
    how: str | None = None,
    gaps: bool = True,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """The counts of a series by week, month, quarter or year, with gaps shown.

    Parameters
    ----------
    id, measure, places, source, since, until, as_of, engine
        As in :func:`select`.
    by
        ``day``, ``week`` (beginning on Monday), ``month``, ``quarter`` or ``year``; not finer than the series' grain.
    how
        ``sum`` or ``mean`` (of the days that are there). Default: as ``series.toml`` says of each measure.
    gaps
        Whether a period without any row, between the first and the last of its place, measure and monitor, gets a row.

    Returns
    -------
    pandas.DataFrame
        By period and key: ``period`` (its first day), ``place``, ``iso3``, ``measure``, ``source``, ``count``, ``low``,
        ``high``,
        ``days`` (how many days, or weeks or months, are in it) and ``expected`` (how many there could be). A gap has
        ``days`` 0 and no count; where the series says that no row means zero, its count is 0. ``low`` and ``high`` are
        missing
        unless every row has them.

    Raises
    ------
    DataError
        As :func:`select`; also if ``by`` is finer than the grain.
    """
    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    periods = asked.by_period(by, how)
    if gaps:
        periods = asked.with_gaps(periods, by)
    columns = ["period", *_KEY, "count", "low", "high", "days", "expected"]
    return asked.frame(periods.select(columns).order_by("period", "place", "measure", "source"), by=by)


def rates(
    id: str,
    by: str = "year",
    *,
    per: str = "population",
    scale: float = 1e6,
    how: str | None = None,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """Counts of countries per inhabitants, or another denominator, each of its own year.

    Parameters
    ----------
    id, by, how, measure, places, source, since, until, as_of, engine
        As in :func:`resample`. Rows without a country, and those of places smaller than one, add up to their country.
    per, scale
        The denominator, see :func:`analysis.figures.denominators.denominator`, and the number that the rate is given
        for (a million).

    Returns
    -------
    pandas.DataFrame
        ``period``, ``iso3``, ``measure``, ``source``, ``count``, ``rate``, ``rate_low``, ``rate_high`` (from ``low``
        and ``high``), ``denominator``,
        ``denominator_year`` (the year used: that of the period, or the last before it that is known). What has no
        denominator has no rate.
    """
    import ibis
    import pyarrow as pa

    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    countries = asked.by_period(by, how).filter(lambda t: t.iso3 != "")
    key = ["period", "iso3", "measure", "source"]
    whole = countries.group_by(key).agg(
        count=lambda t: t["count"].sum(), low=lambda t: _all_or_nothing(t.low), high=lambda t: _all_or_nothing(t.high)
    )
    whole = whole.mutate(year=lambda t: t.period.year().cast("int64"))
    years = asked.plain(whole.select("iso3", "year").distinct().order_by("iso3", "year"))
    if years.empty:
        raise DataError(
            "no row that was asked for has a country, so there are no rates; ask for places with a code.",
            series=asked.series.id,
        )
    known = pa.Table.from_pandas(years.assign(**_denominators(years, per)), preserve_index=False)
    joined = whole.inner_join(ibis.memtable(known), ["iso3", "year"])
    shown = joined.mutate(
        rate=lambda t: t["count"] / t.denominator * scale,
        rate_low=lambda t: t.low / t.denominator * scale,
        rate_high=lambda t: t.high / t.denominator * scale,
    )
    columns = [*key, "count", "rate", "rate_low", "rate_high", "denominator", "denominator_year"]
    return asked.frame(shown.select(columns).order_by(key), by=by, per=per, scale=scale)


def totals(
    id: str,
    by: str = "month",
    *,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """The counts of all places together, by period, with the number of places that were counted.

    Parameters
    ----------
    id, by, measure, places, source, since, until, as_of, engine
        As in :func:`resample`. A row of the world is a total itself and stays out.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``measure``, ``source``, ``count``, ``places``. A fall of the total where ``places`` falls too is
        one of coverage.

    Raises
    ------
    NotComparableError
        If a measure must not be added up over places.
    """
    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    not_additive = [name for name, entry in asked.series.meta["measure"].items() if not entry["additive"]]
    refused = [name for name in not_additive if asked.measures is None or name in asked.measures]
    if refused:
        raise NotComparableError(
            f"places must not be added up for {', '.join(refused)}; ask for the places one by one.",
            series=asked.series.id,
        )
    parts = asked.by_period(by, None).filter(lambda t: t.iso3 != "WLD")
    key = ["period", "measure", "source"]
    summed = parts.group_by(key).agg(count=lambda t: t["count"].sum(), places=lambda t: t.place.nunique())
    return asked.frame(summed.order_by(key), by=by)


def coverage(
    id: str,
    by: str = "source",
    *,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """How much of the time each monitor, or each place, was counted.

    Parameters
    ----------
    id, measure, places, source, since, until, as_of, engine
        As in :func:`select`.
    by
        ``source``: one row a monitor and measure; ``place``: one row a monitor, measure and place.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``measure`` (and ``place``, ``iso3``), ``first`` and ``last`` day, ``places``, ``days`` on which
        something was counted,
        ``expected`` between first and last, ``covered`` (days / expected), ``rows``.
    """
    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    keys = {"source": ["source", "measure"], "place": ["source", "measure", "place", "iso3"]}
    if by not in keys:
        raise DataError(f"coverage by '{by}' is not known; choose source or place.")
    found = (
        asked.counts()
        .group_by(keys[by])
        .agg(
            first=lambda t: t.day.min(),
            last=lambda t: t.day.max(),
            places=lambda t: t.place.nunique(),
            days=lambda t: t.day.nunique(),
            rows=lambda t: t.count(),
        )
    )
    frame = asked.frame(found.order_by(keys[by]))
    frame["expected"] = [
        _units(first, last, asked.series.grain) for first, last in zip(frame["first"], frame["last"], strict=True)
    ]
    frame["covered"] = frame["days"] / frame["expected"]
    return frame[[*keys[by], "first", "last", "places", "days", "expected", "covered", "rows"]]


def movers(
    id: str,
    before: tuple[str, str],
    after: tuple[str, str],
    *,
    top: int | None = None,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """The places whose counts moved most between two spans of days.

    Parameters
    ----------
    id, measure, places, source, as_of, engine
        As in :func:`select`.
    before, after
        The first and last day of either span. The mean of the days (weeks, months) that are there is compared, so that
        the spans may
        differ in length.
    top
        How many places for each measure and monitor. Default: all.

    Returns
    -------
    pandas.DataFrame
        By measure, source and size of the difference: ``place``, ``iso3``, ``measure``, ``source``, ``before``,
        ``after``, ``difference``, ``ratio``,
        ``days_before``, ``days_after``. A place that is not there in both is left out: it is gone, or was not counted.
    """
    (since, middle), (start, until) = before, after
    if not since <= middle < start <= until:
        raise DataError(
            f"the spans {since} to {middle} and {start} to {until} are not one after the other; give the earlier one first."
        )
    asked = _Question(id, measure, places, source, since, until, as_of, engine)
    key = _KEY
    rows = asked.counts()

    def mean(first: str, last: str, name: str) -> ir.Table:
        part = rows.filter(lambda t: (t.day >= _day(first)) & (t.day <= _day(last)))
        return part.group_by(key).agg(
            **{
                name: lambda t: t["count"].sum().cast("float64") / t.day.nunique(),
                f"days_{name}": lambda t: t.day.nunique(),
            }
        )

    both = mean(since, middle, "before").inner_join(mean(start, until, "after"), key)
    both = both.mutate(difference=lambda t: t.after - t.before)
    both = both.mutate(size=lambda t: t["difference"].abs(), ratio=lambda t: t.after / t.before.nullif(0))
    frame = asked.frame(both.order_by("measure", "source", both["size"].desc(), "place"))
    if top is not None:
        frame = frame.groupby(["measure", "source"], sort=False).head(top).reset_index(drop=True)
    return frame[[*_KEY, "before", "after", "difference", "ratio", "days_before", "days_after"]]


def revisions(
    id: str,
    *,
    measure: str | Collection[str] | None = None,
    places: str | Collection[str] | None = None,
    source: str | Collection[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    engine: str | None = None,
) -> pd.DataFrame:
    """The counts that were corrected later: what was known first, and what last.

    Parameters
    ----------
    id, measure, places, source, since, until, engine
        As in :func:`select`.

    Returns
    -------
    pandas.DataFrame
        One row a key that was known on two days or more: ``day``, ``place``, ``iso3``, ``measure``, ``source``,
        ``readings``, ``first_known``,
        ``first_count``, ``last_known``, ``last_count``, ``difference``, ``ratio``.
    """
    asked = _Question(id, measure, places, source, since, until, None, engine)
    key = ["day", *_KEY]
    rows = asked.readings()
    spans = rows.group_by(key).agg(
        readings=lambda t: t.known.nunique(), first_known=lambda t: t.known.min(), last_known=lambda t: t.known.max()
    )
    spans = spans.filter(lambda t: t.readings > 1)

    def number(end: str) -> ir.Table:
        renamed = rows.select(*key, "known", "count").rename({f"{end}_known": "known", f"{end}_count": "count"})
        return spans.inner_join(renamed, [*key, f"{end}_known"]).select(*key, f"{end}_count")

    both = spans.inner_join(number("first"), key).inner_join(number("last"), key)
    both = both.mutate(
        difference=lambda t: t.last_count - t.first_count,
        ratio=lambda t: t.last_count.cast("float64") / t.first_count.nullif(0),
    )
    columns = [*key, "readings", "first_known", "first_count", "last_known", "last_count", "difference", "ratio"]
    return asked.frame(both.select(columns).order_by(key))


class _Question:
    """Which rows of a series are asked for, and where the answer is computed."""

    def __init__(self, id, measure, places, source, since, until, as_of, address) -> None:
        self.series: Series = find_series(id)
        self.engine: Engine = engine_at(address)
        self.measures, self.places, self.sources = (_listed(one) for one in (measure, places, source))
        self.since, self.until, self.as_of = (None if day is None else _day(day) for day in (since, until, as_of))
        unknown = [name for name in self.measures or () if name not in self.series.meta["measure"]]
        if unknown:
            known = ", ".join(self.series.meta["measure"])
            raise DataError(
                f"the series '{self.series.id}' has no measure '{unknown[0]}'; choose one of {known}.",
                series=self.series.id,
            )

    def readings(self) -> ir.Table:
        """Every number of the rows asked for, with those that were revised later."""
        return self._asked(_everything(self.series, self.engine, self._files()))

    def counts(self) -> ir.Table:
        """The rows asked for, each with the last number that was known."""
        files = self._files()
        if files is None:
            rows = self.readings()
            return rows if self.series.known else _latest(rows)
        revised = {file.partition for file in files if file.revises}
        parts = []
        for corrected in (False, True):
            some = [file for file in files if (file.partition in revised) is corrected]
            if some:
                rows = self._asked(_everything(self.series, self.engine, some))
                parts.append(_latest(rows) if corrected else rows)
        return parts[0] if len(parts) == 1 else parts[0].union(parts[1]) if parts else self.readings()

    def by_period(self, by: str, how: str | None) -> ir.Table:
        """The counts by period and key, without gaps."""
        import ibis

        if by not in PERIODS:
            raise DataError(f"'{by}' is no period; choose {', '.join(PERIODS)}.")
        if _ORDER.index(by) < _ORDER.index(self.series.grain):
            raise DataError(
                f"the series '{self.series.id}' counts by {self.series.grain}; it cannot be shown by {by}.",
                series=self.series.id,
            )
        if how not in (None, "sum", "mean"):
            raise DataError(f"'{how}' is no way to put days together; choose sum or mean.")
        rows = self.counts().mutate(period=lambda t: t.day.truncate(PERIODS[by][0]).cast("date"))
        summed = rows.group_by(["period", *_KEY]).agg(
            total=lambda t: t["count"].sum().cast("int64"),
            low=lambda t: _all_or_nothing(t.low),
            high=lambda t: _all_or_nothing(t.high),
            days=lambda t: t.count(),
        )
        averaged = self._averaged(how)

        def put_together(t, name):
            mean = t[name].cast("float64") / t.days
            if averaged is True:
                return mean
            return (
                ibis.ifelse(t.measure.isin(averaged), mean, t[name].cast("float64"))
                if averaged
                else t[name].cast("float64")
            )

        shown = summed.mutate(count=lambda t: put_together(t, "total"))
        shown = shown.mutate(low=lambda t: put_together(t, "low"), high=lambda t: put_together(t, "high"))
        return shown.drop("total").inner_join(self._calendar(by), "period")

    def with_gaps(self, periods: ir.Table, by: str) -> ir.Table:
        """The same with a row for each period in between for which there is none."""
        import ibis

        spans = periods.group_by(_KEY).agg(start=lambda t: t.period.min(), end=lambda t: t.period.max())
        there = (
            spans.cross_join(self._calendar(by))
            .filter(lambda t: (t.period >= t.start) & (t.period <= t.end))
            .drop("start", "end")
        )
        full = there.left_join(periods.drop("expected"), ["period", *_KEY])
        full = full.mutate(days=lambda t: t.days.coalesce(0))
        return (
            full.mutate(count=lambda t: ibis.ifelse(t.days == 0, 0.0, t["count"]))
            if self.series.absent == "zero"
            else full
        )

    def plain(self, expression: ir.Table) -> pd.DataFrame:
        """The answer of the engine, with the types that frames have here."""
        frame = self.engine.run(expression)
        for name, kind in expression.schema().items():
            if kind.is_date():
                frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
            elif kind.is_string():
                frame[name] = frame[name].astype("str")
        if "iso3" in frame:
            frame["iso3"] = frame["iso3"].mask(frame["iso3"] == "")
        return frame

    def frame(self, expression: ir.Table, **told: object) -> pd.DataFrame:
        """The answer, which knows what it was made of."""
        frame = self.plain(expression)
        if frame.empty:
            self._explain()
        series = self.series
        frame.attrs |= {
            "series": series.id,
            "title": series.title(),
            "grain": series.grain,
            "absent": series.absent,
            **told,
        }
        return frame

    def _averaged(self, how: str | None) -> list[str] | bool:
        """The measures of which the mean is taken; True for all."""
        if how is not None:
            return how == "mean"
        ways = self.series.over_time
        averaged = [name for name in (self.measures or ways) if ways.get(name) == "mean"]
        return True if averaged and len(averaged) == len(self.measures or ways) else averaged

    def _calendar(self, by: str) -> ir.Table:
        """Every period of the time asked for, and how many days, weeks or months are in it."""
        import ibis
        import pyarrow as pa

        first, last = _span(self.series)
        first, last = max(first, self.since or first), min(last, self.until or last)
        periods = pd.period_range(first, max(first, last), freq=PERIODS[by][1])
        expected = [_units(period.start_time, period.end_time.normalize(), self.series.grain) for period in periods]
        return ibis.memtable(
            pa.table(
                {
                    "period": pa.array([period.start_time.date() for period in periods], pa.date32()),
                    "expected": expected,
                }
            )
        )

    def _files(self) -> list[File] | None:
        if not self.series.is_store:
            return None
        from .store import Store

        return Store(self.series.folder).files(
            self.sources, self.since, self.until, self.as_of, read_whole=self.engine.inside
        )

    def _asked(self, rows: ir.Table) -> ir.Table:
        if self.measures is not None:
            rows = rows.filter(rows.measure.isin(self.measures))
        if self.places is not None:
            rows = rows.filter(rows.iso3.isin(self.places) | rows.place.isin(self.places))
        if self.sources is not None:
            rows = rows.filter(rows.source.isin(self.sources))
        if self.since is not None:
            rows = rows.filter(rows.day >= self.since)
        if self.until is not None:
            rows = rows.filter(rows.day <= self.until)
        if self.as_of is not None:
            rows = rows.filter(rows.known <= self.as_of)
        return rows

    def _explain(self) -> None:
        """Say why there is no row, if a word of the question is known to nobody."""
        rows = _everything(self.series, self.engine, self._files() if self.series.is_store else None)
        for column, asked in (("places", self.places), ("source", self.sources)):
            if asked is None:
                continue
            names = ["iso3", "place"] if column == "places" else ["source"]
            known = {name for one in names for name in self.plain(rows.select(one).distinct())[one].dropna()}
            missing = [name for name in asked if name not in known]
            if missing:
                from difflib import get_close_matches

                near = get_close_matches(missing[0], sorted(known), n=3)
                hint = f"did you mean {', '.join(near)}?" if near else f"it has {', '.join(sorted(known)[:12])} …"
                raise DataError(
                    f"the series '{self.series.id}' has no {column.removesuffix('s')} '{missing[0]}'; {hint}",
                    series=self.series.id,
                )


def _everything(series: Series, engine: Engine, files: Sequence[File] | None) -> ir.Table:
    """All that the files hold; of a series without a store, all of its table."""
    import ibis

    if files is None:
        return ibis.memtable(_table(series))
    return engine.scan([file.path for file in files]) if files else ibis.memtable(schema().empty_table())


def _table(series: Series) -> pa.Table:
    read_text(series.counts)  # a build must know that it depends on the file
    state = series.counts.stat()
    return _read(series.counts, series.grain, series.known, (state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=8)
def _read(path: Path, grain: str, known: str | None, state: tuple[int, int]) -> pa.Table:
    # The state of the file is part of the cache's key: a changed file is read again.
    return Table(path, grain).arrow(known)


def _latest(rows: ir.Table) -> ir.Table:
    """Of each key the number that was known last."""
    key = ["day", "place", "measure", "source"]
    last = rows.group_by(key).agg(known=lambda t: t.known.max())
    return rows.semi_join(last, [*key, "known"])


def _all_or_nothing(limits: ir.Column) -> ir.Scalar:
    """The sum of limits; missing if one of them is."""
    import ibis

    return ibis.ifelse(limits.isnull().any(), None, limits.sum())


def _denominators(years: pd.DataFrame, per: str) -> dict[str, pd.Series]:
    found = denominator(years["iso3"], years["year"], per)
    return {name: pd.to_numeric(found[name]).astype("float64") for name in ("denominator", "denominator_year")}


def _span(series: Series) -> tuple[date, date]:
    """The first and last day of a series."""
    import pyarrow.compute as pc

    if series.is_store:
        from .store import Store

        return Store(series.folder).span()
    ends = pc.min_max(_table(series)["day"]).as_py()
    if ends["min"] is None:
        raise DataError("holds no counts yet; write some into it, a row a day and place.", file=relative(series.counts))
    return ends["min"], ends["max"]


def _rows(series: Series) -> int:
    if series.is_store:
        from .store import Store

        return Store(series.folder).rows
    return _table(series).num_rows


def _units(first: pd.Timestamp, last: pd.Timestamp, grain: str) -> int:
    """How many days, weeks (Mondays) or months (first days) there are from one day to another."""
    days = pd.date_range(first, last, freq={"day": "D", "week": "W-MON", "month": "MS"}[grain])
    return len(days)


def _listed(names: str | Collection[str] | None) -> list[str] | None:
    return None if names is None else [names] if isinstance(names, str) else list(names)


def _day(text: str | date) -> date:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise DataError(f"'{text}' is no day of the calendar; write it like 2024-05-01.") from None


def listed(lang: str = "en") -> pd.DataFrame:
    """The series that there are, one a row.

    Parameters
    ----------
    lang
        The language of the titles: ``en``, ``es``, ``de``, ``fr``.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``series``: ``title``, ``grain``, ``first`` and ``last`` day, ``rows``, ``measures`` (a list),
        ``sources`` (a list), ``health``
        (whether it is about health care), ``licence``, ``stored`` (whether it lies in a store).
    """
    rows = {}
    for name in series_present():
        series = find_series(name)
        count = _rows(series)
        first, last = _span(series) if count else (None, None)
        rows[name] = {
            "title": series.title(lang),
            "grain": series.grain,
            "first": first,
            "last": last,
            "rows": count,
            "measures": list(series.meta["measure"]),
            "sources": [entry["id"] for entry in series.meta["source"]],
            "health": series.meta["health"],
            "licence": series.meta["licence"]["name"],
            "stored": series.is_store,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")
    return frame.astype({"first": "datetime64[s]", "last": "datetime64[s]"}) if rows else frame
