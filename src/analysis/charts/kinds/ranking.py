"""Places in order: a dot for the figure, a line for its interval, and the ranks that it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import DataError, NotComparableError
from ...language.catalogue import say
from ...language.intervals import interval
from ...language.numbers import percent
from .. import drawn_rows, footnotes, sources_cited, titles, wording
from ..composing import Look, Story, compose, drawn_anew
from ..page import Box, Page, shorten
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart

#: Rows beyond these stand in the data file only.
MOST_ROWS = 40
#: Room for the labels of the scale, in rows.
AXIS = 1.4


@drawn_anew
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
    source: str | None = None,
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
        Rows of ``ex.panel()``, ``ex.rates()`` or ``ex.statistics.rank_sets()``, one a place; rows for the world are
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
        Draw all the same what would be refused with bars or ranks; the note says what is wrong with it.
    per, scale, limits
        Per what the rates are (``population``), per how many of it, and what their limits are limits of (``rounding``,
        ``chance``, ``both``), where the columns ``rate_per``, ``rate_scale`` and ``limits`` do not say it.
    title, subtitle, note, source, alt, name, size, theme, lang
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
    ['Vereinigte Staaten', 'Indien', 'Europe']
    """
    look = Look(title, subtitle, note, source, alt, name, size, theme, lang)
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
    positive = rows["drawn"].gt(0).all() and len(rows) > 0
    if log and not positive:
        raise DataError("a logarithmic scale has no place for zero or negative numbers; leave log=False.")
    wide = positive and rows["drawn"].max() / rows["drawn"].min() > 100
    # Bars have lengths, which a logarithm would falsify.
    scale_is_log = bool(wide and not bars and from_zero if log is None else log)
    if bars and (scale_is_log or not from_zero):
        if not insist:
            raise NotComparableError(
                "bars are read by their length and must begin at zero; take dots (bars=False), or "
                "from_zero=True and log=False. insist=True draws them with a note."
            )
        notes.append(say("insist_zero", lang))
    ranked = {"rank_low", "rank_high"} <= set(rows) and len(rows) > 0
    if ranked and len(rows) > 1 and rows["rank_low"].max() <= 1 and rows["rank_high"].min() >= len(rows):
        if not insist:
            raise NotComparableError(
                "every place may have every rank: the figures do not allow an order. Draw the figures without ranks "
                "(drop rank_low and rank_high), or pass insist=True to draw them with a note."
            )
        notes.append(say("insist_ranks", lang))
    if len(rows):
        notes.append(footnotes.interval_note(rows, column, lang))
    if ranked:
        level = rows["level"].max() if "level" in rows else float("nan")
        notes.append(
            say("rank_note", lang, level=percent(level, lang)) if level == level else say("rank_note_printing", lang)
        )
    if _too_few(rows).any():
        notes.append(say("too_few", lang))
    notes += footnotes.no_denominator(frame, column, lang)
    notes += footnotes.qualified(rows, lang)
    if scale_is_log:
        notes.append(say("log_scale", lang))
    without, total = drawn_rows.without_figure(rows)
    if without:
        notes.append(say("without_figure", lang, n=without, total=total))
    unit = wording.unit(frame, column, lang)
    picture = _Picture(
        rows, measure, column, min(most, len(rows)), lang, log=scale_is_log, bars=bars, from_zero=from_zero
    )
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


