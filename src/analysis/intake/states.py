"""What is said about a counted thing (open, gone, encrypted), and the measure that results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .clause import COMMA, STRONG, Clause, Reading
from .lexicon import tables
from .mentions import WORLD

if TYPE_CHECKING:
    from .numbers import Number

#: States of a whole group of numbers: 16 systems with 31 million images were taken offline.
_SHARED = ("removed", "gone")
#: States whose verb governs a whole list ("informed three institutions and 46 countries"), and what it may govern.
GOVERNING = ("notified", "contacted", "checked")
_GOVERNED = ("country", "institution", "organisation", "hospital")


#: What notifications and cases are of, and whose persons are told of as individuals.
EVENTS = ("breach", "incident")
#: What a share in a state has a measure for.
_SHARED_OUT = ("server", "vulnerability", "host", "address", "service", "study", "image", "record")
OF_EVENTS = ("notice", "case", "person", "staff")
#: People, who are told of as individuals where a breach is reported.
PEOPLE = ("person", "staff")


#: More addresses than these answered no scan for such a service: they were called.
_MOST_HOSTS = 10_000_000
#: So near before a verb stands what negates it.
_NEGATES = 12
#: A word of its own behind a comma; in scripts without blanks one of two letters is one.
_LONG_WORD, _ANY_WORD = re.compile(r"[^\W\d_]{3,}"), re.compile(r"[^\W\d_]{2,}")
_LABEL_END = re.compile(r"[:：]\s*$")


class States:
    """Finds what is said about a counted thing, and names the measure."""

    def __init__(self, clause: Clause) -> None:
        self.clause, self.words, self.text = clause, clause.words, clause.text

    def find(self, index: int) -> None:
        """The state of a reading, from its own words outwards."""
        clause, reading = self.clause, self.clause.readings[index]
        if reading.unit == "study" and clause.event and self._is_opened(reading):
            reading.unit = "inquiry"
        if reading.unit in OF_EVENTS and not reading.is_share:
            event = clause.event
            if reading.unit == "notice":
                event = clause.main_event or event or clause.likely_event
            reading.state = "reported" if reading.unit in PEOPLE and event else event
            return
        states = self._possible(reading.unit, reading.is_share)
        start, end = self.window(reading)
        if reading.is_share and clause.leads_on(index) and (base := clause.readings[index + 1].noun) is not None:
            start = max(start, base.end)  # what is said before the noun is said about the whole
        if clause.leads_on(index - 1):
            # What is said behind "590 of the 2,300 systems" is said about the 590.
            close = re.compile(r"\s+[\w-]+").match(self.text, reading.noun.end) if reading.noun is not None else None
            end = close.end() if close else start
        found = self._said(states, start, end)
        if found in ("gone", "") and "removed" in states and self._is_taken(reading):
            found = "removed"
        if not found and reading.unit == "server":
            found = self._behind_what_it_holds(index, states)
        if not found and "notls" in states and self._is_negated("tls", reading):
            found = "notls"  # "3,087 of these hosts did not encrypt the connection"
        like = _root(reading)
        if not found and like is not None and like.unit == reading.unit and like.state in (*states, ""):
            reading.state = like.state
            return
        if not found and reading.noun is not None and reading.noun.end <= reading.number.start:
            # The noun stands before the number: what is said there counts.
            found = self._said(states, max(0, reading.noun.start - NEAR), reading.number.start)
        if not found:
            # "Open ports account for 36 percent of the hosts" does not say that those are open.
            found = self._said(
                [state for state in states if state != "open" or not reading.is_share], *self._left(reading)
            )
        if not found and reading.unit in _GOVERNED:
            mark = max([0, *(one.end() for one in STRONG.finditer(self.text, 0, reading.number.start))])
            found = self._said([state for state in states if state in GOVERNING], mark, reading.number.start)
        reading.state = found or reading.state

    def _is_opened(self, reading: Reading) -> bool:
        """Whether an authority began so many of it: "Wij startten zeven onderzoeken"."""
        near = self.text[max(0, reading.number.start - NEAR) : reading.number.start]
        return self.words.opens.search(near) is not None

    def _is_taken(self, reading: Reading) -> bool:
        """Whether a verb before the number and a word behind it take it away: "took three servers offline"."""
        near = self.words.states["removed"].finditer(self.text, max(0, reading.number.start - NEAR))
        return any(one.start() < reading.number.start and one.end() > reading.number.end for one in near)

    def _behind_what_it_holds(self, index: int, states: list[str]) -> str:
        """What is said of servers behind what they hold: "three servers with 41,200 studies stood open"."""
        readings = self.clause.readings
        if index + 1 >= len(readings):
            return ""
        other = readings[index + 1]
        between = self.text[readings[index].number.end : other.number.start]
        if other.noun is None or not self.words.closing("tied", between) or other.noun.end < other.number.end:
            return ""
        end = self.clause.until(self.clause.numbers.index(other.number))
        comma = COMMA.search(self.text, other.noun.end, end)
        words = self.text[other.noun.end : comma.start() if comma else end].split()
        return (
            ""
            if len(words) > 4
            else self._said(
                [one for one in states if one in ("open", "removed", "exposed")],
                other.noun.end,
                comma.start() if comma else end,
            )
        )

    def share(self, index: int) -> None:
        """Give a reading what is said about its group: 16 systems with 31 million images were taken offline."""
        clause, reading = self.clause, self.clause.readings[index]
        if reading.state or clause.leads_on(index - 1):
            return
        states = self._possible(reading.unit, False)
        for first, second in ((index - 1, index), (index, index + 1)):
            other = second if first == index else first
            if not 0 <= other < len(clause.readings) or not clause.grouped(first, second):
                continue
            said = clause.readings[other].state
            if said in _SHARED:
                reading.state = next((state for state in (said, "removed") if state in states), reading.state)

    def name(self, reading: Reading) -> None:
        """The measure that unit and state make, and the reason."""
        said = f"'{reading.noun.text}'" if reading.noun else reading.unit
        if reading.is_share:
            known = tables()["shares"]
            if reading.state in ("tls", "authorised") and self._is_negated(reading.state, reading):
                reading.state = ""
            reading.measure = known.get(reading.unit, "")
            reading.measure = known.get(f"{reading.unit}.{reading.state}", reading.measure)
            if reading.unit in _SHARED_OUT:
                reading.measure = known.get(reading.state, "") or reading.measure
            if reading.measure == known["host"] and reading.place == WORLD:
                reading.measure = ""  # of all hosts of the world
            if not reading.measure:
                reading.doubt(0.6, "a share that no measure has: a claim (share_of), or a measure of yours")
                return
        else:
            if reading.unit == "address" and reading.number.quantity.value >= _MOST_HOSTS:
                reading.state = "checked"
            known = tables()["measures"][reading.unit]
            reading.measure = known.get(reading.state, known[""])
            if not reading.measure:
                reading.doubt(0.6, "what this noun counts has no measure")
        reading.reasons.insert(0, f"{said}, {reading.state}" if reading.state else said)

    def said_behind(self, reading: Reading, unit: str = "") -> str:
        """What the words behind a number say about a unit or a share."""
        return self._said(self._possible(unit, reading.is_share), *self.window(reading))

    def window(self, reading: Reading) -> tuple[int, int]:
        """The words behind a number that are its own: up to the next number or a strong mark."""
        clause, number = self.clause, reading.number
        position = clause.numbers.index(number)
        if reading in clause.readings and clause.leads_on(clause.readings.index(reading)):
            return number.end, clause.until(position + 1)
        end = clause.until(position)
        following = clause.numbers[position + 1] if position + 1 < len(clause.numbers) else None
        if following is not None and following.quantity.unit == "share" and self._is_bracketed(end, following):
            limit = clause.limit(position + 1)  # "130 servers (50%) asked for no password"
            mark = STRONG.search(self.text, following.end + 1, limit)
            return number.end, mark.start() if mark else limit
        if position + 1 < len(clause.numbers) and end == clause.numbers[position + 1].start:
            # What follows the last comma or "and" belongs to the next number: "172 vanished and appeared 129".
            cuts = [
                *COMMA.finditer(self.text, number.end, end),
                *self.words.joined.finditer(self.text, number.end, end),
            ]
            word = _ANY_WORD if self.words.glued else _LONG_WORD
            end = max((cut.start() for cut in cuts if word.search(self.text, cut.end(), end)), default=end)
        return number.end, end

    def _is_bracketed(self, end: int, share: Number) -> bool:
        """Whether a share stands in brackets by itself, right where the words of the number before it end."""
        return self.text[end : share.start].strip() == "(" and self.text[share.end : share.end + 1] == ")"

    def _left(self, reading: Reading) -> tuple[int, int]:
        """The words before a number that are its own: from the number, comma or mark before it."""
        end = reading.number.start
        if label := _LABEL_END.search(self.text, 0, end):
            end = label.start()  # "Of these open: 26"
        start = max([0, *(one.end for one in self.clause.numbers if one.end <= end)])
        # "73 % are in the cloud and less than 1 % check"
        for pattern in (STRONG, COMMA, *([self.words.joined] if reading.is_share else [])):
            start = max([start, *(one.end() for one in pattern.finditer(self.text, start, end))])
        return start, end

    def _possible(self, unit: str, share: bool) -> list[str]:
        if share:
            # "hospital.vulnerable" is the share of hospitals that are vulnerable.
            known = [key.removeprefix(f"{unit}.") for key in tables()["shares"]]
        else:
            known = list(tables()["measures"].get(unit, {}))
        return [state for state in known if state in self.words.states]

    def _said(self, states: list[str], start: int, end: int) -> str:
        return next((state for state in states if self._is_said(state, start, end)), "")

    def _is_said(self, state: str, start: int, end: int) -> bool:
        """Whether a state is said, in no name; servers that are "not secured" are not secured ones."""
        found = self.words.states[state].finditer(self.text, start, end)
        one = next((each for each in found if not self._is_in_name(each.start(), each.end())), None)
        if one is None or state != "secured":
            return one is not None
        return self.words.negation.search(self.text, max(start, one.start() - _NEGATES), one.start()) is None

    def _is_in_name(self, start: int, end: int) -> bool:
        """Whether a word is one of the name of a place: "Nuevo León"."""
        return any(place.start <= start and end <= place.end for place in self.clause.places)

    def _is_negated(self, state: str, reading: Reading) -> bool:
        """Whether what is said is said of those that do not: "three in ten do not even encrypt"."""
        start, end = self.window(reading)
        said = self.words.states[state].search(self.text, start, end) if state in self.words.states else None
        return said is not None and self.words.negation.search(self.text, start, end) is not None


def _root(reading: Reading) -> Reading | None:
    """The count whose sense a reading shares, past shares of it."""
    like = reading.like
    while like is not None and like.is_share:
        like = like.like
    return like


#  So far before a percentage the word that makes it a change is looked for, and so far before a noun what is said of
# it.
NEAR = 45
