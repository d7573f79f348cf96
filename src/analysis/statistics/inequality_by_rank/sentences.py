"""What `describe` says about inequality by rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...language import intervals, numbers
from ..exposure_in_words import common_parts, indicator_label

if TYPE_CHECKING:
    import pandas as pd


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    case = str(found["statistic"].iloc[0]).partition(".")[2]
    row = found.iloc[0]
    low, high = row[f"{case}_low"], row[f"{case}_high"]
    parts = common_parts(found, row, lang) | {
        "rank": indicator_label(row["rank_by"], lang),
        "value": numbers.signed(row[case], lang),
        "span": intervals.span(low, high, lang),
    }
    if row["level"] != row["level"]:
        return f"{case}_rounding", parts
    side = "poor" if high < 0 else "rich" if low > 0 else "open"
    return f"{case}_{side}", parts
