"""A calendar of one series: one cell per day or month, coloured by its count."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import DataError, NotComparableError
from ...frames import plain
from ...language.catalogue import say
from ...language.dates import date, period_from
from ...language.numbers import number
from ...language.prose import listed, sentence
from .. import counted_series, titles
from ..classes import limits_of
from ..composing import Look, compose
from ..page import Box, Page
from ..style import Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart

#: Years that a calendar of days holds; beyond them its cells are too small to be told apart.
MOST_YEARS = 12
CLASSES = 5


def calendar(
    frame: pd.DataFrame,
    value: str | None = None,
    *,
    breaks: counted_series.Breaks = None,
    title: str | None = None,
    subtitle: str | None = None,
    note: str | Sequence[str] | None = None,
    source_line: str | None = None,
    alt: str | None = None,
    name: str | None = None,
    size: str = "web",
    theme: str = "light",
    lang: str | None = None,
) -> Chart:
    """One cell per day (one row per weekday, one block per year) or month (one row per year), coloured by its count.

    What was not counted is hatched.

    Parameters
    ----------
    frame
        Rows of one series of ``ex.series()``, by day or by month.
    value
        The column shown. Default: ``rate`` if there is one, else ``count``.
    breaks
        Rows of ``ex.breaks()``, or dates; ``()`` for none. Default: those that the rows tell. A line marks each.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For several series.
    DataError
        For a series that is neither by day nor by month, or more than twelve years of days.

    Examples
    --------
    >>> import analysis as ex
    >>> breaches = ex.series("us-breach-register", measure="breaches", until="2020-12-31")
    >>> ex.chart.calendar(breaches).title
    'Reported breaches: highest count 107 (September 2020)'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    series = counted_series.series_frame(frame)
    if series is None:
        plain(frame, "what the chart 'calendar' was given")
        raise DataError("the chart 'calendar' needs the column day", remedy="pass rows of ex.series()")
    counted, column = counted_series.counted_series(series, value, breaks, lang, "calendar")
    if len(counted) > 1:
        raise NotComparableError(
            f"a calendar shows one series, but the table holds {len(counted)}", remedy="select one"
        )
    one = counted[0]
    _check_cells(one)
    picture = _Cells(one, lang)
    story = counted_series.story_of("calendar", series, counted, column, lang)
    at = int(np.nanargmax(one.line.values))
    story.title = say(
        "calendar_title",
        lang,
        label=sentence(one.label),
        day=period_from(one.line.days[at], one.line.grain, lang),
        value=number(one.line.values[at], lang),
    )
    story.subtitle = titles.subtitle([one.name, counted_series.span_of(one.line, lang)])
    gaps = [say("gaps_note", lang)] if one.gaps else []
    broken = (
        [
            say(
                "calendar_breaks",
                lang,
                breaks=listed([date(each.date, lang) for each in one.breaks], lang, most=counted_series.MOST_TOLD),
            )
        ]
        if one.breaks
        else []
    )
    story.notes = [*gaps, *broken]
    story.told = counted_series.sentence_of(series, column, breaks, lang)
    story.alt = [story.title + "."]
    return compose(story, picture, look, wanted=picture.wanted, least=picture.least)


def _check_cells(one: counted_series.Counted) -> None:
    """Refuse what a calendar has no cells for."""
    if one.line.grain not in ("day", "month"):
        raise DataError(
            f"a calendar shows days or months, not counts by {one.line.grain}", remedy="resample the series"
        )
    years = one.line.periods[-1].year - one.line.periods[0].year + 1
    if one.line.grain == "day" and years > MOST_YEARS:
        raise DataError(
            f"{years} years of days are too many cells to be told apart",
            remedy=f"select {MOST_YEARS} years, or resample by month",
        )


