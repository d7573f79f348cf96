"""Rates: a count for the size of something, with the uncertainty of rounding and of chance."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DataError
from ..figures.country_names import WORLD
from ..frames import plain
from ..language import intervals, numbers, rate_units
from ..language.plurals import Counted
from .phrases import label_in_words, named_interval, place_in_words
from .poisson import METHODS, count_limits
from .result import Record, needed, result
from .sizes import per_what, sized, span_of
from .uncertainty import by_chance, checked_counts, dispersion_of, limits_in_words, occurrence_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def rates(
    frame: pd.DataFrame,
    per: str = "population",
    scale: float = 1e6,
    method: str = "exact",
    level: float = 0.95,
    limits: str | None = None,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """The frame with a rate (crude rate, incidence) for each row: value / denominator × scale.

    Parameters
    ----------
    frame
        Rows with a count and, where it was rounded, its limits (``value, low, high``); without them it is taken as
        exact. Where counts come in batches, their variance over mean may stand in the column ``dispersion``: limits of
        chance are then given for them too, widened accordingly. Whether a measure that is not registered counts
        independent events is said in the column ``occurrence``: ``independent`` or ``clustered``; if it is not given,
        limits are those of rounding only. For a denominator of the reference data also ``iso3`` and a year (``year`` or
        else ``scan_to``).
    per
        The denominator: ``population``, an indicator of the reference data such as ``hospitals_total``, or a column of
        the frame. With the columns ``<per>_low`` and ``<per>_high`` the denominator has an interval of its own: the
        rate's lower end is then divided by its high end, the upper by its low end.
    scale
        The rate is per so many units of the denominator.
    method
        Limits of chance: ``exact`` (Garwood 1936), ``mid-p``, ``score`` or ``byar``.
    level
        Confidence level of the limits of chance.
    limits
        ``rounding`` (what the printed figure allows), ``chance`` (a count as a realisation of independent
        events) or ``both``. Default: by the measure, ``both`` for independent events, else ``rounding``.
    value
        The column of the counts; its limits are ``<value>_low`` and ``<value>_high`` (``low``, ``high`` of ``value``).

    Returns
    -------
    pandas.DataFrame
        With ``denominator, denominator_year, rate, rate_low, rate_high, rate_method, level, rate_per, rate_scale,
        limits, occurrence, statistic`` (and ``denominator_low``, ``denominator_high`` where given). The denominator is
        that of the survey's year, else the nearest known; ``denominator_year`` says which, with a warning where it is a
        different year. A row without a denominator has no rate and is listed in ``attrs["missing"]``.

    Raises
    ------
    DataError
        For faulty counts, a denominator that is not positive and finite, a measure that is not a count, or an unknown
        method.
    NotComparableError
        If chance is asked for where events are not independent (studies, images).

    Notes
    -----
    Assumes that the whole denominator was searched, and that the events are independent (Poisson). Do not rank
    by it where counts are small: see `small_numbers.funnel`.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> found = ex.rates(servers[servers["iso3"] == "DEU"])
    >>> found[["rate", "rate_low", "rate_high"]].round(3).values.tolist(), found["rate_per"].item()
    ([[0.072, 0.026, 0.157]], 'population')
    """
    given = plain(frame, "the table of counts")
    if isinstance(scale, bool) or not isinstance(scale, Real) or not 0 < scale < float("inf"):
        raise DataError(f"rates are per a number above zero, not per {scale!r}", remedy="take for instance scale=1e6")
    frame = checked_counts(given, value=value)
    chance, dispersion = by_chance(frame, limits), dispersion_of(frame)
    found, missing, warnings = sized(frame, per)
    low, high = _ends(frame, chance, limits, method, level, dispersion)
    least, most = span_of(found)
    exact = [end for end in ("low", "high") if end not in given]
    found = found.assign(
        rate=found["value"] / found["denominator"] * scale,
        rate_low=low / most * scale,
        rate_high=high / least * scale,
        rate_method=np.where(
            chance, METHODS[method] + (f", dispersion {dispersion:g}" if dispersion else ""), "rounding only"
        ),
        level=np.where(chance, level, np.nan),
        **per_what(per, scale),
    ).drop(columns=exact)
    if np.isnan(low).any():
        warnings.append(
            "Byar's lower limit of a very small count falls below zero and is left out; method='exact' has one."
        )
    return result(
        found,
        "rates.rates",
        of=frame,
        method=method,
        level=level,
        limits=limits_in_words(frame, chance, limits),
        occurrence=occurrence_of(frame),
        record=Record(
            warnings=warnings,
            missing=missing,
            parameters={"per": per, "scale": scale, "dispersion": dispersion, "denominator_years": _years(found)},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about rates: the case and the parts of its sentence."""
    per = needed(result, "rate_per", "say per what the rates are in the column rate_per, such as population")
    scale = needed(result, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
    known = result[result["rate"].notna()]
    if known.empty:
        return "none", {"places": Counted(len(result), lang)}
    if ("measure" in known and known["measure"].nunique() > 1) or ("survey" in known and known["survey"].nunique() > 1):
        return "several", {"rates": numbers.number(len(known), lang)}
    places = known[known["iso3"] != WORLD] if "iso3" in known else known
    places = places if len(places) else known
    top = places.sort_values(["rate", "rate_low"], kind="stable").iloc[-1]
    level = top["level"]
    name = place_in_words(top, lang)
    span = intervals.span(top["rate_low"], top["rate_high"], lang)
    parts = {
        "place": name[:1].upper() + name[1:],
        "rate": rate_units.with_unit(numbers.counted(top["rate"], label_in_words(known, lang), lang), per, scale, lang),
        "span": span,
        "limits": named_interval(span, top, lang),
        "level": numbers.percent(level, lang, decimals=1) if level == level else "",
        "places": Counted(len(places), lang),
        "near": Counted(int((places["rate_high"] >= top["rate_low"]).sum()) - 1, lang),
    }
    printed = "" if level == level else "_rounding"
    return ("highest" if len(places) > 1 else "single") + printed, parts


def _ends(
    frame: pd.DataFrame,
    chance: NDArray[np.bool_],
    limits: str | None,
    method: str,
    level: float,
    dispersion: float | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of each count's interval: of rounding, and of chance beyond it where chance counts."""
    columns = ("value", "value") if limits == "chance" else ("low", "high")
    low, high = (frame[column].to_numpy(float) for column in columns)
    down, up = count_limits(low, method, level, dispersion)[0], count_limits(high, method, level, dispersion)[1]
    return np.where(chance, down, low), np.where(chance, up, high)


def _years(found: pd.DataFrame) -> list[int]:
    return sorted({int(year) for year in found["denominator_year"].dropna()})
