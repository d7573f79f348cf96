"""Trends, against worked examples and scipy; where they must be broken or refused."""

import json
import tomllib
from importlib.resources import files
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import Vector

import analysis as ex
from analysis.statistics.describing import describe
from analysis.statistics.scan_dates import middle_of_scan
from analysis.statistics.theil_sen import facts, theil_sen


def series(*values, **columns):
    years = [str(2000 + number) for number in range(len(values))]
    base = {"value": values, "low": values, "high": values, "year": years, "measure": ["devices"] * len(values)}
    return pd.DataFrame(base | columns).astype({"value": float, "low": float, "high": float})


def found(frame, **options):
    return theil_sen(frame, **options).iloc[0]


HOLY_CROSS = series(12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7)
BY_HAND = "College of the Holy Cross, course note 'MannKendallByHand' (14 values, one tie)"
GILBERT = "Gilbert 1987, Statistical Methods for Environmental Pollution Monitoring (10 15 14 20)"


def z_of(p_value):
    from scipy.special import ndtri

    return -ndtri(p_value / 2)


VECTORS = [
    Vector(
        "theil_sen.theil_sen",
        BY_HAND,
        "Z, corrected for continuity",
        2.9058,
        lambda: z_of(found(HOLY_CROSS)["p_value"]),
        5e-5,
    ),
    Vector("theil_sen.theil_sen", BY_HAND, "one-sided p", 0.0018, lambda: found(HOLY_CROSS)["p_value"] / 2, 5e-5),
    Vector(
        "theil_sen.theil_sen", GILBERT, "Sen's slope", 2.916666667, lambda: found(series(10, 15, 14, 20))["slope"], 5e-3
    ),
    Vector(
        "theil_sen.theil_sen",
        GILBERT,
        "exact two-sided p",
        0.333333,
        lambda: found(series(10, 15, 14, 20))["p_value"],
        1e-6,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_slope_and_limits_are_scipys_where_figures_are_exact():
    from scipy.stats import theilslopes

    row = found(HOLY_CROSS)
    expected = theilslopes(HOLY_CROSS["value"], middle_of_scan(HOLY_CROSS), alpha=0.95)
    assert [row["slope"], row["slope_low"], row["slope_high"]] == pytest.approx(
        [expected.slope, expected.low_slope, expected.high_slope]
    )
    assert row["tau"] == pytest.approx(0.596694190, abs=1e-9)
    # the slope by hand is that of whole years, 0.5667; leap years shift the middles by a thousandth
    assert row["slope"] == pytest.approx(0.566666667, abs=2e-3)


def test_printing_alone_gives_the_slopes_that_rounding_allows():
    # the pairs' slopes go down to 9 - 1, 19 - 11 and (19 - 1) / 2, and up to 11 - 0, 21 - 9 and (21 - 0) / 2: medians 8
    # and 11
    frame = series(0, 10, 20, low=[0, 9, 19], high=[1, 11, 21])
    row = found(frame, limits="rounding")
    assert (row["slope_low"], row["slope_high"]) == (pytest.approx(8, abs=0.1), pytest.approx(11, abs=0.1))
    # three points can rise by chance in any case: p is 1/3
    assert row["verdict"] == "cannot tell" and np.isnan(row["level"]) and row["p_value"] == pytest.approx(1 / 3)


def test_a_series_breaks_where_surveys_count_otherwise():
    every = ex.preferred(ex.panel()).query("iso3 == 'WLD' and measure == 'servers_exposed' and asset == 'dicom'")
    with pytest.raises(ex.DataError, match="no 3 figures in a row"):
        theil_sen(every)
    one = every.query("survey == 'greenbone-2019-09'")
    waves = pd.concat([one.assign(value=n, low=n, high=n, scan_from=f"201{n}", scan_to=f"201{n}") for n in (1, 2, 3)])
    broken = theil_sen(pd.concat([waves, every.query("survey == 'aplite-2023-12'")]))
    assert broken["points"].tolist() == [3, 1] and broken["stretch"].tolist() == [1, 2]
    assert broken["method"].iloc[1] == "too few comparable points" and broken.loc[[1], "slope"].isna().all()
    assert len(broken.attrs["warnings"]) == 3


def test_breaches_reported_in_the_united_states_rise():
    yearly = breaches()
    row = found(yearly)
    # 199 in 2010 and 710 in 2025 as printed: 34 a year between the ends alone
    assert row["points"] == len(yearly) >= 10
    assert 20 < row["slope_low"] < row["slope"] < row["slope_high"] < 60 and row["verdict"] == "rises"


def breaches():
    figures = ex.preferred(ex.panel(surveys=["hhs-ocr"])).query(
        "measure == 'breaches' and asset == 'breach' and iso3 == 'USA'"
    )
    return figures[figures["scan_from"].eq(figures["scan_to"]) & figures["scan_from"].str.fullmatch(r"\d{4}")]


@pytest.mark.parametrize(
    ("frame", "options"),
    [
        (series(1, 2), {}),
        (series(1, 2, 3, year=["2001", "2001", "2002"]), {}),
        (series(1, 2, 3).drop(columns="year"), {}),
        (series(1, 2, 3, scan_from=["2001"] * 3, scan_to=["2002", "2003", "2004"]), {}),
        (series(1, 2, -3), {}),
        (series(1, 2, 3), {"limits": "wide"}),
        (series(1, 2, 3), {"level": 0}),
        (series(1, 2, 3, low=[2, 2, 2]), {}),
        (series(1, 2, 3, scan_to=["soon"] * 3), {}),
    ],
)
def test_what_has_no_trend_is_refused(frame, options):
    with pytest.raises(ex.DataError):
        theil_sen(frame, **options)


def test_all_equal_has_no_trend_and_no_warning():
    row = found(series(4, 4, 4, 4, 4))
    assert (row["slope"], row["slope_low"], row["slope_high"], row["tau"], row["p_value"], row["verdict"]) == (
        0,
        0,
        0,
        0,
        1,
        "cannot tell",
    )


def test_four_points_give_no_limits_whether_they_are_alike_or_not():
    """The least two-sided p of four points is 1/12."""
    for values in ((4, 4, 4, 4), (1, 2, 2, 5), (1, 2, 3, 4)):
        row = found(series(*values))
        assert (row["slope_low"], row["slope_high"]) == (-np.inf, np.inf)


@pytest.mark.parametrize(("date", "year"), [("2019", 2019.5), ("2019-07", 2019.538), ("2019-12-31", 2019.9986)])
def test_the_middle_of_a_scan(date, year):
    # July is days 182 to 212 of 365: its middle (181 + 212) / 2 / 365 = 0.538
    assert middle_of_scan(pd.DataFrame({"scan_to": [date]})).iloc[0] == pytest.approx(year, abs=5e-4)


points = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9)


@settings(max_examples=50, deadline=None)
@given(points, st.sampled_from(["rounding", "both", None]))
def test_a_wider_figure_never_narrows_a_slope(rows, interval):
    value, below, above = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    wide = series(*value, low=np.maximum(value - below, 0), high=value + above)
    one, other = found(series(*value), limits=interval), found(wide, limits=interval)
    assert other["slope_low"] <= one["slope_low"] + 1e-9 and one["slope_high"] <= other["slope_high"] + 1e-9
    assert one["slope_low"] - 1e-9 <= one["slope"] <= one["slope_high"] + 1e-9
    mixed = wide.sample(frac=1, random_state=len(rows))
    pd.testing.assert_frame_equal(theil_sen(wide, limits=interval), theil_sen(mixed, limits=interval))


def results():
    yield theil_sen(breaches())
    yield theil_sen(series(4, 4, 4, 4))
    one = ex.preferred(ex.panel()).query(
        "iso3 == 'WLD' and measure == 'servers_exposed' and survey == 'greenbone-2019-09'"
    )
    last = ex.preferred(ex.panel()).query(
        "iso3 == 'WLD' and measure == 'servers_exposed' and survey == 'aplite-2023-12'"
    )
    for values in ((1, 2, 3, 4, 5), (1, 3, 2)):
        dated = zip(values, ("2011", "2012", "2013", "2014", "2015"), strict=False)
        waves = [one.assign(value=n, low=n, high=n, scan_from=year, scan_to=year) for n, year in dated]
        yield theil_sen(pd.concat([*waves, last]), limits="rounding")
    yield theil_sen(pd.concat([*waves, last]))


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_every_case_is_told_in_every_language(lang):
    told = set()
    for trend in results():
        sentence = describe(trend, lang)
        assert len(sentence) <= 280 and "{" not in sentence and "nan" not in sentence, sentence
        json.dumps(trend.attrs)
        told.add(facts(trend, lang)[0])
    assert told == set(
        tomllib.loads((files("analysis.language") / "catalogues/statistics/theil_sen.toml").read_text("utf-8"))
    )


def test_every_case_has_the_same_parts_in_all_languages():
    for case, texts in tomllib.loads(
        (files("analysis.language") / "catalogues/statistics/theil_sen.toml").read_text("utf-8")
    ).items():
        parts = {
            lang: sorted(part for _, part, _, _ in Formatter().parse(text) if part) for lang, text in texts.items()
        }
        assert list(parts) == ["en", "es", "de", "fr"] and len(set(map(tuple, parts.values()))) == 1, case
