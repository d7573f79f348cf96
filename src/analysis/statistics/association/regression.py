"""Log-linear regression of counts on covariates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...language import intervals, numbers
from ...language.catalogue import say
from ...language.plurals import Counted
from ...language.prose import remarked
from ...meaning import checked_level
from ..comparable_places import require_known
from ..count_regression import ROBUST, Fit, fit_counts
from ..covariates import Prepared, prepared, require_variation
from ..exposure_in_words import common_parts, indicator_label
from ..phrases import named_interval
from ..uncertainty import by_chance
from .common import Associated, association_result, checked_limits, exp, side_of_nothing
from .residuals import METHOD, pattern_of_residuals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A regression needs so many places for each coefficient, the constant counted.
PLACES_EACH = 4

_FAMILIES = {"poisson": "Poisson", "negative-binomial": "negative binomial"}

_STEPS = ("sd", "unit", "doubling")


def regress(
    frame: Any,
    covariates: str | Iterable[str],
    per: str | None = "population",
    family: str = "poisson",
    errors: str = "HC3",
    step: str = "sd",
    level: float = 0.95,
    limits: str | None = None,
    neighbours: Mapping[str, Iterable[str]] | int | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Rate ratios by a log-linear (Poisson or negative binomial) regression of counts on covariates.

    log E[count] = log(size) + β₀ + Σ βⱼ xⱼ, by maximum likelihood (statsmodels). ``ratio`` is exp β: how many times as
    high the rate is for one step of the covariate, the others held constant. Robust errors are a sandwich; ``HC3``
    takes the leverages of the weighted regression, as R's sandwich does (see `count_regression.sandwich`), and keeps
    its level for a dozen places, which ``HC1`` does not. Limits and test take Student's t with n − k degrees of
    freedom. The negative binomial has the variance μ + αμ²; α is that of the highest profile likelihood.

    Residuals that are alike among neighbours make all errors too small. Moran's I of the Pearson residuals is tested
    under randomisation (Cliff & Ord 1981; ``moran.test`` of R's spdep on the residuals). Its ``lm.morantest`` takes
    deviance residuals and other moments; both hold their level here.

    Rounding: with one covariate and Poisson, β is at least c exactly where Σ y (x − x̄(c)) ≥ 0, so that the extreme is
    reached with each figure at one end of its interval, and is found exactly. Elsewhere the ends are sought by the same
    steps, along the gradient. The limits of chance lie beyond those ends, with the error at the printed values.

    Parameters
    ----------
    frame, value, level
        As for `correlate`.
    covariates
        One or several, as for `correlate`.
    per
        The denominator of the rate, as for `rates.rates`; None regresses the counts themselves.
    family
        ``poisson``, or ``negative-binomial`` where counts scatter more than Poisson's.
    errors
        ``HC3``, ``HC1``, ``HC0``, or ``model`` for the model's own, which need independent events (Poisson).
    step
        Of the covariates: ``sd`` (their standard deviation among the places), ``unit``, or ``doubling``.
    limits
        ``rounding``, ``chance`` or ``both`` (default: robust errors hold for things that come in batches, too).
    neighbours
        For Moran's I of the residuals, as for `moran`.

    Returns
    -------
    pandas.DataFrame
        One row per covariate:
        ``covariate, step, step_size, places, coefficient, error, ratio, ratio_low, ratio_high, p_value, residual_i,
        residual_expected, residual_p, residual_method, dispersion, alpha, exposure, rate_per, method, level,
        limits``. ``step_size`` is in the covariate's own unit
        (2, times, for ``doubling``); ``dispersion`` is Pearson's χ² over n − k (far above 1: not Poisson). The columns
        of residuals are missing where fewer than eight places have a neighbour in the table.

    Raises
    ------
    DataError
        As `correlate`; also for fewer than `PLACES_EACH` places per coefficient, covariates that follow from one
        another, a doubling of what is not positive, a place that alone decides a coefficient, or a fit that does not
        converge.
    NotComparableError
        As `correlate`; also for the model's own errors of Poisson where things come in batches.

    Notes
    -----
    With a dozen places look at `influence_on_regression`. Not for choosing among many covariates: the one that remains
    was chosen by chance. What was not measured may explain a ratio: see `e_value`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> found = ex.statistics.regress(servers, "gdp_pc_usd")
    >>> found[["ratio", "ratio_low", "ratio_high", "p_value"]].round(2).values.tolist()
    [[2.48, 0.81, 7.57, 0.1]]
    """
    limits = checked_limits(limits)
    require_known("family", family, _FAMILIES)
    require_known("kind of errors", errors, (*ROBUST, "model"))
    require_known("step", step, _STEPS)
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if not names:
        raise DataError("no covariate is named", remedy="name one, such as gdp_pc_usd")
    ready = require_variation(prepared(frame, names, value, per, step))
    count, columns = len(ready.rows), len(names) + 1
    if count < PLACES_EACH * columns:
        raise DataError(
            f"{count} places are too few for {len(names)} covariates and a constant; {PLACES_EACH} each are needed, "
            f"that is {PLACES_EACH * columns}",
            remedy="take fewer covariates, or correlate()",
        )
    if errors == "model" and family == "poisson" and limits != "rounding":
        by_chance(ready.rows, "chance")
    fit = fit_counts(ready.counts[:, 0], ready.x, ready.sizes, family, None if errors == "model" else errors)
    pattern = pattern_of_residuals(ready.rows, ready.counts[:, 0], fit, neighbours)
    told = f"{_FAMILIES[family]} regression, " + (
        "rounding only" if limits == "rounding" else f"errors {'of the model' if errors == 'model' else errors}"
    )
    table = _coefficients(ready, fit, limits, checked_level(level)).assign(
        covariate=names,
        step=step,
        residual_i=pattern.i,
        residual_expected=pattern.expected,
        residual_p=pattern.p_value,
        residual_method=METHOD,
        dispersion=fit.dispersion,
        alpha=fit.alpha,
    )
    return association_result(
        table[["covariate", "step", *table.columns.difference(["covariate", "step"], sort=False)]],
        "regress",
        ready,
        Associated(per, told),
        level=checked_level(level),
        limits=limits,
        warnings=_caveats(table, family, level),
    )


