"""Log-linear regression of counts by maximum likelihood, with errors that hold where its variance does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DataError

#: Kinds of robust errors: as they are, with n/(n − k), with the leverages.
ROBUST = ("HC0", "HC1", "HC3")


@dataclass(frozen=True)
class Fit:
    """A fitted regression; the constant stands apart from the coefficients."""

    coefficients: np.ndarray
    errors: np.ndarray
    constant: float
    dispersion: float
    alpha: float
    mean: np.ndarray


def fit_counts(
    counts: np.ndarray,
    covariates: np.ndarray,
    sizes: np.ndarray,
    family: str,
    robust: str | None,
    alpha: float | None = None,
    near: Fit | None = None,
) -> Fit:
    """Regress counts on covariates, with the log of sizes as offset.

    Parameters
    ----------
    counts, sizes
        One a place.
    covariates
        ``places × covariates``, without a constant.
    family
        ``poisson`` or ``negative-binomial``.
    robust
        As for `sandwich`; None for the model's own errors.
    alpha
        Of the negative binomial; None for that of the highest profile likelihood.
    near
        A fit of nearly the same counts, from which the search starts.

    Raises
    ------
    DataError
        If the fit does not settle, or one place alone decides a coefficient (its leverage is 1) and HC3 is asked for.
    """
    design = np.column_stack([np.ones(len(counts)), covariates])
    if family == "poisson":
        alpha = 0.0
    elif alpha is None:
        alpha = _likeliest_alpha(counts, design, sizes)
    start = None if near is None else np.concatenate([[near.constant], near.coefficients])
    found = _fitted(counts, design, sizes, alpha, start)
    weights = np.asarray(found.model.hessian_factor(found.params, scale=1.0, observed=False))
    covariance = np.asarray(found.normalized_cov_params)
    if robust:
        covariance = sandwich(
            design, weights, np.asarray(found.model.score_factor(found.params, scale=1.0)), covariance, robust
        )
    return Fit(
        np.asarray(found.params[1:]),
        np.sqrt(np.diag(covariance))[1:],
        float(found.params[0]),
        float(found.pearson_chi2 / found.df_resid) if found.df_resid else float("nan"),
        alpha,
        np.asarray(found.mu),
    )


def _likeliest_alpha(counts: np.ndarray, design: np.ndarray, sizes: np.ndarray) -> float:
    """The α of the highest profile likelihood; 0 at the edge, where the counts scatter no more than Poisson's."""
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import psi

    def slope(log: float) -> float:
        """The derivative of the log-likelihood by the logarithm of alpha, at the coefficients that fit it."""
        alpha = np.exp(log)
        mean = _fitted(counts, design, sizes, alpha).mu
        scatter = np.log1p(alpha * mean) - psi(counts + 1 / alpha) + psi(1 / alpha)
        return float(np.sum(scatter / alpha + (counts - mean) / (1 + alpha * mean)))

    best = minimize_scalar(
        lambda log: -_fitted(counts, design, sizes, np.exp(log)).llf,
        bounds=(-12.0, 4.0),
        method="bounded",
        options={"xatol": 1e-9},
    )
    # A maximum is flat, so that searching it carries half of the digits; where its slope is zero carries all.
    near = (best.x - 1e-4, best.x + 1e-4)
    top = brentq(slope, *near, xtol=1e-13) if slope(near[0]) * slope(near[1]) < 0 else best.x
    return float(np.exp(top)) if top > -11.9 else 0.0


def _fitted(
    counts: np.ndarray, design: np.ndarray, sizes: np.ndarray, alpha: float, start: np.ndarray | None = None
) -> Any:
    import warnings

    # statsmodels.api imports half a second of what is not asked for.
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    kind = families.NegativeBinomial(alpha=alpha) if alpha else families.Poisson()
    # statsmodels warns where a fit does not settle; that is told below, as an error.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model = GLM(counts, design, family=kind, offset=np.log(sizes))
        found = model.fit(start, maxiter=200, tol=1e-12, rtol=1e-13)
    # Where it runs away, the expected count of some place vanishes.
    if not (found.converged and np.isfinite(found.params).all() and found.mu.min() > 1e-9):
        raise DataError(
            "the regression does not converge: some covariate separates the places with a count from those without",
            remedy="take fewer covariates, or correlate()",
        )
    return found


def sandwich(
    design: np.ndarray, weights: np.ndarray, scores: np.ndarray, inverse: np.ndarray, robust: str
) -> np.ndarray:
    """Covariance of coefficients that does not rely on the model's variance: B⁻¹ (Xᵀ diag(s²) X) B⁻¹.

    Parameters
    ----------
    design
        ``places × coefficients``.
    weights
        Of each place in the information B = Xᵀ diag(weights) X.
    scores
        Of each place: the derivative of its log-likelihood by the linear predictor.
    inverse
        B⁻¹.
    robust
        ``HC0`` as it is (White 1980); ``HC1`` times n/(n − k); ``HC3`` with s/(1 − h), h the leverage in the weighted
        regression (MacKinnon & White 1985; as R's sandwich, and not as ``cov_type="HC3"`` of a GLM of statsmodels,
        whose leverages are those of an unweighted one).

    Raises
    ------
    DataError
        For HC3 where some place alone decides a coefficient.
    """
    places, columns = design.shape
    if robust == "HC3":
        leverage = weights * np.einsum("ij,jk,ik->i", design, inverse, design)
        if (leverage > 1 - 1e-9).any():
            raise DataError(
                "one place alone decides a coefficient (its leverage is 1), so that its error cannot be known",
                remedy="take fewer covariates, leave that place out, or take correlate()",
            )
        scores = scores / (1 - leverage)
    covariance: np.ndarray = inverse @ (design.T * scores**2) @ design @ inverse
    return covariance * places / (places - columns) if robust == "HC1" else covariance
