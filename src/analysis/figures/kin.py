"""Which accounts are one: copies, what they retell, and other texts of the same outlet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        parents = {row.source: frozenset(row.derived_from.split()) for row in rows}
        self._outlets = {row.source: row.publisher for row in rows}
        # Asked for some hundred thousand times for one table of claims.
        self._retold = {source: _ancestors(source, parents) for source in parents}
        retelling: dict[str, set[str]] = {}
        for source, retold in self._retold.items():
            for one in retold:
                retelling.setdefault(one, set()).add(source)
        self._retelling = {source: frozenset(found) for source, found in retelling.items()}

    def retold(self, source: str) -> frozenset[str]:
        """The accounts that an account retells, and what these retell."""
        return self._retold.get(source, frozenset())

    def retelling(self, source: str) -> frozenset[str]:
        """The accounts that retell an account, or retell what retells it."""
        return self._retelling.get(source, frozenset())

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


def _ancestors(source: str, parents: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What an account retells, and what that retells."""
    found: set[str] = set()
    new = set(parents[source])
    while new := new - found:
        found |= new
        new = {parent for one in new for parent in parents.get(one, ())}
    return frozenset(found)
