"""Surveys, the publications about them, and how to cite those."""

from __future__ import annotations

import collections
import functools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..datafolder import surveys_present
from ..errors import DataError
from ..identifiers import refuse_identifiers
from ..language.dates import date
from ..language.languages import language
from ..remembering import remembered
from . import fields
from .survey import Survey, read_survey
from .versions_compared import data_version

STYLES = ("text", "short", "bibtex", "csl")

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_METHOD = ("engine", "ports", "exposed", "open", "honeypots", "duplicates", "unit")
_LATEX = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_DOUBLE_STOP = re.compile(r"([?!…])\.(?=\s|$)")


def surveys() -> pd.DataFrame:
    """One row per survey.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``survey``: ``title``, ``surveyor``, ``programme`` (shared by the waves of one
        campaign), ``scan_from`` and ``scan_to``, ``primary`` (the id of the authors' publication,
        the first if there are several), ``no_primary`` (why there is none), ``status``, ``asset``,
        how it was counted (``engine, ports, exposed, open, honeypots, duplicates, unit``),
        ``known_errors`` (text), ``encoded`` and ``encoding``. What is not known is missing.

    Raises
    ------
    DataError
        The first fault of a ``survey.toml`` or ``sources.csv``.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.surveys().loc["greenbone-2019-09", ["scan_from", "scan_to"]].astype(str).tolist()
    ['2019-07', '2019-09']
    """
    rows = {}
    for survey in _surveys():
        meta = survey.meta
        rows[survey.id] = {
            **{key: meta[key] for key in ("title", "surveyor", "programme", "scan_from", "scan_to")},
            "primary": next(iter(meta["primary"]), ""),
            **{key: meta[key] for key in ("no_primary", "status", "asset")},
            **{key: meta["method"].get(key, "") for key in _METHOD},
            "known_errors": " ".join(meta["known_errors"]),
            **{key: meta[key] for key in ("encoded", "encoding")},
        }
    frame = pd.DataFrame.from_dict(rows, orient="index", dtype="str").rename_axis("survey")
    return frame.where(frame != "")


def survey_names(lang: str | None = None) -> dict[str, str]:
    """Surveys as a reader names them: who counted, and when; by its title where that does not tell it from another.

    Examples
    --------
    >>> survey_names("en")["greenbone-2019-09"], survey_names("de")["hhs-ocr"][-11:]
    ('Greenbone Networks (September 2019)', '(2009–2025)')
    """
    known = surveys()[["surveyor", "title", "scan_from", "scan_to"]].fillna("")
    named = {survey: who_and_when(row, language(lang)) for survey, row in known.iterrows()}
    taken = collections.Counter(named.values())
    return {
        str(survey): name if taken[name] == 1 else f"{known.at[survey, 'surveyor']}: {known.at[survey, 'title']}"
        for survey, name in named.items()
    }


def who_and_when(survey: Mapping[str, Any] | pd.Series, lang: str) -> str:
    """Who counted, and when, out of what a survey's file says."""
    first, last = survey["scan_from"][:4], survey["scan_to"][:4]
    when = f"{first}–{last}" if first and first != last else str(date(survey["scan_to"], lang)) if last else ""
    return f"{survey['surveyor']} ({when})" if when else str(survey["surveyor"])


def sources(survey: str | None = None) -> pd.DataFrame:
    """One row per source and survey: a publication about two surveys has a row for each.

    Parameters
    ----------
    survey
        The id of a survey. Default: all.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``source``: ``survey``, ``tier``, ``derived_from``, ``published``, ``seen``,
        ``lang``, ``publisher``, ``title``, ``url``, ``note``. What is not known is missing.

    Raises
    ------
    DataError
        If there is no such survey; the first fault of a ``survey.toml`` or ``sources.csv``.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.sources("greenbone-2019-09").loc["greenbone-2019-09", ["publisher", "published"]].tolist()
    ['Greenbone Networks', '2019-09-16']
    """
    return _listing(tuple(_surveys(survey))).copy()


@remembered(16)
def _listing(read: tuple[Survey, ...]) -> pd.DataFrame:
    """The sources of these surveys; a survey is another object as soon as one of its files changes."""
    rows = [{**row._asdict(), "survey": one.id} for one in read for row in one.source_rows]
    columns = ["survey", *(field.name for field in fields.SOURCES if field.name != "source")]
    frame = pd.DataFrame(rows, columns=["source", *columns], dtype="str").set_index("source")
    return frame.where(frame != "")


def cite(source: str, style: str = "text") -> str:
    """A citation of a source.

    Parameters
    ----------
    source
        Its id.
    style
        ``text`` (a line for a source list), ``short`` (publisher and date, as under a chart),
        ``bibtex`` or ``csl`` (CSL-JSON, as text).

    Returns
    -------
    str
        A source that was read only through others says ``as quoted by`` whom. A title that is not known is left out.

    Raises
    ------
    DataError
        If the source or the style is not known.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.cite("greenbone-2019-09", "short")[:38]
    'Greenbone Networks (16 September 2019)'
    """
    if style not in STYLES:
        raise DataError(
            f"there is no citation style {style!r}", remedy=f"choose one of {', '.join(STYLES)}", style=style
        )
    return _written(_record(source, _known()), style)


def citations(style: str = "text", among: Collection[str] | None = None) -> dict[str, str]:
    """The citation of every source (or of those ``among`` some), by its id: as :func:`cite`, the sources read once."""
    known = _known()
    return {source: _written(_record(source, known), style) for source in known if among is None or source in among}


