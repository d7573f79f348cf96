"""A sentence taken apart: its numbers, the nouns that may be counted, its places, and how they lie to each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .counters import fits
from .mentions import WORLD, Mention, find_mentions, people
from .numbers import part_of
from .scope import Course, Scope
from .topic import Topic

if TYPE_CHECKING:
    from .lexicon import Words
    from .numbers import LeftOut, Number

STRONG = re.compile(r"[;:()\[\]—]|\s(?:[–-]|--)\s|。")
COMMA = re.compile(r"[,、，](?!\d)")
#: What is put in between: an aside in brackets or dashes.
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|(?:—|\s(?:–|--?)\s)[^—–]*?(?:—|\s(?:–|--?)\s))")
#: Between a counter and its noun, and between a noun and the number behind it, in scripts without blanks.
_LINK = re.compile(r"(?:以上)?(?:の|的|의)?[ ]?")
_BEFORE = re.compile(
    r"[ ]?"
    r"(?:(?:件|人)?数[はが]|が|は|を|も|の|で|数|數|数量|가|이|은|는|를|을|도|有|为|為|達|达|:|：|，|,|、|共|等)?[ ]?"
)
_ENDS_PHRASE = re.compile(r"[，,。;；、:：（(]")
_BLANKS = " \u00a0\u202f"
_NOTE = re.compile(r"\[[\w*†‡]{1,3}\]|[¹²³⁴⁵⁶⁷⁸⁹*†‡]+")
_WORD = re.compile(r"[\w'’-]+(?:\.(?=\w))?")
#: Counters of cases, which count no bodies.
_OF_CASES = re.compile("件|건|起|例|宗")
_BODIES = ("organisation", "institution", "hospital")
#: So many words may stand between "of these" at the head of a sentence and its number.
_SOON = 4
#: So near before a number its noun may stand, so that an adjective behind it takes the noun up.
_AGAIN = 20
#: "19 were Andalusian"
_ARE = re.compile(
    r"\s(?:are|were|sind|waren|son|eran|fueron|sont|étaient|sono|erano|são|eram|foram|zijn|är|var|są|były|było)\s",
    re.IGNORECASE,
)
#: Languages in which an adjective behind an article may stand for its noun.
_ARTICLED = ("es", "fr", "it", "pt")
#: So far from the number before it a number may say the same once more.
_CLOSE = 40
#: So near behind an adjective stands the body that it tells of.
_BODY_NEAR = 3
#: So many words a list of examples may have before a place that belongs to it.
_LIST = 8


@dataclass(slots=True)
class Noun:
    """Something that may be counted: ``unit`` is a key of ``[measures]``."""

    start: int
    end: int
    unit: str
    text: str

    def is_beside(self, start: int, end: int) -> bool:
        """Whether a word stands in the noun or right before or behind it."""
        return self.start <= start < self.end or 0 <= self.start - end <= 1 or 0 <= start - self.end <= 1


@dataclass(slots=True, eq=False)
class Reading:
    """A number with what it refers to; ``measure`` is empty where no rule gives one."""

    number: Number
    noun: Noun | None = None
    unit: str = ""
    state: str = ""
    measure: str = ""
    place: str = WORLD
    reasons: list[str] = field(default_factory=list)
    confidence: float = 1.0
    like: Reading | None = None  # the number whose sense it shares
    candidates: tuple[str, ...] = ()  # the codes that an open place may mean
    evidence: list[str] = field(default_factory=list)  # kinds of reasons, by which it is told how sure it is

    @property
    def is_share(self) -> bool:
        """Whether it is a share, not a count."""
        return self.number.quantity.unit == "share"

    def doubt(self, factor: float, reason: str) -> None:
        """Lower the confidence, and say why."""
        self.confidence *= factor
        self.reasons.append(reason)


@dataclass(slots=True)
class Context:
    """What the sentences before have left.

    Attributes
    ----------
    readings
        Those of the last sentence that counted something.
    former
        Those of the last paragraph that counted something.
    told
        The counts of the last sentence that told of one place alone.
    place
        The place that the last sentence was about, if it was one.
    noun
        The last thing named that could be counted.
    event
        Whether the report was last about breaches or incidents: what its notifications and cases are of.
    likely_event, main_event
        The same by all that the report says, and where it speaks far more of the one than of the other.
    asked
        What the question right before asked the number of.
    topic, scope
        What the heading, or the words before a list, count, and where.
    course
        Of which place the text goes on to speak while it names none.
    home
        The countries whose parts the report names, see :func:`analysis.intake.mentions.find_mentions`.
    """

    readings: list[Reading] = field(default_factory=list)
    former: list[Reading] = field(default_factory=list)
    told: list[Reading] = field(default_factory=list)
    place: str = ""
    noun: str = ""
    event: str = ""
    likely_event: str = ""
    main_event: str = ""
    asked: Topic = field(default_factory=Topic)
    topic: Topic = field(default_factory=Topic)
    scope: Scope = field(default_factory=Scope)
    course: Course = field(default_factory=Course)
    home: frozenset[str] = frozenset()


class Clause:
    """A sentence with its numbers, nouns and places; ``readings`` are filled by those who read it."""

    def __init__(
        self,
        text: str,
        words: Words,
        numbers: list[Number],
        left_out: list[LeftOut],
        home: frozenset[str] = frozenset(),
        event: str = "",
    ) -> None:
        self.text, self.words, self.left_out, self.home = text, words, left_out, home
        self.event = event
        self.answers = False  # the question right before asked for its number
        self.likely_event = self.main_event = ""  # what the report's notifications are of, as of the context
        self.numbers = numbers
        self.readings: list[Reading] = []
        taken = [(one.start, one.end) for one in numbers] + [(one.start, one.end) for one in left_out]
        nouns = [
            Noun(start, end, unit, text[start:end])
            for start, end, unit in words.counted(text)
            if not _overlaps(start, end, taken)
        ]
        nouns = [one for nth, one in enumerate(nouns) if not nth or not self._is_adjective(nouns[nth - 1], one)]
        nouns = self._outside_of_states(nouns)
        self._all_nouns = nouns
        self.numbers = numbers = self._parts_of_several(nouns)
        # In "studies of patients" and "systèmes d'archives" the first is what is counted.
        self.nouns = [
            noun
            for nth, noun in enumerate(nouns)
            if not nth or not words.of.fullmatch(text[nouns[nth - 1].end : noun.start].lstrip())
        ]
        self.nouns += self._people_counted(numbers)
        self.places = self._find_places()
        # An article that is not a number parts nothing from anything.
        self.numbers = [
            number
            for position, number in enumerate(numbers)
            if not _is_article(number) or self._article_counts(position)
        ]

    def _outside_of_states(self, nouns: list[Noun]) -> list[Noun]:
        """The nouns without what only says how others stand: the password of "servers without a password"."""
        if not any(noun.unit == "thing" for noun in nouns):
            return nouns
        said = [one.span() for state in self.words.states.values() for one in state.finditer(self.text)]
        return [noun for noun in nouns if noun.unit != "thing" or not _overlaps(noun.start, noun.end, said)]

    def _is_adjective(self, former: Noun, one: Noun) -> bool:
        """Whether a word for people tells of the noun right before it: "esami interessati", "datos afectados"."""
        beside = one.start - former.end == 1 and one.unit in ("individual", "person")
        return beside and self.words.code in _ARTICLED

    def _parts_of_several(self, nouns: list[Noun]) -> list[Number]:
        """The numbers, with "one server in three" put together: a share, printed without its noun."""
        found: list[Number] = []
        for number in self.numbers:
            first = found[-1] if found else None
            noun = next((one for one in nouns if first and first.end < one.start and one.end < number.start), None)
            if first is not None and noun is not None and noun.start - first.end == 1:
                between = self.text[noun.end : number.start].strip().lower()
                if between in self.words.out_of and (part := part_of(first, between, number, self.words)) is not None:
                    found[-1] = part
                    continue
            found.append(number)
        return found

    # Where things are ------------------------------------------------------------------------------

    def before(self, number: Number) -> str:
        """The text before a number."""
        return self.text[: number.start]

    def behind(self, number: Number) -> str:
        """The text behind a number."""
        return self.text[number.end :]

    def limit(self, position: int) -> int:
        """Where the next number begins, or the sentence ends."""
        return self.numbers[position + 1].start if position + 1 < len(self.numbers) else len(self.text)

    def until(self, position: int) -> int:
        """Where the words behind a number end: at the next number, or a strong mark that opens no aside."""
        at = self.numbers[position].end
        parting = [one.start for one in self.left_out if one.start >= at and one.reason != "note"]
        limit = min([self.limit(position), *parting])
        while mark := STRONG.search(self.text, at, limit):
            aside = _ASIDE.match(self.text, mark.start(), limit)
            if aside is None:
                return mark.start()
            at = aside.end()
        return limit

    def own_noun(self, position: int) -> Noun | None:
        """The noun behind a number, with at most a few adjectives or a place between the two."""
        if self.words.glued:
            return self._glued_noun(position)
        number = self.numbers[position]
        if inside := next((one for one in self._all_nouns if number.start < one.start and one.end < number.end), None):
            return inside
        at, limit = self.numbers[position].end, self.until(position)
        if copula := _ARE.match(self.text, at, limit):
            at = copula.end() - 1  # "88,000 are photographs"
        nouns = {noun.start: noun for noun in self.nouns}
        places = {place.start: place for place in self.places}
        passed = 0
        while at < limit:
            at += len(self.text[at:limit]) - len(self.text[at:limit].lstrip(_BLANKS))
            if note := _NOTE.match(self.text, at, limit):
                at = note.end()
                continue
            leading = self.words.of.match(self.text, at, limit)
            at = leading.end() if leading else at
            if at in nouns:
                return nouns[at]
            if self.words.possessive.match(self.text, at, limit):
                return None  # "29 have secured their servers"
            if at in places:
                at = places[at].end + (self.text[places[at].end : places[at].end + 1] == ".")
                continue
            if suspended := self.words.suspended.match(self.text, at):
                at = suspended.end()  # "Röntgen-, CT- und MRT-Aufnahmen"
                continue
            word = _WORD.match(self.text, at, limit)
            if not word or passed >= self.words.reach or self.words.plain.fullmatch(word[0]):
                return None
            if self.words.partitive.match(self.text, at, limit):
                return None
            passed += 1
            at = word.end()
            if COMMA.match(self.text, at):
                return None
        return None

    def _glued_noun(self, position: int) -> Noun | None:
        """In scripts without blanks: the noun behind a number and its counter, or the one right before the number."""
        number, limit = self.numbers[position], self.limit(position)
        counter = self.words.counter.match(self.text, number.end)
        at = _LINK.match(self.text, counter.end() if counter else number.end).end()  # type: ignore[union-attr]
        for noun in self.nouns:
            # A noun that is no more than a counter (人) gives way to one that names the thing.
            if noun.start not in (number.end, at) or noun.start >= limit:
                continue
            by_counter = counter is not None and noun.end <= counter.end()
            if not by_counter or (noun.unit in ("patient", "person") and self._is_of_breach(number)):
                return noun
        modified = self._modified_noun(at, limit) if counter and self.words.code == "zh" else None
        if modified is not None:
            return modified
        former = max([0, *(one.end for one in self.numbers if one.end <= number.start)])
        before = [noun for noun in self.nouns if former <= noun.start and noun.end <= number.start]
        if before and counter and before[-1].unit in _BODIES and _OF_CASES.fullmatch(counter[0].strip()):
            return None  # of the cases told before, so many in hospitals
        if before and not fits(self.text[number.end :], before[-1].unit):
            return None
        if before and _BEFORE.fullmatch(self.text[before[-1].end : number.start]):
            return before[-1]
        return next((noun for noun in self.nouns if noun.start == number.end), None)

    def _modified_noun(self, start: int, limit: int) -> Noun | None:
        """In Chinese the noun behind what is said of it: 118台 可从互联网访问的 服务器."""
        mark = _ENDS_PHRASE.search(self.text, start, limit)
        end = mark.start() if mark else limit
        inside = [noun for noun in self.nouns if start < noun.start and noun.end <= end]
        return inside[-1] if inside and "的" in self.text[start : inside[-1].end] else None

    def _is_of_breach(self, number: Number) -> bool:
        """Whether the last noun before a number is a breach: its persons are counted then, and not breaches."""
        before = [noun for noun in self.nouns if noun.end <= number.start]
        return bool(before) and before[-1].unit in ("breach", "incident", "notice")

    # How readings lie to each other -----------------------------------------------------------------

    def opens_with_whole(self, number: Number) -> bool:
        """Whether the sentence begins with the whole of which a later number is a part: "Of the 58 hosts, 41 …"."""
        first = self.numbers[0]
        lead = self.text[: first.start].strip(" \"'„“«(")
        return number is not first and self.words.whole_opening.fullmatch(lead) is not None

    def is_partitive(self, number: Number) -> bool:
        """Whether a number takes up what was counted before: "of these, 400 million", "590 davon"."""
        behind = self.behind(number).lstrip(_BLANKS + ",")
        lead = self.words.partitive.match(self.text.lstrip(" \"'„“«("))
        if lead and number is self.numbers[0] and len(self.before(number).split()) <= _SOON:
            return True  # "Of these gave 1,204 their data away", in the order of German
        return self.words.closing("partitive", self.before(number)) or self.words.partitive.match(behind) is not None

    def leads_on(self, index: int) -> bool:
        """Whether a reading is a part of the next one: 590 "of the" 2,300 systems."""
        if not 0 <= index < len(self.readings) - 1:
            return False
        between = self.text[self.readings[index].number.end : self.readings[index + 1].number.start].strip()
        return any(self.words.of.fullmatch(form) for form in (between, f"{between} "))

    def is_aside(self, reading: Reading) -> bool:
        """Whether a number says the one before once more: "almost half, 6,884, are"."""
        lead, behind = self.before(reading.number), self.behind(reading.number)
        if reading.noun is not None:
            return False
        if self.words.said_again.search(lead):
            return True
        if self.readings and reading is self.readings[0]:
            return False
        former = max([0, *(one.end for one in self.numbers if one.end < reading.number.start)])
        enclosed = re.search(r"[,(]\s*$", lead) and re.match(r"\s*[,)]", behind)
        close = reading.number.start - former < _CLOSE
        return (
            bool(enclosed) and close and not any(former <= place.start < reading.number.start for place in self.places)
        )

    def grouped(self, first: int, second: int) -> bool:
        """Whether two readings that follow each other are tied without a comma or a place between them."""
        one, other = self.readings[first].number, self.readings[second].number
        between = self.text[one.end : other.start]
        if self.is_aside(self.readings[second]):
            between = re.sub(r"[,(][^,(]*$", "", between)
        if STRONG.search(between) or COMMA.search(between):
            return False
        return not any(one.end <= place.start < other.start for place in self.places if not place.beside)

    def is_joint(self, start: int, end: int) -> bool:
        """Whether nothing but a comma or "and" stands between two things, a counter aside."""
        counter = self.words.counter.match(self.text, start, end) if self.words.glued else None
        return self.words.joint.fullmatch(self.text[counter.end() if counter else start : end]) is not None

    # Places and articles ----------------------------------------------------------------------------

    def _find_places(self) -> list[Mention]:
        found = find_mentions(self.text, self.words, self.home)
        for place in found:
            # "US hospitals", "Texas clinics"
            place.beside = self.words.code == "en" and any(
                noun.start - place.end == 1 for noun in self.nouns if noun.start > place.start
            )
        for one in self.words.totals.finditer(self.text):
            # "In total" at the head of a clause is the world; "13,000 images in total" are those of the place before.
            if re.search(rf"(?:^|[;:.,(–-]|{self.words.joined.pattern})\s*$", self.text[: one.start()], re.IGNORECASE):
                found.append(Mention(one.start(), one.end(), WORLD))
        for place in people(self.text, self.words):
            if self._is_of_an_actor(place):
                continue
            if any(noun.is_beside(place.start, place.end) for noun in self.nouns):
                found.append(place)
            elif self._stands_alone(place) or any(noun.is_beside(place.start, place.end) for noun in self._all_nouns):
                place.beside = False  # of a noun that another place leads on to: "records of Swiss patients"
                found.append(place)
            elif self._is_of_a_body(place):
                place.beside = False
                found.append(place)
        found.sort(key=lambda place: (place.start, -place.end, not place.beside))
        kept: list[Mention] = []
        for place in found:
            if not (kept and place.start < kept[-1].end) and not self._is_example(place):
                kept.append(place)
        taken = [(number.start, number.end) for number in self.numbers]
        return [one for one in kept if not _overlaps(one.start, one.end, taken)]

    def _is_of_an_actor(self, place: Mention) -> bool:
        """Whether an adjective tells where a company comes from that counts others: "a German company found 590"."""
        if self.words.actor.match(self.text, place.end + 1) or self.words.actor_before.search(
            self.text, 0, place.start
        ):
            return True
        company = next(
            (noun for noun in self._all_nouns if noun.unit == "company" and noun.is_beside(place.start, place.end)),
            None,
        )
        lead = self.text[: min(company.start, place.start)] if company is not None else ""
        return company is not None and not any(
            (0 <= len(lead) - one.end <= 2 or self.words.of.fullmatch(lead[one.end :].lstrip()))
            and not _is_article(one)
            for one in self.numbers
            if one.end <= len(lead)
        )

    def _is_of_a_body(self, place: Mention) -> bool:
        """Whether an adjective tells where the clinic or laboratory is whose numbers follow."""
        if self.words.code in _ARTICLED:
            lead = self.text[: place.start].rstrip()
            return any(one.end() == len(lead) for one in self.words.body.finditer(lead))
        following = re.split(r"[,;:.()]", self.text[place.end :], maxsplit=1)[0].split()
        return any(self.words.body.fullmatch(word) for word in following[:_BODY_NEAR])

    def _people_counted(self, numbers: list[Number]) -> list[Noun]:
        """The people of a country that a number counts: "3.4 million Mexicans"."""
        found = []
        for one in people(self.text, self.words):
            lead = self.text[: one.start]
            number = next((each for each in reversed(numbers) if each.end < one.start), None)
            between = self.text[number.end : one.start].strip() if number is not None else "-"
            counted = not between or self.words.of.fullmatch(between) or self.words.of.fullmatch(f"{between} ")
            # "three Walloon hospitals and two of Brussels": the noun is left out.
            goes_on = number is not None and any(0 < number.start - noun.end < _AGAIN for noun in self.nouns)
            if (
                counted
                and lead
                and not goes_on
                and not any(0 <= noun.start - one.end <= 12 or noun.start == one.start for noun in self.nouns)
            ):
                found.append(Noun(one.start, one.end, "patient", self.text[one.start : one.end]))
        return found

    def _stands_alone(self, one: Mention) -> bool:
        """Whether an adjective stands for its noun: before a number, behind an article or behind "are"."""
        before = self.text[: one.start]
        if any(0 <= number.start - one.end <= 2 for number in self.numbers):
            return True
        if self.words.code in _ARTICLED and re.search(
            rf"(?:^|\s)(?:{self.words.definite.pattern})\s$", before, re.IGNORECASE
        ):
            return not re.match(r"\s[A-Z]", self.text[one.end :])
        former = next((number for number in reversed(self.numbers) if number.end < one.start), None)
        return former is not None and _ARE.fullmatch(self.text[former.end : one.start]) is not None

    def _is_example(self, place: Mention) -> bool:
        """Whether a place stands in a list of examples: "67 countries including the US, the UK and Germany"."""
        marks = [one.end() for one in STRONG.finditer(self.text, 0, place.start)]
        numbers = [one.end for one in self.numbers if one.end <= place.start and not _is_article(one)]
        stretch = self.text[max([0, *marks, *numbers]) : place.start]
        opened = list(self.words.among.finditer(stretch))
        if not opened:
            return False
        following = self.text[place.end :]
        # "among them Brazil, with 34 servers": the last one of the list has a number of its own.
        if re.match(r"\s*\(?\s*,?\s*\w{0,4}\s*\(?\d", following):
            return False
        return len(re.findall(r"[^\W\d_]{4,}", stretch[opened[-1].end() :])) <= _LIST

    def _article_counts(self, position: int) -> bool:
        """Whether "one", "un", "ein" is a number: tied to a place, beside other numbers."""
        number = self.numbers[position]
        if number.text.lower() in ("a", "an"):
            return False
        noun = self.own_noun(position)
        before = next((place for place in reversed(self.places) if place.end <= number.start), None)
        beside = before is not None and re.fullmatch(r"\s*:?\s*", self.text[before.end : number.start])
        if beside and (noun or any(not _is_article(one) for one in self.numbers)):
            return True
        if noun is None or noun.unit != "server":
            return False
        place = next((place for place in self.places if place.start >= noun.end), None)
        between = self.text[noun.end : place.start].strip() if place else ""
        return self.words.locative.fullmatch(between) is not None


def _is_article(number: Number) -> bool:
    return number.worded and number.quantity.value == 1 and " " not in number.text


def _overlaps(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in taken)
