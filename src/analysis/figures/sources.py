"""Surveys, the publications about them, and how to cite those."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..datafolder import surveys_present
from ..errors import DataError
from . import fields
from .survey import Survey, read_survey

STYLES = ("text", "short", "bibtex", "csl")

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_METHOD = ("engine", "ports", "exposed", "open", "honeypots", "duplicates", "unit")
_LATEX = {"\\": r"\textbackslash{}", **{sign: f"\\{sign}" for sign in "&%$#_{}"}, "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_DOUBLE_STOP = re.compile(r"([.?!…])\.(?=\s|$)")


def surveys() -> pd.DataFrame:
    """One row a survey.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``survey``: ``title``, ``surveyor``, ``programme`` (shared by the waves of one
        campaign), ``scan_from`` and ``scan_to``, ``primary`` (the id of the surveyor's publication,
        the first if there are several), ``no_primary`` (why there is none), ``status``, ``asset``,
        how it was counted (``engine, ports, exposed, open, honeypots, duplicates, unit``),
        ``known_errors`` (text), ``encoded`` and ``encoding``. What is not known is missing.

    Raises
    ------
    DataError
        The first fault of a ``survey.toml`` or ``sources.csv``.
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


def sources(survey: str | None = None) -> pd.DataFrame:
    """One row a source and survey: a publication that tells of two surveys has a row for each.

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
    """
    frames = [one.sources.assign(survey=one.id) for one in _surveys(survey)]
    columns = ["survey", *(field.name for field in fields.SOURCES if field.name != "source")]
    if not frames:
        return pd.DataFrame(columns=columns, dtype="str").rename_axis("source")
    frame = pd.concat(frames, ignore_index=True).set_index("source")[columns].astype("str")
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
        A source that was read only through others says ``as quoted by`` whom.

    Raises
    ------
    DataError
        If the source or the style is not known.
    """
    if style not in STYLES:
        raise DataError(f"there is no citation style {style!r}; choose one of {', '.join(STYLES)}.", style=style)
    return _written(_record(source, sources()), style)


def citations(style: str = "text") -> dict[str, str]:
    """The citation of every source, by its id: as :func:`cite`, but the sources are read once."""
    known = sources()
    return {source: _written(_record(source, known), style) for source in known.index.unique()}


def _written(record: dict[str, str], style: str) -> str:
    match style:
        case "text":
            return _text(record)
        case "short":
            dated = f"{record['publisher']} ({_when(record['published'])})"
            return f"{dated}, {record['quoted']}" if record["quoted"] else dated
        case "bibtex":
            return _bibtex(record)
    return json.dumps(_csl(record), ensure_ascii=False, indent=2, sort_keys=True)


def _surveys(survey: str | None = None) -> Iterator[Survey]:
    present = surveys_present()
    if survey is not None and survey not in present:
        raise DataError(f"there is no survey {survey!r}; choose one of {', '.join(present)}.", survey=survey)
    for name in present if survey is None else [survey]:
        read = read_survey(name)
        read.meta, read.sources  # noqa: B018 - reading them finds their faults
        for fault in read.faults("survey.toml", "sources.csv"):
            raise fault.error()
        yield read


def _record(source: str, known: pd.DataFrame) -> dict[str, str]:
    if source not in known.index:
        from difflib import get_close_matches

        near = get_close_matches(source, known.index.unique(), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see sources() for the list."
        raise DataError(f"there is no source {source!r}; {hint}", source=source)
    record = known.loc[[source]].iloc[0].fillna("").to_dict()
    quoted = _quoting(source, known) if record["seen"] == "quoted" else []
    more = f" and {len(quoted) - 2} others" if len(quoted) > 3 else ""
    listed = quoted[:2] if more else quoted
    named = f"{', '.join(listed)}{more}" if more else " and ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))
    return {
        **record,
        "id": source,
        "title": record["title"] or ("Report" if record["tier"] == "primary" else "Article"),
        "quoted": f"as quoted by {named}" if named else "as quoted by others" if record["seen"] == "quoted" else "",
    }


def _quoting(source: str, known: pd.DataFrame) -> list[str]:
    """Who quotes it: those that its locators name, else those that derive from it; the earliest first."""
    told = " ".join(row for survey in known.loc[[source], "survey"] for row in _locators(survey, source))
    others = known[(known.index != source) & (known["seen"] != "quoted")]
    others = others[~others.index.duplicated()]
    named = others[[bool(re.search(rf"(?<![\w-]){re.escape(other)}(?![\w-])", told)) for other in others.index]]
    if named.empty:
        named = others[[source in str(derived).split() for derived in others["derived_from"]]]
    named = named.sort_values("published", kind="stable", na_position="last")
    return list(dict.fromkeys(named["publisher"].dropna()))


def _locators(survey: str, source: str) -> list[str]:
    rows = pd.DataFrame(read_survey(survey).figures)
    rows = rows[rows["source"] == source]
    return [*rows["locator"].fillna(""), *rows["note"].fillna("")]


def _when(published: str) -> str:
    """``17 September 2019``, ``September 2019``, ``2019``, ``no date``: as far as it is known."""
    if not published:
        return "no date"
    year, *rest = published.split("-")
    month = _MONTHS[int(rest[0]) - 1] if rest else ""
    day = str(int(rest[1])) if len(rest) > 1 else ""
    return " ".join(filter(None, (day, month, year)))


def _csl(record: dict[str, str]) -> dict:
    """The record as a CSL-JSON item; what is not known is left out."""
    item = {
        "id": record["id"],
        "type": "report" if record["tier"] == "primary" else "webpage",
        "author": [{"literal": record["publisher"]}],
        "title": record["title"],
        "issued": {"date-parts": [[int(part) for part in record["published"].split("-")]]} if record["published"] else None,
        "URL": record["url"],
        "language": record["lang"],
        "note": record["quoted"],
    }
    return {key: value for key, value in item.items() if value}


def _text(record: dict[str, str]) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    library = CiteProcJSON([_csl(record)])
    style = CitationStylesStyle(str(Path(__file__).with_name("citation.csl")), validate=False)
    bibliography = CitationStylesBibliography(style, library, formatter.plain)
    bibliography.register(Citation([CitationItem(record["id"].lower())]))
    return _DOUBLE_STOP.sub(r"\1", str(bibliography.bibliography()[0])).strip()


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
    kind = "techreport" if record["tier"] == "primary" else "misc"
    if kind == "techreport":
        entries["institution"] = entries["author"]
    lines = [f"  {name} = {{{value}}}," for name, value in entries.items() if value and value != "{}"]
    return "\n".join([f"@{kind}{{{record['id']},", *lines, "}"])
