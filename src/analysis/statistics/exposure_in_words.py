"""What was associated or mapped, in words: the parts that sentences about exposure have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language import numbers, rate_units
from ..language.prose import within
from .phrases import label_in_words
from .result import needed

if TYPE_CHECKING:
    import pandas as pd


def subject(found: pd.DataFrame, lang: str) -> str:
    """What was associated: ``Servers per million inhabitants``."""
    label = label_in_words(found, lang)
    label = label[:1].upper() + label[1:]
    if needed(found, "exposure", "say whether rate or value was associated in the column exposure") == "value":
        return label
    per = needed(found, "rate_per", "say per what the rates are in the column rate_per, such as population")
    scale = needed(found, "rate_scale", "say per how many in the column rate_scale, such as 1e6")
    return rate_units.with_unit(label, per, scale, lang)


def common_parts(found: pd.DataFrame, row: pd.Series, lang: str, level_of: str = "level") -> dict[str, str]:
    """The parts that every sentence about an association has; ``level_of`` is the column of the level it tells."""
    level = row[level_of]
    return {
        "subject": subject(found, lang),
        "places": numbers.number(row["places"], lang),
        "level": numbers.percent(level, lang, decimals=1) if level == level else "",
        "p": numbers.p_value(row["p_value"], lang) if "p_value" in row else "",
    }


def indicator_label(covariate: str, lang: str) -> str:
    """The name of a covariate as it stands within a sentence."""
    from ..datafolder import reference

    labels = reference("indicators").set_index("indicator")[f"label_{lang}"]
    return within(str(labels.get(covariate, covariate.replace("_", " "))), lang)
