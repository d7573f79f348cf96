"""A pattern that is found nowhere, without a look at any text: it stands for those that a text cannot hold."""

from __future__ import annotations

from typing import Any


class _Nowhere:
    pattern = "(?!)"

    def search(self, *_: Any) -> None:
        """Nothing is found."""

    match = fullmatch = search

    def finditer(self, *_: Any) -> tuple[()]:
        """Nothing is found."""
        return ()

    spans = findall = finditer

    def is_in(self, _: str) -> bool:
        """It is in no text."""
        return False


NOWHERE = _Nowhere()
