"""Association: does exposure go with income, beds, addresses?

Every result warns of the ecological fallacy: countries are compared, not the hospitals or people in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..language import intervals, numbers, prose, units
from ..language.catalogue import say
from .comparable_places import compared
from .phrases import label_in_words, place_in_words
from .result import result
from .sizes import sized, year_of
from .uncertainty import LIMITS, by_chance, checked_counts, checked_level

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: What every result of this file says first (Robinson 1950; Greenland & Robins 1994).
ECOLOGICAL = (
    "Countries are compared here, not people, hospitals or servers: what goes together among countries need not do so within "
    "them, and neither is the cause of the other by that (ecological inference)."
)
#: Fewer places than this say nothing about an association, whatever the numbers.
LEAST_PLACES = 8
#: A regression needs so many places for each coefficient, the constant counted.
PLACES_EACH = 4

_FEW = 25
_SPREADS = {"bonett-wright": "Bonett–Wright", "fisher": "Fisher"}
_FAMILIES = {"poisson": "Poisson", "negative-binomial": "negative binomial"}
_ERRORS = ("HC0", "HC1", "HC3")
_STEPS = ("sd", "unit", "doubling")


def correlate(
    frame: pd.DataFrame,
    covariate: str,
    value: str = "rate",
    per: str = "population",
    method: str = "bonett-wright",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """Spearman's rank correlation of exposure with a covariate, with interval and test.

    ρ is Pearson's correlation of the mid-ranks. Limits of chance: tanh(artanh ρ ± z √v), where v = (1 + ρ²/2)/(n − 3)
    (Bonett & Wright 2000, eq. 4, their best for Spearman's) or 1/(n − 3) (Fisher). The test is that of
    t = ρ √((n − 2)/(1 − ρ²)) with n − 2 degrees of freedom, two-sided.

    Rounding: each two places whose intervals meet may stand in either order. Taking the better order of each such pair
    by
    itself gives bounds that no reading of the figures can leave (they may be wider than need be, since single orders
    need
    not fit together); exact where the figures are.

    Parameters
    ----------
    frame
        Rows with ``iso3, value, low, high`` of one measure and comparable surveys, one a place; the world's row is left
        out.
    covariate
        An indicator of the reference data (``gdp_pc_usd``, ``hospital_beds_per1000``, ``ipv4_addresses``,
        ``internet_users_pct`` …), of the survey's year or the nearest known, or a column of the frame.
    value
        ``rate`` (value over ``per``) or ``value``, the counts themselves, which go with anything that goes with size.
    per
        The denominator of the rate, as for `rates.rates`.
    method
        ``bonett-wright`` or ``fisher``.
    level
        Confidence level of the limits of chance.
    limits
        ``rounding``, ``chance`` or ``both`` (default, for every measure). Chance is here the scatter of places about
        the
        ranking, not that of a count: it needs no events that come one by one.

    Returns
    -------
    pandas.DataFrame
        One row: ``covariate, places, rho, rho_low, rho_high, p_value, method, level``. With rounding only there is no
        test
        and no level. Places without denominator or covariate stand in ``attrs["missing"]``.

    Raises
    ------
    DataError
        For fewer than `LEAST_PLACES` places, a covariate or exposure that is the same everywhere, all zero, an unknown
        covariate or method, and what `uncertainty.checked_counts` refuses.
    NotComparableError
        If the places were counted in different ways.

    Notes
    -----
    Assumes that the places could have been others (a sample of a kind) and that none depends on another; neighbours do.
    With
    fewer than 25 places the limits are rough. Do not use it on places that were published *because* they were high.
    """
    import pandas as pd

    limits = _known_limits(limits)
    require_known("method", method, _SPREADS)
    require_known("value", value, ("rate", "value"))
    ready = prepared(frame, [covariate], value, per)
    rho, low, high, p_value = _correlation(ready, method, level, limits)
    told = "Spearman, " + ("rounding only" if limits == "rounding" else _SPREADS[method])
    table = pd.DataFrame(
        {
            "covariate": [covariate],
            "places": [len(ready.rows)],
            "rho": [rho],
            "rho_low": [low],
            "rho_high": [high],
            "p_value": [p_value],
            "method": [told],
            "level": [float("nan") if limits == "rounding" else level],
        }
    )
    return _result(
        table, "correlate", ready, method=told, level=level, limits=limits, value=value, per=per, covariates=[covariate]
    )


def regress(
    frame: pd.DataFrame,
    covariates: str | Iterable[str],
    offset: str | None = "population",
    family: str = "poisson",
    robust: str | None = "HC1",
    by: str = "sd",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """How many times as high the rate is with more of a covariate: a log-linear regression of counts.

    log E[count] = log(offset) + β₀ + Σ βⱼ xⱼ, by maximum likelihood (statsmodels). ``ratio`` is exp β: how many times
    as
    high the rate is for one step of the covariate, the others held fast. Robust errors are the sandwich B⁻¹ (Xᵀ
    diag(s²) X) B⁻¹
    of the expected information B and the scores s: ``HC0`` as it is (White 1980), ``HC1`` times n/(n − k), ``HC3`` with
    s/(1 − h)
    of the leverage h (MacKinnon & White 1985). Limits and test take Student's t with n − k degrees of freedom.

    The negative binomial has the variance μ + αμ²; α is that of the highest profile likelihood.

    Rounding: with one covariate and Poisson, β is at least c exactly where Σ y (x − x̄(c)) ≥ 0, so that the extreme is
    reached with each figure at one end of its interval, and is found exactly. Elsewhere the ends are sought by the same
    steps, along the gradient. The limits of chance lie beyond those ends, with the error at the printed values.

    Parameters
    ----------
    frame, level
        As for `correlate`.
    covariates
        One or several, as for `correlate`.
    offset
        The denominator of the rate, as ``per`` of `rates.rates`; None regresses the counts themselves.
    family
        ``poisson``, or ``negative-binomial`` where counts scatter more than Poisson's.
    robust
        ``HC0``, ``HC1``, ``HC3``; None for the model's own errors, which need events that come one by one (Poisson).
    by
        The step of the covariates: ``sd`` (their standard deviation among the places), ``unit``, or ``doubling``.
    limits
        ``rounding``, ``chance`` or ``both`` (default: robust errors hold for things that come in lots, too).

    Returns
    -------
    pandas.DataFrame
        One row a covariate:
        ``covariate, step, places, coefficient, error, ratio, ratio_low, ratio_high, p_value, method,
        level``; ``step`` in the covariate's own unit (2, times, for ``doubling``). ``attrs["parameters"]`` has ``dispersion``
        (Pearson's χ² over n − k; far above 1: not Poisson) and ``alpha``.

    Raises
    ------
    DataError
        As `correlate`; also for fewer than `PLACES_EACH` places a coefficient, covariates that follow from one another,
        a
        doubling of what is not positive, or a fit that does not settle.
    NotComparableError
        As `correlate`; also for the model's own errors of Poisson where things come in lots.

    Notes
    -----
    With a dozen places robust errors are too small rather than too large; look at `influence`. Not for choosing among
    many
    covariates: the one that is left has been chosen by chance.
    """
    import numpy as np
    import pandas as pd
    from scipy.special import stdtr, stdtrit

    limits = _known_limits(limits)
    require_known("family", family, _FAMILIES)
    require_known("kind of errors", robust, (*_ERRORS, None))
    require_known("step", by, _STEPS)
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if not names:
        raise DataError("no covariate is named; name one, such as gdp_pc_usd.")
    ready = prepared(frame, names, "value" if offset is None else "rate", offset, by)
    count, columns = len(ready.rows), len(names) + 1
    if count < PLACES_EACH * columns:
        raise DataError(
            f"{count} places are too few for {len(names)} covariates and a constant; {PLACES_EACH} each are needed, that is "
            f"{PLACES_EACH * columns}. Take fewer covariates, or correlate()."
        )
    if robust is None and family == "poisson" and limits != "rounding":
        by_chance(ready.rows, "chance")
    tail = stdtrit(count - columns, 1 - (1 - checked_level(level)) / 2)
    fit = _fit(ready, family, robust)
    least, most = _ends_of_coefficients(ready, fit) if limits != "chance" else (fit.coefficients, fit.coefficients)
    reach = 0.0 if limits == "rounding" else tail * fit.errors
    p_value = 2 * stdtr(count - columns, -np.abs(fit.coefficients / fit.errors))
    told = f"{_FAMILIES[family]} regression, " + (
        "rounding only" if limits == "rounding" else f"errors {robust or 'of the model'}"
    )
    table = pd.DataFrame(
        {
            "covariate": names,
            "step": ready.steps,
            "places": count,
            "coefficient": fit.coefficients,
            "error": fit.errors,
            "ratio": np.exp(fit.coefficients),
            "ratio_low": _exp(least - reach),
            "ratio_high": _exp(most + reach),
            "p_value": np.nan if limits == "rounding" else p_value,
            "method": told,
            "level": np.nan if limits == "rounding" else level,
        }
    )
    warnings = []
    if family == "poisson" and fit.dispersion > 2:
        warnings.append(
            f"The counts scatter {fit.dispersion:.3g} times as much as Poisson's about the fit; the model's own errors would be "
            "far too small, and a few places may carry all."
        )
    if not np.isfinite(table[["ratio_low", "ratio_high"]].to_numpy()).all():
        warnings.append("The rounding allows figures with which a ratio has no limit; its end is open.")
    return _result(
        table,
        "regress",
        ready,
        warnings,
        method=told,
        level=level,
        limits=limits,
        covariates=names,
        per=offset,
        family=family,
        robust=robust,
        by=by,
        dispersion=fit.dispersion,
        alpha=fit.alpha,
    )


def influence(
    frame: pd.DataFrame, covariates: str | Iterable[str], statistic: str = "regress", **chosen: Any
) -> pd.DataFrame:
    """What `correlate` or `regress` finds with each place left out in turn.

    Parameters
    ----------
    frame, covariates
        As for the statistic.
    statistic
        ``regress`` or ``correlate``.
    chosen
        What else the statistic takes, such as ``family``, ``by``, ``value`` or ``level``; no ``limits``: rounding is
        left
        aside here.

    Returns
    -------
    pandas.DataFrame
        One row a covariate and place, the most influential first: ``covariate, iso3`` (``place, country`` where the
        frame has
        them), ``estimate`` (of all places: ρ or a rate ratio), ``without, without_low, without_high`` (with this place
        left
        out), ``shift`` (without less estimate; of ratios without over estimate), ``turns``, whether the answer is
        another one
        (the side of nothing, or whether the interval holds nothing), ``method, level``. Steps of a covariate, and α,
        are those of
        all places.

    Raises
    ------
    DataError, NotComparableError
        As the statistic; leaving one out may go one below its least number of places.
    """
    import numpy as np
    import pandas as pd
    from scipy.special import stdtrit

    require_known("statistic", statistic, ("regress", "correlate"))
    if "limits" in chosen:
        raise DataError("influence leaves rounding aside; leave limits out.", limits=chosen["limits"])
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    level = chosen.get("level", 0.95)
    if statistic == "correlate":
        if len(names) != 1:
            raise DataError("a correlation has one covariate; name one, or take statistic='regress'.")
        whole = correlate(frame, names[0], **chosen, limits="chance")
        given = whole.attrs["parameters"]
        ready = prepared(frame, names, given["value"], given["per"])
        spread = chosen.get("method", "bonett-wright")
        nothing, estimates = 0.0, whole[["rho", "rho_low", "rho_high"]].to_numpy()

        def without(kept: Prepared) -> np.ndarray:
            return np.array([_correlation(kept, spread, level, "chance")[:3]])

    else:
        whole = regress(frame, names, **chosen, limits="chance")
        given = whole.attrs["parameters"]
        ready = prepared(frame, names, "value" if given["per"] is None else "rate", given["per"], given["by"])
        nothing, estimates = 1.0, whole[["ratio", "ratio_low", "ratio_high"]].to_numpy()

        def without(kept: Prepared) -> np.ndarray:
            fit = _fit(kept, given["family"], given["robust"], given["alpha"])
            tail = stdtrit(len(kept.rows) - len(names) - 1, 1 - (1 - level) / 2) * fit.errors
            return np.column_stack(
                [np.exp(fit.coefficients), _exp(fit.coefficients - tail), _exp(fit.coefficients + tail)]
            )

    def side(found: np.ndarray) -> np.ndarray:
        """On which side of nothing the estimate is, and whether the interval is, too."""
        return np.sign(found[:, 0] - nothing) * np.where((found[:, 1] > nothing) | (found[:, 2] < nothing), 2, 1)

    tables = []
    for at in range(len(ready.rows)):
        kept = np.delete(np.arange(len(ready.rows)), at)
        found = without(ready.only(kept))
        shift = found[:, 0] - estimates[:, 0] if statistic == "correlate" else found[:, 0] / estimates[:, 0]
        named = {column: ready.rows[column].iloc[at] for column in ("iso3", "place", "country") if column in ready.rows}
        tables.append(
            pd.DataFrame(
                {
                    "covariate": names,
                    **named,
                    "estimate": estimates[:, 0],
                    "without": found[:, 0],
                    "without_low": found[:, 1],
                    "without_high": found[:, 2],
                    "shift": shift,
                    "turns": side(found) != side(estimates),
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    size = (table["shift"] if statistic == "correlate" else np.log(table["shift"])).abs()
    keys = [column for column in ("iso3", "place") if column in table]
    table = table.assign(_size=np.round(size, 12), _order=pd.Categorical(table["covariate"], names, ordered=True))
    table = table.sort_values(["_order", "_size", *keys], ascending=[True, False, *[True] * len(keys)]).drop(
        columns=["_size", "_order"]
    )
    told = "leave one out of: " + whole.attrs["method"]
    table = table.reset_index(drop=True).assign(method=told, level=level)
    warnings = [text for text in whole.attrs["warnings"] if text not in ready.warnings and text != ECOLOGICAL]
    return _result(
        table, "influence", ready, warnings, method=told, level=level, limits="chance", **given | {"of": statistic}
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says of a result of this file: the case and the parts of its sentence."""
    tell = {"correlate": _facts_of_correlation, "regress": _facts_of_regression, "influence": _facts_of_influence}
    return tell[result.attrs["statistic"].partition(".")[2]](result, lang)


@dataclass(frozen=True)
class Prepared:
    """Places that have all that is asked: exposure with its rounding, covariates in steps, what was left out."""

    rows: pd.DataFrame
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    counts: np.ndarray
    sizes: np.ndarray
    x: np.ndarray
    steps: list[float]
    missing: list[str]
    warnings: list[str]

    def only(self, kept: np.ndarray) -> Prepared:
        """The same for some of the places."""
        return replace(
            self,
            rows=self.rows.iloc[kept],
            **{name: getattr(self, name)[kept] for name in ("y", "low", "high", "counts", "sizes", "x")},
        )


@dataclass(frozen=True)
class _Fit:
    coefficients: np.ndarray
    errors: np.ndarray
    constant: float
    dispersion: float
    alpha: float


def prepared(frame: pd.DataFrame, covariates: list[str], value: str, per: str | None, by: str = "unit") -> Prepared:
    import numpy as np
    import pandas as pd

    if len(set(covariates)) < len(covariates):
        raise DataError("a covariate is named twice; name each once.")
    frame = checked_counts(frame)
    rows, warnings = compared(frame)
    size = pd.Series(1.0, index=rows.index)
    least = most = size
    if value != "value":
        if per is None:
            raise DataError("a rate needs a denominator; name one in per, or take value='value'.", column="per")
        found, _, said = sized(rows, per)
        warnings, size = [*warnings, *said], found["denominator"]
        least, most = (found.get(f"denominator_{end}", size) for end in ("low", "high"))
    table = pd.DataFrame(index=rows.index)
    for name in covariates:
        table[name], said = _covariate(rows, name)
        warnings += said
    known = (size.notna() & table.notna().all(axis=1)).to_numpy()
    missing = [named(row) for _, row in rows[~known].iterrows()]
    if missing:
        lacking = [*[per] * bool(value != "value" and size.isna().any()), *table.columns[table.isna().any()]]
        warnings.append(f"Left out for want of {prose.listed(lacking, 'en')}: {', '.join(missing)}.")
    rows, size, least, most, table = (one[known] for one in (rows, size, least, most, table))
    if len(rows) < LEAST_PLACES:
        raise DataError(
            f"{len(rows)} places have all that is asked, fewer than {LEAST_PLACES}: an association among so few says nothing. "
            "Choose a measure published for more places, or compare single places with rate_ratio()."
        )
    counts = rows[["value", "low", "high"]].to_numpy(float)
    y = counts[:, 0] / size.to_numpy(float)
    if not y.any():
        raise DataError("every place has a count of zero; there is nothing to associate.", column="value")
    if np.ptp(y) == 0:
        raise DataError("every place has the same exposure; there is nothing to associate.", column="value")
    x, steps = _stepped(table, by)
    return Prepared(
        rows,
        y,
        counts[:, 1] / most.to_numpy(float),
        counts[:, 2] / least.to_numpy(float),
        counts,
        size.to_numpy(float),
        x,
        steps,
        missing,
        warnings,
    )


def _covariate(rows: pd.DataFrame, name: str) -> tuple[pd.Series, list[str]]:
    """A covariate of the rows, missing where it is not known, and what must be said of its year."""
    import numpy as np
    import pandas as pd

    from ..figures.denominators import covariate, denominator

    if name in rows:
        numbers = pd.to_numeric(rows[name], errors="coerce").astype(float)
        if (numbers.isna() & rows[name].notna()).any() or np.isinf(numbers).any():
            raise DataError(f"the column {name!r} holds what is no number; correct it, or leave it empty.", column=name)
        return numbers, []
    if "iso3" not in rows:
        raise DataError(f"the table has no column {name!r} and no iso3 to look it up by; add one of them.", column=name)
    year = year_of(rows)
    if name == "population":
        found = denominator(rows["iso3"], year, name, nearest=True).rename(
            columns=lambda column: column.replace("denominator", "value")
        )
        found.columns = ["value", "value_year", "value_source"]
    else:
        found = covariate(rows["iso3"], year, name, nearest=True)
    numbers = found["value"].astype(float)
    other = found["value_year"].ne(year).fillna(False) & numbers.notna()
    if not other.any():
        return numbers, []
    years = sorted({int(one) for one in found.loc[other, "value_year"]})
    span = intervals.between(str(years[0]), str(years[-1]))
    return numbers, [f"{name} of {int(other.sum())} places is of the nearest year known ({span}), not of the count's."]


def _stepped(table: pd.DataFrame, by: str) -> tuple[np.ndarray, list[float]]:
    """Covariates in steps about their middle, and what a step is in their own unit."""
    import numpy as np

    x, steps = table.to_numpy(float).copy(), []
    for at, name in enumerate(table.columns):
        if np.ptp(x[:, at]) == 0:
            raise DataError(f"{name} is the same everywhere; nothing can go with it.", column=name)
        if by == "doubling":
            if (x[:, at] <= 0).any():
                raise DataError(
                    f"{name} is not above zero everywhere and cannot be doubled; take by='sd'.", column=name
                )
            x[:, at] = np.log2(x[:, at])
        steps.append({"sd": float(np.std(table[name], ddof=1)), "unit": 1.0, "doubling": 2.0}[by])
        x[:, at] = (x[:, at] - x[:, at].mean()) / (steps[-1] if by == "sd" else 1.0)
    if x.shape[1] and np.linalg.matrix_rank(x / x.std(axis=0)) < x.shape[1]:
        raise DataError(f"{prose.listed(table.columns, 'en')} follow from one another; leave one of them out.")
    return x, steps


def _correlation(ready: Prepared, method: str, level: float, limits: str) -> tuple[float, float, float, float]:
    """ρ, its two ends, and p."""
    import numpy as np
    from scipy.special import ndtri
    from scipy.stats import spearmanr

    rho, p_value = map(float, spearmanr(ready.y, ready.x[:, 0]))
    least, most = (rho, rho) if limits == "chance" else _ends_of_correlation(ready)
    if limits == "rounding":
        return rho, least, most, float("nan")
    count = len(ready.rows)
    z = ndtri(1 - (1 - checked_level(level)) / 2)
    # A perfect order is one of many; its limits are those half-way to the next order.
    edge = 1 - 6 / (count**3 - count)

    def limit(end: float, side: int) -> float:
        inner = min(max(end, -edge), edge)
        spread = np.sqrt((1 + (inner**2 / 2 if method == "bonett-wright" else 0)) / (count - 3))
        return float(np.tanh(np.arctanh(inner) + side * z * spread))

    return rho, min(limit(least, -1), least), max(limit(most, 1), most), p_value


def _ends_of_correlation(ready: Prepared) -> tuple[float, float]:
    """Bounds of ρ over all that the rounding allows."""
    import numpy as np
    from scipy.stats import rankdata

    def squares(ranks: np.ndarray) -> float:
        return float(((ranks - ranks.mean()) ** 2).sum())

    against = rankdata(ready.x[:, 0])
    pair = against[:, None] - against[None, :]
    # Of each pair the lowest and the highest order, −1, 0 or 1, of the exposure.
    under, over = (
        np.sign(one[:, None] - other[None, :]) for one, other in ((ready.low, ready.high), (ready.high, ready.low))
    )
    np.fill_diagonal(under, 0)
    np.fill_diagonal(over, 0)
    tied = squares(rankdata(ready.y))
    # Ties that no reading can break: the same exact figure.
    alike = (under == 0) & (over == 0)
    loose = (len(ready.y) ** 3 - float((alike.sum(axis=1) ** 2).sum())) / 12

    def bound(order: np.ndarray) -> float:
        shared = float((order * pair).sum()) / 4
        return shared / np.sqrt((tied if shared > 0 else loose) * squares(against))

    most = bound(np.where(pair > 0, over, under))
    least = -bound(np.where(pair > 0, -under, -over))
    rho = float(np.corrcoef(rankdata(ready.y), against)[0, 1])
    return max(-1.0, min(least, rho)), min(1.0, max(most, rho))


def _fit(
    ready: Prepared, family: str, robust: str | None, alpha: float | None = None, counts: np.ndarray | None = None
) -> _Fit:
    """The regression at the printed counts, or at others."""
    import warnings

    import numpy as np
    import statsmodels.api as sm
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import psi

    counts = ready.counts[:, 0] if counts is None else counts
    design = np.column_stack([np.ones(len(counts)), ready.x])
    offset = np.log(ready.sizes)

    def fitted(alpha: float):
        kind = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
        # statsmodels warns where a fit does not settle; that is told below, as an error.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = sm.GLM(counts, design, family=kind, offset=offset).fit(maxiter=200, tol=1e-12, rtol=1e-13)
        # Where it runs away, the expected count of some place vanishes.
        if not (found.converged and np.isfinite(found.params).all() and found.mu.min() > 1e-9):
            raise DataError(
                "the regression does not settle: some covariate parts the places with a count from those without. Take fewer "
                "covariates, or correlate()."
            )
        return found

    def slope(log: float) -> float:
        """The derivative of the log-likelihood by the logarithm of alpha, at the coefficients that fit it."""
        alpha = np.exp(log)
        mean = fitted(alpha).mu
        scatter = np.log1p(alpha * mean) - psi(counts + 1 / alpha) + psi(1 / alpha)
        return float(np.sum(scatter / alpha + (counts - mean) / (1 + alpha * mean)))

    if family == "poisson":
        alpha = 0.0
    elif alpha is None:
        best = minimize_scalar(
            lambda log: -fitted(np.exp(log)).llf, bounds=(-12.0, 4.0), method="bounded", options={"xatol": 1e-9}
        )
        # A maximum is flat, so that searching it carries half of the digits; where its slope is zero carries all.
        near = (best.x - 1e-4, best.x + 1e-4)
        top = brentq(slope, *near, xtol=1e-13) if slope(near[0]) * slope(near[1]) < 0 else best.x
        # At the edge of no more scatter than Poisson's the two are one.
        alpha = float(np.exp(top)) if top > -11.9 else 0.0
    found = fitted(alpha)
    inverse = np.asarray(found.normalized_cov_params)
    if robust:
        scores = np.asarray(found.model.score_factor(found.params, scale=1.0))
        if robust == "HC3":
            weight = np.asarray(found.model.hessian_factor(found.params, scale=1.0, observed=False))
            leverage = weight * np.einsum("ij,jk,ik->i", design, inverse, design)
            scores = scores / (1 - leverage)
        inverse = inverse @ (design.T * scores**2) @ design @ inverse
        if robust == "HC1":
            inverse = inverse * len(counts) / (len(counts) - design.shape[1])
    return _Fit(
        np.asarray(found.params[1:]),
        np.sqrt(np.diag(inverse))[1:],
        float(found.params[0]),
        float(found.pearson_chi2 / found.df_resid) if found.df_resid else float("nan"),
        alpha,
    )


def _ends_of_coefficients(ready: Prepared, fit: _Fit) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that each coefficient may be, over all that the rounding allows."""
    import numpy as np

    low, high = ready.counts[:, 1] / ready.counts[:, 2].max(), ready.counts[:, 2] / ready.counts[:, 2].max()
    if (low == high).all():
        return fit.coefficients, fit.coefficients
    unit = ready.counts[:, 2].max()
    design = np.column_stack([np.ones(len(low)), ready.x])

    def pull(at: int, found: _Fit) -> np.ndarray:
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
                found = _fit(ready, "negative-binomial" if fit.alpha else "poisson", None, fit.alpha, counts)
            except DataError:
                return side * np.inf
            best = side * max(side * best, side * found.coefficients[at])
        return best

    places = range(len(fit.coefficients))
    return np.array([end(at, -1) for at in places]), np.array([end(at, 1) for at in places])


def _known_limits(limits: str | None) -> str:
    if limits is not None and limits not in LIMITS:
        raise DataError(f"unknown limits {limits!r}; choose one of {', '.join(LIMITS)}.", limits=limits)
    return limits or "both"


def require_known(what: str, chosen: object, known: Iterable[object]) -> None:
    if chosen not in known:
        raise DataError(f"there is no {what} {chosen!r} here; choose one of {', '.join(map(str, known))}.")


def _exp(exponent: np.ndarray) -> np.ndarray:
    import numpy as np

    with np.errstate(over="ignore"):
        return np.exp(exponent)


def named(row: pd.Series) -> str:
    return next(
        (str(row[column]) for column in ("iso3", "place", "country") if isinstance(row.get(column), str)),
        "a place without a name",
    )


def _result(
    table: pd.DataFrame,
    statistic: str,
    ready: Prepared,
    warnings: Iterable[str] = (),
    *,
    method: str,
    level: float,
    limits: str,
    **parameters: Any,
) -> pd.DataFrame:
    few = len(ready.rows) < _FEW
    return result(
        table,
        f"association.{statistic}",
        of=ready.rows,
        method=method,
        level=level,
        limits=limits,
        missing=ready.missing,
        warnings=[ECOLOGICAL, *ready.warnings, *["With so few places limits and tests are rough."] * few, *warnings],
        parameters={"places": len(ready.rows), **parameters},
    )


def _subject(result: pd.DataFrame, lang: str) -> str:
    """What was associated: ``Servers per million inhabitants``."""
    given = result.attrs["parameters"]
    label = label_in_words(result, lang)
    label = label[:1].upper() + label[1:]
    if given.get("value") == "value" or given["per"] is None:
        return label
    return units.with_unit(label, given["per"], 1e6 if given["per"] == "population" else 1e3, lang)


def _label(covariate: str, lang: str) -> str:
    from ..datafolder import reference

    labels = reference("indicators").set_index("indicator")[f"label_{lang}"]
    return str(labels.get(covariate, covariate.replace("_", " ")))


def _tested(low: float, high: float, nothing: float) -> str:
    """Whether an interval is above nothing, below it, or holds it."""
    return "above" if low > nothing else "below" if high < nothing else "open"


def common_parts(result: pd.DataFrame, row: pd.Series, lang: str) -> dict[str, str]:
    level = row["level"]
    return {
        "subject": _subject(result, lang),
        "places": numbers.number(result.attrs["parameters"]["places"], lang),
        "level": numbers.percent(level, lang, digits=1) if level == level else "",
        "p": numbers.p_value(row["p_value"], lang) if "p_value" in row else "",
    }


def _facts_of_correlation(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    row = result.iloc[0]
    parts = common_parts(result, row, lang) | {
        "covariate": _label(row["covariate"], lang),
        "rho": numbers.signed(row["rho"], lang),
        "span": intervals.span(row["rho_low"], row["rho_high"], lang),
    }
    printed = row["level"] != row["level"]
    return "correlate_" + ("rounding" if printed else _tested(row["rho_low"], row["rho_high"], 0.0)), parts


def _facts_of_regression(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    row = result.iloc[0]
    more = say(f"step_{result.attrs['parameters']['by']}", lang, family="words")
    besides = say("besides", lang, family="words") if len(result) > 1 else ""
    parts = common_parts(result, row, lang) | {
        "covariate": f"{_label(row['covariate'], lang)} ({more}{besides})",
        "ratio": numbers.signed(row["ratio"], lang),
        "span": intervals.span(row["ratio_low"], row["ratio_high"], lang),
    }
    printed = row["level"] != row["level"]
    return "regress_" + ("rounding" if printed else _tested(row["ratio_low"], row["ratio_high"], 1.0)), parts


def _facts_of_influence(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    row = result.iloc[0]
    parts = common_parts(result, row, lang) | {
        "covariate": _label(row["covariate"], lang),
        "place": place_in_words(row, lang),
        "estimate": numbers.signed(row["estimate"], lang),
        "without": numbers.signed(row["without"], lang),
        "span": intervals.span(row["without_low"], row["without_high"], lang),
        "turns": numbers.number(int(result.loc[result["covariate"] == row["covariate"], "turns"].sum()), lang),
    }
    return "influence_" + ("rho" if result.attrs["parameters"]["of"] == "correlate" else "ratio"), parts
