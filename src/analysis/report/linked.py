"""All figures of your own surveys as one system: what they count, and every relation by which one reveals another.

A figure belongs to a *cell*: one place, one measure, one class of what was found, one time of counting, one survey.
Relations come from the data model (totals and places, repeated counts, shares) and, where the model does not say that
one count is made of others, from the numbers themselves: a relation that holds wherever it can be looked at is one that
a reader may know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..figures.measures import kinds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..figures.survey import Figure, Survey

#: So far may a hidden number lie from what it is, in multiples of it; no rule asks for more.
ROOM = 20
#: The kind of a part that a sum may lack: where it need not, a reader may think that it does not.
MAYBE = "maybe"
_SMALL_BY_WORD = ("less than", "up to")
_PLAIN = re.compile(r"[\d.,'’\s]+")


class Column(NamedTuple):
    """What a row of places counts: one survey's measure, of one class, at one time."""

    survey: str
    sense: str
    asset: str
    scan_from: str
    scan_to: str


@dataclass(slots=True)
class Cell:
    """One count or share, as all rows that agree on it say it.

    Attributes
    ----------
    column, place_id, kind, parent, name
        What it is of; ``kind`` as in the panel, or ``rest``, ``slack`` where nothing is printed.
    value, low, high
        The number, and what its printing allows; of a count, the first and last whole numbers.
    group
        Cells of one group are withheld together; -1: printed nowhere.
    small
        Whether a rule withholds it.
    whole
        Whether it is whole.
    least
        What a reader knows about it where it is withheld.
    plain
        Whether it is printed in digits alone: however round, a reader may take it as it stands.
    """

    column: Column
    place_id: str
    kind: str
    parent: str | None
    name: str
    value: float
    low: float
    high: float
    group: int
    small: bool
    whole: bool = True
    least: float = 1.0
    plain: bool = False

    @property
    def exact(self) -> bool:
        """Whether its printing leaves nothing open, if it is taken as it stands."""
        return self.plain or self.low == self.high

    @property
    def first(self) -> float:
        """The least that it may be, if digits alone are taken as they stand."""
        return self.value if self.plain else self.low

    @property
    def last(self) -> float:
        """The most that it may be, if digits alone are taken as they stand."""
        return self.value if self.plain else self.high


class Relation(NamedTuple):
    """Cells, each times its number, lie together between two bounds.

    A guess yields where it contradicts the others; of several that are ``one_of``, one is true.
    """

    terms: dict[int, float]
    floor: float = 0.0
    ceiling: float = 0.0
    guess: bool = False
    one_of: bool = False


@dataclass
class Book:
    """The cells of all own surveys, by what they are of, with their relations.

    Attributes
    ----------
    cells, relations
        What there is, and how it hangs together.
    subjects
        Of each group: its column, its place, and the survey and line of each of its rows.
    counts, shares
        Column to place to cells, the best printing first; averages are among the shares.
    averages
        The columns that are a ratio of two counts and no share.
    apart
        Groups that no relation can tell of, though they are sums of others.
    """

    threshold: int
    cells: list[Cell] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    subjects: list[list[Figure]] = field(default_factory=list)
    counts: dict[Column, dict[str, list[int]]] = field(default_factory=dict)
    shares: dict[Column, dict[str, list[int]]] = field(default_factory=dict)
    averages: set[Column] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)

    def add(self, cell: Cell) -> int:
        """The number of a new cell."""
        self.cells.append(cell)
        return len(self.cells) - 1

    def hidden(self, like: Cell, kind: str, value: float, least: float = 0.0, *, whole: bool = True) -> int:
        """The number of a new cell that is printed nowhere."""
        small = whole and 0 < value < self.threshold
        return self.add(
            Cell(like.column, like.place_id, kind, None, "", value, least, math.inf, -1, small, whole, least)
        )

    def best(self, column: Column, *of_kind: str) -> list[int]:
        """The best printing of each place of these kinds in a column."""
        rows = self.counts.get(column, {}).values()
        return [found[0] for found in rows if not of_kind or self.cells[found[0]].kind in of_kind]

    def relate(
        self,
        terms: dict[int, float],
        floor: float = 0.0,
        ceiling: float = 0.0,
        *,
        guess: bool = False,
        one_of: bool = False,
    ) -> None:
        """Note a relation."""
        self.relations.append(Relation(terms, floor, ceiling, guess, one_of))

    def adds_up(self, total: int, parts: Iterable[int]) -> bool:
        """Whether a count is the sum of others, as far as their printing shows."""
        whole, added = self.cells[total], [self.cells[at] for at in parts]
        if not added:
            return False
        first, last = sum(one.first for one in added), sum(one.last for one in added)
        if first <= whole.last and last >= whole.first:
            return True
        # A total that is larger, in digits alone, may leave something for others; one that is smaller is a round one.
        if whole.exact and whole.value > last:
            return False
        return sum(one.low for one in added) <= whole.high and sum(one.high for one in added) >= whole.low

    def meets(self, one: int, other: int) -> bool:
        """Whether two counts may be one."""
        return self.cells[one].low <= self.cells[other].high and self.cells[other].low <= self.cells[one].high

    def is_sum(self, total: int, parts: Iterable[int], *, guess: bool = False, one_of: bool = False) -> None:
        """Note that a count is the sum of others; round ones may miss it by their rounding."""
        self.balance([total], list(parts), guess=guess, one_of=one_of)

    def is_whole(self, total: int, parts: list[int]) -> None:
        """Note that a count is the sum of all its parts, if it can be: if parts are inexact, one may be missing."""
        if not all(self.cells[at].exact for at in (total, *parts)):
            parts = [*parts, self.hidden(self.cells[total], MAYBE, 0.0)]
        self.is_sum(total, parts)

    def balance(self, left: list[int], right: list[int], *, guess: bool = False, one_of: bool = False) -> None:
        """Note that counts add up to the same as others; round ones may miss it by their rounding."""
        terms = {**dict.fromkeys(left, -1.0), **dict.fromkeys(right, 1.0)}
        floor = ceiling = 0.0
        ends = [(factor * self.cells[at].first, factor * self.cells[at].last) for at, factor in terms.items()]
        if sum(map(min, ends)) > 0 or sum(map(max, ends)) < 0:
            for at, factor in terms.items():
                cell = self.cells[at]
                if cell.plain:
                    below, above = cell.value - cell.low, cell.high - cell.value
                    floor -= above if factor > 0 else below
                    ceiling += below if factor > 0 else above
        self.relate(terms, floor, ceiling, guess=guess, one_of=one_of)


