"""Places in order: a dot for the figure, a line for its interval, and the ranks that it allows."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import DataError, NotComparableError
from ...language.catalogue import say
from ...language.intervals import interval
from ...language.numbers import percent
from .. import drawn_rows, footnotes, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..page import LEADING, Box, Page, shorten, wrap
from ..scales import Scale
from ..style import REGULAR, SEMIBOLD, Size, fits, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart

#: Rows beyond these stand in the data file only.
MOST_ROWS = 40
#: Room for the labels of the scale, in rows.
AXIS = 1.4


def ranking(
    frame: pd.DataFrame,
    value: str | None = None,
    *,
    log: bool | None = None,
    most: int = MOST_ROWS,
    bars: bool = False,
    from_zero: bool = True,
    insist: bool = False,
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
    """Places from the highest to the lowest figure of one measure, each with its interval.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()``, ``ex.rates()`` or ``ex.statistics.rank_sets()``, one per place; rows for the world are
        left
        out. With ``rank_low, rank_high`` the ranks that the figures allow stand beside the numbers; places that are
        ``undetermined`` or ``too_few`` have a hollow dot.
    value
        The column shown. Default: ``rate`` if there is one, else ``value``.
    log
        A logarithmic scale. Default: where the figures span more than two powers of ten.
    most
        Rows drawn at most; the note says how many are left for the data file.
    bars
        Bars instead of dots.
    from_zero
        Whether a linear scale begins at zero.
    insist
        Draw what would otherwise be refused with bars or ranks; the note says what is wrong with it.
    per, scale, limits
        Per what the rates are (``population``), per how many of it, and what their limits are limits of (``rounding``,
        ``chance``, ``both``), where the columns ``rate_per``, ``rate_scale`` and ``limits`` do not say it.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For several measures, or surveys of different methods; for bars that do not begin at zero; for ranks that
        overlap entirely.
    DataError
        For two figures of one place, a missing column, a number that is not finite, or a
        logarithmic scale of numbers that are not positive.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> chart = ex.chart.ranking(servers.query("iso3 != 'WLD'"), lang="de")
    >>> chart.data["place"].head(3).tolist()
    ['Vereinigte Staaten', 'Indien', 'Europa']
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("iso3", "place", "measure"), "ranking")
    measure = drawn_rows.one_measure(frame, "ranking")
    column = drawn_rows.column_drawn(frame, value)
    frame = drawn_rows.answered(frame, column, per, scale, limits)
    given = frame
    frame = drawn_rows.with_interval(frame[frame["iso3"].ne("WLD").fillna(True)], column)
    drawn_rows.refuse_world_only(given, frame, column, "ranking")
    notes = footnotes.require_one_method(frame, lang)
    rows = frame[frame["drawn"].notna()]
    drawn_rows.one_figure_a_place(rows, "ranking")
    rows = rows.assign(name=wording.places(rows, lang)).sort_values(["drawn", "name"], ascending=[False, True])
    log = _is_log(rows, log, plain=bars or not from_zero)
    notes += _insisted(rows, shortened=bars and (log or not from_zero), insist=insist, lang=lang)
    notes += _explained(frame, rows, column, log, lang)
    without, total = drawn_rows.without_figure(rows)
    if without:
        notes.append(say("without_figure", lang, n=without, total=total))
    unit = wording.unit(frame, column, lang)
    picture = _Picture(rows, measure, column, min(most, len(rows)), lang, log=log, bars=bars, from_zero=from_zero)
    story = Story(
        kind="ranking",
        name=wording.default_name("ranking", frame, "" if column == "value" else column),
        title=titles.highest(rows, measure, column, unit, lang),
        subtitle=titles.subtitle([wording.label(measure, lang), unit, wording.when(frame, lang)]),
        notes=notes,
        source=sources_cited.source_line(rows, lang),
        alt=[
            titles.leaders(rows, measure, column, lang),
            say("without_figure", lang, n=without, total=total) if without else "",
        ],
        data=drawn_rows.data(rows, column),
        about=sources_cited.about(rows, lang) | {"without_figure": without},
        told=titles.told(frame, lang),
    )
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def _is_log(rows: pd.DataFrame, asked: bool | None, *, plain: bool) -> bool:
    """Whether the scale is logarithmic: as asked, or where figures are wide apart and nothing speaks for a plain one.

    Bars have lengths, which a logarithm would falsify.
    """
    positive = rows["drawn"].gt(0).all() and len(rows) > 0
    if asked and not positive:
        raise DataError("a logarithmic scale has no place for zero or negative numbers", remedy="leave log=False")
    if asked is not None:
        return asked
    return bool(positive and rows["drawn"].max() / rows["drawn"].min() > 100 and not plain)


