"""A store of years of daily counts: Parquet files by monitor and year, and one file that lists them.

What readers read is what ``datapackage.json`` lists, and nothing else. An import writes its files aside, puts them in
their places, where nobody reads them yet, and last replaces the list by one rename: before that the store is as it was,
after it the import is whole. Files are never changed; a later correction is a further row with a later day in
``known``.

::

    series/<id>/series.toml
    series/<id>/datapackage.json                                    what is listed: path, bytes, hash, rows, days
    series/<id>/source=<monitor>/year=<year>/counts-<hash>.parquet  sorted by place, measure and day
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import read_text, relative
from ..errors import DataError, ExposureError
from ..figures import fields
from ..writing import write_bytes, write_text
from .catalogue import Series, find_series
from .counts import Table
from .partitions import GROUP, File, Writer, sha256

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MANIFEST = "datapackage.json"
_SCHEMA = "schema.json"
_LOCK = ".lock"
_STAGING = ".staging"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_KEY = "day, place, measure, source"
_DAYS = ("first", "last", "known_first", "known_last")


@dataclass(frozen=True, slots=True)
class Import:
    """What came of an import: its number in the store, rows read, and how many were new, there already, and corrections."""

    number: int
    file: str
    known: str
    rows: int
    added: int
    same: int
    revised: int


class Store:
    """The store of a series, as its list says.

    Parameters
    ----------
    folder
        The folder of the series.

    Raises
    ------
    DataError
        If the list cannot be read.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        path = self.folder / MANIFEST
        package = {"imports": [], "resources": []}
        try:
            if path.exists():
                package = json.loads(read_text(path))
            #: The imports that made the store, the first one first.
            self.imports = [Import(**one) for one in package["imports"]]
            #: All files, by monitor and year.
            self.listed = [self._file(one) for one in package["resources"]]
        except (ValueError, KeyError, TypeError):
            raise DataError("is not the list of a store; restore it from a copy.", file=relative(path)) from None

    def _file(self, told: dict) -> File:
        days = {name: date.fromisoformat(told[name]) for name in _DAYS}
        return File(
            self.folder / told["path"],
            **{name: told[name] for name in ("source", "year", "rows", "bytes", "hash", "revises")},
            **days,
        )

    @property
    def rows(self) -> int:
        """How many rows it holds, corrections counted apart."""
        return sum(file.rows for file in self.listed)

    def span(self) -> tuple[date, date]:
        """The first and the last day.

        Raises
        ------
        DataError
            If nothing has been imported yet.
        """
        if not self.listed:
            raise DataError("holds no counts yet; import some with 'exposure import'.", file=relative(self.folder))
        return min(file.first for file in self.listed), max(file.last for file in self.listed)

    def files(
        self,
        sources: Collection[str] | None = None,
        since: date | None = None,
        until: date | None = None,
        as_of: date | None = None,
        *,
        read_whole: bool = True,
    ) -> list[File]:
        """The files that may hold rows of some monitors and days; the others are not touched.

        Parameters
        ----------
        sources, since, until, as_of
            Monitors, first and last day, and the day on which the rows were known. Default: all.
        read_whole
            Whether to compare the SHA-256 of each file (once in a process), or its size only.

        Raises
        ------
        DataError
            If one of them is not the file that was written; it is named. A damaged count must not become a number.
        """
        chosen = [
            file
            for file in self.listed
            if (sources is None or file.source in sources)
            and (since is None or file.last >= since)
            and (until is None or file.first <= until)
            and (as_of is None or file.known_first <= as_of)
        ]
        for file in chosen:
            if fault := _fault(file, read_whole):
                raise DataError(
                    f"{fault} The other files stay readable: ask for other years or monitors.", file=relative(file.path)
                )
        return chosen

    def left_over(self) -> list[Path]:
        """What an interrupted import left behind; it is no part of the store."""
        listed = {file.path for file in self.listed}
        staged = list(self.folder.glob(f"{_STAGING}*"))
        return sorted([*staged, *(path for path in self.folder.glob("source=*/year=*/*") if path not in listed)])

    def damage(self) -> Iterator[tuple[File, str]]:
        """The files that are not as the list says, each with what is wrong; every byte is read."""
        for file in self.listed:
            if fault := _fault(file, read_whole=True):
                yield file, fault


