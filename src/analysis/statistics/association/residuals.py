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
    """Moran's I of residuals and its two-sided test by the moments under randomisation (Cliff & Ord 1981).

    The same as ``moran.test`` of R's spdep on the residuals, whether the rows of ``weights`` sum to one (style W) or
    hold 1 for each neighbour (style B). The same numbers as esda's, whose import takes two seconds at the first
    regression.
    """
    from scipy.special import ndtr

    n, z = len(residuals), residuals - residuals.mean()
    total = weights.sum()
    i = float(n / total * (z @ weights @ z) / (z @ z))
    expected = -1 / (n - 1)
    both_ways = np.square(weights + weights.T).sum() / 2
    sums = np.square(weights.sum(axis=1) + weights.sum(axis=0)).sum()
    kurtosis = n * np.sum(z**4) / np.sum(z**2) ** 2
    second = n * ((n**2 - 3 * n + 3) * both_ways - n * sums + 3 * total**2)
    second -= kurtosis * ((n**2 - n) * both_ways - 2 * n * sums + 6 * total**2)
    variance = second / ((n - 1) * (n - 2) * (n - 3) * total**2) - expected**2
    return ResidualMoran(i, expected, float(2 * ndtr(-abs(i - expected) / np.sqrt(variance))))


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
    weights = weights[np.ix_(linked, linked)]
    return residual_moran(residuals[linked], weights / weights.sum(axis=1, keepdims=True))
