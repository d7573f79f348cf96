"""How far the place of a heading applies: to which numbers below it, and from where on it no longer does.

A label ("Europe", "Servers in Peru") speaks of what stands under it. A headline names its place in passing: where the
text below it goes on to the world or to another country, a number without a place of its own stays open.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..datafolder import read_text, reference_file
from ..figures.country_names import country_codes
from .mentions import WORLD, Mention, find_mentions, people
from .numbers import find_numbers

if TYPE_CHECKING:
    from .lexicon import Words

#: A heading of more words tells a story.
_LONGEST_LABEL = 5
#: So many paragraphs a headline's place lasts without being named again.
_LASTS = 6
#: So near behind a number the countries stand that it counts.
_BESIDE = 25
#: So near its place an authority is named.
_NEAR = 60
_YEAR = re.compile(r"(?:19|20)\d\d")
#: So much of a sentence is enough to tell which places it names.
_LONG = 1_500


@dataclass(slots=True)
class Scope:
    """What the heading above, or the words before a list, say about the place of what follows.

    Attributes
    ----------
    place
        The one place that it names, as a draft has it; empty if it names none or several.
    code
        Its code, as of :class:`analysis.intake.mentions.Mention`; empty for parts of the world.
    doubt
        Why the place does not settle a number any more; empty as long as it does.
    worldwide
        Whether the paragraph last spoke of the whole world.
    headline
        Whether the heading tells a story.
    silent
        How many paragraphs have begun since the place was last named.
    """

    place: str = ""
    code: str = ""
    doubt: str = ""
    worldwide: bool = False
    headline: bool = False
    silent: int = 0

    def begin_paragraph(self) -> None:
        """Go on to the next paragraph: what the one before said about the world ends, and a headline's place fades."""
        self.worldwide = False
        self.silent += 1
        if self.headline and self.silent > _LASTS:
            self.doubt = self.doubt or "the headline is far above"

    def hear(self, text: str, places: Iterable[Mention], counts: Iterable[float], words: Words) -> None:
        """Take in what a sentence says about places: the whole world, another country, so many countries."""
        if not self.place:
            return
        named = [one for one in places if one.name != WORLD]
        outside = [one for one in named if not self._holds(one)]
        if is_worldwide(text, words) or self.is_exceeded(counts):
            self.worldwide, self.doubt = True, "the text has gone on to the world"
        elif not outside and any(self.is_named_by(one) for one in named):
            self.worldwide, self.doubt, self.silent = False, "", 0
        elif outside:
            self.worldwide, self.doubt = False, f"the text has gone on to '{outside[-1].name}'"

    def is_exceeded(self, counts: Iterable[float]) -> bool:
        """Whether a number of countries is larger than the number in the place."""
        most = _parts_of(self.place) if not self.code else 1
        return bool(most) and any(count > most for count in counts)

    def is_named_by(self, other: Mention) -> bool:
        """Whether a place is the heading's."""
        return other.name == self.place or bool(self.code and other.code == self.code)

    def _holds(self, other: Mention) -> bool:
        if self.is_named_by(other):
            return True
        if not self.code:
            return not other.code or _region_of(other.code) in ("", self.place) or not _parts_of(self.place)
        return "-" in other.code + "-" and _country(other.code) == _country(self.code) and "-" not in self.code


@dataclass(slots=True)
class Course:
    """Of which place a text goes on to speak while its sentences name none.

    Attributes
    ----------
    place
        The place of the figures of the last sentences; empty if they had several or none.
    only
        The only country that the report names, as far as it has been named by now; empty if it names several or none.
    worldwide
        Whether the report tells of the world, or of a number of countries: what has no place may be the total then.
    last
        The place that the report named last: what "in the country" means.
    asked
        The place of which the question above asks; its answer is said of it.
    country
        The country that the report named last, whatever part of it was named since.
    authority
        The place whose authority tells of it, as far as it has been named by now.
    """

    place: str = ""
    only: str = ""
    worldwide: bool = False
    last: str = ""
    asked: str = ""
    country: str = ""
    authority: str = ""
    _later: str = ""

    @classmethod
    def of(cls, texts: Sequence[str], words: Words) -> Course:
        """The course of a report, by all its sentences, captions and labels."""
        country = _only_place(texts, words)
        # A country named beside figures may be one of many whose total stands before it; named by itself, it is all.
        alone = country and any(
            not _has_figures(text, words) and (find_mentions(text, words) or people(text, words)) for text in texts
        )
        alone = alone or any(words.own_report.search(text) and words.event(text) == "breach" for text in texts)
        worldwide = exceeds(Scope(), texts, words)
        return cls(only=country if alone else "", worldwide=worldwide, _later=country)

    def begin_paragraph(self) -> None:
        """Go on to the next paragraph: only what the whole report is about holds on."""
        self.place = ""

    def goes_on(self, text: str, words: Words) -> str:
        """The place of a sentence that names none; empty if nothing tells it."""
        if is_worldwide(text, words):
            return ""
        return self.asked or ("" if self.worldwide else self.place or self.only or self.authority)

    def hear(self, text: str, named: Sequence[Mention], places: Iterable[str], words: Words) -> None:
        """Take in the places that a sentence with figures names, and those of its counts."""
        names, told = {one.name for one in named} - {WORLD}, set(places)
        self._hear_who_tells(text, named, words)
        if names:
            self.place = next(iter(names)) if len(names) == 1 and told and names >= told else ""
            self.only = self._later if told else self.only
            self.last, self.asked = self.place or self.last, ""
        self.worldwide = self.worldwide or WORLD in told

    def _hear_who_tells(self, text: str, named: Sequence[Mention], words: Words) -> None:
        self.country = next((one.name for one in reversed(named) if one.code and len(one.code) == 3), self.country)
        self.authority = authority_of(text, named, words) or self.authority

    def hear_silent(self, text: str, named: Sequence[Mention], words: Words) -> None:
        """Take in a sentence without figures: one that is no more than a place is a heading."""
        names = {one.name for one in named} - {WORLD}
        self._hear_who_tells(text, named, words)
        if names:
            self.place = next(iter(names)) if len(names) == 1 and is_label(text, words) else ""
            self.only, self.last = self._later, next(iter(names)) if len(names) == 1 else ""
        if text.rstrip(' *_"”»').endswith(("?", "？")):
            self.asked = next(iter(names)) if len(names) == 1 else ""


