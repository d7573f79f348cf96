"""Rates moved towards the overall rate, the more so the smaller the place (shrinkage, smoothing of small areas)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, unknown
from ..frames import numbers_of
from ..language import intervals, numbers, rate_units
from ..language.plurals import Counted
from ..meaning import checked_level
from .comparable_places import chances, places_of
from .gamma_poisson import Prior, fitted, mixture_limits, posterior_limits
from .phrases import label_in_words, place_in_words
from .poisson import count_limits
from .result import Record, needed, result
from .result_parts import require_sum
from .sizes import per_what, sized
from .uncertainty import dispersion_of, limits_in_words, occurrence_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

METHODS = {"poisson-gamma": "empirical Bayes (Poisson–gamma, ML)", "marshall": "empirical Bayes (Marshall)"}


def empirical_bayes(
    frame: pd.DataFrame,
    per: str = "population",
    neighbours: Mapping[str, Iterable[str]] | str | None = None,
    *,
    method: str | None = None,
    scale: float = 1e6,
    level: float = 0.95,
    limits: str | None = None,
    value: str = "value",
) -> pd.DataFrame:
    """Empirical-Bayes rates (shrinkage, smoothed rates): moved to the overall rate, the more the smaller the place.

    ``poisson-gamma``: counts yᵢ are Poisson with mean θᵢ nᵢ, the rates θᵢ gamma with mean μ and shape α, both by
    maximum likelihood (y is then negative binomial; Clayton & Kaldor 1987). The outcome is the posterior mean
    (yᵢ + α)/(nᵢ + α/μ). Its limits carry the uncertainty of α and μ: they are quantiles of the mixture of the gamma
    posteriors over both, with the shrinkage of the average place uniform a priori (Christiansen & Morris 1997, J. Am.
    Stat. Assoc. 92, 618–632), and never narrower than those that take the parameters as known.
    ``marshall`` (Marshall 1991): θ = Σy/Σn; s² = Σ n(y/n − θ)²/Σn; A = max(0, s² − θ/n̄); the weight of a place's own
    rate is A/(A + θ/n); the limits take A as known and are somewhat too narrow.

    Parameters
    ----------
    frame, per, scale, level, limits, value
        As for `rates.rates`; one row per place.
    neighbours
        None: all places together. Else the neighbours of each place (``iso3`` to ``iso3``), or a column whose equal
        values make neighbours: places are then moved towards the rate of their neighbourhood (``marshall`` only).
    method
        ``poisson-gamma`` (default without neighbours) or ``marshall``.

    Returns
    -------
    pandas.DataFrame
        One row per place: ``iso3, country, observed, denominator, rate, common, smoothed, smoothed_low, smoothed_high,
        weight`` (of the own rate), ``method, level, rate_per, rate_scale, limits, occurrence, statistic``; rates per
        ``scale``. A place without neighbours keeps its own rate. Where places do not differ by more than chance all
        get the overall rate. ``attrs["parameters"]`` has ``shape`` and ``mean`` (per one) of the gamma distribution.

    Raises
    ------
    DataError
        For bad counts or denominators, a single place, no count at all, or a column that is not there.
    NotComparableError
        As for `small_numbers.funnel`.

    Notes
    -----
    For maps and rankings of small numbers; not for one place's own rate, which is biased towards the others.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> smooth = ex.statistics.empirical_bayes(servers.query("iso3 != 'WLD'").dropna(subset="iso3"))
    >>> smooth.set_index("iso3").loc[["FRA", "USA"], ["rate", "smoothed"]].round(3).values.tolist()
    [[0.104, 0.112], [0.566, 0.557]]
    """
    checked_level(level)
    method = method or ("poisson-gamma" if neighbours is None else "marshall")
    if method not in METHODS:
        raise unknown("method", method, METHODS, method=method)
    if method == "poisson-gamma" and neighbours is not None:
        raise DataError("neighbourhoods have too few places for a gamma distribution", remedy="take method='marshall'")
    rows, warnings = chances(frame, limits, "Smoothing", value)
    found, missing, said = sized(rows, per)
    dispersion = dispersion_of(rows)
    spread = dispersion or 1.0
    columns = ["value"] * 3 if limits == "chance" else ["value", "low", "high"]
    counts = np.array([found[column].to_numpy(float) / spread for column in columns])
    size = found["denominator"].to_numpy(float)
    known = np.isfinite(size)
    if known.sum() < 2:
        raise DataError("a single place cannot be smoothed", remedy="pass at least two with a denominator", column=per)
    if method == "marshall":
        near = _nearness(found, neighbours) & known[None, :]
        columns_found, prior = _marshall(counts, size, near, level, warnings), None
    else:
        columns_found, prior = _poisson_gamma(counts, size, known, level, warnings)
    table = places_of(found).assign(observed=counts[0] * spread, denominator=size)
    for name, amounts in columns_found.items():
        factor = 1.0 if name == "weight" else spread * scale
        table[name] = np.where(known, amounts * factor, np.nan)
    table = table.assign(method=METHODS[method], level=level, **per_what(per, scale))
    return result(
        table,
        "empirical_bayes.empirical_bayes",
        of=rows,
        method=METHODS[method],
        level=level,
        limits=limits_in_words(rows, True, limits),
        occurrence=occurrence_of(rows),
        record=Record(
            warnings=[*warnings, *said],
            missing=missing,
            parameters={
                "per": per,
                "scale": scale,
                "neighbours": neighbours if isinstance(neighbours, str) else neighbours is not None,
                "dispersion": dispersion,
                "shape": None if prior is None or np.isinf(prior.shape) else prior.shape,
                "mean": None if prior is None else prior.mean * spread,
            },
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about smoothed rates: the case and the parts of its sentence."""
    known = result[result["smoothed"].notna()]
    weight, rate, common = (numbers_of(known, name) for name in ("weight", "rate", "common"))
    require_sum(known, "smoothed", [weight * rate, (1 - weight) * common], "weight, rate and common")
    top = known.sort_values(["smoothed", "rate"], kind="stable").iloc[-1]
    per = needed(result, "rate_per", "say per what the rates are in the column rate_per, such as population")
    scale = needed(result, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
    parts = {
        "place": place_in_words(top, lang),
        "smoothed": rate_units.with_unit(
            numbers.counted(top["smoothed"], label_in_words(result, lang), lang), per, scale, lang
        ),
        "span": intervals.span(top["smoothed_low"], top["smoothed_high"], lang),
        "level": numbers.percent(top["level"], lang, decimals=1),
        "rate": numbers.number(top["rate"], lang, 3),
        "places": numbers.number(len(known), lang),
        # Of places that share the highest rate none is it.
        "ties": Counted(int((known["rate"] == known["rate"].max()).sum()), lang),
        "near": Counted(int((known["smoothed_high"] >= top["smoothed_low"]).sum()) - 1, lang),
    }
    return ("smoothed" if known["weight"].gt(0).any() else "alike"), parts


def _poisson_gamma(
    counts: NDArray[Any], size: NDArray[Any], known: NDArray[Any], level: float, warnings: list[str]
) -> tuple[dict[str, NDArray[Any]], Prior]:
    """Posterior means and limits of each place's rate, with the fitted gamma distribution."""
    value, low, high = counts
    if not value[known].sum() > 0:
        most = float(count_limits(high[known].sum(keepdims=True), "exact", level)[1][0]) / size[known].sum()
        nothing = np.zeros(len(size))
        named = ("rate", "common", "smoothed", "smoothed_low", "weight")
        return {**dict.fromkeys(named, nothing), "smoothed_high": nothing + most}, Prior(np.inf, 0.0)
    prior = fitted(value[known], size[known])
    if np.isinf(prior.shape):
        smoothed, weight = np.full(len(size), prior.mean), np.zeros(len(size))
        warnings.append("No difference between the places beyond chance is seen; all get the overall rate.")
    else:
        smoothed = (value + prior.shape) / (size + prior.shape / prior.mean)
        weight = size / (size + prior.shape / prior.mean)
    least, most = np.full(len(size), np.nan), np.full(len(size), np.nan)
    plain = posterior_limits(prior, low[known], high[known], size[known], level)
    mixed = mixture_limits(value[known], size[known], low[known], high[known], level)
    least[known] = np.minimum.reduce([plain[0], mixed[0], smoothed[known]])
    most[known] = np.maximum.reduce([plain[1], mixed[1], smoothed[known]])
    return {
        "rate": value / size,
        "common": np.full(len(size), prior.mean),
        "smoothed": smoothed,
        "smoothed_low": least,
        "smoothed_high": most,
        "weight": weight,
    }, prior


def _marshall(
    counts: NDArray[Any], size: NDArray[Any], near: NDArray[Any], level: float, warnings: list[str]
) -> dict[str, NDArray[Any]]:
    """Marshall's estimates; the posterior's quantiles joined in quadrature with the limits of the overall rate."""
    from scipy.special import gammaincinv

    value, low, high = counts
    known = np.isfinite(size)
    sizes, total = near @ np.where(known, size, 0.0), near @ value
    with np.errstate(invalid="ignore", divide="ignore"):
        common, rate = total / sizes, value / size
        variance = np.where(near, size * (rate[None, :] - common[:, None]) ** 2, 0.0).sum(axis=1) / sizes
        between = variance - common / (sizes / near.sum(axis=1))
        # What rounding leaves of a difference of two equal numbers is nothing.
        between = np.where(between > 1e-9 * variance, between, 0.0)
        weight = np.where(between > 0, between / (between + common / size), 0.0)
        shape, strength = common**2 / between, common / between
        tail = (1 - level) / 2
        least = gammaincinv(shape + low, tail) / (strength + size)
        most = gammaincinv(shape + high, 1 - tail) / (strength + size)
    whole = [count_limits(near @ end, "exact", level)[side] / sizes for side, end in enumerate((low, high))]
    alike = ~(between > 0)
    smoothed = common + weight * (rate - common)
    ends = [
        np.hypot(np.where(alike, 0.0, own - smoothed), (1 - weight) * (all_of_them - common))
        for own, all_of_them in zip((least, most), whole, strict=True)
    ]
    if alike[known].all():
        warnings.append("No difference between the places beyond chance is seen; all get the overall rate.")
    warnings.append("The limits take the spread between the places as known, and are somewhat too narrow.")
    alone = np.flatnonzero(known & (near.sum(axis=1) == 1))
    if len(alone):
        warnings.append(f"Without a neighbour in the table, not smoothed: {len(alone)} places.")
    return {
        "rate": rate,
        "common": common,
        "smoothed": smoothed,
        "smoothed_low": np.maximum(smoothed - ends[0], 0.0),
        "smoothed_high": smoothed + ends[1],
        "weight": weight,
    }


def _nearness(found: pd.DataFrame, neighbours: Mapping[str, Iterable[str]] | str | None) -> NDArray[np.bool_]:
    """For each place (row) which places count as near it (column), itself among them."""
    if neighbours is None:
        return np.ones((len(found), len(found)), dtype=bool)
    if isinstance(neighbours, str):
        if neighbours not in found:
            raise DataError(
                f"the table has no column {neighbours!r} that says who is a neighbour",
                remedy="name another",
                column=neighbours,
            )
        group = found[neighbours].astype("str").to_numpy(object)
        near = (group[:, None] == group[None, :]) & found[neighbours].notna().to_numpy()[:, None]
    else:
        if "iso3" not in found:
            raise DataError(
                "neighbours are given by iso3, which the table lacks", remedy="add it, or name a column", column="iso3"
            )
        codes = found["iso3"].to_numpy(object)
        near = np.array([[other in set(neighbours.get(code, ())) for other in codes] for code in codes], dtype=bool)
    return near | np.eye(len(found), dtype=bool)
