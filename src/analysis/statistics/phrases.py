"""What the rows of a result are about, in words: places, measures, and what limits are limits of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..language import numbers
from ..language.catalogue import say


def place_in_words(row: pd.Series, lang: str) -> str:
    """The name of a row's place in the language, else as printed."""
    from ..errors import UnknownPlaceError
    from ..figures.country_names import country_name

    if isinstance(row.get("iso3"), str):
        try:
            named = country_name(row["iso3"], lang)
        except UnknownPlaceError:
            # The name of a group, or of a place that is not a country.
            named = None
        if isinstance(named, str):
            return named
    if isinstance(row.get("country"), str):
        return _country_in_words(row["country"], lang)
    return next((str(row[column]) for column in ("place", "iso3") if isinstance(row.get(column), str)), "?")


def _country_in_words(name: str, lang: str) -> str:
    """A country in the language, by its English name; a name of something else as it is."""
    from ..errors import UnknownPlaceError
    from ..figures.country_names import country_name
    from ..figures.places import iso3

    try:
        return country_name(iso3(name, "en"), lang)
    except UnknownPlaceError:
        return name


def label_in_words(result: pd.DataFrame, lang: str) -> str:
    """The noun of the one measure of a result; a plain word where it has none or several."""
    from ..figures.measures import measures

    named = result["measure"].dropna().unique() if "measure" in result else []
    known = measures()
    series = result["series"].dropna().unique() if "series" in result else []
    if len(named) == len(series) == 1:
        from ..series.catalogue import find_series, series_present

        if series[0] in series_present():
            return find_series(series[0]).label(named[0], lang)
    if len(named) == 1 and named[0] in known.index:
        return str(known.at[named[0], f"label_{lang}"])
    if len(named) == 1 and isinstance(named[0], str):  # a measure of the reader's own
        return named[0].replace("_", " ")
    return say("cases", lang, family="words")


def interval_in_words(level: float, lang: str) -> str:
    """What an interval is called: by its level of confidence, or as one of rounding, which has none."""
    if level != level:
        return say("limits_rounding", lang, family="words")
    return say("limits_chance", lang, family="words", level=numbers.percent(level, lang, decimals=1))


def named_interval(span: str, row: pd.Series, lang: str) -> str:
    """An interval with the word for what it is an interval of; of exact counts without chance that there is none."""
    level = row["level"]
    if level == level:
        share = numbers.percent(level, lang, decimals=1)
        return say("interval_of_chance", lang, family="words", level=share, span=span)
    of = "exact" if row.get("limits") == "exact" else "rounding"
    return say(f"interval_of_{of}", lang, family="words", span=span)


def where_in_words(row: pd.Series, lang: str) -> str:
    """The place of a series in the language; a part of a country, such as a state, keeps its own name."""
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


def of_its_series(result: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """The rows of a result that are of the same series as one of them."""
    from .lines import keys_of

    alike = [result[key].isna() if pd.isna(row[key]) else result[key] == row[key] for key in keys_of(result)]
    return result[np.logical_and.reduce(alike)] if alike else result


def named_series(result: pd.DataFrame, lang: str, *, place: bool = True, among: pd.DataFrame | None = None) -> str:
    """What a result of a series is about, with a capital letter: its measure, and its place if it has one.

    ``among`` is the result of which it is one series; of several it says that there are more.
    """
    label = label_in_words(result, lang)
    told = label[:1].upper() + label[1:]
    if place and ("iso3" in result or "place" in result):
        told += f", {where_in_words(result.iloc[0], lang)}"
    if among is not None:
        from .lines import keys_of

        many = len(among[keys_of(among)].drop_duplicates()) if keys_of(among) else 1
        told += "" if many == 1 else f" ({say('one_of_series', lang, family='words', n=many)})"
    return told
