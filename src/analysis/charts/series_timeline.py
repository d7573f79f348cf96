"""One counted series as a line over days or months, with gaps, breaks, events and intervals.

A gap is hatched, never joined; no line crosses a change of method; each event and each break stands in the notes with
its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..identifiers import refuse_identifiers
from ..language.catalogue import say
from ..language.dates import date, period_from
from ..language.intervals import interval
from ..language.numbers import number
from ..language.prose import sentence
from . import titles
from .composing import Look, compose
from .counted_series import (
    MOST_TOLD,
    Breaks,
    Counted,
    Unit,
    counted_series,
    extremes,
    first_part,
    sentence_of,
    span_of,
    story_of,
)
from .page import Box, Page
from .scales import Scale
from .series_track import STEP, Track, time_ticks
from .style import Size, text_width

if TYPE_CHECKING:
    from ..statistics.lines import Line
    from .chart import Chart


def timeline(
    frame: pd.DataFrame, value: str | None, events: pd.DataFrame | None, breaks: Breaks, unit: Unit, look: Look
) -> Chart:
    """One series over time; see `kinds.timeline.timeline`."""
    lang = look.lang
    counted, column = counted_series(frame, value, breaks, lang, "timeline", unit)
    if len(counted) > 1:
        raise NotComparableError(
            f"a line shows one series, but the table holds {len(counted)}",
            remedy="select one, or draw ex.chart.small_multiples",
        )
    one = counted[0]
    happened = _events(events, one.line)
    picture = _Timeline(one, happened, lang)
    story = story_of("timeline", frame, counted, column, lang)
    story.title, notes = _range_title(one, lang), []
    story.subtitle = titles.subtitle([one.name, span_of(one.line, lang)])
    if happened:
        told = [_event_told(event, n, lang) for n, event in enumerate(happened[:MOST_TOLD], 1)]
        more = [say("more", lang, n=len(happened) - MOST_TOLD)] if len(happened) > MOST_TOLD else []
        notes.append(say("events_note", lang, events="; ".join([*told, *more])))
    story.notes = [*story.notes, *notes, say("zero_based", lang)]
    story.told = sentence_of(frame, column, breaks, lang)
    story.alt = [extremes(one, lang)]
    story.about["events"] = happened
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def _range_title(one: Counted, lang: str) -> str:
    """Range of the longest stretch: no number before a break stands beside one after it."""
    first, last = max(one.line.stretches(), key=lambda part: np.isfinite(one.line.values[slice(*part)]).sum())
    values = one.line.values[first:last]
    inside = first + np.flatnonzero(~np.isnan(values))
    return say(
        f"by_{one.line.grain}_title",
        lang,
        label=sentence(one.label),
        span=interval(np.nanmin(values), np.nanmax(values), lang),
        first=period_from(one.line.days[inside[0]], one.line.grain, lang),
        last=period_from(one.line.days[inside[-1]], one.line.grain, lang),
    )


def _events(events: pd.DataFrame | None, line: Line) -> list[dict[str, str]]:
    """The events within the time of a line, in order of time; several of one day as one."""
    if events is None or events.empty:
        return []
    for column in ("date", "event"):
        if column not in events:
            raise DataError(f"the table of events has no column {column!r}", remedy="take ex.events()", column=column)
    # The address of a publication stands in the bundle's JSON.
    refuse_identifiers(events, allow={"url"})
    inside = []
    for row in events.to_dict("records"):
        when = pd.Period(str(row["date"]))
        if line.periods[0].start_time <= when.start_time <= line.periods[-1].end_time:
            inside.append({key: str(row.get(key, "")) for key in ("date", "place", "kind", "event", "source", "url")})
    return sorted(inside, key=lambda event: (event["date"], event["event"]))


def _event_told(event: dict[str, str], n: int, lang: str) -> str:
    kind = (
        say(f"event_{event['kind']}", lang)
        if event["kind"] in ("law", "disclosure", "incident", "warning", "guidance")
        else event["kind"]
    )
    what = first_part(event["event"]) if lang == "en" else kind
    return f"{n}) {date(event['date'], lang)}: {what}" + (f" ({event['source']})" if event["source"] else "")


class _Timeline:
    def __init__(self, one: Counted, events: list[dict[str, str]], lang: str) -> None:
        self.one, self.events, self.lang = one, events, lang

    def wanted(self, size: Size) -> float:
        return 24 * size.text

    def limit(self, height: float, size: Size) -> list[str]:
        """A note where the line shows fewer points than there are."""
        room = (size.width - 2 * size.margin) / STEP * 4
        return [say("downsampled", self.lang, n=len(self.one.line.values))] if len(self.one.line.values) > room else []

    def _key(self, page: Page, box: Box) -> float:
        """What the marks mean, in one or more rows; the bottom of the last."""
        one, size, small = self.one, page.size.text, page.size.note
        told = [("gap", "key_gap")] if one.gaps else []
        told += [("break", "key_break")] if one.breaks else []
        told += [("event", "key_event")] if self.events else []
        told += [("trend", "key_trend")] if one.trend is not None else []
        told += [("odd", "key_odd")] if one.odd is not None and one.odd.any() else []
        x, y = box.x, box.y
        for mark, key in told:
            text = say(key, self.lang)
            if x > box.x and x + 1.9 * small + text_width(text, small) > box.right:
                x, y = box.x, y + 1.6 * small
            self._mark(page, mark, x, y + 0.5 * small)
            page.text(x + 1.9 * small, y + 0.86 * small, text, size=small, colour=page.theme.muted)
            x += 1.9 * small + text_width(text, small) + 1.4 * size
        return y + (1.7 * small if told else 0)

    def _mark(self, page: Page, mark: str, x: float, y: float) -> None:
        small, theme = page.size.note, page.theme
        if mark == "gap":
            page.rectangles(
                [Box(x, y - 0.45 * small, 1.4 * small, 0.9 * small)],
                face=theme.land,
                edge=theme.outline,
                width=0.5,
                hatch="//////",
            )
        elif mark == "break":
            page.segments(
                [[(x + 0.7 * small, y - 0.55 * small), (x + 0.7 * small, y + 0.55 * small)]],
                colour=theme.muted,
                width=1,
                dashes=(0, (3, 3)),
            )
        elif mark == "event":
            page.shapes([_triangle(x + 0.7 * small, y + 0.4 * small, 0.4 * small)], face=theme.second)
        elif mark == "odd":
            page.circles([(x + 0.7 * small, y)], [0.38 * small], face="none", edge=theme.second, width=1.6)
        else:
            page.segments([[(x, y), (x + 1.4 * small, y)]], colour=theme.accent, width=2.4)

    def __call__(self, page: Page, box: Box) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        one = self.one
        top = self._key(page, box) + (1.5 * small if one.breaks else 0.4 * small)
        rows = self._rows(page, box)
        floor = box.bottom - 1.7 * small - (rows * 1.35 + 0.3 if rows else 0) * small
        values = [*one.line.values[~np.isnan(one.line.values)], *one.line.high[~np.isnan(one.line.high)]]
        scale = Scale.around(values, floor, top)
        ticks = [(tick, number(tick, self.lang)) for tick, _ in scale.ticks(lambda tick: "", 2 * small, most=6)]
        left = box.x + max(text_width(text, small) for _, text in ticks) + 0.8 * small
        area = Box(left, top, box.right - left, floor - top)
        page.segments(
            [[(left, scale(tick)), (area.right, scale(tick))] for tick, _ in ticks],
            colour=theme.grid,
            width=0.8,
            order=0.8,
        )
        for tick, text in ticks:
            page.text(
                left - 0.8 * small, scale(tick) + 0.36 * small, text, size=small, colour=theme.muted, align="right"
            )
        track = Track(page, area, one, scale)
        track.draw(0.11 * size, letters=True)
        marks = time_ticks(one.line, track.across, small, self.lang)
        page.segments(
            [[(x, floor), (x, floor + 0.35 * small)] for x, _ in marks], colour=theme.outline, width=0.8, order=1
        )
        page.segments([[(left, floor), (area.right, floor)]], colour=theme.outline, width=0.8, order=2)
        for x, text in marks:
            half = text_width(text, small) / 2
            page.text(
                min(max(x, box.x + half), box.right - half),
                floor + 1.4 * small,
                text,
                size=small,
                colour=theme.muted,
                align="center",
            )
        for n, (x, row) in enumerate(self._places(page, area), 1):
            y = floor + (2.5 + 1.35 * row) * small
            page.shapes([_triangle(x, y, 0.42 * small)], face=theme.second, order=4)
            page.text(x + 0.55 * small, y + 0.1 * small, str(n), size=0.9 * small, colour=theme.text)

    def _rows(self, page: Page, box: Box) -> int:
        """How many rows of marks the events need."""
        return 1 + max(
            (
                row
                for _, row in self._places(page, Box(box.x + 4 * page.size.note, 0, box.width - 4 * page.size.note, 0))
            ),
            default=-1,
        )

    def _places(self, page: Page, area: Box) -> list[tuple[float, int]]:
        """Pixel and row of each event, so that no number covers another."""
        small, line = page.size.note, self.one.line
        first, last = line.periods[0].start_time, line.periods[-1].end_time
        ends: list[float] = []
        found = []
        for n, event in enumerate(self.events, 1):
            x = area.x + (pd.Period(event["date"]).start_time - first) / (last - first) * area.width
            x = min(x, area.right - 0.55 * small - text_width(str(n), small))
            row = next((row for row, end in enumerate(ends) if end < x - 0.5 * small), len(ends))
            end = x + 0.7 * small + text_width(str(n), small)
            ends[row : row + 1] = [end]
            found.append((x, row))
        return found


def _triangle(x: float, y: float, reach: float) -> list[tuple[float, float]]:
    return [(x - reach, y), (x + reach, y), (x, y - 1.7 * reach), (x - reach, y)]
