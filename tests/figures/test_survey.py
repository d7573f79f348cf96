"""One survey's folder, read."""

import math

import pytest

from analysis.errors import AmbiguousQuantityError, DataError, IdentifierError, UnknownPlaceError
from analysis.figures.faults import toml_line
from analysis.figures.survey import read_survey
from analysis.figures.survey_description import later

SURVEY = "sample-2020-02"


def test_every_row_is_understood(small_data):
    survey = read_survey(SURVEY)
    assert survey.findings == []
    assert len(survey.figures) == 13
    spanish = next(row for row in survey.rows if row.figure == "13,7 millones")
    assert (spanish.iso3, spanish.value, spanish.low, spanish.high) == ("USA", 13.7e6, 13.65e6, 13.75e6)
    state = next(row for row in survey.rows if row.place == "Maharashtra")
    assert (state.iso3, state.parent, state.place_kind, state.value) == (None, "IND", "sub-national", 308_451)


def test_a_row_takes_what_is_not_said_from_its_survey(small_data):
    first = read_survey(SURVEY).rows[0]
    assert (first.asset, first.scan_from, first.scan_to, first.lang) == ("dicom", "2020-01", "2020-02", "en")
    assert (first.file, first.line) == ("aggregate/sample-2020-02/figures.csv", 2)


def test_two_words_for_one_count_have_one_sense(small_data):
    open_servers = next(row for row in read_survey(SURVEY).rows if row.measure == "servers_open")
    assert open_servers.sense == "servers_exposed"


def test_parts_that_nobody_asks_for_are_not_read(small_data, edit):
    edit("claims.csv", "relation", "relatoin")
    survey = read_survey(SURVEY)
    assert len(survey.rows) == 13
    assert "claims.csv" not in survey._found


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("EE. UU.", "Atlantis", UnknownPlaceError), ("párrafo 2", "mail to desk@example.org", IdentifierError)],
)
def test_claims_with_a_fault_are_not_given_out(small_data, edit, old, new, kind):
    assert len(read_survey(SURVEY).claims) == 1
    edit("claims.csv", old, new)
    with pytest.raises(kind) as caught:
        read_survey(SURVEY).claims  # noqa: B018 - reading it raises
    assert caught.value.line == 2
    assert "desk@" not in str(caught.value)


def test_it_is_read_again_only_if_a_file_changed(small_data, edit):
    before = read_survey(SURVEY)
    assert read_survey(SURVEY) is before
    edit("figures.csv", "590", "5900")
    assert read_survey(SURVEY).rows[0].value == 5900


def with_columns(edit, header, *cells):
    """Add optional columns: empty everywhere but in the first row."""
    path = edit("figures.csv", "locator,note", f"locator,note,{header}")
    lines = path.read_text(encoding="utf-8").split("\n")
    empty = "," * len(cells)
    lines = [lines[0], f"{lines[1]},{','.join(cells)}", *(line + empty if line else line for line in lines[2:])]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_an_interval_can_be_given(small_data, edit):
    with_columns(edit, "low,high", "585", "600")
    first = read_survey(SURVEY).rows[0]
    assert (first.value, first.low, first.high) == (590, 585, 600)


def test_a_figure_without_rules_needs_its_interval(small_data, edit):
    edit("figures.csv", ",590,", ",ఐదు వందల తొంభై,")
    with_columns(edit, "lang,value,low,high", "te", "590", "590", "590")
    survey = read_survey(SURVEY)
    assert survey.findings == []
    assert (survey.rows[0].value, survey.rows[0].low, survey.rows[0].high) == (590, 590, 590)


def test_an_exact_figure_has_no_rounding(small_data, edit):
    edit("figures.csv", ",590,", ",600,")
    with_columns(edit, "exact", "yes")
    first = read_survey(SURVEY).rows[0]
    assert first.exact and (first.low, first.high) == (600, 600)


def test_a_row_can_tell_of_another_time(small_data, edit):
    with_columns(edit, "scan_from,scan_to", "2018", "2019")
    assert [(row.scan_from, row.scan_to) for row in read_survey(SURVEY).rows[:2]] == [
        ("2018", "2019"),
        ("2020-01", "2020-02"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "column", "kind"),
    [
        (",590,", ",five hundred hosts,", "figure", DataError),
        (",24.3 million,", ",24.3,12.5 million,", "", DataError),
        (",24.3 million,", ",12.34.5,", "figure", DataError),
        (",737 million,", ",12 %,", "figure", DataError),
        (",187,", ",-187,", "figure", DataError),
        ("United States,servers", "Untied States,servers", "place", UnknownPlaceError),
        (",servers_open,", ",servers_opened,", "measure", DataError),
        ("daily-2020-03,Germany", "weekly-2020-03,Germany", "source", DataError),
    ],
)
def test_a_row_that_cannot_be_read_has_no_number_and_a_finding(small_data, edit, old, new, column, kind):
    edit("figures.csv", old, new)
    survey = read_survey(SURVEY)
    (finding,) = survey.findings
    assert finding.severity == "error"
    assert finding.file == "aggregate/sample-2020-02/figures.csv"
    assert finding.column == column
    assert finding.remedy
    error = finding.error()
    assert isinstance(error, kind)
    assert error.line == finding.line
    if column == "figure":
        assert math.isnan(next(row.value for row in survey.rows if row.line == finding.line))


def test_an_ambiguous_figure_shows_both_readings(small_data, edit):
    edit("sources.csv", "full,en,Daily", "full,,Daily")
    edit("figures.csv", ",187,", ",1.234,")
    error = next(one.error() for one in read_survey(SURVEY).findings if one.column == "figure")
    assert isinstance(error, AmbiguousQuantityError)
    assert sorted(error.readings) == [1.234, 1234]


def test_a_survey_that_does_not_parse_is_one_fault_not_many(small_data, edit):
    edit("survey.toml", 'title = "', "title = ")
    findings = read_survey(SURVEY).findings
    assert [(one.file, one.line) for one in findings] == [("aggregate/sample-2020-02/survey.toml", 1)]


def test_a_cause_is_found_by_measure_and_place(small_data):
    survey = read_survey(SURVEY)
    assert survey.cause({"images"}, "Mundo", "WLD") == "A slip of the second account."
    assert survey.cause({"studies"}, "World", "WLD") == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2020-01", "2019", True),
        ("2020-01", "2020", False),
        ("2020-02-01", "2020-01-31", True),
        ("2019", "2020-05", False),
    ],
)
def test_dates_are_compared_as_far_as_both_are_known(one, other, expected):
    assert later(one, other) is expected


def test_lines_of_keys():
    text = 'a = 1\n[method]\nports = "1"\n[[cause]]\nmeasure = "x"\n[[cause]]\nmeasure = "y"\n'
    assert [toml_line(text, key) for key in ("a", "method.ports", "method.engine", "nothing")] == [1, 3, 2, 0]
    assert [toml_line(text, "cause", nth) for nth in (0, 1)] == [4, 6]
