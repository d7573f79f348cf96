"""Mangled input gives a result or a typed error, never another one; the long form is tests/campaigns/fuzz.py."""

import pytest
from campaigns import fuzz

#: Seeds of the past that found something, beside a short run of each reader.
INPUTS = {
    "quantities": 800,
    "places": 400,
    "TOML": 1500,
    "CSV": 1500,
    "articles": 15,
    "surveys by survey.toml": 40,
    "surveys by figures.csv": 20,
    "surveys by sources.csv": 20,
}


@pytest.mark.parametrize("kind", fuzz.READERS)
def test_only_typed_errors(kind):
    told = fuzz.run(kind, INPUTS[kind])
    assert told.total() == INPUTS[kind]
    assert set(told) - {"read"} or kind == "articles"


def test_the_campaign_stops_at_another_error_and_shows_its_input(monkeypatch, capsys):
    def broken():
        def read(rng):
            raise ZeroDivisionError

        return read

    monkeypatch.setitem(fuzz.READERS, "broken", broken)
    with pytest.raises(ZeroDivisionError):
        fuzz.run("broken", 3)
    assert capsys.readouterr().out == "broken: input number 0 of seed 20190916\n"
