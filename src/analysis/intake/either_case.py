"""Patterns for capital and small letters alike, looked for in small letters alone: several times as quick."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """Where a pattern is found, and the name of the last group of it that took part."""

    start: int
    end: int
    group: str


class EitherCase:
    """A pattern that is found in either case of letters."""

    def __init__(self, form: str) -> None:
        self.pattern = form
        self._either = re.compile(form, re.IGNORECASE)
        # What an escape in a capital letter means is not what it means in a small one.
        self._small = None if re.search(r"\\[A-Z]", form) else re.compile(form.lower().replace("(?p<", "(?P<"))

    def spans(self, text: str, small: str = "") -> list[Span]:
        """Where the pattern is found; ``small`` is the text in small letters, where that is at hand."""
        pattern, looked_at = self._quicker(text, small or text.lower())
        return [Span(one.start(), one.end(), one.lastgroup or "") for one in pattern.finditer(looked_at)]

    def is_in(self, text: str) -> bool:
        """Whether the pattern is found at all."""
        pattern, looked_at = self._quicker(text, text.lower())
        return pattern.search(looked_at) is not None

    def _quicker(self, text: str, small: str) -> tuple[re.Pattern[str], str]:
        # A few letters are longer in the other case, and would move what stands behind them.
        return (self._small, small) if self._small is not None and len(small) == len(text) else (self._either, text)
