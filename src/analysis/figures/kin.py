"""Which accounts are one: copies, what they retell, and other texts of the same outlet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Kin:
    """The accounts in a survey's folder, and which of them bear out nothing that another says.

    A copy agrees with its original, which proves nothing; nor does an outlet that repeats itself.

    Parameters
    ----------
    sources
        The rows of ``sources.csv``.
    """

    def __init__(self, sources: Iterable[Any]) -> None:
        rows = [row for row in sources if row.tier == "secondary"]
        self._parents = {row.source: frozenset(row.derived_from.split()) for row in rows}
        self._outlets = {row.source: row.publisher for row in rows}

    def retold(self, source: str) -> frozenset[str]:
        """The accounts that an account retells, and what these retell."""
        found: set[str] = set()
        new = set(self._parents.get(source, ()))
        while new := new - found:
            found |= new
            new = {parent for one in new for parent in self._parents.get(one, ())}
        return frozenset(found)

    def retelling(self, source: str) -> frozenset[str]:
        """The accounts that retell an account, or retell what retells it."""
        return frozenset(one for one in self._parents if source in self.retold(one))

    def same_outlet(self, source: str) -> frozenset[str]:
        """The other accounts of an account's publisher."""
        outlet = self._outlets.get(source)
        return frozenset(one for one, other in self._outlets.items() if outlet and other == outlet and one != source)

    def families(self, sources: Iterable[str]) -> int:
        """How many accounts there are when those that are one are counted once."""
        left, families = set(sources), 0
        while left:
            new = {left.pop()}
            families += 1
            while new:
                one = new.pop()
                near = left & (self.retold(one) | self.retelling(one) | self.same_outlet(one))
                left -= near
                new |= near
        return families
