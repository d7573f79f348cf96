"""Overlap: capture–recapture against printed examples, the one-sided overlaps as published, and what is refused."""

import itertools
import json
import math
import tomllib
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from vectors import Vector

import analysis as ex
from analysis.statistics.describing import describe
from analysis.statistics.overlap import (
    capture_recapture,
    conditional_coverage,
    facts,
    lower_bound,
    rogan_gladen,
    sensitivity,
    two_lists,
)

# Who was on which of three lists (P, Q, E) of an outbreak of hepatitis A in Taiwan, 1995.
HEPATITIS = pd.DataFrame(
    [(1, 1, 1, 28), (1, 1, 0, 21), (1, 0, 1, 17), (0, 1, 1, 18), (1, 0, 0, 69), (0, 1, 0, 55), (0, 0, 1, 63)],
    columns=["P", "Q", "E", "value"],
)


def two(column, m, c, r, method="chapman"):
    return lambda: two_lists(m, c, r, method)[column].iloc[0]


def model(column, name):
    return lambda: capture_recapture(HEPATITIS).set_index("model").loc[name, column]


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
    Vector("overlap.two_lists", SADINLE, "10, 15, 5: lower limit", 22, two("estimate_low", 10, 15, 5), 0.5),
    Vector("overlap.two_lists", SADINLE, "10, 15, 5: upper limit", 65, two("estimate_high", 10, 15, 5), 0.5),
    Vector("overlap.capture_recapture", TSAY, "independent", 388, model("estimate", "independent"), 0.5),
    Vector(
        "overlap.capture_recapture", TSAY, "all three interactions", 1313, model("estimate", "P×Q + P×E + Q×E"), 0.5
    ),
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
    found = conditional_coverage(preprint).set_index("iso3")
    assert found.loc[["ESP", "DEU"], ["listed", "found"]].to_numpy().tolist() == [[54, 49], [1449, 1426]]
    # The share as the preprint prints it.
    printed = preprint[preprint["measure"] == "share_second_engine"].set_index("iso3")
    for place in ("ESP", "DEU"):
        assert printed.loc[place, "low"] <= found.loc[place, "share"] < printed.loc[place, "high"]
    # Wilson for 49 of 54, by hand: z² = 3.8415; centre (49 + 1.9207)/(54 + 3.8415) = 0.88035;
    # half = 1.95996 √(49·5/54 + 0.96037)/57.8415 = 1.95996 · 2.34486/57.8415 = 0.07946
    assert found.loc["ESP", "share_low"] == pytest.approx(0.8009, abs=1e-4)
    assert found.loc["ESP", "share_high"] == pytest.approx(0.9598, abs=1e-4)
    hosts, again = (preprint[preprint["measure"] == measure] for measure in ("hosts", "hosts_second_engine"))
    for ask in (two_lists, sensitivity):
        with pytest.raises(ex.NotComparableError, match="not identifiable"):
            ask(hosts, again, again)
    with pytest.raises(ex.NotComparableError, match="not identifiable"):
        capture_recapture(HEPATITIS.assign(survey="preprints-2025-03"))


def test_the_design_decides_not_the_name(preprint):
    hosts, again = (
        preprint[preprint["measure"] == measure].drop(columns="survey") for measure in ("hosts", "hosts_second_engine")
    )
    # Without its survey a figure's design is not known; that one list holds nothing of its own is still told.
    assert any("only asked" in text for text in two_lists(hosts, again, again).attrs["warnings"])


def test_two_stages_of_candidates(clouds):
    # printed: 4,818 candidates, 88 valid answers (1.8 %), 39 real
    answers = conditional_coverage(clouds, "systems_checked", "hosts").iloc[0]
    printed = clouds.set_index("measure").loc["share_valid_answers"]
    assert printed["low"] <= answers["share"] < printed["high"]
    real = conditional_coverage(clouds, "hosts", "servers_open").iloc[0]
    assert real["share"] == 39 / 88
    both = conditional_coverage(clouds, "systems_checked", "servers_open").iloc[0]
    assert both["share"] == pytest.approx(answers["share"] * real["share"])


