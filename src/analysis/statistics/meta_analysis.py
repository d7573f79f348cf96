"""Meta-analysis: the estimates of several surveys pooled, if their definitions allow it, with how far they differ."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..figures.comparability import require_comparable
from ..frames import numbers_of, plain
from ..language import intervals, numbers, rate_units
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .comparable_places import require_known
from .phrases import label_in_words
from .result import Record, result
from .uncertainty import normal_deviate

#: With fewer surveys than this the spread between them is hardly known.
FEW_SURVEYS = 5
#: What `benchmarks/coverage.py` finds at nominal 95 %, with three to twelve surveys; the estimated weights are why.
_SHORT = (
    "In simulations of 3 to 12 surveys with unequal errors the interval covered the mean in 93 to 94 % of runs instead "
    "of 95 %; errors='hartung-knapp-adhoc' covers it in 94 to 99 %."
)

_TAU = {
    "reml": "REML",
    "paule-mandel": "Paule–Mandel",
    "dersimonian-laird": "DerSimonian–Laird",
    "common": "common effect",
}
_ERRORS = {
    "hartung-knapp": "Hartung–Knapp",
    "hartung-knapp-adhoc": "Hartung–Knapp, never narrower than normal",
    "normal": "normal",
}
_PREDICTIONS = {"higgins": "Higgins–Thompson–Spiegelhalter", "hartung-knapp": "Hartung–Knapp"}


def _logit(share: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(share) - np.log1p(-share))


def _share(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))


#: To the scale that is pooled, and back.
_TRANSFORMS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[float], float]]] = {
    "log": (np.log, lambda log: float(np.exp(log))),
    "logit": (_logit, _share),
    "none": (np.asarray, float),
}


class Pooled(NamedTuple):
    """What a random-effects model says about estimates: their mean and its limits, and how far they differ."""

    estimate: float
    error: float
    low: float
    high: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    q: float
    q_p: float
    predicted_low: float
    predicted_high: float


def pooled_estimates(
    effects: np.ndarray,
    variances: np.ndarray,
    tau: str = "reml",
    errors: str = "hartung-knapp",
    prediction: str = "higgins",
    level: float = 0.95,
) -> Pooled:
    """Pool estimates with known variances.

    Parameters
    ----------
    effects, variances
        One a survey, two at least.
    tau, errors, prediction, level
        As for `meta_analysis`.
    """
    from scipy.special import chdtrc, stdtr, stdtrit

    count, fixed = len(effects), 1 / variances
    tau2 = _TAU_OF[tau](effects, variances)
    weights = 1 / (variances + tau2)
    mean = weights @ effects / weights.sum()
    usual = 1 / np.sqrt(weights.sum())
    spread = np.sqrt(weights @ np.square(effects - mean) / (count - 1))
    error = usual * {"normal": 1.0, "hartung-knapp": spread, "hartung-knapp-adhoc": max(spread, 1.0)}[errors]
    reach = normal_deviate(level) if errors == "normal" else stdtrit(count - 1, (1 + level) / 2)
    if error == 0:
        p_value = 0.0 if mean else 1.0
    else:
        p_value = 2 * float(stdtr(1e12 if errors == "normal" else count - 1, -abs(mean) / error))
    typical = (count - 1) * fixed.sum() / (fixed.sum() ** 2 - np.square(fixed).sum())
    q = _q(effects, variances, 0.0)
    if prediction == "higgins":
        apart = stdtrit(count - 2, (1 + level) / 2) * np.sqrt(tau2 + usual**2) if count > 2 else np.inf
    else:
        apart = stdtrit(count - 1, (1 + level) / 2) * np.sqrt(tau2 + (usual * spread) ** 2)
    low, high = _limits_of_tau2(effects, variances, level)
    return Pooled(
        float(mean), float(error), float(mean - reach * error), float(mean + reach * error), p_value,
        float(tau2), low, high, float(tau2 / (tau2 + typical)), q, float(chdtrc(count - 1, q)),
        float(mean - apart), float(mean + apart),
    )  # fmt: skip


def _q(effects: np.ndarray, variances: np.ndarray, tau2: float) -> float:
    """Cochran's Q with weights 1/(v + τ²)."""
    weights = 1 / (variances + tau2)
    return float(weights @ np.square(effects - weights @ effects / weights.sum()))


