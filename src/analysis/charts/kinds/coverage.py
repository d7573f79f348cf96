"""Which figures were published for which place, and which only articles by others give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...language.catalogue import say
from ...language.languages import LANGUAGES
from .. import drawn_rows, sources_cited, wording
from ..composing import Look, Story, compose
from ..page import ASCENT, LEADING, Box, Page, in_lines, wrap
from ..style import Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..chart import Chart
    from ..style import Theme

MOST_COLUMNS = 8
MOST_ROWS = 45
#: Columns whose heads stand beside one another; more of them form stairs.
SIDE_BY_SIDE = 4
#: Lines of a place's name at most.
_LINES = 3
#: Columns on a narrow page.
NARROW = 3


def coverage(
    frame: pd.DataFrame,
    *,
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
    """Countries by measures: a full square for a figure by the authors, a frame for one that only articles print.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()``; rows for the world are left out. The measures with the most
        countries are shown, eight at most.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Examples
    --------
    >>> import analysis as ex
    >>> chart = ex.chart.coverage(ex.panel(surveys=["greenbone-2019-09"]))
    >>> "DEU" in chart.data["iso3"].tolist()
    True
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    frame = drawn_rows.checked(frame, ("iso3", "measure", "tier"), "coverage")
    return _chart(frame, look)


def _chart(frame: pd.DataFrame, look: Look) -> Chart:
    """The chart with the columns that its canvas has room for; on another canvas it tells of others."""
    lang = look.lang
    rows = frame[frame["iso3"].notna() & (frame["iso3"] != "WLD")]
    if "value" in rows:
        rows = rows[rows["value"].notna()]
    best = rows.assign(primary=rows["tier"] == "primary").groupby(["iso3", "measure"])["primary"].any().unstack()
    spread = best.notna().sum().sort_values(ascending=False, kind="stable")
    order = sorted(spread.index, key=lambda measure: (-spread[measure], measure))
    # Stairs of heads would leave no room for rows where the height is fixed.
    most = NARROW if look.canvas.narrow else SIDE_BY_SIDE if look.canvas.height else MOST_COLUMNS
    columns = _fitting(order[:most], look.canvas)
    # Told of all measures, so that the title says the same in every width.
    every, measured = int(best.notna().all(axis=1).sum()), len(order)
    best = best[columns].dropna(how="all") if columns else best
    names = wording.places(pd.DataFrame({"iso3": best.index}, dtype="str"), lang).to_numpy() if len(best) else []
    table = best.assign(place=names, n=best.notna().sum(axis=1)).sort_values(["n", "place"], ascending=[False, True])
    data = table.drop(columns=["n"]).reset_index().melt(["iso3", "place"], var_name="measure", value_name="by_surveyor")
    data["published"] = data["by_surveyor"].map({True: "surveyor", False: "accounts"}).fillna("no figure")
    from ...datafolder import reference

    total = len(set(reference("countries")["iso3"]))
    covered = int(rows["iso3"].nunique())
    without = total - covered
    picture = _Squares(table, columns, lang)
    notes = [say("without_figure", lang, n=without, total=total)]
    notes += [say("coverage_other", lang, n=covered - len(table))] if covered > len(table) else []
    story = Story(
        kind="coverage",
        name=wording.default_name("coverage", frame),
        title=say(
            "coverage_title" if every else "coverage_none", lang, n=covered, all_measures=every, measures=measured
        )
        if measured > 1
        else say("coverage_one", lang, n=covered),
        subtitle=say("coverage_subtitle", lang, period=wording.when(frame, lang)),
        notes=notes,
        source=sources_cited.source_line(rows, lang),
        alt=[" ".join(f"{wording.label(measure, lang)}: {spread[measure]}." for measure in columns), *notes],
        data=data[["iso3", "place", "measure", "published"]],
        about=sources_cited.about(rows, lang),
    )
    chart = compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)
    here = chart.again

    def again(size: str, colours: Theme) -> Figure:
        return (
            here(size, colours) if size == look.size else _chart(frame, replace(look, size=size)).again(size, colours)
        )

    chart.again = again
    return chart


def _fitting(columns: list[str], size: Size) -> list[str]:
    """As many columns as have room for the longest word of their heads in every language: all show the same."""
    longest = [
        max(text_width(word, size.note) for lang in LANGUAGES for word in wording.label(measure, lang).split(" "))
        for measure in columns
    ]
    while len(columns) > 1 and any(longest[n] > _head_width(size, len(columns), n) for n in range(len(columns))):
        columns = columns[:-1]
    return columns


def _stairs(size: Size, columns: int) -> bool:
    """Whether each head stands a step lower than the one to its left."""
    return columns > SIDE_BY_SIDE or (size.narrow and columns > 1)


def _head_width(size: Size, columns: int, n: int) -> float:
    """The width for the head of a column, in pixels: its own, or, where heads form stairs, all that is right of it.

    On a narrow page it is all that is left of it.
    """
    each = _each(size, columns)
    if size.narrow:
        return size.width - 2 * size.margin - each * (columns - n) + 0.7 * size.text
    return each * (columns - n if _stairs(size, columns) else 1) - size.note


