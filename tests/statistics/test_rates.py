"""Rates and their limits, against printed tables and other packages' test data."""

import json
import string
import tomllib
from importlib import import_module
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import Vector

import analysis as ex
from analysis.statistics.comparable_places import compared
from analysis.statistics.describing import describe
from analysis.statistics.poisson import METHODS, byar, count_limits, garwood, mid_p, score
from analysis.statistics.rates import rates
from analysis.statistics.two_places import rate_difference, rate_ratio

GARWOOD = "Garwood 1936, as reprinted by Breslow & Day 1987"
PHE = "PHEindicatormethods, testdata_Byars_Wilson"
PHE_RATES = "PHEindicatormethods, testdata_Rate"
DESCTOOLS = "R DescTools PoissonCI(15, 400), quoted in the tests of statsmodels"
EXACTCI = "R exactci poisson.exact, quoted in the tests of statsmodels"
POISSON_TEST = "R manual, poisson.test"
RATERATIO = "R rateratio.test, manual and vignette"
LOW, HIGH = 0, 1


def of(function, count, side, level=0.95):
    return lambda: function(np.array([count]), level)[side][0]


def sized(count, size, method="exact", level=0.95, scale=1.0):
    frame = pd.DataFrame({"value": [count], "low": [count], "high": [count], "size": [size]})
    return rates(frame, per="size", scale=scale, method=method, level=level).iloc[0]


def two(x1, t1, x2, t2, **options):
    counts = np.array([x1, x2], dtype=float)
    frame = pd.DataFrame({"iso3": ["AAA", "BBB"], "value": counts, "low": counts, "high": counts, "size": [t1, t2]})
    return rate_ratio(frame, "AAA", "BBB", per="size", **options).iloc[0]


