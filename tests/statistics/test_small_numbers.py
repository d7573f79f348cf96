"""Funnels, shrinkage and the plain word for too few, against other packages' numbers."""

import json
import tomllib
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slots import slots
from vectors import Vector

import analysis as ex
from analysis.statistics.describing import describe
from analysis.statistics.empirical_bayes import empirical_bayes
from analysis.statistics.poisson import garwood
from analysis.statistics.small_numbers import funnel, funnel_limits, overdispersion, too_few

FUNNELPLOTR = "FunnelPlotR tests, test-poisson_limits"
BCG = "R metafor, dat.bcg, log risk ratio: Q and τ² of DerSimonian & Laird"
SPIEGELHALTER = "Spiegelhalter 2005, its formulas on the data of FunnelPlotR's tests (no printed value: recomputed)"
SIDS = "esda tests, Empirical_Bayes on sids2"
STL = "esda tests, Spatial_Empirical_Bayes on stl_hom"
PHE = "PHEindicatormethods, testdata_funnel_ratio_outputs"
VERDICTS = ["within", "above", "below", "too few to say"]

# vaccinated cases, rest, control cases, rest of thirteen trials (Colditz et al. 1994)
TRIALS = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)


def counted(observed, expected=None, **columns):
    observed = np.asarray(observed, dtype=float)
    names = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}A" for n in range(len(observed))]
    base = {"iso3": names, "value": observed, "low": observed, "high": observed}
    return pd.DataFrame(
        base | ({"expected": np.asarray(expected, dtype=float)} if expected is not None else {}) | columns
    )


@cache
def unit_funnel(transform, kind, winsorise=0.1):
    frame = counted([100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220])
    return funnel(frame, "expected", 1.0, kind, transform=transform, winsorise=winsorise).attrs["parameters"]


@cache
def trials():
    a, b, c, d = TRIALS.T
    effect, variance = np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    mean = (effect / variance).sum() / (1 / variance).sum()
    return overdispersion((effect - mean) / np.sqrt(variance), np.sqrt(variance), 0)


@cache
def carolina():
    from libpysal import examples

    # a dBase table: 32 bytes for the table and each column, then rows of fixed width
    raw = Path(examples.get_path("sids2.dbf")).read_bytes()
    head, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    fields = [(raw[at : at + 11].rstrip(b"\0").decode(), raw[at + 16]) for at in range(32, head - 32, 32)]
    rows = [raw[at : at + width] for at in range(head, head + 100 * width, width)]

    def column(name):
        start = 1 + sum(size for _, size in fields[: [field for field, _ in fields].index(name)])
        return [float(row[start : start + dict(fields)[name]]) for row in rows]

    cases, births = column("SID74"), column("BIR74")
    assert (sum(cases), sum(births)) == (667, 329962)
    return empirical_bayes(counted(cases, births), "expected", method="marshall", scale=1.0)


@cache
def saint_louis():
    from libpysal import examples

    table = pd.read_csv(examples.get_path("stl_hom.csv"))
    frame = counted(table["HC7984"], table["PO7984"])
    with open(examples.get_path("stl.gal"), encoding="ascii") as gal:
        words = [line.split() for line in gal][1:]
    near = {head[0]: line for head, line in zip(words[::2], words[1::2], strict=False)}
    codes = dict(zip((str(n + 1) for n in range(len(frame))), frame["iso3"], strict=True))
    return empirical_bayes(
        frame, "expected", {codes[one]: [codes[other] for other in others] for one, others in near.items()}, scale=1.0
    )


def limit(expected, level, side):
    return lambda: funnel_limits(np.array([float(expected)]), level, "garwood")[side][0]


def verdict(observed, expected, level):
    """1 above, -1 below, 0 neither, by the verdict of a funnel at that level."""

    def found():
        frame = counted([observed, 10], [expected, 10])
        return {"above": 1, "below": -1}.get(funnel(frame, "expected", 1.0, levels=(level,))["verdict"].iloc[0], 0)

    return found


