"""Take the picture of the desk for README, tutorial and docs, from the desk itself on the tutorial's own article.

Usage: python scripts/make_desk_picture.py

It needs the extra ``desk``, selenium, Chromium and its driver. The article is written for the tutorial; its numbers are
published ones. What changes from day to day (the time of the last save) is not shown.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parents[1]
PICTURE = HERE / "docs" / "images" / "desk.png"
WIDTH, HEIGHT = 1100, 840
#: So many colours keep the text sharp and the file small.
COLOURS = 128


def article() -> str:
    """The article that the tutorial has its readers paste."""
    told = (HERE / "docs" / "tutorials" / "desk.md").read_text("utf-8")
    return told.partition("```markdown\n")[2].partition("```")[0]


def taken(address: str) -> bytes:
    """The page of the numbers as a browser shows it."""
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(address)
        browser.find_element(By.ID, "text").send_keys(article())
        browser.find_element(By.CSS_SELECTOR, "#drop button").click()
        WebDriverWait(browser, 60).until(lambda _: browser.find_elements(By.ID, "row-h"))
        browser.execute_script("document.querySelector('.state-line .m').style.visibility = 'hidden'; scrollTo(0, 0)")
        browser.execute_async_script("document.fonts.ready.then(arguments[0])")
        return browser.get_screenshot_as_png()
    finally:
        browser.quit()


def main() -> None:
    """Run the desk on a folder of its own, take the picture and end it."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "analysis", "--data", f"{folder}/my-data", "desk", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
            try:
                lines = iter(running.stdout.readline, "")
                address = next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
                shot = taken(address)
            finally:
                running.terminate()
    PICTURE.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(HERE)}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
