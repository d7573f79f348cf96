"""The season of many series at once beside statsmodels, one series at a time."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import STL

from analysis.statistics import decompose
from analysis.statistics.stl import robust_stl


@pytest.mark.parametrize(("points", "period"), [(25, 12), (47, 12), (240, 12), (17, 4), (100, 7), (200, 52)])
def test_each_series_is_split_as_statsmodels_does(points, period):
    random = np.random.default_rng(points)
    values = random.poisson(30, (5, points)) + 8 * np.sin(np.arange(points) * 2 * np.pi / period)
    values[0, 3] = 500
    values[1] += np.arange(points)
    trend, season = robust_stl(values, period)
    for row in range(len(values)):
        theirs = STL(values[row], period=period, robust=True).fit()
        assert trend[row] == pytest.approx(theirs.trend, abs=1e-9)
        assert season[row] == pytest.approx(theirs.seasonal, abs=1e-9)


def test_rounding_errors_give_no_weights():
    """Of two seasons nothing is left over: any curve meets both points of a month, and both ways agree on that."""
    values = np.random.default_rng(1).poisson(30, (4, 24)).astype(float)
    trend, season = robust_stl(values, 12)
    assert trend + season == pytest.approx(values, abs=1e-9)
    moved = robust_stl(values + 1e-11, 12)
    assert moved[0] == pytest.approx(trend, abs=1e-6)
    line = np.arange(60.0)[None, :]
    assert robust_stl(line, 12)[0] == pytest.approx(line, abs=1e-9)


def test_series_of_two_lengths_and_with_gaps_keep_their_rows():
    random = np.random.default_rng(2)
    frames = []
    for place, many in (("AAA", 40), ("BBB", 40), ("CCC", 60)):
        days = pd.period_range("2015-01", periods=many, freq="M").to_timestamp()
        frames.append(pd.DataFrame({"iso3": place, "day": days, "count": random.poisson(40, many).astype(float)}))
    frame = pd.concat(frames, ignore_index=True).assign(absent="unknown", source=lambda rows: rows["iso3"])
    frame = frame.drop(index=[45])
    together = decompose(frame)
    for place, rows in frame.groupby("iso3"):
        alone = decompose(rows).reset_index(drop=True)
        found = together[together["iso3"] == place].reset_index(drop=True)
        for name in ("count", "part", "trend", "season", "rest"):
            assert found[name].to_numpy() == pytest.approx(alone[name].to_numpy(), abs=1e-9, nan_ok=True)
