"""How the lists of a survey came about, and what that forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import NotComparableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

PLACE = ("iso3", "place", "country", "survey", "measure", "scan_from", "scan_to")


def one_sided(surveys: Iterable[Any]) -> list[str]:
    """Those of the surveys whose second list was only asked about the entries of the first."""
    from ...datafolder import surveys_present
    from ...figures.survey import read_survey

    named = sorted({str(one) for one in surveys if one == one} & set(surveys_present()))
    return [one for one in named if read_survey(one).meta["method"].get("design") == "one-sided"]


def refuse_one_sided(rows: pd.DataFrame) -> None:
    """Refuse surveys whose second list was only asked about the first."""
    if "survey" in rows and (surveys := one_sided(rows["survey"])):
        raise NotComparableError(
            f"the total is not identifiable from {', '.join(surveys)}: the second list was only asked about the "
            "entries "
            "of the first, so that nobody knows what it alone would have found",
            remedy="take conditional_coverage, the share that it found again",
            surveys=surveys,
        )


def titles(surveys: pd.Series) -> list[str]:
    """The titles of surveys."""
    from ...figures.sources import surveys as known

    titles = known()["title"]
    return [str(titles.get(survey, survey)) for survey in surveys]
