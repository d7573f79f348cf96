"""Counts of a measure that nobody registered: chance stands in the limits once the table says how its things come."""

import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import change, describe, funnel, grouped_rates, indirectly_standardised, rates, shares, too_few

COUNTS = pd.DataFrame({"iso3": ["DEU", "FRA", "USA"], "value": [30, 40, 25], "year": 2020})
OTHER = COUNTS.assign(measure="things")
SAID = OTHER.assign(occurrence="independent")
CALLS = {
    "shares": lambda frame: shares(frame, frame.assign(value=100), "listing"),
    "grouped_rates": grouped_rates,
    "indirectly_standardised": lambda frame: indirectly_standardised(frame, "region"),
}


@pytest.mark.parametrize("name", CALLS)
def test_chance_is_in_the_limits_only_where_the_events_are_said(name):
    unsaid, said, bare = CALLS[name](OTHER), CALLS[name](SAID), CALLS[name](COUNTS)
    assert set(unsaid["limits"]) == {"exact"} and "Chance is left out" in describe(unsaid)
    assert set(said["limits"]) == {"chance"} and "Chance is left out" not in describe(said)
    assert set(bare["limits"]) == {"chance"} and "treated as independent" in describe(bare)


@pytest.mark.parametrize("call", [funnel, too_few])
def test_what_is_about_chance_asks_for_the_events(call):
    with pytest.raises(ex.NotComparableError, match="not a registered measure"):
        call(OTHER)
    assert len(call(SAID)) == 3
    assert "treated as independent" in describe(call(COUNTS))


def test_a_result_keeps_what_was_said_of_it():
    again = rates(rates(SAID))
    assert set(again["limits"]) == {"chance"} and set(again["occurrence"]) == {"independent"}
    assert set(rates(rates(OTHER))["occurrence"]) == {"unknown"}


def test_what_a_row_leaves_empty_is_not_known():
    found = rates(OTHER.assign(occurrence=["independent", None, float("nan")]))
    assert found["occurrence"].tolist() == ["independent", "unknown", "unknown"]
    assert found["limits"].tolist() == ["chance", "exact", "exact"] and "Chance is left out" in describe(found)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (OTHER.assign(occurrence="sometimes"), "unknown occurrence 'sometimes'"),
        (OTHER.assign(occurrence=[1, 2, 3]), "unknown occurrence 1"),
        (SAID.assign(measure="images"), "registered as clustered, not independent"),
    ],
)
def test_another_word_or_one_against_the_dictionary_is_refused(table, fault):
    with pytest.raises(ex.DataError, match=fault) as refused:
        rates(table)
    assert refused.value.column == "occurrence" and refused.value.row == 1


def test_two_waves_say_the_same():
    later = {"year": 2021}
    assert set(change(SAID, SAID.assign(**later))["limits"]) == {"chance"}
    with pytest.raises(ex.DataError, match="DEU: the waves differ"):
        change(SAID, OTHER.assign(**later))
