"""Which figures of one's own surveys are withheld from a release, so that nothing printed betrays a small count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..figures.measures import kinds
from ..statistics.cell_suppression import PRIMARY, SECONDARY
from ..statistics.suppression_attack import NEAR, Needs, Tied, cheapest, part, parts_of
from .linked import MAYBE, ROOM, Book, Cell, Relation, book_of
from .relations_printed import note_relations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..figures.survey import Figure, Survey

BETRAYS = "with the totals it would give away another cell"
MONEY = "a sum of money that may tell the count of a place"
UNRELATED = "a sum of which nobody says what it is made of"


class Withheld(NamedTuple):
    """A figure withheld: its rows, why, and what can still be worked out; an end that nothing limits is missing."""

    rows: tuple[Figure, ...]
    status: str
    reason: str
    low: float | None
    high: float | None


def withheld_of(surveys: Iterable[Survey], threshold: int) -> list[Withheld]:
    """The figures of surveys that a release must not print.

    Parameters
    ----------
    surveys
        All surveys that are released together.
    threshold
        A count of fewer, but at least one, is small.

    Returns
    -------
    list of Withheld
        By survey, measure, class and place.
    """
    import numpy as np

    book = book_of(surveys, threshold)
    note_relations(book)
    primary = np.zeros(len(book.subjects), dtype=bool)
    for cell in book.cells:
        if cell.small and cell.group >= 0:
            primary[cell.group] = True
    hidden = {(rows[0].survey, rows[0].sense) for rows, small in zip(book.subjects, primary, strict=True) if small}
    unrelated = {at for at in book.apart if (book.subjects[at][0].survey, book.subjects[at][0].sense) in hidden}
    forced = primary.copy()
    forced[sorted(unrelated)] = True
    tied, needs = _system(book)
    chosen, ends = _solved(tied, needs, forced)
    found = []
    for group in np.flatnonzero(chosen).tolist():
        rows = book.subjects[group]
        at = next(at for at, one in enumerate(book.cells) if one.group == group and one.kind != "slack")
        reason = f"fewer than {threshold} contributors" if primary[group] else BETRAYS
        low, high = _ends(book.cells[at], ends[at], float(tied.most[at]))
        found.append(
            Withheld(
                tuple(rows),
                PRIMARY if primary[group] else SECONDARY,
                UNRELATED if group in unrelated and not primary[group] else reason,
                low,
                high,
            )
        )
    return sorted(found, key=lambda one: (one.rows[0].survey, one.rows[0].sense, one.rows[0].asset, one.rows[0].place))


def money_withheld(surveys: Iterable[Survey], withheld: Iterable[Withheld]) -> list[Withheld]:
    """The sums of money that stay out beside withheld figures: at a price that another place tells, they are counts.

    Those of a place stay if its own figures, and those of what it lies in and holds, are printed.
    """
    gone = {row.place_id for one in withheld for row in one.rows}
    gone |= {row.parent for one in withheld for row in one.rows if row.parent}
    if not gone:
        return []
    kind_of = kinds()
    rows = [row for survey in surveys for row in survey.rows]
    counted = {row.place_id for row in rows if kind_of[row.measure] == "count"} - gone
    return [
        Withheld((row,), SECONDARY, MONEY, None, None)
        for row in rows
        if kind_of[row.measure] == "money"
        and (row.place_kind not in ("country", "sub-national") or row.place_id not in counted or row.parent in gone)
    ]


def _ends(cell: Cell, ends: NDArray[np.float64], most: float) -> tuple[float | None, float | None]:
    if not cell.whole:
        return None, None
    return float(ends[0]), float(ends[1]) if ends[1] < most - NEAR else None


def _solved(tied: Tied, needs: Needs, forced: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which groups are withheld, and what can be worked out of each number, part by part."""
    import numpy as np

    chosen = forced.copy()
    ends = np.column_stack([tied.low, tied.high])
    for numbers in parts_of(tied):
        hidden = tied.group[numbers] < 0
        asked = (needs.up[numbers] > NEAR)[hidden].any()
        here = np.unique(tied.group[numbers][~hidden])
        if not (asked or forced[here].any()):
            continue
        smaller, groups = part(tied, numbers)
        some = Needs(needs.down[numbers], needs.up[numbers], needs.open[numbers])
        chosen[groups] = cheapest(smaller, some, forced[groups])
        ends[numbers] = smaller.ends(smaller.withheld(chosen[groups]))
    return chosen, ends


