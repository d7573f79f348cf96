"""One small notebook, executed once, and what documents are made of it."""

import json

import pytest

from analysis.documents.making import written
from analysis.documents.site import Edition, document_of
from analysis.report.build import execute

PROSE = """# Servers in reach

Some *words*, `code`, a [link](https://example.org/a) and $x^2$.

## A table of one's own

| place | servers |
|---|--:|
| north | 1.5 |
| south | 27 |

- one
- two

$$E = mc^2$$
"""
CODE = (
    "import analysis as ex\n"
    "rows = ex.preferred(ex.panel(surveys=['greenbone-2019-09']))\n"
    "rows = rows.query(\"measure == 'servers_exposed' and iso3 != 'WLD'\").dropna(subset='iso3')",
    "ex.finding('Most: {n} of {all} servers.', headline=True, n=187, all=590)",
    "ex.chart.ranking(rows, value='value')",
    "ex.table(rows, name='printed', title='As it was printed', columns={'country': 'Country', 'figure': 'Printed', "
    "'value': 'Servers', 'source': 'Source'})",
    "print('27 lines')",
)


def write_notebook(path, prose=PROSE, code=CODE):
    """A notebook with one cell of prose before cells of code."""
    cells = [{"cell_type": "markdown", "id": "prose", "metadata": {}, "source": prose}]
    for number, source in enumerate(code):
        cells.append(
            {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source}
            | {"outputs": [], "execution_count": None}
        )
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """What is left of the notebook when it was executed."""
    folder = tmp_path_factory.mktemp("documents")
    out = folder / "site"
    out.mkdir()
    execute(out, [write_notebook(folder / "mine.ipynb")])
    return out


@pytest.fixture(scope="session")
def document(site):
    return document_of(site, Edition("en", ("mine",), own=True, author="A ministry"))


@pytest.fixture(scope="session")
def pdf(document):
    pytest.importorskip("typst")
    return written(document, ".pdf")
