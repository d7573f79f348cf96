"""Poisson log-linear models of the cells of overlapping lists, many at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: An expected cell below this may be one that runs away to nothing; the linear programme then decides.
_SURE = 1e-3
_STEPS = 100


class Fits(NamedTuple):
    """Maximum likelihood of several models; missing where a model has no finite estimate from these cells."""

    constant: np.ndarray
    variance: np.ndarray
    deviance: np.ndarray
    aic: np.ndarray


def fitted(counts: np.ndarray, designs: np.ndarray) -> Fits:
    """Fit models with equally many parameters to the same counts by Newton's method.

    Parameters
    ----------
    counts
        Of each cell, whole numbers.
    designs
        ``models × cells × parameters``; the first parameter is the constant.

    Returns
    -------
    Fits
        The constant (log of the cell that nobody saw), the variance of its estimate, deviance and AIC of each model.
    """
    from scipy.special import gammaln, xlogy

    models, cells, parameters = designs.shape
    saturated = parameters == cells
    start = np.log(np.maximum(counts, 0.5))
    beta = np.stack([np.linalg.lstsq(design, start, rcond=None)[0] for design in designs])
    weighted = designs.transpose(0, 2, 1)
    with np.errstate(all="ignore"):
        score, information, mean = _derivatives(counts, designs, beta)
        for _ in range(_STEPS):
            settled = np.abs(score).max(axis=1) <= 1e-10 * counts.sum()
            if settled.all():
                break
            step = np.linalg.solve(information + 1e-12 * np.eye(parameters), score[..., None])[..., 0]
            # Newton's step may overshoot far from the top; no linear predictor moves by more than 2 at once.
            reach = np.abs(np.einsum("mcp,mp->mc", designs, step)).max(axis=1)
            beta = beta + step * np.minimum(1.0, 2.0 / np.maximum(reach, 1e-300))[:, None]
            score, information, mean = _derivatives(counts, designs, beta)
        settled = (np.abs(score).max(axis=1) <= 1e-7 * counts.sum()) & np.isfinite(mean).all(axis=1)
        # A settled fit whose cells are all well above nothing is itself a positive table with the model's margins.
        sure = settled & (mean.min(axis=1) > _SURE)
        finite = np.array(
            [bool(good) or has_finite_estimate(counts, design) for good, design in zip(sure, designs, strict=True)]
        )
        variance = np.full(models, np.nan)
        variance[finite] = np.linalg.inv(weighted[finite] @ (mean[finite, :, None] * designs[finite]))[:, 0, 0]
        deviance = 2 * (xlogy(counts, counts / mean) - counts + mean).sum(axis=1)
        likelihood = (xlogy(counts, mean) - mean - gammaln(counts + 1)).sum(axis=1)
    deviance = np.zeros(models) if saturated else deviance
    found = Fits(beta[:, 0], variance, deviance, 2 * parameters - 2 * likelihood)
    return Fits(*(np.where(finite, numbers, np.nan) for numbers in found))


def _derivatives(
    counts: np.ndarray, designs: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score, information and expected cells of each model."""
    mean = np.exp(np.einsum("mcp,mp->mc", designs, beta))
    score = np.einsum("mcp,mc->mp", designs, counts - mean)
    return score, designs.transpose(0, 2, 1) @ (mean[..., None] * designs), mean


def has_finite_estimate(counts: np.ndarray, design: np.ndarray) -> bool:
    """Whether some table of positive cells has the same margins (Haberman 1974): its least cell as large as can be."""
    from scipy.optimize import linprog

    margins = design.T @ counts
    # A margin of nothing leaves its cells nothing.
    if (margins <= 0).any():
        return False
    size = len(counts)
    positive = linprog(
        np.r_[np.zeros(size), -1],
        A_ub=np.c_[-np.eye(size), np.ones(size)],
        b_ub=np.zeros(size),
        A_eq=np.c_[design.T, np.zeros(design.shape[1])],
        b_eq=margins,
        bounds=[(0, None)] * size + [(None, counts.sum())],
    )
    return bool(positive.success and -positive.fun > 1e-9 * counts.sum())