def _system(book: Book) -> tuple[Tied, Needs]:
    """The book as numbers: relations that the numbers do not fulfil are none, and are left out."""
    import numpy as np

    cells = book.cells
    value = np.array([cell.value for cell in cells], dtype=float)
    whole = np.array([cell.whole for cell in cells], dtype=bool)
    group = np.array([cell.group for cell in cells], dtype=np.int64)
    slack = np.array([cell.kind == "slack" for cell in cells], dtype=bool)
    most = ROOM * (value + book.threshold)
    far = 2 * float(most.max(initial=1.0))
    most = np.where(slack, far, most)
    least = np.where(slack, -far, np.minimum([cell.least for cell in cells], value))
    low = np.minimum([cell.first for cell in cells], value)
    high = np.minimum(np.maximum([cell.last for cell in cells], value), most)
    low, high = np.where(group < 0, least, low), np.where(group < 0, most, high)
    value, kept = _fulfilled(value, low, high, book.relations)
    missing = np.array([cell.kind == MAYBE for cell in cells], dtype=bool) & (value < NEAR)
    least, most, low, high = (np.where(missing, value, ends) for ends in (least, most, low, high))
    rows = [book.relations[at] for at in kept]
    cost = np.array([float(len(subject)) for subject in book.subjects])
    size = np.zeros(len(cost))
    for cell in cells:
        if cell.group >= 0 and cell.kind != "slack":
            size[cell.group] = max(size[cell.group], cell.value)
    # The fewest figures; of as many, the smallest; and never a zero, for zeros are printed.
    printed_zero = np.array([all(row.value == 0 and row.high == 0 for row in subject) for subject in book.subjects])
    cost = np.where(printed_zero, np.inf, cost + 1e-3 * size / max(1.0, float(size.sum())))
    tied = Tied(
        value=value,
        low=np.minimum(low, value),
        high=np.maximum(high, value),
        least=np.minimum(least, value),
        most=np.maximum(most, value),
        relations=_matrix(rows, len(cells)),
        floor=np.array([row.floor for row in rows]),
        ceiling=np.array([row.ceiling for row in rows]),
        group=group,
        cost=cost,
        whole=whole,
    )
    small = np.array([cell.small for cell in cells], dtype=bool)
    exact = np.array([cell.exact and cell.whole and cell.value > 0 for cell in cells], dtype=bool)
    up = np.where(small, np.maximum(book.threshold - value, 0.0), 0.0)
    return tied, Needs(np.zeros(len(cells)), up, exact | small)


def _matrix(rows: list[Relation], count: int):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_array

    across = [at for row in rows for at in row.terms]
    down = [number for number, row in enumerate(rows) for _ in row.terms]
    times = [factor for row in rows for factor in row.terms.values()]
    return csr_array((times, (down, across)), shape=(len(rows), count))


def _fulfilled(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], relations: list[Relation]
) -> tuple[NDArray[np.float64], list[int]]:
    """Numbers within their printing that fulfil the relations as far as they can, and the relations fulfilled."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    if not relations:
        return value, []
    matrix = _matrix(relations, len(value))
    floor = np.array([one.floor for one in relations])
    ceiling = np.array([one.ceiling for one in relations])

    def missed(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        now = matrix @ numbers
        return np.maximum(np.maximum(floor - now, now - ceiling), 0.0)

    near = NEAR * np.maximum(1.0, abs(matrix) @ np.abs(value) * 1e-3)
    if (missed(value) > near).any():
        count, rows = len(value), len(relations)
        ones, none = eye_array(rows), csr_array((rows, rows))
        # Up and down from the numbers as printed, and what each relation is missed by.
        above = np.isfinite(ceiling)
        left = hstack([matrix, -matrix, -ones, none]).tocsr()[above]
        right = hstack([-matrix, matrix, none, -ones]).tocsr()
        found = linprog(
            np.concatenate([np.full(2 * count, 1.0), np.tile([1e2 if one.guess else 1e4 for one in relations], 2)]),
            A_ub=vstack([left, right]),
            b_ub=np.concatenate([(ceiling - matrix @ value)[above], matrix @ value - floor]),
            bounds=np.column_stack(
                [np.zeros(2 * count + 2 * rows), np.concatenate([high - value, value - low, np.full(2 * rows, np.inf)])]
            ),
            method="highs",
        )
        if found.status == 0:
            value = value + found.x[:count] - found.x[count : 2 * count]
    return value, np.flatnonzero(missed(value) <= near).tolist()
