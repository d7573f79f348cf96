"""A store of years of daily counts: Parquet files by monitor and year, and one file that lists them.

What readers read is what ``datapackage.json`` lists, and nothing else. An import writes its files aside, puts them in
their places, where nobody reads them yet, and last replaces the list by one rename: before that the store is as it was,
after it the import is whole. Files are never changed; a later correction is a further row with a later day in
``vintage``.

::

    series/<id>/series.toml
    series/<id>/datapackage.json                                    what is listed: path, bytes, hash, rows, days
    series/<id>/source=<monitor>/year=<year>/counts-<hash>.parquet  sorted by place, measure and day
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import read_text, relative
from ..errors import DataError
from .partitions import File, sha256

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MANIFEST = "datapackage.json"
STAGING = ".staging"
DAYS = ("first", "last", "vintage_first", "vintage_last")


@dataclass(frozen=True, slots=True)
class Import:
    """The result of an import: its number, rows read, and how many were new, there already, and corrections."""

    number: int
    file: str
    vintage: str
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
        package: dict[str, Any] = {"imports": [], "resources": []}
        try:
            if path.exists():
                package = json.loads(read_text(path))
            #: The imports that made the store, the first one first.
            self.imports = [Import(**one) for one in package["imports"]]
            #: All files, by monitor and year.
            self.listed = [self._file(one) for one in package["resources"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DataError(
                "is not the list of a store", remedy="restore it from a copy", file=relative(path)
            ) from None

    def _file(self, told: dict[str, Any]) -> File:
        days: dict[str, Any] = {name: date.fromisoformat(told[name]) for name in DAYS}
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
            raise DataError(
                "holds no counts yet", remedy="import some with 'exposure import'", file=relative(self.folder)
            )
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
            and (as_of is None or file.vintage_first <= as_of)
        ]
        for file in chosen:
            if fault := fault_of(file, read_whole):
                raise DataError(
                    f"{fault} The other files stay readable: ask for other years or monitors.", file=relative(file.path)
                )
        return chosen

    def left_over(self) -> list[Path]:
        """What an interrupted import left behind; it is not part of the store."""
        listed = {file.path for file in self.listed}
        staged = list(self.folder.glob(f"{STAGING}*"))
        return sorted([*staged, *(path for path in self.folder.glob("source=*/year=*/*") if path not in listed)])

    def damage(self) -> Iterator[tuple[File, str]]:
        """The files that are not as the list says, each with what is wrong; every byte is read."""
        for file in self.listed:
            if fault := fault_of(file, read_whole=True):
                yield file, fault


def fault_of(file: File, read_whole: bool) -> str:
    """What is wrong with a file of a store, in words; empty if it is as it was written."""
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
