"""Questions to a series of counts, written once as expressions and answered by whichever engine is in use.

Every function takes a :class:`~analysis.series.selection.Selection` (or the id of a series, for all of its rows), asks
the engine for the answer only, and gives back a plain frame in a fixed order. What its rows mean stands in its columns:
``series``, ``grain``, ``absent`` (what a period without a row means: ``zero`` or ``unknown``) and ``stretch`` (an
integer that changes wherever the way of counting changed; missing for a period in which it changed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..errors import DataError, NotComparableError
from ..figures.denominators import denominator
from .catalogue import find_series, series_present
from .meaning import stretch_of, with_meaning
from .periods import Periods, all_or_nothing, units
from .selection import Rows, Selection, day_of, rows_of, selected, span

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

_KEY = ["place", "iso3", "measure", "source"]
_COLUMNS = ["day", *_KEY[:3], "count", "low", "high", "source", "vintage"]


def select(selection: Selection | str | Path) -> pd.DataFrame:
    """The counts of a series, one row each; the latest vintage, or that of ``as_of``.

    Parameters
    ----------
    selection
        A selection, or the id of a series.

    Returns
    -------
    pandas.DataFrame
        By day, place, measure and source: ``day`` (a date), ``place``, ``iso3``, ``measure``, ``count``, ``low``,
        ``high``, ``source``, ``vintage`` (the day on which the number was known), ``series``, ``grain``, ``absent``,
        ``stretch``.

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
    rows = Rows(selected(selection))
    frame = rows.answer(rows.counts().select(_COLUMNS).order_by("day", *_KEY, "vintage"))
    return with_meaning(frame, rows.series, rows.series.grain, "day")


def resample(
    selection: Selection | str | Path, grain: str = "month", *, how: str | None = None, gaps: bool = True
) -> pd.DataFrame:
    """The counts of a series by week, month, quarter or year, with gaps shown.

    Parameters
    ----------
    selection
        A selection, or the id of a series.
    grain
        ``day``, ``week`` (beginning on Monday), ``month``, ``quarter`` or ``year``; not finer than the series' grain.
    how
        ``sum`` or ``mean`` (of the days that are there). Default: as ``series.toml`` says about each measure.
    gaps
        Whether a period without any row, between the first and the last of its place, measure and monitor, gets a row.

    Returns
    -------
    pandas.DataFrame
        By period and key: ``period`` (its first day), ``place``, ``iso3``, ``measure``, ``source``, ``count``, ``low``,
        ``high``, ``days`` (how many days, or weeks or months, are in it), ``expected`` (how many there could be),
        ``series``, ``grain``, ``absent``, ``stretch``. A gap has ``days`` 0 and no count; where the series says that no
        row means zero, its count is 0. ``low`` and ``high`` are missing unless every row has them.

    Raises
    ------
    DataError
        As :func:`select`; also if ``grain`` is finer than that of the series.

    Examples
    --------
    >>> import analysis as ex
    >>> years = ex.series.resample(ex.series.Selection("us-breach-register", measure="breaches"), "year")
    >>> years.loc[years["period"] == "2022-01-01", ["count", "days", "expected"]].values.tolist()
    [[720.0, 12.0, 12.0]]
    """
    rows = Rows(selected(selection))
    calendar = Periods(rows, grain)
    periods = calendar.counts(how)
    if gaps:
        periods = calendar.with_gaps(periods)
    columns = ["period", *_KEY, "count", "low", "high", "days", "expected"]
    frame = rows.answer(periods.select(columns).order_by("period", "place", "measure", "source"))
    return with_meaning(frame, rows.series, grain, "period")


