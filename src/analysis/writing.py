"""Writing files: whole or not at all, and with the same bytes on every machine."""

from __future__ import annotations

import io
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DataError, ExposureError
from .identifiers import refuse_identifiers

if TYPE_CHECKING:
    import pandas as pd

#: A spreadsheet takes text that begins so for a formula.
_FORMULA = re.compile(r"[=@\t\r\n＝＋－＠]|[+-](?![0-9][0-9.,]*\Z)")
#: Whole numbers up to here are exact as floating-point numbers.
_EXACT = 2**53
#: Significant digits of a number that is not whole: fewer than the sixteen of its form, as many as every method
#: carries. Sums over some hundred places, solvers and series lose three or four; what is behind is noise of the
#: machine.
_DIGITS = 10
#: Fewer where a column's method carries fewer, by the names of columns: what is read off a flat maximum or simulated.
_FEWER = {"p_simulated": 6, "p_permutation": 6}
#: Rows of a sheet of XLSX, with its header.
_SHEET = 1_048_576
#: The date inside of files that must have one; the first that a ZIP archive knows.
NO_DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary neighbour of ``path`` that takes its place when the block ends well."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise ExposureError(
            f"cannot be written ({error.strerror or error})",
            remedy="nothing was changed. Choose another folder, or free space or permissions there",
            file=str(path),
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_bytes(path: Path | str, content: bytes) -> Path:
    """Write a file atomically: after a crash the old file or the new one is there, never half of one."""
    path = Path(path)
    with _replacing(path) as temporary, open(temporary, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return path


def write_text(path: Path | str, text: str) -> Path:
    r"""Write a text file atomically, in UTF-8 with ``\\n`` as line end."""
    return write_bytes(path, text.encode("utf-8"))


def table_text(frame: pd.DataFrame, form: str) -> str:
    """A table as text.

    Parameters
    ----------
    frame
        The table; an index with a name becomes its first column. Whole numbers lose their ``.0``,
        what is missing is left empty (``null`` in JSON).
    form
        ``text`` (columns for a terminal), ``csv``, ``json`` (a list of objects) or ``md``.

    Notes
    -----
    In ``csv`` and ``md``, a text or the name of a column that a spreadsheet would run as a formula (it begins with
    ``=``, ``+``, ``-``, ``@``, one of these in wide form, a tab or an end of line, and is not a plain number) gets an
    apostrophe in front, as OWASP advises. JSON, XLSX and Parquet keep it as it is: there a text is a text.
    """
    frame = _days_as_text(_plain(frame))
    match form:
        case "csv":
            return _defused(frame).to_csv(index=False, lineterminator="\n", float_format="%.15g")
        case "json":
            return json.dumps(_records(frame), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        case "md":
            cells = _shown(_defused(frame), "%.15g").replace({r"\|": r"\|", r"\s*\n\s*": " "}, regex=True)
            lines = [" | ".join(map(str, cells.columns)), " | ".join("---" for _ in frame.columns)]
            lines += [" | ".join(row) for row in cells.itertuples(index=False)]
            return "".join(f"| {line} |\n" for line in lines)
        case "text":
            return _columns(frame)
    raise DataError(f"there is no table format {form!r}", remedy="choose text, csv, json or md", form=form)


def write_table(
    frame: pd.DataFrame, path: Path | str, metadata: dict[str, Any] | None = None, *, allow: Collection[str] = ()
) -> Path:
    """Write a table by the suffix of its file, with metadata inside, the same bytes each time.

    Parameters
    ----------
    frame
        The table; an index with a name becomes its first column.
    path
        ``.csv`` (metadata beside it in ``<name>.metadata.json``), ``.json`` (``metadata`` and
        ``data``), ``.md`` (metadata below), ``.xlsx`` (a sheet ``metadata``) or ``.parquet``
        (key ``exposure`` of the schema's key-value metadata, as JSON). An open end is the text ``INF`` in JSON and
        XLSX.
    metadata
        What a reader must know: values that JSON can hold.
    allow
        Columns that may hold addresses of publications.

    Raises
    ------
    IdentifierError
        If the table holds anything identifying; nothing is written.
    DataError
        If the suffix is not known, or the table has too many rows for XLSX.
    ExposureError
        If the file cannot be written; what was there before stays.
    """
    path, metadata = Path(path), metadata or {}
    refuse_identifiers(frame, allow=allow)
    match path.suffix.lower():
        case ".csv":
            if metadata:
                write_text(path.with_suffix(".metadata.json"), _json(metadata))
            return write_text(path, table_text(frame, "csv"))
        case ".json":
            return write_text(path, _json({"metadata": metadata, "data": _records(_days_as_text(_plain(frame)))}))
        case ".md":
            return write_text(path, "\n".join([table_text(frame, "md"), *_told(metadata)]))
        case ".xlsx":
            return write_bytes(path, _xlsx(_plain(frame), metadata))
        case ".parquet":
            return write_bytes(path, _parquet(_plain(frame), metadata))
    raise DataError(
        f"a table cannot be written as {path.suffix or 'a file without suffix'!r}",
        remedy="choose .csv, .json, .md, .xlsx or .parquet",
        file=path.name,
    )


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns only, whole numbers as such, and others with the digits that they carry."""
    import pandas as pd

    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    whole, carried = {}, {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_float_dtype(column):
            known = column.dropna()
            if len(known) and (known.abs() < _EXACT).all() and (known == known.round()).all():
                whole[name] = "Int64"
            else:
                carried[name] = column.map(_carried(_FEWER.get(str(name), _DIGITS)), na_action="ignore")
    return frame.assign(**carried).astype(whole).reset_index(drop=True)


def _carried(digits: int) -> Callable[[float], float]:
    """Rounds a number to so many significant digits.

    A whole one, and a half as rounding leaves it, is exact as it is.
    """

    def rounded(value: float) -> float:
        return value if abs(value) < _EXACT / 2 and (2 * value).is_integer() else float(f"{value:.{digits}g}")

    return rounded


def _days_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its days as ``2019-09-17``, for forms that know no dates; a time of day is kept."""
    import pandas as pd

    found = frame.copy(deep=False)
    for name in frame.columns:
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            days = (frame[name].dropna() == frame[name].dropna().dt.normalize()).all()
            found[name] = frame[name].dt.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S")
    return found


def _defused(frame: pd.DataFrame) -> pd.DataFrame:
    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        # A carriage return is not quoted by the writer of CSV, and would end the row.
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if _FORMULA.match(text) else text

    import pandas as pd

    numbers = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map(cell) for name in frame.columns if name not in numbers}).rename(
        columns=cell
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: None if value is None or value != value else _finite(value) for name, value in row.items()}
        for row in frame.astype("object").where(frame.notna(), None).to_dict("records")
    ]


