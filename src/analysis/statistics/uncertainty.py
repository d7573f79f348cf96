"""The two kinds of uncertainty of a count, kept apart: printing and chance.

*Printing* is the interval ``low … high`` that a figure's rounding allows. *Chance* is that of a count as a
realisation of events that come one by one (Poisson). Servers do; studies and images come in lots, one
server holds many, so that chance says nothing about them unless the caller knows how strongly they cluster
(the *dispersion*: variance over mean).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

INTERVALS = ("printing", "chance", "both")


def checked_counts(frame: pd.DataFrame, also: Iterable[str] = ()) -> pd.DataFrame:
    """The frame, if its counts can be counted with.

    Parameters
    ----------
    frame
        Rows with ``value``, ``low``, ``high``.
    also
        Further columns that it must have.

    Raises
    ------
    DataError
        If it has no row, lacks a column, or holds a count that is no number, negative, not finite or outside its
        interval.
    """
    import numpy as np

    for column in ("value", "low", "high", *also):
        if column not in frame:
            raise DataError(
                f"the table has no column {column!r}; take ex.preferred(panel), or name the column so.", column=column
            )
    if frame.empty:
        raise DataError("the table has no row; choose a measure and places that were published.")
    value, low, high = (_numbers(frame, column) for column in ("value", "low", "high"))
    for column, numbers in (("value", value), ("low", low), ("high", high)):
        if not np.isfinite(numbers).all():
            raise DataError(
                f"{_rows(frame, ~np.isfinite(numbers))} has no number; leave the row out, a missing count is not zero.",
                column=column,
            )
        if (numbers < 0).any():
            raise DataError(f"{_rows(frame, numbers < 0)} has a negative count; correct the figure.", column=column)
    if (low > high).any():
        raise DataError(
            f"{_rows(frame, low > high)} has its low end above its high end; correct the figure.", column="low"
        )
    outside = (value < low) | (value > high)
    if outside.any():
        raise DataError(
            f"{_rows(frame, outside)} has its value outside its interval; correct the figure.", column="value"
        )
    return frame


def checked_level(level: float) -> float:
    """The level of confidence, if it is one.

    Raises
    ------
    DataError
        If it does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise DataError(
            f"a level of confidence lies between 0 and 1, not at {level}; take for instance 0.95.", level=level
        )
    return level


def normal_deviate(level: float) -> float:
    """How many standard errors the limits of a two-sided normal interval lie from its middle (1.96 at 95 %)."""
    from scipy.special import ndtri

    return float(ndtri((1 + checked_level(level)) / 2))


def by_chance(frame: pd.DataFrame, interval: str | None = None, dispersion: float | None = None) -> np.ndarray:
    """Whether chance belongs to a row's uncertainty, one truth value a row.

    Parameters
    ----------
    frame
        Rows with ``measure``; without that column the counts are taken as independent events.
    interval
        ``printing``, ``chance`` or ``both``; None for the measure's own: both where events are independent,
        printing only elsewhere.
    dispersion
        Variance over mean of the counts, if the caller knows it: then chance may be asked for of clustered counts too.

    Raises
    ------
    DataError
        For an interval that does not exist or a dispersion below 1.
    NotComparableError
        If chance is asked for where things do not come one by one and no dispersion is given.
    """
    import numpy as np

    from ..figures.measures import measures

    if interval is not None and interval not in INTERVALS:
        raise DataError(f"there is no interval {interval!r}; choose one of {', '.join(INTERVALS)}.", interval=interval)
    if dispersion is not None and not 1 <= dispersion < float("inf"):
        raise DataError("a dispersion is the variance over the mean of counts, at least 1; give such a number or none.")
    if interval == "printing":
        return np.zeros(len(frame), dtype=bool)
    if "measure" in frame:
        independent = (measures()["events"].reindex(frame["measure"]) == "independent").to_numpy()
    else:
        independent = np.ones(len(frame), dtype=bool)
    if dispersion is not None:
        return np.ones(len(frame), dtype=bool)
    if interval is not None and not independent.all():
        raise NotComparableError(
            "limits of chance need events that come one by one; studies and images come in lots, one server holds many. "
            "Use interval='printing', or give the dispersion."
        )
    return independent


def resample(
    frame: pd.DataFrame, size: int, seed: int, interval: str | None = None, dispersion: float | None = None
) -> np.ndarray:
    """Counts as they might have been: ``size`` rows of one count for each row of the frame.

    Printing is drawn evenly from the interval, chance from Poisson's distribution about that (with a
    dispersion d: d times a Poisson number of mean count/d). Random numbers go to the counts by their size, so that
    neither the order of rows nor a name matters.
    """
    import numpy as np

    chance = by_chance(frame, interval, dispersion)
    keys = [frame[column].to_numpy(float) for column in ("high", "low", "value")]
    if "iso3" in frame:
        keys.insert(0, np.argsort(np.argsort(frame["iso3"].fillna("").to_numpy(str), kind="stable")))
    order = np.lexsort(keys)
    value, low, high = (frame[column].to_numpy(float)[order] for column in ("value", "low", "high"))
    if interval == "chance":
        low = high = value
    random = np.random.default_rng(seed)
    counts = low + random.random((size, len(frame))) * (high - low)
    if chance.any():
        spread = dispersion or 1.0
        drawn = random.poisson(counts / spread) * spread
        counts = np.where(chance[order], drawn, counts)
    result = np.empty_like(counts)
    result[:, order] = counts
    return result


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    import pandas as pd

    try:
        return pd.to_numeric(frame[column]).to_numpy(float, na_value=float("nan"))
    except (TypeError, ValueError):
        raise DataError(
            "the column holds what is no number; read printed figures with ex.quantities().", column=column
        ) from None


def _rows(frame: pd.DataFrame, wrong: np.ndarray) -> str:
    """The place of the first wrong row, and how many more there are."""
    first = int(wrong.argmax())
    name = next(
        (str(frame[column].iloc[first]) for column in ("place", "country", "iso3") if column in frame),
        f"row {first + 1}",
    )
    more = int(wrong.sum()) - 1
    return name if not more else f"{name} (and {more} more)"
