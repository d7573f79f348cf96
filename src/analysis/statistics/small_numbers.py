"""Small numbers: what chance alone does to them, and what can still be said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..figures.country_names import WORLD
from ..frames import numbers_of
from ..language import intervals, numbers
from ..language.plurals import Counted
from ..meaning import refuse_row
from .comparable_places import chances, places_of
from .phrases import label_in_words, place_in_words
from .poisson import count_limits
from .result import Record, needed, only, result, rows_told
from .sizes import sized
from .uncertainty import by_chance, checked_counts, dispersion_of, limits_in_words, occurrence_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Below this many counts a rate is called unreliable: the U.S. National Center for Health Statistics prints none of
#: fewer than 20 births (National Vital Statistics Reports 64(12), 2015), and CDC's WISQARS calls rates of 20 deaths or
#: fewer unstable. The relative standard error of a Poisson count of 20 is 1/√20, some 22 %.
LEAST_COUNT = 20
#: A count may be that near to the least one after a reader has rounded its error.
_NEAR = 0.05
#: So many places at least tell whether places differ by more than chance.
LEAST_PLACES = 3

WITHIN, ABOVE, BELOW, TOO_FEW = "within", "above", "below", "too few to say"


def funnel(
    frame: pd.DataFrame,
    per: str = "population",
    target: float | None = None,
    overdispersion: str | None = None,
    levels: tuple[float, ...] = (0.95, 0.998),
    *,
    method: str = "exact",
    transform: str = "square root",
    winsorise: float = 0.1,
    value: str = "value",
    limits: str | None = None,
) -> pd.DataFrame:
    """Each place's count against the one expected at the overall rate, with limits of chance (Spiegelhalter 2005).

    The exact limits of observed/expected are those beyond which a Poisson count of mean E has a tail of less than α/2:
    above where P(X ≥ o | E) < α/2, below where P(X ≤ o | E) < α/2, joined smoothly between whole counts.

    Where places differ by more than chance, limits of chance flag nearly all of them. Overdispersion widens them, on
    the
    scale y = √(o/E) with s = 1/(2√E), or y = log(o/E) with s = 1/√E. With z = (y − y₀)/s, cut at their own quantiles
    (``winsorise``), φ = Σ z²/n and τ² = max(0, (nφ − (n − 1)) / (Σw − Σw²/Σw)), w = 1/s²; limits are y₀ ± z s √φ
    (``multiplicative``, for φ > 1) or y₀ ± z √(s² + τ²) (``additive``), and never narrower than those of chance alone.

    Parameters
    ----------
    frame
        Rows of one measure, one per place; rows of the world are left out.
    per
        The denominator, as for `rates.rates`; a column of expected counts goes with ``target=1``.
    target
        The rate to be expected, per one of the denominator. Default: all places together.
    overdispersion
        None, ``multiplicative`` or ``additive``.
    levels
        Levels of the limits; the verdict is by the widest.
    method
        ``exact``, as above; ``garwood``: the limits of a confidence interval of E counts over E, as FunnelPlotR draws
        them,
        for comparison only: where little is expected they call a count of zero low far too often.
    transform
        ``square root`` or ``log`` (needs counts above zero).
    winsorise
        The share of places at each end whose z is cut to the quantile there.
    value, limits
        As for `rates.rates`; a funnel is about chance, so ``rounding`` is refused.

    Returns
    -------
    pandas.DataFrame
        One row per place: ``iso3`` (and ``country``, ``place`` where no row has a code), ``observed, expected, ratio,
        ratio_low, ratio_high`` (rounding and exact chance at the first level), ``ratio_low_95, ratio_high_95,
        ratio_low_998, ratio_high_998`` (where the ratio lies if the place has the overall rate, at each level),
        ``verdict``, ``method, level``, ``scatter`` (the variance between places over that of chance). The verdict is
        ``above`` or ``below`` where all that the rounding allows lies beyond the widest limit, ``too few to say`` where
        not even a count of zero would have been below it, else ``within``.
        ``attrs["parameters"]`` has ``target``, ``phi`` and ``tau2`` (None for fewer than three places).

    Raises
    ------
    DataError
        For bad counts, denominators, levels or choices; for fewer than three places with overdispersion, or no expected
        count.
    NotComparableError
        If what was counted comes in batches (and no dispersion is given), or surveys must not be compared.

    Notes
    -----
    A place outside is not thereby special: its denominator may miss what matters (hospitals, addresses). Nor
    is a place within thereby ordinary.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.statistics.funnel(servers.query("iso3 != 'WLD'"))
    >>> found["verdict"].value_counts().sort_index().to_dict()
    {'above': 2, 'below': 2, 'too few to say': 5, 'within': 4}
    """
    _checked_choices(overdispersion, method, transform, levels)
    rows, warnings = chances(frame, limits, "A funnel", value)
    dispersion = dispersion_of(rows)
    found, missing, said = sized(rows, per)
    if limits == "chance":
        found = found.assign(low=found["value"], high=found["value"])
    target, expected = _expected(found, target)
    known = np.isfinite(expected)
    phi, tau2 = _spread_of(
        found["value"].to_numpy(float)[known], expected[known], transform, winsorise, overdispersion, warnings
    )
    table = _against_expected(found, expected, levels[0], dispersion)
    for level in levels:
        ends = funnel_limits(expected, level, method, dispersion)
        if overdispersion is not None and phi is not None:
            factor = phi if overdispersion == "multiplicative" else None
            ends = _widened(ends, _overdispersed(expected, level, transform, factor, tau2 or 0.0))
        table[f"ratio_low_{_level_name(level)}"], table[f"ratio_high_{_level_name(level)}"] = ends
    usual = _verdicts(found, expected, *(table[f"ratio_{end}_{_level_name(max(levels))}"] for end in ("low", "high")))
    table["verdict"] = usual.set_axis(table.index).where(known, None)
    told = "exact Poisson" if method == "exact" else "Garwood"
    table["method"] = told if overdispersion is None else f"{told}, {overdispersion} overdispersion"
    table = table.assign(level=levels[0], outer_level=max(levels), rate_per=per, scatter=np.nan if phi is None else phi)
    return result(
        table,
        "small_numbers.funnel",
        of=rows,
        method=method,
        level=max(levels),
        limits=limits_in_words(rows, True, limits),
        occurrence=occurrence_of(rows),
        record=Record(
            warnings=[*warnings, *said],
            missing=missing,
            parameters={
                "per": per,
                "target": target,
                "phi": phi,
                "tau2": tau2,
                "overdispersion": overdispersion,
                "levels": list(levels),
                "transform": transform,
                "winsorise": winsorise,
                "dispersion": dispersion,
            },
        ),
    )


def _widened(
    ends: tuple[NDArray[np.float64], NDArray[np.float64]], wider: tuple[NDArray[Any], NDArray[Any]] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of chance, never narrowed by those of overdispersion."""
    return ends if wider is None else (np.fmin(ends[0], wider[0]), np.fmax(ends[1], wider[1]))


