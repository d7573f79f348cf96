"""Every kind of page in a real browser: nothing from elsewhere, nothing over the edge, readable in light and dark."""

import json
import re
import shutil
from pathlib import Path

import pytest

from analysis.datafolder import shipped_folder
from analysis.report.build import build

WIDTHS = (1280, 768, 390, 320)
OVER_THE_EDGE = """
const scrolls = element => { for (let e = element.parentElement; e; e = e.parentElement)
  if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) return true; return false; };
return [...document.querySelectorAll('body *')].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(element)
    && !element.matches('.skip'); }).map(element => element.outerHTML.slice(0, 120)).slice(0, 5);
"""
OVERLAPPING = """
const boxes = [...document.querySelectorAll('h1, h2, h3, p, li > a, figure, table, pre, summary, dt, dd')]
  .filter(e => !e.closest('.skip') && e.checkVisibility() && !e.closest('td, th'))
  .map(e => [e, e.getBoundingClientRect()]).filter(([e, b]) => b.width > 0 && b.height > 0);
const found = [];
for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
  const [e, a] = boxes[i], [f, b] = boxes[j];
  if (e.contains(f) || f.contains(e) || e.closest('.aside') || f.closest('.aside')) continue;
  if (e.closest('.box, .exposure-table') || f.closest('.box, .exposure-table')) continue;
  if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    found.push(e.outerHTML.slice(0, 80) + ' / ' + f.outerHTML.slice(0, 80)); }
return found.slice(0, 5);
"""
CONTRAST = """
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const light = c => { const [r, g, b] = c.slice(0, 3).map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
  return [255, 255, 255]; };
const found = [];
for (const e of document.querySelectorAll('main *, header *, footer *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility()) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) found.push(e.outerHTML.slice(0, 100)); }
return found.slice(0, 5);
"""


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report of one notebook with every kind of output, on the two waves of 2019."""
    folder = tmp_path_factory.mktemp("browser")
    shipped = shipped_folder("data")
    for name in ("greenbone-2019-09", "greenbone-2019-11"):
        shutil.copytree(shipped / "aggregate" / name, folder / "data" / "aggregate" / name)
    shutil.copy(shipped / "aggregate" / "measures.toml", folder / "data" / "aggregate")
    (folder / "notebooks").mkdir()
    cells = [
        "# Every kind of output\n\nA first paragraph that is long enough to be broken into lines on every screen that there is.",
        "## A chart and a table",
        "import analysis as ex\nfigures = ex.preferred(ex.panel()).query(\"survey == 'greenbone-2019-09'\")\n"
        "servers = figures.query(\"measure == 'servers_exposed' and iso3 != 'WLD'\").dropna(subset='iso3')\n"
        "ex.chart.ranking(servers, value='value')",
        "ex.table(figures[['place', 'measure', 'figure', 'value', 'low', 'high', 'source', 'locator']].head(20), name='t', title='A table')",
        "ex.finding('There are {n} figures.', n=len(figures), headline=True)",
        "## Others",
        "figures.head()",
        "print('a very long line ' * 40)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    ]
    made = [
        {"cell_type": "markdown" if source.startswith("#") else "code", "id": f"c{number}", "metadata": {}, "source": source}
        | ({} if source.startswith("#") else {"outputs": [], "execution_count": None})
        for number, source in enumerate(cells)
    ]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks" / "01_kinds.ipynb").write_text(json.dumps(notebook))
    return build(folder / "out", folder / "notebooks", data=folder / "data").out


PAGES = ("index.html", "01_kinds.html", "sources.html", "surveys/greenbone-2019-09.html")


def show(browser, page: Path, width: int, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get(page.as_uri())
    browser.execute_async_script("const done = arguments[0]; document.fonts.ready.then(() => done())")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_has_no_error(browser, report, page):
    browser.get_log("performance"), browser.get_log("browser")
    show(browser, report / page, 1280)
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert asked and all(address.startswith((report.as_uri(), "data:")) for address in asked)
    failed = [event["params"] for event in events if event["method"] == "Network.loadingFailed"]
    assert failed == []
    assert browser.execute_script("return [...document.fonts].filter(f => f.status === 'loaded').length") == 2
    assert browser.execute_script("return [...document.images].every(image => image.complete && image.naturalWidth > 0)")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_over_the_edge_or_over_something_else(browser, report, page, width):
    show(browser, report / page, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(OVER_THE_EDGE) == []
    assert browser.execute_script(OVERLAPPING) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(browser, report, page, scheme):
    show(browser, report / page, 1280, scheme)
    assert browser.execute_script(CONTRAST) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_built_for_those_who_cannot_see_it(browser, report, page):
    show(browser, report / page, 1280)
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert browser.execute_script("return document.querySelectorAll('h1').length") == 1
    assert browser.execute_script("return document.querySelectorAll('main').length") == 1
    assert browser.execute_script("return document.querySelector('body > a').getAttribute('href')") == "#content"
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = browser.execute_script("return [...document.querySelectorAll('main h1, main h2, main h3')].map(e => +e.tagName[1])")
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert browser.execute_script("return [...document.images].filter(i => !i.alt).length") == (1 if page == "01_kinds.html" else 0)
    unreachable = "return [...document.querySelectorAll('.box')].filter(b => b.scrollWidth > b.clientWidth && b.tabIndex < 0).length"
    assert browser.execute_script(unreachable) == 0


def test_a_number_leads_to_its_row(browser, report):
    show(browser, report / "01_kinds.html", 1280)
    links = browser.execute_script("return [...document.querySelectorAll('td a')].map(a => a.href)")
    assert len(links) > 10
    browser.get(links[0])
    row = browser.execute_script("return document.querySelector(':target').innerText")
    figure = browser.execute_script("return document.querySelector(':target .self').innerText")
    assert re.search(re.escape(figure), row)
    assert browser.execute_script("return document.querySelector(':target').getBoundingClientRect().top") < 900


def test_the_finding_stands_on_the_index_and_leads_to_its_page(browser, report):
    show(browser, report / "index.html", 390)
    assert "There are" in browser.execute_script("return document.querySelector('.cards li p').innerText")
    assert browser.execute_script("return document.querySelector('.cards a').getAttribute('href')") == "01_kinds.html"
