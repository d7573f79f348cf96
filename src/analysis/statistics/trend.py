"""Trends of a long series: seasons taken out, slope, change points, days that stand out; never across a change of method.

For few figures of different surveys take `tendency`; for a before and after `interrupted`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError
from ..language import dates, intervals, numbers
from .periods import GRAINS, Break, Line, breaks_of, keys_of, lines, one_line, rounding_left_out, stretches
from .phrases import label_in_words, where_in_words
from .result import result
from .tendency import at_ranks, kendall
from .uncertainty import checked_level

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Years (or weeks) from which on the dependence of seasons can be estimated (Hirsch & Slack 1984).
_ENOUGH = 10
#: Other days of the same weekday that a day is held against, at least.
_LEAST_NEIGHBOURS = 5
#: Days of the same weekday, or years of the same month, on either side.
_WINDOWS = {"day": 8, "week": 8, "month": 4, "quarter": 4, "year": 4}
#: Length of the blocks in which neighbours stay together: the cube root of the number of points (Künsch 1989).
_ROOT = 1 / 3


def decompose(
    frame: pd.DataFrame, value: str = "count", breaks: pd.DataFrame | None = None, log: bool = False
) -> pd.DataFrame:
    """Each series split into trend, season and rest, stretch by stretch.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value, by day, month or quarter.
    value
        The column that is split: ``count``, or a rate.
    breaks
        Rows of ``ex.breaks``; default: those of the series. Nothing is smoothed across one.
    log
        Split the logarithm: the season is then a factor, not a sum.

    Returns
    -------
    pandas.DataFrame
        A row for each series and period: ``day``, the value, ``stretch`` (parts between breaks and gaps; missing where
        a
        stretch is shorter than two seasons), ``trend, season, rest`` (sum, with ``log`` product, equal to the value).

    Notes
    -----
    Seasonal-trend decomposition by local regression, robust to single outliers (STL; Cleveland et al. 1990, J. Official
    Statistics 6, 3–73; `statsmodels.tsa.seasonal.STL`). A gap is not filled in: a stretch ends there.

    Raises
    ------
    DataError
        For rows that are no series, a series without seasons, a zero with ``log``; or if no stretch is long enough.
    """
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.seasonal import STL

    parts, every = [], lines(frame, value)
    for line in every:
        if line.seasons < 2:
            raise DataError(
                f"counts by {line.grain} have no season that repeats within the year; take seasonal_trend or change_points."
            )
        if log and (line.values <= 0).any():
            raise DataError("a count of zero has no logarithm; leave log out.", column=value)
        split = {name: np.full(len(line.values), np.nan) for name in ("stretch", "trend", "season", "rest")}
        number = 0
        for first, last in stretches(line, breaks_of(line, breaks, frame.attrs.get("series"))):
            for begin, end in _filled(line.values, first, last):
                if end - begin < 2 * line.seasons:
                    continue
                number += 1
                numbers = np.log(line.values[begin:end]) if log else line.values[begin:end]
                found = STL(numbers, period=line.seasons, robust=True).fit()
                split["stretch"][begin:end] = number
                for name, part in (("trend", found.trend), ("season", found.seasonal), ("rest", found.resid)):
                    split[name][begin:end] = np.exp(part) if log else part
        parts.append(pd.DataFrame({"day": line.days, **line.keys, value: line.values, **split}))
    found = pd.concat(parts, ignore_index=True)
    if found["stretch"].isna().all():
        raise DataError("no stretch without a gap or break is two seasons long; a season cannot be told from so few.")
    short = int(found.loc[found[value].notna(), "stretch"].isna().sum())
    warnings = [f"Periods in stretches too short for a season, not split: {short}."] if short else []
    return result(
        found,
        "trend.decompose",
        of=frame,
        method="STL, robust" + (", of the logarithm" if log else ""),
        warnings=warnings,
        parameters={"value": value, "log": log, "grain": every[0].grain},
    )


def seasonal_trend(
    frame: pd.DataFrame, value: str = "count", breaks: pd.DataFrame | None = None, level: float = 0.95
) -> pd.DataFrame:
    """The slope of each series, season against the same season, one row a stretch between breaks.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value; gaps are left out, not filled.
    value
        The column whose trend is sought: ``count``, or a rate.
    breaks
        Rows of ``ex.breaks``; default: those of the series. No slope is drawn across one.
    level
        Confidence level of the limits.

    Returns
    -------
    pandas.DataFrame
        For each series the stretches: ``stretch, from, to, points``, ``slope`` (units a year),
        ``slope_low, slope_high``,
        ``relative`` (slope over the median of the stretch), ``tau``, ``p_value``, ``verdict`` (``rises``, ``falls``,
        ``cannot tell``), ``method``, ``level``.

    Notes
    -----
    Seasonal Kendall test and slope (Hirsch, Slack & Smith 1982, Water Resour. Res. 18, 107–121): only Januaries are
    compared with
    Januaries, Mondays with Mondays; the slope is the median over all such pairs, S the sum of Kendall's S of the
    seasons. From ten years
    (or weeks) on the variance of S takes in that neighbouring seasons depend on each other (Hirsch & Slack 1984, Water
    Resour. Res.
    20, 727–732). The limits of the slope are those of Gilbert (1987, p. 227) with the same variance; where counts have
    intervals, of the flattest
    and the steepest slopes that both allow (as in `tendency`). It tells a steady direction; a
    trend that turns may give none.

    Raises
    ------
    DataError
        For rows that are no series, a level outside 0…1; or if no stretch has two rounds of its seasons.
    """
    import numpy as np
    import pandas as pd

    checked_level(level)
    rows, every = [], lines(frame, value)
    for line in every:
        for number, (first, last) in enumerate(stretches(line, breaks_of(line, breaks, frame.attrs.get("series"))), 1):
            part = line.between(first, last)
            known = ~np.isnan(part.values)
            if known.any():
                rows.append(
                    line.keys
                    | {
                        "stretch": number,
                        "from": part.days[int(known.argmax())],
                        "to": part.days[len(known) - 1 - int(known[::-1].argmax())],
                    }
                    | {"points": int(known.sum())}
                    | _slope(part, level)
                )
    found = pd.DataFrame(rows)
    short = int(found["slope"].isna().sum())
    if short == len(found):
        raise DataError(
            "no stretch between breaks has three rounds of its seasons; a trend cannot be told from so few."
        )
    warnings = ["A slope describes; it does not say what caused it."]
    if short:
        warnings.append(f"Stretches too short for a slope: {short}.")
    if (found["stretch"] > 1).any():
        warnings.append("The series is broken where the way of counting changed.")
    return result(
        found,
        "trend.seasonal_trend",
        of=frame,
        method="seasonal Kendall, Theil–Sen",
        level=level,
        limits="both",
        warnings=warnings,
        parameters={"value": value, "grain": every[0].grain},
    )


def change_points(
    frame: pd.DataFrame,
    value: str = "count",
    breaks: pd.DataFrame | None = None,
    scale: str = "root",
    most: int = 5,
    least: int | None = None,
    level: float = 0.95,
    seed: int = 1,
    draws: int = 999,
) -> pd.DataFrame:
    """Where the level of one series changes, with the dates that chance leaves open, and which changes are those of the method.

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value; gaps are left out.
    value
        The column whose level changes.
    breaks
        Rows of ``ex.breaks``; default: those of the series. Nothing is hidden at a break: a change of level there is
        named as one of the method.
    scale
        On which scale the spread is about the same everywhere: ``root`` for counts (Anscombe 1948), ``log``, ``plain``.
    most
        Changes sought at most.
    least
        Periods between two changes at least. Default: a tenth of the series, and at least three.
    level
        Of the interval of the date, and of the test.
    seed, draws
        Of the permutations and of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        A row a change, in order of time; none if the level holds: ``day`` (the first period of the new level),
        ``day_low, day_high``,
        ``before, after`` (means between the neighbouring changes), ``ratio``, ``p_value``, ``reason`` (of a break of
        the method that
        falls into the interval of the date, else empty), ``verdict``: ``method`` (coincides with a change of method),
        ``change`` or
        ``cannot tell`` (p above 1 − level).

    Notes
    -----
    The levels are those of least squares for each number of changes (dynamic programming, exact; `ruptures.KernelCPD`),
    the number
    that of the lowest BIC (Yao 1988; Bai & Perron 2003, J. Appl. Econometrics 18, 1–22). Means of the seasons are taken
    out
    first where the series has two rounds of them. *p*: how often the stretch between the neighbouring changes, its
    blocks of
    neighbours in random order, has as large a best split (blocks of n^⅓ points keep short dependence; Künsch 1989, Ann.
    Statist. 17,
    1217–1241). It is rather too small, since the place was chosen for its size and dependence over longer times is
    broken up.
    *Interval*: residuals of either side redrawn in blocks, the split sought anew. A slope looks like a staircase: read
    changes
    beside `seasonal_trend`.

    Raises
    ------
    DataError
        For rows that are no series, fewer than twelve points, an unknown scale, too few draws.
    NotComparableError
        For several series.
    """
    import numpy as np
    import pandas as pd
    import ruptures

    checked_level(level)
    if draws < 99:
        raise DataError(f"{draws} draws are too few for a p-value; take at least 99.", draws=draws)
    line = one_line(frame, value)
    known = np.flatnonzero(~np.isnan(line.values))
    if len(known) < 12:
        raise DataError(f"{len(known)} points are too few to look for a change; at least twelve are needed.")
    numbers = line.values[known]
    points = _unseasonal(_scaled(numbers, scale), line.season[known])
    n = len(points)
    least = max(3, -(-n // 10)) if least is None else least
    if not 2 <= least <= n // 2:
        raise DataError(
            f"two changes cannot be {least} periods apart in a series of {n}; choose 2 to {n // 2}.", least=least
        )
    search = ruptures.KernelCPD(kernel="linear", min_size=least).fit(points[:, None])
    splits = [[n], *(search.predict(n_bkps=many) for many in range(1, min(most, n // least - 1) + 1))]
    # A series that is all alike has no spread to measure a change by.
    best = min(splits, key=lambda ends: (_bic(points, ends), len(ends)))[:-1]
    random = np.random.default_rng(seed)
    method = breaks_of(line, breaks, frame.attrs.get("series"))
    rows = []
    for number, at in enumerate(best):
        first, last = ([0, *best, n][number], [0, *best, n][number + 2])
        p_value, low, high = _confidence(points[first:last], at - first, level, random, draws)
        days = [line.days[known[first + place]] for place in (at - first, low, high)]
        before, after = numbers[first:at].mean(), numbers[at:last].mean()
        reason = "; ".join(
            dict.fromkeys(one.reason for one in _within(method, int(known[first + low]), int(known[first + high])))
        )
        rows.append(
            line.keys
            | dict(zip(("day", "day_low", "day_high"), days, strict=True))
            | {
                "before": before,
                "after": after,
                "ratio": after / before if before else np.inf,
                "p_value": p_value,
                "reason": reason,
            }
            | {"verdict": "method" if reason else "change" if p_value <= 1 - level else "cannot tell"}
        )
    columns = [*line.keys, "day", "day_low", "day_high", "before", "after", "ratio", "p_value", "reason", "verdict"]
    warnings = [
        "The dates were chosen by looking at the series; p is rather too small, and a slope looks like a staircase."
    ]
    warnings += rounding_left_out([line])
    return result(
        pd.DataFrame(rows, columns=columns),
        "trend.change_points",
        of=frame,
        method="least squares, BIC; block permutation, block bootstrap",
        level=level,
        limits="chance",
        seed=seed,
        warnings=warnings,
        parameters={
            "value": value,
            "scale": scale,
            "most": most,
            "least": least,
            "draws": draws,
            "grain": line.grain,
            "breaks": len(method),
            "from": str(line.days[0].date()),
            "to": str(line.days[-1].date()),
        },
    )


def anomalies(
    frame: pd.DataFrame,
    value: str = "count",
    breaks: pd.DataFrame | None = None,
    window: int | None = None,
    limit: float = 3.5,
) -> pd.DataFrame:
    """Days that stand out among the same weekday before and after; of monthly counts, months among the same calendar month.

    Parameters
    ----------
    frame
        Rows with ``day`` and the value, of any number of series.
    value
        The column looked at.
    breaks
        Rows of ``ex.breaks``; default: those of the series. No day is held against one that was counted otherwise.
    window
        How many of the same weekday (or month) on either side. Default: eight weeks, four years.
    limit
        The robust z from which on a day stands out; 3.5 as in Iglewicz & Hoaglin (1993).

    Returns
    -------
    pandas.DataFrame
        A row for each series and period: ``day``, the value, ``expected`` (median of the others), ``z``, ``anomaly``.
        ``z`` is missing in a
        gap and where fewer than five others are there.

    Notes
    -----
    z = 0.6745 (x − median) / MAD of the neighbours, the day itself left out; where more than half of them are equal the
    mean
    absolute deviation takes the place of the MAD: z = 0.7979 (x − median) / mean deviation. Neighbours that are all
    equal give
    ±∞ for any other value. A flag says that a day is unlike its like, not why: a missed scan, a late report and an
    attack look alike.

    Raises
    ------
    DataError
        For rows that are no series, or a limit or window that is not positive.
    """
    import numpy as np
    import pandas as pd

    if not limit > 0 or (window is not None and window < 1):
        raise DataError("limit and window are positive numbers; leave them out for the usual ones.")
    parts, every = [], lines(frame, value)
    for line in every:
        expected, z = np.full((2, len(line.values)), np.nan)
        for first, last in stretches(line, breaks_of(line, breaks, frame.attrs.get("series"))):
            for season in np.unique(line.season[first:last]):
                alike = first + np.flatnonzero(line.season[first:last] == season)
                expected[alike], z[alike] = _robust_z(line.values[alike], window or _WINDOWS[line.grain])
        parts.append(
            pd.DataFrame(
                {
                    "day": line.days,
                    **line.keys,
                    value: line.values,
                    "expected": expected,
                    "z": z,
                    "anomaly": np.abs(np.nan_to_num(z, posinf=np.inf, neginf=-np.inf)) >= limit,
                }
            )
        )
    found = pd.concat(parts, ignore_index=True)
    warnings = ["A flag says that a day is unlike its like, not why; a missed scan and an event look the same."]
    untold = int((found["z"].isna() & found[value].notna()).sum())
    if untold:
        warnings.append(f"Periods with too few of the same kind to hold them against: {untold}.")
    return result(
        found,
        "trend.anomalies",
        of=frame,
        method="robust z of the same weekday or month",
        warnings=warnings,
        parameters={"value": value, "grain": every[0].grain, "window": window, "limit": limit},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    kind = result.attrs["statistic"].partition(".")[2]
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    if ("iso3" in result or "place" in result) and len(result):
        parts["label"] += f", {where_in_words(result.iloc[0], lang)}"
    return {
        "decompose": _facts_of_parts,
        "seasonal_trend": _facts_of_slope,
        "change_points": _facts_of_changes,
        "anomalies": _facts_of_flags,
    }[kind](result, parts, lang)


def _facts_of_parts(result, parts, lang):
    value, grain = result.attrs["parameters"]["value"], result.attrs["parameters"]["grain"]
    one = [part for _, part in result[result["trend"].notna()].groupby([*keys_of(result), "stretch"], dropna=False)][-1]
    swing = (
        (one["season"].max() / one["season"].min() - 1)
        if result.attrs["parameters"]["log"]
        else (one["season"].max() - one["season"].min()) / one[value].median()
    )
    return "split", parts | {
        "first": dates.period_from(one["day"].iloc[0], grain, lang),
        "last": dates.period_from(one["day"].iloc[-1], grain, lang),
        "before": numbers.signed(one["trend"].iloc[0], lang),
        "after": numbers.signed(one["trend"].iloc[-1], lang),
        "swing": numbers.percent(swing, lang, digits=1),
    }


def _facts_of_slope(result, parts, lang):
    row = result.loc[result["points"].where(result["slope"].notna(), 0).idxmax()]
    slope, grain = numbers.signed(row["slope"], lang), result.attrs["parameters"]["grain"]
    parts |= {
        "slope": f"+{slope}" if row["slope"] > 0 else slope,
        "span": intervals.span(row["slope_low"], row["slope_high"], lang),
        "first": dates.period_from(row["from"], grain, lang),
        "last": dates.period_from(row["to"], grain, lang),
        "p": numbers.p_value(row["p_value"], lang),
        "stretches": numbers.number(int(result["stretch"].max()), lang),
    }
    broken = "_broken" if (result["stretch"] > 1).any() else ""
    return ("slope" if row["verdict"] != "cannot tell" else "slope_open") + broken, parts


def _facts_of_changes(result, parts, lang):
    made = result.attrs["parameters"]
    grain = made["grain"]
    parts |= {"first": dates.period_from(made["from"], grain, lang), "last": dates.period_from(made["to"], grain, lang)}
    if result.empty:
        return "steady", parts
    sure = result[result["verdict"] == "change"]
    row = (sure if len(sure) else result).sort_values("p_value", kind="stable").iloc[0]
    parts |= {
        "changes": numbers.number(len(result), lang),
        "methods": numbers.number(int((result["verdict"] == "method").sum()), lang),
        "day": dates.period_from(row["day"], grain, lang),
        "low": dates.period_from(row["day_low"], grain, lang),
        "high": dates.period_from(row["day_high"], grain, lang),
        "before": numbers.signed(row["before"], lang),
        "after": numbers.signed(row["after"], lang),
        "p": numbers.p_value(row["p_value"], lang),
    }
    return {"method": "changed_method", "change": "changed", "cannot tell": "changed_open"}[row["verdict"]], parts


def _facts_of_flags(result, parts, lang):
    flagged = result[result["anomaly"]]
    value, grain, told = result.attrs["parameters"]["value"], result.attrs["parameters"]["grain"], result["z"].notna()
    parts |= {"periods": numbers.number(int(told.sum()), lang), "flags": numbers.number(len(flagged), lang)}
    if flagged.empty:
        return "quiet", parts
    row = flagged.loc[flagged["z"].abs().idxmax()]
    return "flagged", parts | {
        "day": dates.period_from(row["day"], grain, lang),
        "value": numbers.signed(row[value], lang),
        "expected": numbers.signed(row["expected"], lang),
    }


def _filled(values: np.ndarray, first: int, last: int) -> list[tuple[int, int]]:
    """The parts of a stretch without a gap, as positions from and before."""
    import numpy as np

    known = np.concatenate([[False], ~np.isnan(values[first:last]), [False]])
    edges = np.flatnonzero(np.diff(known.astype(int)))
    return [(first + int(begin), first + int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _slope(line: Line, level: float) -> dict[str, object]:
    """Seasonal Kendall test and slope of one stretch."""
    import numpy as np
    from scipy.special import ndtr

    order, season = np.arange(len(line.values)), line.season
    s, plain, slopes, flattest, steepest, pairs, rounds = 0.0, 0.0, [], [], [], 0, []
    for one in np.unique(season):
        at = order[(season == one) & ~np.isnan(line.values)]
        rounds.append(len(at))
        if len(at) < 2:
            continue
        first, second = np.triu_indices(len(at), 1)
        apart = (at[second] - at[first]) / GRAINS[line.grain][1]
        slopes.append((line.values[at[second]] - line.values[at[first]]) / apart)
        flattest.append((line.low[at[second]] - line.high[at[first]]) / apart)
        steepest.append((line.high[at[second]] - line.low[at[first]]) / apart)
        of_season, variance = kendall(line.values[at])
        s, plain, pairs = s + of_season, plain + variance, pairs + len(first)
    if max(rounds, default=0) < 3:
        nothing = dict.fromkeys(("slope", "slope_low", "slope_high", "relative", "tau", "p_value"), np.nan)
        return nothing | {"verdict": "cannot tell", "method": "too few rounds of the season", "level": np.nan}
    variance = plain
    if line.seasons > 1 and min(rounds) >= _ENOUGH:
        dependent = plain + _covariance(line)
        variance = dependent if dependent > 0 else plain
    low, high = at_ranks(np.sort(np.concatenate(flattest)), np.sort(np.concatenate(steepest)), variance, level)
    slope, middle = float(np.median(np.concatenate(slopes))), float(np.nanmedian(line.values))
    return {
        "slope": slope,
        "slope_low": float(low),
        "slope_high": float(high),
        "relative": slope / middle if middle else np.nan,
        "tau": s / pairs,
        "p_value": float(min(1.0, 2 * ndtr(-max(abs(s) - 1, 0) / np.sqrt(variance)))) if variance else 1.0,
        "verdict": "rises" if low > 0 else "falls" if high < 0 else "cannot tell",
        "method": "seasonal Kendall" + (", seasons dependent" if variance != plain else "")
        if line.seasons > 1
        else "Mann–Kendall",
        "level": level,
    }


def _covariance(line: Line) -> float:
    """Twice the sum of the covariances of Kendall's S between seasons (Dietz & Killeen 1981, as in Hirsch & Slack 1984)."""
    import numpy as np

    # The round of a period: all seasons from the first one on, so that a series may begin anywhere.
    seasons = {int(one): column for column, one in enumerate(dict.fromkeys(line.season))}
    table = np.full((-(-len(line.values) // line.seasons) + 1, line.seasons), np.nan)
    table[np.arange(len(line.values)) // line.seasons, [seasons[int(one)] for one in line.season]] = line.values
    n = len(table)
    total = 0.0
    signs = [np.nan_to_num(np.sign(column[None, :] - column[:, None])) for column in table.T]
    ranks = [
        np.where(
            np.isnan(column),
            (np.sum(~np.isnan(column)) + 1) / 2,
            (np.sum(~np.isnan(column)) + 1 - sign.sum(axis=1)) / 2,
        )
        for column, sign in zip(table.T, signs, strict=True)
    ]
    for g in range(line.seasons):
        for h in range(g + 1, line.seasons):
            k = (signs[g] * signs[h]).sum() / 2
            mean = (np.sum(~np.isnan(table[:, g])) + 1) * (np.sum(~np.isnan(table[:, h])) + 1)
            total += 2 * (k + 4 * (ranks[g] * ranks[h]).sum() - n * mean) / 3
    return float(total)


def _scaled(numbers: np.ndarray, scale: str) -> np.ndarray:
    import numpy as np

    if scale == "root":
        return 2 * np.sqrt(numbers + 3 / 8)
    if scale == "log":
        if (numbers <= 0).any():
            raise DataError("a count of zero has no logarithm; take scale='root'.", scale=scale)
        return np.log(numbers)
    if scale != "plain":
        raise DataError(f"there is no scale {scale!r}; choose one of root, log, plain.", scale=scale)
    return numbers.astype(float)


def _unseasonal(points: np.ndarray, season: np.ndarray) -> np.ndarray:
    """The points less the mean of their season, if each season came twice."""
    import numpy as np

    kinds, which, many = np.unique(season, return_inverse=True, return_counts=True)
    if len(kinds) < 2 or many.min() < 2:
        return points
    means = np.bincount(which, points) / many
    return points - means[which] + points.mean()


def _bic(points: np.ndarray, ends: list[int]) -> float:
    """Of a staircase: n log(RSS / n) and log n for each level, change and the variance."""
    import numpy as np

    n = len(points)
    spread = sum(((part - part.mean()) ** 2).sum() for part in np.split(points, ends[:-1]))
    return n * np.log(max(spread, 1e-12 * max((points**2).sum(), 1.0)) / n) + 2 * len(ends) * np.log(n)


def _gains(points: np.ndarray) -> np.ndarray:
    """Of each row, for each place of a split, by how much it lowers the sum of squares; rows of one length."""
    import numpy as np

    n = points.shape[-1]
    sums = np.cumsum(points, axis=-1)
    k = np.arange(1, n)
    return (sums[..., :-1] - k / n * sums[..., -1:]) ** 2 * n / (k * (n - k))


def _blocks(n: int, draws: int, random: np.random.Generator) -> np.ndarray:
    """Positions of blocks of neighbours drawn with replacement, going round at the end: draws × n."""
    import numpy as np

    length = max(1, round(n**_ROOT))
    starts = random.integers(0, n, (draws, -(-n // length)))
    return ((starts[:, :, None] + np.arange(length)) % n).reshape(draws, -1)[:, :n]


def _confidence(
    points: np.ndarray, at: int, level: float, random: np.random.Generator, draws: int
) -> tuple[float, int, int]:
    """P of a split by permuted blocks, and the first and last place that the bootstrap leaves open for it."""
    import numpy as np

    n = len(points)
    length = max(1, round(n**_ROOT))
    pieces = np.array_split(np.arange(n), -(-n // length))
    found = _gains(points)[at - 1]
    shuffled = np.stack(
        [np.concatenate([pieces[piece] for piece in random.permutation(len(pieces))]) for _ in range(draws)]
    )
    p_value = (1 + int((_gains(points[shuffled]).max(axis=1) >= found - 1e-12 * max(found, 1.0)).sum())) / (draws + 1)
    sides = [points[:at], points[at:]]
    drawn = np.concatenate(
        [side.mean() + (side - side.mean())[_blocks(len(side), draws, random)] for side in sides], axis=1
    )
    places = 1 + _gains(drawn).argmax(axis=1)
    low = int(np.quantile(places, (1 - level) / 2, method="lower"))
    high = int(np.quantile(places, (1 + level) / 2, method="higher"))
    return p_value, min(low, at), max(high, at)


def _within(breaks: list[Break], low: int, high: int) -> list[Break]:
    """The breaks from which on the new level may hold: those between two positions, a period's grace for one that falls inside it."""
    return [one for one in breaks if low <= one.before <= high + one.inside]


def _robust_z(values: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """For each value the median of its neighbours without itself, and its robust z among them."""
    import warnings

    import numpy as np

    edge = np.full(window, np.nan)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, values, edge]), 2 * window + 1)
    others = np.delete(around, window, axis=1)
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", "All-NaN slice|Mean of empty slice")
        middle = np.nanmedian(others, axis=1)
        apart = np.abs(others - middle[:, None])
        mad, mean = np.nanmedian(apart, axis=1), np.nanmean(apart, axis=1)
        far = values - middle
        z = np.where(far == 0, 0.0, np.where(mad > 0, 0.6745 * far / mad, 0.7979 * far / mean))
    few = (~np.isnan(others)).sum(axis=1) < _LEAST_NEIGHBOURS
    z = np.where(few | np.isnan(values), np.nan, z)
    return np.where(few, np.nan, middle), z
