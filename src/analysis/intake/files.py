"""Files from others, opened with care: their content decides, not their name; nothing may grow without limit."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ..datafolder import LARGEST_FILE, LONGEST_CELL, read_text
from ..errors import DataError

#  What the parts of an archive may take together once they are unpacked, and how many times its own size one part may
# be.
LARGEST_UNPACKED = 4 * LARGEST_FILE
LARGEST_RATIO = 200
#: A ratio says nothing about a part as small as this.
_SMALL = 2**20
#: Rows and columns of any table of counts by place, with room.
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
_KINDS = {
    b"\x1f\x8b": ("a gzip archive", "unpack it first"),
    b"%PDF": ("a PDF", "a report in PDF is read by 'exposure extract'"),
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls)", "save it as .xlsx"),
    b"\x89PNG": ("a picture", "give the table behind it"),
    b"PAR1": ("a Parquet file", "save it as CSV"),
    b"SQLite format 3": ("a database", "export the table of counts as CSV"),
}
#: A cell's formula with nothing after it: a file that no spreadsheet has worked out yet.
_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>")
#: Parts with notes of people beside the cells, in the older form and the threaded one.
_COMMENTS = re.compile(r"xl/(?:comments|threadedComments|persons)[\w/]*\d*\.xml\Z")
_BLANK = re.compile(r"\s*")
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP archive, as every XLSX is."""
    return _first(path).startswith(b"PK\x03\x04")


def text_of(path: Path) -> str:
    """The text of a file that somebody else made.

    Raises
    ------
    DataError
        If it is missing, a folder, too large, empty, not UTF-8, or no text at all (what it is instead is said).
    """
    if path.is_dir():
        raise DataError("is a folder", remedy="name the file in it", file=path.name)
    first = _first(path)
    for mark, (kind, remedy) in _KINDS.items():
        if first.startswith(mark):
            raise DataError(f"is {kind}", remedy=remedy, file=path.name)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError("is UTF-16 text", remedy="save it as UTF-8 (in Excel: 'CSV UTF-8')", file=path.name)
    if b"\0" in first:
        raise DataError(
            "is not text but binary data", remedy="give the export as JSON, CSV, XLSX or text", file=path.name
        )
    text = read_text(path)
    if not text.strip():
        raise DataError("is empty", remedy="export it again", file=path.name)
    return text


def json_of(text: str, name: str) -> object:
    """JSON as Python objects; several documents one after the other (a line each) as a list of them."""
    text = text.strip()
    decoder, documents, at = json.JSONDecoder(parse_constant=str), [], 0
    try:
        while at < len(text):
            document, end = decoder.raw_decode(text, at)
            documents.append(document)
            blank = _BLANK.match(text, end)
            assert blank is not None
            at = blank.end()
    except RecursionError:
        raise DataError("is nested too deep for an export of counts", remedy="export it again", file=name) from None
    except json.JSONDecodeError as error:
        raise DataError(
            f"is not valid JSON ({error.msg})", remedy="export it again, whole", file=name, line=error.lineno
        ) from None
    except ValueError:
        # Python makes no number of more than 4,300 digits.
        place = re.search(r"\d{4000}", text)
        line = text[: place.start()].count("\n") + 1 if place else None
        raise DataError(
            "holds a number of thousands of digits, which no count has", remedy="export it again", file=name, line=line
        ) from None
    return documents[0] if len(documents) == 1 else documents


def rows_of(path: Path, sheet: str = "") -> list[list[str]]:
    """The rows of a CSV file (comma, semicolon or tab) or of a sheet of an XLSX file, every cell as text.

    Parameters
    ----------
    path
        The file; what is in it decides whether it is read as CSV or as XLSX.
    sheet
        The name of the sheet of an XLSX file; default: its first.

    Raises
    ------
    DataError
        As :func:`text_of`; also if it does not parse, holds a cell, row or table that is far too large, if an archive
        in it would
        unpack without end, or if a sheet needs what it must not have (entities in its XML, formulas without their
        values).
    """
    rows = _sheet(path, sheet) if is_archive(path) else csv_rows(text_of(path), path.name)
    if not any(map(any, rows)):
        raise DataError("holds no rows", remedy="export the table again", file=path.name)
    return rows


#: The line in which Excel names its delimiter.
_SEPARATOR = re.compile(r"\Asep=.\r?\n", re.IGNORECASE)


def csv_rows(text: str, name: str) -> list[list[str]]:
    """The rows of CSV text; the delimiter is the one most frequent in its first lines."""
    text = _SEPARATOR.sub("", text)  # Excel's own first line says which mark parts the cells
    head = text[:10_000].split("\n", 20)[:20]
    delimiter = max(",;\t", key=lambda mark: sum(line.count(mark) for line in head))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_FILE + 1))
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(_bounded([cell.strip() for cell in row], len(rows) + 1, name))
    except csv.Error as error:
        raise DataError(
            f"is not valid CSV ({error})", remedy="check the quotation marks", file=name, line=reader.line_num
        ) from None
    return rows


