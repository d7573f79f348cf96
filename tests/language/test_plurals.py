"""Sentences of results with none, one and several of what they count, in four languages."""

import pandas as pd
import pytest

from analysis.language.plurals import Counted
from analysis.statistics import describe, rank_sets, rates, too_few

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
        ((1000, 10, 10), "no other interval reaches as far"),
        ((12, 11, 1), "1 of the others"),
        ((9, 9, 9), "2 of the others"),
    ],
)
def test_how_many_others_may_be_as_high(values, told):
    assert told in describe(rates(counts(*values), per="size"), "en")


@pytest.mark.parametrize(
    ("values", "told"), [((50, 60), "no place of 2"), ((5, 60), "in 1 of 2 places"), ((5, 6), "in 2 of 2 places")]
)
def test_how_many_places_have_too_few(values, told):
    assert told in describe(too_few(counts(*values)), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_form_of_a_rate_is_whole(lang):
    for values in ((1000, 10, 10), (12, 11, 1), (9, 9, 9)):
        said = describe(rates(counts(*values), per="size"), lang)
        assert not set("{}|") & set(said)
