"""Counts as they are given: numbers, quantities, rows or tables."""

from __future__ import annotations

import pandas as pd

from ...errors import DataError
from ...frames import plain


def figures_of(given: object, name: str) -> pd.DataFrame:
    """A number, quantity, row or table as a table with ``value, low, high``."""
    if isinstance(given, pd.DataFrame) or hasattr(given, "__arrow_c_stream__"):
        table = plain(given, name)
        if table.empty:
            raise DataError(f"{name} has no rows", remedy="choose figures that were published")
        return table
    if isinstance(given, pd.Series):
        return given.to_frame().T.reset_index(drop=True)
    ends = [getattr(given, end, given) for end in ("value", "low", "high")]
    return pd.DataFrame([[number_of(end, name) for end in ends]], columns=["value", "low", "high"])


def number_of(given: object, name: str) -> float:
    """A single number, or a refusal that says what it was to be."""
    try:
        return float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise DataError(
            f"{given!r} is not a number that could be {name}",
            remedy="give a number, a quantity, or figures with value, low, high",
        ) from None
