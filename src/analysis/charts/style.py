"""One look for all charts: typeface, colours of the light and the dark theme, sizes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from .letters import FAMILIES, FILES_FURTHER, FONTS, families

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font, LoadFlags

REGULAR, SEMIBOLD = 400, 700
FILES = {REGULAR: "Inter-Regular", SEMIBOLD: "Inter-SemiBold"}


@dataclass(frozen=True)
class Theme:
    """The colours of a theme, as ``#rrggbb``."""

    paper: str
    text: str
    muted: str
    """Second text: subtitles, notes."""
    grid: str
    outline: str
    """Borders of countries and squares; at least 3:1 on paper."""
    land: str
    """Ground of places without a figure, under their hatch."""
    hatch: str
    accent: str
    """The mark that the finding is about."""
    second: str
    """A second mark, told from the first by every reader."""
    quiet: str
    """Marks that the finding is not about; at least 3:1 on paper."""
    ramp: tuple[str, ...]
    """Ends and middle of the scale of classes, from low to high."""
    verdicts: tuple[str, ...]
    """supported, within rounding, definition differs, contradicted, not checkable."""

    def classes(self, count: int) -> list[str]:
        """The colours of so many classes, evenly spaced in the theme's scale (interpolated in Oklab).

        Up to seven can be told apart by every reader (the tests measure it); the map refuses more.
        """
        import numpy as np

        stops = np.array([oklab(colour) for colour in self.ramp])
        at = np.linspace(0, len(stops) - 1, count) if count > 1 else np.array([len(stops) - 2.0])
        return [_hex([np.interp(x, range(len(stops)), stops[:, i]) for i in range(3)]) for x in at]

    def readable_on(self, colour: str) -> str:
        """Black or white, whichever reads better on a colour."""
        return max(("#14171b", "#ffffff"), key=lambda text: contrast(text, colour))


LIGHT = Theme(
    paper="#ffffff",
    text="#1b1f24",
    muted="#565d66",
    grid="#d8dce1",
    outline="#7a828c",
    land="#f4f4f2",
    hatch="#8b929b",
    accent="#0a5a9c",
    second="#c2410c",
    quiet="#7d858f",
    ramp=("#e4ecc0", "#8ccaad", "#3a93b0", "#27538f", "#25184f"),
    verdicts=("#124a72", "#3878a3", "#b4850f", "#b02c0a", "#8b939d"),
)
DARK = Theme(
    paper="#14171b",
    text="#f1f3f5",
    muted="#b4bbc4",
    grid="#373d45",
    outline="#868e98",
    land="#23272d",
    hatch="#717983",
    accent="#6cb6f2",
    second="#ffb98a",
    quiet="#8f98a3",
    ramp=("#2d3f66", "#2f6f8f", "#45a08f", "#97cc7c", "#f6f0b0"),
    verdicts=("#8fcbf2", "#4a90bd", "#d9a52e", "#f0764a", "#7d8692"),
)
THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True)
class Size:
    """A canvas in CSS pixels (1/96 inch on screen, taken as points); ``height`` None: as the content needs."""

    width: float
    height: float | None
    text: float
    """Size of labels, in pixels; titles and notes follow from it."""
    margin: float
    heading: float | None = None
    """Size of titles; None: in proportion to the text."""

    @property
    def title(self) -> float:
        """Size of titles."""
        return round(1.62 * self.text, 1) if self.heading is None else self.heading

    @property
    def note(self) -> float:
        """Size of notes."""
        return round(0.86 * self.text, 1)

    @property
    def narrow(self) -> bool:
        """Whether names and marks have no room beside one another."""
        return self.width < 26 * self.text


SIZES = {
    "web": Size(800, None, 13.5, 24),
    "print": Size(510, None, 8.8, 12),
    "social": Size(1200, 630, 20, 36),
    "square": Size(1080, 1080, 22, 44),
    "wide": Size(888, None, 15, 4, 24),
    "medium": Size(568, None, 15, 4, 21),
    "narrow": Size(312, None, 15, 4, 19),
}
#: What a page has of each chart; it shows the one that fits.
ON_PAGES = ("wide", "medium", "narrow")


def theme(name: str) -> Theme:
    """The theme ``light`` or ``dark``; DataError for another name."""
    return _named(THEMES, name, "theme")


def size(name: str) -> Size:
    """The size of a name: ``web`` …, for the columns of pages ``wide`` …; DataError for another name."""
    return _named(SIZES, name, "size")


