"""Which rows of a series are asked for: one object that every question to a series takes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from ..datafolder import read_text, relative
from ..errors import DataError
from .catalogue import Series, find_series
from .counts import Table, schema
from .engines import Engine
from .engines import engine as engine_at

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

    from .partitions import File


@dataclass(frozen=True)
class Selection:
    """Rows of one series, to be shown, combined by period, or used for rates, totals and revisions.

    Every function of ``ex.series`` takes one; the id of a series alone stands for all of its rows.

    Parameters
    ----------
    series
        The id of the series, or its folder.
    measure
        One of its measures, or several. Default: all.
    places
        ISO 3166-1 alpha-3 codes, or places as the monitor prints them. Default: all.
    source
        One of its monitors, or several. Default: all.
    since, until
        The first and the last day wanted (``2020-01-01``).
    as_of
        The vintage: only what was known on this day; of a count that was revised, the last number known then. Default:
        the latest of all.
    engine
        Where to compute it, see :func:`analysis.series.engines.engine`.

    Raises
    ------
    DataError
        If there is no such series or measure, or a day is not a day.

    Examples
    --------
    >>> import analysis as ex
    >>> reports = ex.series.Selection("us-breach-register", measure="breaches", since="2022-01-01", until="2022-12-31")
    >>> ex.series.resample(reports, "year")["count"].tolist()
    [720.0]
    """

    series: str | Path
    measure: str | Collection[str] | None = None
    places: str | Collection[str] | None = None
    source: str | Collection[str] | None = None
    since: str | date | None = None
    until: str | date | None = None
    as_of: str | date | None = None
    engine: str | None = None

    def __post_init__(self) -> None:
        known = self.described.meta["measure"]
        for name in listed(self.measure) or ():
            if name not in known:
                raise unknown("measure", name, known, series=self.described.id)
        for text in (self.since, self.until, self.as_of):
            day_of(text)

    @property
    def described(self) -> Series:
        """What ``series.toml`` says about the series."""
        return find_series(self.series)

    @property
    def measures(self) -> list[str]:
        """The measures asked for, all of the series if none was named."""
        return listed(self.measure) or list(self.described.meta["measure"])


def selected(selection: Selection | str | Path) -> Selection:
    """The selection; the id of a series stands for all of its rows."""
    return selection if isinstance(selection, Selection) else Selection(selection)


class Rows:
    """The rows of a selection as expressions of an engine; nothing is read before an answer is asked for."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.series: Series = selection.described
        self.engine: Engine = engine_at(selection.engine)
        self.since, self.until, self.as_of = (day_of(d) for d in (selection.since, selection.until, selection.as_of))

    def vintages(self) -> ir.Table:
        """Every number of the rows asked for, with those that were revised later."""
        return self._asked(_everything(self.series, self.engine, self._files()))

    def counts(self) -> ir.Table:
        """The rows asked for, each with the last number that was known."""
        files = self._files()
        if files is None:
            rows = self.vintages()
            return rows if self.series.vintage else _latest(rows)
        revised = {file.partition for file in files if file.revises}
        parts = []
        for corrected in (False, True):
            some = [file for file in files if (file.partition in revised) is corrected]
            if some:
                rows = self._asked(_everything(self.series, self.engine, some))
                parts.append(_latest(rows) if corrected else rows)
        return parts[0] if len(parts) == 1 else parts[0].union(parts[1]) if parts else self.vintages()

    def answer(self, expression: ir.Table) -> pd.DataFrame:
        """The answer of the engine, with the types that frames have here; an empty one is explained.

        Raises
        ------
        DataError
            If there is no row because a place or monitor is unknown.
        """
        frame = self.engine.run(expression)
        for name, kind in expression.schema().items():
            if kind.is_date():
                frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
            elif kind.is_string():
                frame[name] = frame[name].astype("str")
        if "iso3" in frame:
            frame["iso3"] = frame["iso3"].mask(frame["iso3"] == "")
        if frame.empty:
            self._explain()
        return frame

    def span(self) -> tuple[date, date]:
        """The first and the last day asked for that the series can have."""
        first, last = span(self.series)
        return max(first, self.since or first), min(last, self.until or last)

    def _files(self) -> list[File] | None:
        if not self.series.is_store:
            return None
        from .store import Store

        sources = listed(self.selection.source)
        return Store(self.series.folder).files(
            sources, self.since, self.until, self.as_of, read_whole=self.engine.inside
        )

    def _asked(self, rows: ir.Table) -> ir.Table:
        measures, places, sources = (
            listed(one) for one in (self.selection.measure, self.selection.places, self.selection.source)
        )
        if measures is not None:
            rows = rows.filter(rows.measure.isin(measures))
        if places is not None:
            rows = rows.filter(rows.iso3.isin(places) | rows.place.isin(places))
        if sources is not None:
            rows = rows.filter(rows.source.isin(sources))
        if self.since is not None:
            rows = rows.filter(rows.day >= self.since)
        if self.until is not None:
            rows = rows.filter(rows.day <= self.until)
        if self.as_of is not None:
            rows = rows.filter(rows.vintage <= self.as_of)
        return rows

    def _explain(self) -> None:
        """Say why there is no row, if a word of the question is unknown to the series."""
        rows = _everything(self.series, self.engine, self._files() if self.series.is_store else None)
        for kind, columns, asked in (
            ("place", ["iso3", "place"], listed(self.selection.places)),
            ("source", ["source"], listed(self.selection.source)),
        ):
            if asked is None:
                continue
            known = {
                str(name)
                for column in columns
                for name in self.engine.run(rows.select(column).distinct())[column].dropna()
                if name
            }
            for name in asked:
                if name not in known:
                    raise unknown(kind, name, known, series=self.series.id)


