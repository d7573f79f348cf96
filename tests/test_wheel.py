"""The wheel works outside the checkout, with its data inside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel unpacked in an empty folder that comes before everything else on the path."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target


def run(installed, *arguments, check=True):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    environment["PYTHONPATH"] = str(installed)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=check,
        timeout=120,
    )


def test_it_is_the_wheel_that_runs_and_its_data_lie_inside(installed):
    code = "import analysis, analysis.datafolder as d; print(analysis.__file__); print(d.data_folder())"
    package, data = run(installed, "-c", code).stdout.split("\n")[:2]
    assert Path(package).is_relative_to(installed)
    assert Path(data) == installed / "analysis" / "data"


def test_the_data_in_the_wheel_pass_the_check(installed):
    done = run(installed, "-m", "analysis.cli", "check", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 error(s)" in done.stderr


def test_a_map_is_drawn_from_the_wheel(installed, tmp_path):
    run(installed, "-m", "analysis.cli", "chart", "map", "--out", str(tmp_path))
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".csv", ".json", ".pdf", ".png", ".svg"]


def test_the_notebooks_and_notices_are_inside(installed):
    names = [file.relative_to(installed).as_posix() for file in installed.rglob("*") if file.is_file()]
    assert any(name.startswith("analysis/notebooks/01_") for name in names)
    for notice in (
        "licenses/LICENSE",
        "licenses/LICENSE-DATA.md",
        "licenses/THIRD-PARTY-NOTICES.md",
        "fonts/OFL.txt",
        "explorer/NOTICE",
        "boundaries/countries-50m.LICENSE.txt",
        "reference/sources.toml",
    ):
        assert any(name.endswith(notice) for name in names), notice
    # The checker of accessibility drives the tests only.
    assert not [name for name in names if "axe" in name]
    assert not [name for name in names if "shared" in name or name.endswith(".gitkeep")]


def test_a_new_survey_goes_into_a_folder_of_ones_own_never_into_the_installation(installed, tmp_path):
    command = ["-m", "analysis.cli", "new", "sample-2026-03"]
    done = run(installed, *command, check=False)
    assert done.returncode == 1 and "a data folder of your own" in done.stderr
    assert not list(installed.rglob("sample-2026-03"))
    run(installed, *command[:2], "--data", str(tmp_path / "mine"), *command[2:])
    assert (tmp_path / "mine" / "aggregate" / "sample-2026-03" / "survey.toml").exists()