def book_of(surveys: Iterable[Survey], threshold: int) -> Book:
    """The cells of surveys; their relations are noted by :mod:`relations_printed`."""
    book = Book(threshold)
    kind_of = kinds()
    groups: dict[tuple[Column, str], list[Figure]] = {}
    for survey in surveys:
        for row in survey.rows:
            if kind_of[row.measure] != "money":
                column = Column(row.survey, row.sense, row.asset, row.scan_from or "", row.scan_to or "")
                groups.setdefault((column, row.place_id), []).append(row)
    for (column, place), rows in groups.items():
        kind = kind_of[rows[0].measure]
        share = kind in ("share", "average")
        if kind == "average":
            book.averages.add(column)
        cells = _cells(book, column, place, rows, share)
        target = book.shares if share else book.counts
        target.setdefault(column, {})[place] = cells
    return book


def _cells(book: Book, column: Column, place: str, rows: list[Figure], share: bool) -> list[int]:
    """The cells of one subject: one, or several where its rows contradict each other."""
    group = len(book.subjects)
    book.subjects.append(rows)
    ordered = sorted(rows, key=lambda row: (row.tier != "primary", row.high - row.low, row.line))
    found: list[Cell] = []
    for row in ordered:
        low, high, value = (row.low, row.high, row.value) if share else _whole_limits(row)
        same = next((cell for cell in found if low <= cell.high and high >= cell.low), None)
        small = not share and _is_small(row, value, high, book.threshold)
        if same is not None:
            same.low, same.high, same.small = max(same.low, low), min(same.high, high), same.small or small
            stated = value if row.low == row.high else same.value
            same.value = min(max(stated, same.low), same.high)
            same.plain = same.value == stated and (same.plain or row.low == row.high)
            continue
        plain = not share and row.qualifier is None and _PLAIN.fullmatch(row.figure) is not None
        found.append(
            Cell(
                column, place, row.place_kind, row.parent, row.place, value, low, high, group, small, not share,
                plain=plain or (low == high and not share),
            )
        )  # fmt: skip
    return [book.add(cell) for cell in found]


def _whole_limits(row: Figure) -> tuple[float, float, float]:
    """The first and the last whole number that a count's printing allows, and the count."""
    if row.low == row.high:
        return row.low, row.high, row.value
    low, high = math.ceil(row.low - 1e-9), math.floor(row.high + 1e-9)
    # An interval of rounding ends before its high end: fewer than 3 is 2 at most.
    if high == row.high and high > max(low, row.value if row.qualifier != "less than" else low):
        high -= 1
    value = min(max(round(row.value), low), high) if low <= high else row.value
    if low > high:
        return row.low, row.high, row.value
    return max(low, 1.0) if value >= 1 else low, high, float(value)


def _is_small(row: Figure, value: float, high: float, threshold: int) -> bool:
    """Whether a count is below the threshold, or printed as one that may be: fewer than 5."""
    if row.qualifier in _SMALL_BY_WORD:
        return row.low < threshold and high > 0 and high < 10 * threshold
    return 0 < value < threshold


def table_of(book: Book, columns: list[Column]) -> tuple[list[str], NDArray[np.float64], NDArray[np.int64]]:
    """Columns over places.

    Returns
    -------
    tuple
        The places; value, low, high of each column at each place (missing where there is none), and whether it is
        exact, an array of 4 × columns × places; and the numbers of the cells, -1 where there is none.
    """
    import numpy as np

    places = sorted({place for column in columns for place in book.counts[column]})
    where = {place: at for at, place in enumerate(places)}
    numbers = np.full((4, len(columns), len(places)), np.nan)
    cells = np.full((len(columns), len(places)), -1)
    for row, column in enumerate(columns):
        for place, found in book.counts[column].items():
            cell = book.cells[found[0]]
            numbers[:, row, where[place]] = cell.value, cell.first, cell.last, cell.exact
            cells[row, where[place]] = found[0]
    return places, numbers, cells
