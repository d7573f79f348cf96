"""Numbers of Chinese, Japanese and Korean, which count by ten thousands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from .number_expressions import MOST_DIGITS, Amount, any_form

_KANJI = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}


def by_myriads(rest: str, scales: Mapping[str, Decimal], printed_number: re.Pattern[str]) -> Amount | None:
    """A number that counts by ten thousands: 11億9000万, 1억 5천만, 10万1,394, 二十; None for anything else.

    Parameters
    ----------
    rest
        The expression, without qualifier and unit.
    scales
        The scale words with what they multiply by.
    printed_number
        Digits with marks, in groups ``whole`` and ``part``.
    """
    letters = "".join(_KANJI)
    # "万亿" is one scale word; the longest form is taken first.
    scale_word = any_form(scales, glued=True)
    token = re.compile(rf" ?(?:{printed_number.pattern}|(?P<kanji>[{letters}]+)|(?P<scale>{scale_word}))")
    # In 二十 the 十 is a digit of the number; in 2千 it is a scale word behind a printed digit.
    printed = bool(re.search(r"\d", rest))
    total = section = Decimal(0)
    number: Decimal | None = None
    place, ceiling, small_ceiling, at, decimals, scaled = (Decimal(1), Decimal("inf"), Decimal("inf"), 0, False, False)
    while at < len(rest):
        found = token.match(rest, at)
        if not found:
            return None
        at = found.end()
        if not found["scale"]:
            if number is not None or decimals:
                return None
            if found["kanji"]:
                number, place = Decimal("".join(str(_KANJI[letter]) for letter in found["kanji"])), Decimal(1)
            else:
                part = found["part"] or ""
                number = Decimal(re.sub(r"\D", "", found["whole"]) + (f".{part}" if part else ""))
                place, decimals = Decimal(1).scaleb(-len(part)), bool(part)
            if number >= min(ceiling, small_ceiling):
                return None
            scaled = False
            continue
        size, scaled = scales[found["scale"]], True
        if size < 10_000:
            if size >= small_ceiling:
                return None
            place = (size if number is None else place * size) if printed else Decimal(1)
            scaled = printed
            section, number, small_ceiling = section + (1 if number is None else number) * size, None, size
        else:
            section, number = section + (number or 0), None
            if not section or size >= ceiling:
                return None
            total, section, place = total + section * size, Decimal(0), place * size
            ceiling, small_ceiling = size, Decimal("inf")
    value = total + section + (number or 0)
    if not rest or value / place > 10**MOST_DIGITS:
        return None
    return Amount(int(value / place), place, decimals, not scaled and not decimals, True)
