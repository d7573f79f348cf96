"""E-values: what they say of ratios on either side of 1, and what is refused."""

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import describe, e_value


def ratios(ratio, low=None, high=None):
    frame = pd.DataFrame({"ratio": np.atleast_1d(ratio).astype(float)})
    return frame if low is None else frame.assign(ratio_low=low, ratio_high=high, limits="chance", level=0.95)


def test_a_ratio_and_its_inverse_need_the_same():
    above, below = e_value(ratios(2.5, 1.5, 4.0)).iloc[0], e_value(ratios(1 / 2.5, 1 / 4.0, 1 / 1.5)).iloc[0]
    assert above[["e_value", "e_limit"]].tolist() == pytest.approx(below[["e_value", "e_limit"]].tolist())


def test_a_confounder_of_just_that_strength_takes_the_ratio_to_one():
    needed = e_value(ratios(3.9, 1.8, 8.7)).iloc[0]["e_value"]
    row = e_value(ratios(3.9, 1.8, 8.7), exposure_confounder=needed, confounder_outcome=needed).iloc[0]
    assert row["bounded"] == pytest.approx(1)


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_every_case_is_told(lang):
    cases = [
        e_value(ratios(3.9, 1.8, 8.7)),
        e_value(ratios(2.48, 0.81, 7.57)),
        e_value(ratios(2.48)),
        e_value(ratios(2.48, 1.47, 4.18), exposure_confounder=2, confounder_outcome=3),
    ]
    said = [describe(one, lang) for one in cases]
    assert len(set(said)) == 4 and all("{" not in text and len(text) <= 280 for text in said)
    assert "1" in said[1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: e_value(ratios(0.0)), "not a positive ratio"),
        (lambda: e_value(ratios(np.inf)), "not a positive ratio"),
        (lambda: e_value(ratios(np.nan)), "not a positive ratio"),
        (lambda: e_value(ratios(2, 3, 4)), "outside its own limits"),
        (lambda: e_value(ratios(2), "odds"), "no column 'odds'"),
        (lambda: e_value(ratios(2), exposure_confounder=2), "two ratios"),
        (lambda: e_value(ratios(2), exposure_confounder=2, confounder_outcome=0.5), "1 or above"),
        (lambda: e_value(pd.DataFrame({"ratio": ["two"]})), "not a number"),
    ],
)
def test_bad_input_is_refused(wrong, told):
    with pytest.raises(ex.DataError, match=told):
        wrong()
