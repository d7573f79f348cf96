"""Rates and their limits, against printed tables and other packages' test data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as ex
from analysis.statistics.rates import byar, garwood


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood's table of 95 % limits as reprinted by Breslow & Day 1987, two decimals
    [(0, 0, 3.69), (1, 0.03, 5.57), (2, 0.24, 7.22), (3, 0.62, 8.77), (5, 1.62, 11.67), (10, 4.80, 18.39), (20, 12.22, 30.89),
     (50, 37.11, 65.92), (100, 81.36, 121.63)],
)  # fmt: skip
def test_garwood_gives_the_printed_table(count, low, high):
    found = garwood(np.array([count]))
    assert found[0][0] == pytest.approx(low, abs=5e-3)
    assert found[1][0] == pytest.approx(high, abs=5e-3)


def test_exact_is_neither_the_minimum_likelihood_nor_blakers_interval():
    # exactci's tests print (81.8391, 121.8372) and (81.5387, 121.5313) for those two at 100 events
    low, high = garwood(np.array([100]))
    assert (low[0], high[0]) == (pytest.approx(81.3640, abs=5e-5), pytest.approx(121.6268, abs=5e-5))


@pytest.mark.parametrize(
    ("count", "level", "low", "high"),
    # PHEindicatormethods, testdata_Byars_Wilson
    [(65, 0.95, 50.1631877105, 82.8491385459), (1045, 0.95, 982.5932018073, 1110.3312129856), (1, 0.95, 0.0130721329, 5.5637555825),
     (65, 0.998, 42.8802614715, 94.0002908443), (10, 0.998, 2.9163183747, 24.1937249279)],
)  # fmt: skip
def test_byar_gives_the_printed_limits(count, level, low, high):
    found = byar(np.array([count]), level)
    assert found[0][0] == pytest.approx(low, abs=1e-9)
    assert found[1][0] == pytest.approx(high, abs=1e-9)


def test_byars_negative_lower_limit_is_withheld():
    low, high = byar(np.array([1]), 0.998)
    assert np.isnan(low[0])
    assert high[0] == pytest.approx(9.3621802179, abs=1e-9)


def servers(**columns):
    base = {"iso3": ["USA"], "measure": ["servers_exposed"], "value": [187.0], "low": [187.0], "high": [187.0], "scan_to": ["2019-09"]}
    return pd.DataFrame(base | columns)


def test_the_united_states_in_2019_by_hand():
    # 187 / 330.226227 = 0.5663; exact Poisson limits of 187 are 161.157 and 215.808: 0.4880 to 0.6535
    row = ex.rates(servers()).iloc[0]
    assert row["rate"] == pytest.approx(187 / 330.226227, rel=1e-12)
    assert (row["rate_low"], row["rate_high"]) == (pytest.approx(0.4880, abs=5e-5), pytest.approx(0.6535, abs=5e-5))
    assert (row["denominator_year"], row["rate_method"], row["level"]) == (2019, "exact Poisson", 0.95)


def test_a_country_without_population_keeps_its_row_without_a_rate():
    found = ex.rates(servers(iso3=["ATA"]))
    assert len(found) == 1 and np.isnan(found["rate"].iloc[0])
    assert found.attrs["missing"] == ["ATA"]


def test_studies_have_no_limits_of_chance():
    studies = servers(measure=["studies"], value=[2.4e7], low=[2.35e7], high=[2.45e7])
    row = ex.rates(studies).iloc[0]
    assert row["rate_method"] == "printing only"
    assert row["rate_low"] == pytest.approx(2.35e7 / 330.226227)
    with pytest.raises(ex.NotComparableError, match="come in lots"):
        ex.rates(studies, interval="both")


@pytest.mark.parametrize(
    ("fault", "options"),
    [({"value": [-1.0]}, {}), ({"low": [200.0]}, {}), ({}, {"method": "guess"}), ({"beds": [0.0]}, {"per": "beds"})],
)
def test_what_cannot_be_is_refused(fault, options):
    with pytest.raises(ex.DataError):
        ex.rates(servers(**fault), **options)


@given(st.floats(0, 1e6), st.floats(0, 1e3), st.floats(0, 1e3))
def test_widening_the_printing_never_narrows_the_rate(value, below, above):
    narrow = servers(value=[value], low=[value], high=[value], size=[1e6])
    wide = servers(value=[value], low=[max(value - below, 0)], high=[value + above], size=[1e6])
    one, other = (ex.rates(frame, per="size").iloc[0] for frame in (narrow, wide))
    assert other["rate_low"] <= one["rate_low"] <= one["rate"] <= one["rate_high"] <= other["rate_high"]


@given(st.integers(2, 1000))
def test_a_larger_denominator_scales_the_rate_exactly(factor):
    one = ex.rates(servers(size=[1000.0]), per="size").iloc[0]
    other = ex.rates(servers(size=[1000.0 * factor]), per="size").iloc[0]
    for column in ("rate", "rate_low", "rate_high"):
        assert other[column] == pytest.approx(one[column] / factor, rel=1e-12)
