"""Dates and periods in words, as far as they are known, with the article that a sentence asks for."""

from __future__ import annotations

import re

from .catalogue import say
from .languages import language

#: How exactly a date is known, by the number of its parts.
_PRECISION = {1: "year", 2: "month", 3: "day"}
_FRENCH_VOWEL = re.compile(r"\bde (?=[aoé])")


class Day(str):
    """A date in words; in a sentence of a catalogue ``{day:from}`` puts the words before it that its language asks for.

    ``from``, ``to``, ``in``, ``of``, ``since`` and ``after`` are known: *vom 1. Januar 2014*, *von Januar 2014*.
    """

    lang: str
    precision: str

    def __new__(cls, words: str, lang: str, precision: str) -> Day:
        """The words of a date of ``precision`` ``day``, ``month`` or ``year`` in a language."""
        day = super().__new__(cls, words)
        day.lang, day.precision = lang, precision
        return day

    def __format__(self, preposition: str) -> str:
        """The date after the preposition; without one, the date."""
        if not preposition:
            return str(self)
        said = say(f"date_{preposition}_{self.precision}", self.lang, family="words", date=str(self))
        return _FRENCH_VOWEL.sub("d’", said) if self.lang == "fr" else said


def date(text: str, lang: str | None = None, short: bool = False) -> Day:
    """A date as far as it is known (``2019``, ``2019-09``, ``2019-09-17``), in words; ``short`` cuts the month's name.

    Examples
    --------
    >>> date("2019-09", "fr"), date("2019-09-17", "en", short=True)
    ('septembre 2019', '17 Sept 2019')
    >>> f"{date('2014-01-01', 'de'):from} {date('2014-12', 'de'):to}, {date('2014-01-01', 'fr'):since}"
    'vom 1. Januar 2014 bis Dezember 2014, depuis le 1er janvier 2014'
    """
    import datetime

    from babel.dates import format_date, format_skeleton

    lang = language(lang)
    parts = [int(part) for part in str(text).split("-")]
    day = datetime.date(*([*parts, 1, 1])[:3])
    if len(parts) == 1:
        words = str(parts[0])
    elif len(parts) == 2:
        words = format_skeleton("yMMM" if short else "yMMMM", day, locale=lang)
    else:
        words = format_date(day, "medium" if short else "long", locale="en_GB" if lang == "en" else lang)
        if lang == "fr" and day.day == 1:
            words = "1er" + words.removeprefix("1")
    return Day(words, lang, _PRECISION[len(parts)])


def period(first: str, last: str, lang: str | None = None) -> str:
    """A span of time; one date where both are the same, the year once where both are months of it.

    Examples
    --------
    >>> period("2019-07", "2019-09"), period("2019-07", "2019-09", "fr"), period("2019-11", "2020-01", "es")
    ('July to September 2019', 'de juillet à septembre 2019', 'de noviembre de 2019 a enero de 2020')
    """
    lang = language(lang)
    known = [text for text in dict.fromkeys((first, last)) if isinstance(text, str) and text]
    if len(known) == 2 and known[1].startswith(known[0]):
        return _by_day(date(known[1], lang), lang)
    if len(known) < 2:
        return date(known[0], lang) if known else Day("", lang, "day")
    begin, end = date(known[0], lang), date(known[1], lang)
    if begin.precision == end.precision == "month" and known[0][:4] == known[1][:4]:
        begin = Day(re.sub(rf"(?: de)? {known[0][:4]}$", "", begin), lang, "month")
    key = "period_days" if begin.precision == end.precision == "day" else "period"
    said = say(key, lang, family="words", first=begin, last=end)
    return _FRENCH_VOWEL.sub("d’", said) if lang == "fr" else said


def _by_day(last: Day, lang: str) -> str:
    """The time up to a day, where no more than its month or year is known of the beginning."""
    return say("period_until", lang, family="words", last=last) if last.precision == "day" else last


def period_from(day: object, grain: str, lang: str | None = None) -> Day:
    """The period that begins on a day: ``January 2015`` by month, ``17 September 2019`` by day, ``2019`` by year."""
    return date(_known(day, grain), lang)


def periods_from(first: object, last: object, grain: str, lang: str | None = None) -> str:
    """From the period that begins on one day to the one that begins on another: ``January to March 2015`` by month."""
    return period(_known(first, grain), _known(last, grain), lang)


def _known(day: object, grain: str) -> str:
    return str(day)[: {"month": 7, "quarter": 7, "year": 4}.get(grain, 10)]
