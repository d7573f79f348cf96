"""Concentration, against printed numbers, by looking at every corner, and by its properties."""

import itertools
import json
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slots import slots
from vectors import Vector

import analysis as ex
from analysis.statistics.concentration import (
    concentration,
    concentration_bounds,
    facts,
    gini,
    herfindahl,
    lorenz,
    pareto_tail,
    theil,
    top_share,
)
from analysis.statistics.describing import describe

LANGS = ("en", "es", "de", "fr")
INEQUALITY = "PySAL inequality 1.1.2, its tests (Mexican states, mexico.csv of libpysal)"
ACID = "R package acid, its manual's example"


def counts(*values, **columns):
    names = [
        "".join(letters)
        for letters in itertools.islice(itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=3), len(values))
    ]
    return pd.DataFrame({"iso3": names, "value": values, "low": values, "high": values} | columns).astype(
        {"value": float, "low": float, "high": float}
    )


@cache
def mexico():
    import libpysal

    return pd.read_csv(libpysal.examples.get_path("mexico.csv"))


def value(result, index=0):
    return float((result.iloc[index] if isinstance(index, int) else result.set_index("index").loc[index])["value"])


def states(decade):
    return counts(*mexico()[f"pcgdp{decade}"], region=[str(group) for group in mexico()["hanson98"]])


def by_groups(part, decade):
    return lambda: value(theil(states(decade), by="region", limits="rounding"), part)


TEN = (541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261)
DECADES = (1940, 1950, 1960, 1970, 1980, 1990, 2000)
THEIL = (0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832)
BETWEEN = (0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872)
WITHIN = (0.17435454, 0.12405598, 0.0521202, 0.04263506, 0.06354856, 0.07547525, 0.0702496)
HALVES = counts(0, 0, 0, 10, 10, 10, region=["a", "a", "a", "b", "b", "b"])

