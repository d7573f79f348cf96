"""Places in order: a dot for the figure, a line for its interval."""

from __future__ import annotations

import math

import pandas as pd

from .. import telling
from ...errors import DataError
from ..chart import Chart, Story, compose
from ..page import Box, Page, shorten
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width
from ..wording import language, listed, say, sentence

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
    lang: str | None = None,
    **texts,
) -> Chart:
    """Places from the highest to the lowest figure of one measure, each with its interval.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` or ``ex.rates()``, one a place; rows for the world are left out.
    value
        The column shown. Default: ``rate`` if there is one, else ``value``.
    log
        A logarithmic scale. Default: where the figures span more than two powers of ten.
    most
        Rows drawn at most; the note says how many are left for the data file.
    lang, size, theme, title, subtitle, note, source, alt, name
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For several measures, or surveys of different methods.
    DataError
        For two figures of one place, a missing column, a number that is not finite, or a
        logarithmic scale of numbers that are not positive.
    """
    lang = language(lang)
    telling.checked(frame, ("iso3", "place", "measure"), "ranking")
    measure = telling.one_measure(frame, "ranking")
    column = telling.column_drawn(frame, value)
    frame = telling.with_interval(frame[frame["iso3"].ne("WLD").fillna(True)], column)
    notes = telling.require_one_method(frame, lang)
    rows = frame[frame["drawn"].notna()]
    telling.one_figure_a_place(rows, "ranking")
    rows = rows.assign(name=telling.places(rows, lang)).sort_values(["drawn", "name"], ascending=[False, True])
    positive = rows["drawn"].gt(0).all() and len(rows) > 0
    if log and not positive:
        raise DataError("a logarithmic scale has no place for zero or negative numbers; leave log=False.")
    wide = positive and rows["drawn"].max() / rows["drawn"].min() > 100
    scale_is_log = bool(wide if log is None else log)
    if len(rows):
        notes.append(telling.interval_note(rows, column, lang))
    notes += telling.no_denominator(frame, column, lang)
    if "qualifier" in rows and any(telling.sign(q) for q in rows["qualifier"]):
        notes.append(say("qualified", lang))
    if scale_is_log:
        notes.append(say("log_scale", lang))
    without, total = _without_figure(rows)
    if without:
        notes.append(say("without_figure", lang, n=without, total=total))
    per = telling.unit(frame, column, lang)
    picture = _Picture(rows, measure, column, scale_is_log, min(most, len(rows)), lang)
    story = Story(
        kind="ranking",
        name=telling.default_name("ranking", frame, "" if column == "value" else column),
        title=telling.highest(rows, measure, column, per, lang),
        subtitle=telling.subtitle([telling.label(measure, lang), per, telling.when(frame, lang)]),
        notes=notes,
        source=telling.source_line(rows, lang),
        alt=[
            listed((f"{name} {telling.shown(drawn, measure, column, lang)}" for name, drawn in zip(rows["name"][:5], rows["drawn"][:5], strict=True)), lang) + "." if len(rows) > 1 else "",
            say("without_figure", lang, n=without, total=total) if without else "",
        ],
        data=telling.data(rows, column),
        about=telling.about(rows, lang) | {"without_figure": without},
    )  # fmt: skip
    return compose(story, picture, wanted=picture.wanted, limit=picture.limit, lang=lang, **texts)


def _without_figure(rows: pd.DataFrame) -> tuple[int, int]:
    """Countries and territories that have no row, of all that there are."""
    from ...datafolder import reference

    codes = set(reference("countries")["iso3"])
    return len(codes - set(rows["iso3"].dropna())), len(codes)


class _Picture:
    def __init__(self, rows, measure, column, log, drawn, lang) -> None:
        self.rows, self.measure, self.column, self.log, self.lang = rows, measure, column, log, lang
        self.wished = self.drawn = drawn

    def wanted(self, size: Size) -> float:
        return 1.55 * size.text * (max(1, self.wished) + AXIS)

    def limit(self, height: float, size: Size) -> list[str]:
        """As many rows as stay readable in the height; a note on the others."""
        self.drawn = min(self.wished, max(1, int(height / (1.45 * size.text) - AXIS)))
        left = len(self.rows) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left > 0 else []

    def __call__(self, page: Page, box: Box):
        theme, size = page.theme, page.size.text
        rows = self.rows.head(self.drawn)
        if rows.empty:
            page.text(box.x, box.y + size, say("unpublished", self.lang), colour=theme.muted)
            return None
        signs = [telling.sign(q) for q in rows["qualifier"]] if "qualifier" in rows else [""] * len(rows)
        labels = [f"{mark}{telling.shown(drawn, self.measure, self.column, self.lang)}" for mark, drawn in zip(signs, rows["drawn"], strict=True)]
        names = [shorten(str(name), 0.36 * box.width, size) for name in rows["name"]]
        left = box.x + max(text_width(name, size) for name in names) + 1.2 * size
        right = box.right - max(text_width(text, size) for text in labels) - 1.0 * size
        height = box.height / (len(rows) + AXIS)
        plot = Box(left, box.y, right - left, height * len(rows))
        low, high = rows["drawn_low"].fillna(rows["drawn"]), rows["drawn_high"].fillna(rows["drawn"])
        scale = Scale.around([*low, *high, *rows["drawn"]], plot.x, plot.right, log=self.log)
        ticks = scale.ticks(lambda tick: telling.shown(tick, self.measure, self.column, self.lang), page.size.note)
        page.segments([[(scale(tick), plot.y), (scale(tick), plot.bottom + 0.2 * height)] for tick, _ in ticks], colour=theme.grid, width=0.8, order=1)
        for tick, text in ticks:
            page.text(scale(tick), plot.bottom + 0.2 * height + 1.15 * page.size.note, text, size=page.size.note, colour=theme.muted, align="center")
        middles = [plot.y + (n + 0.5) * height for n in range(len(rows))]
        page.segments([[(scale(a), y), (scale(b), y)] for a, b, y in zip(low, high, middles, strict=True) if b > a],
                      colour=theme.quiet, width=max(1.6, 0.16 * size), order=3)  # fmt: skip
        radius = 0.3 * size
        faces = [theme.accent if n == 0 else theme.quiet for n in range(len(rows))]
        page.circles([(scale(x), y) for x, y in zip(rows["drawn"], middles, strict=True)], [radius] * len(rows), face=faces, edge=theme.paper, width=0.8)
        for n, (name, text, y) in enumerate(zip(names, labels, middles, strict=True)):
            weight = {"weight": SEMIBOLD} if n == 0 else {}
            page.text(box.x, y + 0.36 * size, name, **weight)
            page.text(box.right, y + 0.36 * size, text, align="right", **weight)
        limits = (math.nan, math.nan) if not len(rows) else (scale.first, scale.last)
        return page.axes(plot, xlim=limits, ylim=(len(rows) - 0.5, -0.5), xscale="log" if self.log else "linear")
