"""Corrections for many tests, against the examples of those who proposed them."""

import numpy as np
import pytest
from vectors import Vector

import analysis as ex
from analysis.statistics.many_tests import adjusted

# Benjamini & Hochberg 1995, fifteen p-values of a trial; also in SciPy's manual of false_discovery_control
TRIAL = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]
BH_1995 = "Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57"
HOLM = "Holm's procedure, four tests 0.01 0.04 0.03 0.005, encyclopedic example"

VECTORS = [
    Vector(
        "many_tests.adjusted",
        BH_1995,
        "rejected by Benjamini–Hochberg at 0.05",
        4,
        lambda: (adjusted(TRIAL, "benjamini-hochberg") <= 0.05).sum(),
        0,
    ),
    Vector("many_tests.adjusted", BH_1995, "rejected by Holm at 0.05", 3, lambda: (adjusted(TRIAL) <= 0.05).sum(), 0),
    *(
        Vector(
            "many_tests.adjusted",
            HOLM,
            f"test {place + 1}",
            printed,
            lambda place=place: adjusted([0.01, 0.04, 0.03, 0.005])[place],
            1e-12,
        )
        for place, printed in enumerate([0.03, 0.06, 0.06, 0.02])
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


@pytest.mark.parametrize(("ours", "theirs"), [("holm", "holm"), ("benjamini-hochberg", "fdr_bh")])
def test_statsmodels_adjusts_alike_family_by_family(ours, theirs):
    from statsmodels.stats.multitest import multipletests

    families = np.random.default_rng(5).random((4, 30)) ** 3
    families[2, :5] = families[2, 0]
    for family, found in zip(families, adjusted(families, ours), strict=True):
        assert found == pytest.approx(multipletests(family, method=theirs)[1], rel=1e-12)


def test_no_test_needs_no_correction():
    assert adjusted([]).size == 0 and adjusted([], "benjamini-hochberg").size == 0


@pytest.mark.parametrize(
    ("p", "correction"), [([0.2, np.nan], "holm"), ([1.2], "holm"), ([-0.1], "benjamini-hochberg"), ([0.5], "guess")]
)
def test_what_is_no_p_value_or_correction_is_refused(p, correction):
    with pytest.raises(ex.DataError):
        adjusted(p, correction)
