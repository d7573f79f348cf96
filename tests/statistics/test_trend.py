"""Trends of long series, against published numbers, by hand, and on the shipped register."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monthly import monthly, published
from scipy.special import ndtr
from vectors import Vector

import analysis as ex
from analysis.statistics import anomalies, change_points, decompose, interrupted, seasonal_trend
from analysis.statistics.lines import one_line
from analysis.statistics.mann_kendall import kendall
from analysis.statistics.seasonal_trend import _covariance

POHLERT = "Pohlert, R package trend, vignette: smk.test(nottem)"


def nottem_s(month=None):
    line = one_line(published("nottem"))
    months = range(1, 13) if month is None else [month]
    return np.array([kendall(line.values[line.season == one]) for one in months]).sum(axis=0)


def p_of(s, variance):
    return 2 * ndtr(-(abs(s) - 1) / np.sqrt(variance))


STRUCCHANGE = (
    "R package strucchange, breakpoints(Nile ~ 1) and confint, as printed in ggchangepoint's article on the Nile"
)


def of_the_nile(column):
    """The last year of the old level, as strucchange counts it."""
    return change_points(nile(), transform="plain").iloc[0][column].year - 1


VECTORS = [
    Vector(
        "change_points.change_points",
        STRUCCHANGE,
        "observation 28, the last of the old level",
        1871 + 27,
        lambda: of_the_nile("day"),
        0,
    ),
    Vector(
        "change_points.change_points",
        STRUCCHANGE,
        "lower limit, observation 25",
        1871 + 24,
        lambda: of_the_nile("day_low"),
        1,
    ),
    Vector(
        "change_points.change_points",
        STRUCCHANGE,
        "upper limit, observation 32",
        1871 + 31,
        lambda: of_the_nile("day_high"),
        1,
    ),
    Vector("seasonal_trend.seasonal_trend", POHLERT, "S of all months", 224, lambda: nottem_s()[0], 0),
    Vector(
        "seasonal_trend.seasonal_trend",
        POHLERT,
        "p of all months, seasons independent",
        0.036,
        lambda: p_of(*nottem_s()),
        5e-4,
    ),
    Vector("seasonal_trend.seasonal_trend", POHLERT, "S of August", 80, lambda: nottem_s(8)[0], 0),
    Vector("seasonal_trend.seasonal_trend", POHLERT, "S of September", 67, lambda: nottem_s(9)[0], 0),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


# The seasonal slope


def test_seasons_that_hang_together_make_a_trend_less_sure():
    row = seasonal_trend(published("nottem")).iloc[0]
    assert row["method"] == "seasonal Kendall, seasons dependent"
    assert p_of(*nottem_s()) < row["p_value"] < 0.2
    assert row["verdict"] == "cannot tell" and row["slope_low"] < 0 < row["slope"] < row["slope_high"]


def test_the_covariance_of_two_seasons_is_that_of_all_orders():
    """Two seasons of five years, the second the double of the first: under every order of the years both S are one
    and the same, so that the covariance is the variance, n (n − 1) (2n + 5) / 18 = 16.67."""
    table = np.array([[1.0, 2], [4, 8], [2, 4], [5, 10], [3, 6]])
    days = [f"{year}-{month}-01" for year in range(2000, 2005) for month in ("01", "07")]
    line = one_line(pd.DataFrame({"day": days, "count": table.ravel(), "absent": "unknown"}), grain="quarter")
    known = ~np.isnan(line.values)
    assert known.sum() == 10 and set(line.season[known]) == {1, 3}
    assert _covariance(line) / 2 == pytest.approx(5 * 4 * 15 / 18)


def test_a_season_is_no_trend():
    wave = np.tile([10, 20, 40, 80, 40, 20, 10, 5, 5, 5, 5, 8], 8)
    row = seasonal_trend(monthly(wave)).iloc[0]
    assert (row["slope"], row["tau"], row["p_value"], row["verdict"]) == (0, 0, 1, "cannot tell")
    rising = seasonal_trend(monthly(wave + np.arange(96) / 12 * 3)).iloc[0]
    assert [rising["slope"], rising["slope_low"], rising["slope_high"], rising["tau"]] == pytest.approx([3, 3, 3, 1])
    assert rising["verdict"] == "rises"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 200), min_size=36, max_size=60), st.integers(1, 5), st.sets(st.integers(0, 35), max_size=8)
)
def test_scale_and_gaps(values, factor, gaps):
    frame = monthly(np.array(values, dtype=float)).drop(index=list(gaps))
    if len(frame) < 28:
        return
    try:
        one = seasonal_trend(frame).iloc[0]
    except ex.DataError:
        return
    other = seasonal_trend(frame.assign(count=frame["count"] * factor)).iloc[0]
    assert other["slope"] == pytest.approx(one["slope"] * factor) and other["p_value"] == pytest.approx(one["p_value"])
    assert one["slope_low"] <= one["slope"] <= one["slope_high"]
    mirrored = seasonal_trend(frame.assign(count=1000 - frame["count"])).iloc[0]
    assert mirrored["slope"] == pytest.approx(-one["slope"]) and mirrored["p_value"] == pytest.approx(one["p_value"])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(20, 200), min_size=36, max_size=60), st.integers(0, 20), st.integers(0, 20))
def test_a_wider_count_never_narrows_a_slope(values, down, up):
    values = np.array(values, dtype=float)
    one = seasonal_trend(monthly(values)).iloc[0]
    wide = seasonal_trend(monthly(values, low=values - down, high=values + up)).iloc[0]
    assert (
        wide["slope_low"] <= one["slope_low"]
        and one["slope_high"] <= wide["slope_high"]
        and wide["slope"] == one["slope"]
    )


def test_what_leaves_printing_out_says_so():
    values = np.random.default_rng(1).poisson(60, 72).astype(float)
    frame = monthly(values, low=values - 5, high=values + 5)
    for found in (change_points(frame), interrupted(frame, "2023-01", window=24)):
        assert any("intervals of rounding" in text for text in found.attrs["warnings"])
    assert not any("intervals of rounding" in text for text in change_points(monthly(values)).attrs["warnings"])


def test_the_register_rises_in_each_stretch_that_is_long_enough_and_none_is_joined():
    found = seasonal_trend(ex.series("us-breach-register", measure="breaches"))
    assert found["from"].astype(str).str[:7].tolist() == ["2009-10", "2013-04", "2013-10", "2015-01", "2024-10"]
    assert found["to"].astype(str).str[:7].tolist()[:4] == ["2013-02", "2013-08", "2014-12", "2024-09"]
    last = found.iloc[3]
    # 270 reports in 2015 and 745 in 2023: (745 - 270) / 12 / 8 = 4.9 a month more each year
    assert last["verdict"] == "rises" and last["slope"] == pytest.approx(4.9, abs=0.5)
    assert found.loc[[1, 2, 4], "slope"].isna().all()
    assert any("broken" in text for text in found.attrs["warnings"])


# The split


def test_the_split_is_that_of_cleveland_s_program():
    """The air's carbon dioxide by month, a rise of 35 ppm with a season of 6, in the run of the Fortran program of
    Cleveland et al. (netlib) that statsmodels ships for its tests. It smooths over other spans (35 and 19 periods)
    than the defaults that ours takes, so that trend and season agree to a quarter and a half of a ppm."""
    from pathlib import Path

    import statsmodels.tsa.stl as stl

    folder = Path(stl.__file__).parent / "tests" / "results"
    values = pd.read_csv(folder / "stl_co2.csv", header=None).iloc[:, 0].to_numpy(float)
    printed = pd.read_csv(folder / "stl_test_results.csv", skipinitialspace=True)
    printed.columns = printed.columns.str.strip()
    printed = printed[printed["scenario"].str.strip() == "baseline"]
    found = decompose(monthly(values, first="1959-01"))
    assert np.abs(found["trend"].to_numpy() - printed["trend"].to_numpy(float)).max() < 0.26
    assert np.abs(found["season"].to_numpy() - printed["season"].to_numpy(float)).max() < 0.5
    assert np.allclose(found[["trend", "season", "rest"]].sum(axis=1), values)


def test_nothing_is_smoothed_across_a_gap_or_a_break():
    values = np.tile([10.0, 20, 40, 80, 40, 20, 10, 5, 5, 5, 5, 8], 6)
    frame = monthly(values)
    broken = decompose(frame, breaks=pd.DataFrame({"date": ["2023-01"], "reason": ["another method"]}))
    assert broken["stretch"].tolist() == [1] * 36 + [2] * 36
    gap = decompose(frame.drop(index=30))
    assert (
        gap["part"].tolist()[:30] == [1] * 30 and np.isnan(gap["trend"][30]) and gap["part"].tolist()[31:] == [2] * 41
    )
    product = decompose(frame, log=True)
    assert np.allclose(product["trend"] * product["season"] * product["rest"], values)


def test_what_cannot_be_split_is_refused():
    with pytest.raises(ex.DataError, match="two seasons"):
        decompose(monthly([1.0] * 20))
    with pytest.raises(ex.DataError, match="no season"):
        decompose(pd.DataFrame({"day": ["2019-01-01", "2020-01-01"], "count": [1, 2]}))
    with pytest.raises(ex.DataError, match="logarithm"):
        decompose(monthly([0.0] * 30), log=True)


# Changes of level


def nile():
    import statsmodels.api as sm

    flow = sm.datasets.nile.load_pandas().data
    return pd.DataFrame({"day": flow["year"].astype(int).astype(str) + "-01-01", "count": flow["volume"]})


@pytest.mark.parametrize("scale", ["plain", "root", "log"])
def test_the_flow_of_the_nile_falls_after_1898(scale):
    """R's strucchange gives one break after observation 28 (1898), 95 % interval 25 to 32 (1895 to 1902), and means
    1097.75 and 849.97; so do bcp and changepoint the place. Its interval is Bai's (1997), ours a bootstrap; ours
    names the first year of the new level."""
    found = change_points(nile(), transform=scale)
    assert len(found) == 1
    row = found.iloc[0]
    assert row["day"].year == 1899
    assert (abs(row["day_low"].year - 1896), abs(row["day_high"].year - 1903)) <= (1, 1)
    assert [row["before"], row["after"]] == pytest.approx([1097.75, 849.97], abs=0.01)
    assert row["p_value"] == pytest.approx(0.001) and row["verdict"] == "change"


def test_several_changes_are_found_where_they_were_put():
    random = np.random.default_rng(5)
    level = np.repeat([40, 90, 60], [50, 40, 60])
    found = change_points(monthly(random.poisson(level)), apart=12)
    assert [day.strftime("%Y-%m") for day in found["day"]] == ["2024-03", "2027-07"]
    assert (found["verdict"] == "change").all()


@pytest.mark.parametrize("seed", range(6))
def test_noise_and_season_alone_give_no_sure_change(seed):
    random = np.random.default_rng(seed)
    found = change_points(monthly(random.poisson(np.tile([30, 60, 30, 30, 45, 30, 30, 30, 30, 20, 30, 30], 10))))
    assert not (found["verdict"] == "change").any() or (found["p_value"] > 0.01).all()


@pytest.mark.parametrize(("many", "hanging"), [(36, 0.0), (60, 0.3)])
def test_of_noise_that_hangs_together_a_step_is_told_in_at_most_one_run_of_twenty(many, hanging):
    """With residuals in blocks in random order it was one run of ten. Of 40 runs 5 % are 2."""
    told = 0
    for run in range(40):
        random, moves = np.random.default_rng(run), np.zeros(many)
        for month in range(1, many):
            moves[month] = hanging * moves[month - 1] + 0.15 * random.normal() * (hanging > 0)
        level = 40 * np.exp(moves + 0.2 * np.sin(np.arange(many) * np.pi / 6))
        found = change_points(monthly(random.poisson(level * random.gamma(20, 0.05, many))), draws=99, seed=run)
        told += bool((found["verdict"] == "change").any())
    assert told <= 6


def test_a_change_at_a_change_of_method_is_named_as_such():
    level = monthly(np.random.default_rng(3).poisson(np.repeat([40, 70], 60)))
    breaks = pd.DataFrame({"date": ["2025-01-01"], "reason": ["another form"]})
    found = change_points(level, breaks=breaks)
    assert found["verdict"].tolist() == ["method"] and found["reason"].tolist() == ["another form"]
    assert change_points(level, breaks=breaks.assign(date="2022-01-01"))["verdict"].tolist() == ["change"]
    register = change_points(ex.series("us-breach-register", measure="breaches"))
    named = register[register["verdict"] == "method"]["reason"]
    # with season and steps together the new form of 2015 no longer looks like a change of level
    assert named.str.contains("Omnibus").all() and len(named) == 1


def test_the_same_seed_gives_the_same_and_the_order_of_rows_does_not_matter():
    pd.testing.assert_frame_equal(change_points(nile()), change_points(nile().sample(frac=1, random_state=1)))
    assert change_points(nile()).attrs["seed"] == 1


def test_a_level_that_holds_has_no_change():
    steady = change_points(monthly([5.0] * 60))
    assert steady["verdict"].tolist() == ["steady"] and steady["day"].isna().all()
    with pytest.raises(ex.DataError, match="at least twelve"):
        change_points(monthly([1.0] * 11))
    with pytest.raises(ex.DataError, match="unknown transform"):
        change_points(monthly(range(30)), transform="cube")
    with pytest.raises(ex.DataError, match="too few for a p-value"):
        change_points(monthly(range(30)), draws=10)
    with pytest.raises(ex.DataError, match="cannot be"):
        change_points(monthly(range(30)), apart=20)


# Days that stand out


def test_a_day_is_held_against_the_same_weekday():
    """Mondays are 100, 101 … 108 and the tenth 150; the other days 10. The other nine Mondays have the median 104 and
    the median deviation 2: z = 0.6745 · 46 / 2 = 15.5. No other day stands out, though 100 among tens would."""
    days = pd.date_range("2024-01-01", periods=70)
    counts = np.where(days.day_of_week == 0, 100 + np.arange(70) // 7, 10)
    counts[63] = 150
    found = anomalies(pd.DataFrame({"day": days, "count": counts}), window=9)
    row = found.iloc[63]
    assert (row["expected"], row["z"], row["anomaly"]) == (104, pytest.approx(0.6745 * 46 / 2), True)
    assert found["anomaly"].sum() == 1


def test_where_most_are_equal_the_mean_deviation_counts():
    # others: 10 seven times and 14: median 10, MAD 0, mean deviation 0.5; z = 0.7979 · 2 / 0.5
    days = pd.date_range("2024-01-01", periods=9, freq="7D")
    found = anomalies(
        pd.DataFrame(
            {"day": days.append(pd.DatetimeIndex(["2024-01-02"])), "count": [10, 10, 10, 10, 14, 10, 10, 10, 12, 1]}
        ).assign(absent="unknown")
    )
    assert found.set_index("day")["z"][days[8]] == pytest.approx(0.7979 * 2 / 0.5)


def test_no_day_is_held_against_another_method_and_gaps_are_no_flags():
    values = np.r_[np.full(40, 10.0), np.full(40, 90.0)] + np.tile([0, 1, 2, 1], 20)
    days = pd.date_range("2024-01-05", periods=80)
    frame = pd.DataFrame({"day": days, "count": values, "absent": "unknown"}).drop(index=[20])
    breaks = pd.DataFrame({"date": [str(days[40].date())], "reason": ["another method"]})
    found = anomalies(frame, breaks=breaks)
    assert not found["anomaly"].any() and np.isnan(found["z"][20])
    assert anomalies(frame)["anomaly"].any()


@pytest.mark.parametrize("factor", [1, 7, 1000])
def test_a_flag_does_not_depend_on_scale(factor):
    counts = np.random.default_rng(2).poisson(30, 200)
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=200), "count": counts})
    assert anomalies(frame.assign(count=counts * factor), threshold=2.5)["anomaly"].equals(
        anomalies(frame, threshold=2.5)["anomaly"]
    )


def test_september_2020_stands_out_in_the_register():
    found = anomalies(ex.series("us-breach-register", measure="breaches"))
    flagged = found[found["anomaly"]]
    assert "2020-09" in set(flagged["day"].dt.strftime("%Y-%m"))
    with pytest.raises(ex.DataError, match="positive"):
        anomalies(nile(), threshold=0)