def unpacked(path: Path) -> dict[str, bytes]:
    """The parts of a ZIP archive by name, if unpacking them stays within bounds.

    Raises
    ------
    DataError
        If it is damaged, encrypted, too large, holds a part that unpacks to far more than its size, or one outside of
        the archive.
    """
    name = path.name
    if path.stat().st_size > LARGEST_FILE:
        raise DataError(
            f"has more than {LARGEST_FILE / 2**20:,.0f} MB, far beyond any table of counts",
            remedy="keep raw data out",
            file=name,
        )
    parts: dict[str, bytes] = {}
    room = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                inside = PurePosixPath(entry.filename)
                if inside.is_absolute() or ".." in inside.parts:
                    raise DataError("holds a part that leads out of the archive", remedy="it is not opened", file=name)
                if entry.flag_bits & 1:
                    raise DataError("is encrypted", remedy="save it without a password", file=name)
                if entry.is_dir():
                    continue
                # The sizes that an archive states of itself are not to be trusted: read no more than there is room for.
                most = min(room, max(_SMALL, LARGEST_RATIO * entry.compress_size))
                with archive.open(entry) as part:
                    content = part.read(most + 1)
                if len(content) > most:
                    raise DataError(
                        "unpacks to far more than its size",
                        remedy="no table of counts does. It is not opened",
                        file=name,
                    )
                room -= len(content)
                parts[entry.filename] = content
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error):
        raise DataError("is a damaged archive", remedy="export it again", file=name) from None
    return parts


def _sheet(path: Path, sheet: str) -> list[list[str]]:
    from openpyxl import load_workbook

    parts = unpacked(path)
    if "[Content_Types].xml" not in parts:
        raise DataError("is an archive, not a spreadsheet", remedy="unpack it and give the table", file=path.name)
    for part, content in parts.items():
        if part.endswith((".xml", ".rels")) and _ENTITY.search(content):
            raise DataError(
                "declares entities in its XML, which no spreadsheet needs", remedy="it is not opened", file=path.name
            )
        if _COMMENTS.match(part):
            raise DataError(
                "holds comments beside its cells, which may say more than counts",
                remedy="remove them (Review, Delete all comments) and save it again",
                file=path.name,
            )
        if part.startswith("xl/worksheets/") and _NO_VALUE.search(content):
            raise DataError(
                "holds formulas without their values",
                remedy="open it in a spreadsheet and save it again",
                file=path.name,
            )
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True, keep_links=False)
        if hidden := sum(one.sheet_state != "visible" for one in [*book.worksheets, *book.chartsheets]):
            raise DataError(
                f"holds {hidden} hidden sheet(s)", remedy="show and remove them, and save it again", file=path.name
            )
        names = [one.title for one in book.worksheets]
        if sheet and sheet not in names:
            raise DataError(f"has no sheet {sheet!r}", remedy=f"choose one of {', '.join(names)}", file=path.name)
        chosen = book[sheet] if sheet else book.worksheets[0]
        chosen.reset_dimensions()  # a sheet may state that it has a million rows
        merged = _merged(parts, names.index(chosen.title))
        rows: list[list[str]] = []
        for cells in chosen.iter_rows(values_only=True):
            rows.append(_bounded([_cell(value) for value in cells], len(rows) + 1, path.name))
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001 -- openpyxl raises whatever the damaged part happens to cause
        raise DataError(
            f"cannot be read as a spreadsheet ({type(error).__name__})", remedy="save it again as .xlsx", file=path.name
        ) from None
    return _filled(rows, merged)


def _merged(parts: dict[str, bytes], at: int) -> list[tuple[int, int, int, int]]:
    """The merged cells of a sheet: first and last row, first and last column, from 0."""
    from openpyxl.utils import range_boundaries

    sheets = sorted(
        (part for part in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)),
        key=lambda part: (len(part), part),
    )
    if at >= len(sheets):
        return []
    found = re.findall(rb'<mergeCell ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"', parts[sheets[at]])[:MOST_ROWS]
    bounds = (range_boundaries(one.decode()) for one in found)
    return [(top - 1, bottom - 1, left - 1, right - 1) for left, top, right, bottom in bounds]


def _filled(rows: list[list[str]], merged: list[tuple[int, int, int, int]]) -> list[list[str]]:
    """Rows in which a cell that was merged over several rows stands in each of them; a number is not repeated."""
    for top, bottom, left, right in merged:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left][:1].isdigit():
            continue
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or rows[top][left]
    return rows


def _cell(value: object) -> str:
    """What stands in a cell: whole numbers without a point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text.removesuffix("T00:00:00").strip()


def _bounded(row: list[str], line: int, name: str) -> list[str]:
    if line > MOST_ROWS:
        raise DataError(
            f"has more than {MOST_ROWS:,} rows",
            remedy="a table of counts by place has some hundred. Export the aggregate",
            file=name,
        )
    if len(row) > MOST_COLUMNS:
        raise DataError(
            f"has {len(row):,} columns, more than {MOST_COLUMNS:,}",
            remedy="give the table of counts alone",
            file=name,
            line=line,
        )
    if any(len(cell) > LONGEST_CELL for cell in row):
        raise DataError(
            f"holds a cell of more than {LONGEST_CELL:,} characters",
            remedy="a quotation mark may be unclosed",
            file=name,
            line=line,
        )
    return row


def _first(path: Path) -> bytes:
    try:
        with open(path, "rb") as handle:
            return handle.read(4096)
    except FileNotFoundError:
        raise DataError("is missing", remedy="check its name", file=path.name) from None
    except OSError as error:
        raise DataError(
            f"cannot be read ({error.strerror})", remedy="check the file's permissions", file=path.name
        ) from None
