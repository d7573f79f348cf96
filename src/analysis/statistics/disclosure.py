"""Disclosure control: which cells of a table are withheld before it is given away, and what a reader could still work out.

*Primary*: a cell is withheld that rests on too few contributors (threshold), or that few of them dominate ((n, k)
rule). *Secondary*: since totals
are given away too, a withheld cell could be worked out by subtraction; as many further cells are withheld as hide it,
and no more than that. Which
they are is an integer programme (Fischetti & Salazar 2001, Management Science 47: 1008-1027): an attacker's linear
programme asks for the
least and the most that a cell can have, and each attack that succeeds adds a condition to the choice. Last, the attack
is run again on what is
left, in whole numbers where the table counts; the table is only given if no attack succeeds.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures import wording
from .result import result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

#: How a total is named in the columns of a protected table.
TOTAL = "total"
PUBLISHED, PRIMARY, SECONDARY = "published", "primary", "secondary"
#: So near two sums count as equal.
_NEAR = 1e-6
#: More cells (with totals) are refused: the programme would take hours. Protect a part at a time.
MOST_CELLS = 3_000


def protect(
    table: pd.DataFrame,
    by: str | Sequence[str],
    *,
    value: str = "value",
    threshold: int = 3,
    dominance: tuple[int, float] | None = None,
    contributions: str | None = None,
    within: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """A table with its totals: small and dominated cells withheld, and others that would betray them. `release` gives what may be given away.

    Parameters
    ----------
    table
        One row an inner cell; a combination of ``by`` that is not there counts as zero. No totals: they are made here.
    by
        The columns that span the table, at most three; each gets its total.
    value
        The column of counts, or of sums of contributions.
    threshold
        A cell with fewer contributors, but at least one, is withheld. 1 withholds none. Of a count, each unit
        contributes.
    dominance
        (n, k): a cell is withheld of which the n largest contributors hold more than k per cent; needs
        ``contributions``.
    contributions
        A column with the list of each cell's contributions; they add up to its value.
    within
        Column of ``by`` to the column of the region that holds its entries; regions get totals as well.

    Returns
    -------
    pandas.DataFrame
        One row a cell, totals included (``total`` stands in their columns; a region's total has its name there): the
        columns ``by``, ``value`` (missing:
        withheld), ``status`` (``published``, ``primary``, ``secondary``), ``reason``, ``low`` and ``high``: what
        anybody can work out.

    Notes
    -----
    A reader must find it possible that a cell below the threshold is one less than it is, and that it reaches the
    threshold. Of a dominated
    cell with value x, largest contributions s and so u = 100/k · s − x, both x − u and x + u must be possible: the
    level of the (n, k)
    rule in Hundepool et al. (2012), Statistical Disclosure Control, chapter 4. Of all sets of cells that do so, the one
    with the least
    sum of values is withheld; an empty cell never is. Two things are not guarded against: a contributor who knows its
    own part knows more
    than a reader; and who is told that a cell is ``primary`` knows that it is small. So status and reason stay with who
    has the table.

    Raises
    ------
    DataError
        For columns that are not there, values below zero or missing, a cell that comes twice, contributions that do not
        add up, a
        rule that cannot be, or more than 3,000 cells.
    """
    import numpy as np

    cells = _Cells(table, [by] if isinstance(by, str) else list(by), value, contributions, dict(within or {}))
    reasons, needed = cells.sensitive(threshold, dominance)
    withheld = cells.safe_pattern(needed)
    ends = cells.attacked(withheld)
    frame = cells.frame.copy()
    status = np.where(withheld, np.where(reasons != "", PRIMARY, SECONDARY), PUBLISHED)
    frame["value"] = np.where(withheld, np.nan, cells.value)
    frame["status"] = status
    frame["reason"] = np.where(status == SECONDARY, "with the totals it would give away another cell", reasons)
    frame["low"], frame["high"] = ends[:, 0], ends[:, 1]
    warnings = (
        ["A contributor who knows its own part of a cell can work out more than a reader."] if withheld.any() else []
    )
    return result(
        frame,
        "disclosure.protect",
        of=table,
        method="cell suppression by integer programming",
        limits="rounding",
        warnings=warnings,
        parameters={
            "by": cells.by,
            "threshold": threshold,
            "dominance": None if dominance is None else list(dominance),
            "within": cells.within,
            "cells": len(frame),
            "withheld": int(withheld.sum()),
        },
    )


def release(protected: pd.DataFrame) -> pd.DataFrame:
    """What may be given away of a protected table.

    Parameters
    ----------
    protected
        What `protect` gave.

    Returns
    -------
    pandas.DataFrame
        Its columns with ``status`` ``published`` or ``withheld``, whatever the reason, which is left out.

    Raises
    ------
    DataError
        If the table is no result of `protect`.
    """
    _checked(protected)
    attrs = protected.attrs
    given = protected.drop(columns="reason").assign(
        status=protected["status"].where(protected["status"] == PUBLISHED, "withheld")
    )
    given.attrs = {**attrs, "statistic": "disclosure.release"}
    return given


def log(protected: pd.DataFrame) -> pd.DataFrame:
    """What was withheld and why, for who has the table, not to be given away.

    Parameters
    ----------
    protected
        What `protect` gave.

    Returns
    -------
    pandas.DataFrame
        Its withheld cells, with ``status``, ``reason``, ``low`` and ``high``; the values are not in it.

    Raises
    ------
    DataError
        If the table is no result of `protect`.
    """
    _checked(protected)
    return protected[protected["status"] != PUBLISHED].drop(columns="value").reset_index(drop=True)


def _checked(protected: pd.DataFrame) -> None:
    if protected.attrs.get("statistic") != "disclosure.protect":
        raise DataError("this table is no result of disclosure.protect; pass such a result as it came.")


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence: how many cells are withheld, and by which rule."""
    told = found.attrs["parameters"]
    parts = {name: wording.number(told[name], lang) for name in ("cells", "withheld", "threshold")}
    if told["dominance"] is not None:
        n, k = told["dominance"]
        parts |= {"n": wording.number(n, lang), "k": wording.percent(k / 100, lang)}
    return "nothing" if told["withheld"] == 0 else "threshold" if told["dominance"] is None else "dominance", parts


class _Cells:
    """The cells of a table with all their totals, and the sums that tie them together."""

    def __init__(
        self, table: pd.DataFrame, by: list[str], value: str, contributions: str | None, within: dict[str, str]
    ) -> None:
        self.by, self.within = by, within
        wanted = [*by, value, *within.values(), *([contributions] if contributions else [])]
        if missing := [column for column in wanted if column not in table]:
            raise DataError(
                f"the table has no column {', '.join(missing)}; it has {', '.join(map(str, table.columns))}.",
                column=missing[0],
            )
        if not 1 <= len(by) <= 3 or len(set(by)) < len(by) or not set(within) <= set(by):
            raise DataError(
                "a table is spanned by one to three different columns, and only these lie within regions; correct by and within."
            )
        _check_values(table, by, value, contributions)
        self._inner = {}
        for number, key in enumerate(zip(*(table[column] for column in by), strict=True)):
            parts = table[contributions].iloc[number] if contributions else None
            self._inner[key] = (float(table[value].iloc[number]), parts)
        self._levels = [self._level(table, column) for column in by]
        size = 1
        for names, _ in self._levels:
            size *= len(names)
        if size > MOST_CELLS:
            raise DataError(
                f"with its totals the table has {size:,} cells, more than {MOST_CELLS:,}; protect a part at a time."
            )
        self._place(contributions)

    def _level(self, table: pd.DataFrame, column: str) -> tuple[list, dict]:
        """The entries of a column with its totals, and of each total the entries that it is the sum of."""
        leaves = sorted(table[column].unique(), key=str)
        sums: dict = {}
        if column in self.within:
            regions = table.groupby(column)[self.within[column]].agg(["nunique", "first"])
            if (regions["nunique"] != 1).any():
                raise DataError(
                    f"an entry of {column} lies in no region or in several; give each one in '{self.within[column]}'.",
                    column=column,
                )
            for leaf in leaves:
                sums.setdefault(regions.loc[leaf, "first"], []).append(leaf)
            if set(sums) & set(leaves):
                raise DataError(f"a region is called like an entry of {column}; name them apart.", column=column)
            sums = {region: sums[region] for region in sorted(sums, key=str)}
        names = [*leaves, *sums, TOTAL]
        if len(set(names)) < len(names):
            raise DataError(
                f"an entry of {column} is called {TOTAL!r}; leave out the totals, they are made here.", column=column
            )
        return names, sums | {TOTAL: list(sums) or leaves}

    def _place(self, contributions: str | None) -> None:
        import numpy as np
        import pandas as pd

        self.keys = list(product(*(names for names, _ in self._levels)))
        number = {key: at for at, key in enumerate(self.keys)}
        equations = []
        for at, (_, sums) in enumerate(self._levels):
            for key in self.keys:
                if key[at] in sums:
                    parts = [number[(*key[:at], part, *key[at + 1 :])] for part in sums[key[at]]]
                    equations.append((number[key], parts))
        self.equations = equations
        self.value = np.zeros(len(self.keys))
        parts: list[list[float]] = [[] for _ in self.keys]
        for key, (value, given) in self._inner.items():
            ups = [
                [name, *(total for total in sums if self._holds(sums, total, name))]
                for name, (_, sums) in zip(key, self._levels, strict=True)
            ]
            for above in product(*ups):
                self.value[number[above]] += value
                parts[number[above]] += given or []
        # How far a withheld cell may lie above its value: nobody knows a limit, and it is more than any rule asks for,
        # so that to withhold all protects.
        self.room = float(self.value.sum()) + 1
        self.parts = parts if contributions else None
        self.counts = bool(np.allclose(self.value, np.round(self.value), atol=0)) and contributions is None
        self.frame = pd.DataFrame(self.keys, columns=self.by)

    @staticmethod
    def _holds(sums: dict, total: object, name: object) -> bool:
        return any(part == name or (part in sums and name in sums[part]) for part in sums[total])

    @cached_property
    def ties(self):
        """The sums as a sparse matrix: each row, times the cells, is zero."""
        from scipy.sparse import csr_array

        rows, columns, signs = [], [], []
        for at, (total, parts) in enumerate(self.equations):
            rows += [at] * (len(parts) + 1)
            columns += [total, *parts]
            signs += [-1.0] + [1.0] * len(parts)
        return csr_array((signs, (rows, columns)), shape=(len(self.equations), len(self.keys)))

    def sensitive(self, threshold: int, dominance: tuple[int, float] | None) -> tuple[np.ndarray, np.ndarray]:
        """The reason of each cell that a rule withholds (else empty), and the least and the most that must seem possible of each."""
        import numpy as np

        if not (isinstance(threshold, int) and threshold >= 1):
            raise DataError("a threshold is a whole number from 1 on; give one, or 1 for none.", threshold=threshold)
        reasons = np.full(len(self.keys), "", dtype=object)
        needed = np.column_stack([self.value, self.value])
        contributors = (
            self.value
            if self.parts is None
            else np.array([sum(part > 0 for part in parts) for parts in self.parts], dtype=float)
        )
        few = (contributors > 0) & (contributors < threshold)
        reasons[few] = f"fewer than {threshold} contributors"
        if self.parts is None:
            needed[few] = np.column_stack([np.maximum(self.value[few] - 1, 0), np.full(few.sum(), threshold)])
        else:  # a sum of so few says nearly what the largest of them gave
            needed[few] = np.column_stack([np.zeros(few.sum()), 2 * self.value[few]])
        if dominance is not None:
            n, k = dominance
            if self.parts is None or not (isinstance(n, int) and n >= 1 and 0 < k < 100):
                raise DataError(
                    "dominance is (n, k), the n largest and a per cent below 100, and needs a column of contributions.",
                    dominance=dominance,
                )
            largest = np.array([sum(sorted(parts, reverse=True)[:n]) for parts in self.parts])
            ruled = (self.value > 0) & (largest > k / 100 * self.value * (1 + 1e-12))
            level = 100 / k * largest - self.value
            ruled_only = ruled & ~few
            reasons[ruled_only] = f"its {n} largest contributors hold more than {k:g} %"
            needed[ruled, 0] = np.minimum(needed[ruled, 0], np.maximum(self.value - level, 0)[ruled])
            needed[ruled, 1] = np.maximum(needed[ruled, 1], (self.value + level)[ruled])
        self.room += float(needed.max())
        return reasons, needed

    def safe_pattern(self, needed: np.ndarray) -> np.ndarray:
        """Which cells are withheld: those that a rule names, and with them the least sum of others under which every attack fails."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        primary = np.flatnonzero((needed[:, 0] < self.value) | (needed[:, 1] > self.value))
        withheld = np.zeros(len(self.keys), dtype=bool)
        withheld[primary] = True
        # Of sets that cost the same, the first in order is taken, whatever the solver.
        cost = self.value + 1 + np.arange(len(self.keys)) * 1e-5
        rows: list[np.ndarray] = []
        least: list[float] = []
        for whole in (False, True) if self.counts else (False,):
            while True:
                found = [cut for at in primary for cut in self._betrayed(at, withheld, needed[at], whole)]
                if not found:
                    break
                for row, asked in found:
                    rows.append(row)
                    least.append(asked)
                chosen = milp(
                    cost,
                    integrality=np.ones(len(cost)),
                    bounds=Bounds(np.isin(np.arange(len(cost)), primary), self.value > 0),
                    constraints=LinearConstraint(np.array(rows), lb=np.array(least)),
                    options={"mip_rel_gap": 0},
                )
                withheld = chosen.x > 0.5
        return withheld

    def _betrayed(
        self, at: int, withheld: np.ndarray, needed: np.ndarray, whole: bool
    ) -> list[tuple[np.ndarray, float]]:
        """What an attack on a cell adds to the choice of cells, at either end where it tells more than it may."""
        import numpy as np

        cuts = []
        for up, asked in ((False, self.value[at] - needed[0]), (True, needed[1] - self.value[at])):
            if asked <= _NEAR:
                continue
            reached, slope = self._farthest(at, withheld, up, whole)
            if reached >= asked - _NEAR * max(1.0, asked):
                continue
            if whole:  # no line of a whole-numbered attack: at least one more cell
                cuts.append((np.where(withheld, 0.0, 1.0), 1.0))
            else:
                cuts.append((np.minimum(slope, asked), asked))
        return cuts

    def _farthest(self, at: int, withheld: np.ndarray, up: bool, whole: bool = False) -> tuple[float, np.ndarray]:
        """How far a cell may lie from its value for all that is known, and by how much each other cell, withheld, could move it at most."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, linprog, milp

        downward, upward = self.value, np.full(len(self.value), self.room)
        aim = np.zeros(len(self.value))
        aim[at] = -1.0 if up else 1.0
        low, high = np.where(withheld, -downward, 0.0), np.where(withheld, upward, 0.0)
        if whole:
            ties = LinearConstraint(self.ties, 0, 0)
            found = milp(aim, integrality=np.ones(len(aim)), bounds=Bounds(low, high), constraints=ties)
            return abs(found.fun), aim
        found = linprog(
            aim, A_eq=self.ties, b_eq=np.zeros(self.ties.shape[0]), bounds=np.column_stack([low, high]), method="highs"
        )
        # By weak duality no choice of cells lets it move farther than these prices add up to.
        prices = aim - self.ties.T @ found.eqlin.marginals
        return abs(found.fun), np.maximum(prices, 0) * downward + np.maximum(-prices, 0) * upward

    def attacked(self, withheld: np.ndarray) -> np.ndarray:
        """The least and the most that anybody can work out of each cell; of a published one, its value."""
        import numpy as np

        ends = np.column_stack([self.value, self.value])
        for at in np.flatnonzero(withheld):
            ends[at] = [
                self.value[at] - self._farthest(at, withheld, False, self.counts)[0],
                self.value[at] + self._farthest(at, withheld, True, self.counts)[0],
            ]
        return np.round(ends, 6) + 0.0


def _check_values(table: pd.DataFrame, by: list[str], value: str, contributions: str | None) -> None:
    import numpy as np
    import pandas as pd

    if not len(table):
        raise DataError("the table has no rows; give the cells to protect.")
    numbers = pd.to_numeric(table[value], errors="coerce").to_numpy(float)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise DataError(
            "a cell's value is missing, no number or below zero; correct it, or leave the cell out.", column=value
        )
    if table[by].isna().any().any() or table.duplicated(by).any():
        raise DataError(
            "a cell has no name in one of the columns that span the table, or comes twice; give each cell one row.",
            column=by[0],
        )
    if contributions:
        for number, parts in zip(numbers, table[contributions], strict=True):
            if (
                not isinstance(parts, list | tuple)
                or any(not part >= 0 for part in parts)
                or abs(sum(parts) - number) > 1e-9 * max(1.0, number)
            ):
                raise DataError(
                    "the contributions of a cell are no list of numbers from zero on that add up to its value.",
                    column=contributions,
                )
