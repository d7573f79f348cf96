"""What charts, tables and findings print: the numbers of `figures.wording`, dates, and the sentences of the catalogue."""

from __future__ import annotations

import functools
import math
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path

from ..errors import DataError
from ..figures import wording

LANGUAGES = wording.LANGUAGES


def language(lang: str | None = None) -> str:
    """The language to write in: the one given, else ``EXPOSURE_LANG``, else English.

    Raises
    ------
    DataError
        If the package does not write in that language.
    """
    return wording.checked(lang or os.environ.get("EXPOSURE_LANG") or "en")


@functools.cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def say(key: str, lang: str | None = None, **values: object) -> str:
    """A sentence of the catalogue in a language, with its values filled in.

    A value that is a number is written by :func:`number`. A key ``x`` may have a form ``x.one``
    in the catalogue, used if the value ``n`` is 1.
    """
    lang = language(lang)
    entry = _catalogue()[key]
    text = entry[lang]
    if values.get("n") == 1 and f"{lang}_one" in entry:
        text = entry[f"{lang}_one"]
    written = {
        name: number(value, lang) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    return text.format_map(written)


def number(value: float, lang: str | None = None, digits: int | None = None) -> str:
    """A number as prose prints it: ``590``, ``1,234``, ``4.15``, ``24.3 million``.

    Parameters
    ----------
    value
        The number; an object with a ``value`` (a quantity) is taken for it.
    lang
        ``en``, ``es``, ``de`` or ``fr``.
    digits
        Significant digits at most. Default: whole numbers below a million in full, from a
        million on four digits, other numbers three.

    Raises
    ------
    DataError
        If the value is missing or not finite.
    """
    value = float(getattr(value, "value", value))
    if not math.isfinite(value):
        raise DataError("there is no number to print; leave the place out, or say that there is no figure.")
    return wording.number(value, language(lang), digits)


def fixed(value: float, decimals: int, lang: str | None = None) -> str:
    """A number with so many decimals, for columns in which they stand below one another: ``0.50`` beside ``1.25``."""
    from babel.numbers import format_decimal

    return format_decimal(value, "#,##0" + ("." + "0" * decimals if decimals else ""), locale=language(lang))


def counted(value: float, label: str, lang: str | None = None) -> str:
    """A number with what it counts: ``24.3 million studies``, ``24,3 millones de estudios``."""
    return wording.counted(float(getattr(value, "value", value)), label, language(lang))


def percent(share: float, lang: str | None = None, digits: int = 0) -> str:
    """A share as a percentage: ``0.564`` is ``56%`` in English and ``56 %`` elsewhere."""
    return wording.percent(share, language(lang), digits)


def interval(low: float, high: float, lang: str | None = None, digits: int | None = None) -> str:
    """An interval: ``4.1–5.2``, or ``23.5–24.5 million`` where both ends have the scale word."""
    return wording.between(number(low, lang, digits), number(high, lang, digits))


def date(text: str, lang: str | None = None, short: bool = False) -> str:
    """A date as far as it is known (``2019``, ``2019-09``, ``2019-09-17``), in words; ``short`` cuts the name of the month."""
    return wording.date(text, language(lang), short)


def period(first: str, last: str, lang: str | None = None) -> str:
    """A span of time: ``July 2019 to September 2019``; one date where both are the same."""
    lang = language(lang)
    known = [text for text in dict.fromkeys((first, last)) if isinstance(text, str) and text]
    if len(known) == 2 and known[1].startswith(known[0]):
        known = known[1:]
    if len(known) == 2:
        return say("period", lang, first=date(known[0], lang), last=date(known[1], lang))
    return date(known[0], lang) if known else ""


def pair(low: float, high: float, lang: str | None = None) -> tuple[str, str]:
    """Two numbers for one sentence, the scale word only after the second: ``13.7`` and ``24.3 million``."""
    low, high = number(low, lang), number(high, lang)
    return wording.between(low, high, joint="\n").partition("\n")[0], high


def listed(items: Iterable[str], lang: str | None = None, most: int | None = None) -> str:
    """``a, b and c``; beyond ``most`` items ``a, b and 5 more``."""
    lang, items = language(lang), [str(item) for item in items]
    if most is not None and len(items) > most:
        items = [*items[:most], say("more", lang, n=len(items) - most)]
    return wording.listed(items, lang)


def sentence(text: str) -> str:
    """The text with a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]
