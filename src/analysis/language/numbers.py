"""Numbers as prose prints them: with scale words, as percentages, with signs."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from ..errors import DataError
from .languages import language

_NO_BREAK = "\N{NO-BREAK SPACE}"
#: From here on a number has a scale word: what rounds to a million.
_MILLION = 999_999.5


def number(amount: Any, lang: str | None = None, digits: int | None = None, *, written_out: bool = False) -> str:
    """A number as prose prints it: ``590``, ``1,234``, ``4.15``, ``24.3 million``.

    Parameters
    ----------
    amount
        The number; an object with a ``value`` (a quantity) is taken for it.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.
    digits
        Significant digits at most. Default: whole numbers below a million in full, from a
        million on four digits, other numbers three.
    written_out
        Whether a number of a million and more is written in digits, without a scale word.

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

    value, lang = float(getattr(amount, "value", amount)), language(lang)
    if not math.isfinite(value):
        raise DataError("there is no number to print", remedy="leave the place out, or say that there is no figure")
    if abs(value) >= _MILLION:
        if written_out:
            return format_decimal(round(_significant(value, digits or 4)), locale=lang)
        value = _significant(value, digits or 4)
        scale = scale_of(value, lang)
        # Without an exponent: to the rules of plurals 3E+3 is another number than 3000.
        shown = Decimal(format((Decimal(repr(value)) / scale).normalize(), "f"))
        return format_decimal(shown, "#,##0.######", locale=lang) + scale_word(shown, scale, lang)
    return format_decimal(rounded(value, digits)[0], "#,##0.######", locale=lang)


def rounded(value: float, digits: int | None = None, *, lone: bool = True) -> tuple[float, int, int]:
    """The value as :func:`number` rounds it, its decimals, and the decimals that its digits would allow.

    Parameters
    ----------
    value
        The number, in its scale.
    digits
        Significant digits at most. Default: whole numbers in full, others three.
    lone
        Whether it stands without a scale word: from a hundred on it has then no decimals.
    """
    if value == round(value) and digits is None:
        return round(value), 0, max(0, 2 - _magnitude(value))
    shown = _significant(value, digits or 3)
    if lone and abs(shown) >= 100:
        shown = round(shown)
    exponent = Decimal(repr(float(shown))).normalize().as_tuple().exponent
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    return shown, own, max(own, 0 if lone and abs(shown) >= 100 else (digits or 3) - 1 - _magnitude(shown))


def scale_of(value: float, lang: str) -> int:
    """What the scale word of a number stands for: 1 below a million, which has none."""
    if abs(value) < _MILLION:
        return 1
    # Spanish counts on in millions (1190 millones): its billón is another number.
    return 10**6 if lang == "es" else 10 ** min(12, 3 * int(math.log10(abs(value) * (1 + 1e-6)) // 3))


def scale_word(shown: float | Decimal, scale: int, lang: str) -> str:
    """The scale word with the space before it, in the number that ``shown`` asks for; nothing for a scale of 1."""
    from babel.core import Locale

    if scale == 1:
        return ""
    locale = Locale(lang)
    # Babel's own compact format takes the plural from the digits before they are rounded off.
    forms = locale.compact_decimal_formats["long"]
    form = forms.get(locale.plural_form(abs(Decimal(str(shown)))), forms["other"])[str(scale)]
    # A line must not break between a number and its word; English prose and its readers expect a plain space.
    return str(form.suffix[0]) if lang == "en" else str(form.suffix[0]).replace(" ", _NO_BREAK)


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


def percent(
    share: float, lang: str | None = None, decimals: int = 0, signed: bool = False, least_decimals: int = 0
) -> str:
    """A share as a percentage: ``0.564`` is ``56%`` in English, ``56 %`` elsewhere; ``+56%`` if ``signed``.

    Parameters
    ----------
    share
        The share, 1 for the whole.
    lang
        ``en``, ``es``, ``de`` or ``fr``. Default: ``EXPOSURE_LANG``, else English.
    decimals
        Decimals at most.
    signed
        Whether a plus sign stands before what is above zero.
    least_decimals
        Decimals at least.

    Raises
    ------
    DataError
        If the share is missing.

    Examples
    --------
    >>> percent(0.564), percent(0.564, decimals=1), percent(-0.03, "en", signed=True)
    ('56%', '56.4%', '−3%')
    """
    from babel.numbers import format_percent

    lang = language(lang)
    if math.isnan(share):
        raise DataError("there is no share to print", remedy="leave the place out, or say that there is no figure")
    pattern = (
        "#,##0"
        + ("." + "0" * least_decimals + "#" * (decimals - least_decimals) if decimals else "")
        + ("%" if lang == "en" else f"{_NO_BREAK}%")
    )
    # A number that rounds to nothing has no sign.
    share = round(float(share), decimals + 2) + 0.0
    shown = format_percent(abs(share), pattern, locale=lang)
    sign = "−" if share < 0 else "+" if signed and share > 0 else ""
    return sign + shown


def points(difference: float, lang: str | None = None) -> str:
    """A difference of two shares in percentage points, with its sign: ``+18.5``, ``−1.5``."""
    shown = percent(difference, lang, decimals=1, signed=True, least_decimals=1)
    return shown.rstrip(f"%{_NO_BREAK}")


def percent_decimals(share: float, digits: int) -> int:
    """How many decimals :func:`percent` gives a share, of ``digits`` at most."""
    exponent = Decimal(repr(round(100 * float(share), digits))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def signed(value: float, lang: str, digits: int = 3) -> str:
    """A number of three digits, or as many as are asked for, with a true minus sign."""
    return number(value, lang, digits).replace("-", "−")


def chance(p: float, lang: str) -> str:
    """A p-value in a column of them, where they stand below one another: ``0.290``, ``< 0.001``."""
    return "< " + number(0.001, lang) if p < 0.001 else fixed(p, 3, lang)


def p_value(p: float, lang: str) -> str:
    """``= 0.29``, ``< 0.001``; nothing where there is no test."""
    if p != p:
        return ""
    return "< " + number(0.001, lang) if p < 0.001 else "= " + number(p, lang, 2)


def _significant(value: float, digits: int) -> float:
    """The value rounded to so many significant digits."""
    return 0.0 if value == 0 else round(value, digits - 1 - _magnitude(value))


def _magnitude(value: float) -> int:
    """The power of ten of the first digit; 0 for zero."""
    return math.floor(math.log10(abs(value))) if value else 0
