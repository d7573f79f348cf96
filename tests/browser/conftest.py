"""A headless Chromium for the pages; where there is none, the tests are skipped and say what is missing."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is missing")
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing")
    options = selenium.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    profile = tmp_path_factory.mktemp("chromium")
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's own sandbox refuses to run as root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(shutil.which("chromedriver")))
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report of one notebook with every kind of output, on the two waves of 2019."""
    from analysis.datafolder import shipped_folder
    from analysis.report.build import build
    from analysis.report.inputs import Material

    folder = tmp_path_factory.mktemp("browser")
    shipped = shipped_folder("data")
    for name in ("greenbone-2019-09", "greenbone-2019-11"):
        shutil.copytree(shipped / "aggregate" / name, folder / "data" / "aggregate" / name)
    shutil.copy(shipped / "aggregate" / "measures.toml", folder / "data" / "aggregate")
    (folder / "notebooks").mkdir()
    cells = [
        "# Every kind of output\n\nA first paragraph that is long enough to be broken into lines on "
        "every screen that there is.",
        "## A chart and a table",
        "import analysis as ex\nfigures = ex.preferred(ex.panel()).query(\"survey == 'greenbone-2019-09'\")\n"
        "servers = figures.query(\"measure == 'servers_exposed' and iso3 != 'WLD'\").dropna(subset='iso3')\n"
        "ex.chart.ranking(servers, value='value')",
        "ex.table(figures[['place', 'measure', 'figure', 'value', 'low', 'high', 'source', "
        "'locator']].head(20), name='t', title='A table')",
        "ex.finding('There are {n} figures.', n=len(figures), headline=True)",
        "## Others",
        "figures.head()",
        "print('a very long line ' * 40)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    ]
    made = [
        {
            "cell_type": "markdown" if source.startswith("#") else "code",
            "id": f"c{number}",
            "metadata": {},
            "source": source,
        }
        | ({} if source.startswith("#") else {"outputs": [], "execution_count": None})
        for number, source in enumerate(cells)
    ]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks" / "01_kinds.ipynb").write_text(json.dumps(notebook))
    return build(folder / "out", Material(folder / "notebooks", data=folder / "data")).out