def _paule_mandel(effects: np.ndarray, variances: np.ndarray) -> float:
    return _tau2_where_q_is(effects, variances, len(effects) - 1)


def _tau2_where_q_is(effects: np.ndarray, variances: np.ndarray, target: float) -> float:
    """The τ² at which Q, which falls with it, reaches a target; 0 where it is below from the start."""
    from scipy.optimize import brentq

    if _q(effects, variances, 0.0) <= target:
        return 0.0
    most = max(np.ptp(effects) ** 2, float(variances.max()))
    while _q(effects, variances, most) > target:
        most *= 4
    return float(brentq(lambda tau2: _q(effects, variances, tau2) - target, 0.0, most, xtol=1e-15, rtol=1e-14))


def _limits_of_tau2(effects: np.ndarray, variances: np.ndarray, level: float) -> tuple[float, float]:
    """Q-profile limits of τ² (Viechtbauer 2007): where Q is at either quantile of χ² with k − 1 degrees of freedom."""
    from scipy.special import chdtri

    free = len(effects) - 1
    low, high = (
        _tau2_where_q_is(effects, variances, float(chdtri(free, tail))) for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high


def _dersimonian_laird(effects: np.ndarray, variances: np.ndarray) -> float:
    fixed = 1 / variances
    room = fixed.sum() - np.square(fixed).sum() / fixed.sum()
    return max(0.0, (_q(effects, variances, 0.0) - len(effects) + 1) / room)


def _reml(effects: np.ndarray, variances: np.ndarray) -> float:
    """The τ² of the highest restricted likelihood, 0 included."""
    from scipy.optimize import brentq

    def likelihood(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        return float(np.log(weights).sum() - np.log(weights.sum()) - _q(effects, variances, tau2)) / 2

    def slope(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        residuals = effects - weights @ effects / weights.sum()
        squares = np.square(weights)
        return float(squares @ np.square(residuals) - weights.sum() + squares.sum() / weights.sum())

    most = np.ptp(effects) ** 2 + float(variances.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * most, 4 * most, 400)])
    rising = np.array([slope(tau2) > 0 for tau2 in grid])
    tops = [
        float(brentq(slope, grid[at], grid[at + 1], xtol=1e-15 * most, rtol=1e-14))
        for at in (rising[:-1] & ~rising[1:]).nonzero()[0]
    ]
    return max([0.0, *tops], key=likelihood)


_TAU_OF: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "reml": _reml,
    "paule-mandel": _paule_mandel,
    "dersimonian-laird": _dersimonian_laird,
    "common": lambda effects, variances: 0.0,
}