def import_counts(
    origin: Path | str | pd.DataFrame,
    id: str | Path,
    *,
    known: str | None = None,
    revise: bool = False,
    wait: float = 0.0,
) -> Import:
    """Import a table of counts into the store of a series: all of it, or nothing.

    Parameters
    ----------
    origin
        A CSV file with the columns of ``fields.COUNTS``, or a frame with them; its rows may come in any order.
    id
        The series, or its folder; :func:`analysis.series.skeleton.new_series` makes a new one.
    known
        The day on which these numbers were known, where the table has no column ``known``. Default: the last day of the
        day, week or
        month itself, before which nobody can have known it.
    revise
        Accept counts that differ from what the store holds, as corrections known later.
    wait
        Seconds to wait for another import to end.

    Returns
    -------
    Import
        A row that the store holds already is counted as ``same`` and not stored again.

    Raises
    ------
    DataError
        If a row cannot be right (its line is named), a key stands twice, a count differs from what the store holds
        (both values are
        shown), a correction is not known later than what it corrects, or another import is at work. The store is as
        before then.
    IdentifierError
        If anything looks identifying; no row of its chunk was written anywhere.
    ExposureError
        If the store cannot be written (a full disk, say); it is as before then.
    """
    series = find_series(id)
    if series.counts.exists():
        raise DataError(
            "keeps its counts in counts.csv, where nothing is imported; import into another series.",
            file=relative(series.folder),
        )
    if known is not None:
        _check_day(known)
    staging = series.folder / f"{_STAGING}-{os.getpid()}"
    with _locked(series.folder, wait):
        try:
            store = Store(series.folder)
            _remove(store.left_over())
            table = Table(origin, series.grain)
            with Writer(staging, table, known) as writer:
                for chunk in table.chunks():
                    writer.add(chunk)
                staged = writer.close()
            if not staged:
                raise DataError("holds no row; nothing was imported.", file=table.name)
            with _desk(staging) as desk:
                if not writer.keys.sure or writer.keys.parts_repeated():
                    staged = _told_apart(desk, staged, table)
                staged, same, revised = _new(desk, store, staged, staging, table, revise)
            added = sum(file.rows for file in staged)
            done = Import(len(store.imports) + 1, table.name or "", known or "", table.rows, added, same, revised)
            if staged:
                _commit(series, store, staged, done)
            return done
        except OSError as error:
            raise ExposureError(
                f"cannot be written ({error.strerror or error}); the store is as before. Free space or permissions there, and import again.",
                file=relative(series.folder),
            ) from None
        finally:
            _remove([staging])


# Comparing --------------------------------------------------------------------------------------


def _told_apart(desk: duckdb.DuckDBPyConnection, staged: list[File], table: Table) -> list[File]:
    """The files, where a key stands twice with two days on which it was known; refused where it has one."""
    told = []
    for partition in sorted({file.partition for file in staged}):
        files = [file for file in staged if file.partition == partition]
        rows = _scan(files)
        twice = desk.execute(
            f"SELECT {_KEY}, known FROM {rows} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
        ).fetchone()
        if twice:
            _refuse_twice(table, *twice)
        several = desk.execute(f"SELECT 1 FROM {rows} GROUP BY {_KEY} HAVING count(*) > 1 LIMIT 1").fetchone()
        told += [replace(file, revises=bool(several)) for file in files]
    return told


