"""How many candidates would be real, by a share that was measured elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import DataError
from ..result import Record, result
from ..uncertainty import checked_counts
from .designs import PLACE, titles
from .given import figures_of

_COLUMNS = [
    "candidates",
    "share",
    "share_low",
    "share_high",
    "sensitivity",
    "measured_in",
    "model",
    "estimate",
    "estimate_low",
    "estimate_high",
    "method",
    "level",
]


def rogan_gladen(
    candidates: object, share: object, measured_in: str | None = None, removed: bool = False, sensitivity: object = 1.0
) -> pd.DataFrame:
    """Rogan–Gladen corrected count: how many candidates would be real, by a share measured elsewhere.

    Always a scenario.

    Of C candidates a share v (the predictive value of the search) is real, and the search finds a share s of what is
    real:
    N = C v / s. This is the estimator of Rogan & Gladen (1978), (a + p − 1)/(s + p − 1) of n tested with a = C/n and
    specificity p, written with v, the part that is known of search engines; p and n are not. The ends are those of C, v
    and s
    multiplied out (interval arithmetic): no narrower than any propagation of errors of the three.

    Parameters
    ----------
    candidates
        A number, a quantity, or figures with ``value, low, high``.
    share
        The share that proved real, with its interval: rows of `conditional_coverage`, figures of a share, a quantity
        or a number.
        Each row is one scenario.
    measured_in
        Where the share was measured; needed unless the share's rows name a survey.
    removed
        Whether ``share`` is that of what was taken out (decoys, malformed answers) rather than of what was left.
    sensitivity
        The share of the real ones that the search finds: a number, or a quantity with its interval. Default 1: the
        result is then
        the number of real ones among the candidates, and not that of all.

    Returns
    -------
    pandas.DataFrame
        One row a candidate figure and scenario:
        ``candidates, share, share_low, share_high, sensitivity, measured_in, model,
        estimate, estimate_low, estimate_high, method, level, limits`` (of the share's interval, missing where
        it is that of rounding).

    Raises
    ------
    DataError
        For counts that `checked_counts` refuses, shares outside 0…1, or a share of which nobody says where it was
        measured.

    Examples
    --------
    >>> from analysis.statistics import rogan_gladen
    >>> found = rogan_gladen(3627, 0.44, measured_in="five commodity clouds")
    >>> found[["candidates", "estimate", "measured_in"]].round().values.tolist()
    [[3627.0, 1596.0, 'five commodity clouds']]
    """
    counts = checked_counts(figures_of(candidates, "the candidates"))
    rates = _real_shares(share, removed=removed, measured_in=measured_in)
    table = _scenarios(counts, rates, _sensitivity(sensitivity))
    both = pd.concat([counts, rates.drop(columns="measure", errors="ignore")])
    levels = table["level"].dropna().unique()
    return result(
        table,
        "overlap.rogan_gladen",
        of=both,
        method="Rogan–Gladen",
        level=float(levels[0]) if len(levels) == 1 else None,
        limits=np.where(np.isnan(table["level"]), "rounding", "both"),
        record=Record(
            warnings=[
                "A scenario: the share of real ones was measured elsewhere, and another search or another time may "
                "have another one."
            ],
            parameters={"removed": removed},
        ),
    )


def _real_shares(share: object, *, removed: bool, measured_in: str | None) -> pd.DataFrame:
    """The shares that are real, as ``value, low, high``, each with where it was measured."""
    rates = figures_of(share, "the share")
    if "share" in rates:
        rates = rates.drop(columns=["value", "low", "high"], errors="ignore").rename(
            columns={"share": "value", "share_low": "low", "share_high": "high"}
        )
    _checked_shares(rates, "share")
    if removed:
        rates = rates.assign(value=1 - rates["value"], low=1 - rates["high"], high=1 - rates["low"])
    if measured_in:
        return rates.assign(measured_in=measured_in)
    if "measured_in" not in rates:
        if "survey" not in rates:
            raise DataError(
                "nobody can say where this share was measured",
                remedy="give measured_in: a corrected count is a scenario that says where its share was measured",
            )
        rates = rates.assign(measured_in=titles(rates["survey"]))
    return rates


def _sensitivity(sensitivity: object) -> tuple[float, float, float]:
    """The share of the real ones that the search finds: its value, its least and its most."""
    found = figures_of(sensitivity, "the sensitivity")
    _checked_shares(found, "sensitivity")
    if len(found) != 1 or float(found["low"].iloc[0]) <= 0:
        raise DataError("the sensitivity is one share above 0", remedy="give a number or a quantity")
    some, least, most = (float(found[column].iloc[0]) for column in ("value", "low", "high"))
    return some, least, most


def _scenarios(counts: pd.DataFrame, rates: pd.DataFrame, sensitivity: tuple[float, float, float]) -> pd.DataFrame:
    """Each count with each share, multiplied out, over the sensitivity."""
    kept = counts[[column for column in PLACE if column in counts]].assign(
        candidates=counts["value"].astype(float), _low=counts["low"].astype(float), _high=counts["high"].astype(float)
    )
    parts = rates[["measured_in"]].assign(
        share=rates["value"].astype(float),
        share_low=rates["low"].astype(float),
        share_high=rates["high"].astype(float),
        level=rates["level"].astype(float) if "level" in rates else np.nan,
    )
    some, least, most = sensitivity
    table = kept.merge(parts, how="cross")
    table = table.assign(
        sensitivity=some,
        model=table["measured_in"],
        estimate=table["candidates"] * table["share"] / some,
        estimate_low=table["_low"] * table["share_low"] / most,
        estimate_high=table["_high"] * table["share_high"] / least,
        method="Rogan–Gladen, interval arithmetic",
    ).drop(columns=["_low", "_high"])
    order = [column for column in PLACE if column in table]
    table = table[[*order, *_COLUMNS]].sort_values(["candidates", "estimate", "measured_in"], kind="stable")
    return table.reset_index(drop=True)


def _checked_shares(table: pd.DataFrame, name: str) -> None:
    for column in ("value", "low", "high"):
        if column not in table:
            raise DataError(
                f"the {name} has no column {column!r}",
                remedy="take rows of conditional_coverage, or a quantity",
                column=column,
            )
    value, low, high = (table[column].astype(float) for column in ("value", "low", "high"))
    if not ((low >= 0) & (low <= value) & (value <= high) & (high <= 1)).all():
        raise DataError(f"the {name} must lie within 0 ≤ low ≤ value ≤ high ≤ 1", remedy="correct it", column="value")
