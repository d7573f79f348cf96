"""Checks whether a key occurs twice among millions of rows, without holding the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .counts import Chunk

#: Days of a leap year.
_DAYS = 366
#: Bytes that may be spent: one for each place, measure and day of a monitor's year.
_BUDGET = 2**28


class Keys:
    """The keys (day, place, measure) of the rows seen so far, by monitor and year.

    A byte for each combination that is possible tells whether it was seen; the number of bytes set is compared with the
    number of rows. Where that would take too much memory (hundreds of thousands of places), nothing is known and
    :attr:`sure` is False.
    """

    def __init__(self) -> None:
        self.sure = True
        self._pairs = np.full((256, 32), -1, dtype=np.int32)
        self._known = 0
        self._seen: dict[tuple[int, int], np.ndarray] = {}
        self._rows: dict[tuple[int, int], int] = {}

    def add(self, part: tuple[int, int], rows: Chunk, day_of_year: np.ndarray) -> None:
        """Rows of one monitor and year, with the day of the year of each, from 0."""
        if not self.sure:
            return
        pairs = self._numbered(rows.place, rows.measure)
        seen = self._seen.get(part)
        if seen is None or len(seen) < self._known * _DAYS:
            room = self._known * 5 // 4 * _DAYS
            if sum(map(len, self._seen.values())) + room > _BUDGET:
                self.sure = False
                self._seen.clear()
                return
            grown = np.zeros(room, dtype=bool)
            if seen is not None:
                grown[: len(seen)] = seen
            seen = self._seen[part] = grown
        seen[pairs * _DAYS + day_of_year] = True
        self._rows[part] = self._rows.get(part, 0) + len(rows)

    def parts_repeated(self) -> list[tuple[int, int]]:
        """The monitors and years in which some key stands twice."""
        return [part for part, seen in self._seen.items() if np.count_nonzero(seen) < self._rows[part]]

    def _numbered(self, place: np.ndarray, measure: np.ndarray) -> np.ndarray:
        """A number for each pair of place and measure, in the order in which they came."""
        needed = int(place.max()) + 1, int(measure.max()) + 1
        if needed[0] > self._pairs.shape[0] or needed[1] > self._pairs.shape[1]:
            shape = [
                max(have, 2 * need) if need > have else have
                for have, need in zip(self._pairs.shape, needed, strict=True)
            ]
            grown = np.full(shape, -1, dtype=np.int32)
            grown[: self._pairs.shape[0], : self._pairs.shape[1]] = self._pairs
            self._pairs = grown
        flat, index = self._pairs.reshape(-1), place * np.int32(self._pairs.shape[1]) + measure
        pairs = flat[index]
        if (new := pairs < 0).any():
            fresh = np.unique(index[new])
            flat[fresh] = np.arange(self._known, self._known + len(fresh), dtype=np.int32)
            self._known += len(fresh)
            pairs = flat[index]
        return np.asarray(pairs)