def refuse_all_but_publications(frame: pd.DataFrame) -> pd.DataFrame:
    """As `refuse_identifiers`, but a column ``url`` may hold addresses of publications in ``sources.csv``."""
    known = "url" in frame and set(frame["url"].dropna()) <= set(sources()["url"].dropna())
    return refuse_identifiers(frame, allow={"url"} if known else ())


def _written(record: dict[str, str], style: str) -> str:
    match style:
        case "text":
            return _text(record)
        case "short":
            dated = f"{record['publisher']} ({_when(record['published'])})"
            return f"{dated}, {record['quoted']}" if record["quoted"] else dated
    # Who cites a publication by our record can tell as of which version of the data it is.
    version = f"exposure-statistics, data {of}" if (of := data_version()) else ""
    noted = record | {"quoted": "; ".join(filter(None, (record["quoted"], version)))}
    return (
        _bibtex(noted) if style == "bibtex" else json.dumps(_csl(noted), ensure_ascii=False, indent=2, sort_keys=True)
    )


def _surveys(survey: str | None = None) -> Iterator[Survey]:
    present = surveys_present()
    if survey is not None and survey not in present:
        raise DataError(f"there is no survey {survey!r}", remedy=f"choose one of {', '.join(present)}", survey=survey)
    for name in present if survey is None else [survey]:
        read = read_survey(name)
        read.meta, read.source_rows  # noqa: B018 - reading them finds their faults
        for fault in read.faults("survey.toml", "sources.csv"):
            raise fault.error()
        yield read


def _known() -> dict[str, list[Any]]:
    """The surveys and rows in which each source stands."""
    known: dict[str, list[Any]] = {}
    for survey in _surveys():
        for row in survey.source_rows:
            known.setdefault(row.source, []).append((survey, row))
    return known


def _record(source: str, known: dict[str, list[Any]]) -> dict[str, str]:
    """A source's row and, if it was read only through others, who quotes it."""
    if source not in known:
        from difflib import get_close_matches

        near = get_close_matches(source, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see sources() for the list."
        raise DataError(f"there is no source {source!r}", remedy=hint, source=source)
    row = known[source][0][1]
    quoted = ""
    if row.seen == "quoted":
        told = " ".join(
            text
            for survey, _ in known[source]
            for one in survey.printed_rows
            if one.source == source
            for text in (one.locator, one.note)
        )
        quoted = f"as quoted by {_listed(_quoting(source, told, [rows[0][1] for rows in known.values()])) or 'others'}"
    return {**row._asdict(), "id": source, "quoted": quoted}


def _quoting(source: str, told: str, rows: list[Any]) -> list[str]:
    """The publishers that quote a source, earliest first: those its locators name, else those that derive from it."""
    others = [row for row in rows if row.source != source and row.seen != "quoted"]
    named = [row for row in others if re.search(rf"(?<![\w-]){re.escape(row.source)}(?![\w-])", told)]
    named = named or [row for row in others if source in row.derived_from.split()]
    return list(dict.fromkeys(row.publisher for row in sorted(named, key=lambda row: row.published or "9999")))


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``, ``A, B and 7 others``."""
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} others"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _when(published: str) -> str:
    """``17 September 2019``, ``September 2019``, ``2019``, ``no date``: as far as it is known."""
    if not published:
        return "no date"
    year, *rest = published.split("-")
    month = _MONTHS[int(rest[0]) - 1] if rest else ""
    day = str(int(rest[1])) if len(rest) > 1 else ""
    return " ".join(filter(None, (day, month, year)))


def _csl(record: dict[str, str]) -> dict[str, Any]:
    """The record as a CSL-JSON item; what is not known is left out."""
    item = {
        "id": record["id"],
        "type": "report" if record["tier"] == "primary" else "webpage",
        "author": [{"literal": record["publisher"]}],
        "title": record["title"],
        "issued": {"date-parts": [[int(part) for part in record["published"].split("-")]]}
        if record["published"]
        else None,
        "URL": record["url"],
        "language": record["lang"],
        "note": record["quoted"],
    }
    return {key: value for key, value in item.items() if value}


def _text(record: dict[str, str]) -> str:
    return _set_in_type(json.dumps(_csl(record)))


@functools.lru_cache(1 << 10)
def _set_in_type(item: str) -> str:
    """A citation as a line of text, of a CSL-JSON item."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    library = CiteProcJSON([told := json.loads(item)])
    bibliography = CitationStylesBibliography(_style(), library, formatter.plain)
    bibliography.register(Citation([CitationItem(told["id"].lower())]))
    return _DOUBLE_STOP.sub(r"\1", str(bibliography.bibliography()[0])).strip()


@functools.cache
def _style() -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(Path(__file__).with_name("citation.csl")), validate=False)


def _bibtex(record: dict[str, str]) -> str:
    def escaped(text: str) -> str:
        return "".join(_LATEX.get(sign, sign) for sign in text)

    date = record["published"].split("-")
    entries = {
        "author": f"{{{escaped(record['publisher'])}}}",
        "title": f"{{{escaped(record['title'])}}}",
        "year": date[0],
        "month": str(int(date[1])) if len(date) > 1 else "",
        "date": record["published"],
        "url": record["url"],
        "langid": record["lang"],
        "note": escaped(record["quoted"]),
    }
    # A technical report must have a title.
    kind = "techreport" if record["tier"] == "primary" and record["title"] else "misc"
    if kind == "techreport":
        entries["institution"] = entries["author"]
    lines = [f"  {name} = {{{value}}}," for name, value in entries.items() if value and value != "{}"]
    return "\n".join([f"@{kind}{{{record['id']},", *lines, "}"])
