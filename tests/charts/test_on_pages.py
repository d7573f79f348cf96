"""The drawings of a chart that a page holds: three widths, each laid out again, in the colours of the page."""

import functools
import re
import xml.etree.ElementTree as ET

import chart_frames as frames
import pytest

import analysis as ex
from analysis.charts import drawings_kept, style, svg
from analysis.report.drawings import drawings


@pytest.fixture(autouse=True)
def any_method(monkeypatch):
    frames.any_method(monkeypatch)


CHARTS = {name: functools.partial(drawn, ex.chart) for name, drawn in frames.CHARTS.items()}
#: The smallest letters of a note on a screen, in pixels.
SMALLEST = 11.5


@pytest.mark.parametrize("kind", CHARTS)
def test_every_kind_is_drawn_in_three_widths_for_both_colours(kind):
    drawn = CHARTS[kind]().on_pages()
    assert list(drawn) == ["wide", "medium", "narrow"]
    for width, text in drawn.items():
        root = ET.fromstring(text)
        assert float(root.get("viewBox").split()[2]) == style.size(width).width
        letters = [float(size) for size in re.findall(r"font(?:-size)?: (?:\d+ )?([\d.]+)px", text)]
        assert letters and min(letters) >= SMALLEST
        # Paper and text of both themes; no typeface of its own.
        assert "light-dark(#ffffff,#14171b)" in text and "light-dark(#1b1f24,#f1f3f5)" in text
        assert "@font-face" not in text


@pytest.mark.parametrize("kind", CHARTS)
def test_one_drawing_for_both_themes_is_what_each_theme_draws_alone(kind):
    both = CHARTS[kind]().on_pages()["narrow"]
    for number, theme in enumerate(style.THEMES, 1):
        chart = CHARTS[kind](theme=theme, size="narrow")
        name, chart.name = chart.name, f"{chart.name}-narrow"
        alone = svg.on_page(chart.svg(), "narrow")
        told = re.sub(r"light-dark\((#\w{6}),(#\w{6})\)", rf"\{number}", both)
        # Title and description are those of the chart itself, which a page has in another width; and nobody adds to a
        # drawing of a page, so that it has no invisible axes.
        described = re.compile(r"<title .*?</desc>|<g/>\n", re.DOTALL)
        assert described.sub("", told) == described.sub("", alone), name


def test_a_dark_notebook_shows_a_dark_chart_and_a_chart_that_is_dark_by_choice_stays_so():
    shown = CHARTS["ranking"]()._repr_mimebundle_()[0]["text/html"]
    assert "light-dark(#ffffff,#14171b)" in shown
    assert '[data-jp-theme-light="false"] .exposure-chart' in shown and 'class="exposure-chart"' in shown
    chosen = CHARTS["ranking"](theme="dark")._repr_mimebundle_()[0]["text/html"]
    assert "light-dark" not in chosen and "#14171b" in chosen


def test_a_chart_changed_by_hand_is_not_drawn_anew():
    chart = CHARTS["ranking"]()
    assert chart.on_pages()
    chart.ax.plot([0, 1], [0, 1])
    assert chart.on_pages() == {}
    assert "d=" in chart.svg() and chart.on_pages() == {}


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        '<a href="https://example.org"><path d="M0 0"/></a>',
        '<path d="M0 0" onclick="alert(1)"/>',
        '<image href="https://example.org/x.png"/>',
        '<path style="fill: url(https://example.org/#x)"/>',
        '<path style="fill: u\\72l(https://example.org/#x)"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="x.svg#a"/>',
        "<style>body { display: none }</style>",
        "<foreignObject><p>x</p></foreignObject>",
        "<path>",
    ],
)
def test_a_drawing_that_holds_anything_but_shapes_and_texts_is_not_taken_into_a_page(tmp_path, part):
    drawn = dict.fromkeys(style.ON_PAGES, '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
    file = tmp_path / f"x{drawings_kept.ENDING}"
    file.write_bytes(drawings_kept.packed(drawn))
    assert len(drawings(tmp_path, "x")) == 3
    drawn["narrow"] = f'<svg xmlns="http://www.w3.org/2000/svg">{part}</svg>'
    file.write_bytes(drawings_kept.packed(drawn))
    assert drawings(tmp_path, "x") == []
    file.write_bytes(b"no archive")
    assert drawings(tmp_path, "x") == []
