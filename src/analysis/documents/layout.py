"""How a table fits a page: in portrait, in landscape, or in parts that each begin with the first column."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from ..charts.letters import FONTS
from ..charts.style import FILES, REGULAR
from .model import Column, Table, Text, plain

#: Widths of a line on A4, in points: upright and lying.
UPRIGHT, LYING = 481.9, 728.5
#: No picture is higher, in points: its caption has to stand on the same page.
HIGHEST = 600.0
#: Sizes of letters in tables, in points: as they are, and where a table has many columns.
SIZES = (8.5, 7.5)
#: Room at both sides of a cell, in points, and more of it between numbers and a text that begins beside them.
PADDING, GAP = 7.0, 7.0
#: No column needs to be wider for the sake of one word; longer words are broken.
_WIDEST_WORD = 110.0
#: By so many points a column grows at a time.
_STEP = 3.0
#: A table of so many lines is not parted by the end of a page, nor is a row, unless it has very many.
_FEW_LINES, _MANY_LINES = 18, 24
#: Blanks at which a line may end, and where a word may end on one: a number keeps its scale word, a date stays whole.
_BLANKS = re.compile(r"([^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+)")
_BREAK = re.compile(r"(?<=[ \t\n/–])|(?<=-)(?!\d)|(?<=\D-)")


@dataclass(frozen=True)
class Part:
    """Some columns of a table as they are printed."""

    columns: tuple[int, ...]
    """Which columns of the table, in order."""
    widths: tuple[float, ...]
    """Their widths in points."""
    lying: bool
    size: float
    """The size of the letters in points."""
    gaps: tuple[float, ...]
    """What stays free at the left of each column, beyond its padding."""
    whole: bool = False
    """Whether it is so short that it stands on one page."""
    parted: bool = False
    """Whether a row of it is so high that a page may end within."""

    @property
    def rooms(self) -> tuple[float, ...]:
        """How wide a text may be in each column, in sizes of its letters."""
        return tuple((w - PADDING - gap) / self.size - 0.05 for w, gap in zip(self.widths, self.gaps, strict=True))


@dataclass(frozen=True)
class _Need:
    """What a column needs, in sizes of its letters."""

    least: float
    full: float
    """So wide that no text of it takes a second line."""
    weight: float
    """The fourth powers of the widths of its texts, added up: a row is as high as the longest of its cells makes it."""
    numeric: bool


@functools.lru_cache(maxsize=512)
def parts_of(table: Table, small: bool = False, lies: bool = False) -> tuple[Part, ...]:
    """How a table is printed: in one part if it fits a portrait or landscape page, else in several.

    A table behind the chapters is set in small letters anyway; one among others in landscape has their pages.
    """
    texts = [[_shown(row[place]) for row in table.rows] for place in range(len(table.columns))]
    needs = [_need(column, cells) for column, cells in zip(table.columns, texts, strict=True)]
    everything = tuple(range(len(needs)))
    for lying, size in ((False, SIZES[0]), (False, SIZES[1]), (True, SIZES[1]))[2 if lies else small :]:
        room = LYING if lying else UPRIGHT
        least = sum(need.least * size + PADDING for need in needs) + sum(_gaps(needs, everything))
        if least <= room and len(needs) <= (24 if lying else 12):
            return (_part(needs, texts, everything, lying, size),)
    return tuple(_part(needs, texts, part, True, SIZES[1]) for part in _split(needs, SIZES[1], LYING))


def _part(needs: list[_Need], texts: list[list[str]], columns: tuple[int, ...], lying: bool, size: float) -> Part:
    gaps = _gaps(needs, columns)
    made = Part(columns, _shared(needs, columns, size, LYING if lying else UPRIGHT, gaps), lying, size, gaps)
    lines = [max(map(_lines, row, made.rooms)) for row in zip(*(texts[column] for column in columns), strict=True)]
    return replace(made, whole=sum(lines) <= _FEW_LINES, parted=max(lines, default=0) > _MANY_LINES)


def _lines(text: str, room: float) -> int:
    """How many lines a text takes, at most: words that do not fit leave some room free."""
    return sum(math.ceil(1.15 * width(line) / room) or 1 for line in text.split("\n"))


def _gaps(needs: list[_Need], columns: tuple[int, ...]) -> tuple[float, ...]:
    """Numbers end at the right and texts begin at the left: one after the other would read as one."""
    after = [place > 0 and needs[columns[place - 1]].numeric for place in range(len(columns))]
    return tuple(GAP * (before and not needs[column].numeric) for before, column in zip(after, columns, strict=True))


def _split(needs: list[_Need], size: float, room: float) -> list[tuple[int, ...]]:
    """The columns in groups that fit; each begins with the first."""
    groups: list[list[int]] = [[0]]
    first = needs[0].least * size + PADDING
    left = room - first
    for place in range(1, len(needs)):
        width = needs[place].least * size + PADDING + GAP * (not needs[place].numeric)
        if (width > left or len(groups[-1]) >= 14) and len(groups[-1]) > 1:
            groups.append([0])
            left = room - first
        groups[-1].append(place)
        left -= width
    return [tuple(group) for group in groups]


def _shared(
    needs: list[_Need], columns: tuple[int, ...], size: float, room: float, gaps: tuple[float, ...]
) -> tuple[float, ...]:
    """The widths: what each needs, and the rest bit by bit to the column whose texts make the rows high."""
    fixed = [PADDING + gap for gap in gaps]
    widths = [needs[place].least * size + more for place, more in zip(columns, fixed, strict=True)]
    if sum(widths) > room:
        return tuple(round(one * room / sum(widths), 1) for one in widths)
    wanted = [
        max(needs[place].full * size + more, low) for place, more, low in zip(columns, fixed, widths, strict=True)
    ]
    spare = room - sum(widths)
    while spare >= _STEP:
        open_ones = [place for place in range(len(widths)) if widths[place] < wanted[place]]
        if not open_ones:
            break
        # Where a little more room takes most away from the fourth powers of the lines.
        tallest = max(
            open_ones, key=lambda place: (needs[columns[place]].weight / (widths[place] - fixed[place]) ** 5, -place)
        )
        widths[tallest] += _STEP
        spare -= _STEP
    return tuple(round(one, 1) for one in widths)


def _need(column: Column, cells: list[str]) -> _Need:
    """What a column needs: its longest word on a line, at best all of its longest text."""
    texts = [column.label, *cells]
    longest = max((width(word) for text in texts for word in _BREAK.split(text)), default=0.0)
    if column.numeric:
        longest = max([longest, *(width(text) for text in cells)])
    # Heads are bold, and a little wider than they are measured.
    longest = longest * 1.06 + 0.3
    wide = [width(text) for text in texts]
    weight = sum(one**4 for one in wide)
    least = longest if column.numeric else min(longest, _WIDEST_WORD / SIZES[0])
    return _Need(least, max(least, max(wide) * 1.06 + 0.3), weight, column.numeric)


def _shown(text: Text) -> str:
    """A cell's text as it is printed, a mark standing for the number of a source."""
    return plain(text) + " [000]" * any(one.sources for one in text)


