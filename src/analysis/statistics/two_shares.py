"""Two shares side by side: how much higher one is, and how many times as high, with interval and test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..frames import plain
from ..language import intervals, numbers
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .phrases import named_interval, place_in_words
from .result import Record, result
from .uncertainty import by_chance, checked_counts, common_occurrence, dispersion_of, limits_in_words, normal_deviate

DIFFERENCES = {"newcombe": "Newcombe", "miettinen-nurminen": "Miettinen–Nurminen"}
RATIOS = {"miettinen-nurminen": "Miettinen–Nurminen"}
#: Where the two are looked for, in this order.
_NAMED_BY = ("iso3", "place", "country", "group", "survey")


class _Side(NamedTuple):
    """A count of passed and tested ones, each as value, least and most."""

    part: tuple[float, float, float]
    whole: tuple[float, float, float]


def share_difference(
    frame: pd.DataFrame, a: str, b: str, level: float = 0.95, limits: str | None = None, *, method: str = "newcombe"
) -> pd.DataFrame:
    """How much higher one share is than another (risk difference, difference of proportions), a less b.

    ``newcombe`` combines the Wilson limits l, u of both shares: p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²) and
    p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²) (Newcombe 1998, Stat. Med. 17, 873–890, method 10; no continuity correction).
    ``miettinen-nurminen`` inverts the score test with the variance of the constrained fit times N/(N − 1) (Miettinen &
    Nurminen 1985, Stat. Med. 4, 213–226). ``p_value`` is that of the score test at no difference.

    Parameters
    ----------
    frame
        A result of `shares.shares`, or one row per place or group with ``numerator`` and ``denominator`` (with ``_low``
        and ``_high`` where they were rounded; clustered counts are divided by a column ``dispersion``, the design
        effect).
    a, b
        What names the two rows, in ``iso3``, ``place``, ``country``, ``group`` or ``survey``.
    level
        Confidence level of the limits of chance.
    limits
        ``rounding``, ``chance``, ``both``, or None: by the measure. With rounding, the lower limit is taken at the
        lowest value of a and the highest of b.
    method
        ``newcombe`` or ``miettinen-nurminen``.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other`` (a and b), ``share_a, share_b, difference, difference_low, difference_high, p_value,
        method, level, limits, occurrence, statistic``.

    Raises
    ------
    DataError
        If a row is missing or comes twice, nothing was tested, more passed than were tested, or the method is unknown.
    NotComparableError
        If chance is asked for where events are not independent.

    Examples
    --------
    >>> import analysis as ex
    >>> trial = pd.DataFrame({"group": ["first", "second"], "numerator": [56, 48], "denominator": [70, 80]})
    >>> ex.statistics.share_difference(trial, "first", "second").iloc[0, 4:7].astype(float).round(4).tolist()
    [0.2, 0.0524, 0.3339]
    """
    if method not in DIFFERENCES:
        raise unknown("method", method, DIFFERENCES, method=method)
    interval = {"newcombe": _newcombe, "miettinen-nurminen": _score_difference}[method]

    def plain_difference(part: float, whole: float, part_b: float, whole_b: float) -> float:
        return part / whole - part_b / whole_b

    how = _How("difference", plain_difference, interval, DIFFERENCES[method])
    return _compared(frame, (a, b), how, level, limits)


def share_ratio(
    frame: pd.DataFrame,
    a: str,
    b: str,
    level: float = 0.95,
    limits: str | None = None,
    *,
    method: str = "miettinen-nurminen",
) -> pd.DataFrame:
    """How many times as high one share is as another (risk ratio, relative risk), a over b.

    The interval inverts the score test with the variance of the constrained fit times N/(N − 1) (Miettinen & Nurminen
    1985, Stat. Med. 4, 213–226); Koopman's lacks that factor. ``p_value`` is that of the score test at a ratio of 1.

    Parameters
    ----------
    frame, a, b, level, limits
        As for `share_difference`.
    method
        ``miettinen-nurminen``.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other, share_a, share_b, ratio, ratio_low, ratio_high, p_value, method, level, limits,
        occurrence, statistic``. Where none of b passed, the ratio and its upper end are infinite.

    Raises
    ------
    DataError, NotComparableError
        As `share_difference`; if none of either passed.

    Examples
    --------
    >>> import analysis as ex
    >>> trial = pd.DataFrame({"group": ["first", "second"], "numerator": [56, 48], "denominator": [70, 80]})
    >>> ex.statistics.share_ratio(trial, "first", "second").iloc[0, 4:7].astype(float).round(4).tolist()
    [1.3333, 1.079, 1.6721]
    """
    if method not in RATIOS:
        raise unknown("method", method, RATIOS, method=method)

    def plain_ratio(part: float, whole: float, part_b: float, whole_b: float) -> float:
        if part == part_b == 0:
            return float("nan")
        return (part / whole) / (part_b / whole_b) if part_b else float("inf")

    how = _How("ratio", plain_ratio, _score_ratio, RATIOS[method])
    return _compared(frame, (a, b), how, level, limits)


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about two shares: the case and the parts of its sentence."""
    row = result.iloc[0]
    kind = "ratio" if "ratio" in result else "difference"

    def worded(end: float) -> str:
        if end == float("inf"):
            return "∞"
        return numbers.signed(end, lang) if kind == "ratio" else numbers.points(end, lang)

    low, high = worded(row[f"{kind}_low"]), worded(row[f"{kind}_high"])
    span = intervals.between(low, high, f" {say('to', lang, family='words')} ")
    parts = {
        "a": place_in_words(row, lang),
        "b": place_in_words(pd.Series({"iso3": row["other"]}), lang),
        "share_a": numbers.percent(row["share_a"], lang, decimals=1),
        "share_b": numbers.percent(row["share_b"], lang, decimals=1),
        "found": worded(row[kind]),
        "low": low,
        "high": high,
        "limits": named_interval(span, row, lang),
        "level": numbers.percent(row["level"], lang, decimals=1) if row["level"] == row["level"] else "",
        "p": numbers.p_value(row["p_value"], lang),
    }
    if row["level"] != row["level"]:
        return f"{kind}_rounding", parts
    nothing = 1.0 if kind == "ratio" else 0.0
    # Test and limits are made in different ways; only what both say is told.
    tested, outside = row["p_value"] < 1 - row["level"], not row[f"{kind}_low"] <= nothing <= row[f"{kind}_high"]
    apart = tested and outside
    parts["split"] = Counted(2 if tested != outside else 1, lang)
    return f"{kind}_{'apart' if apart else 'open'}", parts


