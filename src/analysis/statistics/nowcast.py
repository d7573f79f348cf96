"""What the last months of a register will have been once all reports are in: from how former months filled up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import dates, intervals, numbers
from ..language.plurals import Counted
from ..meaning import checked_level
from .lines import GRAINS, checked_vintages, grain_of, keys_of, one_word
from .phrases import named_series
from .result import Record, needed, result

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 3


def nowcast(frame: Any, *, grain: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """The final counts of the latest periods from the vintages of a register (nowcast, chain ladder, reporting delay).

    Parameters
    ----------
    frame
        Rows of one series with ``day``, ``count`` and ``vintage`` (the day on which so many were known), with a vintage
        in every period from the first to the last; of several vintages in one period the last counts.
    grain
        The length of a period. Default: the column ``grain``, else as the days lie apart.
    level
        Of the prediction limits.

    Returns
    -------
    pandas.DataFrame
        One row per period: ``day``, ``reported`` (in the last vintage), ``delay`` (periods that it had to fill up),
        ``factor`` (by how much it is expected to grow in the next period), ``final`` (expected) with ``final_low,
        final_high``, ``to_come`` with ``error`` (of the prediction); for all periods together ``total_to_come,
        total_error``; ``dispersion``, ``as_of`` (the last vintage).

    Notes
    -----
    Increments by period and delay are overdispersed Poisson with a factor for each period and each delay; the estimates
    are those of the chain ladder (Mack 1991; Renshaw & Verrall 1998, British Actuarial Journal 4, 903–923), their
    errors √(φ · to come + variance of the parameters) (England & Verrall 2002, British Actuarial Journal 8, 443–518).
    Limits are those of a negative binomial distribution with that mean and variance, φ at least 1. It assumes that
    months fill up as former ones did: a new form, a law or a backlog breaks it, and what comes after the longest delay
    seen is not in it.

    Raises
    ------
    DataError
        For rows that are not series with vintages, fewer than three periods, a period without a vintage, or counts that
        fall from vintage to vintage as a whole (a stock, not events).

    Examples
    --------
    >>> triangle = [[18, 27, 33, 35], [23, 33, 43], [25, 36], [18]]
    >>> found = nowcast(of_triangle(triangle, "2024-01"))
    >>> found[["reported", "final"]].round(1).values.tolist()[-1]
    [18.0, 35.2]
    """
    checked_level(level)
    frame = plain(frame, "the series")
    rows = _vintages(frame)
    grain = grain or one_word(rows, "grain", GRAINS) or grain_of(rows["when"])
    periods, cumulative = _triangle(rows, grain)
    ladder = chain_ladder(cumulative)
    last = periods[-1]
    reported = np.array([row[~np.isnan(row)][-1] for row in cumulative])
    delay = np.array([int((~np.isnan(row)).sum()) - 1 for row in cumulative])
    ends = [
        _limits(come, error, ladder.dispersion, level)
        for come, error in zip(ladder.to_come, ladder.errors, strict=True)
    ]
    found = pd.DataFrame(
        {
            "day": periods.to_timestamp(how="start").astype("datetime64[s]"),
            "reported": reported,
            "delay": delay,
            "factor": [ladder.factors[at] if at < len(ladder.factors) else 1.0 for at in delay],
            "final": reported + ladder.to_come,
            "final_low": reported + [low for low, _ in ends],
            "final_high": reported + [high for _, high in ends],
            "to_come": ladder.to_come,
            "error": ladder.errors,
        }
    )
    told = {
        "total_to_come": float(ladder.to_come.sum()),
        "total_error": ladder.total_error,
        "dispersion": ladder.dispersion,
        "as_of": str(last),
        "grain": grain,
    }
    told |= {key: rows[key].iloc[0] for key in keys_of(rows)}
    return result(
        found.assign(**told),
        "nowcast.nowcast",
        of=frame,
        method="chain ladder, overdispersed Poisson",
        level=level,
        limits="chance",
        record=Record(
            warnings=["Months are taken to fill up as former ones did; a new form or a backlog breaks that."],
            parameters={"grain": grain},
        ),
    )


@dataclass(frozen=True)
class Ladder:
    """Chain-ladder estimates: growth factors by delay, what is to come of each period, errors, dispersion."""

    factors: NDArray[np.float64]
    to_come: NDArray[np.float64]
    errors: NDArray[np.float64]
    total_error: float
    dispersion: float


def chain_ladder(cumulative: NDArray[np.float64]) -> Ladder:
    """The chain ladder of cumulative counts: one row per period, one column per delay, missing where not yet known.

    Raises
    ------
    DataError
        If counts fall as a whole from one delay to the next, or a factor has nothing to stand on.
    """
    rows, columns = cumulative.shape
    known = ~np.isnan(cumulative)
    factors = np.ones(columns - 1)
    for at in range(columns - 1):
        both = known[:, at + 1]
        before, after = cumulative[both, at].sum(), cumulative[both, at + 1].sum()
        if after < before or (before == 0 and after > 0):
            raise DataError(
                "the counts fall from vintage to vintage, or begin from nothing",
                remedy="a nowcast needs counts of events that fill up; wait for the first vintage that has some",
                column="count",
            )
        factors[at] = after / before if before else 1.0
    growth = np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    last = known.sum(axis=1) - 1
    latest = cumulative[np.arange(rows), last]
    final = latest * growth[last]
    # The same as a Poisson regression of increments on period and delay: its fitted values and errors.
    share = np.diff(np.append(0.0, 1 / growth))
    expected = final[:, None] * share[None, :]
    increments = np.diff(np.column_stack([np.zeros(rows), cumulative]), axis=1)
    fitted = known & (expected > 0)
    design = _design(rows, columns)
    weights = expected.ravel()
    inside, outside = fitted.ravel(), (~known & (expected > 0)).ravel()
    used = design[:, design[inside].any(axis=0)]
    free = int(known.sum()) - (rows + columns - 1)
    pearson = float((((increments - expected) ** 2)[fitted] / expected[fitted]).sum())
    dispersion = pearson / free if free > 0 else np.nan
    information = (used[inside] * weights[inside, None]).T @ used[inside]
    covariance = np.linalg.pinv(information) * dispersion
    coming = np.where(outside, weights, 0.0).reshape(rows, columns)
    gradient = np.stack([(np.where(outside, weights, 0.0) * _of_row(row, rows, columns)) @ used for row in range(rows)])
    spread = gradient @ covariance @ gradient.T
    to_come = coming.sum(axis=1)
    errors = np.sqrt(np.maximum(dispersion * to_come + np.diag(spread), 0))
    total = float(np.sqrt(dispersion * to_come.sum() + spread.sum()))
    return Ladder(factors, to_come, errors, total, float(dispersion))


def of_triangle(cumulative: list[list[float]], first: str) -> pd.DataFrame:
    """Rows of a series with monthly vintages from a run-off triangle of cumulative counts, one row per month.

    Parameters
    ----------
    cumulative
        For each month what was known about it at its end, a month later, and so on.
    first
        The first month (``2024-01``).
    """
    rows = []
    for at, counts in enumerate(cumulative):
        month = pd.Period(first, "M") + at
        rows += [
            {"day": month.start_time, "count": count, "vintage": (month + delay).end_time.normalize(), "grain": "month"}
            for delay, count in enumerate(counts)
        ]
    return pd.DataFrame(rows)


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`: of the last period."""
    grain = needed(result, "grain", "pass the result of nowcast with all of its columns")
    row = result.sort_values("day").iloc[-1]
    return "filled", {
        "label": named_series(result, lang),
        "day": dates.period_from(row["day"], grain, lang),
        "reported": Counted(int(row["reported"]), lang),
        "final": Counted(round(row["final"]), lang),
        "span": intervals.span(row["final_low"], row["final_high"], lang),
        "level": numbers.percent(row["level"], lang, decimals=0),
        "total": numbers.number(round(row["total_to_come"]), lang),
        "error": numbers.number(row["total_error"], lang, 2),
        "narrow": Counted(2 if row["dispersion"] < 1 else 1, lang),
        "as_of": dates.date(str(row["as_of"]), lang),
    }


