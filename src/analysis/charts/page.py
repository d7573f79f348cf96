"""The canvas of a chart: everything placed in pixels from the top left, every text measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from .style import REGULAR, SEMIBOLD, Size, Theme, fits, font, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

LEADING = 1.3
#: From the top of a line of text to its baseline, in sizes of the text.
ASCENT = 0.97
#: Lines of the name of a panel at most.
HEAD_LINES = 4


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass
class Page:
    """A matplotlib figure on which things are placed in pixels from the top left."""

    size: Size
    theme: Theme
    height: float
    bare: bool = False
    """Whether nobody will add to what is drawn, so that it needs no axes."""
    figure: Figure = field(init=False)
    transform: Transform = field(init=False)

    def __post_init__(self) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        # 72 dots an inch: pixels are points, in every format.
        self.figure = Figure(figsize=(self.size.width / 72, self.height / 72), dpi=72, facecolor=self.theme.paper)
        self.transform = Affine2D().scale(1 / 72, -1 / 72).translate(0, self.height / 72) + self.figure.dpi_scale_trans

    def text(
        self,
        x: float,
        y: float,
        string: str,
        *,
        size: float | None = None,
        colour: Any = None,
        weight: int = REGULAR,
        align: str = "left",
        gid: str | None = None,
    ) -> None:
        """One line of text with its baseline at ``y``; ``align`` is left, center or right of ``x``.

        A line that would reach over an edge of the page is moved back onto it.
        """
        from matplotlib.text import Text

        wide = text_width(string, size or self.size.text, weight)
        before = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * wide
        x = max(min(x, self.size.width - wide + before), before)
        self.figure.add_artist(
            Text(
                round(x, 1),
                round(y, 1),
                string,
                color=colour or self.theme.text,
                ha=align,
                va="baseline",
                fontproperties=font(weight, string).copy(),
                fontsize=size or self.size.text,
                transform=self.transform,
                transform_rotates_text=False,
                parse_math=False,
                zorder=6,
                gid=gid,
            )
        )

    def paragraph(self, x: float, y: float, lines: Sequence[str], *, size: float, **style: Any) -> float:
        """Lines of text, the first with its top at ``y``; the bottom of the last is returned."""
        for number, line in enumerate(lines):
            self.text(x, y + ASCENT * size + number * LEADING * size, line, size=size, **style)
        return y + LEADING * size * len(lines)

    def segments(
        self, pairs: Any, *, colour: Any, width: Any = 1.0, order: float = 2, caps: Any = "butt", dashes: Any = "solid"
    ) -> None:
        """Straight lines, each from (x, y) to (x, y)."""
        from matplotlib.collections import LineCollection

        if len(pairs):
            lines = LineCollection(
                pairs,
                colors=colour,
                linewidths=width,
                transform=self.transform,
                zorder=order,
                capstyle=caps,
                linestyles=dashes,
            )
            self.figure.add_artist(lines)

    def rectangles(
        self,
        boxes: Sequence[Box],
        *,
        face: Any,
        edge: Any = "none",
        width: Any = 0.0,
        order: float = 2,
        hatch: str | None = None,
    ) -> None:
        """Rectangles of one colour or of a list of colours."""
        self.shapes(
            [[(b.x, b.y), (b.right, b.y), (b.right, b.bottom), (b.x, b.bottom), (b.x, b.y)] for b in boxes],
            face=face,
            edge=edge,
            width=width,
            order=order,
            hatch=hatch,
        )

    def strokes(self, pairs: Sequence[Any], *, colour: Any, width: Any, order: float = 2) -> None:
        """Straight strokes of one colour and width as a single shape, so that thousands of them stay a small file."""
        from matplotlib.path import Path

        if len(pairs):
            ends = [end for pair in pairs for end in pair]
            self.shapes(
                [Path(ends, [Path.MOVETO, Path.LINETO] * len(pairs))],
                face="none",
                edge=colour,
                width=width,
                order=order,
            )

    def shapes(
        self,
        outlines: Any,
        *,
        face: Any,
        edge: Any = "none",
        width: Any = 0.0,
        order: float = 2,
        hatch: str | None = None,
        inside: Box | None = None,
    ) -> None:
        """Closed shapes: lists of points, or matplotlib paths; what is not ``inside`` a box is cut off."""
        from matplotlib.collections import PathCollection
        from matplotlib.patches import Rectangle
        from matplotlib.path import Path

        if not len(outlines):
            return
        paths = [shape if isinstance(shape, Path) else Path(shape, closed=True) for shape in outlines]
        style = {"hatch": hatch, "hatchcolor": self.theme.hatch} if hatch else {}
        drawn = PathCollection(
            paths,
            facecolors=face,
            edgecolors=edge,
            linewidths=width,
            zorder=order,
            transform=self.transform,
            joinstyle="round",
            **style,
        )
        self.figure.add_artist(drawn)
        if inside is not None:
            drawn.set_clip_path(Rectangle((inside.x, inside.y), inside.width, inside.height, transform=self.transform))

    def circles(
        self,
        centres: Any,
        radii: Any,
        *,
        face: Any,
        edge: Any = "none",
        width: Any = 0.0,
        order: float = 4,
        inside: Box | None = None,
    ) -> None:
        """Circles of given radii in pixels."""
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        unit = Path.unit_circle()
        shapes = [
            Affine2D().scale(r).translate(x, y).transform_path(unit) for (x, y), r in zip(centres, radii, strict=True)
        ]
        self.shapes(shapes, face=face, edge=edge, width=width, order=order, inside=inside)

    def axes(
        self, box: Box, xlim: tuple[float, float] = (0, 1), ylim: tuple[float, float] = (0, 1), xscale: str = "linear"
    ) -> Axes | None:
        """An invisible pair of matplotlib axes over a box, for those who want to add to a chart; none if it is bare."""
        if self.bare:
            return None
        axes = self.figure.add_axes(
            (
                box.x / self.size.width,
                1 - box.bottom / self.height,
                box.width / self.size.width,
                box.height / self.height,
            ),
            frame_on=False,
            xscale=xscale,
            xlim=xlim,
            ylim=ylim,
        )
        axes.set_axis_off()
        return axes


def columns_of(count: int, size: Size, height: float | None, least: float) -> int:
    """How many of so many panels side by side: as many as leave each a little wider than high, and ``least`` high."""
    width = size.width - 2 * size.margin
    most = max(1, min(count, int(width / (8.5 * size.text))))
    if height is None:
        return min(most, 4 if count != 3 else 3)
    high_enough = [n for n in range(1, most + 1) if height / -(-count // n) >= least]
    return min(high_enough or [most], key=lambda n: abs(math.log((width / n) / (height / -(-count // n)) / 1.3)))


def heads_in_lines(names: Sequence[str], columns: int, size: Size, gap: float) -> tuple[list[list[str]], float, float]:
    """The names of panels side by side in lines, the size of their letters, and their height beyond the first line.

    Letters are smaller where a word would have to be divided.
    """
    width = (size.width - 2 * size.margin - (columns - 1) * gap * size.text) / columns
    widest = max((longest_word(name, size.text, SEMIBOLD) for name in names), default=0.0)
    letters = size.text * min(1.0, width / widest) if widest else size.text
    letters = max(size.note, math.floor(10 * letters) / 10)
    heads = [in_lines(name, width, letters, HEAD_LINES, SEMIBOLD) for name in names]
    return heads, letters, LEADING * letters * (max(map(len, heads), default=1) - 1)


def wrap(text: str, width: float, size: float, weight: int = REGULAR) -> list[str]:
    """The text in lines of at most ``width`` pixels; a longer word is divided, where it can be at a hyphen."""
    lines: list[str] = []
    line = ""
    for whole in text.split(" "):
        word = whole
        candidate = f"{line} {word}" if line else word
        if fits(candidate, width, size, weight):
            line = candidate
            continue
        if line:
            lines.append(line)
        while word and not fits(word, width, size, weight):
            most = next(n for n in range(len(word), 0, -1) if n == 1 or fits(word[:n], width, size, weight))
            most = word.rfind("-", 0, most) + 1 or most
            lines.append(word[:most])
            word = word[most:]
        line = word
    return [*lines, line] if line else lines


def shorten(text: str, width: float, size: float, weight: int = REGULAR) -> str:
    """The text, cut with an ellipsis if it is wider than ``width``."""
    if fits(text, width, size, weight):
        return text
    while text and not fits(text + "…", width, size, weight):
        text = text[:-1].rstrip()
    return text + "…"


def longest_word(text: str, size: float, weight: int = REGULAR) -> float:
    """The width below which a word of the text must be divided elsewhere than at a hyphen."""
    return max((text_width(word, size, weight) for word in text.replace("-", "- ").split(" ")), default=0.0)


def in_lines(text: str, width: float, size: float, most: int, weight: int = REGULAR) -> list[str]:
    """The text in at most so many lines; the last is cut with an ellipsis if there are more."""
    lines = wrap(text, width, size, weight)
    return (
        lines if len(lines) <= most else [*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), width, size, weight)]
    )


@dataclass(frozen=True)
class Texts:
    """What is written above and below a drawing."""

    title: str
    subtitle: str
    notes: Sequence[str]
    source: str


def lay_out(
    texts: Texts,
    size: Size,
    theme: Theme,
    *,
    wanted: Callable[[Size], float],
    least: float,
    limit: Callable[[float, Size], list[str]] = lambda height, size: [],
    bare: bool = False,
) -> tuple[Page, Box, list[str]]:
    """A page with title, subtitle, notes and source placed, and the box that is left for the drawing.

    Parameters
    ----------
    texts, size, theme
        What is written, on which canvas, in which colours.
    wanted
        The height that a drawing wants on a canvas of that size; used where the size leaves it free.
    least
        The height below which the drawing would be useless, on a canvas of fixed height.
    limit
        What the drawing must leave out: it is told the height that it gets, and returns notes.
    bare
        Whether nobody will add to what is drawn.

    Returns
    -------
    tuple
        The page, the box of the drawing in pixels, and the notes with those that ``limit`` added.

    Raises
    ------
    DataError
        If the texts leave no room for the drawing.
    """
    width = size.width - 2 * size.margin
    gap = 0.9 * size.text
    for shrink in (1.0, 0.88, 0.77, 0.68, 0.6):
        large, small = shrink * size.title, max(shrink, 0.8) * size.note
        middle = max(shrink, 0.8) * size.text
        head = wrap(texts.title, width, large, SEMIBOLD)
        under = wrap(texts.subtitle, width, middle)
        top = LEADING * (large * len(head) + middle * len(under)) + 0.35 * size.text

        def foot(told: Sequence[str], small: float = small) -> list[list[str]]:
            return [wrap(text, width, small) if text else [] for text in (" ".join(told), texts.source)]

        def room(lines: Sequence[Sequence[str]], small: float = small, top: float = top) -> float:
            assert size.height is not None
            return size.height - 2 * size.margin - top - 2 * gap - LEADING * small * sum(map(len, lines))

        if size.height is None:
            height = wanted(size)
            told = [*texts.notes, *limit(height, size)]
        else:
            # What is left out is told in a note, which takes room: asked twice, it has settled.
            told = list(texts.notes)
            for _ in range(2):
                told = [*texts.notes, *limit(room(foot(told)), size)]
            height = room(foot(told))
            limit(height, size)
        if size.height is None or height >= least:
            break
    else:
        raise DataError(
            "the texts leave no room for the chart", remedy="shorten title, subtitle or note, or take another size"
        )
    below = foot(told)
    total = size.height or round(2 * size.margin + top + height + 2 * gap + LEADING * small * sum(map(len, below)))
    page = Page(size, theme, total, bare)
    y = page.paragraph(size.margin, size.margin, head, size=large, weight=SEMIBOLD)
    y = page.paragraph(size.margin, y + 0.35 * size.text, under, size=middle, colour=theme.muted)
    box = Box(size.margin, y + gap, width, height)
    y = total - size.margin - LEADING * small * sum(map(len, below))
    for lines in below:
        y = page.paragraph(size.margin, y, lines, size=small, colour=theme.muted)
    return page, box, told
