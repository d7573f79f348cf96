"""What may be compared, on made-up surveys whose files say it, and on the shipped ones."""

import itertools

import pandas as pd
import pytest

import analysis as ex
from analysis.figures.comparability import require_comparable

from .conftest import FIGURES, SOURCES, SURVEY

SHIPPED = "greenbone-2019-09", "greenbone-2019-11"


@pytest.fixture
def second(small_data):
    """A function that adds a survey:
    ``second("other-2021", scan_from="2021-01")`` with changed lines of its survey.toml.
    """

    def add(name="other-2021-03", method="", **changed):
        text = SURVEY.replace('programme = "sample"', f'programme = "{changed.pop("programme", name)}"')
        for key, value in {"scan_from": "2021-01", "scan_to": "2021-03", **changed}.items():
            line = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
            text = text.replace(line, f"{key} = {value if value.startswith(('[', '{')) else repr(value)}")
        text = text.replace("[units]", f"{method}\n\n[units]")
        folder = small_data / "aggregate" / name
        folder.mkdir()
        (folder / "survey.toml").write_text(text, "utf-8")
        (folder / "sources.csv").write_text(SOURCES, "utf-8")
        (folder / "figures.csv").write_text(FIGURES, "utf-8")
        return name

    return add


def verdicts(**selected):
    found = ex.comparable(ex.panel())
    return found[(found["measure"] == "studies") & (found["a"] != found["b"])].iloc[0][["verdict", "reasons"]].tolist()


def test_without_a_statement_the_answer_is_no_and_names_what_differs(second):
    second(engine="a search engine", honeypots="not removed")
    verdict, reasons = verdicts()
    assert verdict == "no"
    assert "nothing says that they counted in the same way" in reasons
    assert "engine" in reasons
    assert "ports" not in reasons
    assert "decoys: not removed in one and removed in the other" in reasons
    assert "counted 11 months apart" in reasons


def test_a_statement_makes_them_the_same(second):
    second(comparable_with='["sample-2020-02"]')
    assert verdicts() == ["same", ""]


def test_the_statement_of_either_file_counts(second, edit):
    second()
    edit("survey.toml", "comparable_with = []", 'comparable_with = ["other-2021-03"]')
    assert verdicts() == ["same", ""]


def test_a_stated_difference_outweighs_the_statement(second):
    second(comparable_with='["sample-2020-02"]', honeypots="not removed")
    verdict, reasons = verdicts()
    assert verdict == "with a note"
    assert "decoys" in reasons


def test_a_refusal_comes_before_everything(second, edit):
    second(comparable_with='["sample-2020-02"]')
    edit("survey.toml", "not_comparable_with = {}", 'not_comparable_with = { "other-2021-03" = "Files, not servers." }')
    assert verdicts() == ["no", "Files, not servers"]


def test_two_waves_of_a_programme_come_with_a_note(second):
    second(programme="sample")
    verdict, reasons = verdicts()
    assert verdict == "with a note"
    assert reasons.startswith("two waves of the same programme")


def test_a_note_that_says_here_says_whose_here(second, edit):
    second(method='comparable_with_note = { "sample-2020-02" = "Two ports here, one there." }')
    assert verdicts() == ["with a note", "Sample Surveyor (March 2021): Two ports here, one there"]


def test_the_two_waves_of_2019():
    found = ex.comparable(ex.panel(SHIPPED))
    assert set(found["verdict"]) == {"with a note"}
    assert found["reasons"].str.contains("tuned").all()


def test_order_of_rows_does_not_matter():
    panel = ex.panel()
    pd.testing.assert_frame_equal(ex.comparable(panel), ex.comparable(panel.sample(frac=1, random_state=7)))


def test_two_surveys_with_no_measure_in_common_have_no_row():
    panel = ex.panel(["hhs-ocr", "greenbone-2019-09"])
    assert ex.comparable(panel).empty


def test_figures_of_one_place_are_paired():
    panel = ex.preferred(ex.panel(SHIPPED))
    usa = panel[(panel["iso3"] == "USA") & (panel["measure"] == "images")]
    found = ex.comparable(usa, by="figure")
    assert sorted(map(tuple, found[["a", "b"]].to_numpy())) == list(itertools.combinations(sorted(usa.index), 2))
    assert set(found["verdict"]) == {"with a note"}


def test_two_rows_are_answered_whatever_they_count():
    panel = ex.preferred(ex.panel(SHIPPED[:1])).query("iso3 == 'WLD'")
    two = panel[panel["measure"].isin(["studies", "images"])]
    found = ex.comparable(two, by="figure")
    assert found["verdict"].tolist() == ["no"]
    assert "different things: images" in found["reasons"][0] or "different things: studies" in found["reasons"][0]


def test_a_figure_under_a_wrong_noun_is_comparable_with_none(small_data):
    panel = ex.panel()
    patients = panel[(panel["measure"] == "patients")]
    assert set(patients["meant"]) == {"studies"}
    twice = pd.concat([patients.iloc[[0]]] * 2, ignore_index=True)
    found = ex.comparable(twice, by="figure")
    assert found["verdict"].tolist() == ["no"]
    assert "counts studies, not patients" in found["reasons"][0]


def test_only_surveys_or_figures(small_data):
    with pytest.raises(ex.DataError, match="choose survey or figure"):
        ex.comparable(ex.panel(), by="country")


def test_a_line_through_incomparable_points_is_refused_or_broken():
    panel = ex.preferred(ex.panel())
    line = panel.query("iso3 == 'WLD' and measure == 'servers_exposed' and asset == 'dicom'").sort_values("scan_to")
    order = line["survey"].tolist()
    with pytest.raises(ex.NotComparableError, match="must not be compared") as refused:
        require_comparable(line)
    assert {refused.value.a, refused.value.b} <= set(order)
    breaks = require_comparable(line, breaks="mark")
    # The one clean series: the same team repeated its own scan.
    assert order.index("pianykh-rsna-2017") not in breaks
    assert order.index("greenbone-2019-09") in breaks


def test_surveys_that_share_no_measure_are_refused():
    panel = ex.preferred(ex.panel(["cybelangel-2020-12", "greenbone-2019-09"]))
    images = panel.query("iso3 == 'WLD' and measure == 'images'")
    assert images["asset"].nunique() == 2
    with pytest.raises(ex.NotComparableError, match="different things"):
        require_comparable(images)


def test_one_survey_passes_without_a_note():
    assert require_comparable(ex.preferred(ex.panel(SHIPPED[:1]))) == ""
