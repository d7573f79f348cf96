"""What a comparison could have seen, and what it rules out; the numbers of others stand in test_outside_counts."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

import analysis as ex
from analysis.statistics import change, describe, equivalence, least_detectable, rate_ratio
from analysis.statistics.power import power_of


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
    one, other = (equivalence(rate_ratio(frame, "DEU", "FRA", "size", dispersion=d)).iloc[0] for d in (None, 9.0))
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
