"""What a comparison could have seen, and what it rules out; the numbers of others stand in test_outside_counts."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly
from scipy.stats import poisson

import analysis as ex
from analysis.statistics import change, describe, equivalence, interrupted, least_detectable, rate_ratio
from analysis.statistics.power_of_counts import power_of
from analysis.statistics.power_of_steps import inside


def test_the_power_is_that_of_simulated_waves():
    random = np.random.default_rng(2)
    first, second = random.poisson(20, 4000), random.poisson(44, 4000)
    waves = [
        pd.DataFrame({"iso3": [f"X{at}" for at in range(4000)], "measure": "servers_exposed", "value": counts})
        for counts in (first, second)
    ]
    found = change(waves[0].assign(year=2019), waves[1].assign(year=2020))
    assert (found["p_value"] <= 0.05).mean() == pytest.approx(power_of(20, 2.2), abs=0.02)


def test_the_least_rise_has_the_power_and_a_smaller_one_has_not():
    row = least_detectable(pd.DataFrame({"value": [12.0]}), power=0.9).iloc[0]
    assert power_of(12, row["least_rise"] * 1.02) >= 0.9 > power_of(12, row["least_rise"] * 0.98)
    assert power_of(12, row["least_fall"] * 0.98) >= 0.9 > power_of(12, row["least_fall"] * 1.02)


def test_from_five_no_fall_is_found():
    found = least_detectable(pd.DataFrame({"place": ["A"], "value": [5.0]}))
    assert found["least_fall"].isna().all() and "no fall would" in describe(found)
    assert "a ratio to zero cannot be calculated" in describe(
        least_detectable(pd.DataFrame({"iso3": ["DEU"], "value": [0.0]}))
    )
    # Five before and none after: p = 2 · 2⁻⁵
    assert 2 * 0.5**5 > 0.05 and poisson.pmf(0, 5) < 0.01


def test_no_change_is_not_told_from_few():
    few = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [6.0, 6.0], "size": [1.0, 1.0]})
    many = few.assign(value=[2000.0, 2000.0])
    assert equivalence(rate_ratio(few, "DEU", "FRA", "size"))["verdict"].item() == "cannot tell"
    assert equivalence(rate_ratio(many, "DEU", "FRA", "size"))["verdict"].item() == "no change larger than the margin"


def test_rounding_makes_equivalence_harder():
    frame = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [500.0, 500.0], "size": [1.0, 1.0]})
    rounded = frame.assign(low=frame["value"] - 50, high=frame["value"] + 50)
    exact, wide = (equivalence(rate_ratio(one, "DEU", "FRA", "size")).iloc[0] for one in (frame, rounded))
    assert wide["p_value"] > exact["p_value"] and wide["ratio_low"] < exact["ratio_low"]


def test_a_dispersion_makes_equivalence_harder():
    frame = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [500.0, 500.0], "size": [1.0, 1.0]})
    one, other = (
        equivalence(rate_ratio(frame.assign(dispersion=d), "DEU", "FRA", "size")).iloc[0] for d in (None, 9.0)
    )
    assert other["p_value"] > one["p_value"]


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (lambda: least_detectable(pd.DataFrame({"value": [5.0]}), power=1.2), "power is a probability"),
        (lambda: least_detectable(pd.DataFrame({"value": [5.0]}), exposure=0), "exposure"),
        (lambda: least_detectable(pd.DataFrame({"value": [5.0], "measure": "widgets"})), "not a registered"),
        (lambda: equivalence(pd.DataFrame({"iso3": ["DEU"], "level": 0.95, "limits": "both"})), "no pairs"),
    ],
)
def test_what_cannot_be_asked_is_refused(run, told):
    with pytest.raises(ex.ExposureError, match=told):
        run()


def stepped(error):
    """A result of `interrupted` with a known error of the log ratio and so many degrees of freedom that t is normal."""
    series = monthly(np.random.default_rng(1).poisson(40, 60))
    found = interrupted(series, series["day"].iloc[30].strftime("%Y-%m"), window=30, placebos=0)
    found["ratio_low"], found["ratio_high"] = (
        found["ratio"] * np.exp(sign * 1.959963984540 * error) for sign in (-1, 1)
    )
    return found.assign(free=1e9)


@pytest.mark.parametrize(
    ("error", "down", "up"),
    [
        (0.05, 0.869289332008, 1.15036497421),
        (0.11, 0.734787179063, 1.36093828049),
        (0.2, 0.571027994363, 1.75122762784),
    ],
)
def test_the_least_step_of_a_series_is_the_sum_of_two_quantiles_times_its_error(error, down, up):
    """(z₀.₉₇₅ + z₀.₈) se, as made beside R."""
    row = least_detectable(stepped(error)).iloc[0]
    assert (row["least_fall"], row["least_rise"]) == pytest.approx((down, up), rel=1e-6)


def test_a_step_is_ruled_out_exactly_where_the_narrower_interval_lies_inside():
    found = stepped(0.1)
    row = equivalence(found, 0.5, 2).iloc[0]
    middle = np.log(found["ratio"].iloc[0])
    assert np.log([row["ratio_low"], row["ratio_high"]]) == pytest.approx(
        middle + 1.6448536 * 0.1 * np.array([-1, 1]), abs=1e-6
    )
    edge = equivalence(found, float(row["ratio_low"]), 2)
    assert edge["p_value"].iloc[0] == pytest.approx(0.05, abs=1e-9)
    assert equivalence(found, float(row["ratio_low"]) * 1.01, 2)["verdict"].iloc[0] == "cannot tell"
    assert row["verdict"] != "cannot tell" and describe(equivalence(found, 0.5, 2), "fr")


def test_a_series_without_counts_on_one_side_has_no_error_to_plan_by():
    series = monthly(np.r_[np.random.default_rng(1).poisson(4, 30), np.zeros(30)])
    found = interrupted(series, series["day"].iloc[30].strftime("%Y-%m"), window=30)
    for ask in (least_detectable, equivalence):
        with pytest.raises(ex.DataError, match="no count at all"):
            ask(found)


def test_limits_that_touch_the_margin_rule_nothing_out():
    """The p-value of a limit on the margin is the level's own, but for the computer's rounding."""
    assert not inside(1 - 0.95, 0.95) and not inside(0.05000000000000002, 0.95) and inside(0.0499, 0.95)
