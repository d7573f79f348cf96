"""Figures over time; what cannot be compared is not joined."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ...errors import DataError, NotComparableError
from ...language.catalogue import say
from ...language.dates import date, period
from ...language.prose import sentence
from .. import counted_series, drawn_rows, footnotes, series_timeline, sources_cited, survey_breaks, titles, wording
from ..composing import Look, Story, compose
from ..page import Box, Page
from ..plot import Edges, meet
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..chart import Chart


def timeline(
    frame: pd.DataFrame,
    value: str | None = None,
    *,
    across_breaks: str = "refuse",
    insist: bool = False,
    events: pd.DataFrame | None = None,
    breaks: counted_series.Breaks = None,
    per: str | None = None,
    scale: float | None = None,
    limits: str | None = None,
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
    """One measure of one place over the surveys, each figure with its interval; or one counted series over its days.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` or ``ex.rates()``: one measure, one place, one figure per survey; of a register, one
        per year. Or rows of
        ``ex.series()``, or of a statistic of them (`decompose` adds the trend, `anomalies` rings): gaps are hatched,
        and no line crosses a
        change of method.
    value
        The column shown. Default: ``rate`` if there is one, else ``value`` (``count`` of a series).
    across_breaks
        ``refuse`` figures that cannot be compared, or ``mark``: draw them unjoined, with a note.
    insist
        Join them all the same; the note says that they cannot be compared. Of a series nothing joins what is not
        counted alike.
    events
        Rows of ``ex.events()`` to mark on a series; the notes name them with their sources.
    breaks
        Of a series: rows of ``ex.breaks()``, or dates; ``()`` for none. Default: those that the rows tell.
    per, scale, limits
        Per what the rates are (``population``), per how many of it, and what their limits are limits of (``rounding``,
        ``chance``, ``both``), where the columns ``rate_per``, ``rate_scale`` and ``limits`` do not say it.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For several measures or places, or neighbouring surveys that cannot be compared, unless ``across_breaks``
        or ``insist`` says otherwise.
    DataError
        If a figure has no date, a survey has two figures of one date, or ``breaks`` is something else.

    Examples
    --------
    >>> import analysis as ex
    >>> waves = ex.preferred(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]))
    >>> chart = ex.chart.timeline(waves.query("measure == 'studies' and iso3 == 'WLD'"))
    >>> chart.data["figure"].tolist()
    ['24.3 million', '35 million']
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    if (series := counted_series.series_frame(frame)) is not None:
        return series_timeline.timeline(series, value, events, breaks, (per, scale), look)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("survey", "iso3", "place", "measure"), "timeline")
    measure = drawn_rows.one_measure(frame, "timeline")
    column = drawn_rows.column_drawn(frame, value)
    frame = drawn_rows.answered(frame, column, per, scale, limits)
    rows = drawn_rows.with_interval(frame, column)
    rows = rows[rows["drawn"].notna()]
    if rows["iso3"].fillna(rows["place"]).nunique() > 1:
        raise NotComparableError("a line joins figures of one place", remedy="select one, or draw ex.chart.slope")
    rows, joins, marked = survey_breaks.over_time(
        rows.assign(key="", name=wording.places(rows, lang)), lang, across_breaks=across_breaks, insist=insist
    )
    _one_figure_each(rows)
    joined = joins.get("", [])
    notes = [footnotes.interval_note(rows, column, lang), *footnotes.qualified(rows, column, lang), *marked]
    noun, shown = wording.label(measure, lang), wording.printed(rows, column, lang)
    told = [f"{date(when, lang)}: {text}" for when, text in zip(rows["when"], shown, strict=True)]
    story = Story(
        kind="timeline",
        name=wording.default_name("timeline", frame),
        title=_title(rows, shown, all(joined), noun, lang),
        subtitle=titles.subtitle([noun, wording.unit(frame, column, lang), *_where_and_when(rows, lang)]),
        notes=[*notes, say("zero_based", lang)],
        source=sources_cited.source_line(rows, lang),
        alt=["; ".join(told) + "." if told else ""],
        data=drawn_rows.data(rows, column).assign(date=rows["when"]),
        about=sources_cited.about(rows, lang),
    )
    picture = _Line(rows, shown, joined, measure, column, lang)
    return compose(story, picture, look, wanted=picture.wanted)


def _one_figure_each(rows: pd.DataFrame) -> None:
    doubled = rows[rows.duplicated(["survey", "when"])]
    if len(doubled):
        raise DataError(
            f"the chart 'timeline' got two figures of {doubled['survey'].iloc[0]} for {doubled['when'].iloc[0]}",
            remedy="take ex.preferred(panel)",
        )


def _where_and_when(rows: pd.DataFrame, lang: str) -> list[str]:
    """The place and the years of the line; nothing of a line without figures."""
    if rows.empty:
        return []
    return [sentence(rows["name"].iloc[0]), period(rows["when"].min(), rows["when"].max(), lang)]


def _title(rows: pd.DataFrame, shown: list[str], unbroken: bool, noun: str, lang: str) -> str:
    """What the line shows: from the first figure to the last, only where it leads from one to the other."""
    if rows.empty:
        return say("nothing_title", lang, label=sentence(noun))
    if len(rows) == 1:
        return say("one_title", lang, label=sentence(noun), place=rows["name"].iloc[0], value=shown[0])
    return say(
        "timeline_title" if unbroken else "timeline_breaks",
        lang,
        label=sentence(noun),
        n=len(rows),
        first=shown[0],
        last=shown[-1],
        from_date=date(rows["when"].iloc[0], lang),
        to_date=date(rows["when"].iloc[-1], lang),
    )


class _Line:
    def __init__(
        self, rows: pd.DataFrame, shown: list[str], joined: list[bool], measure: str, column: str, lang: str
    ) -> None:
        self.rows, self.shown, self.joined, self.measure, self.column, self.lang = (
            rows,
            shown,
            joined,
            measure,
            column,
            lang,
        )

    def wanted(self, size: Size) -> float:
        return 21 * size.text

    def __call__(self, page: Page, box: Box) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        if self.rows.empty:
            return
        rows, days = self.rows, [wording.day(text) for text in self.rows["when"]]
        low, high = rows["drawn_low"].fillna(rows["drawn"]), rows["drawn_high"].fillna(rows["drawn"])
        scale = Scale.around([*low, *high], box.bottom - 1.7 * small, box.y + 2.2 * size)
        ticks = [
            (tick, wording.shown(tick, self.measure, self.column, self.lang))
            for tick, _ in scale.ticks(lambda tick: "", 2 * small, most=6)
        ]
        left = box.x + max(text_width(text, small) for _, text in ticks) + size
        inset = max(text_width(text, size) for text in self.shown) / 2
        years = range(datetime.date.fromordinal(days[0]).year, datetime.date.fromordinal(days[-1]).year + 2)
        first, last = datetime.date(years[0], 1, 1).toordinal(), datetime.date(years[-1], 1, 1).toordinal()

        def across(day: float) -> float:
            return left + inset + (day - first) / (last - first) * (box.right - inset - left - inset)

        page.segments(
            [[(left, scale(tick)), (box.right, scale(tick))] for tick, _ in ticks],
            colour=theme.grid,
            width=0.8,
            order=1,
        )
        for tick, text in ticks:
            page.text(box.x, scale(tick) + 0.36 * small, text, size=small, colour=theme.muted)
        room, end = text_width("2000", small) + small, -1e9
        for year in years[:-1]:
            middle = across(datetime.date(year, 7, 2).toordinal())
            if middle - room / 2 > end:
                page.text(middle, box.bottom - 0.2 * small, str(year), size=small, colour=theme.muted, align="center")
                end = middle + room / 2
        points = [(across(day), scale(number)) for day, number in zip(days, rows["drawn"], strict=True)]
        page.segments(
            [[a, b] for a, b, join in zip(points, points[1:], self.joined, strict=False) if join],
            colour=theme.accent,
            width=0.15 * size,
            order=2,
        )
        page.segments(
            [[(x, scale(a)), (x, scale(b))] for (x, _), a, b in zip(points, low, high, strict=True) if b > a],
            colour=theme.text,
            width=0.1 * size,
            order=3,
        )
        page.circles(points, [0.34 * size] * len(points), face=theme.accent, edge=theme.paper, width=1)
        self._breaks(page, scale, [x for x, _ in points])
        self._numbers(page, points, [scale(number) for number in high], [scale(number) for number in low], scale(0))

    def _breaks(self, page: Page, scale: Scale, xs: list[float]) -> None:
        """A dashed line between figures that no line may join, clear of their numbers where there is room."""
        halves = [text_width(text, page.size.text, SEMIBOLD) / 2 for text in self.shown]
        for n, join in enumerate(self.joined):
            if not join:
                ends = xs[n] + halves[n], xs[n + 1] - halves[n + 1]
                middle = sum(ends if ends[0] < ends[1] else xs[n : n + 2]) / 2
                page.segments(
                    [[(middle, scale(scale.last)), (middle, scale(0))]],
                    colour=page.theme.muted,
                    width=1,
                    order=1.5,
                    dashes=(0, (3, 3)),
                )

    def _numbers(
        self, page: Page, points: list[tuple[float, float]], highs: list[float], lows: list[float], floor: float
    ) -> None:
        """The numbers above their intervals, or where no line crosses them; what has no room is left to the table."""
        size, right_end = page.size.text, page.size.width - page.size.margin
        taken: list[Edges] = []
        # The first and the last go first.
        for n in dict.fromkeys([len(points) - 1, 0, *range(1, len(points) - 1)]):
            x, half = points[n][0], text_width(self.shown[n], size, SEMIBOLD) / 2
            above, below, aside = highs[n] - 0.7 * size, lows[n] + 1.45 * size, half - 0.4 * size
            places = [(x, above), (x, below), (x - aside, above), (x + aside, above)]
            rooms = [(at - half - 3, y - 0.95 * size, at + half + 3, y + 0.25 * size) for at, y in places]
            rooms = [
                room
                for room in rooms
                if room[3] < floor and room[2] <= right_end and not any(meet(room, other) for other in taken)
            ]
            if rooms:
                left, top, right, bottom = min(rooms, key=lambda room: self._crossed(points, room))
                # On a ground of its own: lines of the grid and of breaks end at a number.
                page.rectangles([Box(left + 1, top, right - left - 2, bottom - top)], face=page.theme.paper, order=1.8)
                page.text((left + right) / 2, bottom - 0.25 * size, self.shown[n], align="center", weight=SEMIBOLD)
                taken.append((left, top, right, bottom))

    def _crossed(self, points: list[tuple[float, float]], room: Edges) -> bool:
        """Whether a line between joined points runs through a box."""
        left, top, right, bottom = room
        for (x, y), (later, end), join in zip(points, points[1:], self.joined, strict=False):
            if join and max(x, left) < min(later, right):
                heights = [y + (end - y) * (at - x) / ((later - x) or 1) for at in (max(x, left), min(later, right))]
                if min(heights) < bottom and max(heights) > top:
                    return True
        return False
