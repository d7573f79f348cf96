"""Forecasts: coverage of held-out months against yardsticks, what is refused, and what a nowcast must not do."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly
from statsmodels.tsa.statespace.structural import UnobservedComponents

import analysis as ex
from analysis.statistics import change_date_posterior, forecast, nowcast
from analysis.statistics.forecast import fitted, predicted, waves
from analysis.statistics.nowcast import of_triangle

AHEAD = 6


def held_out(kind, n, seed):
    """Months as a register gives them: Poisson about a level with a season, dependence or drift."""
    random = np.random.default_rng(seed)
    many = n + AHEAD
    level = np.full(many, 40.0)
    if kind == "season":
        level = level * np.exp(0.3 * np.sin(2 * np.pi * np.arange(many) / 12))
    if kind == "drift":
        level = level * np.exp(np.cumsum(random.normal(size=many) * 0.05))
    return random.poisson(level).astype(float)


def score(low, high, value):
    """The interval score at 95 %: width, and forty times by how much a value lies outside."""
    return (high - low + 40 * np.maximum(low - value, 0) + 40 * np.maximum(value - high, 0)).mean()


@pytest.mark.parametrize("kind", ["level", "season", "drift"])
def test_limits_hold_the_months_to_come_and_beat_those_of_the_year_before(kind):
    inside, ours, naive = [], [], []
    for seed in range(40):
        counts, n = held_out(kind, 48, seed), 48
        low, middle, high = predicted(counts[:n], np.arange(n), n + np.arange(AHEAD), 12, 0.95)
        assert (low <= middle).all() and (middle <= high).all()
        value = counts[n:]
        inside.append(((low <= value) & (value <= high)).mean())
        ours.append(score(low, high, value))
        spread = 1.96 * np.sqrt(((counts[12:n] - counts[: n - 12]) ** 2).mean())
        before = counts[n - 12 : n - 12 + AHEAD]
        naive.append(score(before - spread, before + spread, value))
    assert 0.91 <= np.mean(inside) <= 0.995
    assert np.mean(ours) < np.mean(naive)


@pytest.mark.parametrize(("kind", "many", "pairs"), [("season", 48, 2), ("drift", 60, 2), ("level", 24, 1)])
def test_one_strength_of_drift_is_the_local_level_of_statsmodels(kind, many, pairs):
    """Six months ahead, their spread, and how likely one strength is beside another: exact diffuse Kalman filter."""
    points = 2 * np.sqrt(held_out(kind, many, 3)[:many] + 0.375)
    at, ahead = np.arange(many), many + np.arange(AHEAD)
    design, future = waves(at, 12, pairs), waves(ahead, 12, pairs)
    model = UnobservedComponents(
        points, "local level", exog=design[:, 1:], mle_regression=False, use_exact_diffuse=True
    )
    likelihoods = []
    for drift in (0.3, 1.2):
        ours = fitted(points, design, future, at + 1, ahead + 1, drift, 0.0)
        theirs = model.smooth([1.0, drift])
        filtered = theirs.filter_results
        seen = filtered.nobs_diffuse
        squares = (filtered.standardized_forecasts_error[0, seen:] ** 2).sum()
        variance = squares / ours.free
        ahead_of = theirs.get_forecast(AHEAD, exog=future[:, 1:])
        assert ours.free == many - seen
        assert ours.place == pytest.approx(ahead_of.predicted_mean, abs=1e-9)
        assert ours.spread == pytest.approx(np.maximum(np.sqrt(ahead_of.var_pred_mean * variance), 1), abs=1e-9)
        logs = np.log(filtered.forecasts_error_cov[0, 0, seen:]).sum()
        logs += np.log(filtered.forecasts_error_diffuse_cov[0, 0, :seen]).sum()
        likelihoods.append((ours.likelihood, -0.5 * (logs + ours.free * np.log(squares))))
    (one, other), (their_one, their_other) = zip(*likelihoods, strict=True)
    assert one - other == pytest.approx(their_one - their_other, abs=1e-9)


def test_a_forecast_does_not_cross_a_change_of_method_nor_its_own_data():
    reports = ex.series("us-breach-register", measure="breaches")
    with pytest.raises(ex.DataError, match="since 2024-10; a forecast needs twelve"):
        forecast(reports)
    found = forecast(reports[reports["day"] < "2024-10-01"], 6)
    assert found["from"].iloc[0] == pd.Timestamp("2015-01-01") and found["points"].iloc[0] == 117
    assert found["day"].dt.strftime("%Y-%m").tolist()[0] == "2024-10"
    for horizon in (0, -1, 7, 2.5):
        with pytest.raises(ex.DataError, match="horizon"):
            forecast(monthly([5.0] * 12), horizon)
    with pytest.raises(ex.DataError, match="twelve"):
        forecast(monthly([5.0] * 11), 3)


def test_a_wider_level_and_a_farther_month_are_less_sure():
    counts = monthly(
        np.random.default_rng(3).poisson(40 * np.exp(np.cumsum(np.random.default_rng(4).normal(0, 0.1, 60))))
    )
    narrow, wide = (forecast(counts, 6, level=level) for level in (0.8, 0.95))
    assert (wide["expected_low"] <= narrow["expected_low"]).all()
    assert (wide["expected_high"] >= narrow["expected_high"]).all()
    width = wide["expected_high"] - wide["expected_low"]
    assert width.iloc[-1] >= width.iloc[0]


def test_a_nowcast_asks_for_every_vintage_and_for_counts_that_fill_up():
    rows = of_triangle([[18, 27, 33, 35], [23, 33, 43], [25, 36], [18]], "2024-01")
    found = nowcast(rows)
    assert (found["final"] >= found["reported"]).all() and found["final"].iloc[0] == 35
    pd.testing.assert_frame_equal(nowcast(rows.sample(frac=1, random_state=1)), found)
    with pytest.raises(ex.DataError, match="no vintage 1 periods after it"):
        nowcast(rows.drop(index=1))
    with pytest.raises(ex.DataError, match="no column 'vintage'"):
        nowcast(rows.drop(columns="vintage"))
    with pytest.raises(ex.DataError, match="fall from vintage to vintage"):
        nowcast(rows.assign(count=60 - rows["count"]))


#: Claims by year and years until they were paid, cumulated (Taylor & Ashe 1983, J. Econometrics 23, 37–61; the triangle
#: ``GenIns`` of R's ChainLadder).
TAYLOR_ASHE = [
    [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
    [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085],
    [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315],
    [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268],
    [443160, 1136350, 2128333, 2897821, 3402672, 3873311],
    [396132, 1333217, 2180715, 2985752, 3691712],
    [440832, 1288463, 2419861, 3483130],
    [359480, 1421128, 2864498],
    [376686, 1363294],
    [344014],
]


def test_a_nowcast_gives_the_printed_numbers_of_the_best_known_triangle():
    """As the page of ``glmReserve`` of R’s ChainLadder prints them, in thousands, after four rounds."""
    found = nowcast(of_triangle(TAYLOR_ASHE, "2024-01"))
    to_come = [0, 95, 470, 710, 985, 1419, 2178, 3920, 4279, 4626]
    errors = [110.0999, 216.0434, 260.8721, 303.5500, 375.0139, 495.3780, 789.9611, 1046.5138, 1980.1014]
    assert (found["to_come"] / 1000).round().tolist() == to_come
    assert (found["error"].iloc[1:] / 1000).tolist() == pytest.approx(errors, rel=1e-5)
    first = found.iloc[0]
    assert first["total_to_come"] == pytest.approx(18_680_856, abs=1)
    assert first["total_error"] / 1000 == pytest.approx(2945.6609, rel=1e-5)
    assert first["dispersion"] / 1000 == pytest.approx(52.60193, rel=2e-5)


def test_the_date_of_a_change_is_refused_where_it_is_known_or_nothing_is_counted():
    with pytest.raises(ex.DataError, match="changes within the series"):
        change_date_posterior(ex.series("us-breach-register", measure="breaches"))
    with pytest.raises(ex.DataError, match="every count is zero"):
        change_date_posterior(monthly([0.0] * 12))
    with pytest.raises(ex.DataError, match="not whole"):
        change_date_posterior(monthly([1.5] * 12))
    found = change_date_posterior(monthly(np.r_[np.full(20, 9), np.full(20, 2)]))
    assert found["probability"].sum() == pytest.approx(1) and found["log_bayes_factor"].iloc[0] > 5
