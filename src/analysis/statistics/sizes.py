"""The denominators of counts: looked up by place and year, or a column of the table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import DataError
from ..figures.denominators import denominator
from ..figures.measures import measures
from ..frames import numbers_of
from ..language import intervals


def sized(frame: pd.DataFrame, per: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The frame with the denominator of each row, the places that have none, and what must be said about it.

    Parameters
    ----------
    frame
        What `uncertainty.checked_counts` returned.
    per
        As for `rates.rates`.

    Returns
    -------
    tuple
        A copy with ``denominator, denominator_year`` (and ``denominator_low, denominator_high``); the ``iso3`` (else
        the names) of rows without one; warnings.

    Raises
    ------
    DataError
        For a denominator that is not a number, not positive, infinite or outside its limits, an unknown one, or a
        measure that is already a ratio.
    """
    _refuse_ratios(frame)
    # A place without a rate has none in either column.
    if {"rate_per", "rate"} <= set(frame) and np.array_equal(frame["value"], numbers_of(frame, "rate"), equal_nan=True):
        raise DataError(
            "the column 'rate' is a rate already, not a count", remedy="take the column of the counts", column="rate"
        )
    if per in ("value", "low", "high"):
        raise DataError(
            f"the column {per!r} is the count, not what it is counted in",
            remedy="name another column in per",
            column=per,
        )
    found, warnings = (_of_column(frame, per), []) if per in frame else _looked_up(frame, per)
    for column in ("denominator", "denominator_low", "denominator_high"):
        if column in found:
            numbers = found[column].to_numpy(float)
            if (wrong := (numbers <= 0) | np.isinf(numbers)).any():
                row = int(wrong.argmax()) + 1
                raise DataError(
                    f"row {row}: a denominator is not positive and finite: {numbers[row - 1]:g}",
                    remedy="correct it or leave it empty",
                    column=per,
                    row=row,
                )
    return found, _names(frame, found["denominator"].isna()), warnings


def span_of(found: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The least and the most that each denominator of `sized` may be."""
    if "denominator_low" in found:
        return found["denominator_low"], found["denominator_high"]
    return found["denominator"], found["denominator"]


def year_of(frame: pd.DataFrame) -> pd.Series:
    """The year that each count is of: as given, else of the end of the scan, else of the publication."""
    years = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    for column in ("year", "scan_to", "published"):
        if column in frame:
            found = frame[column].astype("str").str.extract(r"^(\d{4})(?!\d)", expand=False)
            years = years.fillna(pd.to_numeric(found).astype("Int64"))
    if years.isna().all():
        raise DataError("no row says what year it is of", remedy="add the column year (or scan_to)", column="year")
    return years


def _refuse_ratios(frame: pd.DataFrame) -> None:
    """Refuse measures that are shares, prices or averages: they have their own denominator already."""
    known = measures()
    for measure in frame["measure"].dropna().unique() if "measure" in frame else ():
        if measure in known.index and known.at[measure, "kind"] != "count":
            raise DataError(
                f"{measure!r} is already a ratio; a rate needs a count",
                remedy="choose a measure of kind count",
                column="measure",
            )


def _of_column(frame: pd.DataFrame, per: str) -> pd.DataFrame:
    found = frame.assign(denominator=numbers_of(frame, per), denominator_year=pd.NA)
    low, high = f"{per}_low", f"{per}_high"
    if low in frame and high in frame:
        found["denominator_low"], found["denominator_high"] = numbers_of(frame, low), numbers_of(frame, high)
        inside = found["denominator"].between(found["denominator_low"], found["denominator_high"])
        if (outside := (~inside & found["denominator"].notna()).to_numpy()).any():
            row = int(outside.argmax()) + 1
            raise DataError(
                f"row {row}: a denominator is outside its interval",
                remedy="correct its low or high end",
                column=per,
                row=row,
            )
    return found


def _looked_up(frame: pd.DataFrame, per: str) -> tuple[pd.DataFrame, list[str]]:
    if "iso3" not in frame:
        raise DataError(
            f"the table has no column {per!r} and no iso3 to look a denominator up by",
            remedy="add one of them",
            column=per,
        )
    year = year_of(frame)
    sought = denominator(frame["iso3"], year, per, nearest=True)
    found = frame.assign(
        denominator=sought["denominator"].to_numpy(float), denominator_year=sought["denominator_year"].to_numpy()
    )
    other = sought["denominator_year"].ne(year).fillna(False) & sought["denominator"].notna()
    if not other.any():
        return found, []
    years = sorted({int(one) for one in sought.loc[other, "denominator_year"]})
    span = intervals.between(str(years[0]), str(years[-1]))
    return found, [
        f"The denominator of {int(other.sum())} rows is of the nearest year known ({span}), not of the count's."
    ]


def per_what(per: str, scale: float) -> dict[str, object]:
    """The columns that say per what a rate is."""
    if not scale > 0 or scale == float("inf"):
        raise DataError("scale is a finite number above zero", remedy="say for instance scale=1e6", scale=scale)
    return {"rate_per": per, "rate_scale": float(scale)}


def _names(frame: pd.DataFrame, which: pd.Series) -> list[str]:
    """What to call some rows: the code, else the name, else the number of the row."""
    names = [frame[column] for column in ("iso3", "place", "country") if column in frame]
    return [
        next((name.iloc[at] for name in names if isinstance(name.iloc[at], str)), f"row {at + 1}")
        for at in which.to_numpy().nonzero()[0].tolist()
    ]
