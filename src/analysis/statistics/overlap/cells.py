"""The cells of who is on which list, as a table gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import DataError
from ..uncertainty import checked_counts
from .designs import refuse_one_sided

if TYPE_CHECKING:
    import pandas as pd


def cells_of(cells: Any) -> tuple[pd.DataFrame, list[str], np.ndarray, np.ndarray]:
    """The checked table, the lists' names, the patterns in a fixed order, and their counts."""
    cells = checked_counts(cells)
    refuse_one_sided(cells)
    counts = cells["value"].to_numpy(float)
    if (counts != np.round(counts)).any() or (cells["low"] != cells["high"]).any():
        raise DataError(
            "the cells are counts of a file: whole numbers without limits",
            remedy="give the numbers as counted, not as rounded",
            column="value",
        )
    if not counts.any():
        raise DataError(
            "all cells are zero; there is nothing to estimate from", remedy="give the counts", column="value"
        )
    names = [
        str(column) for column in cells if column not in ("value", "low", "high") and cells[column].isin([0, 1]).all()
    ]
    if not names:
        raise DataError(
            "the table has no column of 0 and 1 that says who is on which list", remedy="add one for each list"
        )
    patterns = cells[names].to_numpy(int)
    keys = patterns @ (1 << np.arange(len(names))[::-1])
    if (keys == 0).any():
        raise DataError("the all-zero row cannot be observed", remedy="remove it")
    if len(set(keys)) < len(keys):
        raise DataError("a pattern of lists stands in two rows", remedy="add them up")
    if missing := sorted(set(range(1, 1 << len(names))) - set(keys)):
        pattern = ", ".join(name for n, name in enumerate(reversed(names)) if missing[0] >> n & 1)
        raise DataError(
            f"{len(missing)} patterns have no row, for instance {pattern}",
            remedy="a missing count is not zero, give all of them",
        )
    order = np.argsort(-keys, kind="stable")
    return cells, names, patterns[order], counts[order]


def lognormal_spread(unseen: np.ndarray, variance: np.ndarray, z: float) -> np.ndarray:
    """By which factor the number unseen may be larger or smaller (Burnham et al. 1987).

    ``variance`` is that of the log of its expectation; the number itself scatters about that as a Poisson count.
    """
    return np.exp(z * np.sqrt(np.log1p(1 / unseen + variance)))
