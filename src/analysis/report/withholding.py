"""Which figures of your own surveys are withheld from a release, so that nothing printed betrays a small count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..figures.measures import kinds
from ..statistics.cell_suppression import PRIMARY, SECONDARY
from ..statistics.suppression_attack import MOST_STEPS, NEAR, Needs, Tied, cheapest, part, parts_of
from .linked import MAYBE, ROOM, Book, Cell, Relation, book_of
from .relations_printed import note_relations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..figures.survey import Figure, Survey

BETRAYS = "with the totals it would give away another cell"
MONEY = "a sum of money that may reveal the count of a place"
#: So many ways of reading relations that contradict one another are attacked.
MOST_READINGS = 8
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
    chosen = forced
    ends = np.zeros((len(book.cells), 2))
    for tied, needs in _readings(book):
        chosen, ends = _solved(tied, needs, chosen)
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
    """The sums of money left out beside withheld figures: a price known from elsewhere would turn them into counts.

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


def _readings(book: Book) -> Iterator[tuple[Tied, Needs]]:
    """The book as numbers, in each way in which it may be read; the one that fits best comes last.

    Relations may contradict one another: of a region that nobody defines, several sums may fit as long as a count is
    known by its interval alone. Which of them is true is not known, so that each is attacked together with all that
    agrees with it; a relation that agrees with nothing is none.
    """
    small = {at for at, cell in enumerate(book.cells) if cell.small}
    best, kept = _system(book, frozenset())
    missed = {
        at
        for at, one in enumerate(book.relations)
        if not one.guess and at not in kept and not small.isdisjoint(one.terms)
    }
    for _ in range(MOST_READINGS):
        if not missed:
            break
        reading, kept = _system(book, frozenset(missed))
        if missed.isdisjoint(kept):
            break
        missed -= kept
        yield reading
    yield best


def _system(book: Book, first: frozenset[int]) -> tuple[tuple[Tied, Needs], set[int]]:
    """The book as numbers that fulfil as many relations as they can, those named ``first`` before all; and which."""
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
    weights = np.array(
        [1e6 if at in first else 1e2 if one.guess or one.one_of else 1e4 for at, one in enumerate(book.relations)]
    )
    maybe = np.array([cell.kind == MAYBE for cell in cells], dtype=bool)
    # That a part is missing is thought of last, where nothing else fits.
    moving = np.where(maybe, 1e3, 1.0)
    value, kept = _fulfilled(value, low, high, whole, moving, book.relations, weights)
    missing = maybe & (value < NEAR)
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
    # What is printed nowhere may follow from what is printed, unless it is small.
    exact = (group >= 0) & np.array([cell.exact and cell.whole and cell.value > 0 for cell in cells], dtype=bool)
    up = np.where(small, np.maximum(book.threshold - value, 0.0), 0.0)
    return (tied, Needs(np.zeros(len(cells)), up, exact | small)), set(kept)


def _matrix(rows: list[Relation], count: int):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_array

    across = [at for row in rows for at in row.terms]
    down = [number for number, row in enumerate(rows) for _ in row.terms]
    times = [factor for row in rows for factor in row.terms.values()]
    return csr_array((times, (down, across)), shape=(len(rows), count))


def _fulfilled(
    value: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    whole: NDArray[np.bool_],
    moving: NDArray[np.float64],
    relations: list[Relation],
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], list[int]]:
    """Numbers within their printing that fulfil the relations as far as they can, and which ones they fulfil.

    ``moving`` is what it costs to move each number by one, ``weights`` what it costs to miss each relation by one.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
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
        # A count is whole, in the way in which a reader would have it fit as well.
        whole = whole & (np.abs(value - np.round(value)) < NEAR)
        room = [np.where(whole, np.floor(end + NEAR), end) for end in (high - value, value - low)]
        found = milp(
            np.concatenate([np.tile(moving, 2), np.tile(weights, 2)]),
            integrality=np.concatenate([np.tile(whole, 2), np.zeros(2 * rows)]),
            constraints=LinearConstraint(
                vstack([left, right]),
                -np.inf,
                np.concatenate([(ceiling - matrix @ value)[above], matrix @ value - floor]),
            ),
            bounds=Bounds(0, np.concatenate([*room, np.full(2 * rows, np.inf)])),
            options={"node_limit": MOST_STEPS, "mip_rel_gap": 0},
        )
        if found.x is not None:
            value = value + found.x[:count] - found.x[count : 2 * count]
            value = np.where(whole, np.round(value), value)
    return value, np.flatnonzero(missed(value) <= near).tolist()
