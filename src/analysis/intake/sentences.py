"""What the numbers of a sentence are said of: which measure, and which place.

A sentence is read from its numbers: each looks for its noun and for what is said of it in its own words, then for the
place that it is tied to. What it does not say itself it takes from the number before it ("of these, 400 million") or
from its counterpart in a list ("Brazil: 34 servers with 42 million images; Argentina: 9 with 1.2 million").
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from ..figures.places import find_places
from .lexicon import Words, tables
from .numbers import LeftOut, Number, find_numbers, is_year

WORLD = "World"
#: One kind of apostrophe and blank; every sign keeps its place.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_STRONG = re.compile(r"[;:()\[\]—]|\s(?:[–-]|--)\s|。")
#: What is put in between: an aside in brackets or dashes.
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|(?:—|\s(?:–|--?)\s)[^—–]*?(?:—|\s(?:–|--?)\s))")
_COMMA = re.compile(r"[,、，](?!\d)")
#: A number without any noun counts what is near it only if it is as large as this.
_LARGE = 100
_ONLY_PLACE = "the only place in its sentence"
#: The first part of a compound whose second follows later: "Röntgen-, CT- und MRT-Aufnahmen".
_SUSPENDED = re.compile(r"[\w]+-(?:,\s+|\s+(?:und|oder|bzw\.|en|of)\s+)")
#: States of a whole group of numbers: 16 systems with 31 million images were taken offline.
_SHARED = ("removed", "gone")
#: States that one sentence does not leave to the next.
_PASSING = ("removed", "gone", "new", "offline", "checked", "secured", "notified", "contacted")


@dataclass(slots=True)
class Noun:
    start: int
    end: int
    unit: str
    text: str


@dataclass(slots=True)
class Mention:
    """A place named in the sentence; ``beside``: an adjective beside a noun (German servers)."""

    start: int
    end: int
    name: str
    beside: bool = False


@dataclass(slots=True)
class Reading:
    """A number with what it is said of; ``measure`` is empty where no rule has one."""

    number: Number
    unit: str = ""
    state: str = ""
    measure: str = ""
    place: str = WORLD
    reasons: list[str] = field(default_factory=list)
    confidence: float = 1.0
    noun: Noun | None = None
    like: Reading | None = None  # the number whose sense it shares

    def doubt(self, factor: float, reason: str) -> None:
        self.confidence *= factor
        self.reasons.append(reason)


@dataclass(slots=True)
class Context:
    """What the sentences before have left: the last readings, the place they were about, what the heading counts."""

    readings: list[Reading] = field(default_factory=list)
    place: str = ""
    topic: str = ""
    heading_place: str = ""
    noun: str = ""


def read_sentence(text: str, words: Words, context: Context) -> tuple[list[Reading], list[LeftOut]]:
    """The figures of one sentence; ``context`` is brought up to date for the next one."""
    numbers, left_out = find_numbers(text, words)
    text = text.translate(_PLAIN)
    if text.rstrip().endswith(":") and (counted := [one.lastgroup for one in words.nouns.finditer(text) if one.lastgroup != "country"]):
        context.topic = counted[0] or ""  # what a list that follows counts
    if not numbers:
        names = {place.name for _, _, place in find_places(text, words.code) if place.kind != "world"}
        context.place = next(iter(names)) if len(names) == 1 else context.place if not names else ""
        counted = [one.lastgroup for one in words.nouns.finditer(text) if one.lastgroup != "country"]
        context.noun = counted[-1] if counted else context.noun
        return [], left_out
    sentence = _Sentence(text, words, numbers, left_out, context)
    readings = sentence.read()
    places = [one.name for one in sentence.places if one.name != WORLD]
    if places:
        context.place = places[0] if len(set(places)) == 1 else ""
    if any(one.unit != "country" for one in readings):
        context.readings = readings
    free = [noun.unit for noun in sentence.nouns if noun.unit != "country"]
    context.noun = free[-1] if free else ""
    return readings, sentence.left_out


class _Sentence:
    def __init__(self, text: str, words: Words, numbers: list[Number], left_out: list[LeftOut], context: Context) -> None:
        self.text, self.words, self.context, self.left_out = text, words, context, left_out
        self.numbers = numbers
        taken = [(one.start, one.end) for one in (*numbers, *left_out)]
        self.nouns = [
            Noun(found.start(), found.end(), found.lastgroup or "", found[0])
            for found in words.nouns.finditer(text)
            if not _overlaps(found.start(), found.end(), taken)
        ]
        # In "studies of patients" and "systèmes d'archives" the first is what is counted.
        self.nouns = [noun for nth, noun in enumerate(self.nouns) if not nth or not words.of.fullmatch(text[self.nouns[nth - 1].end : noun.start].lstrip())]
        self.places = self._find_places()
        # An article that is no number parts nothing from anything.
        self.numbers = [
            number for position, number in enumerate(numbers)
            if not self._is_article(number) or self._article_counts(position, self._own_noun(position))
        ]  # fmt: skip

    # What stands in the sentence -----------------------------------------------------------------

    def _find_places(self) -> list[Mention]:
        found = [Mention(start, end, WORLD if place.kind == "world" else place.name) for start, end, place in find_places(self.text, self.words.code)]
        for pattern, name in self.words.regions.items():
            found += [Mention(one.start(), one.end(), name) for one in pattern.finditer(self.text)]
        for one in self.words.totals.finditer(self.text):
            if re.search(rf"(?:^|[;:.,(–-]|{self.words.joined.pattern})\s*$", self.text[: one.start()], re.IGNORECASE):
                found.append(Mention(one.start(), one.end(), WORLD))
        for pattern, name in self.words.people.items():
            for one in pattern.finditer(self.text):
                before_number = any(0 <= number.start - one.end() <= 1 for number in self.numbers)
                if before_number or any(self._beside(one.start(), one.end(), noun) for noun in self.nouns):
                    found.append(Mention(one.start(), one.end(), name, beside=True))
        found.sort(key=lambda one: (one.start, -one.end))
        kept: list[Mention] = []
        for one in found:
            if kept and one.start < kept[-1].end:
                continue
            if not self._is_example(one, kept):
                kept.append(one)
        return [one for one in kept if not _overlaps(one.start, one.end, [(number.start, number.end) for number in self.numbers])]

    def _beside(self, start: int, end: int, noun: Noun) -> bool:
        return noun.start <= start < noun.end or (0 <= noun.start - end <= 1) or (0 <= start - noun.end <= 1)

    def _is_example(self, place: Mention, before: list[Mention]) -> bool:
        """Whether a place stands in a list of examples: "67 countries including the US, the UK and Germany"."""
        start = max([0, *(one.end() for one in _STRONG.finditer(self.text, 0, place.start)), *(one.end for one in self.numbers if one.end <= place.start and not self._is_article(one))])
        stretch = self.text[start : place.start]
        opened = list(self.words.among.finditer(stretch))
        if not opened:
            return False
        listed = stretch[opened[-1].end() :]
        following = self.text[place.end :]
        # "among them Brazil, with 34 servers": the last one of the list has a number of its own.
        if re.match(r"\s*\(?\s*,?\s*\w{0,4}\s*\(?\d", following) and not re.match(r"\s*[.;]", following):
            return False
        return len(re.findall(r"[^\W\d_]{4,}", listed)) <= 8

    # Reading ----------------------------------------------------------------------------------------

    def read(self) -> list[Reading]:
        readings: list[Reading] = []
        pending = []
        for position, number in enumerate(self.numbers):
            noun = self._own_noun(position)
            if noun is not None and noun.start - number.end > 1 and self._is_partitive(number) and self.words.reach > 1:
                noun = None  # "120 practices, of which 85 have secured their systems"
            reason = self._counts_nothing(position, noun)
            if reason:
                self.left_out.append(LeftOut(number.start, number.end, number.text, reason))
                continue
            pending.append((position, Reading(number, noun=noun, unit=noun.unit if noun else "")))
        readings = [one for _, one in pending]
        self.readings = readings
        self._assign_places()
        kept = []
        for index, reading in enumerate(readings):
            if not reading.unit and not self._take_unit(index, kept):
                self.left_out.append(LeftOut(reading.number.start, reading.number.end, reading.number.text, "no noun that is counted here"))
                continue
            kept.append(reading)
        self.readings = kept
        for index in sorted(range(len(kept)), key=lambda index: self._depth(kept[index])):
            self._find_state(index)
        for index in range(len(kept)):
            self._share_state(index)
        for reading in kept:
            self._name_measure(reading)
        self.left_out.sort(key=lambda one: one.start)
        return kept

    def _until(self, position: int) -> int:
        """Where the words behind a number end: at the next number, or a strong mark."""
        end = self.numbers[position].end
        limit = self.numbers[position + 1].start if position + 1 < len(self.numbers) else len(self.text)
        for left in self.left_out:
            if end <= left.start < limit:
                limit = left.start
        at = end
        while mark := _STRONG.search(self.text, at, limit):
            aside = _ASIDE.match(self.text, mark.start(), limit)
            if aside is None:
                return mark.start()
            at = aside.end()
        return limit

    def _own_noun(self, position: int) -> Noun | None:
        number, limit = self.numbers[position], self._until(position)
        at = number.end
        starts = {noun.start: noun for noun in self.nouns}
        passed = 0
        while at < limit:
            at += len(self.text[at:limit]) - len(self.text[at:limit].lstrip(" \u00a0\u202f"))
            leading = self.words.of.match(self.text, at, limit)
            if leading and leading.end() > at:
                at = leading.end()
            if at in starts:
                return starts[at]
            if (place := next((one for one in self.places if one.start == at), None)) is not None:
                at = place.end + (self.text[place.end : place.end + 1] == ".")
                continue
            if suspended := _SUSPENDED.match(self.text, at):
                at = suspended.end()
                continue
            word = re.compile(r"[\w'’-]+(?:\.(?=\w))?").match(self.text, at, limit)
            if not word or passed >= self.words.reach or self.words.plain.fullmatch(word[0]) or self.words.partitive.match(self.text, at, limit):
                return None
            passed += 1
            at = word.end()
            if _COMMA.match(self.text, at):
                return None
        return None

    def _is_partitive(self, number: Number) -> bool:
        """Whether "of these", "dont", "wovon" stands right before a number."""
        return re.search(rf"{self.words.partitive.pattern}[\s,]*$", self.text[: number.start], re.IGNORECASE) is not None

    def _counts_nothing(self, position: int, noun: Noun | None) -> str:
        number = self.numbers[position]
        before, after = self.text[: number.start], self.text[number.end :]
        if is_year(number) and not (noun and noun.start - number.end <= 1):
            return "year"
        if number.text.isdigit() and len(number.text) < 3 and re.match(r"[.)](?:\s|$)", after) and not before.strip() or (re.match(r"\)\s", after) and before.count("(") <= before.count(")")):
            return "list numbering"
        if re.search(r"[\"“„«'‘]\s*$", before) and re.match(r"\s*[.,]?\s*[\"”“»'’]", after) or number.text.isdigit() and len(number.text) > 4 and not noun:
            return "quoted, or a code: no number of things"
        if noun and noun.unit == "country" and self.words.others.search(self.text, number.end, noun.start):
            return "others beside those that are named"
        if noun and self._is_share_in_words(position, noun):
            return "a share in words: a claim, if anything"
        if number.quantity.unit == "share":
            if self._is_change(number):
                return "change: a claim, if anything"
            return ""
        if number.worded and not noun and re.search(rf"{self.words.demonstrative.pattern}\s*$", before, re.IGNORECASE):
            return "said before"
        if noun:
            return ""
        return "" if self._may_lack_noun(number) else "no noun that is counted here"

    def _is_share_in_words(self, position: int, noun: Noun) -> bool:
        """Whether it is one half of "eight patients out of ten"."""
        if position + 1 >= len(self.numbers):
            return False
        other = self.numbers[position + 1]
        between = self.text[noun.end : other.start].strip().lower()
        return between in self.words.out_of and self.numbers[position].quantity.value < other.quantity.value <= 100

    def _is_change(self, number: Number) -> bool:
        stretch = self.text[max(0, number.start - 45) : number.start]
        marks = [one.end() for one in _STRONG.finditer(stretch)]
        stretch = stretch[marks[-1] if marks else 0 :]
        return bool(re.search(rf"{self.words.change.pattern}\s*$", stretch, re.IGNORECASE) or re.match(rf"\s*{self.words.change_after.pattern}", self.text[number.end :], re.IGNORECASE))

    def _is_article(self, number: Number) -> bool:
        return number.worded and number.quantity.value == 1 and " " not in number.text

    def _article_counts(self, position: int, noun: Noun | None) -> bool:
        """Whether "a", "un", "ein" is a number: tied to a place, beside other numbers."""
        number = self.numbers[position]
        if number.text.lower() in ("a", "an"):
            return False
        before = next((place for place in reversed(self.places) if place.end <= number.start), None)
        directly = before is not None and re.fullmatch(r"\s*:?\s*", self.text[before.end : number.start]) is not None
        others = [one for one in self.numbers if not self._is_article(one)]
        if directly and (noun or others):
            return True
        if noun and noun.unit == "server":
            place = next((place for place in self.places if place.start >= noun.end), None)
            return place is not None and re.fullmatch(rf"\s*{self.words.locative.pattern}\s*", self.text[noun.end : place.start], re.IGNORECASE) is not None
        return False

    def _may_lack_noun(self, number: Number) -> bool:
        after = self.text[number.end :].lstrip(" \u00a0")
        if not after or re.match(r"[^\w\s]", after) or self._is_partitive(number):
            return True
        leading = self.words.of.match(after)
        if leading and any(one.start == number.end + len(self.text[number.end :]) - len(after) + leading.end() for one in self.numbers):
            return True
        if leading and not self.words.partitive.match(after) and re.match(r"[^\W\d_]", after[leading.end() :]):
            at = number.end + len(self.text[number.end :]) - len(self.text[number.end :].lstrip(" \u00a0")) + leading.end()
            if not any(0 <= place.start - at <= 4 for place in self.places):
                return False
        if any(one.start == len(self.text) - len(after) for one in self.left_out):
            return True
        word = re.match(r"[\w'’-]+", after)
        if word and (self.words.plain.fullmatch(word[0]) or self.words.partitive.match(after)):
            return True
        return any(pattern.match(after) for pattern in self.words.states.values())

    # Units that a number takes from elsewhere ----------------------------------------------------------

    def _take_unit(self, index: int, before: list[Reading]) -> bool:
        reading = self.readings[index]
        number = reading.number
        lead = self.text[: number.start]
        behind = self.text[number.end :].lstrip(" \u00a0,")
        share = number.quantity.unit == "share"
        known = [one for one in before if one.unit and one.unit != "country" and _plausible(number, one.unit)]
        earlier = [one for one in self.context.readings if one.unit and one.unit != "country" and _plausible(number, one.unit)]
        if index + 1 < len(self.readings) and self._leads_on(index):
            base = self.readings[index + 1]
            if base.noun is not None:
                return self._take(reading, base.unit, 0.95, f"of '{base.number.text}' {base.noun.text}")
        partitive = self._is_partitive(number) or self.words.partitive.match(behind)
        if share:
            return self._take_base(reading, known, earlier, bool(partitive))
        if partitive:
            for source in (known, earlier):
                free = self._noun_before(number) if source is known else None
                chosen = next((one for one in reversed(source) if one.number.quantity.value >= number.quantity.value), None) or (source[-1] if source else None)
                if chosen:
                    return self._take(reading, chosen.unit, 0.9, f"taken up from '{chosen.number.text}'", chosen)
                if free:
                    return self._take(reading, free.unit, 0.85, f"taken up from '{free.text}'")
        parallel = self._parallel(index, known)
        if parallel:
            if not parallel.unit:
                return False
            return self._take(reading, parallel.unit, 0.9, f"as '{parallel.number.text}' in the same list", parallel)
        colon = lead.rfind(":")
        if colon >= 0:
            free = next((noun for noun in self.nouns if noun.end <= colon and not self._bound(noun)), None)
            if free:
                return self._take(reading, free.unit, 0.9, f"'{free.text}' before the colon", noun=free)
        free = self._noun_before(number)
        last = known[-1] if known else None
        if before and before[-1].unit == "country" and self._search(self._states("country", False), *self._window(reading)):
            return self._take(reading, "country", 0.9, f"as '{before[-1].number.text}' before it")
        if free and (last is None or free.start > last.number.end):
            return self._take(reading, free.unit, 0.85, f"'{free.text}' before it", noun=free)
        if last:
            return self._take(reading, last.unit, 0.8, f"as '{last.number.text}' before it", last)
        if free:
            return self._take(reading, free.unit, 0.75, f"'{free.text}' before it", noun=free)
        if earlier and re.search(rf"{self.words.definite.pattern}\s*$", lead, re.IGNORECASE) and not number.worded:
            near = min(earlier[::-1], key=lambda one: abs(_size(one.number) - _size(number)))
            return self._take(reading, near.unit, 0.7, f"taken up from '{near.number.text}' in the sentence before")
        ahead = next((one for one in self.readings[index + 1 :] if one.noun is not None and one.unit != "country" and one.number.quantity.unit == "" and _plausible(number, one.unit)), None)
        if ahead and not self.words.of.match(behind) and not (number.worded and not self._is_listed(index)):
            return self._take(reading, ahead.unit, 0.85, f"as '{ahead.number.text}' behind it", ahead)
        if earlier and (reading.place != WORLD or not number.worded):
            # Of several the one that is nearest in size: 71 goes with 96 servers and not with 1.3 million studies.
            near = min(earlier[::-1], key=lambda one: abs(_size(one.number) - _size(number)))
            return self._take(reading, near.unit, 0.6, f"as '{near.number.text}' in the sentence before", near if near.state not in _PASSING else None)
        if self.context.topic and reading.place != WORLD and _plausible(number, self.context.topic):
            return self._take(reading, self.context.topic, 0.6, "what the heading counts")
        if not number.worded and number.quantity.value >= _LARGE:
            after = next((noun for noun in self.nouns if noun.start > number.end and noun.unit != "country" and not self._bound(noun)), None)
            unit = self.context.noun or (after.unit if after else "")
            if unit and _plausible(number, unit):
                return self._take(reading, unit, 0.45, "the only thing near it that is counted")
        return False

    def _is_listed(self, index: int) -> bool:
        """Whether a comma or "and" joins a number to the next one: "14, 9 and 3 servers"."""
        return self._is_joint(self.readings[index].number.end, self.readings[index + 1].number.start)

    def _leads_on(self, index: int) -> bool:
        """Whether a number is a part of the next one: 590 "of the" 2,300 systems."""
        if index + 1 >= len(self.readings):
            return False
        between = self.text[self.readings[index].number.end : self.readings[index + 1].number.start]
        leading = self.words.of.fullmatch(between.strip() + " ") or self.words.of.fullmatch(between.strip())
        return leading is not None

    def _take(self, reading: Reading, unit: str, factor: float, reason: str, like: Reading | None = None, noun: Noun | None = None) -> bool:
        reading.unit = unit
        reading.noun = noun
        reading.like = like
        reading.doubt(factor, reason)
        return True

    def _take_base(self, reading: Reading, known: list[Reading], earlier: list[Reading], partitive: bool) -> bool:
        """What a share without a noun is a share of; a share of something else is left out."""
        window = self._window(reading)
        named = [noun for noun in self.nouns if window[0] <= noun.start < window[1]]
        if named:
            return self._take(reading, named[0].unit, 0.9, f"a share of '{named[0].text}'")
        said = any(self.words.states[state].search(self.text, *window) for state in tables()["shares"] if state in self.words.states)
        source = known or earlier
        free = self._noun_before(reading.number)
        if said and free and not known:
            return self._take(reading, free.unit, 0.85, f"a share of '{free.text}'")
        if source and (partitive or said or self._is_aside(reading) or known or reading.place != WORLD):
            unknown_noun = re.match(rf"\s*{self.words.of.pattern}[^\W\d_]{{4,}}", self.text[reading.number.end :], re.IGNORECASE)
            if not unknown_noun or partitive or re.match(r"\s*(?:of |del |de |du |d['’])?(?:them|these|total|all)", self.text[reading.number.end :], re.I):
                return self._take(reading, source[-1].unit, 0.8, f"a share of what '{source[-1].number.text}' counts", source[-1])
        return False

    def _parallel(self, index: int, known: list[Reading]) -> Reading | None:
        """The number at the same position of the place before: "Brazil: 34 servers with 42 million; Argentina: 9 with 1.2 million"."""
        reading = self.readings[index]
        place = reading.place
        runs: list[list[Reading]] = []
        for one in self.readings[: index + 1]:
            if one.number.quantity.unit == "share":
                continue
            if runs and runs[-1][-1].place == one.place:
                runs[-1].append(one)
            else:
                runs.append([one])
        if len(runs) < 2 or place == WORLD:
            return None
        mine, former = runs[-1], runs[-2]
        nth = len(mine) - 1
        if former[0].place == WORLD:
            return None
        same = former[nth] if nth < len(former) else None
        return same if same in known else None

    def _noun_before(self, number: Number) -> Noun | None:
        """The last noun before a number that no other number has, and that it may count."""
        return next(
            (
                noun for noun in reversed(self.nouns)
                if noun.end <= number.start and noun.unit != "country" and not self._bound(noun) and _plausible(number, noun.unit)
            ), None,
        )  # fmt: skip

    def _bound(self, noun: Noun) -> bool:
        return any(one.noun is noun for one in self.readings)

    # Measures ----------------------------------------------------------------------------------------

    def _window(self, reading: Reading) -> tuple[int, int]:
        """The words behind a number that are its own: up to the next number or a strong mark."""
        position = self.numbers.index(reading.number)
        if reading in self.readings and self._leads_on(self.readings.index(reading)):
            # "590 of the 2,300 systems were accessible" says it of the 590.
            return reading.number.end, self._until(position + 1)
        end = self._until(position)
        if position + 1 < len(self.numbers) and end == self.numbers[position + 1].start:
            # What follows the last comma or "and" belongs to the next number: "172 vanished and appeared 129".
            cuts = [*_COMMA.finditer(self.text, reading.number.end, end), *self.words.joined.finditer(self.text, reading.number.end, end)]
            end = max((cut.start() for cut in cuts if self._words_between(cut.end(), end)), default=end)
        return reading.number.end, end

    def _words_between(self, start: int, end: int) -> bool:
        return re.search(r"[^\W\d_]{3,}", self.text[start:end]) is not None

    def _left(self, reading: Reading) -> tuple[int, int]:
        """The words before a number that are its own: from the number, comma or mark before it."""
        start = 0
        for one in self.numbers:
            if one.end <= reading.number.start:
                start = max(start, one.end)
        share = reading.number.quantity.unit == "share"  # "73 % are in the cloud and less than 1 % check"
        for pattern in (_STRONG, _COMMA, *([self.words.joined] if share else [])):
            for one in pattern.finditer(self.text, start, reading.number.start):
                start = max(start, one.end())
        return start, reading.number.start

    def _states(self, unit: str, share: bool) -> list[str]:
        known = tables()["shares"] if share else tables()["measures"].get(unit, {})
        return [state for state in known if state in self.words.states]

    def _search(self, states: list[str], start: int, end: int) -> str:
        return next((state for state in states if self.words.states[state].search(self.text, start, end)), "")

    def _depth(self, reading: Reading) -> int:
        """How many others a reading takes its sense from; they are looked at before it."""
        depth = 0
        while reading.like is not None and depth < len(self.readings):
            depth, reading = depth + 1, reading.like
        return depth

    def _find_state(self, index: int) -> None:
        reading = self.readings[index]
        states = self._states(reading.unit, reading.number.quantity.unit == "share")
        start, end = self._window(reading)
        if index and self._leads_on(index - 1):
            # What is said behind "590 of the 2,300 systems" is said of the 590.
            close = re.compile(r"\s+[\w-]+").match(self.text, reading.noun.end) if reading.noun is not None else None
            end = close.end() if close else start
        found = self._search(states, start, end)
        if not found and (like := _root(reading)) is not None and like.unit == reading.unit and (like.state in states or not like.state):
            reading.state = like.state
            return
        if not found and reading.noun is not None and reading.noun.end <= reading.number.start:
            # The noun stands before the number: what is said there counts.
            words_before = max(0, reading.noun.start - 40)
            found = self._search(states, words_before, reading.number.start)
        if not found:
            # "Open ports account for 36 percent of the hosts" does not say that those are open.
            before = [state for state in states if state != "open"] if reading.number.quantity.unit == "share" else states
            found = self._search(before, *self._left(reading))
        if not found:
            # A verb that governs a whole list: "informed three institutions and 46 countries".
            mark = [one.end() for one in _STRONG.finditer(self.text, 0, reading.number.start)]
            governing = [state for state in states if state in ("notified", "contacted", "checked")]
            found = self._search(governing, mark[-1] if mark else 0, reading.number.start) if reading.unit in ("country", "institution", "organisation", "hospital") else ""
        reading.state = found

    def _share_state(self, index: int) -> None:
        """What is said of a whole group: 16 systems with 31 million images were taken offline."""
        reading = self.readings[index]
        if reading.state or (index and self._leads_on(index - 1)):
            return
        for other_index in (index - 1, index + 1):
            if 0 <= other_index < len(self.readings):
                other = self.readings[other_index]
                if other.state in _SHARED and self._grouped(*sorted((index, other_index))):
                    states = self._states(reading.unit, False)
                    if other.state in states:
                        reading.state = other.state
                    elif "removed" in states:
                        reading.state = "removed"

    def _name_measure(self, reading: Reading) -> None:
        share = reading.number.quantity.unit == "share"
        said = f"'{reading.noun.text}'" if reading.noun else reading.unit
        if share:
            known = tables()["shares"]
            if reading.state in ("tls", "authorised") and self._is_negated(reading):
                reading.state = ""
            reading.measure = known.get(reading.state, "") or known.get(reading.unit, "")
            if not reading.measure:
                reading.doubt(0.6, "a share that no measure has: a claim (share_of), or a measure of yours")
                return
        else:
            known = tables()["measures"][reading.unit]
            reading.measure = known.get(reading.state, known[""])
            if not reading.measure:
                reading.doubt(0.6, f"'{reading.state}' has no measure of its own")
        reading.reasons.insert(0, f"{said}, {reading.state}" if reading.state else said)

    def _is_negated(self, reading: Reading) -> bool:
        """Whether a share is of those that do not: "three in ten do not even encrypt"."""
        start, end = self._window(reading)
        said = self.words.states[reading.state].search(self.text, start, end)
        return said is not None and self.words.negation.search(self.text, start, said.start()) is not None

    # Places ---------------------------------------------------------------------------------------

    def _grouped(self, first: int, second: int) -> bool:
        """Whether two numbers that follow each other are tied without a comma or a place between them."""
        one, other = self.readings[first].number, self.readings[second].number
        between = self.text[one.end : other.start]
        if self._is_aside(self.readings[second]):
            between = re.sub(r"[,(][^,(]*$", "", between)
        if _STRONG.search(between) or _COMMA.search(between):
            return False
        return not any(one.end <= place.start < other.start for place in self.places if not place.beside)

    def _is_aside(self, reading: Reading) -> bool:
        """Whether a number says the one before once more: "almost half, 6,884, are", "786 million, that is 66 percent"."""
        lead, behind = self.text[: reading.number.start], self.text[reading.number.end :]
        if reading.noun is not None:
            return False
        if re.search(rf"[,(]\s*(?:{self.words.also.pattern}\s*)+$", lead, re.IGNORECASE):
            return True
        first = self.readings and reading is self.readings[0]
        return not first and bool(re.search(r"[,(]\s*$", lead) and re.match(r"\s*[,)]", behind)) and reading.number.start - max([0, *(one.end for one in self.numbers if one.end < reading.number.start)]) < 40 and not any(
            max([0, *(one.end for one in self.numbers if one.end < reading.number.start)]) <= place.start < reading.number.start for place in self.places
        )

    def _assign_places(self) -> None:
        readings = self.readings
        right: dict[int, Mention] = {}
        for index in range(len(readings)):
            place = self._place_behind(index)
            if place is not None:
                right[index] = place
        # What is tied to a number with a place behind it has that place too.
        for index in range(len(readings) - 2, -1, -1):
            if index not in right and index + 1 in right and self._grouped(index, index + 1):
                right[index] = right[index + 1]
        for index, reading in enumerate(readings):
            self._place(index, reading, right)
        self._pair_lists()
        # "2.6 million images on seven servers, all of them in Greece"
        for index in range(len(readings) - 2, -1, -1):
            if readings[index].place == WORLD and readings[index].unit != "country" and readings[index + 1].reasons[-1:] == [_ONLY_PLACE] and self._grouped(index, index + 1):
                readings[index].place = readings[index + 1].place
                readings[index].doubt(0.8, _ONLY_PLACE)

    def _pair_lists(self) -> None:
        """As many places as numbers, each in a list of its own: "Spain, Portugal and Greece had 14, 9 and 3 servers"."""
        readings = self.readings
        runs = _runs([(one.number.start, one.number.end) for one in readings], self._is_joint)
        lists = _runs([(one.start, one.end) for one in self.places], self._is_joint)
        for run in runs:
            for places in lists:
                named = [self.places[nth] for nth in places]
                if len(run) != len(places) or len(run) < 2 or any(one.name == WORLD or one.beside for one in named):
                    continue
                if named[-1].end <= readings[run[0]].number.start or named[0].start >= readings[run[-1]].number.end:
                    for nth, place in zip(run, named, strict=True):
                        readings[nth].place = place.name
                        readings[nth].reasons = [one for one in readings[nth].reasons if "several places" not in one and "not said" not in one]
                        readings[nth].doubt(0.9, "place by place, in the order of the list")

    def _is_joint(self, start: int, end: int) -> bool:
        """Whether nothing but a comma or "and" stands between two things."""
        between = self.text[start:end]
        return re.fullmatch(rf"\s*(?:,|{self.words.joined.pattern}|,\s*{self.words.joined.pattern})\s*(?:(?:the|die|der|das|la|le|les|el|los|las|l')\s?)?", between, re.IGNORECASE) is not None

    def _place(self, index: int, reading: Reading, right: dict[int, Mention]) -> None:
        number = reading.number
        if reading.unit == "country":
            near = right.get(index)
            reading.place = near.name if near is not None and near.beside else WORLD
            return
        before = [place for place in self.places if place.end <= number.start and not self._is_of_another(place, index)]
        left = before[-1] if before else None
        if left is not None and re.fullmatch(r"\s*[*†]?\s*\(\s*", self.text[left.end : number.start]):
            reading.place = left.name
            return
        if index in right:
            reading.place = right[index].name
            if self._listed_with(right[index]):
                reading.place = WORLD
                reading.doubt(0.5, "several places are named for it")
            return
        if left is not None:
            consumers = [one for one in right if right[one] is left and one < index]
            between = self.text[left.end : number.start]
            introduced = self._is_partitive(number) or self.words.partitive.match(self.text[number.end :].lstrip()) is not None or bool(re.search(rf"(?:{self.words.tied.pattern}|{self.words.partitive.pattern})\s*$", between.rstrip() + " ", re.IGNORECASE))
            bare_share = number.quantity.unit == "share" and reading.noun is None
            if not consumers or introduced or bare_share or not (_COMMA.search(between) or _STRONG.search(between)) or self._is_aside(reading):
                reading.place = left.name
                if left.name == WORLD:
                    return
                if self._listed_before(left):
                    reading.place = WORLD
                    reading.doubt(0.5, "several places are named for it")
                elif _STRONG.search(between) and not re.match(r"\s*:", between):
                    reading.doubt(0.9, f"the place is carried on from '{left.name}'")
                return
            if left.name != WORLD:
                reading.doubt(0.6, "its place is not said; other places stand near")
            return
        if not before and len({place.name for place in self.places}) == 1 and index == len(readings := self.readings) - 1 and self.places[0].start > number.end:
            place = self.places[0]
            between = re.sub(r"^\s*,", "", self.text[number.end : place.start])
            after_comma = between.rpartition(",")[2]
            if (after_comma == between or len(after_comma.split()) <= 3) and not _STRONG.search(between) and self.words.locative.search(between) and re.search(rf"{self.words.locative.pattern}\s*$", between, re.IGNORECASE) and not self._later_numbers(place, readings):
                reading.place = place.name
                reading.doubt(0.8, _ONLY_PLACE)
                return
        if not self.places and self.context.place and self.words.anaphora.search(self.text.lstrip()):
            reading.place = self.context.place
            reading.doubt(0.85, f"the place of the sentence before ('{self.context.place}')")
            return
        if not self.places and self.context.heading_place:
            reading.place = self.context.heading_place
            reading.doubt(0.8, f"the place of the heading ('{self.context.heading_place}')")
            return
        if self.places:
            reading.doubt(0.75, "no place is tied to it: taken for the total")

    def _is_of_another(self, place: Mention, index: int) -> bool:
        """Whether an adjective stands beside the noun of another number: "19 European countries and 737 million images"."""
        if not place.beside:
            return False
        for other, reading in enumerate(self.readings):
            if other != index and reading.noun is not None and self._beside(place.start, place.end, reading.noun):
                return not self._grouped(*sorted((other, index))) if abs(other - index) == 1 else True
        return False

    def _later_numbers(self, place: Mention, readings: list[Reading]) -> bool:
        return any(one.number.start > place.end for one in readings)

    def _listed_with(self, place: Mention) -> bool:
        """Whether a place is the first of several that one number is said of."""
        return self._is_pair(place, next((one for one in self.places if one.start > place.start), None))

    def _listed_before(self, place: Mention) -> bool:
        position = self.places.index(place)
        return position > 0 and self._is_pair(self.places[position - 1], place)

    def _is_pair(self, first: Mention, second: Mention | None) -> bool:
        if second is None or first.name == second.name or first.beside or second.beside or {first.name, second.name} & {*self.words.regions.values()}:
            return False
        between = self.text[first.end : second.start]
        return re.fullmatch(rf"\s*,?\s*(?:{self.words.joined.pattern})?\s*(?:\w{{1,3}}['’]?\s?)?", between, re.IGNORECASE) is not None

    def _place_behind(self, index: int) -> Mention | None:
        """The place that follows a number and is tied to it."""
        number = self.readings[index].number
        position = self.numbers.index(number)
        limit = self.numbers[position + 1].start if position + 1 < len(self.numbers) else len(self.text)
        place = next((one for one in self.places if number.end <= one.start < limit), None)
        if place is None:
            return None
        between = self.text[number.end : place.start]
        if place.beside:
            noun = self.readings[index].noun
            return place if noun is not None and self._beside(place.start, place.end, noun) and noun.start >= number.end else None
        if re.search(r"\(\s*$", between) and self.text[place.end : place.end + 1] == ")":
            return place
        if self._is_aside(self.readings[index]):
            between = re.sub(r"^\s*[,)]", "", between)
        if _COMMA.search(between) or _STRONG.search(between):
            return None
        if place.name == WORLD:
            # "More than half of the total" tells what it is a share of.
            return None if number.quantity.unit == "share" else place
        joined = re.search(rf"(?:{self.words.joined.pattern})\s+(?:{self.words.locative.pattern}\s*|\w{{1,3}}\s+)?$", between, re.IGNORECASE)
        if joined and not joined[0].strip().lower().startswith("or"):
            return None
        if re.search(rf"{self.words.locative.pattern}\s*$", between, re.IGNORECASE):
            return place
        return None


def _runs(spans: list[tuple[int, int]], joint) -> list[list[int]]:
    """The positions of spans that follow each other with only a joint between them."""
    runs: list[list[int]] = []
    for nth, (start, _) in enumerate(spans):
        if runs and joint(spans[runs[-1][-1]][1], start):
            runs[-1].append(nth)
        else:
            runs.append([nth])
    return runs


def _root(reading: Reading) -> Reading | None:
    """The count whose sense a reading shares, past shares of it."""
    like = reading.like
    while like is not None and like.number.quantity.unit == "share":
        like = like.like
    return like


def _size(number: Number) -> float:
    return math.log10(max(number.quantity.value, 1))


def _plausible(number: Number, unit: str) -> bool:
    return number.quantity.unit == "share" or number.quantity.value <= tables()["at_most"].get(unit, float("inf"))


def _overlaps(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in taken)
