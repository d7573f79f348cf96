"""What was not measured: how strong a confounder would have to be to explain a ratio away (E-value)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError
from ..frames import numbers_of, plain
from ..language import intervals, numbers
from .phrases import named_interval
from .result import Record, result
from .result_parts import require_sum

if TYPE_CHECKING:
    import pandas as pd


def e_value(
    frame: Any, value: str = "ratio", exposure_confounder: float | None = None, confounder_outcome: float | None = None
) -> pd.DataFrame:
    """E-value of a ratio (VanderWeele & Ding 2017): how strong something unmeasured must be to explain it away.

    It must be associated with the covariate and with the exposure by a ratio of RR + √(RR (RR − 1)) each, beyond what
    was measured; less would not suffice. Ratios below 1 are inverted. ``e_limit`` is the same for the limit
    that lies nearer to 1; it is 1 where the interval holds 1, for then nothing needs explaining away.

    Of a confounder with assumed ratios a (with the covariate) and b (with the outcome) the bias is at most
    ab/(a + b − 1) (Ding & VanderWeele 2016); ``bounded`` is the ratio with that much of it taken away.

    Parameters
    ----------
    frame
        A result with ratios, such as that of `regress`, `rate_ratio` or `share_ratio`; or a table with the ratio and,
        if they are known, its limits.
    value
        The column of ratios; its limits are ``<value>_low`` and ``<value>_high``.
    exposure_confounder, confounder_outcome
        Assumed ratios of a confounder, both 1 or above, or neither.

    Returns
    -------
    pandas.DataFrame
        A row for each of the frame: what it names (``covariate``, ``a``, ``b``, ``iso3`` …), the ratio and its limits,
        ``e_value, e_limit`` (missing without limits) and, for an assumed confounder, ``bias_factor, bounded,
        bounded_low, bounded_high``; ``limits`` and ``level`` as they came (a sentence about limits needs both).

    Raises
    ------
    DataError
        For a ratio that is not positive and finite, limits that do not hold it, or one assumed ratio without the other.

    Notes
    -----
    The ratio is that of a rare outcome or of rates. A large E-value does not say that nothing else is at work, and
    among countries much is; it says how much would be needed.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.statistics import e_value
    >>> trial = pd.DataFrame({"ratio": [3.9], "ratio_low": [1.8], "ratio_high": [8.7]})
    >>> e_value(trial)[["e_value", "e_limit"]].round(2).values.tolist()
    [[7.26, 3.0]]
    """
    rows = plain(frame)
    low, high = ("low", "high") if value == "value" else (f"{value}_low", f"{value}_high")
    ratio = _ratios(rows, value)
    least, most = (_ratios(rows, end) if end in rows else np.full(len(rows), np.nan) for end in (low, high))
    if ((least > ratio) | (most < ratio)).any():
        raise DataError("a ratio lies outside its own limits", remedy="compute the result again", column=value)
    kept = [name for name in _NAMED if name in rows]
    table = rows[kept].assign(**{value: ratio, low: least, high: most, "e_value": _needed(ratio)})
    nearer = np.where(ratio >= 1, np.maximum(least, 1.0), np.minimum(most, 1.0))
    table["e_limit"] = np.where(np.isnan(least) | np.isnan(most), np.nan, _needed(nearer))
    if (exposure_confounder is None) != (confounder_outcome is None):
        raise DataError(
            "a confounder has two ratios", remedy="give exposure_confounder and confounder_outcome, or neither"
        )
    if exposure_confounder is not None and confounder_outcome is not None:
        table = table.assign(**_bounded(ratio, least, most, exposure_confounder, confounder_outcome))
    table["level"] = rows.get("level", np.nan)
    if "limits" in rows:
        table["limits"] = rows["limits"]
    return result(
        table.reset_index(drop=True),
        "unmeasured.e_value",
        of=rows,
        method="E-value",
        record=Record(
            warnings=["How strong something unmeasured would have to be; whether it is there, no ratio says."]
        ),
    )


#: Columns that say what a ratio is of.
_NAMED = ("covariate", "step", "step_size", "iso3", "place", "country", "a", "b", "measure", "rate_per", "rate_scale")


def _ratios(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        raise DataError(
            f"the table has no column {column!r}", remedy="name the column of ratios in value", column=column
        )
    numbers = numbers_of(rows, column)
    # A limit may be 0, infinite or missing; a ratio may not.
    wrong = (numbers < 0) if column.endswith(("low", "high")) else ~((numbers > 0) & np.isfinite(numbers))
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"row {at + 1}: {column} is {numbers[at]:g}, not a positive ratio",
            remedy="leave the row out",
            column=column,
            row=at + 1,
        )
    return numbers


def _needed(ratio: np.ndarray) -> np.ndarray:
    """The E-value of ratios on either side of 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(ratio < 1, 1 / ratio, ratio)
        return np.where(np.isinf(above), np.inf, above + np.sqrt(above * (above - 1)))


def _bounded(
    ratio: np.ndarray, low: np.ndarray, high: np.ndarray, with_exposure: float, with_outcome: float
) -> dict[str, np.ndarray]:
    """The ratio and its limits with the greatest bias of a confounder taken away, towards 1."""
    for name, assumed in (("exposure_confounder", with_exposure), ("confounder_outcome", with_outcome)):
        if not 1 <= assumed < float("inf"):
            raise DataError(f"{name} is {assumed}, not a ratio of 1 or above", remedy="invert a ratio below 1")
    factor = with_exposure * with_outcome / (with_exposure + with_outcome - 1)
    towards = np.where(ratio >= 1, 1 / factor, factor)
    return {
        "bias_factor": np.full(len(ratio), factor),
        "bounded": ratio * towards,
        "bounded_low": low * towards,
        "bounded_high": high * towards,
    }


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    row = found.iloc[0]
    value = next((name for name in found.columns if f"{name}_low" in found and name != "bounded"), None)
    if value is None:
        raise DataError("the result has no ratio with its limits", remedy="pass the result of e_value as it came")
    require_sum(found, "e_value", [_needed(numbers_of(found, value))], f"{value} and its formula")
    parts = {
        "ratio": numbers.number(row[value], lang, 3),
        "limits": named_interval(intervals.span(row[f"{value}_low"], row[f"{value}_high"], lang), row, lang),
        "e": numbers.number(row["e_value"], lang, 3),
        "limit": numbers.number(row["e_limit"], lang, 3) if row["e_limit"] == row["e_limit"] else "",
    }
    if "bounded" in found:
        return "bounded", parts | {
            "factor": numbers.number(row["bias_factor"], lang, 3),
            "bounded": numbers.number(row["bounded"], lang, 3),
            "bounded_span": intervals.span(row["bounded_low"], row["bounded_high"], lang),
        }
    if not parts["limit"]:
        return "alone", parts
    return "holds_one" if row["e_limit"] == 1 else "explained", parts