VECTORS = [
    *(
        Vector(
            "small_numbers.funnel",
            FUNNELPLOTR,
            f"E = {expected}, {level:.1%}, {'high' if side else 'low'}",
            printed,
            limit(expected, level, side),
            5e-7,
        )
        for expected, numbers in {
            15: (0.5596924, 1.649348, 0.3862650, 2.082907),
            20: (0.6108260, 1.544419, 0.4479107, 1.902094),
            30: (0.6746958, 1.427562, 0.5289724, 1.702771),
        }.items()
        for (level, side), printed in zip([(0.95, 0), (0.95, 1), (0.998, 0), (0.998, 1)], numbers, strict=True)
    ),
    *(
        Vector(
            "small_numbers.funnel",
            PHE,
            f"{observed} observed, {expected} expected, {level:.1%}: verdict",
            printed,
            verdict(observed, expected, level),
            0,
        )
        for observed, expected, level, printed in [
            (8, 6.239860227, 0.95, 0),
            (151, 106.4429719, 0.998, 1),
            (159, 232.9329036, 0.998, -1),
            (220, 249.8012944, 0.95, 0),
            (150, 119.5695496, 0.95, 1),
            (150, 119.5695496, 0.998, 0),
        ]
    ),
    Vector("small_numbers.overdispersion", BCG, "Q, thirteen trials", 152.23, lambda: trials()[0] * 13, 5e-3),
    Vector("small_numbers.overdispersion", BCG, "τ², thirteen trials", 0.3088, lambda: trials()[1], 5e-5),
    Vector(
        "small_numbers.funnel",
        SPIEGELHALTER,
        "log, φ",
        2.149053099,
        lambda: unit_funnel("log", "additive")["phi"],
        1e-8,
    ),
    Vector(
        "small_numbers.funnel",
        SPIEGELHALTER,
        "log, τ²",
        0.012118491,
        lambda: unit_funnel("log", "additive")["tau2"],
        1e-8,
    ),
    Vector(
        "small_numbers.funnel",
        SPIEGELHALTER,
        "square root, φ",
        2.327178258,
        lambda: unit_funnel("square root", None)["phi"],
        1e-8,
    ),
    Vector(
        "small_numbers.funnel",
        SPIEGELHALTER,
        "square root, τ²",
        0.003439780,
        lambda: unit_funnel("square root", None)["tau2"],
        1e-8,
    ),
    Vector(
        "small_numbers.funnel",
        SPIEGELHALTER,
        "square root, φ, uncut",
        3.222417596,
        lambda: unit_funnel("square root", None, 0)["phi"],
        1e-8,
    ),
    *(
        Vector(
            "empirical_bayes.empirical_bayes",
            SIDS,
            f"county {row + 1}",
            printed,
            lambda r=row: carolina()["smoothed"].iloc[r],
            1e-7,
        )
        for row, printed in enumerate([0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349])
    ),
    *(
        Vector(
            "empirical_bayes.empirical_bayes",
            STL,
            f"county {row + 1}",
            printed,
            lambda r=row: saint_louis()["smoothed"].iloc[r],
            5e-13,
        )
        for row, printed in enumerate(
            [
                4.01485749e-05,
                3.62437513e-05,
                4.93034844e-05,
                5.09387329e-05,
                3.72735210e-05,
                3.69333797e-05,
                5.40245456e-05,
                2.99806055e-05,
                3.73034109e-05,
                3.47270722e-05,
            ]
        )
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


@given(st.floats(0.05, 3000), st.sampled_from([0.9, 0.95, 0.998]))
@settings(max_examples=60, deadline=None)
def test_limits_lie_just_where_the_exact_test_turns(expected, level):
    from scipy.stats import poisson

    low, high = (end[0] * expected for end in funnel_limits(np.array([expected]), level))
    tail, first, last = (1 - level) / 2, int(np.floor(high)) + 1, int(np.ceil(low)) - 1
    assert poisson.sf(first - 1, expected) < tail <= poisson.sf(first - 2, expected) * (1 + 1e-9)
    if low > 0:
        assert poisson.cdf(last, expected) < tail <= poisson.cdf(last + 1, expected) * (1 + 1e-9)
    else:
        assert poisson.cdf(0, expected) >= tail


def test_zero_is_too_few_to_say_as_long_as_zero_would_not_be_below():
    # exp(−E) < 0.025 from E = 3.689 on
    found = funnel(counted([0, 0], [3.68, 3.70]), "expected", 1.0, levels=(0.95,))
    assert found["verdict"].tolist() == ["too few to say", "below"]


def test_the_target_is_the_rate_of_all_places_together():
    # 40 over 200 is 0.2 each: 20, 20
    found = funnel(counted([30, 10], [100, 100]), "expected")
    assert found.attrs["parameters"]["target"] == pytest.approx(0.2)
    assert found["expected"].tolist() == pytest.approx([20, 20])
    assert found["ratio"].tolist() == pytest.approx([1.5, 0.5])


def test_overdispersed_limits_by_hand():
    # six places of 100 expected, z = 4 (√(o/E) − 1) 10/2 = 20 (√ratio − 1): ratios 1.21 and 0.81 are z = 2 and −2
    frame = counted([121, 81, 121, 81, 121, 81], [100] * 6)
    found = funnel(frame, "expected", 1.0, "multiplicative", winsorise=0)
    assert found.attrs["parameters"]["phi"] == pytest.approx(4)
    # y = 1 ± 1.959964 × 2/20, squared
    assert found["ratio_high_95"].iloc[0] == pytest.approx((1 + 1.959964 * 0.1) ** 2, abs=1e-6)
    assert found["ratio_low_95"].iloc[0] == pytest.approx((1 - 1.959964 * 0.1) ** 2, abs=1e-6)
    # τ² = (24 − 5) / (6 w − w) with w = 400: 0.0095; y = 1 ± 1.959964 √(1/400 + 0.0095)
    additive = funnel(frame, "expected", 1.0, "additive", winsorise=0)
    assert additive.attrs["parameters"]["tau2"] == pytest.approx(19 / 2000)
    assert additive["ratio_high_95"].iloc[0] == pytest.approx((1 + 1.959964 * 0.012**0.5) ** 2, abs=1e-6)


def test_without_overdispersion_the_limits_are_the_plain_ones():
    frame = counted([100, 101, 99, 100], [100] * 4)
    plain = funnel(frame, "expected", 1.0)
    for kind in ("additive", "multiplicative"):
        found = funnel(frame, "expected", 1.0, kind)
        assert found.attrs["parameters"]["tau2"] == 0
        pd.testing.assert_frame_equal(found.drop(columns="method"), plain.drop(columns="method"))


def test_more_difference_than_chance_is_said_so():
    assert "more than chance" in funnel(counted([10, 40, 90], [50] * 3), "expected", 1.0).attrs["warnings"][0]
    assert funnel(counted([49, 50, 52], [50] * 3), "expected", 1.0).attrs["warnings"] == []


@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.floats(0.5, 60), st.integers(0, 20), st.integers(0, 20)),
        min_size=3,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_widening_the_printing_never_makes_a_place_stand_out(rows):
    observed, expected, below, above = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    frame = counted(observed, expected)
    wide = frame.assign(low=np.maximum(observed - below, 0), high=observed + above)
    one, other = funnel(frame, "expected", 1.0), funnel(wide, "expected", 1.0)
    assert (other["ratio_low"] <= one["ratio_low"]).all() and (other["ratio_high"] >= one["ratio_high"]).all()
    kept = other["verdict"].isin(["above", "below"])
    assert (one["verdict"][kept] == other["verdict"][kept]).all()
    assert other["verdict"].isin(VERDICTS).all()


@given(st.floats(0.001, 1000))
@settings(max_examples=20, deadline=None)
def test_denominators_may_be_in_any_unit(factor):
    frame = counted([3, 40, 9, 13], [10.0, 80, 30, 40])
    scaled = frame.assign(expected=frame["expected"] * factor)
    columns = ["observed", "expected", "ratio", "ratio_low_998", "ratio_high_998"]
    pd.testing.assert_frame_equal(funnel(frame, "expected")[columns], funnel(scaled, "expected")[columns], rtol=1e-9)
    one, other = empirical_bayes(frame, "expected"), empirical_bayes(scaled, "expected")
    assert other["smoothed"].to_numpy() * factor == pytest.approx(one["smoothed"].to_numpy(), rel=1e-9)


def test_order_and_names_do_not_matter():
    frame = counted([3, 40, 9, 13], [10.0, 80, 30, 40])
    for call in (
        lambda table: funnel(table, "expected", overdispersion="additive"),
        lambda table: empirical_bayes(table, "expected"),
    ):
        found = call(frame).set_index("iso3")
        turned = call(frame.iloc[::-1]).set_index("iso3").loc[found.index]
        pd.testing.assert_frame_equal(found, turned, rtol=1e-12)
        renamed = call(frame.assign(iso3=["ZZZ", *frame["iso3"][1:]]))
        pd.testing.assert_frame_equal(found.reset_index(drop=True), renamed.drop(columns="iso3"))


def test_places_without_a_denominator_keep_their_row():
    frame = counted([3, 40, 9], [10.0, np.nan, 30])
    found = funnel(frame, "expected")
    assert found["verdict"].isna().tolist() == [False, True, False]
    assert found.attrs["missing"] == [frame["iso3"].iloc[1]]
    # one place less in Σ and n: the same as without the row
    without = empirical_bayes(frame.drop(index=1), "expected")
    assert empirical_bayes(frame, "expected")["smoothed"].dropna().tolist() == pytest.approx(
        without["smoothed"].tolist()
    )


def test_what_comes_in_lots_needs_its_dispersion():
    frame = counted([300, 4000, 900], [1000.0, 8000, 3000], measure="studies")
    for call in (lambda counts: funnel(counts, "expected"), lambda counts: empirical_bayes(counts, "expected")):
        with pytest.raises(ex.NotComparableError, match="need independent events"):
            call(frame)
        call(frame.assign(dispersion=100))
    # lots of 100: the limits of 10 events, on the ratio
    wide = funnel(frame.assign(dispersion=100), "expected", 1.0)
    assert wide["ratio_high_95"].iloc[0] == pytest.approx(funnel_limits(np.array([10.0]), 0.95)[1][0])
    with pytest.raises(ex.NotComparableError):
        too_few(frame)
    with pytest.raises(ex.NotComparableError, match="about chance"):
        funnel(counted([3, 4], [3, 4]), "expected", limits="rounding")


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel(counted([0, 0], [1, 2]), "expected"),
        lambda: funnel(counted([1, 2], [1, 2]), "expected", 1.0, "additive"),
        lambda: funnel(counted([1, 2, 0], [1, 2, 3]), "expected", 1.0, "additive", transform="log"),
        lambda: funnel(counted([1, 2], [1, 0]), "expected"),
        lambda: funnel(counted([1, 2], [1, 2]), "expected", levels=()),
        lambda: funnel(counted([1, 2], [1, 2]), "expected", levels=(95,)),
        lambda: funnel(counted([1, 2], [1, 2]), "expected", overdispersion="some"),
        lambda: funnel(counted([1, 2], [1, 2]), "expected", method="byar"),
        lambda: funnel(counted([1, 2, 3], [1, 2, 3]), "expected", winsorise=0.5),
        lambda: funnel(counted([1, 2], [1, 2], iso3=["AAA", "AAA"]), "expected"),
        lambda: funnel(counted([1], [1], iso3=["WLD"]), "expected"),
        lambda: empirical_bayes(counted([1], [1]), "expected"),
        lambda: empirical_bayes(counted([1, 2], [1, 2]), "expected", "colour"),
        lambda: too_few(counted([1, 2]), least=0),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ex.DataError):
        call()


