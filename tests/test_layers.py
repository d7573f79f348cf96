"""Data flows one way through the package, and the package is light until it is used."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

HEAVY = {"pandas", "numpy", "matplotlib", "scipy", "geopandas", "pandera", "babel", "statsmodels", "pyarrow"}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    return done.stdout


def test_layers_import_only_downward():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_importing_the_package_loads_nothing_heavy():
    loaded = set(run("import analysis, sys; print(*sys.modules)").split())
    assert "analysis" in loaded
    assert not HEAVY & loaded


def test_the_command_loads_nothing_heavy_for_its_help():
    loaded = set(run("import analysis.cli, sys; print(*sys.modules)").split())
    assert "typer" in loaded
    assert not (HEAVY | {"rich", "jinja2", "nbformat"}) & loaded
    ours = {name for name in loaded if name.startswith("analysis.") and not name.startswith("analysis.cli")}
    assert ours == {"analysis.errors"}


def test_every_name_of_the_face_loads():
    import analysis as ex

    for name in ex.__all__:
        assert getattr(ex, name) is not None, name
    assert set(ex.__all__) <= set(dir(ex))
