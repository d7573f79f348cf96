"""Colours that every reader can tell apart, and a typeface that has every character."""

import itertools

import numpy as np
import pytest

from analysis.charts import style
from analysis.charts.letters import FONTS

THEMES = list(style.THEMES)
# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "greyscale": [[0.2126, 0.7152, 0.0722]] * 3,
}


def seen(colour, blindness):
    linear = np.array([style._linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5)])
    shown = np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1)
    return "#" + "".join(f"{round(255 * style._curve(x)):02x}" for x in shown)


def distance(one, other):
    """In Oklab, a hundred times: 2 is just seen."""
    return 100 * float(np.linalg.norm(np.subtract(style.oklab(one), style.oklab(other))))


def test_contrast_is_that_of_the_guidelines():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable(name):
    theme = style.theme(name)
    assert style.contrast(theme.text, theme.paper) >= 7
    assert style.contrast(theme.muted, theme.paper) >= 4.5
    assert style.contrast(theme.accent, theme.paper) >= 4.5
    for colour in theme.verdicts:
        assert style.contrast(theme.readable_on(colour), colour) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_from_the_paper(name):
    theme = style.theme(name)
    for colour in (theme.outline, theme.hatch, theme.accent, theme.second, theme.quiet, *theme.verdicts):
        assert style.contrast(colour, theme.paper) >= 3
    assert style.contrast(theme.hatch, theme.land) >= 2.8


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("classes", range(2, 8))
@pytest.mark.parametrize("name", THEMES)
def test_neighbouring_classes_differ_for_every_reader(name, classes, blindness):
    colours = [seen(colour, blindness) for colour in style.theme(name).classes(classes)]
    assert min(distance(a, b) for a, b in itertools.pairwise(colours)) >= 5
    lightness = [style.oklab(colour)[0] for colour in colours]
    assert lightness == sorted(lightness, reverse=name == "light")


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("name", THEMES)
def test_verdicts_side_by_side_differ_for_every_reader(name, blindness):
    colours = [seen(colour, blindness) for colour in style.theme(name).verdicts]
    assert min(distance(a, b) for a, b in itertools.pairwise(colours)) >= 5


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("name", THEMES)
def test_marks_differ_from_one_another_for_every_reader(name, blindness):
    theme = style.theme(name)
    colours = [seen(colour, blindness) for colour in (theme.accent, theme.second, theme.quiet)]
    assert min(distance(a, b) for a, b in itertools.combinations(colours, 2)) >= 5


@pytest.mark.parametrize("weight", [style.REGULAR, style.SEMIBOLD])
def test_the_typeface_has_every_character_of_the_four_languages(weight):
    from babel import Locale
    from fontTools.ttLib import TTFont

    needed = set("–—‘’‚“”„…·•×−≈≤≥<>→½€«»¿¡\u00a0\u202f\u2009ßŒœÆæ")
    for lang in ("en", "es", "de", "fr"):
        names = [*Locale(lang).territories.values(), *Locale(lang).months["format"]["wide"].values()]
        needed |= set("".join(names))
    font = TTFont(FONTS / f"{style.FILES[weight]}.ttf")
    assert {sign for sign in needed if ord(sign) not in font.getBestCmap()} == set()


def test_figures_have_one_width():
    assert len({style.text_width(digit * 10, 14) for digit in "0123456789"}) == 1


def test_text_is_measured_the_same_after_something_else_was_drawn():
    before = style.text_width("Servers reachable", 13)
    style.text_width.cache_clear()
    from chart_frames import panel

    import analysis as ex

    ex.chart.ranking(panel()).files()
    style.text_width.cache_clear()
    assert style.text_width("Servers reachable", 13) == before


@pytest.mark.parametrize(("what", "name"), [(style.theme, "sepia"), (style.size, "huge")])
def test_unknown_names_are_refused_with_the_known_ones(what, name):
    with pytest.raises(style.DataError, match="choose one of"):
        what(name)
