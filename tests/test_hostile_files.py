"""Files that would hold, flood or break a reader: each is a typed error with its place, or is read right."""

import os
import shutil
import time

import pytest

from analysis.datafolder import LARGEST_FILE, read_csv, read_regular, read_toml, shipped_folder
from analysis.errors import DataError
from analysis.figures.check import check
from analysis.report.release import for_release

SURVEY = "greenbone-2019-11"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder of one survey, alone."""
    shipped = shipped_folder("data")
    shutil.copytree(shipped / "aggregate" / SURVEY, tmp_path / "aggregate" / SURVEY)
    shutil.copy(shipped / "aggregate" / "measures.toml", tmp_path / "aggregate" / "measures.toml")
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(tmp_path))
    return tmp_path / "aggregate" / SURVEY


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x = 1\ny = " + "[" * 5000 + "]" * 5000, "nested deeper than 32 levels", 2),
        ("x = 1\n" + ".".join(["a"] * 3000) + " = 1", "nested deeper than 32 levels", 2),
        ("x = 1\nn = " + "9" * 5000, "a number of thousands of digits", 2),
        ('x = "\\u0007"', "holds a control character", None),
    ],
    ids=["lists", "dotted keys", "digits", "control character"],
)
def test_toml_that_breaks_parsers_is_a_typed_error(tmp_path, text, message, line):
    path = tmp_path / "survey.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_toml(path)
    assert (caught.value.file, caught.value.line) == ("survey.toml", line)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ufffe", "\x85"])
def test_a_control_character_in_a_cell_is_named_by_line_and_column(tmp_path, character):
    path = tmp_path / "t.csv"
    path.write_text(f"source,publisher\na,fine\nb,Pub{character}lisher\n", "utf-8")
    with pytest.raises(DataError, match="control character") as caught:
        read_csv(path, ("source", "publisher"))
    assert (caught.value.line, caught.value.column) == (3, "publisher")


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with open(tmp_path / "sparse", "wb") as handle:
        handle.truncate(LARGEST_FILE + 1)
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name, message in (
        ("pipe", "not a regular file"),
        ("sparse", "more than the 32 MB"),
        ("circle", "cannot be read"),
        ("device", "link out of its folder"),
        (".", "cannot be read"),
        ("gone", "is missing"),
    ):
        with pytest.raises(DataError, match=message):
            read_regular(tmp_path / name)


@pytest.mark.parametrize("file", ["figures.csv", "sources.csv", "survey.toml", "claims.csv"])
def test_a_pipe_for_a_file_is_told_and_holds_nobody(folder, file):
    (folder / file).unlink(missing_ok=True)
    os.mkfifo(folder / file)
    found = check()
    assert (found["expectation"].str.contains("not a regular file") & found["file"].str.endswith(file)).any()


@pytest.mark.parametrize("file", ["figures.csv", "reference/own.csv"])
def test_a_release_beside_a_pipe_names_it(folder, file):
    path = folder / file if "/" not in file else folder.parents[1] / file
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(DataError, match="not a regular file") as caught, for_release():
        pass
    assert caught.value.file.endswith(file)


@pytest.mark.parametrize(
    ("name", "expectation"),
    [
        ("<script>", "not an id of a survey"),
        ("-rf", "not an id of a survey"),
        ("con", "reserved on Windows"),
        ("UPPER-2026", "not an id of a survey"),
        ("a" * 250, "not an id of a survey"),
        ("a\nb", "not an id of a survey"),
        (".hidden", "hidden folder"),
        ("..evil", "hidden folder"),
        (SURVEY.upper(), "but for its case"),
    ],
)
def test_names_of_surveys_are_looked_at(folder, name, expectation):
    shutil.copytree(folder, folder.parent / name)
    found = check()
    assert (found["expectation"].str.contains(expectation) & (found["severity"] == "error")).any(), found


STATES = ("Punjab", "Karnataka", "Telangana", "Maharashtra")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (lambda row, i: row, 1),
        (lambda row, i: row.replace(",World,", f",{('India', *STATES)[i % 5]},").replace("1.19", f"{i + 2}.5"), 0.2),
    ],
    ids=["alike", "a total and its parts"],
)
def test_check_takes_time_that_grows_with_the_rows(folder, written, told):
    begun = (folder / "figures.csv").read_text("utf-8")
    row = begun.splitlines()[1]
    seconds = []
    for count in (250, 2_000):
        rows = [written(row, number) for number in range(count)]
        (folder / "figures.csv").write_text(begun + "\n".join(rows) + "\n", "utf-8")
        start = time.process_time()
        assert (check()["severity"] == "error").sum() >= told * count - 1
        seconds.append(time.process_time() - start)
    assert seconds[1] < max(24 * seconds[0], 8)
