"""Rates of groups, against the test data of other packages."""

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
from analysis.statistics.describing import describe
from analysis.statistics.standardising import (
    directly_standardised,
    facts,
    group_in_words,
    grouped_rates,
    indirectly_standardised,
)

PHE = "PHEindicatormethods, testdata_DSR_ISR"
DSRTEST = "R dsrTest, example of Fay & Feuer 1997, table II (Down's syndrome, Michigan)"
ESDA = "esda tests, TestAgeStd"

# The European standard population of 2013, in 19 bands of age; populations and events of the workbook
STANDARD = [
    5000,
    5500,
    5500,
    5500,
    6000,
    6000,
    6500,
    7000,
    7000,
    7000,
    7000,
    6500,
    6000,
    5500,
    5000,
    4000,
    2500,
    1500,
    1000,
]
PEOPLE = [636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207]
EVENTS = {
    "big": [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91],
    "small": [12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4],
    "nine": [1] * 9 + [0] * 10,
}
REFERENCE_EVENTS = [
    10303,
    2824,
    0,
    3615,
    3641,
    3490,
    3789,
    3213,
    3031,
    2771,
    3089,
    3490,
    3595,
    4745,
    5514,
    7125,
    5694,
    6210,
    5757,
]
REFERENCE_PEOPLE = [
    50520,
    57173,
    60213,
    54659,
    44345,
    50128,
    62163,
    67423,
    62899,
    55463,
    60479,
    49974,
    44140,
    40888,
    37239,
    30819,
    18136,
    15325,
    13918,
]


def strata(events, people, group="all"):
    counts = np.asarray(events, dtype=float)
    return pd.DataFrame(
        {"group": group, "band": range(len(counts)), "value": counts, "low": counts, "high": counts, "people": people}
    )


@cache
def dsr(events, method, level, scale=1e5):
    frame = strata(EVENTS[events], PEOPLE, events)
    return directly_standardised(frame, "group", "band", dict(enumerate(STANDARD)), "people", scale, method, level)


@cache
def isr(events, method, level):
    total = {"big": EVENTS["big"], "small": EVENTS["small"], "tiny": [9] + [0] * 18}[events]
    reference = dict(enumerate(np.divide(REFERENCE_EVENTS, REFERENCE_PEOPLE)))
    return indirectly_standardised(strata(total, PEOPLE, events), "group", "band", reference, "people", method, level)


@cache
def michigan(method):
    frame = strata([0, 8, 63, 112, 262, 295], [327, 30666, 123419, 149919, 104088, 34392])
    standard = dict(enumerate([319933, 931318, 786511, 488235, 237863, 61313]))
    return directly_standardised(frame, "group", "band", standard, "people", 1e5, method)


@cache
def areas(kind):
    both = pd.concat(
        [
            strata([30, 25, 25, 15], [1000, 1000, 1100, 900], "one"),
            strata([33, 21, 30, 20], [1000, 900, 1100, 900], "two"),
        ]
    )
    if kind == "crude":
        return grouped_rates(both, "group", "people", 1)
    return directly_standardised(both, "group", "band", dict(enumerate([1000, 900, 1000, 900])), "people", 1, "gamma")


def at(table, row, column):
    return lambda: table().iloc[row][column]


