"""Titles and subtitles of charts: who leads, what rose and fell, and whether that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.catalogue import say
from ..language.numbers import counted
from ..language.prose import listed, sentence
from .wording import kind_of, label, shown, with_noun

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def told(frame: pd.DataFrame, lang: str) -> str:
    """The sentence of a statistic's result; empty for any other frame."""
    if "statistic" not in frame or frame.empty:
        return ""
    from ..statistics.describing import describe

    return describe(frame, lang)


def direction(before: tuple[float, float, float], after: tuple[float, float, float]) -> int:
    """The direction between two figures (low, value, high): 1 for a rise, -1 for a fall, 0 if the intervals meet."""
    (low, value, high), (later_low, later, later_high) = (
        (value if low != low else low, value, value if high != high else high) for low, value, high in (before, after)
    )
    if later > value and later_low >= high:
        return 1
    return -1 if later < value and low >= later_high else 0


def directions_told(directions: Sequence[int], what: str, lang: str) -> str:
    """How many figures of something rose, fell, or did neither beyond what their intervals allow."""
    what = sentence(what)
    n, up, down = len(directions), directions.count(1), directions.count(-1)
    if n in (up, down):
        return say("slope_all_up" if up else "slope_all_down", lang, label=what, n=n)
    if up + down == 0:
        return say("slope_none", lang, label=what, n=n)
    if up + down == n:
        return say("slope_up_down", lang, label=what, n=n, up=up, down=down)
    return say("slope_many", lang, label=what, n=n, up=up, down=down, flat=n - up - down)


def subtitle(parts: Sequence[str]) -> str:
    """Parts of a subtitle, joined: ``Servers …, per million inhabitants. July 2019 to September 2019``."""
    return sentence(", ".join(part for part in parts if part))


def leaders(rows: pd.DataFrame, measure: str, column: str, lang: str, most: int = 5) -> str:
    """The first rows with their numbers: ``Germany 50, France 45, and Türkiye 44.``; for a single row nothing."""
    if len(rows) < 2:
        return ""
    first = rows[["name", "drawn"]].head(most).itertuples(index=False)
    return listed((f"{row.name} {shown(row.drawn, measure, column, lang)}" for row in first), lang) + "."


def highest(rows: pd.DataFrame, measure: str, column: str, per: str, lang: str) -> str:
    """The title of a chart of places in order (highest first): who leads, and whether that is certain."""
    noun = label(measure, lang)
    if rows.empty:
        return say("nothing_title", lang, label=sentence(noun))
    top = rows.iloc[0]
    value = shown(top["drawn"], measure, column, lang)
    if len(rows) == 1:
        return say("one_title", lang, label=sentence(noun), place=top["name"], value=value)
    level = rows[(rows["drawn_high"] > top["drawn_low"]) | (rows["drawn"] == top["drawn"])]
    if 1 < len(level) <= 4:
        return say(
            "map_rate_tie" if column == "rate" else "most_tie",
            lang,
            label=sentence(noun),
            place=listed(level["name"], lang),
        )
    if column == "rate":
        key = "map_rate_title" if len(level) <= 1 else "map_rate_many"
        # Spanish and French put a preposition after millions: 2,174 millones de imágenes.
        rate = f"{counted(top['drawn'], noun, lang)} {per}".rstrip()
        return say(key, lang, place=top["name"], rate=rate, n=len(level) - 1)
    if kind_of(measure) == "count" and column == "value":
        return say("most_title", lang, place=top["name"], value=with_noun(top["drawn"], measure, lang))
    return say("map_share_title", lang, label=sentence(noun), place=top["name"], value=value)
