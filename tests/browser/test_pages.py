"""Every kind of page in a real browser: nothing from elsewhere, nothing over the edge, readable in light and dark."""

import itertools
import json
import re
import time

import pytest
from browsing import faults, show

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
  // A table that scrolls within a box of its own is taller than that.
  if (e.closest('.box, .exposure-table, #over-time .scroll') || f.closest('.box, .exposure-table, #over-time \
.scroll')) continue;
  if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, \
b.top) > 1)
    found.push(e.outerHTML.slice(0, 80) + ' / ' + f.outerHTML.slice(0, 80)); }
return found.slice(0, 5);
"""
CONTRAST = """
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const light = c => { const [r, g, b] = c.slice(0, 3).map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + \
0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if \
(c.length < 4 || c[3] > 0) return c; }
  return [255, 255, 255]; };
const found = [];
for (const e of document.querySelectorAll('main *, header *, footer *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility()) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) found.push(e.outerHTML.slice(0, 100)); }
return found.slice(0, 5);
"""


PAGES = (
    "index.html",
    "01_kinds.html",
    "gallery.html",
    "sources.html",
    "claims.html",
    "corrections.html",
    "data.html",
    "surveys/greenbone-2019-09.html",
    "explorer.html",
)
#: The pages that are made from templates of the report.
OF_TEMPLATES = PAGES[:-1]


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
    # The site's own typeface; the others are the machine's, which keep its room until it is there.
    own = "return [...document.fonts].filter(f => f.status === 'loaded' && f.family.includes('Inter')).length"
    assert browser.execute_script(own) == 2
    assert browser.execute_script(
        "return [...document.images].every(image => image.complete && image.naturalWidth > 0)"
    )


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
    browser.execute_script("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert browser.execute_script(CONTRAST) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_of_wcag_2_2_aa(browser, report, page, scheme):
    show(browser, report / page, 1280, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert faults(browser) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, report, page):
    show(browser, report / page, 1280)
    wanted = browser.execute_script(
        "return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && (e.type !== 'radio' || "
        "e.checked)).length"
    )
    active = webdriver_keys(browser, min(wanted, 120))
    assert len({element for element, _ in active}) >= min(wanted, 120) - 2  # a button of a group may come twice
    assert all(outlined for _, outlined in active)
    assert active[0][0].startswith('<a class="skip"')


def webdriver_keys(browser, count: int) -> list[tuple[str, bool]]:
    """Press the tabulator so often; what has the focus each time, and whether it is marked."""
    tab = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    told = []
    for _ in range(count):
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", **tab})
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **tab})
        told.append(
            tuple(
                browser.execute_script(
                    "const e = document.activeElement; const n = [...document.querySelectorAll('*')].indexOf(e);"
                    "return [e.outerHTML.slice(0, 60) + n, getComputedStyle(e).outlineStyle !== 'none']"
                )
            )
        )
    return told


@pytest.mark.parametrize("page", PAGES)
def test_nothing_moves_while_a_page_is_laid_out(browser, report, page):
    show(browser, report / page, 1280)
    shifts = browser.execute_async_script(
        "const done = arguments[0]; let sum = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value)).observe({type: "
        "'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 150)"
    )
    assert shifts < 0.02


@pytest.mark.parametrize("page", PAGES)
def test_no_script_but_our_own_can_run(browser, report, page):
    show(browser, report / page, 1280)
    browser.get_log("browser")
    ran = browser.execute_async_script(
        "const done = arguments[0]; const s = document.createElement('script'); s.append('window.ran = true');"
        "document.head.append(s); setTimeout(() => done(window.ran === true), 20)"
    )
    assert ran is False
    # Nor does the page take a text for HTML, should a script of ours ever be made to.
    refused = browser.execute_script(
        "try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (error) { return error.name; }"
    )
    assert refused == "TypeError"
    assert "The action has been blocked" in browser.get_log("browser")[0]["message"]


def test_a_table_sorts_and_filters(browser, report):
    show(browser, report / "surveys/greenbone-2019-09.html", 1280)
    column = (
        "const t = document.querySelector('#figures ~ .box table');"
        "return [...t.tBodies[0].rows].filter(r => !r.hidden).map(r => parseFloat(r.cells[3].dataset.value))"
    )
    button = "document.querySelectorAll('#figures ~ .box thead button')[3].click();"
    before = browser.execute_script(column)
    browser.execute_script(button)
    assert browser.execute_script(column) == sorted(before)
    browser.execute_script(button)
    assert browser.execute_script(column) == sorted(before, reverse=True)
    assert (
        browser.execute_script("return document.querySelector('[aria-sort]').getAttribute('aria-sort')") == "descending"
    )
    typed = (
        "const i = document.querySelector('#figures ~ .tools input'); i.value = 'turkiye'; "
        "i.dispatchEvent(new Event('input'));"
    )
    browser.execute_script(typed)
    assert 0 < len(browser.execute_script(column)) < len(before)
    assert f"of {len(before)} rows" in browser.execute_script(
        "return document.querySelector('#figures ~ .tools output').textContent"
    )


def test_light_and_dark_are_chosen_and_remembered(browser, report):
    show(browser, report / "index.html", 1280)
    paper = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(paper)
    browser.execute_script("document.getElementById('theme').click()")
    dark = browser.execute_script(paper)
    assert light != dark
    try:
        for page in ("sources.html", "explorer.html"):
            # What one page stores reaches the process of another after a moment.
            for _ in range(50):
                browser.get((report / page).as_uri())
                if browser.execute_script("return document.documentElement.dataset.theme"):
                    break
                time.sleep(0.1)
            assert browser.execute_script(paper) == dark
    finally:
        browser.execute_script("localStorage.clear()")


def test_every_number_of_a_survey_leads_to_its_row(browser, report):
    show(browser, report / "surveys/greenbone-2019-09.html", 1280)
    lost = browser.execute_script(
        "return [...document.querySelectorAll('td a[href^=\"#row-\"]')].filter(a => "
        "!document.querySelector(a.getAttribute('href'))).length"
    )
    assert lost == 0
    for heading in ("unpublished", "conflicts"):
        linked = f"return document.querySelectorAll('#{heading} ~ .box td a[href*=\"#row-\"]').length"
        rows = f"return document.querySelectorAll('#{heading} ~ .box tbody tr').length"
        assert browser.execute_script(linked) >= browser.execute_script(rows)


def test_the_numbers_of_a_chart_lead_to_their_rows(browser, report):
    show(browser, report / "01_kinds.html", 1280)
    rows = browser.execute_script("return document.querySelectorAll('.numbers tbody tr').length")
    links = browser.execute_script(
        "return [...document.querySelectorAll('.numbers td a')].map(a => [a.textContent, a.title, a.href])"
    )
    assert rows == len(links) > 10
    assert all(text in title for text, title, _ in links)
    browser.get(links[0][2])
    assert links[0][0] in browser.execute_script("return document.querySelector(':target').innerText")


@pytest.mark.parametrize("page", OF_TEMPLATES)
def test_a_page_is_built_for_those_who_cannot_see_it(browser, report, page):
    show(browser, report / page, 1280)
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert browser.execute_script("return document.querySelectorAll('h1').length") == 1
    assert browser.execute_script("return document.querySelectorAll('main').length") == 1
    assert browser.execute_script("return document.querySelector('body > a').getAttribute('href')") == "#content"
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = browser.execute_script(
        "return [...document.querySelectorAll('main h1, main h2, main h3')].map(e => +e.tagName[1])"
    )
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert browser.execute_script("return [...document.images].filter(i => !i.alt).length") == (
        1 if page == "01_kinds.html" else 0
    )
    unreachable = (
        "return [...document.querySelectorAll('.box')].filter(b => b.scrollWidth > b.clientWidth && "
        "b.tabIndex < 0).length"
    )
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


def test_the_code_of_a_page_is_folded_once_behind_its_results(report):
    text = (report / "01_kinds.html").read_text("utf-8")
    assert text.count('<details class="code">') == 1
    assert text.index('<details class="code">') > max(text.rindex('class="result"'), text.rindex('class="drawings"'))


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (768, "light"), (1280, "dark")])
def test_one_drawing_of_a_chart_is_shown_with_letters_to_be_read_in_the_colours_of_the_page(
    browser, report, width, scheme
):
    show(browser, report / "01_kinds.html", width, scheme)
    seen = browser.execute_script(
        "return [...document.querySelectorAll('svg.drawing')].filter(e => e.checkVisibility()).map(e => "
        "[e.getBoundingClientRect().width / e.viewBox.baseVal.width * Math.min(...[...e.querySelectorAll('text')]"
        ".map(t => parseFloat(getComputedStyle(t).fontSize))), getComputedStyle(e.querySelector('path')).fill])"
    )
    assert len(seen) == 1
    assert seen[0][0] >= 11.5
    assert seen[0][1] == ("rgb(20, 23, 27)" if scheme == "dark" else "rgb(255, 255, 255)")
