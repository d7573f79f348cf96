"""Trend over comparable surveys: Theil–Sen slope and Mann–Kendall test, broken where the way of counting breaks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ..errors import DataError
from ..language import intervals, numbers
from .phrases import label_in_words, place_in_words
from .result import result
from .uncertainty import LIMITS, checked_counts, checked_level

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: With fewer no trend can be told, and a test could not reject whatever they showed.
LEAST = 3
_TOO_FEW = "too few comparable points"


def middle_of_scan(frame: pd.DataFrame) -> pd.Series:
    """When each row was counted: the middle of its scan as a decimal year (2019.67), missing where nothing says it.

    From ``scan_from`` and ``scan_to`` (a year, month or day; one is enough), else the middle of ``year``.
    """
    import pandas as pd

    spans = _scans(frame)
    return pd.Series(
        [None if span is None else (span[0] + span[1]) / 2 for span in spans], index=frame.index, dtype=float
    )


def tendency(frame: pd.DataFrame, level: float = 0.95, limits: str | None = None) -> pd.DataFrame:
    """The trend of each place over surveys that may be compared, one row a stretch.

    Parameters
    ----------
    frame
        Rows with ``value, low, high`` and ``scan_from, scan_to`` or ``year``; for several places ``iso3`` (or
        ``place``), and
        ``measure``, ``asset``, ``survey``. Without ``survey`` the rows are taken as those of one survey.
    level
        Confidence level of the limits of the slope.
    limits
        ``rounding``: what the slope may be by the rounding of the figures; ``chance``: Sen's limits from the scatter of
        the figures
        about the trend (it needs no law of the counts, so that it may be asked for of clustered ones too); ``both``
        (the default).

    Returns
    -------
    pandas.DataFrame
        For each place and measure the stretches between breaks (rows in order of time; a break where a survey must not
        be
        compared with the one before): ``stretch`` (1 is the first), ``points``, ``from``, ``to`` (decimal years),
        ``slope``
        (units a year), ``slope_low, slope_high``, ``tau`` (Kendall's τ-b), ``p_value``, ``verdict`` (``rises``,
        ``falls``,
        ``cannot tell``), ``method``, ``level``. A stretch of fewer than three points has no slope; ``method`` says so.

    Notes
    -----
    The slope is the median of the slopes of all pairs (Theil 1950, Sen 1968; `scipy.stats.theilslopes`); its limits are
    those
    pairs' slopes at the ranks that the variance of Kendall's S gives (Sen 1968). For rounding each pair takes the
    flattest and the steepest
    slope that both intervals allow, and the same ranks: an outer bound. S counts the pairs that rise less those that
    fall; without ties its
    distribution is exact (`scipy.stats.kendalltau`), with ties normal with the correction for continuity (Mann 1945,
    Kendall
    1975); it takes the printed values. With three points no p can fall below 1/3: slopes of so few are a description.

    Not for figures whose periods overlap or are of different length (they are refused, or cumulate), nor for a pace
    that changes.

    Raises
    ------
    DataError
        For faulty counts, a row without a time, two figures at one time, periods that overlap; or if no stretch has
        three
        points.
    """
    import numpy as np
    import pandas as pd

    from ..figures.comparability import require_comparable

    frame = checked_counts(frame)
    if limits is not None and limits not in LIMITS:
        raise DataError(f"unknown limits {limits!r}; choose one of {', '.join(LIMITS)}.", limits=limits)
    checked_level(level)
    frame = frame.assign(when=middle_of_scan(frame), span=_scans(frame))
    if frame["when"].isna().any():
        raise DataError("a row does not say when it was counted; add year, or scan_from and scan_to.", column="scan_to")
    keys = [column for column in ("iso3", "measure", "asset") if column in frame]
    groups = frame.groupby(keys, dropna=False, sort=True) if keys else [((), frame)]
    rows = []
    for key, group in groups:
        group = group.sort_values("when", kind="stable")
        broken = []
        if {"survey", "measure", "asset"} <= set(group):
            broken = require_comparable(group, breaks="mark")
        for number, part in enumerate(np.split(np.arange(len(group)), broken), 1):
            stretch = group.iloc[part]
            _separate(stretch)
            named = {column: group[column].iloc[0] for column in ("country", "place") if column in group}
            rows.append(
                dict(zip(keys, key, strict=True))
                | named
                | {
                    "stretch": number,
                    "points": len(stretch),
                    "from": stretch["when"].iloc[0],
                    "to": stretch["when"].iloc[-1],
                }
                | _trend(stretch, level, limits)
            )
    found = pd.DataFrame(rows)
    short = int((found["points"] < LEAST).sum())
    if short == len(found):
        raise DataError(
            f"no {LEAST} figures in a row may be compared: a trend needs as many of one survey, or of surveys that count alike.",
            points=int(found["points"].max()),
        )
    warnings = ["Figures of different surveys vary for more reasons than a trend; limits from so few points are rough."]
    if short:
        warnings.append(f"Stretches with fewer than {LEAST} comparable figures, without a slope: {short}.")
    if (found["stretch"] > 1).any():
        warnings.append("The series is broken where a survey counted in another way than the one before.")
    return result(
        found,
        "tendency.tendency",
        of=frame,
        method="Theil–Sen, Mann–Kendall",
        level=level,
        limits=limits or "both",
        warnings=warnings,
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the stretch with the most points."""
    row = result.loc[result["points"].idxmax()]
    label = label_in_words(result, lang)
    parts = {
        "label": label[:1].upper() + label[1:],
        "points": numbers.number(row["points"], lang),
        "span": intervals.span(row["slope_low"], row["slope_high"], lang),
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
    return {"rises": "told", "falls": "told", "cannot tell": "open"}[row["verdict"]] + (
        "_broken" if stretches > 1 else ""
    ), parts


def _trend(stretch: pd.DataFrame, level: float, limits: str | None) -> dict[str, object]:
    """Slope, limits and test of one stretch, in order of time."""
    import numpy as np
    from scipy.stats import theilslopes

    if len(stretch) < LEAST:
        nothing = dict.fromkeys(("slope", "slope_low", "slope_high", "tau", "p_value"), np.nan)
        return nothing | {"verdict": "cannot tell", "method": _TOO_FEW, "level": np.nan}
    when = stretch["when"].to_numpy(float)
    value, low, high = (stretch[column].to_numpy(float) for column in ("value", "low", "high"))
    if limits == "chance":
        low = high = value
    first, second = np.triu_indices(len(when), 1)
    apart = when[second] - when[first]
    flattest, steepest = np.sort((low[second] - high[first]) / apart), np.sort((high[second] - low[first]) / apart)
    slope = theilslopes(value, when, alpha=level).slope
    s, variance = kendall(value)
    if limits == "rounding":
        ends = np.median(flattest), np.median(steepest)
    else:
        ends = at_ranks(flattest, steepest, variance, level)
    tau, p_value = _mann_kendall(value, when, s, variance)
    verdict = "rises" if ends[0] > 0 else "falls" if ends[1] < 0 else "cannot tell"
    method = "Theil–Sen, " + {"rounding": "rounding only", "chance": "Sen's limits"}.get(
        limits or "", "Sen's limits and rounding"
    )
    return {
        "slope": float(slope),
        "slope_low": float(ends[0]),
        "slope_high": float(ends[1]),
        "tau": tau,
        "p_value": p_value,
        "verdict": verdict,
        "method": method,
        "level": np.nan if limits == "rounding" else level,
    }


def kendall(value: np.ndarray) -> tuple[float, float]:
    """Kendall's S of values in order of time, and its variance under no trend, with ties."""
    import numpy as np

    n = len(value)
    first, second = np.triu_indices(n, 1)
    ties = np.unique(value, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    return float(np.sign(value[second] - value[first]).sum()), float(variance)


def _mann_kendall(value: np.ndarray, when: np.ndarray, s: float, variance: float) -> tuple[float, float]:
    """Kendall's τ-b and the two-sided p-value; all equal: 0 and 1."""
    import numpy as np
    from scipy.special import ndtr
    from scipy.stats import kendalltau

    if variance == 0:
        return 0.0, 1.0
    tied = len(np.unique(value)) < len(value)
    found = kendalltau(when, value, method="asymptotic" if tied else "auto")
    if not tied:
        return float(found.statistic), float(found.pvalue)
    return float(found.statistic), float(min(1.0, 2 * ndtr(-max(abs(s) - 1, 0) / np.sqrt(variance))))


def at_ranks(flattest: np.ndarray, steepest: np.ndarray, variance: float, level: float) -> tuple[float, float]:
    """Sen's limits of the slope: with exact figures those of scipy.stats.theilslopes."""
    import numpy as np
    from scipy.special import ndtri

    reach = ndtri((1 + level) / 2) * np.sqrt(variance)
    low = max(int(np.round((len(flattest) - reach) / 2)) - 1, 0)
    high = min(int(np.round((len(steepest) + reach) / 2)), len(steepest) - 1)
    return flattest[low], steepest[high]


def _scans(frame: pd.DataFrame) -> list[tuple[float, float] | None]:
    """Beginning and end of each row's scan in decimal years."""
    found = []
    for row in frame.to_dict("records"):
        ends = [row.get(name) for name in ("scan_from", "scan_to")]
        known = [end for end in ends if isinstance(end, str) and end]
        if not known and isinstance(row.get("year"), (int, float, str)) and row["year"] == row["year"]:
            known = [str(int(row["year"]))]
        found.append((_decimal(known[0], last=False), _decimal(known[-1], last=True)) if known else None)
    return found


def _decimal(date: str, last: bool) -> float:
    """A year, month or day as a decimal year: its beginning, or its end."""
    import pandas as pd

    try:
        period = pd.Period(date)
    except ValueError:
        raise DataError(
            f"{date!r} is no year, month or day; write 2019, 2019-09 or 2019-09-06.", column="scan_to"
        ) from None
    moment = period.end_time if last else period.start_time
    year = pd.Period(str(moment.year))
    return moment.year + (moment - year.start_time) / (year.end_time - year.start_time)


def _separate(stretch: pd.DataFrame) -> None:
    """Refuse figures of one stretch whose periods overlap."""
    spans = sorted(stretch["span"])
    for (_, end), (start, _) in itertools.pairwise(spans):
        # A day's grace: the end of one day and the beginning of the next are the same moment.
        if start < end - 1 / 366:
            raise DataError(
                "the periods of two figures of one place overlap, so that they count the same things twice; choose figures of periods "
                "that follow each other, one survey at a time.",
                column="scan_to",
            )
