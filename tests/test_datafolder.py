"""One's own data joins the shipped data and wins; or stands alone."""

import os
import shutil
import subprocess
import sys

import pytest

import analysis as ex
from analysis.datafolder import (
    data_folder,
    data_folders,
    growing,
    in_use,
    replaced,
    shipped_folder,
    survey_folder,
    surveys_present,
)
from analysis.figures.check import check
from analysis.figures.package import descriptor

SHIPPED = shipped_folder("data")
MEASURE = """
[{measure}]
unit = "thing"
definition = "Things of one's own."
is_not = []
additive = true
occurrence = "independent"
kind = "count"
label = {{ en = "my things", es = "mis cosas", de = "meine Dinge", fr = "mes choses" }}
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A data folder of one's own with a survey that counts a measure of its own, joined with the shipped data."""
    monkeypatch.delenv("EXPOSURE_DATA_ONLY", raising=False)
    folder = tmp_path / "own"
    shutil.copytree(SHIPPED / "aggregate" / "wizcase-2019-10", folder / "aggregate" / "mine-2026-03")
    for path in (folder / "aggregate" / "mine-2026-03").iterdir():
        path.write_text(path.read_text("utf-8").replace("wizcase-2019-10", "mine-2026-03"), "utf-8")
    with open(folder / "aggregate" / "mine-2026-03" / "figures.csv", "a", encoding="utf-8") as handle:
        source = ex.sources("wizcase-2019-10").index[0].replace("wizcase-2019-10", "mine-2026-03")
        handle.write(f"{source},Chile,things_mine,,7,paragraph 1,\n")
    (folder / "aggregate" / "measures.toml").write_text(MEASURE.format(measure="things_mine"), "utf-8")
    monkeypatch.setenv("EXPOSURE_DATA", str(folder))
    return folder


def test_ones_own_survey_and_measure_join_the_shipped_ones(own):
    assert data_folders() == (own, SHIPPED)
    assert {"mine-2026-03", "greenbone-2019-09"} <= set(surveys_present())
    panel = ex.panel()
    mine = panel[panel["measure"] == "things_mine"]
    assert mine[["survey", "iso3", "value"]].to_numpy().tolist() == [["mine-2026-03", "CHL", 7]]
    assert set(panel["survey"]) >= {"mine-2026-03", "greenbone-2019-09"}
    assert ex.measures().loc["things_mine", "label_es"] == "mis cosas"
    assert ex.measures().index[-1] == "things_mine"
    assert replaced() == []


def test_only_ones_own_is_checked_but_against_all(own):
    found = check()
    assert found[found["severity"] == "error"].empty, found.to_string()
    assert not found["file"].str.contains("greenbone").any()
    with open(own / "aggregate" / "mine-2026-03" / "sources.csv", "a", encoding="utf-8") as handle:
        handle.write("tomsguide-es-2019-09,secondary,,2019-09,full,es,Another publisher,,,\n")
    found = check()
    assert "differs from" in " ".join(found.loc[found["column"] == "publisher", "expectation"])


def test_a_survey_of_the_same_id_takes_the_place_of_the_shipped_one(own):
    before = len(ex.panel(surveys=["wizcase-2019-10"]))
    (own / "aggregate" / "mine-2026-03").rename(own / "aggregate" / "wizcase-2019-10")
    for path in (own / "aggregate" / "wizcase-2019-10").iterdir():
        path.write_text(path.read_text("utf-8").replace("mine-2026-03", "wizcase-2019-10"), "utf-8")
    assert survey_folder("wizcase-2019-10").is_relative_to(own)
    assert len(ex.panel(surveys=["wizcase-2019-10"])) == before + 1
    assert replaced() == ["aggregate/wizcase-2019-10"]


def test_a_measure_and_a_table_of_ones_own_take_the_place_of_the_shipped_ones(own):
    (own / "aggregate" / "measures.toml").write_text(
        MEASURE.format(measure="hosts") + MEASURE.format(measure="things_mine"), "utf-8"
    )
    (own / "reference").mkdir()
    table = (SHIPPED / "reference" / "population.csv").read_text("utf-8")
    (own / "reference" / "population.csv").write_text(table, "utf-8")
    assert ex.measures().loc["hosts", "unit"] == "thing"
    assert list(ex.measures().index).index("hosts") < list(ex.measures().index).index("services")
    assert replaced() == ["reference/population.csv", "aggregate/measures.toml [hosts]"]


def test_the_descriptor_is_of_ones_own_folder(own):
    assert {resource["path"].partition("/")[0] for resource in descriptor()["resources"]} == {
        "measures.toml",
        "mine-2026-03",
    }


def test_alone_it_is_in_place_of_the_shipped_data(own):
    shutil.copy(SHIPPED / "aggregate" / "measures.toml", own / "aggregate" / "measures.toml")
    with in_use(own, alone=True):
        assert (data_folders(), surveys_present()) == ((own,), ["mine-2026-03"])
    assert len(surveys_present()) > 1


def test_the_shipped_folder_named_as_ones_own_is_in_use_once(monkeypatch):
    monkeypatch.setenv("EXPOSURE_DATA", str(SHIPPED))
    assert data_folders() == (SHIPPED,)


def test_a_folder_that_grows_is_made_and_goes_again_if_nothing_came_into_it(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / "mine"))
    with pytest.raises(ex.DataError, match="not a data folder"):
        data_folder()
    with growing() as folder:
        assert folder == data_folder() == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()
    with growing() as folder:
        (folder / "aggregate" / "mine-2026-03").mkdir()
    assert (tmp_path / "mine" / "aggregate" / "mine-2026-03").is_dir()
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / "no" / "such" / "parent"))
    with pytest.raises(ex.DataError, match="cannot be made"), growing():
        pass


def exposure(*arguments, **environment):
    clean = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    command = [sys.executable, "-m", "analysis.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**clean, **environment}, timeout=120)


def test_the_command_says_what_takes_the_place_of_what(own):
    (own / "aggregate" / "mine-2026-03").rename(own / "aggregate" / "wizcase-2019-10")
    for done in (
        exposure("--data", own, "sources", "--format", "csv"),
        exposure("sources", "--format", "csv", EXPOSURE_DATA=str(own)),
    ):
        assert done.returncode == 0, done.stderr
        assert "in place of the shipped one: aggregate/wizcase-2019-10" in done.stderr
        assert "greenbone-2019-09" in done.stdout and "in place" not in done.stdout
    shutil.copy(SHIPPED / "aggregate" / "measures.toml", own / "aggregate" / "measures.toml")
    alone = exposure("--data-only", own, "sources", "--format", "csv")
    assert [line.partition(",")[0] for line in alone.stdout.splitlines()] == ["survey", "wizcase-2019-10"]
    assert (alone.returncode, alone.stderr) == (0, "")
    assert exposure("--data", own, "--data-only", own, "sources").returncode == 2
