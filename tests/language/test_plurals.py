"""Sentences of results with none, one and several of what they count, in four languages."""

import re

import pandas as pd
import pytest

from analysis.language.plurals import Counted
from analysis.statistics import (
    anomalies,
    concentration_bounds,
    describe,
    funnel,
    gini,
    grouped_rates,
    in_plain_words,
    interrupted,
    lorenz,
    rank_sets,
    rates,
    too_few,
    top_set,
    top_share,
    world_total,
)

LANGUAGES = ("en", "es", "de", "fr")


@pytest.mark.parametrize(
    ("count", "lang", "form"), [(0, "en", "are"), (0, "fr", "is"), (1, "de", "is"), (2, "es", "are")]
)
def test_the_form_goes_with_the_number(count, lang, form):
    assert f"{Counted(count, lang):is|are}" == form


def test_a_third_form_is_for_none_and_may_hold_the_number():
    said = ["In {n:none|1 place|{n} places}".format(n=Counted(count, "en")) for count in (0, 1, 2)]
    assert said == ["In none", "In 1 place", "In 2 places"]


def counts(*values):
    return pd.DataFrame({"place": list("ABCDEF")[: len(values)], "value": values, "size": 1e6})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rank_that_every_place_has_needs_no_word_of_the_others(lang):
    sure, one = (
        rank_sets(counts(1000, 500, 100)),
        rank_sets(counts(1000, 500, 100)).assign(undetermined=[True, False, False]),
    )
    assert len(describe(one, lang)) > len(describe(sure, lang))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((1000, 10, 10), "no other interval overlaps it"),
        ((12, 11, 1), "1 other interval overlaps"),
        ((9, 9, 9), "2 other intervals overlap"),
    ],
)
def test_how_many_others_may_be_as_high(values, told):
    assert told in describe(rates(counts(*values), per="size"), "en")


@pytest.mark.parametrize(
    ("values", "told"), [((50, 60), "none of 2 places"), ((5, 60), "in 1 of 2 places"), ((5, 6), "in 2 of 2 places")]
)
def test_how_many_places_have_too_few(values, told):
    assert told in describe(too_few(counts(*values)), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_form_of_a_rate_is_whole(lang):
    for values in ((1000, 10, 10), (12, 11, 1), (9, 9, 9)):
        said = describe(rates(counts(*values), per="size"), lang)
        assert not set("{}|") & set(said)


def servers(*values):
    """Countries with a count, as results of all families take them."""
    return pd.DataFrame({"iso3": ["DEU", "FRA", "POL"][: len(values)], "value": values, "size": 1e6})


def months(*counts):
    return pd.DataFrame({"day": pd.date_range("2020-01-01", periods=len(counts), freq="MS"), "count": counts})


WORLD = pd.DataFrame({"iso3": ["WLD"], "value": [100.0]})
#: Results of which something is counted that may be one, and the numbers that go with it.
SMALLEST = {
    "funnel": (lambda *n: funnel(servers(*n), "size"), [(60,), (60, 61)]),
    "too_few": (lambda *n: too_few(servers(*n)), [(6,), (60,), (6, 60), (60, 61)]),
    "grouped_rates": (
        lambda *n: grouped_rates(servers(*n).assign(of=list("ab")[: len(n)]), "of", "size"),
        [(6,), (6, 7)],
    ),
    "gini": (lambda *n: gini(servers(*n)), [(6,), (6, 7)]),
    "top_share": (lambda *n: top_share(servers(*n), 1), [(6,), (6, 7)]),
    "lorenz": (lambda *n: lorenz(servers(*n)), [(6,), (6, 7)]),
    "concentration_bounds": (lambda *n: concentration_bounds(servers(*n), WORLD, 2), [(6,), (6, 7)]),
    "world_total": (lambda *n: world_total(servers(*n)), [(6,), (6, 7)]),
    "rank_sets": (lambda *n: rank_sets(servers(*n)), [(900, 6), (6, 7), (6, 6)]),
    "top_set": (lambda *n: top_set(servers(*n), 1), [(900, 6), (6, 7)]),
    "anomalies": (lambda *n: anomalies(months(*n)), [(6,), (6, 7)]),
    "interrupted": (lambda *n: interrupted(months(*[9, 7, 8] * 14), "2022-01", placebos=n[0]), [(1,)]),
}
#: A plural that goes with one, in words of the four languages.
ONE_OF_MANY = re.compile(
    r"\b1 (?:places|countries|periods|groups|dates|territorios|países|periodos|fechas|Gebieten?|Länder|Zeiträume|Tagen|"
    r"Gruppen|territoires|périodes|groupes)\b|\b(?:none|ninguno|keines|aucun) (?:of|de|von|des) 1\b"
)


@pytest.mark.parametrize("name", SMALLEST)
def test_the_smallest_results_are_told_in_the_singular(name):
    made, numbers = SMALLEST[name]
    for found in (made(*chosen) for chosen in numbers):
        for lang in LANGUAGES:
            for text in (describe(found, lang), *in_plain_words(found, lang)):
                assert not ONE_OF_MANY.search(text) and not set("{}|") & set(text), text


def test_places_that_share_the_first_rank_are_told_together():
    tied = rank_sets(counts(9, 9, 9, 9, 9, 1))
    assert "A, B, C, and +2 come first of 6 with a figure; the true rank of each lies within 1–6" in describe(
        tied, "en"
    )


def test_a_group_alone_is_compared_with_none():
    told = describe(grouped_rates(servers(6).assign(of="a"), "of", "size"), "en")
    assert "the only group" in told and "other" not in told
