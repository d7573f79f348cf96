"""Scenarios: by hand, by properties, and by what must be refused."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import Vector

import analysis as ex
from analysis.errors import DataError
from analysis.statistics.describing import describe
from analysis.statistics.scenario import assumption, printed_assumption, scenario, tornado

COUNT = pd.DataFrame({"iso3": ["USA"], "value": [1000.0], "low": [950.0], "high": [1050.0]})
SHARE = assumption("share affected", 0.1, 0.2, 0.4, unit="of records", source="our own judgement")
COST = assumption(
    "cost of a record", 100, 150, 200, unit="US dollars", source="our own judgement", distribution="triangular"
)
OUTCOMES = {"records affected": ["share affected"], "US dollars": ["share affected", "cost of a record"]}


def found(outcome: str, column: str) -> float:
    return float(scenario(COUNT, [SHARE, COST], OUTCOMES).set_index("outcome").at[outcome, column])


# By hand: 1000 · 0.2 = 200 (950 · 0.1 = 95 to 1050 · 0.4 = 420); 200 · 150 = 30,000 (95 · 100 = 9,500 to 420 · 200 =
# 84,000).
VECTORS = [
    Vector("scenario", "by hand: 1000 · 0.2", "records, value", 200, lambda: found("records affected", "value"), 1e-9),
    Vector("scenario", "by hand: 950 · 0.1", "records, low", 95, lambda: found("records affected", "low"), 1e-9),
    Vector("scenario", "by hand: 1050 · 0.4", "records, high", 420, lambda: found("records affected", "high"), 1e-9),
    Vector(
        "scenario", "by hand: 1000 · 0.2 · 150", "dollars, value", 30_000, lambda: found("US dollars", "value"), 1e-9
    ),
    Vector("scenario", "by hand: 950 · 0.1 · 100", "dollars, low", 9_500, lambda: found("US dollars", "low"), 1e-9),
    Vector("scenario", "by hand: 1050 · 0.4 · 200", "dollars, high", 84_000, lambda: found("US dollars", "high"), 1e-9),
    # The product of two independent uniforms on (0, 1) is below q with probability q(1 − ln q); for 0.025 that is q =
    # 0.0038.
    Vector(
        "scenario", "q(1 − ln q) = 0.025", "2.5 % of a product of two uniforms", 0.0038, lambda: uniform_product(), 2e-4
    ),
]


def uniform_product() -> float:
    one = pd.DataFrame({"value": [0.5], "low": [0.0], "high": [1.0]})
    share = assumption("a", 0, 0.5, 1, unit="", source="hand")
    return float(scenario(one, [share], {"x": ["a"]}, draws=200_000)["likely_low"].iloc[0])


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_the_quantile_by_hand_is_the_root_of_its_equation():
    assert math.isclose(0.0038 * (1 - math.log(0.0038)), 0.025, abs_tol=5e-5)


def test_a_range_over_powers_of_ten_is_drawn_evenly_in_them():
    wide = assumption("a", 0.0001, 0.01, 1, unit="", source="hand", distribution="loguniform")
    row = scenario(COUNT.assign(low=1000.0, high=1000.0), [wide], {"x": ["a"]}, draws=100_000).iloc[0]
    # 2.5 % of four powers of ten are a tenth of one, from either end: 1000 · 10 ** (-4 + 0.1) and 1000 · 10 ** -0.1
    assert math.isclose(row["likely_low"], 0.1 * 10**0.1, rel_tol=0.02)
    assert math.isclose(row["likely_high"], 1000 * 10**-0.1, rel_tol=0.02)
    with pytest.raises(DataError, match="powers of ten"):
        scenario(COUNT, [wide | {"low": 0.0}], {"x": ["a"]})


def test_a_tornado_moves_one_factor_at_a_time():
    moved = tornado(COUNT, [SHARE, COST], outcome="US dollars").set_index("assumption")
    # By hand: 1000 · 150 · (0.1 … 0.4); 1000 · 0.2 · (100 … 200); (950 … 1050) · 0.2 · 150.
    assert moved.loc["share affected", ["low", "high"]].tolist() == [15_000, 60_000]
    assert moved.loc["cost of a record", ["low", "high"]].tolist() == [20_000, 40_000]
    assert moved.loc["the count as published", ["low", "high"]].tolist() == [28_500, 31_500]
    assert list(moved.index) == ["share affected", "cost of a record", "the count as published"]
    assert (moved["central"] == 30_000).all()


def test_what_is_likely_lies_within_the_extremes_and_has_a_seed():
    one, same, other = (scenario(COUNT, [SHARE, COST], OUTCOMES, seed=seed) for seed in (1, 1, 2))
    assert ((one["low"] < one["likely_low"]) & (one["likely_high"] < one["high"])).all()
    assert one.equals(same) and not one.equals(other)
    assert one.attrs["seed"] == 1
    assert [row["source"] for row in one.attrs["parameters"]["assumptions"]] == ["our own judgement"] * 2


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 100), st.floats(0, 100))
def test_a_wider_range_never_narrows_the_outcome(less, more, down, up):
    wide = assumption("share affected", 0.1 * (1 - less), 0.2, 0.4 + more, unit="", source="hand")
    count = COUNT.assign(low=950 - down, high=1050 + up)
    before = scenario(COUNT, [SHARE], {"x": ["share affected"]}, draws=1000).iloc[0]
    after = scenario(count, [wide], {"x": ["share affected"]}, draws=1000).iloc[0]
    assert after["low"] <= before["low"] and after["high"] >= before["high"]


def test_the_order_of_assumptions_never_matters():
    one, other = scenario(COUNT, [SHARE, COST], OUTCOMES), scenario(COUNT, [COST, SHARE], OUTCOMES)
    assert one.equals(other)
    names = {"share affected": "z", "cost of a record": "a"}
    renamed = [row | {"assumption": names[row["assumption"]]} for row in (SHARE, COST)]
    called = scenario(COUNT, renamed, {outcome: [names[name] for name in used] for outcome, used in OUTCOMES.items()})
    assert one.drop(columns="factors").equals(called.drop(columns="factors"))


def test_published_figures_make_a_range_with_their_sources():
    costs = ex.panel(surveys=["ibm-cost-of-a-breach"]).query(
        "measure == 'cost_per_record_usd' and asset == 'breach' and iso3 == 'USA'"
    )
    row = printed_assumption(costs, "cost of a record", unit="US dollars")
    assert row["low"] == costs["low"].min() and row["high"] == costs["high"].max()
    assert set(row["source"].split("; ")) == set(costs["source"])


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_sentences(lang):
    for made in (scenario(COUNT, [SHARE, COST], OUTCOMES), tornado(COUNT, [SHARE, COST])):
        told = describe(made, lang)
        assert "{" not in told and 40 < len(told) <= 280


def test_an_outcome_counts_the_assumptions_that_it_rests_on():
    assert list(scenario(COUNT, [SHARE, COST], OUTCOMES)["assumptions"]) == [1, 2]
    assert "the first of 2 outcomes" in describe(scenario(COUNT, [SHARE, COST], OUTCOMES), "en")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"low": 0.3}, "0 ≤ low"),
        ({"low": -1}, "0 ≤ low"),
        ({"high": math.inf}, "0 ≤ low"),
        ({"value": math.nan}, "0 ≤ low"),
        ({"source": " "}, "no source"),
        ({"distribution": "normal"}, "unknown distribution"),
    ],
)
def test_an_assumption_that_cannot_be_used_is_refused(change, told):
    with pytest.raises(DataError, match=told):
        scenario(COUNT, [SHARE | change], {"x": ["share affected"]})


@pytest.mark.parametrize(
    ("frame", "outcomes", "told"),
    [
        (COUNT.assign(value=-1.0, low=-1.0), OUTCOMES, "negative"),
        (COUNT.assign(low=1100.0, high=1000.0), OUTCOMES, "low end above"),
        (COUNT.iloc[:0], OUTCOMES, "no row"),
        (COUNT, {}, "needs an outcome"),
        (COUNT, {"x": ["luck"]}, "luck"),
        (COUNT, {"x": []}, "no assumption"),
        (pd.concat([COUNT, COUNT.assign(iso3="WLD")]), OUTCOMES, "counted twice"),
        (pd.concat([COUNT.assign(measure="studies"), COUNT.assign(measure="images")]), OUTCOMES, "one measure"),
    ],
)
def test_bad_input_is_refused_in_words(frame, outcomes, told):
    with pytest.raises(DataError, match=told):
        scenario(frame, [SHARE, COST], outcomes)


def test_an_assumption_twice_is_refused():
    with pytest.raises(DataError, match="stands twice"):
        scenario(COUNT, [SHARE, SHARE], {"x": ["share affected"]})
