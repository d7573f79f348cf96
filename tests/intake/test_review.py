"""A draft is settled row by row; nothing of it is data before."""

from shutil import copytree

import pytest

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.figures.check import check
from analysis.figures.survey import read_survey
from analysis.intake.drafts import Draft, write_draft
from analysis.intake.review import review, review_table

TEXT = """Open archives, spring 2026

In a scan of March 2026, 412 open DICOM servers were found in 31 countries. Brazil had 61 servers, Mexico 20, and 12 % of all images lie in Asia.

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
    write_draft(ex.extract(TEXT, "en"), folder)
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
        "sources.csv",
        "survey.toml",
    ]
    assert read_survey(folder).meta["status"] == "draft"
    assert ID not in set(ex.panel()["survey"])
    with pytest.raises(ex.DataError, match="is a draft, and no data yet"):
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
    rows = [(row.place, row.measure, row.figure, row.value) for row in read_survey(folder).rows]
    assert rows == [
        ("World", "servers_open", "412", 412),
        ("World", "countries", "31", 31),
        ("Peru", "servers_exposed", "61", 61),
        ("Brazil", "images", "9,000", 9e6),
    ]
    assert not (folder / "draft.csv").exists()


def test_a_review_that_stops_goes_on_later(folder):
    left, _ = settle(folder, "a", "a", "q")
    assert left == 4
    assert [row.figure for row in read_survey(folder).rows] == ["412", "31"]
    assert [row["figure"] for row in Draft(folder).rows] == ["61", "20", "12 %", "9,000"]
    with pytest.raises(ex.DataError, match="is a draft, and no data yet"):
        ex.panel(surveys=[ID])
    left, told = settle(folder, "a", "b", "d", "a", "d", "a")
    assert left == 0 and "1 mended" not in told
    assert [row.figure for row in read_survey(folder).rows] == ["412", "31", "20", "9,000"]


def test_closing_twice_adds_nothing_twice(folder):
    draft = Draft(folder)
    draft.accept(0)
    draft.save()
    again = Draft(folder)
    again.close()
    draft.close()
    assert [row.figure for row in read_survey(folder).rows] == ["412"]


def test_sure_rows_are_accepted_together_and_never_those_that_may_be_mixed_up(folder):
    left, told = settle(folder, "A", "q")
    accepted = [row.figure for row in read_survey(folder).rows]
    assert "4 row(s) accepted" in told
    assert accepted == ["412", "31", "61", "9,000"]
    assert left == 2


def test_a_mending_that_cannot_be_is_told_and_changes_nothing(folder):
    draft = Draft(folder)
    assert "is not a measure" in draft.mend(0, measure="serverz")
    assert "is not a place that is known" in draft.mend(0, place="Atlantis")
    assert "gives no number" in draft.mend(0, figure="many")
    assert "is a count, and 'share_open' is not" in draft.mend(0, measure="share_open")
    assert draft.rows[0]["measure"] == "servers_open" and draft.rows[0]["place"] == "World"


def test_a_place_that_is_no_country_can_be_declared(folder):
    _, told = settle(folder, "place=Caribbean", "y", "a", "q")
    assert "is it a region or group of its own" in told
    assert [(row.place, row.place_kind) for row in read_survey(folder).rows] == [("Caribbean", "region")]


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
        "2026-03-20",
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
    with pytest.raises(ex.DataError, match="is no draft"):
        Draft(tmp_path)
    settle(folder, "d", "d", "d", "d", "d", "d")
    with pytest.raises(ex.DataError, match="has no row to settle"):
        Draft(folder)


def test_an_existing_folder_is_never_overwritten(folder):
    before = (folder / "draft.csv").read_bytes()
    with pytest.raises(ex.DataError, match="is there already"):
        write_draft(ex.extract(TEXT, "en"), folder)
    assert (folder / "draft.csv").read_bytes() == before


class TestNotebook:
    """The same as a table of widgets."""

    def test_accepting_and_dropping(self, folder):
        told, table, save = review_table(folder).children
        first, second = table.children[:2]
        _figure, place, _measure, decision = first.children[1].children
        place.value = "Chile"
        decision.value = "accept"
        second.children[1].children[3].value = "drop"
        save.click()
        assert [(row.place, row.figure) for row in read_survey(folder).rows] == [("Chile", "412")]
        assert told.value == "saved; 4 row(s) still undecided"
        assert len(table.children) == 4

    def test_what_cannot_be_accepted_says_why(self, folder):
        _, table, _ = review_table(folder).children
        line = table.children[4]
        line.children[1].children[3].value = "accept"
        assert "it has no measure" in line.children[2].value
        assert line.children[1].children[3].value == ""
