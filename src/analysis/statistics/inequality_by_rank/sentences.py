"""What `describe` says about inequality by rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...language import intervals, numbers
from ...language.plurals import Counted
from ..exposure_in_words import common_parts, indicator_label
from ..phrases import named_interval

if TYPE_CHECKING:
    import pandas as pd


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    case = str(found["statistic"].iloc[0]).partition(".")[2]
    row = found.iloc[0]
    low, high = row[f"{case}_low"], row[f"{case}_high"]
    side = "poor" if high < 0 else "rich" if low > 0 else "open"
    span = intervals.span(low, high, lang)
    parts = common_parts(found, row, lang) | {
        "rank": indicator_label(row["rank_by"], lang),
        "value": numbers.signed(row[case], lang),
        "span": span,
        "limits": named_interval(span, row, lang),
        "open": Counted(2 if side == "open" else 1, lang),
    }
    if case == "slope_index":
        ends = row["intercept"], row["intercept"] + row["slope_index"]
        parts["below"] = Counted(2 if min(ends) < 0 else 1, lang)
    if row["level"] != row["level"]:
        return f"{case}_rounding", parts
    return f"{case}_{side}", parts
