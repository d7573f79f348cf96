"""A small series for tests, in a data folder of its own."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SERIES = """\
status = "published"
grain = "day"
health = true
absent = "unknown"
retrieved = "2026-11-24"
counted = "Made up for tests."
encoding = "Made up for tests."
notes = []
title.en = "Synthetic daily counts"
title.es = "Recuentos diarios sintéticos"
title.de = "Synthetische Tageszahlen"
title.fr = "Comptages quotidiens synthétiques"
licence = { name = "CC0-1.0" }

[[source]]
id = "monitor-a"
publisher = "Monitor A"
title = "Synthetic counts"

[[source]]
id = "monitor-b"
publisher = "Monitor B"
title = "Synthetic counts"

[measure.open_dicom]
unit = "server"
definition = "Servers that answer."
over_time = "mean"
additive = true
label = { en = "open servers", es = "servidores abiertos", de = "offene Server", fr = "serveurs ouverts" }

[measure.reports]
unit = "report"
definition = "Reports of the day."
over_time = "sum"
additive = true
label = { en = "reports", es = "informes", de = "Meldungen", fr = "rapports" }
"""

HEADER = "day,place,iso3,measure,count,low,high,source\n"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder with the shipped surveys' dictionary and one series, ``synthetic``, that has no counts yet."""
    folder = tmp_path / "data"
    (folder / "aggregate").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "aggregate" / "measures.toml", folder / "aggregate")
    (folder / "series" / "synthetic").mkdir(parents=True)
    (folder / "series" / "synthetic" / "series.toml").write_text(SERIES, encoding="utf-8")
    monkeypatch.setenv("EXPOSURE_DATA", str(folder))
    return folder


@pytest.fixture
def series(data):
    """The folder of the series."""
    return data / "series" / "synthetic"
