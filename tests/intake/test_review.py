"""A draft is settled row by row; nothing of it is data before."""

from shutil import copytree

import pytest

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.figures.check import check
from analysis.figures.survey import read_survey
from analysis.intake.draft_writing import draft_report
from analysis.intake.drafts import Draft
from analysis.intake.review import SURE, review, review_table

TEXT = """Open archives, spring 2026

In a scan of March 2026, 412 open DICOM servers were found in 31 countries. Brazil had 61 servers, Mexico 20, and 12 \
% of all images lie in Asia.

| Country | Images (in 1,000) |
| --- | --- |
| Brazil | 9,000 |
"""
ID = "sample-2026-03"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shipped = shipped_folder("data")
    (tmp_path / "aggregate").mkdir()
    copytree(shipped / "reference", tmp_path / "reference")
    (tmp_path / "aggregate" / "measures.toml").write_bytes((shipped / "aggregate" / "measures.toml").read_bytes())
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path))
    folder = tmp_path / "aggregate" / ID
    draft_report(TEXT, folder, "en")
    return folder


def settle(folder, *answers):
    """The texts shown while these answers are given."""
    ready, told = iter(answers), []

    def ask(prompt):
        told.append(prompt)
        try:
            return next(ready)
        except StopIteration:
            raise EOFError from None

    left = review(folder, ask, told.append)
    return left, "\n".join(told)


def test_a_draft_is_a_survey_folder_that_no_panel_reads(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "claims.csv",
        "draft.csv",
        "figures.csv",
        "report.json",
        "sources.csv",
        "survey.toml",
    ]
    assert read_survey(folder).meta["status"] == "draft"
    assert ID not in set(ex.panel()["survey"])
    with pytest.raises(ex.DataError, match="is a draft and does not count as data yet"):
        ex.panel(surveys=[ID])


def test_the_check_lists_what_a_person_must_settle(folder):
    found = check(folder)
    open_rows = found[found["file"].str.endswith("draft.csv")]
    assert open_rows["line"].tolist() == [2, 3, 4, 5, 6, 7]
    assert open_rows["value"].tolist() == ["412", "31", "61", "20", "12 %", "9,000"]
    assert open_rows["expectation"].iloc[2] == "is undecided (servers_exposed, Brazil, paragraph 2)"
    assert set(open_rows["remedy"]) == {"settle it with 'exposure review'."}


def test_rows_are_shown_in_their_sentence_accepted_mended_and_dropped(folder):
    left, told = settle(folder, "a", "a", "place=Peru", "a", "d", "a", "d", "a")
    assert left == 0
    assert "»412« open DICOM servers were found in 31 countries" in told
    assert "it cannot be accepted: it has no measure" in told
    assert "4 accepted, 1 mended, 2 dropped, 0 still undecided" in told
    # Nothing is data before the survey is described, and everything can still be undone.
    assert (folder / "draft.csv").exists() and not read_survey(folder).rows
    assert any("title" in one for one in Draft(folder).finish())
    rows = [(row.place, row.measure, row.figure, row.value) for row in read_survey(folder).rows]
    assert rows == [
        ("World", "servers_open", "412", 412),
        ("World", "countries", "31", 31),
        ("Peru", "servers_exposed", "61", 61),
        ("Brazil", "images", "9,000", 9e6),
    ]


def test_a_review_that_stops_goes_on_later(folder):
    left, _ = settle(folder, "a", "a", "q")
    assert left == 4
    assert [row["decision"] for row in Draft(folder).rows if not row["left_out"]] == [
        "accept",
        "accept",
        "",
        "",
        "",
        "",
    ]
    with pytest.raises(ex.DataError, match="is a draft and does not count as data yet"):
        ex.panel(surveys=[ID])
    left, told = settle(folder, "a", "b", "d", "a", "d", "a")
    assert left == 0 and "0 mended" in told
    Draft(folder).finish()
    assert [row.figure for row in read_survey(folder).rows] == ["412", "31", "20", "9,000"]