def _named(known: dict[str, Any], name: str, what: str) -> Any:
    if name not in known:
        raise DataError(f"there is no {what} {name!r}", remedy=f"choose one of {', '.join(known)}")
    return known[name]


#: By how much of its size a text may be wider or narrower than its letters' advances: ten times what was seen.
_BESIDE_ITS_ADVANCE = 0.1
#: What drawing and saving need; put in force only while we draw, so that a user's own settings stay.
RC = {
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "path.simplify": False,
    "text.hinting": "no_hinting",
    "text.usetex": False,
    "text.parse_math": False,
    "axes.formatter.use_locale": False,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.6,
    "patch.antialiased": True,
    "savefig.dpi": "figure",
    "savefig.bbox": None,
    "agg.path.chunksize": 0,
    "font.family": list(FAMILIES),
    "font.weight": REGULAR,
}


def font(weight: int, text: str = "") -> FontProperties:
    """Matplotlib's font properties for a weight of our typeface, with those that a text in another script needs."""
    return _font(weight, families(text))


@functools.cache
def _font(weight: int, names: tuple[str, ...]) -> FontProperties:
    from matplotlib.font_manager import FontProperties, fontManager

    present = {entry.fname for entry in fontManager.ttflist}
    for path in (FONTS / f"{name}.ttf" for name in FILES.values()):
        if str(path) not in present:
            fontManager.addfont(path)
    for path in FILES_FURTHER.values():
        if str(path) not in present:
            fontManager.addfont(path)
            # It has one weight, which stands for both.
            fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=SEMIBOLD))
    return FontProperties(family=list(names), weight=weight)


@functools.lru_cache(maxsize=8192)
def text_width(text: str, size: float, weight: int = REGULAR) -> float:
    """How wide a line of text is, in pixels, as the fonts measure it."""
    import warnings

    face = _face(weight, families(text))
    face.set_size(100, 72)  # the face is matplotlib's own, which sets it to other sizes when it draws
    with warnings.catch_warnings():
        # A script that neither font has: its boxes are measured, and a browser shows its own font.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        face.set_text(text, 0.0, flags=_no_hinting())
    return face.get_width_height()[0] / 64 * size / 100


def fits(text: str, width: float, size: float, weight: int = REGULAR) -> bool:
    """Whether a line of text is at most so wide, as :func:`text_width` measures it.

    Most texts are far from the width, so that the sum of their letters' advances tells; what is near is measured.
    """
    about = _advance(text, weight)
    if about is None or abs(about * size / 100 - width) <= _BESIDE_ITS_ADVANCE * size:
        return text_width(text, size, weight) <= width
    return about * size / 100 < width


def _advance(text: str, weight: int) -> float | None:
    """By how much a text moves the pen, at a size of 100 pixels; None if it has letters of another typeface."""
    letters = [_advance_of(letter, weight) for letter in text]
    if None in letters:
        return None
    return sum(filter(None, letters)) + sum(_kerning(*pair, weight) for pair in pairwise(text))


@functools.cache
def _advance_of(letter: str, weight: int) -> float | None:
    face = _face(weight)
    face.set_size(100, 72)
    if not face.get_char_index(ord(letter)):
        return None
    return float(face.load_char(ord(letter), flags=_no_hinting()).linearHoriAdvance / 65536)


@functools.cache
def _kerning(one: str, other: str, weight: int) -> float:
    from matplotlib.ft2font import Kerning

    face = _face(weight)
    face.set_size(100, 72)
    return face.get_kerning(face.get_char_index(ord(one)), face.get_char_index(ord(other)), Kerning.DEFAULT) / 64


@functools.cache
def _face(weight: int, names: tuple[str, ...] = FAMILIES) -> FT2Font:
    from matplotlib.font_manager import fontManager, get_font

    return get_font(fontManager._find_fonts_by_props(_font(weight, names)))


@functools.cache
def _no_hinting() -> LoadFlags:
    from matplotlib.ft2font import LoadFlags

    return LoadFlags.NO_HINTING


def oklab(colour: str) -> tuple[float, float, float]:
    """A colour in Oklab (Ottosson 2020), in which distances are about what the eye sees."""
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _hex(lab: Sequence[float]) -> str:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _curve(min(max(x, 0), 1))):02x}" for x in linear)


def _linear(x: float) -> float:
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


def _curve(x: float) -> float:
    return 12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2: from 1 (the same) to 21 (black on white)."""

    def luminance(colour: str) -> float:
        r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