VECTORS = [
    Vector(
        "gini",
        INEQUALITY,
        "Mexico 1940",
        0.35372371173452849,
        lambda: value(gini(states(1940), limits="rounding")),
        1e-12,
    ),
    *(
        Vector("theil", INEQUALITY, f"Mexico {decade}", printed, by_groups("theil", decade), 1e-8)
        for decade, printed in zip(DECADES, THEIL, strict=True)
    ),
    *(
        Vector(
            "theil, between",
            INEQUALITY,
            f"Mexico {decade}, five regions",
            printed,
            by_groups("theil_between", decade),
            1e-8,
        )
        for decade, printed in zip(DECADES, BETWEEN, strict=True)
    ),
    *(
        Vector(
            "theil, within",
            INEQUALITY,
            f"Mexico {decade}, five regions",
            printed,
            by_groups("theil_within", decade),
            1e-8,
        )
        for decade, printed in zip(DECADES, WITHIN, strict=True)
    ),
    Vector(
        "theil", INEQUALITY, "0 0 0 10 10 10: ln 2", 0.6931471805599453, lambda: value(theil(HALVES, "region")), 1e-12
    ),
    Vector(
        "theil, between",
        INEQUALITY,
        "0 0 0 10 10 10: ln 2",
        0.6931471805599453,
        lambda: value(theil(HALVES, "region"), 1),
        1e-12,
    ),
    Vector("theil, within", INEQUALITY, "0 0 0 10 10 10: 0", 0.0, lambda: value(theil(HALVES, "region"), 2), 1e-12),
    Vector("gini", ACID, "ten incomes", 0.4620911, lambda: value(gini(counts(*TEN))), 5e-8),
    Vector("gini, corrected", ACID, "ten incomes", 0.5134346, lambda: value(gini(counts(*TEN), corrected=True)), 5e-8),
    Vector(
        "gini",
        "R package phylotools, manual",
        "1 3 2 1 1 1 4",
        0.3076923,
        lambda: value(gini(counts(1, 3, 2, 1, 1, 1, 4))),
        5e-8,
    ),
    Vector(
        "gini",
        "R package wbpip, manual",
        "1 to 2000",
        0.3331667,
        lambda: value(gini(counts(*range(1, 2001)), draws=200)),
        5e-8,
    ),
    Vector(
        "herfindahl",
        "US merger guidelines, page on the index",
        "30 30 20 20",
        2600,
        lambda: 1e4 * value(herfindahl(counts(30, 30, 20, 20))),
        1e-9,
    ),
    Vector(
        "herfindahl",
        "Investopedia, page on the index",
        "eight firms",
        1296,
        lambda: 1e4 * value(herfindahl(counts(10, 9, 12, 15, 12, 11, 15, 16))),
        1e-9,
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_the_lorenz_curve_by_hand():
    # 541 / 66586, (541 + 1463) / 66586, …
    curve = lorenz(counts(*TEN))
    assert curve["count_share"].tolist() == pytest.approx([0, *np.cumsum(TEN) / sum(TEN)], abs=1e-15)
    assert curve["place_share"].tolist() == pytest.approx(np.arange(11) / 10)
    assert (curve["count_share"].iloc[[0, -1]] == [0, 1]).all() and curve["iso3"].isna().tolist() == [True] + 10 * [
        False
    ]
    # Twice the area between the diagonal and the curve is Gini's index.
    area = np.trapezoid(curve["count_share"], curve["place_share"])
    assert 1 - 2 * area == pytest.approx(value(gini(counts(*TEN))), abs=1e-12)


def test_all_equal_is_no_concentration():
    found = concentration(counts(7, 7, 7, 7), limits="rounding").set_index("index")["value"]
    assert found.to_dict() == pytest.approx(
        {"top_1": 0.25, "gini": 0, "gini_corrected": 0, "theil": 0, "herfindahl": 0.25}
    )


def test_one_place_has_all_and_the_corrected_gini_is_not_defined():
    found = concentration(counts(7))
    assert found.set_index("index")["value"].to_dict() == {"top_1": 1, "gini": 0, "theil": 0, "herfindahl": 1}
    assert any("not defined for one place" in text for text in found.attrs["warnings"])
    with pytest.raises(ex.DataError, match="not defined"):
        gini(counts(7), corrected=True)


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        (counts(0, 0, 0), ex.DataError, "all counts are zero"),
        (counts(3, -1), ex.DataError, "negative"),
        (counts(3, 4, low=[5, 4]), ex.DataError, "low end above"),
        (counts(3, 4, iso3=["DEU", "DEU"]), ex.DataError, "comes twice"),
        (counts(3, 4, iso3=["DEU", "WLD"]), ex.DataError, "world's total"),
        (counts(3, 4, iso3=["DEU", None]), ex.DataError, "no country"),
        (counts(3, 4, measure=["images", "studies"]), ex.NotComparableError, "choose one measure"),
        (counts(3, 4, measure="patients"), ex.NotComparableError, "not be added up"),
        (
            counts(3, 4, measure="images", asset="dicom", survey=["greenbone-2019-09", "aplite-2023-12"]),
            ex.NotComparableError,
            "compared",
        ),
        (counts(3, 4).drop(columns="low"), ex.DataError, "no column 'low'"),
        (counts().astype(object), ex.DataError, "no row"),
    ],
)
@pytest.mark.parametrize("function", [concentration, lorenz, gini, theil, herfindahl, top_share, pareto_tail])
def test_what_cannot_be_concentrated_is_refused(function, frame, error, said):
    if function is pareto_tail and "zero" in said:
        said = "places"
    with pytest.raises(error, match=said):
        function(frame)


def test_odd_options_are_refused():
    for fault in (
        lambda: top_share(counts(1, 2), 3),
        lambda: top_share(counts(1, 2), 0),
        lambda: theil(counts(1, 2), by="region"),
        lambda: theil(counts(1, 2, region=["a", None]), by="region"),
        lambda: gini(counts(1, 2), level=1.0),
        lambda: gini(counts(1, 2), draws=10),
        lambda: gini(counts(1, 2), limits="guess"),
        lambda: pareto_tail(counts(*range(1, 50))),
        lambda: pareto_tail(counts(*[5] * 60)),
    ):
        with pytest.raises(ex.DataError):
            fault()
    with pytest.raises(ex.NotComparableError, match="need independent events"):
        gini(counts(1, 2, measure="images"), limits="chance")
    assert value(gini(counts(1, 2, measure="images").assign(dispersion=10.0), limits="both")) == pytest.approx(1 / 6)


boxes = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6).filter(
    lambda rows: any(row[0] for row in rows)
)


def boxed(rows, factor=1):
    value = np.array([row[0] for row in rows], dtype=float)
    return counts(
        *value,
        low=np.maximum(value - [factor * row[1] for row in rows], 0),
        high=value + [factor * row[2] for row in rows],
    )


