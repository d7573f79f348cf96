"""Dates as they are printed, with the names of the months that CLDR has for each language."""

from __future__ import annotations

import functools
import re

from babel import Locale

from .either_case import EitherCase


@functools.cache
def dates(lang: str) -> EitherCase:
    """The dates of a language: ``Nov. 14``, ``3. Sept.``, ``du 2 au 19 juin``, ``May 2024``."""
    months: set[str] = set()
    locale = Locale.parse(lang)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            months |= {name.rstrip(".").lower() for name in locale.months[context][width].values()}
    names = "|".join(
        re.escape(name) for name in sorted(months, key=lambda name: (-len(name), name)) if not name.isdigit()
    )
    day = r"(?<![\d.,])\d{1,2}(?:\.|er|re|º|ª|°|st|nd|rd|th|:a|:e)?"
    upto = (
        r"(?:\s?(?:[-–]|bis(?: zum)?|to|and|au|al|a|y|und|et|e|i|och|en|do|tot|t/m|till)\s?(?:le |el |al |the )?"
        + day
        + ")?"
    )
    year = r"(?:,?\s(?:de |del |of )?(?:19|20)\d\d(?!\d))?"
    ahead = rf"{day}{upto}\s?(?:de |of )?(?:{names})\b\.?{year}"
    whole = rf"\b(?:{names})\b\.?,?\s(?:de |del )?(?:año )?(?:19|20)\d\d(?![\d.,]\d)"
    if lang != "en":
        return EitherCase(rf"{ahead}|{whole}")
    scales = r"(?!\s?(?:million|billion|thousand|percent|per cent|%)|[\d,.]*\d)"
    return EitherCase(
        rf"{ahead}|\b(?:{names})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d){scales}"
        rf"(?:\s?(?:[-–]|to)\s?\d{{1,2}}\b)?{year}|{whole}"
    )
