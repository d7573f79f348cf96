"""Two versions of the data side by side, and the list of corrections."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import analysis as ex
from analysis.datafolder import in_use, shipped_folder
from analysis.figures.corrections import corrections, without_correction
from analysis.figures.versions_compared import changes, data_version, number

DATA = Path(shipped_folder("data"))
HEAD = "date,version,survey,file,row,column,before,after,why,noticed\n"


@pytest.fixture
def two(tmp_path):
    """A data folder of two surveys, twice."""
    for name in ("old", "new"):
        for survey in ("hc3-2021-06", "wizcase-2019-10"):
            shutil.copytree(DATA / "aggregate" / survey, tmp_path / name / "aggregate" / survey)
        shutil.copy(DATA / "aggregate" / "measures.toml", tmp_path / name / "aggregate")
        shutil.copytree(DATA / "reference", tmp_path / name / "reference")
    return tmp_path / "old", tmp_path / "new"


def edit(folder, survey, file, before, after):
    path = folder / "aggregate" / survey / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def test_equal_versions_have_no_changes(two):
    assert changes(*two).empty


def test_a_changed_cell_is_told_with_its_row(two):
    edit(two[1], "wizcase-2019-10", "figures.csv", '"about 26,400,000"', '"26,400,000"')
    row = changes(*two, verdicts=False).iloc[0]
    assert (row["change"], row["column"], row["before"], row["after"]) == (
        "changed",
        "figure",
        "about 26,400,000",
        "26,400,000",
    )
    assert row["row"] == "smartbewell-2019; World; records; any_healthcare; para 4"


def test_rows_and_surveys_that_came_and_went(two):
    old, new = two
    lines = (new / "aggregate/wizcase-2019-10/figures.csv").read_text("utf-8").splitlines(keepends=True)
    (new / "aggregate/wizcase-2019-10/figures.csv").write_text("".join(lines[:1] + lines[2:]), "utf-8")
    shutil.rmtree(old / "aggregate/hc3-2021-06")
    found = changes(old, new, verdicts=False)
    assert set(zip(found["file"], found["change"], strict=True)) == {
        ("figures.csv", "removed"),
        ("survey.toml", "added"),
    }
    back = changes(new, old, verdicts=False)
    assert set(zip(back["file"], back["change"], strict=True)) == {("figures.csv", "added"), ("survey.toml", "removed")}


def test_the_order_of_rows_is_no_change(two):
    path = two[1] / "aggregate/hc3-2021-06/figures.csv"
    head, *rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(reversed(rows)), "utf-8")
    assert changes(*two, verdicts=False).empty


def test_what_no_correction_tells_is_listed(two):
    edit(two[1], "wizcase-2019-10", "figures.csv", '"about 26,400,000"', '"26,400,000"')
    found = changes(*two, verdicts=False)
    told = found.assign(date="2026-11-29", version="2026.11.1", why="a test", noticed="a test")
    assert without_correction(found, told).empty
    assert len(without_correction(found, told.iloc[:0])) == 1
    # Where nothing but additions differs, the empty table keeps its columns.
    added = without_correction(found.assign(change="added"), told)
    assert added.empty and list(added) == list(found)


def test_a_version_that_goes_backwards_is_refused(two):
    for folder, version in zip(two, ("2026.11.1", "2026.11.0"), strict=True):
        (folder / "VERSION").write_text(version + "\n", "utf-8")
    with pytest.raises(ex.DataError, match="goes backwards, from 2026"):
        changes(*two)


@pytest.mark.parametrize("text", ["2026.11", "2026.13.0", "v1.2.3", "", "２０２６.11.0"])
def test_what_is_not_a_version_is_refused(two, text):
    (two[1] / "VERSION").write_text(text, "utf-8")
    with pytest.raises(ex.DataError, match="is not a version of data"):
        changes(*two)


def test_what_is_not_a_data_folder_is_refused(tmp_path):
    with pytest.raises(ex.DataError, match="is not a data folder"):
        changes(tmp_path, DATA)


ROW = "2026-11-29,2026.11.0,a-2020,figures.csv,s; World; images; para 1,figure,{before},{after},why,reader\n"


@pytest.mark.parametrize(
    ("rows", "message", "line"),
    [
        (ROW.format(before=1, after=2) + ROW.format(before=3, after=4), "'3' is not what line 2 left, '2'", 3),
        (ROW.format(before=1, after=2).replace("2026-11-29", "29.11.2026"), "is not a date", 2),
        (ROW.format(before=1, after=2).replace(",why,", ",,"), "is empty", 2),
        (
            ROW.format(before=1, after=2) + ROW.format(before=2, after=3).replace("2026.11.0", "2026.10.0"),
            "the version goes backwards",
            3,
        ),
    ],
)
def test_corrections_that_cannot_be_are_named(tmp_path, rows, message, line):
    (tmp_path / "aggregate").mkdir()
    (tmp_path / "corrections.csv").write_text(HEAD + rows, "utf-8")
    with in_use(tmp_path, alone=True), pytest.raises(ex.DataError, match=message) as fault:
        corrections()
    assert fault.value.line == line


def test_the_shipped_corrections_stand_in_the_data():
    told = corrections()
    assert number(data_version()) >= max(map(number, told["version"]))
    # The newest first: the tenth version of a month after the ninth.
    assert sorted(map(number, told["version"]), reverse=True) == list(map(number, told["version"]))
    for row in told[(told["file"] == "figures.csv") & (told["column"] == "figure")].itertuples():
        figures = pd.read_csv(DATA / "aggregate" / row.survey / "figures.csv", dtype=str)
        assert row.after in set(figures.loc[figures["source"] == row.row.split("; ")[0], "figure"])
    now = ex.check_claims()
    now = now.set_index(now["source"] + "; " + now["place"] + "; " + now["claim"])
    last = told[told["file"] == "verdict"].drop_duplicates(["row", "column"])
    assert [row.after for row in last.itertuples()] == [now.at[row.row, row.column] for row in last.itertuples()]


def test_a_verdict_of_today_alone_is_a_change_too(two):
    """A later figure of the surveyor changes what is known today, not what was known at the date of the account."""
    edit(
        two[1],
        "hc3-2021-06",
        "sources.csv",
        "hc3-2021-06,primary,,2021-06-29,quoted",
        "hc3-2021-06,primary,,2022,quoted",
    )
    edit(
        two[1],
        "hc3-2021-06",
        "figures.csv",
        "beckers-2021,United States,patients",
        "hc3-2021-06,United States,organisations,pacs_web,131,page 1,\nbeckers-2021,United States,patients",
    )
    found = changes(*two)
    told = found[found["file"] == "verdict"]
    assert set(told["column"]) == {"verdict_now"}
    assert set(zip(told["before"], told["after"], strict=True)) == {("not checkable", "within rounding")}
