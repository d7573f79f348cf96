"""The numbers in a result that has come back: each lies where such a number can lie, and no half of an interval lacks.

What a column may hold goes by its name, whatever the result: a p-value is a probability, a number of places is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..frames import numbers_of
from ..meaning import AS_RETURNED, SLACK, bounded, refuse_row, require_levels
from .covariates import LEAST_PLACES

if TYPE_CHECKING:
    import pandas as pd

_Numbers: TypeAlias = NDArray[np.float64]
#: Between which ends the numbers of a column lie, and those of its limits.
_PROBABILITY, _CORRELATION, _AMOUNT, _ONE_OR_MORE = (0.0, 1.0), (-1.0, 1.0), (0.0, np.inf), (1.0, np.inf)
_RANGES = {
    **dict.fromkeys(("p_value", "p_adjusted", "p_normal", "p_low", "p_high", "q_p"), _PROBABILITY),
    **dict.fromkeys(("placebo_p", "placebo_share", "probability", "or_better", "power", "i2"), _PROBABILITY),
    **dict.fromkeys(("share", "share_a", "share_b", "place_share", "count_share", "sensitivity"), _PROBABILITY),
    **dict.fromkeys(("least_fall", "margin_low"), _PROBABILITY),
    **dict.fromkeys(("rho", "tau", "concentration_index"), _CORRELATION),
    **dict.fromkeys(("ratio", "rate", "smoothed", "common", "rate_a", "rate_b", "rate_before", "rate_after"), _AMOUNT),
    **dict.fromkeys(("count", "observed", "listed", "found", "candidates", "reported", "final"), _AMOUNT),
    **dict.fromkeys(("numerator", "mean_before", "mean_after", "first_count", "last_count", "value_before"), _AMOUNT),
    **dict.fromkeys(("value_after", "seen", "once", "twice", "both", "first", "second"), _AMOUNT),
    **dict.fromkeys(("total", "published", "hidden", "placebos", "delay", "figures"), _AMOUNT),
    **dict.fromkeys(("error", "total_error", "se", "dispersion", "relative_error", "tau2"), _AMOUNT),
    **dict.fromkeys(("places", "points", "surveys", "lists", "draws", "window", "top", "scans"), _ONE_OR_MORE),
    **dict.fromkeys(("stretch", "rank", "rank_low", "rank_high", "assumptions"), _ONE_OR_MORE),
    **dict.fromkeys(("e_value", "e_limit", "least_rise", "margin_high"), _ONE_OR_MORE),
}
#: Numbers of things, of which there is no half, and which every row has.
_WHOLE = ("places", "points", "surveys", "lists", "draws", "assumptions", "window", "top", "scans", "hidden", "figures")
_WHOLE_RANKS = ("stretch", "rank", "rank_low", "rank_high", "delay", "placebos")
#: What each row has, where a result has the column at all.
_FILLED = (
    *("day", "day_low", "day_high", "from", "to", "at", "as_of", "first_vintage", "last_vintage", "probability"),
    *("reported", "total_to_come", "total_error", "observed", "candidates", "listed", "first", "second", "both"),
    *("once", "twice", "least", "power", "e_value", "composition", "rates", "step", "rho", "total", "rank", "rank_by"),
    *("null_low", "null_high", "odds", "difference"),
)
#: What some row has, where a result has the column at all.
_SOMEWHERE = ("trend", "estimate", "slope", "i", "published", "placebos", "without", "smoothed")
#: What stands below a fraction line, or is a limit of counts.
_ABOVE_ZERO = ("odds", "least", "threshold")
#: Levels of confidence beside that of the limits.
_LEVELS = ("test_level", "outer_level", "likely_level")
#: Indices of concentration (in the column ``index``) that lie between 0 and 1; the others lie above 0.
_INDICES_TO_ONE = frozenset({"gini", "herfindahl"})


def require_numbers(frame: pd.DataFrame) -> None:
    """Hold that the numbers of a result lie where such numbers can lie.

    Raises
    ------
    DataError
        For the first row with a number outside its range, half a thing, half an interval, or limits without a number.
    """
    for column, (least, most) in _ranges(frame).items():
        _require_range(frame, column, least, most)
    for column in (name for name in (*_WHOLE, *_WHOLE_RANKS) if name in frame):
        _require_whole(frame, column)
    for column in (name for name in _ABOVE_ZERO if name in frame):
        amounts = numbers_of(frame, column)
        refuse_row(amounts <= 0, _said(amounts, f": {column} is greater than 0, and here it is"), AS_RETURNED, column)
    for column in (name for name in _LEVELS if name in frame):
        require_levels(frame, column)
    for name, (low, high) in bounded(frame.columns).items():
        if name not in ("value", "day", "drawn"):  # a figure may have a lower end alone, and what a chart draws none
            _require_both_ends(frame, name, low, high)
    _require_there(frame)
    _require_indices(frame)
    _require_places(frame)


def _ranges(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Between which ends the numbers of each column of this result lie."""
    ranges = {column: ends for column, ends in _RANGES.items() if column in frame}
    if {"expected", "observed"} <= set(frame):
        ranges["expected"] = _AMOUNT
    if "estimate" in frame:
        ranges |= _of_estimates(frame)
    if "places" in frame:
        places = float(numbers_of(frame, "places").max())
        ranges |= {column: (1.0, places) for column in ("rank_low", "rank_high", "top") if column in frame}
        if "i" in frame:  # by the norm of weights whose rows sum to 1; of one place, by its own z-score
            reach = places - 1 if "quadrant" in frame else np.sqrt(max(places - 1, 1))
            ranges["i"] = (-reach, reach)
    if "weight" in frame:
        ranges["weight"] = _PROBABILITY
    return ranges