VECTORS = [
    *(
        Vector("rates.garwood", GARWOOD, f"{count} events, 95 %, {name}", printed, of(garwood, count, side), 5e-3)
        for count, low, high in [
            (0, 0, 3.69),
            (1, 0.03, 5.57),
            (2, 0.24, 7.22),
            (3, 0.62, 8.77),
            (5, 1.62, 11.67),
            (10, 4.80, 18.39),
            (20, 12.22, 30.89),
            (50, 37.11, 65.92),
            (100, 81.36, 121.63),
        ]
        for side, name, printed in ((LOW, "low", low), (HIGH, "high", high))
    ),
    *(
        Vector("rates.byar", PHE, f"{count} events, {level:.1%}, {name}", printed, of(byar, count, side, level), 1e-9)
        for count, level, low, high in [
            (65, 0.95, 50.1631877105, 82.8491385459),
            (1045, 0.95, 982.5932018073, 1110.3312129856),
            (1, 0.95, 0.0130721329, 5.5637555825),
            (65, 0.998, 42.8802614715, 94.0002908443),
            (1045, 0.998, 947.9407035610, 1148.8061609880),
            (10, 0.998, 2.9163183747, 24.1937249279),
        ]
        for side, name, printed in ((LOW, "low", low), (HIGH, "high", high))
    ),
    *(
        Vector(
            "rates.rates",
            PHE_RATES,
            f"{count}/{size}, {level:.1%}, {name}",
            printed,
            lambda c=count, s=size, m=method, v=level, n=name: sized(c, s, m, v, 100)[n],
            tolerance,
        )
        for count, size, method, level, tolerance, expected in [
            (1, 100, "exact", 0.95, 1e-9, (1, 0.0253178080, 5.5716433909)),
            (5, 100, "exact", 0.998, 1e-9, (5, 0.7393717319, 16.4547452037)),
            (20, 100, "byar", 0.95, 1e-9, (20, 12.2114288349, 30.8898803692)),
            (9856, 12345, "byar", 0.95, 1e-9, (79.8379910895, 78.2694905898, 81.4300165427)),
            (7776456, 7564336677, "byar", 0.998, 1e-9, (0.1028042026, 0.1026903173, 0.1029181764)),
            (250, 220, "byar", 0.95, 1e-9, (113.6363636364, 99.9849473853, 128.6311448746)),
        ]
        for name, printed in zip(("rate", "rate_low", "rate_high"), expected, strict=True)
    ),
    Vector(
        "rates.rates",
        POISSON_TEST,
        "137/24.19893 nickel workers, ratio",
        5.661407,
        lambda: sized(137, 24.19893)["rate"],
        1e-6,
    ),
    Vector(
        "rates.rates",
        POISSON_TEST,
        "137/24.19893 nickel workers, low",
        4.753125,
        lambda: sized(137, 24.19893)["rate_low"],
        1e-6,
    ),
    Vector(
        "rates.rates",
        POISSON_TEST,
        "137/24.19893 nickel workers, high",
        6.692709,
        lambda: sized(137, 24.19893)["rate_high"],
        1e-6,
    ),
    *(
        Vector(
            "rates.rates",
            DESCTOOLS,
            f"15/400, {method}, {name}",
            printed,
            lambda m=method, n=name: sized(15, 400, m)[n],
            1e-14,
        )
        for method, low, high in [
            ("exact", 0.0209884653319583, 0.0618505471787146),
            ("score", 0.0227264749053794, 0.0618771721463559),
        ]
        for name, printed in (("rate_low", low), ("rate_high", high))
    ),
    Vector(
        "rates.mid_p",
        "R ratesci rateci(15, 400), quoted in the tests of statsmodels",
        "15/400, high",
        0.0604627555786095,
        lambda: sized(15, 400, "mid-p")["rate_high"],
        5e-7,
    ),  # theirs is found by search, to some six digits
    Vector(
        "rates.rate_ratio",
        POISSON_TEST,
        "11/800 against 21/3011, ratio",
        1.971488,
        lambda: two(11, 800, 21, 3011)["ratio"],
        1e-6,
    ),
    Vector(
        "rates.rate_ratio",
        POISSON_TEST,
        "11/800 against 21/3011, low",
        0.8584264,
        lambda: two(11, 800, 21, 3011)["ratio_low"],
        1e-7,
    ),
    Vector(
        "rates.rate_ratio",
        POISSON_TEST,
        "11/800 against 21/3011, high",
        4.2772659,
        lambda: two(11, 800, 21, 3011)["ratio_high"],
        1e-7,
    ),
    *(
        Vector(
            "rates.rate_ratio",
            RATERATIO,
            f"2/17877 against 9/{size}, {name}",
            printed,
            lambda s=size, n=name: two(2, 17877, 9, s)[n],
            1e-9,
        )
        for size, expected in [
            (16660, (0.207094156, 0.021774063, 1.000549104, 0.050106496)),
            (16674, (0.207268184, 0.021792360, 1.001389902, 0.050269814)),
        ]
        for name, printed in zip(("ratio", "ratio_low", "ratio_high", "p_value"), expected, strict=True)
    ),
    Vector(
        "rates.rate_ratio",
        EXACTCI,
        "60/51477.5 against 30/54308.7, low",
        1.339735721772650,
        lambda: two(60, 51477.5, 30, 54308.7)["ratio_low"],
        1e-12,
    ),
    Vector(
        "rates.rate_ratio",
        EXACTCI,
        "60/51477.5 against 30/54308.7, high",
        3.388365573616252,
        lambda: two(60, 51477.5, 30, 54308.7)["ratio_high"],
        1e-12,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_exact_is_neither_the_minimum_likelihood_nor_blakers_interval():
    # exactci's tests print (81.8391, 121.8372) and (81.5387, 121.5313) for those two at 100 events
    low, high = garwood(np.array([100]))
    assert (low[0], high[0]) == (pytest.approx(81.3640, abs=5e-5), pytest.approx(121.6268, abs=5e-5))


def test_byars_negative_lower_limit_is_withheld_and_said_so():
    low, high = byar(np.array([1]), 0.998)
    assert np.isnan(low[0])
    assert high[0] == pytest.approx(9.3621802179, abs=1e-9)
    found = rates(servers(value=[1.0], low=[1.0], high=[1.0]), method="byar", level=0.998)
    assert np.isnan(found["rate_low"].iloc[0])
    assert "is left out" in found.attrs["warnings"][0]


@given(st.integers(0, 5000), st.sampled_from([0.8, 0.95, 0.998]))
@settings(max_examples=40, deadline=None)
def test_mid_p_limits_solve_their_equation(count, level):
    # half of P(X = x) and all of P(X beyond x) make α/2, by scipy's Poisson distribution
    from scipy.stats import poisson

    low, high = (end[0] for end in mid_p(np.array([count]), level))
    tail = (1 - level) / 2
    assert poisson.cdf(count, high) - poisson.pmf(count, high) / 2 == pytest.approx(tail, rel=1e-6)
    if count:
        assert poisson.sf(count - 1, low) - poisson.pmf(count, low) / 2 == pytest.approx(tail, rel=1e-6)
    else:
        assert low == 0


@given(st.floats(0, 1e6), st.floats(0, 100), st.sampled_from(sorted(METHODS)))
@settings(max_examples=60, deadline=None)
def test_limits_hold_the_count_and_rise_with_it(count, more, method):
    low, high = count_limits(np.array([count, count + more]), method)
    assert not (low > [count, count + more]).any() and (high > [count, count + more]).all()
    assert high[0] <= high[1] * (1 + 1e-15)  # a last bit is lost in cubes
    assert np.isnan(low).any() or low[0] <= low[1] + 1e-9 * low[1]


@pytest.mark.parametrize(("method", "least"), [("exact", 0.95), ("mid-p", 0.915), ("score", 0.89)])
def test_how_often_the_limits_hold_each_mean(method, least):
    # not simulated: the probability of all counts whose limits hold the mean; only the exact ones keep 95 % for each
    # mean
    from scipy.stats import poisson

    counts, means = np.arange(400), np.geomspace(0.3, 200, 400)
    low, high = count_limits(counts.astype(float), method)
    held = [poisson.pmf(counts, mean)[(low <= mean) & (mean <= high)].sum() for mean in means]
    assert min(held) >= least and np.mean(held) >= 0.945
    assert method == "exact" or min(held) < 0.95


def test_score_limits_of_nothing_by_hand():
    # (0 − m)² = z² m has the roots 0 and z² = 1.959964² = 3.841459
    assert [end[0] for end in score(np.array([0]))] == [0, pytest.approx(3.841459, abs=1e-6)]


def servers(**columns):
    base = {
        "iso3": ["USA"],
        "measure": ["servers_exposed"],
        "value": [187.0],
        "low": [187.0],
        "high": [187.0],
        "scan_to": ["2019-09"],
    }
    return pd.DataFrame(base | columns)


def test_the_united_states_in_2019_by_hand():
    # 187 / 330.226227 = 0.5663; exact Poisson limits of 187 are 161.157 and 215.808: 0.4880 to 0.6535
    row = ex.rates(servers()).iloc[0]
    assert row["rate"] == pytest.approx(187 / 330.226227, rel=1e-12)
    assert (row["rate_low"], row["rate_high"]) == (pytest.approx(0.4880, abs=5e-5), pytest.approx(0.6535, abs=5e-5))
    assert (row["denominator_year"], row["rate_method"], row["level"]) == (2019, "exact Poisson", 0.95)


def test_a_denominator_of_another_year_is_said_so():
    # delegated addresses are known from 2025 on only
    found = rates(servers(), per="ipv4_addresses")
    assert found["denominator_year"].tolist() == [2025]
    assert "nearest year known (2025)" in found.attrs["warnings"][0]
    assert found.attrs["parameters"]["denominator_years"] == [2025]
    assert rates(servers()).attrs["warnings"] == []


def test_the_scan_decides_the_year_before_the_publication():
    found = rates(servers(published=["2021-01"]))
    assert found["denominator_year"].tolist() == [2019]
    assert rates(servers(published=["2021-01"], scan_to=[None]))["denominator_year"].tolist() == [2021]


def test_places_without_a_denominator_keep_their_row_without_a_rate():
    frame = pd.concat(
        [servers(), servers(iso3=["ATA"]), servers(iso3=[None], place=["Nederlandse Antillen"])], ignore_index=True
    )
    found = rates(frame)
    assert found["rate"].isna().tolist() == [False, True, True]
    assert found.attrs["missing"] == ["ATA", "Nederlandse Antillen"]


def test_a_denominator_has_an_interval_of_its_own():
    # rounding only: 90 to 110 over 8 to 12 is 90/12 = 7.5 to 110/8 = 13.75
    frame = servers(value=[100.0], low=[90.0], high=[110.0], beds=[10.0], beds_low=[8.0], beds_high=[12.0])
    row = rates(frame, per="beds", scale=1, limits="rounding").iloc[0]
    assert (row["rate"], row["rate_low"], row["rate_high"]) == (10, 7.5, 13.75)
    with pytest.raises(ex.DataError, match="outside its interval"):
        rates(frame.assign(beds_low=11.0), per="beds")


def test_dispersion_makes_lots_of_single_events():
    # lots of 4: 20 studies are 5 lots, whose limits are printed as 1.62 and 11.67; four times that
    studies = servers(measure=["studies"], value=[20.0], low=[20.0], high=[20.0], size=[1.0])
    row = rates(studies.assign(dispersion=4), per="size", scale=1).iloc[0]
    assert (row["rate_low"], row["rate_high"]) == (
        pytest.approx(4 * 1.62, abs=0.02),
        pytest.approx(4 * 11.67, abs=0.02),
    )
    assert row["rate_method"] == "exact Poisson, dispersion 4"


def test_studies_have_no_limits_of_chance():
    studies = servers(measure=["studies"], value=[2.4e7], low=[2.35e7], high=[2.45e7])
    row = ex.rates(studies).iloc[0]
    assert row["rate_method"] == "rounding only"
    assert row["rate_low"] == pytest.approx(2.35e7 / 330.226227)
    with pytest.raises(ex.NotComparableError, match="need independent events"):
        ex.rates(studies, limits="both")


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ({"value": [-1.0]}, {}),
        ({"low": [200.0]}, {}),
        ({"value": [np.nan]}, {}),
        ({}, {"method": "guess"}),
        ({}, {"level": 1.0}),
        ({"beds": [0.0]}, {"per": "beds"}),
        ({}, {"per": "beds"}),
        ({}, {"per": "gdp_pc_usd"}),
        ({"scan_to": [None]}, {}),
        ({"measure": ["share_open"], "value": [0.5], "low": [0.5], "high": [0.5]}, {}),
        ({"measure": ["individuals_per_breach_mean"]}, {}),
        ({"dispersion": [0.5]}, {}),
        ({}, {"limits": "luck"}),
    ],
)
def test_what_cannot_be_is_refused(fault, options):
    with pytest.raises(ex.DataError):
        ex.rates(servers(**fault), **options)


