"""Bounds for what was not published: what a total and the published parts leave for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError
from ..frames import numbers_of
from ..language import numbers
from ..language.plurals import Counted
from ..meaning import AS_RETURNED, refuse_row
from .comparable_places import checked_places
from .phrases import label_in_words, place_in_words
from .result import Record, needed, result, rows_told
from .uncertainty import checked_counts

#: So much of a total the rounding of total and parts may add to what is left of it.
_BY_ROUNDING = 0.5
_CONTRADICTION = "the parts do not fit into the total, not even at their ends"
#: How they are mended.
_OF_ONE_COUNT = "take figures of one count, or correct the one that is wrong"

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def bounds(
    parts: pd.DataFrame,
    totals: pd.DataFrame,
    places: Iterable[str] | None = None,
    *,
    by: str = "region",
    complete: bool = False,
    at_least: float = 0.0,
    at_most: float | None = None,
) -> pd.DataFrame:
    """The least and the most that each unpublished country can have.

    Parameters
    ----------
    parts
        The published countries: ``iso3, value, low, high`` of one measure and survey; with totals of groups also the
        column ``by``.
    totals
        What they are parts of: ``iso3, value, low, high``; the world's total has ``iso3`` WLD, another one names its
        group in ``place``.
    places
        ``iso3`` of unpublished countries. Default: one row for any of them.
    by
        The column of groups; that of ``places`` comes from the reference data (``region``).
    complete
        Whether parts and places are all there are; else other unpublished countries may take up what is left.
    at_least, at_most
        What each of them has at least, or at most: for a list of the first k, what its last place has.

    Returns
    -------
    pandas.DataFrame
        ``iso3`` (missing: any unpublished country), ``country``, ``low``, ``high``, ``method``, ``level`` (missing: the
        bounds hold for
        sure, as far as the figures do).

    Notes
    -----
    One total: interval arithmetic, high = total_high − Σ low. Several: the least and the greatest value of a linear
    programme in which
    every count stays within its interval and every sum within its total's (scipy's ``linprog``).

    Raises
    ------
    DataError
        For faulty counts, places that are published already or of no group, and totals and parts that contradict each
        other.
    NotComparableError
        If totals and parts are of different measures or surveys.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> total = servers[servers["iso3"] == "WLD"]
    >>> parts = servers[servers["iso3"].ne("WLD") & servers["iso3"].notna()]
    >>> ex.statistics.bounds(parts, total)[["low", "high", "places"]].values.tolist()
    [[0.0, 185.0, 13.0]]
    """
    parts, warnings = checked_places(parts)
    totals = _checked_totals(parts, totals)
    asked = [None] if places is None else list(places)
    twice = sorted(set(asked) & set(parts["iso3"]), key=str)
    if twice or len(set(asked)) < len(asked) or not asked:
        name = twice[0] if twice else "a place"
        raise DataError(
            f"{name} is published already, or asked for twice",
            remedy="ask for the unpublished ones, each once",
            column="iso3",
        )
    if not 0 <= at_least <= (np.inf if at_most is None else at_most):
        raise DataError("a count is 0 at least, and at_most is not below at_least", remedy="correct the two")
    groups, within = _memberships(parts, totals, asked, by)
    ends = np.vstack(
        [parts[["low", "high"]].to_numpy(float), [[at_least, np.inf if at_most is None else at_most]] * len(asked)]
    )
    sums = totals[["low", "high"]].to_numpy(float)
    if within == [None] and not complete:
        found = _by_arithmetic(ends, sums[0], len(parts))
        method = "interval arithmetic"
    else:
        found = _by_programme(ends, groups, within, sums, len(parts), complete)
        method = "linear programme"
    table = pd.DataFrame({"iso3": asked, "country": _names(asked), "low": found[:, 0], "high": found[:, 1]})
    table = table.assign(total=float(totals["value"].iloc[0]), published=float(parts["value"].sum()), places=len(parts))
    return result(
        table.assign(method=method, level=np.nan),
        "bounds.bounds",
        of=pd.concat([parts, totals], ignore_index=True),
        method=method,
        limits="rounding",
        record=Record(
            warnings=[*warnings, "The bounds hold as far as total and parts do, as figures of one count."],
            parameters={
                "places": len(parts),
                "complete": complete,
                "at_least": at_least,
                "at_most": at_most,
                "total": float(totals["value"].iloc[0]),
                "published": float(parts["value"].sum()),
            },
        ),
    )


def world_total(parts: pd.DataFrame, point: bool = False) -> pd.DataFrame:
    """What the world has at least, from countries that do not cover it.

    Parameters
    ----------
    parts
        The published countries: ``iso3, value, low, high`` of one measure and survey.
    point
        Ask for a point estimate; it is refused.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3`` (WLD), ``low`` (the sum of the low ends), ``places``, ``method``, ``level``. There is no value
        and no high
        end: nothing that was published limits the countries that were not.

    Raises
    ------
    NotComparableError
        If a point estimate is asked for, with the lower bound as ``low``: published countries are not a sample of all,
        they were
        published because they have much, or because somebody asked there.
    DataError
        For faulty counts, or if the world's total stands in the table.

    Examples
    --------
    >>> import pandas as pd
    >>> parts = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [6, 7], "low": [5.5, 7], "high": [6.5, 7]})
    >>> world_total(parts)[["iso3", "low", "places"]].values.tolist()
    [['WLD', 12.5, 2]]
    """
    parts, warnings = checked_places(parts)
    low = float(parts["low"].sum())
    if point:
        raise NotComparableError(
            f"{len(parts)} published countries are not a sample of the world, so that no total follows from them; "
            f"what holds is a lower bound, {low:.15g}",
            remedy="take world_total(parts), or a survey that prints its total",
            low=low,
            places=len(parts),
        )
    table = pd.DataFrame(
        {"iso3": ["WLD"], "low": [low], "places": [len(parts)], "method": ["sum of low ends"], "level": [np.nan]}
    )
    return result(
        table,
        "bounds.world_total",
        of=parts,
        method="sum of low ends",
        limits="rounding",
        record=Record(
            warnings=[*warnings, "A lower bound, not an estimate: countries that were not published are not in it."],
            parameters={"places": len(parts)},
        ),
    )


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts: of a lower bound, of any unpublished country, or of the one that can have most."""
    label = label_in_words(found, lang)
    parts = {
        "label": f"{label[:1].upper()}{label[1:]}",
        "places": Counted(int(needed(found, "places", AS_RETURNED)), lang),
    }
    if "high" not in found:
        return "world", parts | {"low": numbers.number(found["low"].iloc[0], lang)}
    _require_left(found)
    ends = rows_told(found, found["high"].notna(), "its upper ends")
    most = ends.loc[ends["high"].idxmax()]
    parts |= {
        "low": numbers.number(most["low"], lang),
        "high": numbers.number(most["high"], lang),
        "total": numbers.number(needed(found, "total", AS_RETURNED), lang),
        "published": numbers.number(needed(found, "published", AS_RETURNED), lang),
    }
    if not isinstance(most["iso3"], str):
        return "any", parts
    return "country", parts | {"place": place_in_words(most, lang)}