def listed(names: str | Collection[str] | None) -> list[str] | None:
    """One name or several as a list; None stays None."""
    return None if names is None else [names] if isinstance(names, str) else list(names)


def day_of(text: str | date | None) -> date | None:
    """A day from its text; None stays None."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise DataError(f"'{text}' is not a day of the calendar", remedy="write it like 2024-05-01") from None


def unknown(kind: str, name: str, choices: Collection[str], series: str) -> DataError:
    """The error for a name that a series does not have, with the nearest that it has."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(choices), n=3)
    some = ", ".join(list(choices)[:12] if isinstance(choices, dict) else sorted(choices)[:12])
    hint = f"did you mean {', '.join(near)}?" if near and kind != "measure" else f"choose one of {some}."
    return DataError(f"the series '{series}' has no {kind} '{name}'", remedy=hint, series=series)


def span(series: Series) -> tuple[date, date]:
    """The first and last day of a series.

    Raises
    ------
    DataError
        If it holds no counts yet.
    """
    import pyarrow.compute as pc

    if series.is_store:
        from .store import Store

        return Store(series.folder).span()
    ends = pc.min_max(_table(series)["day"]).as_py()
    if ends["min"] is None:
        raise DataError(
            "holds no counts yet", remedy="write some into it, one row per day and place", file=relative(series.counts)
        )
    return ends["min"], ends["max"]


def rows_of(series: Series) -> int:
    """How many rows a series holds."""
    if series.is_store:
        from .store import Store

        return Store(series.folder).rows
    return int(_table(series).num_rows)


def _everything(series: Series, engine: Engine, files: Sequence[File] | None) -> ir.Table:
    """All that the files hold; of a series without a store, all of its table."""
    import ibis

    if files is None:
        return ibis.memtable(_table(series))
    return engine.scan([file.path for file in files]) if files else ibis.memtable(schema().empty_table())


def _table(series: Series) -> pa.Table:
    read_text(series.counts)  # a build must know that it depends on the file
    state = series.counts.stat()
    return _read(series.counts, series.grain, series.vintage, (state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=8)
def _read(path: Path, grain: str, vintage: str | None, state: tuple[int, int]) -> pa.Table:
    # The state of the file is part of the cache's key: a changed file is read again.
    return Table(path, grain).arrow(vintage)


def _latest(rows: ir.Table) -> ir.Table:
    """Of each key the number that was known last."""
    key = ["day", "place", "measure", "source"]
    last = rows.group_by(key).agg(vintage=lambda t: t.vintage.max())
    return rows.semi_join(last, [*key, "vintage"])
