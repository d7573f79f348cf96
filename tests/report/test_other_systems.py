"""What Windows and macOS lack is hidden: the same bytes, a lock everywhere, and nothing half done.

Nothing was run on those systems. Here ``fcntl``, ``resource``, ``fork``, ``killpg`` and ``setsid`` are hidden from
every process, those of the notebooks too, by a module that Python imports at its start.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HIDDEN = """\
import os, sys
# Locks of the standard library's own stand in for those of Windows, which this system does not have.
import filelock
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "killpg", "setsid", "posix_spawn", "sysconf"):
    if hasattr(os, name):
        delattr(os, name)
"""


@pytest.fixture
def elsewhere(tmp_path) -> dict[str, str]:
    """The environment of a process on a system that lacks these."""
    (tmp_path / "lacks").mkdir()
    (tmp_path / "lacks" / "sitecustomize.py").write_text(HIDDEN)
    return os.environ | {"PYTHONPATH": str(tmp_path / "lacks")}


def exposure(environment: dict[str, str], *arguments: object, status: int = 0) -> str:
    command = [Path(sys.executable).with_name("exposure"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stderr
    return done.stderr


def test_what_is_hidden_is_hidden_in_the_processes_of_notebooks_too(elsewhere, notebook, tmp_path, monkeypatch):
    from analysis.report.kernels import Kernels

    monkeypatch.setenv("PYTHONPATH", elsewhere["PYTHONPATH"])
    cell = (
        "import os, sys\n"
        "print(hasattr(os, 'fork'), hasattr(os, 'killpg'), *map(sys.modules.get, ('fcntl', 'resource')))"
    )
    with Kernels(warm=False) as kernels:
        executed, _ = kernels.run(notebook(cell), "n", folder=tmp_path)
    assert executed["cells"][0]["outputs"][0]["text"] == "False False None None\n"


def test_a_report_has_the_same_bytes_and_is_fresh_afterwards(built, elsewhere):
    given = ["--data-only", built.data, "report", "--notebooks-only", built.notebooks, "--out"]
    exposure(elsewhere, *given, built.folder / "other")
    assert built.tree(built.folder / "other") == built.tree()
    told = exposure(elsewhere, *given, built.folder / "other")
    assert "same inputs" in told and "was not built before" not in told
    assert built.left() == [] and not list(built.folder.glob("*.lock"))


def test_a_folder_that_another_process_builds_is_left_alone(built, elsewhere):
    from analysis.report import site_folder

    before = built.tree()
    with site_folder.building(built.out):
        given = ["--data-only", built.data, "report", "--notebooks-only", built.notebooks, "--force", "--out"]
        assert "is being built by another process" in exposure(elsewhere, *given, built.out, status=1)
    assert built.tree() == before


HEADER = "day,place,iso3,measure,count,low,high,source\n"
ROW = "2024-05-01,Germany,DEU,open_dicom,40,38,42,monitor-a\n"


def test_counts_are_imported_whole_or_not_at_all(tmp_path, elsewhere):
    from filelock import FileLock

    counts, series = tmp_path / "counts.csv", tmp_path / "data" / "series" / "synthetic"
    (tmp_path / "data" / "aggregate").mkdir(parents=True)
    given = ["--data", tmp_path / "data", "import", counts, "--format", "counts", "--series", "synthetic"]
    counts.write_text(HEADER + ROW.replace("2024-05-01", "on a day"))
    exposure(elsewhere, *given, "--over-time", "mean", status=1)
    assert not series.exists(), "a series of which nothing was imported never happened"
    counts.write_text(HEADER + ROW)
    exposure(elsewhere, *given, "--over-time", "mean")
    before = {path: path.read_bytes() for path in series.rglob("*") if path.is_file() and path.name != ".lock"}
    assert "series.toml" in {path.name for path in before}
    counts.write_text(HEADER + ROW.replace("05-01", "05-02"))
    with FileLock(series / ".lock"):
        assert "another import into this series is under way" in exposure(elsewhere, *given, status=1)
    after = {path: path.read_bytes() for path in series.rglob("*") if path.is_file() and path.name != ".lock"}
    assert after == before
