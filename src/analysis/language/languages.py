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


def language(lang: str | None = None) -> str:
    """The language to write in: the one given, else ``EXPOSURE_LANG``, else English.

    Raises
    ------
    DataError
        If the package does not write in that language.
    """
    return checked(lang or os.environ.get("EXPOSURE_LANG") or "en")
