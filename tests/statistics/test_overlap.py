"""Overlap: capture–recapture against printed examples, the one-sided overlaps as published, and what is refused."""

import json
import math
import tomllib
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import Vector

import analysis as ex
from analysis.statistics.describing import describe
from analysis.statistics.overlap import corrected, facts, found_among, lists, lower_bound, sensitivity, two_lists

# Who was on which of three lists (P, Q, E) of an outbreak of hepatitis A in Taiwan, 1995.
HEPATITIS = pd.DataFrame(
    [(1, 1, 1, 28), (1, 1, 0, 21), (1, 0, 1, 17), (0, 1, 1, 18), (1, 0, 0, 69), (0, 1, 0, 55), (0, 0, 1, 63)],
    columns=["P", "Q", "E", "value"],
)


def two(column, m, c, r, method="chapman"):
    return lambda: two_lists(m, c, r, method)[column].iloc[0]


def model(column, name):
    return lambda: lists(HEPATITIS).set_index("model").loc[name, column]


KREBS, RICKER, PINE = "Krebs 1989, box 2.1", "Ricker 1975", "Pine et al. 2013, box 11.2"
SEBER, SADINLE, TSAY = (
    "Seber 2002, tables 3.7 and 3.8",
    "encyclopedic example after Sadinle 2009",
    "Chao, Tsay et al. 2001, hepatitis A",
)
VECTORS = [
    Vector(
        "overlap.two_lists",
        KREBS,
        "948, 421, 167: Lincoln–Petersen",
        2390,
        two("estimate", 948, 421, 167, "lincoln-petersen"),
        0.5,
    ),
    Vector("overlap.two_lists", KREBS, "948, 421, 167: Chapman", 2383, two("estimate", 948, 421, 167), 0.5),
    Vector("overlap.two_lists", RICKER, "109, 177, 57: Chapman", 337, two("estimate", 109, 177, 57), 0.5),
    Vector("overlap.two_lists", PINE, "421, 332, 88: Chapman", 1578, two("estimate", 421, 332, 88), 0.5),
    Vector(
        "overlap.two_lists",
        PINE,
        "half the normal interval 1330 to 1826",
        248,
        lambda: 1.96 * two("se", 421, 332, 88)(),
        0.5,
    ),
    Vector("overlap.two_lists", SEBER, "500, 149, 7: Chapman", 9393, two("estimate", 500, 149, 7), 0.5),
    Vector("overlap.two_lists", SEBER, "500, 149, 7: standard error", 3022, two("se", 500, 149, 7), 0.5),
    Vector("overlap.two_lists", SEBER, "1000, 243, 21: Chapman", 11101, two("estimate", 1000, 243, 21), 0.5),
    Vector("overlap.two_lists", SEBER, "1000, 243, 21: standard error", 2184, two("se", 1000, 243, 21), 0.5),
    Vector(
        "overlap.two_lists",
        SADINLE,
        "10, 15, 5: Lincoln–Petersen",
        30,
        two("estimate", 10, 15, 5, "lincoln-petersen"),
        1e-9,
    ),
    Vector("overlap.two_lists", SADINLE, "10, 15, 5: Chapman", 28, two("estimate", 10, 15, 5), 0.5),
    Vector("overlap.two_lists", SADINLE, "10, 15, 5: lower limit", 22, two("low", 10, 15, 5), 0.5),
    Vector("overlap.two_lists", SADINLE, "10, 15, 5: upper limit", 65, two("high", 10, 15, 5), 0.5),
    Vector("overlap.lists", TSAY, "independent", 388, model("estimate", "independent"), 0.5),
    Vector("overlap.lists", TSAY, "all three interactions", 1313, model("estimate", "P×Q + P×E + Q×E"), 0.5),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


@pytest.fixture(scope="module")
def figures():
    return ex.preferred(
        ex.panel(surveys=["preprints-2025-03", "nuclide-2026-05", "arxiv-2607-15839", "trendmicro-2026"])
    )


@pytest.fixture(scope="module")
def preprint(figures):
    return figures[figures["survey"] == "preprints-2025-03"]


@pytest.fixture(scope="module")
def clouds(figures):
    return figures[figures["survey"] == "nuclide-2026-05"]


def test_the_published_overlaps_give_a_share_and_no_total(preprint):
    found = found_among(preprint).set_index("iso3")
    assert found.loc[["ESP", "DEU"], ["listed", "found"]].to_numpy().tolist() == [[54, 49], [1449, 1426]]
    # The share as the preprint prints it.
    printed = preprint[preprint["measure"] == "share_second_engine"].set_index("iso3")
    for place in ("ESP", "DEU"):
        assert printed.loc[place, "low"] <= found.loc[place, "share"] < printed.loc[place, "high"]
    # Wilson for 49 of 54, by hand: z² = 3.8415; centre (49 + 1.9207)/(54 + 3.8415) = 0.88035;
    # half = 1.95996 √(49·5/54 + 0.96037)/57.8415 = 1.95996 · 2.34486/57.8415 = 0.07946
    assert found.loc["ESP", "low"] == pytest.approx(0.8009, abs=1e-4)
    assert found.loc["ESP", "high"] == pytest.approx(0.9598, abs=1e-4)
    hosts, again = (preprint[preprint["measure"] == measure] for measure in ("hosts", "hosts_second_engine"))
    for ask in (two_lists, sensitivity):
        with pytest.raises(ex.NotComparableError, match="not identifiable"):
            ask(hosts, again, again)
    with pytest.raises(ex.NotComparableError, match="not identifiable"):
        lists(HEPATITIS.assign(survey="preprints-2025-03"))


def test_the_design_decides_not_the_name(preprint):
    hosts, again = (
        preprint[preprint["measure"] == measure].drop(columns="survey") for measure in ("hosts", "hosts_second_engine")
    )
    # Without its survey a figure's design is not known; that one list holds nothing of its own is still told.
    assert any("only asked" in text for text in two_lists(hosts, again, again).attrs["warnings"])


def test_two_stages_of_candidates(clouds):
    # printed: 4,818 candidates, 88 valid answers (1.8 %), 39 real
    answers = found_among(clouds, "systems_checked", "hosts").iloc[0]
    printed = clouds.set_index("measure").loc["share_valid_answers"]
    assert printed["low"] <= answers["share"] < printed["high"]
    real = found_among(clouds, "hosts", "servers_open").iloc[0]
    assert real["share"] == 39 / 88
    both = found_among(clouds, "systems_checked", "servers_open").iloc[0]
    assert both["share"] == pytest.approx(answers["share"] * real["share"])


def test_a_corrected_count_is_a_scenario_that_names_its_place(figures, clouds):
    searched = figures[
        (figures["survey"] == "trendmicro-2026")
        & (figures["measure"] == "servers_exposed")
        & (figures["iso3"] == "WLD")
    ]
    share = found_among(clouds, "hosts", "servers_open")
    found = corrected(searched, share).iloc[0]
    # 3,627 · 39/88 = 1607.4, the ends by Wilson's limits
    assert found["estimate"] == pytest.approx(3627 * 39 / 88)
    assert found["low"] == pytest.approx(3627 * share["low"].iloc[0])
    assert found["measured_in"] == "Medical services in five commodity clouds"
    removed = corrected(searched, figures[figures["measure"] == "share_filtered_out"], removed=True).iloc[0]
    # 39 % were taken out, printed in whole per cent: 60.5 % to 61.5 % were left
    assert removed[["estimate", "low", "high"]].tolist() == pytest.approx([3627 * 0.61, 3627 * 0.605, 3627 * 0.615])
    assert math.isnan(removed["level"])
    with pytest.raises(ex.DataError, match="measured_in"):
        corrected(100, 0.5)


@given(st.floats(0.01, 0.99), st.floats(0.05, 1), st.floats(0.5, 1))
@settings(max_examples=25, deadline=None)
def test_it_is_the_estimator_of_rogan_and_gladen(prevalence, sensitivity, specificity):
    tested = 1000
    apparent = prevalence * sensitivity + (1 - prevalence) * (1 - specificity)
    predictive = prevalence * sensitivity / apparent
    if abs(sensitivity + specificity - 1) > 0.01:
        textbook = tested * (apparent + specificity - 1) / (sensitivity + specificity - 1)
        ours = corrected(tested * apparent, predictive, measured_in="here", sensitivity=sensitivity)["estimate"].iloc[0]
        assert ours == pytest.approx(textbook, rel=1e-6)


def test_every_model_stands_beside_the_others():
    found = lists(HEPATITIS).set_index("model")
    assert len(found) == 8 and (found["seen"] == 271).all()
    # One interaction: the third list and the union of the two are independent, so that N follows from a two-by-two
    # table.
    # P×Q: on E 126 of 271, of these 63 alone; the union of P and Q holds 208, 63 of them on E: 126 · 208 / 63 = 416.
    assert found.loc["P×Q", "estimate"] == pytest.approx(416)
    # Two interactions P×Q, Q×E: P and E are independent among those not on Q: 69 · 63 / 17 unseen.
    assert found.loc["P×Q + Q×E", "estimate"] == pytest.approx(271 + 69 * 63 / 17)
    assert found.loc["P×Q + P×E + Q×E", "estimate"] == pytest.approx(271 + 69 * 55 * 63 * 28 / (21 * 17 * 18))
    # The criterion takes the most extreme of them.
    assert found["aic"].idxmin() == found["estimate"].idxmax() == "P×Q + P×E + Q×E"
    # Poisson log-likelihood ratio of the fit of independence, 24.36 on 3 degrees of freedom
    assert found.loc["independent", ["df", "deviance"]].tolist() == pytest.approx([3, 24.357], abs=5e-4)
    # The saturated model's log of the unseen cell is a sum of logs of cells: var μ = Σ 1/cell.
    unseen, variance = 69 * 55 * 63 * 28 / (21 * 17 * 18), sum(1 / n for n in (28, 21, 17, 18, 69, 55, 63))
    spread = math.exp(1.959964 * math.sqrt(math.log(1 + (unseen + unseen**2 * variance) / unseen**2)))
    assert found.loc["P×Q + P×E + Q×E", "low"] == pytest.approx(271 + unseen / spread, rel=1e-6)


def test_chaos_bound():
    found = lower_bound(HEPATITIS).iloc[0]
    # f1 = 69 + 55 + 63 = 187, f2 = 21 + 17 + 18 = 56: 271 + 187²/112
    assert (found["once"], found["twice"]) == (187, 56)
    assert found["estimate"] == pytest.approx(271 + 187**2 / 112)
    none_twice = HEPATITIS.assign(value=[0, 0, 0, 0, 2, 1, 1])
    assert lower_bound(none_twice)["estimate"].iloc[0] == 4 + 4 * 3 / 2


def test_a_model_without_a_finite_estimate_says_so():
    # Nobody is on both P and Q. Models with their interaction say minus infinity for it; that of P and Q independent
    # off E divides 69 · 55
    # by the none who are on both of them there.
    found = lists(HEPATITIS.assign(value=[0, 0, 17, 18, 69, 55, 63]))
    without = found[found["estimate"].isna()]
    assert set(without["model"]) == {"P×Q", "P×Q + P×E", "P×Q + Q×E", "P×E + Q×E", "P×Q + P×E + Q×E"}
    assert found.attrs["missing"] == without["model"].tolist()
    assert found.loc[found["model"] == "independent", "estimate"].notna().all()


def test_dependence_moves_the_total():
    by_odds = sensitivity(10, 15, 5, odds=[1, 2]).set_index("odds")
    plain = two_lists(10, 15, 5).iloc[0]
    assert by_odds.loc[1, ["estimate", "low", "high"]].tolist() == plain[["estimate", "low", "high"]].tolist()
    # 20 seen, 5 · 10/6 unseen under independence, twice as many for odds of 2
    assert by_odds.loc[2, "estimate"] == pytest.approx(20 + 2 * 50 / 6)


def test_one_odds_ratio_may_be_given_alone():
    assert sensitivity(10, 15, 5, odds=2)["odds"].tolist() == [2]


def test_without_an_overlap_only_chapman_has_an_estimate():
    # 11 · 11 / 1 - 1
    assert two_lists(10, 10, 0)["estimate"].iloc[0] == 120
    with pytest.raises(ex.DataError, match="chapman"):
        two_lists(10, 10, 0, "lincoln-petersen")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: two_lists(10, 5, 6),
        lambda: two_lists(-1, 5, 0),
        lambda: two_lists(10, 5, 2, "jackknife"),
        lambda: two_lists(10, 5, 2, level=95),
        lambda: two_lists("ten", 5, 2),
        lambda: two_lists(ex.panel().head(0), 5, 2),
        lambda: sensitivity(10, 5, 2, odds=[0]),
        lambda: lists(HEPATITIS.iloc[1:]),
        lambda: lists(HEPATITIS.assign(value=0)),
        lambda: lists(HEPATITIS.assign(value=-1)),
        lambda: lists(HEPATITIS.assign(value=0.5)),
        lambda: lists(HEPATITIS.drop(columns="value")),
        lambda: lists(HEPATITIS[["value"]]),
        lambda: lists(HEPATITIS.drop(columns="E")),
        lambda: lists(HEPATITIS.assign(P=0)),
        lambda: corrected(100, 1.5, measured_in="here"),
        lambda: corrected(100, 0.5, measured_in="here", sensitivity=0),
        lambda: found_among(ex.panel()),
        lambda: lower_bound(HEPATITIS.assign(value=float("nan"))),
        lambda: sensitivity(10, 5, 2, odds="even"),
    ],
)
def test_what_cannot_be_counted_is_refused(wrong):
    with pytest.raises(ex.DataError):
        wrong()


