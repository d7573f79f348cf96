"""No text can run a script: every payload in every text field, in a real browser,
with the policy of the pages and without it.
"""

import csv
import json
import shutil

import pytest
from payloads import payloads

SURVEY = """\
title = {text}
surveyor = {text}
programme = {text}
status = "published"
primary = ["{name}-report"]
scan_from = "2021-01"
scan_to = "2021-02"
asset = "dicom"
encoded = "2021-03-01"
encoding = {text}
known_errors = [{text}]

[method]
engine = {text}
ports = {text}
exposed = {text}
open = {text}
honeypots = "not stated"
duplicates = "not stated"
unit = {text}

[units]
{text} = "servers_exposed"

[[place]]
name = {text}
kind = "population"
"""


def groups(size: int = 4) -> list[str]:
    """Every payload, a few after one another in a text: a survey for each payload would take minutes to build."""
    texts = payloads()
    return [" ".join(texts[first : first + size]) for first in range(0, len(texts), size)]


def write_survey(folder, name: str, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "survey.toml").write_text(SURVEY.format(name=name, text=json.dumps(text)), "utf-8")
    tables = {
        "sources": [
            ["source", "tier", "derived_from", "published", "seen", "lang", "publisher", "title", "url", "note"],
            [f"{name}-report", "primary", "", "2021-03", "full", "en", text, text, "https://example.org/report", text],
            [
                f"{name}-paper",
                "secondary",
                f"{name}-report",
                "2021-04",
                "full",
                "en",
                text,
                text,
                "https://example.org/paper",
                text,
            ],
        ],
        "figures": [
            ["source", "place", "measure", "asset", "figure", "locator", "note"],
            [f"{name}-report", "World", "servers_exposed", "dicom", "590", text, text],
            [f"{name}-report", "Germany", "servers_exposed", "dicom", "39", text, text],
            [f"{name}-report", text, "servers_exposed", "dicom", "12", text, text],
            [f"{name}-paper", "World", "servers_exposed", "dicom", "700", text, text],
        ],
        "claims": [
            [
                "source",
                "claim",
                "relation",
                "place",
                "measure",
                "figure",
                "other_place",
                "other_measure",
                "locator",
                "quote_lang",
            ],
            [f"{name}-paper", text, "more_than", "Germany", "servers_exposed", "40", "", "", text, "en"],
        ],
    }
    for table, rows in tables.items():
        with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


#: Cells that put out every payload in every way that a notebook has.
CELLS = (
    "import json, pathlib\nimport pandas as pd\nimport analysis as ex\nfrom IPython.display import "
    "HTML, Markdown, display\n"
    "texts = json.loads(pathlib.Path('texts.json').read_text('utf-8'))",
    "for text in texts:\n    print(text)",
    "class Named:\n    def __init__(self, text): self.text = text\n    def __repr__(self): return "
    "self.text\nfor text in texts:\n    display(Named(text))",
    "for text in texts:\n    display(HTML(text))",
    "for text in texts:\n    display(HTML(f'<table><caption>{text}</caption><tr><td "
    'title="{text}">{text}</td></tr></table>\'))',
    "for text in texts:\n    display(Markdown(text))",
    "for text in texts:\n    display({'image/svg+xml': f'<svg "
    'xmlns="http://www.w3.org/2000/svg"><text>{text}</text></svg>\'}, raw=True)',
    "pd.DataFrame({'a': texts, texts[0]: texts}).style",
    "pd.set_option('display.max_rows', None, 'display.max_colwidth', None)\npd.DataFrame({'a': texts})",
    "for number, text in enumerate(texts):\n    display(ex.finding('Said: {text}', headline=True, text=text))",
    "for text in texts:\n    display(ex.table(pd.DataFrame({'a': [text], 'source': [text]}), title=text, note=text))",
    "def accepted(text):\n    try:\n        return ex.refuse_identifiers(pd.DataFrame({text: [1]})) "
    "is not None\n    except ex.IdentifierError:\n        return False\n"
    "ex.table(pd.DataFrame({text: [text] for text in texts if accepted(text)}))",
    "figures = ex.preferred(ex.panel())\nservers = figures[(figures['iso3'] != 'WLD') & "
    "figures['survey'].eq('hostile-0')].dropna(subset='iso3')\n"
    "for text in texts[::25]:\n    display(ex.chart.ranking(servers, value='value', title=text, "
    "subtitle=text, note=text))",
)


