"""The parts of a result that has come back: ratios, differences and sums are those of the numbers beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..frames import numbers_of
from ..meaning import AS_RETURNED, SLACK, refuse_row

_AGAIN = "compute the result again instead of changing its numbers"
_Numbers: TypeAlias = NDArray[np.float64]
#: A number and the two whose quotient it is.
_QUOTIENTS = {
    "ratio": (
        *(("value_after", "value_before"), ("mean_after", "mean_before"), ("observed", "expected")),
        *(("rate_a", "rate_b"), ("share_a", "share_b")),
    ),
    "share": (("numerator", "denominator"), ("found", "listed"), ("found", "figures")),
    "change": (("difference", "first_count"), ("difference", "value_before")),
}
#: A number and the two whose difference it is.
_DIFFERENCES = {
    "difference": (
        *(("share_a", "share_b"), ("rate_a", "rate_b"), ("value_after", "value_before")),
        *(("mean_after", "mean_before"), ("last_count", "first_count")),
    ),
    "change": (("rate_after", "rate_before"),),
    "to_come": (("final", "reported"),),
}
#: A part and the whole that it does not exceed.
_WHOLES = (("found", "listed"), ("once", "seen"), ("twice", "seen"), ("seen", "estimate"))
#: So much of it, or so much in all, a number may differ from what it is computed of: a reader may have rounded.
_ROUNDED, _ROUNDED_BY = 0.25, 0.05
#: So much of the largest of them a sum or a difference may differ from its parts.
_OF_LARGEST = 0.02


def require_parts(frame: pd.DataFrame) -> None:
    """Hold that what a result computes of other columns still is what they give.

    Raises
    ------
    DataError
        For the first row whose ratio, difference or sum is not that of the numbers beside it, or whose part exceeds
        its whole.
    """
    for column, pairs in _QUOTIENTS.items():
        for above, below in pairs:
            _require_computed(frame, column, above, below, np.divide)
    for column, pairs in _DIFFERENCES.items():
        for one, other in pairs:
            _require_computed(frame, column, one, other, np.subtract)
    for part, whole in _WHOLES:
        _require_within(frame, part, whole)
    for needed, require in _OWN.items():
        if needed <= set(frame):
            require(frame)


def _require_computed(frame: pd.DataFrame, column: str, one: str, other: str, made: np.ufunc) -> None:
    """Hold that a column is the quotient or the difference of two others, as far as a reader's rounding allows."""
    if not {column, one, other} <= set(frame):
        return
    found, first, second = (numbers_of(frame, name) for name in (column, one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        should = made(first, second)
        room = np.maximum(_ROUNDED * np.abs(should), _ROUNDED_BY)
        if made is np.subtract:
            room = np.maximum(room, _OF_LARGEST * np.maximum(np.abs(first), np.abs(second)))
        far = np.abs(found - should) > room
        far |= np.isinf(should)
    how = "over" if made is np.divide else "less"
    refuse_row(
        far & np.isfinite(found) & ~np.isnan(should),
        lambda at: f": the {column} {found[at]:.4g} is not {one} {how} {other}",
        _AGAIN,
        column,
    )


def require_sum(frame: pd.DataFrame, column: str, parts: Iterable[Any], named: str) -> None:
    """Hold that a column is what its parts give together, as far as a reader's rounding allows.

    Raises
    ------
    DataError
        For the first row in which it is not; ``named`` says what gives it.
    """
    found, each = numbers_of(frame, column), np.array(list(parts), dtype=float)
    sums, largest = each.sum(axis=0), np.abs([found, *each]).max(axis=0)
    refuse_row(
        np.abs(found - sums) > _OF_LARGEST * largest + SLACK,
        lambda at: f": the {column} {found[at]:.4g} is not what {named} give, {sums[at]:.4g}",
        _AGAIN,
        column,
    )


def _require_within(frame: pd.DataFrame, part: str, whole: str) -> None:
    if not {part, whole} <= set(frame) or "index" in frame:
        return
    if any(pd.api.types.is_bool_dtype(frame[name]) for name in (part, whole)):
        return
    some, every = numbers_of(frame, part), numbers_of(frame, whole)
    refuse_row(
        some > every * (1 + _OF_LARGEST) + 1,
        lambda at: f": {part} {some[at]:.4g} is more than {whole}, {every[at]:.4g}",
        AS_RETURNED,
        whole,
    )


def _two_lists(frame: pd.DataFrame) -> None:
    first, second, both, seen = (numbers_of(frame, name) for name in ("first", "second", "both", "seen"))
    refuse_row(
        (both > np.minimum(first, second)) | (np.abs(first + second - both - seen) > 1),
        lambda at: f": {seen[at]:g} seen are not {first[at]:g} and {second[at]:g} less {both[at]:g} on both lists",
        AS_RETURNED,
        "seen",
    )


def _theil(frame: pd.DataFrame) -> None:
    """Hold that inequality between and within groups makes that of all."""
    names = ["theil", "theil_between", "theil_within"]
    if set(names) <= set(frame["index"]) and not frame["index"].duplicated().any():
        value = pd.Series(numbers_of(frame, "value"), index=frame["index"])
        whole = frame[frame["index"] == "theil"]
        parts = [[value["theil_between"]], [value["theil_within"]]]
        require_sum(whole, "value", parts, "theil_between and theil_within")


def _decomposed(frame: pd.DataFrame) -> None:
    """Hold that trend, season and rest make the number that they are parts of."""
    for value in frame["value_of"].dropna().unique():
        rows = frame[frame["value_of"] == value]
        parts = np.stack([numbers_of(rows, part) for part in ("trend", "season", "rest")])
        product = rows["combined"].eq("product").to_numpy(bool)
        if value in frame:
            made = np.where(product, [parts.prod(axis=0), 0 * parts[0], 0 * parts[0]], parts)
            require_sum(rows, value, made, "trend, season and rest")


def _step(frame: pd.DataFrame) -> None:
    _require_computed(frame, "step", "after", "before", np.subtract)
    _require_computed(frame, "ratio", "after", "before", np.divide)


def _shift(frame: pd.DataFrame) -> None:
    made = np.subtract if frame["of"].eq("correlate").all() else np.divide
    _require_computed(frame, "shift", "without", "estimate", made)


#: What is computed in a way of its own, by the columns that it needs.
_OWN: dict[frozenset[str], Callable[[pd.DataFrame], None]] = {
    frozenset({"first", "second", "both", "seen"}): _two_lists,
    frozenset({"index", "value", "by"}): _theil,
    frozenset({"trend", "season", "rest", "value_of", "combined"}): _decomposed,
    frozenset({"before", "after", "step", "ratio"}): _step,
    frozenset({"without", "estimate", "shift", "of"}): _shift,
}