def rates(
    selection: Selection | str | Path,
    grain: str = "year",
    *,
    per: str = "population",
    scale: float = 1e6,
    how: str | None = None,
) -> pd.DataFrame:
    """Counts of countries per inhabitants, or another denominator, each of its own year.

    Parameters
    ----------
    selection
        A selection, or the id of a series. Rows without a country stay out, and those of places smaller than one add up
        to their country.
    grain, how
        As in :func:`resample`.
    per, scale
        The denominator, see :func:`analysis.figures.denominators.denominator`, and the number that the rate is given
        for (a million).

    Returns
    -------
    pandas.DataFrame
        ``period``, ``iso3``, ``measure``, ``source``, ``count``, ``rate``, ``rate_low``, ``rate_high`` (from ``low``
        and ``high``), ``denominator``, ``denominator_year`` (the year used: that of the period, or the last before it
        that is known), ``rate_per``, ``rate_scale``, ``limits`` (``rounding``), ``series``, ``grain``, ``absent``,
        ``stretch``. What has no denominator has no rate.

    Raises
    ------
    DataError
        As :func:`resample`; also if no row that was asked for has a country.

    Examples
    --------
    >>> import analysis as ex
    >>> germany = ex.series.Selection("cybergreen-open-services", measure="open_dns", places="DEU")
    >>> ex.series.rates(germany)[["rate_per", "rate_scale"]].drop_duplicates().values.tolist()
    [['population', 1000000.0]]
    """
    import ibis
    import pyarrow as pa

    rows = Rows(selected(selection))
    countries = Periods(rows, grain).counts(how).filter(lambda t: t.iso3 != "")
    key = ["period", "iso3", "measure", "source"]
    whole = countries.group_by(key).agg(
        count=lambda t: t["count"].sum(), low=lambda t: all_or_nothing(t.low), high=lambda t: all_or_nothing(t.high)
    )
    whole = whole.mutate(year=lambda t: t.period.year().cast("int64"))
    years = rows.answer(whole.select("iso3", "year").distinct().order_by("iso3", "year"))
    if years.empty:
        raise DataError(
            "no row that was asked for has a country, so there are no rates",
            remedy="ask for places with a code",
            series=rows.series.id,
        )
    sizes = pa.Table.from_pandas(years.assign(**_denominators(years, per)), preserve_index=False)
    shown = whole.inner_join(ibis.memtable(sizes), ["iso3", "year"]).mutate(
        rate=lambda t: t["count"] / t.denominator * scale,
        rate_low=lambda t: t.low / t.denominator * scale,
        rate_high=lambda t: t.high / t.denominator * scale,
    )
    columns = [*key, "count", "rate", "rate_low", "rate_high", "denominator", "denominator_year"]
    frame = rows.answer(shown.select(columns).order_by(key)).assign(
        rate_per=per, rate_scale=float(scale), limits="rounding"
    )
    return with_meaning(frame, rows.series, grain, "period")


def totals(selection: Selection | str | Path, grain: str = "month") -> pd.DataFrame:
    """The counts of all places together, by period, with the number of places that were counted.

    Parameters
    ----------
    selection
        A selection, or the id of a series. A row for the world is a total itself and stays out.
    grain
        As in :func:`resample`.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``measure``, ``source``, ``count``, ``places``, ``series``, ``grain``, ``absent``, ``stretch``. A
        fall of the total where ``places`` falls too is one of coverage.

    Raises
    ------
    NotComparableError
        If a measure must not be added up over places.

    Examples
    --------
    >>> import analysis as ex
    >>> may = ex.series.Selection(
    ...     "cybergreen-open-services", measure="open_dns", since="2016-05-01", until="2016-05-31"
    ... )
    >>> ex.series.totals(may)["count"].tolist()
    [88819400.0]
    """
    rows = Rows(selected(selection))
    entries = rows.series.meta["measure"]
    refused = [name for name in rows.selection.measures if not entries[name]["additive"]]
    if refused:
        raise NotComparableError(
            f"places must not be added up for {', '.join(refused)}",
            remedy="ask for the places one by one",
            series=rows.series.id,
        )
    parts = Periods(rows, grain).counts(None).filter(lambda t: t.iso3 != "WLD")
    key = ["period", "measure", "source"]
    summed = parts.group_by(key).agg(count=lambda t: t["count"].sum(), places=lambda t: t.place.nunique())
    return with_meaning(rows.answer(summed.order_by(key)), rows.series, grain, "period")


