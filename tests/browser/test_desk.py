"""The desk in a real browser: the whole path by mouse and by keyboard alone, and what shuts readers out."""

import os
import re
import subprocess
import sys
import time
import zipfile

import pytest
from browsing import faults
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ARTICLE = """# Medical images of millions stand open

Anyone can list the examinations of 24.3 million patients. Researchers of Greenbone Networks looked at 2,300 systems.

Of these, 590 servers in 62 countries answered without a password in September 2019. They hold 737 million images.

More than half of all records lie in the United States. The list names 39 systems in Georgia.

| Country | Servers |
| --- | --- |
| Germany | 6 |
| France | 5 |
"""


class Reader:
    """A person before the desk: what is done is counted."""

    def __init__(self, browser, base, data):
        self.browser, self.base, self.data = browser, base, data
        self.clicks = self.keys = 0

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.clicks += 1
        self._going(lambda: self.find(selector).click())

    def press(self, *keys):
        """Press keys one after the other, where the focus is."""
        for key in keys:
            self.keys += 1
            self._going(ActionChains(self.browser).send_keys(key).perform)

    def alt(self, key):
        self.keys += 1
        chain = ActionChains(self.browser).key_down(Keys.ALT).send_keys(key).key_up(Keys.ALT)
        self._going(chain.perform)

    def tab_to(self, wanted):
        """Go on with Tab until an element has the focus."""
        for _ in range(80):
            if self.browser.execute_script("return document.activeElement.matches(arguments[0])", wanted):
                return
            ActionChains(self.browser).send_keys(Keys.TAB).perform()
            self.keys += 1
        raise AssertionError(f"{wanted} is not reached with Tab")

    def _going(self, act):
        """Do something; if it leads to another page, wait until that is there."""
        self.browser.execute_script("window.here = true")
        act()
        time.sleep(0.05)
        self.until(lambda: self.browser.execute_script("return document.readyState") == "complete")

    def until(self, there, seconds=40):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := there():
                    return found
            except Exception:  # noqa: BLE001 -- the page is just being replaced
                found = None
            time.sleep(0.05)
        raise AssertionError(f"it did not come: {self.browser.current_url}")

    def at(self, pattern):
        self.until(lambda: re.search(pattern, self.browser.current_url))


@pytest.fixture(scope="module")
def reader(browser, tmp_path_factory):
    pytest.importorskip("uvicorn")
    folder = tmp_path_factory.mktemp("desk")
    command = [sys.executable, "-m", "analysis", "--data", str(folder / "my-data"), "desk", "--no-browser"]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    told = subprocess.STDOUT
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True, env=environment) as running:
        try:
            lines = iter(running.stdout.readline, "")
            address = next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
            down = {"behavior": "allow", "downloadPath": str(folder)}
            browser.execute_cdp_cmd("Browser.setDownloadBehavior", down)
            look(browser, 1280, "light")
            browser.get(address)
            yield Reader(browser, address.partition("/?")[0], folder)
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def draft(reader):
    """The draft that the paths before have settled; where none of them ran in this process, one that is not settled."""
    drafts = reader.data / "my-data" / "aggregate"
    if not any(drafts.glob("*")):
        from analysis.datafolder import in_use
        from analysis.intake.draft_writing import draft_report

        article = reader.data / "article.md"
        article.write_text(ARTICLE, "utf-8")
        with in_use(reader.data / "my-data"):
            draft_report(article, drafts / "article-draft", "en")
    return next(path.name for path in sorted(drafts.iterdir()))


def look(browser, width, scheme):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def downloaded(reader, ending):
    """The one file of a kind that came down."""
    return reader.until(lambda: next(reader.data.glob(f"*{ending}"), None))


def test_the_whole_path_by_mouse(reader):
    (reader.data / "article.md").write_text(ARTICLE, "utf-8")
    reader.browser.get(f"{reader.base}/")
    reader.find("#file").send_keys(str(reader.data / "article.md"))
    reader.at("/draft/article-draft")
    assert reader.find("#row-h").text and "Saved" in reader.find(".state-line").text
    reader.click("[data-key='A']")
    reader.click("form.acts .go")
    for _ in range(20):
        if "/finish" in reader.browser.current_url:
            break
        # What can be accepted is; the rest is dropped.
        reader.click("#decide .go")
        if reader.browser.find_elements(By.ID, "fault"):
            reader.click("#decide [value=drop]")
    reader.at("/finish")
    reader.click("[data-key='v']")
    told = reader.find("main").text
    assert "“62” is a different number" in told and "countries affected: 52" in told
    reader.click(".state-line a:last-child")
    reader.at("/chart")
    reader.find("#cm").send_keys("servers reachable")
    reader.find("#per").send_keys("inhabitants")
    reader.until(lambda: reader.find("#per").get_attribute("value") == "population" and reader.find(".preview"))
    reader.click(".dl .go")
    with zipfile.ZipFile(downloaded(reader, ".zip")) as bundle:
        assert sorted(name.rpartition(".")[2] for name in bundle.namelist()) == ["csv", "json", "pdf", "png", "svg"]
    assert reader.clicks <= 30


def test_the_whole_path_by_keyboard_alone(reader):
    reader.browser.get(f"{reader.base}/")
    reader.tab_to("#text")
    reader.browser.switch_to.active_element.send_keys(ARTICLE)
    reader.keys = 0
    reader.tab_to("#drop button")
    reader.press(Keys.ENTER)
    reader.at("/draft/text-draft")
    assert reader.browser.execute_script("return document.activeElement.id") == "row"
    # A number that was left out is taken in; a key in a field is a letter and decides nothing.
    reader.press("l", "m")
    reader.press("countries")
    assert "/draft/text-draft" in reader.browser.current_url
    reader.press(Keys.ESCAPE, "n", "A", Keys.ENTER)
    reader.until(lambda: reader.find("[role=status].told").text)
    reader.press("u")
    reader.press("A", Keys.ENTER)
    # A stretch of the text is found with the arrows: the first words of the first paragraph hold no number.
    reader.press("x", Keys.ARROW_RIGHT, Keys.ENTER)
    reader.until(lambda: reader.find("#fault"))
    for _ in range(20):
        if "/finish" in reader.browser.current_url:
            break
        reader.press("d")
    reader.at("/finish")
    reader.alt("3")
    reader.at("/verdicts")
    reader.alt("4")
    reader.at("/chart")
    reader.tab_to(".dl [href*='chart.csv']")
    reader.press(Keys.ENTER)
    assert "United States" in downloaded(reader, ".csv").read_text("utf-8")
    assert reader.keys <= 120


PAGES = (
    "/",
    "/keys",
    "/draft/{0}?sheet=0",
    "/draft/{0}?n=3",
    "/draft/{0}/sure",
    "/draft/{0}/verdicts",
    "/draft/{0}/chart",
)
PAGES += ("/draft/{0}/factsheet", "/draft/{0}/finish", "/draft/{0}?show=out", "/nowhere")


@pytest.mark.parametrize("page", PAGES)
def test_nothing_shuts_a_reader_out(reader, draft, page):
    """Three widths on one load, light and dark in turn; the other half of the combinations is the next page's."""
    reader.browser.get(reader.base + page.format(draft))
    for number, width in enumerate((390, 768, 1280)):
        look(reader.browser, width, ("light", "dark")[(number + PAGES.index(page)) % 2])
        assert faults(reader.browser) == []
        assert reader.browser.execute_script("return document.documentElement.scrollWidth") <= width