def cell(source: str, kind: str = "code", tags: tuple[str, ...] = ()) -> dict:
    made = {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source}
    return made | {"outputs": [], "execution_count": None} if kind == "code" else made


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A report of surveys and notebooks that hold every payload in every text field."""
    from analysis.datafolder import shipped_folder
    from analysis.report.build import build
    from analysis.report.inputs import Material

    folder = tmp_path_factory.mktemp("hostile")
    texts = payloads()
    for number, text in enumerate(groups()):
        write_survey(folder / "data" / "aggregate" / f"hostile-{number}", f"hostile-{number}", text)
    (folder / "data" / "series").mkdir()  # those of the package hold none of these texts
    shutil.copy(shipped_folder("data") / "aggregate" / "measures.toml", folder / "data" / "aggregate")
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "texts.json").write_text(json.dumps(texts), "utf-8")
    prose = [cell(f"# {texts[15]}\n\n{texts[20]}", "markdown"), *(cell(text, "markdown") for text in texts)]
    prose += [cell("## " + text.replace("\n", " "), "markdown") for text in texts]
    errors = [cell(f"raise ValueError({text!r})", tags=("raises-exception",)) for text in texts]
    for name, cells in (("01_prose", prose), ("02_outputs", list(map(cell, CELLS))), ("03_errors", errors)):
        content = {"cells": cells, "metadata": {"lang": texts[30]}, "nbformat": 4, "nbformat_minor": 5}
        (folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), "utf-8")
    return build(folder / "out", Material(folder / "notebooks", data=folder / "data")).out


@pytest.fixture
def watched(browser):
    """The browser, noting in each page what is called;
    the pages' policy is in force unless ``Page.setBypassCSP`` lifts it.
    """
    script = (
        "window.fired = []; for (const name of ['alert', 'confirm', 'prompt']) window[name] = value => { "
        "fired.push(String(value)); };"
    )
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    browser.execute_cdp_cmd("Page.enable", {})
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
    browser.get("about:blank")


#: Gives every element the events that a reader or the browser would, and follows no link.
PROVOKE = """
const done = arguments[0];
addEventListener('click', event => event.preventDefault(), true);
for (const element of document.querySelectorAll('*'))
  for (const type of ['mouseover', 'pointerover', 'click', 'focus', 'toggle', 'animationstart', 'begin', 'formdata', \
'load', 'error', 'start'])
    element.dispatchEvent(new Event(type));
setTimeout(() => done(fired), 30);
"""
#: Attributes that are, or lead to, a script.
RUNNABLE = """
return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on/i.test(a.name) || \
/^srcdoc$/i.test(a.name)
  || /^(src|href|xlink:href|action|formaction|data|background|poster)$/i.test(a.name)
  && /^[\\s\\x00-\\x20]*(javascript|vbscript|data:(?!image\\/(png|jpeg|svg\\+xml);base64,|\
image\\/svg\\+xml,%3C|,$))/i.test(a.value.replace(/[\\t\\n\\r]/g, '')))
  .map(a => e.tagName + ' ' + a.name + '=' + a.value)).slice(0, 5);
