"""Counts by country as scan engines and monitors export them, a function for each tool."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..identifiers import identifying
from .exports import (
    DAY,
    DAYS,
    INSTEAD,
    PLACES,
    Export,
    counts_by_header,
    counts_of,
    cut_at,
    has_hosts,
    host_level,
    refuse_columns,
    whole_of,
    word_of,
)
from .files import csv_rows, json_of, rows_of, text_of

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def censys(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of an export from Censys."""
    name, text = path.name, text_of(path)
    if text.lstrip()[0] not in "{[":
        return counts_by_header(csv_rows(text, name), name, "censys")
    told = json_of(text, name)
    if has_hosts(told):
        raise host_level(name, "censys")
    if not isinstance(told, dict):
        raise DataError(f"is not an aggregate from Censys. {INSTEAD['censys']}", file=name)
    result = told.get("result", told)
    result = result if isinstance(result, dict) else {}
    metadata = told.get("metadata")
    old = metadata if isinstance(metadata, dict) else {}
    buckets = result.get("buckets") or told.get("results")
    asked = str(result.get("field") or "")
    if asked and not re.search(r"country(_code)?$", asked):
        raise DataError(f"counts by {asked}, not by country. {INSTEAD['censys']}", file=name)
    if not isinstance(buckets, list) or not all(isinstance(bucket, dict) for bucket in buckets):
        raise DataError(f"is not an aggregate from Censys: it has no buckets. {INSTEAD['censys']}", file=name)
    deviation = whole_of(result.get("potential_deviation", old.get("error_bound", 0)), name)
    total = result.get("total", result.get("total_count", old.get("count")))
    rest = result.get("total_omitted", result.get("other_count", old.get("other_result_count")))
    pairs = [(bucket.get("key"), bucket.get("count", bucket.get("doc_count"))) for bucket in buckets]
    export = counts_of(pairs, total, rest, f"aggregate by {asked or 'country'}", name, deviation)
    export.query = str(result.get("query") or old.get("query") or "")
    return export


