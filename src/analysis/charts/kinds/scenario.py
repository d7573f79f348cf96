"""What a scenario's result depends on: a bar for each assumption, the widest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...language.catalogue import say
from ...language.intervals import interval, pair
from ...language.numbers import number
from ...language.prose import sentence
from .. import drawn_rows, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..page import LEADING, Box, Page, in_lines, shorten
from ..scales import Scale
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart


def scenario(
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
    """A tornado: how far the result moves while one assumption goes from its low to its high end and the others stay.

    Parameters
    ----------
    frame
        What ``ex.statistics.tornado`` gives: ``assumption, input_low, input_high, low, high`` and, if it has them,
        ``input_unit`` (of the assumption), ``unit`` (of the result) and ``central`` (the result with every assumption
        at its value).
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    DataError
        For a missing column, no row, an end that is not a finite number, or a low end above its high end.

    Examples
    --------
    >>> import analysis as ex
    >>> cost = ex.statistics.assumption("cost of one", 50, 100, 400, unit="US dollars", source="made up")
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> chart = ex.chart.scenario(ex.statistics.tornado(servers.query("iso3 == 'WLD'"), [cost]))
    >>> chart.data["assumption"].tolist()
    ['cost of one', 'the count as published']
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("assumption", "low", "high"), "scenario")
    ends = frame[["low", "high"]].apply(pd.to_numeric, errors="coerce")
    if frame.empty or not np.isfinite(ends.to_numpy(float)).all() or (ends["low"] > ends["high"]).any():
        raise DataError(
            "the chart 'scenario' needs for each assumption a low and a high result, finite and in this order",
            remedy="check the rows",
        )
    rows = frame.assign(low=ends["low"], high=ends["high"], span=ends["high"] - ends["low"])
    rows = rows.assign(
        name=[_worded(str(one), lang) for one in rows["assumption"]], assumption=rows["assumption"].astype(str)
    ).sort_values(["span", "assumption"], ascending=[False, True])
    central = _central(frame)
    top = rows.iloc[0]
    low, high = pair(top["low"], top["high"], lang)
    story = Story(
        kind="scenario",
        name=wording.default_name("scenario", frame),
        title=say(
            "scenario_title" if top["span"] > 0 else "scenario_flat", lang, assumption=top["name"], low=low, high=high
        ),
        subtitle=titles.subtitle([say("scenario_subtitle", lang), _outcome(frame)]),
        notes=[
            say("scenario_note", lang),
            *([say("scenario_central", lang, value=number(central, lang))] if central is not None else []),
        ],
        source=sources_cited.source_line(frame, lang),
        alt=[
            "; ".join(
                f"{row.name}: {interval(row.low, row.high, lang)}"
                for row in rows.head(4)[["name", "low", "high"]].itertuples(index=False)
            )
            + "."
        ],
        data=rows.drop(columns="name"),
        about=sources_cited.about(frame, lang),
        told=titles.told(frame, lang),
    )
    picture = _Tornado(rows, central, lang)
    return compose(story, picture, look, wanted=picture.wanted, limit=picture.limit)


def _outcome(frame: pd.DataFrame) -> str:
    """The unit of the result, where the frame tells one."""
    units = wording.known(frame["unit"]) if "unit" in frame else []
    return units[0] if len(units) == 1 else ""


def _central(frame: pd.DataFrame) -> float | None:
    """The result with every assumption at its value, where the frame tells it."""
    found = frame["central"].iloc[0] if "central" in frame else float("nan")
    return float(found) if np.isfinite(found) else None


def _worded(assumption: str, lang: str) -> str:
    """The name of an assumption as words; that of the count itself in the language."""
    return say("scenario_count", lang) if assumption == "the count as published" else assumption.replace("_", " ")


#: The least share of the width that the bars have beside their names.
_SHORTEST = 0.3
#: Lines of a name at most, beside its bar or above it on a narrow page.
_LINES = 3


