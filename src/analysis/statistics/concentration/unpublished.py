"""What the indexes could be if the unpublished rest of a total were known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ..uncertainty import checked_counts
from .bootstrap import Counts
from .extremes import gini_extremes, herfindahl_extremes, sorted_box, theil_extremes, top_extremes
from .formulas import gini_of, herfindahl_of, theil_of, top_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def concentration_bounds(
    frame: Any,
    total: Any,
    hidden: int,
    at_least: float = 0.0,
    at_most: float | None = None,
    top: Iterable[int] = (1, 5),
) -> pd.DataFrame:
    """What the indexes could be if the unpublished rest of a total were known.

    Parameters
    ----------
    frame
        The published countries, as for `concentration`.
    total
        One row: ``value, low, high`` of the world.
    hidden
        How many more countries share the rest.
    at_least, at_most
        What each of them has at least (1 where only countries with a find are counted), or at most (for a list of the
        first k: what its
        last place has).
    top
        Numbers of places whose share is given.

    Returns
    -------
    pandas.DataFrame
        ``index``, ``published`` (its value among the published), ``low`` (the rest spread evenly), ``high`` (the rest
        with as few
        countries as possible), ``hidden`` (how many more countries), ``rest`` (what they share), ``method``,
        ``level`` (missing: no chance in
        it). Rounding is in both ends; these are
        outer limits, for a
        rest that is large where a published count is large is not ruled out.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and if the rest is less than nothing, or cannot be spread so.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> world = figures.query("measure == 'servers_exposed' and iso3 == 'WLD'").head(1)
    >>> found = ex.statistics.concentration_bounds(servers, world, 39, at_least=1)
    >>> found[["index", "published", "low", "high"]].round(2).values.tolist()[2]
    ['gini', 0.7, 0.58, 0.84]
    """
    counts = Counts(frame, limits="rounding")
    total, frame = checked_counts(total), counts.frame
    if len(total) != 1:
        raise DataError(f"the rest is that of one total, not of {len(total)}", remedy="choose one row")
    cap = np.inf if at_most is None else at_most
    if hidden < 1 or not 0 <= at_least <= cap:
        raise DataError(
            "the rest needs one more country at least, and 0 ≤ at_least ≤ at_most", remedy="correct the numbers"
        )
    rest = _rest(total, frame, hidden, at_least, cap)
    even, steep = _spread(rest, hidden, at_least, cap)
    low, high = (
        sorted_box(np.concatenate([counts.low, hidden[0]]), np.concatenate([counts.high, hidden[1]]))
        for hidden in (even, steep)
    )
    rows = _indexes(counts.value, low, high, top)
    table = pd.DataFrame(rows, columns=["index", "published", "low", "high"]).assign(
        method="interval arithmetic",
        level=np.nan,
        hidden=hidden,
        rest=float(total["value"].iloc[0] - frame["value"].sum()),
        limits="rounding",
    )
    return counts.result(table, "concentration_bounds", at_least=at_least, at_most=at_most)


def _rest(total: pd.DataFrame, frame: pd.DataFrame, places: int, at_least: float, cap: float) -> tuple[float, float]:
    """The least and the most that the further countries share, together with the limits of each of them."""
    rest = (
        max(float(total["low"].iloc[0] - frame["high"].sum()), places * at_least),
        min(float(total["high"].iloc[0] - frame["low"].sum()), places * cap),
    )
    if rest[0] > rest[1]:
        raise DataError(
            "the rest cannot be spread so: parts and total contradict each other, or at_least and at_most "
            "leave no room",
            remedy="take parts and total of one count, and limits between which the rest can lie",
        )
    return rest


def _spread(rest: tuple[float, float], places: int, at_least: float, cap: float) -> tuple[list[Any], list[Any]]:
    """Counts of the further countries at either end of the rest: spread evenly, and over as few as may be."""
    steps = np.arange(places)
    even = [np.full(places, end / places) for end in rest]
    steep = [
        at_least + np.clip(end - places * at_least - steps * min(cap - at_least, rest[1] + 1), 0, cap - at_least)
        for end in rest
    ]
    return even, steep


def _indexes(
    value: np.ndarray, low: tuple[Any, Any], high: tuple[Any, Any], top: Iterable[int]
) -> list[tuple[str, float, Any, Any]]:
    """Each index among the published, its least with the rest spread evenly and its most with it heaped."""
    inside = [float(gini_of(np.sort((box[0] + box[1]) / 2))) for box in (low, high)]
    n = len(low[0])
    ones = np.ones(n)
    tops = [
        (f"top_{k}", float(top_of(value)[k]), top_extremes(*low)[0][k], top_extremes(*high)[1][k])
        for k in top
        if k <= len(value)
    ]
    gini = gini_extremes(*low, inside[0])[0], gini_extremes(*high, inside[1])[1]
    theil = theil_extremes(*low, ones)[0], min(theil_extremes(*high, ones)[1], np.log(n))
    herfindahl = herfindahl_extremes(*low)[0], min(herfindahl_extremes(*high)[1], 1.0)
    return [
        *tops,
        ("gini", float(gini_of(value)), *gini),
        ("theil", float(theil_of(value)), *theil),
        ("herfindahl", float(herfindahl_of(value)), *herfindahl),
    ]
