"""Charts of counted series: a line over days or months with gaps, breaks, events and intervals; many places.

A gap is hatched, never joined; no line crosses a change of method; each event and each break stands in the notes with
its source.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..frames import plain
from ..identifiers import refuse_identifiers
from ..language.catalogue import say
from ..language.dates import date, period_from
from ..language.intervals import interval
from ..language.numbers import number
from ..language.prose import listed, sentence
from ..statistics.breaks import Break, catalogued
from ..statistics.lines import Line, lines
from ..statistics.phrases import where_in_words
from . import drawn_rows, titles, wording
from .composing import Look, Story, compose
from .downsampling import kept
from .page import Box, Page, columns_of, shorten
from .scales import Scale
from .style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .chart import Chart

#: Rows of ``ex.breaks``, dates, or None for those that the rows tell.
Breaks: TypeAlias = pd.DataFrame | Sequence[str] | None
#: Statistics of which every period is drawn, so that the sentence is theirs.
_DRAWN = {"decomposition", "anomalies"}
MOST_PANELS = 12
#: Events and breaks that the notes tell one by one; the JSON has them all.
MOST_TOLD = 6
#: Between panels, in sizes of the text.
GAP = 1.5
#: Pixels of a step of time of which at most four points are drawn.
STEP = 2.0


def series_frame(frame: Any) -> pd.DataFrame | None:
    """The frame, if it holds counts over days and not figures of surveys."""
    if not isinstance(frame, pd.DataFrame) and not hasattr(frame, "__arrow_c_stream__"):
        return None
    frame = plain(frame, "the series")
    return frame if ("day" in frame or "period" in frame) and "survey" not in frame else None


@dataclass
class Counted:
    """A series ready to draw: its line, limits, breaks and what a statistic found in it."""

    line: Line
    name: str
    label: str
    trend: NDArray[np.float64] | None = None
    odd: NDArray[np.bool_] | None = None
    parts: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        known = ~np.isnan(self.line.values)
        self.parts = []
        for first, last in self.line.stretches():
            edges = np.flatnonzero(np.diff(np.r_[0, known[first:last].astype(int), 0]))
            self.parts += [(first + int(a), first + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The changes in the way of counting."""
        return self.line.breaks

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """Runs of periods without a count, as positions from and before."""
        edges = np.flatnonzero(np.diff(np.r_[0, np.isnan(self.line.values).astype(int), 0]))
        return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

    def data(self, column: str) -> pd.DataFrame:
        """Every number of the line, with the stretch that it belongs to."""
        found = {
            "day": self.line.days.strftime("%Y-%m-%d"),
            **self.line.keys,
            "grain": self.line.grain,
            column: self.line.values,
            "low": self.line.low,
            "high": self.line.high,
            "stretch": self.line.stretch(),
        }
        found |= {"trend": self.trend} if self.trend is not None else {}
        return pd.DataFrame(found | ({"anomaly": self.odd} if self.odd is not None else {}))


