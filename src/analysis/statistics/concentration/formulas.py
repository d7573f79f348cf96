"""Indexes of concentration as formulas on arrays of counts."""

from __future__ import annotations

import numpy as np


def gini_of(ordered: np.ndarray) -> np.ndarray:
    """Gini of counts in ascending order, along the last axis."""
    n = ordered.shape[-1]
    weights = (2 * np.arange(1, n + 1) - n - 1).astype(ordered.dtype)
    # Many small products: einsum is quicker here than a library of linear algebra with its threads.
    return np.einsum("...i,i->...", ordered, weights) / (n * ordered.sum(axis=-1))


def theil_of(counts: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Theil of counts, each standing for so many places as its weight says."""
    from scipy.special import xlogy

    counts = np.asarray(counts, dtype=float)
    weights = np.ones(counts.shape[-1]) if weights is None else weights
    total = counts.sum(axis=-1)
    return without_noise(xlogy(counts, counts / weights).sum(axis=-1) / total - np.log(total / weights.sum()))


def without_noise(index: np.ndarray) -> np.ndarray:
    """Nothing where only rounding in the last places is left, so that an equal spread is exactly 0."""
    return np.where(index < 1e-13, 0.0, index)


def herfindahl_of(counts: np.ndarray) -> np.ndarray:
    """The sum of squared shares along the last axis."""
    counts = np.asarray(counts, dtype=float)
    return np.square(counts).sum(axis=-1) / np.square(counts.sum(axis=-1))


def top_of(ordered: np.ndarray) -> np.ndarray:
    """The share of the k largest, for k from 0 to all, of counts in ascending order."""
    summed = np.cumsum(ordered[..., ::-1], axis=-1, dtype=float)
    return np.concatenate([np.zeros((*summed.shape[:-1], 1)), summed / summed[..., -1:]], axis=-1)