def corners(frame):
    found = np.array(list(itertools.product(*zip(frame["low"], frame["high"], strict=True))))
    return found[found.sum(axis=1) > 0]


def plain_gini(x):
    return np.abs(x[:, :, None] - x[:, None, :]).sum(axis=(1, 2)) / (2 * x.shape[1] * x.sum(axis=1))


def plain_theil(x):
    s = x / x.sum(axis=1, keepdims=True)
    return np.where(s > 0, s * np.log(np.where(s > 0, s, 1) * x.shape[1]), 0).sum(axis=1)


def plain_herfindahl(x):
    return ((x / x.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)


PLAIN = {
    "gini": plain_gini,
    "theil": plain_theil,
    "herfindahl": plain_herfindahl,
    "top_1": lambda x: x.max(axis=1) / x.sum(axis=1),
}


@settings(max_examples=30, deadline=None)
@given(boxes, st.integers(0, 99))
def test_printing_gives_the_extremes_of_the_box(rows, seed):
    frame = boxed(rows)
    found = concentration(frame, top=[1], limits="rounding").set_index("index")
    inside = (
        frame["low"].to_numpy()
        + np.random.default_rng(seed).random((300, len(frame))) * (frame["high"] - frame["low"]).to_numpy()
    )
    level = np.clip(np.linspace(0.01, 60, 3000)[:, None], frame["low"].to_numpy(), frame["high"].to_numpy())
    level = level[level.sum(axis=1) > 0]
    everywhere = np.concatenate([corners(frame), inside[inside.sum(axis=1) > 0], level])
    for index, plain in PLAIN.items():
        low, high = found.loc[index, ["low", "high"]].astype(float)
        assert high == pytest.approx(plain(corners(frame)).max(), abs=1e-9)
        least = plain(everywhere).min()
        assert low <= least + 1e-9
        assert low == pytest.approx(least, abs=2e-3)


def test_many_uncertain_counts_have_an_outer_limit_close_to_the_greatest_value():
    rng = np.random.default_rng(3)
    value = np.sort(rng.lognormal(4, 1.5, 14))
    frame = counts(*value, low=value * 0.95, high=value * 1.05)
    found = concentration(frame, limits="rounding").set_index("index")
    greatest = {index: PLAIN[index](corners(frame)).max() for index in ("theil", "herfindahl")}
    widest = 0.1 * value.max() / (2 * 0.95 * value.sum())
    for index, most in greatest.items():
        assert most <= found.loc[index, "high"] + 1e-12
    assert found.loc["herfindahl", "high"] <= greatest["herfindahl"] * (1 + widest**2)
    assert found.loc["theil", "high"] == pytest.approx(greatest["theil"], rel=5e-3)


@settings(max_examples=20, deadline=None)
@given(boxes, st.integers(1, 4), st.sampled_from(["rounding", "both"]))
def test_a_wider_figure_never_narrows_a_result(rows, factor, interval):
    options = {"limits": interval, "draws": 200}
    groups = [str(n % 2) for n in range(len(rows))]
    for function in (
        concentration,
        lambda frame, **options: theil(frame.assign(region=groups), by="region", **options),
    ):
        narrow, wide = (function(boxed(rows, times), **options).set_index("index") for times in (1, factor))
        assert (wide["low"] <= narrow["low"] + 1e-12).all() and (wide["high"] >= narrow["high"] - 1e-12).all()
        assert (narrow["low"] <= narrow["value"]).all() and (narrow["value"] <= narrow["high"]).all()
    narrow, wide = (lorenz(boxed(rows, times), **options) for times in (1, factor))
    assert (wide["count_share_low"] <= narrow["count_share_low"] + 1e-12).all()
    assert (wide["count_share_high"] >= narrow["count_share_high"] - 1e-12).all()


@settings(max_examples=12, deadline=None)
@given(boxes, st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(rows, random):
    frame = boxed(rows).assign(region=["a" if row[0] % 2 else "b" for row in rows])
    renamed = frame.assign(iso3=[f"Z{name}" for name in random.sample(frame["iso3"].tolist(), len(frame))])
    shuffled = frame.iloc[random.sample(range(len(frame)), len(frame))]
    for function in (lambda one: concentration(one, draws=200), lambda one: theil(one, by="region", draws=200)):
        first, *others = (function(one) for one in (frame, renamed, shuffled))
        for other in others:
            pd.testing.assert_frame_equal(first, other)


def test_a_unit_changes_nothing_where_chance_has_no_part():
    frame = counts(3, 10, 40, low=[2, 9, 35], high=[3, 12, 45])
    scaled = frame.assign(**{column: 8 * frame[column] for column in ("value", "low", "high")})
    pd.testing.assert_frame_equal(
        concentration(frame, limits="rounding"), concentration(scaled, limits="rounding"), rtol=1e-12
    )


def test_chance_is_seeded_and_of_the_right_size():
    # The delta method for Herfindahl's index of Poisson counts: variance Σ (2 x_i/S² − 2 Q/S³)² x_i.
    x = np.array([4000.0, 2500, 1500, 900, 400])
    total, squares = x.sum(), (x**2).sum()
    error = np.sqrt(((2 * x / total**2 - 2 * squares / total**3) ** 2 * x).sum())
    row = herfindahl(counts(*x)).iloc[0]
    assert row["high"] - row["value"] == pytest.approx(1.959964 * error, rel=0.06)
    assert row["value"] - row["low"] == pytest.approx(1.959964 * error, rel=0.06)
    pd.testing.assert_frame_equal(herfindahl(counts(*x)), herfindahl(counts(*x)))
    assert herfindahl(counts(*x), seed=2).iloc[0]["high"] != row["high"]


def test_intervals_of_chance_hold_the_truth_about_as_often_as_they_say():
    # Counts like those of the published servers. Few runs: the standard error of such a share is 0.015.
    truth = counts(187, 96, 36, 34, 14, 10, 7, 6, 5, 3, 3, 2, 1)
    true = {index: plain(truth["value"].to_numpy()[None, :])[0] for index, plain in PLAIN.items()}
    rng, held = np.random.default_rng(7), dict.fromkeys(true, 0)
    for run in range(200):
        found = concentration(counts(*rng.poisson(truth["value"])), top=[1], draws=400, seed=run).set_index("index")
        for index, value in true.items():
            held[index] += found.loc[index, "low"] <= value <= found.loc[index, "high"]
    assert min(held.values()) >= 0.92 * 200, held


@pytest.mark.parametrize("mean", [0.0, 0.4, 3.0, 49.0, 51.0, 800.0, 1e6])
def test_drawn_counts_have_poissons_mean_and_variance(mean):
    from analysis.statistics.concentration.bootstrap import _poisson

    drawn = _poisson(np.array([mean]), 200_000, 1).astype(float)
    assert drawn.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / 2e5) + 1e-9)
    assert drawn.var() == pytest.approx(mean, rel=0.02)
    assert (drawn == np.rint(drawn)).all() and (drawn >= 0).all()


