"""The parts of sentences: units, spans, places, in four languages."""

import math

import pandas as pd

from analysis.statistics.phrases import p_in_words, signed_in_words, span_in_words, unit_in_words, where_in_words


def test_parts_of_sentences():
    assert (
        unit_in_words("population", 1e6, "en") == "1 million inhabitants"
        and unit_in_words("beds_of_ours", 10, "en") == "10 beds of ours"
    )
    assert (
        unit_in_words("hospitals_total", 1000, "en")[:14] == "1,000 hospital"
        and unit_in_words("hospitals_total", 1000, "de")[6:7].isupper()
    )
    assert (
        span_in_words(1.234, 1.2345, "en") == "1.23"
        and span_in_words(0.5, math.inf, "de") == "0,5 bis ∞"
        and span_in_words(math.nan, 2, "fr") == "? à 2"
    )
    assert [p_in_words(p, "en") for p in (0.0009, 0.001, 0.0521, math.nan)] == ["< 0.001", "= 0.001", "= 0.052", ""]
    assert signed_in_words(-3.14159, "en") == "−3.14"


def test_a_state_keeps_its_own_name():
    told = [
        where_in_words(pd.Series({"place": place, "iso3": "USA"}), "de") for place in ("AK", "United States", "USA")
    ]
    assert told == ["AK", "Vereinigte Staaten", "Vereinigte Staaten"]
