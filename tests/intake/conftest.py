"""An empty data folder of one's own, with the shipped dictionary and reference tables."""

from shutil import copytree

import pytest

from analysis.datafolder import shipped_folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shipped = shipped_folder("data")
    own = tmp_path / "data"
    (own / "aggregate").mkdir(parents=True)
    copytree(shipped / "reference", own / "reference")
    (own / "aggregate" / "measures.toml").write_bytes((shipped / "aggregate" / "measures.toml").read_bytes())
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(own))
    return own
