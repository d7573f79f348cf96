"""What an interrupted series could have shown: the least step that it would tell, and steps that it rules out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import DataError
from ..meaning import checked_level
from .result import Record, result
from .segmented import EXACT

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

#: Columns of the date that its series goes on being told by.
_KEPT = ("series", "source", "measure", "iso3", "place", "grain", "breaks", "at", "day", "ratio", "placebos")
STATISTIC = "interrupted.interrupted"
# Within this share of the level a p-value is the level itself, as the computer rounds it.
_ROUNDING = 1e-9


class _Step(NamedTuple):
    row: pd.DataFrame
    middle: float
    error: float
    free: float


def of_a_series(found: pd.DataFrame) -> bool:
    """Whether these are rows of `interrupted`."""
    return "statistic" in found and bool(found["statistic"].eq(STATISTIC).all()) and "placebo" in found


def least_step(found: pd.DataFrame, power: float, level: float) -> pd.DataFrame:
    """The least step up and down that the series would tell: (t(1 − α/2) + t(power)) times its error in logarithms."""
    from scipy.special import stdtrit

    step = _step(found)
    reach = (stdtrit(step.free, (1 + level) / 2) + stdtrit(step.free, power)) * step.error
    table = step.row.assign(
        least_rise=np.exp(reach),
        least_fall=np.exp(-reach),
        power=power,
        method="Student's t, widened",
        test_level=level,
    )
    return result(
        table,
        "power.least_detectable",
        of=found,
        method="Student's t, widened",
        record=Record(
            warnings=["The error is that of the series as it was, widened by its placebo dates."],
            parameters={"power": power},
        ),
    )


def inside(p_value: npt.ArrayLike, level: float) -> npt.NDArray[np.bool_]:
    """Whether a margin is ruled out at the level; limits that touch it do not."""
    return np.asarray(p_value) < (1 - level) * (1 - _ROUNDING)


def equivalent_step(found: pd.DataFrame, low: float, high: float, level: float) -> pd.DataFrame:
    """Whether the step lies inside of the margins, by two one-sided tests with the error of the series."""
    from scipy.special import stdtr, stdtrit

    step = _step(found)
    with np.errstate(divide="ignore"):
        p_low = float(stdtr(step.free, (np.log(low) - step.middle) / step.error))
    p_high = float(stdtr(step.free, (step.middle - np.log(high)) / step.error))
    reach = stdtrit(step.free, level) * step.error
    p_value = max(p_low, p_high)
    table = step.row.assign(
        margin_low=low,
        margin_high=high,
        p_low=p_low,
        p_high=p_high,
        p_value=p_value,
        ratio_low=np.exp(step.middle - reach),
        ratio_high=np.exp(step.middle + reach),
        verdict="no change larger than the margin" if inside(p_value, level) else "cannot tell",
        method="two one-sided t tests, widened",
        level=2 * level - 1,
    )
    return result(
        table,
        "power.equivalence",
        of=found,
        method="two one-sided t tests, widened",
        level=2 * level - 1,
        limits="chance",
        record=Record(parameters={"low": low, "high": high, "level": level}),
    )


def _step(found: pd.DataFrame) -> _Step:
    """The date's row, its log ratio, and the error that its widened limits stand for."""
    from scipy.special import stdtrit

    dates = found[found["placebo"].astype(str).str.lower() != "true"]
    if len(dates) != 1:
        raise DataError(
            f"{len(dates)} dates stand in the table", remedy="pass the result for one date", column="placebo"
        )
    row = dates.iloc[0]
    if row["method"] == EXACT:
        raise DataError(
            "one side of the date holds no count at all, so that the step has no error",
            remedy="read its exact limits instead",
            column="method",
        )
    for column in ("ratio_low", "ratio_high", "level", "free"):
        if column not in found or not np.isfinite(row[column]):
            raise DataError(
                f"the date has no {column}", remedy="pass the result of interrupted as it was returned", column=column
            )
    reach = stdtrit(row["free"], (1 + checked_level(float(row["level"]))) / 2)
    error = float(np.log(row["ratio_high"] / row["ratio_low"]) / (2 * reach))
    kept = dates[[name for name in _KEPT if name in dates]].reset_index(drop=True)
    return _Step(kept, float(np.log(row["ratio"])), error, float(row["free"]))
