"""What every result of statistics is: a plain frame whose columns say what its numbers mean.

Meaning stands in columns, so that a result may be merged, grouped, written and read back. ``attrs`` hold only what can
be lost without a wrong word: the parameters for the record, citations, warnings, the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import numbers_of, plain

#: What the limits of a result may be limits of.
LIMITS_OF = ("rounding", "chance", "both", "exact")
#: What was counted, by whom: carried on from the input where it is one for all rows.
_CARRIED = ("measure", "asset", "survey", "series")
#: How far rounding in a file may push a value beyond its own limits, relative to them.
_SLACK = 1e-9
#: So many times what it should be, a rate is one per something else.
_ANOTHER = 2
#: Columns that hold a part over its whole.
_SHARES = frozenset({"share", "share_a", "share_b", "place_share", "count_share"})


@dataclass(frozen=True)
class Record:
    """How a result was made: what may be lost on its way without a wrong word."""

    seed: int | None = None
    """Of random numbers."""
    warnings: Iterable[str] = ()
    """What a reader must know, in whole English sentences."""
    missing: Iterable[str] = ()
    """``iso3`` of places that could not be counted in, for instance without a denominator."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Everything else that was chosen."""


def result(
    frame: pd.DataFrame,
    statistic: str,
    *,
    of: pd.DataFrame,
    method: str,
    level: float | None = None,
    limits: str | Iterable[str | None] | None = None,
    occurrence: str | Iterable[str] | None = None,
    record: Record | None = None,
) -> pd.DataFrame:
    """Return the frame with the columns that say what it means, and a record in ``attrs`` of how it was made.

    Parameters
    ----------
    frame
        The numbers.
    statistic
        The file and function that made it (``rates.rates``), written to the column ``statistic``. `describe` asks the
        ``facts`` of that file for the case and the parts of the sentence.
    of
        The frame it was made from: gives what was counted and by whom, and its own warnings.
    method, level
        As used; written to columns of those names unless the frame has its own.
    limits
        What the limits are limits of, for all rows or one word a row: ``rounding``, ``chance``, ``both``, ``exact``;
        written to the column ``limits``. None where the result has no limits, or the frame has the column.
    occurrence
        How the things come, as `uncertainty.occurrence_of` says; written to the column ``occurrence``.
    record
        What of it may be lost without a wrong word; written to ``attrs``.
    """
    record = record or Record()
    columns = {name: of[name].iloc[0] for name in _CARRIED if name not in frame and _one(of, name)}
    if not any(str(name) == "method" or str(name).endswith("_method") for name in frame.columns):
        columns["method"] = method
    if "level" not in frame:
        columns["level"] = np.nan if level is None else level
    if limits is not None:
        columns["limits"] = limits if isinstance(limits, str) else list(limits)
    if occurrence is not None:
        columns["occurrence"] = occurrence if isinstance(occurrence, str) else list(occurrence)
    frame = frame.drop(columns=[name for name in ("statistic", *columns) if name in frame])
    frame = frame.assign(**columns, statistic=statistic)
    frame.attrs = {
        "statistic": statistic,
        "method": method,
        "level": level,
        "limits": _of_all(frame),
        "seed": record.seed,
        "sources": _named(of, "source"),
        "surveys": _named(of, "survey"),
        "measures": _named(of, "measure"),
        "warnings": list(dict.fromkeys([*warnings_of(of), *record.warnings])),
        "missing": list(record.missing),
        "parameters": dict(record.parameters),
    }
    return frame


def warnings_of(*frames: pd.DataFrame) -> list[str]:
    """Return what was to be known about the frames that a result is made from; a frame from elsewhere says nothing."""
    return [text for frame in frames for text in frame.attrs.get("warnings", ())]


def told(frame: Any) -> pd.DataFrame:
    """Return a result that has come back from its reader's hands, if its columns still hold what they mean.

    Parameters
    ----------
    frame
        A result of `analysis.statistics`, as it was made or merged, filtered, written and read since.

    Raises
    ------
    DataError
        If the frame is empty; if a value lies outside its own limits; if limits stand without the word of what they
        are limits of; if ``limits``, ``level``, ``rate_per``, ``rate_scale`` or a share hold what they cannot; if a
        rate is not its count over its denominator.
    """
    frame = plain(frame, "the result")
    if frame.empty:
        raise DataError("the result has no rows", remedy="pass the result as the function returned it")
    _checked_level(frame)
    bounded = _bounded(frame)
    if bounded:
        _checked_word(frame, [low for low, _ in bounded.values()])
    for name, (low, high) in bounded.items():
        _checked_inside(frame, name, low, high)
    _checked_rates(frame)
    for column in (one for one in frame.columns if one in _SHARES):
        _checked_share(frame, column)
    return frame


def only(frame: pd.DataFrame, column: str) -> Any:
    """Return the one value that a column has in all rows, or None if there is no such column or value.

    Raises
    ------
    DataError
        If it differs between rows.
    """
    if column not in frame:
        return None
    there = frame[column].dropna().unique()
    if len(there) > 1:
        raise DataError(
            f"the rows differ in {column}: {there[0]} and {there[1]}",
            remedy="pass the rows of one result, or choose one of them",
            column=column,
        )
    return there[0] if len(there) else None