def test_a_corrected_count_is_a_scenario_that_names_its_place(figures, clouds):
    searched = figures[
        (figures["survey"] == "trendmicro-2026")
        & (figures["measure"] == "servers_exposed")
        & (figures["iso3"] == "WLD")
    ]
    share = conditional_coverage(clouds, "hosts", "servers_open")
    found = rogan_gladen(searched, share).iloc[0]
    # 3,627 · 39/88 = 1607.4, the ends by Wilson's limits
    assert found["estimate"] == pytest.approx(3627 * 39 / 88)
    assert found["estimate_low"] == pytest.approx(3627 * share["share_low"].iloc[0])
    assert found["measured_in"] == "Medical services in five commodity clouds"
    removed = rogan_gladen(searched, figures[figures["measure"] == "share_filtered_out"], removed=True).iloc[0]
    # 39 % were taken out, printed in whole per cent: 60.5 % to 61.5 % were left
    assert removed[["estimate", "estimate_low", "estimate_high"]].tolist() == pytest.approx(
        [3627 * 0.61, 3627 * 0.605, 3627 * 0.615]
    )
    assert math.isnan(removed["level"])
    with pytest.raises(ex.DataError, match="measured_in"):
        rogan_gladen(100, 0.5)


@given(st.floats(0.01, 0.99), st.floats(0.05, 1), st.floats(0.5, 1))
@settings(max_examples=25, deadline=None)
def test_it_is_the_estimator_of_rogan_and_gladen(prevalence, sensitivity, specificity):
    tested = 1000
    apparent = prevalence * sensitivity + (1 - prevalence) * (1 - specificity)
    predictive = prevalence * sensitivity / apparent
    if abs(sensitivity + specificity - 1) > 0.01:
        textbook = tested * (apparent + specificity - 1) / (sensitivity + specificity - 1)
        ours = rogan_gladen(tested * apparent, predictive, measured_in="here", sensitivity=sensitivity)[
            "estimate"
        ].iloc[0]
        assert ours == pytest.approx(textbook, rel=1e-6)


def test_every_model_stands_beside_the_others():
    found = capture_recapture(HEPATITIS).set_index("model")
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
    assert found.loc["P×Q + P×E + Q×E", "estimate_low"] == pytest.approx(271 + unseen / spread, rel=1e-6)


def test_chaos_bound():
    found = lower_bound(HEPATITIS).iloc[0]
    # f1 = 69 + 55 + 63 = 187, f2 = 21 + 17 + 18 = 56. The bound that took all lists to be alike said 583, which is
    # above the truth where lists differ; Rcapture's "Mth Chao (LB)" says 478.67.
    assert (found["once"], found["twice"]) == (187, 56)
    assert found["estimate"] == pytest.approx(478.673936988)
    # Its standard error by Rcapture, 43.60, is that of the log-normal limits.
    spread = math.exp(1.959964 * math.sqrt(math.log1p((43.6028045384 / 207.673936988) ** 2)))
    assert found["estimate_low"] == pytest.approx(271 + 207.673936988 / spread, rel=1e-6)


@pytest.mark.parametrize("cells", [[0, 0, 0, 0, 2, 1, 1], [0, 0, 0, 0, 1, 0, 0], [5, 0, 0, 0, 2, 1, 1]])
def test_lists_of_which_nothing_was_found_twice_bound_nothing(cells):
    with pytest.raises(ex.DataError, match="two lists; the lists then bound nothing"):
        lower_bound(HEPATITIS.assign(value=cells))


def test_a_list_that_holds_nothing_leaves_no_bound():
    with pytest.raises(ex.DataError, match="no finite number"):
        lower_bound(HEPATITIS.assign(value=[0, 21, 0, 0, 69, 55, 0]))


def test_the_bound_stays_below_the_truth():
    """Three independent lists catch 10, 20 and 60 % of 1,000: the mean is the truth, not 1,595 as before."""
    random = np.random.default_rng(1)
    often = []
    for _ in range(60):
        on = random.random((1000, 3)) < [0.1, 0.2, 0.6]
        keys = on @ [4, 2, 1]
        order = HEPATITIS[["P", "Q", "E"]].to_numpy() @ [4, 2, 1]
        often.append(lower_bound(HEPATITIS.assign(value=[(keys == key).sum() for key in order])).iloc[0])
    found = pd.DataFrame(often)
    assert found["estimate"].mean() == pytest.approx(1000, abs=25)
    assert (found["estimate_low"] <= 1000).mean() >= 0.9


def test_models_of_five_lists_are_those_of_statsmodels():
    import statsmodels.api as sm

    random = np.random.default_rng(3)
    names = list("ABCDE")
    patterns = [key for key in itertools.product((0, 1), repeat=5) if any(key)]
    cells = pd.DataFrame(patterns, columns=names).assign(value=random.poisson(12, 31))
    found = capture_recapture(cells).set_index("model")
    assert len(found) == 1024
    for name in ("independent", "A×B", "A×C + B×E + D×E"):
        pairs = [] if name == "independent" else [part.split("×") for part in name.split(" + ")]
        design = sm.add_constant(cells[names].assign(**{a + b: cells[a] * cells[b] for a, b in pairs}).to_numpy())
        theirs = sm.GLM(cells["value"], design, family=sm.families.Poisson()).fit(tol=1e-12)
        assert found.loc[name, "estimate"] == pytest.approx(cells["value"].sum() + np.exp(theirs.params.iloc[0]))
        assert found.loc[name, ["deviance", "aic"]].tolist() == pytest.approx([theirs.deviance, theirs.aic])


