"""Counts of a measure that nobody registered: chance stands in the limits once the caller says what the events are."""

import pandas as pd
import pytest

import analysis as ex
from analysis.statistics import describe, funnel, grouped_rates, indirectly_standardised, shares, too_few

COUNTS = pd.DataFrame({"iso3": ["DEU", "FRA", "USA"], "value": [30, 40, 25], "year": 2020})
OTHER = COUNTS.assign(measure="things")
CALLS = {
    "shares": lambda frame, **how: shares(frame, frame.assign(value=100), "listing", **how),
    "grouped_rates": grouped_rates,
    "indirectly_standardised": lambda frame, **how: indirectly_standardised(frame, "region", **how),
}


@pytest.mark.parametrize("name", CALLS)
def test_chance_is_in_the_limits_only_where_the_events_are_said(name):
    unsaid, said, bare = CALLS[name](OTHER), CALLS[name](OTHER, events="independent"), CALLS[name](COUNTS)
    assert set(unsaid["limits"]) == {"exact"} and "Chance is left out" in describe(unsaid)
    assert set(said["limits"]) == {"chance"} and "Chance is left out" not in describe(said)
    assert set(bare["limits"]) == {"chance"} and "taken as independent events" in describe(bare)


@pytest.mark.parametrize("call", [funnel, too_few])
def test_what_is_about_chance_asks_for_the_events(call):
    with pytest.raises(ex.NotComparableError, match="not a registered measure"):
        call(OTHER)
    assert len(call(OTHER, events="independent")) == 3
    assert "taken as independent events" in describe(call(COUNTS))