def meta_analysis(
    frame: Any,
    value: str = "rate",
    error: str | None = None,
    transform: str = "log",
    tau: str = "reml",
    errors: str = "hartung-knapp",
    prediction: str = "higgins",
    level: float = 0.95,
) -> pd.DataFrame:
    """Random-effects meta-analysis: estimates of several surveys pooled, with heterogeneity and prediction interval.

    yᵢ ~ N(μ, vᵢ + τ²): surveys estimate numbers of their own about a common mean μ. The interval of ``estimate``
    is that of the mean; a further survey of the kind is expected between ``predicted_low`` and ``predicted_high``.
    Surveys that must not be compared are not pooled; the error then names the largest set that may be.

    Parameters
    ----------
    frame
        One row per survey: the estimate, its limits or its error, and ``survey``, ``measure``, ``asset``, which decide
        whether the surveys may be pooled. A table without ``survey`` is taken as the caller's own.
    value
        The column of estimates, such as ``rate`` of `rates.rates` for one place, or ``ratio``.
    error
        The column of standard errors, on the scale that is pooled (of the log, if ``transform`` is ``log``). None: half
        the width of ``<value>_low`` to ``<value>_high`` over the normal deviate of their ``level``; these limits must
        be limits of chance (column ``limits``).
    transform
        ``log`` for rates and ratios, ``logit`` for shares, which are pooled on that scale; ``none``.
    tau
        How τ² is estimated: ``reml``, ``paule-mandel``, ``dersimonian-laird``, or ``common`` (τ² = 0).
    errors
        ``hartung-knapp`` (Student's t with k − 1, Knapp & Hartung 2003), ``hartung-knapp-adhoc`` (never narrower than
        normal errors, for surveys that agree better than chance allows) or ``normal``.
    prediction
        ``higgins`` (t with k − 2 and the usual error; Higgins, Thompson & Spiegelhalter 2009) or ``hartung-knapp`` (t
        with k − 1 and its error, as R's metafor).
    level
        The confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``surveys, estimate, estimate_low, estimate_high, error, p_value, tau2, tau2_low, tau2_high``
        (Q-profile
        limits), ``i2, q, q_p, predicted_low, predicted_high, transform, method, prediction_method, surveys_compare,
        level, limits``. ``surveys_compare`` is ``yes``, ``with a note``, or ``unknown`` where no surveys are named.
        ``estimate`` and the limits are on the scale of ``value``; ``error`` and ``tau2`` on that which is pooled.

    Raises
    ------
    DataError
        For fewer than two surveys, a survey that comes twice, estimates or errors that cannot be used, limits of
        rounding taken for errors.
    NotComparableError
        For several measures or units, or surveys whose definitions forbid it; names how many are left.

    Notes
    -----
    With two to four surveys the spread between them is hardly known, and the limits say so. Where the surveys' errors
    are unequal, their weights are estimates too, which Hartung & Knapp's limits do not reckon with: in simulations
    they cover the mean in 93 to 94 % of runs (Röver, Knapp & Friede 2015, BMC Med. Res. Methodol. 15: 99). Surveys of
    the same servers by the same engine are not independent; nothing here can see that.

    Examples
    --------
    Trials of a vaccine (Colditz et al. 1994), log risk ratios and their errors, three of thirteen:

    >>> import pandas as pd
    >>> from analysis.statistics import meta_analysis
    >>> trials = pd.DataFrame({"logrr": [-0.889, -1.585, -1.348], "error": [0.571, 0.441, 0.644]})
    >>> found = meta_analysis(trials, "logrr", error="error", transform="none")
    >>> found[["surveys", "estimate", "estimate_low", "estimate_high"]].round(2).values.tolist()
    [[3.0, -1.33, -2.23, -0.43]]
    """
    for what, chosen, known in (
        ("way to estimate τ²", tau, _TAU),
        ("kind of errors", errors, _ERRORS),
        ("prediction interval", prediction, _PREDICTIONS),
        ("transform", transform, _TRANSFORMS),
    ):
        require_known(what, chosen, known)
    checked_level(level)
    rows = plain(frame)
    checked, notes = _checked_surveys(rows, value)
    effects, variances = _estimates(rows, value, error, transform)
    found = pooled_estimates(effects, variances, tau, errors, prediction, level)
    table = _row(found, len(rows), transform).assign(
        pooled=value,
        transform=transform,
        method=f"{_TAU[tau]}, {_ERRORS[errors]}",
        prediction_method=_PREDICTIONS[prediction],
        surveys_compare=checked,
    )
    for column in ("measure", "asset", "rate_per", "rate_scale"):
        if column in rows and rows[column].notna().all():
            table[column] = rows[column].iloc[0]
    closer = found.tau2 == 0 and found.error * np.sqrt((1 / variances).sum()) < 1
    if errors == "hartung-knapp":
        notes += [_SHORT]
    notes += _cautions(len(rows), narrow=closer and errors == "hartung-knapp" and tau != "common")
    return result(
        table,
        "meta_analysis.meta_analysis",
        of=rows,
        method=f"{_TAU[tau]}, {_ERRORS[errors]}",
        level=level,
        limits="chance",
        record=Record(warnings=notes),
    )


