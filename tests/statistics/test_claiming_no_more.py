"""Sentences claim no more than their numbers: what each says beside an estimate, and what bad input comes to."""

import string

import numpy as np
import pandas as pd
import pytest
from monthly import monthly
from real_calls import servers

import analysis as ex
from analysis.language.catalogue import catalogue, families_of
from analysis.language.plurals import Counted
from analysis.statistics import (
    concentration_bounds,
    decompose,
    describe,
    equivalence,
    gini,
    grouped_rates,
    in_plain_words,
    influence_on_regression,
    interrupted,
    least_detectable,
    rate_ratio,
    revisions,
    share_difference,
)

LANGUAGES = ("en", "es", "de", "fr")
CASES = [
    (f"statistics/{family}", case) for family in families_of("statistics") for case in catalogue(f"statistics/{family}")
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_interval_says_what_it_is_an_interval_of(lang):
    """Its level, or that it is one of rounding alone."""
    for family, case in CASES:
        text = catalogue(family)[case][lang]
        parts = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        if any(name.endswith("span") for name in parts):
            assert parts & {"level", "inner", "limits"}, (family, case, text)


def test_two_shares_are_told_apart_only_where_test_and_interval_say_so():
    """Of 6 of 8 against 15 of 40 the interval leaves 0 out, and p of the score test is 5.3 %."""
    rows = pd.DataFrame({"group": ["a", "b"], "numerator": [6, 15], "denominator": [8, 40]})
    found = share_difference(rows, "a", "b")
    assert found["difference_low"].iloc[0] > 0 and found["p_value"].iloc[0] > 0.05
    assert "could be chance" in describe(found)
    assert "chance would rarely" in describe(share_difference(rows.assign(numerator=[7, 10]), "a", "b"))


def test_the_highest_group_says_how_many_may_be_as_high():
    rows = servers().query("iso3 in ['GBR', 'DEU']").assign(group=["one", "two"])
    found = grouped_rates(rows, "group")
    assert "1 other interval overlaps it" in describe(found)
    assert in_plain_words(found).level == "The order is not firm."
    alone = grouped_rates(rows.head(1), "group")
    assert "the only group with a rate" in describe(alone) and "the 1 place with a published figure is" not in describe(
        found
    )


def test_limits_of_rounding_are_no_limits_of_chance():
    studies = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'studies'")
    told = in_plain_words(rate_ratio(studies, "USA", "DEU"))
    assert told.level == "Rounding does not change this; chance is not tested."
    wide = studies.query("iso3 in ['USA', 'DEU']").assign(low=1.0, high=1e9)
    assert in_plain_words(rate_ratio(wide, "USA", "DEU")).level == "Not known."


def test_a_season_of_factors_swings_by_their_difference():
    counts = monthly([100.0, 50, 150, 100, 100, 100, 100, 100, 100, 100, 100, 100] * 6)
    found = decompose(counts, log=True)
    swing = found["season"].max() - found["season"].min()
    assert f"{100 * swing:.1f}".rstrip("0").rstrip(".") in describe(found)
    assert "a seasonal swing cannot be given" in describe(decompose(monthly([0.0] * 60)))


def test_readings_that_changed_nothing_are_told_as_such():
    same = [monthly([4, 0], first="2023-01", vintage=day) for day in ("2023-08-10", "2024-01-01")]
    assert "none of 2 counts read more than once changed" in describe(revisions(pd.concat(same)))
    risen = monthly([4, 3], first="2023-01", vintage="2024-01-01")
    assert describe(revisions(pd.concat([same[0], risen]))).endswith("to 3 (1 January 2024), a change of +3.")


def test_a_place_without_a_name_takes_part():
    frame = pd.DataFrame({"iso3": [None, *"BCDEFGHI"], "value": np.arange(1, 10.0) ** 2, "x": np.arange(9.0)})
    found = influence_on_regression(frame.assign(low=frame["value"], high=frame["value"], size=10.0), "x", per="size")
    assert "9 countries" in describe(found)


def test_fewer_placebo_dates_than_none_are_refused():
    with pytest.raises(ex.DataError, match="-1 placebo dates"):
        interrupted(monthly(np.full(60, 9.0)), "2003-01-01", placebos=-1)


@pytest.mark.parametrize(
    ("family", "case", "lang", "told"),
    [
        ("change", "balance", "en", "Of 1 server, 1 was no longer found and 1 still was; 1 was added"),
        ("change", "balance", "es", "De 1 servidor, 1 ya no se encontró y 1 seguía; se sumó 1"),
        ("change", "balance", "de", "Von 1 Server wurde 1 nicht mehr gefunden, 1 war noch da; 1 kam hinzu"),
        ("change", "balance", "fr", "Sur 1 serveur, 1 n’a plus été trouvé et 1 était encore là"),
        ("nowcast", "filled", "en", "1 is reported for"),
        ("nowcast", "filled", "de", "ist 1 gemeldet; am Ende ist 1 zu erwarten"),
        ("revisions", "finished", "en", "1 count was read more than once, for a period that was still running"),
        ("revisions", "finished", "fr", "1 comptage a été relevé plus d’une fois, d’une période encore en cours"),
        ("standardising", "grouped", "en", "only the 1 place with a published figure is in the sums"),
        ("standardising", "grouped", "de", "in den Summen steht nur das eine Gebiet mit veröffentlichter Zahl"),
    ],
)
def test_one_is_told_in_the_singular(family, case, lang, told):
    text = catalogue(f"statistics/{family}")[case][lang]
    parts = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert told in text.format(**dict.fromkeys(parts, Counted(1, lang))).replace("\N{NO-BREAK SPACE}", " ")


def two(first, second):
    return pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [first, second], "size": 1e6, "occurrence": "independent"})


def test_an_index_says_the_most_that_it_can_be():
    """Gini's index of n places with all in one is 1 − 1/n; of the corrected one it is 1."""
    assert "0.5 all in one place" in describe(gini(two(30, 10), limits="rounding"))
    corrected = describe(gini(two(30, 10), corrected=True, limits="rounding"))
    assert "1 all in one place" in corrected and "corrected" in corrected


def test_what_arithmetic_leaves_open_is_not_called_rounding():
    world = pd.DataFrame({"iso3": ["WLD"], "value": [100.0]})
    told = describe(concentration_bounds(two(30, 10), world, 5))
    assert "arithmetic" in told and "rounding" not in told


def test_a_ratio_wholly_beyond_the_margin_is_a_larger_difference():
    apart, alike = (rate_ratio(two(count, 30), "DEU", "FRA", "size") for count in (240, 31))
    assert "larger than the margin" in describe(equivalence(apart))
    assert "is not ruled out" in describe(equivalence(alike))


def test_the_mid_p_of_a_ratio_without_limit_is_not_called_exact():
    exact, mid = (rate_ratio(two(6, 0), "DEU", "FRA", "size", method=how) for how in ("exact", "mid-p"))
    assert "exact p" in describe(exact) and "mid-P value" in describe(mid)


def test_a_step_that_no_placebo_date_checks_says_so():
    step = interrupted(monthly([9.0, 7, 8] * 6), "2020-10", placebos=0)
    assert "which no placebo date checks" in describe(least_detectable(step))
    assert "no placebo date checks its error" in describe(equivalence(step, 0.5, 2))
    nothing = interrupted(monthly([9.0] * 12 + [0.0] * 12), "2021-01", placebos=0)
    assert "nothing can be said" in describe(nothing)
