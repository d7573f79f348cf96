"""Sets of ranks, against the examples of their authors' package, by hand, and by their properties."""

import itertools
import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slots import slots
from vectors import Vector

import analysis as ex
from analysis.statistics.describing import describe
from analysis.statistics.ranking import rank_probabilities, rank_sets, top_set

LANGS = ("en", "es", "de", "fr")
CSRANKS = "csranks 1.2.2, article 'Inference for Ranks' (PISA 2018, mathematics)"


def counts(*values, **columns):
    base = {
        "iso3": [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(len(values))],
        "value": values,
        "low": values,
        "high": values,
    }
    return pd.DataFrame(base | columns).astype({"value": float, "low": float, "high": float})


def sets(frame, **options):
    found = rank_sets(frame, **options).set_index("iso3").loc[frame["iso3"]]
    return found[["rank_low", "rank_high"]].to_numpy().tolist()


@cache
def pisa():
    frame = pd.read_csv(Path(__file__).with_name("pisa2018.csv"), comment="#")
    return frame.assign(low=frame["value"], high=frame["value"])


@cache
def pisa_sets(**options):
    return rank_sets(pisa(), error="error", **options).set_index("country")


@cache
def pisa_top(level):
    return set(top_set(pisa(), 5, level, error="error")["country"])


TOP_90 = {
    "Belgium",
    "Canada",
    "Denmark",
    "Estonia",
    "Finland",
    "Japan",
    "Korea",
    "Netherlands",
    "Poland",
    "Slovenia",
    "Switzerland",
}
GERMANY_KOREA = ("rank_low", "Germany"), ("rank_high", "Korea")


def overlap(level):
    found = pisa_sets(simultaneous=True, level=level)
    return found.loc["Korea", "rank_high"] - found.loc["Germany", "rank_low"] >= 0


