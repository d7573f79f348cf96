"""What a printed number says: digits with their last place, a fraction in words, a qualifier and a unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ..errors import DataError

#: A letter of any script, as a pattern.
LETTER = r"[^\W\d_]"
#: The longest text that is looked at; a number expression is shorter by far.
LONGEST = 120
#: No count has more digits, and with them all reckoning stays exact in floats.
MOST_DIGITS = 14
#: What words before or behind a number may say about it (sections of ``numerals.toml``, with ``_``).
QUALIFIERS = ("about", "more than", "at least", "nearly", "less than", "up to")
#: What a number may be if it is not a count.
UNITS = ("share", "change", "ratio", "rank")
#: What stands in a cell that has no number.
EMPTY = frozenset({"nan", "none", "null", "n/a", "na", "-", "–"})
_DIGIT_BLOCKS = (0x0660, 0x06F0, 0x0966, 0x0C66, 0xFF10)  # Arabic, Persian, Devanagari, Telugu, full width
_SAME = str.maketrans(
    {chr(block + digit): str(digit) for block in _DIGIT_BLOCKS for digit in range(10)}
    | dict.fromkeys(
        "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    )
    | dict.fromkeys("\u200b\u200e\u200f\u061c\u2060\ufeff", "")
    | dict.fromkeys("’‘ʼ´`＇′", "'")
    | dict.fromkeys("‐‑−－", "-")
    | {"،": ",", "٬": ",", "٫": ".", "，": ",", "．": ".", "％": "%", "＋": "+", "＄": "$", "～": "~"}
)


@dataclass(frozen=True)
class Amount:
    """A number as printed: ``coefficient`` × ``place``, the place being that of the last printed digit."""

    coefficient: int
    place: Decimal = Decimal(1)
    decimals: bool = False
    full: bool = True  # an integer printed in full, without a scale word
    myriads: bool = False  # counted by ten thousands, so that 3 million is 300万

    @property
    def value(self) -> Decimal:
        """The number itself."""
        return self.coefficient * self.place

    def times(self, factor: Decimal) -> Amount:
        """The number in other units (percent, times): no longer a count that could be exact."""
        return replace(self, place=self.place * factor, full=False)


@dataclass(frozen=True)
class Part:
    """A simple fraction in words: ``a third``, ``one in ten``."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction:
        """The fraction itself."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True)
class Expression:
    """A number expression taken apart: one number, or the two ends of a range."""

    numbers: tuple[Amount | Part, ...]
    qualifier: str = ""
    unit: str = ""
    currency: str | None = None


def tidy(text: str) -> str:
    """The text with one kind of space, quote, hyphen and digit, in lower case."""
    plain = unicodedata.normalize("NFC", text).translate(_SAME).lower()
    return re.sub(" +", " ", plain).strip()


def unreadable(text: str, why: str, remedy: str, piece: str = "", *, settled: bool = True) -> DataError:
    """The error for a text that is not a figure, with the position of the piece that is at fault.

    ``settled`` is false if another language might read the text.
    """
    shown = text if len(text) <= 60 else text[:57] + "…"
    position = max(text.lower().find(piece), 0) if piece else 0
    return DataError(f"{shown!r} {why}", remedy=remedy, text=text, position=position, readings=[], settled=settled)


def any_form(words: Iterable[str], *, glued: bool = False) -> str:
    """A pattern for any of the words, longer ones first, never the beginning of a longer word."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    ends = [re.escape(word) + (f"(?!{LETTER})" if word[-1].isalpha() and not glued else "") for word in ordered]
    return "(?:" + "|".join(ends) + ")" if ends else "(?!)"


def digits_with_marks(decimal: str) -> re.Pattern[str]:
    """Digits with marks, where ``decimal`` is the decimal mark: any grouping that exists, nothing else."""
    point, group = re.escape(decimal), re.escape("," if decimal == "." else ".")
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+" for mark in (group, " ", "'"))
    indian = r"|[1-9]\d?(?:,\d{2})+,\d{3}" if decimal == "." else ""
    return re.compile(rf"(?P<whole>{grouped}{indian}|[1-9]\d*|0)(?:{point}(?P<part>\d+))?(?![.,' ]?\d)")