@given(st.floats(0, 1e6), st.floats(0, 1e3), st.floats(0, 1e3), st.sampled_from(["exact", "mid-p", "score"]))
@settings(max_examples=20, deadline=None)
def test_widening_the_printing_never_narrows_the_rate(value, below, above, method):
    narrow = servers(value=[value], low=[value], high=[value], size=[1e6])
    wide = servers(value=[value], low=[max(value - below, 0)], high=[value + above], size=[1e6])
    one, other = (ex.rates(frame, per="size", method=method).iloc[0] for frame in (narrow, wide))
    assert other["rate_low"] <= one["rate_low"] <= one["rate"] <= one["rate_high"] <= other["rate_high"]


@given(st.integers(2, 1000), st.sampled_from(sorted(METHODS)))
@settings(max_examples=30, deadline=None)
def test_a_larger_denominator_scales_the_rate_exactly(factor, method):
    one = ex.rates(servers(size=[1000.0]), per="size", method=method).iloc[0]
    other = ex.rates(servers(size=[1000.0 * factor]), per="size", method=method).iloc[0]
    for column in ("rate", "rate_low", "rate_high"):
        assert other[column] == pytest.approx(one[column] / factor, rel=1e-12)


def test_order_and_names_do_not_matter():
    ends = {"value": [3.0, 0, 70], "low": [3.0, 0, 60], "high": [3.0, 0, 80]}
    frame = pd.DataFrame({"iso3": ["AAA", "BBB", "CCC"], "size": [1.0, 2, 3]} | ends)
    found = rates(frame, per="size")
    turned = rates(frame.iloc[::-1], per="size").iloc[::-1]
    pd.testing.assert_frame_equal(found, turned)
    renamed = rates(frame.assign(iso3=["ZZZ", "BBB", "CCC"]), per="size")
    pd.testing.assert_frame_equal(found.drop(columns="iso3"), renamed.drop(columns="iso3"))


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, 10), st.sampled_from([0.9, 0.95, 0.99]))
@settings(max_examples=150, deadline=None)
def test_the_test_is_significant_exactly_where_the_interval_leaves_one_out(x1, x2, t1, level):
    if x1 + x2 == 0:
        return
    row = two(x1, t1, x2, 1.0, level=level)
    assert (row["p_value"] < 1 - level) == (not row["ratio_low"] <= 1 <= row["ratio_high"])