def test_an_interrupted_review_goes_on_in_the_questions(folder):
    settle(folder, "a", "a", "a", "a", "d", "a", "Open archives")
    assert read_survey(folder).meta["title"] == "Open archives"
    left, told = settle(folder, "Sampler", "Sampler", "yesterday", "2026-03", "2026-03", "2026-03", "dicom", "y")
    assert left == 0 and "'yesterday' is not a date" in told and "Title of the survey" not in told
    assert f"{ID} is published" in told
    assert sorted(path.name for path in folder.iterdir()) == ["claims.csv", "figures.csv", "sources.csv", "survey.toml"]


def test_a_decision_of_another_day_can_be_undone(folder):
    settle(folder, "a", "d", "q")
    left, told = settle(folder, "u", "u", "u", "q")
    assert left == 6 and "taken back: 31" in told and "taken back: 412" in told and "nothing to undo" in told


def test_two_programs_on_one_draft_lose_nothing(folder):
    one, other = Draft(folder), Draft(folder)
    one.accept(0)
    other.drop(1)
    assert one.mend(2, place="Peru") == ""
    decided = [(row["figure"], row["decision"], row["place"]) for row in Draft(folder).rows[:3]]
    assert decided == [("412", "accept", "World"), ("31", "drop", "World"), ("61", "", "Peru")]
    assert Draft(folder).rows[2]["was"] == "place=Brazil"


def test_a_number_that_was_left_out_can_be_taken_in(folder):
    year = next(row for row in Draft(folder).rows if row["left_out"] == "year")
    _, told = settle(folder, "l", f"t {year['id']}", "measure=countries", "place=World", "a", "q")
    assert f"{year['figure']}  (year; paragraph 1)" in told
    assert next(row for row in Draft(folder).rows if row["id"] == year["id"])["decision"] == "accept", told


def test_each_number_has_its_place_in_the_text(folder):
    draft = Draft(folder)
    parts = draft.report["parts"]
    for row in draft.rows:
        text = parts[int(row["part"])]["text"]
        assert text[int(row["start"]) : int(row["end"])] == row["figure"]


def test_two_numbers_for_one_thing_are_told_before_they_are_accepted(tmp_path, folder):
    other = folder.with_name("sample-2026-04")
    draft_report("The scan found 590 open servers. Later 3,806 open servers were named.", other, "en")
    draft = Draft(other)
    assert draft.clash(0) == [1] and draft.clash(1) == [0]
    _, told = settle(other, "A", "q")
    assert "3,806" in told and "is another number for the same thing" in told and "0 row(s) accepted" in told


def test_a_stretch_of_the_text_is_marked_as_a_number(folder):
    draft = Draft(folder)
    text = draft.report["parts"][1]["text"]
    at = text.index("12 %")
    new = draft.add(1, at, at + 4)
    assert draft.rows[new]["figure"] == "12 %" and float(draft.rows[new]["value"]) == 0.12
    with pytest.raises(ex.DataError, match="mark the number alone"):
        draft.add(1, 0, 5)
    with pytest.raises(ex.DataError, match="is not a passage of the text"):
        draft.add(9, 0, 5)


def test_a_sentence_that_identifies_is_kept_nowhere(tmp_path, folder):
    other = folder.with_name("sample-2026-05")
    draft_report("The scan found 590 open servers. One stood at 192.0.2.17 with 40 studies. 52 countries.", other, "en")
    kept = "".join(path.read_text("utf-8") for path in other.iterdir())
    assert "192.0.2" not in kept and "One stood" not in kept
    assert Draft(other).report["withheld"] == [{"locator": "paragraph 1", "rule": "network address"}]


