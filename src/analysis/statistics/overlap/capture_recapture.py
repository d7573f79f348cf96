"""What three or more lists suggest of the number on none of them: every log-linear model beside the others."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ..result import Record, result
from ..uncertainty import normal_deviate
from .cells import cells_of, lognormal_spread
from .log_linear import fitted

#: With more lists than these the models that take lists two by two are more than a thousand.
MOST_LISTS = 5


def capture_recapture(cells: Any, level: float = 0.95) -> pd.DataFrame:
    """What three or more lists suggest of the number on none of them: one estimate for each log-linear model.

    The cells of the table of who is on which list are Poisson counts with log mean μ + Σ λᵢ + Σ λᵢⱼ (Fienberg 1972),
    here with
    every choice of interactions of two lists; μ is the log of the cell that nobody saw, and N = seen + exp(μ). All
    models are
    shown side by side, never one number: models that fit alike give totals far apart, and a criterion such as AIC may
    well choose an absurd one.

    Parameters
    ----------
    cells
        One row for each pattern of being on lists but that of being on none: a column of 0 and 1 for each list, and
        ``value``, how
        many have just this pattern. 2ᵏ − 1 rows for k lists, 3 to 5. These are counts of a file, not printed figures:
        whole
        numbers without an interval.
    level
        The confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per model: ``model`` (its interactions),
        ``interactions, df, deviance, aic, seen, estimate, estimate_low, estimate_high, lists, method,
        level``. The interval is log-normal about the number unseen f (Burnham et al. 1987): seen + f/c to seen + f c,
        c = exp(z √ln(1 + v/f²)), with v = f + f² var μ. Where no table of positive cells has the margins that a model
        fits
        (Haberman 1974; asked by a linear programme) it has no finite estimate; its name is then in
        ``attrs["missing"]``.

    Raises
    ------
    DataError
        For fewer than three or more than five lists, a pattern that is missing, twice, or that of no list, or counts
        that are not
        whole and at least 0, or all 0; if no model has a finite estimate.
    NotComparableError
        If the rows name a survey with a one-sided design.

    Notes
    -----
    Assumes one closed population, entries that are recognised between lists, and no interaction of three lists.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.statistics import capture_recapture
    >>> cells = pd.DataFrame(
    ...     [(1, 1, 1, 28), (1, 1, 0, 21), (1, 0, 1, 17), (0, 1, 1, 18), (1, 0, 0, 69), (0, 1, 0, 55), (0, 0, 1, 63)],
    ...     columns=["P", "Q", "E", "value"],
    ... )
    >>> capture_recapture(cells)[["model", "estimate"]].round().values.tolist()[:2]
    [['independent', 388.0], ['P×Q', 416.0]]
    """
    cells, names, patterns, counts = cells_of(cells)
    if not 3 <= len(names) <= MOST_LISTS:
        raise DataError(
            f"the table has {len(names)} lists; models need three to five",
            remedy="use two_lists for two, or leave lists out",
        )
    z = normal_deviate(level)
    table, missing = _models(names, patterns, counts, z)
    if len(missing) == len(table):
        raise DataError(
            "no model has a finite estimate from these cells",
            remedy="leave out a list that holds nothing, or nothing that others lack",
        )
    warnings = [
        "Models that fit alike give totals far apart; no criterion can say which is right, so that all are shown.",
        *([f"{len(missing)} models have no finite estimate from these cells."] if missing else []),
    ]
    return result(
        table.assign(lists=len(names)),
        "overlap.capture_recapture",
        of=cells,
        method="log-linear, log-normal interval",
        level=level,
        limits="chance",
        record=Record(warnings=warnings, missing=missing, parameters={"names": names}),
    )


def _models(names: list[str], patterns: np.ndarray, counts: np.ndarray, z: float) -> tuple[pd.DataFrame, list[str]]:
    """One row per model, those with few interactions first, and the names of those without a finite estimate."""
    pairs = list(combinations(range(len(names)), 2))
    seen, tables = counts.sum(), []
    plain = np.column_stack([np.ones(len(counts)), patterns])
    for size in range(len(pairs) + 1):
        choices = list(combinations(pairs, size))
        designs = np.stack(
            [np.column_stack([plain, *(patterns[:, i] * patterns[:, j] for i, j in chosen)]) for chosen in choices]
        )
        fits = fitted(counts, designs)
        unseen = np.exp(fits.constant)
        spread = lognormal_spread(unseen, fits.variance, z)
        tables.append(
            pd.DataFrame(
                {
                    "model": [
                        " + ".join(f"{names[i]}×{names[j]}" for i, j in chosen) or "independent" for chosen in choices
                    ],
                    "interactions": size,
                    "df": len(counts) - designs.shape[2],
                    "deviance": fits.deviance,
                    "aic": fits.aic,
                    "seen": seen,
                    "estimate": seen + unseen,
                    "estimate_low": seen + unseen / spread,
                    "estimate_high": seen + unseen * spread,
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return table, table.loc[table["estimate"].isna(), "model"].tolist()
