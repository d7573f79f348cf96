"""The relations between what is counted: classes made of others, measures within one another, two waves.

No model says that one class is the sum of others. A sum that holds wherever it can be looked at, and by more than
chance, is one that a reader may know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from .linked import Book, Column, table_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: So many columns are looked at together by trying every sum of up to four.
MOST_COLUMNS = 24
#: So many columns are looked at for two that make up two others, whatever they are called.
MOST_PAIRED = 12
#: So many sums are looked for that are made of more columns than are tried one by one.
MOST_PARTITIONS = 3
#: So many times less likely than chance must a sum of many columns be; as a power of two.
_SURE = 6
_WORD = re.compile(r"[a-z0-9]+")
#: Words of a class that holds all others.
_ALL = frozenset({"all", "any", "total", "both", "together", "combined", "either", "sum"})
_CHANGED = re.compile(r"new|gone|removed|added|lost|left|joined|both|overlap|shared|appeared|disappeared")


def note_columns(book: Book) -> None:
    """Note in a book how its columns are related: sums, parts, waves."""
    for columns in _pools(book):
        _note_classes(book, columns)


def _pools(book: Book) -> Iterator[list[Column]]:
    """Columns that are looked at together: those of a survey, and those of two surveys."""
    by_survey: dict[str, list[Column]] = {}
    for column in sorted(book.counts):
        by_survey.setdefault(column.survey, []).append(column)
    for columns in by_survey.values():
        if len(columns) <= MOST_COLUMNS:
            yield columns
        else:
            for sense in sorted({one.sense for one in columns}):
                yield [one for one in columns if one.sense == sense]
            times = sorted({one[3:] for one in columns})
            for near in pairwise(times):
                yield [one for one in columns if one[3:] in near]
    hiding = {cell.column.survey for cell in book.cells if cell.small}
    for one, other in combinations(sorted(by_survey), 2):
        senses = {column.sense for column in by_survey[one]} & {column.sense for column in by_survey[other]}
        both = [
            column
            for column in (*by_survey[one], *by_survey[other])
            if column.sense in senses or _CHANGED.search(f"{column.sense} {column.asset}")
        ]
        if senses and {one, other} & hiding and len(both) <= MOST_COLUMNS:
            yield both


def _note_classes(book: Book, columns: list[Column]) -> None:
    if len(columns) < 2:
        return
    _, numbers, cells = table_of(book, columns)
    if len({column.survey for column in columns}) == 1:
        _note_contained(book, columns, numbers, cells)
    for size in (2, 3, 4) if len(columns) <= MOST_COLUMNS else (2,):
        if len(columns) > size:
            _note_unions(book, columns, size, numbers, cells)
    _note_partitions(book, columns, numbers, cells)
    if 4 <= len(columns) <= 2 * MOST_COLUMNS:
        _note_waves(book, columns, numbers, cells)


def _holding(numbers: NDArray[np.float64], left: tuple[int, ...], right: tuple[int, ...], named: bool) -> list[int]:
    """At which places two sums of columns agree, if they do so nearly wherever both are known.

    Where the names of the columns do not say that they should, it takes more than a coincidence: no column may be empty
    at all places that agree, and the more columns there are, the more places it takes.
    """
    import numpy as np

    columns = [*left, *right]
    value, low, high = (
        numbers[at][list(left)].sum(axis=0) - numbers[other][list(right)].sum(axis=0)
        for at, other in ((0, 0), (1, 2), (2, 1))
    )
    there = ~np.isnan(value)
    fits = there & (low <= 0) & (high >= 0)
    if not fits.any() or fits.sum() < (0.5 if named else 0.75) * there.sum():
        return []
    exact = fits & (value == 0) & (numbers[3][columns] == 1).all(axis=0) & (numbers[0][list(left)].sum(axis=0) > 0)
    if not named:
        if not exact.any() or not (numbers[0][columns][:, exact] > 0).any(axis=1).all():
            return []
        full = (numbers[0][columns] > 0).all(axis=0) & exact
        size = numbers[0][list(left)].sum(axis=0)[exact].max()
        if size < 5 or exact.sum() + full.sum() < len(columns) - 1:
            return []
    return fits.nonzero()[0].tolist()


def _note_unions(
    book: Book, columns: list[Column], size: int, numbers: NDArray[np.float64], cells: NDArray[np.int64]
) -> None:
    """A class that is made of some others, such as two kinds of system and both together."""
    words = [frozenset(_WORD.findall(column.asset.lower())) for column in columns]
    for total in range(len(cells)):
        for parts in _possible(total, size, numbers):
            inside = frozenset().union(*(words[at] for at in parts))
            alike = len({columns[at].sense for at in (total, *parts)}) == 1
            differ = len({words[at] for at in (total, *parts)}) == size + 1
            named = alike and differ and (inside <= words[total] or bool(words[total] & _ALL))
            for place in _holding(numbers, (total,), parts, named):
                book.is_sum(int(cells[total, place]), [int(cells[at, place]) for at in parts], guess=not named)


def _possible(total: int, size: int, numbers: NDArray[np.float64]) -> Iterator[tuple[int, ...]]:
    """The sets of columns whose sum is another at half of the places at least where all of them are counted."""
    import numpy as np

    others = [at for at in range(numbers.shape[1]) if at != total]
    sets = np.array(list(combinations(others, size)))
    low, high = numbers[1][sets].sum(axis=1), numbers[2][sets].sum(axis=1)
    there = ~np.isnan(low) & ~np.isnan(numbers[0][total])
    fits = there & (low <= numbers[2][total]) & (high >= numbers[1][total])
    count = fits.sum(axis=1)
    for at in np.flatnonzero((count > 0) & (count >= 0.5 * there.sum(axis=1))).tolist():
        yield tuple(sets[at].tolist())


def _note_partitions(book: Book, columns: list[Column], numbers: NDArray[np.float64], cells: NDArray[np.int64]) -> None:
    """A class that is made of many others: the fewest that add up to it at every place, if that is not chance."""
    import numpy as np

    tried = 4 if len(columns) <= MOST_COLUMNS else 2
    for total in range(len(columns)):
        named = bool(_ALL & set(_WORD.findall(columns[total].asset.lower())))
        exact = numbers[3][total] == 1
        told = np.log2(numbers[0][total][exact] + 1).sum()
        parts = [
            at
            for at, one in enumerate(columns)
            if at != total and one[3:] == columns[total][3:] and (numbers[3][at][exact] == 1).any()
        ]
        if len(parts) <= tried or not exact.any() or told < (2 if named else len(parts) + _SURE):
            continue
        # A class without a row at a place has none there, as far as a sum of so many goes.
        table = np.nan_to_num(numbers[0][parts][:, exact])
        for chosen in _sums_of_rows(table, numbers[0][total][exact], tried + 1):
            for place in np.flatnonzero(exact).tolist():
                there = [int(cells[parts[at], place]) for at in chosen if cells[parts[at], place] >= 0]
                if there:
                    book.is_sum(int(cells[total, place]), there, guess=not named)


def _sums_of_rows(table: NDArray[np.float64], wanted: NDArray[np.float64], fewest: int) -> Iterator[list[int]]:
    """Sets of rows of a table that add up to a row, those of the fewest first."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    count = len(table)
    rows, floor = [table.T, np.ones((1, count))], np.append(wanted, fewest)
    ceiling = np.append(wanted, count)
    for _ in range(MOST_PARTITIONS):
        found = milp(
            np.ones(count) + np.arange(count) * 1e-6,
            integrality=np.ones(count),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.vstack(rows), floor, ceiling),
            options={"node_limit": 5_000},
        )
        if found.x is None:
            return
        chosen = np.flatnonzero(found.x > 0.5)
        yield chosen.tolist()
        # Not this set again, nor one that holds it.
        rows.append(np.isin(np.arange(count), chosen).astype(float)[None])
        floor, ceiling = np.append(floor, 0.0), np.append(ceiling, len(chosen) - 1.0)