def test_the_trap_of_another_p_value():
    # R's poisson.test gives 0.033 here (minimum likelihood), though its interval holds 1
    row = two(2, 17877, 9, 16660)
    assert row["ratio_low"] < 1 < row["ratio_high"] and row["p_value"] > 0.05


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 10), st.integers(0, 10))
@settings(max_examples=40, deadline=None)
def test_widening_never_narrows_what_compares_two_places(x1, x2, below, above):
    counts = [float(x1), float(x2)]
    frame = pd.DataFrame({"iso3": ["AAA", "BBB"], "value": counts, "low": counts, "high": counts, "size": [2.0, 3.0]})
    wide = frame.assign(low=(frame["low"] - below).clip(lower=0), high=frame["high"] + above)
    for function, kind in ((rate_ratio, "ratio"), (rate_difference, "difference")):
        one, other = (function(which, "AAA", "BBB", per="size").iloc[0] for which in (frame, wide))
        assert other[f"{kind}_low"] <= one[f"{kind}_low"] + 1e-9 and other[f"{kind}_high"] >= one[f"{kind}_high"] - 1e-9
        assert other["p_value"] >= one["p_value"] - 1e-12
        assert one[f"{kind}_low"] <= one[kind] <= one[f"{kind}_high"]


def test_the_difference_is_statsmodels_mover_of_exact_limits():
    from statsmodels.stats.rates import confint_poisson_2indep

    frame = pd.DataFrame(
        {"iso3": ["AAA", "BBB"], "value": [60.0, 30], "low": [60.0, 30], "high": [60.0, 30], "size": [51.4775, 54.3087]}
    )
    row = rate_difference(frame, "AAA", "BBB", per="size", scale=1).iloc[0]
    theirs = confint_poisson_2indep(60, 51.4775, 30, 54.3087, method="mover", compare="diff", method_mover="exact-c")
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(theirs, rel=1e-10)


