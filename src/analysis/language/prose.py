"""Joining words: lists, capital letters, full stops."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .catalogue import say
from .languages import language
from .numbers import number

#: Countries that English names with the article; island groups among them.
_WITH_THE = frozenset(
    [
        "Bahamas",
        "British Virgin Islands",
        "Cayman Islands",
        "Central African Republic",
        "Comoros",
        "Cook Islands",
        "Czech Republic",
        "Dominican Republic",
        "Falkland Islands",
        "Faroe Islands",
        "Gambia",
        "Isle of Man",
        "Maldives",
        "Marshall Islands",
        "Netherlands",
        "Northern Mariana Islands",
        "Philippines",
        "Solomon Islands",
        "Turks & Caicos Islands",
        "U.S. Virgin Islands",
        "United Arab Emirates",
        "United Kingdom",
        "United States",
    ]
)


def with_the(name: str, lang: str | None = None) -> str:
    """A country as it stands within an English sentence; in other languages, whose sentences avoid it, as it is.

    Examples
    --------
    >>> with_the("United States", "en"), with_the("India", "en"), with_the("Estados Unidos", "es")
    ('the United States', 'India', 'Estados Unidos')
    """
    return f"the {name}" if language(lang) == "en" and name in _WITH_THE else name


def listed(items: Iterable[str], lang: str | None = None, most: int | None = None) -> str:
    """``a, b and c``; beyond ``most`` items ``a, b and 5 more``.

    Examples
    --------
    >>> listed(["España", "Italia"], "es"), listed(["a", "b", "c", "d"], "en", most=2)
    ('España e Italia', 'a, b, and 2 more')
    """
    from babel.lists import format_list

    lang, items = language(lang), [str(item) for item in items]
    if most is not None and len(items) > most:
        items = [*items[:most], say("more", lang, n=len(items) - most)]
    shown = format_list(items, locale=lang) if items else ""
    if lang == "es":
        # Before the sound of i the Spanish "y" is "e".
        return re.sub(r" y (?=[ií]|hi(?![aeou]))", " e ", shown, flags=re.IGNORECASE)
    return shown


def in_words(count: int, lang: str | None = None) -> str:
    """A count within a sentence: below ten as a word, as newspapers print it; from ten on in digits.

    Figures that are quoted or compared stay in digits.

    Examples
    --------
    >>> in_words(3, "de"), in_words(9, "es"), in_words(12, "fr")
    ('drei', 'nueve', '12')
    """
    return say(f"number_{count}", lang, family="words") if 0 < count < 10 else number(count, lang)


def sentence(text: str) -> str:
    """The text with a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def within(name: str, lang: str) -> str:
    """A name as it stands within a sentence: small but for an abbreviation, or in German.

    Examples
    --------
    >>> within("Hospital beds", "en"), within("GDP per capita", "en"), within("Delegierte Adressen", "de")
    ('hospital beds', 'GDP per capita', 'Delegierte Adressen')
    """
    return name[:1].lower() + name[1:] if lang != "de" and name[1:2].islower() else name


def remarked(name: str, remark: str) -> str:
    """A name with a remark in brackets, in one pair of them: ``GDP per capita (current US$, per doubling)``."""
    return f"{name[:-1]}, {remark})" if name.endswith(")") else f"{name} ({remark})"


def ended(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?", "…")) else text + "."
