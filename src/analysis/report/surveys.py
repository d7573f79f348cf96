"""What the pages made from the data show, as JSON, and the explorer as a page; run in a kernel of the build."""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..charts.explorer import explorer, has_countries, without_figures
from ..charts.sources_cited import publishers
from ..figures.claim_book import say
from ..figures.claim_verdicts import check_claims
from ..figures.conflicts import conflicts
from ..figures.measures import measures
from ..figures.panel import panel
from ..figures.places import shown
from ..figures.sources import citations, sources, survey_names, surveys
from ..figures.survey import read_survey
from ..figures.unpublished import unpublished
from ..figures.versions_compared import data_version
from ..language.catalogue import catalogue
from ..language.dates import period
from ..language.intervals import interval
from ..language.languages import language
from ..language.numbers import number, percent
from ..remembering import remembered
from .corrected import corrected
from .front import front
from .table_for_outsiders import claim_anchors, write_dataset

_SOURCE = ("tier", "derived_from", "published", "seen", "lang", "publisher", "title", "url", "note")
_FIGURE = ("source", "place", "iso3", "country", "measure", "asset", "figure", "qualifier", "locator", "note")
_CLAIM = (
    "source",
    "place",
    "measure",
    "relation",
    "figure",
    "claim",
    "verdict",
    "verdict_now",
    "explanation",
    "suggestion",
    "primary_source",
    "primary_figure",
    "locator",
)


def write_sources() -> None:
    """Write ``sources.json``, every survey with its sources, into the folder of the bundles, ``EXPOSURE_BUNDLES``."""
    told, names = _told(), survey_names(language())
    listed = [{**_heading(survey, names), "sources": told.get(survey, [])} for survey in surveys().index]
    _save(Path(os.environ["EXPOSURE_BUNDLES"]) / "sources.json", {"version": data_version(), "surveys": listed})


def write_explorer() -> None:
    """Write ``explorer.html``, each of its figures leading to its row on a survey's page.

    Where no figure of a country is published, or a release withholds them all, the page says so.
    """
    figures = panel()
    page = (
        explorer(figures, row_address="surveys/{survey}.html#row-{line}")
        if has_countries(figures)
        else without_figures()
    )
    page.save(Path(os.environ["EXPOSURE_BUNDLES"]) / "explorer.html")


def write_claims() -> None:
    """Write ``claims.json``: every claim of every account with its verdict and its permanent name."""
    labels, known = measures()[f"label_{language()}"].to_dict(), _first_of_each_source()
    checked = check_claims(lang=language())
    listed = [
        {
            "id": anchor,
            **{name: _text(row[name]) for name in ("verdict", "survey", "source", "place", "figure")},
            "claim": _claimed(_text(row["claim"])),
            "publisher": known[row["source"]]["publisher"],
            "lang": known[row["source"]]["lang"],
            "country": shown(row["place"], language(), known[row["source"]]["lang"]),
            "label": labels.get(row["measure"], ""),
            "why": " ".join(filter(None, (_text(row["explanation"]), _offered(_text(row["suggestion"]))))),
        }
        for anchor, row in zip(claim_anchors(checked), checked.to_dict("records"), strict=True)
    ]
    _save(Path(os.environ["EXPOSURE_BUNDLES"]) / "claims.json", {"claims": listed})


def _offered(stated: str) -> str:
    return say("suggestion", "offered", language(), stated=stated) if stated else ""


def write_corrections() -> None:
    """Write ``corrections.json``: every published correction, the newest first, in words instead of names."""
    _save(Path(os.environ["EXPOSURE_BUNDLES"]) / "corrections.json", {"corrections": corrected()})


def write_front() -> None:
    """Write ``front.json``: the headline, the picture and the main points of the first page."""
    _save(Path(os.environ["EXPOSURE_BUNDLES"]) / "front.json", front())


def write_data() -> None:
    """Write ``data/``: the whole panel as one table, and what describes it."""
    write_dataset(Path(os.environ["EXPOSURE_BUNDLES"]) / "data")


def _first_of_each_source() -> dict[str, dict[str, str]]:
    every = sources()
    return every[~every.index.duplicated()].fillna("").to_dict("index")


@remembered()
def _publishers(lang: str) -> dict[str, str]:
    return publishers(sources().reset_index()[["source"]], lang)