def _expected(found: pd.DataFrame, target: float | None) -> tuple[float, NDArray[np.float64]]:
    """The overall rate, per one of the denominator, and the count expected of each place."""
    value, size = (found[column].to_numpy(float) for column in ("value", "denominator"))
    known = np.isfinite(size)
    if target is None:
        target = value[known].sum() / size[known].sum() if known.any() else 0.0
    if not target > 0 or not known.any():
        raise DataError(
            "nothing is expected: there is no count above zero or no denominator", remedy="give a target above zero"
        )
    return float(target), size * target


def _against_expected(
    found: pd.DataFrame, expected: NDArray[np.float64], level: float, dispersion: float | None
) -> pd.DataFrame:
    """Each place's count over the expected one, with the limits of both its rounding and chance."""
    value, low, high = (found[column].to_numpy(float) for column in ("value", "low", "high"))
    table = places_of(found)
    table["observed"], table["expected"], table["ratio"] = value, expected, value / expected
    table["ratio_low"] = count_limits(low, "exact", level, dispersion)[0] / expected
    table["ratio_high"] = count_limits(high, "exact", level, dispersion)[1] / expected
    return table


def _verdicts(
    found: pd.DataFrame, expected: NDArray[np.float64], usual_low: pd.Series, usual_high: pd.Series
) -> pd.Series:
    """Where all that the rounding of a count allows lies: beyond the outermost limits, or within them."""
    low, high = (found[end].to_numpy(float) for end in ("low", "high"))
    above, below = low / expected > usual_high, high / expected < usual_low
    few = (usual_low <= 0) & ~above
    usual = np.where(above, ABOVE, np.where(below, BELOW, np.where(few, TOO_FEW, WITHIN)))
    return pd.Series(usual, dtype=object)


