"""Numbers tied by sums, bounds and shares: what a reader works out of those withheld, and which ones must go.

The attack is a linear programme, and where numbers are whole an integer programme: the least and the most that a number
can be for all that is printed. The choice is an integer programme too (Fischetti & Salazar 2001, Management Science 47:
1008-1027): every attack that tells too much adds, by the prices of its programme, a condition to the choice.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

#: So near two sums count as equal.
NEAR = 1e-6
#: So many steps of a search for the cheapest choice; what it has found by then is taken. Steps, not seconds, so that
#: the choice is the same on every machine.
MOST_STEPS = 5_000
#: After so many rounds without an end, what is withheld stays so, and each further round withholds more.
MOST_ROUNDS = 60
#: Up to so many numbers that depend on one another are attacked in whole numbers as well.
MOST_WHOLE = 300


@dataclass(frozen=True)
class Needs:
    """How much of each number must stay open.

    Attributes
    ----------
    down, up
        So far below and above its true value a number must seem possible; 0 asks for nothing.
    open
        Numbers that, once withheld, must not follow exactly: some other whole number must seem possible.
    """

    down: Numbers
    up: Numbers
    open: Flags


@dataclass(frozen=True)
class Tied:
    """Numbers, what is printed and known about them, and the relations between them.

    Attributes
    ----------
    value
        The numbers as they are; they fulfil every relation.
    low, high
        What the printing of each allows; an exact one has ``low == high``.
    least, most
        What a reader knows about one that is withheld.
    relations, floor, ceiling
        Each row, times the numbers, lies between its floor and its ceiling.
    group
        Numbers of one group are withheld together; -1: printed nowhere, so never known.
    cost
        What it costs to withhold each group; infinite: it is never withheld.
    whole
        Which numbers are whole.
    """

    value: Numbers
    low: Numbers
    high: Numbers
    least: Numbers
    most: Numbers
    relations: csr_array
    floor: Numbers
    ceiling: Numbers
    group: NDArray[np.int64]
    cost: Numbers
    whole: Flags
    _slack: tuple[csr_array, Numbers, csr_array, Numbers] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        import numpy as np
        from scipy.sparse import vstack

        now = self.relations @ self.value
        fixed = self.floor == self.ceiling
        above, below = ~fixed & np.isfinite(self.ceiling), ~fixed & np.isfinite(self.floor)
        limits = vstack([self.relations[above], -self.relations[below]]).tocsr()
        room = np.concatenate([(self.ceiling - now)[above], (now - self.floor)[below]])
        # A true value may miss its relation by the last digits of a float; the attack must still be possible.
        equal = np.zeros(int(fixed.sum()))
        object.__setattr__(self, "_slack", (self.relations[fixed].tocsr(), equal, limits, np.maximum(room, 0.0)))

    def withheld(self, chosen: Flags) -> Flags:
        """Which numbers are withheld if these groups are."""
        import numpy as np

        return np.where(self.group < 0, True, np.append(chosen, True)[self.group])

    def _bounds(self, withheld: Flags) -> tuple[Numbers, Numbers]:
        import numpy as np

        return (
            np.where(withheld, self.least, self.low) - self.value,
            np.where(withheld, self.most, self.high) - self.value,
        )

    def farthest(self, at: int, withheld: Flags, up: bool) -> tuple[float, Numbers, float]:
        """How far a number may lie from its value for all that is printed.

        Returns
        -------
        tuple
            The distance; by how much each number, withheld, could add to it at most; and what the printed ones add.
        """
        import numpy as np
        from scipy.optimize import linprog

        aim = np.zeros(len(self.value))
        aim[at] = -1.0 if up else 1.0
        equal, zero, limits, room = self._slack
        found = linprog(
            aim,
            A_eq=equal if equal.shape[0] else None,
            b_eq=zero if equal.shape[0] else None,
            A_ub=limits if limits.shape[0] else None,
            b_ub=room if limits.shape[0] else None,
            bounds=np.column_stack(self._bounds(withheld)),
            method="highs",
        )
        if found.status != 0:  # the numbers as they are fulfil all of it: a failure of the solver protects nothing
            return 0.0, np.zeros(len(aim)), 0.0
        prices = aim.copy()
        told = 0.0
        if equal.shape[0]:
            prices = prices - equal.T @ found.eqlin.marginals
        if limits.shape[0]:
            prices = prices - limits.T @ found.ineqlin.marginals
            told = -float(found.ineqlin.marginals @ room)
        down, upward = np.maximum(prices, 0), np.maximum(-prices, 0)
        told += float(down @ (self.value - self.low) + upward @ (self.high - self.value))
        slope = down * (self.low - self.least) + upward * (self.most - self.high)
        return abs(found.fun), slope, told

    def farthest_whole(self, at: int, withheld: Flags, up: bool) -> float:
        """The same distance where whole numbers stay whole."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        aim = np.zeros(len(self.value))
        aim[at] = -1.0 if up else 1.0
        equal, zero, limits, room = self._slack
        ties = [LinearConstraint(equal, zero, zero)] if equal.shape[0] else []
        ties += [LinearConstraint(limits, -np.inf, room)] if limits.shape[0] else []
        # A number that is not whole as it stands (the middle of a range) may move by any part.
        whole = self.whole & (np.abs(self.value - np.round(self.value)) < NEAR)
        low, high = self._bounds(withheld)
        low, high = (np.where(whole, np.round(one, 6), one) for one in (low, high))
        found = milp(
            aim,
            integrality=whole.astype(int),
            bounds=Bounds(low, high),
            constraints=ties,
            options={"node_limit": MOST_STEPS, "mip_rel_gap": 0},
        )
        return abs(found.fun) if found.x is not None else 0.0

    def ends(self, withheld: Flags) -> NDArray[np.float64]:
        """The least and the most that anybody can work out of each number; of a printed one, what it says."""
        import numpy as np

        found = np.column_stack([self.low, self.high])
        whole = bool(self.whole.any()) and len(self.value) <= MOST_WHOLE
        for at in np.flatnonzero(withheld).tolist():
            reach = [
                self.farthest_whole(at, withheld, up) if whole else self.farthest(at, withheld, up)[0]
                for up in (False, True)
            ]
            found[at] = self.value[at] - reach[0], self.value[at] + reach[1]
        return np.round(found, 6) + 0.0