def _each(size: Size, columns: int) -> float:
    """From one column to the next; on a narrow page they stand closer, for the names beside them."""
    return (0.5 if size.narrow else 0.74) * (size.width - 2 * size.margin) / max(SIDE_BY_SIDE, columns)


class _Squares:
    def __init__(self, table: pd.DataFrame, columns: Sequence[str], lang: str) -> None:
        self.table, self.columns, self.lang = table, columns, lang
        self.drawn = len(table)
        self.heads = [wording.label(measure, lang) for measure in columns]

    def _heads(self, size: Size) -> list[list[str]]:
        """The heads of the columns in lines."""
        return [wrap(head, _head_width(size, len(self.columns), n), size.note) for n, head in enumerate(self.heads)]

    def _head(self, size: Size) -> float:
        lines = [len(head) for head in self._heads(size)]
        return (
            LEADING * size.note * (sum(lines) if _stairs(size, len(lines)) else max(lines, default=1)) + 0.7 * size.text
        )

    def wanted(self, size: Size) -> float:
        lines = min(MOST_ROWS, max(1, len(self.table))) + (2.7 if size.narrow else 1.6)
        return self._head(size) + 1.45 * size.text * lines + LEADING * size.text * self._more(size)

    def _names(self, size: Size, room: float) -> list[list[str]]:
        """The names of places in lines; where the height is given, they have one."""
        return [
            in_lines(str(name), room, size.text, _LINES if size.height is None else 1) for name in self.table["place"]
        ]

    def _more(self, size: Size) -> int:
        """The lines that names take beyond their first."""
        names = self._names(size, self._room(size.width - 2 * size.margin, size) + 0.1 * size.text)
        return sum(len(lines) - 1 for lines in names[:MOST_ROWS])

    def _room(self, width: float, size: Size) -> float:
        """The width that the columns leave for the names of places."""
        return width - _each(size, len(self.columns)) * len(self.columns) - size.text

    def limit(self, height: float, size: Size) -> list[str]:
        room = int((height - self._head(size)) / (1.4 * size.text) - 1.6)
        self.drawn = min(len(self.table), MOST_ROWS, max(1, room))
        left = len(self.table) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left else []

    def __call__(self, page: Page, box: Box) -> None:
        size, theme, small = page.size.text, page.theme, page.size.note
        x = box.x
        side, key_line = 0.72 * size, box.y + 0.5 * size
        for full, key in ((True, "coverage_published"), (False, "coverage_accounts")):
            text = say(key, self.lang)
            if x + 1.5 * side + text_width(text, small) > box.right:
                x, key_line = box.x, key_line + 1.5 * small
            self._square(page, x + side / 2, key_line, side, full)
            page.text(x + 1.5 * side, key_line + 0.36 * small, text, size=small)
            x += 1.5 * side + text_width(text, small) + 1.6 * size
        rows = self.table.head(self.drawn)
        top = key_line + 1.1 * size
        head = self._head(page.size)
        width = _each(page.size, len(self.columns))
        # Names have the room that the columns leave, a quarter of the width at least.
        room = self._room(box.width, page.size)
        widest = max((text_width(str(name), size) for name in rows["place"]), default=0.0)
        least = room if page.size.narrow else 0.26 * box.width - size
        left = box.x + min(max(widest, least), room) + size
        names = self._names(page.size, left - box.x - 0.9 * size)[: len(rows)]
        more = [LEADING * size * (len(lines) - 1) for lines in names]
        height = min((box.bottom - top - head - sum(more)) / max(1, len(rows)), 2 * size)
        above, heads = top, self._heads(page.size)
        lines: Any
        narrow = page.size.narrow
        # On a narrow page heads end at their column, the last one highest, so that no line crosses another head.
        for n, lines in list(enumerate(heads))[:: -1 if narrow else 1]:
            x = left + n * width
            if not _stairs(page.size, len(heads)):
                above = top + head - 0.7 * size - LEADING * small * len(lines)
            at, align = (x + side, "right") if narrow else (x, "left")
            below = page.paragraph(at, above, lines, size=small, colour=theme.muted, align=align)
            if _stairs(page.size, len(heads)):
                # Each head a step lower than the one to its left, with a line down to its squares.
                above = below
                page.segments(
                    [[(x + side / 2, below), (x + side / 2, top + head - 0.1 * size)]], colour=theme.outline, width=0.8
                )
        lines, end = [], top + head
        for (_, row), name, extra in zip(rows.iterrows(), names, more, strict=True):
            y, end = end + (height + extra) / 2, end + height + extra
            page.paragraph(box.x, y + (0.36 - ASCENT) * size - extra / 2, name, size=size)
            lines.append([(box.x, end), (box.right, end)])
            for k, measure in enumerate(self.columns):
                if row[measure] in (True, False):
                    self._square(page, left + k * width + side / 2, y, side, bool(row[measure]))
        page.segments(lines, colour=theme.grid, width=0.6, order=1)

    @staticmethod
    def _square(page: Page, x: float, y: float, side: float, full: bool) -> None:
        face = page.theme.accent if full else page.theme.paper
        page.rectangles([Box(x - side / 2, y - side / 2, side, side)], face=face, edge=page.theme.accent, width=1.3)
