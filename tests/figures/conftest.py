"""A small data folder for tests: one survey with a report, two accounts and every kind of row."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SURVEY = """\
title = "Archives in reach, first round"
surveyor = "Sample Surveyor"
programme = "sample"
status = "published"
primary = ["sample-report-2020-03", "sample-release-2020-03"]
scan_from = "2020-01"
scan_to = "2020-02"
asset = "dicom"
encoded = "2026-11-24"
encoding = "Made up for tests."
known_errors = []

[method]
engine = "own scan"
ports = "104"
exposed = "answers"
open = "lists studies"
honeypots = "removed"
duplicates = "not stated"
unit = "an archive"
comparable_with = []
not_comparable_with = {}

[units]
"data records" = "studies"

[[same_sense]]
measures = ["servers_exposed", "servers_open"]
reason = "One count."

[[place]]
name = "Europe"
kind = "region"
parent = ""

[[cause]]
measure = "images"
place = "World"
why = "A slip of the second account."
"""

SOURCES = """\
source,tier,derived_from,published,seen,lang,publisher,title,url,note
sample-report-2020-03,primary,,2020-03-02,quoted,en,Sample Surveyor,Archives in reach,https://example.org/report,
sample-release-2020-03,primary,,2020-03,full,en,Sample Surveyor,Release,,
daily-2020-03,secondary,sample-report-2020-03,2020-03-17,full,en,Daily,Open doors & windows,https://example.org/daily,
diario-2020-04,secondary,daily-2020-03,2020-04,excerpt,es,Diario,Puertas abiertas,,
"""

FIGURES = """\
source,place,measure,asset,figure,locator,note
sample-report-2020-03,World,servers_exposed,,590,"daily-2020-03, paragraph 1",
sample-report-2020-03,World,studies,,24.3 million,"daily-2020-03, paragraph 2",
sample-release-2020-03,World,studies,,more than 24 million,headline,
sample-release-2020-03,World,images,,737 million,text,
daily-2020-03,United States,servers_open,,187,paragraph 3,
daily-2020-03,United States,studies,,13.7 million,paragraph 3,
daily-2020-03,Germany,servers_exposed,,6,paragraph 4,
daily-2020-03,Europe,servers_exposed,,about 40,paragraph 5,
diario-2020-04,World,patients,,24 millones,párrafo 1,
diario-2020-04,EE. UU.,patients,,"13,7 millones",párrafo 2,
diario-2020-04,World,images,,alrededor de 720 millones,párrafo 3,
diario-2020-04,World,servers_exposed,,casi 600,párrafo 4,
diario-2020-04,Maharashtra,studies,,"308.451",párrafo 5,
"""

CLAIMS = """\
source,claim,relation,place,measure,figure,other_place,other_measure,locator,quote_lang
diario-2020-04,More than half of the studies lie in the United States.,share_of,EE. UU.,studies,más de la \
mitad,World,,párrafo 2,es
"""


@pytest.fixture
def small_data(tmp_path, monkeypatch):
    """A data folder with the survey ``sample-2020-02``; the package reads it in this test."""
    folder = tmp_path / "data"
    survey = folder / "aggregate" / "sample-2020-02"
    survey.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "aggregate" / "measures.toml", folder / "aggregate")
    for name, text in (
        ("survey.toml", SURVEY),
        ("sources.csv", SOURCES),
        ("figures.csv", FIGURES),
        ("claims.csv", CLAIMS),
    ):
        (survey / name).write_text(text, encoding="utf-8", newline="\n")
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(folder))
    return folder


@pytest.fixture
def edit(small_data):
    """A function that changes a file of the survey: ``edit("figures.csv", "590", "five")``."""

    def change(file, old, new, survey="sample-2020-02"):
        path = small_data / "aggregate" / survey / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
        return path

    return change