def test_two_places_at_the_edges():
    nothing = two(3, 1.0, 0, 1.0)
    assert nothing["ratio"] == nothing["ratio_high"] == np.inf and nothing["ratio_low"] > 0
    # P(X ≥ 3 | n = 3, p = 1/2) = 1/8, twice that is 1/4
    assert nothing["p_value"] == pytest.approx(0.25)
    with pytest.raises(ex.DataError, match="nothing to compare"):
        two(0, 1.0, 0, 1.0)
    frame = pd.DataFrame(
        {"iso3": ["AAA", "BBB"], "value": [0.0, 0], "low": [0.0, 0], "high": [0.0, 0], "size": [1.0, 1]}
    )
    assert rate_difference(frame, "AAA", "BBB", per="size").iloc[0][["difference", "p_value"]].tolist() == [0, 1]
    with pytest.raises(ex.DataError, match="no rows"):
        rate_ratio(frame, "AAA", "CCC", per="size")
    with pytest.raises(ex.DataError, match="itself"):
        rate_ratio(frame, "AAA", "AAA", per="size")


def test_surveys_that_counted_otherwise_are_not_compared():
    panel = ex.preferred(ex.panel())
    both = panel[
        panel["survey"].eq("greenbone-2019-09") & panel["measure"].eq("servers_exposed") & panel["iso3"].eq("USA")
    ]
    other = panel[
        panel["survey"].eq("stites-pianykh-ajr-2016") & panel["measure"].eq("servers_exposed") & panel["iso3"].eq("RUS")
    ]
    with pytest.raises(ex.NotComparableError):
        rate_ratio(pd.concat([both, other]), "USA", "RUS")


def clustered(frame):
    return frame.assign(measure="studies")


