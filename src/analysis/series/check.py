"""Validation of a data folder: its surveys, and its series with every fault, its place and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..datafolder import data_folder, read_rows, read_text, read_toml, relative, surveys_present
from ..errors import DataError, ExposureError
from ..figures import cell_faults, fields, reference_tables
from ..figures import check as surveys
from ..figures.faults import Finding, toml_line, without_identifiers
from .catalogue import faults_of, series_folder, series_in, series_present
from .package import descriptor_path, descriptor_text
from .query import coverage
from .row_faults import row_fault
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(path: Path | str | None = None) -> pd.DataFrame:
    """Validate a data folder with its surveys and series, or one survey, or one series.

    Parameters
    ----------
    path
        A data folder, or the folder or id of a survey or a series. Default: the data in use.

    Returns
    -------
    pandas.DataFrame
        As :func:`analysis.figures.check.check`.
    """
    for folder in () if path is None else (Path(path), data_folder() / "series" / str(path)):
        if (folder / "series.toml").exists():
            return surveys.table_of(list(_series(folder)))
    found = surveys.check(path)
    with surveys.using(path) as one:
        # A data folder without series of its own uses those shipped, which are checked where they are made.
        if one is None and (data_folder() / "series").is_dir():
            stale = reference_tables.stale_descriptor(
                descriptor_path(), descriptor_text, "does not describe the series as they are now"
            )
            more = surveys.table_of(
                [
                    *(finding for name in series_in(series_folder()) for finding in _series(series_folder() / name)),
                    *_shared(),
                    *stale,
                ]
            )
            found = pd.concat([found, more], ignore_index=True)
    return found


def _series(folder: Path) -> Iterator[Finding]:
    path = folder / "series.toml"
    try:
        meta, text = read_toml(path), read_text(path)
    except ExposureError as error:
        yield Finding.of(error)
        return
    faults = faults_of(meta)
    for key, fault, remedy in faults:
        yield Finding("error", relative(path), _line(text, key), key, "", fault, f"{remedy}.")
    if faults:
        return
    if meta["status"] == "draft":
        yield Finding(
            "note",
            relative(path),
            toml_line(text, "status"),
            "status",
            "draft",
            "nobody has said yet what this series is",
            'describe it, and write status = "published".',
        )
    elif "<" in text:
        line = text[: text.index("<")].count("\n") + 1
        yield Finding(
            "error",
            relative(path),
            line,
            "",
            "",
            "a text of the skeleton is still there",
            "write what the series is, or make it a draft again.",
        )
    yield from _counts(folder / "counts.csv", meta) if (folder / "counts.csv").exists() else _stored(folder, meta)


def _stored(folder: Path, meta: dict[str, Any]) -> Iterator[Finding]:
    """A store: every byte of every file, what an interrupted import left behind, and what is not defined."""
    try:
        store = Store(folder)
    except ExposureError as error:
        yield Finding.of(error)
        return
    imported = f"the store holds {len(store.imports)} import(s), {store.rows:,} rows"
    for left in store.left_over():
        yield Finding(
            "note",
            relative(left),
            0,
            "",
            "",
            f"was left behind by an interrupted import: {imported}, as before it",
            "nothing reads it; the next import removes it.",
        )
    damaged = {file.path: fault for file, fault in store.damage()}
    for path, fault in damaged.items():
        yield Finding(
            "error",
            relative(path),
            0,
            "",
            "",
            fault.rstrip("."),
            "restore it from a copy; the other files stay readable.",
        )
    sources = {entry["id"] for entry in meta["source"]}
    for source in sorted({file.source for file in store.listed} - sources):
        yield Finding(
            "error",
            relative(folder / "series.toml"),
            0,
            "source",
            source,
            "is in the store, but not described here",
            "add a [[source]].",
        )
    if store.listed and not damaged:
        for measure in sorted(set(coverage(folder)["measure"]) - set(meta["measure"])):
            yield Finding(
                "error",
                relative(folder / "series.toml"),
                0,
                "measure",
                measure,
                "is in the store, but not defined here",
                "add a [measure.NAME].",
            )


def _line(text: str, key: str) -> int:
    """The line on which a key, or the table of a measure, begins."""
    opened = text.find(f"[{key}]")
    return text.count("\n", 0, opened) + 1 if opened >= 0 else toml_line(text, key)


def _counts(path: Path, meta: dict[str, Any]) -> Iterator[Finding]:
    file = relative(path)
    faults: list[DataError] = []
    try:
        rows = read_rows(path, fields.required(fields.COUNTS), fields.optional(fields.COUNTS), faults)
    except ExposureError as error:
        yield Finding.of(error)
        return
    yield from map(Finding.of, faults)
    found = list(_cells(file, rows, fields.COUNTS))
    yield from found
    wrong = {one.line for one in found}
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if row.line in wrong:
            continue
        yield from _against_grain(file, row, meta["grain"])
        yield from _not_described(file, row, meta)
        key = (row.day, row.place, row.measure, row.source, row.vintage)
        if (other := first.setdefault(key, row.line)) != row.line:
            fault = f"stands on line {other} too: same place, measure and source"
            yield Finding("error", file, row.line, "day", row.day, fault, "remove one of the two.")


def _cells(file: str, rows: list[Any], columns: tuple[fields.Field, ...]) -> Iterator[Finding]:
    """What stands in cells of a table that must not."""
    kept, identifying = without_identifiers(file, rows, {"url"})
    yield from identifying
    yield from cell_faults.cell_findings([(file, kept)], columns)


def _against_grain(file: str, row: Any, grain: str) -> Iterator[Finding]:
    """What is wrong within a row of counts: a day that no period of the series begins with, a count below zero."""
    cells = {
        name: value
        for name, value in zip(row._fields, row, strict=True)
        if name != "line" and not (name == "vintage" and not value)
    }
    if fault := row_fault(cells, grain):
        yield Finding.of(fault.at(file=file, line=row.line), getattr(row, fault.column or "day"))


def _not_described(file: str, row: Any, meta: dict[str, Any]) -> Iterator[Finding]:
    """What a row of counts names that ``series.toml`` does not describe."""
    told = []
    if row.measure not in meta["measure"]:
        told.append(("measure", "is not defined in series.toml", "add a [measure.NAME], or correct the name."))
    if row.source not in {entry["id"] for entry in meta["source"]}:
        told.append(("source", "is not described in series.toml", "add a [[source]], or correct the id."))
    if not row.vintage and not meta.get("vintage"):
        remedy = 'fill the column, or write vintage = "DAY" in series.toml.'
        told.append(("vintage", "nothing says when this number was known", remedy))
    for column, fault, remedy in told:
        yield Finding("error", file, row.line, column, getattr(row, column), fault, remedy)


def _shared() -> Iterator[Finding]:
    for name, columns in (("breaks.csv", fields.BREAKS), ("events.csv", fields.EVENTS)):
        path = series_folder() / name
        if not path.exists():
            continue
        try:
            rows = read_rows(path, fields.required(columns))
        except ExposureError as error:
            yield Finding.of(error)
            continue
        if name == "events.csv":
            yield from _cells(relative(path), rows, columns)
            continue
        # The source of a break may be an address, as that of an event is.
        told = [row._replace(source="") if row.source.startswith("https://") else row for row in rows]
        yield from _cells(relative(path), told, columns[:-1])
        for row in rows:
            if row.series not in {*series_present(), *surveys_present()}:
                yield Finding(
                    "error",
                    relative(path),
                    row.line,
                    "series",
                    row.series,
                    "is neither a series nor a survey",
                    "correct the id.",
                )
