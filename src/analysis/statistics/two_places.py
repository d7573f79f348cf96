"""Two places side by side: how many times as high a rate is, and how much higher, with interval and test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..language import intervals, numbers, rate_units
from ..language.plurals import Counted
from ..meaning import checked_level
from .comparable_places import compared
from .phrases import label_in_words, named_interval, place_in_words
from .poisson import count_limits
from .result import Record, needed, result
from .sizes import per_what, sized, span_of
from .uncertainty import by_chance, checked_counts, common_occurrence, dispersion_of, limits_in_words

#: How the limits of a ratio are made, as the result's ``method`` says.
METHODS = {"exact": "exact conditional", "mid-p": "mid-P conditional"}


class Pair(NamedTuple):
    """Two places: the rows, each count and denominator as value, least and most; whether chance counts."""

    rows: pd.DataFrame
    counts: list[list[float]]
    sizes: list[list[float]]
    chance: bool
    limits: str
    occurrence: str
    dispersion: float | None
    warnings: list[str]


def rate_ratio(
    frame: pd.DataFrame,
    a: str,
    b: str,
    per: str = "population",
    level: float = 0.95,
    limits: str | None = None,
    *,
    method: str = "exact",
    value: str = "value",
) -> pd.DataFrame:
    """How many times as high the rate is in one place as in another (rate ratio, relative risk).

    Given the sum of both counts, the first is binomial with p = θ t₁ / (θ t₁ + t₂), θ the ratio of the rates and t the
    denominators (Przyborowski & Wilenski 1940). The interval holds the θ whose two tails are both at least α/2
    (Clopper–Pearson limits of p, turned into θ); ``p_value`` is twice the smaller tail at θ = 1. So p < α exactly where
    the interval excludes 1; the p value of R's ``poisson.test`` (minimum likelihood) does not have that property.
    With ``mid-p`` only half of the observed count's own probability is in a tail (Lancaster 1961): narrower, and right
    on average rather than for every ratio.

    Parameters
    ----------
    frame, per, level, limits, value
        As for `rates.rates`; one row each for both places.
    a, b
        ``iso3`` (or the name in ``place``) of the two places; the ratio is a over b.
    method
        ``exact`` or ``mid-p``.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other, rate_a, rate_b`` (per one of the denominator), both counts and denominators
        (``value_a, low_a, high_a, size_low_a, size_high_a`` and of b), ``dispersion, ratio, ratio_low, ratio_high,
        p_value, method, level, rate_per, rate_scale, limits, occurrence, statistic``. Where rounding is included, the
        ends are the widest and the p value the largest that it allows. With rounding only there is no test:
        ``p_value`` is missing. With no count at b the ratio and its upper end are infinite.

    Raises
    ------
    DataError
        As `rates.rates`; if a place does not have exactly one row, has no denominator, or neither place has a count.
    NotComparableError
        As `rates.rates`, or if the places were counted in different ways.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ex.statistics.rate_ratio(servers, "DEU", "FRA")[["ratio", "p_value"]].round(3).values.tolist()
    [[0.695, 0.7]]
    """
    if method not in METHODS:
        raise unknown("method", method, METHODS, method=method)
    pair = pair_of(checked_counts(frame, value=value), a, b, per, limits)
    (x1, low1, high1), (x2, low2, high2) = pair.counts
    (t1, least1, most1), (t2, least2, most2) = pair.sizes
    warnings = list(pair.warnings)
    if high1 == high2 == 0:
        raise DataError(
            f"neither {a} nor {b} has a count above zero; there is nothing to compare", remedy="choose other places"
        )
    if pair.chance:
        spread, tails = pair.dispersion or 1.0, {"exact": _exact, "mid-p": _mid_p}[method]
        low, upper_tail = tails(low1 / spread, high2 / spread, most1, least2, level)
        mirrored, lower_tail = tails(low2 / spread, high1 / spread, most2, least1, level)
        high, p_value = _over(1.0, mirrored), min(1.0, 2 * min(upper_tail, lower_tail))
    else:
        low, high, p_value = _over(low1 * least2, high2 * most1), _over(high1 * most2, low2 * least1), np.nan
        warnings.append("Chance has no test here; the ends are those of rounding.")
    if x2 == 0:
        warnings.append(f"{b} has no count: the ratio is infinite, only its lower end says something.")
    said = METHODS[method] if pair.chance else "rounding only"
    table = pd.DataFrame(
        {
            "iso3": [a],
            "other": [b],
            "rate_a": [x1 / t1],
            "rate_b": [x2 / t2],
            "value_a": [x1],
            "low_a": [low1],
            "high_a": [high1],
            "size_low_a": [least1],
            "size_high_a": [most1],
            "value_b": [x2],
            "low_b": [low2],
            "high_b": [high2],
            "size_low_b": [least2],
            "size_high_b": [most2],
            "dispersion": [np.nan if pair.dispersion is None else pair.dispersion],
            "ratio": [_over(x1 * t2, x2 * t1)],
            "ratio_low": [low],
            "ratio_high": [high],
            "p_value": [p_value],
            "method": [said],
            "level": [level if pair.chance else np.nan],
        }
    )
    return _of_pair(table, "rate_ratio", pair, per, 1.0, warnings)


def rate_difference(
    frame: pd.DataFrame,
    a: str,
    b: str,
    per: str = "population",
    scale: float = 1e6,
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """How much higher the rate is in one place than in another (rate difference), with interval and test.

    With the exact limits l, u of both rates r: r₁ − r₂ − √((r₁ − l₁)² + (u₂ − r₂)²) and
    r₁ − r₂ + √((u₁ − r₁)² + (r₂ − l₂)²) (MOVER: Zou & Donner 2008; for Poisson rates Li, Tang & Wong 2014). ``p_value``
    is the exact one of `rate_ratio`, whose null hypothesis is the same; at the very edge of the level it may disagree
    with this interval.

    Parameters
    ----------
    frame, a, b, per, level, limits, value
        As for `rate_ratio`.
    scale
        Rates are per so many units of the denominator.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other, rate_a, rate_b, difference, difference_low, difference_high, p_value, method, level,
        rate_per, rate_scale, limits, occurrence, statistic``.

    Raises
    ------
    DataError, NotComparableError
        As `rate_ratio`, but two places without a count have the difference zero.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ex.statistics.rate_difference(servers, "DEU", "FRA")["difference"].round(3).item()
    -0.032
    """
    counts = checked_counts(frame, value=value)
    pair = pair_of(counts, a, b, per, limits)
    (x1, low1, high1), (x2, low2, high2) = pair.counts
    (t1, least1, most1), (t2, least2, most2) = pair.sizes
    low, high = low1 / most1 - high2 / least2, high1 / least1 - low2 / most2
    p_value = np.nan
    if pair.chance:
        down = count_limits(np.array([low1, low2]), "exact", level, pair.dispersion)[0]
        up = count_limits(np.array([high1, high2]), "exact", level, pair.dispersion)[1]
        # The ends of the counts' intervals, each with the limit of chance beyond it.
        low -= np.hypot((low1 - down[0]) / most1, (up[1] - high2) / least2)
        high += np.hypot((up[0] - high1) / least1, (low2 - down[1]) / most2)
        p_value = 1.0 if high1 == high2 == 0 else rate_ratio(counts, a, b, per, level, limits)["p_value"].iloc[0]
    said = "MOVER of exact limits" if pair.chance else "rounding only"
    table = pd.DataFrame(
        {
            "iso3": [a],
            "other": [b],
            "rate_a": [x1 / t1 * scale],
            "rate_b": [x2 / t2 * scale],
            "difference": [(x1 / t1 - x2 / t2) * scale],
            "difference_low": [low * scale],
            "difference_high": [high * scale],
            "p_value": [p_value],
            "method": [said],
            "level": [level if pair.chance else np.nan],
        }
    )
    return _of_pair(table, "rate_difference", pair, per, scale, pair.warnings)


def pair_of(frame: pd.DataFrame, a: str, b: str, per: str, limits: str | None) -> Pair:
    """Counts and denominators of two places of checked counts.

    Raises
    ------
    DataError
        If a place is not there once, both are one, or one has no denominator.
    NotComparableError
        If they were counted in different ways.
    """
    if a == b:
        raise DataError(f"{a} cannot be compared with itself", remedy="give two places")
    both = pd.concat([_row_of(frame, place) for place in (a, b)])
    warnings = compared(both)[1]
    chance = bool(by_chance(both, limits).all())
    found, missing, said = sized(both, per)
    if missing:
        raise DataError(
            f"{' and '.join(missing)} has no denominator {per!r}", remedy="choose another, or another place", column=per
        )
    least, most = span_of(found)
    ends = ["value"] * 3 if limits == "chance" else ["value", "low", "high"]
    sizes = [list(map(float, one)) for one in zip(found["denominator"], least, most, strict=True)]
    return Pair(
        rows=both,
        counts=both[ends].to_numpy(float).tolist(),
        sizes=sizes,
        chance=chance,
        limits=str(limits_in_words(both, chance, limits)[0]),
        occurrence=common_occurrence(both),
        dispersion=dispersion_of(both),
        warnings=[*warnings, *said],
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about two places: the case and the parts of its sentence."""
    kind = "ratio" if "ratio" in result else "difference"
    row = result.iloc[0]
    p_value, level = row["p_value"], row["level"]
    label = label_in_words(result, lang)
    span = intervals.span(row[f"{kind}_low"], row[f"{kind}_high"], lang)
    parts = {
        "a": place_in_words(row, lang),
        "b": place_in_words(pd.Series({"iso3": row["other"]}), lang),
        "label": label[:1].upper() + label[1:],
        "found": "" if row[kind] == float("inf") else numbers.signed(row[kind], lang),
        "low": "" if row[f"{kind}_low"] == float("inf") else numbers.signed(row[f"{kind}_low"], lang),
        "span": span,
        "limits": named_interval(span, row, lang),
        "level": numbers.percent(level, lang, decimals=1) if level == level else "",
        "p": numbers.p_value(p_value, lang),
    }
    if kind == "difference":
        per = needed(result, "rate_per", "say per what the rates are in the column rate_per, such as population")
        scale = needed(result, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
        parts["label"] = rate_units.with_unit(parts["label"], per, scale, lang)
    if kind == "ratio" and row["ratio"] == float("inf"):
        mid_p = "mid_p_" if row["method"] == METHODS["mid-p"] else ""
        return f"ratio_{mid_p}without" if level == level else "ratio_without_rounding", parts
    if p_value != p_value:
        either = kind == "ratio" and row["ratio_low"] <= 1 <= row["ratio_high"]
        return f"{kind}_rounding" + ("_open" if either else ""), parts
    nothing = 1.0 if kind == "ratio" else 0.0
    # Test and limits of a difference are made in different ways; only what both say is told.
    tested, outside = p_value < 1 - level, not row[f"{kind}_low"] <= nothing <= row[f"{kind}_high"]
    parts["split"] = Counted(2 if tested != outside else 1, lang)
    how = "_mid_p" if row["method"] == METHODS["mid-p"] else ""
    return f"{kind}{how}_{'apart' if tested and outside else 'open'}", parts


def _of_pair(
    table: pd.DataFrame, function: str, pair: Pair, per: str, scale: float, warnings: list[str]
) -> pd.DataFrame:
    level = table["level"].item()
    return result(
        table.assign(**per_what(per, scale)),
        f"two_places.{function}",
        of=pair.rows,
        method=table["method"].item(),
        level=level if pair.chance else None,
        limits=pair.limits,
        occurrence=pair.occurrence,
        record=Record(
            warnings=warnings,
            parameters={
                "per": per,
                "scale": scale,
                "a": table["iso3"].item(),
                "b": table["other"].item(),
                "dispersion": pair.dispersion,
            },
        ),
    )


def _row_of(frame: pd.DataFrame, place: str) -> pd.DataFrame:
    """The one row of a place, named by its code or as printed."""
    columns = [column for column in ("iso3", "place") if column in frame]
    if not columns:
        raise DataError(
            "the table has neither iso3 nor place to find a place by", remedy="add one of these columns", column="iso3"
        )
    row = frame[frame[columns].eq(place).any(axis=1)]
    if len(row) != 1:
        raise DataError(
            f"{place} has {len(row) or 'no'} rows in the table", remedy="give the iso3 of a place that has one row"
        )
    return row


def _exact(x1: float, x2: float, t1: float, t2: float, level: float) -> tuple[float, float]:
    """The lower limit of the ratio of two rates, and the chance of so high a first count where both are equal."""
    from scipy.special import betainc, betaincinv

    if x1 == 0:
        return 0.0, 1.0
    p = float(betaincinv(x1, x2 + 1, (1 - checked_level(level)) / 2))
    return p / (1 - p) * t2 / t1, float(betainc(x1, x2 + 1, t1 / (t1 + t2)))


def _mid_p(x1: float, x2: float, t1: float, t2: float, level: float) -> tuple[float, float]:
    """The same with half of the observed count's own probability in the tail."""
    from scipy.optimize import brentq
    from scipy.special import betainc

    tail = (1 - checked_level(level)) / 2

    def upper(p: float) -> float:
        at_least = float(betainc(x1, x2 + 1, p)) if x1 > 0 else 1.0
        more = float(betainc(x1 + 1, x2, p)) if x2 > 0 else 0.0
        return (at_least + more) / 2

    low = 0.0
    if x1 > 0:
        # The tail may stay above α/2 or below it at the very ends only where a count is next to nothing.
        p = brentq(lambda p: upper(p) - tail, 0.0, 1.0, xtol=1e-15, rtol=1e-14) if upper(1.0) > tail else 1.0
        low = _over(p * t2, (1 - p) * t1)
    return low, upper(t1 / (t1 + t2))


def _over(above: float, below: float) -> float:
    return above / below if below else float("inf")
