"""What `exposure doctor` says of an installation that is whole, and of one that is not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import installation
from analysis.datafolder import shipped_folder


def amiss() -> dict[str, str]:
    found = installation.examine()
    found = found[found["state"] == "amiss"]
    assert (found["remedy"] != "").all()
    return dict(zip(found["what"], found["found"], strict=True))


def test_this_installation_is_whole_and_everything_was_looked_at():
    found = installation.examine()
    assert amiss() == {}
    assert set(found["what"]) == {
        "version",
        "Python",
        "import",
        "requirements",
        "fonts",
        "shipped data",
        "data in use",
        "notebooks",
        "folders",
        "disk",
        "kernels",
        "language",
    }
    assert found.loc[found["state"] == "ok", "remedy"].eq("").all()


def test_the_version_and_that_of_the_data_are_named():
    import analysis as ex

    found = installation.examine().set_index("what")["found"]
    assert found["version"] == f"exposure-statistics {ex.__version__}, data {ex.data_version()}"


@pytest.mark.parametrize("name", ["analysis.py", "analysis/__init__.py"])
@pytest.mark.parametrize("where", ["this folder", "a folder of PYTHONPATH"])
def test_a_module_that_stands_in_the_way_of_the_package_is_named(tmp_path, monkeypatch, name, where):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("figures = 1\n")
    monkeypatch.chdir(tmp_path if where == "this folder" else tmp_path.parent)
    monkeypatch.setenv("PYTHONPATH", "" if where == "this folder" else str(tmp_path))
    found = installation.examine().query("what == 'import'")
    assert found["found"].iloc[0] == f"{name} in {where} is imported in place of the package"
    assert found["state"].eq("amiss").all()


def test_the_package_does_not_stand_in_its_own_way(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(installation.__file__).parents[1]))
    assert amiss() == {}


def test_a_missing_and_an_old_package_are_named(monkeypatch):
    asked = ["pandas>=2", "no-such-package>=1", "packaging>=9999", "only-for-tests>=1; extra == 'test'"]
    monkeypatch.setattr(installation.metadata, "requires", lambda name: asked)
    found = installation.examine()
    told = found.loc[(found["what"] == "requirements") & (found["state"] == "amiss"), "found"].tolist()
    assert told[0] == "no-such-package is missing"
    assert told[1].startswith("packaging ") and told[1].endswith("wanted >=9999")
    assert len(told) == 2


def test_a_changed_and_a_missing_file_of_the_data_are_named(tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(shipped_folder("data"), data)
    with open(data / "aggregate" / "hhs-ocr" / "figures.csv", "ab") as file:
        file.write(b"\n")
    (data / "reference" / "population.csv").unlink()
    monkeypatch.setattr(installation, "shipped_folder", lambda name: data if name == "data" else shipped_folder(name))
    found = installation.examine()
    told = found.loc[(found["what"] == "shipped data") & (found["state"] == "amiss"), "found"].tolist()
    assert told[:2] == ["aggregate/hhs-ocr/figures.csv is not as described", "reference/population.csv is missing"]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [("EXPOSURE_DATA", "/nowhere/at/all", "data in use"), ("EXPOSURE_DATA_ONLY", "/nowhere/at/all", "data in use")],
)
def test_a_data_folder_that_is_none_is_amiss(monkeypatch, name, value, what):
    monkeypatch.setenv(name, value)
    assert list(amiss()) == [what]


def test_little_room_and_folders_that_cannot_be_written_are_amiss(monkeypatch):
    monkeypatch.setattr(installation.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 0))
    monkeypatch.setattr(installation.os, "access", lambda folder, mode: False)
    assert set(amiss()) == {"disk", "folders"}


def test_the_command_prints_a_table_and_its_status_says_whether_all_is_well():
    command = [sys.executable, "-m", "analysis.cli", "doctor", "--format", "json"]
    well = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert well.returncode == 0, well.stderr
    assert {row["state"] for row in json.loads(well.stdout)} == {"ok"}
    ill = subprocess.run(
        [sys.executable, "-m", "analysis.cli", "--data", "/nowhere/at/all", "doctor"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ill.returncode == 1
    assert "amiss  data in use" in ill.stdout and "→ correct --data" in ill.stdout and "Traceback" not in ill.stderr