def coverage(selection: Selection | str | Path, by: str = "source") -> pd.DataFrame:
    """How much of the time each monitor, or each place, was counted.

    Parameters
    ----------
    selection
        A selection, or the id of a series.
    by
        ``source``: one row per monitor and measure; ``place``: one row per monitor, measure and place.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``measure`` (and ``place``, ``iso3``), ``first`` and ``last`` day, ``places``, ``days`` on which
        something was counted, ``expected`` between first and last, ``covered`` (days / expected), ``rows``, ``series``,
        ``grain``.

    Raises
    ------
    DataError
        As :func:`select`, or for another ``by``.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.series.coverage(ex.series.Selection("us-breach-register", measure="breaches"))["covered"].tolist()
    [1.0]
    """
    rows = Rows(selected(selection))
    keys = {"source": ["source", "measure"], "place": ["source", "measure", "place", "iso3"]}
    if by not in keys:
        raise DataError(f"coverage cannot be shown by '{by}'", remedy="choose source or place")
    found = (
        rows.counts()
        .group_by(keys[by])
        .agg(
            first=lambda t: t.day.min(),
            last=lambda t: t.day.max(),
            places=lambda t: t.place.nunique(),
            days=lambda t: t.day.nunique(),
            rows=lambda t: t.count(),
        )
    )
    frame = rows.answer(found.order_by(keys[by]))
    frame["expected"] = [
        units(first, last, rows.series.grain) for first, last in zip(frame["first"], frame["last"], strict=True)
    ]
    frame["covered"] = frame["days"] / frame["expected"]
    frame = frame[[*keys[by], "first", "last", "places", "days", "expected", "covered", "rows"]]
    return with_meaning(frame, rows.series, rows.series.grain, None)


def movers(
    selection: Selection | str | Path,
    span_before: tuple[str, str],
    span_after: tuple[str, str],
    *,
    k: int | None = None,
    across_breaks: str = "refuse",
) -> pd.DataFrame:
    """The places whose counts moved most between two spans of days.

    Parameters
    ----------
    selection
        A selection without ``since`` and ``until``, or the id of a series.
    span_before, span_after
        The first and last day of either span. The mean of the days (weeks, months) that are there is compared, so that
        the spans may differ in length.
    k
        How many places for each measure and monitor. Default: all.
    across_breaks
        ``refuse`` a comparison across a change in the way of counting, or ``mark`` it in the column ``across_break``.

    Returns
    -------
    pandas.DataFrame
        By measure, source and size of the difference: ``place``, ``iso3``, ``measure``, ``source``, ``before``,
        ``after``, ``difference``, ``ratio``, ``days_before``, ``days_after``, ``across_break``, ``series``, ``grain``.
        A place that is not there in both is left out: it is gone, or was not counted.

    Raises
    ------
    DataError
        As :func:`select`; for spans that are not one after the other.
    NotComparableError
        If the way of counting changes from the first span to the end of the second.

    Examples
    --------
    >>> import analysis as ex
    >>> reports = ex.series.Selection("us-breach-register", measure="breaches")
    >>> found = ex.series.movers(reports, ("2018-01-01", "2018-12-31"), ("2022-01-01", "2022-12-31"))
    >>> found[["before", "after"]].round(2).values.tolist()
    [[30.75, 60.0]]
    """
    (since, middle), (start, until) = span_before, span_after
    if not since <= middle < start <= until:
        raise DataError(
            f"the spans {since} to {middle} and {start} to {until} are not one after the other",
            remedy="give the earlier one first",
        )
    if across_breaks not in ("refuse", "mark"):
        raise DataError(f"across_breaks cannot be '{across_breaks}'", remedy="choose refuse or mark")
    asked = selected(selection)
    if asked.since is not None or asked.until is not None:
        raise DataError("the spans say which days are compared", remedy="leave since and until out of the selection")
    rows = Rows(asked)
    counts = rows.counts().filter(lambda t: (t.day >= day_of(since)) & (t.day <= day_of(until)))
    measures = pd.Series(rows.selection.measures)
    ends = [
        stretch_of(pd.Series(day, measures.index), measures, rows.series, rows.series.grain) for day in (since, until)
    ]
    crossed = ~(ends[0] == ends[1]).fillna(False).astype(bool)
    if crossed.any() and across_breaks == "refuse":
        raise NotComparableError(
            f"the way of counting {measures[crossed].iloc[0]} changes between {since} and {until}",
            remedy="choose spans of one stretch, or across_breaks='mark'",
            series=rows.series.id,
        )

    def mean(first: str, last: str, name: str) -> ir.Table:
        part = counts.filter(lambda t: (t.day >= day_of(first)) & (t.day <= day_of(last)))
        return part.group_by(_KEY).agg(
            **{
                name: lambda t: t["count"].sum().cast("float64") / t.day.nunique(),
                f"days_{name}": lambda t: t.day.nunique(),
            }
        )

    both = mean(since, middle, "before").inner_join(mean(start, until, "after"), _KEY)
    both = both.mutate(difference=lambda t: t.after - t.before)
    both = both.mutate(size=lambda t: t["difference"].abs(), ratio=lambda t: t.after / t.before.nullif(0))
    frame = rows.answer(both.order_by("measure", "source", both["size"].desc(), "place"))
    if k is not None:
        frame = frame.groupby(["measure", "source"], sort=False).head(k).reset_index(drop=True)
    frame = frame[[*_KEY, "before", "after", "difference", "ratio", "days_before", "days_after"]]
    frame = frame.assign(across_break=frame["measure"].isin(measures[crossed]))
    return with_meaning(frame, rows.series, rows.series.grain, None)


