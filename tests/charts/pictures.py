"""Small pictures of charts, and how far two of them are apart."""

import io
from pathlib import Path

import chart_frames as frames
import numpy as np
from PIL import Image

import analysis as ex
from analysis.charts.chart import drawing
from analysis.language.languages import LANGUAGES

FOLDER = Path(__file__).with_name("pictures")
THEMES = ("light", "dark")
#: Dots an inch: half of a page's pixels.
SMALL = 36
#: Sides of the squares over which a difference is averaged, in pixels of the small picture.
SQUARE = 6
#: The mean difference of the worst square that passes, of 255. Other versions of fonts and renderers stay under it; a
#: label that moved by its own height does not (see the test of this).
TOLERANCE = 8.0


def small(chart):
    """The chart at half its size, as an array of rows, columns and colours."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with drawing(chart.name):
        chart.figure.set_dpi(SMALL)
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        picture = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
        chart.figure.set_dpi(72)
    return picture


def sheet(kind):
    """One kind of chart in every language (across) and both themes (down); lines of grey between."""
    rows = [[small(frames.CHARTS[kind](ex.chart, lang=lang, theme=theme)) for lang in LANGUAGES] for theme in THEMES]
    height, width = (max(picture.shape[axis] for row in rows for picture in row) for axis in (0, 1))
    whole = np.full((len(rows) * (height + 1), len(LANGUAGES) * (width + 1), 3), 128, np.uint8)
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            y, x = down * (height + 1), across * (width + 1)
            whole[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return Image.fromarray(whole).quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def encoded(picture):
    out = io.BytesIO()
    picture.save(out, format="png", optimize=True)
    return out.getvalue()


def distance(one, other):
    """The mean difference of the worst square of two pictures; infinite if they differ in size."""
    first, second = (np.asarray(picture.convert("RGB"), dtype=float) for picture in (one, other))
    if first.shape != second.shape:
        return float("inf")
    apart = np.abs(first - second).max(axis=2)
    rows, columns = (length - length % SQUARE for length in apart.shape)
    squares = apart[:rows, :columns].reshape(rows // SQUARE, SQUARE, columns // SQUARE, SQUARE).mean(axis=(1, 3))
    return float(squares.max())
