"""A table of counts, read in chunks: checked row by row at the speed of arrays, refused whole at the first fault.

A table of eighteen million rows is read as one of three: nothing of it is held but the chunk at hand, the distinct
texts (places, measures, monitors), and one byte for each place, measure and day, by which a key that stands twice is
seen. Where a chunk holds a fault, its lines are read again one by one, so that the message can name the line.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ..errors import DataError, ExposureError, IdentifierError
from ..figures import fields
from ..identifiers import HOST_LEVEL_ROWS, identifying_texts, refuse_identifiers
from .days import since_epoch
from .row_faults import FIRST, LAST, VINTAGE, fault_of_text, identifying, row_fault, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import pyarrow as pa

#: How many bytes of a file are looked at in one go.
BLOCK = 2 * 2**20
#: The texts of a row; the number of a text stands for it while the table is read.
TEXTS = ("place", "iso3", "measure", "source")
GRAINS = ("day", "week", "month")
_COLUMNS = fields.required(fields.COUNTS)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table of counts, as arrays.

    Attributes
    ----------
    day, vintage
        Days since 1970-01-01. ``vintage`` is None where the table does not say when its numbers were known.
    place, iso3, measure, source
        Numbers of texts in :attr:`Table.texts`; no country is the number of the empty text.
    count
        Whole numbers, not negative.
    low, high
        The interval, NaN where none is known; None where the whole chunk has none.
    """

    day: np.ndarray
    place: np.ndarray
    iso3: np.ndarray
    measure: np.ndarray
    count: np.ndarray
    low: np.ndarray | None
    high: np.ndarray | None
    source: np.ndarray
    vintage: np.ndarray | None

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: np.ndarray) -> Chunk:
        """Some of the rows, in the order asked for."""
        columns: list[Any] = [None if values is None else values[rows] for values in self._values()]
        return Chunk(*columns)

    @classmethod
    def joined(cls, chunks: Sequence[Chunk]) -> Chunk:
        """The rows of several chunks, one after another."""
        if len(chunks) == 1:
            return chunks[0]
        columns: list[Any] = []
        for values in zip(*(chunk._values() for chunk in chunks), strict=True):
            if all(one is None for one in values):
                columns.append(None)
                continue
            # Only an interval may be there in one chunk and not in another.
            full = [
                np.full(len(chunk), np.nan) if one is None else one for one, chunk in zip(values, chunks, strict=True)
            ]
            columns.append(np.concatenate(full))
        return cls(*columns)

    def _values(self) -> tuple[np.ndarray | None, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


class Table:
    """A table of counts, to be read once from its beginning to its end.

    Parameters
    ----------
    origin
        A CSV file with the columns of ``fields.COUNTS``, or a frame with them.
    grain
        ``day``, ``week`` (its Monday) or ``month`` (its first day): what the day of a row stands for.

    Attributes
    ----------
    texts
        For each column of text its distinct texts in the order in which they came; a chunk holds their numbers.
    rows
        How many rows were read so far.
    """

    def __init__(self, origin: Path | str | pd.DataFrame, grain: str = "day") -> None:
        if grain not in GRAINS:
            raise DataError(
                f"{grain!r} is not a grain of a series", remedy=f"choose {', '.join(GRAINS)}", column="grain"
            )
        self.origin: Any = Path(origin) if isinstance(origin, str | Path) else origin
        self.grain = grain
        self.name = self.origin.name if isinstance(self.origin, Path) else None
        self.texts: dict[str, list[str]] = {column: [] for column in TEXTS}
        self.rows = 0
        self._numbers: dict[str, dict[str, int]] = {column: {} for column in TEXTS}
        self._country = np.empty(0, dtype=np.int32)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, some at a time, each chunk checked before it is given out.

        Raises
        ------
        DataError
            At the first row that cannot be right, with its line: a missing, unknown or doubled column; a day that
            does not exist,
            that has a time or does not fit the grain; a count that is not a whole number; an interval that the count is
            not in; a
            place that is filed under two countries.
        IdentifierError
            If a text looks identifying, or the rows are those of single hosts.
        """
        for batch in self._batches():
            yield self._checked(batch)
            self.rows += batch.num_rows

    def arrow(self, vintage: str | None = None) -> pa.Table:
        """The whole table, with the columns of :func:`schema`.

        Parameters
        ----------
        vintage
            The day on which the numbers were known, where they do not say so themselves.

        Raises
        ------
        DataError
            As :meth:`chunks`.
        """
        import pyarrow as pa

        chunks = [pa.record_batch(self.columns(chunk, vintage), names=schema().names) for chunk in self.chunks()]
        return pa.Table.from_batches(chunks).cast(schema()) if chunks else schema().empty_table()

    def columns(self, chunk: Chunk, vintage: str | None) -> list[pa.Array]:
        """The columns of a chunk as arrays of Arrow, in the order of :func:`schema`; texts as dictionaries.

        Where neither the chunk nor ``vintage`` says when a number was known, it is taken to be known on the last
        day that it counts: before that nobody can have known it.
        """
        import pyarrow as pa

        def text(name: str) -> pa.Array:
            # Only the texts that these rows have, in their order: the same rows give the same bytes.
            numbers, ranks = getattr(chunk, name), self.ranks(name)
            used = np.flatnonzero(np.bincount(numbers))
            used = used[np.argsort(ranks[used], kind="stable")]
            place = np.empty(len(ranks), dtype=np.int32)
            place[used] = np.arange(len(used), dtype=np.int32)
            return pa.DictionaryArray.from_arrays(
                place[numbers], [self.texts[name][number] for number in used.tolist()]
            )

        def limit(values: np.ndarray | None) -> pa.Array:
            return pa.nulls(len(chunk), pa.float64()) if values is None else pa.array(values, from_pandas=True)

        known = chunk.vintage
        if known is None:
            known = (
                self._last_day(chunk.day)
                if vintage is None
                else np.full(len(chunk), since_epoch(date.fromisoformat(vintage)), dtype=np.int32)
            )
        return [
            pa.array(chunk.day).view(pa.date32()),
            text("place"),
            text("iso3"),
            text("measure"),
            pa.array(chunk.count),
            limit(chunk.low),
            limit(chunk.high),
            text("source"),
            pa.array(known).view(pa.date32()),
        ]

    def ranks(self, column: str) -> np.ndarray:
        """For the number of each text its place among the texts of the column in their order."""
        texts = list(self.texts[column])  # more may come while they are put in order
        ranks = np.empty(len(texts), dtype=np.int32)
        ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts), dtype=np.int32)
        return ranks

    def line(self, row: int) -> int | None:
        """The line of the file on which a row stands (0 is the first row)."""
        if not isinstance(self.origin, Path):
            return None
        with self.origin.open("rb") as handle:
            filled = (number for number, line in enumerate(handle, 1) if line.strip())
            return next(islice(filled, row + 1, None), None)

    def rows_of(
        self, day: date, place: str, measure: str, source: str, vintage: date | None = None
    ) -> list[tuple[int | None, int]]:
        """Where a key stands: the line of the file (None in a frame) and the count of each of its rows, in order."""
        again = Table(self.origin, self.grain)
        found = []
        for chunk in again.chunks():
            wanted = {"place": place, "measure": measure, "source": source}
            if any(text not in again._numbers[name] for name, text in wanted.items()):
                continue
            here = chunk.day == since_epoch(day)
            for name, text in wanted.items():
                here &= getattr(chunk, name) == again._numbers[name][text]
            if chunk.vintage is not None and vintage is not None:
                here &= chunk.vintage == since_epoch(vintage)
            found += [(again.line(again.rows + row), int(chunk.count[row])) for row in np.flatnonzero(here).tolist()]
        return found

    # Reading ------------------------------------------------------------------------------------

    def _batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        text = pa.dictionary(pa.int32(), pa.string())
        types = {
            "day": pa.date32(),
            "count": pa.int64(),
            "low": pa.float64(),
            "high": pa.float64(),
            VINTAGE: pa.date32(),
        }
        types |= dict.fromkeys(TEXTS, text)
        if not isinstance(self.origin, Path):
            header = [str(name) for name in self.origin.columns]
            self._check_header(header)
            yield from self._of_frame(pa.schema([(name, types[name]) for name in header]))
            return
        header = self._header()
        self._check_header(header)
        try:
            reader = arrow_csv.open_csv(
                self.origin,
                read_options=arrow_csv.ReadOptions(block_size=BLOCK),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=types, null_values=[""], strings_can_be_null=False, quoted_strings_can_be_null=True
                ),
            )
            for batch in reader:
                if batch.num_rows:
                    yield batch
        except pa.ArrowInvalid as fault:
            self._name_fault(str(fault))
        except OSError as fault:
            raise DataError(
                f"cannot be read ({fault.strerror or fault})", remedy="check the file", file=self.name
            ) from None

    def _of_frame(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pandas as pd
        import pyarrow as pa

        frame = self.origin.copy()
        for column in ("day", VINTAGE):
            if column in frame and pd.api.types.is_datetime64_any_dtype(frame[column]):
                frame[column] = frame[column].dt.date
        for column in TEXTS:
            frame[column] = frame[column].astype("str").where(frame[column].notna(), "")
        plain = pa.schema(
            [
                (name, pa.string() if name in TEXTS else kind)
                for name, kind in zip(schema.names, schema.types, strict=True)
            ]
        )
        try:
            table = pa.Table.from_pandas(frame, schema=plain, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
            raise DataError(
                f"the table is not one of counts ({fault})", remedy="days are dates, counts whole numbers"
            ) from None
        yield from table.cast(schema).combine_chunks().to_batches()

    def _header(self) -> list[str]:
        try:
            with self.origin.open("rb") as handle:
                raw = handle.readline(2**16)
            return [cell.strip() for cell in next(csv.reader([raw.decode("utf-8-sig")]), [])]
        except UnicodeDecodeError:
            raise DataError("is not UTF-8 text", remedy="save the file as UTF-8", file=self.name, line=1) from None
        except OSError as fault:
            raise DataError(f"cannot be read ({fault.strerror})", remedy="check the path", file=self.name) from None

    def _check_header(self, header: list[str]) -> None:
        import pandas as pd

        refuse_identifiers(
            pd.DataFrame(columns=[name for name in header if name not in (*_COLUMNS, VINTAGE)]), file=self.name
        )
        for what, found in (
            ("is missing", [name for name in _COLUMNS if name not in header]),
            ("stands twice", [name for name in dict.fromkeys(header) if header.count(name) > 1]),
            ("is not known here", [name for name in header if name not in (*_COLUMNS, VINTAGE)]),
        ):
            if found:
                raise DataError(
                    f"the column {what}: {', '.join(found)}",
                    remedy=f"expected {', '.join(_COLUMNS)} and optionally {VINTAGE}",
                    file=self.name,
                    line=1,
                    column=found[0],
                )

    # Checking -----------------------------------------------------------------------------------

    def _checked(self, batch: pa.RecordBatch) -> Chunk:
        numbers = {column: self._coded(batch, column) for column in TEXTS}
        day, count = batch.column("day"), batch.column("count")
        if any(batch.column(column).null_count for column in ("day", "count")):
            self._name_fault("a cell is empty")
        days, counts = _array(day, np.int32), _array(count, np.int64)
        if len(counts) >= HOST_LEVEL_ROWS and (counts == 1).all() and _all_differ(numbers["place"]):
            raise IdentifierError(
                f"{len(counts):,} rows have a place each and the count 1: a list of single hosts",
                remedy="nothing of it was kept. Export the aggregate (counts by country) instead",
                file=self.name,
                rule="host-level table",
            )
        low, high = (self._limit(batch, column) for column in ("low", "high"))
        vintage = batch.column(VINTAGE) if VINTAGE in batch.schema.names else None
        if vintage is not None and vintage.null_count:
            self._name_fault("a cell is empty")
        wrong = (
            counts.min() < 0
            or days.min() < since_epoch(FIRST)
            or days.max() > since_epoch(LAST)
            or (low is not None and (low > counts).any())
            or (high is not None and (high < counts).any())
            or not self._fits(days)
        )
        if wrong:
            self._name_fault("a number is out of its range")
        self._one_country(numbers["place"], numbers["iso3"])
        known_on = None if vintage is None else _array(vintage, np.int32)
        return Chunk(
            days, numbers["place"], numbers["iso3"], numbers["measure"], counts, low, high, numbers["source"], known_on
        )

    def _coded(self, batch: pa.RecordBatch, column: str) -> np.ndarray:
        """The numbers of a column's texts; a text that was not seen before is looked at closely."""
        cells = batch.column(column)
        if cells.null_count:
            import pyarrow.compute as pc

            cells = pc.fill_null(cells.dictionary_decode(), "").dictionary_encode()
        known, told = self._numbers[column], self.texts[column]
        texts = cells.dictionary.to_pylist()
        new = [text for text in texts if text not in known]
        if new:
            self._check_texts(column, new, batch)
            for text in new:
                known[text] = len(told)
                told.append(text)
        lookup = np.fromiter((known[text] for text in texts), dtype=np.int32, count=len(texts))
        return np.asarray(lookup[_array(cells.indices, np.int32)])

    def _check_texts(self, column: str, texts: list[str], batch: pa.RecordBatch) -> None:
        for number, rule in identifying_texts(texts).items():
            row = self.rows + batch.column(column).to_pylist().index(texts[number])
            raise identifying(rule, file=self.name, line=self.line(row), column=column, row=row)
        if any(fault_of_text(column, text) for text in texts):
            self._name_fault("a text is not written as expected", batch)

    def _limit(self, batch: pa.RecordBatch, column: str) -> np.ndarray | None:
        cells = batch.column(column)
        return None if cells.null_count == len(cells) else cells.to_numpy(zero_copy_only=False)

    def _fits(self, days: np.ndarray) -> bool:
        if self.grain == "day":
            return True
        if self.grain == "week":
            return bool(((days + 3) % 7 == 0).all())  # 1970-01-01 was a Thursday
        return bool((_months(days).astype("datetime64[D]").astype(np.int64) == days).all())

    def _last_day(self, days: np.ndarray) -> np.ndarray:
        """The last day of each day, week or month."""
        if self.grain == "day":
            return days
        if self.grain == "week":
            return days + np.int32(6)
        return ((_months(days) + 1).astype("datetime64[D]").astype(np.int64) - 1).astype(np.int32)

    def _one_country(self, place: np.ndarray, iso3: np.ndarray) -> None:
        """A place lies in one country, or queries would take it for two places."""
        if len(self._country) < len(self.texts["place"]):
            more = np.full(len(self.texts["place"]) - len(self._country), -1, dtype=np.int32)
            self._country = np.concatenate([self._country, more])
        unknown = self._country[place] < 0
        if unknown.any():
            # The first row of each new place decides.
            self._country[place[unknown][::-1]] = iso3[unknown][::-1]
        other = self._country[place] != iso3
        if other.any():
            row = int(other.argmax())
            name, codes = self.texts["place"][place[row]], self.texts["iso3"]
            raise DataError(
                f"the place '{name}' has the code '{codes[iso3[row]]}' here and '{codes[self._country[place[row]]]}' "
                "before",
                remedy="one place has one code",
                file=self.name,
                line=self.line(self.rows + row),
                column="iso3",
            )

    # Naming a fault -----------------------------------------------------------------------------

    def _name_fault(self, seen: str, batch: pa.RecordBatch | None = None) -> NoReturn:
        """Raise the fault of the first wrong row of what has not been given out yet."""
        if not isinstance(self.origin, Path):
            raise self._fault_of_frame(seen)
        header = self._header()
        with self.origin.open("rb") as handle:
            lines = ((number, line) for number, line in enumerate(handle, 1) if line.strip())
            for number, raw in islice(lines, 1 + self.rows, None):
                try:
                    cells = next(csv.reader([raw.decode("utf-8")], strict=True))
                except UnicodeDecodeError:
                    raise DataError(
                        "is not UTF-8 text", remedy="save the file as UTF-8", file=self.name, line=number
                    ) from None
                except csv.Error:
                    raise DataError(
                        "has a quotation mark that is not closed, or a line break in a cell",
                        remedy="mend the line",
                        file=self.name,
                        line=number,
                    ) from None
                if len(cells) != len(header):
                    raise DataError(
                        f"has {len(cells)} cells where the header has {len(header)}",
                        remedy="quote a cell that holds a comma",
                        file=self.name,
                        line=number,
                    )
                for position, rule in identifying_texts(cells).items():
                    # Whatever else is wrong with the row, the message would repeat it.
                    raise identifying(rule, file=self.name, line=number, column=header[position])
                if fault := row_fault(dict(zip(header, cells, strict=True)), self.grain):
                    raise fault.at(file=self.name, line=number)
        raise DataError(f"cannot be read as a table of counts ({seen})", remedy="check the file", file=self.name)

    def _fault_of_frame(self, seen: str) -> ExposureError:
        for number, (_, row) in enumerate(self.origin.iterrows()):
            cells = {name: "" if value is None or value != value else written(value) for name, value in row.items()}
            if fault := row_fault(cells, self.grain):
                return fault.at(file=f"row {number}")
        return DataError(f"the table is not one of counts ({seen}).")


def schema() -> pa.Schema:
    """The columns of counts as Arrow and Parquet hold them; a place without a country has an empty ``iso3``."""
    import pyarrow as pa

    kinds = {"day": pa.date32(), "count": pa.int64(), "low": pa.float64(), "high": pa.float64(), VINTAGE: pa.date32()}
    return pa.schema([pa.field(field.name, kinds.get(field.name, pa.string())) for field in fields.COUNTS])


def _array(cells: pa.Array, kind: type) -> np.ndarray:
    """The numbers of a column without missing ones; days as days since 1970."""
    import pyarrow as pa

    plain = cells.view(pa.int32()) if pa.types.is_date32(cells.type) else cells
    return np.asarray(plain.to_numpy(zero_copy_only=False).astype(kind, copy=False))


def _months(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]")


def _all_differ(numbers: np.ndarray) -> bool:
    return len(np.unique(numbers)) == len(numbers)
