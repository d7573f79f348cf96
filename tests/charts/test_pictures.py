"""Every kind in every language and both themes against a picture that was looked at; see scripts/renew_pictures.py."""

import chart_frames as frames
import pictures
import pytest
from matplotlib.text import Text
from PIL import Image

import analysis as ex


@pytest.fixture(autouse=True)
def any_method(monkeypatch):
    frames.any_method(monkeypatch)


@pytest.mark.parametrize("kind", frames.CHARTS)
def test_the_picture_is_as_it_was(kind):
    apart = pictures.distance(Image.open(pictures.FOLDER / f"{kind}.png"), pictures.sheet(kind))
    assert apart <= pictures.TOLERANCE, "look at the chart; if the change is wanted, run scripts/renew_pictures.py"


def test_there_is_a_picture_of_every_chart_and_no_other_and_they_are_small():
    files = sorted(pictures.FOLDER.glob("*.png"))
    assert {file.stem for file in files} == set(frames.CHARTS)
    assert sum(file.stat().st_size for file in files) < 3_000_000


@pytest.mark.parametrize("theme", pictures.THEMES)
@pytest.mark.parametrize("kind", ["ranking", "timeline", "funnel", "map"])
def test_a_label_that_moved_exceeds_the_tolerance(kind, theme):
    chart = frames.CHARTS[kind](ex.chart, theme=theme)
    before = Image.fromarray(pictures.small(chart))
    labels = sorted(
        (text for text in chart.figure.findobj(Text) if text.get_text().strip() and text.axes is None),
        key=lambda text: len(text.get_text()),
    )
    # The shortest label there is: a single number, moved by the height of its line.
    moved = labels[0]
    moved.set_position((moved.get_position()[0], moved.get_position()[1] + 1.3 * moved.get_fontsize()))
    assert pictures.distance(before, Image.fromarray(pictures.small(chart))) > pictures.TOLERANCE
    assert pictures.distance(before, Image.fromarray(pictures.small(frames.CHARTS[kind](ex.chart, theme=theme)))) == 0
