"""Two numbers as a span: what both ends share is said once."""

from __future__ import annotations

from .catalogue import say
from .numbers import number, signed

_NO_BREAK = "\N{NO-BREAK SPACE}"


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
    """An interval: ``4.1–5.2``, or ``23.5–24.5 million`` where both ends have the scale word."""
    return between(number(low, lang, digits), number(high, lang, digits))


def span(low: float, high: float, lang: str) -> str:
    """``0.49 to 0.65``; one number where both ends read alike; an open end as such."""
    joint = say("to", lang, family="words")
    return between(_end(low, lang), _end(high, lang), joint=f" {joint} ")


def pair(low: float, high: float, lang: str | None = None) -> tuple[str, str]:
    """Two numbers for one sentence, the scale word only after the second: ``13.7`` and ``24.3 million``."""
    first, last = number(low, lang), number(high, lang)
    return between(first, last, joint="\n").partition("\n")[0], last


def _end(number: float, lang: str) -> str:
    if abs(number) == float("inf"):
        return "∞" if number > 0 else "−∞"
    return "?" if number != number else signed(number, lang)
