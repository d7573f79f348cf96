"""Counts by country as scan engines and monitors export them, as a survey's folder.

Counts only. The host-level forms of the same tools (search results, banners, reports of single addresses) are
recognised and
refused whole, with the way to get the aggregate instead. What an export does not say (who asked, on which day, what
makes a server
count) is left for a person: the survey is a draft.

Forms read: Censys Search 2 (``/v2/hosts/aggregate``), the Censys Platform's aggregate and the older report of version
1; Shodan's
``/shodan/host/count`` with facets, the text and the CSV file of ``shodan stats``; a table of one day from
Shadowserver's dashboard;
any CSV or XLSX table with a mapping in TOML; Frictionless data packages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

import pandas as pd

from ..datafolder import growing, read_toml
from ..errors import DataError, IdentifierError, UnknownPlaceError
from ..figures import fields
from ..figures.measures import kinds
from ..figures.places import locate
from ..identifiers import find_identifiers, identifying, refuse_identifiers
from .files import csv_rows, is_archive, json_of, rows_of, text_of, unpacked
from .skeleton import new_survey

#: Where the aggregate is to be had, by format.
_INSTEAD = {
    "censys": "Export the aggregate instead: the report (or the API's aggregate) of your query by location.country.",
    "shodan": "Export the aggregate instead: 'shodan stats --facets country --limit 300 QUERY', or the API's host/count with facets=country:300.",
    "shadowserver": "Export the aggregate instead: the dashboard's general statistics, grouped by country, for one day.",
    "table": "Count by country first (a pivot table does), and export that table.",
    "frictionless": "Count by country first, and package that table.",
}
#: What each tool counts, where nobody says otherwise.
_COUNTED = {"censys": "hosts", "shodan": "services", "shadowserver": "hosts"}
_MAKERS = {"censys": "Censys", "shodan": "Shodan", "shadowserver": "The Shadowserver Foundation"}
FORMATS = tuple(_INSTEAD)

_PLACES = (
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
_DAYS = ("date", "day", "timestamp")
#: Keys under which the tools describe one host.
_HOST_KEYS = {"ip", "ip_str", "ipv4", "ipv6", "host_identifier", "hostnames", "hits", "banner", "domains"}
_NOBODY = {"", "-", "unknown", "n/a", "na", "none", "null", "other", "others", "zz"}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WHOLE = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAPPING = {"sheet", "header", "place", "figures", "places", "leave_out", "survey", "source", "resource"}


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
    """What an export says: its counts, what it tells of itself, and what of it was left out and why."""

    counts: list[Count] = field(default_factory=list)
    query: str = ""
    day: str = ""
    left_out: list[str] = field(default_factory=list)
    exact: bool = True
    survey: dict = field(default_factory=dict)
    source: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """The files written, and what a person should know of what was left out."""

    files: list[Path]
    left_out: list[str]


def import_export(
    path: Path | str,
    form: str,
    survey: str,
    *,
    measure: str | None = None,
    mapping: Path | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """A survey's folder from an aggregate export.

    Parameters
    ----------
    path
        The export.
    form
        ``censys``, ``shodan``, ``shadowserver``, ``table`` (CSV or XLSX, with a mapping) or ``frictionless`` (a
        ``datapackage.json``, its
        folder, or a ZIP archive of it).
    survey
        The id of the survey to be made.
    measure
        What was counted. Default: ``hosts`` (Censys, Shadowserver), ``services`` (Shodan), or what the mapping or the
        columns say.
    mapping
        A TOML file that says what the columns of a table mean; see ``docs/import.md``.
    progress
        Called with how many steps are done, and how many there are.

    Returns
    -------
    Imported
        The files of the survey, a draft unless the mapping calls it published.

    Raises
    ------
    IdentifierError
        If the export tells of single hosts or holds anything identifying. Nothing is written, and no value is repeated.
    DataError
        If the file is not such an export, is damaged or out of bounds, or the survey is there already. Nothing is
        written.
    """
    path = Path(path)
    if form not in FORMATS:
        raise DataError(f"there is no format {form!r}; choose one of {', '.join(FORMATS)}.", form=form)
    with growing() as folder:
        if measure is not None and measure not in kinds():
            near = " or ".join(get_close_matches(measure, kinds(), n=3))
            raise DataError(
                f"there is no measure {measure!r}; "
                f"{f'did you mean {near}?' if near else 'define it in measures.toml first.'}",
                measure=measure,
            )
        step = progress or (lambda done, total: None)
        step(0, 3)
        export = _READERS[form](path, _mapping(Path(mapping)) if mapping is not None else {})
        step(1, 3)
        _refuse(export, path.name, form)
        counts = _of_places(export, path.name)
        step(2, 3)
        counted = [measure or count.measure or _COUNTED.get(form, "") for count in counts]
        if not all(counted):
            raise DataError("does not say what was counted; name it with --measure, or in the mapping.", file=path.name)
        meta, rows = _filled_in(export, survey, form, list(zip(counts, counted, strict=True)))
        return Imported(
            new_survey(survey, folder, meta=meta, units={what: what for what in counted}, rows=rows), export.left_out
        )


def _filled_in(
    export: Export, survey: str, form: str, counts: list[tuple[Count, str]]
) -> tuple[dict, dict[str, list[dict]]]:
    """What of the survey's files an export fills in."""
    maker = _MAKERS.get(form, "")
    title = f"Counts by country: {export.query}" if export.query else "Counts by country"
    meta = {
        "title": title,
        "primary": [survey],
        "scan_from": export.day,
        "scan_to": export.day,
        "encoding": f"Imported from an aggregate export ({form}).",
        "engine": maker,
        "status": "draft",
        **export.survey,
    }
    source = {
        "source": survey,
        "tier": "primary",
        "published": export.day,
        "seen": "full",
        "lang": "en",
        "publisher": maker,
        "title": title,
        **export.source,
    }
    figures = [
        {
            "source": survey,
            "place": count.place,
            "measure": what,
            "figure": count.figure,
            "locator": count.locator,
            "note": count.note,
            "low": count.low,
            "high": count.high,
            "exact": "yes" if export.exact else "",
        }
        for count, what in counts
    ]
    return meta, {"sources.csv": [source], "figures.csv": figures}


