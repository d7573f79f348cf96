"""The same small picture for each of up to twelve places, all on one scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...errors import DataError, NotComparableError
from ...language.catalogue import say
from ...language.dates import date
from ...language.prose import listed, sentence
from .. import counted_series, drawn_rows, footnotes, series_panels, sources_cited, survey_breaks, titles, wording
from ..composing import Look, Story, compose
from ..page import ASCENT, Box, Page, columns_of, heads_in_lines, in_lines, shorten
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..chart import Chart

MOST_PANELS = 12
#: Between panels, in sizes of the text.
GAP = 1.5


def small_multiples(
    frame: pd.DataFrame,
    value: str | None = None,
    *,
    across_breaks: str = "refuse",
    insist: bool = False,
    own_scales: bool = False,
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
    """A panel per place: one measure over the surveys or over the days of a series, or several measures of one unit.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` or ``ex.rates()``. With one measure the panels run over time; with several, which must
        count the same unit, over the measures. The twelve places with the highest figures are drawn. Or rows of
        ``ex.series()`` of one
        measure and many places.
    value
        The column shown. Default: ``rate`` if there is one, else ``value``.
    across_breaks
        ``refuse`` figures that cannot be compared, or ``mark``: draw them unjoined, with a note.
    insist
        Join figures that cannot be compared all the same; the note says so.
    own_scales
        Of a series: a scale for each panel, where places differ too much for one; the note says so.
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
        For measures of several units, or a line over a break unless ``across_breaks`` or ``insist`` says otherwise.
    DataError
        If nothing is to be drawn, or a place has two figures of one measure and survey.

    Examples
    --------
    >>> import analysis as ex
    >>> waves = ex.preferred(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]))
    >>> three = waves.query("measure == 'studies' and iso3 in ['USA', 'IND', 'ZAF']")
    >>> ex.chart.small_multiples(three).data["iso3"].unique().tolist()
    ['USA', 'ZAF', 'IND']
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    if (series := counted_series.series_frame(frame)) is not None:
        return series_panels.small_multiples(series, value, own_scales, breaks, (per, scale), look)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("survey", "iso3", "place", "measure"), "small_multiples")
    column = drawn_rows.column_drawn(frame, value)
    frame = drawn_rows.answered(frame, column, per, scale, limits)
    rows = _of_places(drawn_rows.with_interval(frame[frame["iso3"].ne("WLD").fillna(True)], column), lang)
    measures = rows["measure"].drop_duplicates().tolist()
    if len(measures) == 1:
        rows, joined, notes = survey_breaks.over_time(rows, lang, across_breaks=across_breaks, insist=insist)
        title = _over_time_title(rows, joined, measures[0], column, lang)
    else:
        joined, notes = {}, footnotes.require_one_method(rows, lang)
        _one_survey_and_unit(rows, measures, column)
        title = _measures_title(rows, column, lang)
    notes = [footnotes.interval_note(rows, column, lang), *notes, say("multiples_scale", lang)]
    order = rows.groupby("key")["drawn"].max().sort_values(ascending=False, kind="stable")
    shown = order.index[:MOST_PANELS].tolist()
    unit = wording.unit(rows, column, lang)
    picture = _Panels(rows[rows["key"].isin(shown)], shown, measures, joined, column, lang)
    if len(order) > len(shown):
        notes.append(say("multiples_left", lang, n=len(order) - len(shown)))
    story = Story(
        kind="small_multiples",
        name=wording.default_name("small-multiples", frame),
        title=title,
        subtitle=titles.subtitle(
            [listed([wording.label(measure, lang) for measure in measures], lang), unit, wording.when(rows, lang)]
        ),
        notes=notes,
        source=sources_cited.source_line(rows, lang),
        alt=[_told(rows[rows["key"] == key], column, lang) for key in shown[:4]],
        data=drawn_rows.data(rows, column).assign(date=[wording.dated(row) for row in rows.to_dict("records")]),
        about=sources_cited.about(rows, lang),
    )
    return compose(story, picture, look, wanted=picture.wanted, least=picture.least)


def _of_places(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The rows with a figure, with the key and the name of their place; one figure per place, measure and survey."""
    rows = rows[rows["drawn"].notna()]
    if rows.empty:
        raise DataError("the chart 'small_multiples' got no place with a figure", remedy="check the selection")
    rows = rows.assign(key=rows["iso3"].where(rows["iso3"].notna(), rows["place"]), name=wording.places(rows, lang))
    doubled = rows.duplicated(["key", "measure", "survey"])
    if doubled.any():
        raise DataError(
            f"the chart 'small_multiples' got two figures for {rows.loc[doubled, 'place'].iloc[0]}",
            remedy="take ex.preferred(panel)",
        )
    return rows


def _one_survey_and_unit(rows: pd.DataFrame, measures: list[str], column: str) -> None:
    """Refuse measures that a panel cannot show side by side."""
    if rows["survey"].nunique() > 1:
        raise NotComparableError(
            "several measures of several surveys at once cannot be read", remedy="select one survey or one measure"
        )
    units = sorted({wording.unit_of(measure) for measure in measures})
    if column == "value" and len(units) > 1:
        raise NotComparableError(
            f"{', '.join(units)} are different units and cannot share one scale", remedy="select measures of one unit"
        )


def _over_time_title(rows: pd.DataFrame, joined: dict[str, list[bool]], measure: str, column: str, lang: str) -> str:
    """How many places rose, fell, or did neither beyond what their intervals allow, first to last figure.

    Places with a break between are left out.
    """
    rows = rows.reset_index(drop=True)
    ends = rows[["drawn_low", "drawn", "drawn_high"]]
    directions = [
        titles.direction(tuple(ends.loc[found[0]]), tuple(ends.loc[found[-1]]))
        for key, found in rows.groupby("key").groups.items()
        if len(found) > 1 and all(joined[key])
    ]
    if not directions:
        return titles.highest(
            rows.sort_values("drawn", ascending=False, kind="stable"),
            measure,
            column,
            wording.unit(rows, column, lang),
            lang,
        )
    return titles.directions_told(directions, wording.label(measure, lang), lang)


def _measures_title(rows: pd.DataFrame, column: str, lang: str) -> str:
    top = rows.sort_values("drawn", ascending=False, kind="stable").iloc[0]
    counted = column == "value" and wording.kind_of(top["measure"]) == "count"
    value = (
        wording.with_noun(top["drawn"], top["measure"], lang)
        if counted
        else wording.shown(top["drawn"], top["measure"], column, lang)
    )
    return say("multiples_measures", lang, n=rows["key"].nunique(), place=top["name"], value=value)


def _told(rows: pd.DataFrame, column: str, lang: str) -> str:
    numbers = [
        wording.shown(number, measure, column, lang)
        for number, measure in zip(rows["drawn"], rows["measure"], strict=True)
    ]
    return f"{rows['name'].iloc[0]}: {', '.join(numbers)}."


class _Panels:
    def __init__(
        self,
        rows: pd.DataFrame,
        keys: list[str],
        measures: list[str],
        joined: dict[str, list[bool]],
        column: str,
        lang: str,
    ) -> None:
        self.rows, self.keys, self.measures, self.joined, self.column, self.lang = (
            rows,
            keys,
            measures,
            joined,
            column,
            lang,
        )

    def _columns(self, size: Size, height: float | None) -> int:
        return columns_of(len(self.keys), size, height, self.least(size))

    def least(self, size: Size) -> float:
        """The height that one panel needs, with its gap."""
        return size.text * (7.5 if len(self.measures) == 1 else 3.2 + 2.9 * len(self.measures))

    def wanted(self, size: Size) -> float:
        rows = -(-len(self.keys) // self._columns(size, None))
        each = (9.5 if rows > 1 else 14) if len(self.measures) == 1 else 1.5 + 4.0 * len(self.measures)
        return (rows * each + (rows - 1) * GAP) * size.text + rows * self._heads(size, size.height)[-1]

    def _heads(self, size: Size, height: float | None) -> tuple[list[list[str]], float, float]:
        """The names of the panels in lines, the size of their letters, and their height beyond the first line."""
        names = [str(self.rows.loc[self.rows["key"] == key, "name"].iloc[0]) for key in self.keys]
        return heads_in_lines(names, self._columns(size, height), size, GAP)

    def __call__(self, page: Page, box: Box) -> None:
        size = page.size.text
        columns = self._columns(page.size, page.size.height and box.height)
        lines = -(-len(self.keys) // columns)
        gap = GAP * size
        width, height = (box.width - (columns - 1) * gap) / columns, (box.height - (lines - 1) * gap) / lines
        everything = [*self.rows["drawn"], *self.rows["drawn_low"].dropna(), *self.rows["drawn_high"].dropna()]
        heads, letters, more = self._heads(page.size, page.size.height and box.height)
        for n, (key, head) in enumerate(zip(self.keys, heads, strict=True)):
            line, at = divmod(n, columns)
            place = Box(box.x + at * (width + gap), box.y + line * (height + gap), width, height)
            rows = self.rows[self.rows["key"] == key]
            page.paragraph(place.x, place.y + (1 - ASCENT) * size, head, size=letters, weight=SEMIBOLD)
            inner = Box(place.x, place.y + 1.5 * size + more, width, height - 1.5 * size - more)
            (self._over_time if len(self.measures) == 1 else self._over_measures)(page, inner, rows, key, everything)

    def _over_time(self, page: Page, box: Box, rows: pd.DataFrame, key: str, everything: list[float]) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        floor = box.bottom - 1.4 * small
        scale = Scale.around(everything, floor, box.y + 1.7 * small)
        texts = [wording.shown(number, self.measures[0], self.column, self.lang) for number in rows["drawn"]]
        days = [wording.day(when) for when in rows["when"]]
        all_days = [wording.day(when) for when in self.rows["when"]]
        first, room = min(all_days), (max(all_days) - min(all_days)) or 1
        # As wide as the widest number, so that a day stands at the same place in every panel.
        ends = (
            max(
                text_width(wording.shown(number, self.measures[0], self.column, self.lang), small, SEMIBOLD)
                for number in self.rows["drawn"]
            )
            / 2
        )
        start, end = box.x + ends, box.right - ends
        points = [
            (start + (day - first) / room * (end - start), scale(number))
            for day, number in zip(days, rows["drawn"], strict=True)
        ]
        page.segments([[(box.x, scale(0)), (box.right, scale(0))]], colour=theme.outline, width=0.8, order=1)
        links = self.joined.get(key, [])
        page.segments(
            [[a, b] for a, b, join in zip(points, points[1:], links, strict=False) if join],
            colour=theme.accent,
            width=0.14 * size,
        )
        spans = [
            [(x, scale(a)), (x, scale(b))]
            for (x, _), a, b in zip(points, rows["drawn_low"], rows["drawn_high"], strict=True)
            if b > a
        ]
        page.segments(spans, colour=theme.text, width=0.09 * size, order=3)
        page.circles(points, [0.26 * size] * len(points), face=theme.accent, edge=theme.paper, width=0.8)
        self._numbers(page, points, rows, scale, texts, floor)
        spanned = list(dict.fromkeys((self.rows["when"].min(), self.rows["when"].max())))
        # The year says enough unless it is the same at both ends, or there is room for more.
        shown = [date(when if spanned[0][:4] == spanned[-1][:4] else when[:4], self.lang) for when in spanned]
        for text, x, align in zip(shown, (box.x, box.right), ("left", "right"), strict=False):
            page.text(
                x,
                box.bottom - 0.2 * small,
                shorten(text, 0.48 * box.width, small),
                size=small,
                colour=theme.muted,
                align=align,
            )

    def _numbers(
        self,
        page: Page,
        points: list[tuple[float, float]],
        rows: pd.DataFrame,
        scale: Scale,
        texts: list[str],
        floor: float,
    ) -> None:
        """The first and the last number, off their line: below a point that the line leaves upwards, if it has room."""
        size, small = page.size.text, page.size.note
        edge = math.inf
        for n in sorted({0, len(points) - 1}, reverse=True):
            low, high = (
                end if end == end else number
                for end, number in zip(
                    rows[["drawn_low", "drawn_high"]].iloc[n], [rows["drawn"].iloc[n]] * 2, strict=True
                )
            )
            half = text_width(texts[n], small, SEMIBOLD) / 2
            if points[n][0] + half + 0.5 * small > edge:
                continue
            next_to = points[1 if n == 0 else n - 1] if len(points) > 1 else points[n]
            under = scale(low) + 0.45 * size + 0.9 * small
            y = under if next_to[1] < points[n][1] - 1 and under < floor - 0.25 * small else scale(high) - 0.55 * size
            page.text(points[n][0], y, texts[n], size=small, weight=SEMIBOLD, align="center")
            edge = points[n][0] - half

    def _over_measures(self, page: Page, box: Box, rows: pd.DataFrame, key: str, everything: list[float]) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        height = box.height / len(self.measures)
        found = rows.set_index("measure")
        room = max(
            text_width(wording.shown(number, measure, self.column, self.lang), small, SEMIBOLD)
            for number, measure in zip(self.rows["drawn"], self.rows["measure"], strict=True)
        )
        scale = Scale.around(everything, box.x, box.right - room - 0.8 * small)
        page.segments([[(scale(0), box.y), (scale(0), box.bottom)]], colour=theme.outline, width=0.8, order=1)
        for n, measure in enumerate(self.measures):
            top = box.y + n * height
            most = 1 if height < 3.8 * size else 2
            lines = in_lines(sentence(wording.label(measure, self.lang)), box.width - 0.4 * small, small, most)
            under = page.paragraph(box.x + 0.4 * small, top + 0.2 * small, lines, size=small, colour=theme.muted)
            y = under + 0.6 * size
            if measure not in found.index:
                told = in_lines(say("unpublished", self.lang), box.width - 0.4 * small, small, 2)
                page.paragraph(box.x + 0.4 * small, y + (0.36 - ASCENT) * small, told, size=small, colour=theme.muted)
                continue
            row = found.loc[measure]
            if row["drawn_high"] > row["drawn_low"]:
                page.segments(
                    [[(scale(row["drawn_low"]), y), (scale(row["drawn_high"]), y)]],
                    colour=theme.quiet,
                    width=0.14 * size,
                    order=3,
                )
            page.circles([(scale(row["drawn"]), y)], [0.3 * size], face=theme.accent, edge=theme.paper, width=0.8)
            end = max(
                scale(row["drawn"]) + 0.3 * size,
                scale(row["drawn_high"]) if row["drawn_high"] == row["drawn_high"] else 0,
            )
            text = wording.shown(row["drawn"], measure, self.column, self.lang)
            page.text(end + 0.5 * small, y + 0.36 * small, text, size=small, weight=SEMIBOLD)
