"""Association: whether exposure goes with income, beds, addresses.

Every result warns of the ecological fallacy: countries are compared, not the hospitals or people in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .correlation import correlate, facts_of_correlation
from .influence import facts_of_influence, influence_on_correlation, influence_on_regression
from .regression import facts_of_regression, regress

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["correlate", "facts", "influence_on_correlation", "influence_on_regression", "regress"]


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about a result of this family: the case and the parts of its sentence."""
    tell = {
        "correlate": facts_of_correlation,
        "regress": facts_of_regression,
        "influence_on_correlation": facts_of_influence,
        "influence_on_regression": facts_of_influence,
    }
    return tell[str(found["statistic"].iloc[0]).partition(".")[2]](found, lang)