# What is refused -------------------------------------------------------------------------------


def _refuse(export: Export, name: str, form: str) -> None:
    """Refuse an export whose places, query or notes hold anything identifying."""
    _refuse_cells(
        [export.query, *(text for count in export.counts for text in (count.place, count.figure, count.note))],
        name,
        form,
    )
    for part in (export.survey, export.source):
        told = {key: text for key, text in part.items() if isinstance(text, str)}
        _refuse_cells([text for key, text in told.items() if key != "url"], name, form)
        if (address := told.get("url")) and (rule := identifying(address, address_allowed=True)):
            raise _host_level(name, form, rule)


def _refuse_cells(cells: list[str], name: str, form: str) -> None:
    found = find_identifiers(pd.DataFrame({"cell": pd.array([*cells, ""], dtype="str")}))
    if len(found):
        raise _host_level(name, form, found["rule"].iloc[0])


def _host_level(name: str, form: str, rule: str = "") -> IdentifierError:
    why = f"holds what looks like a {rule}" if rule else "lists single hosts, not counts"
    return IdentifierError(
        f"{why}; nothing of it was kept. {_INSTEAD[form]}", file=name, rule=rule or "host-level export"
    )


def _has_hosts(told: object) -> bool:
    """Whether JSON describes single hosts, however deep."""
    if isinstance(told, dict):
        return any(key in _HOST_KEYS and value not in ([], {}, None, "") for key, value in told.items()) or any(
            map(_has_hosts, told.values())
        )
    return isinstance(told, list) and any(map(_has_hosts, told))


def _of_places(export: Export, name: str) -> list[Count]:
    """The counts, but for those of no place; refused if most of them are of no country at all."""
    if not export.counts:
        raise DataError("holds no counts by country; export the table by country.", file=name)
    named, nobody, unknown = [], [], 0
    for count in export.counts:
        if count.place.strip().lower() in _NOBODY:
            nobody.append(count)
            continue
        named.append(count)
        try:
            locate(count.place)
        except UnknownPlaceError:
            unknown += 1
    if not named or unknown * 2 > len(named):
        raise DataError(
            f"{unknown} of its {len(named)} keys are no countries; export the counts by country, or name the "
            "column of places in a mapping.",
            file=name,
        )
    if nobody:
        export.left_out.append(
            f"{len(nobody)} count(s) of no country ({', '.join(count.figure for count in nobody)}) were left out"
        )
    places = [(count.place, count.measure) for count in named]
    if doubled := sorted({place for place, measure in places if places.count((place, measure)) > 1}):
        raise DataError(
            f"counts a place twice ({', '.join(doubled[:3])}); export one question and one day at a time.", file=name
        )
    return named


# The formats -----------------------------------------------------------------------------------


