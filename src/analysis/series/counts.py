"""A table of counts, read in chunks: checked row by row at the speed of arrays, refused whole at the first fault.

A table of eighteen million rows is read as one of three: nothing of it is held but the chunk at hand, the distinct
texts (places, measures, monitors), and one byte for each place, measure and day, by which a key that stands twice is
seen. Where a chunk holds a fault, its lines are read again one by one, so that the message can name the line.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from ..errors import DataError, ExposureError, IdentifierError
from ..figures import fields
from ..figures.identifiers import HOST_LEVEL_ROWS, identifying_texts, refuse_identifiers

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: How many bytes of a file are looked at in one go.
BLOCK = 2 * 2**20
#: The texts of a row; the number of a text stands for it while the table is read.
TEXTS = ("place", "iso3", "measure", "source")
GRAINS = ("day", "week", "month")
_COLUMNS = fields.required(fields.COUNTS)
_KNOWN = "known"
_PATTERNS = {field.name: re.compile(field.pattern) for field in fields.COUNTS if field.pattern}
_NEEDED = {field.name for field in fields.COUNTS if field.needed}
_EXAMPLES = {field.name: field.example for field in fields.COUNTS}
_EPOCH = date(1970, 1, 1)
#: Before the first and after the last of these days nothing was scanned: a slip of the century.
_FIRST, _LAST = date(1980, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table of counts, as arrays.

    Attributes
    ----------
    day, known
        Days since 1970-01-01. ``known`` is None where the table does not say when its numbers were known.
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
    known: np.ndarray | None

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: np.ndarray) -> Chunk:
        """Some of the rows, in the order asked for."""
        return Chunk(*(None if values is None else values[rows] for values in self._values()))

    @classmethod
    def joined(cls, chunks: Sequence[Chunk]) -> Chunk:
        """The rows of several chunks, one after another."""
        if len(chunks) == 1:
            return chunks[0]
        columns = []
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
            raise DataError(f"{grain!r} is no grain of a series; choose {', '.join(GRAINS)}.", column="grain")
        self.origin = Path(origin) if isinstance(origin, str | Path) else origin
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
            At the first row that cannot be right, with its line: a missing, unknown or doubled column; a day that is
            none,
            that has a time or does not fit the grain; a count that is no whole number; an interval that the count is
            not in; a
            place that is filed under two countries.
        IdentifierError
            If a text looks identifying, or the rows are those of single hosts.
        """
        for batch in self._batches():
            yield self._checked(batch)
            self.rows += batch.num_rows

    def arrow(self, known: str | None = None) -> pa.Table:
        """The whole table, with the columns of :func:`schema`.

        Parameters
        ----------
        known
            The day on which the numbers were known, where they do not say so themselves.

        Raises
        ------
        DataError
            As :meth:`chunks`.
        """
        import pyarrow as pa

        chunks = [pa.record_batch(self.columns(chunk, known), names=schema().names) for chunk in self.chunks()]
        return pa.Table.from_batches(chunks).cast(schema()) if chunks else schema().empty_table()

    def columns(self, chunk: Chunk, known: str | None) -> list[pa.Array]:
        """The columns of a chunk as arrays of Arrow, in the order of :func:`schema`; texts are numbers and a dictionary.

        Where neither the chunk nor ``known`` says when a number was known, it is taken to be known on the last day that
        it counts:
        before that nobody can have known it.
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

        learnt = chunk.known
        if learnt is None:
            learnt = (
                self._last_day(chunk.day)
                if known is None
                else np.full(len(chunk), _since(date.fromisoformat(known)), dtype=np.int32)
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
            pa.array(learnt).view(pa.date32()),
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
        self, day: date, place: str, measure: str, source: str, known: date | None = None
    ) -> list[tuple[int | None, int]]:
        """Where a key stands: the line of the file (None in a frame) and the count of each of its rows, the first rows first."""
        again = Table(self.origin, self.grain)
        found = []
        for chunk in again.chunks():
            wanted = {"place": place, "measure": measure, "source": source}
            if any(text not in again._numbers[name] for name, text in wanted.items()):
                continue
            here = chunk.day == _since(day)
            for name, text in wanted.items():
                here &= getattr(chunk, name) == again._numbers[name][text]
            if chunk.known is not None and known is not None:
                here &= chunk.known == _since(known)
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
            _KNOWN: pa.date32(),
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
            raise DataError(f"cannot be read ({fault.strerror or fault}); check the file.", file=self.name) from None

    def _of_frame(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pandas as pd
        import pyarrow as pa

        frame = self.origin.copy()
        for column in ("day", _KNOWN):
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
                f"the table is not one of counts ({fault}); days are dates, counts whole numbers."
            ) from None
        yield from table.cast(schema).combine_chunks().to_batches()

    def _header(self) -> list[str]:
        try:
            with self.origin.open("rb") as handle:
                raw = handle.readline(2**16)
            return [cell.strip() for cell in next(csv.reader([raw.decode("utf-8-sig")]), [])]
        except UnicodeDecodeError:
            raise DataError("is not UTF-8 text; save the file as UTF-8.", file=self.name, line=1) from None
        except OSError as fault:
            raise DataError(f"cannot be read ({fault.strerror}); check the path.", file=self.name) from None

    def _check_header(self, header: list[str]) -> None:
        import pandas as pd

        refuse_identifiers(
            pd.DataFrame(columns=[name for name in header if name not in (*_COLUMNS, _KNOWN)]), file=self.name
        )
        for what, found in (
            ("is missing", [name for name in _COLUMNS if name not in header]),
            ("stands twice", [name for name in dict.fromkeys(header) if header.count(name) > 1]),
            ("is not known here", [name for name in header if name not in (*_COLUMNS, _KNOWN)]),
        ):
            if found:
                raise DataError(
                    f"the column {what}: {', '.join(found)}; expected {', '.join(_COLUMNS)} and optionally {_KNOWN}.",
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
                f"{len(counts):,} rows have a place each and the count 1: a list of single hosts; nothing of it was kept. "
                "Export the aggregate (counts by country) instead.",
                file=self.name,
                rule="host-level table",
            )
        low, high = (self._limit(batch, column) for column in ("low", "high"))
        known = batch.column(_KNOWN) if _KNOWN in batch.schema.names else None
        if known is not None and known.null_count:
            self._name_fault("a cell is empty")
        wrong = (
            counts.min() < 0
            or days.min() < _since(_FIRST)
            or days.max() > _since(_LAST)
            or (low is not None and (low > counts).any())
            or (high is not None and (high < counts).any())
            or not self._fits(days)
        )
        if wrong:
            self._name_fault("a number is out of its range")
        self._one_country(numbers["place"], numbers["iso3"])
        learnt = None if known is None else _array(known, np.int32)
        return Chunk(
            days, numbers["place"], numbers["iso3"], numbers["measure"], counts, low, high, numbers["source"], learnt
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
        return lookup[_array(cells.indices, np.int32)]

    def _check_texts(self, column: str, texts: list[str], batch: pa.RecordBatch) -> None:
        for number, rule in identifying_texts(texts).items():
            row = self.rows + batch.column(column).to_pylist().index(texts[number])
            raise _identifying(rule, file=self.name, line=self.line(row), column=column, row=row)
        if any(_fault_of_text(column, text) for text in texts):
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
                f"the place '{name}' has the code '{codes[iso3[row]]}' here and '{codes[self._country[place[row]]]}' before; "
                "one place has one code.",
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
                    raise DataError("is not UTF-8 text; save the file as UTF-8.", file=self.name, line=number) from None
                except csv.Error:
                    raise DataError(
                        "has a quotation mark that is not closed, or a line break in a cell; mend the line.",
                        file=self.name,
                        line=number,
                    ) from None
                if len(cells) != len(header):
                    raise DataError(
                        f"has {len(cells)} cells where the header has {len(header)}; quote a cell that holds a comma.",
                        file=self.name,
                        line=number,
                    )
                for position, rule in identifying_texts(cells).items():
                    # Whatever else is wrong with the row, the message would repeat it.
                    raise _identifying(rule, file=self.name, line=number, column=header[position])
                if fault := row_fault(dict(zip(header, cells, strict=True)), self.grain):
                    raise fault.at(file=self.name, line=number)
        raise DataError(f"cannot be read as a table of counts ({seen}); check the file.", file=self.name)

    def _fault_of_frame(self, seen: str) -> ExposureError:
        for number, (_, row) in enumerate(self.origin.iterrows()):
            cells = {name: "" if value is None or value != value else _written(value) for name, value in row.items()}
            if fault := row_fault(cells, self.grain):
                return fault.at(file=f"row {number}")
        return DataError(f"the table is not one of counts ({seen}).")


def days_of(day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The year of each day (since 1970-01-01), and which day of it it is, from 0."""
    year, day_of_year = _calendar()
    index = day - _since(_FIRST)
    return year[index], day_of_year[index]


