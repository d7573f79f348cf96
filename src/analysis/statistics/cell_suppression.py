"""Disclosure control: which cells of a table are withheld before it is published, and what could still be worked out.

*Primary*: a cell is withheld that rests on too few contributors (threshold), or that few of them dominate ((n, k)
rule). *Secondary*: since totals are published too, a withheld cell could be worked out by subtraction; as many further
cells are withheld as hide it, and no more than that. The attack and the choice are those of
:mod:`suppression_attack`, which serve the release of a report as well.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..frames import numbers_of, plain
from ..language import numbers
from ..language.plurals import Counted
from ..meaning import refuse_row
from .result import Record, needed, only, result
from .suppression_attack import Needs, Tied, cheapest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

#: How a total is named in the columns of a protected table.
TOTAL = "total"
PUBLISHED, PRIMARY, SECONDARY = "published", "primary", "secondary"
#: More cells (with totals) are refused: the programme would take hours. Protect a part at a time.
MOST_CELLS = 3_000


def cell_suppression(
    table: pd.DataFrame,
    by: str | Sequence[str],
    *,
    value: str = "value",
    threshold: int = 3,
    dominance: tuple[int, float] | None = None,
    contributions: str | None = None,
    within: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Cell suppression: a table with its totals, its small and dominated cells withheld, and others that betray them.

    Also known as primary and secondary (complementary) suppression. `release` gives what may be published.

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
        One row per cell, totals included (``total`` stands in their columns; a region's total has its name there): the
        columns ``by``, ``value`` (missing: withheld), ``status`` (``published``, ``primary``, ``secondary``),
        ``reason``, ``low`` and ``high``: what anybody can work out; the rules ``threshold``, ``dominance_n`` and
        ``dominance_k``. The columns ``by`` are text, since ``total`` stands among their entries.

    Raises
    ------
    DataError
        For columns that are not there, values below zero or missing, a cell that comes twice, contributions that do not
        add up, a rule that cannot be, or more than 3,000 cells.

    Notes
    -----
    Empty cells are printed, so that a reader knows that a withheld count is at least 1. Of a count below the
    threshold the reader must find it possible that it reaches the threshold; no count withheld may follow exactly. Of a
    dominated cell with value x, largest contributions s and so u = 100/k · s − x, both x − u and x + u must be
    possible: the level of the (n, k) rule in Hundepool et al. (2012), Statistical Disclosure Control, chapter 4. Of all
    sets of cells that do so, the one with the least sum of values is withheld; an empty cell never is. Two things are
    not guarded against: a contributor who knows its own part knows more than a reader; and who is told that a cell is
    ``primary`` knows that it is small. So status and reason stay with who has the table.

    Examples
    --------
    One server in Austria would follow from the total; the cheapest cell that hides it goes as well:

    >>> import pandas as pd
    >>> servers = pd.DataFrame({"place": ["Austria", "Belgium", "Chile"], "value": [1, 30, 20]})
    >>> found = cell_suppression(servers, "place").set_index("place")
    >>> found["status"].to_dict()
    {'Austria': 'primary', 'Belgium': 'published', 'Chile': 'secondary', 'total': 'published'}
    >>> found.loc["Austria", ["low", "high"]].tolist()
    [1.0, 20.0]
    """
    import numpy as np

    table = plain(table)
    cells = _Cells(table, [by] if isinstance(by, str) else list(by), value, contributions, dict(within or {}))
    reasons, needs = cells.sensitive(threshold, dominance)
    withheld = cheapest(cells.tied, needs, reasons != "")
    ends = cells.tied.ends(withheld)
    frame = cells.frame.copy()
    status = np.where(withheld, np.where(reasons != "", PRIMARY, SECONDARY), PUBLISHED)
    frame["value"] = np.where(withheld, np.nan, cells.value)
    frame["status"] = status
    frame["reason"] = np.where(status == SECONDARY, "with the totals it would give away another cell", reasons)
    frame["low"], frame["high"] = ends[:, 0], ends[:, 1]
    frame["threshold"] = threshold
    frame["dominance_n"], frame["dominance_k"] = (np.nan, np.nan) if dominance is None else dominance
    warnings = (
        ["A contributor who knows its own part of a cell can work out more than a reader."] if withheld.any() else []
    )
    return result(
        frame,
        "cell_suppression.cell_suppression",
        of=table,
        method="cell suppression by integer programming",
        limits="rounding",
        record=Record(
            warnings=warnings,
            parameters={
                "by": cells.by,
                "threshold": threshold,
                "dominance": None if dominance is None else list(dominance),
                "within": cells.within,
                "cells": len(frame),
                "withheld": int(withheld.sum()),
            },
        ),
    )