def cases():
    frame = pd.concat([servers(), servers(iso3=["DEU"], value=[6.0], low=[6.0], high=[6.0])], ignore_index=True)
    even = frame.assign(value=[30.0, 8.0], low=[30.0, 8.0], high=[30.0, 8.0])
    none = frame.assign(value=[187.0, 0.0], low=[187.0, 0.0], high=[187.0, 0.0])
    return {
        "highest": rates(frame),
        "highest_rounding": rates(clustered(frame)),
        "single": rates(servers()),
        "single_rounding": rates(clustered(servers()), per="hospitals_total", scale=1000),
        "none": rates(servers(iso3=["ATA"])),
        "several": rates(pd.concat([frame, clustered(frame)])),
        "ratio_apart": rate_ratio(frame, "USA", "DEU"),
        "ratio_open": rate_ratio(even, "USA", "DEU"),
        "ratio_rounding": rate_ratio(clustered(frame), "USA", "DEU"),
        "ratio_without": rate_ratio(none, "USA", "DEU"),
        "ratio_mid_p_without": rate_ratio(none, "USA", "DEU", method="mid-p"),
        "ratio_without_rounding": rate_ratio(clustered(none), "USA", "DEU"),
        "ratio_rounding_open": rate_ratio(clustered(even.assign(low=5.0, high=60.0)), "USA", "DEU"),
        "difference_apart": rate_difference(frame, "USA", "DEU"),
        "difference_open": rate_difference(even, "USA", "DEU"),
        "difference_rounding": rate_difference(clustered(frame), "USA", "DEU"),
        "ratio_mid_p_apart": rate_ratio(frame, "USA", "DEU", method="mid-p"),
        "ratio_mid_p_open": rate_ratio(even, "USA", "DEU", method="mid-p"),
    }


def test_every_case_has_its_sentence_in_four_languages():
    texts = {}
    for family in ("rates", "two_places"):
        texts |= tomllib.loads(
            (files("analysis.language") / "catalogues/statistics" / f"{family}.toml").read_text("utf-8")
        )
    found = cases()
    assert set(found) == set(texts)
    for case, table in found.items():
        assert (
            import_module(f"analysis.statistics.{table.attrs['statistic'].partition('.')[0]}").facts(table, "en")[0]
            == case
        )
        placeholders = {
            lang: {name for _, name, *_ in string.Formatter().parse(texts[case][lang]) if name} for lang in texts[case]
        }
        assert len({frozenset(names) for names in placeholders.values()}) == 1, case
        for lang in ("en", "es", "de", "fr"):
            assert 20 < len(describe(table, lang)) <= 280
        json.dumps(table.attrs)


def test_a_sentence_read():
    assert describe(cases()["ratio_open"], "en") == (
        "Servers reachable from the internet, United States against Germany: the ratio of the rates is 0.944 "
        "(95% confidence interval 0.423 to 2.38, exact p = 1); this could be chance."
    )


# What a result holds, to the letter -----------------------------------------------------------------


def three(**changes):
    """Made-up counts with a denominator of their own."""
    return pd.DataFrame(
        {
            "iso3": ["DEU", "FRA", "ESP"],
            "place": ["Germany", "France", "Spain"],
            "value": [30.0, 12, 20],
            "low": [30.0, 12, 20],
            "high": [30.0, 12, 20],
            "beds": [50.0, 40, 80],
            "measure": "servers_exposed",
            "survey": "greenbone-2019-09",
            "source": "greenbone-release-en-2019-09",
        }
    ).assign(**changes)


MADE = {
    "seed": None,
    "sources": ["greenbone-release-en-2019-09"],
    "surveys": ["greenbone-2019-09"],
    "measures": ["servers_exposed"],
    "warnings": [],
    "missing": [],
    "limits": "both",
}


#: The columns of a pair that say what its numbers mean.
MEANING = ["rate_per", "rate_scale", "measure", "survey", "limits", "occurrence", "statistic"]


def test_the_columns_and_the_making_of_rates():
    frame = three()
    found = rates(frame, per="beds", scale=10, method="score", level=0.9)
    assert list(found.columns) == [
        *frame.columns,
        "denominator",
        "denominator_year",
        "rate",
        "rate_low",
        "rate_high",
        "rate_method",
        "level",
        "rate_per",
        "rate_scale",
        "limits",
        "occurrence",
        "statistic",
    ]
    assert found["rate"].tolist() == [6, 3, 2.5] and found["denominator"].tolist() == [50, 40, 80]
    assert set(found["rate_method"]) == {"score"} and set(found["level"]) == {0.9}
    assert found.attrs == MADE | {
        "statistic": "rates.rates",
        "method": "score",
        "level": 0.9,
        "parameters": {"per": "beds", "scale": 10, "dispersion": None, "denominator_years": []},
    }
    printed = rates(frame, per="beds", limits="rounding")
    assert (
        set(printed["rate_method"]) == {"rounding only"}
        and printed["level"].isna().all()
        and printed.attrs["limits"] == "rounding"
    )
    assert set(rates(frame.assign(dispersion=4), per="beds")["rate_method"]) == {"exact Poisson, dispersion 4"}


