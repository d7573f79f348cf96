"""The same small line of counts for each of up to twelve places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..language.catalogue import say
from ..language.dates import period_from, periods_from
from ..language.numbers import number
from ..language.prose import sentence
from . import titles
from .composing import Look, compose
from .counted_series import Breaks, Counted, Unit, counted_series, extremes, story_of
from .page import ASCENT, Box, Page, columns_of, heads_in_lines, shorten
from .scales import Scale
from .series_track import Track
from .style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from .chart import Chart


MOST_PANELS = 12
#: Between panels, in sizes of the text.
GAP = 1.5


def small_multiples(
    frame: pd.DataFrame, value: str | None, own_scales: bool, breaks: Breaks, unit: Unit, look: Look
) -> Chart:
    """The same small line for each of up to twelve places; see `kinds.small_multiples.small_multiples`."""
    lang = look.lang
    counted, column = counted_series(frame, value, breaks, lang, "small_multiples", unit)
    if len({one.line.keys.get("measure") for one in counted}) > 1:
        raise NotComparableError("the panels show one measure", remedy="select one")
    if not own_scales and len({(one.line.keys.get("series"), one.line.keys.get("source")) for one in counted}) > 1:
        raise NotComparableError(
            "the panels come from several sources and cannot share one scale",
            remedy="select one, or draw each on its own with own_scales=True",
        )
    order = sorted(counted, key=lambda one: (-np.nanmedian(one.line.values), one.name))
    shown = order[:MOST_PANELS]
    picture = _Panels(shown, own_scales, lang)
    story = story_of("small-multiples", frame, shown, column, lang)
    ways = _directions(breaks, frame, column)
    story.title = _directions_title(ways, order, lang)
    story.subtitle = titles.subtitle([order[0].label, _span(order, lang)])
    story.notes += [say("multiples_own" if own_scales else "multiples_scale", lang)]
    if len(order) > len(shown):
        story.notes.append(say("multiples_left", lang, n=len(order) - len(shown)))
    story.data = pd.concat([one.data(column) for one in order])
    story.alt = [extremes(one, lang, named=True) for one in shown[:4]]
    return compose(story, picture, look, wanted=picture.wanted, least=picture.least)


def _span(order: list[Counted], lang: str) -> str:
    """From the first to the last period of any panel."""
    first, last = min(one.line.days[0] for one in order), max(one.line.days[-1] for one in order)
    return periods_from(first, last, order[0].line.grain, lang)


def _directions(breaks: Breaks, frame: pd.DataFrame, column: str) -> list[int]:
    """Of each place whether the longest stretch rises, falls or neither, by the seasonal slope.

    Empty if none is long enough.
    """
    from ..statistics.seasonal_trend import seasonal_trend

    try:
        found = seasonal_trend(frame, column, breaks=breaks)
    except DataError:
        return []
    keys = [key for key in ("iso3", "place") if key in found]
    longest = (
        found[found["slope"].notna()].sort_values("points", kind="stable").groupby(keys, dropna=False)["verdict"].last()
        if keys
        else found["verdict"]
    )
    return [{"rises": 1, "falls": -1}.get(verdict, 0) for verdict in longest]


def _directions_title(ways: list[int], order: list[Counted], lang: str) -> str:
    if not ways:
        top = order[0]
        return say(
            "multiples_median",
            lang,
            label=sentence(top.label),
            place=top.name,
            value=number(float(np.nanmedian(top.line.values)), lang),
        )
    return say("multiples_ways", lang, n=len(ways), up=ways.count(1), down=ways.count(-1), flat=ways.count(0))


class _Panels:
    def __init__(self, shown: list[Counted], own_scales: bool, lang: str) -> None:
        self.shown, self.own_scales, self.lang = shown, own_scales, lang

    @staticmethod
    def least(size: Size) -> float:
        """The height that one panel needs, with its gap."""
        return 7.5 * size.text

    def wanted(self, size: Size) -> float:
        rows = -(-len(self.shown) // columns_of(len(self.shown), size, None, self.least(size)))
        return (rows * 9.5 + (rows - 1) * GAP) * size.text + rows * self._heads(size, size.height)[-1]

    def _heads(self, size: Size, height: float | None) -> tuple[list[list[str]], float, float]:
        columns = columns_of(len(self.shown), size, height, self.least(size))
        return heads_in_lines([one.name for one in self.shown], columns, size, GAP)

    def __call__(self, page: Page, box: Box) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        columns = columns_of(len(self.shown), page.size, page.size.height and box.height, self.least(page.size))
        rows, gap = -(-len(self.shown) // columns), GAP * size
        width, height = (box.width - (columns - 1) * gap) / columns, (box.height - (rows - 1) * gap) / rows
        everything = np.concatenate([np.r_[one.line.values, one.line.high] for one in self.shown])
        heads, letters, more = self._heads(page.size, page.size.height and box.height)
        for n, (one, head) in enumerate(zip(self.shown, heads, strict=True)):
            row, at = divmod(n, columns)
            place = Box(box.x + at * (width + gap), box.y + row * (height + gap), width, height)
            page.paragraph(place.x, place.y + (1 - ASCENT) * size, head, size=letters, weight=SEMIBOLD)
            place = Box(place.x, place.y + more, width, height - more)
            floor = place.bottom - 1.4 * small
            own = np.r_[one.line.values, one.line.high]
            values = own if self.own_scales else everything
            scale = Scale.around(values[~np.isnan(values)], floor, place.y + 3 * small)
            page.segments([[(place.x, floor), (place.right, floor)]], colour=theme.outline, width=0.8, order=2)
            track = Track(page, Box(place.x, place.y, width, height), one, scale)
            track.draw(0.09 * size)
            self._highest(page, place, track, one)
            ends = [period_from(day, "year", self.lang) for day in (one.line.days[0], one.line.days[-1])]
            if ends[0] == ends[1]:
                ends = [period_from(day, one.line.grain, self.lang) for day in (one.line.days[0], one.line.days[-1])]
            for text, x, align in zip(ends, (place.x, place.right), ("left", "right"), strict=True):
                page.text(
                    x,
                    place.bottom - 0.2 * small,
                    shorten(text, 0.48 * width, small),
                    size=small,
                    colour=theme.muted,
                    align=align,
                )

    def _highest(self, page: Page, place: Box, track: Track, one: Counted) -> None:
        """The highest number above its place."""
        small, at = page.size.note, int(np.nanargmax(one.drawn))
        text = number(one.line.values[at], self.lang)
        half = text_width(text, small, SEMIBOLD) / 2
        x = min(max(track.across(at), place.x + half), place.right - half)
        y = track.scale(one.line.high[at]) - 0.45 * small
        # On a ground of its own: hatches and dashes end at a number.
        page.rectangles([Box(x - half - 1, y - 0.85 * small, 2 * half + 2, small)], face=page.theme.paper, order=4.5)
        page.text(x, y, text, size=small, weight=SEMIBOLD, align="center")
