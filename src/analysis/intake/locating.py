"""Which place the numbers of a sentence refer to.

A number is tied to the place behind it ("346 in the United States"), to the one before it ("Brazil: 34 servers"), or to
that
of a number it goes with ("187 servers with 13.7 million studies in the United States"); else it is taken for the total,
unless the
sentence points back to the place of the one before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from .blocks import is_heading
from .clause import COMMA, STRONG, Clause, Context, Reading
from .mentions import WORLD, Mention
from .scope import authority_of, is_worldwide

_ONLY = "the only place in its sentence"
#: So near a number the year stands that it is told of.
_BESIDE_YEAR = 6
_SEVERAL = "several places are named for it"
#: So near before an adjective a comma parts it from what stands before.
_NEAR_COMMA = 12
_UNSAID = "its place is not said; other places stand near"


def locate_readings(clause: Clause, context: Context) -> None:
    """Give every reading of a sentence its place."""
    _Places(clause, context).assign()
    told = {one.name: one.candidates for one in clause.places if one.candidates}
    for reading in clause.readings:
        if reading.place in told:
            reading.candidates = told[reading.place]
            reading.doubt(0.5, f"the place is open: {reading.place} may be {' or '.join(reading.candidates[:4])}")


class _Places:
    def __init__(self, clause: Clause, context: Context) -> None:
        self.clause, self.context = clause, context
        self.text, self.words, self.places, self.readings = clause.text, clause.words, clause.places, clause.readings

    def assign(self) -> None:
        readings = self.readings
        behind = {index: place for index in range(len(readings)) if (place := self._place_behind(index)) is not None}
        # What is tied to a number with a place behind it has that place too.
        for index in range(len(readings) - 2, -1, -1):
            if index not in behind and index + 1 in behind and self.clause.grouped(index, index + 1):
                behind[index] = behind[index + 1]
        for index, reading in enumerate(readings):
            self._place(index, reading, behind)
        self._pair_lists()
        self._leave_own_country_open()
        # "2.6 million images on seven servers, all of them in Greece"
        for index in range(len(readings) - 2, -1, -1):
            one, other = readings[index], readings[index + 1]
            if (
                one.place == WORLD
                and one.unit != "country"
                and other.reasons[-1:] == [_ONLY]
                and self.clause.grouped(index, index + 1)
            ):
                one.place = other.place
                one.doubt(0.8, _ONLY)

    def _place(self, index: int, reading: Reading, behind: dict[int, Mention]) -> None:
        number = reading.number
        if reading.unit == "country":
            near = behind.get(index)
            reading.place = near.name if near is not None and near.beside else WORLD
            return
        before = [place for place in self.places if place.end <= number.start and not self._is_of_another(place, index)]
        left = before[-1] if before else None
        if left is not None and re.fullmatch(r"\s*[*†]?\s*\(\s*", self.text[left.end : number.start]):
            reading.place = left.name
        elif self._is_nationwide(reading):
            reading.place = self.context.course.country or WORLD
            reading.doubt(0.85, "it is said of the whole country")
        elif index in behind:
            self._take(reading, behind[index], self._is_pair(behind[index], self._next(behind[index])))
        elif left is not None:
            self._place_before(index, reading, left, behind)
        elif (place := self._only_place(index)) is not None:
            reading.place = place.name
            reading.doubt(0.8, _ONLY)
        elif self._authority and not self._speaks_of_world():
            reading.place = self._authority
            reading.doubt(0.8, f"the authority of '{self._authority}' tells of it")
        elif self.context.course.last and self.words.same_country.search(self.text):
            reading.place = self.context.course.last
            reading.doubt(0.85, f"the country named before ('{reading.place}')")
        elif self.places and not (self._are_of_others(index, behind) and self.context.course.place):
            reading.doubt(0.75, "no place is tied to it: taken for the total")
        elif self.context.place and self.words.anaphora.search(self.text.lstrip()):
            reading.place = self.context.place
            reading.doubt(0.85, f"the place of the sentence before ('{self.context.place}')")
        elif self.context.scope.place:
            self._under_heading(reading)
        elif self.context.course.goes_on(self.text, self.words):
            self._go_on(reading)
        elif not self.context.course.worldwide and not is_worldwide(self.text, self.words):
            reading.doubt(0.9, "no place is named: taken for the world")

    @functools.cached_property
    def _authority(self) -> str:
        return authority_of(self.text, self.places, self.words)

    def _speaks_of_world(self) -> bool:
        return self.context.course.worldwide or is_worldwide(self.text, self.words)

    def _is_nationwide(self, reading: Reading) -> bool:
        """Whether the words right around a number say that it is the whole country's."""
        if not self._names_nation:
            return False
        position = self.clause.numbers.index(reading.number)
        start = max([0, *(one.end for one in self.clause.numbers[:position])])
        return self.words.nationwide.search(self.text, start, self.clause.until(position)) is not None

    @functools.cached_property
    def _names_nation(self) -> bool:
        return self.words.nationwide.search(self.text) is not None

    def _are_of_others(self, index: int, behind: dict[int, Mention]) -> bool:
        """Whether every place of the sentence stands behind a number and belongs to another one."""
        of_others = [place for other, place in behind.items() if other > index]
        return all(any(place is one for one in of_others) for place in self.places)

    def _go_on(self, reading: Reading) -> None:
        """The place of which the text goes on to speak, or the only country that the report names at all."""
        course = self.context.course
        reading.place = course.goes_on(self.text, self.words)
        if reading.place in (course.asked, course.place):
            reading.doubt(0.85, f"the text goes on to speak of '{reading.place}'")
        elif reading.place != course.only:
            reading.doubt(0.75, f"the authority of '{reading.place}' tells of it")
        else:
            reading.doubt(0.7, f"the only country that the report names ('{reading.place}')")

    def _leave_own_country_open(self) -> None:
        """What is said of "our country" does not refer to the world; which one it is, its readers know."""
        said = self.words.own_country.search(self.text)
        if said is None or is_worldwide(self.text, self.words):
            return
        for reading in self.readings:
            if reading.place == WORLD and reading.unit != "country":
                reading.place = ""
                reading.doubt(0.5, f"the place is open: it is said of '{said[0]}'")

    def _under_heading(self, reading: Reading) -> None:
        """The heading's place, as far as it holds: the world where the text says so, open where nothing settles it."""
        scope = self.context.scope
        counts = [one.number.quantity.value for one in self.readings if one.unit == "country"]
        if scope.worldwide or scope.is_exceeded(counts):
            reading.doubt(0.8, f"the text speaks of the world here, not of the heading's place ('{scope.place}')")
        elif scope.doubt:
            reading.place = ""
            reading.doubt(0.5, f"the place is open: {scope.place} (the heading's) or {WORLD}; {scope.doubt}")
        else:
            reading.place = scope.place
            reading.doubt(0.8, f"the place of the heading ('{scope.place}')")

    def _take(self, reading: Reading, place: Mention, shared: bool) -> None:
        reading.place = place.name
        if shared:
            reading.place = WORLD
            reading.doubt(0.5, _SEVERAL)

    def _place_behind(self, index: int) -> Mention | None:
        """The place that follows a number and is tied to it."""
        reading = self.readings[index]
        number = reading.number
        limit = self.clause.limit(self.clause.numbers.index(number))
        place = next((one for one in self.places if number.end <= one.start < limit), None)
        if place is None:
            return None
        if place.beside:
            noun = reading.noun
            if noun is None or noun.start < number.end:
                return None
            # "7 incidents at Dutch institutions": the adjective of a noun that no number has.
            led = noun.end <= place.start and self.words.closing("locative", self.text[noun.end : place.start])
            return place if noun.is_beside(place.start, place.end) or (led and self._is_unbound(place)) else None
        between = self.text[number.end : place.start]
        if re.search(r"\(\s*$", between) and self.text[place.end : place.end + 1] == ")":
            return place
        if self.clause.is_aside(reading):
            between = re.sub(r"^\s*[,)]", "", between)
        if COMMA.search(between) or STRONG.search(between):
            return None
        if place.name == WORLD:
            # "More than half of the total" tells what it is a share of.
            return None if reading.is_share else place
        # "80 in Spain and in France" goes on to another number.
        joined = re.search(
            rf"{self.words.joined.pattern}\s+(?:{self.words.locative.pattern}\s*|\w{{1,3}}\s+)?$",
            between,
            re.IGNORECASE,
        )
        if joined and not joined[0].strip().lower().startswith("or"):
            return None
        return place if self.words.closing("locative", between) else None

    def _is_unbound(self, place: Mention) -> bool:
        """Whether the noun that an adjective stands beside has no number of its own."""
        beside = [one.noun for one in self.readings if one.noun and one.noun.is_beside(place.start, place.end)]
        return not beside and not COMMA.search(self.text, max(0, place.start - _NEAR_COMMA), place.start)

    def _place_before(self, index: int, reading: Reading, left: Mention, behind: dict[int, Mention]) -> None:
        """The last place before a number, unless it belongs to another number and nothing leads on from it."""
        between = self.text[left.end : reading.number.start]
        parted = bool(COMMA.search(between) or STRONG.search(between))
        taken = any(place is left for other, place in behind.items() if other < index)
        if index and self._is_nationwide(self.readings[index - 1]):
            reading.place = self.readings[index - 1].place
            reading.doubt(0.85, "it is said of the whole country")
            return
        leads_on = (
            self.clause.is_partitive(reading.number)
            or self.words.closing("tied", between)
            or self.clause.is_aside(reading)
        )
        if taken and parted and self._is_of_a_series(reading):
            reading.place = left.name
            reading.doubt(0.9, f"the place is carried on from '{left.name}' to another year")
            return
        if taken and parted and self._is_only(left):
            reading.place = left.name
            reading.doubt(0.85, f"the place is carried on from '{left.name}', the only one of its sentence")
            return
        if taken and parted and not leads_on and not (reading.is_share and reading.noun is None):
            if left.name != WORLD:
                reading.doubt(0.6, _UNSAID)
            return
        reading.place = left.name
        if left.name == WORLD:
            return
        former = self.places[self.places.index(left) - 1] if self.places.index(left) else None
        if former is not None and self._is_pair(former, left):
            self._take(reading, left, shared=True)
        elif STRONG.search(between) and not re.match(r"\s*:", between):
            reading.doubt(0.9, f"the place is carried on from '{left.name}'")

    def _is_only(self, place: Mention) -> bool:
        """Whether a sentence names one place alone, in a report that does not tell of the world."""
        named = {one.name for one in self.places}
        return named == {place.name} and not self.context.course.worldwide

    def _is_of_a_series(self, reading: Reading) -> bool:
        """Whether a number tells the same of another year: "642 in 2024, against 574 in 2023"."""
        start, end = reading.number.start, reading.number.end
        return reading.noun is None and any(
            0 <= one.start - end <= _BESIDE_YEAR or 0 <= start - one.end <= _BESIDE_YEAR
            for one in self.clause.left_out
            if one.reason in ("year", "date")
        )

    def _only_place(self, index: int) -> Mention | None:
        """The one place of a sentence, behind its last number: "187 of them, all in Spain"."""
        number = self.readings[index].number
        place = self.places[0] if self.places else None
        if (
            place is None
            or index != len(self.readings) - 1
            or place.start < number.end
            or len({one.name for one in self.places}) > 1
        ):
            return None
        between = re.sub(r"^\s*,|\([^()]*\)", "", self.text[number.end : place.start])
        _, comma, last = between.rpartition(",")
        far = comma and len(last.split()) > 3 and (not is_heading(self.text) or self.words.partitive.search(last))
        if STRONG.search(between) or far or not self.words.closing("locative", between):
            return None
        return place

    def _is_of_another(self, place: Mention, index: int) -> bool:
        """Whether an adjective stands beside the noun of another number: "19 European countries and 7 images"."""
        if not place.beside:
            return False
        for other, reading in enumerate(self.readings):
            if other != index and reading.noun is not None and reading.noun.is_beside(place.start, place.end):
                return abs(other - index) != 1 or not self.clause.grouped(*sorted((other, index)))
        return False

    def _next(self, place: Mention) -> Mention | None:
        return next((one for one in self.places if one.start > place.start), None)

    def _is_pair(self, first: Mention, second: Mention | None) -> bool:
        """Whether two places are named together: "Spain and Portugal"."""
        if second is None or first.name == second.name or first.beside or second.beside:
            return False
        if {first.name, second.name} & {*self.words.regions.values()}:
            return False
        return self.words.pair.fullmatch(self.text[first.end : second.start]) is not None

    def _pair_lists(self) -> None:
        """As many places as numbers, each in a list of its own: "Spain and Greece had 14 and 3 servers"."""
        numbers = _runs([(one.number.start, one.number.end) for one in self.readings], self.clause.is_joint)
        lists = _runs([(one.start, one.end) for one in self.places], self.clause.is_joint)
        for run in numbers:
            for list_ in lists:
                places = [self.places[nth] for nth in list_]
                if len(run) != len(list_) or len(run) < 2 or any(one.name == WORLD or one.beside for one in places):
                    continue
                first, last = self.readings[run[0]].number, self.readings[run[-1]].number
                if places[-1].end <= first.start or places[0].start >= last.end:
                    for nth, place in zip(run, places, strict=True):
                        reading = self.readings[nth]
                        reading.place = place.name
                        reading.reasons = [one for one in reading.reasons if one not in (_SEVERAL, _UNSAID)]
                        reading.doubt(0.9, "place by place, in the order of the list")


def _runs(spans: list[tuple[int, int]], joint: Callable[[int, int], bool]) -> list[list[int]]:
    """The positions of spans that follow each other with only a joint between them."""
    found: list[list[int]] = []
    for nth, (start, _) in enumerate(spans):
        if found and joint(spans[found[-1][-1]][1], start):
            found[-1].append(nth)
        else:
            found.append([nth])
    return found