def _refuse_twice(table: Table, day: date, place: str, measure: str, source: str, known: date) -> None:
    where = table.rows_of(day, place, measure, source, known)
    (first, one), (second, other) = where[:2]
    lines = "" if first is None else f" on line {first} and on line {second}"
    values = f"as {one:,} both times" if one == other else f"as {one:,} and as {other:,}"
    raise DataError(
        f"{place}, {measure}, {day} ({source}) stands twice{lines}, {values}; keep one. Nothing was imported.",
        file=table.name,
        line=second,
        column="day",
        values=(one, other),
    )


def _new(
    desk: duckdb.DuckDBPyConnection, store: Store, staged: list[File], staging: Path, table: Table, revise: bool
) -> tuple[list[File], int, int]:
    """Of the staged files what the store does not hold yet; how many rows it holds already; how many correct it."""
    kept: list[File] = []
    same = revised = 0
    for file in staged:
        there = [
            one
            for one in store.listed
            if one.partition == file.partition and one.first <= file.last and one.last >= file.first
        ]
        if not there:
            kept.append(file)
            continue
        for one in there:
            if fault := _fault(one, read_whole=True):
                raise DataError(
                    f"{fault} Nothing can be compared with it; nothing was imported.", file=relative(one.path)
                )
        # A row is the same if the store's last number of its key is, or one that was known on the very day.
        desk.execute(f"""
            CREATE OR REPLACE TABLE met AS
            SELECT n.*, arg_max(o.count, o.known) AS held, max(o.known) AS held_known,
                   bool_or(o.count = n.count AND o.low IS NOT DISTINCT FROM n.low AND o.high IS NOT DISTINCT FROM n.high
                           AND (o.known = n.known OR o.last)) AS alike
            FROM {_scan([file])} n JOIN (
                SELECT *, known = max(known) OVER (PARTITION BY {_KEY}) AS last FROM {_scan(there)}
            ) o USING ({_KEY}) GROUP BY ALL""")
        differing, early, alike = desk.execute(
            "SELECT count(*) FILTER (NOT alike), count(*) FILTER (NOT alike AND known <= held_known), count(*) FILTER (alike) FROM met"
        ).fetchone()
        if differing and (early or not revise):
            _refuse_other(desk, table, differing, revise)
        same, revised = same + alike, revised + differing
        left = file if not alike else _without(desk, file, staging / f"new-{len(kept)}.parquet")
        if left.rows:
            kept.append(replace(left, revises=file.revises or bool(differing)))
    return kept, same, revised


def _without(desk: duckdb.DuckDBPyConnection, file: File, path: Path) -> File:
    """A file without the rows that the store holds already."""
    rows = f"FROM {_scan([file])} ANTI JOIN (FROM met WHERE alike) USING ({_KEY}, known)"
    told = desk.execute(f"SELECT count(*), min(day), max(day), min(known), max(known) {rows}").fetchone()
    if not told[0]:
        return replace(file, rows=0)
    desk.execute(
        f"COPY ({rows} ORDER BY place, measure, day) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
    )
    return File(path, file.source, file.year, told[0], path.stat().st_size, sha256(path), *told[1:])


def _refuse_other(desk: duckdb.DuckDBPyConnection, table: Table, differing: int, revise: bool) -> None:
    """Refuse counts that differ from what the store holds, with both values of the first."""
    order = "known <= held_known DESC, day, place, measure, source" if revise else "day, place, measure, source"
    day, place, measure, source, count, known, held, held_known = desk.execute(
        f"SELECT {_KEY}, count, known, held, held_known FROM met WHERE NOT alike ORDER BY {order} LIMIT 1"
    ).fetchone()
    line = table.rows_of(day, place, measure, source, known)[0][0]
    what = f"{place}, {measure}, {day} ({source}): {count:,} here, {held:,} in the store"
    why = (
        f"The correction is known on {known}, what it corrects on {held_known}; give the later day on which it was known."
        if revise
        else f"{differing:,} count(s) differ so. If they are corrections, import them as such, with the day on which they were known."
    )
    raise DataError(
        f"{what}. {why} Nothing was imported.",
        file=table.name,
        line=line,
        column="count",
        values=(count, held),
        differing=differing,
    )