def test_the_columns_and_the_making_of_what_compares_two():
    ratio = rate_ratio(three(), "DEU", "FRA", per="beds", level=0.9)
    assert list(ratio.columns) == [
        "iso3",
        "other",
        "rate_a",
        "rate_b",
        *(f"{name}_{side}" for side in "ab" for name in ("value", "low", "high", "size_low", "size_high")),
        "dispersion",
        "ratio",
        "ratio_low",
        "ratio_high",
        "p_value",
        "method",
        "level",
        *MEANING,
    ]
    assert ratio.iloc[0][["iso3", "other", "rate_a", "rate_b", "ratio", "method", "level"]].tolist() == [
        "DEU",
        "FRA",
        0.6,
        0.3,
        2,
        "exact conditional",
        0.9,
    ]
    assert ratio.attrs == MADE | {
        "statistic": "two_places.rate_ratio",
        "method": "exact conditional",
        "level": 0.9,
        "parameters": {"per": "beds", "scale": 1.0, "a": "DEU", "b": "FRA", "dispersion": None},
    }
    less = rate_difference(three(), "DEU", "FRA", per="beds", scale=10, level=0.9)
    assert list(less.columns) == [
        "iso3",
        "other",
        "rate_a",
        "rate_b",
        "difference",
        "difference_low",
        "difference_high",
        "p_value",
        "method",
        "level",
        *MEANING,
    ]
    assert less.iloc[0][["iso3", "other", "rate_a", "rate_b", "difference", "method", "level"]].tolist() == [
        "DEU",
        "FRA",
        6,
        3,
        3,
        "MOVER of exact limits",
        0.9,
    ]
    assert less["p_value"].iloc[0] == ratio["p_value"].iloc[0]
    assert less.attrs == MADE | {
        "statistic": "two_places.rate_difference",
        "method": "MOVER of exact limits",
        "level": 0.9,
        "parameters": {"per": "beds", "scale": 10, "a": "DEU", "b": "FRA", "dispersion": None},
    }
    printed = rate_difference(three(), "FRA", "DEU", per="beds", scale=10, limits="rounding")
    assert (printed["method"].iloc[0], printed["difference_low"].iloc[0]) == ("rounding only", -3) and printed[
        "p_value"
    ].isna().all()
    assert rate_ratio(three(), "FRA", "DEU", per="beds", limits="rounding").attrs["warnings"] == [
        "Chance has no test here; the ends are those of rounding."
    ]
    assert (
        "FRA has no count: the ratio is infinite, only its lower end says something."
        in rate_ratio(three(value=[30.0, 0, 2], low=[30.0, 0, 2], high=[30.0, 0, 2]), "DEU", "FRA", per="beds").attrs[
            "warnings"
        ]
    )


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            lambda: rate_ratio(three(), "USA", "FRA", per="beds"),
            "USA has no rows in the table; give the iso3 of a place that has one row.",
        ),
        (lambda: rate_ratio(three(), "DEU", "DEU", per="beds"), "DEU cannot be compared with itself; give two places."),
        (
            lambda: rate_ratio(three(beds=[50, None, 3]), "DEU", "FRA", per="beds"),
            "column 'beds': FRA has no denominator 'beds'; choose another, or another place.",
        ),
        (
            lambda: rate_ratio(three(value=0.0, low=0.0, high=0.0), "DEU", "FRA", per="beds"),
            "neither DEU nor FRA has a count above zero; there is nothing to compare; choose other places.",
        ),
        (
            lambda: rates(three(beds=[0, 1, 2]), per="beds"),
            "column 'beds': row 1: a denominator is not positive and finite: 0; correct it or leave it empty.",
        ),
        (
            lambda: rates(three(beds_low=60, beds_high=90), per="beds"),
            "column 'beds': row 1: a denominator is outside its interval; correct its low or high end.",
        ),
        (
            lambda: rates(three().drop(columns="iso3"), per="hospitals"),
            "column 'hospitals': the table has no column 'hospitals' and no iso3 to look a denominator up by; "
            "add one of them.",
        ),
        (
            lambda: rates(three(measure="share_open"), per="beds"),
            "column 'measure': 'share_open' is already a ratio; a rate needs a count; choose a measure of kind count.",
        ),
        (lambda: rates(three()), "column 'year': no row says what year it is of; add the column year (or scan_to)."),
        (
            lambda: rates(three(), per="beds", method="best"),
            "unknown method 'best'; choose one of exact, byar, mid-p, score.",
        ),
    ],
)
def test_what_is_wrong_is_told_in_full(run, told):
    with pytest.raises(ex.DataError) as caught:
        run()
    assert str(caught.value) == told


