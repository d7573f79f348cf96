"""How a chart is put together: what it has to say, how it is set, and the drawing between its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..language.languages import language
from . import style
from .chart import Chart, drawing
from .page import Box, Page, Texts, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

LONGEST_ALT = 280


@dataclass
class Story:
    """What a kind of chart has to say before anything is drawn; all of it comes from the data."""

    kind: str
    name: str
    title: str
    subtitle: str
    notes: list[str]
    source: str
    alt: list[str]
    """Sentences, the most important first; as many are taken as fit."""
    data: pd.DataFrame
    about: dict[str, Any] = field(default_factory=dict)
    """More for the bundle's JSON: sources, measures, intervals."""
    told: str = ""
    """The sentence of the statistic that is drawn: it stands in the alternative text in place of the title."""


@dataclass
class Look:
    """How a chart is set: the caller's own texts, which go before those of the data, its canvas, colours and language.

    Raises
    ------
    DataError
        For an unknown size, theme or language, or a name that no file can have.
    """

    title: str | None = None
    subtitle: str | None = None
    note: str | Sequence[str] | None = None
    source_line: str | None = None
    alt: str | None = None
    name: str | None = None
    size: str = "web"
    theme: str = "light"
    asked_lang: str | None = None
    lang: str = field(init=False)
    canvas: style.Size = field(init=False)
    colours: style.Theme = field(init=False)

    def __post_init__(self) -> None:
        self.lang = language(self.asked_lang)
        self.canvas, self.colours = style.size(self.size), style.theme(self.theme)
        if self.name is not None and not re.fullmatch(r"[\w][\w.-]*", self.name):
            raise DataError(f"{self.name!r} is not a name for files", remedy="take letters, digits, '-' and '_'")


def compose(
    story: Story,
    draw: Callable[[Page, Box], object],
    look: Look,
    *,
    wanted: Callable[[style.Size], float],
    least: Callable[[style.Size], float] = lambda size: 120,
    limit: Callable[[float, style.Size], list[str]] = lambda height, size: [],
) -> Chart:
    """Lay a story out on a page and draw it.

    ``draw`` is given the page and the box left for it and returns matplotlib axes or None;
    ``wanted``, ``least`` and ``limit`` are those of :func:`page.lay_out`. The chart can be laid out again on other
    canvases: all three, and ``draw``, know the canvas and the colours from what they are given alone.
    """
    texts: dict[str, Any] = {
        "title": story.title if look.title is None else look.title,
        "subtitle": story.subtitle if look.subtitle is None else look.subtitle,
        "source": story.source if look.source_line is None else look.source_line,
    }
    told = story.notes if look.note is None else [look.note] if isinstance(look.note, str) else list(look.note)

    def laid_out(canvas: style.Size, colours: style.Theme, *, bare: bool) -> tuple[Page, Any, list[str]]:
        told_how: dict[str, Any] = {"wanted": wanted, "least": least(canvas), "limit": limit, "bare": bare}
        with drawing():
            page, box, notes = lay_out(Texts(notes=told, **texts), canvas, colours, **told_how)
            ax = draw(page, box)
            return page, page.axes(box) if ax is None else ax, notes

    def again(size: str, colours: style.Theme) -> Figure:
        return laid_out(style.size(size), colours, bare=True)[0].figure

    page, ax, notes = laid_out(look.canvas, look.colours, bare=False)
    said = [story.told or texts["title"] + ".", *story.alt] if look.alt is None else [look.alt]
    chart = Chart(
        kind=story.kind,
        name=look.name or story.name,
        notes=notes,
        alt=fitting(said),
        data=story.data.reset_index(drop=True),
        lang=look.lang,
        size=look.size,
        theme=look.theme,
        figure=page.figure,
        ax=ax,
        about=story.about,
        again=again,
        **texts,
    )
    # From now on, what differs was changed by hand.
    chart.figure.stale = chart.ax.stale = False
    return chart


def fitting(sentences: Sequence[str], most: int = LONGEST_ALT) -> str:
    """As many of the sentences as fit into a number of characters; if even the first does not fit, it is cut."""
    text = sentences[0].replace("..", ".")
    if len(text) > most:
        return text[: most - 1].rstrip() + "…"
    for following in sentences[1:]:
        if following and len(text) + 1 + len(following) <= most:
            text += " " + following
    return text