def _scan(files: Collection[File]) -> str:
    paths = ", ".join(f"'{_quoted(file.path)}'" for file in files)
    return f"read_parquet([{paths}], hive_partitioning = false)"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@contextmanager
def _desk(staging: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Where staged rows are compared: little memory, the rest on disk beside them."""
    import duckdb

    with duckdb.connect(config={"memory_limit": "512MB", "temp_directory": str(staging / "desk")}) as desk:
        try:
            yield desk
        except duckdb.IOException as error:
            raise OSError(str(error).splitlines()[0]) from None


# Writing ----------------------------------------------------------------------------------------


def _commit(series: Series, store: Store, staged: list[File], done: Import) -> None:
    """Put files in their places, then list them: the rename of the list is what makes the import."""
    placed = []
    for file in staged:
        path = (
            series.folder
            / f"source={file.source}"
            / f"year={file.year}"
            / f"counts-{file.hash.removeprefix('sha256:')[:16]}.parquet"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        _to_disk(file.path)
        os.replace(file.path, path)
        placed.append(replace(file, path=path))
    for folder in sorted({file.path.parent for file in placed}):
        _to_disk(folder)
    if not (series.folder / _SCHEMA).exists():
        write_text(
            series.folder / _SCHEMA,
            _text({"fields": [_described(field) for field in fields.COUNTS], "missingValues": [""]}),
        )
    listed = sorted([*store.listed, *placed], key=lambda file: file.path)
    write_bytes(series.folder / MANIFEST, _text(_package(series, listed, [*store.imports, done])).encode())
    _to_disk(series.folder)


def _package(series: Series, files: list[File], imports: list[Import]) -> dict:
    """The list as a Frictionless Data Package: one resource a file."""
    return {
        "$schema": _PROFILE,
        "name": series.id,
        "title": series.title(),
        "imports": [asdict(one) for one in imports],
        "resources": [
            {
                "name": f"{file.source}-{file.year}-{file.path.stem.removeprefix('counts-')}",
                "path": file.path.relative_to(series.folder).as_posix(),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "schema": _SCHEMA,
                **{name: getattr(file, name) for name in ("bytes", "hash", "source", "year", "rows", "revises")},
                **{name: getattr(file, name).isoformat() for name in _DAYS},
            }
            for file in files
        ],
    }


def _described(field: fields.Field) -> dict:
    kinds = {"day": "date", "known": "date", "count": "integer", "low": "number", "high": "number"}
    needed = {"constraints": {"required": True}} if field.needed or field.name == "known" else {}
    return {"name": field.name, "type": kinds.get(field.name, "string"), "description": field.description, **needed}


def _text(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a store; the system lets go of it when the process ends, however it ends."""
    import fcntl

    try:
        handle = (folder / _LOCK).open("w")
    except OSError as error:
        raise ExposureError(
            f"cannot be written ({error.strerror}); choose a data folder of your own with --data.",
            file=relative(folder),
        ) from None
    with handle:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= until:
                    raise DataError(
                        "another import into this series is at work; wait for its end and import again. Nothing was changed.",
                        file=relative(folder),
                    ) from None
                time.sleep(0.05)
        yield


def _remove(paths: list[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fault(file: File, read_whole: bool) -> str:
    try:
        state = file.path.stat()
        if state.st_size != file.bytes:
            return f"has {state.st_size:,} bytes where {file.bytes:,} were written: it is damaged."
        if read_whole and _hash(file.path, state.st_mtime_ns, state.st_size) != file.hash:
            return "is not the file that was written, for its SHA-256 differs: it is damaged."
    except FileNotFoundError:
        return "is missing."
    except OSError as error:
        return f"cannot be read ({error.strerror})."
    return ""


@functools.lru_cache(maxsize=100_000)
def _hash(path: Path, *state: int) -> str:
    # The state of the file is part of the cache's key: a changed file is read again.
    return sha256(path)


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise DataError(f"'{text}' is no day of the calendar; write it like 2024-05-01.", column="known") from None
