"""A chart in the page of another site: its frame takes the chart's height, loads nothing from elsewhere."""

import json
import re
import struct

import pytest
from browsing import faults, show


@pytest.fixture
def alone(report):
    (page,) = (report / "embed").glob("*.html")
    return page


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_frame_takes_the_height_of_the_chart(browser, report, alone, tmp_path, width):
    text = (report / "01_kinds.html").read_text("utf-8")
    code = re.search(r"<code data-embed>(.*?)</code>", text, re.DOTALL)[1]
    code = (
        code.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&").replace("&#39;", "'")
    )
    host = tmp_path / "host.html"
    head = "<!doctype html><meta name='viewport' content='width=device-width'><body style='margin:0'>"
    host.write_text(head + code.replace("embed/", f"{report.as_uri()}/embed/"), "utf-8")
    show(browser, host, width)
    high = "const done = arguments[0]; setTimeout(() => done(document.querySelector('iframe').offsetHeight), 700)"
    given = browser.execute_async_script(high)
    show(browser, alone, width)
    own = browser.execute_script("return Math.ceil(document.documentElement.getBoundingClientRect().height)")
    assert abs(given - own) <= 1 and 200 < own < 1200
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert (
        browser.execute_script(
            "return [...document.querySelectorAll('.drawing')].filter(e => e.checkVisibility()).length"
        )
        == 1
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_alone_loads_nothing_from_elsewhere_and_can_be_read(browser, report, alone, scheme):
    browser.get_log("performance"), browser.get_log("browser")
    show(browser, alone, 768, scheme)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert asked and all(address.startswith(report.as_uri()) for address in asked)
    assert faults(browser) == []


def test_the_code_names_the_whole_address_and_the_page_its_picture(browser, report):
    show(browser, report / "01_kinds.html", 1280)
    shown = browser.execute_script("return document.querySelector('[data-embed]').textContent")
    assert f'src="{report.as_uri()}/embed/01_kinds-' in shown
    told = dict(
        re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', (report / "01_kinds.html").read_text("utf-8"))
    )
    picture = (report / told["og:image"]).read_bytes()
    assert picture.startswith(b"\x89PNG") and struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert told["og:title"] and told["og:description"]