def _design(rows: int, columns: int) -> NDArray[np.float64]:
    """One column per period and one per delay except the first, one row per cell."""
    of_rows = np.repeat(np.eye(rows), columns, axis=0)
    of_columns = np.tile(np.eye(columns)[:, 1:], (rows, 1))
    return np.column_stack([of_rows, of_columns])


def _of_row(row: int, rows: int, columns: int) -> NDArray[np.float64]:
    return np.repeat(np.arange(rows) == row, columns).astype(np.float64)


def _limits(mean: float, error: float, dispersion: float, level: float) -> tuple[float, float]:
    """Limits of a count to come: negative binomial with its mean and variance, Poisson where that is no more."""
    from scipy.stats import nbinom, poisson

    if mean <= 0:
        return 0.0, 0.0
    variance = error**2 + (max(1.0, dispersion) - dispersion) * mean
    tails = ((1 - level) / 2, (1 + level) / 2)
    if variance <= mean * (1 + 1e-9):
        low, high = poisson.ppf(tails, mean)
    else:
        share = mean / variance
        low, high = nbinom.ppf(tails, mean * share / (1 - share), share)
    return float(low), float(high)


def _vintages(frame: pd.DataFrame) -> pd.DataFrame:
    rows = checked_vintages(frame)
    keys = keys_of(rows)
    if keys and len(rows[keys].drop_duplicates()) > 1:
        raise DataError("the table holds several series", remedy="select one place and one measure of one source")
    return rows


def _triangle(rows: pd.DataFrame, grain: str) -> tuple[pd.PeriodIndex, NDArray[np.float64]]:
    """The periods, and their cumulative counts by delay."""
    name = GRAINS[grain][0]
    try:
        vintage = pd.PeriodIndex(pd.to_datetime(rows["vintage"].astype("str"), format="ISO8601"), freq=name)
    except ValueError:
        raise DataError("a vintage is not a day", remedy="write it as 2024-10-08", column="vintage") from None
    period = pd.PeriodIndex(rows["when"], freq=name)
    # Ordinals of weeks and months count periods, so that their difference is the delay.
    delay = vintage.astype("int64") - period.astype("int64")
    table = pd.DataFrame({"period": period, "delay": delay, "count": rows["count"].to_numpy(np.float64)})
    table = table[table["delay"] >= 0].drop_duplicates(["period", "delay"], keep="last")
    periods = pd.period_range(table["period"].min(), table["period"].max(), freq=name)
    if len(periods) < _LEAST:
        raise DataError(
            f"{Counted(len(periods), 'en'):1 period is|{len(periods)} periods are} too few to see how they fill up",
            remedy="take at least three",
        )
    wide = table.pivot(index="period", columns="delay", values="count").reindex(periods)
    wide = wide.reindex(columns=range(len(periods)))
    cells = wide.to_numpy(np.float64)
    counted = np.arange(len(periods))[:, None] + np.arange(len(periods))[None, :] < len(periods)
    if (np.isnan(cells) & counted).any():
        row, column = np.argwhere(np.isnan(cells) & counted)[0]
        raise DataError(
            f"{periods[row]} has no vintage {column} periods after it",
            remedy=f"a nowcast needs a vintage in every {grain} from the first period to the last",
            column="vintage",
        )
    return periods, np.where(counted, cells, np.nan)
