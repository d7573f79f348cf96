"""What must not stand in cells of the tables, by the list of columns, cell by cell."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from .faults import Finding

if TYPE_CHECKING:
    from . import fields

_LANGUAGES = {"lang", "quote_lang"}
_DATES = {"published", "scan_from", "scan_to", "day", "vintage", "date"}


def cell_findings(tables: list[tuple[str, list[Any]]], columns: tuple[fields.Field, ...]) -> Iterator[Finding]:
    """What must not stand in cells, by the list of columns, cell by cell.

    Parameters
    ----------
    tables
        The name of each file, and its rows, already without what identifies: :func:`.faults.without_identifiers`.
    columns
        What may stand in them.
    """
    cells = [(file, row) for file, rows in tables for row in rows]
    known = {field.name: field for field in columns}
    for column, check, position in _failures([row for _, row in cells], columns):
        (file, row), field = cells[position], known[column]
        match check:
            case "needed":
                fault = "is empty", field.description
            case "choices":
                fault = f"is not one of {', '.join(field.choices)}", "choose one."
            case _:
                fault = "is not written as expected", f"write it like {field.example or field.pattern}."
        yield Finding("error", file, row.line, column, getattr(row, column), *fault)
    for file, row in cells:
        for column in _LANGUAGES & set(known):
            if (tag := getattr(row, column)) and not _is_language(tag):
                yield Finding(
                    "error",
                    file,
                    row.line,
                    column,
                    tag,
                    "is not a language that CLDR knows",
                    "write its tag, such as en or pt.",
                )
        for column in _DATES & set(known):
            if len(day := getattr(row, column)) == 10 and not _is_day(day):
                yield Finding("error", file, row.line, column, day, "is not a day of the calendar", "correct the date.")


def _failures(rows: list[Any], columns: tuple[fields.Field, ...]) -> Iterator[tuple[str, str, int]]:
    """The cells that a schema refuses: column, kind of check, position of the row."""
    if not rows:
        return
    import pandera.pandas as pa

    def needed(cells: Any) -> Any:
        return cells != ""

    def written(pattern: str) -> Callable[[Any], Any]:
        return lambda cells: (cells == "") | cells.str.match(pattern)

    def chosen(choices: Any) -> Callable[[Any], Any]:
        return lambda cells: (cells == "") | cells.isin(choices)

    schema = {}
    for field in columns:
        checks = []
        if field.needed:
            checks.append(pa.Check(needed, error="needed"))
        if field.choices:
            checks.append(pa.Check(chosen(field.choices), error="choices"))
        elif field.pattern:
            checks.append(pa.Check(written(field.pattern), error="pattern"))
        schema[field.name] = pa.Column(None, checks)
    try:
        pa.DataFrameSchema(schema).validate(pd.DataFrame(rows).astype(dict.fromkeys(schema, "str")), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        yield from zip(cases["column"], cases["check"], cases["index"].astype(int), strict=True)


@functools.cache
def _is_language(tag: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