def test_clustered_things_have_no_chance():
    studies = pd.DataFrame({"iso3": ["DEU"], "measure": ["studies"], "value": [100.0], "low": [95.0], "high": [105.0]})
    with pytest.raises(ex.NotComparableError, match="come one by one"):
        two_lists(studies, 50, 20, limits="both")
    found = two_lists(studies, 50, 20).iloc[0]
    # ends of printing: 96 · 51/21 - 1 and 106 · 51/21 - 1
    assert found[["low", "high"]].tolist() == pytest.approx([96 * 51 / 21 - 1, 106 * 51 / 21 - 1])


def figure(value, below=0, above=0):
    return ex.Quantity(value, max(value - below, 0), value + above)


counted = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), *[st.integers(0, 9)] * 6)


@settings(max_examples=40, deadline=None)
@given(counted, st.sampled_from(["rounding", "both"]))
def test_a_wider_figure_never_narrows_a_total(drawn, interval):
    both, one, other, *margins = drawn
    values = both + one, both + other, both
    narrow = two_lists(*values, limits=interval).iloc[0]
    wide = two_lists(
        *(figure(value, *margins[2 * n : 2 * n + 2]) for n, value in enumerate(values)), limits=interval
    ).iloc[0]
    slack = 1e-9 * wide["high"]
    assert wide["low"] <= narrow["low"] + slack and narrow["high"] <= wide["high"] + slack
    assert wide["low"] <= wide["estimate"] <= wide["high"] and wide["estimate"] == narrow["estimate"]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 300), st.integers(0, 300), *[st.integers(0, 9)] * 4, st.sampled_from(["rounding", "both"]))
