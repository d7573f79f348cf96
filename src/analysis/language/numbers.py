"""Numbers as prose prints them: with scale words, as percentages, with signs."""

from __future__ import annotations

import math
from typing import Any

from ..errors import DataError
from .languages import language

_NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: Any, lang: str | None = None, digits: int | None = None) -> str:
    """A number as prose prints it: ``590``, ``1,234``, ``4.15``, ``24.3 million``.

    Parameters
    ----------
    value
        The number; an object with a ``value`` (a quantity) is taken for it.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.
    digits
        Significant digits at most. Default: whole numbers below a million in full, from a
        million on four digits, other numbers three.

    Raises
    ------
    DataError
        If the value is missing or not finite.

    Examples
    --------
    >>> number(24_300_000), number(24_300_000, "de").replace(chr(160), " ")
    ('24.3 million', '24,3 Millionen')
    """
    from babel.numbers import format_decimal

    value, lang = float(getattr(value, "value", value)), language(lang)
    if not math.isfinite(value):
        raise DataError("there is no number to print; leave the place out, or say that there is no figure.")
    if abs(value) >= 999_999.5:
        return _with_scale_word(_significant(value, digits or 4), lang)
    if value == round(value) and digits is None:
        return format_decimal(int(value), locale=lang)
    shown = _significant(value, digits or 3)
    if abs(shown) >= 100:
        shown = round(shown)
    return format_decimal(shown, "#,##0.######", locale=lang)


def fixed(value: float, decimals: int, lang: str | None = None) -> str:
    """A number with so many decimals, for columns in which they stand below one another: ``0.50`` beside ``1.25``."""
    from babel.numbers import format_decimal

    return format_decimal(value, "#,##0" + ("." + "0" * decimals if decimals else ""), locale=language(lang))


def counted(value: Any, label: str, lang: str | None = None) -> str:
    """A number with what it counts: ``24.3 million studies``, ``24,3 millones de estudios``."""
    value, lang = float(getattr(value, "value", value)), language(lang)
    shown = number(value, lang)
    if abs(value) >= 999_999.5 and lang in ("es", "fr"):
        elided = lang == "fr" and label[:1].lower() in "aeiouyéèêh"
        return f"{shown} {'d’' if elided else 'de '}{label}"
    return f"{shown} {label}"


def percent(share: float, lang: str | None = None, digits: int = 0, signed: bool = False) -> str:
    """A share as a percentage: ``0.564`` is ``56%`` in English, ``56 %`` elsewhere; ``+56%`` if ``signed``.

    Parameters
    ----------
    share
        The share, 1 for the whole.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.
    digits
        Decimals at most.
    signed
        Whether a plus sign stands before what is above zero.

    Examples
    --------
    >>> percent(0.564), percent(0.564, digits=1), percent(-0.03, "en", signed=True)
    ('56%', '56.4%', '−3%')
    """
    from babel.numbers import format_percent

    lang = language(lang)
    pattern = "#,##0" + ("." + "#" * digits if digits else "") + ("%" if lang == "en" else f"{_NO_BREAK}%")
    # A number that rounds to nothing has no sign.
    share = round(float(share), digits + 2) + 0.0
    shown = format_percent(abs(share), pattern, locale=lang)
    sign = "−" if share < 0 else "+" if signed and share > 0 else ""
    return sign + shown


def signed(value: float, lang: str) -> str:
    """A number of three digits, with a true minus sign."""
    return number(value, lang, 3).replace("-", "−")


def p_value(p: float, lang: str) -> str:
    """``= 0.29``, ``< 0.001``; nothing where there is no test."""
    if p != p:
        return ""
    return "< " + number(0.001, lang) if p < 0.001 else "= " + number(p, lang, 2)


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