def _require_left(found: pd.DataFrame) -> None:
    """DataError where more is left for one country than the total less what is published leaves."""
    high, total, published = (numbers_of(found, name) for name in ("high", "total", "published"))
    refuse_row(
        (high > total - published + _BY_ROUNDING * total) | (published > total * (1 + _BY_ROUNDING)) | (high < 0),
        lambda at: f": {high[at]:.4g} is not left of {total[at]:.4g} with {published[at]:.4g} published",
        AS_RETURNED,
        "total",
    )


def _checked_totals(parts: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    totals = checked_counts(totals, also=("iso3",))
    for column in ("measure", "survey", "asset"):
        if column in parts and column in totals:
            names = sorted({*parts[column], *totals[column]})
            if len(names) > 1:
                raise NotComparableError(
                    f"total and parts are of different {column}s ({', '.join(names[:2])})",
                    remedy="take both from one count",
                )
    return totals


def _memberships(
    parts: pd.DataFrame, totals: pd.DataFrame, asked: list[Any], by: str
) -> tuple[NDArray[Any], list[str | None]]:
    """For each total: which of parts and places are in it, and the group that it is of (None: the world)."""
    from ..datafolder import reference
    from ..figures.country_names import WORLD

    scope = [
        None if iso3 == WORLD else place
        for iso3, place in zip(totals["iso3"], totals.get("place", totals["iso3"]), strict=True)
    ]
    if len(set(scope)) < len(scope):
        raise DataError(
            "a total comes twice", remedy="take ex.preferred(panel), with one row for each total", column="iso3"
        )
    if scope == [None]:
        return np.ones((1, len(parts) + len(asked)), dtype=bool), scope
    if by not in parts or parts[by].isna().any():
        raise DataError("totals of groups need the group of each part", remedy=f"fill the column {by!r}", column=by)
    if asked == [None]:
        raise DataError(
            "with totals of groups it must be known which countries are asked for", remedy="name them in places"
        )
    known = reference("countries").set_index("iso3")["un_region"].to_dict()
    unknown = [place for place in asked if place not in known]
    if unknown:
        raise DataError(
            f"{unknown[0]!r} is not a country of the reference data",
            remedy="give ISO 3166-1 alpha-3 codes",
            column="iso3",
        )
    group = np.array([*parts[by], *(known[place] for place in asked)])
    return np.array([np.ones(len(group), dtype=bool) if one is None else group == one for one in scope]), scope


def _by_arithmetic(ends: NDArray[Any], total: NDArray[Any], published: int) -> NDArray[Any]:
    """What the world's total leaves for each place if all others have their least."""
    found = ends[published:].copy()
    others = ends[:, 0].sum() - found[:, 0]
    found[:, 1] = np.minimum(found[:, 1], total[1] - others)
    if (found[:, 0] > found[:, 1]).any():
        raise DataError(_CONTRADICTION, remedy=_OF_ONE_COUNT)
    return found


def _by_programme(
    ends: NDArray[Any],
    groups: NDArray[Any],
    within: list[str | None],
    sums: NDArray[Any],
    published: int,
    complete: bool,
) -> NDArray[Any]:
    """The ends that a linear programme finds for each place; ``groups`` says which places each total holds."""
    from scipy.optimize import linprog

    asked = range(published, len(ends))
    if not complete:
        # Other unpublished countries: one that is in no group but the world, and one in each group.
        world = np.array([scope is None for scope in within])
        others = [world, *(world | (np.arange(len(within)) == one) for one in np.flatnonzero(~world))]
        groups = np.hstack([groups, np.array(others).T])
        ends = np.vstack([ends, [[0.0, np.inf]] * len(others)])
    # The solver wants numbers near 1.
    scale = max(float(sums.max()), 1.0)
    caps = np.concatenate([sums[:, 1], -sums[:, 0]]) / scale
    sides = {"A_ub": np.vstack([groups, -groups.astype(float)]), "b_ub": caps, "bounds": ends / scale}
    found = []
    for place in asked:
        for sign in (1, -1):
            aim = np.zeros(len(ends))
            aim[place] = sign
            solved = linprog(aim, method="highs", **sides)
            if solved.status == 3:
                raise DataError(
                    "no total includes a country that is asked for, so nothing limits it",
                    remedy="add a total, or at_most",
                )
            if solved.status != 0:
                raise DataError(_CONTRADICTION, remedy=_OF_ONE_COUNT)
            found.append(solved.x[place] * scale)
    return np.array(found).reshape(-1, 2)


def _names(asked: list[Any]) -> list[Any]:
    from ..figures.country_names import country_name

    return [None if place is None else country_name(place, "en") for place in asked]