@functools.cache
def _calendar() -> tuple[np.ndarray, np.ndarray]:
    days = np.arange(_since(_FIRST), _since(_LAST) + 1).astype("datetime64[D]")
    years = days.astype("datetime64[Y]")
    return (years.astype(np.int64) + 1970).astype(np.int32), (days - years.astype("datetime64[D]")).astype(np.int32)


def as_date(day: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=int(day))


def schema() -> pa.Schema:
    """The columns of counts as Arrow and Parquet hold them; a place without a country has an empty ``iso3``."""
    import pyarrow as pa

    kinds = {"day": pa.date32(), "count": pa.int64(), "low": pa.float64(), "high": pa.float64(), _KNOWN: pa.date32()}
    return pa.schema([pa.field(field.name, kinds.get(field.name, pa.string())) for field in fields.COUNTS])


def row_fault(cells: dict[str, str], grain: str = "day") -> ExposureError | None:
    """What is wrong with one row of a table of counts, its cells given as text; None if nothing is."""
    for field in fields.COUNTS:
        text = cells.get(field.name, "")
        if text == "":
            if field.needed or (field.name == _KNOWN and _KNOWN in cells):
                return DataError(f"is empty: {field.description}", column=field.name)
            continue
        if field.name in ("day", _KNOWN):
            if fault := _fault_of_day(text):
                return DataError(fault, column=field.name)
        elif field.name in ("count", "low", "high"):
            if not _is_number(text, whole=field.name == "count"):
                kind = "whole number, not negative" if field.name == "count" else "number"
                return DataError(f"'{text[:40]}' is no {kind}; write it like {field.example}.", column=field.name)
        elif fault := _fault_of_text(field.name, text):
            return DataError(fault, column=field.name)
    day, count = date.fromisoformat(cells["day"]), int(cells["count"])
    if (grain == "month" and day.day != 1) or (grain == "week" and day.weekday() != 0):
        first = "first day of a month" if grain == "month" else "Monday"
        return DataError(
            f"{day} is no {first}, as the grain '{grain}' of the series wants; correct the day, or the grain.",
            column="day",
        )
    for column, outside in (("low", lambda limit: limit > count), ("high", lambda limit: limit < count)):
        if cells.get(column) and outside(float(cells[column])):
            return DataError(
                f"the count {count} is outside of its own interval ({column} {cells[column]}); correct one.",
                column=column,
            )
    return None


