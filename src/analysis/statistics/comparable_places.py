"""Which rows may be put side by side as places: of one measure, once each, counted in ways that may be compared."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import DataError, NotComparableError, unknown
from ..figures.comparability import require_comparable
from ..figures.country_names import WORLD
from ..figures.measures import measures
from ..frames import row_names
from ..language.languages import LANGUAGES
from .uncertainty import by_chance, checked_counts

if TYPE_CHECKING:
    from collections.abc import Iterable


@functools.cache
def _totals() -> frozenset[str]:
    """What parts of the world that hold countries are called: the regions of the UN (M49), the European Union."""
    from babel.core import Locale

    return frozenset(
        name.casefold()
        for lang in LANGUAGES
        for code, name in Locale(lang).territories.items()
        if code.isdigit() or code in ("EU", "EZ", "UN")
    )


def _is_total(place: object) -> bool:
    return isinstance(place, str) and place.strip().casefold() in _totals()


def compared(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a table whose places are to be compared with one another, and notes on their surveys.

    Totals of several of them are left out: the world, and beside countries a region such as Europe.

    Raises
    ------
    DataError
        If a place has two rows, or no row is left.
    NotComparableError
        If there are several measures, or surveys that counted in different ways.
    """
    rows = frame[frame["iso3"].ne(WORLD).fillna(True).astype(bool)] if "iso3" in frame else frame
    if "iso3" in rows and "place" in rows and rows["iso3"].notna().any():
        rows = rows[(rows["iso3"].notna() | ~rows["place"].map(_is_total)).to_numpy(bool)]
    if rows.empty:
        raise DataError("the table has no place but the world", remedy="choose places that were published")
    if "measure" in rows and rows["measure"].nunique() > 1:
        named = ", ".join(sorted(rows["measure"].dropna().unique()))
        raise NotComparableError(f"{named} are different things and must not be compared", remedy="select one measure")
    if "iso3" in rows and (twice := rows["iso3"].duplicated() & rows["iso3"].notna()).any():
        raise DataError(
            f"{rows.loc[twice, 'iso3'].iloc[0]} has two rows",
            remedy="take one survey and ex.preferred(panel)",
            column="iso3",
        )
    notes = require_comparable(rows) if "survey" in rows and rows["survey"].nunique() > 1 else ""
    return rows, [f"The surveys may be compared with a note: {notes}."] if notes else []


def require_once(figures: pd.DataFrame) -> None:
    """Refuse published figures if one occurs twice in the table, as after a concat of a table with itself.

    Raises
    ------
    DataError
        With the place of the first that is repeated.
    """
    if not {"survey", "measure"} <= set(figures):
        return
    if (twice := figures.astype(str).duplicated()).any():
        row = int(twice.to_numpy().argmax())
        raise DataError(
            f"row {row + 1} ({row_names(figures)[row]}) repeats an earlier one",
            remedy="leave out rows that stand in the table twice (drop_duplicates)",
            row=row + 1,
        )


def checked_places(frame: Any) -> tuple[pd.DataFrame, list[str]]:
    """The checked counts of a frame whose rows may be put side by side as the places of one total, and notes on them.

    Raises
    ------
    DataError
        For faulty counts, a row without ``iso3``, a place that comes twice, or the world's total among the places.
    NotComparableError
        For several measures, one that must not be added up, or surveys that must not be compared.
    """
    frame = checked_counts(frame, also=("iso3",))
    if frame["iso3"].isna().any():
        raise DataError(
            "a row has no country (iso3)",
            remedy="leave out regions and parts of countries, they may contain one another",
            column="iso3",
        )
    if (frame["iso3"] == WORLD).any():
        raise DataError(
            "the world's total stands among the places",
            remedy="leave it out: frame.query(\"iso3 != 'WLD'\")",
            column="iso3",
        )
    if (twice := frame["iso3"].duplicated()).any():
        raise DataError(
            f"{frame['iso3'].to_numpy()[twice][0]} comes twice",
            remedy="take ex.preferred(panel) of one survey, measure and asset",
            column="iso3",
        )
    if "measure" in frame:
        counted = sorted(frame["measure"].dropna().unique())
        if len(counted) > 1:
            raise NotComparableError(
                f"{' and '.join(counted[:2])} are different things with no common total", remedy="choose one measure"
            )
        if counted and not measures()["additive"].get(counted[0], True):
            raise NotComparableError(
                f"{counted[0]} of places must not be added up, so that no place has a share",
                remedy="choose another measure",
            )
    if "survey" in frame and frame["survey"].nunique() > 1:
        for column in ("measure", "asset"):
            if column not in frame:
                raise DataError(
                    f"several surveys stand in the table, but it has no column {column!r}",
                    remedy="keep that column, or take one survey",
                    column=column,
                )
        note = require_comparable(frame)
        return frame, [f"Surveys side by side: {note}."] if note else []
    return frame, []


def require_known(what: str, chosen: object, known: Iterable[object]) -> None:
    """Refuse a choice that does not exist."""
    names = list(known)
    if chosen not in names:
        raise unknown(what, chosen, map(str, names))


def named(row: pd.Series) -> str:
    """What a row is called in a message."""
    return next(
        (str(row[column]) for column in ("iso3", "place", "country") if isinstance(row.get(column), str)),
        "a place without a name",
    )


def chances(frame: pd.DataFrame, limits: str | None, what: str, value: str = "value") -> tuple[pd.DataFrame, list[str]]:
    """The rows to be compared, if chance belongs to their counts."""
    frame = checked_counts(frame, value=value)
    rows, warnings = compared(frame)
    if limits == "rounding":
        raise NotComparableError(
            f"{what} is about chance; limits='rounding' leaves nothing to look at", remedy="use chance or both"
        )
    by_chance(rows, limits or "both")
    return rows.reset_index(drop=True), warnings


def places_of(found: pd.DataFrame) -> pd.DataFrame:
    """What the rows are of: the codes and names, nothing that was counted."""
    table = pd.DataFrame(index=found.index)
    if "iso3" in found:
        table["iso3"] = found["iso3"]
    if "country" in found and "place" in found:
        table["country"] = found["country"].fillna(found["place"])
    elif "country" in found or ("iso3" not in found and "place" in found):
        name = "country" if "country" in found else "place"
        table[name] = found[name]
    return table