def test_a_model_without_a_finite_estimate_says_so():
    # Nobody is on both P and Q. Models with their interaction say minus infinity for it; that of P and Q independent
    # off E divides 69 · 55
    # by the none who are on both of them there.
    found = capture_recapture(HEPATITIS.assign(value=[0, 0, 17, 18, 69, 55, 63]))
    without = found[found["estimate"].isna()]
    assert set(without["model"]) == {"P×Q", "P×Q + P×E", "P×Q + Q×E", "P×E + Q×E", "P×Q + P×E + Q×E"}
    assert found.attrs["missing"] == without["model"].tolist()
    assert found.loc[found["model"] == "independent", "estimate"].notna().all()


def test_dependence_moves_the_total():
    by_odds = sensitivity(10, 15, 5, odds=[1, 2]).set_index("odds")
    plain = two_lists(10, 15, 5).iloc[0]
    assert (
        by_odds.loc[1, ["estimate", "estimate_low", "estimate_high"]].tolist()
        == plain[["estimate", "estimate_low", "estimate_high"]].tolist()
    )
    # 20 seen, 5 · 10/6 unseen under independence, twice as many for odds of 2
    assert by_odds.loc[2, "estimate"] == pytest.approx(20 + 2 * 50 / 6)


def test_one_odds_ratio_may_be_given_alone():
    assert sensitivity(10, 15, 5, odds=2)["odds"].tolist() == [2]


def test_without_an_overlap_only_chapman_has_an_estimate():
    # 11 · 11 / 1 - 1
    found = two_lists(10, 10, 0)
    assert found["estimate"].iloc[0] == 120
    # 3,110 (482 to 100,292) must not stand there without a word that nothing overlaps.
    found = two_lists(50, 60, 0)
    assert any("on both lists" in text for text in found.attrs["warnings"])
    assert "none of them on both" in describe(found) and "rests on no overlap" in describe(found)
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
        lambda: capture_recapture(HEPATITIS.iloc[1:]),
        lambda: capture_recapture(HEPATITIS.assign(value=0)),
        lambda: capture_recapture(HEPATITIS.assign(value=-1)),
        lambda: capture_recapture(HEPATITIS.assign(value=0.5)),
        lambda: capture_recapture(HEPATITIS.drop(columns="value")),
        lambda: capture_recapture(HEPATITIS[["value"]]),
        lambda: capture_recapture(HEPATITIS.drop(columns="E")),
        lambda: capture_recapture(HEPATITIS.assign(P=0)),
        lambda: rogan_gladen(100, 1.5, measured_in="here"),
        lambda: rogan_gladen(100, 0.5, measured_in="here", sensitivity=0),
        lambda: conditional_coverage(ex.panel()),
        lambda: lower_bound(HEPATITIS.assign(value=float("nan"))),
        lambda: sensitivity(10, 5, 2, odds="even"),
    ],
)
def test_what_cannot_be_counted_is_refused(wrong):
    with pytest.raises(ex.DataError):
        wrong()


def test_clustered_things_have_no_chance():
    studies = pd.DataFrame({"iso3": ["DEU"], "measure": ["studies"], "value": [100.0], "low": [95.0], "high": [105.0]})
    with pytest.raises(ex.NotComparableError, match="need independent events"):
        two_lists(studies, 50, 20, limits="both")
    found = two_lists(studies, 50, 20).iloc[0]
    # ends of printing: 96 · 51/21 - 1 and 106 · 51/21 - 1
    assert found[["estimate_low", "estimate_high"]].tolist() == pytest.approx([96 * 51 / 21 - 1, 106 * 51 / 21 - 1])


@pytest.mark.parametrize("counts", [(0, 0, 0), (0, 5, 0), (5, 0, 0)])
def test_an_empty_list_is_refused(counts):
    with pytest.raises(ex.DataError, match="a list is empty"):
        two_lists(*counts)


@pytest.mark.parametrize("counts", [(0, 10, 0, 0, 5, 6, 0), (10, 0, 0, 0, 0, 0, 0)])
def test_cells_that_no_model_fits_are_refused(counts):
    with pytest.raises(ex.DataError, match="no model has a finite estimate"):
        capture_recapture(HEPATITIS.assign(value=counts))


#: The first list lies inside the second: two of eight models have a finite estimate, and neither fits.
ONE_INSIDE = (10, 12, 0, 5, 0, 20, 9)


