"""One sentence after another: what its numbers count and where, and what it leaves to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .clause import Clause, Context, Reading
from .counting import candidates, count
from .locating import locate_readings
from .mentions import WORLD, find_mentions
from .numbers import LeftOut, find_numbers

if TYPE_CHECKING:
    from .lexicon import Words

#: One kind of apostrophe and blank; every sign keeps its place.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})


def read_sentence(text: str, words: Words, context: Context) -> tuple[list[Reading], list[LeftOut]]:
    """The figures of one sentence, and the numbers that are none; ``context`` is brought up to date."""
    numbers, left_out = find_numbers(text, words)
    text = text.translate(_PLAIN)
    if text.rstrip().endswith(":"):
        named = {place.name for place in find_mentions(text, words, context.home)} - {WORLD}
        context.heading_place = next(iter(named)) if len(named) == 1 else context.heading_place
    counted = [found.lastgroup or "" for found in words.nouns.finditer(text) if found.lastgroup != "country"]
    if counted and text.rstrip().endswith(":"):
        context.topic = counted[0]  # what a list that follows counts
    if not numbers:
        names = {place.name for place in find_mentions(text, words, context.home)} - {WORLD}
        context.place = next(iter(names)) if len(names) == 1 else "" if names else context.place
        context.noun = counted[-1] if counted else context.noun
        return [], left_out
    clause = Clause(text, words, numbers, left_out, context.home)
    clause.readings = candidates(clause)
    locate_readings(clause, context)
    readings = count(clause, context)
    if named := {one.name for one in clause.places} - {WORLD}:
        context.place = next(iter(named)) if len(named) == 1 else ""
    if any(one.unit != "country" for one in readings):
        context.readings = readings
    context.noun = next((noun.unit for noun in reversed(clause.nouns) if noun.unit != "country"), "")
    return readings, sorted(clause.left_out, key=lambda one: one.start)
