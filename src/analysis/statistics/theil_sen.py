"""Trend over comparable surveys: Theil–Sen slope and Mann–Kendall test, broken where the way of counting breaks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..language import intervals, numbers
from ..meaning import checked_level
from .mann_kendall import kendall, p_value, sen_limits
from .phrases import label_in_words, named_interval, place_in_words
from .result import Record, result
from .scan_dates import middle_of_scan, scans
from .uncertainty import LIMITS, checked_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: With fewer no trend can be told, and a test could not reject whatever they showed.
LEAST = 3
_TOO_FEW = "too few comparable points"
_METHODS = {"rounding": "Theil–Sen, rounding only", "chance": "Theil–Sen, Sen's limits"}


def theil_sen(
    frame: pd.DataFrame, *, value: str = "value", limits: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """The trend of each place over comparable surveys (Theil–Sen, Sen's slope, Mann–Kendall), one row per stretch.

    Parameters
    ----------
    frame
        Rows with ``value`` (and ``low, high`` where it is rounded) and ``scan_from, scan_to`` or ``year``; for several
        places ``iso3`` (or ``place``), and ``measure``, ``asset``, ``survey``. Without ``survey`` the rows are taken as
        those of one survey.
    value
        The column whose trend is sought; its limits are ``<value>_low`` and ``<value>_high``.
    limits
        ``rounding``: what the slope may be, given the rounding of the figures; ``chance``: Sen's limits from the
        scatter of the figures about the trend (it needs no law of the counts, so that it may be asked for of clustered
        ones too); ``both`` (the default).
    level
        Confidence level of the limits of the slope, and of the verdict.

    Returns
    -------
    pandas.DataFrame
        For each place and measure the stretches between breaks (rows in order of time; a break where a survey must not
        be compared with the one before): ``stretch`` (1 is the first), ``points``, ``from``, ``to`` (decimal years),
        ``slope`` (units a year), ``slope_low, slope_high``, ``s`` (Kendall's S), ``tau`` (Kendall's τ-b), ``p_value``,
        ``verdict`` (``rises``, ``falls``, ``cannot tell``), ``method``, ``level``, ``limits``. A stretch of fewer than
        three points has no slope; ``method`` says so.

    Notes
    -----
    The slope is the median of the slopes of all pairs (Theil 1950, Sen 1968; `scipy.stats.theilslopes`). S counts the
    pairs that rise less those that fall; without ties its distribution is exact at any number of points, with ties
    normal with the correction for continuity (Mann 1945, Kendall 1975). The limits are the pairs' slopes at the ranks
    that the distribution of S gives (Hollander & Wolfe 1999, section 9.3; with ties Sen 1968). For rounding each pair
    takes the flattest and the steepest slope that both intervals allow, and the same ranks: an outer bound.

    A verdict needs p ≤ 1 − level as well as limits on one side of 0. With three points no p can fall below 1/3, with
    four below 1/12: at 95 % their limits are open and slopes of so few are a description. Five are just enough (1/60).

    Not for figures whose periods overlap or are of different length (they are refused, or cumulate), nor for a pace
    that changes.

    Raises
    ------
    DataError
        For faulty counts, a row without a time, two figures at one time, periods that overlap; or if no stretch has
        three points.

    Examples
    --------
    >>> import pandas as pd
    >>> figures = pd.DataFrame({"year": range(2015, 2020), "value": [10, 12, 15, 15.5, 20]})
    >>> theil_sen(figures)[["slope", "p_value", "verdict"]].round(3).values.tolist()
    [[2.5, 0.017, 'rises']]
    """
    from ..figures.comparability import require_comparable

    frame = checked_counts(frame, value=value)
    if limits is not None and limits not in LIMITS:
        raise unknown("limits", limits, LIMITS, limits=limits)
    checked_level(level)
    frame = frame.assign(when=middle_of_scan(frame), span=scans(frame))
    if frame["when"].isna().any():
        raise DataError(
            "a row does not say when it was counted", remedy="add year, or scan_from and scan_to", column="scan_to"
        )
    keys = [column for column in ("iso3", "measure", "asset") if column in frame]
    # Without a code the name tells one place from another.
    keys += ["place"] if "place" in frame and ("iso3" not in frame or frame["iso3"].isna().any()) else []
    groups = frame.groupby(keys, dropna=False, sort=True) if keys else [((), frame)]
    rows: list[dict[str, Any]] = []
    for key, group in groups:
        ordered = group.sort_values("when", kind="stable")
        broken: list[Any] = []
        if {"survey", "measure", "asset"} <= set(ordered):
            broken = list(require_comparable(ordered, breaks="mark"))
        for number, part in enumerate(np.split(np.arange(len(ordered)), broken), 1):
            stretch = ordered.iloc[part]
            _separate(stretch)
            named = {column: ordered[column].iloc[0] for column in ("country", "place") if column in ordered}
            told = {"stretch": number, "points": len(stretch)}
            told |= {"from": stretch["when"].iloc[0], "to": stretch["when"].iloc[-1]}
            rows.append(dict(zip(keys, key, strict=True)) | named | told | _trend(stretch, level, limits))
    found = pd.DataFrame(rows)
    short = int((found["points"] < LEAST).sum())
    if short == len(found):
        raise DataError(
            f"no {LEAST} figures in a row may be compared",
            remedy="a trend needs as many of one survey, or of surveys that count alike",
            points=int(found["points"].max()),
        )
    warnings = ["Figures of different surveys vary for more reasons than a trend; limits from so few points are rough."]
    if short:
        warnings.append(f"Stretches with fewer than {LEAST} comparable figures, without a slope: {short}.")
    if (found["stretch"] > 1).any():
        warnings.append("The series is broken where a survey counted in another way than the one before.")
    return result(
        found,
        "theil_sen.theil_sen",
        of=frame,
        method="Theil–Sen, Mann–Kendall",
        level=level,
        limits=limits or "both",
        record=Record(warnings=warnings),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the stretch with the most points."""
    row = result.loc[result["points"].idxmax()]
    label = label_in_words(result, lang)
    parts = {
        "label": label[:1].upper() + label[1:],
        "points": numbers.number(row["points"], lang),
        "limits": named_interval(intervals.span(row["slope_low"], row["slope_high"], lang), row, lang),
        "from": str(int(row["from"])),
        "to": str(int(row["to"])),
        "p": numbers.p_value(row["p_value"], lang),
    }
    if "iso3" in result or "place" in result:
        parts["label"] += f", {place_in_words(row, lang)}"
    slope = numbers.signed(row["slope"], lang)
    parts["slope"] = f"+{slope}" if row["slope"] > 0 else slope
    stretches = len(result)
    if stretches > 1:
        parts["stretches"] = numbers.number(stretches, lang)
    case = "told" if row["verdict"] in ("rises", "falls") else "open"
    return case + ("_broken" if stretches > 1 else ""), parts


def _trend(stretch: pd.DataFrame, level: float, limits: str | None) -> dict[str, Any]:
    """Slope, limits and test of one stretch, in order of time."""
    if len(stretch) < LEAST:
        nothing = dict.fromkeys(("slope", "slope_low", "slope_high", "s", "tau", "p_value"), np.nan)
        return nothing | {"verdict": "cannot tell", "method": _TOO_FEW, "level": np.nan}
    when = stretch["when"].to_numpy(np.float64)
    value, low, high = (stretch[column].to_numpy(np.float64) for column in ("value", "low", "high"))
    if limits == "chance":
        low = high = value
    first, second = np.triu_indices(len(when), 1)
    apart = when[second] - when[first]
    flattest, steepest = np.sort((low[second] - high[first]) / apart), np.sort((high[second] - low[first]) / apart)
    slope = float(np.median((value[second] - value[first]) / apart))
    s, variance = kendall(value)
    if limits == "rounding":
        ends = float(np.median(flattest)), float(np.median(steepest))
    else:
        ends = sen_limits(value, flattest, steepest, variance, level)
    p = p_value(value, s, variance)
    sure = p <= 1 - level
    return {
        "slope": slope,
        "slope_low": ends[0],
        "slope_high": ends[1],
        "s": s,
        "tau": _tau(value, s),
        "p_value": p,
        "verdict": "rises" if sure and ends[0] > 0 else "falls" if sure and ends[1] < 0 else "cannot tell",
        "method": _METHODS.get(limits or "", "Theil–Sen, Sen's limits and rounding"),
        "level": np.nan if limits == "rounding" else level,
    }


def _tau(value: NDArray[np.float64], s: float) -> float:
    """Kendall's τ-b of values in order of time; all equal: 0."""
    n = len(value)
    pairs = n * (n - 1) / 2
    ties = np.unique(value, return_counts=True)[1]
    untied = pairs - (ties * (ties - 1) / 2).sum()
    return float(s / np.sqrt(pairs * untied)) if untied else 0.0


def _separate(stretch: pd.DataFrame) -> None:
    """Refuse figures of one stretch whose periods overlap."""
    spans = sorted(stretch["span"])
    for (_, end), (start, _) in itertools.pairwise(spans):
        # A day's grace: the end of one day and the beginning of the next are the same moment.
        if start < end - 1 / 366:
            raise DataError(
                "the periods of two figures of one place overlap, so that they count the same things twice",
                remedy="choose figures of periods that follow each other, one survey at a time",
                column="scan_to",
            )
