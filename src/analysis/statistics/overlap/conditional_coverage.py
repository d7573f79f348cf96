"""The share of what one list holds that a second look found too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ...meaning import checked_level
from ..result import Record, result
from ..uncertainty import by_chance, checked_counts, limits_in_words, occurrence_of
from .designs import PLACE, one_sided, titles

if TYPE_CHECKING:
    from numpy.typing import NDArray


def conditional_coverage(
    frame: Any,
    listed_measure: str = "hosts",
    found_measure: str = "hosts_second_engine",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """Conditional coverage: the share of what one list holds that a second look found too, place by place.

    It is conditional: coverage of the second list *given* the first, or the share of candidates that proved real. It
    says
    nothing of what the first list lacks. The interval is Wilson's (1927), from statsmodels; the ends of rounding go
    into it as
    fewest found among most listed and most found among fewest listed.

    Parameters
    ----------
    frame
        Figures of `ex.preferred(panel)` with both measures.
    listed_measure, found_measure
        The measures of the whole and of its part.
    level, limits
        As for `two_lists`.

    Returns
    -------
    pandas.DataFrame
        One row per survey and place with both figures: ``listed, found, share, share_low, share_high, measured_in``
        (the survey's title), ``one_sided, method, level, limits``. Places with one of the two only are
        in ``attrs["missing"]``.

    Raises
    ------
    DataError
        If no place has both figures, a place has two of one, or more were found than listed.
    NotComparableError
        If chance is asked for where events come in batches.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["preprints-2025-03"]))
    >>> found = ex.statistics.conditional_coverage(figures)
    >>> found[["iso3", "listed", "found", "share"]].round(3).values.tolist()
    [['DEU', 1449.0, 1426.0, 0.984], ['ESP', 54.0, 49.0, 0.907]]
    """
    frame = checked_counts(frame, also=("measure", "survey", "place"))
    checked_level(level)
    rows, either = _both_counted(frame, listed_measure, found_measure)
    chance = by_chance(rows, limits)
    n, x = (rows[column].to_numpy(float) for column in ("value", "value_found"))
    low, high = _limits(rows, chance, level, rounding=limits != "chance")
    table = rows[[column for column in PLACE if column in rows]].assign(
        listed=n,
        found=x,
        share=x / n,
        share_low=low,
        share_high=high,
        measured_in=titles(rows["survey"]),
        method=np.where(chance, "Wilson", "rounding only"),
        level=np.where(chance, level, np.nan),
        limits=limits_in_words(rows, chance, limits),
        occurrence=occurrence_of(rows),
    )
    asked_only = one_sided(rows["survey"])
    missing = sorted(set(either["place"]) - set(rows["place"]))
    return result(
        table.reset_index(drop=True).assign(one_sided=rows["survey"].isin(asked_only).to_numpy()),
        "overlap.conditional_coverage",
        of=either,
        method="Wilson" if chance.any() else "rounding only",
        level=level if chance.any() else None,
        record=Record(
            warnings=["The second list was only asked about the first one's entries: the total is not identifiable."]
            if asked_only
            else [],
            missing=missing,
            parameters={"listed": listed_measure, "found": found_measure},
        ),
    )


def _both_counted(frame: pd.DataFrame, listed: str, found: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per survey and place with both figures, those of ``found`` as ``…_found``; and the rows with either."""
    whole, part = (frame[frame["measure"] == measure] for measure in (listed, found))
    for measure, rows in ((listed, whole), (found, part)):
        if rows.empty:
            raise DataError(
                f"the table has no figure of {measure!r}", remedy="choose a survey that prints it", column="measure"
            )
        if (twice := rows.duplicated(["survey", "place"])).any():
            name = rows.loc[twice, "place"].iloc[0]
            raise DataError(
                f"{name} has two figures of {measure!r}", remedy="take ex.preferred(panel)", column="measure"
            )
    keys = ["survey", "place"]
    rows = whole.merge(part[[*keys, "value", "low", "high"]], on=keys, suffixes=("", "_found"))
    if rows.empty:
        raise DataError(
            f"no place has figures of both {listed!r} and {found!r}",
            remedy="choose a survey that prints both",
            column="measure",
        )
    rows = rows.sort_values(keys, kind="stable")
    if (wrong := (rows["value_found"] > rows["value"]) | (rows["value"] == 0)).any():
        raise DataError(
            f"{rows['place'][wrong].iloc[0]} has none listed, or more found than listed", remedy="correct the figure"
        )
    return rows, pd.concat([whole, part])


def _limits(
    rows: pd.DataFrame, chance: NDArray[np.bool_], level: float, *, rounding: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The limits of each share: fewest found among most listed, and most found among fewest listed."""
    ends = ("low", "high") if rounding else ("value", "value")
    n_low, n_high = (rows[end].to_numpy(float) for end in ends)
    x_low, x_high = (rows[f"{end}_found"].to_numpy(float) for end in ends)
    # No more can have been found than were listed; where none may have been listed, all of them may have been found.
    fewest = np.maximum(n_low, np.maximum(x_low, 1.0))
    most = np.minimum(x_high, fewest)
    low = np.where(chance, _wilson(x_low, n_high, level)[0], x_low / n_high)
    high = np.where(chance, _wilson(most, fewest, level)[1], most / fewest)
    return low, np.where(n_low > 0, high, 1.0)


def _wilson(found: np.ndarray, listed: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.stats.proportion import proportion_confint

    return proportion_confint(found, listed, alpha=1 - level, method="wilson")