def test_sure_rows_are_accepted_together_and_never_those_that_may_be_mixed_up(folder):
    other = folder.with_name("sample-2026-06")
    table = (
        "| Country | Open servers |\n| --- | --- |\n| Brazil | 61 |\n| Peru | 12 |\n| Mexico | 20 |\n| Mexico | 30 |\n"
    )
    draft_report(f"# Open archives, 2026\n\n{table}\nIn Brazil, 61 patients were named, 12 % of all.", other, "en")
    settle(other, "A", "q")
    rows = [row for row in Draft(other).rows if not row["left_out"]]
    # Both numbers of Mexico cannot be right; a share without a measure is for a person, and a sentence is not sure.
    assert [row["figure"] for row in rows if float(row["confidence"]) >= SURE] == ["61", "12", "20", "30"]
    assert [row["figure"] for row in rows if row["decision"] == "accept"] == ["61", "12"]


def test_a_mending_that_cannot_be_is_told_and_changes_nothing(folder):
    draft = Draft(folder)
    assert "is not a measure" in draft.mend(0, measure="serverz")
    assert "is not a known place" in draft.mend(0, place="Atlantis")
    assert "gives no number" in draft.mend(0, figure="many")
    assert "is a count, and “share_open” is not" in draft.mend(0, measure="share_open")
    assert draft.rows[0]["measure"] == "servers_open" and draft.rows[0]["place"] == "World"


def test_a_place_that_is_no_country_can_be_declared(folder):
    _, told = settle(folder, "place=Caribbean", "y", "a", "q")
    assert "is it a region or group of its own" in told
    assert Draft(folder).rows[0]["place"] == "Caribbean" and Draft(folder).rows[0]["decision"] == "accept"
    assert read_survey(folder).meta["place"] == [{"name": "Caribbean", "kind": "region", "parent": ""}]


def test_at_the_end_it_asks_for_what_the_report_does_not_say_and_publishes_what_is_whole(folder):
    answers = [
        "a",
        "a",
        "a",
        "a",
        "d",
        "a",
        "Open archives",
        "Sampler",
        "Sampler",
        "2026-03",
        "2026-03",
        "2026-03",
        "dicom",
        "y",
    ]
    left, told = settle(folder, *answers)
    assert left == 0 and f"{ID} is published" in told
    assert check(folder)["severity"].tolist().count("error") == 0
    panel = ex.panel(surveys=[ID])
    assert panel["tier"].unique().tolist() == ["primary"]
    servers = panel.query("measure == 'servers_exposed'").set_index("iso3")["value"]
    assert servers.to_dict() == {"BRA": 61, "MEX": 20}


def test_a_draft_that_holds_an_identifier_shows_nothing_of_it(folder):
    path = folder / "draft.csv"
    path.write_text(path.read_text("utf-8").replace("In a scan of March 2026", "At 192.0.2.17"), encoding="utf-8")
    found = check(folder)
    assert "looks like a network address" in set(found["expectation"])
    assert "192.0.2" not in found.to_csv()


def test_what_is_no_draft_is_said(tmp_path, folder):
    with pytest.raises(ex.DataError, match="is not a draft"):
        Draft(tmp_path)
    (folder / "draft.csv").unlink()
    with pytest.raises(ex.DataError, match="has no row to settle"):
        Draft(folder)


def test_an_existing_folder_is_never_overwritten(folder):
    before = (folder / "draft.csv").read_bytes()
    with pytest.raises(ex.DataError, match="exists already"):
        draft_report(TEXT, folder, "en")
    assert (folder / "draft.csv").read_bytes() == before


class TestNotebook:
    """The same as a table of widgets."""

    def test_accepting_and_dropping(self, folder):
        told, table, save, _ = review_table(folder).children
        first, second = table.children[:2]
        _figure, place, _measure, decision = first.children[1].children
        place.value = "Chile"
        decision.value = "accept"
        second.children[1].children[3].value = "drop"
        decided = [(row["place"], row["decision"]) for row in Draft(folder).rows[:2]]
        assert decided == [("Chile", "accept"), ("World", "drop")]
        save.click()
        assert told.value == "4 row(s) are undecided"

    def test_what_cannot_be_accepted_says_why(self, folder):
        _, table, *_ = review_table(folder).children
        line = table.children[4]
        line.children[1].children[3].value = "accept"
        assert "it has no measure" in line.children[2].value
        assert line.children[1].children[3].value == ""
