"""Two numbers as a span: both ends in one unit and with like decimals; what they share is said once."""

from __future__ import annotations

import math

from . import numbers
from .catalogue import say
from .languages import language
from .numbers import fixed, number, percent, percent_decimals, rounded, scale_of, scale_word

_NO_BREAK = "\N{NO-BREAK SPACE}"
#: An end below this part of the scale word of the other one would be all zeros in it: both are then written out.
_SMALLEST_PART = 0.005


def between(low: str, high: str, joint: str = "–") -> str:
    """Two ends as a span: ``4.1–5.2``, ``23.5–24.5 million`` if both have the same unit; one if they are equal."""
    if low == high:
        return low
    for cut in (" ", _NO_BREAK, "%"):
        _, mark, unit = high.partition(cut)
        if mark and low.endswith(mark + unit):
            return f"{low.removesuffix(mark + unit)}{joint}{high}"
    return f"{low}{joint}{high}"


def interval(low: float, high: float, lang: str | None = None, digits: int | None = None) -> str:
    """An interval; the scale word of the larger end holds for both.

    Examples
    --------
    >>> interval(4, 5.83), interval(23_500_000, 24_500_000), interval(184_500, 922_500_000), interval(496, 6_880_000)
    ('4.00–5.83', '23.5–24.5 million', '0.1845–922.5 million', '496–6,880,000')
    """
    return between(*_ends(low, high, language(lang), digits))


def span(low: float, high: float, lang: str, digits: int = 3) -> str:
    """``0.49 to 0.65``; one number where both ends read alike; an open end as such."""
    joint = f" {say('to', lang, family='words')} "
    if not (math.isfinite(low) and math.isfinite(high)):
        return between(_end(low, lang), _end(high, lang), joint)
    first, last = _ends(low, high, lang, digits)
    return between(first.replace("-", "−"), last.replace("-", "−"), joint)


def percent_interval(
    low: float, high: float, lang: str | None = None, digits: int = 0, *, signed: bool = False, joint: str = "–"
) -> str:
    """Two shares as percentages with like decimals.

    Examples
    --------
    >>> percent_interval(0.801, 0.96, "en", 1), percent_interval(0.5, 0.75, "en", 1)
    ('80.1–96.0%', '50–75%')
    """
    lang = language(lang)
    least = max(percent_decimals(share, digits) for share in (low, high))
    first, last = (percent(share, lang, digits, signed, least) for share in (low, high))
    return between(first, last, joint)


def pair(low: float, high: float, lang: str | None = None) -> tuple[str, str]:
    """Two numbers for one sentence, the scale word only after the second: ``13.7`` and ``24.3 million``."""
    first, last = number(low, lang), number(high, lang)
    return between(first, last, joint="\n").partition("\n")[0], last


def _ends(low: float, high: float, lang: str, digits: int | None) -> tuple[str, str]:
    """Both ends in words, in one scale; an end has as many decimals as the other one, if its digits allow them."""
    scale = scale_of(max(abs(low), abs(high)), lang)
    smaller = min(abs(low), abs(high))
    if scale > 1 and 0 < smaller < _SMALLEST_PART * scale:
        return number(round(low), lang, written_out=True), number(round(high), lang, written_out=True)
    if scale > 1:
        digits = digits or 4
    shown = [rounded(end / scale, digits, lone=scale == 1) for end in (low, high)]
    most = max(decimals for _, decimals, _ in shown)
    first, last = (fixed(end, max(own, min(most, room)), lang) for end, own, room in shown)
    word = scale_word(shown[1][0], scale, lang)
    return first + word, last + word


def _end(value: float, lang: str) -> str:
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "−∞"
    return "?" if value != value else numbers.signed(value, lang)