def test_equal_rates_are_drawn_to_the_common_rate_wholly():
    found = empirical_bayes(counted([10, 20, 30], [100, 200, 300]), "expected", method="marshall", scale=1)
    assert found["smoothed"].tolist() == pytest.approx([0.1] * 3)
    # 60 in 600, with the exact limits of that sum
    low, high = garwood(np.array([60]))
    assert found["smoothed_low"].tolist() == pytest.approx([low[0] / 600] * 3)
    assert found["smoothed_high"].tolist() == pytest.approx([high[0] / 600] * 3)
    assert "beyond chance is seen" in found.attrs["warnings"][0]


def test_nothing_anywhere_stays_nothing():
    found = empirical_bayes(counted([0, 0], [100, 200]), "expected")
    assert found["smoothed"].tolist() == [0, 0] and (found["smoothed_high"] > 0).all()


def test_neighbours_by_column_and_by_name_are_the_same():
    frame = counted([3, 40, 9, 12, 7], [10.0, 80, 30, 40, 20], region=["x", "x", "y", "y", "z"])
    one, two, three, four, _ = frame["iso3"]
    by_column = empirical_bayes(frame, "expected", "region")
    by_name = empirical_bayes(frame, "expected", {one: [two], two: [one], three: [four, "not there"], four: [three]})
    pd.testing.assert_frame_equal(by_column, by_name)
    # a place alone keeps its own rate
    assert by_column["smoothed"].iloc[4] == pytest.approx(by_column["rate"].iloc[4])
    assert any("1 places" in warning for warning in by_column.attrs["warnings"])


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(1, 100), st.integers(0, 9)), min_size=2, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_shrunk_rate_lies_between_its_own_and_the_common_one(rows):
    observed, size, wider = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    frame = counted(observed, size)
    found = empirical_bayes(frame, "expected")
    edges = np.sort(found[["rate", "common"]].to_numpy(), axis=1)
    assert (found["smoothed"] >= edges[:, 0] * (1 - 1e-12)).all() and (
        found["smoothed"] <= edges[:, 1] * (1 + 1e-12) + 1e-12
    ).all()
    wide = empirical_bayes(
        frame.assign(high=frame["high"] + wider, low=np.maximum(frame["low"] - wider, 0)), "expected"
    )
    assert (wide["smoothed_low"] <= found["smoothed_low"] + 1e-12).all() and (
        wide["smoothed_high"] >= found["smoothed_high"] - 1e-12
    ).all()


