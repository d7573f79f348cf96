"""Bounds for what was not published: by hand, against the other way to them, and by their properties."""

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
from analysis.statistics.bounds import bounds, facts, world_total
from analysis.statistics.describing import describe

LANGS = ("en", "es", "de", "fr")


def counts(*values, **columns):
    names = ["DEU", "FRA", "USA", "IND", "BRA"][: len(values)]
    return pd.DataFrame({"iso3": names, "value": values, "low": values, "high": values} | columns).astype(
        {"value": float, "low": float, "high": float}
    )


def world(value, **columns):
    return counts(value, iso3=["WLD"], place="World", **columns)


def ends(found, row=0):
    return tuple(found.iloc[row][["low", "high"]].astype(float))


def aplite(end):
    """The rest that `ex.unpublished` gives for the records of one survey, found by the other way."""
    panel = ex.panel(surveys="aplite-2023-12")
    rows = ex.preferred(panel).query("measure == 'records'")
    return lambda: bounds(rows.query("iso3 != 'WLD'"), rows.query("iso3 == 'WLD'"))[end].iloc[0]


ACCOUNT = (
    "Stites and Pianykh 2016, as Tadviser and Diagnostic Imaging print it: 2,772 in all, 1,335 in the USA, 18 in Russia"
)
VECTORS = [
    Vector(
        "bounds",
        ACCOUNT,
        "2772 − 1335 − 18",
        1419,
        lambda: ends(bounds(counts(1335, 18, iso3=["USA", "RUS"]), world(2772)))[1],
        0,
    )
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_the_rest_is_that_of_the_panel():
    rest = ex.unpublished(ex.panel(surveys="aplite-2023-12")).set_index("measure").loc["records"]
    assert aplite("high")() == rest["rest_high"]


def test_one_total_by_hand():
    # 100 [95, 105] in all, 40 [38, 42] and 30 published: 105 − 38 − 30 = 37 at most.
    parts, total = counts(40, 30, low=[38, 30], high=[42, 30]), world(100, low=95, high=105)
    assert ends(bounds(parts, total)) == (0, 37)
    assert ends(bounds(parts, total, ["ESP", "ITA"])) == (0, 37)
    assert ends(bounds(parts, total, ["ESP", "ITA"], at_least=1, at_most=30)) == (1, 30)
    # The other has one already.
    assert ends(bounds(parts, total, ["ESP", "ITA"], at_least=1)) == (1, 36)


def test_where_nobody_else_is_left_the_rest_is_known():
    # 95 − 42 − 30 = 23 at least, 37 at most; of two, each from 0, or 23 − 20 = 3 if none has more than 20.
    parts, total = counts(40, 30, low=[38, 30], high=[42, 30]), world(100, low=95, high=105)
    assert ends(bounds(parts, total, ["ESP"], complete=True)) == pytest.approx((23, 37))
    assert ends(bounds(parts, total, ["ESP", "ITA"], complete=True)) == pytest.approx((0, 37))
    assert ends(bounds(parts, total, ["ESP", "ITA"], complete=True, at_most=20)) == pytest.approx((3, 20))


def test_several_totals_by_hand():
    # World 100, Europe 60. Germany 40 and the USA 30 published: Spain has 60 − 40 = 20 at most; India 100 − 60 − 30 =
    # 10.
    parts = counts(40, 30, iso3=["DEU", "USA"], region=["Europe", "Americas"])
    totals = counts(100, 60, iso3=["WLD", None], place=["World", "Europe"])
    found = bounds(parts, totals, ["ESP", "IND"]).set_index("iso3")
    assert found.loc["ESP", ["low", "high"]].tolist() == pytest.approx([0, 20])
    assert found.loc["IND", ["low", "high"]].tolist() == pytest.approx([0, 10])
    assert set(found["method"]) == {"linear programme"}
    # With Spain and India alone left, both are known.
    closed = bounds(parts, totals, ["ESP", "IND"], complete=True).set_index("iso3")
    assert closed.loc["ESP", ["low", "high"]].tolist() == pytest.approx([20, 20])
    assert closed.loc["IND", ["low", "high"]].tolist() == pytest.approx([10, 10])


@pytest.mark.parametrize(
    ("parts", "totals", "options", "error", "said"),
    [
        (counts(60, 50), world(100), {}, ex.DataError, "do not fit"),
        (counts(60, 50), world(100), {"places": ["ESP"], "complete": True}, ex.DataError, "do not fit"),
        (counts(60), world(100), {"places": ["ESP"], "complete": True, "at_most": 10}, ex.DataError, "do not fit"),
        (counts(60), world(100), {"places": ["DEU"]}, ex.DataError, "published already"),
        (counts(60), world(100), {"places": ["ESP", "ESP"]}, ex.DataError, "asked for twice"),
        (counts(60), world(100), {"places": []}, ex.DataError, "ask for"),
        (counts(60), world(100), {"at_least": 5, "at_most": 4}, ex.DataError, "at_most"),
        (counts(60), world(-100), {}, ex.DataError, "negative"),
        (counts(60), counts(100, 100, iso3=["WLD", "WLD"]), {}, ex.DataError, "comes twice"),
        (
            counts(60),
            counts(100, iso3=[None], place=["Europe"]),
            {"places": ["ESP"]},
            ex.DataError,
            "group of each part",
        ),
        (
            counts(60, region=["Europe"]),
            counts(100, iso3=[None], place=["Europe"]),
            {"places": ["IND"]},
            ex.DataError,
            "nothing limits",
        ),
        (
            counts(60, region=["Europe"]),
            counts(100, iso3=[None], place=["Europe"]),
            {"places": ["QQQ"]},
            ex.DataError,
            "not a country",
        ),
        (counts(60, region=["Europe"]), counts(100, iso3=[None], place=["Europe"]), {}, ex.DataError, "name them"),
        (counts(60, measure="images"), world(100, measure="studies"), {}, ex.NotComparableError, "different measures"),
        (counts(60, iso3=["WLD"]), world(100), {}, ex.DataError, "world's total"),
    ],
)
def test_what_cannot_be_is_refused(parts, totals, options, error, said):
    with pytest.raises(error, match=said):
        bounds(parts, totals, **options)


def test_a_world_total_from_some_countries_is_a_lower_bound_only():
    parts = counts(40, 30, low=[38, 30], high=[42, 30])
    found = world_total(parts)
    assert found["low"].tolist() == [68] and not {"value", "high"} & set(found)
    with pytest.raises(ex.NotComparableError, match="not a sample of the world") as refused:
        world_total(parts, point=True)
    assert (refused.value.low, refused.value.places) == (68, 2)


boxes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=5)