def shodan(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of an export from Shodan."""
    name, text = path.name, _ANSI.sub("", text_of(path))
    if text.lstrip()[0] not in "{[":
        return _shodan_csv(text, name) if re.match(r"\s*\"?Query\b", text) else _shodan_text(text, name)
    told = json_of(text, name)
    if has_hosts(told) or isinstance(told, list):
        raise host_level(name, "shodan")
    if not isinstance(told, dict):
        raise DataError(f"is not an answer from Shodan. {INSTEAD['shodan']}", file=name)
    if told.get("matches"):
        first = told["matches"][0] if isinstance(told["matches"], list) else None
        if isinstance(first, dict) and set(first) <= {"month", "count"}:
            raise DataError(
                "is a history by month, not a count of one time",
                remedy="export host/count with facets=country:300",
                file=name,
            )
        raise host_level(name, "shodan")
    facets = told.get("facets")
    if not isinstance(facets, dict) or not isinstance(facets.get("country"), list):
        raise DataError(f"has no facet 'country'. {INSTEAD['shodan']}", file=name)
    pairs = [(entry.get("value"), entry.get("count")) for entry in facets["country"] if isinstance(entry, dict)]
    if not any(value is not None for value, _ in pairs):
        raise DataError(
            "is not an answer from Shodan: its facet has no 'value'",
            remedy="it looks like ZoomEye's (--format zoomeye)",
            file=name,
        )
    export = counts_of(pairs, told.get("total"), None, "facet country", name)
    cut_at(export, len(pairs))
    return _left_out(export, facets)


def _shodan_text(text: str, name: str) -> Export:
    facets: dict[str, list[tuple[str, str]]] = {}
    asked: dict[str, int] = {}
    entries: list[tuple[str, str]] | None = None
    for line in text.splitlines():
        if header := re.match(r"Top (\d+) Results for Facet: (\S+)", line):
            entries = facets.setdefault(header[2], [])
            asked[header[2]] = int(header[1])
        elif (entry := re.match(r"(.*?)\s+([\d,]+)$", line)) and entries is not None:
            entries.append((entry.group(1).strip(), entry.group(2)))
        elif line.strip():
            refuse_columns(line.split(","), name, "shodan")
            if identifying(line):
                raise host_level(name, "shodan")
            raise DataError(f"is not what 'shodan stats' prints. {INSTEAD['shodan']}", file=name)
    if "country" not in facets:
        raise DataError(f"has no facet 'country'. {INSTEAD['shodan']}", file=name)
    export = counts_of(facets["country"], None, None, "facet country", name)
    cut_at(export, len(facets["country"]), asked["country"])
    return _left_out(export, facets)


def _shodan_csv(text: str, name: str) -> Export:
    rows = csv_rows(text, name)
    header = next((number for number, row in enumerate(rows) if "country" in row), None)
    if header is None:
        raise DataError(f"has no facet 'country'. {INSTEAD['shodan']}", file=name)
    at = rows[header].index("country")
    pairs = [(row[at], row[at + 1]) for row in rows[header + 1 :] if len(row) > at + 1 and row[at]]
    export = counts_of(pairs, None, None, "facet country", name)
    export.query = rows[0][1] if len(rows[0]) > 1 else ""
    return _left_out(export, [facet for facet in rows[header] if facet])


def _left_out(export: Export, facets: Iterable[str]) -> Export:
    if others := sorted(set(facets) - {"country"}):
        export.left_out.append(f"facets that do not count by country were left out: {', '.join(others)}")
    return export


def shadowserver(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of an export from Shadowserver."""
    rows = rows_of(path)
    header = [word_of(cell) for cell in rows[0]]
    day = next((number for number, word in enumerate(header) if word in DAYS), None)
    if day is None:
        return counts_by_header(rows, path.name, "shadowserver")
    refuse_columns(rows[0], path.name, "shadowserver")
    rows = [row + [""] * (len(header) - len(row)) for row in rows if any(row)]
    days = sorted({row[day][:10] for row in rows[1:]})
    if len(days) > 1:
        raise DataError(
            f"holds {len(days)} days", remedy="a survey is of one. Export the table of a single day", file=path.name
        )
    if any(word in PLACES for word in header):
        export = counts_by_header(rows, path.name, "shadowserver", ignored=DAYS)
    else:  # a column for each country
        pairs = (
            [(place, rows[1][number]) for number, place in enumerate(rows[0]) if number != day]
            if len(rows) == 2
            else []
        )
        export = counts_of(pairs, None, None, "table by country", path.name)
    export.day = days[0] if days and DAY.fullmatch(days[0]) else ""
    return export


def fofa(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of FOFA's statistics: ``aggs.countries``, each with ``name`` and ``count``."""
    told = _object(path, "fofa")
    aggs = told.get("aggs")
    export = _by_name(aggs.get("countries") if isinstance(aggs, dict) else None, told.get("size"), "fofa", path.name)
    return _left_out(export, set(aggs if isinstance(aggs, dict) else ()) - {"countries"} | {"country"})


def zoomeye(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of ZoomEye's facets: ``facets.country``, each with ``name`` and ``count``."""
    told = _object(path, "zoomeye")
    facets = told.get("facets")
    export = _by_name(
        facets.get("country") if isinstance(facets, dict) else None, told.get("total"), "zoomeye", path.name
    )
    return _left_out(export, facets if isinstance(facets, dict) else ())


def binaryedge(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of BinaryEdge's statistics: a list of ``key`` and ``doc_count``."""
    told = json_of(text_of(path), path.name)
    if has_hosts(told):
        raise host_level(path.name, "binaryedge")
    return _by_name(told, None, "binaryedge", path.name)


def quake(path: Path, rules: dict[str, Any]) -> Export:
    """The counts of Quake's aggregation: ``data.country``, each with ``key`` and ``doc_count``."""
    told = _object(path, "quake")
    data = told.get("data")
    fields = ("country", "country_en", "country_cn", "country_code")
    found = next((data[one] for one in fields if one in data), None) if isinstance(data, dict) else None
    return _by_name(found, None, "quake", path.name)


def _object(path: Path, form: str) -> dict[str, Any]:
    """The JSON object of an answer, unless it tells of single hosts; numbers of distinct values are not hosts."""
    told = json_of(text_of(path), path.name)
    bare = {key: value for key, value in told.items() if key != "distinct"} if isinstance(told, dict) else told
    if has_hosts(bare) or (isinstance(told, dict) and (told.get("matches") or told.get("results"))):
        raise host_level(path.name, form)
    if not isinstance(told, dict):
        raise DataError(f"is not an answer from this tool. {INSTEAD[form]}", file=path.name)
    return told


def _by_name(entries: object, total: object, form: str, name: str) -> Export:
    """Counts of a list of entries that name a place and a count."""
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise DataError(f"has no counts by country. {INSTEAD[form]}", file=name)
    pairs = [
        (one.get("code") or one.get("name") or one.get("key"), one.get("count", one.get("doc_count")))
        for one in entries
    ]
    export = counts_of(pairs, total, None, "counts by country", name)
    cut_at(export, len(pairs))
    return export
