"""Input from which nothing can be estimated: typed errors, or a result that says so; never a library's own error."""

import contextlib

import numpy as np
import pandas as pd
import pytest
from monthly import monthly
from real_calls import CELLS, servers

import analysis as ex
from analysis import statistics as s
from analysis.statistics import describe

NOTHING = CELLS.assign(value=0)
#: Two lists that hold only what the third holds too.
INSIDE = CELLS.assign(value=CELLS["value"].where(CELLS["P"] == 1, 0))
ONE_CELL = CELLS.assign(value=[28, *[0] * 6])
NONE_FOUND = servers().assign(value=0.0, low=0.0, high=0.0)
SAME_RANK = servers().assign(x=1.0)
STRATA = servers().assign(of="all", band=lambda rows: np.where(np.arange(len(rows)) % 2, "x", "y"))
NOISE = [float(count) for count in np.random.default_rng(1).poisson(40, 60)]

REFUSED = {
    "all-zero cells, models": (lambda: s.capture_recapture(NOTHING), "all cells are zero"),
    "all-zero cells, bound": (lambda: s.lower_bound(NOTHING), "all cells are zero"),
    "all-zero lists": (lambda: s.two_lists(0, 0, 0), "a list is empty"),
    "all-zero counts, funnel": (lambda: s.funnel(NONE_FOUND), "nothing is expected"),
    "all-zero counts, correlation": (lambda: s.correlate(NONE_FOUND, "gdp_pc_usd"), "a count of zero"),
    "all-zero counts, slope": (lambda: s.slope_index(NONE_FOUND), "a count of zero"),
    "all-zero counts, concentration": (lambda: s.concentration_index(NONE_FOUND), "a count of zero"),
    "all-zero months": (lambda: s.change_date_posterior(monthly([0.0] * 60)), "every count is zero"),
    "one list inside another, models": (lambda: s.capture_recapture(INSIDE), "no model has a finite estimate"),
    "one list inside another, bound": (lambda: s.lower_bound(INSIDE), "holds nothing alone"),
    "one cell, models": (lambda: s.capture_recapture(ONE_CELL), "no model has a finite estimate"),
    "one cell, bound": (lambda: s.lower_bound(ONE_CELL), "nothing is on exactly two lists"),
    "constant ranks, correlation": (lambda: s.correlate(SAME_RANK, "x"), "the same everywhere"),
    "constant ranks, regression": (lambda: s.regress(SAME_RANK, "x"), "the same everywhere"),
    "constant ranks, index": (lambda: s.concentration_index(SAME_RANK, "x"), "the same everywhere"),
    "constant ranks, slope": (lambda: s.slope_index(SAME_RANK, "x"), "the same everywhere"),
    "weights of zero, standard": (
        lambda: s.directly_standardised(STRATA, "of", "band", {"x": 1.0, "y": 0.0}),
        "not positive",
    ),
    "weights of zero, index": (lambda: s.concentration_index(servers().assign(w=0.0), weight="w"), "not positive"),
    "weights of zero, pooled": (
        lambda: s.meta_analysis(pd.DataFrame({"rate": [1.0, 2.0], "e": [0.0, 1.0]}), error="e"),
        "not a positive number",
    ),
    "a forecast past the data": (lambda: s.forecast(monthly(NOISE), 31), "half of the 60"),
    "a forecast of nothing": (lambda: s.forecast(monthly(NOISE), 0), "half of the 60"),
    "a second table for a measure": (
        lambda: s.conditional_coverage(servers(), servers()),
        r"measure of conditional_coverage\(\) is a text, not a DataFrame",
    ),
    "a date past the data": (lambda: s.interrupted(monthly(NOISE), "2030-01"), "0 after it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_what_to_do(name):
    call, told = REFUSED[name]
    with pytest.raises(ex.DataError, match=told) as refused:
        call()
    assert refused.value.remedy


SAID = {
    "one list inside another": (lambda: s.two_lists(135, 49, 49), "they say nothing about the total"),
    "the same list twice": (lambda: s.two_lists(590, 590, 590), "reliable interval"),
    "the world alone": (lambda: s.too_few(_world().head(1)), "the 1 place cannot have fewer"),
    "shares of the world alone": (lambda: s.shares(_world(), _world(), "listing"), "2 shares from 2 surveys"),
    "all-zero counts": (lambda: s.rank_sets(NONE_FOUND), "too few to give a rank"),
    "a constant series": (lambda: s.theil_sen(_years(5.0)), "no clear direction"),
    "more placebos than dates": (
        lambda: s.interrupted(monthly(NOISE[:16]), "2020-09", placebos=500),
        "nothing can be said",
    ),
    "a single stratum": (
        lambda: s.indirectly_standardised(servers().assign(of="a", band="b"), "of", "band"),
        "a ratio of 1 ",
    ),
}


def _world():
    """The figure of the world in two surveys, and of no place."""
    rows = pd.DataFrame({"iso3": "WLD", "value": [59.0, 60.0], "low": [59.0, 60.0], "high": [59.0, 60.0]})
    return rows.assign(survey=["one", "other"])


def _years(count):
    return pd.DataFrame({"place": "x", "year": range(2010, 2020), "value": count})


@pytest.mark.parametrize("name", SAID)
def test_the_result_says_what_it_cannot(name):
    call, told = SAID[name]
    assert told in describe(call())


def test_surveys_that_must_not_be_compared_are_not_pooled_nor_ranked():
    every = ex.preferred(ex.panel(surveys=["aplite-2023-12", "greenbone-2019-09"]))
    exposed = every[(every["measure"] == "servers_exposed") & every["asset"].eq("dicom")]
    world = exposed[exposed["iso3"] == "WLD"].drop_duplicates("survey")
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        s.meta_analysis(world, "value")
    countries = exposed[exposed["iso3"].notna() & exposed["iso3"].ne("WLD")].drop_duplicates("iso3")
    if countries["survey"].nunique() > 1:
        with pytest.raises(ex.NotComparableError, match="must not be compared"):
            s.rank_sets(countries)


def test_as_many_placebo_dates_as_there_are_are_tried_and_counted():
    found = s.interrupted(monthly(NOISE), "2022-06", placebos=10**6)
    assert found["placebos"].iloc[0] == found["placebo"].sum() < 60


@pytest.mark.parametrize("name", ["rates", "rank_sets", "concentration_index"])
def test_a_missing_cell_of_any_column_is_a_result_or_a_typed_error(name):
    for column in servers():
        frame = servers().copy()
        frame[column] = frame[column].astype(object).where(np.arange(len(frame)) > 0, np.nan)
        told = ""
        with contextlib.suppress(ex.ExposureError):
            told = describe(getattr(s, name)(frame))
        assert "nan" not in told.casefold(), (column, told)