class _How(NamedTuple):
    """How two shares are compared: by which number, with which limits."""

    kind: str
    point: Callable[[float, float, float, float], float]
    interval: Callable[[float, float, float, float, float], tuple[float, float]]
    method: str


def _compared(frame: Any, names: tuple[str, str], how: _How, level: float, limits: str | None) -> pd.DataFrame:
    """One row that compares two shares, with the limits at the ends that rounding allows."""
    checked_level(level)
    rows, sides = _sides(plain(frame), names)
    chance = bool(by_chance(rows, limits).all())
    least, most = _corners(*sides, rounding=limits != "chance")
    if how.kind == "ratio" and most[0] == least[2] == 0:
        raise DataError(f"none passed in {names[0]} or {names[1]}", remedy="a ratio needs one that did")
    (x1, *_), (n1, *_) = sides[0]
    (x2, *_), (n2, *_) = sides[1]
    p_value = float("nan")
    if chance:
        spread = dispersion_of(rows) or 1.0
        low = how.interval(*_worth(least, spread), level)[0]
        high = how.interval(*_worth(most, spread), level)[1]
        p_value = _score_p(*_worth((x1, n1, x2, n2), spread))
    else:
        low, high = how.point(*least), how.point(*most)
        low, high = (0.0 if np.isnan(low) else low), (float("inf") if np.isnan(high) else high)
    said = how.method if chance else "rounding only"
    table = pd.DataFrame(
        {
            "iso3": [names[0]],
            "other": [names[1]],
            "share_a": [x1 / n1],
            "share_b": [x2 / n2],
            how.kind: [how.point(x1, n1, x2, n2)],
            f"{how.kind}_low": [low],
            f"{how.kind}_high": [high],
            "p_value": [p_value],
            "method": [said],
            "level": [level if chance else np.nan],
        }
    )
    return result(
        table,
        f"two_shares.share_{how.kind}",
        of=rows,
        method=said,
        level=level if chance else None,
        limits=limits_in_words(rows, chance, limits)[0],
        occurrence=common_occurrence(rows),
        record=Record(
            warnings=["The two shares are taken as of independent tests."] if chance else [],
            parameters={"a": names[0], "b": names[1], "dispersion": dispersion_of(rows)},
        ),
    )


