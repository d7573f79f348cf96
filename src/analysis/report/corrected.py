"""The published corrections as their page tells them: names and words in place of ids, codes and names of columns."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from ..charts.sources_cited import publishers
from ..figures.corrections import corrections
from ..figures.measures import measures
from ..figures.places import shown
from ..figures.sources import sources, survey_names, surveys
from ..language.catalogue import catalogue, texts_in
from ..language.dates import period
from ..language.languages import language, language_name


def corrected() -> list[dict[str, str]]:
    """Every published correction, the newest first."""
    lang = language()
    titles, assets = surveys()["title"].to_dict(), surveys()["asset"].to_dict()
    labels = measures()[f"label_{lang}"].to_dict()
    known = publishers(sources().reset_index()[["source"]], lang)
    said = _words(lang, labels, survey_names(lang) | known)

    def words(row: dict[str, Any]) -> str:
        """Which row was changed; what its survey counts is not said again."""
        source, *rest = (part for part in row["row"].split("; ") if part and part != assets.get(row["survey"]))
        place = [shown(part, lang) for part in rest[:1]] if len(rest) > 1 else rest[:1]
        named = [labels.get(part) or said["asset"](part) for part in rest[1:]]
        return "; ".join([known.get(source, source), *place, *named])

    def told(row: dict[str, Any], end: str) -> str:
        value = str(row[end] or "")
        if row["column"] == "asset" and value == assets.get(row["survey"]):
            return ""
        return said.get(row["column"], str)(value) if value else ""

    return [
        {name: row[name] for name in ("date", "version", "survey", "column", "why", "noticed")}
        | {
            "day": period(row["date"], row["date"], lang),
            "title": titles.get(row["survey"], row["survey"]),
            "row": words(row),
        }
        | {end: told(row, end) for end in ("before", "after")}
        for row in corrections().fillna("").to_dict("records")
    ]


def _words(lang: str, labels: dict[str, str], named: dict[str, str]) -> dict[str, Callable[[str], str]]:
    """What a value of a column is called."""
    cells = {table: {name: forms[lang] for name, forms in words.items()} for table, words in catalogue("cells").items()}
    site = {key: forms[lang] for key, forms in texts_in(files(__package__) / "templates" / "texts.toml").items()}
    assets = {name: forms[lang] for name, forms in catalogue("claims")["asset"].items()}

    def among(words: dict[str, str]) -> Callable[[str], str]:
        return lambda value: words.get(value, value)

    return {
        "asset": among(assets),
        "relation": among(cells["relation"]),
        "seen": among({name: site[f"seen_{name}"] for name in ("full", "excerpt", "quoted")}),
        "derived_from": among(named),
        **dict.fromkeys(("verdict", "verdict_now"), among(cells["verdict"])),
        **dict.fromkeys(("measure", "other_measure"), among(labels)),
        **dict.fromkeys(("place", "other_place"), lambda value: shown(value, lang)),
        **dict.fromkeys(("scan_from", "scan_to", "published"), lambda value: period(value, value, lang)),
        **dict.fromkeys(("lang", "quote_lang"), lambda value: language_name(value, lang)),
    }