def timeline(frame: pd.DataFrame, value: str | None, events: pd.DataFrame | None, breaks: Breaks, look: Look) -> Chart:
    """One series over time; see `kinds.timeline.timeline`."""
    lang = look.lang
    counted, column = counted_series(frame, value, breaks, lang, "timeline")
    if len(counted) > 1:
        raise NotComparableError(
            f"a line is of one series, the table holds {len(counted)}; select one, or draw ex.chart.small_multiples."
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
    story.alt = [_extremes(one, lang)]
    story.about["events"] = happened
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def small_multiples(frame: pd.DataFrame, value: str | None, own_scales: bool, breaks: Breaks, look: Look) -> Chart:
    """The same small line for each of up to twelve places; see `kinds.small_multiples.small_multiples`."""
    lang = look.lang
    counted, column = counted_series(frame, value, breaks, lang, "small_multiples")
    if len({(one.line.keys.get("measure"), one.line.keys.get("source")) for one in counted}) > 1:
        raise NotComparableError("the panels are of one measure of one source; select one.")
    order = sorted(counted, key=lambda one: (-np.nanmedian(one.line.values), one.name))
    shown = order[:MOST_PANELS]
    picture = _Panels(shown, own_scales, lang)
    story = story_of("small-multiples", frame, shown, column, lang)
    ways = _directions(breaks, frame, column)
    story.title = _directions_title(ways, order, lang)
    story.subtitle = titles.subtitle([order[0].label, span_of(order[0].line, lang)])
    story.notes += [say("multiples_own" if own_scales else "multiples_scale", lang)]
    if len(order) > len(shown):
        story.notes.append(say("multiples_left", lang, n=len(order) - len(shown)))
    story.data = pd.concat([one.data(column) for one in order])
    story.alt = [_extremes(one, lang, named=True) for one in shown[:4]]
    return compose(story, picture, look, wanted=picture.wanted, least=picture.least(look.canvas))


def counted_series(
    frame: pd.DataFrame, value: str | None, breaks: pd.DataFrame | None, lang: str, kind: str
) -> tuple[list[Counted], str]:
    """Every series of a frame, and the column drawn."""
    column = value or ("rate" if "rate" in frame else "count")
    if column not in frame:
        raise DataError(f"there is no column {column!r} to draw; the frame has {', '.join(map(str, frame.columns))}.")
    drawn_rows.checked(frame, (column,), kind)
    if isinstance(breaks, pd.DataFrame):
        refuse_identifiers(breaks, allow={"source"})
    every = lines(frame, column, breaks=breaks)
    found = []
    for line in every:
        name = sentence(where_in_words(pd.Series(line.keys), lang)) if {"iso3", "place"} & set(line.keys) else ""
        found.append(
            Counted(line, name, _label(line, lang), trend=_beside(frame, "trend", line), odd=_flags(frame, line))
        )
    if not found:
        raise DataError(f"the chart {kind!r} got no series; check the selection.")
    return found, column


def _beside(frame: pd.DataFrame, name: str, line: Line) -> NDArray[np.float64] | None:
    """What a statistic found of each period of a line; None where it found nothing."""
    if name not in frame or frame[name].isna().all():
        return None
    rows = frame
    for key, part in line.keys.items():
        rows = rows[rows[key].isna() if pd.isna(part) else rows[key] == part]
    days = rows["day"] if "day" in rows else rows["period"]
    periods = pd.PeriodIndex(pd.to_datetime(days.astype("str"), format="ISO8601"), freq=line.periods.freq)
    found = pd.Series(rows[name].to_numpy(np.float64), index=periods)
    return np.asarray(found.reindex(line.periods).to_numpy(np.float64))


def _flags(frame: pd.DataFrame, line: Line) -> NDArray[np.bool_] | None:
    found = _beside(frame, "anomaly", line)
    return None if found is None else np.nan_to_num(found) > 0


def story_of(kind: str, frame: pd.DataFrame, counted: list[Counted], column: str, lang: str) -> Story:
    """What the charts of series share: name, notes on intervals, gaps and breaks, source, what the bundle keeps."""
    one = counted[0]
    notes = []
    if any(part.line.rounded for part in counted):
        notes.append(say("interval_band", lang))
    if any(part.gaps for part in counted):
        notes.append(say("gaps_note", lang))
    found = {(each.date, each.reason): each for part in counted for each in part.breaks}
    if found:
        letters = [
            f"{chr(97 + n)}) {date(each.date, lang)}" + (f" ({_short(each.reason)})" if lang == "en" else "")
            for n, each in enumerate(found.values())
        ]
        if len(counted) > 1:
            letters = [date(each.date, lang) for each in found.values()]
        notes.append(
            say(
                "breaks_note",
                lang,
                breaks="; ".join(letters[:MOST_TOLD])
                if lang == "en" and len(counted) == 1
                else listed(letters, lang, most=MOST_TOLD),
            )
        )
    source, about = _source(one, lang)
    if "statistic" in frame:
        first = frame.iloc[0]
        about["statistic"] = {
            key: first[key]
            for key in ("statistic", "method", "level", "limits")
            if key in frame and first[key] == first[key]
        } | {key: frame.attrs[key] for key in ("seed", "warnings") if frame.attrs.get(key)}
    about["breaks"] = [{"date": each.date, "reason": each.reason} for each in found.values()]
    keys = one.line.keys
    name = wording.slug(
        kind,
        str(keys.get("series", "")),
        str(keys.get("measure", "")),
        str(keys.get("iso3", "") if len(counted) == 1 else ""),
        column if column != "count" else "",
    )
    return Story(
        kind=kind.replace("-", "_"),
        name=name,
        title="",
        subtitle="",
        notes=notes,
        source=source,
        alt=[],
        data=pd.concat([part.data(column) for part in counted]),
        about=about,
    )


def _source(one: Counted, lang: str) -> tuple[str, dict[str, Any]]:
    """The source line, and what the bundle's JSON says of sources and measures."""
    named, measure = str(one.line.keys.get("source", "")), str(one.line.keys.get("measure", ""))
    series = catalogued(one.line.keys.get("series"))
    if series is None:
        return (say("source", lang, sources=named) if named else ""), {
            "sources": [{"id": named, "publisher": named}] if named else [],
            "measures": {},
        }
    sources = [
        {
            "id": entry["id"],
            "publisher": entry["publisher"],
            "title": entry["title"],
            "published": "",
            "url": entry.get("url", ""),
            "seen": "full",
            "tier": "primary",
        }
        for entry in series.meta["source"]
        if not named or entry["id"] == named
    ]
    told = [
        f"{entry['publisher']} ({say('read_on', lang, date=date(series.meta['retrieved'], lang))})" for entry in sources
    ]
    entry = series.meta["measure"].get(measure, {})
    measures = (
        {
            measure: {
                "label": series.label(measure, lang),
                "unit": entry.get("unit", ""),
                "definition": entry.get("definition", ""),
            }
        }
        if entry
        else {}
    )
    line = say("source" if len(told) == 1 else "sources", lang, sources=listed(told, lang)) if told else ""
    return line, {"series": series.id, "sources": sources, "measures": measures}


def _label(line: Line, lang: str) -> str:
    measure = str(line.keys.get("measure", "")) or "counts"
    series = catalogued(line.keys.get("series"))
    return wording.label(measure, lang) if series is None else series.label(measure, lang)


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


def span_of(line: Line, lang: str) -> str:
    """The first and the last period of a line in words."""
    return say(
        "period",
        lang,
        first=period_from(line.days[0], line.grain, lang),
        last=period_from(line.days[-1], line.grain, lang),
    )


def _extremes(one: Counted, lang: str, named: bool = False) -> str:
    """The highest period, for the alternative text."""
    at = int(np.nanargmax(one.line.values))
    told = say(
        "highest_period",
        lang,
        day=period_from(one.line.days[at], one.line.grain, lang),
        value=number(one.line.values[at], lang),
    )
    return f"{one.name}: {told}" if named else sentence(told)


def sentence_of(frame: pd.DataFrame, column: str, breaks: Breaks, lang: str) -> str:
    """The sentence of the statistic that is drawn; of plain counts that of their slope, if they have one."""
    from ..statistics.describing import describe
    from ..statistics.seasonal_trend import seasonal_trend

    try:
        drawn = "statistic" in frame and str(frame["statistic"].iloc[0]).partition(".")[0] in _DRAWN
        return describe(frame if drawn else seasonal_trend(frame, column, breaks=breaks), lang)
    except DataError:
        return ""


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


def _events(events: pd.DataFrame | None, line: Line) -> list[dict[str, str]]:
    """The events within the time of a line, in order of time; several of one day as one."""
    if events is None or events.empty:
        return []
    for column in ("date", "event"):
        if column not in events:
            raise DataError(f"the table of events has no column {column!r}; take ex.events().", column=column)
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
    what = _short(event["event"]) if lang == "en" else kind
    return f"{n}) {date(event['date'], lang)}: {what}" + (f" ({event['source']})" if event["source"] else "")


def _short(text: str) -> str:
    """The first part of a text from the data; the whole of it stands in the bundle's JSON."""
    return re.split(r"[:;(]", text, maxsplit=1)[0].strip().rstrip(".")


class _Track:
    """Draws one series in a box: gaps, breaks, interval, line, trend, flags."""

    def __init__(self, page: Page, box: Box, one: Counted, scale: Scale) -> None:
        self.page, self.box, self.one, self.scale = page, box, one, scale
        self.many = len(one.line.values)

    def across(self, position: float) -> float:
        """The pixel of a position; a period has its place in the middle."""
        return self.box.x + (position + 0.5) / self.many * self.box.width

    def draw(self, width: float, letters: bool = False) -> None:
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


def _time_ticks(line: Line, across: Callable[[float], float], size: float, lang: str) -> list[tuple[float, str]]:
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
        track = _Track(page, area, one, scale)
        track.draw(0.11 * size, letters=True)
        marks = _time_ticks(one.line, track.across, small, self.lang)
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


class _Panels:
    def __init__(self, shown: list[Counted], own_scales: bool, lang: str) -> None:
        self.shown, self.own_scales, self.lang = shown, own_scales, lang

    @staticmethod
    def least(size: Size) -> float:
        """The height that one panel needs, with its gap."""
        return 7.5 * size.text

    def wanted(self, size: Size) -> float:
        rows = -(-len(self.shown) // columns_of(len(self.shown), size, None, self.least(size)))
        return (rows * 9.5 + (rows - 1) * GAP) * size.text

    def __call__(self, page: Page, box: Box) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        columns = columns_of(len(self.shown), page.size, page.size.height and box.height, self.least(page.size))
        rows, gap = -(-len(self.shown) // columns), GAP * size
        width, height = (box.width - (columns - 1) * gap) / columns, (box.height - (rows - 1) * gap) / rows
        everything = np.concatenate([np.r_[one.line.values, one.line.high] for one in self.shown])
        for n, one in enumerate(self.shown):
            row, at = divmod(n, columns)
            place = Box(box.x + at * (width + gap), box.y + row * (height + gap), width, height)
            page.text(place.x, place.y + size, shorten(one.name, width, size, SEMIBOLD), weight=SEMIBOLD)
            floor = place.bottom - 1.4 * small
            own = np.r_[one.line.values, one.line.high]
            values = own if self.own_scales else everything
            scale = Scale.around(values[~np.isnan(values)], floor, place.y + 3 * small)
            page.segments([[(place.x, floor), (place.right, floor)]], colour=theme.outline, width=0.8, order=2)
            track = _Track(page, Box(place.x, place.y, width, height), one, scale)
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

    def _highest(self, page: Page, place: Box, track: _Track, one: Counted) -> None:
        """The highest number above its place."""
        small, at = page.size.note, int(np.nanargmax(one.line.values))
        text = number(one.line.values[at], self.lang)
        half = text_width(text, small, SEMIBOLD) / 2
        x = min(max(track.across(at), place.x + half), place.right - half)
        y = track.scale(one.line.high[at]) - 0.45 * small
        # On a ground of its own: hatches and dashes end at a number.
        page.rectangles([Box(x - half - 1, y - 0.85 * small, 2 * half + 2, small)], face=page.theme.paper, order=4.5)
        page.text(x, y, text, size=small, weight=SEMIBOLD, align="center")
