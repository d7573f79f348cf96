"""What an aggregate export is, whatever tool made it: counts by place; anything about single hosts is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..errors import DataError, IdentifierError
from ..identifiers import find_identifiers, refuse_identifiers

#: Where to get the aggregate, by format.
INSTEAD = {
    "censys": "Export the aggregate instead: the report (or the API's aggregate) of your query by location.country.",
    "shodan": "Export the aggregate instead: 'shodan stats --facets country --limit 300 QUERY', or the API's "
    "host/count with facets=country:300.",
    "shadowserver": "Export the aggregate instead: the dashboard's statistics, grouped by country, for one day.",
    "fofa": "Export the aggregate instead: the API's search/stats with fields=country.",
    "zoomeye": "Export the aggregate instead: the search with facets=country.",
    "binaryedge": "Export the aggregate instead: the API's search/stats with type=countries.",
    "quake": "Export the aggregate instead: the aggregation of the query by country.",
    "table": "Count by country first (a pivot table does), and export that table.",
    "frictionless": "Count by country first, and package that table.",
}
#: What each tool counts, where nobody says otherwise.
COUNTED = {"censys": "hosts", "shodan": "services", "shadowserver": "hosts"}
COUNTED |= dict.fromkeys(("fofa", "zoomeye", "binaryedge", "quake"), "services")
MAKERS = {"censys": "Censys", "shodan": "Shodan", "shadowserver": "The Shadowserver Foundation"}
MAKERS |= {"fofa": "FOFA", "zoomeye": "ZoomEye", "binaryedge": "BinaryEdge", "quake": "Quake"}
FORMATS = tuple(INSTEAD)

PLACES = (
    "country",
    "geo",
    "place",
    "country code",
    "country name",
    "location country",
    "location country code",
    "host location country",
    "iso3",
    "iso2",
    "iso",
    "key",
    "value",
)
_COUNTS = ("count", "unique ips", "ips", "hosts", "doc count", "services", "servers", "total", "results", "number")
DAYS = ("date", "day", "timestamp")
#: Keys under which the tools describe one host.
_HOST_KEYS = {"ip", "ip_str", "ipv4", "ipv6", "host_identifier", "hostnames", "hits", "banner", "domains"}
NOBODY = {"", "-", "unknown", "n/a", "na", "none", "null", "other", "others", "zz"}
_WHOLE = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Count:
    """One number of an export: what stands in ``figures.csv`` but for its source."""

    place: str
    figure: str
    locator: str
    measure: str = ""
    low: str = ""
    high: str = ""
    note: str = ""


@dataclass
class Export:
    """What an export says: its counts, what it says about itself, and what was left out of it and why."""

    counts: list[Count] = field(default_factory=list)
    query: str = ""
    day: str = ""
    left_out: list[str] = field(default_factory=list)
    exact: bool = True
    survey: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)


def refuse_cells(cells: list[str], name: str, form: str) -> None:
    """Refuse cells that hold anything identifying."""
    found = find_identifiers(pd.DataFrame({"cell": pd.array([*cells, ""], dtype="str")}))
    if len(found):
        raise host_level(name, form, found["rule"].iloc[0])


def host_level(name: str, form: str, rule: str = "") -> IdentifierError:
    """The refusal of an export of single hosts, with the way to get the aggregate."""
    why = f"holds what looks like a {rule}" if rule else "lists single hosts, not counts"
    return IdentifierError(
        f"{why}", remedy=f"nothing of it was kept. {INSTEAD[form]}", file=name, rule=rule or "host-level export"
    )


def has_hosts(told: object) -> bool:
    """Whether JSON describes single hosts, however deep."""
    if isinstance(told, dict):
        return any(key in _HOST_KEYS and value not in ([], {}, None, "") for key, value in told.items()) or any(
            map(has_hosts, told.values())
        )
    return isinstance(told, list) and any(map(has_hosts, told))


def cut_at(export: Export, listed: int, most: int | None = None) -> None:
    """Say that a list holds only its first places: as many as were asked for, or fewer than the total requires."""
    left = re.match(r"(\d+) of them", export.counts[-1].note) if export.counts else None
    if (most is not None and listed >= most) or (left and int(left[1])):
        export.left_out.append(
            f"the list is cut: it holds the first {listed} places only, and a place that is not in it is not at zero"
        )


def counts_by_header(rows: list[list[str]], name: str, form: str, ignored: tuple[str, ...] = ()) -> Export:
    """Counts of a table with a column of places and one of counts, found by their names."""
    refuse_columns(rows[0], name, form)
    header = [word_of(cell) for cell in rows[0]]
    place = next((header.index(word) for word in PLACES if word in header), None)
    count = next((header.index(word) for word in _COUNTS if word in header), None)
    if place is None or count is None:
        raise DataError(
            "needs a column of countries and one of counts",
            remedy=f"its header has {len(header)} others. {INSTEAD[form]}",
            file=name,
            line=1,
        )
    body = [row for row in rows[1:] if any(row)]
    if short := next((row for row in body if len(row) <= max(place, count)), None):
        raise DataError(
            "has fewer cells than the header", remedy="export it again", file=name, line=rows.index(short) + 1
        )
    return counts_of([(row[place], row[count]) for row in body], None, None, "table by country", name)


def refuse_columns(header: list[str], name: str, form: str) -> None:
    """Refuse a table whose header names what identifies a host or person."""
    try:
        refuse_identifiers(pd.DataFrame(columns=header or [""]))
    except IdentifierError as error:
        raise host_level(name, form) from error
    if {word_of(cell) for cell in header} & {"ip str", "hostnames", "ip address", "host identifier", "asn"}:
        raise host_level(name, form)


def counts_of(
    pairs: Iterable[tuple[object, object]], total: object, rest: object, where: str, name: str, deviation: int = 0
) -> Export:
    """Places and counts as an export; with a total, what the listed places leave of it is said in its note."""
    counts, listed = [], 0
    for place, number in pairs:
        value = whole_of(number, name)
        listed += value
        low, high = (str(max(value - deviation, 0)), str(value + deviation)) if deviation else ("", "")
        note = f"the engine allows for a deviation of {deviation}" if deviation else ""
        counts.append(
            Count("" if place is None else str(place).strip(), str(value), where, low=low, high=high, note=note)
        )
    if total is not None and counts:
        whole = whole_of(total, name)
        left = whole_of(rest, name) if rest is not None else max(whole - listed, 0)
        counts.append(
            Count(
                "World",
                str(whole),
                f"{where}, total",
                note=f"{left} of them are in no place that the export lists" if left else "",
            )
        )
    return Export(counts)


def word_of(cell: str) -> str:
    """The words of a header, in small letters."""
    return re.sub(r"[\W_]+", " ", cell).strip().lower()


def whole_of(number: object, name: str) -> int:
    """A count as a whole number."""
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    if isinstance(number, str) and _WHOLE.fullmatch(number.strip()):
        return int(re.sub(r"[, ]", "", number))
    raise DataError("holds a count that is not a whole number", remedy="export it again", file=name)
