"""How a table fits a page: upright, on a page that lies, or in parts that each begin with the first column."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from ..charts.style import FILES, FONTS, REGULAR
from .model import Column, Table, Text, plain

#: Widths of a line on A4, in points: upright and lying.
UPRIGHT, LYING = 481.9, 728.5
#: Sizes of letters in tables, in points: as they are, and where a table has many columns.
SIZES = (8.5, 7.5)
#: Room at both sides of a cell, in points.
PADDING = 7.0
#: No column needs to be wider for the sake of one word; longer words are broken.
_WIDEST_WORD = 110.0
#: A column of prose is not wider while others have need.
_WIDEST = 230.0
#: Where a word may end on a line.
_BREAK = re.compile(r"(?<=[\s/–-])")


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


@functools.lru_cache(maxsize=512)
def parts_of(table: Table, small: bool = False) -> tuple[Part, ...]:
    """How a table is printed: in one part if it fits an upright or a lying page, else in several.

    A table behind the chapters is set in small letters anyway.
    """
    texts = [[_shown(row[place]) for row in table.rows] for place in range(len(table.columns))]
    needs = [_need(column, cells) for column, cells in zip(table.columns, texts, strict=True)]
    everything = tuple(range(len(needs)))
    for lying, size in ((False, SIZES[0]), (False, SIZES[1]), (True, SIZES[1]))[small:]:
        room = LYING if lying else UPRIGHT
        if sum(least * size + PADDING for least, _ in needs) <= room and len(needs) <= (24 if lying else 12):
            return (Part(everything, _shared(needs, everything, size, room), lying, size),)
    size, room = SIZES[1], LYING
    return tuple(Part(part, _shared(needs, part, size, room), True, size) for part in _split(needs, size, room))


def _split(needs: list[tuple[float, float]], size: float, room: float) -> list[tuple[int, ...]]:
    """The columns in groups that fit; each begins with the first."""
    groups: list[list[int]] = [[0]]
    first = needs[0][0] * size + PADDING
    left = room - first
    for place in range(1, len(needs)):
        width = needs[place][0] * size + PADDING
        if (width > left or len(groups[-1]) >= 14) and len(groups[-1]) > 1:
            groups.append([0])
            left = room - first
        groups[-1].append(place)
        left -= width
    return [tuple(group) for group in groups]


def _shared(needs: list[tuple[float, float]], columns: tuple[int, ...], size: float, room: float) -> tuple[float, ...]:
    """The widths: what each needs, and the rest to those that would like more, in proportion."""
    least = [needs[place][0] * size + PADDING for place in columns]
    wanted = [max(needs[place][1] * size + PADDING, low) for place, low in zip(columns, least, strict=True)]
    spare, more = room - sum(least), sum(wanted) - sum(least)
    if more <= 0 or spare <= 0:
        scale = min(1.0, room / sum(least))
        return tuple(round(width * scale, 1) for width in least)
    share = min(1.0, spare / more)
    return tuple(round(low + (high - low) * share, 1) for low, high in zip(least, wanted, strict=True))


def _need(column: Column, cells: list[str]) -> tuple[float, float]:
    """The least width of a column and the one that it would like, in sizes of its letters."""
    size = SIZES[0]
    texts = [column.label, *cells]
    longest = max((width(word) for text in texts for word in _BREAK.split(text)), default=0.0)
    if column.numeric:
        longest = max(longest, *(width(text) for text in cells)) if cells else longest
    full = sorted(width(text) for text in texts)
    typical = full[min(len(full) - 1, int(0.95 * len(full)))]
    # Heads are bold, and a little wider than they are measured.
    least = min(longest * 1.06 + 0.3, _WIDEST_WORD / size) if not column.numeric else longest * 1.06 + 0.3
    return least, max(least, min(typical * 1.06 + 0.3, _WIDEST / size))


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
    """A text in which no word is wider than the room (in sizes of its letters): a long one may end anywhere."""
    words = re.split(r"(\s+)", text)
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
