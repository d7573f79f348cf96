"""A chart's PNG: at most 256 colours, a third of the bytes of one with all of them, and nobody sees a difference."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

#: What a palette holds, and how many of it are the colours that most pixels have.
COLOURS, FREQUENT = 256, 160


def png(figure: Figure, title: str, alt: str, lang: str, pixels_each: int = 2) -> bytes:
    """So many pixels to each of the page, without transparency; title and alternative text inside."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image, PngImagePlugin

    figure.set_dpi(72 * pixels_each)
    try:
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())
    finally:
        figure.set_dpi(72)
    palette, which = in_palette(pixels[..., :3])
    picture = Image.fromarray(which, mode="P")
    picture.putpalette(palette.tobytes())
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Title", title, lang=lang)
    texts.add_itxt("Description", alt, lang=lang)
    out = io.BytesIO()
    picture.save(out, format="png", pnginfo=texts, compress_level=6, dpi=(72 * pixels_each,) * 2)
    return out.getvalue()


def in_palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The palette of a picture, and which of its colours each pixel has.

    The most frequent colours, those of all areas and lines, stay as they are, and so do those that are far from all
    that stay; others, at the edges of letters, become the nearest of these.

    Parameters
    ----------
    pixels
        Height by width by red, green and blue, as bytes.

    Returns
    -------
    palette, which
        Up to 256 colours of three bytes each; height by width, as bytes.
    """
    import numpy as np

    height, width, _ = pixels.shape
    red, green, blue = (pixels[..., channel].ravel() for channel in range(3))
    # Most pixels are paper, as the first one is: only the others are looked at.
    drawn = ((red != red[0]) | (green != green[0]) | (blue != blue[0])).nonzero()[0]
    red, green, blue = (channel[np.append(drawn, 0)].astype(np.uint32) for channel in (red, green, blue))
    packed = red << 16 | green << 8 | blue
    present, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    counts[places[-1]] += height * width - len(packed)
    colours = np.stack([present >> 16, present >> 8 & 255, present & 255], axis=1).astype(np.int32)
    kept = list(np.lexsort((present, -counts))[:FREQUENT])
    away = np.full(len(present), 1 << 20, np.int32)
    nearest = np.zeros(len(present), np.uint16)
    number = 0
    while number < len(kept):
        distance = ((colours - colours[kept[number]]) ** 2).sum(axis=1)
        nearest[distance < away] = number
        away = np.minimum(away, distance)
        number += 1
        if number == len(kept) < min(COLOURS, len(present)):
            kept.append(away.argmax())
    which = np.full(height * width, nearest[places[-1]], np.uint8)
    which[drawn] = nearest[places[:-1]]
    return colours[kept].astype(np.uint8), which.reshape(height, width)
