"""The parts that sentences about results are made of: units, spans, places, days, in four languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..figures import wording

if TYPE_CHECKING:
    import pandas as pd

_INHABITANTS = {"en": "inhabitants", "es": "habitantes", "de": "Einwohner", "fr": "habitants"}


def unit_in_words(per: str, scale: float, lang: str) -> str:
    """What a rate is per: ``1 million inhabitants``, ``1,000 hospitals (OECD)``."""
    from ..datafolder import reference

    labels = reference("indicators").set_index("indicator")[f"label_{lang}"]
    label = _INHABITANTS[lang] if per == "population" else labels.get(per, per.replace("_", " "))
    if lang != "de" and label[1:2].islower():
        label = label[:1].lower() + label[1:]
    return wording.counted(scale, label, lang)


def span_in_words(low: float, high: float, lang: str) -> str:
    """``0.49 to 0.65``; one number where both ends read alike; an open end as such."""
    ends = ["?" if end != end else "∞" if end == float("inf") else signed_in_words(end, lang) for end in (low, high)]
    return wording.between(*ends, joint={"en": " to ", "es": " a ", "de": " bis ", "fr": " à "}[lang])


def signed_in_words(number: float, lang: str) -> str:
    """A number of three digits, with a true minus sign."""
    return wording.number(number, lang, 3).replace("-", "−")


def p_in_words(p_value: float, lang: str) -> str:
    """``= 0.29``, ``< 0.001``; nothing where there is no test."""
    if p_value != p_value:
        return ""
    return "< " + wording.number(0.001, lang) if p_value < 0.001 else "= " + wording.number(p_value, lang, 2)


def place_in_words(row: pd.Series, lang: str) -> str:
    """The name of a row's place in the language, else as printed."""
    from ..figures.places import country_name

    if isinstance(row.get("iso3"), str):
        named = country_name(row["iso3"], lang)
        if isinstance(named, str):
            return named
    return next((str(row[column]) for column in ("place", "country", "iso3") if isinstance(row.get(column), str)), "?")


def label_in_words(result: pd.DataFrame, lang: str) -> str:
    """The noun of the one measure of a result; a plain word where it has none or several."""
    from ..figures.measures import measures

    named = list(result["measure"].unique()) if "measure" in result else list(result.attrs.get("measures", ()))
    known = measures()
    if len(named) == 1 and "series" in result.attrs:
        from ..series.catalogue import find_series

        return find_series(result.attrs["series"]).label(named[0], lang)
    if len(named) == 1 and named[0] in known.index:
        return str(known.at[named[0], f"label_{lang}"])
    return {"en": "cases", "es": "casos", "de": "Fälle", "fr": "cas"}[lang]


def day_in_words(day: object, grain: str, lang: str) -> str:
    """The period that begins on a day: ``January 2015`` of a monthly series, ``17 September 2019`` of a daily one, ``2019`` of a yearly one."""
    return wording.date(str(day)[: {"month": 7, "quarter": 7, "year": 4}.get(grain, 10)], lang)


def where_in_words(row: pd.Series, lang: str) -> str:
    """The place of a series in the language; a part of a country (a state with its country's code) keeps its own name."""
    from ..errors import UnknownPlaceError
    from ..figures.places import iso3

    if isinstance(row.get("place"), str) and isinstance(row.get("iso3"), str):
        try:
            whole = iso3(row["place"]) == row["iso3"]
        except UnknownPlaceError:
            whole = False
        if not whole:
            return row["place"]
    return place_in_words(row, lang)