def test_models_that_do_not_fit_or_have_no_estimate_give_no_total():
    told = describe(capture_recapture(HEPATITIS.assign(value=ONE_INSIDE)))
    assert "2 are ruled out" in told and "6 give no finite total" in told and "62" not in told


def test_of_the_hepatitis_models_only_the_one_with_all_pairs_is_not_ruled_out():
    """Their deviances, as Rcapture has them too, are 13.2 on one degree of freedom at the least: p < 0.001."""
    told = describe(capture_recapture(HEPATITIS))
    assert "the one left (1,313 in all" in told and "it cannot be tested" in told and "388" not in told


def figure(value, below=0, above=0):
    return ex.Quantity(value, max(value - below, 0), value + above)


counted = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), *[st.integers(0, 9)] * 6)


@settings(max_examples=40, deadline=None)
@given(counted, st.sampled_from(["rounding", "both"]))
def test_a_wider_figure_never_narrows_a_total(drawn, interval):
    both, one, other, *margins = drawn
    assume(both + one and both + other)
    values = both + one, both + other, both
    narrow = two_lists(*values, limits=interval).iloc[0]
    wide = two_lists(
        *(figure(value, *margins[2 * n : 2 * n + 2]) for n, value in enumerate(values)), limits=interval
    ).iloc[0]
    slack = 1e-9 * wide["estimate_high"]
    assert wide["estimate_low"] <= narrow["estimate_low"] + slack
    assert narrow["estimate_high"] <= wide["estimate_high"] + slack
    assert wide["estimate_low"] <= wide["estimate"] <= wide["estimate_high"] and wide["estimate"] == narrow["estimate"]


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
        return conditional_coverage(frame, limits=interval).iloc[0]

    narrow, wide = share(0, 0, 0, 0), share(a, b, c, d)
    assert wide["share_low"] <= narrow["share_low"] + 1e-12 and narrow["share_high"] <= wide["share_high"] + 1e-12


def test_neither_the_order_of_rows_nor_a_name_matters(preprint):
    backwards = conditional_coverage(preprint.iloc[::-1])
    pd.testing.assert_frame_equal(conditional_coverage(preprint), backwards)
    renamed = conditional_coverage(preprint.assign(country="somewhere"))
    pd.testing.assert_frame_equal(backwards.drop(columns="country"), renamed.drop(columns="country"))
    plain, shuffled = capture_recapture(HEPATITIS), capture_recapture(HEPATITIS.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(plain, shuffled)
    other = capture_recapture(HEPATITIS.rename(columns={"P": "first", "Q": "second", "E": "third"}))
    pd.testing.assert_frame_equal(plain.drop(columns="model"), other.drop(columns="model"))


def results(figures, preprint, clouds):
    yield two_lists(948, 421, 167)
    yield two_lists(figure(948, 5, 5), 421, 167, limits="rounding")
    pair = pd.DataFrame(
        {"iso3": ["DEU", "FRA"], "measure": "hosts", "value": [50.0, 60.0], "low": [50.0, 60.0], "high": [50.0, 60.0]}
    )
    yield two_lists(pair, pair, pair.assign(value=20.0, low=20.0, high=20.0))
    yield two_lists(50, 60, 0)
    yield two_lists(50, 20, 20)
    yield two_lists(pair, pair, pair.assign(value=0.0, low=0.0, high=0.0))
    yield sensitivity(10, 15, 5)
    yield conditional_coverage(preprint)
    yield conditional_coverage(preprint[preprint["iso3"] == "ESP"])
    yield conditional_coverage(preprint[preprint["iso3"] == "ESP"], limits="rounding")
    yield conditional_coverage(clouds, "systems_checked", "hosts")
    yield conditional_coverage(clouds, "systems_checked", "hosts", limits="rounding")
    yield conditional_coverage(pd.concat([clouds, clouds.assign(place="elsewhere")]), "systems_checked", "hosts")
    yield capture_recapture(HEPATITIS)
    yield capture_recapture(HEPATITIS.assign(value=ONE_INSIDE))
    yield capture_recapture(HEPATITIS.assign(value=100))
    yield lower_bound(HEPATITIS)
    searched = figures[
        (figures["survey"] == "trendmicro-2026")
        & (figures["measure"] == "servers_exposed")
        & (figures["iso3"] == "WLD")
    ]
    both = pd.concat(
        [
            conditional_coverage(clouds, "systems_checked", "hosts"),
            conditional_coverage(clouds, "hosts", "servers_open"),
        ]
    )
    yield rogan_gladen(searched, both.tail(1))
    yield rogan_gladen(searched, both)


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