def _finite(value: object) -> object:
    """The value.

    An end that is open as the text that Table Schema has for it, for JSON and XLSX have no such number.
    """
    return ("INF" if value > 0 else "-INF") if isinstance(value, float) and abs(value) == float("inf") else value


def _shown(frame: pd.DataFrame, number: str) -> pd.DataFrame:
    import pandas as pd

    def cell(value: object) -> str:
        if value is None or value is pd.NA or value != value:
            return ""
        if isinstance(value, float):
            return f"{value:.0f}" if value.is_integer() and abs(value) < _EXACT else number % value
        return str(value)

    return frame.astype("object").map(cell)


def _columns(frame: pd.DataFrame) -> str:
    """Columns side by side, numbers to the right, long texts cut."""
    import pandas as pd

    cells = _shown(frame, "%.6g").map(lambda text: text if len(text) <= 48 else text[:47] + "…")
    parts = []
    for name in frame.columns:
        width = max([len(str(name)), *cells[name].str.len()])
        right = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        parts.append([text.rjust(width) if right else text.ljust(width) for text in (str(name), *cells[name])])
    return "".join("  ".join(line).rstrip() + "\n" for line in zip(*parts, strict=True))


def _told(metadata: dict[str, Any]) -> list[str]:
    lines = []
    for key, value in metadata.items():
        if isinstance(value, dict):
            texts = {
                name: text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
                for name, text in value.items()
            }
            lines += [f"{key}:", "", *(f"- `{name}`: {text}" for name, text in texts.items()), ""]
        else:
            lines += [f"{key}: {value}", ""]
    return lines


def _xlsx(frame: pd.DataFrame, metadata: dict[str, Any]) -> bytes:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(frame) >= _SHEET:
        raise DataError(f"has {len(frame):,} rows, more than a sheet of XLSX holds", remedy="write .parquet or .csv")
    book = Workbook(write_only=True)

    def add(sheet: Any, values: Iterable[Any]) -> None:
        cells = []
        for value in values:
            cell = WriteOnlyCell(sheet)
            if isinstance(value, str):
                # Never a formula: the type of the cell is text, whatever it begins with.
                cell.value, cell.data_type = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value), "s"
            elif not (value is None or value is pd.NA or value != value):
                cell.value = _finite(value.item() if hasattr(value, "item") else value)
            cells.append(cell)
        sheet.append(cells)

    data = book.create_sheet("data")
    data.freeze_panes = "A2"
    add(data, map(str, frame.columns))
    for row in frame.astype("object").itertuples(index=False):
        add(data, row)
    about = book.create_sheet("metadata")
    add(about, ("key", "name", "value"))
    for key, value in metadata.items():
        for name, text in value.items() if isinstance(value, dict) else [("", value)]:
            add(about, (key, name, text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)))
    drawn = io.BytesIO()
    book.save(drawn)
    return undated(drawn.getvalue())


def undated(archive: bytes, first: str = "[Content_Types].xml") -> bytes:
    """A file of an office program with the same bytes each time: its parts in order, without the clock's dates.

    Programs that write such files date the document and each part of the archive.
    """
    import zipfile

    dates = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != first, name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = dates.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return out.getvalue()


def _parquet(frame: pd.DataFrame, metadata: dict[str, Any]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pandas(frame, preserve_index=False)
    kept = table.schema.metadata or {}
    table = table.replace_schema_metadata({**kept, b"exposure": json.dumps(metadata, ensure_ascii=False).encode()})
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()
