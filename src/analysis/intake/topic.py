"""What a heading, a caption, a question or the words before a list say that the numbers below them count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .lexicon import tables

if TYPE_CHECKING:
    from .lexicon import Words


class Topic(NamedTuple):
    """A unit, and what is said of it: keys of ``[measures]`` of the lexicon, empty where nothing is said."""

    unit: str = ""
    state: str = ""


def topic_of(text: str, words: Words) -> Topic:
    """The first thing that a text names and that may be counted, countries aside."""
    unit = next((unit for _, _, unit in words.counted(text) if unit != "country"), "")
    states = tables()["measures"].get(unit, {})
    return Topic(unit, next((one for one in states if one in words.states and words.states[one].search(text)), ""))
