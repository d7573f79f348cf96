"""Whether the numbers of a table still agree with the columns that say what they mean: limits, level, unit.

The one door for results, charts and tables that have come back from a reader's hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

from .errors import DataError, NotComparableError, shown
from .frames import numbers_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: What limits may be limits of.
LIMITS_OF = ("rounding", "chance", "both", "exact")
#: Limits that hold at a level of confidence; the others hold with certainty.
OF_CHANCE = ("chance", "both")
#: How far rounding in a file may push a value beyond its own limits, relative to it.
SLACK = 1e-9
#: What to do where a result was changed.
AS_RETURNED = "pass the result as the function returned it"
#: The columns that say per what a rate is, and what it means that they differ.
_UNITS = {"rate_per": "per different things", "rate_scale": "per different numbers of them"}


def checked_level(level: float) -> float:
    """Return the confidence level, if it is one.

    Raises
    ------
    DataError
        If it does not lie between 0 and 1.

    Examples
    --------
    >>> checked_level(0.95)
    0.95
    """
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < level < 1:
        raise DataError(
            f"a confidence level lies between 0 and 1, not at {shown(level)}",
            remedy="write for instance 0.95 for 95 %",
            level=level,
        )
    return float(level)


def bounded(columns: Iterable[object]) -> dict[str, tuple[str, str]]:
    """The columns that are a number with its limits, and the columns of these.

    Examples
    --------
    >>> bounded(["iso3", "value", "low", "high", "rate", "rate_low", "rate_high"])
    {'value': ('low', 'high'), 'rate': ('rate_low', 'rate_high')}
    """
    names = list(map(str, columns))
    ends = {name: ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high") for name in names}
    return {name: end for name, end in ends.items() if set(end) <= set(names)}


def require_inside(frame: pd.DataFrame, name: str, low: str, high: str) -> None:
    """DataError for the first row whose number lies outside its own limits."""
    import numpy as np

    if name == "day":  # dates, which a CSV gives back as text
        return
    value, least, most = (numbers_of(frame, column) for column in (name, low, high))
    room = np.where(np.isfinite(value), SLACK * np.abs(value), 0.0)
    refuse_row(
        (value + room < least) | (value - room > most),
        lambda at: f": {name} {value[at]:.4g} lies outside its own limits {least[at]:.4g} to {most[at]:.4g}",
        "compute it again instead of changing its numbers, or drop the limits",
        name,
    )


def require_limits(frame: pd.DataFrame, pairs: Iterable[tuple[str, str]]) -> None:
    """Hold that limits say what they are limits of, and those of chance at which level, which is one for all rows.

    Raises
    ------
    DataError
        If ``limits`` is missing, empty beside a limit, or no word of ours; if ``level`` is none, differs between rows,
        is missing where limits are of chance, or stands where they are of rounding, which holds with certainty.
    """
    import numpy as np

    # Printed figures that a result carries along (low, high) have limits of their own; those of an index are its own.
    pairs = list(pairs)
    levels = require_levels(frame, "level")
    if not pairs:  # a column of that name is the reader's own
        return
    own = [pair for pair in pairs if pair[0] != "low" or "index" in frame]
    if "limits" not in frame:
        if frame[[end for pair in pairs for end in pair]].isna().to_numpy().all():
            return
        raise DataError(
            f"nothing says what {(own or pairs)[0][0]} is a limit of",
            remedy="keep the column 'limits', or fill it with rounding, chance, both or exact",
            column="limits",
        )
    bare = frame["limits"].isna().to_numpy(bool)
    ends = [end for pair in own for end in pair]
    limited = frame[ends].notna().all(axis=1).to_numpy(bool) & bool(ends)
    refuse_row(
        limited & bare,
        lambda at: f": nothing says what {ends[0]} is a limit of",
        "fill the column 'limits' with rounding, chance, both or exact",
        "limits",
    )
    for word in frame["limits"].dropna().unique():
        if word not in LIMITS_OF:
            raise DataError(
                f"limits are of {', '.join(LIMITS_OF)}, not {shown(word)}", remedy=AS_RETURNED, column="limits"
            )
    _require_one_level(levels)
    by_chance = _require_certainty(frame, levels)
    refuse_row(
        limited & by_chance & np.isnan(levels),
        lambda at: f": nothing says at which level {ends[0]} is a limit of {_word(frame, at)}",
        "keep the column level (0.95 for 95 %)",
        "level",
    )


def require_levels(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """The level of confidence of each row, missing where there is none; DataError for one that cannot be."""
    import numpy as np

    if column not in frame:
        return np.full(len(frame), np.nan)
    levels = numbers_of(frame, column)
    refuse_row(
        (levels <= 0) | (levels >= 1),
        lambda at: f": a level lies between 0 and 1, not at {levels[at]:g}",
        f"write 0.95 for 95 %, or {AS_RETURNED}",
        column,
    )
    return levels


def require_one_unit(frame: pd.DataFrame) -> None:
    """Refuse rates per different things, or per different numbers of them, that would stand side by side.

    Raises
    ------
    NotComparableError
        With both.
    """
    for column, what in _UNITS.items():
        there = frame[column].dropna().unique() if column in frame else ()
        if len(there) > 1:
            first, second = map(shown, there[:2])
            raise NotComparableError(
                f"the rates are {what}: {first} and {second}",
                remedy="compute them all with one per= and one scale=",
                column=column,
            )


def require_told_apart(frame: pd.DataFrame, written: Iterable[object]) -> None:
    """Hold that a table may be written out: what differs between its rows stands in one of the columns written.

    Parameters
    ----------
    frame
        The table.
    written
        The columns that its reader will see.

    Raises
    ------
    DataError
        If a number lies outside its own limits, limits hold at a level that they cannot have, or at several and
        ``level`` is not written.
    NotComparableError
        If rates are per different things or numbers of them, and ``rate_per`` or ``rate_scale`` is not written.
    """
    from pandas.api.types import is_numeric_dtype

    written = list(map(str, written))
    for name, ends in bounded(written).items():
        if all(is_numeric_dtype(frame[column]) for column in (name, *ends)):
            require_inside(frame, name, *ends)
    if not bounded(written) and "rate" not in written:
        return
    if {"limits", "level"} <= set(frame):
        levels = require_levels(frame, "level")
        _require_certainty(frame, levels)
        if "level" not in written:
            _require_one_level(levels)
    if "rate" in written:
        require_one_unit(frame.drop(columns=[column for column in _UNITS if column in written]))


def refuse_row(wrong: Any, said: Callable[[int], str], remedy: str, column: str) -> None:
    """DataError for the first row that is wrong, if any is; ``said`` tells of the row at a position."""
    import numpy as np

    if (rows := np.flatnonzero(wrong)).size:
        at = int(rows[0])
        raise DataError(f"row {at + 1}{said(at)}", remedy=remedy, column=column, row=at + 1)


def _require_certainty(frame: pd.DataFrame, levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows have limits of chance; DataError for a level where limits are of rounding."""
    import numpy as np

    by_chance = frame["limits"].isin(OF_CHANCE).to_numpy(bool)
    refuse_row(
        frame["limits"].notna().to_numpy(bool) & ~by_chance & ~np.isnan(levels),
        lambda at: f": limits of {_word(frame, at)} hold with certainty, and level says {levels[at]:g}",
        "say in the column limits that they are of chance, or empty the level",
        "level",
    )
    return by_chance


def _require_one_level(levels: Any) -> None:
    """DataError for a row whose limits hold at another level than those of an earlier row."""
    import numpy as np

    there = levels[~np.isnan(levels)]
    refuse_row(
        ~np.isnan(levels) & (levels != there[0]) if there.size else [],
        lambda at: f": its limits hold at the level {levels[at]:g}, those of an earlier row at {there[0]:g}",
        "compute all rows with one level=",
        "level",
    )


def _word(frame: pd.DataFrame, at: int) -> str:
    word = frame["limits"].iloc[at]
    return "exact counts" if word == "exact" else "rounding and chance" if word == "both" else str(word)