VECTORS = [
    *(
        Vector(
            "standardising.directly_standardised",
            PHE,
            f"{events}, {level:.1%}, {column}",
            printed,
            at(lambda e=events, v=level: dsr(e, "byar", v), 0, column),
            1e-8,
        )
        for events, level, numbers in [
            ("big", 0.95, (10430.2479914694, 9717.7090679857, 11178.9409154793)),
            ("big", 0.998, (10430.2479914694, 9323.2878802199, 11620.5959995221)),
            ("small", 0.95, (1103.2120253001, 877.4557675367, 1367.0882227252)),
            ("small", 0.998, (1103.2120253001, 763.6420357940, 1530.0328948245)),
        ]
        for column, printed in zip(("rate", "rate_low", "rate_high"), numbers, strict=True)
    ),
    *(
        Vector(
            "standardising.directly_standardised",
            DSRTEST,
            f"Michigan, {method}, {column}",
            printed,
            at(lambda m=method: michigan(m), 0, column),
            tolerance,
        )
        for method, column, printed, tolerance in [
            ("exact", "rate", 75.52901, 5e-6),
            ("exact", "rate_low", 67.63284, 5e-6),
            ("exact", "rate_high", 83.86703, 5e-6),
            ("gamma", "rate_low", 67.702, 5e-4),
            ("gamma", "rate_high", 188.300, 5e-4),
        ]
    ),
    *(
        Vector(
            "standardising.directly_standardised",
            ESDA,
            f"area {row + 1}, {column}",
            printed,
            at(lambda: areas("direct"), row, column),
            5e-9,
        )
        for row, numbers in enumerate([(0.02374402, 0.01920491, 0.02904848), (0.02665072, 0.02177143, 0.03230508)])
        for column, printed in zip(("rate", "rate_low", "rate_high"), numbers, strict=True)
    ),
    Vector("standardising.grouped_rates", ESDA, "area 1", 0.02375, at(lambda: areas("crude"), 0, "rate"), 5e-9),
    Vector("standardising.grouped_rates", ESDA, "area 2", 0.02666667, at(lambda: areas("crude"), 1, "rate"), 5e-9),
    *(
        Vector(
            "standardising.indirectly_standardised",
            PHE,
            f"{events}, {method}, {level:.1%}, {column}",
            printed,
            at(lambda e=events, m=method, v=level: isr(e, m, v), 0, column),
            1e-9,
        )
        for events, method, level, numbers in [
            ("big", "byar", 0.95, {"expected": 835.8835612312, "ratio": 1.0707232939}),
            ("big", "byar", 0.95, {"ratio_low": 1.0017147713, "ratio_high": 1.1432332872}),
            ("big", "byar", 0.998, {"ratio_low": 0.9635155620, "ratio_high": 1.1860070416}),
            ("small", "byar", 0.95, {"ratio": 0.1088668377, "ratio_low": 0.0876504010, "ratio_high": 0.1336657633}),
            ("tiny", "exact", 0.95, {"ratio": 0.0107670499, "ratio_low": 0.0049233808, "ratio_high": 0.0204392146}),
        ]
        for column, printed in numbers.items()
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_number(vector):
    vector.check()


def test_so_few_that_the_rate_is_withheld():
    # the workbook withholds it for a total below ten, and so do we, saying why
    found = dsr("nine", "byar", 0.95)
    assert np.isnan(found["rate"].iloc[0])
    assert found.attrs["missing"] == ["nine"]
    assert "fewer than 10" in found.attrs["warnings"][0]


def test_the_share_of_a_standard_does_not_depend_on_its_scale():
    frame = strata(EVENTS["big"], PEOPLE)
    one = directly_standardised(frame, "group", "band", dict(enumerate(STANDARD)), "people")
    other = directly_standardised(
        frame, "group", "band", {band: 7 * weight for band, weight in enumerate(STANDARD)}, "people"
    )
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_equal_make_up_needs_no_standardising():
    # two groups with the same people in each band: the standard is that make-up, and the rate is the crude one
    frame = pd.concat([strata([12, 30], [100, 300], "one"), strata([20, 10], [100, 300], "two")])
    direct = directly_standardised(frame, "group", "band", None, "people", 1)
    assert direct["rate"].tolist() == pytest.approx([42 / 400, 30 / 400])


def test_observed_and_expected_add_up_over_all_groups():
    frame = pd.concat([strata([12, 30], [100, 300], "one"), strata([20, 10], [150, 30], "two")])
    found = indirectly_standardised(frame, "group", "band", None, "people")
    assert found["expected"].sum() == pytest.approx(found["observed"].sum())
    assert "part of it" in found.attrs["warnings"][-1]


def panel(**columns):
    base = {
        "iso3": ["USA", "DEU", "IND", "WLD"],
        "measure": "servers_exposed",
        "value": [187.0, 6, 96, 590],
        "scan_to": "2019-09",
    }
    frame = pd.DataFrame(base | columns)
    return frame.assign(low=frame["value"], high=frame["value"])


def test_countries_fall_into_groups_of_their_own_year_and_the_world_into_none():
    found = grouped_rates(panel(), "income_group").set_index("income_group")
    assert found["places"].to_dict() == {"High income": 2, "Lower middle income": 1}
    assert found.loc["High income", "value"] == 193
    # 193 over the inhabitants of 2019 of both (330,226,227 and 83,092,962)
    assert found.loc["High income", "rate"] == pytest.approx(193 / (330.226227 + 83.092962), rel=1e-9)
    # Russia was of upper middle income in 2019 and is of high income now
    assert (
        grouped_rates(panel(iso3=["RUS", "DEU", "IND", "WLD"]), "income_group")["income_group"].tolist()[-1]
        == "Upper middle income"
    )


def test_people_of_an_area_with_its_own_row_are_counted_once():
    found = grouped_rates(panel(iso3=["FRA", "REU", "IND", "WLD"], group=["both", "both", "other", "other"]), "group")
    alone = grouped_rates(panel(iso3=["FRA", "DEU", "IND", "WLD"], group=["both", "x", "other", "other"]), "group")
    assert found.set_index("group").loc["both", "denominator"] == alone.set_index("group").loc["both", "denominator"]
    assert "taken out" in "".join(found.attrs["warnings"])


def test_a_place_without_denominator_or_group_is_named():
    found = grouped_rates(panel(iso3=["USA", "ATA", "IND", "WLD"]))
    assert found.attrs["missing"] == ["ATA"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: grouped_rates(panel(), "colour"),
        lambda: grouped_rates(panel(iso3=["USA", "USA", "IND", "WLD"])),
        lambda: grouped_rates(panel().tail(1)),
        lambda: directly_standardised(panel(), "region", "income_group", method="score"),
        lambda: directly_standardised(panel(), "region", "income_group", {"High income": 1}),
        lambda: directly_standardised(panel(), "region", "income_group", {"High income": 1, "Lower middle income": 0}),
        lambda: indirectly_standardised(panel(), "region", "income_group", {"High income": 1e-7}),
        lambda: indirectly_standardised(panel(), "region", reference=0.0),
        lambda: indirectly_standardised(panel(), "region", reference=-1.0),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(ex.DataError):
        call()


def test_several_measures_are_not_added():
    with pytest.raises(ex.NotComparableError, match="different things"):
        grouped_rates(panel(measure=["servers_exposed", "servers_open", "servers_exposed", "servers_open"]))


COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 5), st.integers(0, 5))


@given(st.lists(COUNTS, min_size=4, max_size=4), st.sampled_from(["exact", "gamma"]))
@settings(max_examples=15, deadline=None)
def test_widening_the_printing_never_narrows_a_rate(counts, method):
    frame = strata([count + 3 for count, *_ in counts], [100, 20, 300, 50])
    low, high = (
        [count + 3 - min(below, 3) for count, below, _ in counts],
        [count + 3 + above for count, _, above in counts],
    )
    wide = frame.assign(low=low, high=high)
    calls = [
        lambda table: directly_standardised(table, "group", "band", None, "people", method=method),
        lambda table: grouped_rates(table, "group", "people"),
        lambda table: indirectly_standardised(table, "group", "band", {0: 0.1, 1: 0.2, 2: 0.1, 3: 0.3}, "people"),
    ]
    for call in calls:
        one, other = call(frame).iloc[0], call(wide).iloc[0]
        column = "rate" if "rate" in one else "ratio"
        assert (
            other[f"{column}_low"]
            <= one[f"{column}_low"]
            <= one[column]
            <= one[f"{column}_high"]
            <= other[f"{column}_high"]
        )


def test_order_of_rows_does_not_matter():
    frame = pd.concat([strata([12, 30], [100, 300], "one"), strata([20, 10], [150, 30], "two")])
    for call in (
        lambda table: grouped_rates(table, "group", "people"),
        lambda table: directly_standardised(table, "group", "band", None, "people"),
        lambda table: indirectly_standardised(table, "group", "band", None, "people"),
    ):
        pd.testing.assert_frame_equal(call(frame), call(frame.iloc[::-1]), rtol=1e-12)


def test_names_of_groups_are_known_in_every_language():
    assert [group_in_words("Europe", lang) for lang in ("en", "es", "de", "fr")] == [
        "Europe",
        "Europa",
        "Europa",
        "Europe",
    ]
    assert group_in_words("High income", "de") == "Hohes Einkommen"
    assert group_in_words("DEU", "fr") == "Allemagne"


def cases():
    frame = pd.concat([strata([12, 30], [100, 300], "one"), strata([20, 10], [150, 30], "two")])
    lots = frame.assign(measure="studies")
    found = {"none": dsr("nine", "byar", 0.95)}
    for name, table in (("", frame), ("_rounding", lots)):
        found["grouped" + name] = grouped_rates(table, "group", "people")
        found["direct" + name] = directly_standardised(table, "group", "band", None, "people")
        found["indirect" + name] = indirectly_standardised(table, "group", "band", None, "people")
    return found


def test_every_case_has_its_sentence_in_four_languages():
    texts = tomllib.loads(
        (files("analysis.language") / "catalogues/statistics" / "standardising.toml").read_text("utf-8")
    )
    found = cases()
    assert set(found) == set(texts)
    for case, table in found.items():
        assert facts(table, "en")[0] == case
        placeholders = [slots(texts[case][lang]) for lang in ("en", "es", "de", "fr")]
        assert all(names == placeholders[0] for names in placeholders), case
        assert all(20 < len(describe(table, lang)) <= 280 for lang in ("en", "es", "de", "fr"))
        json.dumps(table.attrs)