def _too_few(rows: pd.DataFrame) -> pd.Series:
    """The flag of ``rank_sets`` (any rank is possible) or of ``too_few`` (the count is small)."""
    flags = [rows[name].fillna(False).astype(bool) for name in ("undetermined", "too_few") if name in rows]
    return sum(flags, pd.Series(False, rows.index)).astype(bool)


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

    def wanted(self, size: Size) -> float:
        return 1.55 * size.text * (max(1, self.wished) + AXIS + self._above())

    def limit(self, height: float, size: Size) -> list[str]:
        """As many rows as stay readable in the height; a note on the others."""
        self.drawn = min(self.wished, max(1, int(height / (1.45 * size.text) - AXIS - self._above())))
        left = len(self.rows) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left > 0 else []

    def __call__(self, page: Page, box: Box) -> object:
        theme, size, small = page.theme, page.size.text, page.size.note
        rows = self.rows.head(self.drawn)
        if rows.empty:
            page.text(box.x, box.y + size, say("unpublished", self.lang), colour=theme.muted)
            return None
        labels = wording.printed(rows, self.column, self.lang)
        names = [shorten(str(name), 0.36 * box.width, size) for name in rows["name"]]
        height = box.height / (len(rows) + AXIS + self._above())
        edge = box.right
        if self.ranks:
            head = say("rank_head", self.lang)
            edge -= (
                max(text_width(head, small), *(text_width(text, size) for text in self.ranks[: len(rows)])) + 1.4 * size
            )
            page.text(
                box.right, box.y + 0.5 * height + 0.36 * small, head, size=small, colour=theme.muted, align="right"
            )
        left = box.x + max(text_width(name, size) for name in names) + 1.2 * size
        right = edge - max(text_width(text, size) for text in labels) - 1.0 * size
        plot = Box(left, box.y + height * self._above(), right - left, height * len(rows))
        low, high = rows["drawn_low"].fillna(rows["drawn"]), rows["drawn_high"].fillna(rows["drawn"])
        scale = Scale.around([*low, *high, *rows["drawn"]], plot.x, plot.right, log=self.log, from_zero=self.from_zero)
        ticks = scale.ticks(lambda tick: wording.shown(tick, self.measure, self.column, self.lang), small)
        page.segments(
            [[(scale(tick), plot.y), (scale(tick), plot.bottom + 0.2 * height)] for tick, _ in ticks],
            colour=theme.grid,
            width=0.8,
            order=1,
        )
        for tick, text in ticks:
            page.text(
                scale(tick),
                plot.bottom + 0.2 * height + 1.15 * small,
                text,
                size=small,
                colour=theme.muted,
                align="center",
            )
        middles = [plot.y + (n + 0.5) * height for n in range(len(rows))]
        if not self.bars:
            # From the name to the dot, which may be far apart.
            ends = [scale(min(a, x)) for a, x in zip(low, rows["drawn"], strict=True)]
            page.segments(
                [[(plot.x, y), (x, y)] for x, y in zip(ends, middles, strict=True)],
                colour=theme.grid,
                width=0.8,
                order=1,
            )
        if self.bars:
            start = scale(scale.first if self.log or not self.from_zero else 0)
            page.rectangles(
                [
                    Box(min(start, scale(x)), y - 0.3 * height, abs(scale(x) - start), 0.6 * height)
                    for x, y in zip(rows["drawn"], middles, strict=True)
                ],
                face=[theme.accent if n == 0 else theme.quiet for n in range(len(rows))],
            )
        page.segments(
            [[(scale(a), y), (scale(b), y)] for a, b, y in zip(low, high, middles, strict=True) if b > a],
            colour=theme.text if self.bars else theme.quiet,
            width=max(1.6, (0.1 if self.bars else 0.16) * size),
            order=3,
        )
        if not self.bars:
            colours = [theme.accent if n == 0 else theme.quiet for n in range(len(rows))]
            hollow = _too_few(rows).tolist()
            page.circles(
                [(scale(x), y) for x, y in zip(rows["drawn"], middles, strict=True)],
                [0.3 * size] * len(rows),
                face=[theme.paper if empty else colour for colour, empty in zip(colours, hollow, strict=True)],
                edge=[colour if empty else theme.paper for colour, empty in zip(colours, hollow, strict=True)],
                width=[1.5 if empty else 0.8 for empty in hollow],
            )
        for n, (name, text, y) in enumerate(zip(names, labels, middles, strict=True)):
            weight: dict[str, Any] = {"weight": SEMIBOLD} if n == 0 else {}
            page.text(box.x, y + 0.36 * size, name, **weight)
            page.text(edge, y + 0.36 * size, text, align="right", **weight)
            if self.ranks:
                page.text(box.right, y + 0.36 * size, self.ranks[n], align="right", colour=theme.muted)
        return page.axes(
            plot, xlim=(scale.first, scale.last), ylim=(len(rows) - 0.5, -0.5), xscale="log" if self.log else "linear"
        )
