"""Texts given to charts, tables and the explorer are looked at, and no error repeats what looks like an identifier."""

import pickle

import pandas as pd
import pytest

import analysis as ex
from analysis.charts.table import table
from analysis.errors import DataError, ExposureError, IdentifierError, unknown

HELD = ["192.0.2.17", "jane.doe@example.org", "DOE^JANE", "MRN: 48151623", "pacs01.hospital.example:104"]
FRAME = pd.DataFrame({"place": ["Austria", "Chile"], "servers": [4, 7]})


@pytest.fixture(scope="module")
def rates():
    panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    return ex.rates(panel.query("measure == 'servers_exposed' and iso3 != 'WLD'"), per="population")


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("text", ["title", "subtitle", "notes", "source", "alt", "name"])
def test_a_text_of_a_chart_that_identifies_leaves_no_file(rates, tmp_path, text, held):
    chart = ex.chart.ranking(rates)
    setattr(chart, text, [held] if text == "notes" else held)
    for way_out in (lambda: chart.save(tmp_path), chart.svg, chart._repr_mimebundle_):
        with pytest.raises(IdentifierError) as caught:
            way_out()
        assert held not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_text_given_to_a_chart_or_drawn_upon_it_is_looked_at(rates):
    with pytest.raises(IdentifierError):
        ex.chart.ranking(rates, title="The archive at 192.0.2.17")
    chart = ex.chart.ranking(rates)
    chart.ax.text(0, 0, "192.0.2.17")
    with pytest.raises(IdentifierError):
        chart.svg()


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("given", ["title", "note", "name", "columns"])
def test_a_text_given_to_a_table_is_looked_at(given, held):
    with pytest.raises(IdentifierError) as caught:
        table(FRAME, **{given: {"place": held} if given == "columns" else held})
    assert held not in str(caught.value)


def test_a_text_set_later_on_a_table_leaves_no_file(tmp_path):
    made = table(FRAME, title="Servers by place")
    made.note = HELD[0]
    for way_out in (lambda: made.save(tmp_path), made._repr_html_, made._repr_mimebundle_):
        with pytest.raises(IdentifierError):
            way_out()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("held", HELD)
def test_no_error_repeats_what_looks_like_an_identifier(held):
    for error in (
        unknown("survey", held, ["a-2019", "b-2020"]),
        DataError(f"has no column {held!r}", remedy=f"name another than {held}", column=held),
        DataError("has no such column").at(column=held),
        pickle.loads(pickle.dumps(ExposureError(f"unknown place '{held}'"))),
    ):
        assert held not in f"{error} {error!r} {error.fact} {error.message} {error.column}"
    with pytest.raises(ExposureError) as caught:
        ex.panel(surveys=[held])
    assert held not in str(caught.value)


@pytest.mark.parametrize(
    "message",
    [
        "unknown method 'exat'; did you mean 'exact'?",
        "cannot be read: '/home/somebody/data/figures.csv'; name another folder",
        "needs version 1.2.3.4 of the package",
        "the interval from 0.1234 to 0.5678 does not hold 12,345.123456",
    ],
)
def test_an_error_that_identifies_nobody_stays_as_it_is(message):
    assert str(DataError(message)) == message
