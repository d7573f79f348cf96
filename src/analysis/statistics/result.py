"""What every result of statistics is: a plain frame whose columns say what its numbers mean.

Meaning stands in columns, so that a result may be merged, grouped, written and read back. ``attrs`` hold only what can
be lost without a wrong word: the parameters for the record, citations, warnings, the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, shown

if TYPE_CHECKING:
    import pandas as pd

#: What was counted, by whom: carried on from the input where it is one for all rows.
_CARRIED = ("measure", "asset", "survey", "series")


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
            f"the rows differ in {column}: {shown(there[0])} and {shown(there[1])}",
            remedy="pass the rows of one result, or choose one of them",
            column=column,
        )
    return there[0] if len(there) else None


def rows_told(frame: pd.DataFrame, rows: Any, what: str) -> pd.DataFrame:
    """Return the rows of a result that its sentence tells of.

    Raises
    ------
    DataError
        If they are gone; ``what`` says which they were.
    """
    if (found := frame[rows]).empty:
        raise DataError(f"the result has lost {what}", remedy="pass it as the function returned it")
    return found


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
