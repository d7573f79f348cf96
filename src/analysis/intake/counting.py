"""What the numbers of a sentence count, and in what state: the unit, the state, and the measure that both give.

A number counts the noun behind it. One without a noun takes it from the number or noun that it takes up: "of these, 400
million",
"Brazil: 34 servers with 42 million images; Argentina: 9 with 1.2 million".
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from .clause import Clause, Context, Noun, Reading
from .counters import fits
from .events import BODIES, REPORTED, is_listed, is_source, reported
from .lexicon import tables
from .mentions import WORLD
from .numbers import LeftOut, Number
from .states import States
from .uncounted import NO_NOUN, counts_nothing

#: A number without any noun counts what is near it only if it is as large as this.
_LARGE = 100
#: What is so many times larger counts something else.
_FAR = 500
#: States that one sentence does not leave to the next.
_PASSING = ("removed", "gone", "new", "offline", "checked", "secured", "notified", "contacted")
#: States by which a body is told something, and how near its number stands behind the verb.
_TOLD, _BESIDE_VERB = ("contacted", "notified"), re.compile(r"\s?(?:\w{1,3}\s)?")


def candidates(clause: Clause, context: Context) -> list[Reading]:
    """The numbers of a sentence that may count something; the others go to what was left out, with the reason."""
    readings: list[Reading] = []
    for position, number in enumerate(clause.numbers):
        noun = clause.own_noun(position)
        earlier = [*context.former, *readings]
        from_whom = noun is not None and is_source(clause, number, noun, earlier)
        if from_whom or is_listed(clause, position, noun, context.readings):
            readings.append(Reading(number))
            continue
        far = noun is not None and noun.start - number.end > 1
        partitive = clause.words.closing("partitive", clause.before(number)) or clause.words.partitive.match(
            clause.behind(number).lstrip(" \u00a0,")
        )
        if far and partitive:
            noun = None  # "120 practices, of which 85 have secured their systems"
        noun = _as_many(noun, number, clause)
        if reason := counts_nothing(clause, position, noun):
            clause.left_out.append(LeftOut(number.start, number.end, number.text, reason))
        else:
            readings.append(Reading(number, noun, noun.unit if noun else ""))
    return readings


def _as_many(noun: Noun | None, number: Number, clause: Clause) -> Noun | None:
    """A noun in the sense in which there may be so many: 45 million "archivos de imágenes" are files, no archives."""
    if noun is None or _plausible(number, noun.unit):
        return noun
    first = clause.words.counted(noun.text.split()[0])
    return replace(noun, unit=first[0][2]) if first and _plausible(number, first[0][2]) else noun


def count(clause: Clause, context: Context) -> list[Reading]:
    """The readings of a sentence with their measures; one that counts nothing known goes to what was left out."""
    kept: list[Reading] = []
    units = _Units(clause, context)
    for index, reading in enumerate(clause.readings):
        if reading.unit or units.take(index, kept):
            kept.append(reading)
        else:
            clause.left_out.append(LeftOut(reading.number.start, reading.number.end, reading.number.text, NO_NOUN))
    clause.readings = kept
    states = States(clause)
    # What shares the sense of another is looked at after it.
    for index in sorted(range(len(kept)), key=lambda index: _depth(kept[index], len(kept))):
        states.find(index)
    for index in range(len(kept)):
        states.share(index)
    for reading in kept:
        states.name(reading)
        if (
            reading.place in (WORLD, "")
            and reading.like is not None
            and reading.like.place not in (WORLD, reading.place)
            and _takes_place(clause, reading)
        ):
            reading.place, reading.candidates = reading.like.place, reading.like.candidates
            reading.doubt(0.9, f"the place of '{reading.like.number.text}'")
    return kept


def _takes_place(clause: Clause, reading: Reading) -> bool:
    """Whether a part of what was counted has the place of the whole: no place of its own sentence is tied to it."""
    if _is_smaller_part(clause, reading):
        return True
    if not (clause.is_partitive(reading.number) or clause.opens_with_whole(reading.number)):
        return False
    like = reading.like
    return like is not None and (like in clause.readings or not clause.places)


def _is_smaller_part(clause: Clause, reading: Reading) -> bool:
    """Whether a number says how many of those before it are in another state: "312 can be reached, and 89 are open"."""
    like = reading.like
    return (
        like is not None
        and like in clause.readings
        and reading.noun is None
        and reading.state not in ("", like.state)
        and reading.number.quantity.value < like.number.quantity.value
        and len({one.name for one in clause.places}) == 1
    )


# Units -------------------------------------------------------------------------------------------------


class _Units:
    """Finds what a number without a noun counts, from the surest source to the least sure."""

    def __init__(self, clause: Clause, context: Context) -> None:
        self.clause, self.context, self.words = clause, context, clause.words

    def take(self, index: int, before: list[Reading]) -> bool:
        """Give a reading its unit; False if there is none for it."""
        clause, reading = self.clause, self.clause.readings[index]
        number = reading.number
        known = self._fitting(_countable(before, number), number)
        earlier = self._fitting(_countable(self.context.readings, number), number)
        if clause.leads_on(index) and (base := clause.readings[index + 1]).noun is not None:
            return _give(reading, base.unit, 0.95, f"of '{base.number.text}' {base.noun.text}")
        if reading.is_share:
            return self._take_base(reading, known, earlier)
        return (
            (
                (clause.is_partitive(number) or clause.opens_with_whole(number))
                and self._take_up(reading, known, earlier)
            )
            or self._take_parallel(index, known)
            or self._take_from_place_before(reading)
            or self._take_told(reading, [*known, *earlier])
            or self._take_near(reading, before, known)
            or self._take_further(index, earlier)
        )

    def _fitting(self, readings: list[Reading], number: Number) -> list[Reading]:
        """Those that a number may go on from, by its counter in scripts without blanks."""
        behind = self.clause.behind(number)
        return [one for one in readings if not self.words.glued or fits(behind, one.unit)]

    def _take_up(self, reading: Reading, known: list[Reading], earlier: list[Reading]) -> bool:
        """Of these: the last thing counted that is at least as many, in this sentence or the one before."""
        for source in (known, earlier):
            enough = [one for one in source if one.number.quantity.value >= reading.number.quantity.value]
            if chosen := (enough or source)[-1:]:
                return _give(reading, chosen[0].unit, 0.9, f"taken up from '{chosen[0].number.text}'", like=chosen[0])
            free = self._noun_before(reading.number)
            # "Hospitals reported 104 of them": who reports is not what is counted.
            reports = free is not None and free.unit in BODIES and any(one.unit in REPORTED for one in earlier)
            if source is known and free is not None and not reports:
                return _give(reading, free.unit, 0.85, f"taken up from '{free.text}'")
        return False

    def _take_parallel(self, index: int, known: list[Reading]) -> bool:
        """The number at the same position of the place before: "Brazil: 34 servers; Argentina: 9"."""
        reading = self.clause.readings[index]
        places: list[list[Reading]] = []
        for one in self.clause.readings[: index + 1]:
            if one.is_share:
                continue
            if places and places[-1][-1].place == one.place:
                places[-1].append(one)
            else:
                places.append([one])
        if len(places) < 2 or WORLD in (reading.place, places[-2][0].place) or len(places[-1]) > len(places[-2]):
            return False
        same = places[-2][len(places[-1]) - 1]
        return same in known and _give(reading, same.unit, 0.9, f"as '{same.number.text}' in the same list", like=same)

    def _take_from_place_before(self, reading: Reading) -> bool:
        """The number at the same position of the sentence that told of another place: "In Belgium, 41 and 9"."""
        counts, told = [one for one in self.clause.readings if not one.is_share], self.context.told
        if any(one.noun is not None for one in counts) or {one.place for one in counts} & {WORLD, ""}:
            return False
        if self._noun_before(reading.number) is not None:
            return False
        if len({one.place for one in counts}) > 1 or not told or told[0].place == reading.place:
            return False
        same = told[counts.index(reading)] if len(counts) <= len(told) else None
        if same is None or not _plausible(reading.number, same.unit) or not _is_like(reading.number, same.number):
            return False
        return _give(reading, same.unit, 0.85, f"as '{same.number.text}' of the place before", like=same)

    def _take_told(self, reading: Reading, others: list[Reading]) -> bool:
        """Whoever is told is a body, named or not: "We wrote to 40"; breaches are told to an authority."""
        before = self.clause.before(reading.number)
        verbs = (self.words.states[one].finditer(before) for one in _TOLD if one in self.words.states)
        beside = any(_BESIDE_VERB.fullmatch(before[one.end() :]) for found in verbs for one in found)
        if not beside or any(one.unit in REPORTED for one in others):
            return False
        return _give(reading, "institution", 0.7, "whoever is told")

    def _take_near(self, reading: Reading, before: list[Reading], known: list[Reading]) -> bool:
        """What stands before: a noun before a colon, the last noun that no other number has, the last number."""
        clause, number = self.clause, reading.number
        colon = clause.before(number).rfind(":")
        free = next((noun for noun in clause.nouns if noun.end <= colon and not self._is_bound(noun)), None)
        if free and not self._reports(free):
            return _give(reading, free.unit, 0.9, f"'{free.text}' before the colon", noun=free)
        if before and before[-1].unit == "country" and States(clause).said_behind(reading, "country"):
            return _give(reading, "country", 0.9, f"as '{before[-1].number.text}' before it")
        free, last = self._noun_before(number), known[-1] if known else None
        enclosed = clause.before(number).rstrip().endswith("(")
        if free and (self._reports(free) or (enclosed and reported([*self.context.readings, *before]))):
            free = None  # so many of the cases in hospitals
        parted = free is not None and last is not None and ";" in clause.text[free.end : number.start]
        if free and not parted and (last is None or free.start > last.number.end):
            return _give(reading, free.unit, 0.85, f"'{free.text}' before it", noun=free)
        servers = [one for one in known if one.unit == "server"]
        if (
            last
            and last.unit in BODIES
            and servers
            and States(clause).said_behind(reading, "server") in ("removed", "gone")
        ):
            last = servers[-1]  # "46 servers of 31 members; 38 were taken off the net"
        if last and last.number.quantity.value > _FAR * number.quantity.value:
            # One number of a place goes with its like: "3 servers with 41,200 studies, in Bern one".
            last = _nearest(known, number) or last
        if last:
            return _give(reading, last.unit, 0.8, f"as '{last.number.text}' before it", like=last)
        return False

    def _take_further(self, index: int, earlier: list[Reading]) -> bool:
        """What stands behind a number, in the sentence before, or in the heading."""
        clause, reading = self.clause, self.clause.readings[index]
        number, near = reading.number, _nearest(earlier, reading.number)
        if near and not number.worded and self.words.closing("definite", clause.before(number)):
            return _give(reading, near.unit, 0.7, f"taken up from '{near.number.text}' in the sentence before")
        ahead = next(
            (
                one
                for one in _countable(clause.readings[index + 1 :], number)
                if one.noun is not None and not one.is_share
            ),
            None,
        )
        # "14, 9 and 3 servers"
        joint = ahead and (not number.worded or clause.is_joint(number.end, clause.readings[index + 1].number.start))
        if ahead and joint and not self.words.of.match(clause.behind(number).lstrip(" \u00a0,")):
            return _give(reading, ahead.unit, 0.85, f"as '{ahead.number.text}' behind it", like=ahead)
        if not near and not number.worded and reported(self.context.former):
            near = _nearest(_countable(self.context.former, number), number)  # a report goes on in a new paragraph
        if near and (reading.place != WORLD or not number.worded or States(clause).said_behind(reading, near.unit)):
            like = near if near.state not in _PASSING else None
            return _give(reading, near.unit, 0.6, f"as '{near.number.text}' in the sentence before", like=like)
        told = reading.place != WORLD or clause.answers
        topic = self.context.topic
        if topic.unit and told and _plausible(number, topic.unit):
            reading.state = topic.state
            return _give(reading, topic.unit, 0.6, "what the heading counts")
        after = next((noun for noun in self._free() if noun.start > number.end), None)
        unit = self.context.noun or (after.unit if after else "")
        said = bool(self.context.noun) and bool(States(clause).said_behind(reading, unit))
        if number.worded or (number.quantity.value < _LARGE and not said):
            return False
        return (
            bool(unit)
            and _plausible(number, unit)
            and _give(reading, unit, 0.45, "the only thing near it that is counted")
        )

    def _take_base(self, reading: Reading, known: list[Reading], earlier: list[Reading]) -> bool:
        """What a share without a noun is a share of; a share of something else is left out."""
        clause, behind = self.clause, self.clause.behind(reading.number)
        states = States(clause)
        start, end = states.window(reading)
        named = next((noun for noun in clause.nouns if start <= noun.start < end), None)
        if named:
            return _give(reading, named.unit, 0.9, f"a share of '{named.text}'")
        said = states.said_behind(reading)
        free = self._noun_before(reading.number)
        if said and free and not known:
            return _give(reading, free.unit, 0.85, f"a share of '{free.text}'")
        source, partitive = known or earlier, clause.is_partitive(reading.number)
        if not source:
            return False
        other = re.match(rf"\s*{self.words.of.pattern}[^\W\d_]{{4,}}", behind, re.IGNORECASE)
        if not (partitive or said or clause.is_aside(reading) or known or reading.place != WORLD) or (
            other and not partitive and not self.words.whole.match(behind.lstrip())
        ):
            return _give(reading, "thing", 0.6, "a share of something that is not counted here")
        return _give(
            reading, source[-1].unit, 0.8, f"a share of what '{source[-1].number.text}' counts", like=source[-1]
        )

    def _noun_before(self, number: Number) -> Noun | None:
        """The last noun before a number that no other number has, and that it may count."""
        free = [noun for noun in reversed(self._free()) if noun.end <= number.start and _plausible(number, noun.unit)]
        if self.words.glued:
            free = [noun for noun in free if fits(self.clause.behind(number), noun.unit)]
        told = next((noun for noun in free if noun.unit in REPORTED), None)
        # "The incidents that hit hospitals were 52"
        return told if told is not None and free[0].unit in BODIES else free[0] if free else None

    def _reports(self, noun: Noun) -> bool:
        """Whether a noun only says who reports what is counted, or where it happened."""
        readings = [*self.context.former, *(one for one in self.clause.readings if one.unit)]
        if not reported(readings):
            return False
        known = any(one.unit in REPORTED for one in self.clause.readings)
        return noun.unit in BODIES and (known or not self.words.affected.search(self.clause.text))

    def _free(self) -> list[Noun]:
        return [noun for noun in self.clause.nouns if noun.unit != "country" and not self._is_bound(noun)]

    def _is_bound(self, noun: Noun) -> bool:
        """Whether a noun has a number, or only tells what something that has one holds: "312 servers with images"."""
        text, tied = self.clause.text, self.words.tied
        return any(
            one.noun is noun or (one.noun is not None and tied.fullmatch(text[one.noun.end : noun.start].strip()))
            for one in self.clause.readings
        )


def _give(
    reading: Reading, unit: str, factor: float, reason: str, like: Reading | None = None, noun: Noun | None = None
) -> bool:
    reading.unit, reading.noun, reading.like = unit, noun, like
    reading.doubt(factor, reason)
    return True


def _countable(readings: list[Reading], number: Number) -> list[Reading]:
    return [one for one in readings if one.unit and one.unit != "country" and _plausible(number, one.unit)]


def _is_like(one: Number, other: Number) -> bool:
    """Whether two numbers are near enough in size to tell the same of two places."""
    first, second = (max(each.quantity.value, 1) for each in (one, other))
    return max(first, second) <= _FAR * min(first, second)


def _plausible(number: Number, unit: str) -> bool:
    """Whether there may be so many of a thing."""
    return number.quantity.unit == "share" or number.quantity.value <= tables()["at_most"].get(unit, float("inf"))


def _nearest(readings: list[Reading], number: Number) -> Reading | None:
    """The reading nearest in size, the last of equals: 71 goes with 96 servers and not with 1.3 million studies."""

    def size(one: Number) -> float:
        return math.log10(max(one.quantity.value, 1))

    return min(readings[::-1], key=lambda one: abs(size(one.number) - size(number)), default=None)


def _depth(reading: Reading, most: int) -> int:
    depth = 0
    while reading.like is not None and depth < most:
        depth, reading = depth + 1, reading.like
    return depth
