"""Importing a table of counts into the store of a series: staged aside, compared with what is there, listed last.

Readers see the store as it was until one rename replaces its list; after that they see the whole import.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..datafolder import relative
from ..errors import DataError, ExposureError
from ..figures import fields
from ..writing import write_bytes, write_text
from .catalogue import Series, find_series
from .counts import Table
from .partitions import GROUP, File, Writer, sha256
from .store import DAYS, MANIFEST, STAGING, Import, Store, fault_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import duckdb
    import pandas as pd

_SCHEMA = "schema.json"
_LOCK = ".lock"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_KEY = "day, place, measure, source"


def import_counts(
    origin: Path | str | pd.DataFrame,
    series: str | Path,
    *,
    vintage: str | None = None,
    revise: bool = False,
    wait: float = 0.0,
) -> Import:
    """Import a table of counts into the store of a series: all of it, or nothing.

    Parameters
    ----------
    origin
        A CSV file with the columns of ``fields.COUNTS``, or a frame with them; its rows may come in any order.
    series
        The series, or its folder; :func:`analysis.series.skeleton.new_series` makes a new one.
    vintage
        The day on which these numbers were known, where the table has no column ``vintage``. Default: the last day of
        the day, week or month itself, before which nobody can have known it.
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
    described = find_series(series)
    if described.counts.exists():
        raise DataError(
            "keeps its counts in counts.csv, where nothing is imported",
            remedy="import into another series",
            file=relative(described.folder),
        )
    if vintage is not None:
        _check_day(vintage)
    staging = described.folder / f"{STAGING}-{os.getpid()}"
    with _locked(described.folder, wait):
        try:
            store = Store(described.folder)
            _remove(store.left_over())
            table = Table(origin, described.grain)
            with Writer(staging, table, vintage) as writer:
                for chunk in table.chunks():
                    writer.add(chunk)
                staged = writer.close()
            if not staged:
                raise DataError("holds no row", remedy="nothing was imported", file=table.name)
            with _desk(staging) as desk:
                if not writer.keys.sure or writer.keys.parts_repeated():
                    staged = _told_apart(desk, staged, table)
                staged, same, revised = _new(desk, store, staged, staging, table, revise)
            added = sum(file.rows for file in staged)
            done = Import(len(store.imports) + 1, table.name or "", vintage or "", table.rows, added, same, revised)
            if staged:
                _commit(described, store, staged, done)
            return done
        except OSError as error:
            raise ExposureError(
                f"cannot be written ({error.strerror or error})",
                remedy="the store is as before. Free space or permissions there, and import again",
                file=relative(described.folder),
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
            f"SELECT {_KEY}, vintage FROM {rows} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
        ).fetchone()
        if twice:
            _refuse_twice(table, *twice)
        several = desk.execute(f"SELECT 1 FROM {rows} GROUP BY {_KEY} HAVING count(*) > 1 LIMIT 1").fetchone()
        told += [replace(file, revises=bool(several)) for file in files]
    return told


