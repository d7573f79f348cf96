"""Numbers as prose prints them, in the four languages in which the package writes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from ..errors import DataError

LANGUAGES = ("en", "es", "de", "fr")
_NO_BREAK = "\N{NO-BREAK SPACE}"


def checked(lang: str) -> str:
    """The language, if the package writes in it.

    Raises
    ------
    DataError
        If it does not.
    """
    if lang not in LANGUAGES:
        raise DataError(f"the package does not write in {lang!r}; choose one of {', '.join(LANGUAGES)}.", lang=lang)
    return lang


def number(value: float, lang: str, digits: int | None = None) -> str:
    """``590``, ``1,234``, ``4.15``, ``24.3 million``.

    Parameters
    ----------
    value
        A finite number.
    digits
        Significant digits at most. Default: whole numbers below a million in full, from a million on four
        digits, other numbers three.
    """
    from babel.numbers import format_decimal

    value = float(value)
    if abs(value) >= 999_999.5:
        return _with_scale_word(_significant(value, digits or 4), lang)
    if value == round(value) and digits is None:
        return format_decimal(int(value), locale=lang)
    shown = _significant(value, digits or 3)
    if abs(shown) >= 100:
        shown = round(shown)
    return format_decimal(shown, "#,##0.######", locale=lang)


def counted(value: float, label: str, lang: str) -> str:
    """A number with what it counts: ``24.3 million studies``, ``24,3 millones de estudios``."""
    shown = number(value, lang)
    if abs(value) >= 999_999.5 and lang in ("es", "fr"):
        elided = lang == "fr" and label[:1].lower() in "aeiouyéèêh"
        return f"{shown} {'d’' if elided else 'de '}{label}"
    return f"{shown} {label}"


def percent(share: float, lang: str, digits: int = 1, signed: bool = False) -> str:
    """``0.564`` is ``56.4%`` in English, ``56,4 %`` in the other languages; ``+56.4%`` if ``signed``."""
    from babel.numbers import format_percent

    pattern = "#,##0" + ("." + "#" * digits if digits else "") + ("%" if lang == "en" else f"{_NO_BREAK}%")
    # A number that rounds to nothing has no sign.
    share = round(float(share), digits + 2) + 0.0
    shown = format_percent(abs(share), pattern, locale=lang)
    sign = "−" if share < 0 else "+" if signed and share > 0 else ""
    return sign + shown


def between(low: str, high: str, joint: str = "–") -> str:
    """Two ends as a span: ``4.1–5.2``, ``23.5–24.5 million`` where both have the same unit; one where they are equal."""
    if low == high:
        return low
    for cut in (" ", _NO_BREAK, "%"):
        _, mark, unit = high.partition(cut)
        if mark and low.endswith(mark + unit):
            return f"{low.removesuffix(mark + unit)}{joint}{high}"
    return f"{low}{joint}{high}"


def date(text: str, lang: str, short: bool = False) -> str:
    """A date as far as it is known (``2019``, ``2019-09``, ``2019-09-17``), in words; ``short`` cuts the name of the month."""
    import datetime

    from babel.dates import format_date, format_skeleton

    parts = [int(part) for part in str(text).split("-")]
    if len(parts) == 1:
        return str(parts[0])
    day = datetime.date(*([*parts, 1])[:3])
    if len(parts) == 2:
        return format_skeleton("yMMM" if short else "yMMMM", day, locale=lang)
    return format_date(day, "medium" if short else "long", locale="en_GB" if lang == "en" else lang)


def listed(items: Iterable[str], lang: str) -> str:
    """``a, b and c``."""
    from babel.lists import format_list

    items = list(items)
    shown = format_list(items, locale=lang) if items else ""
    if lang == "es":
        # Before the sound of i the Spanish "y" is "e".
        return re.sub(r" y (?=[ií]|hi(?![aeou]))", " e ", shown, flags=re.IGNORECASE)
    return shown


def _with_scale_word(value: float, lang: str) -> str:
    from decimal import Decimal

    from babel.core import Locale
    from babel.numbers import format_decimal

    locale = Locale(lang)
    # Spanish counts on in millions (1190 millones): its billón is another number.
    scale = 10**6 if lang == "es" else 10 ** min(12, 3 * int(math.log10(abs(value)) // 3))
    # Without an exponent: to the rules of plurals 3E+3 is another number than 3000.
    shown = Decimal(format((Decimal(repr(value)) / scale).normalize(), "f"))
    # Babel's own compact format takes the plural from the digits before they are rounded off.
    forms = locale.compact_decimal_formats["long"]
    form = forms.get(locale.plural_form(abs(shown)), forms["other"])[str(scale)]
    return format_decimal(shown, "#,##0.######", locale=lang) + form.suffix[0]


def _significant(value: float, digits: int) -> float:
    """The value rounded to so many significant digits."""
    return 0.0 if value == 0 else round(value, digits - 1 - math.floor(math.log10(abs(value))))
