"""One sentence after another: what its numbers count and where, and what it leaves to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .clause import Clause, Context, Reading
from .counting import candidates, count
from .locating import locate_readings
from .mentions import WORLD, find_mentions
from .numbers import LeftOut, find_numbers
from .scope import scope_of
from .topic import Topic, topic_of

if TYPE_CHECKING:
    from .lexicon import Words
    from .numbers import Number

#: A blank between ideographs and a number or a word in other letters.
_SCRIPTS_MEET = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]) (?=[0-9A-Za-z])"
    r"|(?<=[0-9A-Za-z%]) (?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])"
)
#: One kind of apostrophe and blank; every sign keeps its place.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})


def read_sentence(text: str, words: Words, context: Context) -> tuple[list[Reading], list[LeftOut]]:
    """The figures of one sentence, and the numbers that are not figures; ``context`` is brought up to date."""
    if words.glued and _SCRIPTS_MEET.search(text):
        return _read_squeezed(text, words, context)
    numbers, left_out = find_numbers(text, words)
    text = text.translate(_PLAIN)
    words = words.within(text)
    if text.rstrip().endswith((":", "：")):
        led = scope_of(text, words, context.home)
        context.scope = led if led.place else context.scope
    counted = [unit for _, _, unit in words.counted(text) if unit != "country"]
    answers = bool(context.asked.unit) and bool(numbers)
    if text.rstrip(' "”»').endswith(("?", "？")) and words.asks.search(text):
        context.topic = context.asked = topic_of(text, words)
    elif numbers:
        context.topic = context.asked if context.asked.unit else context.topic
        context.asked = Topic()
    context.event = words.event(text) or context.event
    if counted and text.rstrip().endswith((":", "：")):
        context.topic = topic_of(text, words)  # what a list that follows counts
    if not numbers:
        places = find_mentions(text, words, context.home)
        context.scope.hear(text, places, [], words)
        names = {place.name for place in places} - {WORLD}
        context.place = next(iter(names)) if len(names) == 1 else "" if names else context.place
        context.course.hear_silent(text, places, words)
        context.noun = counted[-1] if counted else context.noun
        return [], accounted(text, [], left_out)
    clause = Clause(text, words, numbers, left_out, context.home, context.event)
    clause.likely_event, clause.main_event = context.likely_event, context.main_event
    clause.answers = answers
    clause.readings = candidates(clause, context)
    locate_readings(clause, context)
    readings = count(clause, context)
    counts = [one.number.quantity.value for one in readings if one.unit == "country"]
    context.scope.hear(text, clause.places, counts, words)
    if named := {one.name for one in clause.places} - {WORLD}:
        context.place = next(iter(named)) if len(named) == 1 else ""
    counted_in = [one.place for one in readings if one.unit != "country" and not one.is_share]
    context.course.hear(text, clause.places, counted_in, words)
    if any(one.unit != "country" and not (one.is_share and one.unit == "thing") for one in readings):
        context.readings = readings
    told = [one for one in readings if not one.is_share]
    context.former = [one for one in told if one.unit != "country"] or context.former
    if named and told and len({one.place for one in told}) == 1 and told[0].place not in (WORLD, ""):
        context.told = told
    context.noun = next((noun.unit for noun in reversed(clause.nouns) if noun.unit != "country"), "")
    return readings, accounted(text, readings, clause.left_out)


def _read_squeezed(text: str, words: Words, context: Context) -> tuple[list[Reading], list[LeftOut]]:
    """Read a sentence without the blanks that only part scripts ("有 590 个"); places are those of the text."""
    dropped = {one.start() for one in _SCRIPTS_MEET.finditer(text)}
    kept = [at for at in range(len(text)) if at not in dropped]
    readings, left_out = read_sentence("".join(text[at] for at in kept), words, context)

    def placed(one: Number | LeftOut) -> dict[str, Any]:
        start, end = kept[max(one.start, 0)], kept[one.end - 1] + 1
        return {"start": start, "end": end, "text": text[start:end]}

    for reading in readings:
        reading.number = replace(reading.number, **placed(reading.number))
    return readings, [replace(one, **placed(one)) for one in left_out if one.end > one.start]


def accounted(text: str, readings: list[Reading], left_out: list[LeftOut]) -> list[LeftOut]:
    """What was left out, with every numeral that stands neither there nor in a reading: nothing vanishes."""
    taken = [(one.number.start, one.number.end) for one in readings] + [(one.start, one.end) for one in left_out]
    rest = [
        LeftOut(one.start(), one.end(), one[0], "not read")
        for one in re.finditer(r"\d+(?:[.,'’]\d+)*", text)
        if not any(start < one.end() and one.start() < end for start, end in taken)
    ]
    return sorted([*left_out, *rest], key=lambda one: one.start)


# Where sentences end ---------------------------------------------------------------------------------

#: No sentence is longer; what is has lost its full stops, or is none.
_LONGEST_SENTENCE = 1_500
#: So much before a full stop tells whether it ends an abbreviation.
_TAIL = 40
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+(?=[\"'«“„¿¡(\[]*[^\W_])|\n+|(?<=[。！？])")


def sentences(text: str, vocabulary: Words) -> Iterator[str]:
    """The sentences of a text; a full stop after an abbreviation ends none. What is too long comes in pieces."""
    for whole in _whole_sentences(text, vocabulary):
        at = 0
        while len(whole) - at > _LONGEST_SENTENCE:
            cut = whole.rfind(" ", at, at + _LONGEST_SENTENCE)
            cut = cut if cut > at else at + _LONGEST_SENTENCE
            yield whole[at:cut]
            at = cut + (whole[cut : cut + 1] == " ")
        if whole[at:].strip():
            yield whole[at:].strip()


def _whole_sentences(text: str, vocabulary: Words) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[max(start, end.start() - _TAIL) : end.start()].rstrip("\"'»”’)] ")
        if "\n" not in end[0] and _goes_on(piece, text[end.end() : end.end() + 1], vocabulary):
            continue
        yield text[start : end.start()].strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def _goes_on(piece: str, following: str, vocabulary: Words) -> bool:
    """Whether a full stop ends an abbreviation, or in German an ordinal ("am 3. Oktober"), and no sentence."""
    if not piece.endswith("."):
        return False
    ordinal = vocabulary.code == "de" and len(piece) > 4 and re.search(r"(?:^|\s)\d{1,2}\.$", piece)
    return bool(vocabulary.abbreviations.search(piece) or ordinal or following[:1].islower())