"""


def fired(browser, page) -> list[str]:
    browser.get(page.as_uri())
    return browser.execute_async_script(PROVOKE)


def test_the_payloads_would_run_if_a_page_took_them_as_they_are(watched, tmp_path):
    ran, runnable = set(), 0
    for number, text in enumerate(payloads(), 1000):
        page = tmp_path / f"{number}.html"
        page.write_text(f"<!doctype html><meta charset=utf-8><body>{text}", "utf-8")
        ran.update(fired(watched, page))
        runnable += bool(watched.execute_script(RUNNABLE))
    assert len(payloads()) >= 100
    assert len(ran) >= 50 and runnable >= 50
    print(
        f"{len(payloads())} payloads, of which {len(ran)} run in a bare page without a click on a link, "
        f"and {runnable} leave something to click or run"
    )


@pytest.mark.parametrize("policy", [False, True], ids=["without policy", "with policy"])
def test_no_text_runs_as_a_script(watched, site, policy):
    watched.execute_cdp_cmd("Page.setBypassCSP", {"enabled": not policy})
    pages = [page for page in sorted(site.rglob("*.html")) if page.name != "explorer.html"]
    # Beside the pages of the payloads: the report's own (index, gallery, sources, claims, corrections …), and those
    # of its charts.
    frames = list((site / "embed").rglob("*.html"))
    assert frames and len(pages) == len(groups()) + 9 + len(frames)
    for page in pages[:: 10 if policy else 1]:
        assert fired(watched, page) == [], page
        assert watched.execute_script(RUNNABLE) == [], page
        # Metadata in JSON-LD is not a script that runs, and holds nothing that could end its element.
        assert (
            watched.execute_script('return [...document.scripts].filter(s => s.type !== "application/ld+json").length')
            == 1
        )
        metadata = watched.execute_script("return [...document.scripts].filter(s => s.type).map(s => s.textContent)")
        assert all(json.loads(text) and "<" not in text for text in metadata), page
        if page.name not in ("corrections.html", "data.html"):
            assert watched.execute_script("return document.body.textContent.includes('alert(1')"), page
        assert watched.execute_script("return document.querySelectorAll('main').length") == 1, page


@pytest.mark.parametrize("policy", [False, True], ids=["without policy", "with policy"])
def test_no_text_runs_in_the_explorer(watched, site, policy):
    watched.execute_cdp_cmd("Page.setBypassCSP", {"enabled": not policy})
    assert fired(watched, site / "explorer.html") == []
    surveys = watched.execute_script("return [...document.getElementById('survey').options].map(o => o.value)")
    assert len(surveys) == len(groups())
    for survey in surveys[:: 10 if policy else 1]:
        watched.execute_script(
            "const e = document.getElementById('survey'); e.value = arguments[0]; e.dispatchEvent(new Event('change'))",
            survey,
        )
        watched.execute_async_script(
            "const done = arguments[0]; const wait = () => document.documentElement.dataset.busy ? "
            "setTimeout(wait, 5) : done(); wait()"
        )
    assert watched.execute_async_script(PROVOKE) == []
    assert watched.execute_script(RUNNABLE) == []


def test_no_picture_of_a_chart_runs_a_script(watched, site):
    watched.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    pictures = sorted(site.rglob("*.svg"))
    assert len(pictures) >= len(payloads()) // 25
    for picture in pictures:
        watched.get(picture.as_uri())
        assert watched.execute_script("return [fired, document.querySelectorAll('script').length]") == [[], 0], picture


@pytest.mark.parametrize("policy", [False, True], ids=["without policy", "with policy"])
def test_no_text_of_a_series_runs_in_the_explorer(watched, tmp_path, monkeypatch, policy):
    import analysis as ex
    from analysis.charts import explorer

    def everywhere(text):
        four = dict.fromkeys(("en", "es", "de", "fr"), text)
        breaks = [
            {"day": "2020-02-01", "date": dict.fromkeys(four, each), "reason": each, "source": each}
            for each in payloads()
        ]
        places = [{"place": each, "iso3": "", "values": [1, 2], "counted": [1, 1]} for each in (text, *payloads())]
        line = {
            "measure": text,
            "source": text,
            "label": four,
            "definition": text,
            "periods": ["2020-01", "2020-02"],
            "places": places,
        }
        lines = [line | {"breaks": breaks, "parts": [[0, 2]]}]
        return {
            "id": text,
            "title": four,
            "by": "month",
            "cited": text,
            "notes": payloads(),
            "whole": True,
            "lines": lines,
        }

    monkeypatch.setattr(explorer, "series_slice", lambda ids: [everywhere(text) for text in payloads()[:12]])
    page = explorer.explorer(ex.panel(surveys=["greenbone-2019-09"])).save(tmp_path / "explorer.html")
    watched.execute_cdp_cmd("Page.setBypassCSP", {"enabled": not policy})
    assert fired(watched, page) == [] and watched.execute_script(RUNNABLE) == []
    assert watched.execute_script("return document.querySelectorAll('#breaks li').length") == len(payloads())
    for text in payloads()[1:12]:
        watched.execute_script(
            "const e = document.getElementById('series'); e.value = arguments[0]; e.dispatchEvent(new Event('change'))",
            text,
        )
        assert watched.execute_async_script(PROVOKE) == []