def _identifying(rule: str, **place: object) -> IdentifierError:
    what_now = "nothing of this table was kept. Remove what identifies, and keep counts only."
    return IdentifierError(f"looks like a {rule}; {what_now}", rule=rule, **place)


def _fault_of_day(text: str) -> str:
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        zoned = re.search(r"(?:Z|[+-]\d{2}:?\d{2})$", text)
        why = "a time with a zone" if zoned else "a time without a zone: nobody can tell which day that is"
        return f"'{text[:40]}' is {why}; write the day as the monitor counts it, such as 2024-05-01."
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        return f"'{text[:40]}' is no day of the calendar; write it like 2024-05-01."
    return "" if _FIRST <= day <= _LAST else f"{text} is before {_FIRST} or after {_LAST}; correct the year."


def _fault_of_text(column: str, text: str) -> str:
    if text == "":
        return f"is empty; fill the {column}." if column in _NEEDED else ""
    if text != text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        return "has blanks around it, or a sign that is none of a text; remove them."
    pattern = _PATTERNS.get(column)
    if pattern and not pattern.match(text):
        return f"'{text[:40]}' is not written as expected; write it like {_EXAMPLES[column]}."
    return ""


def _is_number(text: str, whole: bool) -> bool:
    if whole:
        return bool(re.fullmatch(r"\d{1,18}", text))
    return bool(re.fullmatch(r"-?\d{1,18}(?:\.\d+)?", text))


def _written(value: object) -> str:
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return text.removesuffix("T00:00:00")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _array(cells: pa.Array, kind: type) -> np.ndarray:
    """The numbers of a column without missing ones; days as days since 1970."""
    import pyarrow as pa

    return (
        (cells.view(pa.int32()) if pa.types.is_date32(cells.type) else cells)
        .to_numpy(zero_copy_only=False)
        .astype(kind, copy=False)
    )


def _months(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]")


def _since(day: date) -> int:
    return (day - _EPOCH).days


def _all_differ(numbers: np.ndarray) -> bool:
    return len(np.unique(numbers)) == len(numbers)
