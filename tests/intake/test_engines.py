"""Aggregates of further scan engines, state-level files, lists that are cut. All counts and names are synthetic."""

import json

import pytest
from openpyxl import Workbook

import analysis as ex
from analysis.figures.survey import read_survey
from analysis.intake.facets import import_export
from analysis.intake.files import rows_of


@pytest.fixture
def imported(folder, tmp_path):
    def run(content, form, name="export.json", mapping=None):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        if mapping is not None:
            (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        made = import_export(
            path,
            form,
            "sample-2026-03",
            measure=None,
            mapping=tmp_path / "mapping.toml" if mapping is not None else None,
        )
        rows = read_survey(made.files[0].parent).rows
        return {row.place: row.figure for row in rows}, made.left_out

    return run


def test_namibia_among_codes_is_a_country_and_no_empty_value(imported):
    told = {"matches": [], "total": 158}
    told["facets"] = {"country": [{"count": 88, "value": "NA"}, {"count": 70, "value": "ZA"}]}
    rows, left_out = imported(told, "shodan")
    assert rows == {"NA": "88", "ZA": "70", "World": "158"}
    assert left_out == []


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (
            "fofa",
            {
                "error": False,
                "distinct": {"ip": 61, "title": 9},
                "aggs": {"countries": [{"count": 61, "name": "Brazil"}]},
            },
        ),
        ("zoomeye", {"total": 90, "facets": {"country": [{"name": "Brazil", "count": 61}]}}),
        ("binaryedge", [{"key": "BR", "doc_count": 61}]),
        ("quake", {"code": 0, "data": {"country": [{"key": "Brazil", "doc_count": 61}]}}),
    ],
)
def test_the_aggregates_of_further_engines_are_read(imported, form, told):
    rows, left_out = imported(told, form)
    assert rows.get("Brazil", rows.get("BR")) == "61"
    assert any("the list is cut" in one for one in left_out) == (form == "zoomeye")  # 29 of its 90 are in no list


@pytest.mark.parametrize("form", ["fofa", "zoomeye", "binaryedge", "quake"])
def test_their_lists_of_hosts_are_refused(imported, form):
    told = [{"ip": "192.0.2.7", "port": 104}]
    with pytest.raises(ex.IdentifierError):
        imported(told if form == "binaryedge" else {"matches": told, "data": told, "results": told}, form)


def test_an_answer_of_zoomeye_is_not_taken_for_one_of_shodan(imported):
    with pytest.raises(ex.DataError, match="looks like ZoomEye"):
        imported({"total": 90, "facets": {"country": [{"name": "Brazil", "count": 61}]}}, "shodan")


def test_postal_codes_under_state_are_states(imported):
    mapping = 'place = "State"\n[figures]\nbreaches = "Breaches"\n'
    rows, _ = imported("State,Breaches\nCA,39\nIN,12\nGA,8\n", "table", "states.csv", mapping)
    assert rows == {"California": "39", "Indiana": "12", "Georgia (US)": "8"}


def test_a_table_of_named_bodies_is_refused(imported):
    text = "Name of Covered Entity,State,Individuals Affected\nSample Clinic,Ohio,900\nOther Clinic,Texas,700\n"
    with pytest.raises(ex.DataError, match="names an organisation in each row"):
        imported(text, "table", "portal.csv", 'place = "State"\n[figures]\nindividuals = "Individuals Affected"\n')


def test_excels_line_of_its_delimiter_is_no_header(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("sep=;\nCountry;Servers\nPeru;5\n", encoding="utf-8")
    assert rows_of(path) == [["Country", "Servers"], ["Peru", "5"]]


def test_a_label_merged_over_two_rows_stands_in_both(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (["Country", "Year", "Servers"], ["Peru", "2024", 5], [None, "2025", 7], ["Chile", "2025", 3]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    assert rows_of(tmp_path / "merged.xlsx")[1:] == [
        ["Peru", "2024", "5"],
        ["Peru", "2025", "7"],
        ["Chile", "2025", "3"],
    ]
