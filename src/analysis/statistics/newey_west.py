"""Log-linear models of counts in order of time, with errors that allow for neighbours that are correlated."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A coefficient beyond this is one that the counts do not determine (a side without counts, say).
_RUNAWAY = 15.0


class NotEstimableError(DataError):
    """Counts that do not determine the model: too few, or none where a term needs some."""


def default_lags(n: int) -> int:
    """⌊4 (n/100)^(2/9)⌋, the periods over which errors may be correlated (Newey & West 1994)."""
    return int(4 * (n / 100) ** (2 / 9))


def fitted(
    count: NDArray[np.float64],
    design: NDArray[np.float64],
    lags: int,
    size: NDArray[np.float64] | None = None,
    other: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Coefficients of a log-linear model of counts, their Newey–West covariance, and the dispersion.

    Parameters
    ----------
    count
        Counts in order of time.
    design
        A row a count, a column a term.
    lags
        Periods over which errors may be correlated.
    size
        Denominators of the counts.
    other
        Counts of controls: the model is then of the count among all.

    Returns
    -------
    tuple
        Coefficients, covariance, Pearson's χ² over its degrees of freedom.

    Raises
    ------
    NotEstimableError
        If the counts do not determine the coefficients.
    """
    # statsmodels.api imports half a second of what is not asked for.
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    offset = None if size is None else np.log(size)
    if other is None:
        model = GLM(count, design, family=families.Poisson(), offset=offset)
    else:
        whole = count + other
        kept = whole > 0
        model = GLM(np.column_stack([count, other])[kept], design[kept], family=families.Binomial())
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
        estimate, covariance = np.asarray(found.params), np.asarray(found.cov_params())
        dispersion = float(found.pearson_chi2 / found.df_resid)
    except (ValueError, ZeroDivisionError, PerfectSeparationError, np.linalg.LinAlgError):
        raise _not_estimable() from None
    spread = np.diag(covariance)
    effects = np.abs(estimate[1:])
    if not np.isfinite(spread).all() or (spread <= 0).any() or (len(effects) and effects.max() > _RUNAWAY):
        raise _not_estimable()
    return estimate, covariance, dispersion


def _not_estimable() -> NotEstimableError:
    return NotEstimableError(
        "the counts are too few for all terms of the model", remedy="take a longer window, slope=False or season=0"
    )
