"""States, provinces and cities, and the people of countries, by the names that reports give them.

The tables are ``data/reference/gazetteer.csv`` and ``place_forms.csv`` (compiled by ``scripts/make_gazetteer.py``) and
``demonyms.toml`` here. They are read when the first report is, and serve the reading alone: what a name in
``figures.csv`` means is settled by :mod:`analysis.figures.places`.
"""

from __future__ import annotations

import bisect
import functools
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from ..datafolder import read_text, reference_file
from .either_case import EitherCase

#: How many times the second largest city of a name the largest must be to be meant where nothing else is said.
_FAR_LARGER = 3


class Entry(NamedTuple):
    """What a name may be: ``code`` of ISO 3166-2, or of ISO 3166-1 (two letters) for a city, and its inhabitants."""

    code: str
    thousands: int

    @property
    def country(self) -> str:
        """The two letters of its country."""
        return self.code[:2]

    @property
    def is_city(self) -> bool:
        """Whether it is a city, and no part of a country."""
        return "-" not in self.code


@functools.cache
def _table() -> tuple[dict[str, tuple[Entry, ...]], dict[str, str]]:
    entries: dict[str, tuple[Entry, ...]] = {}
    words: dict[str, str] = {}
    for line in read_text(reference_file("gazetteer.csv")).splitlines()[1:]:
        key, code, thousands, langs = line.split(",")
        entries[key] = (*entries.get(key, ()), Entry(code, int(thousands or 0)))
        if langs:
            words[key] = langs
    return entries, words


def entries(key: str) -> tuple[Entry, ...]:
    """What the letters of a name may stand for; none if it is not a name here."""
    return _table()[0].get(key, ())


def begins(key: str, lang: str) -> bool:
    """Whether a name begins with these letters, in Polish also in another case than the first."""
    names = _ordered(lang == "pl")
    at = bisect.bisect_left(names, key)
    return at < len(names) and names[at].startswith(key)


@functools.cache
def _ordered(inflected: bool) -> list[str]:
    return sorted({*_table()[0], *(forms() if inflected else ())})


def is_word(key: str, lang: str) -> bool:
    """Whether it is an ordinary word of the language too, so that its capital letter alone says nothing."""
    return lang in _table()[1].get(key, "").split(" ")


def chosen(found: tuple[Entry, ...], home: frozenset[str]) -> tuple[Entry, ...]:
    """What a name most likely means: what lies in the countries of the report, then the one that is far better known.

    Several are given back where nothing settles it.
    """
    near = tuple(one for one in found if one.country in home)
    found = near or found
    parts = {one.country for one in found if not one.is_city}
    ordered = sorted(found, key=lambda one: -one.thousands)
    if len({one.country for one in found}) == 1:
        return (ordered[0],)
    largest = ordered[0]
    others = [one.thousands for one in ordered if one.country != largest.country]
    if largest.thousands >= _FAR_LARGER * max(others, default=0) and parts <= {largest.country}:
        return (largest,)
    return tuple(ordered)


@functools.cache
def forms() -> dict[str, str]:
    """The forms that names take in Polish, with the name as printed where it stands alone."""
    lines = read_text(reference_file("place_forms.csv")).splitlines()[1:]
    return {form: name for form, _, name in (line.split(",") for line in lines)}


@functools.cache
def demonyms(lang: str) -> tuple[EitherCase, dict[str, str]] | None:
    """A pattern for adjectives of countries and their people, and what each stands for; None if no list is kept."""
    told = tomllib.loads((Path(__file__).parent / "demonyms.toml").read_text("utf-8")).get(lang)
    if told is None:
        return None
    told_of = [pair.split(" ", 1) for pair in re.split(r",\s+", told["of"].strip())]
    pairs = {word: place for place, word in told_of}
    ordered = sorted(pairs, key=lambda word: (-len(word), word))
    forms_ = (re.escape(word[:-1]) if word.endswith(".") else re.escape(word) + r"\w{0,4}" for word in ordered)
    return EitherCase(rf"(?<![\w-])(?:{'|'.join(forms_)})(?!\w)"), pairs


def demonym(text: str, pairs: dict[str, str]) -> str:
    """The code that a word found by :func:`demonyms` stands for."""
    word = text.lower()
    return pairs.get(f"{word}.") or next(pairs[word[:size]] for size in range(len(word), 0, -1) if word[:size] in pairs)
