"""A lower bound of the total that holds whatever makes some entries easier to find than others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ..result import Record, result
from ..uncertainty import normal_deviate
from .cells import cells_of, lognormal_spread
from .log_linear import fitted


def lower_bound(cells: Any, level: float = 0.95) -> pd.DataFrame:
    """Chao's lower bound of the total (Mth): at least so many, however easy some are to find.

    What is on one list or on two is fitted by independent lists, each with a reach of its own: a Poisson log-linear
    model with main effects on these cells only. Its constant is the log of the number unseen. Entries that differ in
    how easy they are to find make the true number larger (Chao 1987 for lists alike, Mh; Rivest & Baillargeon 2007
    for lists that are not, Mth). Rcapture (``closedp.t``, "Mth Chao (LB)") also fits the cells of three lists and
    more; for three lists its number is the same unless they hold fewer than the model expects.

    Parameters
    ----------
    cells, level
        As for `capture_recapture`.

    Returns
    -------
    pandas.DataFrame
        One row: ``model`` (``lower bound``), ``seen, once, twice, estimate, estimate_low, estimate_high,
        lists, method, level``. The limits are
        log-normal about the number unseen, as in `capture_recapture`.

    Raises
    ------
    DataError
        As `capture_recapture`; and where nothing is on two lists: then nothing was found again, and the lists bound
        nothing; or where a list shares nothing with any other, or holds nothing.
    NotComparableError
        As `capture_recapture`.

    Notes
    -----
    Lists that tend to leave out each other's entries (negative dependence) break the bound.

    Examples
    --------
    Who was on which of three lists in an outbreak of hepatitis A (Chao, Tsay et al. 2001):

    >>> import pandas as pd
    >>> from analysis.statistics import lower_bound
    >>> cells = pd.DataFrame(
    ...     [(1, 1, 1, 28), (1, 1, 0, 21), (1, 0, 1, 17), (0, 1, 1, 18), (1, 0, 0, 69), (0, 1, 0, 55), (0, 0, 1, 63)],
    ...     columns=["P", "Q", "E", "value"],
    ... )
    >>> lower_bound(cells)[["seen", "estimate", "estimate_low", "estimate_high"]].round(1).values.tolist()
    [[271.0, 478.7, 409.2, 583.0]]
    """
    cells, names, patterns, counts = cells_of(cells)
    if len(names) < 3:
        raise DataError(
            f"the table has {len(names)} lists; the bound needs three at least", remedy="use two_lists for two"
        )
    z = normal_deviate(level)
    often = patterns.sum(axis=1)
    once, twice = counts[often == 1].sum(), counts[often == 2].sum()
    if not twice:
        raise DataError(
            "nothing is on exactly two lists; the lists then bound nothing",
            remedy="merge lists that saw the same, or say only how many were seen",
        )
    few = often <= 2
    design = np.column_stack([np.ones(few.sum()), patterns[few]])
    fits = fitted(counts[few], design[None])
    unseen, variance = float(np.exp(fits.constant[0])), float(fits.variance[0])
    if np.isnan(unseen):
        raise DataError(
            "some list holds nothing alone or beside one other; the bound then has no finite number",
            remedy="leave that list out",
        )
    seen = counts.sum()
    spread = float(lognormal_spread(np.array([unseen]), np.array([variance]), z)[0])
    table = pd.DataFrame(
        {
            "model": ["lower bound"],
            "seen": [seen],
            "once": [once],
            "twice": [twice],
            "estimate": [seen + unseen],
            "estimate_low": [seen + unseen / spread],
            "estimate_high": [seen + unseen * spread],
            "lists": [len(names)],
        }
    )
    return result(
        table,
        "overlap.lower_bound",
        of=cells,
        method="Chao's lower bound (Mth), log-normal interval",
        level=level,
        limits="chance",
        record=Record(warnings=["A bound from below: the total may be far above it."], parameters={"names": names}),
    )
