"""How long the explorer takes to appear, and how long its longest task is when a reader changes something.

Each round opens the page anew in headless Chromium. What is measured: the time to the paint of the
largest element (``largest-contentful-paint``, when the view stands), and each task of each change with the layout that
follows; the page answers between tasks. The longest is told of the medians over the rounds, task by task. Chromium and
chromedriver must be installed.

Run with ``python benchmarks/explorer.py [rounds]`` on a quiet machine.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from numpy import median
from selenium import webdriver

import analysis as ex
from analysis.charts.explorer import explorer

LIMIT = 0.1
SIZE = 1_500_000
CHANGES = (
    ("measure", "studies"),
    ("place", "DEU"),
    ("measure", "servers_exposed"),
    ("place", ""),
    ("language", "de"),
    ("language", "en"),
    ("series", "cybergreen-open-services"),
    ("where", "Germany"),
    ("series", "us-breach-register"),
)
PAINT = """
const done = arguments[0];
new PerformanceObserver(list => setTimeout(() => done(list.getEntries().at(-1).startTime), 200)).observe({type: \
'largest-contentful-paint', buffered: true});
"""
CHANGE = """
const [field, value, done] = arguments, element = document.getElementById(field), steps = [];
const timed = task => { const t = performance.now(); task(); document.body.offsetHeight; \
steps.push(performance.now() - t); };
const later = setTimeout;
window.setTimeout = (task, time) => later(() => timed(task), time);
element.value = value;
timed(() => element.dispatchEvent(new Event('change')));
const wait = () => document.documentElement.dataset.busy ? later(wait, 5) : (window.setTimeout = later, done(steps));
wait();
"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--disable-gpu", "--no-sandbox", "--disable-background-networking"):
        options.add_argument(argument)
    with tempfile.TemporaryDirectory() as folder:
        page = explorer(ex.panel()).save(Path(folder) / "explorer.html")
        size = page.stat().st_size
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            paints, tasks = [], {change: [] for change in CHANGES}
            for _ in range(rounds):
                browser.get("about:blank")
                browser.get(page.as_uri())
                paints.append(browser.execute_async_script(PAINT))
                for change in CHANGES:
                    tasks[change].append(browser.execute_async_script(CHANGE, *change))
        finally:
            browser.quit()
    paint = median(paints)
    worst = max(median(rounds, axis=0).max() for rounds in tasks.values())
    print(f"explorer: {size} bytes (limit {SIZE}); painted after {paint:.0f} ms")
    print(f"explorer: longest task of a change: {worst:.0f} ms, {worst / paint:.3f} of that (target {LIMIT})")


if __name__ == "__main__":
    main()
