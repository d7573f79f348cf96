"""What the explorer knows about the series: their counts by month, put together once when the page is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..language.dates import date
from ..language.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from ..series.catalogue import Series

#  Counts of one series that a page carries at most: about 140 kB. What has more is told by year, then of all places
# together only.
MOST = 20_000


def series_slice(ids: Collection[str] | None = None, most: int = MOST) -> list[dict[str, Any]]:
    """The published series by month, ready to be written as JSON.

    Parameters
    ----------
    ids
        Which series. Default: all that are published. A series that was read on several days (``copy`` in
        ``series.toml``) stays
        out: it tells what was known when, and its months must not be compared.
    most
        Counts of a series at most; a larger one is told by year, and then without its single places.

    Returns
    -------
    list of dict
        Those about health care first, then by id: ``id``, ``title`` (by language), ``by`` (``month`` or ``year``),
        ``cited`` (source line
        with licence), ``notes``, ``whole`` (whether its places are all there) and ``lines``, one for each measure and
        monitor. A line has
        ``periods`` and, of each place, ``values``: one count a period, None where nothing was counted or not all of the
        period.
        The first place, without a name, is all of them together, if the measure may be added up; ``counted`` says how
        many places
        that are. ``parts`` are the positions (from, to before) between which it was counted in one way.

    Raises
    ------
    DataError
        If a series cannot be read.
    IdentifierError
        If a place of a series looks like anything identifying.
    """
    from ..series.catalogue import find_series, series_present
    from ..series.query import listed

    found = [find_series(name) for name in (series_present() if ids is None else ids)]
    shown = [series for series in found if series.meta.get("status") == "published" and not series.meta.get("copy")]
    # One that holds no counts yet has nothing to show.
    rows = listed()["rows"] if shown else {}
    counted = [series for series in shown if rows.get(series.id, 1)]
    told = [
        _told(series, most) for series in sorted(counted, key=lambda series: (not series.meta["health"], series.id))
    ]
    return [series for series in told if series["lines"]]


def _told(series: Series, most: int) -> dict[str, Any]:
    from ..series.catalogue import cite

    by, frame = _counts(series, most)
    whole = len(frame) <= most
    order = list(series.meta["measure"])
    groups = sorted(frame.groupby(["measure", "source"]), key=lambda group: (order.index(group[0][0]), group[0][1]))
    made = [_line(series, by, measure, source, rows, whole) for (measure, source), rows in groups]
    return {
        "id": series.id,
        "title": {lang: series.title(lang) for lang in LANGUAGES},
        "by": by,
        "cited": cite(series.id),
        "notes": [series.meta["counted"], *series.meta.get("notes", [])],
        "whole": whole,
        "lines": [line for line in made if line["places"]],
    }


def _counts(series: Series, most: int) -> tuple[str, pd.DataFrame]:
    """By what it is told, and the counts; missing where not all of a period was counted."""
    from ..identifiers import refuse_identifiers
    from ..series.query import resample

    by, frame = "month", resample(series.id, "month")
    cut = []
    if len(frame) > most:
        first, last = frame["period"].min(), frame["period"].max()
        cut = [day.year for day, in_part in ((first, first.month > 1), (last, last.month < 12)) if in_part]
        by, frame = "year", resample(series.id, "year")
    refuse_identifiers(frame[["place", "iso3", "measure", "source"]].drop_duplicates())
    in_part = frame["period"].dt.year.isin(cut)
    if series.absent == "unknown":
        in_part |= frame["days"] < frame["expected"]
    # The sum of some of its days is not the count of a month; their mean may be.
    summed = frame["measure"].map(series.over_time) == "sum"
    return by, frame.assign(count=frame["count"].mask(summed & in_part))


def _line(series: Series, by: str, measure: str, source: str, rows: pd.DataFrame, whole: bool) -> dict[str, Any]:
    import pandas as pd

    from ..series.catalogue import breaks
    from ..statistics.breaks import dated, within
    from ..statistics.lines import Line

    periods = pd.period_range(rows["period"].min(), rows["period"].max(), freq=by[0].upper())
    numbers = rows.pivot(index="period", columns="place", values="count").reindex(periods.to_timestamp())
    if series.absent == "zero":
        # A place without a row had none, unless the period is in the series in part only.
        numbers = numbers.fillna(0.0)
        numbers.loc[numbers.index.isin(rows.loc[rows["count"].isna(), "period"])] = float("nan")
    codes = rows.drop_duplicates("place").set_index("place")["iso3"].reindex(numbers.columns).fillna("")
    # States of one country are told apart by their own names.
    shared = codes.duplicated(keep=False)
    places = [
        {"place": name, "iso3": "" if shared[name] else codes[name], "values": _whole(numbers[name])}
        for name in numbers
    ]
    parts = numbers.loc[:, (codes != "WLD").to_numpy()]
    total = parts.sum(axis=1, min_count=1)
    together = []
    if series.meta["measure"][measure]["additive"] and len(parts.columns) > 1:
        together = [{"place": "", "iso3": "", "values": _whole(total), "counted": parts.notna().sum(axis=1).tolist()}]
    known = breaks(series.id, measure)
    counts = total.to_numpy(float)
    line = Line({"measure": measure}, by, periods, counts, counts, counts, breaks=tuple(within(known, periods)))
    return {
        "measure": measure,
        "source": source,
        "label": {lang: series.label(measure, lang) for lang in LANGUAGES},
        "definition": series.meta["measure"][measure]["definition"],
        "periods": [str(period) for period in periods],
        "places": [*together, *(places if whole else [])],
        "breaks": [
            {"day": dated(day), "date": {lang: date(day, lang) for lang in LANGUAGES}, "reason": reason, "source": told}
            for day, reason, told in known[["date", "reason", "source"]].itertuples(index=False)
        ],
        "parts": [list(part) for part in line.stretches()],
    }


def _whole(values: pd.Series) -> list[int | None]:
    return [None if value != value else round(value) for value in values.tolist()]
