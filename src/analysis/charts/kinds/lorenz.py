"""How unevenly a total is spread: the Lorenz curve with its band."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...language.catalogue import say
from ...language.numbers import percent
from ...language.prose import sentence
from .. import drawn_rows, sources_cited, titles, wording
from ..composing import Look, Story, compose
from ..page import ASCENT, LEADING, Box, Page, longest_word, wrap
from ..plot import plot
from ..style import SEMIBOLD, Size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..chart import Chart

#: A share of the height that is wider than the curve's line.
SEEN = 0.008
#: Holders of half of the total that are named; more only have a number.
MOST_NAMED = 5


def lorenz(
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
    """The share of the total that the smallest places hold together, against their share of all places.

    Parameters
    ----------
    frame
        What ``ex.statistics.lorenz`` gives: ``iso3, place_share, count_share, count_share_low, count_share_high``, from
        (0, 0) to (1, 1), the places with the fewest first.
    title, subtitle, note, source_line, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    DataError
        For a missing column, or shares that are outside 0 and 1 or fall.
    NotComparableError
        For several measures.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> countries = servers.query("iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.chart.lorenz(ex.statistics.lorenz(countries)).title
    'Servers reachable from the internet: 2 of 13 places account for 70% of the published total'
    """
    look = Look(title, subtitle, note, source_line, alt, name, size, theme, lang)
    lang = look.lang
    frame = drawn_rows.checked(frame, ("place_share", "count_share"), "lorenz")
    measure = drawn_rows.measure_of(frame, "lorenz")
    x, y = (pd.to_numeric(frame[name], errors="coerce").to_numpy(float) for name in ("place_share", "count_share"))
    if (
        len(x) < 2
        or not ((x >= 0) & (x <= 1 + 1e-9) & (y >= 0) & (y <= 1 + 1e-9)).all()
        or (np.diff(x) < 0).any()
        or (np.diff(y) < -1e-9).any()
    ):
        raise DataError(
            "a Lorenz curve needs two points at least, with shares that rise from 0 to 1",
            remedy="take what ex.statistics.lorenz gives",
        )
    n = len(x) - 1
    # The places that hold half of the total, counted from the one with the most.
    held = 1 - y[::-1]
    most = int(np.argmax(held >= 0.5 - 1e-9))
    noun = wording.label(measure, lang) if measure else say("counts", lang)
    story = Story(
        kind="lorenz",
        name=wording.default_name("lorenz", frame),
        title=say("lorenz_title", lang, label=sentence(noun), n=most, total=n, share=percent(held[most], lang)),
        subtitle=titles.subtitle([say("lorenz_subtitle", lang), wording.when(frame, lang)]),
        notes=[say(_band_note(frame), lang), say("lorenz_note", lang)],
        source=sources_cited.source_line(frame, lang),
        alt=[],
        data=frame.assign(place=wording.places(frame, lang)) if "iso3" in frame else frame,
        about=sources_cited.about(frame, lang),
        told=titles.told(frame, lang),
    )
    # Few holders are named beside the bracket.
    holders = (
        wording.places(frame, lang).iloc[:0:-1].head(most).tolist()
        if "iso3" in frame and 0 < most <= MOST_NAMED
        else []
    )
    picture = _Curve(frame, x, y, most, held[most], holders, lang)
    return compose(story, picture, look, wanted=picture.wanted, least=lambda size: 190)


def _band_note(frame: pd.DataFrame) -> str:
    """The sentence about the band: one too narrow to be seen is not called a band."""
    if "count_share_low" not in frame:
        return "interval_missing"
    seen = (frame["count_share_high"] - frame["count_share_low"]).max() > SEEN
    return "lorenz_band" if seen else "lorenz_narrow"


class _Curve:
    def __init__(
        self, frame: pd.DataFrame, x: Any, y: Any, most: Any, share: float, holders: Sequence[str], lang: str
    ) -> None:
        self.frame, self.x, self.y, self.most, self.share, self.holders, self.lang = (
            frame,
            x,
            y,
            most,
            share,
            holders,
            lang,
        )

    def wanted(self, size: Size) -> float:
        return 32 * size.text

    def __call__(self, page: Page, box: Box) -> object:
        theme, size, small = page.theme, page.size.text, page.size.note
        label = percent(self.share, self.lang)
        # Wide enough that no word is divided, where that leaves room for the curve.
        words = max((longest_word(str(name), small) for name in self.holders), default=0.0)
        column = max(0.2 * box.width, min(words, 0.42 * box.width))
        names = [line for name in self.holders for line in wrap(str(name), column, small)]
        beside = max(text_width(label, size, SEMIBOLD), *(text_width(name, small) for name in names), 0) + 1.6 * size
        drawn = plot(
            page,
            Box(box.x, box.y, min(box.width - beside, 1.5 * box.height), box.height),
            (0.0, 1.0, False),
            (0.0, 1.0, False),
            write_across=lambda tick: percent(tick, self.lang),
            write_up=lambda tick: percent(tick, self.lang),
            title_across=say("lorenz_across", self.lang),
            title_up=say("lorenz_up", self.lang),
        )
        points = [drawn(a, b) for a, b in zip(self.x, self.y, strict=True)]
        if {"count_share_low", "count_share_high"} <= set(self.frame):
            there = [drawn(a, b) for a, b in zip(self.x, self.frame["count_share_low"], strict=True)]
            back = [drawn(a, b) for a, b in zip(self.x, self.frame["count_share_high"], strict=True)]
            page.shapes([[*there, *reversed(back), there[0]]], face=theme.accent + "40", order=1.5)
        page.segments([[drawn(0, 0), drawn(1, 1)]], colour=theme.muted, width=1.1, order=2)
        page.segments(
            [[a, b] for a, b in itertools.pairwise(points)],
            colour=theme.accent,
            width=0.17 * size,
            order=3,
            caps="round",
        )
        page.circles(points[1:], [0.2 * size] * (len(points) - 1), face=theme.accent)
        # The equal spread is named on its line, where the curve is farthest from it.
        text = say("lorenz_equal", self.lang)
        at = drawn(0.5, 0.5)
        equal = wrap(text, at[0] - 1.2 * small - drawn.box.x, small)
        above = at[1] - 0.8 * small - (ASCENT + LEADING * (len(equal) - 1)) * small
        page.paragraph(at[0] - 0.8 * small, above, equal, size=small, colour=theme.muted, align="right")
        # What the title says: the places from here on hold what the bracket spans.
        x, y = points[len(points) - 1 - self.most]
        edge, top = points[-1][0] + 0.5 * size, points[-1][1]
        page.segments([[(x, y), (edge, y)]], colour=theme.second, width=1, order=2, dashes="dotted")
        page.segments([[(edge, y), (edge, top)]], colour=theme.second, width=0.2 * size, order=3)
        page.circles([(x, y)], [0.36 * size], face=theme.second, edge=theme.paper, width=1, order=5)
        middle = (y + top) / 2 - 0.5 * LEADING * small * len(names)
        page.text(edge + 0.5 * size, middle + 0.36 * size, label, weight=SEMIBOLD)
        page.paragraph(edge + 0.5 * size, middle + 0.7 * size, names, size=small)
        return page.axes(drawn.box)
