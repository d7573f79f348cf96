"""Whether the residuals of a regression are alike among neighbours: then its errors are too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..covariates import LEAST_PLACES
from ..neighbours import adjacency, linked_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from ..count_regression import Fit

#: Which residuals, and by which moments: others (deviance residuals; Cliff & Ord's moments) give other numbers.
METHOD = "Pearson residuals, randomisation"


class ResidualMoran(NamedTuple):
    """Moran's I of residuals, what it is expected to be without a pattern, and p."""

    i: float
    expected: float
    p_value: float


def residual_moran(residuals: np.ndarray, weights: np.ndarray) -> ResidualMoran:
    """Moran's I of residuals and its two-sided test by the moments under randomisation (Cliff & Ord 1981; by esda).

    The same as ``moran.test`` of R's spdep on the residuals. ``weights`` is 1 for neighbours; rows are made to sum to
    one.
    """
    import esda
    from libpysal.weights import W

    near = {at: row.nonzero()[0].tolist() for at, row in enumerate(weights)}
    found = esda.Moran(residuals, W(near, silence_warnings=True), permutations=0)
    return ResidualMoran(float(found.I), float(found.EI), float(found.p_rand))


def pattern_of_residuals(
    rows: pd.DataFrame, counts: np.ndarray, fit: Fit, neighbours: Mapping[str, Iterable[str]] | int | None
) -> ResidualMoran:
    """Moran's I of the Pearson residuals; missing where too few places have a neighbour in the table."""
    missing = ResidualMoran(*[float("nan")] * 3)
    if "iso3" not in rows or rows["iso3"].isna().any():
        return missing
    weights = adjacency(rows["iso3"].tolist(), neighbours)
    linked = linked_places(weights)
    if len(linked) < LEAST_PLACES:
        return missing
    residuals = (counts - fit.mean) / np.sqrt(fit.mean + fit.alpha * fit.mean**2)
    return residual_moran(residuals[linked], weights[np.ix_(linked, linked)])