SPOKEN = {
    # Of the others, only France's interval (1.55 to 5.24) reaches Germany's low end, 4.05; Spain's ends at 3.86.
    "rates": {
        "en": "Germany: 6 servers reachable from the internet per 10 beds, the highest of 3 rates (95% "
        "confidence interval of this place alone 4.05 to 8.57, assuming independent events); 1 other interval "
        "overlaps it.",
        "es": "Alemania: 6 servidores accesibles desde internet por 10 beds, la más alta de 3 tasas "
        "(intervalo de confianza del 95 %, solo de este territorio: 4,05 a 8,57, suponiendo casos independientes); "
        "1 intervalo más lo solapa.",
        "de": "Deutschland: 6 aus dem Internet erreichbare Server je 10 beds, die höchste von 3 Raten "
        "(95 %-Konfidenzintervall für dieses Gebiet allein 4,05 bis 8,57, sofern die Fälle unabhängig voneinander "
        "sind); 1 anderes Intervall überschneidet sich damit.",
        "fr": "Allemagne : 6 serveurs accessibles depuis internet pour 10 beds, le plus élevé de 3 taux"
        " (intervalle de confiance à 95 %, pour ce seul territoire : 4,05 à 8,57, si les cas sont indépendants) ; "
        "1 autre intervalle le recoupe.",
    },
    "ratio": {
        "en": "Servers reachable from the internet, Germany against France: the ratio of the rates is 2"
        " (95% confidence interval 0.994 to 4.29, exact p = 0.052); this could be chance.",
        "de": "Aus dem Internet erreichbare Server, Deutschland gegen Frankreich: Das Verhältnis der "
        "Raten beträgt 2 (95 %-Konfidenzintervall 0,994 bis 4,29, exaktes p = 0,052); das kann Zufall"
        " sein.",
    },
    "difference": {
        "en": "Servers reachable from the internet per 10 beds, France minus Germany: the difference is "
        "−3 (from rounding alone: −3). Chance is left out.",
        "fr": "Serveurs accessibles depuis internet pour 10 beds, France moins Allemagne : l’écart est de "
        "−3 (du seul fait de l’arrondi : −3). Le hasard est laissé de côté.",
    },
}


@pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind, told in SPOKEN.items() for lang in told])
def test_its_sentences_to_the_letter(kind, lang):
    found = {
        "rates": lambda: rates(three(), per="beds", scale=10),
        "ratio": lambda: rate_ratio(three(), "DEU", "FRA", per="beds"),
        "difference": lambda: rate_difference(three(), "FRA", "DEU", per="beds", scale=10, limits="rounding"),
    }[kind]()
    assert (
        describe(found, lang).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        == SPOKEN[kind][lang]
    )


def test_the_ends_of_a_ratio_by_printing_by_hand():
    frame = three(low=[28.0, 10, 20], high=[32.0, 14, 20])
    found = rate_ratio(frame, "DEU", "FRA", per="beds", limits="rounding").iloc[0]
    # 28/50 over 14/40, and 32/50 over 10/40.
    assert (found["ratio_low"], found["ratio_high"]) == (pytest.approx(1.6), pytest.approx(2.56))


def test_the_world_is_no_place_to_compare_with_and_measures_are_named():
    rows, notes = compared(three(iso3=["DEU", "WLD", "ESP"]))
    assert rows["iso3"].tolist() == ["DEU", "ESP"] and notes == []
    with pytest.raises(ex.NotComparableError, match=r"^servers_exposed, studies are different things"):
        compared(three(measure=["studies", "servers_exposed", "studies"]))
