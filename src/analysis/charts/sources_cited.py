"""Who published what a chart draws: the line under it, and what its JSON says about sources and definitions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..datafolder import surveys_present
from ..language.catalogue import say
from ..language.dates import date
from ..language.prose import listed
from ..language.typography import curled
from ..series import catalogue
from .wording import known, label

#: How many sources the source line names before it counts the rest; the JSON has them all.
SOURCES_NAMED = 3


def source_line(frame: pd.DataFrame, lang: str) -> str:
    """Who published the figures, shortly; sources known only through others are marked."""
    named: dict[str, None] = {}
    for one in publications(frame):
        named[_dated(one, lang, say("quoted", lang) if one["seen"] == "quoted" else "")] = None
    if not named:
        return ""
    key = "source" if len(named) == 1 else "sources"
    return say(key, lang, sources=listed(named, lang, most=SOURCES_NAMED))


def about(frame: pd.DataFrame, lang: str) -> dict[str, Any]:
    """For the bundle's JSON: sources, definitions of the measures, what the intervals are."""
    from ..figures.measures import measures

    defined = measures()
    named = sorted(known(frame["measure"])) if "measure" in frame else []
    told: dict[str, Any] = {
        "sources": publications(frame),
        "measures": {
            one: {
                "label": label(one, lang),
                "unit": str(defined.at[one, "unit"]),
                "definition": str(defined.at[one, "definition"]),
            }
            for one in named
            if one in defined.index
        },
    }
    if "rate_method" in frame:
        levels = sorted(float(level) for level in frame["level"].dropna().unique()) if "level" in frame else []
        told["intervals"] = {"method": known(frame["rate_method"]), "level": levels}
    elif "low" in frame:
        told["intervals"] = {"method": ["what the printed figure allows"]}
    if "break_reasons" in frame and frame["break_reasons"].ne("").any():
        marked = frame[frame["break_reasons"] != ""].drop_duplicates("survey")
        told["breaks"] = [
            {"from": one, "to": other, "reasons": why}
            for one, other, why in marked[["break_after", "survey", "break_reasons"]].itertuples(index=False)
        ]
    if "statistic" in frame:
        told["statistic"] = {
            column: ", ".join(map(str, frame[column].dropna().unique()))
            for column in ("statistic", "method", "level", "limits")
            if column in frame
        } | {key: frame.attrs[key] for key in ("seed", "warnings") if key in frame.attrs}
    return told


def publications(frame: pd.DataFrame) -> list[dict[str, str]]:
    """What is known about the publications of the rows: the authors' first, then by their share of the rows."""
    from ..figures.sources import sources

    # A statistic's result may no longer have one row per figure: it names what it was made from. A row of several
    # figures names the sources of each.
    named = frame["source"] if "source" in frame else pd.Series(frame.attrs.get("sources", []), dtype="str")
    used = named.dropna().astype("str").str.split("; ").explode().value_counts()
    if used.empty:
        return []
    surveys = known(frame["survey"]) if "survey" in frame else []
    present = set(surveys_present())
    # Few surveys are read alone, so that a page depends on no other.
    tables = [sources(survey) for survey in surveys if survey in present] if len(surveys) <= 3 else []
    table = pd.concat(tables).fillna("") if tables else pd.DataFrame()
    if not set(used.index) <= set(table.index):
        table = sources().fillna("")
    if not set(used.index) <= set(table.index):
        table = pd.concat([table, catalogue.sources()]).fillna("")
    table = table[~table.index.duplicated()].to_dict("index")
    told = [
        {
            "id": one,
            **{
                key: table.get(one, {"publisher": one}).get(key, "")
                for key in ("publisher", "title", "published", "url", "seen", "tier")
            },
        }
        for one in used.index
    ]
    return sorted(told, key=lambda one: (one["tier"] != "primary", -used[one["id"]], one["id"]))


def _dated(publication: dict[str, str], lang: str, remark: str = "") -> str:
    told = [date(publication["published"], lang) if publication["published"] else "", remark]
    return curled(publication["publisher"]) + (f" ({', '.join(filter(None, told))})" if any(told) else "")


def publishers(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    """Source -> publisher and date, as under a chart."""
    return {one["id"]: _dated(one, lang) for one in publications(frame)}
