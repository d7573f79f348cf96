"""The palette of a chart's PNG: what is frequent stays as it is, and nothing comes out in a colour that is far off."""

import numpy as np

from analysis.charts.png import COLOURS, in_palette


def test_a_picture_of_few_colours_stays_as_it_is():
    pixels = np.random.default_rng(1).choice(np.array([[255, 255, 255], [10, 90, 156], [0, 0, 1]], np.uint8), (40, 30))
    palette, which = in_palette(pixels)
    assert len(palette) == 3 and (palette[which] == pixels).all()


def test_areas_stay_as_they_are_and_no_edge_is_far_from_its_colour():
    # Three hundred shades between white and blue, each rare, and one bright dot, on paper.
    steps = np.linspace(0, 1, 300)[:, None]
    shades = (255 + steps * (np.array([10, 90, 156]) - 255)).astype(np.uint8)
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[50, :], pixels[51, :], pixels[52, :] = shades[:100], shades[100:200], shades[200:]
    pixels[0, 0] = 0, 255, 0
    palette, which = in_palette(pixels)
    assert len(palette) == COLOURS
    off = np.abs(palette[which].astype(int) - pixels.astype(int)).max(axis=2)
    assert off[53:].max() == 0 and off[0, 0] == 0
    assert off.max() <= 4