def _checked_choices(overdispersion: str | None, method: str, transform: str, levels: tuple[float, ...]) -> None:
    if overdispersion not in (None, "multiplicative", "additive"):
        raise DataError(
            f"there is no overdispersion {overdispersion!r}", remedy="choose multiplicative, additive or none"
        )
    if method not in ("exact", "garwood") or transform not in ("square root", "log"):
        raise DataError(
            "there is no such method or transform", remedy="choose exact or garwood, square root or log", method=method
        )
    if not isinstance(levels, Iterable) or not levels or not all(0 < level < 1 for level in levels):
        raise DataError("levels are shares between 0 and 1", remedy="give some, such as (0.95, 0.998)")


def _level_name(level: float) -> str:
    """A level as the end of a column's name: 95 for 0.95, 998 for 0.998."""
    return f"{level * 100:g}".replace(".", "")


def funnel_limits(
    expected: NDArray[Any], level: float = 0.95, method: str = "exact", dispersion: float | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Limits of observed/expected by chance alone, as `funnel` draws them.

    Parameters
    ----------
    expected
        Expected counts, above zero; missing ones stay missing.
    level, method, dispersion
        As for `funnel`.
    """
    from scipy.special import pdtrik

    mean = np.asarray(expected, dtype=float) / (dispersion or 1.0)
    if method == "garwood":
        low, high = count_limits(mean, "exact", level)
    else:
        tail = (1 - level) / 2
        # pdtrik gives the count at which a Poisson distribution function reaches a share; none below that of zero.
        some = np.exp(-mean) < tail
        low = np.where(some, pdtrik(tail, np.where(some, mean, 10.0)), np.where(np.isfinite(mean), 0.0, np.nan))
        # Where a single count is already in the tail, the limit lies below one.
        high = np.where(-np.expm1(-mean) < tail, -np.expm1(-mean) / tail, pdtrik(1 - tail, mean) + 1)
    return low / mean, high / mean


def overdispersion(z: NDArray[Any], s: NDArray[Any], winsorise: float = 0.1) -> tuple[float, float]:
    """How much more units differ than chance lets them: φ and τ² (Spiegelhalter 2005; DerSimonian & Laird 1986).

    Parameters
    ----------
    z
        Each unit's distance from the common value in its own standard errors.
    s
        The standard errors.
    winsorise
        The share at each end cut to the quantile there; 0 for none, then τ² is that of DerSimonian and Laird.

    Returns
    -------
    tuple of float
        φ = Σz²/n, and τ² = max(0, (nφ − (n − 1)) / (Σw − Σw²/Σw)), w = 1/s².
    """
    if not 0 <= winsorise < 0.5:
        raise DataError(
            "the share to be cut at each end is at least 0 and below a half", remedy="give one, such as 0.1"
        )
    z, weight = np.asarray(z, dtype=float), 1 / np.asarray(s, dtype=float) ** 2
    if winsorise:
        z = np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise]))
    total = (z**2).sum()
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return float(total / len(z)), float(max(0.0, (total - (len(z) - 1)) / room)) if room > 0 else 0.0


def too_few(frame: pd.DataFrame, least: float = LEAST_COUNT, *, value: str = "value") -> pd.DataFrame:
    """Whether each count is too small for its rate to say much.

    Parameters
    ----------
    frame
        Rows of counts of independent events, or with their ``dispersion`` (so many counts are worth one).
    least
        The smallest count whose rate says something. Default 20, as at the U.S. National Center for Health Statistics,
        which prints no rate based on fewer (National Vital Statistics Reports 64(12), 2015).
    value
        The column of the counts.

    Returns
    -------
    pandas.DataFrame
        The frame with ``relative_error`` (1/√count, the standard error of a rate as a share of it; infinite for zero),
        ``too_few`` (by the least count that the rounding allows) and ``verdict``: ``too few to say`` or ``enough``.

    Raises
    ------
    DataError
        For bad counts or a threshold that is not positive.
    NotComparableError
        If what was counted comes in batches and no dispersion is given.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.statistics.too_few(servers.query("iso3 != 'WLD'"))
    >>> found["verdict"].value_counts().sort_index().to_dict()
    {'enough': 5, 'too few to say': 10}
    """
    frame = checked_counts(frame, value=value)
    by_chance(frame, "chance")
    dispersion = dispersion_of(frame)
    if not least > 0:
        raise DataError("the least count that says something is a number above zero", remedy="give one, such as 20")
    table = frame.copy()
    worth = table["low"].to_numpy(float) / (dispersion or 1.0)
    with np.errstate(divide="ignore"):
        table["relative_error"] = 1 / np.sqrt(table["value"].to_numpy(float) / (dispersion or 1.0))
    table["too_few"], table["least"] = worth < least, least
    table["verdict"] = np.where(table["too_few"], TOO_FEW, "enough")
    return result(
        table,
        "small_numbers.too_few",
        of=frame,
        method="threshold",
        limits=limits_in_words(frame, False),
        occurrence=occurrence_of(frame),
        record=Record(parameters={"least": least, "dispersion": dispersion}),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about a result of this file: the case and the parts of its sentence."""
    return _facts_of_few(result, lang) if "too_few" in result else _facts_of_funnel(result, lang)


def _spread_of(
    value: NDArray[Any],
    expected: NDArray[Any],
    transform: str,
    winsorise: float,
    wanted: str | None,
    warnings: list[str],
) -> tuple[float | None, float | None]:
    """φ and τ² of places, and a warning where they differ by more than chance and nothing was done about it."""
    if len(value) < LEAST_PLACES:
        if wanted is not None:
            raise DataError(
                f"{Counted(len(value), 'en'):1 place is|{len(value)} places are} too few to show how much "
                "places differ",
                remedy=f"pass at least {LEAST_PLACES}, or none of it",
            )
        return None, None
    if transform == "log":
        if (value == 0).any():
            raise DataError("a count of zero has no logarithm", remedy="take transform='square root'", column="value")
        s = 1 / np.sqrt(expected)
        z = np.log(value / expected) / s
    else:
        s = 1 / (2 * np.sqrt(expected))
        z = (np.sqrt(value / expected) - 1) / s
    phi, tau2 = overdispersion(z, s, winsorise)
    if wanted is None and _scatters(phi, len(z)):
        warnings.append(
            f"The places differ by more than chance (variance {phi:.3g} times that of chance); limits of chance alone "
            "flag too many. Look at overdispersion='additive' too."
        )
    return phi, tau2


def _scatters(phi: float, places: int) -> bool:
    """Whether places differ by more than chance (χ², 5 %)."""
    from scipy.special import chdtrc

    return bool(chdtrc(places - 1, phi * places) < 0.05)


def _overdispersed(
    expected: NDArray[Any], level: float, transform: str, phi: float | None, tau2: float
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Limits widened by φ, or by τ² where that is None; nothing where there is no overdispersion."""
    from scipy.special import ndtri

    if (phi is not None and phi <= 1) or (phi is None and tau2 == 0):
        return None
    variance = 1 / expected if transform == "log" else 1 / (4 * expected)
    half = ndtri(1 - (1 - level) / 2) * np.sqrt(variance * phi if phi is not None else variance + tau2)
    if transform == "log":
        return np.exp(-half), np.exp(half)
    return np.maximum(1 - half, 0) ** 2, (1 + half) ** 2


def capital(text: str) -> str:
    """The text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def _facts_of_funnel(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    sides = {verdict: result[result["verdict"] == verdict] for verdict in (ABOVE, BELOW, TOO_FEW)}
    beyond = result[result["verdict"].isin((ABOVE, BELOW))]
    scatter = only(result, "scatter")
    told = int(result["expected"].notna().sum())
    wide = "overdispersion" not in str(result["method"].iloc[0]) and scatter is not None and _scatters(scatter, told)
    parts = {
        "label": capital(label_in_words(result, lang)),
        "places": Counted(int(result["verdict"].notna().sum()), lang),
        "above": Counted(len(sides[ABOVE]), lang),
        "below": Counted(len(sides[BELOW]), lang),
        "few": Counted(len(sides[TOO_FEW]), lang),
        "level": numbers.percent(
            needed(result, "outer_level", "pass the result of funnel as it was returned"), lang, decimals=1
        ),
        "inner": numbers.percent(result["level"].iloc[0], lang, decimals=1),
        "wide": Counted(2 if wide else 1, lang),
        "close": Counted(1 if wide else 2, lang),
        "scatter": numbers.number(scatter, lang, 2) if wide else "",
        "farthest": "",
        "ratio": "",
        "span": "",
    }
    if beyond.empty:
        return "funnel_none", parts
    # In standard errors of the square root, which are alike for all counts.
    beyond = rows_told(beyond, beyond["expected"].notna(), "what was to be expected")
    out = (beyond["observed"] ** 0.5 - beyond["expected"] ** 0.5).abs()
    row = beyond.loc[out.idxmax()]
    span = intervals.span(row["ratio_low"], row["ratio_high"], lang)
    return "funnel", parts | {
        "farthest": place_in_words(row, lang),
        "ratio": numbers.number(row["ratio"], lang, 3),
        "span": span,
    }


def _require_least(result: pd.DataFrame) -> None:
    """DataError for a place that is too few, or is not, though its count says otherwise."""
    if not {"value", "low", "relative_error"} <= set(result):
        return
    value, low, error, least = (numbers_of(result, name) for name in ("value", "low", "relative_error", "least"))
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(value > 0, low / value / error**2, 0.0)  # in independent events
    few = worth < least
    refuse_row(
        (few != result["too_few"].to_numpy(bool)) & (np.abs(worth - least) > _NEAR * least),
        lambda at: f": a count worth {worth[at]:.4g} events is {'' if few[at] else 'not '}below least, {least[at]:g}",
        "pass the result of too_few as it was returned",
        "least",
    )


def _facts_of_few(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    places = result[result["iso3"] != WORLD] if "iso3" in result and (result["iso3"] != WORLD).any() else result
    few = int(places["too_few"].sum())
    least = needed(result, "least", "pass the result of too_few as it was returned")
    _require_least(result)
    parts = {
        "label": capital(label_in_words(result, lang)),
        "few": Counted(few, lang),
        "places": Counted(len(places), lang),
        "least": numbers.number(least, lang),
        "share": numbers.percent(least**-0.5, lang, decimals=0),
    }
    return "few" if few else "few_none", parts
