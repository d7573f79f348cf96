"""Are the residuals of a regression alike among neighbours? Then its errors are too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..covariates import LEAST_PLACES
from ..neighbours import adjacency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from ..count_regression import Fit


class ResidualMoran(NamedTuple):
    """Moran's I of residuals, what it is expected to be without a pattern, its variance, and p."""

    i: float
    expected: float
    variance: float
    p_value: float


def residual_moran(residuals: np.ndarray, design: np.ndarray, weights: np.ndarray) -> ResidualMoran:
    """Moran's I of the residuals of a linear regression, with Cliff & Ord's moments (1981).

    Residuals are not free: the fit ties them, so that I is expected at n tr(MW)/(S₀ (n − k)), M = 1 − X(XᵀX)⁻¹Xᵀ, and
    not at −1/(n − 1). The test is normal and two-sided (as ``lm.morantest`` of R's spdep).

    Parameters
    ----------
    residuals
        Of a regression on ``design``.
    design
        With its constant; both multiplied by √weight for a weighted regression.
    weights
        Of each two places; rows that sum to one, or any others.
    """
    from scipy.special import ndtr

    places, columns = design.shape
    scale = places / weights.sum()
    maker = np.eye(places) - design @ np.linalg.pinv(design)
    pattern = maker @ weights
    trace = float(np.trace(pattern))
    free = places - columns
    expected = scale * trace / free
    second = float(np.trace(pattern @ maker @ weights.T) + np.trace(pattern @ pattern) + trace**2)
    variance = scale**2 * second / (free * (free + 2)) - expected**2
    i = scale * float(residuals @ weights @ residuals / (residuals @ residuals))
    return ResidualMoran(i, expected, variance, float(2 * ndtr(-abs(i - expected) / np.sqrt(variance))))


def pattern_of_residuals(
    rows: pd.DataFrame,
    counts: np.ndarray,
    covariates: np.ndarray,
    fit: Fit,
    neighbours: Mapping[str, Iterable[str]] | int | None,
) -> ResidualMoran:
    """Moran's I of the Pearson residuals; missing where too few places have a neighbour in the table."""
    missing = ResidualMoran(*[float("nan")] * 4)
    if "iso3" not in rows or rows["iso3"].isna().any():
        return missing
    weights = adjacency(rows["iso3"].tolist(), neighbours)
    linked = weights.any(axis=1)
    if linked.sum() < LEAST_PLACES:
        return missing
    weights[linked] /= weights[linked].sum(axis=1, keepdims=True)
    # The working residual times the root of its weight: Pearson's.
    variance = fit.mean + fit.alpha * fit.mean**2
    root = np.sqrt(fit.weights)
    design = np.column_stack([np.ones(len(counts)), covariates])
    return residual_moran((counts - fit.mean) / np.sqrt(variance), design * root[:, None], weights)