VECTORS = [
    *(
        Vector(
            "ranking.rank_sets",
            CSRANKS,
            f"United Kingdom, marginal 95 %, {column}",
            printed,
            lambda column=column: pisa_sets().loc["United Kingdom", column],
            0,
        )
        for column, printed in (("rank", 13), ("rank_low", 8), ("rank_high", 23))
    ),
    Vector(
        "ranking.top_set", CSRANKS, "countries that may be in the top five, 95 %", 12, lambda: len(pisa_top(0.95)), 0
    ),
    Vector(
        "ranking.top_set", CSRANKS, "countries that may be in the top five, 90 %", 11, lambda: len(pisa_top(0.9)), 0
    ),
    Vector(
        "ranking.rank_sets",
        CSRANKS,
        "Germany's set begins at, simultaneous 95 %",
        7,
        lambda: pisa_sets(simultaneous=True).loc["Germany", "rank_low"],
        0,
    ),
    Vector(
        "ranking.rank_sets",
        CSRANKS,
        "Korea's set ends at, simultaneous 95 %",
        7,
        lambda: pisa_sets(simultaneous=True).loc["Korea", "rank_high"],
        0,
    ),
    Vector("ranking.rank_sets", CSRANKS, "Germany and Korea overlap at 95 % (1: yes)", 1, lambda: overlap(0.95), 0),
    Vector("ranking.rank_sets", CSRANKS, "Germany and Korea overlap at 75 % (1: yes)", 0, lambda: overlap(0.75), 0),
    Vector(
        "ranking.rank_sets",
        CSRANKS,
        "sets that reach among Chile's, Mexico's and Colombia's (35 and worse)",
        3,
        lambda: (pisa_sets(simultaneous=True)["rank_high"] >= 35).sum(),
        0,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_the_top_five_are_the_countries_that_csranks_names():
    assert pisa_top(0.9) == TOP_90
    assert pisa_top(0.95) == TOP_90 | {"Sweden"}


def test_chile_mexico_and_colombia_overlap_no_other():
    found = pisa_sets(simultaneous=True)[["rank_low", "rank_high"]]
    assert found.loc[["Chile", "Mexico", "Colombia"]].to_numpy().tolist() == [[35, 36], [35, 36], [37, 37]]


def test_two_counts_by_hand():
    # P(X >= 10 | 12 events, one half) = (66 + 12 + 1) / 4096 = 0.0193; two tests, so Holm asks for 0.025 first: told
    # apart.
    # P(X >= 9 | 11 events) = (55 + 11 + 1) / 2048 = 0.0327: not told apart.
    assert sets(counts(10, 2)) == [[1, 1], [2, 2]]
    assert sets(counts(9, 2)) == [[1, 2], [1, 2]]


@pytest.mark.parametrize(
    ("values", "expected"),
    # six counts like those of 2019: only the fourth and fifth cannot be told apart; each pair's tail by the binomial
    # distribution
    [((590, 410, 120, 39, 35, 12), [[1, 1], [2, 2], [3, 3], [4, 5], [4, 5], [6, 6]])],
)
def test_counts_that_are_far_apart_have_one_rank(values, expected):
    assert sets(counts(*values), simultaneous=True) == expected


@pytest.mark.parametrize("simultaneous", [False, True])
def test_every_pair_is_scipys_binomial_test_with_statsmodels_holm(simultaneous):
    from scipy.stats import binomtest
    from statsmodels.stats.multitest import multipletests

    values = [20, 40, 60, 80, 100, 120, 140, 160, 180, 200]
    pairs = list(itertools.permutations(range(10), 2))
    p = {
        pair: binomtest(values[pair[0]], values[pair[0]] + values[pair[1]], alternative="greater").pvalue
        for pair in pairs
    }

    def told(family):
        return {
            pair
            for pair, yes in zip(family, multipletests([p[pair] for pair in family], method="holm")[0], strict=True)
            if yes
        }

    expected = []
    for place in range(10):
        apart = told(pairs if simultaneous else [pair for pair in pairs if place in pair])
        expected.append([1 + sum(pair[1] == place for pair in apart), 10 - sum(pair[0] == place for pair in apart)])
    assert sets(counts(*values), simultaneous=simultaneous) == expected


def test_rates_are_compared_for_their_denominators():
    # 30 of a million against 30 of three million: P(X >= 30 | 60, 1/4) is below 1e-4
    frame = counts(30, 30, denominator=[1e6, 3e6], rate=[30.0, 10.0])
    assert sets(frame, value="rate") == [[1, 1], [2, 2]]
    assert sets(frame) == [[1, 2], [1, 2]]


def test_rates_of_the_package_rank_and_places_without_one_are_named():
    frame = ex.rates(counts(187, 96, 5, iso3=["USA", "IND", "ATA"], scan_to=["2019-09"] * 3))
    found = rank_sets(frame, value="rate")
    assert found["iso3"].tolist() == ["USA", "IND"]
    assert found.attrs["missing"] == ["ATA"]


def test_printing_alone_compares_intervals():
    frame = counts(24, 24.8, 10, low=[23.5, 24.3, 9.5], high=[24.5, 25.3, 10.5], measure=["studies"] * 3)
    found = rank_sets(frame)
    assert sets(frame) == [[1, 2], [1, 2], [3, 3]]
    assert found["method"].unique().tolist() == ["rounding only"] and found["level"].isna().all()
    with pytest.raises(ex.NotComparableError, match="need independent events"):
        rank_sets(frame, limits="both")
    assert sets(frame.assign(value=frame["low"], high=frame["low"], dispersion=2.0)) == [[1, 3], [1, 3], [1, 3]]


def test_ties_share_the_best_rank_and_equal_counts_say_nothing():
    assert rank_sets(counts(9, 4, 4, 1))["rank"].tolist() == [1, 2, 2, 4]
    for equal in (counts(5, 5, 5), counts(0, 0, 0)):
        found = rank_sets(equal)
        assert found["undetermined"].all() and (found["rank"] == 1).all()


@pytest.mark.parametrize(
    ("frame", "options"),
    [
        (counts(5), {}),
        (counts(5, -1), {}),
        (counts(5, 4, low=[6, 4]), {}),
        (counts(5, 4, iso3=["DEU", "DEU"]), {}),
        (counts(5, 4, iso3=["DEU", "WLD"]), {}),
        (counts(5, 4), {"level": 1.0}),
        (counts(5, 4), {"value": "share"}),
        (counts(5, 4), {"value": "rate"}),
        (counts(5, 4, denominator=[1.0, 0.0]), {"value": "rate"}),
        (counts(5, 4, error=[1.0, 0.0]), {"error": "error"}),
        (counts(5, 4), {"error": "error"}),
        (counts(5, 4), {"draws": 10}),
        (counts(5, 4, error=[1.0, 1.0]), {"error": "error", "limits": "both"}),
        (counts(5, 4).iloc[:0], {}),
    ],
)
def test_what_cannot_be_ranked_is_refused(frame, options):
    with pytest.raises(ex.DataError):
        rank_sets(frame, **options)


def test_two_measures_or_surveys_of_different_method_are_no_list():
    with pytest.raises(ex.NotComparableError, match="one measure"):
        rank_sets(counts(5, 4, measure=["servers_exposed", "studies"]))
    figures = ex.preferred(ex.panel()).query("measure == 'servers_exposed' and asset == 'dicom'").dropna(subset="iso3")
    mixed = figures.query("iso3 != 'WLD'").drop_duplicates("iso3")
    assert mixed["survey"].nunique() > 1
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        rank_sets(mixed)


@pytest.mark.parametrize("k", [0, 3, 1.5])
def test_no_list_has_such_a_top(k):
    with pytest.raises(ex.DataError):
        top_set(counts(5, 4), k)


def test_a_simulation_by_hand():
    # evenly in 0..2 against evenly in 1..3: the first is higher if it falls in 1..2, the second too, and chance picks:
    # 1/8
    frame = counts(1, 2, low=[0, 1], high=[2, 3])
    found = rank_probabilities(frame, seed=3, limits="rounding", draws=20_000).set_index(["iso3", "rank"])
    assert found.loc[("AA", 1), "probability"] == pytest.approx(1 / 8, abs=0.01)
    assert found.loc[("AA", 2), "or_better"] == pytest.approx(1)
    assert found.groupby("rank")["probability"].sum().tolist() == pytest.approx([1, 1])


def test_the_ranks_of_a_simulation_are_scipys():
    from scipy.stats import rankdata

    from analysis.statistics.ranking import _times

    drawn = np.random.default_rng(2).poisson(5, (50, 12)).astype(float)
    expected = np.zeros((12, 12), dtype=int)
    for row in drawn:
        expected[np.arange(12), rankdata(-row, method="min") - 1] += 1
    assert (_times(drawn) == expected).all()


places = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=8)
ways = st.sampled_from(
    [
        {},
        {"simultaneous": True},
        {"limits": "rounding"},
        {"error": "error", "draws": 200},
        {"error": "error", "draws": 200, "simultaneous": True},
    ]
)


def frame_of(rows, widened=True):
    value, below, above = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    low, high = (np.maximum(value - below, 0), value + above) if widened else (value, value)
    return counts(*value, low=low, high=high, error=np.sqrt(value + 1))


@settings(max_examples=60, deadline=None)
@example([(14, 2, 40), (0, 30, 36), (73, 40, 40)], {"error": "error", "draws": 200})
@given(places, ways)
def test_a_wider_figure_never_narrows_a_set(rows, way):
    narrow, wide = sets(frame_of(rows, widened=False), **way), sets(frame_of(rows), **way)
    for (low, high), (wide_low, wide_high) in zip(narrow, wide, strict=True):
        assert wide_low <= low <= high <= wide_high


@settings(max_examples=40, deadline=None)
@given(places, ways)
def test_a_set_holds_its_rank_and_a_simultaneous_one_holds_the_marginal(rows, way):
    found = rank_sets(frame_of(rows), **way)
    assert (found["rank_low"] >= 1).all() and (found["rank_high"] <= len(rows)).all()
    assert (found["rank_low"] <= found["rank"]).all() and (found["rank"] <= found["rank_high"]).all()
    if "error" not in way:
        marginal, joint = (
            sets(frame_of(rows), **way | {"simultaneous": False}),
            sets(frame_of(rows), **way | {"simultaneous": True}),
        )
        assert all(wide[0] <= low and high <= wide[1] for (low, high), wide in zip(marginal, joint, strict=True))


@settings(max_examples=30, deadline=None)
@given(places, ways, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, way, random):
    frame = frame_of(rows)
    mixed = frame.sample(frac=1, random_state=random.randint(0, 10**6))
    pd.testing.assert_frame_equal(rank_sets(frame, **way), rank_sets(mixed, **way))
    pd.testing.assert_frame_equal(rank_probabilities(frame, draws=100), rank_probabilities(mixed, draws=100))


def real():
    figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("iso3 != 'WLD'").dropna(subset="iso3")
    return {measure: figures[figures["measure"] == measure] for measure in ("servers_exposed", "studies")}


def results():
    frames = real()
    rated = {measure: ex.rates(frame) for measure, frame in frames.items()}
    for value, made in (("value", frames), ("rate", rated)):
        for frame in made.values():
            yield rank_sets(frame, value=value)
            yield rank_probabilities(frame, value=value, draws=500)
            for k in (2, 6):
                yield top_set(frame, k, value=value)
    few, even = frames["servers_exposed"].head(3), frames["studies"].assign(low=0, high=2e7)
    yield rank_sets(few.assign(value=3.0, low=3.0, high=3.0))
    yield top_set(few, 1)
    yield top_set(ex.rates(few), 1, value="rate")
    yield top_set(even, 1)
    yield top_set(ex.rates(even), 1, value="rate")


@pytest.mark.parametrize("lang", LANGS)
def test_every_case_is_told_in_every_language(lang):
    from analysis.statistics.ranking import facts

    told = set()
    for found in results():
        sentence = describe(found, lang)
        assert len(sentence) <= 280, sentence
        assert "{" not in sentence and "nan" not in sentence
        json.dumps(found.attrs)
        told.add(facts(found, lang)[0])
    assert told == set(
        tomllib.loads((files("analysis.language") / "catalogues/statistics/ranking.toml").read_text("utf-8"))
    )


def test_the_united_states_lead_in_servers_for_sure():
    # 187 against India's 96 in the first wave of 2019
    first = rank_sets(real()["servers_exposed"], simultaneous=True).iloc[0]
    assert (first["iso3"], first["rank_low"], first["rank_high"]) == ("USA", 1, 1)


def test_every_case_has_the_same_parts_in_all_languages():
    for case, texts in tomllib.loads(
        (files("analysis.language") / "catalogues/statistics/ranking.toml").read_text("utf-8")
    ).items():
        parts = {lang: sorted(slots(text)) for lang, text in texts.items()}
        assert list(parts) == ["en", "es", "de", "fr"] and len(set(map(tuple, parts.values()))) == 1, case