class _Tornado:
    def __init__(self, rows: pd.DataFrame, central: Any, lang: str) -> None:
        self.rows, self.central, self.lang = rows, central, lang
        self.drawn = len(rows)

    def wanted(self, size: Size) -> float:
        return size.text * ((4.2 + LEADING * self._more(size)) * len(self.rows) + 2.6)

    def _above(self, width: float, size: Size) -> list[list[str]]:
        """The names in lines, as they stand above their bars: a narrow page is as high as they need."""
        most = _LINES if size.narrow else 1
        return [in_lines(sentence(name), width, size.text, most, SEMIBOLD) for name in self.rows["name"]]

    def _more(self, size: Size) -> int:
        """The lines that the longest name takes beyond its first on a narrow page."""
        return max(map(len, self._above(size.width - 2 * size.margin, size))) - 1

    def limit(self, height: float, size: Size) -> list[str]:
        self.drawn = min(len(self.rows), max(1, int((height - 2.6 * size.text) / (3.4 * size.text))))
        left = len(self.rows) - self.drawn
        return [say("rows_left", self.lang, n=left)] if left else []

    def __call__(self, page: Page, box: Box) -> object:
        theme, size, small = page.theme, page.size.text, page.size.note
        rows = self.rows.head(self.drawn)
        names = [in_lines(sentence(name), 0.3 * box.width, size, _LINES, SEMIBOLD) for name in rows["name"]]
        inputs = self._inputs(rows)
        lows, highs = ([number(x, self.lang) for x in rows[name]] for name in ("low", "high"))
        left = (
            box.x
            + max(
                [text_width(line, size, SEMIBOLD) for lines in names for line in lines]
                + [min(text_width(text, small), 0.3 * box.width) for text in inputs]
            )
            + size
        )
        ends = [max(text_width(text, small) for text in texts) + 0.6 * small for texts in (lows, highs)]
        # Beside their names the bars would be too short to compare: the names then stand above them.
        above = box.right - left - sum(ends) < _SHORTEST * box.width
        if above:
            left = box.x
            names = self._above(box.width, page.size)[: len(rows)]
        left, right = left + ends[0], box.right - ends[1]
        first, last = float(rows["low"].min()), float(rows["high"].max())
        room = (last - first) or abs(last) or 1.0
        scale = Scale(first, first + room, left, right)
        height = (box.height - 2.6 * size) / len(rows)
        thick = min(1.5 * size, 1.26 * size if above else height, (0.3 if above else 0.5) * height)
        bottom = box.y + height * len(rows)
        centre = self.central if self.central is not None and first <= self.central <= first + room else None
        for n, (row, lines, text, low, high) in enumerate(
            zip(rows.itertuples(), names, inputs, lows, highs, strict=True)
        ):
            y = box.y + (n + (0.8 if above else 0.5)) * height
            self._bar(page, scale, row, y, thick, centre)
            page.text(scale(row.low) - 0.6 * small, y + 0.36 * small, low, size=small, align="right")
            page.text(scale(row.high) + 0.6 * small, y + 0.36 * small, high, size=small)
            tall = 1.3 * size * len(lines) + (1.4 * small if text else 0)
            top = y - thick / 2 - tall - 0.3 * size if above else y - tall / 2 - 0.1 * size
            under = page.paragraph(box.x, top, lines, size=size, weight=SEMIBOLD)
            if text:
                short = shorten(text, box.width if above else 0.3 * box.width, small)
                page.text(box.x, under + 0.95 * small, short, size=small, colour=theme.muted)
        if centre is not None:
            # Names that stand above the bars are not crossed.
            crossed = [box.y + (n + 0.8) * height for n in range(len(rows))] if above else []
            self._central_line(page, box, scale(centre), bottom, crossed, thick)
        return page.axes(
            Box(left, box.y, right - left, height * len(rows)),
            xlim=(scale.first, scale.last),
            ylim=(len(rows) - 0.5, -0.5),
        )

    def _inputs(self, rows: pd.DataFrame) -> list[str]:
        """From where to where each assumption goes, with its unit; empty where the rows do not tell it."""
        known = {"input_low", "input_high"} <= set(rows)
        inputs = (
            [interval(a, b, self.lang) for a, b in zip(rows["input_low"], rows["input_high"], strict=True)]
            if known
            else [""] * len(rows)
        )
        if "input_unit" in rows:
            units = rows["input_unit"].fillna("").astype(str)
            inputs = [f"{text} {unit}".strip() for text, unit in zip(inputs, units, strict=True)]
        return inputs

    def _bar(self, page: Page, scale: Scale, row: Any, y: float, thick: float, centre: float | None) -> None:
        """A bar from the low result to the high one, in two colours where the central one lies between."""
        start, end = scale(row.low), scale(row.high)
        if centre is not None and row.low < centre < row.high:
            middle = scale(centre)
            page.rectangles([Box(start, y - thick / 2, middle - start, thick)], face=page.theme.accent)
            page.rectangles([Box(middle, y - thick / 2, end - middle, thick)], face=page.theme.second)
        else:
            page.rectangles([Box(start, y - thick / 2, max(end - start, 1.5), thick)], face=page.theme.accent)

    def _central_line(self, page: Page, box: Box, x: float, bottom: float, crossed: list[float], thick: float) -> None:
        """A line where every assumption is at its value, the result below it: through all or the bars ``crossed``."""
        size, small = page.size.text, page.size.note
        whole = [[(x, box.y), (x, bottom + 0.4 * size)]]
        lines = [[(x, y - 0.8 * thick), (x, y + 0.8 * thick)] for y in crossed] or whole
        page.segments(lines, colour=page.theme.text, width=1.2, order=3)
        text = number(self.central, self.lang)
        half = text_width(text, small) / 2
        middle = min(max(x, box.x + half), box.right - half)
        page.text(middle, bottom + 1.6 * size, text, size=small, align="center")
