"""A small report: two surveys and three notebooks, written anew for each test that builds it."""

import json
from dataclasses import fields
from pathlib import Path


def write_notebook(path: Path, *cells: str) -> Path:
    """A notebook from its cells: one that begins with ``# `` or ``#`` is Markdown, any other code."""
    made = []
    for number, source in enumerate(cells):
        prose = source.startswith("#")
        cell = {"cell_type": "markdown" if prose else "code", "id": f"c{number}", "metadata": {}, "source": source}
        made.append(cell if prose else cell | {"outputs": [], "execution_count": None})
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), "utf-8")
    return path


SURVEY = """\
title = "{title}"
surveyor = "A surveyor"
programme = "{name}"
status = "published"
primary = ["{name}-report"]
scan_from = "2021-01"
scan_to = "2021-02"
asset = "dicom"
encoded = "2021-03-01"
encoding = "Made for a test."
known_errors = []

[method]
engine = "A list"
ports = "104"
exposed = "Answers."
open = ""
honeypots = "not stated"
duplicates = "not stated"
unit = "A server"

[units]
"servers" = "servers_exposed"
"""
SOURCES = """\
source,tier,derived_from,published,seen,lang,publisher,title,url,note
{name}-report,primary,,2021-03,full,en,A surveyor,A report,https://example.org/{name},
{name}-paper,secondary,{name}-report,2021-04,full,en,A paper,An article,https://example.org/paper,
"""
FIGURES = """\
source,place,measure,asset,figure,locator,note
{name}-report,World,servers_exposed,dicom,590,p. 1,
{name}-report,Germany,servers_exposed,dicom,39,p. 2,
{name}-paper,World,servers_exposed,dicom,about 600,line 3,
"""
CLAIMS = "source,claim,relation,place,measure,figure,other_place,other_measure,locator,quote_lang\n"


def write_data(folder: Path) -> None:
    """A folder of data with two small surveys and no series; the rest is that of the package.

    The explorer would otherwise ask the shipped series, in every small build, for what no small site is about.
    """
    from analysis.datafolder import shipped_folder

    (folder / "series").mkdir(parents=True)
    aggregate = folder / "aggregate"
    for name, title in (("first-2021", "The first survey"), ("second-2021", "The second survey")):
        survey = aggregate / name
        survey.mkdir(parents=True)
        (survey / "survey.toml").write_text(SURVEY.format(name=name, title=title))
        (survey / "sources.csv").write_text(SOURCES.format(name=name))
        (survey / "figures.csv").write_text(FIGURES.format(name=name))
        (survey / "claims.csv").write_text(CLAIMS)
    dictionary = shipped_folder("data") / "aggregate" / "measures.toml"
    (aggregate / "measures.toml").write_bytes(dictionary.read_bytes())


def write_notebooks(folder: Path) -> None:
    """Prose and a table of one survey, a picture, and a notebook that reads a file beside it."""
    folder.mkdir()
    write_notebook(
        folder / "01_first.ipynb",
        "# The first page\n\nIt reads *one* survey. See [the next](02_picture.ipynb#a-line).\n\n## A table",
        "import analysis as ex\nex.panel(surveys=['first-2021'])[['place', 'figure', 'low', 'high']]",
    )
    write_notebook(
        folder / "02_picture.ipynb",
        "# A picture\n\nIt reads nothing.",
        "## A line",
        "import sys, matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nprint('mind' + ' this', file=sys.stderr)",
        "object()",
    )
    (folder / "own.csv").write_text("a\n1\n")
    write_notebook(
        folder / "03_own.ipynb", "# An own file", "import pandas as pd\nprint(pd.read_csv('own.csv')['a'].sum())"
    )


class Site:
    """A folder with notebooks, data and the report built from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notebooks, self.data, self.out = folder / "notebooks", folder / "data", folder / "out"
        self.said: list[str] = []

    def build(self, **options):
        """Build it with options of its material, work, telling or of `build` itself."""
        from analysis.report.build import Telling, Work, build
        from analysis.report.inputs import Material

        self.said.clear()

        def given(kind, **defaults):
            names = [one.name for one in fields(kind) if one.name in options]
            return kind(**defaults | {name: options.pop(name) for name in names})

        return build(
            self.out,
            given(Material, notebooks=self.notebooks, data=self.data),
            work=given(Work),
            telling=given(Telling, progress=self.said.append),
            **options,
        )

    def tree(self, folder: Path | None = None) -> dict[str, bytes]:
        """The files of the report with their content."""
        folder = folder or self.out
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def left(self) -> list[Path]:
        """What a build left beside the report."""
        return [path for path in self.folder.iterdir() if "building" in path.name]
