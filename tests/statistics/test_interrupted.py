"""Before and after: published examples, an own computation of the errors, what is refused, and how often nothing is
taken for something."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly, published
from vectors import Vector

import analysis as ex
from analysis.statistics import before_and_after, describe, interrupted
from analysis.statistics.newey_west import fitted

BERNAL = "Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol. 46, 348-355 (their data and R code)"
NONE = pd.DataFrame({"date": [], "reason": []})


def sicily(**options):
    return interrupted(published("sicily"), "2005-01", per="people", **options).iloc[0]


def register(measure="breaches"):
    return ex.series("us-breach-register", measure=measure)


VECTORS = [
    # "a decrease of 11 %": their model of a step and a trend
    Vector(
        "interrupted.interrupted",
        BERNAL,
        "change with the smoking ban",
        -0.11,
        lambda: sicily(slope=False, season=0)["ratio"] - 1,
        0.005,
    ),
    Vector(
        "interrupted.interrupted",
        BERNAL,
        "the same, season taken out",
        -0.11,
        lambda: sicily(slope=False)["ratio"] - 1,
        0.005,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_the_placebo_dates_of_the_published_example_show_nothing_like_it():
    found = interrupted(published("sicily"), "2005-01", per="people", slope=False)
    row = found.iloc[0]
    assert row["verdict"] == "lower" and row["placebo_share"] == 0 and found["placebo"].sum() > 20
    assert row["dispersion"] > 2  # the authors go over to quasi-Poisson for it
    assert row["ratio_low"] < 0.885 < row["ratio_high"] < 1


def test_errors_are_those_that_stata_prints():
    """Newey and West's estimate on the scores of a linear model is checked in statsmodels against Stata's newey. Here
    the same for counts, by hand: bread and meat of the quasi-Poisson with Bartlett weights and n / (n - k)."""
    random = np.random.default_rng(4)
    n, lags = 80, 3
    design = np.column_stack([np.ones(n), np.arange(n) >= 40, np.arange(n) / 12])
    size = random.uniform(50, 90, n)
    count = random.poisson(size * np.exp(design @ [-1, 0.3, 0.05]))
    estimate, covariance, dispersion = fitted(count, design, lags, size)
    mean = size * np.exp(design @ estimate)
    scores = design * (count - mean)[:, None]
    np.testing.assert_allclose(scores.sum(axis=0), 0, atol=1e-5)
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        shifted = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (shifted + shifted.T)
    bread = np.linalg.inv(design.T @ (design * mean[:, None]))
    np.testing.assert_allclose(covariance, bread @ meat @ bread * n / (n - 3), rtol=1e-6)
    assert dispersion == pytest.approx(((count - mean) ** 2 / mean).sum() / (n - 3))


def test_a_known_step_and_slope_are_found():
    t = np.arange(120)
    level = np.exp(4 + 0.1 * t / 12 + np.log(0.7) * (t >= 60) + np.log(1.2) * (t - 60) / 12 * (t >= 60))
    row = interrupted(monthly(np.round(level * 1e4)), "2025-01", window=60, season=0).iloc[0]
    assert row["ratio"] == pytest.approx(0.7, rel=1e-3)
    assert [row["slope_before"], row["slope_after"], row["slope_ratio"]] == pytest.approx(
        [np.exp(0.1), np.exp(0.1) * 1.2, 1.2], rel=1e-3
    )
    assert row["before"] == row["after"] == 60


def test_what_moves_a_control_too_drops_out():
    random = np.random.default_rng(8)
    shared = np.exp(0.5 * np.sin(np.arange(96) / 3) + (np.arange(96) >= 40) * 0.6)
    touched = np.where(np.arange(96) >= 60, 0.5, 1.0)
    series, control = random.poisson(200 * shared * touched), random.poisson(300 * shared)
    here, there = (
        monthly(series, place="here", measure="incidents"),
        monthly(control, place="there", measure="incidents"),
    )
    row = interrupted(here, "2025-01", control=there).iloc[0]
    assert row["verdict"] == "lower" and row["ratio_low"] < 0.5 < row["ratio_high"]
    # in proportion to the control alone the same ratio, whichever is named first
    other = interrupted(there, "2025-01", control=here).iloc[0]
    assert other["ratio"] == pytest.approx(1 / row["ratio"]) and other["p_value"] == pytest.approx(row["p_value"])
    with pytest.raises(ex.DataError, match="resample"):
        interrupted(here, "2025-01", control=pd.DataFrame({"day": pd.date_range("2020-01-01", periods=50), "count": 1}))


def test_the_month_of_the_date_belongs_to_neither_side():
    values = np.random.default_rng(1).poisson(50, 72)
    outlier = values.copy()
    outlier[36] = 9999
    one, other = (interrupted(monthly(found), "2023-01-17", placebos=0).iloc[0] for found in (values, outlier))
    assert one["ratio"] == other["ratio"] and one["day"] == pd.Timestamp("2023-02-01")
    # on the first of a month it begins the second part
    assert interrupted(monthly(outlier), "2023-01-01", placebos=0).iloc[0]["ratio"] > one["ratio"]


# What is refused


def test_an_effect_across_a_change_of_method_is_refused_unless_modelled():
    with pytest.raises(ex.NotComparableError, match=r"2015-01.*across_breaks='model'"):
        interrupted(register(), "2016-01", window=24)
    modelled = interrupted(register(), "2016-01", window=24, across_breaks="model")
    assert modelled.attrs["parameters"]["breaks_modelled"] == ["2015-01"]
    assert any("step of their own" in text for text in modelled.attrs["warnings"])
    naive = interrupted(register(), "2016-01", window=24, breaks=NONE)
    assert naive.iloc[0]["ratio"] != modelled.iloc[0]["ratio"]
    with pytest.raises(ex.DataError, match="choose one of refuse, model"):
        interrupted(register(), "2016-01", across_breaks="mark")


@pytest.mark.parametrize("date", ["2013-03-26", "2013-09-23", "2015-01"])
def test_a_law_that_changes_the_counting_itself_cannot_be_told_from_it(date):
    for breaks in ("refuse", "model"):
        with pytest.raises(ex.NotComparableError, match="at the date itself"):
            interrupted(register(), date, window=12, across_breaks=breaks)


def test_two_events_in_one_window_are_refused_and_both_are_named():
    with pytest.raises(ex.NotComparableError, match="2019-05-02") as refused:
        interrupted(register(), "2020-03-17", events=ex.events(), window=12)
    assert ["2019-09-23", "A US senator writes to an imaging company about open archives"] in refused.value.events
    with pytest.raises(ex.NotComparableError, match="several events fall on 2019-09-17"):
        interrupted(register(), "2019-09-17", events=ex.events(), window=12)


def test_events_elsewhere_or_outside_the_window_do_not_matter():
    elsewhere = pd.DataFrame(
        {"date": ["2019-05-02", "2012-01-01"], "place": ["DEU", "USA"], "event": ["a law", "an old law"]}
    )
    alone = interrupted(register(), "2019-09-17", events=elsewhere, window=24)
    assert not any("looked for other events" in text for text in alone.attrs["warnings"])
    assert alone.iloc[0]["ratio"] == interrupted(register(), "2019-09-17", window=24).iloc[0]["ratio"]
    for place in ("World", "USA"):
        with pytest.raises(ex.NotComparableError, match="a law"):
            interrupted(register(), "2019-09-17", events=elsewhere.assign(place=place), window=24)


@pytest.mark.parametrize(
    ("date", "options", "match"),
    [
        ("2024-08", {}, "periods before"),
        ("2005-01", {}, "0 periods before"),
        ("soon", {}, "is not a date"),
        ("2019-01", {"window": 3}, "too short"),
        ("2019-01", {"level": 2}, "between 0 and 1"),
        ("2019-01", {"season": 9}, "no season"),
        ("2019-01", {"window": 8, "season": None, "lags": 0, "slope": True}, None),
    ],
)
def test_what_the_series_cannot_answer_is_refused(date, options, match):
    if match is None:
        assert interrupted(register(), date, **options).iloc[0]["before"] == 8
        return
    with pytest.raises(ex.DataError, match=match):
        interrupted(register(), date, **options)


def test_of_each_event_it_is_said_whether_it_may_be_asked():
    found = before_and_after(register(), ex.events()).set_index("date")
    assert not found["event"].str.contains("GDPR").any()  # of another place
    asked = found[found["asked"]]
    assert asked.index.tolist() == ["2016-03"]
    alone = interrupted(register(), "2016-03", events=ex.events(), window=12).iloc[0]
    assert asked["ratio"].iloc[0] == alone["ratio"] and asked["verdict"].iloc[0] == alone["verdict"]
    assert set(found.loc["2019-09-17", "why"]) == {"several events on the day"}
    assert (
        found.loc["2020-03-17", "why"] == "another event in the window"
        and "2019-05-02" in found.loc["2020-03-17", "beside"]
    )
    assert found.loc["2025-08-07", "why"] == found.loc["2009-09-23", "why"] == "too few periods"
    only = before_and_after(register(), ex.events(places=["USA"], since="2013-09-01", until="2013-10-01"))
    assert only["why"].tolist() == ["change of method"] and only["beside"].tolist() == ["2013-09-23"]
    with pytest.raises(ex.DataError, match="no event of the place"):
        before_and_after(register(), ex.events(places=["DEU"]))


# Nothing is not taken for something


def test_placebo_windows_hold_neither_the_date_nor_a_change_of_method():
    found = interrupted(register(), "2019-09-17", window=24)
    placebo = found[found["placebo"]]
    assert 20 <= len(placebo) <= 40
    for date in ("2013-03-26", "2013-09-23", "2015-01-01", "2019-09-17", "2024-10-01"):
        assert (abs((placebo["day"] - pd.Timestamp(date)).dt.days) > 200).all(), date


def test_without_room_for_a_placebo_nothing_is_told():
    row = interrupted(monthly(np.r_[np.full(8, 10), np.full(8, 90)] + np.arange(16) % 3), "2020-09").iloc[0]
    assert row["ratio_low"] > 1 and np.isnan(row["placebo_share"]) and row["verdict"] == "cannot tell"


def test_limits_are_as_wide_as_the_placebo_dates_ask_and_agree_with_the_verdict():
    found = interrupted(register(), "2019-09-17")
    row, placebo = found.iloc[0], found[found["placebo"]]
    reach = (
        placebo["t"].abs().sort_values().iloc[38]
    )  # of 40 the 39th: one in twenty beyond it, the date itself among them
    error = np.log(row["ratio"]) / row["t"]
    assert len(placebo) == 40 and row["widened"] > 1
    assert [row["ratio_low"], row["ratio_high"]] == pytest.approx(
        np.exp(np.log(row["ratio"]) + np.array([-1, 1]) * reach * error).tolist()
    )
    for values in (np.r_[np.full(60, 80), np.full(60, 40)], np.full(120, 60)):
        one = interrupted(monthly(np.random.default_rng(3).poisson(values)), "2025-01").iloc[0]
        assert (
            (one["verdict"] != "cannot tell")
            == (not one["ratio_low"] <= 1 <= one["ratio_high"])
            == (one["placebo_p"] <= 0.05)
        )


@pytest.mark.parametrize("hang", [0.0, 0.6])
def test_of_series_without_an_event_few_are_given_one(hang):
    """Overdispersed counts, independent or hanging together (autoregression 0.6): the interval alone would tell an
    effect in almost a quarter of the latter."""
    told = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        shock = random.normal(0, 0.2, 140)
        for t in range(1, 140):
            shock[t] += hang * shock[t - 1]
        found = interrupted(monthly(random.poisson(60 * np.exp(shock[20:]))), "2025-03", placebos=20)
        told += found.iloc[0]["verdict"] != "cannot tell"
    assert told <= 3


def test_a_real_step_is_seen_when_it_is_large():
    random = np.random.default_rng(3)
    found = interrupted(monthly(random.poisson(np.r_[np.full(60, 80), np.full(60, 40)])), "2025-01")
    assert found.iloc[0]["verdict"] == "lower"
    assert describe(found).startswith("Cases: right after January 2025, the level is 0.46")