def needed(frame: pd.DataFrame, column: str, remedy: str) -> Any:
    """Return the one value of a column that a sentence cannot do without.

    Raises
    ------
    DataError
        If the column is missing, empty, or differs between rows; the remedy says how to fill it.
    """
    found = only(frame, column)
    if found is None:
        raise DataError(f"the result has no column {column!r}", remedy=remedy, column=column)
    return found


def _bounded(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The columns that have limits, with the columns of these."""
    found = {
        name: (f"{name}_low", f"{name}_high")
        for name in map(str, frame.columns)
        if f"{name}_low" in frame and f"{name}_high" in frame
    }
    if {"value", "low", "high"} <= set(frame.columns):
        found["value"] = ("low", "high")
    return found


def _refuse(wrong: Any, said: Callable[[int], str], remedy: str, column: str) -> None:
    """DataError for the first row that is wrong, if any is; ``said`` tells of the row at a position."""
    if (rows := np.flatnonzero(wrong)).size:
        at = int(rows[0])
        raise DataError(f"row {at + 1}{said(at)}", remedy=remedy, column=column, row=at + 1)


def _checked_level(frame: pd.DataFrame) -> None:
    if "level" not in frame:
        return
    levels = numbers_of(frame, "level")
    _refuse(
        (levels <= 0) | (levels >= 1),
        lambda at: f": a level lies between 0 and 1, not at {levels[at]:g}",
        "write 0.95 for 95 %, or pass the result as the function returned it",
        "level",
    )


def _checked_rates(frame: pd.DataFrame) -> None:
    """Hold that every rate says per what it is, and is its count over its denominator."""
    if "rate_per" in frame and not pd.api.types.is_string_dtype(frame["rate_per"].dropna().astype(object)):
        raise DataError(
            "rate_per holds numbers, not the id of a denominator",
            remedy="pass the result as the function returned it",
            column="rate_per",
        )
    if "rate" not in frame:
        return
    rates = numbers_of(frame, "rate")
    if "rate_per" in frame and frame["rate_per"].notna().any():
        silent = frame["rate_per"].isna() & ~np.isnan(rates)
        _refuse(silent, lambda at: " has a rate, but nothing says per what", "fill rate_per", "rate_per")
    if not {"value", "denominator", "rate_scale"} <= set(frame):
        return
    value, size, scale = (numbers_of(frame, column) for column in ("value", "denominator", "rate_scale"))
    with np.errstate(divide="ignore", invalid="ignore"):
        times = rates / (value / size * scale)
    # Rates that a reader has rounded are near enough; those of another unit or denominator are not.
    _refuse(
        (times > _ANOTHER) | (times * _ANOTHER < 1) & (rates > 0),
        lambda at: f": the rate {rates[at]:.4g} is not its count over its denominator times rate_scale",
        "compute the rates again instead of changing their numbers or their unit",
        "rate",
    )


def _checked_share(frame: pd.DataFrame, column: str) -> None:
    shares = numbers_of(frame, column)
    _refuse(
        (shares < -_SLACK) | (shares > 1 + _SLACK),
        lambda at: f": {column} is a share and lies between 0 and 1, not at {shares[at]:.4g}",
        "pass the result as the function returned it",
        column,
    )


def _checked_word(frame: pd.DataFrame, columns: list[str]) -> None:
    if "limits" not in frame:
        raise DataError(
            f"nothing says what {columns[0]} is a limit of",
            remedy="keep the column 'limits', or fill it with rounding, chance, both or exact",
            column="limits",
        )
    # Printed figures that a result carries along (low, high) have limits of their own.
    if own := [one for one in columns if one != "low"]:
        _refuse(
            frame[own].notna().all(axis=1) & frame["limits"].isna(),
            lambda at: f": nothing says what {own[0]} is a limit of",
            "fill the column 'limits' with rounding, chance, both or exact",
            "limits",
        )
    for word in frame["limits"].dropna().unique():
        if word not in LIMITS_OF:
            raise DataError(
                f"limits are of {', '.join(LIMITS_OF)}, not {word!r}",
                remedy="pass the result as the function returned it",
                column="limits",
            )


def _checked_inside(frame: pd.DataFrame, name: str, low: str, high: str) -> None:
    if name == "day":  # dates, which a CSV gives back as text
        return
    value, least, most = (numbers_of(frame, column) for column in (name, low, high))
    room = np.where(np.isfinite(value), _SLACK * np.abs(value), 0.0)
    _refuse(
        (value + room < least) | (value - room > most),
        lambda at: f": {name} {value[at]:.4g} lies outside its own limits {least[at]:.4g} to {most[at]:.4g}",
        "compute the result again instead of changing its numbers",
        name,
    )


def _of_all(frame: pd.DataFrame) -> str | None:
    """What the limits of all rows are limits of, for the record; None where rows differ or there are none."""
    words = frame["limits"].dropna().unique() if "limits" in frame else []
    return str(words[0]) if len(words) == 1 else None


def _one(frame: pd.DataFrame, column: str) -> bool:
    return column in frame and frame[column].notna().all() and frame[column].nunique() == 1


def _named(frame: pd.DataFrame, column: str) -> list[str]:
    if column in frame:
        return sorted(frame[column].dropna().astype(str).unique())
    return list(frame.attrs.get(f"{column}s", ()))
