"""Two shares: what both methods must have in common, both uncertainties, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.statistics import describe, share_difference, share_ratio


def trial(x1, n1, x2, n2, **columns):
    return pd.DataFrame({"group": ["a", "b"], "numerator": [x1, x2], "denominator": [n1, n2]} | columns)


def test_newcombes_published_example():
    # Newcombe 1998, Stat. Med. 17, table II, (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339
    row = share_difference(trial(56, 70, 48, 80), "a", "b").iloc[0]
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_p_and_the_score_interval_never_disagree(n1, n2, data):
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    row = share_difference(trial(x1, n1, x2, n2), "a", "b", method="miettinen-nurminen").iloc[0]
    assert -1 <= row["difference_low"] <= row["difference"] <= row["difference_high"] <= 1
    if abs(row["p_value"] - 0.05) > 1e-6:
        assert (row["p_value"] < 0.05) == (row["difference_low"] > 0 or row["difference_high"] < 0)
    if x1 + x2:
        ratio = share_ratio(trial(x1, n1, x2, n2), "a", "b").iloc[0]
        assert ratio["ratio_low"] <= ratio["ratio"] <= ratio["ratio_high"]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5), st.integers(0, 5))
def test_a_wider_figure_never_narrows_a_difference(x1, x2, down, up):
    def ends(down, up):
        frame = trial(
            x1,
            40,
            x2,
            40,
            numerator_low=[max(x1 - down, 0), max(x2 - down, 0)],
            numerator_high=[x1 + up, x2 + up],
            denominator_low=[40, 40],
            denominator_high=[40, 40],
        )
        row = share_difference(frame, "a", "b").iloc[0]
        assert row["limits"] == "both"
        return row["difference_low"], row["difference_high"]

    narrow, wide = ends(0, 0), ends(down, up)
    assert wide[0] <= narrow[0] + 1e-12 and wide[1] >= narrow[1] - 1e-12


def test_swapping_the_two_turns_the_interval():
    one = share_ratio(trial(3, 20, 9, 25), "a", "b").iloc[0]
    other = share_ratio(trial(3, 20, 9, 25), "b", "a").iloc[0]
    assert one["ratio_low"] == pytest.approx(1 / other["ratio_high"], rel=1e-9)


def test_none_of_the_second_leaves_the_ratio_open():
    row = share_ratio(trial(3, 20, 0, 25), "a", "b").iloc[0]
    assert row["ratio"] == row["ratio_high"] == np.inf and row["ratio_low"] > 0
    assert "∞" in describe(share_ratio(trial(3, 20, 0, 25), "a", "b"))


@pytest.mark.parametrize(
    ("frame", "options", "told"),
    [
        (trial(3, 0, 1, 5), {}, "nothing was tested"),
        (trial(6, 5, 1, 5), {}, "more passed"),
        (trial(3, 5, 1, 5), {"method": "wald"}, "unknown method 'wald'"),
        (trial(3, 5, 1, 5), {"level": 1.5}, "confidence level"),
        (trial(3, 5, 1, 5).drop(columns="group"), {}, "no column says"),
        (trial(3, 5, 1, 5).assign(group="a"), {}, "2 rows"),
        (trial("3", 5, 1, 5), {}, "not a number"),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, options, told):
    with pytest.raises(ex.DataError, match=told):
        share_difference(frame, "a", "b", **options)


def test_of_a_measure_that_nobody_knows_rounding_alone_is_told():
    found = share_difference(trial(3, 5, 1, 5, measure="widgets"), "a", "b")
    assert found["limits"].item() == "exact" and found["p_value"].isna().all()
    assert "not known whether" in describe(found)