class _Cells:
    def __init__(self, one: counted_series.Counted, lang: str) -> None:
        self.one, self.lang = one, lang
        self.limits = limits_of(pd.Series(one.line.values), CLASSES)
        self.first, self.last = one.line.periods[0].year, one.line.periods[-1].year

    def _shades(self, page: Page) -> list[str]:
        return page.theme.classes(max(1, len(self.limits) - 1))

    @property
    def years(self) -> int:
        return int(self.last - self.first + 1)

    def wanted(self, size: Size) -> float:
        if self.one.line.grain == "month":
            return (1.75 * self.years + 5) * size.text
        return self.years * (7 * self._side(size.width - 2 * size.margin, size) + 1.0 * size.text) + 5 * size.text

    def least(self, size: Size) -> float:
        """The height below which cells cannot be told apart."""
        return 5 * size.text + self.years * (4 if self.one.line.grain == "month" else 7 * 4)

    @staticmethod
    def _side(width: float, size: Size) -> float:
        return (width - 3.2 * size.text) / 54

    def __call__(self, page: Page, box: Box) -> None:
        size, small = page.size.text, page.size.note
        top = self._key(page, box) + 3.4 * size
        left = box.x + text_width("2000", small) + 0.8 * size
        room = Box(left, top + 1.5 * small, box.right - left, box.bottom - top - 1.5 * small)
        (self._months if self.one.line.grain == "month" else self._days)(page, room, top)

    def _key(self, page: Page, box: Box) -> float:
        """The key at the head of a box; where its last line begins."""
        size, theme, small = page.size.text, page.theme, page.size.note
        labels = [number(limit, self.lang) for limit in self.limits]
        edges = len(self.limits) - 1 if self.limits[0] != self.limits[-1] else 1
        labels = labels if edges > 1 or self.limits[0] != self.limits[-1] else labels[:1]
        width = max(3.2 * size, 1.25 * max(text_width(text, small) for text in labels))
        x = box.x + 0.5 * text_width(labels[0], small)
        page.rectangles(
            [Box(x + width * n, box.y, width, 0.9 * size) for n in range(edges)],
            face=self._shades(page)[:edges],
            edge=theme.outline,
            width=0.5,
        )
        for n, text in enumerate(labels):
            page.text(x + width * n, box.y + 1.95 * size, text, size=small, align="center")
        y = box.y
        if self.one.gaps:
            x += edges * width + 1.8 * size
            text = say("key_gap", self.lang)
            if x + 2.3 * size + text_width(text, small) > box.right:
                x, y = box.x, box.y + 2.9 * size
            page.rectangles(
                [Box(x, y, 1.9 * size, 0.9 * size)], face=theme.land, edge=theme.outline, width=0.5, hatch="//////"
            )
            page.text(x + 2.3 * size, y + 0.75 * size, text, size=small, colour=theme.muted)
        return y

    def _months(self, page: Page, room: Box, top: float) -> None:
        from babel.dates import get_month_names

        small, theme = page.size.note, page.theme
        names = get_month_names("abbreviated", "stand-alone", locale=self.lang)
        width, height = room.width / 12, min(room.height / self.years, 2.2 * page.size.text)
        if max(text_width(name, small) for name in names.values()) > width:
            names = get_month_names("narrow", "stand-alone", locale=self.lang)
        for month in range(1, 13):
            page.text(
                room.x + (month - 0.5) * width,
                top + 0.9 * small,
                names[month].rstrip("."),
                size=small,
                colour=theme.muted,
                align="center",
            )
        for year in range(self.first, self.last + 1):
            y = room.y + (year - self.first + 0.5) * height
            # Where rows are lower than a line of text not every year is written.
            if (year - self.first) % -(-int(1.3 * small) // max(int(height), 1)) == 0:
                page.text(
                    room.x - 0.6 * small, y + 0.36 * small, str(year), size=small, colour=theme.muted, align="right"
                )
        cells = [
            Box(
                room.x + (period.month - 1) * width,
                room.y + (period.year - self.first) * height,
                width - 2,
                max(height - 2, 1),
            )
            for period in self.one.line.periods
        ]
        for which, colour in enumerate(self._shades(page)):
            page.rectangles(
                [cell for cell, found in zip(cells, self._classes(), strict=True) if found == which], face=colour
            )
        self._gaps_and_breaks(
            page, cells, [cell for cell, which in zip(cells, self._classes(), strict=True) if which < 0]
        )

    def _days(self, page: Page, room: Box, top: float) -> None:
        from babel.dates import get_month_names

        small, theme, size = page.size.note, page.theme, page.size.text
        names = get_month_names("abbreviated", "stand-alone", locale=self.lang)
        block = room.height / self.years
        # Whole pixels, so that thousands of cells stay a small file.
        width, left, foot = int(room.width / 54), round(room.x), round(room.y)
        height = max(min(int((block - 0.5 * size) / 7), width), 3)
        block = round(block)
        if max(text_width(name, small) for name in names.values()) > 4.3 * width:
            names = get_month_names("narrow", "stand-alone", locale=self.lang)
        for month in range(1, 13):
            week = datetime.date(2023, month, 1).timetuple().tm_yday / 7
            page.text(left + week * width, top + 0.9 * small, names[month].rstrip("."), size=small, colour=theme.muted)
        for year in range(self.first, self.last + 1):
            page.text(
                room.x - 0.6 * small,
                foot + (year - self.first) * block + 3.5 * height + 0.36 * small,
                str(year),
                size=small,
                colour=theme.muted,
                align="right",
            )
        cells: list[Box] = []
        columns: dict[tuple[int, float], list[int]] = {}
        for period, which in zip(self.one.line.periods, self._classes(), strict=True):
            before = datetime.date(period.year, 1, 1).weekday()
            week, weekday = divmod(period.day_of_year - 1 + before, 7)
            y = foot + (period.year - self.first) * block + weekday * height
            cells.append(Box(left + week * width, y, width - 1, height - 1))
            columns.setdefault((which, left + week * width), []).append(y)
        for which, colour in enumerate(self._shades(page)):
            page.strokes(
                [
                    ((x + width // 2, run[0]), (x + width // 2, run[-1] + height))
                    for (found, x), ys in columns.items()
                    if found == which
                    for run in _runs(ys, height)
                ],
                colour=colour,
                width=width - 1,
            )
        # Lines of the ground divide the days of a week.
        rows = [
            foot + (year - self.first) * block + weekday * height
            for year in range(self.first, self.last + 1)
            for weekday in range(8)
        ]
        page.strokes([((left, y), (left + 54 * width, y)) for y in rows], colour=theme.paper, width=1, order=3)
        gaps = [
            Box(x, run[0], width - 1, len(run) * height - 1)
            for (which, x), ys in columns.items()
            if which < 0
            for run in _runs(ys, height)
        ]
        self._gaps_and_breaks(page, cells, gaps)

    def _classes(self) -> list[int]:
        """The class of each period; −1 in a gap."""
        values = self.one.line.values
        classes = np.searchsorted(self.limits[1:-1], np.nan_to_num(values), side="right")
        return [int(one) for one in np.where(np.isnan(values), -1, classes)]

    def _gaps_and_breaks(self, page: Page, cells: list[Box], gaps: list[Box]) -> None:
        theme, one = page.theme, self.one
        page.rectangles(gaps, face=theme.land, edge=theme.outline, width=0.4, hatch="//////", order=3.5)
        for each in one.breaks:
            cell = cells[min(each.before - each.inside, len(cells) - 1)]
            page.segments(
                [[(cell.x - 1, cell.y - 1), (cell.x - 1, cell.y + cell.height + 1)]],
                colour=theme.second,
                width=2.4,
                order=5,
            )


def _runs(ys: list[int], height: int) -> list[list[int]]:
    """Neighbouring days of one colour in a week."""
    runs: list[list[int]] = []
    for y in sorted(ys):
        if runs and y - runs[-1][-1] == height:
            runs[-1].append(y)
        else:
            runs.append([y])
    return runs
