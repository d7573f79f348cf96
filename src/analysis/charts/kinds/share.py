"""A part of a whole as a hundred squares: ``13.7 of 24.3 million``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import DataError
from ...language.catalogue import say
from ...language.intervals import percent_interval
from ...language.numbers import percent
from ...language.prose import sentence
from .. import drawn_rows, footnotes, sources_cited, wording
from ..composing import Look, Story, compose
from ..page import Box, Page, longest_word, wrap
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart


def share(
    frame: pd.DataFrame,
    place: str | None = None,
    *,
    of: str | None = None,
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
    """The share of one place in the world's total, or of one measure in another, one square for each hundredth.

    Parameters
    ----------
    frame
        Rows of ``ex.panel()`` with one figure for the world (``iso3`` is ``WLD``) and one for the
        place, of one measure; with ``of``, with two figures of one place, the part and the whole.
    place
        The ``iso3`` code of the part. Default: the place with the highest figure; with ``of``, the world.
    of
        The measure of the whole, where the part is another measure: ``images``, of which some are open to download.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    NotComparableError
        For several measures without ``of``, surveys of different methods, or a measure that does not add up.
    DataError
        If the total or the part is missing or doubled, or the part is larger than the total.

    Examples
    --------
    >>> import analysis as ex
    >>> studies = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'studies'")
    >>> ex.chart.share(studies, "USA").title
    'United States: 56% of the total (13.7 of 24.3 million studies)'
    >>> images = ex.preferred(ex.panel(surveys=["greenbone-2019-11"])).query(
    ...     "measure in ['images', 'images_accessible']"
    ... )
    >>> ex.chart.share(images, of="images").title
    'Images open to download: 31% of the total (370 million of 1.193 billion)'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("iso3", "measure", "value"), "share")
    rows = drawn_rows.with_interval(frame[frame["value"].notna() & frame["iso3"].notna()], "value")
    part, total = _of_places(rows, place) if of is None else _of_measures(rows, place or "WLD", of)
    rows = pd.concat([part, total])
    notes = footnotes.require_one_method(rows, lang)
    measure, whole_measure = rows["measure"]
    low, high = _limits(part.iloc[0], total.iloc[0])
    value = _part_of(part["drawn"].iloc[0], total["drawn"].iloc[0])
    rows = rows.assign(name=wording.places(rows, lang))
    where, noun = rows["name"].iloc[0], wording.label(whole_measure, lang)
    name = where if of is None else sentence(wording.label(measure, lang))
    part_sign, whole_sign = wording.signs(rows, "value")
    part_text, whole_text = wording.both(part["drawn"].iloc[0], total["drawn"].iloc[0], whole_measure, "value", lang)
    # A part that is another measure has the noun in its name.
    whole = whole_sign + (wording.with_noun(total["drawn"].iloc[0], measure, lang) if of is None else whole_text)
    shares = percent_interval(low, high, lang, 1)
    uncertain = round(100 * high) > round(100 * low)
    notes.append(say("share_interval" if uncertain else "share_exact", lang, interval=shares))
    title = say("share_title", lang, place=name, percent=percent(value, lang), part=part_sign + part_text, whole=whole)
    story = Story(
        kind="share",
        name=wording.default_name("share", part, str(part["iso3"].iloc[0])),
        title=title,
        subtitle=say(
            "share_subtitle",
            lang,
            label=sentence(noun if of is None or place is None else f"{noun} ({where})"),
            whole=whole_sign + whole_text,
            period=sentence(wording.when(rows, lang)),
        ),
        notes=[*notes, *footnotes.qualified(rows, "value", lang)],
        source=sources_cited.source_line(rows, lang),
        alt=notes[-1:],
        data=drawn_rows.data(rows, "value").assign(share=[value, 1.0], share_low=[low, 1.0], share_high=[high, 1.0]),
        about=sources_cited.about(rows, lang),
    )
    counted = part_sign + wording.with_noun(part["drawn"].iloc[0], measure if of is None else whole_measure, lang)
    picture = _Squares(
        value, low, high, name, counted, say("share_rest" if of is None else "share_rest_of", lang), lang
    )
    return compose(story, picture, look, wanted=_wanted)


def _part_of(part: float, total: float) -> float:
    value = float(part / total)
    if not 0 <= value <= 1:
        raise DataError(
            f"the part is {percent(value)} of the total",
            remedy="a part cannot be larger than the whole. Check the two figures",
        )
    return value