def _coefficients(ready: Prepared, fit: Fit, limits: str, level: float) -> pd.DataFrame:
    """One row per covariate: coefficient, error, ratio with its limits, and p."""
    from scipy.special import stdtr, stdtrit

    free = len(ready.rows) - len(fit.coefficients) - 1
    least, most = _ends_of_coefficients(ready, fit) if limits != "chance" else (fit.coefficients, fit.coefficients)
    reach = 0.0 if limits == "rounding" else stdtrit(free, (1 + level) / 2) * fit.errors
    p_value = 2 * stdtr(free, -np.abs(fit.coefficients / fit.errors))
    return pd.DataFrame(
        {
            "step_size": ready.steps,
            "coefficient": fit.coefficients,
            "error": fit.errors,
            "ratio": exp(fit.coefficients),
            "ratio_low": exp(least - reach),
            "ratio_high": exp(most + reach),
            "p_value": np.nan if limits == "rounding" else p_value,
        }
    )


def _caveats(table: pd.DataFrame, family: str, level: float) -> list[str]:
    """What a reader of the coefficients must know."""
    row, warnings = table.iloc[0], []
    if family == "poisson" and row["dispersion"] > 2:
        warnings.append(
            f"The counts scatter {row['dispersion']:.3g} times as much as Poisson counts about the fit; the model's "
            "own errors would be far too small, and a few places may decide the result."
        )
    if row["residual_p"] < 1 - level:
        alike = "alike" if row["residual_i"] > row["residual_expected"] else "unlike"
        warnings.append(
            f"Pearson residuals of neighbours are {alike} (Moran's I {row['residual_i']:.2f}, p = "
            f"{row['residual_p']:.2g}): places are not independent, and the limits are too narrow."
        )
    if not np.isfinite(table[["ratio_low", "ratio_high"]].to_numpy()).all():
        warnings.append("The rounding allows figures with which a ratio has no limit; its end is open.")
    return warnings


def _ends_of_coefficients(ready: Prepared, fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that each coefficient may be, over all that the rounding allows."""
    low, high = ready.counts[:, 1] / ready.counts[:, 2].max(), ready.counts[:, 2] / ready.counts[:, 2].max()
    if (low == high).all():
        return fit.coefficients, fit.coefficients
    unit = ready.counts[:, 2].max()
    design = np.column_stack([np.ones(len(low)), ready.x])

    def pull(at: int, found: Fit) -> np.ndarray:
        """How the coefficient goes with each count."""
        mean = ready.sizes * np.exp(found.constant + ready.x @ found.coefficients)
        weight = mean / (1 + fit.alpha * mean)
        return (np.linalg.pinv((design.T * weight) @ design) @ design.T)[at + 1] / (1 + fit.alpha * mean)

    def end(at: int, side: int) -> float:
        found, best, counts = fit, fit.coefficients[at], None
        for _ in range(50):
            towards = np.where(side * pull(at, found) > 0, high, low) * unit
            if counts is not None and (towards == counts).all():
                break
            counts = towards
            try:
                found = fit_counts(
                    counts, ready.x, ready.sizes, "negative-binomial" if fit.alpha else "poisson", None, fit.alpha
                )
            except DataError:
                return side * np.inf
            best = side * max(side * best, side * found.coefficients[at])
        return best

    places = range(len(fit.coefficients))
    return np.array([end(at, -1) for at in places]), np.array([end(at, 1) for at in places])


def facts_of_regression(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence about a regression."""
    row = found.iloc[0]
    more = say(f"step_{row['step']}", lang, family="words")
    besides = say("besides", lang, family="words") if len(found) > 1 else ""
    side = side_of_nothing(row["ratio_low"], row["ratio_high"], 1.0)
    span = intervals.span(row["ratio_low"], row["ratio_high"], lang)
    parts = common_parts(found, row, lang) | {
        "covariate": remarked(indicator_label(row["covariate"], lang), more + besides),
        "ratio": numbers.signed(row["ratio"], lang),
        "span": span,
        "limits": named_interval(span, row, lang),
        "open": Counted(2 if side == "open" else 1, lang),
    }
    return "regress_" + (side if row["level"] == row["level"] else "rounding"), parts
