"""Shares, against printed tables, by hand, and by their properties."""

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
from analysis.language.catalogue import say
from analysis.statistics.describing import describe
from analysis.statistics.shares import TESTS, facts, pooled, shares

LANGS = ("en", "es", "de", "fr")
NEWCOMBE = "Newcombe 1998, table I"
PHE = "PHEindicatormethods, testdata_Byars_Wilson and testdata_Prop"


def counts(*values, **columns):
    names = ["DEU", "FRA", "USA", "IND", "BRA"][: len(values)]
    return pd.DataFrame({"iso3": names, "value": values, "low": values, "high": values} | columns).astype(
        {"value": float, "low": float, "high": float}
    )


def end(x, n, column, **options):
    return lambda: shares(counts(x), counts(n), "data", **options)[f"share_{column}"].iloc[0]


def vectors(source, x, n, low, high, tolerance, **options):
    level = f", {100 * options['level']:.3g} %" if "level" in options else ""
    method = options.get("method", "wilson")
    return [
        Vector(f"shares, {method}", source, f"{x}/{n}{level}, {side}", printed, end(x, n, side, **options), tolerance)
        for side, printed in (("low", low), ("high", high))
    ]


VECTORS = [
    *vectors(NEWCOMBE, 81, 263, 0.2553, 0.3662, 5e-5),
    *vectors(NEWCOMBE, 15, 148, 0.0624, 0.1605, 5e-5),
    *vectors(NEWCOMBE, 0, 20, 0.0, 0.1611, 5e-5),
    *vectors(NEWCOMBE, 1, 29, 0.0061, 0.1718, 5e-5),
    *vectors(PHE, 65, 100, 0.5525444330, 0.7363575176, 1e-9),
    *vectors(PHE, 1045, 5000, 0.1979554988, 0.2204913037, 1e-9),
    *vectors(PHE, 65, 100, 0.4954946574, 0.7783540614, 1e-9, level=0.998),
    *vectors(PHE, 1, 100, 0.0017674321, 0.0544861962, 1e-9),
    *vectors(NEWCOMBE, 81, 263, 0.2527, 0.3676, 5e-5, method="exact"),
    *vectors(NEWCOMBE, 15, 148, 0.0578, 0.1617, 5e-5, method="exact"),
    *vectors(NEWCOMBE, 0, 20, 0.0, 0.1684, 5e-5, method="exact"),
    *vectors(NEWCOMBE, 1, 29, 0.0009, 0.1776, 5e-5, method="exact"),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_printing_takes_the_outer_ends():
    # 5 [4, 6] of 10 [8, 12]: from 4/12 to 6/8.
    row = shares(counts(5, low=4, high=6), counts(10, low=8, high=12), "data", limits="rounding").iloc[0]
    assert (row["share"], row["share_low"], row["share_high"]) == pytest.approx((0.5, 4 / 12, 6 / 8))
    assert np.isnan(row["level"]) and row["method"] == "rounding only"
    both = shares(counts(5, low=4, high=6), counts(10, low=8, high=12), "data").iloc[0]
    outer = [shares(counts(x), counts(n), "data").iloc[0] for x, n in ((4, 12), (6, 8))]
    assert (both["share_low"], both["share_high"]) == (outer[0]["share_low"], outer[1]["share_high"])
    chance = shares(counts(5, low=4, high=6), counts(10, low=8, high=12), "data", limits="chance").iloc[0]
    assert chance["share_low"] == shares(counts(5), counts(10), "data").iloc[0]["share_low"]


def test_a_share_never_leaves_its_range():
    # Rounded figures may overlap: 12 [10, 14] of 12 [11, 13].
    row = shares(counts(12, low=10, high=14), counts(12, low=11, high=13), "data").iloc[0]
    assert row["share"] == 1 and row["share_high"] == 1 and 0 < row["share_low"] < 10 / 13
    none = shares(counts(0), counts(20), "data", method="exact").iloc[0]
    assert (none["share"], none["share_low"]) == (0, 0)


def test_a_place_without_denominator_keeps_its_row():
    found = shares(counts(5, 3), counts(10), "data")
    assert (
        np.isnan(found["share"].iloc[1])
        and found.attrs["missing"] == ["FRA"]
        and found["method"].iloc[1] == "no denominator"
    )
    assert pooled(found)["share"].iloc[0] == 0.5


@pytest.mark.parametrize(
    ("numerator", "denominator", "options", "error", "said"),
    [
        (counts(5), counts(0), {}, ex.DataError, "nothing was tested"),
        (counts(5), counts(4), {}, ex.DataError, "more passed the test"),
        (counts(-5), counts(4), {}, ex.DataError, "negative"),
        (counts(5, low=6), counts(9), {}, ex.DataError, "low end above"),
        (counts(5), counts(9, iso3=["FRA"]), {}, ex.DataError, "no place has both"),
        (counts(5, 6, iso3=["DEU", "DEU"]), counts(9), {}, ex.DataError, "comes twice"),
        (counts(5), counts(9), {"test": "open"}, ex.DataError, "unknown test"),
        (counts(5), counts(9), {"method": "wald"}, ex.DataError, "unknown method"),
        (counts(5), counts(9), {"level": 95}, ex.DataError, "level"),
        (
            counts(5, measure="images"),
            counts(9, measure="images"),
            {"limits": "chance"},
            ex.NotComparableError,
            "need independent events",
        ),
        (counts(5, 6, measure=["images", "studies"]), counts(9, 9), {}, ex.NotComparableError, "different things"),
    ],
)
def test_what_cannot_be_is_refused(numerator, denominator, options, error, said):
    with pytest.raises(error, match=said):
        shares(numerator, denominator, **{"test": "data"} | options)


def test_shares_of_different_tests_are_never_averaged():
    first, other = (shares(counts(5, 6), counts(10, 10), test) for test in ("association", "data"))
    with pytest.raises(ex.NotComparableError, match="different tests are not averaged") as refused:
        pooled(first, other)
    assert refused.value.tests == ["association", "data"]
    assert pooled(first)["share"].iloc[0] == pytest.approx(11 / 20)
    # The limits are those of 11 of 20, not an average of limits.
    assert pooled(first)["share_low"].iloc[0] == shares(counts(11), counts(20), "data")["share_low"].iloc[0]


def test_what_is_pooled_must_be_one_thing():
    one = shares(counts(5, 6), counts(10, 10), "data")
    with pytest.raises(ex.DataError, match="comes twice"):
        pooled(one, one)
    with pytest.raises(ex.DataError, match="comes twice"):
        pooled(shares(counts(5, 6, iso3=["WLD", "DEU"]), counts(10, 10, iso3=["WLD", "DEU"]), "data"))
    with pytest.raises(ex.DataError, match=r"results of ex\.statistics\.shares"):
        pooled(counts(5))
    with pytest.raises(ex.DataError, match="different options"):
        pooled(one, shares(counts(5, iso3=["ESP"]), counts(10, iso3=["ESP"]), "data", method="exact"))
    surveys = [
        shares(
            counts(5, iso3=[place], measure="servers_open", asset="dicom", survey=survey),
            counts(9, iso3=[place], measure="servers_exposed", asset="dicom", survey=survey),
            "data",
        )
        for place, survey in (("DEU", "greenbone-2019-09"), ("FRA", "aplite-2023-12"))
    ]
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        pooled(*surveys)


def test_the_sample_of_fifty_as_its_file_tells_it():
    # survey.toml of cybelangel-2020-12-port104: "a 95 % interval by Wilson's formula goes from about 76 to 94 %".
    panel = ex.preferred(ex.panel(surveys="cybelangel-2020-12-port104"))
    found = shares(panel.query("measure == 'servers_open'"), panel.query("measure == 'systems_checked'"), "association")
    row = found.iloc[0]
    assert (row["numerator"], row["denominator"], row["share"]) == (44, 50, 0.88)
    assert (row["share_low"], row["share_high"]) == (pytest.approx(0.76, abs=5e-3), pytest.approx(0.94, abs=5e-3))
    assert "without authentication" in row["survey_says"] and row["of"] == "systems_checked"


def test_a_dispersion_widens_as_fewer_counts_would():
    # Variance twice the mean: as much is known as from half as many.
    wide = shares(counts(40).assign(dispersion=2.0), counts(100), "data").iloc[0]
    half = shares(counts(20), counts(50), "data").iloc[0]
    assert (wide["share_low"], wide["share_high"]) == pytest.approx((half["share_low"], half["share_high"]))


whole = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
width = st.tuples(*[st.floats(0, 30)] * 4)


@settings(max_examples=60, deadline=None)
@given(whole, width, width, st.sampled_from(["wilson", "exact"]), st.sampled_from(["rounding", "both"]))
def test_a_wider_figure_never_narrows_a_share(pair, one, more, method, interval):
    def share(w):
        x, n = pair
        part, total = counts(x, low=max(x - w[0], 0), high=x + w[1]), counts(n, low=max(n - w[2], 0), high=n + w[3])
        return shares(part, total, "data", method=method, limits=interval).iloc[0]

    narrow, wide = share(one), share(tuple(np.add(one, more)))
    assert 0 <= wide["share_low"] <= narrow["share_low"] + 1e-12
    assert narrow["share_high"] - 1e-12 <= wide["share_high"] <= 1
    assert narrow["share_low"] <= narrow["share"] <= narrow["share_high"]


@settings(max_examples=20, deadline=None)
@given(st.lists(whole, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(pairs, random):
    part, total = (counts(*column) for column in zip(*pairs, strict=True))
    first = shares(part, total, "data")
    order = random.sample(range(len(part)), len(part))
    other = shares(part.iloc[order], total.sample(frac=1, random_state=1), "data")
    pd.testing.assert_frame_equal(first.iloc[order].reset_index(drop=True), other)
    renamed = shares(*(frame.assign(iso3=[f"X{name}" for name in frame["iso3"]]) for frame in (part, total)), "data")
    pd.testing.assert_frame_equal(first.drop(columns="iso3"), renamed.drop(columns="iso3"))


def test_every_result_is_told_in_four_languages():
    cases = tomllib.loads((files("analysis.language") / "catalogues/statistics" / "shares.toml").read_text("utf-8"))
    for texts in cases.values():
        names = [{name for _, name, _, _ in Formatter().parse(texts[lang]) if name} for lang in LANGS]
        assert all(one == names[0] for one in names)
    told = set()
    for test in TESTS:
        for kind, of in (("servers_open", "servers_exposed"), ("images_accessible", "images")):
            one, many = (
                shares(counts(*x, measure=kind), counts(*n, measure=of), test)
                for x, n in (((193,), (305,)), ((19, 7), (30, 30)))
            )
            several = shares(
                *(counts(x, x, measure=name, survey=["a", "b"]) for x, name in ((19, kind), (30, of))), test
            )
            for found in (one, many, pooled(many), several):
                json.dumps(found.attrs)
                told.add(facts(found, "en")[0])
                for lang in LANGS:
                    sentence = describe(found, lang)
                    assert (
                        len(sentence) <= 280
                        and say(f"test_{test}", lang, family="words") in sentence
                        and " nan" not in sentence
                        and "{" not in sentence
                    )
    assert told == set(cases)


def test_a_sentence_names_the_test():
    found = shares(
        counts(193, iso3=["IND"], measure="servers_open"),
        counts(305, iso3=["IND"], measure="servers_exposed"),
        "association",
    )
    assert describe(found, "en") == (
        "India, servers reachable from the internet: 193 of 305 (63.3%; 95% confidence interval 57.7–68.5%, "
        "assuming independent cases) by one test: the server accepts "
        "a connection from a stranger. Other tests give other shares."
    )