def _of_places(rows: pd.DataFrame, place: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The row of a place and that of the world."""
    drawn_rows.one_measure(rows, "share")
    drawn_rows.one_figure_a_place(rows, "share")
    parts, total = rows[rows["iso3"] != "WLD"], rows[rows["iso3"] == "WLD"]
    part = parts[parts["iso3"] == place] if place else parts.nlargest(1, "drawn")
    return _one_each(part, total, place or "any place", "the world's total (iso3 'WLD')")


def _of_measures(rows: pd.DataFrame, place: str, of: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The row of a measure and that of the measure which is its whole, of one place."""
    there = rows[rows["iso3"] == place]
    return _one_each(there[there["measure"] != of], there[there["measure"] == of], f"another measure of {place}", of)


def _one_each(
    part: pd.DataFrame, total: pd.DataFrame, part_told: str, total_told: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if len(total) != 1 or len(part) != 1:
        lacking = total_told if len(total) != 1 else f"the part ({part_told})"
        raise DataError(f"the chart 'share' needs one row for {lacking}", remedy="check the selection")
    return part, total


def _wanted(size: Size) -> float:
    """As high as the squares are wide, and on a narrow page as the words beside them need."""
    return min(24 * size.text, max(0.64 * (size.width - 2 * size.margin), 16 * size.text))


def _limits(part: pd.Series, total: pd.Series) -> tuple[float, float]:
    """The share's interval from the rounding of both: the part is inside the whole."""
    part_low, part_high = (
        (part["drawn_low"], part["drawn_high"]) if pd.notna(part["drawn_low"]) else (part["drawn"],) * 2
    )
    low, high = (total["drawn_low"], total["drawn_high"]) if pd.notna(total["drawn_low"]) else (total["drawn"],) * 2
    return float(part_low / high), min(1.0, float(part_high / low))


class _Squares:
    def __init__(self, value: Any, low: Any, high: Any, name: Any, counted: Any, rest: str, lang: str) -> None:
        self.value, self.low, self.high, self.name, self.counted = value, low, high, name, counted
        self.rest, self.lang = rest, lang

    def __call__(self, page: Page, box: Box) -> None:
        theme, size = page.theme, page.size.text
        # The squares leave the words beside them room enough that none is divided.
        words = max(longest_word(self.counted, size), longest_word(str(self.name), 1.15 * size, SEMIBOLD))
        room = max(0.4 * box.width, min(0.62 * box.width, box.width - 1.6 * size - words))
        sides = {columns: min(box.height * columns / 100, room / columns) for columns in (10, 20)}
        columns = 20 if sides[20] > 1.25 * sides[10] else 10
        rows, side = 100 // columns, sides[columns]
        squares = []
        for n in range(100):
            # Filled by column from the left, so that a share reads like a bar.
            column, row = divmod(n, rows)
            squares.append(Box(box.x + side * column, box.y + side * (rows - 1 - row), 0.86 * side, 0.86 * side))
        full = round(100 * self.value)
        sure, possible = math.floor(100 * self.low + 0.5), math.floor(100 * self.high + 0.5)
        page.rectangles(squares[full:], face=theme.land, edge=theme.outline, width=0.6)
        page.rectangles(squares[:full], face=theme.accent)
        page.rectangles(
            squares[min(sure, full) : max(possible, full)] if possible > sure else [],
            face="none",
            edge=theme.second,
            width=0.12 * side,
            order=3,
        )
        x = box.x + side * columns + 1.6 * size
        width = box.right - x
        if page.size.height is not None:
            # A canvas has a height to fill: the words grow with the room that the squares leave.
            size *= min(1.8, max(1.0, width / (24 * size)))
        told = percent(self.value, self.lang)
        large = 2.6 * size * min(1.0, width / text_width(told, 2.6 * size, SEMIBOLD))
        y = box.y + 0.2 * size
        y = page.paragraph(x, y, [told], size=large, weight=SEMIBOLD, colour=theme.accent)
        y = page.paragraph(x, y, wrap(str(self.name), width, 1.15 * size, SEMIBOLD), size=1.15 * size, weight=SEMIBOLD)
        y = page.paragraph(x, y, wrap(self.counted, width, size), size=size)
        y += size
        y = page.paragraph(x, y, [percent(1 - round(self.value, 2), self.lang)], size=1.4 * size, colour=theme.muted)
        page.paragraph(x, y, wrap(self.rest, width, size), size=size, colour=theme.muted)
        return