def test_a_wider_figure_never_narrows_a_share(listed, found, a, b, c, d, interval):
    found = min(found, listed)

    def share(*margins):
        rows = [("hosts", listed, *margins[:2]), ("hosts_second_engine", found, *margins[2:])]
        frame = pd.DataFrame(
            [
                (measure, "DEU", "Germany", "a", float(n), float(max(n - under, 0)), float(n + over))
                for measure, n, under, over in rows
            ],
            columns=["measure", "iso3", "place", "survey", "value", "low", "high"],
        )
        return found_among(frame, limits=interval).iloc[0]

    narrow, wide = share(0, 0, 0, 0), share(a, b, c, d)
    assert wide["low"] <= narrow["low"] + 1e-12 and narrow["high"] <= wide["high"] + 1e-12


def test_neither_the_order_of_rows_nor_a_name_matters(preprint):
    backwards = found_among(preprint.iloc[::-1])
    pd.testing.assert_frame_equal(found_among(preprint), backwards)
    renamed = found_among(preprint.assign(country="somewhere"))
    pd.testing.assert_frame_equal(backwards.drop(columns="country"), renamed.drop(columns="country"))
    plain, shuffled = lists(HEPATITIS), lists(HEPATITIS.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(plain, shuffled)
    other = lists(HEPATITIS.rename(columns={"P": "first", "Q": "second", "E": "third"}))
    pd.testing.assert_frame_equal(plain.drop(columns="model"), other.drop(columns="model"))


def results(figures, preprint, clouds):
    yield two_lists(948, 421, 167)
    yield two_lists(figure(948, 5, 5), 421, 167, limits="rounding")
    pair = pd.DataFrame(
        {"iso3": ["DEU", "FRA"], "measure": "hosts", "value": [50.0, 60.0], "low": [50.0, 60.0], "high": [50.0, 60.0]}
    )
    yield two_lists(pair, pair, pair.assign(value=20.0, low=20.0, high=20.0))
    yield sensitivity(10, 15, 5)
    yield found_among(preprint)
    yield found_among(preprint[preprint["iso3"] == "ESP"])
    yield found_among(preprint[preprint["iso3"] == "ESP"], limits="rounding")
    yield found_among(clouds, "systems_checked", "hosts")
    yield found_among(clouds, "systems_checked", "hosts", limits="rounding")
    yield found_among(pd.concat([clouds, clouds.assign(place="elsewhere")]), "systems_checked", "hosts")
    yield lists(HEPATITIS)
    yield lower_bound(HEPATITIS)
    searched = figures[
        (figures["survey"] == "trendmicro-2026")
        & (figures["measure"] == "servers_exposed")
        & (figures["iso3"] == "WLD")
    ]
    both = pd.concat([found_among(clouds, "systems_checked", "hosts"), found_among(clouds, "hosts", "servers_open")])
    yield corrected(searched, both.tail(1))
    yield corrected(searched, both)


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_every_case_is_told_in_every_language(figures, preprint, clouds, lang):
    told = set()
    for found in results(figures, preprint, clouds):
        sentence = describe(found, lang)
        assert len(sentence) <= 280 and "{" not in sentence and "nan" not in sentence, sentence
        assert {"method", "level"} <= set(found)
        json.dumps(found.attrs)
        told.add(facts(found, lang)[0])
    assert told == set(
        tomllib.loads((files("analysis.language") / "catalogues/statistics/overlap.toml").read_text("utf-8"))
    )