def test_too_few_by_the_least_count_that_the_printing_allows():
    frame = counted([19, 20, 25, 0]).assign(low=[19.0, 20, 15, 0])
    found = too_few(frame)
    assert found["too_few"].tolist() == [True, False, True, True]
    # 1/√25
    assert found["relative_error"].iloc[2] == 0.2 and found["relative_error"].iloc[3] == np.inf


def cases():
    frame = counted([30, 40, 9, 12], [10.0, 80, 30, 40], iso3=["USA", "DEU", "FRA", "IND"], measure="servers_exposed")
    alike = frame.assign(value=frame["expected"], low=frame["expected"], high=frame["expected"])
    return {
        "funnel": funnel(frame, "expected", 1.0),
        "funnel_none": funnel(alike, "expected", 1.0),
        "smoothed": empirical_bayes(frame, "expected"),
        "alike": empirical_bayes(alike, "expected"),
        "few": too_few(frame),
        "few_none": too_few(frame[:2]),
    }


def test_every_case_has_its_sentence_in_four_languages():
    texts = {}
    for family in ("small_numbers", "empirical_bayes"):
        texts |= tomllib.loads(
            (files("analysis.language") / "catalogues/statistics" / f"{family}.toml").read_text("utf-8")
        )
    found = cases()
    assert set(found) == set(texts)
    for case, table in found.items():
        family = import_module(f"analysis.statistics.{table['statistic'].iloc[0].partition('.')[0]}")
        assert family.facts(table, "en")[0] == case
        placeholders = [slots(texts[case][lang]) for lang in ("en", "es", "de", "fr")]
        assert all(names == placeholders[0] for names in placeholders), case
        assert all(20 < len(describe(table, lang)) <= 280 for lang in ("en", "es", "de", "fr"))
        json.dumps(table.attrs)


def test_the_real_survey_in_a_funnel():
    panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    servers = panel[(panel["measure"] == "servers_exposed") & panel["iso3"].notna()]
    found = funnel(servers).set_index("iso3")
    assert "WLD" not in found.index
    assert (found.loc["USA", "verdict"], found.loc["CHN", "verdict"], found.loc["SVK", "verdict"]) == (
        "above",
        "below",
        "too few to say",
    )


def test_one_level_instead_of_several_is_refused():
    with pytest.raises(ex.DataError, match="levels are shares"):
        funnel(pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [3.0, 4.0], "size": 1e6}), "size", levels=0.95)