def _insisted(rows: pd.DataFrame, *, shortened: bool, insist: bool, lang: str) -> list[str]:
    """Refuse bars that lie and ranks that say nothing; or, where these are insisted on, the notes on them."""
    notes = []
    if shortened:
        if not insist:
            raise NotComparableError(
                "bars are read by their length and must begin at zero",
                remedy="take dots (bars=False), or from_zero=True and log=False. insist=True draws them with a note",
            )
        notes.append(say("insist_zero", lang))
    if _ranked(rows) and len(rows) > 1 and rows["rank_low"].max() <= 1 and rows["rank_high"].min() >= len(rows):
        if not insist:
            raise NotComparableError(
                "every place may have every rank: the figures do not allow an order. Draw the figures without ranks "
                "(drop rank_low and rank_high), or pass insist=True to draw them with a note."
            )
        notes.append(say("insist_ranks", lang))
    return notes


def _explained(frame: pd.DataFrame, rows: pd.DataFrame, column: str, log: bool, lang: str) -> list[str]:
    """The notes on intervals, ranks, hollow dots, what the figures rest on, and the scale."""
    notes = [footnotes.interval_note(rows, column, lang)] if len(rows) else []
    if _ranked(rows):
        level = rows["level"].max() if "level" in rows else float("nan")
        notes.append(
            say("rank_note", lang, level=percent(level, lang)) if level == level else say("rank_note_printing", lang)
        )
    if _too_few(rows).any():
        notes.append(say("too_few", lang))
    notes += footnotes.no_denominator(frame, column, lang)
    notes += footnotes.qualified(rows, column, lang)
    return [*notes, say("log_scale", lang)] if log else notes


def _ranked(rows: pd.DataFrame) -> bool:
    return {"rank_low", "rank_high"} <= set(rows) and len(rows) > 0


def _too_few(rows: pd.DataFrame) -> pd.Series:
    """The flag of ``rank_sets`` (any rank is possible) or of ``too_few`` (the count is small)."""
    flags = [rows[name].fillna(False).astype(bool) for name in ("undetermined", "too_few") if name in rows]
    return sum(flags, pd.Series(False, rows.index)).astype(bool)


#: On narrow pages up to so many rows, or where a name has no room beside its mark, and on a canvas with few rows,
#: names and numbers stand above their marks.
MOST_STACKED, FEW = 15, 4
#: The width that names beside their marks may take: on a narrow page, and elsewhere.
ON_NARROW, BESIDE = 0.36, 0.56


