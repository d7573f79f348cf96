"""Rows of a draft: dictionaries of texts by the columns of draft.csv, and how their numbers relate."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures import fields
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.rounding_interval import Ends, meet

if TYPE_CHECKING:
    from ..figures.quantities import Quantity


#: The columns of a draft.
NAMES = tuple(field.name for field in fields.DRAFT)


def read_figure(figure: str, lang: str) -> dict[str, str]:
    """The value and interval of a number, if it can be read as one."""
    try:
        read = quantity(figure, lang or None)
    except DataError:
        return {}
    return {name: cell_text(getattr(read, name)) for name in ("value", "low", "high")} | {"qualifier": read.qualifier}


def accepted_figure(row: dict[str, str], source: str, lang: str) -> dict[str, str]:
    """The row of ``figures.csv`` that an accepted row becomes."""
    figure = {name: row[name] for name in ("place", "measure", "figure", "locator")} | {
        "source": source,
        "asset": "",
        "note": "",
    }
    if row["lang"] and row["lang"] != lang:
        figure["lang"] = row["lang"]
    read = quantity(row["figure"], row["lang"] or None)
    if is_overridden(row, read):
        figure |= {name: row[name] for name in ("value", "low", "high")} | {"note": "the table's header gives the unit"}
    return figure


def is_overridden(row: dict[str, str], read: Quantity) -> bool:
    """Whether the row's value differs from its figure alone: a header counts in thousands, or in percent."""
    return bool(row["value"]) and abs(float(row["value"]) - read.value) > 1e-9 * max(abs(read.value), 1e-9)


def row_key(row: dict[str, str]) -> tuple[str, ...]:
    """What a row of a draft and a row of ``figures.csv`` have in common if they are one figure."""
    return tuple(row.get(name, "") for name in ("source", "place", "measure", "figure", "locator"))


def csv_text(rows: list[dict[str, str]]) -> str:
    """The rows as the text of ``draft.csv``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def cell_text(value: object) -> str:
    """A number or word as the text of a cell; empty where it is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 and (value != round(value) or abs(value) < 1) else f"{value:.0f}"
    return str(value)


def place_key(row: dict[str, str]) -> str:
    """The same text for every spelling of a place."""
    try:
        found = locate(row["place"], row["lang"] or None)
    except DataError:
        return row["place"].casefold()
    return found.iso3 or found.code or found.name


def may_agree(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two rows may print one number; they may where an interval is missing."""
    try:
        ends = [Ends(float(row["low"]), float(row["high"])) for row in (one, other)]
    except ValueError:
        return True
    return meet(*ends)
