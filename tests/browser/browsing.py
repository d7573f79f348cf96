"""What every test of pages does: show a page at a size, and look for what shuts readers out."""

from pathlib import Path

AXE = Path(__file__).with_name("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def show(browser, page, width: int, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(page.as_uri())
    browser.execute_async_script("const done = arguments[0]; document.fonts.ready.then(() => done())")


def faults(browser) -> list[tuple[str, str, str]]:
    """What axe-core finds on the page shown: rule, element, what is wrong with it."""
    # Run from outside of the page, whose own policy lets no other script in.
    browser.execute_script(AXE)
    found = browser.execute_async_script("axe.run(document, {runOnly: arguments[0]}).then(arguments[1])", RULES)
    assert len(found["passes"]) > 10
    return [
        (fault["id"], fault["nodes"][0]["html"][:120], fault["nodes"][0]["failureSummary"])
        for fault in found["violations"]
    ]