def _refuse_twice(table: Table, day: date, place: str, measure: str, source: str, vintage: date) -> None:
    where = table.rows_of(day, place, measure, source, vintage)
    (first, one), (second, other) = where[:2]
    lines = "" if first is None else f" on line {first} and on line {second}"
    values = f"as {one:,} both times" if one == other else f"as {one:,} and as {other:,}"
    raise DataError(
        f"{place}, {measure}, {day} ({source}) stands twice{lines}, {values}",
        remedy="keep one. Nothing was imported",
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
            if fault := fault_of(one, read_whole=True):
                raise DataError(
                    f"{fault} Nothing can be compared with it", remedy="nothing was imported", file=relative(one.path)
                )
        # A row is the same if the store's last number of its key is, or one that was known on the very day.
        desk.execute(f"""
            CREATE OR REPLACE TABLE met AS
            SELECT n.*, arg_max(o.count, o.vintage) AS held, max(o.vintage) AS held_vintage,
                   bool_or(o.count = n.count AND o.low IS NOT DISTINCT FROM n.low AND o.high IS NOT DISTINCT FROM n.high
                           AND (o.vintage = n.vintage OR o.last)) AS alike
            FROM {_scan([file])} n JOIN (
                SELECT *, vintage = max(vintage) OVER (PARTITION BY {_KEY}) AS last FROM {_scan(there)}
            ) o USING ({_KEY}) GROUP BY ALL""")
        differing, early, alike = _one_row(
            desk,
            "SELECT count(*) FILTER (NOT alike), count(*) FILTER (NOT alike AND vintage <= held_vintage), "
            "count(*) FILTER (alike) FROM met",
        )
        if differing and (early or not revise):
            _refuse_other(desk, table, differing, revise)
        same, revised = same + alike, revised + differing
        left = file if not alike else _without(desk, file, staging / f"new-{len(kept)}.parquet")
        if left.rows:
            kept.append(replace(left, revises=file.revises or bool(differing)))
    return kept, same, revised


def _without(desk: duckdb.DuckDBPyConnection, file: File, path: Path) -> File:
    """A file without the rows that the store holds already."""
    rows = f"FROM {_scan([file])} ANTI JOIN (FROM met WHERE alike) USING ({_KEY}, vintage)"
    told = _one_row(desk, f"SELECT count(*), min(day), max(day), min(vintage), max(vintage) {rows}")
    if not told[0]:
        return replace(file, rows=0)
    desk.execute(
        f"COPY ({rows} ORDER BY place, measure, day) TO '{_quoted(path)}' "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
    )
    return File(path, file.source, file.year, told[0], path.stat().st_size, sha256(path), *told[1:])


def _refuse_other(desk: duckdb.DuckDBPyConnection, table: Table, differing: int, revise: bool) -> None:
    """Refuse counts that differ from what the store holds, with both values of the first."""
    order = "vintage <= held_vintage DESC, day, place, measure, source" if revise else "day, place, measure, source"
    day, place, measure, source, count, vintage, held, held_vintage = _one_row(
        desk, f"SELECT {_KEY}, count, vintage, held, held_vintage FROM met WHERE NOT alike ORDER BY {order} LIMIT 1"
    )
    line = table.rows_of(day, place, measure, source, vintage)[0][0]
    what = f"{place}, {measure}, {day} ({source}): {count:,} here, {held:,} in the store"
    why = (
        f"The correction is known on {vintage}, what it corrects on {held_vintage}; give the later day on which it was "
        "known."
        if revise
        else f"{differing:,} count(s) differ so. If they are corrections, import them as such, with the day on which "
        "they were known."
    )
    raise DataError(
        f"{what}. {why} Nothing was imported.",
        file=table.name,
        line=line,
        column="count",
        values=(count, held),
        differing=differing,
    )


def _one_row(desk: duckdb.DuckDBPyConnection, asked: str) -> tuple[Any, ...]:
    found = desk.execute(asked).fetchone()
    if found is None:
        raise ExposureError("the store could not be compared", remedy="import again")
    return found


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
        file.path.replace(path)
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


def _package(series: Series, files: list[File], imports: list[Import]) -> dict[str, Any]:
    """The list as a Frictionless Data Package: one resource per file."""
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
                **{name: getattr(file, name).isoformat() for name in DAYS},
            }
            for file in files
        ],
    }


def _described(field: fields.Field) -> dict[str, Any]:
    kinds = {"day": "date", "vintage": "date", "count": "integer", "low": "number", "high": "number"}
    needed = {"constraints": {"required": True}} if field.needed or field.name == "vintage" else {}
    return {"name": field.name, "type": kinds.get(field.name, "string"), "description": field.description, **needed}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a store; the system lets go of it when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=wait)
    try:
        lock.acquire()
    except Timeout:
        raise DataError(
            "another import into this series is under way; nothing was changed",
            remedy="wait for its end and import again",
            file=relative(folder),
        ) from None
    except OSError as error:
        raise ExposureError(
            f"cannot be written ({error.strerror})",
            remedy="choose a data folder of your own with --data",
            file=relative(folder),
        ) from None
    try:
        yield
    finally:
        lock.release()


def _remove(paths: list[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk before going on."""
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folder; it writes names to the disk by itself
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise DataError(
            f"'{text}' is not a day of the calendar", remedy="write it like 2024-05-01", column="vintage"
        ) from None