def _censys(path: Path, rules: dict) -> Export:
    name, text = path.name, text_of(path)
    if text.lstrip()[0] not in "{[":
        return _counts_by_header(csv_rows(text, name), name, "censys")
    told = json_of(text, name)
    if _has_hosts(told):
        raise _host_level(name, "censys")
    if not isinstance(told, dict):
        raise DataError(f"is no aggregate of Censys. {_INSTEAD['censys']}", file=name)
    result = told.get("result", told)
    result = result if isinstance(result, dict) else {}
    old = told.get("metadata") if isinstance(told.get("metadata"), dict) else {}
    buckets = result.get("buckets") or told.get("results")
    asked = str(result.get("field") or "")
    if asked and not re.search(r"country(_code)?$", asked):
        raise DataError(f"counts by {asked}, not by country. {_INSTEAD['censys']}", file=name)
    if not isinstance(buckets, list) or not all(isinstance(bucket, dict) for bucket in buckets):
        raise DataError(f"is no aggregate of Censys: it has no buckets. {_INSTEAD['censys']}", file=name)
    deviation = _whole(result.get("potential_deviation", old.get("error_bound", 0)), name)
    total = result.get("total", result.get("total_count", old.get("count")))
    rest = result.get("total_omitted", result.get("other_count", old.get("other_result_count")))
    pairs = [(bucket.get("key"), bucket.get("count", bucket.get("doc_count"))) for bucket in buckets]
    export = _counts(pairs, total, rest, f"aggregate by {asked or 'country'}", name, deviation)
    export.query = str(result.get("query") or old.get("query") or "")
    return export


def _shodan(path: Path, rules: dict) -> Export:
    name, text = path.name, _ANSI.sub("", text_of(path))
    if text.lstrip()[0] not in "{[":
        return _shodan_csv(text, name) if re.match(r"\s*\"?Query\b", text) else _shodan_text(text, name)
    told = json_of(text, name)
    if _has_hosts(told) or isinstance(told, list):
        raise _host_level(name, "shodan")
    if not isinstance(told, dict):
        raise DataError(f"is no answer of Shodan. {_INSTEAD['shodan']}", file=name)
    if told.get("matches"):
        first = told["matches"][0] if isinstance(told["matches"], list) else None
        if isinstance(first, dict) and set(first) <= {"month", "count"}:
            raise DataError(
                "is a history by month, not a count of one time; export host/count with facets=country:300.", file=name
            )
        raise _host_level(name, "shodan")
    facets = told.get("facets")
    if not isinstance(facets, dict) or not isinstance(facets.get("country"), list):
        raise DataError(f"has no facet 'country'. {_INSTEAD['shodan']}", file=name)
    pairs = [(entry.get("value"), entry.get("count")) for entry in facets["country"] if isinstance(entry, dict)]
    export = _counts(pairs, told.get("total"), None, "facet country", name)
    return _left_out(export, facets)


def _shodan_text(text: str, name: str) -> Export:
    facets: dict[str, list[tuple[str, str]]] = {}
    entries: list[tuple[str, str]] | None = None
    for line in text.splitlines():
        if header := re.match(r"Top \d+ Results for Facet: (\S+)", line):
            entries = facets.setdefault(header.group(1), [])
        elif (entry := re.match(r"(.*?)\s+([\d,]+)$", line)) and entries is not None:
            entries.append((entry.group(1).strip(), entry.group(2)))
        elif line.strip():
            _refuse_columns(line.split(","), name, "shodan")
            if identifying(line):
                raise _host_level(name, "shodan")
            raise DataError(f"is not what 'shodan stats' prints. {_INSTEAD['shodan']}", file=name)
    if "country" not in facets:
        raise DataError(f"has no facet 'country'. {_INSTEAD['shodan']}", file=name)
    return _left_out(_counts(facets["country"], None, None, "facet country", name), facets)


def _shodan_csv(text: str, name: str) -> Export:
    rows = csv_rows(text, name)
    header = next((number for number, row in enumerate(rows) if "country" in row), None)
    if header is None:
        raise DataError(f"has no facet 'country'. {_INSTEAD['shodan']}", file=name)
    at = rows[header].index("country")
    pairs = [(row[at], row[at + 1]) for row in rows[header + 1 :] if len(row) > at + 1 and row[at]]
    export = _counts(pairs, None, None, "facet country", name)
    export.query = rows[0][1] if len(rows[0]) > 1 else ""
    return _left_out(export, [facet for facet in rows[header] if facet])


def _left_out(export: Export, facets: Iterable[str]) -> Export:
    if others := sorted(set(facets) - {"country"}):
        export.left_out.append(f"facets that do not count by country were left out: {', '.join(others)}")
    return export


