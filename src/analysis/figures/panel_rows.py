"""Checks of incoming panels: the columns by which figures are ranked exist and hold what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import DataError, shown
from ..frames import numbers_of, plain
from ..meaning import require_inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_TEXTS = ("survey", "place_id", "iso3", "measure", "sense", "asset", "scan_from", "scan_to", "source", "tier")
_NUMBERS = ("value", "low", "high", "digits")
_MAY_BE_MISSING = ("published", "qualifier", "meant", "meant_place")


def checked_panel(panel: Any) -> pd.DataFrame:
    """Return the rows of a panel as a plain frame whose numbers are numbers and whose words are words.

    Parameters
    ----------
    panel
        Rows of :func:`analysis.panel`, or any table with its columns.

    Raises
    ------
    DataError
        If it lacks a column, or a cell cannot be what its column says; the error names both.

    Examples
    --------
    >>> import analysis as ex
    >>> len(checked_panel(ex.panel(surveys=["greenbone-2019-09"]).head(3)))
    3
    """
    frame = with_columns(panel, (*_TEXTS, *_NUMBERS, *_MAY_BE_MISSING))
    counts = {column: numbers_of(frame, column) for column in _NUMBERS}
    for column in ("value", "low", "high"):
        for row, number in enumerate(counts[column], 1):
            if number < 0 or number == float("inf"):
                raise DataError(
                    f"row {row}: {column} is {number:g}, which is not a count",
                    remedy="correct the figure, or leave the row out",
                    column=column,
                    row=row,
                )
    require_inside(frame.assign(**counts), "value", "low", "high")
    require_texts(frame, _TEXTS, may_lack=True)
    return frame.assign(**counts)


def with_columns(panel: Any, columns: Iterable[str]) -> pd.DataFrame:
    """Return the panel as a plain frame, if it has the columns; DataError for the first that is missing."""
    frame = plain(panel, "the panel")
    for column in columns:
        if column not in frame:
            raise DataError(
                f"the panel has no column {column!r}", remedy="take rows of ex.panel() with its columns", column=column
            )
    return frame


def require_texts(frame: pd.DataFrame, columns: Iterable[str], *, may_lack: bool) -> None:
    """DataError for the first cell that is not text, nor missing where it may be."""
    for column in columns:
        for row, cell in enumerate(frame[column], 1):
            if not isinstance(cell, str) and not (may_lack and (cell != cell or cell is None)):
                raise DataError(
                    f"row {row}: {column} holds {shown(cell)}, which is not text",
                    remedy=f"fill {column} as ex.panel() does",
                    column=column,
                    row=row,
                )