class _Picture:
    def __init__(
        self,
        rows: pd.DataFrame,
        measure: str,
        column: str,
        drawn: int,
        lang: str,
        *,
        log: bool,
        bars: bool,
        from_zero: bool,
    ) -> None:
        self.rows, self.measure, self.column, self.lang = rows, measure, column, lang
        self.log, self.bars, self.from_zero = log, bars, from_zero
        self.wished = self.drawn = drawn
        self.ranks = (
            [interval(a, b, lang) for a, b in zip(rows["rank_low"], rows["rank_high"], strict=True)]
            if {"rank_low", "rank_high"} <= set(rows)
            else []
        )

    def _above(self) -> float:
        """Room for the head of the column of ranks, in rows."""
        return 1.0 if self.ranks else 0.0

    def _stacked(self, size: Size) -> bool:
        if not size.narrow:
            return self.wished <= (FEW if size.height else 0)
        room = ON_NARROW * (size.width - 2 * size.margin)
        names = self.rows["name"].head(self.wished).astype(str)
        return self.wished <= MOST_STACKED or not all(fits(name, room, size.text, SEMIBOLD) for name in names)

    def _row(self, size: Size) -> float:
        """The height of a row, in sizes of the text."""
        return 2.7 if self._stacked(size) else 1.55

    def wanted(self, size: Size) -> float:
        more = sum(len(lines) - 1 for lines in self._names(size)) if size.height is None and self._stacked(size) else 0
        return size.text * (self._row(size) * max(1, self.wished) + LEADING * more + 1.55 * (AXIS + self._above()))

    def _names(self, size: Size) -> list[list[str]]:
        """The names above their marks, in lines as wide as numbers and ranks leave room for."""
        labels = wording.printed(self.rows, self.column, self.lang)[: self.wished]
        values = max((text_width(text, size.text, SEMIBOLD) for text in labels), default=0.0)
        room = size.width - 2 * size.margin - self._ranks_width(size, size.text) - values - size.text
        names = enumerate(self.rows["name"].head(self.wished))
        return [wrap(str(name), room, size.text, REGULAR if n else SEMIBOLD) for n, name in names]

    def limit(self, height: float, size: Size) -> list[str]:
        """As many rows as stay readable in the height; the others are summed up in a last line and in a note."""
        room = int((height / size.text - 1.45 * (AXIS + self._above())) / (self._row(size) - 0.1))
        self.drawn = self.wished if room >= self.wished else max(1, room - 1)
        left = len(self.rows) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left > 0 else []

    def __call__(self, page: Page, box: Box) -> object:
        rows = self.rows.head(self.drawn)
        if rows.empty:
            page.text(box.x, box.y + page.size.text, say("unpublished", self.lang), colour=page.theme.muted)
            return None
        others = len(self.rows) > self.drawn and self.drawn < self.wished
        lines = len(rows) + others
        stacked, each = self._stacked(page.size), self._row(page.size)
        # A canvas that is higher than its rows has larger letters.
        wrapped = self._names(page.size) if stacked and page.size.height is None else []
        more = LEADING * sum(len(name) - 1 for name in wrapped)
        unit = box.height / (each * lines + more + 1.55 * (AXIS + self._above()))
        size = min(unit, (2.4 if stacked else 1.7) * page.size.text)
        height = each * unit
        every = wording.printed(self.rows, self.column, self.lang)
        labels = [*every[: len(rows)], *([self._range(every)] if others else [])]
        told = [str(name) for name in rows["name"]]
        told += [say("others_row", self.lang, n=len(self.rows) - self.drawn)] if others else []
        if stacked and not wrapped:
            # Rather smaller than cut: on a canvas names have half of the width.
            widest = max(text_width(name, 1.0, SEMIBOLD) for name in told)
            size = min(size, max(page.size.text, 0.45 * box.width / widest))
        head = Box(box.x, box.y, box.width, 1.55 * unit * self._above())
        self._ranks_head(page, head)
        edge = box.right - self._ranks_width(page.size, size)
        numeral = self._numeral(page.size, labels, size, unit, box.width)
        values = max(text_width(text, numeral, SEMIBOLD) for text in labels)
        room = edge - box.x - values - size if stacked else BESIDE * box.width
        names = wrapped or [[shorten(name, room, size)] for name in told]
        left = box.x if stacked else box.x + max(text_width(name, size) for name, *_ in names) + 1.2 * size
        right = edge if stacked else edge - values - 1.0 * size
        heights = [height + LEADING * size * (len(name) - 1) for name in names]
        plot = Box(left, head.bottom, right - left, sum(heights))
        ends = itertools.islice(itertools.accumulate(heights, initial=plot.y), 1, None)
        middles = [end - (0.26 if stacked else 0.5) * height for end in ends]
        scale = self._scale(plot)
        self._grid(page, plot, scale, 0.3 * unit)
        self._marks(page, plot, scale, middles, size)
        for n, (name, text, y) in enumerate(zip(names, labels, middles, strict=True)):
            weight: dict[str, Any] = {"weight": SEMIBOLD, "size": size} if n == 0 else {"size": size}
            line = y - 0.62 * size if stacked else y + 0.36 * size
            for above, part in enumerate(reversed(name)):
                page.text(box.x, line - above * LEADING * size, part, **weight)
            page.text(edge, line, text, align="right", **weight | {"size": numeral})
            if self.ranks and n < len(rows):
                page.text(box.right, line, self.ranks[n], align="right", size=size, colour=page.theme.muted)
        return page.axes(
            plot, xlim=(scale.first, scale.last), ylim=(lines - 0.5, -0.5), xscale="log" if self.log else "linear"
        )

    def _numeral(self, size: Size, labels: Sequence[str], text: float, unit: float, width: float) -> float:
        """The size of the numbers: on a canvas with few rows they are the picture, and take up to half of its width."""
        if not (size.height and self._stacked(size)):
            return text
        half = 0.5 * width / max(text_width(label, 1.0, SEMIBOLD) for label in labels)
        return max(text, min(4.4 * size.text, 1.6 * unit, half))

    def _range(self, labels: Sequence[str]) -> str:
        """The lowest and the highest number of the rows that have no line of their own."""
        return "–".join(dict.fromkeys([labels[-1], labels[self.drawn]]))

    def _scale(self, plot: Box) -> Scale:
        rows = self.rows.head(self.wished)
        ends = [*rows["drawn_low"].fillna(rows["drawn"]), *rows["drawn_high"].fillna(rows["drawn"]), *rows["drawn"]]
        return Scale.around(ends, plot.x, plot.right, log=self.log, from_zero=self.from_zero)

    def _ranks_head(self, page: Page, at: Box) -> None:
        """The head of the column of ranks, in its box."""
        if self.ranks:
            small = page.size.note
            y = at.y + 0.5 * at.height + 0.36 * small
            page.text(at.right, y, say("rank_head", self.lang), size=small, colour=page.theme.muted, align="right")

    def _ranks_width(self, size: Size, letters: float) -> float:
        """The width of the column of ranks, in letters of a size."""
        if not self.ranks:
            return 0.0
        widths = [text_width(text, letters) for text in self.ranks[: self.drawn]]
        return max(text_width(say("rank_head", self.lang), size.note), *widths) + 1.4 * letters

    def _grid(self, page: Page, plot: Box, scale: Scale, below: float) -> None:
        theme, small = page.theme, page.size.note
        ticks = scale.ticks(lambda tick: wording.shown(tick, self.measure, self.column, self.lang), small)
        lines = [[(scale(tick), plot.y), (scale(tick), plot.bottom + below)] for tick, _ in ticks]
        page.segments(lines, colour=theme.grid, width=0.8, order=1)
        for tick, text in ticks:
            half = text_width(text, small) / 2
            # Where names stand above their marks, the scale begins at the edge of the page.
            x = min(max(scale(tick), page.size.margin + half), page.size.width - page.size.margin - half)
            page.text(x, plot.bottom + below + 1.15 * small, text, size=small, colour=theme.muted, align="center")

    def _marks(self, page: Page, plot: Box, scale: Scale, middles: Sequence[float], size: float) -> None:
        """A line for each interval and a dot or a bar for each figure; the others are a line from least to most."""
        theme, rows = page.theme, self.rows.head(self.drawn)
        low, high = rows["drawn_low"].fillna(rows["drawn"]), rows["drawn_high"].fillna(rows["drawn"])
        colours = [theme.accent if n == 0 else theme.quiet for n in range(len(rows))]
        if self.bars:
            start = scale(scale.first if self.log or not self.from_zero else 0)
            half = 0.3 * (middles[1] - middles[0] if len(middles) > 1 else 1.6 * size)
            half = min(half, 0.4 * size) if self._stacked(page.size) else half
            bars = [
                Box(min(start, scale(x)), y - half, abs(scale(x) - start), 2 * half)
                for x, y in zip(rows["drawn"], middles, strict=False)
            ]
            page.rectangles(bars, face=colours)
        elif not self._stacked(page.size):
            # From the name to the dot, which may be far apart.
            ends = [scale(min(a, x)) for a, x in zip(low, rows["drawn"], strict=True)]
            leaders = [[(plot.x, y), (x, y)] for x, y in zip(ends, middles, strict=False)]
            page.segments(leaders, colour=theme.grid, width=0.8, order=1)
        spans = [[(scale(a), y), (scale(b), y)] for a, b, y in zip(low, high, middles, strict=False) if b > a]
        thick = max(1.6, (0.1 if self.bars else 0.16) * size)
        page.segments(spans, colour=theme.text if self.bars else theme.quiet, width=thick, order=3)
        if len(middles) > len(rows):
            rest = self.rows["drawn"].iloc[self.drawn :]
            span = [(scale(rest.min()), middles[-1]), (scale(rest.max()), middles[-1])]
            page.segments([span], colour=theme.quiet, width=thick, order=3, caps="round", dashes="dotted")
        if not self.bars:
            hollow = _too_few(rows).tolist()
            page.circles(
                [(scale(x), y) for x, y in zip(rows["drawn"], middles, strict=False)],
                [0.3 * size] * len(rows),
                face=[theme.paper if empty else colour for colour, empty in zip(colours, hollow, strict=True)],
                edge=[colour if empty else theme.paper for colour, empty in zip(colours, hollow, strict=True)],
                width=[1.5 if empty else 0.8 for empty in hollow],
            )