def _row(found: Pooled, surveys: int, transform: str) -> pd.DataFrame:
    """What was pooled as a row of the result, estimates and limits back on the scale of the surveys."""
    back = _TRANSFORMS[transform][1]
    return pd.DataFrame(
        {
            "surveys": [surveys],
            "estimate": [back(found.estimate)],
            "estimate_low": [back(found.low)],
            "estimate_high": [back(found.high)],
            "error": [found.error],
            "p_value": [found.p_value],
            "tau2": [found.tau2],
            "tau2_low": [found.tau2_low],
            "tau2_high": [found.tau2_high],
            "i2": [found.i2],
            "q": [found.q],
            "q_p": [found.q_p],
            "predicted_low": [back(found.predicted_low)],
            "predicted_high": [back(found.predicted_high)],
        }
    )


def _cautions(surveys: int, *, narrow: bool) -> list[str]:
    """What must be said of few surveys, and of limits that are narrower than the surveys' own errors."""
    said = []
    if surveys < FEW_SURVEYS:
        said.append(
            f"Only {surveys} surveys may be pooled: how far they differ is hardly known, and the interval may be too "
            "short."
        )
    if narrow:
        said.append(
            "The surveys agree better than chance would make them; errors='hartung-knapp-adhoc' keeps the limits from "
            "being narrower than the surveys' own errors allow."
        )
    return said


def _checked_surveys(rows: pd.DataFrame, value: str) -> tuple[str, list[str]]:
    """Whether the surveys may be compared, and notes on that; refuses those that may not."""
    if value not in rows:
        raise DataError(
            f"the table has no column {value!r}", remedy="name the column of estimates in value", column=value
        )
    if len(rows) < 2:
        raise DataError("one survey cannot be pooled", remedy="give two surveys at least")
    for column in ("measure", "asset", "rate_per", "rate_scale", "transform"):
        if column in rows and rows[column].nunique(dropna=False) > 1:
            named = " and ".join(map(str, rows[column].unique()[:2]))
            raise NotComparableError(f"{named} cannot be pooled ({column})", remedy=f"choose one {column}")
    if "survey" not in rows:
        return "unknown", ["The table names no surveys: nobody has checked whether these numbers count alike."]
    if (twice := rows["survey"].duplicated()).any():
        raise DataError(
            f"{rows.loc[twice, 'survey'].iloc[0]} comes twice",
            remedy="give each survey one row: choose one place",
            column="survey",
        )
    if not {"measure", "asset"} <= set(rows):
        raise DataError(
            "the table names surveys, but not what they counted",
            remedy="keep the columns measure and asset, which decide whether they may be pooled",
            column="measure",
        )
    try:
        note = require_comparable(rows)
    except NotComparableError as refused:
        left = _largest_comparable(rows)
        named = f" ({', '.join(left)})" if len(left) > 1 else ""
        raise NotComparableError(
            f"{refused.message} Of {len(rows)} surveys {len(left) if len(left) > 1 else 'no two'} may be pooled{named}",
            remedy="choose these" if len(left) > 1 else "show them side by side instead",
        ) from None
    return ("with a note", [f"Surveys pooled with a note: {note}."]) if note else ("yes", [])


def _largest_comparable(rows: pd.DataFrame) -> list[str]:
    """The most surveys of which each two may be compared."""
    names = [str(name) for name in rows["survey"]]
    alike = set()
    for one, other in combinations(names, 2):
        try:
            require_comparable(rows[rows["survey"].isin([one, other])])
        except NotComparableError:
            continue
        alike.add(frozenset((one, other)))
    groups: list[list[str]] = []
    for first in names:
        group = [first]
        for name in names:
            if name != first and all(frozenset((name, member)) in alike for member in group):
                group.append(name)
        groups.append(group)
    groups.sort(key=len)
    return sorted(groups[-1])


