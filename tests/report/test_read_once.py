"""The data is read once for all notebooks of a build; each is made of what it asked for all the same."""

import json
import os
import subprocess
import sys

import pytest

import analysis as ex
from analysis.datafolder import shipped_folder

#: What pages ask of the data.
ASKED = {
    "panel": "print(len(ex.panel()))",
    "one survey": "print(len(ex.panel(surveys=['greenbone-2019-09'])))",
    "surveys": "print(len(ex.surveys()))",
    "sources": "print(len(ex.sources('mcafee-2018-03')))",
    "citation": "print(ex.cite('greenbone-2019-09'))",
    "measures": "print(len(ex.measures()))",
    "claims": "print(len(ex.check_claims()))",
    "names": "print(ex.country_name('DEU', 'fr'), ex.iso3('Deutschland'))",
    "breaks": "print(len(ex.breaks()), len(ex.events()))",
    "table": "ex.table(ex.preferred(ex.panel()).head(), name='some')",
}


#: Forks for each, before and after the data was read, as the warm process of a build forks its kernels.
PROGRAM = """
import contextlib, io, json, os, sys
from pathlib import Path
import analysis as ex
from analysis.report import kernel_process
from analysis.report.touched import Touched, note

folder, asked = Path(sys.argv[1]), json.loads(sys.argv[2])
kernel_process._import(kernel_process._own_modules("figures", "charts"))
found = {}
for when in ("fresh", "forked"):
    for name, code in asked.items():
        log = folder / when / name
        log.parent.mkdir(exist_ok=True)
        if os.fork() == 0:
            note({"data": sys.argv[3]}, log)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(code)
            print(json.dumps([when, name, Touched.of(log).read, said.getvalue()]), flush=True)
            os._exit(0)
        os.wait()
    kernel_process._read_data()
    kernel_process._read_claims()
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> dict[tuple[str, str], tuple[list[str], str]]:
    """What each read and printed, by whether the data was read before it was forked."""
    told = [str(tmp_path_factory.mktemp("read")), json.dumps(ASKED), str(shipped_folder("data"))]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *told], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {(when, name): (files, said) for when, name, files, said in lines}


@pytest.mark.parametrize("name", ASKED)
def test_what_was_read_before_the_fork_is_among_what_a_notebook_read(read, name):
    assert read["forked", name] == read["fresh", name]
    files, _ = read["forked", name]
    assert any(file.endswith((".csv", ".toml")) for file in files)


def test_a_file_that_changes_is_read_anew(tmp_path, monkeypatch):
    folder = tmp_path / "aggregate" / "some-2020"
    folder.mkdir(parents=True)
    shipped = shipped_folder("data") / "aggregate" / "greenbone-2019-09"
    for name in ("survey.toml", "sources.csv", "figures.csv"):
        (folder / name).write_bytes((shipped / name).read_bytes())
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path))
    before = ex.panel(surveys=["some-2020"])
    lines = (folder / "figures.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "figures.csv").write_text("".join(lines[:-1]), "utf-8")
    os.utime(folder / "figures.csv", ns=(1, 1))
    assert len(ex.panel(surveys=["some-2020"])) == len(before) - 1


def test_another_data_folder_has_its_own_names(tmp_path, monkeypatch):
    assert ex.iso3("Germany") == "DEU"
    (tmp_path / "aggregate").mkdir()
    (tmp_path / "reference").mkdir()
    names = (shipped_folder("data") / "reference" / "place_names.csv").read_text("utf-8")
    (tmp_path / "reference" / "place_names.csv").write_text(names + "elbonia,DEU,,\n", "utf-8")
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path))
    assert ex.iso3("Elbonia") == "DEU"
