"""What a text must hold so that a pattern can be found in it: one of a few short pieces of words.

A sentence is read with some hundred patterns of its language and holds hardly any of what they look for. So its words
are asked first, each once for all patterns together: whether a piece that a pattern needs stands in it. Which pieces a
pattern needs is worked out from the pattern itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: No piece is longer, and no pattern may need one of more pieces than these.
_LONGEST, _MOST = 7, 800
#: So many words of a language are kept in mind.
_MOST_KEPT = 1 << 16
#: So many letters may stand in one place of a piece.
_MOST_LETTERS = 10
#: Where a word begins and ends.
_BEGIN, _END = "\1", "\2"
#: A piece that stands in no text.
_NEVER = "\3"
#: A text taken apart: letters that follow each other, digits, and every other sign but a blank by itself.
_RUN = re.compile(r"[^\W\d]+|\d|[^\w\s]")
_WORD = re.compile(r"\w")
#: The pieces of which one must stand in the text; None where nothing is known.
_Pieces = frozenset[str] | None


class Required:
    """The pieces that many patterns need, asked of the words of a text all at once."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._bits: dict[str, int] = {}
        self._always = 0  # the patterns of which nothing is known
        for nth, form in enumerate(forms):
            needed = required_pieces(form)
            if needed is None:
                self._always |= 1 << nth
            for piece in needed or ():
                self._bits[piece] = self._bits.get(piece, 0) | 1 << nth
        self._met: dict[str, int] = {}  # what each word that was met may belong to; it grows while texts are read

    def held(self, small: str) -> int:
        """The patterns that may be found in a text in small letters: one bit each, in the order of the patterns."""
        held = self._always
        for run in _RUN.findall(small):
            told = self._met.get(run)
            if told is None:
                told = self._look(run)
                if len(self._met) < _MOST_KEPT:
                    self._met[run] = told
            held |= told
        return held

    def _look(self, run: str) -> int:
        told = "0" if run.isdecimal() else f"{_BEGIN}{run}{_END}" if _WORD.match(run) else run
        held = 0
        for start in range(len(told)):
            for end in range(start + 1, min(start + _LONGEST, len(told)) + 1):
                held |= self._bits.get(told[start:end], 0)
        return held


def required_pieces(form: str) -> frozenset[str] | None:
    """The pieces of which one stands in every text, in small letters, where a pattern is found; None if unknown."""
    found = _best(list(parser.parse(form, re.IGNORECASE)), False, False)
    return found if found is None or len(found) <= _MOST else None


def _best(parts: Sequence[Any], begins: bool, ends: bool) -> _Pieces:
    """The best pieces of a sequence; whether a word can only begin before it, and only end behind it."""
    parts = [part for part in parts if not _is_empty(part)]
    found: list[frozenset[str]] = []
    at, fresh = 0, begins
    while at < len(parts):
        if _is_border(parts[at]):
            if signs := _signs(parts[at]):
                found.append(signs)
            at, fresh = at + 1, True
            continue
        run = list(itertools.takewhile(bool, (_letters(part) for part in parts[at:])))
        last = at + max(len(run), 1)
        closed = _is_border(parts[last]) if last < len(parts) else ends
        inner = _written(run, fresh, closed) if run else _within(parts[at], fresh, closed)
        if inner is not None:
            found.append(inner)
        at, fresh = last, False
    return max(found, key=_worth, default=None)


def _worth(needed: frozenset[str]) -> tuple[int, int]:
    """How seldom one of some pieces stands in a text: letters are rarer than marks, and marks than digits."""
    return min(0 if one == "0" else len(one) for one in needed), -len(needed)


def _written(run: list[frozenset[str]], begins: bool, ends: bool) -> frozenset[str]:
    """The pieces that letters one after the other make; digits are words of their own."""
    if run[0] == {"0"}:
        return frozenset("0")
    size = next((nth for nth, letters in enumerate(run) if letters == {"0"}), len(run))
    marks = [
        *([frozenset(_BEGIN)] if begins else []),
        *run[:size],
        *([frozenset(_END)] if ends or size < len(run) else []),
    ]
    chosen = marks[:_LONGEST]
    while len(chosen) > 1 and _times(chosen) > 100:
        chosen.pop()
    return frozenset(map("".join, itertools.product(*chosen)))


def _times(chosen: list[frozenset[str]]) -> int:
    product = 1
    for letters in chosen:
        product *= len(letters)
    return product


def _within(part: Any, begins: bool, ends: bool) -> _Pieces:
    """What a group, a repetition or one of several alternatives needs."""
    kind, value = part
    if kind is sre.FAILURE:
        return frozenset(_NEVER)
    if kind is sre.SUBPATTERN:
        return _best(value[-1], begins, ends)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _best(value[2], begins, False) if value[0] else None
    if kind is sre.BRANCH:
        told = [_best(one, begins, ends) for one in value[1]]
        return None if None in told else frozenset().union(*(one for one in told if one))
    return None


def _letters(part: Any) -> frozenset[str]:
    """The letters or digits, in small letters, of which a part is one; none if it may be something else."""
    signs = _any_sign(part)
    return signs if signs and all(one.isalnum() or one == "_" for one in signs) and _alike(signs) else frozenset()


def _alike(signs: frozenset[str]) -> bool:
    return signs == {"0"} or "0" not in signs


def _signs(part: Any) -> frozenset[str]:
    """The marks of which a part is one; none if it may be a blank, or has no width."""
    signs = _any_sign(part)
    return frozenset() if any(one.isspace() for one in signs) else signs


def _any_sign(part: Any) -> frozenset[str]:
    kind, value = part
    found: set[str] = set()
    for one, told in [(kind, value)] if kind is not sre.IN else value:
        if one is sre.LITERAL:
            found.add(chr(told).lower())
        elif one is sre.RANGE and told[1] - told[0] < _MOST_LETTERS:
            found |= {chr(code).lower() for code in range(told[0], told[1] + 1)}
        elif one is sre.CATEGORY and told is sre.CATEGORY_DIGIT:
            found.add("0")
        elif one is sre.CATEGORY and told is sre.CATEGORY_SPACE:
            found.add(" ")
        else:
            return frozenset()
    found = {"0" if one.isdecimal() else one for one in found}
    return frozenset(found) if len(found) <= _MOST_LETTERS and all(len(one) == 1 for one in found) else frozenset()


def _is_border(part: Any) -> bool:
    """Whether no word goes on through a part: a blank or mark, or that no letter stands beside it."""
    kind, value = part
    if kind is sre.AT:
        return bool(value is sre.AT_BOUNDARY)
    if kind is sre.ASSERT_NOT:
        return True
    signs = _any_sign(part)
    return bool(signs) and not any(one.isalnum() or one == "_" for one in signs)


def _is_empty(part: Any) -> bool:
    """Whether a part has no width and tells nothing of where words end."""
    kind, value = part
    if kind is sre.ASSERT_NOT:
        inner = list(value[1])
        plain = len(inner) == 1 and inner[0][0] is sre.IN
        return not (plain and (sre.CATEGORY, sre.CATEGORY_WORD) in inner[0][1])
    return kind is sre.ASSERT or (kind is sre.AT and value is not sre.AT_BOUNDARY)