def _estimates(rows: pd.DataFrame, value: str, error: str | None, transform: str) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and variances on the scale that is pooled."""
    effects = numbers_of(rows, value)
    if not np.isfinite(effects).all():
        at = int((~np.isfinite(effects)).argmax())
        raise DataError(f"row {at + 1} has no finite {value}", remedy="leave it out", column=value, row=at + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = _TRANSFORMS[transform][0](effects)
    if not np.isfinite(moved).all():
        at = int((~np.isfinite(moved)).argmax())
        raise DataError(
            f"row {at + 1}: {value} is {effects[at]:g} and has no {transform}",
            remedy="leave it out, or take another transform",
            column=value,
            row=at + 1,
        )
    effects = moved
    errors = numbers_of(rows, error) if error is not None and error in rows else None
    if error is not None and errors is None:
        raise DataError(f"the table has no column {error!r}", remedy="name the column of standard errors", column=error)
    if errors is None:
        errors = _errors_of_limits(rows, value, transform)
    if not (np.isfinite(errors) & (errors > 0)).all():
        at = int((~(np.isfinite(errors) & (errors > 0))).argmax())
        raise DataError(
            f"row {at + 1}: the standard error of {value} is {errors[at]:g}, not a positive number",
            remedy="leave the row out, or give error=",
            column=error or value,
            row=at + 1,
        )
    return effects, np.square(errors)


def _errors_of_limits(rows: pd.DataFrame, value: str, transform: str) -> np.ndarray:
    low, high = ("low", "high") if value == "value" else (f"{value}_low", f"{value}_high")
    for column in (low, high, "limits", "level"):
        if column not in rows:
            raise DataError(
                f"the table has no column {column!r}, so that the error of {value} is not known",
                remedy="name standard errors in error=, or keep the limits with the columns limits and level",
                column=column,
            )
    if not rows["limits"].isin(["chance", "both"]).all():
        word = rows.loc[~rows["limits"].isin(["chance", "both"]), "limits"].iloc[0]
        raise DataError(
            f"the limits of {value} are limits of {word}, not of chance",
            remedy="name standard errors in error=; rounding is not one",
            column="limits",
        )
    ends = numbers_of(rows, low), numbers_of(rows, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = _TRANSFORMS[transform][0](ends[0]), _TRANSFORMS[transform][0](ends[1])
    deviates = np.array([normal_deviate(level) for level in numbers_of(rows, "level")])
    return np.asarray((ends[1] - ends[0]) / (2 * deviates))


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    row = found.iloc[0]
    label = label_in_words(found, lang)
    if "rate_per" in found:
        label = rate_units.with_unit(label, row["rate_per"], row["rate_scale"], lang)
    shares = row["transform"] == "logit"

    def span(low: float, high: float) -> str:
        if shares:
            return intervals.percent_interval(low, high, lang, 1)
        return intervals.span(low, high, lang)

    compare = str(row["surveys_compare"]).replace(" ", "_")
    parts = {
        "label": label[:1].upper() + label[1:],
        "surveys": numbers.number(row["surveys"], lang),
        "what": say(f"surveys_compare_{compare}", lang, family="words"),
        "estimate": numbers.percent(row["estimate"], lang, decimals=1)
        if shares
        else numbers.signed(row["estimate"], lang),
        "span": span(row["estimate_low"], row["estimate_high"]),
        "predicted": span(row["predicted_low"], row["predicted_high"]),
        # Forms for what is so or not: no difference seen between surveys; a difference beyond chance.
        "none": Counted(2 if row["i2"] == 0 else 1, lang),
        "apart": Counted(2 if row["q_p"] < 1 - row["level"] else 1, lang),
        "i2": numbers.percent(row["i2"], lang, decimals=1),
        "level": numbers.percent(row["level"], lang, decimals=1),
    }
    if row["surveys"] >= FEW_SURVEYS:
        return "pooled", parts
    parts["few"] = numbers.number(FEW_SURVEYS, lang)
    told = row["surveys"] >= 3 or row["prediction_method"] == _PREDICTIONS["hartung-knapp"]
    return "few" if told else "two", parts
