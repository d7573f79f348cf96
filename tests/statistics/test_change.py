"""Change between the waves of 2019, by hand; its limits of chance, against printed ratios; its properties."""

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
from analysis.statistics.change import change, facts, gone_and_new
from analysis.statistics.describing import describe

WAVES = ["greenbone-2019-09", "greenbone-2019-11"]


def wave(*values, year=2019, **columns):
    base = {
        "iso3": ["DEU", "FRA", "ITA", "ESP", "USA"][: len(values)],
        "measure": ["servers_exposed"] * len(values),
        "value": values,
        "low": values,
        "high": values,
        "year": [year] * len(values),
        "country": ["somewhere"] * len(values),
    }
    return pd.DataFrame(base | columns).astype({"value": float, "low": float, "high": float})


def compared(before, after, **options):
    return change(before, after.assign(year=2020), **options)


# The manual compares 2 of 17877 with 9 of 16660. The ratio of those rates is one over the ratio of the counts, 9 to 2,
# times
# 17877 / 16660, and so are its limits.
SIZES = 17877 / 16660
RATERATIO = "R package rateratio.test, manual and vignette (counts 2 and 9)"
VECTORS = [
    Vector(
        "change.change",
        RATERATIO,
        "lower limit of the rate ratio",
        0.021774063,
        lambda: 1 / (SIZES * compared(wave(2), wave(9))["ratio_high"].iloc[0]),
        1e-7,
    ),
    Vector(
        "change.change",
        RATERATIO,
        "upper limit of the rate ratio",
        1.000549104,
        lambda: 1 / (SIZES * compared(wave(2), wave(9))["ratio_low"].iloc[0]),
        1e-7,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


@pytest.fixture(scope="module")
def figures():
    return ex.preferred(ex.panel(surveys=WAVES)).dropna(subset="iso3")


@pytest.fixture(scope="module")
def world(figures):
    both = change(*(figures[(figures["survey"] == survey) & (figures["iso3"] == "WLD")] for survey in WAVES))
    return both.set_index("measure")


def test_images_rose_by_sixty_two_per_cent(world):
    # 1,193.404 / 737 = 1.6193; the ends: 1,193.4035 / 737.5 = 1.6182 and 1,193.4045 / 736.5 = 1.6204
    images = world.loc["images"]
    assert images["change"] == pytest.approx(0.6193, abs=5e-5)
    assert images["change_low"] == pytest.approx(0.6182, abs=5e-5)
    assert images["change_high"] == pytest.approx(0.6204, abs=5e-5)
    assert (images["verdict"], images["method"]) == ("rose", "rounding only")


def test_studies_without_protection_about_doubled(world):
    # 9 million of 4.4 million: 8.5 / 4.45 - 1 = 0.910 to 9.5 / 4.35 - 1 = 1.184
    found = world.loc["studies_unprotected"]
    assert (found["change_low"], found["change_high"]) == (
        pytest.approx(0.910, abs=5e-4),
        pytest.approx(1.184, abs=5e-4),
    )


def test_the_note_of_the_surveys_goes_with_the_change(world):
    assert any("the method was tuned" in text for text in world.attrs["warnings"])


def test_gone_and_new_leave_547_systems():
    # 590 + 129 - 172 = 547; 590 - 172 = 418 stayed
    flow = gone_and_new(ex.panel(surveys=WAVES), *WAVES)
    parts = flow.set_index("part")
    assert parts.loc["balance", "value"] == -43
    assert parts.loc["stayed", "value"] == 418
    assert parts.loc["after", ["value", "low", "high"]].tolist() == [547, 547, 547]


def test_more_went_than_came_by_mcnemars_exact_test():
    from statsmodels.stats.contingency_tables import mcnemar

    made = gone_and_new(ex.panel(surveys=WAVES), *WAVES).attrs["parameters"]
    assert made["p_value"] == pytest.approx(mcnemar([[418, 172], [129, 0]], exact=True).pvalue, rel=1e-9)
    assert made["new_over_gone_high"] < 1 and made["new_over_gone"] == 129 / 172


def test_two_figures_for_one_place_are_refused():
    panel = ex.panel(surveys=WAVES).query("iso3 == 'WLD'")
    with pytest.raises(ex.DataError, match="preferred"):
        change(panel, panel)


def test_surveys_of_different_method_are_refused():
    every = ex.preferred(ex.panel()).query("iso3 == 'WLD' and measure == 'servers_exposed' and asset == 'dicom'")
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        change(every.query("survey == 'greenbone-2019-09'"), every.query("survey == 'aplite-2023-12'"))


def test_chance_is_refused_of_studies_unless_their_dispersion_is_known():
    studies = {"measure": ["studies"]}
    with pytest.raises(ex.NotComparableError, match="need independent events"):
        compared(wave(100, **studies), wave(150, **studies), limits="both")
    studies["dispersion"] = [10]
    known = compared(wave(100, **studies), wave(150, **studies)).iloc[0]
    # ten times the dispersion is a tenth of the information: as 10 against 15, which says nothing
    assert known["p_value"] == pytest.approx(compared(wave(10), wave(15))["p_value"].iloc[0])


def test_the_p_value_is_scipys_binomial_test():
    from scipy.stats import binomtest

    found = compared(wave(40, 7, 90), wave(60, 7, 60)).set_index("iso3")
    for place, (before, after) in {"DEU": (40, 60), "ITA": (90, 60)}.items():
        # for one half the distribution is symmetric, so that twice the smaller tail is the two-sided test
        assert found.loc[place, "p_value"] == pytest.approx(binomtest(after, before + after).pvalue, rel=1e-9)
    assert found.loc["FRA", "p_value"] == 1


def test_one_change_among_many_counts_only_after_correction():
    # alone 40 to 62 has p = 2 P(X >= 62 | 102) = 0.037; among five Holm asks for 0.01
    assert compared(wave(40), wave(62))["verdict"].tolist() == ["rose"]
    many = compared(wave(40, 50, 50, 50, 50), wave(62, 50, 50, 50, 50)).set_index("iso3")
    assert many.loc["DEU", "verdict"] == "cannot tell"
    assert many.loc["DEU", "p_adjusted"] == pytest.approx(5 * many.loc["DEU", "p_value"])


def test_a_year_is_the_time_between_the_middles_of_the_scans():
    # from the middle of 2019 to the middle of 2021: two years; 100 to 121 is a tenth a year
    found = change(wave(100), wave(121, year=2021)).iloc[0]
    assert found["years"] == pytest.approx(2, abs=0.002)
    assert found["change_per_year"] == pytest.approx(0.1, abs=1e-4)
    with pytest.raises(ex.DataError, match="not later"):
        change(wave(100, year=2021), wave(121))


def test_from_nothing_there_is_no_ratio_and_a_sentence_says_so():
    found = compared(wave(0, 0), wave(5, 0)).set_index("iso3")
    assert found.loc["DEU", "ratio"] == np.inf and found.loc["DEU", "ratio_low"] > 0
    assert np.isnan(found.loc["FRA", "ratio"]) and found.loc["FRA", ["ratio_low", "ratio_high"]].tolist() == [0, np.inf]
    assert any("zero" in text for text in found.attrs["warnings"])
    assert "no ratio" in describe(compared(wave(0), wave(5)))


@pytest.mark.parametrize(
    ("before", "after", "options"),
    [
        (wave(-1), wave(1), {}),
        (wave(1), wave(1, low=[2]), {}),
        (wave(1), wave(1, iso3=["JPN"]), {}),
        (wave(), wave(1), {}),
        (wave(1), wave(1), {"correction": "none"}),
        (wave(1), wave(1), {"level": 95}),
        (wave(1), wave(1), {"limits": "wide"}),
    ],
)
def test_what_cannot_be_compared_is_refused(before, after, options):
    with pytest.raises(ex.DataError):
        compared(before, after, **options)


rows = st.tuples(*[st.integers(0, 500)] * 2, *[st.integers(0, 50)] * 4)
ways = st.sampled_from(["rounding", "both", None])
ENDS = [f"{name}_{end}" for name in ("difference", "ratio", "change_per_year") for end in ("low", "high")]


@settings(max_examples=60, deadline=None)
@given(rows, ways)
def test_a_wider_figure_never_narrows_a_change(row, interval):
    before, after, *margins = row
    wide = [
        wave(value, low=[max(value - below, 0)], high=[value + above])
        for value, below, above in ((before, *margins[:2]), (after, *margins[2:]))
    ]
    one = compared(wave(before), wave(after), limits=interval).iloc[0]
    other = compared(*wide, limits=interval).iloc[0]
    slack = 1e-9 * (before + after + 1)
    for low, high in zip(ENDS[::2], ENDS[1::2], strict=True):
        assert other[low] <= one[low] + slack and one[high] <= other[high] + slack
    assert not other["p_value"] < one["p_value"] - 1e-12


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_p_value_and_the_limits_of_the_ratio_agree(before, after, level):
    found = compared(wave(before), wave(after), level=level).iloc[0]
    apart = not found["ratio_low"] <= 1 <= found["ratio_high"]
    if abs(found["p_value"] - (1 - level)) > 1e-9:
        assert (found["p_value"] < 1 - level) == apart


def test_neither_the_order_of_rows_nor_a_name_matters():
    before, after = wave(40, 7, 90), wave(60, 9, 60)
    expected = compared(before, after)
    pd.testing.assert_frame_equal(expected, compared(before.iloc[::-1], after.sample(frac=1, random_state=1)))
    renamed = compared(before.assign(country="elsewhere"), after)
    pd.testing.assert_frame_equal(expected.drop(columns="country"), renamed.drop(columns="country"))


def results(figures):
    by_wave = [figures[figures["survey"] == survey] for survey in WAVES]
    yield change(*by_wave)
    yield change(*(part[(part["iso3"] == "IND") & (part["measure"] == "images")] for part in by_wave))
    yield gone_and_new(ex.panel(surveys=WAVES), *WAVES)
    yield compared(wave(40, 7), wave(60, 9))
    yield compared(wave(40), wave(60))
    for measure in ("servers_exposed", "studies"):
        yield compared(wave(0, measure=[measure]), wave(60, measure=[measure]))


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_every_case_is_told_in_every_language(figures, lang):
    told = set()
    for found in results(figures):
        sentence = describe(found, lang)
        assert len(sentence) <= 280 and "{" not in sentence and "nan" not in sentence, sentence
        json.dumps(found.attrs)
        told.add(facts(found, lang)[0])
    assert told == set(
        tomllib.loads((files("analysis.language") / "catalogues/statistics/change.toml").read_text("utf-8"))
    )


def test_every_case_has_the_same_parts_in_all_languages():
    for case, texts in tomllib.loads(
        (files("analysis.language") / "catalogues/statistics/change.toml").read_text("utf-8")
    ).items():
        parts = {
            lang: sorted(part for _, part, _, _ in Formatter().parse(text) if part) for lang, text in texts.items()
        }
        assert list(parts) == ["en", "es", "de", "fr"] and len(set(map(tuple, parts.values()))) == 1, case