def cheapest(tied: Tied, needs: Needs, primary: Flags) -> Flags:
    """Which groups are withheld: those that a rule names, and the cheapest others under which every attack fails.

    Parameters
    ----------
    tied
        The numbers and their relations.
    needs
        What must stay open.
    primary
        The groups that a rule withholds.

    Returns
    -------
    numpy.ndarray
        A flag for each group.
    """
    import numpy as np

    chosen = primary.copy()
    rows: list[Numbers] = []
    least: list[float] = []
    for whole in (False, True):
        for number in itertools.count(1):
            withheld = tied.withheld(chosen)
            if whole and (not tied.whole.any() or len(tied.value) > MOST_WHOLE):
                break
            found = list(_betrayals(tied, needs, withheld, chosen, whole))
            if not found:
                break
            for row, asked in found:
                rows.append(row)
                least.append(asked)
            # Attacks in whole numbers say only that one group more must go: of many groups, all sets would be tried.
            kept = chosen if number > MOST_ROUNDS else primary
            chosen = _choice(tied, kept, np.array(rows), np.array(least), chosen)
    return chosen


def _choice(tied: Tied, primary: Flags, rows: Numbers, least: Numbers, former: Flags) -> Flags:
    """The cheapest groups under all conditions; of those that cost the same, the first, whatever the solver."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    free = np.isfinite(tied.cost)
    cost = np.where(free, tied.cost, 0.0)
    cost = cost + np.arange(len(cost)) * 1e-7 * max(1.0, float(cost.max(initial=0.0)))
    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(primary.astype(float), (free | primary).astype(float)),
        constraints=LinearConstraint(rows, lb=least),
        options={"mip_rel_gap": 0, "node_limit": MOST_STEPS},
    )
    if found.x is not None:
        return np.asarray(found.x > 0.5)
    # No choice fulfils the conditions, or none was found: everything that is tied goes.
    more = (rows > 0).any(axis=0) & free
    return former | (more if (more & ~former).any() else free)


def _betrayals(
    tied: Tied, needs: Needs, withheld: Flags, chosen: Flags, whole: bool
) -> Iterator[tuple[Numbers, float]]:
    """What the attacks that tell too much add to the choice: rows of which the chosen groups must reach a floor."""
    import numpy as np

    if chosen[np.isfinite(tied.cost)].all():
        return
    for at in np.flatnonzero(withheld).tolist():
        asked = [(up, size[at]) for up, size in ((False, needs.down), (True, needs.up)) if size[at] > NEAR]
        for up, size in asked:
            if (row := _betrayal(tied, at, withheld, chosen, up, size, whole)) is not None:
                yield row, 1.0
        if needs.open[at] and not asked:
            ends = [_betrayal(tied, at, withheld, chosen, up, 1.0, whole) for up in (False, True)]
            if ends[0] is not None and ends[1] is not None:
                row = np.maximum(ends[0], ends[1])
                if tied.group[at] >= 0:  # only if it is withheld at all
                    row[tied.group[at]] -= 1.0
                    yield row, 0.0
                else:
                    yield row, 1.0


def _betrayal(
    tied: Tied, at: int, withheld: Flags, chosen: Flags, up: bool, asked: float, whole: bool
) -> Numbers | None:
    """Of each group, how much of what is asked it could give if it were withheld; nothing if the attack fails."""
    import numpy as np

    near = NEAR * max(1.0, asked)
    if whole:
        if tied.farthest_whole(at, withheld, up) >= asked - near:
            return None
        return np.where(chosen, 0.0, 1.0)  # prices do not tell of whole numbers: at least one group more
    reached, slope, told = tied.farthest(at, withheld, up)
    if reached >= asked - near:
        return None
    known = tied.group >= 0
    gain = np.bincount(tied.group[known], weights=slope[known], minlength=len(tied.cost))
    return np.minimum(gain / max(asked - told, near), 1.0)


def parts_of(tied: Tied) -> list[NDArray[np.int64]]:
    """The numbers that depend on one another, part by part: what is withheld in one reveals nothing about another."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(tied.value)
    ties = tied.relations.tocoo()
    known = np.flatnonzero(tied.group >= 0)
    nodes = count + ties.shape[0] + len(tied.cost)
    edges = coo_array(
        (
            np.ones(len(ties.data) + len(known)),
            (
                np.concatenate([ties.coords[1], known]),
                np.concatenate([count + ties.coords[0], count + ties.shape[0] + tied.group[known]]),
            ),
        ),
        shape=(nodes, nodes),
    )
    _, label = connected_components(edges, directed=False)
    order = np.argsort(label[:count], kind="stable")
    borders = np.flatnonzero(np.diff(label[:count][order])) + 1
    return list(np.split(order, borders)) if count else []


def part(tied: Tied, numbers: NDArray[np.int64]) -> tuple[Tied, NDArray[np.int64]]:
    """Some of the numbers with the relations that hold them, and which groups of the whole theirs are."""
    import numpy as np

    inside = np.zeros(len(tied.value), dtype=bool)
    inside[numbers] = True
    rows = np.flatnonzero(abs(tied.relations) @ inside.astype(float) > 0)
    groups = np.unique(tied.group[numbers][tied.group[numbers] >= 0])
    group = np.where(tied.group[numbers] < 0, -1, np.searchsorted(groups, tied.group[numbers]))
    arrays = {name: getattr(tied, name)[numbers] for name in ("value", "low", "high", "least", "most", "whole")}
    smaller = replace(
        tied,
        **arrays,
        relations=tied.relations[rows][:, numbers].tocsr(),
        floor=tied.floor[rows],
        ceiling=tied.ceiling[rows],
        group=group,
        cost=tied.cost[groups],
    )
    return smaller, groups