_Corner = tuple[float, float, float, float]


def _corners(a: _Side, b: _Side, *, rounding: bool) -> tuple[_Corner, _Corner]:
    """Passed and tested of a and b where a is least against b, and where it is most."""
    if not rounding:
        exact = (a.part[0], a.whole[0], b.part[0], b.whole[0])
        return exact, exact
    (_, x1_low, x1_high), (_, n1_low, n1_high) = a
    (_, x2_low, x2_high), (_, n2_low, n2_high) = b
    return (x1_low, n1_high, min(x2_high, n2_low), n2_low), (min(x1_high, n1_low), n1_low, x2_low, n2_high)


def _worth(corner: _Corner, spread: float) -> _Corner:
    """So many independent ones are the counts worth if they cluster."""
    x1, n1, x2, n2 = corner
    return x1 / spread, n1 / spread, x2 / spread, n2 / spread


def _sides(frame: pd.DataFrame, names: tuple[str, str]) -> tuple[pd.DataFrame, list[_Side]]:
    """The two rows, with what passed and what was tested."""
    columns = [column for column in _NAMED_BY if column in frame]
    if not columns:
        raise DataError(
            f"no column says which row is {names[0]}", remedy=f"add one of {', '.join(_NAMED_BY)}", column=_NAMED_BY[0]
        )
    if names[0] == names[1]:
        raise DataError(f"{names[0]} cannot be compared with itself", remedy="give two rows")
    picked = []
    for name in names:
        row = frame[frame[columns].eq(name).any(axis=1)]
        if len(row) != 1:
            raise DataError(f"{name} names {len(row) or 'no'} rows", remedy="give the name of exactly one row each")
        picked.append(row)
    rows = pd.concat(picked)
    part, whole = (checked_counts(rows, value=column) for column in ("numerator", "denominator"))
    if (whole["low"] <= 0).any():
        raise DataError("nothing was tested (a denominator of zero)", remedy="choose other rows", column="denominator")
    if (part["low"] > whole["high"]).any():
        raise DataError("more passed the test than were tested", remedy="correct the figures", column="numerator")
    if "limits" not in frame:
        rows = rows.assign(limits="exact" if set(part["limits"]) | set(whole["limits"]) == {"exact"} else "rounding")
    else:
        rows = rows.assign(limits=rows["limits"].replace({"both": "rounding", "chance": "exact"}))
    ends = ["value", "low", "high"]
    sides = [
        _Side(tuple(map(float, some)), tuple(map(float, all_of_them)))  # type: ignore[arg-type]
        for some, all_of_them in zip(part[ends].to_numpy(), whole[ends].to_numpy(), strict=True)
    ]
    return rows, sides


def _wilson(x: float, n: float, level: float) -> tuple[float, float]:
    z = normal_deviate(level)
    middle, reach = x + z**2 / 2, z * np.sqrt(max(x * (n - x), 0.0) / n + z**2 / 4)
    return max(0.0, (middle - reach) / (n + z**2)), min(1.0, (middle + reach) / (n + z**2))


