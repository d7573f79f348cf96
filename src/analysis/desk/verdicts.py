"""The accepted numbers of a draft held against what surveyors published, for the desk and the fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ..figures.claims import check_claims

if TYPE_CHECKING:
    from ..intake.drafts import Draft

#: In which group a verdict is shown, the most urgent first.
GROUPS = {
    "change": ("contradicted", "definition differs"),
    "unchecked": ("not checkable",),
    "hold": ("supported", "within rounding"),
}
#: The survey that numbers are held against where a draft names none.
USUAL = "greenbone-2019-09"
_COLUMNS = ["claim", "relation", "place", "measure", "figure", "survey", "quote_lang"]


def verdicts_of(draft: Draft, lang: str) -> pd.DataFrame:
    """The verdict on each accepted number, in the order of the text.

    Parameters
    ----------
    draft
        A draft; its accepted rows are looked at.
    lang
        The language of the explanations.

    Returns
    -------
    pandas.DataFrame
        As `analysis.check_claims`, with ``row``, the position in the draft.
    """
    survey = draft.report.get("read", {}).get("survey") or USUAL
    at = [position for position, row in enumerate(draft.rows) if row["decision"] == "accept"]
    told = [
        {"claim": row["figure"], "relation": "equals", "survey": survey, "quote_lang": row["lang"]}
        | {name: row[name] for name in ("place", "measure", "figure")}
        for row in (draft.rows[position] for position in at)
    ]
    found = check_claims(rows=pd.DataFrame(told, columns=_COLUMNS), lang=lang)
    return found.assign(row=at)


def grouped(found: pd.DataFrame) -> dict[str, list[Any]]:
    """The verdicts by group, the most urgent group first."""
    return {
        group: list(found[found["verdict"].isin(verdicts)].itertuples(index=False))
        for group, verdicts in GROUPS.items()
    }
