"""Is exposure spread unevenly along income or another rank of the places? Concentration index and slope index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...meaning import checked_level
from ..comparable_places import require_known
from ..count_regression import fit_counts
from ..covariates import ECOLOGICAL, Prepared, covariate_of, prepared
from ..result import Record, result
from ..sizes import sized
from ..uncertainty import LIMITS
from .formulas import (
    concentration_index_of,
    convenient_error,
    ends_of_index,
    ends_of_slope,
    kakwani_error,
    line,
    midpoint_ranks,
)

#: A line needs scatter about it.
LEAST_PLACES = 3


def concentration_index(
    frame: Any,
    rank_by: str = "gdp_pc_usd",
    value: str = "value",
    per: str | None = "population",
    weight: str | None = "population",
    errors: str = "HC3",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """Concentration index of inequality by rank (of income, or of another order of the places).

    C = 2 cov(y, R)/μ of the rates y and the midpoint ranks R, both weighted: R is the share of all inhabitants who live
    in poorer places, plus half of the place's own; places of equal rank share one R. C is negative where exposure lies
    among the poor, positive where it lies among the rich, and 0 if it does not go with the rank (Wagstaff, Paci & van
    Doorslaer 1991; Kakwani, Wagstaff & van Doorslaer 1997). ``generalised`` is C μ.

    No index lies beyond −1 and 1, where limits are cut. C is the slope of 2 var(R) y/μ on R, the
    "convenient regression". Its limits of chance take Student's t with n − 2
    degrees of freedom and the errors chosen. With populations as weights only ``HC3`` keeps its level
    (docs/methods.md).

    Parameters
    ----------
    frame
        Rows with ``value`` and, where they are rounded, ``low, high``, of one measure, one per place.
    rank_by
        An indicator of the reference data, or a column; the poorest place has the lowest.
    value
        The column of the counts.
    per
        The denominator of the rates that are compared, as for `rates.rates`; None compares the counts themselves.
    weight
        The weight of a place: ``population`` or another denominator, or a column; None for all places alike.
    errors
        ``HC3`` (robust, by leverage), ``model`` (of the convenient regression) or ``kakwani`` (for equal weights).
    level
        The confidence level.
    limits
        ``rounding``, ``chance`` or ``both`` (default). Chance is the scatter of places about the rank.

    Returns
    -------
    pandas.DataFrame
        One row: ``rank_by, weight, places, concentration_index, concentration_index_low, concentration_index_high,
        generalised, error, p_value, rate_per, method, level, limits``.

    Raises
    ------
    DataError
        For fewer than three places, a rank that is the same everywhere, weights that are not positive, all zero.
    NotComparableError
        If the places were counted in different ways.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> found = ex.statistics.concentration_index(servers)
    >>> found[["places", "concentration_index"]].round(3).values.tolist()
    [[13.0, 0.319]]
    """
    require_known("kind of errors", errors, ("HC3", "model", "kakwani"))
    ranked = _Ranked.of(frame, rank_by, value, per, weight)
    if errors == "kakwani" and np.ptp(ranked.weights) > 0:
        raise DataError("Kakwani's error is that of equal weights", remedy="take errors='HC3', or weight=None")
    y, ranks, weights = ranked.ready.y, ranked.ranks, ranked.weights
    index = concentration_index_of(y, ranks, weights)
    if errors == "kakwani":
        error = kakwani_error(y, ranks, index)
    else:
        error = convenient_error(y, ranks, weights, None if errors == "model" else "HC3")
    ends = ends_of_index(ranked.ready.low, ranked.ready.high, ranks, weights)
    told = {"HC3": "convenient regression, HC3", "model": "convenient regression", "kakwani": "Kakwani et al. (1997)"}
    table = pd.DataFrame(
        {
            "concentration_index": [index],
            **_within(_limited("concentration_index", index, ends, error, len(y), level, limits)),
            "generalised": [index * float(weights @ y / weights.sum())],
        }
    )
    return ranked.result(table, "concentration_index", told[errors], level, limits)


def slope_index(
    frame: Any,
    rank_by: str = "gdp_pc_usd",
    value: str = "value",
    per: str | None = "population",
    scale: float = 1e6,
    weight: str | None = "population",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """Slope index of inequality (SII) and relative index (RII) by income or another rank of the places.

    The rates are fitted by a line on the midpoint ranks, weighted by inhabitants. ``slope_index`` is how much higher
    the line stands at the richest end (rank 1) than at the poorest (rank 0); ``relative_ends`` the ratio of its two
    ends (as PHEindicatormethods) and ``relative_mean`` the slope over the mean rate. ``relative_index`` is the ratio of
    both ends by a log-linear (Poisson) regression of the counts on the rank, which cannot fall below 0. PHE's own
    limits carry the errors of the rates and not their scatter about the line; these carry the scatter, with ``HC3``
    (robust, by leverage): with populations as weights the model's own errors are too small (docs/methods.md).

    Parameters
    ----------
    frame, rank_by, value, per, weight, level, limits
        As for `concentration_index`.
    scale
        Rates are per so many of ``per``.

    Returns
    -------
    pandas.DataFrame
        One row: ``rank_by, weight, places, slope_index, slope_index_low, slope_index_high, intercept, relative_ends,
        relative_mean, relative_index, relative_index_low, relative_index_high, error, p_value, rate_per, rate_scale,
        method, level, limits``. The limits of ``relative_index`` are of chance alone; it is missing with
        ``limits="rounding"`` or where the regression does not converge.

    Raises
    ------
    DataError, NotComparableError
        As `concentration_index`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> found = ex.statistics.slope_index(servers)
    >>> found[["slope_index", "slope_index_low", "slope_index_high"]].round(2).values.tolist()
    [[0.23, -0.88, 1.34]]
    """
    ranked = _Ranked.of(frame, rank_by, value, per, weight)
    factor = 1.0 if per is None else scale
    y, ranks, weights = factor * ranked.ready.y, ranked.ranks, ranked.weights
    found = line(y, ranks, weights, "HC3")
    ends = ends_of_slope(factor * ranked.ready.low, factor * ranked.ready.high, ranks, weights)
    mean = float(weights @ y / weights.sum())
    table = pd.DataFrame(
        {
            "slope_index": [found.slope],
            **_limited("slope_index", found.slope, ends, found.error, len(y), level, limits),
            "intercept": [found.intercept],
            "relative_ends": [_over(found.intercept + found.slope, found.intercept)],
            "relative_mean": [_over(found.slope, mean)],
            **_relative(ranked, level, limits),
        }
    )
    if per is not None:
        table = table.assign(rate_scale=float(scale))
    return ranked.result(table, "slope_index", "weighted line, errors HC3", level, limits)


@dataclass(frozen=True)
class _Ranked:
    """Places with their rates, the midpoint ranks of what they are ordered by, and their weights."""

    ready: Prepared
    ranks: np.ndarray
    weights: np.ndarray
    named: dict[str, Any]

    @classmethod
    def of(cls, frame: Any, rank_by: str, value: str, per: str | None, weight: str | None) -> _Ranked:
        ready = prepared(frame, [rank_by], value, per, least_places=LEAST_PLACES)
        if not ready.y.any():
            raise DataError("every place has a count of zero", remedy="choose another measure", column="value")
        if weight is None:
            weights = np.ones(len(ready.rows))
        elif weight == per:
            weights = ready.sizes
        else:
            weights = sized(ready.rows, weight)[0]["denominator"].to_numpy(float)
            if np.isnan(weights).any():
                place = ready.rows["iso3"].to_numpy()[np.isnan(weights)][0] if "iso3" in ready.rows else "a place"
                raise DataError(
                    f"{place} has no {weight}", remedy="leave the place out, or take another weight", column=weight
                )
        order = covariate_of(ready.rows, rank_by)[0].to_numpy(float)
        named: dict[str, Any] = {
            "rank_by": rank_by,
            "weight": weight or "equal",
            "places": len(ready.rows),
            "exposure": "value" if per is None else "rate",
        }
        if per is not None:
            # Of no consequence for an index without a unit; a sentence says it.
            named |= {"rate_per": per, "rate_scale": 1e6 if per == "population" else 1e3}
        return cls(ready, midpoint_ranks(order, weights), weights, named)

    def result(self, table: pd.DataFrame, function: str, method: str, level: float, limits: str | None) -> pd.DataFrame:
        rounding = limits == "rounding"
        return result(
            pd.DataFrame({name: [given] for name, given in self.named.items() if name not in table}).join(table),
            f"inequality_by_rank.{function}",
            of=self.ready.rows,
            method="rounding only" if rounding else method,
            level=None if rounding else level,
            limits=self.ready.limits_word(limits),
            record=Record(warnings=[ECOLOGICAL, *self.ready.warnings], missing=self.ready.missing),
        )


def _limited(
    name: str, value: float, ends: tuple[float, float], error: float, places: int, level: float, limits: str | None
) -> dict[str, list[float]]:
    """The limits of an index, its error and p, as columns."""
    from scipy.special import stdtr, stdtrit

    if limits is not None:
        require_known("limits", limits, LIMITS)
    low, high = (value, value) if limits == "chance" else (min(ends[0], value), max(ends[1], value))
    if limits == "rounding":
        return {f"{name}_low": [low], f"{name}_high": [high], "error": [np.nan], "p_value": [np.nan]}
    reach = stdtrit(places - 2, (1 + checked_level(level)) / 2) * error
    p_value = 2 * float(stdtr(places - 2, -abs(value) / error)) if error > 0 else float(value == 0)
    return {f"{name}_low": [low - reach], f"{name}_high": [high + reach], "error": [error], "p_value": [p_value]}


def _within(found: dict[str, list[float]]) -> dict[str, list[float]]:
    """The same limits, cut where no concentration index can lie."""
    return {
        name: [float(np.clip(ends[0], -1, 1))] if name.endswith(("_low", "_high")) else ends
        for name, ends in found.items()
    }


def _relative(ranked: _Ranked, level: float, limits: str | None) -> dict[str, list[float]]:
    """The relative index by a log-linear regression on the rank; missing where it does not settle."""
    from scipy.special import stdtrit

    ready, names = ranked.ready, ("relative_index", "relative_index_low", "relative_index_high")
    if limits == "rounding" or not np.allclose(ranked.weights, ready.sizes):
        return {name: [np.nan] for name in names}
    try:
        fit = fit_counts(ready.counts[:, 0], ranked.ranks[:, None], ready.sizes, "poisson", "HC3")
    except DataError:
        return {name: [np.nan] for name in names}
    reach = stdtrit(len(ready.rows) - 2, (1 + level) / 2) * fit.errors[0]
    with np.errstate(over="ignore"):
        ends = np.exp(fit.coefficients[0] + np.array([0.0, -reach, reach]))
    return {name: [float(end)] for name, end in zip(names, ends, strict=True)}


def _over(above: float, below: float) -> float:
    return above / below if below else float("nan")
