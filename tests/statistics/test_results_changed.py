"""A result whose numbers or words a reader has changed is refused by what can be known of it, each kind once."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from real_calls import REAL, reports

import analysis as ex
from analysis import statistics
from analysis.language import numbers

made = cache(lambda name: REAL[name]())

#: What is changed: of an estimate that its statistic cannot be, a part, a word that decides, an end of an interval.
CHANGES = {
    "an index beyond what weights allow": ("moran", lambda f: {"i": 39.0, "i_low": 30.0, "i_high": 40.0}, "i"),
    "a rank below the last": ("rank_sets", lambda f: {"rank_high": 99}, "rank_high"),
    "limits of a ratio below 0": ("rate_ratio", lambda f: {"ratio_low": -1.0}, "ratio_low"),
    "half a place": ("correlate", lambda f: {"places": 12.5}, "places"),
    "too few places": ("correlate", lambda f: {"places": 2}, "places"),
    "a level of 9.5": ("moran", lambda f: {"test_level": 9.5}, "test_level"),
    "an index above 1": ("gini", lambda f: {"high": 1.3}, "high"),
    "half an interval": ("rates", lambda f: {"rate_high": np.nan}, "rate_high"),
    "limits without a number": ("forecast", lambda f: {"expected": None}, "expected"),
    "more published than there is": ("bounds", lambda f: {"total": 1.0}, "total"),
    "more left than there is": ("bounds", lambda f: {"high": f["high"] * 10}, "high|total"),
    "fewer in the end than reported": (
        "nowcast",
        lambda f: {"final": 0.0, "final_low": 0.0, "final_high": 0.0},
        "final|to_come|reported",
    ),
    "a balance that is none": ("gone_and_new", lambda f: {"value": 0.5, "low": 0.0, "high": 1.0}, "value"),
    "a change that is not its parts": ("decompose_change", lambda f: {"rates": f["rates"] * 10}, "rates|change"),
    "an outcome of another count": ("scenario", lambda f: {"count": 5.0}, "value"),
    "a range beside its centre": ("tornado", lambda f: {"low": f["low"] * 100}, "span"),
    "an e-value of another ratio": ("e_value", lambda f: {"e_value": 44.0}, "e_value"),
    "nothing expected": ("funnel", lambda f: {"expected": 0.0}, "ratio"),
    "another least count": ("too_few", lambda f: {"least": 3}, "least"),
    "another threshold": ("cell_suppression", lambda f: {"threshold": 100}, "threshold"),
    "another verdict": ("heaping", lambda f: {"verdict": "as counted"}, "verdict"),
    "no verdict": ("funnel", lambda f: {"verdict": None}, "verdict"),
    "no outcome": ("scenario", lambda f: {"outcome": None}, "outcome"),
    "ranked by what is not there": ("rank_sets", lambda f: {"ranked_by": "beauty"}, "ranked_by"),
    "a flag turned": ("top_set", lambda f: {"certain": ~f["certain"]}, "certain"),
    "no test passed": ("anomalies", lambda f: {"anomaly": None}, "anomaly"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_refused_by_its_column(kind):
    name, change, column = CHANGES[kind]
    frame = made(name)
    assert statistics.describe(frame)
    with pytest.raises(ex.DataError) as refused:
        statistics.describe(frame.assign(**change(frame)))
    assert refused.value.column in column.split("|") and refused.value.remedy


def test_one_sentence_does_not_tell_of_one_row_of_two():
    frame = made("correlate")
    with pytest.raises(ex.DataError, match="2 rows"):
        statistics.describe(pd.concat([frame, frame.assign(covariate="population")]))


def test_a_few_rows_of_a_ranking_are_still_of_all_places():
    """It said "first of 1"."""
    assert "first of 13 with a figure" in statistics.describe(made("rank_sets").head(1))


def test_a_register_is_not_divided_by_scans():
    with pytest.raises(ex.NotComparableError, match="not a sum over scans"):
        statistics.per_scan(reports())
    with pytest.raises(ex.DataError, match="one scan already"):
        statistics.per_scan(made("per_scan"))


def test_no_share_is_printed_where_there_is_none():
    """The sentence of local_moran told of "a false discovery rate of NaN%"."""
    with pytest.raises(ex.DataError, match="no share"):
        numbers.percent(np.nan)
    assert "false discovery rate of 5%" in statistics.describe(made("local_moran"))


@pytest.mark.parametrize("name", ["rates", "moran", "rank_sets"])
def test_columns_of_ones_own_are_left_alone(name):
    """A share of 45 %, a rank from below or limits of an estimate of one's own were taken for those of the result."""
    frame = made(name)
    own = {"share": 45.0, "status": None, "total": np.nan, "of": 3, "first": None, "mine": 4.0, "mine_low": 5.0}
    assert statistics.describe(frame.assign(**own, mine_high=3.0)) == statistics.describe(frame)


def test_steady_series_and_standardised_rates_are_told():
    """Both were refused: a series without a step has no day of one, and a standardised rate is not the crude one."""
    steady = pd.DataFrame({"day": pd.date_range("2021-01-01", periods=36, freq="MS"), "count": 50 + np.arange(36) % 3})
    assert "no change of level" in statistics.describe(statistics.change_points(steady))
    found = made("directly_standardised")
    ends = {name: found[name] * 5 for name in ("rate", "rate_low", "rate_high")}
    assert statistics.describe(found.assign(**ends))


#: Columns that a sentence tells of; emptied, they ended in errors of pandas ("cannot convert float NaN to integer").
TOLD = {
    "bounds": "high",
    "funnel": "expected",
    "gone_and_new": "value",
    "heaping": "found",
    "interrupted": "placebo_share",
    "ranked_changes": "rank_low",
    "seasonal_trend": "stretch",
}


@pytest.mark.parametrize("name", TOLD)
def test_an_emptied_column_that_is_told_is_asked_for(name):
    with pytest.raises(ex.DataError, match="pass"):
        statistics.describe(made(name).assign(**{TOLD[name]: np.nan}))