def _shadowserver(path: Path, rules: dict) -> Export:
    rows = rows_of(path)
    header = [_word(cell) for cell in rows[0]]
    day = next((number for number, word in enumerate(header) if word in _DAYS), None)
    if day is None:
        return _counts_by_header(rows, path.name, "shadowserver")
    _refuse_columns(rows[0], path.name, "shadowserver")
    rows = [row + [""] * (len(header) - len(row)) for row in rows if any(row)]
    days = sorted({row[day][:10] for row in rows[1:]})
    if len(days) > 1:
        raise DataError(
            f"holds {len(days)} days; a survey is of one. Export the table of a single day.", file=path.name
        )
    if any(word in _PLACES for word in header):
        export = _counts_by_header(rows, path.name, "shadowserver", ignored=_DAYS)
    else:  # a column for each country
        pairs = (
            [(place, rows[1][number]) for number, place in enumerate(rows[0]) if number != day]
            if len(rows) == 2
            else []
        )
        export = _counts(pairs, None, None, "table by country", path.name)
    export.day = days[0] if days and _DAY.fullmatch(days[0]) else ""
    return export


def _counts_by_header(rows: list[list[str]], name: str, form: str, ignored: tuple[str, ...] = ()) -> Export:
    """Counts of a table with a column of places and one of counts, found by their names."""
    _refuse_columns(rows[0], name, form)
    header = [_word(cell) for cell in rows[0]]
    place = next((header.index(word) for word in _PLACES if word in header), None)
    count = next((header.index(word) for word in _COUNTS if word in header), None)
    if place is None or count is None:
        raise DataError(
            f"needs a column of countries and one of counts; its header has {len(header)} others. {_INSTEAD[form]}",
            file=name,
            line=1,
        )
    body = [row for row in rows[1:] if any(row)]
    if short := next((row for row in body if len(row) <= max(place, count)), None):
        raise DataError("has fewer cells than the header; export it again.", file=name, line=rows.index(short) + 1)
    return _counts([(row[place], row[count]) for row in body], None, None, "table by country", name)


def _refuse_columns(header: list[str], name: str, form: str) -> None:
    try:
        refuse_identifiers(pd.DataFrame(columns=header or [""]))
    except IdentifierError as error:
        raise _host_level(name, form) from error
    if {_word(cell) for cell in header} & {"ip str", "hostnames", "ip address", "host identifier", "asn"}:
        raise _host_level(name, form)


def _counts(
    pairs: Iterable[tuple[object, object]], total: object, rest: object, where: str, name: str, deviation: int = 0
) -> Export:
    """Places and counts as an export; with a total, what the listed places leave of it is said in its note."""
    counts, listed = [], 0
    for place, number in pairs:
        value = _whole(number, name)
        listed += value
        low, high = (str(max(value - deviation, 0)), str(value + deviation)) if deviation else ("", "")
        note = f"the engine allows for a deviation of {deviation}" if deviation else ""
        counts.append(
            Count("" if place is None else str(place).strip(), str(value), where, low=low, high=high, note=note)
        )
    if total is not None and counts:
        whole = _whole(total, name)
        left = _whole(rest, name) if rest is not None else max(whole - listed, 0)
        counts.append(
            Count(
                "World",
                str(whole),
                f"{where}, total",
                note=f"{left} of them are in no place that the export lists" if left else "",
            )
        )
    return Export(counts)


def _table(path: Path, rules: dict) -> Export:
    if not rules:
        raise DataError(
            "needs a mapping that says what its columns mean; write one and name it with --mapping (see "
            "docs/import.md).",
            file=path.name,
        )
    return _mapped(rows_of(path, str(rules.get("sheet", ""))), rules, path.name, "table")


def _mapped(rows: list[list[str]], rules: dict, name: str, form: str) -> Export:
    """A table read by a mapping; figures are taken as printed."""
    first = rules.get("header", 1)
    if not 1 <= first <= len(rows):
        raise DataError(f"has no row {first} for the header; correct 'header' in the mapping.", file=name)
    header = rows[first - 1]
    _refuse_columns(header, name, form)
    body = [row + [""] * (len(header) - len(row)) for row in rows[first:]]
    _refuse_cells([cell for row in rows for cell in row], name, form)
    place = _column(header, rules.get("place"), "place", name)
    renamed, skipped = rules.get("places", {}), {str(one).strip().lower() for one in rules.get("leave_out", [])}
    export = Export(exact=False, survey=dict(rules.get("survey", {})), source=dict(rules.get("source", {})))
    for measure, column in rules["figures"].items():
        at = _column(header, column, f"figures.{measure}", name)
        for number, row in enumerate(body, first + 1):
            where = row[place].strip()
            if row[at] and where and where.lower() not in skipped:
                export.counts.append(
                    Count(str(renamed.get(where, where)), row[at], f"{header[at]}, row {number}", measure=measure)
                )
    return export


