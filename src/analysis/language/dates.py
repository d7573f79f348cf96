"""Dates and periods in words, as far as they are known."""

from __future__ import annotations

from .catalogue import say
from .languages import language


def date(text: str, lang: str | None = None, short: bool = False) -> str:
    """A date as far as it is known (``2019``, ``2019-09``, ``2019-09-17``), in words; ``short`` cuts the month's name.

    Examples
    --------
    >>> date("2019-09", "fr"), date("2019-09-17", "en", short=True)
    ('septembre 2019', '17 Sept 2019')
    """
    import datetime

    from babel.dates import format_date, format_skeleton

    lang = language(lang)
    parts = [int(part) for part in str(text).split("-")]
    if len(parts) == 1:
        return str(parts[0])
    day = datetime.date(*([*parts, 1])[:3])
    if len(parts) == 2:
        return format_skeleton("yMMM" if short else "yMMMM", day, locale=lang)
    return format_date(day, "medium" if short else "long", locale="en_GB" if lang == "en" else lang)


def period(first: str, last: str, lang: str | None = None) -> str:
    """A span of time: ``July 2019 to September 2019``; one date where both are the same."""
    lang = language(lang)
    known = [text for text in dict.fromkeys((first, last)) if isinstance(text, str) and text]
    if len(known) == 2 and known[1].startswith(known[0]):
        known = known[1:]
    if len(known) == 2:
        return say("period", lang, first=date(known[0], lang), last=date(known[1], lang))
    return date(known[0], lang) if known else ""


def period_from(day: object, grain: str, lang: str | None = None) -> str:
    """The period that begins on a day: ``January 2015`` by month, ``17 September 2019`` by day, ``2019`` by year."""
    return date(str(day)[: {"month": 7, "quarter": 7, "year": 4}.get(grain, 10)], lang)