def _newcombe(x1: float, n1: float, x2: float, n2: float, level: float) -> tuple[float, float]:
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = _wilson(x1, n1, level), _wilson(x2, n2, level)
    return p1 - p2 - float(np.hypot(p1 - low1, high2 - p2)), p1 - p2 + float(np.hypot(high1 - p1, p2 - low2))


def _score_p(x1: float, n1: float, x2: float, n2: float) -> float:
    """The two-sided p value of the score test of two equal shares."""
    from scipy.special import ndtr

    total = n1 + n2
    share = (x1 + x2) / total
    variance = share * (1 - share) * (1 / n1 + 1 / n2) * total / (total - 1)
    return 1.0 if variance == 0 else float(2 * ndtr(-abs(x1 / n1 - x2 / n2) / np.sqrt(variance)))


def _score_difference(x1: float, n1: float, x2: float, n2: float, level: float) -> tuple[float, float]:
    """Limits of the difference by the score test, N/(N − 1) in the variance."""
    from scipy.optimize import brentq

    z, total, found = normal_deviate(level), n1 + n2, x1 / n1 - x2 / n2

    def departure(difference: float) -> float:
        p2 = _constrained(x1, n1, x2, n2, difference)
        p1 = p2 + difference
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * total / (total - 1)
        if variance <= 0:
            return 0.0 if found == difference else float(np.sign(found - difference)) * 1e6
        return float((found - difference) / np.sqrt(variance))

    tight = 1 - 1e-13
    low = -1.0 if found <= -tight or departure(-tight) < z else brentq(lambda d: departure(d) - z, -tight, found)
    high = 1.0 if found >= tight or departure(tight) > -z else brentq(lambda d: departure(d) + z, found, tight)
    return float(low), float(high)


def _constrained(x1: float, n1: float, x2: float, n2: float, difference: float) -> float:
    """The second share that fits best where the first is larger by the difference: the root of a cubic equation."""
    total, passed = n1 + n2, x1 + x2
    square = (n1 + 2 * n2) * difference - total - passed
    linear = (n2 * difference - total - 2 * x2) * difference + passed
    constant = x2 * difference * (1 - difference)
    q = square**3 / (3 * total) ** 3 - square * linear / (6 * total**2) + constant / (2 * total)
    inside = max(square**2 / (3 * total) ** 2 - linear / (3 * total), 0.0)
    p = float(np.sqrt(inside)) * (1.0 if q >= 0 else -1.0)
    angle = (np.pi + np.arccos(np.clip(q / p**3 if p else 0.0, -1.0, 1.0))) / 3
    share = 2 * p * np.cos(angle) - square / (3 * total)
    return float(np.clip(share, max(0.0, -difference), min(1.0, 1 - difference)))


def _score_ratio(x1: float, n1: float, x2: float, n2: float, level: float) -> tuple[float, float]:
    """Limits of the ratio by the score test, N/(N − 1) in the variance."""
    from scipy.optimize import brentq

    z, total, p1_found, p2_found = normal_deviate(level), n1 + n2, x1 / n1, x2 / n2
    if x1 == x2 == 0:
        return 0.0, float("inf")

    def departure(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        a, b, c = total * ratio, -(n1 * ratio + x1 + n2 + x2 * ratio), x1 + x2
        # The smaller root, without the difference of two near numbers.
        p2 = 2 * c / (-b + np.sqrt(max(b**2 - 4 * a * c, 0.0)))
        p1 = min(ratio * p2, 1.0)
        variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * total / (total - 1)
        gap = p1_found - ratio * p2_found
        if variance <= 0:
            return 0.0 if gap == 0 else float(np.sign(gap)) * 1e6
        return float(gap / np.sqrt(variance))

    # Beyond these a share of one of a million million would have to be told from another.
    least, most = -30.0, 30.0
    low = 0.0 if x1 == 0 else float(np.exp(brentq(lambda r: departure(r) - z, least, most, xtol=1e-13)))
    high = float("inf") if x2 == 0 else float(np.exp(brentq(lambda r: departure(r) + z, least, most, xtol=1e-13)))
    return low, high