def test_the_exponent_of_a_tail_by_hand():
    # All 60 places from x_min = 6 on: α = 1 + 60 / Σ ln(x / 5.5) where the fit starts at the smallest count.
    rng = np.random.default_rng(1)
    x = np.floor(5.5 * (1 - rng.random(300)) ** (-1 / 1.5) + 0.5)
    row = pareto_tail(counts(*x), draws=300).iloc[0]
    tail = x[x >= row["tail_from"]]
    assert row["value"] == pytest.approx(1 + len(tail) / np.log(tail / (row["tail_from"] - 0.5)).sum(), rel=1e-12)
    assert row["low"] < 2.5 < row["high"] and row["p"] > 0.1 and row["plausible"]


def test_even_counts_have_no_pareto_tail():
    row = pareto_tail(counts(*np.arange(1000, 1300, 2)), draws=300).iloc[0]
    assert row["p"] <= 0.1 and not row["plausible"]


def test_the_hidden_rest_by_hand():
    # 30 and 10 published of 50 in all: the rest of 10 in two more places, 5 and 5 or 10 and 0.
    found = concentration_bounds(counts(30, 10), counts(50, iso3=["WLD"]), 2, top=[1]).set_index("index")
    least, most = np.array([[5.0, 5, 10, 30]]), np.array([[0.0, 10, 10, 30]])
    for index, plain in PLAIN.items():
        assert found.loc[index, "low"] == pytest.approx(plain(least)[0])
        assert found.loc[index, "high"] == pytest.approx(plain(most)[0])
    assert found.loc["gini", "published"] == pytest.approx(0.25)
    capped = concentration_bounds(
        counts(30, 10), counts(50, iso3=["WLD"]), 2, at_least=1, at_most=7, top=[1]
    ).set_index("index")
    assert capped.loc["gini", "high"] == pytest.approx(plain_gini(np.array([[3.0, 7, 10, 30]]))[0])
    for fault in (
        {"hidden": 0},
        {"hidden": 2, "at_most": 4},
        {"hidden": 2, "at_least": 6},
        {"hidden": 2, "at_least": 3, "at_most": 2},
    ):
        with pytest.raises(ex.DataError):
            concentration_bounds(counts(30, 10), counts(50, iso3=["WLD"]), **fault)
    with pytest.raises(ex.DataError, match="contradict"):
        concentration_bounds(counts(30, 30), counts(50, iso3=["WLD"]), 2)