def boxed(rows, factor=1, **columns):
    value = np.array([row[0] for row in rows], dtype=float)
    low, high = np.maximum(value - [factor * row[1] for row in rows], 0), value + [factor * row[2] for row in rows]
    return counts(*value, low=low, high=high, **columns)


@settings(max_examples=30, deadline=None)
@given(boxes, st.integers(0, 60), st.integers(0, 9), st.integers(1, 3))
def test_arithmetic_and_programme_agree_and_wider_is_never_narrower(rows, rest, slack, factor):
    parts = boxed(rows, region="Africa")
    total = parts["value"].sum() + rest
    one = ends(bounds(parts, world(total, low=max(total - slack, 0), high=total + slack), ["ESP"]))
    # A second total that says nothing new sends the same question through the solver.
    both = counts(
        total,
        1e6,
        iso3=["WLD", None],
        place=["World", "Europe"],
        low=[max(total - slack, 0), 0],
        high=[total + slack, 1e6],
    )
    assert ends(bounds(parts, both, ["ESP"])) == pytest.approx(one, abs=1e-6)
    wider = ends(bounds(boxed(rows, factor), world(total, low=max(total - slack, 0), high=total + slack), ["ESP"]))
    assert wider[0] <= one[0] and wider[1] >= one[1]


@settings(max_examples=20, deadline=None)
@given(boxes, st.integers(0, 60), st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(rows, rest, random):
    parts = boxed(rows)
    total = world(parts["value"].sum() + rest)
    first = bounds(parts, total, ["ESP", "ITA"])
    shuffled = parts.iloc[random.sample(range(len(parts)), len(parts))].assign(
        iso3=["JPN", "KOR", "CHN", "MEX", "ZAF"][: len(parts)]
    )
    pd.testing.assert_frame_equal(first, bounds(shuffled, total, ["ESP", "ITA"]))


def test_every_result_is_told_in_four_languages():
    cases = tomllib.loads((files("analysis.language") / "catalogues/statistics" / "bounds.toml").read_text("utf-8"))
    for texts in cases.values():
        names = [{name for _, name, _, _ in Formatter().parse(texts[lang]) if name} for lang in LANGS]
        assert all(one == names[0] for one in names)
    parts, total = counts(40, 30, measure="servers_exposed"), world(100, measure="servers_exposed")
    told = set()
    for found in (bounds(parts, total), bounds(parts, total, ["ESP", "ITA"]), world_total(parts)):
        json.dumps(found.attrs)
        told.add(facts(found, "en")[0])
        for lang in LANGS:
            sentence = describe(found, lang)
            assert len(sentence) <= 280 and "nan" not in sentence.lower() and "{" not in sentence
    assert told == set(cases)
    assert describe(bounds(parts, total), "en") == (
        "Servers reachable from the internet: 100 in all, 70 of them in 2 countries with a published figure; in "
        "this count no other country can have more than 30 "
        "(arithmetic, not an estimate)."
    )