def _published_by(source: str) -> str:
    """Who published a source, and when; the id itself where nobody is known."""
    return _publishers(language()).get(source, source)


def write(kept: Iterable[str] = ()) -> None:
    """Write ``surveys/<id>.json`` for every survey that is not among those ``kept``.

    A survey's file is made from its own figures and claims and those of ``related`` surveys, and from
    the ``survey.toml`` and ``sources.csv`` of all.
    """
    every, publications, told = surveys(), sources().reset_index(), _told()
    related = {survey: _related(survey, every, publications) for survey in every.index if survey not in set(kept)}
    if not related:
        return
    # A claim of change looks at the wave before, so that the related surveys are read too.
    read = sorted({other for others in related.values() for other in others})
    figures, claims = panel(surveys=read), check_claims(surveys=read, lang=language())
    printed, names, known = _printed(figures), survey_names(language()), _first_of_each_source()
    tables = [
        _by_survey(table) for table in (figures, conflicts(figures, lang=language()), unpublished(figures), claims)
    ]
    for survey, others in related.items():
        rows = [table.get(survey, []) for table in tables]
        content = {
            **_heading(survey, names),
            "related": others,
            **_method(survey),
            **_tables(survey, printed, known, *rows),
            "sources": told.get(survey, []),
        }
        _save(Path(os.environ["EXPOSURE_BUNDLES"]) / "surveys" / f"{survey}.json", content)


def _told() -> dict[str, list[dict[str, Any]]]:
    """The sources of each survey, with their citations."""
    cited = citations()
    every = _by_survey(sources().reset_index())
    return {survey: [_source(row, cited[row["source"]]) for row in rows] for survey, rows in every.items()}


