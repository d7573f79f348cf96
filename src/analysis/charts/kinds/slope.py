"""Two waves of a survey: what rose, what fell, and what the figures cannot tell."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ...errors import DataError
from ...language.catalogue import say
from ...language.dates import date
from ...language.prose import listed, sentence
from .. import drawn_rows, footnotes, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..page import LEADING, Box, Page, shorten, wrap
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..chart import Chart

#: Panels side by side, at most; more figures become rows.
MOST_PANELS = 6


def slope(
    frame: pd.DataFrame,
    value: str | None = None,
    *,
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
    """Figures of two waves side by side, each with its interval.

    Several measures of one place get a panel each; several places of one measure a row each.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` or ``ex.rates()`` of exactly two surveys, one figure for each place and measure.
    value
        The column shown. Default: ``rate`` if there is one, else ``value``.
    per, scale, limits
        Per what the rates are (``population``), per how many of it, and what their limits are limits of (``rounding``,
        ``chance``, ``both``), where the columns ``rate_per``, ``rate_scale`` and ``limits`` do not say it.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data. The note says if the method
        differs between the waves.

    Raises
    ------
    NotComparableError
        If the two surveys were made in ways that cannot be compared.
    DataError
        If there are not two surveys, no figure is in both, or several measures come with several places.

    Examples
    --------
    >>> import analysis as ex
    >>> waves = ex.preferred(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]))
    >>> ex.chart.slope(waves.query("measure == 'studies'")).title
    'Studies: all 2 figures rose'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("survey", "iso3", "place", "measure"), "slope")
    column = drawn_rows.column_drawn(frame, value)
    frame = drawn_rows.answered(frame, column, per, scale, limits)
    frame = drawn_rows.with_interval(frame, column)
    frame = frame[frame["drawn"].notna()]
    waves = _two_waves(frame)
    notes = footnotes.require_one_method(frame, lang)
    frame = frame.assign(key=frame["iso3"].where(frame["iso3"].notna(), frame["place"]) + " " + frame["measure"])
    first, last = (_one_figure_each(frame[frame["survey"] == wave]) for wave in waves)
    pairs = _pairs(frame, first, last, column, lang)
    by_measure, one_measure = _by_measure(pairs), pairs["measure_first"].nunique() == 1
    dates, short = ([_dated(one, lang, brief) for one in (first, last)] for brief in (False, True))
    notes = [footnotes.interval_note(frame, column, lang), *notes, *footnotes.qualified(frame, column, lang)]
    panels = by_measure and len(pairs) <= MOST_PANELS
    if panels and len(pairs) > 1:
        notes.append(say("slope_scales", lang))
    notes += _unpaired(frame[~frame["key"].isin(pairs["key"])], by_measure, lang)
    drawing = _Panels(pairs, column, dates, short, lang) if panels else _Rows(pairs, column, dates, short, lang)
    measure = pairs["measure_first"].iloc[0]
    noun = wording.label(measure, lang) if one_measure else ""
    place = str(_places(first, pairs, lang).iloc[0]) if _one_place(pairs) else ""
    changes = [_sentence(row, column, lang) for row in pairs.head(4).itertuples()]
    several = titles.directions_told(pairs["direction"].tolist(), noun or place, lang)
    story = Story(
        kind="slope",
        name=wording.default_name("slope", frame, *((measure,) if one_measure else ()), waves[0]),
        title=changes[0] if len(pairs) == 1 else several,
        subtitle=titles.subtitle([noun, wording.unit(frame, column, lang), place, f"{dates[0]} – {dates[1]}"]),
        notes=notes,
        source=sources_cited.source_line(frame, lang),
        alt=[f"{change}." for change in (changes if len(pairs) > 1 else [])],
        data=drawn_rows.data(
            frame.assign(name=wording.places(frame, lang)).sort_values(["measure", "iso3", "scan_to"], kind="stable"),
            column,
        ),
        about=sources_cited.about(frame, lang),
    )
    return compose(story, drawing, look, wanted=drawing.wanted, limit=drawing.limit)


def _two_waves(frame: pd.DataFrame) -> list[str]:
    """The two surveys of the rows, the earlier first."""
    waves = sorted(frame["survey"].unique(), key=lambda survey: _begun(frame[frame["survey"] == survey]))
    if len(waves) != 2:
        raise DataError(
            f"the chart 'slope' compares two surveys and got {len(waves)} ({', '.join(waves)})", remedy="select two"
        )
    return waves


def _one_figure_each(wave: pd.DataFrame) -> pd.DataFrame:
    doubled = wave["key"][wave["key"].duplicated()]
    if len(doubled):
        raise DataError(
            f"the chart 'slope' got two figures for {doubled.iloc[0]} in one wave", remedy="take ex.preferred(panel)"
        )
    return wave


def _pairs(frame: pd.DataFrame, first: pd.DataFrame, last: pd.DataFrame, column: str, lang: str) -> pd.DataFrame:
    """A row for each place and measure that both waves have: its name, its direction, the signs of its figures."""
    pairs = first.merge(last, on="key", suffixes=("_first", "_last"), validate="one_to_one")
    if pairs.empty:
        raise DataError("no place and measure has a figure in both waves", remedy="there is nothing to compare")
    by_measure = _by_measure(pairs)
    pairs["name"] = (
        [sentence(wording.label(measure, lang)) for measure in pairs["measure_first"]]
        if by_measure
        else _places(first, pairs, lang).to_numpy()
    )
    ends = ("drawn_low", "drawn", "drawn_high")
    before, after = (
        pairs[[f"{end}_{wave}" for end in ends]].itertuples(index=False, name=None) for wave in ("first", "last")
    )
    pairs["direction"] = [titles.direction(*waves) for waves in zip(before, after, strict=True)]
    signs = wording.signs(frame, column)
    for wave, one in (("first", first), ("last", last)):
        pairs[f"sign_{wave}"] = pairs["key"].map(dict(zip(one["key"], signs.loc[one.index], strict=True)))
    return pairs if by_measure else pairs.sort_values(["drawn_last", "name"], ascending=[False, True])


def _by_measure(pairs: pd.DataFrame) -> bool:
    """Whether the pairs are measures of one place, rather than places of one measure."""
    several = pairs["measure_first"].nunique() > 1
    if several and not _one_place(pairs):
        raise DataError(
            "several measures of several places at once cannot be read", remedy="select one measure or one place"
        )
    return several or _one_place(pairs)


def _one_place(pairs: pd.DataFrame) -> bool:
    return bool(pairs["iso3_first"].fillna(pairs["place_first"]).nunique() == 1)


def _places(first: pd.DataFrame, pairs: pd.DataFrame, lang: str) -> pd.Series:
    """The names of the places of the pairs, in their order."""
    return wording.places(first.set_index("key").loc[pairs["key"]].reset_index(), lang)


def _unpaired(rows: pd.DataFrame, by_measure: bool, lang: str) -> list[str]:
    """The note on figures that only one of the waves has."""
    if rows.empty:
        return []
    names = [sentence(wording.label(m, lang)) for m in rows["measure"]] if by_measure else wording.places(rows, lang)
    return [say("slope_unpaired", lang, items=listed(sorted(set(names)), lang, most=6))]


def _begun(rows: pd.DataFrame) -> str:
    """What orders the waves: when they were measured, or else published."""
    return min(
        (text for name in ("scan_to", "scan_from", "published") if name in rows for text in wording.known(rows[name])),
        default="",
    )


def _dated(rows: pd.DataFrame, lang: str, short: bool = False) -> str:
    for name in ("scan_to", "scan_from", "published"):
        found = wording.known(rows[name]) if name in rows else []
        if found:
            return date(max(found), lang, short)
    return str(rows["survey"].iloc[0])


def _sentence(row: Any, column: str, lang: str) -> str:
    key = {1: "slope_up", -1: "slope_down", 0: "slope_flat"}[row.direction]
    first, last = wording.both(row.drawn_first, row.drawn_last, row.measure_first, column, lang)
    if row.sign_first or row.sign_last:
        # A sign stands before the whole number, scale word and all.
        first, last = (wording.shown(x, row.measure_first, column, lang) for x in (row.drawn_first, row.drawn_last))
    first, last = row.sign_first + first, row.sign_last + last
    return say(key, lang, label=row.name, first=first, last=last)


class _Panels:
    """A panel for each figure, with its own scale from zero."""

    def __init__(self, pairs: pd.DataFrame, column: str, dates: Sequence[str], short: Sequence[str], lang: str) -> None:
        self.pairs, self.column, self.dates, self.short, self.lang = pairs, column, dates, short, lang

    def wanted(self, size: Size) -> float:
        if size.narrow:
            return 13 * len(self.pairs) * size.text
        return (19 if len(self.pairs) <= 3 else 36) * size.text

    def limit(self, height: float, size: Size) -> list[str]:
        return []

    def __call__(self, page: Page, box: Box) -> None:
        size, count = page.size.text, len(self.pairs)
        rows = count if page.size.narrow else 1 if count <= 3 or box.width > 2.6 * box.height else 2
        columns = -(-count // rows)
        width, height = (box.width - (columns - 1) * 2 * size) / columns, (box.height - (rows - 1) * 1.4 * size) / rows
        for n, row in enumerate(self.pairs.itertuples()):
            line, at = divmod(n, columns)
            self._panel(
                page, Box(box.x + at * (width + 2 * size), box.y + line * (height + 1.4 * size), width, height), row
            )

    def _panel(self, page: Page, box: Box, row: Any) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        head = page.paragraph(box.x, box.y, wrap(row.name, box.width, size, SEMIBOLD), size=size, weight=SEMIBOLD)
        # The dates stand at the panel's two ends, in as many lines as half of it needs.
        room = box.width / 2 - 0.4 * small
        long = all(text_width(when, small) <= room for when in self.dates)
        dates = [wrap(when, room, small) for when in (self.dates if long else self.short)]
        floor = box.bottom - 1.3 * small * max(map(len, dates)) - 0.3 * small
        plot = Box(box.x, head + 1.9 * size, box.width, floor - head - 1.9 * size)
        numbers = [row.drawn_first, row.drawn_last]
        limits = [(row.drawn_low_first, row.drawn_high_first), (row.drawn_low_last, row.drawn_high_last)]
        scale = Scale.around([*numbers, *(x for pair in limits for x in pair if x == x)], plot.bottom, plot.y)
        labels = [
            sign + wording.shown(number, row.measure_first, self.column, self.lang)
            for sign, number in zip((row.sign_first, row.sign_last), numbers, strict=True)
        ]
        inset = max(text_width(text, size, SEMIBOLD) for text in labels) / 2 + 0.2 * size
        xs = [box.x + inset, box.right - inset]
        page.segments([[(box.x, scale(0)), (box.right, scale(0))]], colour=theme.grid, width=1, order=1)
        colour = {1: theme.second, -1: theme.accent, 0: theme.quiet}[row.direction]
        page.segments(
            [list(zip(xs, map(scale, numbers), strict=True))], colour=colour, width=max(1.8, 0.16 * size), order=2
        )
        page.segments(
            [
                [(x, scale(low)), (x, scale(high))]
                for x, (low, high) in zip(xs, limits, strict=True)
                if low == low and high > low
            ],
            colour=theme.text,
            width=max(1.2, 0.1 * size),
            order=3,
        )
        page.circles(
            [(x, scale(number)) for x, number in zip(xs, numbers, strict=True)],
            [0.34 * size] * 2,
            face=colour,
            edge=theme.paper,
            width=1,
        )
        for lines, x, align in zip(dates, (box.x, box.right), ("left", "right"), strict=True):
            page.paragraph(x, floor + 0.3 * small, lines, size=small, colour=theme.muted, align=align)
        for n, (x, number, text, (low, high)) in enumerate(zip(xs, numbers, labels, limits, strict=True)):
            # Off the line: below its lower end, above its upper one.
            if (row.drawn_last > row.drawn_first) == (n == 0) and row.drawn_last != row.drawn_first:
                y = max(scale(number), scale(low) if low == low else 0) + 1.55 * size
            else:
                y = min(scale(number), scale(high) if high == high else plot.bottom) - 0.75 * size
            page.text(x, min(y, plot.bottom - 0.3 * size), text, weight=SEMIBOLD, align="center")


class _Rows:
    """A row for each figure: a hollow dot for the first wave, a full one for the second."""

    def __init__(self, pairs: pd.DataFrame, column: str, dates: Sequence[str], short: Sequence[str], lang: str) -> None:
        self.pairs, self.column, self.dates, self.short, self.lang = pairs, column, dates, short, lang
        self.drawn = len(pairs)

    def wanted(self, size: Size) -> float:
        if size.narrow:
            # Names stand above their marks, in as many lines as they need.
            more = sum(map(len, self._stacked(size))) - len(self.pairs)
            return size.text * (2.7 * len(self.pairs) + LEADING * more + 1.6 * 2.6)
        return 1.6 * size.text * (len(self.pairs) + 2.6)

    def _stacked(self, size: Size) -> list[list[str]]:
        """The names in lines as wide as the numbers leave room for."""
        room = size.width - 2 * size.margin - size.text - max(text_width(text, size.text) for text in self._labels())
        return [wrap(str(name), room, size.text) for name in self.pairs["name"]]

    def _labels(self) -> list[str]:
        """Both numbers of each row."""
        return [
            " → ".join(
                sign + wording.shown(x, row.measure_first, self.column, self.lang)
                for sign, x in ((row.sign_first, row.drawn_first), (row.sign_last, row.drawn_last))
            )
            for row in self.pairs.itertuples()
        ]

    def limit(self, height: float, size: Size) -> list[str]:
        room = len(self.pairs) if size.height is None else int(height / (1.5 * size.text) - 2.6)
        self.drawn = min(len(self.pairs), max(1, room))
        left = len(self.pairs) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left else []

    def __call__(self, page: Page, box: Box) -> None:
        size, narrow = page.size.text, page.size.narrow
        rows, labels = self.pairs.head(self.drawn), self._labels()[: self.drawn]
        room = 0.54 * box.width
        names = self._stacked(page.size) if narrow else [[shorten(str(name), room, size)] for name in rows["name"]]
        left, right = box.x + 0.3 * size, box.right - 0.3 * size
        if not narrow:
            left = box.x + max(text_width(line, size) for lines in names for line in lines) + 1.2 * size
            right = box.right - max(text_width(text, size) for text in labels) - size
        each = 1.6 * size if narrow else box.height / (len(rows) + 2.6)
        heights = [size * (2.7 + LEADING * (len(lines) - 1)) if narrow else each for lines in names]
        plot = Box(left, box.y + 1.3 * each, right - left, sum(heights))
        scale = self._scale(rows, plot)
        self._grid(page, plot, scale, 0.2 * each, rows["measure_first"].iloc[0])
        self._key(page, Box(left, box.y + 0.45 * each, box.right - left, each))
        ends = itertools.accumulate(heights, initial=plot.y)
        for row, lines, text, end in zip(
            rows.itertuples(), names, labels, itertools.islice(ends, 1, None), strict=True
        ):
            y = end - (0.7 * size if narrow else 0.5 * each)
            line = y - 0.62 * size if narrow else y + 0.36 * size
            self._pair(page, scale, row, y)
            for n, name in enumerate(reversed(lines)):
                page.text(box.x, line - n * LEADING * size, name)
            page.text(box.right, line, text, align="right")

    def _scale(self, rows: pd.DataFrame, plot: Box) -> Scale:
        drawn, limits = ["drawn_first", "drawn_last"], ["low_first", "high_first", "low_last", "high_last"]
        values = rows[[*drawn, *(f"drawn_{end}" for end in limits)]].to_numpy().ravel()
        positive = (rows[drawn] > 0).all(axis=None)
        log = bool(positive and rows["drawn_first"].max() / rows["drawn_first"].min() > 100)
        return Scale.around(values, plot.x, plot.right, log=log)

    def _grid(self, page: Page, plot: Box, scale: Scale, below: float, measure: str) -> None:
        theme, small = page.theme, page.size.note
        ticks = scale.ticks(lambda tick: wording.shown(tick, measure, self.column, self.lang), small)
        end = plot.bottom + below
        lines = [[(scale(tick), plot.y), (scale(tick), end)] for tick, _ in ticks]
        page.segments(lines, colour=theme.grid, width=0.8, order=1)
        for tick, text in ticks:
            # Where names stand above their marks, the scale begins and ends at the edges of the page.
            half = text_width(text, small) / 2 + page.size.margin
            x = min(max(scale(tick), half), page.size.width - half)
            page.text(x, end + 1.15 * small, text, size=small, colour=theme.muted, align="center")

    def _key(self, page: Page, box: Box) -> None:
        """A hollow dot with the first date, a full one with the second; short dates where long ones have no room."""
        size, theme, small = page.size.text, page.theme, page.size.note
        x, y = box.x, box.y
        wide = sum(text_width(when, small) for when in self.dates) + 2 * size + 1.6 * small
        for when, face in zip(self.dates if wide <= box.width else self.short, (theme.paper, theme.text), strict=True):
            page.circles([(x + 0.3 * size, y)], [0.3 * size], face=face, edge=theme.text, width=1.2)
            page.text(x + size, y + 0.36 * small, when, size=small)
            x += size + text_width(when, small) + 1.6 * size

    def _pair(self, page: Page, scale: Scale, row: Any, y: float) -> None:
        """Both intervals of a row, the way from the first figure to the second, and their dots."""
        size, theme = page.size.text, page.theme
        colour = {1: theme.second, -1: theme.accent, 0: theme.quiet}[row.direction]
        for low, high in ((row.drawn_low_first, row.drawn_high_first), (row.drawn_low_last, row.drawn_high_last)):
            if high > low:
                page.segments([[(scale(low), y), (scale(high), y)]], colour=theme.quiet, width=0.32 * size, order=2)
        first, last = (scale(row.drawn_first), y), (scale(row.drawn_last), y)
        page.segments([[first, last]], colour=colour, width=0.14 * size, order=3)
        page.circles([first], [0.28 * size], face=theme.paper, edge=colour, width=1.4)
        page.circles([last], [0.3 * size], face=colour, edge=theme.paper, width=0.6, order=5)
