"""Counts in a table of your own, read by a mapping, and in Frictionless data packages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..datafolder import read_toml
from ..errors import DataError
from ..figures import fields
from ..figures.measures import kinds
from .exports import PLACES, Count, Export, refuse_cells, refuse_columns, word_of
from .files import csv_rows, is_archive, json_of, rows_of, text_of, unpacked
from .heads import named_by
from .lexicon import words

if TYPE_CHECKING:
    from .mentions import Mention

#: A column that names whom a row is about.
_BODY = re.compile(
    r"\b(?:entity|organi[sz]ation|company|hospital|provider|institution|clinic|krankenhaus|empresa|entidad)( name)?$"
    r"|^name of"
)
_MAPPING = {"sheet", "header", "place", "figures", "places", "leave_out", "survey", "source", "resource"}


def table(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of a CSV or XLSX table, by a mapping."""
    if not rules:
        raise DataError(
            "needs a mapping that says what its columns mean",
            remedy="write one and name it with --mapping (see docs/import.md)",
            file=path.name,
        )
    return _mapped(rows_of(path, str(rules.get("sheet", ""))), rules, path.name, "table")


def _mapped(rows: list[list[str]], rules: dict[str, Any], name: str, form: str) -> Export:
    """A table read by a mapping; figures are taken as printed."""
    first = rules.get("header", 1)
    if not 1 <= first <= len(rows):
        raise DataError(f"has no row {first} for the header", remedy="correct 'header' in the mapping", file=name)
    header = rows[first - 1]
    refuse_columns(header, name, form)
    body = [row + [""] * (len(header) - len(row)) for row in rows[first:]]
    refuse_cells([cell for row in rows for cell in row], name, form)
    place = _column(header, rules.get("place"), "place", name)
    _refuse_bodies(header, place, body, name)
    states = named_by(header[place], [row[place].strip() for row in body], words("en"))
    renamed, skipped = rules.get("places", {}), {str(one).strip().lower() for one in rules.get("leave_out", [])}
    export = Export(exact=False, survey=dict(rules.get("survey", {})), source=dict(rules.get("source", {})))
    for measure, column in rules["figures"].items():
        at = _column(header, column, f"figures.{measure}", name)
        for number, row in enumerate(body, first + 1):
            where = row[place].strip()
            if row[at] and where and where.lower() not in skipped:
                export.counts.append(
                    Count(_renamed(where, renamed, states), row[at], f"{header[at]}, row {number}", measure=measure)
                )
    return export


def _renamed(where: str, renamed: dict[str, Any], states: dict[str, Mention]) -> str:
    """The name of a place: as the mapping has it, or that of the state whose postal code it is."""
    return str(renamed[where]) if where in renamed else states[where].name if where in states else where


def _refuse_bodies(header: list[str], place: int, body: list[list[str]], name: str) -> None:
    """Refuse a table that names an organisation in each row: their places are not counts by place."""
    for at, cell in enumerate(header):
        named = [row[at] for row in body if row[at]]
        if at != place and _BODY.search(word_of(cell)) and len(set(named)) > len(named) / 2 and len(named) > 1:
            raise DataError(
                f"names an organisation in each row (column '{cell}')",
                remedy="these are not counts by place. Count them by place first "
                "(a pivot table does), without the names",
                file=name,
                column=cell,
            )


def _column(header: list[str], wanted: object, key: str, name: str) -> int:
    if wanted not in header:
        raise DataError(
            f"has no column {wanted!r}",
            remedy=f"correct '{key}' in the mapping: the header has {', '.join(header)[:200]}",
            file=name,
        )
    return header.index(wanted)


def read_mapping(path: Path) -> dict[str, Any]:
    """A mapping read and looked over."""
    rules = read_toml(path)
    if unknown := sorted(set(rules) - _MAPPING):
        raise DataError(
            f"is not a key of a mapping: {', '.join(unknown)}",
            remedy=f"choose from {', '.join(sorted(_MAPPING))}",
            file=path.name,
        )
    figures = rules.get("figures")
    if not isinstance(rules.get("place"), str) or not isinstance(figures, dict) or not figures:
        raise DataError(
            "needs 'place' (the column of places) and [figures] (a measure = its column)",
            remedy="add them",
            file=path.name,
        )
    for key, kind in (
        ("sheet", str),
        ("header", int),
        ("leave_out", list),
        ("places", dict),
        ("survey", dict),
        ("source", dict),
        ("resource", str),
    ):
        if not isinstance(rules.get(key, kind()), kind):
            raise DataError(
                f"'{key}' is not written as expected", remedy="see docs/import.md", file=path.name, column=key
            )
    columns = {one.name for one in fields.SOURCES}
    if unknown := sorted(set(rules.get("source", {})) - columns):
        raise DataError(
            f"is not a column of sources.csv: {', '.join(unknown)}",
            remedy=f"choose from {', '.join(sorted(columns))}",
            file=path.name,
            column="source",
        )
    for part in ("places", "survey", "source"):
        rules[part] = {
            key: _told(value, f"{part}.{key}", path.name, many=part == "survey")
            for key, value in rules.get(part, {}).items()
        }
    for measure in figures:
        if measure not in kinds():
            raise DataError(
                f"{measure!r} is not a measure of measures.toml",
                remedy="correct the id, or define it there",
                file=path.name,
                column=f"figures.{measure}",
            )
    return rules


