"""The parts of sentences: units, spans, places, in four languages."""

import math

import pandas as pd

from analysis.language.intervals import span
from analysis.language.numbers import p_value, signed
from analysis.language.rate_units import per_unit
from analysis.statistics.phrases import where_in_words


def test_parts_of_sentences():
    assert per_unit("beds_of_ours", 10, "en") == "per 10 beds of ours"
    assert per_unit("hospitals_total", 1000, "en") == "per 1,000 hospitals (OECD)"
    assert per_unit("hospitals_total", 1000, "de") == "je 1.000 Krankenhäuser (OECD)"
    assert per_unit(None, 1e6, "en") == per_unit("population", math.nan, "en") == ""
    assert (
        span(1.234, 1.2345, "en") == "1.23"
        and span(0.5, math.inf, "de") == "0,5 bis ∞"
        and span(math.nan, 2, "fr") == "? à 2"
    )
    assert [p_value(p, "en") for p in (0.0009, 0.001, 0.0521, math.nan)] == ["< 0.001", "= 0.001", "= 0.052", ""]
    assert signed(-3.14159, "en") == "−3.14"


def test_a_state_keeps_its_own_name():
    told = [
        where_in_words(pd.Series({"place": place, "iso3": "USA"}), "de") for place in ("AK", "United States", "USA")
    ]
    assert told == ["AK", "Vereinigte Staaten", "Vereinigte Staaten"]


def test_the_unit_of_a_rate_has_its_preposition():
    shown = [per_unit("population", 1e6, lang).replace("\xa0", " ") for lang in ("en", "es", "de", "fr")]
    assert shown == [
        "per million inhabitants",
        "por millón de habitantes",
        "je Million Einwohner",
        "par million d’habitants",
    ]
    assert per_unit("hospitals_total", 1000, "es") == "por 1.000 hospitales (OCDE)"
    assert per_unit("population", 100_000, "fr").replace("\u202f", " ") == "pour 100 000 habitants"


def test_per_one_has_the_singular():
    languages = ("en", "es", "de", "fr")
    assert [per_unit("hospitals_total", 1, lang) for lang in languages] == [
        "per hospital (OECD)",
        "por hospital (OCDE)",
        "je Krankenhaus (OECD)",
        "par hôpital (OCDE)",
    ]
    assert [per_unit("population", 1.0, lang) for lang in languages] == [
        "per inhabitant",
        "por habitante",
        "je Einwohner",
        "par habitant",
    ]
    assert per_unit("ipv4_addresses", 1, "de") == "je delegierte IPv4-Adresse"
    assert per_unit("beds_of_ours", 1, "en") == "per unit of beds of ours"