def _by_survey(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        found.setdefault(row["survey"], []).append(row)
    return found


def _save(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(_in_lines(content), encoding="utf-8", newline="\n")


def _in_lines(content: dict[str, Any]) -> str:
    """Content as short JSON, each row of a table on a line of its own, so that two can be compared."""
    as_json = functools.partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    parts = []
    for name, value in content.items():
        told = "[\n" + ",\n".join(map(as_json, value)) + "\n]" if value and isinstance(value, list) else as_json(value)
        parts.append(f"{as_json(name)}:{told}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _related(survey: str, every: pd.DataFrame, publications: pd.DataFrame) -> list[str]:
    """The surveys of the same programme, and those of which the same publications tell."""
    waves = every.index[every["programme"] == every.loc[survey, "programme"]]
    own = publications.loc[publications["survey"] == survey, "source"]
    sharing = publications.loc[publications["source"].isin(own), "survey"]
    return sorted({survey, *waves, *sharing})


def _heading(survey: str, names: dict[str, str]) -> dict[str, Any]:
    meta = read_survey(survey).meta
    named = {name: meta[name] for name in ("title", "surveyor", "programme", "status")}
    return {"id": survey, "name": names[survey], **named, "window": period(meta["scan_from"], meta["scan_to"])}


def _source(row: dict[str, Any], citation: str) -> dict[str, Any]:
    told = {name: _text(row[name]) for name in _SOURCE}
    return {"id": row["source"], **told, "based_on": _published_by(told["derived_from"]), "citation": citation}


def _method(survey: str) -> dict[str, Any]:
    meta = read_survey(survey).meta
    return {
        **{name: meta[name] for name in ("asset", "encoded", "encoding", "no_primary", "primary", "known_errors")},
        "method": {name: text for name, text in meta["method"].items() if isinstance(text, str)},
    }


def _printed(figures: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Source and printed figure -> the rows that print it."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in figures[["survey", "source", "figure", "locator", "line", "place", "measure"]].to_dict("records"):
        found.setdefault((row["source"], row["figure"]), []).append(row)
    return found


def _link(
    survey: str, printed: dict[Any, list[dict[str, Any]]], source: object, figure: object, **told: object
) -> dict[str, Any]:
    """A printed figure with the address of its row as a survey's page sees it; none if several rows may be meant."""
    rows = printed.get((source, figure), [])
    for name, value in {"survey": survey, **told}.items():
        rows = [row for row in rows if row[name] == value] or rows
    link = {"source": _text(source), "figure": _text(figure), "text": _text(figure), "address": "", "locator": ""}
    link["publication"] = _published_by(link["source"])
    if len(rows) == 1:
        page = "" if rows[0]["survey"] == survey else f"{rows[0]['survey']}.html"
        link |= {"address": f"{page}#row-{int(rows[0]['line'])}", "locator": _text(rows[0]["locator"])}
    return link


def _tables(
    survey: str,
    printed: dict[tuple[str, str], list[dict[str, Any]]],
    known: dict[str, dict[str, str]],
    figures: list[dict[str, Any]],
    clashes: list[dict[str, Any]],
    rest: list[dict[str, Any]],
    claims: list[dict[str, Any]],
) -> dict[str, Any]:
    dictionary = measures()
    labels, kinds = dictionary[f"label_{language()}"].to_dict(), dictionary["kind"].to_dict()
    link = functools.partial(_link, survey, printed)
    return {
        "figures": [_figure(row, labels, kinds[row["measure"]]) for row in figures],
        "conflicts": [
            {
                "place": shown(row["place"], language()),
                "label": labels[row["measure"]],
                **{end: _side_of_conflict(row, end, link) for end in ("a", "b")},
                "cause": _text(row["cause"]),
            }
            for row in clashes
        ],
        "unpublished": [{"label": labels[row["measure"]], **_rest_of_world(row, figures, link)} for row in rest],
        "claims": [
            {name: _text(row[name]) for name in _CLAIM}
            | {
                "claim": _claimed(_text(row["claim"])),
                "country": shown(row["place"], language(), known[row["source"]]["lang"]),
                "publication": _published_by(row["source"]),
                "label": labels.get(row["measure"], ""),
                "own": link(row["source"], row["figure"], locator=row["locator"], place=row["place"]),
                "primary": link(row["primary_source"], row["primary_figure"], place=row["place"]),
            }
            for row in claims
        ],
    }


def _claimed(claim: str) -> str:
    """What an account claims in the reader's language, where it is one of those that come with the package."""
    return str(catalogue("claimed").get(claim, {}).get(language(), claim))


def _figure(row: dict[str, Any], labels: dict[str, str], kind: str) -> dict[str, Any]:
    """A printed figure, with its value and interval as numbers and as they are written."""
    return {
        "line": int(row["line"]),
        **{name: _text(row[name]) for name in _FIGURE},
        "label": labels[row["measure"]],
        "meant": labels.get(row["meant"], ""),
        "publication": _published_by(row["source"]),
        **{name: _number(row[name]) for name in ("value", "low", "high")},
        "value_text": _written(row["value"], kind),
        "interval_text": _span(row["low"], row["high"], kind),
    }


def _side_of_conflict(row: dict[str, Any], end: str, link: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """One of the two figures that contradict each other, ``a`` or ``b``."""
    told = {"locator": row[f"locator_{end}"], "place": row["place"], "measure": row["measure"]}
    return link(row[f"source_{end}"], row[f"figure_{end}"], **told)


def _rest_of_world(
    row: dict[str, Any], figures: list[dict[str, Any]], link: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """What of the world's total is published by place, and what is not."""
    total = [f for f in figures if f["iso3"] == "WLD" and f["measure"] == row["measure"] and f["value"] == row["total"]]
    told = {name: total[0][name] if total else "" for name in ("source", "figure", "locator")}
    return {
        "total": _written(row["total"]),
        "printed": link(**told) | {"text": _written(row["total"])},
        "published": _written(row["published"]),
        "places": int(row["places"]),
        "rest": _span(row["rest_low"], row["rest_high"]),
    }


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _number(value: float) -> float | int | None:
    value = float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _written(value: float, kind: str = "count") -> str:
    if not math.isfinite(value):
        return ""
    if kind != "share":
        return number(value, digits=7)
    # As many decimals as the number has: an interval of 52.81 % must not shrink to 52.8 %.
    return percent(
        value, decimals=next((digits for digits in range(4) if abs(round(100 * value, digits) - 100 * value) < 1e-9), 4)
    )


def _span(low: float, high: float, kind: str = "count") -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if low == high or kind == "share":
        return "–".join(dict.fromkeys(_written(end, kind) for end in (low, high)))
    return interval(low, high, digits=7)