def _told(value: object, key: str, name: str, many: bool) -> str | list[str]:
    """A text of a mapping, or a list of texts where there may be many; a bare date is one too."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or (many and isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return value
    raise DataError(f"'{key}' is not text", remedy="put it between quotation marks", file=name, column=key)


def frictionless(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of a table in a data package."""
    text, table = _packaged(path)
    package = json_of(text, "datapackage.json")
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources:
        raise DataError("is not a data package: it has no resources.", file=path.name)
    named = {str(one.get("name", "")): one for one in resources if isinstance(one, dict)}
    chosen = rules.get("resource") or next(iter(named))
    if chosen not in named:
        raise DataError(
            f"has no resource {chosen!r}", remedy=f"choose one of {', '.join(named)} in the mapping", file=path.name
        )
    if len(named) > 1 and "resource" not in rules:
        raise DataError(
            f"has {len(named)} resources",
            remedy=f"name one as 'resource' in a mapping: {', '.join(list(named)[:10])}",
            file=path.name,
        )
    rows = table(named[chosen])
    rules = rules or _by_schema(rows[0], path.name)
    export = _mapped(rows, rules, path.name, "frictionless")
    assert isinstance(package, dict)
    told = {"title": package.get("title", ""), "url": package.get("homepage", "")}
    export.source = {**{key: text for key, text in told.items() if isinstance(text, str) and text}, **export.source}
    if told["title"]:
        export.survey = {"title": told["title"], **export.survey}
    return export


def _by_schema(header: list[str], name: str) -> dict[str, Any]:
    """The mapping of a table whose columns are named as we name them: a place, and measures."""
    named = {word_of(cell): cell for cell in reversed(header)}
    place = next((named[word] for word in PLACES if word in named), None)
    figures = {cell: cell for cell in header if cell in kinds()}
    if place is None or not figures:
        raise DataError(
            "does not name its columns as measures",
            remedy="say in a mapping which column is the place and which counts what",
            file=name,
        )
    return {"place": place, "figures": figures}


def _packaged(path: Path) -> tuple[str, Callable[[dict[str, Any]], list[list[str]]]]:
    """The descriptor of a package, and a function that gives the rows of one of its resources."""
    if path.is_dir():
        path = path / "datapackage.json"
    if path.exists() and is_archive(path):
        parts = unpacked(path)
        found = next((part for part in parts if PurePosixPath(part).name == "datapackage.json"), None)
        if found is None:
            raise DataError("is an archive without a datapackage.json.", file=path.name)
        text = _decoded(parts[found], path.name)
        base = PurePosixPath(found).parent

        def part(inside: str) -> list[list[str]]:
            if str(base / inside) not in parts:
                raise DataError(f"has no file {inside!r}, which its datapackage.json names.", file=path.name)
            return csv_rows(_decoded(parts[str(base / inside)], path.name), path.name)

        return text, lambda resource: _rows(resource, part, path.name)
    return text_of(path), lambda resource: _rows(resource, lambda inside: rows_of(path.parent / inside), path.name)


def _rows(resource: dict[str, Any], read: Callable[[str], list[list[str]]], name: str) -> list[list[str]]:
    """The rows of a resource: its data in the descriptor, or the file that it names beside the descriptor."""
    data = resource.get("data")
    if isinstance(data, list) and data:
        if all(isinstance(row, dict) for row in data):
            header = list(dict.fromkeys(key for row in data for key in row))
            data = [header, *([row.get(key, "") for key in header] for row in data)]
        if all(isinstance(row, list) for row in data):
            return [["" if cell is None else str(cell) for cell in row] for row in data]
    inside = resource.get("path")
    inside = inside[0] if isinstance(inside, list) and len(inside) == 1 else inside
    if not isinstance(inside, str) or not inside:
        raise DataError("has a resource without one file or rows", remedy="give a package with one table", file=name)
    parts = PurePosixPath(inside)
    if "://" in inside or parts.is_absolute() or ".." in parts.parts or "\\" in inside:
        raise DataError("names a file outside of the package", remedy="put it beside datapackage.json", file=name)
    return read(inside)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("holds a table that is not UTF-8 text", remedy="save it as UTF-8", file=name) from None
