"""Pooled surveys: a printed example, what the limits hold, and surveys that must not be pooled."""

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import describe, meta_analysis, shares
from analysis.statistics.meta_analysis import pooled_estimates

TRIALS = pd.DataFrame(
    {
        "logrr": [-0.88931133392, -1.5853886572, -1.3480731483, -1.44155119002, -0.217547322211],
        "error": np.sqrt([0.325584765004, 0.194581121398, 0.415367965368, 0.0200100319022, 0.0512101721696]),
    }
)


def test_limits_of_chance_give_the_same_errors():
    ends = TRIALS.assign(
        ratio=np.exp(TRIALS["logrr"]),
        ratio_low=np.exp(TRIALS["logrr"] - 1.959963984540054 * TRIALS["error"]),
        ratio_high=np.exp(TRIALS["logrr"] + 1.959963984540054 * TRIALS["error"]),
        level=0.95,
        limits="chance",
    )
    by_limits = meta_analysis(ends, "ratio").iloc[0]
    by_errors = meta_analysis(TRIALS, "logrr", error="error", transform="none").iloc[0]
    assert np.log(by_limits["estimate"]) == pytest.approx(by_errors["estimate"])
    assert np.log(by_limits["estimate_low"]) == pytest.approx(by_errors["estimate_low"])
    assert by_limits["tau2"] == pytest.approx(by_errors["tau2"])


def test_the_middle_is_held_as_often_as_the_level_says():
    """Five surveys, τ = 0.5, errors between 0.2 and 0.6: Hartung–Knapp's limits hold the middle in about 95 %."""
    random, held = np.random.default_rng(1), []
    for _ in range(300):
        errors = random.uniform(0.2, 0.6, 5)
        found = pooled_estimates(random.normal(1, 0.5, 5) + errors * random.standard_normal(5), errors**2)
        held.append(found.low <= 1 <= found.high)
    assert 0.91 <= np.mean(held) <= 0.985


def test_few_surveys_are_said_to_be_few():
    found = meta_analysis(TRIALS.head(2), "logrr", error="error", transform="none")
    assert any("Only 2 surveys" in text for text in found.attrs["warnings"])
    assert np.isinf(found["predicted_high"].iloc[0]) and "only 2 unchecked estimates" in describe(found)


@pytest.mark.parametrize("many", [2, 3, 4, 5])
def test_the_sentence_of_few_surveys_says_that_the_interval_may_be_too_short(many):
    frame = pd.DataFrame({"value": [1.0, 1.4, 0.8, 1.2, 1.1][:many], "error": [0.2, 0.3, 0.25, 0.2, 0.3][:many]})
    found = meta_analysis(frame, "value", error="error", transform="none")
    few = {"en": "be too narrow", "es": "quedar corto", "de": "Intervall zu kurz", "fr": "trop court"}
    more = {"en": "perhaps a little narrow", "es": "quizá algo corto", "de": "etwas zu kurz", "fr": "un peu court"}
    for lang in few:
        assert (few[lang] in describe(found, lang)) == (many < 5)
        assert (more[lang] in describe(found, lang)) == (many >= 5)
    assert any("Only" in text for text in found.attrs["warnings"]) == (many < 5)


def test_limits_that_are_short_by_their_method_say_so():
    """Röver, Knapp & Friede (2015): too short where the errors differ; measured in benchmarks/coverage.py."""
    for errors, said in (("hartung-knapp", True), ("hartung-knapp-adhoc", False)):
        found = meta_analysis(TRIALS, "logrr", error="error", transform="none", errors=errors)
        assert any("93 to 94 % of runs" in text for text in found.attrs["warnings"]) == said


def test_surveys_that_agree_too_well_are_named():
    alike = pd.DataFrame({"x": [0.5, 0.5, 0.5, 0.5], "error": [0.3, 0.4, 0.3, 0.3]})
    plain = meta_analysis(alike, "x", error="error", transform="none")
    assert any("agree better than chance" in text for text in plain.attrs["warnings"])
    wider = meta_analysis(alike, "x", error="error", transform="none", errors="hartung-knapp-adhoc").iloc[0]
    assert wider["estimate_low"] < plain["estimate_low"].iloc[0]


@pytest.fixture(scope="module")
def world():
    figures = ex.preferred(ex.panel())
    return figures[figures["iso3"].eq("WLD") & figures["asset"].eq("dicom")]


def test_definitions_forbid_and_what_is_left_is_named(world):
    exposed = world[world["measure"] == "servers_exposed"].assign(error=0.1)
    assert exposed["survey"].nunique() > 3
    with pytest.raises(
        ex.NotComparableError, match=r"must not be compared.*Of \d+ surveys \d may be pooled"
    ) as refused:
        meta_analysis(exposed, "value", error="error")
    assert refused.value.remedy == "choose these"


def test_shares_are_pooled_as_logits(world):
    some = world[world["survey"].isin(["aplite-2023-12", "stites-pianykh-ajr-2016"])]
    given = shares(some[some["measure"] == "servers_open"], some[some["measure"] == "servers_exposed"], "association")
    row = meta_analysis(given, "share", transform="logit").iloc[0]
    assert row["surveys"] == 2 and 0 < row["estimate_low"] < row["estimate"] < row["estimate_high"] < 1
    assert row["i2"] > 0.9


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: meta_analysis(TRIALS.head(1), "logrr", error="error", transform="none"), "one survey"),
        (lambda: meta_analysis(TRIALS, "logrr", error="error"), "has no log"),
        (lambda: meta_analysis(TRIALS, "ratio"), "no column 'ratio'"),
        (lambda: meta_analysis(TRIALS, "logrr", error="se", transform="none"), "no column 'se'"),
        (lambda: meta_analysis(TRIALS, "logrr", transform="none"), "no column 'logrr_low'"),
        (lambda: meta_analysis(TRIALS.assign(error=0.0), "logrr", error="error", transform="none"), "not a positive"),
        (lambda: meta_analysis(TRIALS.assign(logrr=np.nan), "logrr", error="error", transform="none"), "no finite"),
        (lambda: meta_analysis(TRIALS, "logrr", error="error", tau="hedges"), "unknown way"),
        (lambda: meta_analysis(TRIALS.assign(survey="a"), "logrr", error="error", transform="none"), "comes twice"),
        (
            lambda: meta_analysis(
                TRIALS.assign(logrr_low=-9.0, logrr_high=9.0, level=0.95, limits="rounding"), "logrr", transform="none"
            ),
            "limits of rounding, not of chance",
        ),
    ],
)
def test_bad_input_is_refused(wrong, told):
    with pytest.raises(ex.DataError, match=told):
        wrong()


def test_two_units_are_not_pooled():
    mixed = TRIALS.assign(rate_per=["population"] * 4 + ["hospitals_total"])
    with pytest.raises(ex.NotComparableError, match="cannot be pooled"):
        meta_analysis(mixed, "logrr", error="error", transform="none")