def _note_waves(book: Book, columns: list[Column], numbers: NDArray[np.float64], cells: NDArray[np.int64]) -> None:
    """Four columns of which two make up two: what was there and came, and what is there and went."""
    pairs = list(combinations(range(len(columns)), 2))
    changed = [bool(_CHANGED.search(f"{column.sense} {column.asset}")) for column in columns]
    for left, right in combinations(pairs, 2):
        if set(left) & set(right):
            continue
        named = _same_count(columns, changed, left, right)
        if not named and len(columns) > MOST_PAIRED:
            continue
        for place in _holding(numbers, left, right, named):
            book.balance(
                [int(cells[at, place]) for at in left], [int(cells[at, place]) for at in right], guess=not named
            )


def _same_count(columns: list[Column], changed: list[bool], left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether what is not new or gone is one measure of one class, counted twice."""
    still = [at for at in (*left, *right) if not changed[at]]
    return len(still) == 2 and columns[still[0]][1:3] == columns[still[1]][1:3]


def _note_contained(book: Book, columns: list[Column], numbers: NDArray[np.float64], cells: NDArray[np.int64]) -> None:
    """A measure or class that is nowhere above another may be a part of it."""
    import numpy as np

    for part in range(len(columns)):
        for whole in range(len(columns)):
            there = ~np.isnan(numbers[0][part]) & ~np.isnan(numbers[0][whole])
            below = numbers[0][part][there] <= numbers[0][whole][there]
            if part == whole or not there.any() or not below.all():
                continue
            if columns[part][3:] != columns[whole][3:] or (numbers[0][part][there] == numbers[0][whole][there]).all():
                continue
            for place in there.nonzero()[0]:
                terms = {int(cells[whole, place]): 1.0, int(cells[part, place]): -1.0}
                book.relate(terms, 0.0, math.inf, guess=True)