def revisions(selection: Selection | str | Path) -> pd.DataFrame:
    """The counts that were corrected later: the first vintage, and the last.

    Parameters
    ----------
    selection
        A selection, or the id of a series; ``as_of`` leaves out later vintages.

    Returns
    -------
    pandas.DataFrame
        One row per key that was known on two days or more: ``day``, ``place``, ``iso3``, ``measure``, ``source``,
        ``vintages`` (how many), ``first_vintage``, ``first_count``, ``last_vintage``, ``last_count``, ``difference``,
        ``ratio``, ``series``, ``grain``, ``absent``, ``stretch``.

    Raises
    ------
    DataError
        As :func:`select`.

    Examples
    --------
    >>> import analysis as ex
    >>> september = ex.series.Selection(
    ...     "us-breach-register-vintages", measure="breaches_open", since="2024-09-01", until="2024-09-30"
    ... )
    >>> ex.series.revisions(september)[["vintages", "first_count", "last_count"]].values.tolist()
    [[4, 34, 8]]
    """
    asked = Rows(selected(selection))
    key = ["day", *_KEY]
    rows = asked.vintages()
    spans = rows.group_by(key).agg(
        vintages=lambda t: t.vintage.nunique(),
        first_vintage=lambda t: t.vintage.min(),
        last_vintage=lambda t: t.vintage.max(),
    )
    spans = spans.filter(lambda t: t.vintages > 1)

    def number(end: str) -> ir.Table:
        renamed = rows.select(*key, "vintage", "count").rename({f"{end}_vintage": "vintage", f"{end}_count": "count"})
        return spans.inner_join(renamed, [*key, f"{end}_vintage"]).select(*key, f"{end}_count")

    both = spans.inner_join(number("first"), key).inner_join(number("last"), key)
    both = both.mutate(
        difference=lambda t: t.last_count - t.first_count,
        ratio=lambda t: t.last_count.cast("float64") / t.first_count.nullif(0),
    )
    columns = [*key, "vintages", "first_vintage", "first_count", "last_vintage", "last_count", "difference", "ratio"]
    frame = asked.answer(both.select(columns).order_by(key))
    return with_meaning(frame, asked.series, asked.series.grain, "day")


def _denominators(years: pd.DataFrame, per: str) -> dict[str, pd.Series]:
    found = denominator(years["iso3"], years["year"], per)
    return {name: pd.to_numeric(found[name]).astype("float64") for name in ("denominator", "denominator_year")}


def listed(lang: str = "en") -> pd.DataFrame:
    """The series that there are, one per row.

    Parameters
    ----------
    lang
        The language of the titles: ``en``, ``es``, ``de``, ``fr``.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``series``: ``title``, ``grain``, ``first`` and ``last`` day, ``rows``, ``measures`` (a list),
        ``sources`` (a list), ``health`` (whether it is about health care), ``licence``, ``stored`` (whether it lies in
        a store).

    Examples
    --------
    >>> import analysis as ex
    >>> ex.series().query("series == 'us-breach-register'")[["grain", "stored"]].values.tolist()
    [['month', False]]
    """
    rows = {}
    for name in series_present():
        series = find_series(name)
        count = rows_of(series)
        first, last = span(series) if count else (None, None)
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