@functools.cache
def width(text: str) -> float:
    """How wide a text is, in sizes of its letters."""
    known = _advances()
    return sum(known.get(ord(letter)) or _strange(letter) for letter in text)


def _strange(letter: str) -> float:
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.62


@functools.cache
def _advances() -> dict[int, float]:
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / f"{FILES[REGULAR]}.ttf") as font:
        scale, metrics = font["head"].unitsPerEm, font["hmtx"]
        return {code: metrics[name][0] / scale for code, name in font.getBestCmap().items()}


def breakable(text: str, room: float) -> str:
    """A text in which no word is wider than the space (in sizes of its letters): a long word may break anywhere."""
    words = _BLANKS.split(text)
    return "".join(word if width(word) <= room else _broken(word, room) for word in words)


def _broken(word: str, room: float) -> str:
    """A word with places at which it may end: after its signs, and where a piece is still too wide."""
    ends = [0, *(found.end() for found in re.finditer(r"[/_.,;:=&?-]+", word)), len(word)]
    pieces: list[str] = []
    for begin, end in pairwise(sorted(set(ends))):
        piece = word[begin:end]
        while width(piece) > room and len(piece) > 1:
            fits = next(n for n in range(len(piece), 0, -1) if n == 1 or width(piece[:n]) <= room)
            pieces.append(piece[:fits])
            piece = piece[fits:]
        pieces.append(piece)
    return "\N{ZERO WIDTH SPACE}".join(filter(None, pieces))
