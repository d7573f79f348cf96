"""Where the level of a series changes: season and steps estimated together, with what chance leaves open.

For a date fixed in advance take `interrupted`; for a steady direction `seasonal_trend`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, unknown
from ..frames import plain
from ..language import dates, numbers
from ..language.plurals import Counted
from ..meaning import checked_level
from .lines import Line, one_line, rounding_left_out, taken_as_alike
from .phrases import named_series
from .result import Record, needed, result
from .steps import Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .breaks import Break

TRANSFORMS = ("plain", "root", "log")
_LEAST_POINTS = 12
#: Periods between two changes, at least; in long series a twentieth of them.
_LEAST_APART = 6


def change_points(
    frame: Any,
    value: str = "count",
    *,
    breaks: pd.DataFrame | Sequence[str] | None = None,
    changes: int | None = None,
    transform: str = "plain",
    most_changes: int = 5,
    apart: int | None = None,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 1,
) -> pd.DataFrame:
    """Where the level of one series changes (change points, structural breaks), with the dates that chance leaves open.

    Parameters
    ----------
    frame
        Rows of one series: ``day`` and the value; gaps are left out.
    value
        The column whose level changes.
    breaks
        Rows of ``ex.breaks``, or dates, where the way of counting changed; ``()`` for none. Default: those that the
        rows tell. Nothing is hidden at a break: a change of level there is named as one of the method.
    changes
        How many changes there are. Default: as many as the lowest BIC gives.
    transform
        On which scale dates are sought and tested: ``plain``, ``root`` (counts whose spread grows with their level;
        Anscombe 1948), ``log``. Levels and steps are always those of the counts.
    most_changes
        Changes sought at most.
    apart
        Periods between two changes at least. Default: six, or a twentieth of a longer series.
    level
        Of the interval of the date, and of the test.
    draws
        Of the simulation behind p and of the bootstrap.
    seed
        Of both.

    Returns
    -------
    pandas.DataFrame
        A row a change, in order of time: ``day`` (the first period of the new level), ``day_low, day_high``,
        ``before, after`` (levels of the counts without their season), ``step`` (their difference) with ``step_error``,
        ``ratio``, ``p_value`` (over all dates tried), ``reason`` (of a break of the method that falls into the interval
        of the date, else empty), ``verdict``: ``method`` (coincides with a change of method), ``change`` or ``cannot
        tell`` (p above 1 − level); ``bic``, ``from, to`` (first and last period of the series). Where the level holds,
        one row without a day, with the verdict ``steady``.

    Notes
    -----
    Means of the seasons (where the series has two rounds of them) and common steps are estimated together by least
    squares, so that a step is not taken for a season; the dates are those of the least sum of squares, searched
    exhaustively for one and two changes and by exchange of one date at a time for more (`steps`). Their number is that
    of the lowest BIC, n log(RSS/n) + log(n) (coefficients + dates + 1) (Yao 1988; Bai & Perron 2003, J. Appl.
    Econometrics 18, 1–22). Without seasons it is the model of R's strucchange, ``breakpoints(y ~ 1)``. *p*: over all
    dates that were tried, by simulation of normal series without a step whose neighbours are correlated as the
    residuals do (AR(1), corrected for the fitted columns, one standard error or 0.15 added).
    It is the greater of two: that of the clearest step, or level that changes and comes back, anywhere in the whole
    series (the fall of the BIC), and that of this step between its neighbours (its share of the squares), adjusted
    by Holm for the number of changes found. *Interval*: residuals redrawn in blocks, the step sought anew.
    ``step_error`` is that of ordinary least squares, for the date as found. A slope looks like a staircase: read
    changes beside `seasonal_trend`.

    Raises
    ------
    DataError
        For rows that are not series, fewer than twelve points, an unknown transform, too few draws, more changes than
        there is room for.
    NotComparableError
        For several series.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-01", periods=36, freq="MS")
    >>> found = change_points(pd.DataFrame({"day": months, "count": [100, 103, 98] * 6 + [181, 177, 180] * 6}))
    >>> found[["day", "before", "after", "verdict"]].astype(str).values.tolist()
    [['2021-07-01', '100.33333333333333', '179.33333333333334', 'change']]
    """
    checked_level(level)
    if draws < 99:
        raise DataError(f"{draws} draws are too few for a p-value", remedy="take at least 99", draws=draws)
    frame = plain(frame, "the series")
    line = one_line(frame, value, breaks=breaks)
    known = np.flatnonzero(line.known)
    n = len(known)
    if n < _LEAST_POINTS:
        raise DataError(
            f"{Counted(n, 'en'):1 point is|{n} points are} too few to look for a change", remedy="take at least twelve"
        )
    apart, room = _room(n, apart, changes)
    counts = line.values[known]
    model = Steps(_transformed(counts, transform), line.season[known], apart)
    tried = [changes] if changes is not None else range(min(most_changes, room) + 1)
    found = [model.best(many) for many in tried]
    best = min(found, key=lambda dates: (model.bic(dates), len(dates)))
    random = np.random.default_rng(seed)
    rows = _rows(line, known, counts, best, model, level, draws, random)
    told = {"bic": model.bic(best), "from": line.days[known[0]], "to": line.days[known[-1]]}
    return result(
        pd.DataFrame(rows).assign(**told),
        "change_points.change_points",
        of=frame,
        method="least squares with seasons, BIC; p over all dates tried, simulated (AR(1)), Holm; block bootstrap",
        level=level,
        limits="chance",
        record=Record(
            seed=seed,
            warnings=[
                "p is over all dates that were tried, not of a date fixed in advance; a slope looks like a staircase.",
                "In simulated months without a step, correlated by up to 0.5, one is reported in 2 to 5 % of runs; "
                "where dependence lasts longer it may be more.",
                *rounding_left_out([line]),
                *taken_as_alike([line]),
            ],
            parameters={
                "value": value,
                "transform": transform,
                "most_changes": most_changes,
                "apart": apart,
                "draws": draws,
                "grain": line.grain,
                "breaks": len(line.breaks),
            },
        ),
    )


def _room(n: int, apart: int | None, changes: int | None) -> tuple[int, int]:
    """The periods between two changes at least, and how many changes fit into n periods."""
    apart = max(_LEAST_APART, -(-n // 20)) if apart is None else apart
    if not 2 <= apart <= n // 2:
        raise DataError(
            f"two changes cannot be {apart} periods apart in a series of {n}",
            remedy=f"choose 2 to {n // 2}",
            apart=apart,
        )
    room = n // apart - 1
    if changes is not None and not 0 <= changes <= room:
        raise DataError(f"{changes} changes do not fit into {n} periods, {apart} apart", remedy=f"choose 0 to {room}")
    return apart, room


def _rows(
    line: Line,
    known: NDArray[np.int64],
    counts: NDArray[np.float64],
    best: tuple[int, ...],
    model: Steps,
    level: float,
    draws: int,
    random: np.random.Generator,
) -> list[dict[str, Any]]:
    nothing = dict.fromkeys(("day", "day_low", "day_high"), pd.NaT)
    nothing |= dict.fromkeys(("before", "after", "step", "step_error", "ratio", "p_value"), np.nan)
    if not best:
        return [line.meaning | nothing | {"reason": "", "verdict": "steady"}]
    levels, errors = model.levels(best, counts)
    rows = []
    ends = [0, *best, len(known)]
    by_chance = model.chance(best, draws, random)
    for number, (at, p_value) in enumerate(zip(best, by_chance, strict=True)):
        first, last = ends[number], ends[number + 2]
        low, high = model.interval(best, first, at, last, level, draws, random)
        days = [line.days[known[first + place]] for place in (at - first, low, high)]
        before, after = levels[number], levels[number + 1]
        within = _within(line.breaks, int(known[first + low]), int(known[first + high]))
        method = bool(within)
        rows.append(
            line.meaning
            | dict(zip(("day", "day_low", "day_high"), days, strict=True))
            | {"before": before, "after": after, "step": after - before, "step_error": errors[number]}
            | {"ratio": after / before if before > 0 else np.inf, "p_value": p_value}
            | {"reason": "; ".join(dict.fromkeys(one.reason for one in within))}
            | {"verdict": "method" if method else "change" if p_value <= 1 - level else "cannot tell"}
        )
    return rows


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the clearest change."""
    grain = needed(result, "grain", "pass the result of change_points with all of its columns")
    parts = {
        "label": named_series(result, lang),
        "first": dates.period_from(result["from"].iloc[0], grain, lang),
        "last": dates.period_from(result["to"].iloc[0], grain, lang),
    }
    if (result["verdict"] == "steady").all():
        return "steady", parts
    sure = result[result["verdict"] == "change"]
    level = needed(result, "level", "pass the result of change_points with all of its columns")
    # Of equally clear ones the first in time, whatever the order of the rows.
    row = (sure if len(sure) else result).sort_values(["p_value", "day"], kind="stable").iloc[0]
    parts |= {
        "changes": numbers.number(len(sure) or len(result), lang),
        "methods": numbers.number(int((result["verdict"] == "method").sum()), lang),
        "day": dates.period_from(row["day"], grain, lang),
        "low": dates.period_from(row["day_low"], grain, lang),
        "high": dates.period_from(row["day_high"], grain, lang),
        "before": numbers.signed(row["before"], lang),
        "after": numbers.signed(row["after"], lang),
        "p": numbers.p_value(row["p_value"], lang),
        "level": numbers.percent(level, lang, decimals=1),
    }
    if row["verdict"] == "method":
        return "changed_method", parts
    alike = "_alike" if row.get("breaks") == "none told" else ""
    return ("changed" if row["verdict"] == "change" else "changed_open") + alike, parts


def _transformed(counts: NDArray[np.float64], transform: str) -> NDArray[np.float64]:
    if transform not in TRANSFORMS:
        raise unknown("transform", transform, TRANSFORMS, transform=transform)
    if transform == "root":
        return np.asarray(2 * np.sqrt(counts + 3 / 8))
    if transform == "log":
        if (counts <= 0).any():
            raise DataError("a count of zero has no logarithm", remedy="take transform='root'", transform=transform)
        return np.asarray(np.log(counts))
    return counts


def _within(breaks: Sequence[Break], low: int, high: int) -> list[Break]:
    """The breaks from which on the new level may hold: between two positions, with grace for one inside a period."""
    return [one for one in breaks if low <= one.before <= high + one.inside]