def _has_figures(text: str, words: Words) -> bool:
    """Whether a text has a number that may be counted: an article ("a practice") and a year are none."""
    return any(
        not (one.worded and one.quantity.value == 1) and not _YEAR.fullmatch(one.text)
        for one in find_numbers(text, words)[0]
    )


def _only_place(texts: Iterable[str], words: Words) -> str:
    """The one country, or part of one, of which texts name nothing but itself and places in it; empty if none is."""
    names: dict[str, str] = {}
    parts: dict[str, str] = {}
    for text in texts:
        for one in (*find_mentions(text[:_LONG], words), *people(text[:_LONG], words)):
            if not one.code:
                return ""
            country = _country(one.code)
            names[country] = names.get(country) or (one.name if one.code == country else "")
            parts |= {one.code: one.name} if "-" in one.code else {}
            if len(names) > 1:
                return ""
    only = next(iter(names.values())) if len(names) == 1 else ""
    return only or (next(iter(parts.values())) if len(parts) == 1 and names else "")


def authority_of(text: str, named: Iterable[Mention], words: Words) -> str:
    """The place whose authority a sentence names: "Kenya's data commissioner said"; empty if it names none."""
    for one in (*named, *people(text, words)):
        if one.name == WORLD or words.glued:
            continue
        before, behind = text[max(0, one.start - _NEAR) : one.start], text[one.end : one.end + _NEAR]
        if words.authority_behind.match(behind) or (
            not one.beside and words.closing("locative", before) and words.authority_before.search(before)
        ):
            return one.name
    return ""


def scope_of(text: str, words: Words, home: frozenset[str]) -> Scope:
    """The scope of a heading: the one place that it names."""
    found = {one.name: one for one in find_mentions(text, words, home) if one.name != WORLD}
    if len(found) != 1:
        return Scope()
    (only,) = found.values()
    return Scope(only.name, only.code)


def is_label(text: str, words: Words) -> bool:
    """Whether a heading names a thing and is not a headline."""
    return len(text) <= 12 if words.glued else len(text.split()) <= _LONGEST_LABEL


@functools.lru_cache(maxsize=1 << 12)
def is_worldwide(text: str, words: Words) -> bool:
    """Whether a text speaks of the whole world in so many words."""
    return words.names_region(text) and any(name == WORLD and form.search(text) for form, name in words.regions.items())


def exceeds(scope: Scope, sentences: Iterable[str], words: Words) -> bool:
    """Whether a text tells of the whole world, or of several countries without saying that they are the heading's."""
    for text in sentences:
        if is_worldwide(text, words):
            return True
        countries = [one.start() for one in words.countries.finditer(text)]
        counts = any(
            one.quantity.value > 1 and any(0 <= start - one.end <= _BESIDE for start in countries)
            for one in (find_numbers(text, words)[0] if countries else ())
        )
        if counts and not any(scope.is_named_by(one) for one in find_mentions(text, words)):
            return True
    return False


def _country(code: str) -> str:
    """The three letters of the country that a code of a country, of a part of it or of a city belongs to."""
    first = code.split("-")[0]
    return country_codes().get(first, first) if len(first) == 2 else first


@functools.cache
def _regions() -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(read_text(reference_file("countries.csv"))))
    return {row["iso3"]: row["un_region"] for row in rows}


def _region_of(code: str) -> str:
    return _regions().get(_country(code), "")


@functools.cache
def _parts_of(region: str) -> int:
    """How many countries a part of the world has; 0 if that is not known."""
    return sum(one == region for one in _regions().values())
