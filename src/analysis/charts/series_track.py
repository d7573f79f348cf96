"""Draws one series in a box: gaps hatched and never joined, breaks, interval, line, trend, flags; the ticks of time."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .downsampling import kept
from .page import Box, Page
from .style import SEMIBOLD, text_width

if TYPE_CHECKING:
    from ..statistics.lines import Line
    from .counted_series import Counted
    from .scales import Scale


#: Pixels of a step of time of which at most four points are drawn.
STEP = 2.0


class Track:
    """Draws one series in a box: gaps, breaks, interval, line, trend, flags."""

    def __init__(self, page: Page, box: Box, one: Counted, scale: Scale) -> None:
        self.page, self.box, self.one, self.scale = page, box, one, scale
        self.many = len(one.line.values)

    def across(self, position: float) -> float:
        """The pixel of a position; a period has its place in the middle."""
        return self.box.x + (position + 0.5) / self.many * self.box.width

    def draw(self, width: float, letters: bool = False) -> None:
        """Draw everything of the series; ``width`` is that of the line, letters stand at the breaks."""
        page, theme, one = self.page, self.page.theme, self.one
        top, floor = self.scale.end, self.scale.start
        gaps = [
            Box(self.across(a - 0.5), top, max(self.across(b - 0.5) - self.across(a - 0.5), 1.0), floor - top)
            for a, b in one.gaps
        ]
        page.rectangles(gaps, face=theme.land, edge="none", hatch="//////", order=0.5)
        marks = [self.across(each.before - (1.0 if each.inside else 0.5)) for each in one.breaks]
        page.segments(
            [[(x, top), (x, floor)] for x in marks], colour=theme.muted, width=1, order=1.5, dashes=(0, (3, 3))
        )
        if letters:
            edge = -1e9
            for n, x in enumerate(marks):
                at = max(x, edge)
                page.text(
                    at,
                    top - 0.4 * page.size.note,
                    chr(97 + n),
                    size=page.size.note,
                    colour=theme.muted,
                    align="center",
                    weight=SEMIBOLD,
                )
                edge = at + 0.9 * page.size.note
        for first, last in one.parts:
            self._part(first, last, width)
        if one.odd is not None:
            flags = [
                (round(self.across(int(n)), 1), round(self.scale(one.line.values[n]), 1))
                for n in np.flatnonzero(one.odd & ~np.isnan(one.line.values))
            ]
            page.circles(
                flags, [0.34 * page.size.text] * len(flags), face="none", edge=theme.second, width=1.6, order=5
            )

    def _part(self, first: int, last: int, width: float) -> None:
        page, theme, one = self.page, self.page.theme, self.one
        values, low, high = (array[first:last] for array in (one.line.values, one.line.low, one.line.high))
        steps = max(1, int(self.box.width * (last - first) / self.many / STEP))
        at = kept(values, steps)
        if (high > low).any():
            ends = np.unique(np.r_[kept(low, steps), kept(high, steps)])
            outline = [self._point(first + n, high[n]) for n in ends] + [
                self._point(first + n, low[n]) for n in ends[::-1]
            ]
            page.shapes([[*outline, outline[0]]], face=theme.grid, order=1.2)
        behind = theme.quiet if one.trend is not None else theme.accent
        if last - first == 1:
            page.circles(
                [self._point(first, values[0])], [max(0.9 * width, 0.16 * page.size.text)], face=behind, order=3
            )
        else:
            page.segments([[self._point(first + n, values[n]) for n in at]], colour=behind, width=width, order=3)
        if one.trend is not None and not np.isnan(one.trend[first:last]).all():
            smooth = one.trend[first:last]
            drawn = [
                self._point(first + n, smooth[n]) for n in kept(np.nan_to_num(smooth), steps) if smooth[n] == smooth[n]
            ]
            page.segments([drawn], colour=theme.accent, width=1.8 * width, order=4)

    def _point(self, position: int, value: float) -> tuple[float, float]:
        # A tenth of a pixel is finer than any screen, and half the file.
        return round(self.across(position), 1), round(self.scale(value), 1)


def time_ticks(line: Line, across: Callable[[float], float], size: float, lang: str) -> list[tuple[float, str]]:
    """Years, or months where there are few years, as many as have room: pixel and label."""
    first, last = line.periods[0].start_time, line.periods[-1].end_time
    days = max((last - first).days, 1)

    def at(day: pd.Timestamp) -> float:
        return float(across((day - first).days / days * len(line.periods) - 0.5))

    years = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    inside = [day for day in years if day >= first]
    if len(inside) >= 3:
        for every in (1, 2, 5, 10, 20):
            ticks = [(at(day), str(day.year)) for day in inside if day.year % every == 0]
            if len(ticks) < 2 or ticks[1][0] - ticks[0][0] > text_width("2000", size) + 1.2 * size:
                return ticks
    months = [day for day in pd.date_range(first.normalize().replace(day=1), last, freq="MS") if day >= first]
    from babel.dates import format_skeleton

    for every in (1, 2, 3, 6, 12):
        ticks = [
            (at(day), format_skeleton("yMMM", datetime.date(day.year, day.month, 1), locale=lang))
            for day in months
            if (day.month - 1) % every == 0
        ]
        if len(ticks) < 2 or ticks[1][0] - ticks[0][0] > max(text_width(text, size) for _, text in ticks) + 1.2 * size:
            return ticks
    return []
