"""A change taken apart adds up, its limits cover, and what does not fit is refused; numbers of others elsewhere."""

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import decompose_change


def wave(counts, sizes, **columns):
    return pd.DataFrame({"group": [f"g{at}" for at in range(len(counts))], "value": counts, "size": sizes} | columns)


def test_the_parts_add_up_to_the_change():
    random = np.random.default_rng(5)
    first, second = (wave(random.poisson(30, 6), random.integers(50, 500, 6)) for _ in range(2))
    found = decompose_change(first, second, "group", per="size")
    whole, each = found.iloc[-1], found.iloc[:-1]
    assert whole["composition"] + whole["rates"] == pytest.approx(whole["change"], abs=1e-9)
    assert each["rates"].sum() == pytest.approx(whole["rates"])


def test_the_limits_of_the_rates_part_cover():
    random = np.random.default_rng(6)
    sizes, rates = np.array([100.0, 300, 50]), np.array([0.1, 0.3, 0.2])
    held = []
    for _ in range(300):
        found = decompose_change(
            wave(random.poisson(rates * sizes), sizes),
            wave(random.poisson(rates * 1.5 * sizes), sizes),
            "group",
            "size",
            1,
        ).iloc[-1]
        truth = float((rates * 0.5 * sizes).sum() / sizes.sum())
        held.append(found["rates_low"] <= truth <= found["rates_high"])
    assert 0.92 <= np.mean(held) <= 0.98


def test_wider_figures_widen_the_parts():
    first, second = wave([10, 20], [100, 100]), wave([20, 20], [150, 50])
    rounded = second.assign(low=second["value"] - 5, high=second["value"] + 5)
    plain = decompose_change(first.assign(low=first["value"], high=first["value"]), rounded, "group", "size").iloc[-1]
    exact = decompose_change(first, second, "group", "size").iloc[-1]
    assert plain["rates_low"] < exact["rates_low"] and plain["composition_high"] > exact["composition_high"]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (wave([1, 2, 3], [1, 1, 1]), "groups of both waves differ"),
        (wave([1, 2], [1, 1], group="g0"), "comes twice"),
        (wave([1, 2], [1, np.nan]), "no denominator"),
        (wave([1, 2], [1, np.inf]), "not positive and finite"),
    ],
)
def test_what_does_not_fit_is_refused(second, told):
    with pytest.raises(ex.DataError, match=told):
        decompose_change(wave([1, 2], [1, 1]), second, "group", "size")