def _column(header: list[str], wanted: object, key: str, name: str) -> int:
    if wanted not in header:
        raise DataError(
            f"has no column {wanted!r}; correct '{key}' in the mapping: the header has {', '.join(header)[:200]}.",
            file=name,
        )
    return header.index(wanted)


def _mapping(path: Path) -> dict:
    """A mapping read and looked over."""
    rules = read_toml(path)
    if unknown := sorted(set(rules) - _MAPPING):
        raise DataError(
            f"is not a key of a mapping: {', '.join(unknown)}; choose from {', '.join(sorted(_MAPPING))}.",
            file=path.name,
        )
    figures = rules.get("figures")
    if not isinstance(rules.get("place"), str) or not isinstance(figures, dict) or not figures:
        raise DataError(
            "needs 'place' (the column of places) and [figures] (a measure = its column); add them.", file=path.name
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
            raise DataError(f"'{key}' is not written as expected; see docs/import.md.", file=path.name, column=key)
    columns = {one.name for one in fields.SOURCES}
    if unknown := sorted(set(rules.get("source", {})) - columns):
        raise DataError(
            f"is not a column of sources.csv: {', '.join(unknown)}; choose from {', '.join(sorted(columns))}.",
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
                f"{measure!r} is not a measure of measures.toml; correct the id, or define it there.",
                file=path.name,
                column=f"figures.{measure}",
            )
    return rules


def _told(value: object, key: str, name: str, many: bool) -> str | list[str]:
    """A text of a mapping, or a list of texts where there may be many; a date without quotation marks is one too."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or (many and isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return value
    raise DataError(f"'{key}' is no text; put it between quotation marks.", file=name, column=key)


def _frictionless(path: Path, rules: dict) -> Export:
    text, table = _packaged(path)
    package = json_of(text, "datapackage.json")
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources:
        raise DataError("is no data package: it has no resources.", file=path.name)
    named = {str(one.get("name", "")): one for one in resources if isinstance(one, dict)}
    chosen = rules.get("resource") or next(iter(named))
    if chosen not in named:
        raise DataError(f"has no resource {chosen!r}; choose one of {', '.join(named)} in the mapping.", file=path.name)
    if len(named) > 1 and "resource" not in rules:
        raise DataError(
            f"has {len(named)} resources; name one as 'resource' in a mapping: {', '.join(list(named)[:10])}.",
            file=path.name,
        )
    rows = table(named[chosen])
    rules = rules or _by_schema(rows[0], path.name)
    export = _mapped(rows, rules, path.name, "frictionless")
    told = {"title": package.get("title", ""), "url": package.get("homepage", "")}
    export.source = {**{key: text for key, text in told.items() if isinstance(text, str) and text}, **export.source}
    if told["title"]:
        export.survey = {"title": told["title"], **export.survey}
    return export


def _by_schema(header: list[str], name: str) -> dict:
    """The mapping of a table whose columns are named as we name them: a place, and measures."""
    words = {_word(cell): cell for cell in reversed(header)}
    place = next((words[word] for word in _PLACES if word in words), None)
    figures = {cell: cell for cell in header if cell in kinds()}
    if place is None or not figures:
        raise DataError(
            "does not name its columns as measures; say in a mapping which column is the place and which counts what.",
            file=name,
        )
    return {"place": place, "figures": figures}


def _packaged(path: Path) -> tuple[str, Callable[[dict], list[list[str]]]]:
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


def _rows(resource: dict, read: Callable[[str], list[list[str]]], name: str) -> list[list[str]]:
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
        raise DataError("has a resource without one file or rows; give a package with one table.", file=name)
    parts = PurePosixPath(inside)
    if "://" in inside or parts.is_absolute() or ".." in parts.parts or "\\" in inside:
        raise DataError("names a file outside of the package; put it beside datapackage.json.", file=name)
    return read(inside)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("holds a table that is not UTF-8 text; save it as UTF-8.", file=name) from None


def _word(cell: str) -> str:
    return re.sub(r"[\W_]+", " ", cell).strip().lower()


def _whole(number: object, name: str) -> int:
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    if isinstance(number, str) and _WHOLE.fullmatch(number.strip()):
        return int(re.sub(r"[, ]", "", number))
    raise DataError("holds a count that is no whole number; export it again.", file=name)


_READERS: dict[str, Callable[[Path, dict], Export]] = {
    "censys": _censys,
    "shodan": _shodan,
    "shadowserver": _shadowserver,
    "table": _table,
    "frictionless": _frictionless,
}
