"""Rounding and chance kept apart: what is refused, what belongs to which measure, counts as they might have been."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.statistics.uncertainty import by_chance, checked_counts, resample


def frame_of(value, low=None, high=None, **columns):
    value = np.atleast_1d(np.asarray(value, dtype=float))
    low, high = (value if one is None else np.atleast_1d(np.asarray(one, dtype=float)) for one in (low, high))
    return pd.DataFrame({"value": value, "low": low, "high": high} | columns)


# What can be counted with


def test_good_counts_come_back_as_they_are():
    frame = frame_of([0, 5], [0, 4.5], [0, 5.5])
    pd.testing.assert_frame_equal(checked_counts(frame)[["value", "low", "high"]], frame, check_dtype=False)
    assert set(checked_counts(frame)["limits"]) == {"rounding"}
    assert set(checked_counts(frame[["value"]])["limits"]) == {"exact"}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (frame_of([-1, 3], [-1, 3]), "negative"),
        (frame_of([5, 3], [6, 3], [7, 3]), "outside"),
        (frame_of([5, 3], [5, 4], [5, 2]), "low end above"),
        (frame_of([5, np.nan]), "no number"),
        (frame_of([5, np.inf]), "no number"),
        (frame_of([5, 3]).astype({"value": "Int64"}).assign(value=pd.array([5, None], dtype="Int64")), "no number"),
        (frame_of([5, 3]).assign(value=["about 40", "39"]), "not a number"),
        (frame_of([5, 3]).drop(columns="low"), "no column 'low'"),
        (frame_of([5, 3]).head(0), "no row"),
    ],
)
def test_what_cannot_be_counted_with_is_refused(frame, message):
    with pytest.raises(ex.DataError, match=message):
        checked_counts(frame)


def test_a_further_column_may_be_asked_for():
    with pytest.raises(ex.DataError, match="'iso3'"):
        checked_counts(frame_of(1), also=["iso3"])


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"place": ["Perú", "Chile", "Brasil"]}, "Chile and 1 more"),
        ({"iso3": ["PER", "CHL", "BRA"]}, "CHL"),
        ({}, "row 2 .and 1 more"),
    ],
)
def test_the_first_wrong_row_is_named(columns, name):
    with pytest.raises(ex.DataError, match=name):
        checked_counts(frame_of([1, -2, -3], [1, -2, -3], **columns))


# Which counts have chance


def test_chance_is_decided_by_the_measure():
    frame = frame_of([5, 5, 5], measure=["servers_exposed", "studies", "images"])
    assert by_chance(frame).tolist() == [True, False, False]
    assert by_chance(frame.drop(columns="measure")).tolist() == [True] * 3
    assert by_chance(frame, "rounding").tolist() == [False] * 3


def test_chance_is_refused_for_what_comes_in_lots_unless_the_dispersion_is_given():
    frame = frame_of([5, 5], measure=["servers_exposed", "studies"])
    for interval in ("chance", "both"):
        with pytest.raises(ex.NotComparableError, match="need independent events"):
            by_chance(frame, interval)
        assert by_chance(frame.assign(dispersion=3.0), interval).all()
        assert by_chance(frame[:1], interval).all()
    assert by_chance(frame.assign(dispersion=3.0)).all()
    assert not by_chance(frame.assign(dispersion=3.0), "rounding").any()


def test_limits_that_there_are_not_are_refused():
    with pytest.raises(ex.DataError):
        by_chance(frame_of(5), limits="some")


@pytest.mark.parametrize("given", [0.5, float("inf"), "three", [3.0, float("nan")], [3.0, 4.0]])
def test_a_dispersion_is_one_number_from_1_on(given):
    with pytest.raises(ex.DataError, match="dispersion"):
        by_chance(frame_of([5, 6]).assign(dispersion=given))


def test_an_empty_dispersion_is_none():
    assert by_chance(frame_of([5, 6]).assign(dispersion=float("nan"))).all()


# Counts as they might have been


def test_printing_is_drawn_from_the_interval():
    drawn = resample(frame_of([10, 4], [9.5, 4], [10.5, 4]), 4000, 1, "rounding")
    assert drawn.shape == (4000, 2) and (drawn[:, 1] == 4).all()
    assert 9.5 <= drawn[:, 0].min() < 9.51 and 10.49 < drawn[:, 0].max() <= 10.5
    # Evenly: mean 10, variance 1/12.
    assert drawn[:, 0].mean() == pytest.approx(10, abs=0.02) and drawn[:, 0].var() == pytest.approx(1 / 12, rel=0.06)


def test_chance_is_poisson_and_lots_scatter_more():
    """Mean and variance of a count: 30 and 30; with a dispersion of 5, 30 and 150."""
    for dispersion, variance in ((None, 30), (5.0, 150)):
        drawn = resample(frame_of(30, 20, 40).assign(dispersion=dispersion), 20000, 2, "chance")[:, 0]
        assert drawn.mean() == pytest.approx(30, rel=0.02) and drawn.var() == pytest.approx(variance, rel=0.05)
    # Both: the variance of even printing, 20²/12, comes on top.
    drawn = resample(frame_of(30, 20, 40), 20000, 2, "both")[:, 0]
    assert drawn.var() == pytest.approx(30 + 400 / 12, rel=0.05)


def test_a_seed_decides():
    frame = frame_of([10, 20, 30], [9, 18, 25], [11, 22, 35])
    assert (resample(frame, 50, 3) == resample(frame, 50, 3)).all()
    assert (resample(frame, 50, 3) != resample(frame, 50, 4)).any()


def test_what_is_given_is_left_alone():
    frame = frame_of([10, 20], [9, 18], [11, 22], iso3=["PER", "CHL"])
    before = frame.copy()
    resample(frame, 10, 1)
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)), st.lists(st.sampled_from([3.0, 7.0, 7.0, 25.0, 100.0]), min_size=6, max_size=6))
def test_neither_order_nor_names_matter(order, values):
    frame = frame_of(
        values, np.array(values) * 0.9, np.array(values) * 1.1, iso3=["PER", "CHL", "BRA", "DEU", "FRA", "ITA"]
    )
    drawn = resample(frame, 20, 5)
    assert (resample(frame.iloc[order], 20, 5) == drawn[:, order]).all()
    # Places of other names but the same figures: the same counts, those of equal figures perhaps in each other's stead.
    renamed = resample(frame.assign(iso3=["QAF", "QAE", "QAD", "QAC", "QAB", "QAA"]), 20, 5)
    assert (np.sort(renamed, axis=1) == np.sort(drawn, axis=1)).all()
    for value in set(values):
        which = [at for at, one in enumerate(values) if one == value]
        assert (np.sort(renamed[:, which], axis=1) == np.sort(drawn[:, which], axis=1)).all()
