"""Notebooks, and a small folder of data, for the tests of the report."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import small_site
from small_site import Site, write_data, write_notebooks


@pytest.fixture
def write_notebook():
    return small_site.write_notebook


@pytest.fixture
def notebook():
    """Makes a notebook as a dictionary, from the sources of its code cells."""

    def make(*sources: str) -> dict:
        cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
        return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

    return make


@pytest.fixture(scope="session")
def _sites(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("report")
    (folder / "fresh").mkdir()
    write_notebooks(folder / "fresh" / "notebooks")
    write_data(folder / "fresh" / "data")
    shutil.copytree(folder / "fresh", folder / "built")
    Site(folder / "built").build()
    return folder / "fresh", folder / "built"


@pytest.fixture
def fresh(_sites, tmp_path) -> Site:
    """Notebooks and data of which no report was built."""
    shutil.copytree(_sites[0], tmp_path / "site")
    return Site(tmp_path / "site")


@pytest.fixture
def built(_sites, tmp_path) -> Site:
    """Notebooks, data and their report."""
    shutil.copytree(_sites[1], tmp_path / "site")
    return Site(tmp_path / "site")
