"""The languages in which the package writes."""

from __future__ import annotations

import os

from ..errors import DataError

LANGUAGES = ("en", "es", "de", "fr")


def checked(lang: str) -> str:
    """Return the language if the package writes in it.

    Raises
    ------
    DataError
        If it does not.
    """
    if lang not in LANGUAGES:
        raise DataError(
            f"the package does not write in {lang!r}", remedy=f"choose one of {', '.join(LANGUAGES)}", lang=lang
        )
    return lang


def language_name(code: str, lang: str) -> str:
    """What a language calls another one, by its code; the code itself where it has no name.

    Examples
    --------
    >>> language_name("pt", "en"), language_name("pt-BR", "de"), language_name("zz", "es")
    ('Portuguese', 'Portugiesisch (Brasilien)', 'zz')
    """
    from babel.core import Locale, UnknownLocaleError

    try:
        called = Locale.parse(code, sep="-").get_display_name(lang) or code
    except (UnknownLocaleError, ValueError):
        return code
    return called[:1].upper() + called[1:] if lang == "en" else called


def language(lang: str | None = None) -> str:
    """The language to write in: the one given, else ``EXPOSURE_LANG``, else English.

    Raises
    ------
    DataError
        If the package does not write in that language.
    """
    return checked(lang or os.environ.get("EXPOSURE_LANG") or "en")
