"""Writes rows of counts into Parquet files by monitor and year, sorted so that a reader can skip most of them."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .counts import Chunk, Table, schema
from .days import as_date, days_of
from .keys import Keys

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

#: Rows of a monitor and year that are sorted together, and rows held of all together: some 50 bytes each.
_SORTED, _HELD = 2**20, 2**22
#: Rows that a reader skips or reads as one.
GROUP = 2**17
#: Files open at once.
_OPEN = 128


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file of counts: where it lies, and what a reader can know without opening it."""

    path: Path
    source: str
    year: int
    rows: int
    bytes: int
    hash: str
    first: date
    last: date
    vintage_first: date
    vintage_last: date
    revises: bool = False
    """Whether it holds a correction: a key that has an earlier number too."""

    @property
    def partition(self) -> tuple[str, int]:
        """The monitor and the year."""
        return self.source, self.year


class Writer:
    """Puts rows in any order into files of a folder; a thread sorts and writes while the next rows are read.

    Parameters
    ----------
    folder
        A folder that nobody reads.
    table
        Where the rows come from; it knows their texts.
    vintage
        The day on which the numbers were known, where the table does not say so.
    """

    def __init__(self, folder: Path, table: Table, vintage: str | None = None) -> None:
        self.keys = Keys()
        self._folder = folder
        self._table = table
        self._vintage = vintage
        self._held: dict[tuple[int, int], list[Chunk]] = {}
        self._rows: dict[tuple[int, int], int] = {}
        self._open: dict[tuple[int, int], _Open] = {}
        self._files: list[File] = []
        self._thread = ThreadPoolExecutor(1)
        self._job: Future[None] | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def add(self, chunk: Chunk) -> None:
        """Take the rows of a chunk; once there are enough, they are sorted and written."""
        year, day_of_year = days_of(chunk.day)
        parts = chunk.source * np.int32(10_000) + year
        distinct = parts[:1] if (parts == parts[0]).all() else np.unique(parts)
        for part in distinct:
            rows, day = chunk, day_of_year
            if len(distinct) > 1:
                chosen = np.flatnonzero(parts == part)
                rows, day = chunk.take(chosen), day[chosen]
            key = divmod(int(part), 10_000)
            self.keys.add(key, rows, day)
            self._held.setdefault(key, []).append(rows)
            self._rows[key] = self._rows.get(key, 0) + len(rows)
            if self._rows[key] >= _SORTED:
                self._flush(key)
        while sum(self._rows.values()) > _HELD:
            self._flush(max(self._rows, key=self._rows.__getitem__))

    def close(self) -> list[File]:
        """Write what is left; the files by monitor and year."""
        for key in list(self._held):
            self._flush(key)
        if self._job is not None:
            self._job.result()
        for key in list(self._open):
            self._files.append(self._open.pop(key).close())
        return sorted(self._files, key=lambda file: (*file.partition, file.path.name))

    def _flush(self, key: tuple[int, int]) -> None:
        chunks = self._held.pop(key)
        del self._rows[key]
        ranks = self._table.ranks("measure"), self._table.ranks("place")
        if self._job is not None:
            self._job.result()  # one at a time, or memory would have no bound
        self._job = self._thread.submit(self._write, key, chunks, *ranks)

    def _write(self, key: tuple[int, int], chunks: list[Chunk], measures: np.ndarray, places: np.ndarray) -> None:
        rows = Chunk.joined(chunks)
        rows = rows.take(_order(rows.day, measures[rows.measure], places[rows.place]))
        if key not in self._open:
            if len(self._open) >= _OPEN:
                # Should more come for the monitor and year, it goes into another file.
                self._files.append(self._open.pop(next(iter(self._open))).close())
            name = f"{len(self._files) + len(self._open)}.parquet"
            self._open[key] = _Open(self._folder / name, self._table.texts["source"][key[0]], key[1])
        self._open[key].write(self._table.columns(rows, self._vintage))


class _Open:
    """A file that is being written."""

    def __init__(self, path: Path, source: str, year: int) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.source, self.year = path, source, year
        self.rows = 0
        self._days: list[int] = []
        self._learnt: list[int] = []
        texts = [field.name for field in schema() if pa.types.is_string(field.type)]
        self._schema = pa.schema(
            [
                field.with_type(pa.dictionary(pa.int32(), pa.string())) if field.name in texts else field
                for field in schema()
            ]
        )
        self._writer = parquet.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=texts,
            store_schema=False,
            column_encoding={
                "day": "DELTA_BINARY_PACKED",
                "vintage": "DELTA_BINARY_PACKED",
                "count": "DELTA_BINARY_PACKED",
            },
        )

    def write(self, columns: list[pa.Array]) -> None:
        import pyarrow as pa

        batch = pa.record_batch(columns, schema=self._schema)
        self._writer.write_table(pa.Table.from_batches([batch]), row_group_size=GROUP)
        for kept, values in ((self._days, columns[0]), (self._learnt, columns[-1])):
            numbers = values.view(pa.int32()).to_numpy()
            kept += [int(numbers.min()), int(numbers.max())]
        self.rows += len(batch)

    def close(self) -> File:
        self._writer.close()
        return File(
            self.path,
            self.source,
            self.year,
            self.rows,
            self.path.stat().st_size,
            sha256(self.path),
            as_date(min(self._days)),
            as_date(max(self._days)),
            as_date(min(self._learnt)),
            as_date(max(self._learnt)),
        )


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as the list of a store writes it."""
    with path.open("rb") as handle:
        return f"sha256:{hashlib.file_digest(handle, 'sha256').hexdigest()}"


def _order(*keys: np.ndarray) -> np.ndarray:
    """The order of rows by several keys, the last one first; by place, measure and day counts are most alike."""
    order = None
    for key in keys:
        if order is None and (np.diff(key) >= 0).all():
            continue  # they come in this order already
        # Each time the order so far is kept; numbers of sixteen bits are sorted without comparing them.
        shifted = key - key.min()
        numbers = shifted.astype(np.uint16) if shifted.max() < 2**16 else shifted
        order = (
            np.argsort(numbers, kind="stable") if order is None else order[np.argsort(numbers[order], kind="stable")]
        )
    return np.arange(len(keys[0])) if order is None else order
