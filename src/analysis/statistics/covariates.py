"""Places with what may be associated: exposure, covariates of the reference data, and who lacks one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..figures.denominators import covariate, denominator
from ..frames import numbers_of
from ..language import intervals, prose
from ..language.plurals import Counted
from .comparable_places import compared, named
from .sizes import sized, span_of, year_of
from .uncertainty import checked_counts

#: What every result of this file says first (Robinson 1950; Greenland & Robins 1994).
ECOLOGICAL = (
    "Countries are compared here, not people, hospitals or servers: what goes together among countries need "
    "not do so within "
    "them, and neither is the cause of the other by that (ecological inference)."
)

#: Fewer places than this say nothing about an association, whatever the numbers.
LEAST_PLACES = 8


@dataclass(frozen=True)
class Prepared:
    """Places that have all that is asked for: exposure with its rounding, covariates in steps, what was left out."""

    rows: pd.DataFrame
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    counts: np.ndarray
    sizes: np.ndarray
    x: np.ndarray
    steps: list[float]
    missing: list[str]
    warnings: list[str]

    def limits_word(self, limits: str | None) -> str:
        """What limits made of these places are limits of; rounding is none where all figures are exact."""
        exact = bool((self.low == self.high).all())
        if limits == "rounding":
            return "exact" if exact else "rounding"
        return "chance" if exact or limits == "chance" else "both"

    def only(self, kept: np.ndarray) -> Prepared:
        """The same for some of the places."""
        return replace(
            self,
            rows=self.rows.iloc[kept],
            **{name: getattr(self, name)[kept] for name in ("y", "low", "high", "counts", "sizes", "x")},
        )


def prepared(
    frame: Any, covariates: list[str], value: str, per: str | None, step: str = "unit", least_places: int = LEAST_PLACES
) -> Prepared:
    """The places of a table that have a size and every covariate; the others are named.

    What is compared are the counts of the column ``value`` over ``per``, or the counts themselves without ``per``.
    """
    if len(set(covariates)) < len(covariates):
        raise DataError("a covariate is named twice", remedy="name each once")
    rows, warnings = compared(checked_counts(frame, value=value))
    size = pd.Series(1.0, index=rows.index)
    least = most = size
    if per is not None:
        found, _, said = sized(rows, per)
        warnings, size = [*warnings, *said], found["denominator"]
        least, most = span_of(found)
    table = pd.DataFrame(index=rows.index)
    for name in covariates:
        table[name], said = covariate_of(rows, name)
        warnings += said
    known = (size.notna() & table.notna().all(axis=1)).to_numpy()
    missing = [named(row) for _, row in rows[~known].iterrows()]
    if missing:
        lacking = [*[str(per)] * bool(size.isna().any()), *table.columns[table.isna().any()]]
        warnings.append(f"Left out, without {prose.listed(lacking, 'en')}: {', '.join(missing)}.")
    rows, size, least, most, table = (one[known] for one in (rows, size, least, most, table))
    if len(rows) < least_places:
        raise DataError(
            f"{Counted(len(rows), 'en'):1 place has|{len(rows)} places have} everything that is asked for, fewer than "
            f"{least_places}: too few to say anything",
            remedy="choose a measure published for more places, or compare single places with rate_ratio()",
        )
    counts = rows[["value", "low", "high"]].to_numpy(float)
    x, steps = _stepped(table, step)
    return Prepared(
        rows,
        counts[:, 0] / size.to_numpy(float),
        counts[:, 1] / most.to_numpy(float),
        counts[:, 2] / least.to_numpy(float),
        counts,
        size.to_numpy(float),
        x,
        steps,
        missing,
        warnings,
    )


def require_variation(ready: Prepared) -> Prepared:
    """Return the places, if they differ in what is to be associated."""
    if not ready.y.any():
        raise DataError(
            "every place has a count of zero; there is nothing to associate",
            remedy="choose another measure",
            column="value",
        )
    if np.ptp(ready.y) == 0:
        raise DataError(
            "every place has the same exposure; there is nothing to associate",
            remedy="choose another measure",
            column="value",
        )
    return ready


def covariate_of(rows: pd.DataFrame, name: str) -> tuple[pd.Series, list[str]]:
    """A covariate of the rows, missing where it is not known, and what must be said about its year."""
    if name in rows:
        numbers = pd.Series(numbers_of(rows, name), index=rows.index)
        if np.isinf(numbers).any():
            raise DataError(
                f"the column {name!r} is infinite somewhere", remedy="correct it, or leave it empty", column=name
            )
        return numbers, []
    if "iso3" not in rows:
        raise DataError(
            f"the table has no column {name!r} and no iso3 to look it up by", remedy="add one of them", column=name
        )
    year = year_of(rows)
    if name == "population":
        found = denominator(rows["iso3"], year, name, nearest=True).rename(
            columns=lambda column: column.replace("denominator", "value")
        )
        found.columns = ["value", "value_year", "value_source"]
    else:
        found = covariate(rows["iso3"], year, name, nearest=True)
    numbers = found["value"].astype(float)
    other = found["value_year"].ne(year).fillna(False) & numbers.notna()
    if not other.any():
        return numbers, []
    years = sorted({int(one) for one in found.loc[other, "value_year"]})
    span = intervals.between(str(years[0]), str(years[-1]))
    return numbers, [f"{name} of {int(other.sum())} places is of the nearest year known ({span}), not of the count's."]


def _stepped(table: pd.DataFrame, step: str) -> tuple[np.ndarray, list[float]]:
    """Covariates in steps about their middle, and what a step is in their own unit."""
    x, steps = table.to_numpy(float).copy(), []
    for at, name in enumerate(table.columns):
        if np.ptp(x[:, at]) == 0:
            raise DataError(
                f"{name} is the same everywhere; nothing can go with it", remedy="choose another", column=name
            )
        if step == "doubling":
            if (x[:, at] <= 0).any():
                raise DataError(
                    f"{name} is not above zero everywhere and cannot be doubled", remedy="take step='sd'", column=name
                )
            x[:, at] = np.log2(x[:, at])
        steps.append({"sd": float(np.std(table[name], ddof=1)), "unit": 1.0, "doubling": 2.0}[step])
        x[:, at] = (x[:, at] - x[:, at].mean()) / (steps[-1] if step == "sd" else 1.0)
    if x.shape[1] and np.linalg.matrix_rank(x / x.std(axis=0)) < x.shape[1]:
        raise DataError(f"{prose.listed(table.columns, 'en')} follow from one another", remedy="leave one of them out")
    return x, steps