@settings(max_examples=30, deadline=None)
@given(boxes, st.integers(1, 3), st.integers(0, 30), st.integers(0, 99))
def test_any_hidden_rest_lies_within_its_bounds(rows, places, rest, seed):
    frame = boxed(rows)
    total = frame["value"].sum() + rest
    found = concentration_bounds(frame, counts(total, iso3=["WLD"]), places, top=[1]).set_index("index")
    rng = np.random.default_rng(seed)
    known = frame["low"].to_numpy() + rng.random((50, len(frame))) * (frame["high"] - frame["low"]).to_numpy()
    left = total - known.sum(axis=1)
    known, left = known[left >= 0], left[left >= 0]
    hidden = rng.dirichlet(np.full(places, 0.5), len(left)) * left[:, None]
    for index, plain in PLAIN.items():
        truth = plain(np.hstack([known, hidden]))
        assert (found.loc[index, "low"] <= truth + 1e-9).all() and (truth <= found.loc[index, "high"] + 1e-9).all()


def results():
    places = {"iso3": ["USA", "IND", "TUR", "BRA", "CHN", "ITA"], "region": list("abbaac")}
    frame = counts(187, 96, 36, 34, 14, 10, measure="servers_exposed", **places)
    images = frame.assign(measure="images", low=frame["value"] - 1, high=frame["value"] + 1)
    tail = counts(*np.floor(5.5 * (1 - np.random.default_rng(1).random(200)) ** -0.7 + 0.5), measure="hosts")
    total = counts(590, iso3=["WLD"])
    return [
        *(function(one) for one in (frame, images) for function in (concentration, lorenz, gini, theil, herfindahl)),
        theil(frame, by="region"),
        theil(frame.assign(group=frame["region"]), by="group"),
        top_share(frame, 3),
        gini(frame, corrected=True),
        concentration(frame.head(1), top=[5]),
        concentration_bounds(frame, total, 30, at_least=1),
        pareto_tail(tail, draws=200),
        pareto_tail(counts(*np.arange(1000, 1300, 2), measure="hosts"), draws=200),
    ]


def test_every_result_is_told_in_four_languages():
    cases = tomllib.loads(
        (files("analysis.language") / "catalogues/statistics" / "concentration.toml").read_text("utf-8")
    )
    for texts in cases.values():
        names = [slots(texts[lang]) for lang in LANGS]
        assert all(one == names[0] for one in names)
    told = set()
    for found in results():
        json.dumps(found.attrs)
        for lang in LANGS:
            sentence = describe(found, lang)
            assert len(sentence) <= 280 and "nan" not in sentence.lower() and "{" not in sentence
        told.add(facts(found, "en")[0])
    assert told == set(cases)


def test_a_sentence_holds_number_interval_and_caveat():
    frame = counts(30, 10, 10, iso3=["USA", "IND", "TUR"], measure="images", low=[29, 10, 10], high=[31, 10, 10])
    # 30 of 50; at the ends 29 of 49 and 31 of 51.
    assert describe(top_share(frame, 1), "en") == (
        "Images, United States: 60% of the total of 3 countries with a published figure (from rounding "
        "alone: 59.2–60.8%). What was "
        "not published is left out. Chance is left out."
    )


@pytest.mark.parametrize("name", ["concentration", "lorenz", "gini", "theil", "herfindahl"])
def test_of_one_country_alone_no_sentence_tells_a_spread(name):
    """By definition each index of one place is 0 or 1, which says nothing."""
    alone = getattr(ex.statistics, name)(
        pd.DataFrame({"iso3": ["DEU"], "value": [39.0], "measure": ["servers_exposed"]})
    )
    for lang, words in (("en", "only one country"), ("es", "solo un país"), ("de", "ein Land"), ("fr", "un seul pays")):
        assert words in describe(alone, lang)
