"""What correlation, regression and influence have in common: the frame of a result and the parts of its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..comparable_places import require_known
from ..covariates import ECOLOGICAL, Prepared
from ..result import Record, result
from ..uncertainty import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_FEW = 25


def checked_limits(limits: str | None) -> str:
    """The kind of limits that was asked for; both where none was named."""
    if limits is not None:
        require_known("limits", limits, LIMITS)
    return limits or "both"


def exp(exponent: np.ndarray) -> np.ndarray:
    """The exponential, infinite where it overflows."""
    with np.errstate(over="ignore"):
        return np.exp(exponent)


class Associated(NamedTuple):
    """What was associated with the covariates, and how."""

    #: The denominator of the rates that were compared; None where counts were.
    per: str | None
    method: str


def association_result(
    table: pd.DataFrame,
    statistic: str,
    ready: Prepared,
    associated: Associated,
    *,
    level: float,
    limits: str,
    warnings: Iterable[str] = (),
) -> pd.DataFrame:
    """A result with the caveats that hold for every association, and the columns that say what was associated."""
    per, method = associated
    few = len(ready.rows) < _FEW
    told: dict[str, object] = {
        "places": len(ready.rows),
        "exposure": "value" if per is None else "rate",
        "method": method,
    }
    if per is not None:
        # Of no consequence for the numbers; a sentence says it.
        told |= {"rate_per": per, "rate_scale": 1e6 if per == "population" else 1e3}
    return result(
        table.assign(**told),
        f"association.{statistic}",
        of=ready.rows,
        method=method,
        level=None if limits == "rounding" else level,
        limits=ready.limits_word(limits),
        record=Record(
            warnings=[
                ECOLOGICAL,
                *ready.warnings,
                *["With so few places limits and tests are rough."] * few,
                *warnings,
            ],
            missing=ready.missing,
        ),
    )


def side_of_nothing(low: float, high: float, nothing: float) -> str:
    """Whether an interval lies above no effect, below it, or includes it."""
    return "above" if low > nothing else "below" if high < nothing else "open"
