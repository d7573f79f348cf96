"""The accepted numbers and claims of a draft compared with what surveys' authors published, for desk and fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ..figures.claim_verdicts import check_claims
from ..figures.measures import measures
from ..figures.places import shown
from ..figures.sources import citations
from ..intake.draft_claims import claims_of
from ..language.catalogue import catalogue
from ..language.intervals import pair, percent_interval

if TYPE_CHECKING:
    from ..intake.drafts import Draft

#: In which group a verdict is shown, the most urgent first.
GROUPS = {
    "change": ("contradicted", "definition differs"),
    "unchecked": ("not checkable",),
    "hold": ("supported", "within rounding"),
}
#: The survey that is drawn where a draft names none.
USUAL = "greenbone-2019-09"
_COLUMNS = [
    *("claim", "relation", "place", "measure", "figure", "other_place", "other_measure", "locator"),
    *("survey", "quote_lang"),
]


def verdicts_of(draft: Draft, lang: str) -> pd.DataFrame:
    """The verdict on each accepted number in the order of the text, then on each claim.

    Parameters
    ----------
    draft
        A draft that names its survey; without one, nothing is compared.
    lang
        The language of the explanations.

    Returns
    -------
    pandas.DataFrame
        As `analysis.check_claims`, with ``row``, the position in the draft, and ``claim_at``, the position among its
        claims; the one that does not apply is -1.
    """
    survey = draft.report.get("read", {}).get("survey") or ""
    at = [position for position, row in enumerate(draft.rows) if row["decision"] == "accept"] if survey else []
    told = [
        {"claim": row["figure"], "relation": "equals", "quote_lang": row["lang"]}
        | {name: row[name] for name in ("place", "measure", "figure", "locator")}
        for row in (draft.rows[position] for position in at)
    ]
    claims = claims_of(draft.folder) if survey else []
    empty = dict.fromkeys(_COLUMNS, "")
    rows = pd.DataFrame([empty | one | {"survey": survey} for one in [*told, *claims]], columns=_COLUMNS)
    found = check_claims(rows=rows, lang=lang)
    return found.assign(row=[*at, *[-1] * len(claims)], claim_at=[*[-1] * len(at), *range(len(claims))])


def told(draft: Draft, found: pd.DataFrame, lang: str) -> dict[str, list[dict[str, Any]]]:
    """The verdicts by group, the most urgent group first, each with all that a page says about it."""
    names = verdict_names(lang)
    cited = citations(among={one for cell in found["primary_source"] for one in str(cell).split("; ") if one})
    labels = measures()[f"label_{lang}"]
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for one in found.itertuples(index=False):
        group = next(group for group, verdicts in GROUPS.items() if one.verdict in verdicts)
        row = draft.rows[one.row] if one.row >= 0 else None
        citation = cited.get(str(one.primary_source).split("; ")[0], "")
        groups[group].append(
            {
                "row": one.row,
                "id": row["id"] if row else "",
                "claim_at": one.claim_at,
                "name": names[one.verdict],
                "said": row["sentence"] if row else one.claim,
                "figure": one.figure or one.claim,
                "was": row["was"] if row else "",
                "place": shown(one.place, lang, row["lang"] or None if row else None),
                "measure": labels.get(one.measure, one.measure),
                "locator": one.locator,
                "interval": _interval(one.low, one.high, one.figure, lang),
                "printed": str(one.primary_figure),
                "printed_interval": _interval(one.primary_low, one.primary_high, str(one.primary_figure), lang),
                "explanation": one.explanation,
                "suggestion": one.suggestion,
                "cause": one.cause,
                "citation": citation,
            }
        )
    return groups


def verdict_names(lang: str) -> dict[str, str]:
    """What each verdict is called in a language."""
    return {name: texts[lang] for name, texts in catalogue("claims")["verdict"].items()}


def _interval(low: float, high: float, figure: str, lang: str) -> str:
    """The values that a printed number allows; empty where that is only itself, or nothing is known."""
    if pd.isna(low) or pd.isna(high) or low == high or high == float("inf"):
        return ""
    if 0 <= low <= high <= 1:
        return percent_interval(low, high, lang, 1)
    return "–".join(pair(low, high, lang))
