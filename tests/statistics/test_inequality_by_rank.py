"""Inequality by rank: hand calculations, what rounding allows, ties, coverage, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.statistics import concentration_index, describe, slope_index
from analysis.statistics.inequality_by_rank.formulas import concentration_index_of, line, midpoint_ranks


def frame_of(values, **columns):
    values = np.asarray(values, dtype=float)
    names = [f"Q{chr(65 + at)}A" for at in range(len(values))]
    return pd.DataFrame({"iso3": names, "value": values, "income": range(1, len(values) + 1), "size": 1.0} | columns)


def run(frame, function=concentration_index, **chosen):
    return function(frame, "income", per="size", weight="size", **chosen).iloc[0]


def test_all_among_the_poorest_by_hand():
    """Four places, all in the poorest: R = 1/8, 3/8, 5/8, 7/8; 2 cov/μ = 2 · 2 · (1/8 − 1/2) / 2 = −3/4."""
    row = run(frame_of([8, 0, 0, 0]))
    assert row["concentration_index"] == pytest.approx(-0.75)
    assert row["generalised"] == pytest.approx(-1.5)


def test_places_of_one_rank_share_it():
    ranks = midpoint_ranks(np.array([1, 2, 2, 3]), np.array([1.0, 1, 3, 5]))
    assert ranks == pytest.approx([0.05, 0.3, 0.3, 0.75])
    one = concentration_index_of(np.array([1.0, 7, 2, 4]), ranks, np.array([1.0, 1, 3, 5]))
    other = concentration_index_of(np.array([1.0, 2, 7, 4]), ranks, np.array([1.0, 3, 1, 5]))
    assert one == pytest.approx(other)


def test_a_line_by_hand():
    """Rates 5 … 1 on ranks .1 … .9: the line falls by 5 from end to end, from 5.5 to .5."""
    row = run(frame_of([5, 4, 3, 2, 1]), slope_index, scale=1)
    assert row[["slope_index", "intercept", "relative_ends", "relative_mean"]].tolist() == pytest.approx(
        [-5, 5.5, 1 / 11, -5 / 3]
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([concentration_index, slope_index]))
def test_no_reading_of_the_figures_leaves_the_limits_of_rounding(seed, function):
    random = np.random.default_rng(seed)
    value, size = random.integers(1, 30, 7).astype(float), random.integers(1, 9, 7).astype(float)
    down, up = random.integers(0, 4, 7) * random.random(7), random.integers(0, 4, 7) * random.random(7)
    frame = frame_of(value, low=np.maximum(value - down, 0), high=value + up, size=size)
    row = run(frame, function, limits="rounding")
    name = str(row["statistic"]).partition(".")[2]
    ranks = midpoint_ranks(frame["income"].to_numpy(), size)
    for _ in range(40):
        counts = frame["low"] + random.random(7) * (frame["high"] - frame["low"])
        rates = (counts / size).to_numpy()
        if function is slope_index:
            drawn = 1e6 * line(rates, ranks, size).slope
        else:
            drawn = concentration_index_of(rates, ranks, size)
        assert row[f"{name}_low"] - 1e-6 <= drawn <= row[f"{name}_high"] + 1e-6
    assert row["limits"] in ("rounding", "exact") and np.isnan(row["level"]) and np.isnan(row["p_value"])


def test_limits_cover_with_populations_as_weights():
    """13 places, incomes and populations as they are spread in the world, overdispersed counts; nominal 95 %."""
    random, held = np.random.default_rng(1), []
    for _ in range(250):
        income, size = random.lognormal(9, 1, 13), random.lognormal(2, 1.3, 13)
        ranks = midpoint_ranks(income, size)
        mean = 2 * np.exp(0.5 * (ranks - 0.5))
        counts = random.poisson(5 * size * mean * random.gamma(2, 0.5, 13))
        row = slope_index(
            frame_of(counts, income=income, size=size), "income", per="size", scale=0.2, weight="size"
        ).iloc[0]
        held.append(row["slope_index_low"] <= line(mean, ranks, size).slope <= row["slope_index_high"])
    assert np.mean(held) > 0.91


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: run(frame_of([1, 2])), "fewer than 3"),
        (lambda: run(frame_of([0, 0, 0, 0])), "count of zero"),
        (lambda: run(frame_of([1, 2, 3]).assign(income=4)), "same everywhere"),
        (lambda: run(frame_of([1, 2, 3], size=[1.0, 0, 2])), "not positive"),
        (lambda: run(frame_of([1, 2, 3]), errors="HC9"), "unknown kind of errors"),
        (lambda: run(frame_of([1, 2, 4], size=[1.0, 2, 3]), errors="kakwani"), "equal weights"),
        (lambda: run(frame_of([1, 2, 3]), limits="some"), "unknown limits"),
        (lambda: run(frame_of([1, 2, 3]), level=95), "between 0 and 1"),
        (lambda: concentration_index(frame_of([1, 2, 3]), "wealth", per="size", weight="size"), "what year"),
        (lambda: run(frame_of([1, np.nan, 3])), "no number|has no"),
    ],
)
def test_bad_input_is_refused(wrong, told):
    with pytest.raises(ex.DataError, match=told):
        wrong()


@pytest.mark.parametrize("function", [concentration_index, slope_index])
@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_every_case_is_told(function, turn, lang):
    steep = frame_of([1, 4, 9, 16, 26, 35, 50, 64, 80, 99])
    found = function(steep.assign(income=turn * steep["income"]), "income", per="size", weight="size")
    printed = function(steep, "income", per="size", weight="size", limits="rounding")
    noise = function(frame_of([5, 1, 4, 2, 5, 3, 1, 4]), "income", per="size", weight="size")
    said = [describe(one, lang) for one in (found, printed, noise)]
    assert len(set(said)) == 3
    assert all("{" not in text and "nan" not in text for text in said)
    if lang == "en" and function is concentration_index:
        assert ("richer" if turn > 0 else "poorer") in said[0] and "it is unclear" in said[2]