def _of_estimates(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Between which ends an estimate lies, by what it is an estimate of."""
    if "transform" in frame:
        return {"estimate": _PROBABILITY} if frame["transform"].eq("logit").all() else {}
    if {"without", "of"} <= set(frame):
        ends = _CORRELATION if frame["of"].eq("correlate").all() else _AMOUNT
        return dict.fromkeys(("estimate", "without"), ends)
    return {"estimate": _AMOUNT}


def _require_range(frame: pd.DataFrame, column: str, least: float, most: float) -> None:
    where = f"lies between {least:.4g} and {most:.4g}" if most < np.inf else f"is at least {least:g}"
    for name in (column, f"{column}_low", f"{column}_high"):
        if name in frame:
            values = numbers_of(frame, name)
            refuse_row(
                (values < least - SLACK) | (values > most + SLACK),
                _said(values, f": {name} {where}, and here it is"),
                AS_RETURNED,
                name,
            )


def _require_whole(frame: pd.DataFrame, column: str) -> None:
    values = numbers_of(frame, column)
    refuse_row(
        np.abs(values - np.round(values)) > SLACK,
        _said(values, f": {column} is a whole number, and here it is"),
        AS_RETURNED,
        column,
    )
    if column in _WHOLE:
        refuse_row(np.isnan(values), lambda at: f" has no number in {column}", AS_RETURNED, column)


def _require_there(frame: pd.DataFrame) -> None:
    without = frame["verdict"].eq("steady").to_numpy(bool) if "verdict" in frame else np.zeros(len(frame), dtype=bool)
    for column in (name for name in (*_FILLED, *_SOMEWHERE) if name in frame):
        empty = frame[column].isna().to_numpy(bool) & ~without  # a series without a step has no day of one
        refuse_row(
            empty if column in _FILLED else empty & empty.all(),
            lambda at, column=column: f" has nothing in {column}",  # type: ignore[misc]
            AS_RETURNED,
            column,
        )


def _require_both_ends(frame: pd.DataFrame, name: str, low: str, high: str) -> None:
    missing = {column: np.isnan(numbers_of(frame, column)) for column in (name, low, high)}
    # From nothing no ratio is known, but its lower end; a lower end that a formula puts below nothing is withheld.
    alone = () if "ratio" in frame else ((name, low),)
    for one, other in ((high, low), *alone):
        refuse_row(
            missing[one] & ~missing[other],
            lambda at, one=one, other=other: f" has {other}, but no {one}",  # type: ignore[misc]
            AS_RETURNED,
            one,
        )


def _require_indices(frame: pd.DataFrame) -> None:
    """Hold that indices of concentration, and their limits, lie where such an index can lie."""
    if "index" not in frame or "low" not in frame:
        return
    names = frame["index"].astype(str)
    to_one = names.isin(_INDICES_TO_ONE) | names.str.startswith("top_") | names.str.endswith("_share")
    most = np.where(to_one, 1.0, np.inf)
    for column in (name for name in ("value", "low", "high", "published") if name in frame):
        values = numbers_of(frame, column)
        refuse_row(
            (values < -SLACK) | (values > most + SLACK),
            lambda at, values=values: (  # type: ignore[misc]
                f": {names.iloc[at]} lies between 0 and {most[at]:g}, not at {values[at]:.4g}"
            ),
            AS_RETURNED,
            column,
        )


def _require_places(frame: pd.DataFrame) -> None:
    """Hold that a correlation is of as many places as it needs."""
    if "places" in frame and ("rho" in frame or "without" in frame):
        places = numbers_of(frame, "places")
        refuse_row(
            places < LEAST_PLACES,
            _said(places, f": this needs {LEAST_PLACES} places, and here there are"),
            AS_RETURNED,
            "places",
        )


def _said(values: _Numbers, text: str) -> Callable[[int], str]:
    """What is told of the row at a position: a text and its number."""
    return lambda at: f"{text} {values[at]:.4g}"