def release(protected: pd.DataFrame) -> pd.DataFrame:
    """What may be published of a protected table.

    Parameters
    ----------
    protected
        What `cell_suppression` gave.

    Returns
    -------
    pandas.DataFrame
        Its columns with ``status`` ``published`` or ``withheld``, whatever the reason, which is left out.

    Raises
    ------
    DataError
        If the table is not a result of `cell_suppression`.
    """
    _checked(protected)
    given = protected.drop(columns="reason").assign(
        status=protected["status"].where(protected["status"] == PUBLISHED, "withheld")
    )
    return given.assign(statistic="cell_suppression.release")


def log(protected: pd.DataFrame) -> pd.DataFrame:
    """What was withheld and why, for whoever has the table, not for publication.

    Parameters
    ----------
    protected
        What `cell_suppression` gave.

    Returns
    -------
    pandas.DataFrame
        Its withheld cells, with ``status``, ``reason``, ``low`` and ``high``; the values are not in it.

    Raises
    ------
    DataError
        If the table is not a result of `cell_suppression`.
    """
    _checked(protected)
    return protected[protected["status"] != PUBLISHED].drop(columns="value").reset_index(drop=True)


def _checked(protected: pd.DataFrame) -> None:
    if only(protected, "statistic") != "cell_suppression.cell_suppression":
        raise DataError(
            "this table is not a result of cell_suppression.cell_suppression", remedy="pass such a result as it came"
        )


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence: how many cells are withheld, and by which rule."""
    withheld = int((found["status"] != PUBLISHED).sum())
    threshold = needed(found, "threshold", "pass the result of cell_suppression with all of its columns")
    n, k = only(found, "dominance_n"), only(found, "dominance_k")
    if "reason" in found and n is None:  # which stays with who has the table
        _require_threshold(found, int(threshold))
    counts = {"cells": len(found), "withheld": withheld, "threshold": int(threshold)}
    parts: dict[str, str] = {name: Counted(count, lang) for name, count in counts.items()}
    if n is not None and k is not None:
        parts |= {"n": numbers.number(int(n), lang), "k": numbers.percent(float(k) / 100, lang, decimals=1)}
    return "nothing" if withheld == 0 else "threshold" if n is None else "dominance", parts


def _require_threshold(found: pd.DataFrame, threshold: int) -> None:
    """DataError for a cell that is withheld for fewer contributors than another threshold."""
    reasons = found["reason"].fillna("").astype(str)
    refuse_row(
        (reasons.str.endswith("contributors") & reasons.ne(_too_few(threshold))).to_numpy(bool),
        lambda at: f": it is withheld for {reasons.iloc[at]}, and threshold says {threshold}",
        "pass the result of cell_suppression as it was returned",
        "threshold",
    )


def _too_few(threshold: int) -> str:
    """The reason of a cell with fewer contributors than the threshold."""
    return f"fewer than {threshold} contributors"


class _Cells:
    """The cells of a table with all their totals, and the sums that tie them together."""

    def __init__(
        self, table: pd.DataFrame, by: list[str], value: str, contributions: str | None, within: dict[str, str]
    ) -> None:
        self.by, self.within = by, within
        wanted = [*by, value, *within.values(), *([contributions] if contributions else [])]
        if missing := [column for column in wanted if column not in table]:
            raise DataError(
                f"the table has no column {', '.join(missing)}",
                remedy=f"choose from {', '.join(map(str, table.columns))}",
                column=missing[0],
            )
        if not 1 <= len(by) <= 3 or len(set(by)) < len(by) or not set(within) <= set(by):
            raise DataError(
                "a table is spanned by one to three different columns, and only these lie within regions",
                remedy="correct by and within",
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
                f"with its totals the table has {size:,} cells, more than {MOST_CELLS:,}",
                remedy="protect a part at a time",
            )
        self._place(contributions)

    def _level(self, table: pd.DataFrame, column: str) -> tuple[list[Any], dict[Any, list[Any]]]:
        """The entries of a column with its totals, and of each total the entries that it is the sum of."""
        leaves = sorted(table[column].unique(), key=str)
        sums: dict[Any, list[Any]] = {}
        if column in self.within:
            regions = table.groupby(column)[self.within[column]].agg(["nunique", "first"])
            if (regions["nunique"] != 1).any():
                raise DataError(
                    f"an entry of {column} lies in no region or in several",
                    remedy=f"give each one in '{self.within[column]}'",
                    column=column,
                )
            for leaf in leaves:
                sums.setdefault(regions.loc[leaf, "first"], []).append(leaf)
            if set(sums) & set(leaves):
                raise DataError(
                    f"a region has the name of an entry of {column}", remedy="give them different names", column=column
                )
            sums = {region: sums[region] for region in sorted(sums, key=str)}
        names = [*leaves, *sums, TOTAL]
        if len(set(names)) < len(names):
            raise DataError(
                f"an entry of {column} is called {TOTAL!r}",
                remedy="leave out the totals; they are computed here",
                column=column,
            )
        return names, sums | {TOTAL: list(sums) or leaves}

    def _place(self, contributions: str | None) -> None:
        import numpy as np
        import pandas as pd

        self.keys = list(product(*(names for names, _ in self._levels)))
        number = {key: at for at, key in enumerate(self.keys)}
        self.equations: list[tuple[int, list[int]]] = [
            (number[key], [number[(*key[:at], part, *key[at + 1 :])] for part in sums[key[at]]])
            for at, (_, sums) in enumerate(self._levels)
            for key in self.keys
            if key[at] in sums
        ]
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
        # As text: a column of years and the word total could not be written to Parquet.
        self.frame = pd.DataFrame(self.keys, columns=self.by).astype(str)

    @staticmethod
    def _holds(sums: dict[Any, list[Any]], total: object, name: object) -> bool:
        return any(part == name or (part in sums and name in sums[part]) for part in sums[total])

    @cached_property
    def tied(self) -> Tied:
        """The cells as numbers tied by their sums, with what a reader knows."""
        import numpy as np
        from scipy.sparse import csr_array

        rows, columns, signs = [], [], []
        for at, (total, parts) in enumerate(self.equations):
            rows += [at] * (len(parts) + 1)
            columns += [total, *parts]
            signs += [-1.0] + [1.0] * len(parts)
        some = self.value > 0
        zero = np.zeros(len(self.equations))
        return Tied(
            value=self.value,
            low=self.value,
            high=self.value,
            # Empty cells are printed, so that one withheld counts one at least.
            least=np.where(some & self.counts, 1.0, 0.0),
            most=np.where(some, self.value + self.room, 0.0),
            relations=csr_array((signs, (rows, columns)), shape=(len(self.equations), len(self.keys))),
            floor=zero,
            ceiling=zero,
            group=np.arange(len(self.keys)),
            cost=np.where(some, self.value + 1, np.inf),
            whole=np.full(len(self.keys), self.counts),
        )

    def sensitive(self, threshold: int, dominance: tuple[int, float] | None) -> tuple[NDArray[Any], Needs]:
        """The reason of each cell that a rule withholds (else empty), and how far each must stay open."""
        import numpy as np

        if not (isinstance(threshold, int) and threshold >= 1):
            raise DataError(
                "a threshold is a whole number from 1 on", remedy="give one, or 1 for none", threshold=threshold
            )
        reasons = np.full(len(self.keys), "", dtype=object)
        down, up = np.zeros(len(self.keys)), np.zeros(len(self.keys))
        contributors = (
            self.value
            if self.parts is None
            else np.array([sum(part > 0 for part in parts) for parts in self.parts], dtype=float)
        )
        few = (contributors > 0) & (contributors < threshold)
        reasons[few] = _too_few(threshold)
        if self.parts is None:
            up[few] = threshold - self.value[few]
        else:  # a sum of so few says nearly what the largest of them gave
            down[few] = up[few] = self.value[few]
        if dominance is not None:
            n, k = dominance
            if self.parts is None or not (isinstance(n, int) and n >= 1 and 0 < k < 100):
                raise DataError(
                    "dominance is (n, k), the n largest and a per cent below 100, and needs a column of contributions",
                    remedy="give both, such as dominance=(2, 85) and contributions='parts'",
                    dominance=dominance,
                )
            largest = np.array([sum(sorted(parts, reverse=True)[:n]) for parts in self.parts])
            ruled = (self.value > 0) & (largest > k / 100 * self.value * (1 + 1e-12))
            level = 100 / k * largest - self.value
            reasons[ruled & ~few] = f"its {n} largest contributors hold more than {k:g} %"
            down[ruled] = np.maximum(down[ruled], np.minimum(level, self.value)[ruled])
            up[ruled] = np.maximum(up[ruled], level[ruled])
        self.room += float(up.max(initial=0.0))
        return reasons, Needs(down, up, np.full(len(self.keys), self.counts))


def _check_values(table: pd.DataFrame, by: list[str], value: str, contributions: str | None) -> None:
    import numpy as np

    if not len(table):
        raise DataError("the table has no rows", remedy="give the cells to protect")
    numbers = numbers_of(table, value)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"row {row + 1}: the value of a cell, {numbers[row]:g}, is missing, infinite or below zero",
            remedy="correct it, or leave the cell out",
            column=value,
            row=row + 1,
        )
    if table[by].isna().any().any() or table.duplicated(by).any():
        raise DataError(
            "a cell has no name in one of the columns that span the table, or comes twice",
            remedy="give each cell one row",
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
                    "the contributions of a cell are not a list of numbers from zero on that add up to its value",
                    remedy="give each contribution, or leave the column out",
                    column=contributions,
                )
