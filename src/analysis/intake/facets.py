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
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..datafolder import growing
from ..errors import DataError, UnknownPlaceError
from ..figures.measures import kinds
from ..figures.places import locate
from ..identifiers import identifying
from .engines import binaryedge, censys, fofa, quake, shadowserver, shodan, zoomeye
from .exports import COUNTED, FORMATS, MAKERS, NOBODY, Count, Export, host_level, refuse_cells
from .mapped import frictionless, read_mapping, table
from .skeleton import new_survey


@dataclass(frozen=True)
class Imported:
    """The files written, and what a person should know about what was left out."""

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
        raise DataError(f"there is no format {form!r}", remedy=f"choose one of {', '.join(FORMATS)}", form=form)
    with growing() as folder:
        if measure is not None and measure not in kinds():
            near = " or ".join(get_close_matches(measure, kinds(), n=3))
            raise DataError(
                f"there is no measure {measure!r}",
                remedy=f"{f'did you mean {near}?' if near else 'define it in measures.toml first.'}",
                measure=measure,
            )
        step = progress or (lambda done, total: None)
        step(0, 3)
        export = _READERS[form](path, read_mapping(Path(mapping)) if mapping is not None else {})
        step(1, 3)
        _refuse(export, path.name, form)
        counts = _of_places(export, path.name)
        step(2, 3)
        counted = [measure or count.measure or COUNTED.get(form, "") for count in counts]
        if not all(counted):
            raise DataError(
                "does not say what was counted", remedy="name it with --measure, or in the mapping", file=path.name
            )
        meta, rows = _filled_in(export, survey, form, list(zip(counts, counted, strict=True)))
        return Imported(
            new_survey(survey, folder, meta=meta, units={what: what for what in counted}, rows=rows), export.left_out
        )


def _filled_in(
    export: Export, survey: str, form: str, counts: list[tuple[Count, str]]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What of the survey's files an export fills in."""
    maker = MAKERS.get(form, "")
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
    refuse_cells(
        [export.query, *(text for count in export.counts for text in (count.place, count.figure, count.note))],
        name,
        form,
    )
    for part in (export.survey, export.source):
        told = {key: text for key, text in part.items() if isinstance(text, str)}
        refuse_cells([text for key, text in told.items() if key != "url"], name, form)
        if (address := told.get("url")) and (rule := identifying(address, address_allowed=True)):
            raise host_level(name, form, rule)


def _of_places(export: Export, name: str) -> list[Count]:
    """The counts, but for those of no place; refused if most of them are of no country at all."""
    if not export.counts:
        raise DataError("holds no counts by country", remedy="export the table by country", file=name)
    named, nobody, unknown = [], [], 0
    # Among codes of two letters NA is Namibia; among names it is nobody.
    others = [count.place for count in export.counts if count.place not in ("", "NA", "World")]
    by_code = bool(others) and all(re.fullmatch(r"[A-Z]{2}", place) for place in others)
    for count in export.counts:
        if count.place.strip().lower() in NOBODY and not (count.place == "NA" and by_code):
            nobody.append(count)
            continue
        named.append(count)
        try:
            locate(count.place)
        except UnknownPlaceError:
            unknown += 1
    if not named or unknown * 2 > len(named):
        raise DataError(
            f"{unknown} of its {len(named)} keys are not countries",
            remedy="export the counts by country, or name the column of places in a mapping",
            file=name,
        )
    if nobody:
        export.left_out.append(
            f"{len(nobody)} count(s) without a country ({', '.join(count.figure for count in nobody)}) were left out"
        )
    places = [(count.place, count.measure) for count in named]
    if doubled := sorted({place for place, measure in places if places.count((place, measure)) > 1}):
        raise DataError(
            f"counts a place twice ({', '.join(doubled[:3])})",
            remedy="export one question and one day at a time",
            file=name,
        )
    return named


_READERS: dict[str, Callable[[Path, dict[str, Any]], Export]] = {
    "censys": censys,
    "shodan": shodan,
    "shadowserver": shadowserver,
    "fofa": fofa,
    "zoomeye": zoomeye,
    "binaryedge": binaryedge,
    "quake": quake,
    "table": table,
    "frictionless": frictionless,
}
