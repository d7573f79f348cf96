"""Which of several figures for one thing is preferred, and in which order the others come."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Iterable
from typing import Any, cast

import pandas as pd

from ..datafolder import survey_folder
from .fields import text
from .panel_rows import checked_panel
from .rounding_interval import Intervals, meet
from .survey import Survey, read_survey

#: What makes two figures answers to one question.
KEY = ["survey", "place_id", "sense", "asset", "scan_from", "scan_to"]


def preferred(panel: pd.DataFrame) -> pd.DataFrame:
    """One figure for each survey, place, measure, asset and time.

    The authors' own figure comes before an account's; an account that retells the authors comes before one that retells
    people who counted for themselves (``counted_apart`` in the survey's file); where the survey's numbers are
    ``revised`` for years, the number printed last (a later rounding of it is not a revision); the precise before the
    rounded (more significant digits in its interval, then in print). Of two equally precise figures, the authors' own
    without a qualifier, but an account's with one: accounts lose a "more than" and do not add one. Then the survey's
    own order of its primary publications, the number that more sources agree with, the earlier publication. A figure
    whose noun or place is contradicted (``meant``, ``meant_place``) is never taken.

    Parameters
    ----------
    panel
        Rows of :func:`panel`.

    Returns
    -------
    pandas.DataFrame
        The columns of the panel, in its order of rows; ``measure`` is the ``sense`` under which the
        figure is filed, ``printed_measure`` keeps what the source says, and ``standing`` says whose
        number it is: ``surveyor``; ``accounts`` (only accounts print it, and two or more agree);
        ``one account``; ``others' count`` (only of people who counted for themselves).

    Examples
    --------
    >>> import analysis as ex
    >>> best = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> best.query("iso3 == 'USA' and measure == 'servers_exposed'")[["figure", "standing"]].values.tolist()
    [['187', "others' count"]]
    """
    panel = checked_panel(panel)
    best: dict[tuple[Any, ...], Any] = {}
    agreeing: dict[tuple[Any, ...], set[str]] = {}
    known, apart = _ranked(panel)
    for row in known:
        first = best.setdefault(row.key, row)
        if meet(first, row):
            agreeing.setdefault(row.key, set()).add(row.source)
    standing = {}
    for key, row in best.items():
        retold = "one account" if len(agreeing[key]) == 1 else "accounts"
        standing[row.row] = (
            "surveyor" if row.tier == "primary" else "others' count" if (key, row.value) in apart else retold
        )
    rows = sorted(standing)
    chosen = panel.iloc[rows].rename(columns={"measure": "printed_measure"})
    chosen = chosen.assign(measure=chosen["sense"], standing=pd.array([standing[row] for row in rows], dtype="str"))
    return chosen[[*panel.columns, "printed_measure", "standing"]].reset_index(drop=True)


def ranked(panel: pd.DataFrame, contradicted: bool = False) -> list[Any]:
    """The rows that may be preferred as named tuples, best first.

    ``row`` is their position in the panel; rows with one ``key`` answer one question.
    """
    return _ranked(panel, contradicted)[0]


def _ranked(panel: pd.DataFrame, contradicted: bool = False) -> tuple[list[Any], set[tuple[tuple[Any, ...], float]]]:
    """The rows best first; and the numbers, by what they are about, that people who counted for themselves print."""
    names = [name for name in panel.columns if name.isidentifier()]
    row_type = cast("Any", namedtuple("Row", ["row", "key", *names]))
    keys = zip(*([text(cell) for cell in panel[name].tolist()] for name in KEY), strict=True)
    rows = map(row_type, range(len(panel)), keys, *(panel[name].tolist() for name in names))
    known = [
        row
        for row in rows
        if not math.isnan(row.value) and (contradicted or not (text(row.meant) or text(row.meant_place)))
    ]
    of_key: dict[tuple[Any, ...], list[Any]] = {}
    for row in known:
        of_key.setdefault(row.key, []).append(row)
    printed = {key: by_source(same) for key, same in of_key.items() if len({row.source for row in same}) > 1}
    surveys = _surveys({row.survey for row in known})
    orders = {
        survey: {source: rank for rank, source in enumerate(read.meta["primary"])} for survey, read in surveys.items()
    }
    counted_apart = {survey: read.counted_apart for survey, read in surveys.items()}
    apart = {
        (row.key, row.value)
        for row in known
        if row.tier != "primary" and row.source in counted_apart.get(row.survey, ())
    }
    revised = {survey for survey, read in surveys.items() if read.meta["revised"]}

    supports: dict[tuple[Any, ...], int] = {}

    def rank(row: Any) -> tuple[Any, ...]:
        # How many sources print a number that this one's interval meets; its own always does.
        one = (row.key, row.source, row.low, row.high)
        if one not in supports:
            others = (told for source, told in printed.get(row.key, {}).items() if source != row.source)
            supports[one] = 1 + sum(told.meeting(row) > 0 for told in others)
        order = orders.get(row.survey, {})
        told = row.tier != "primary"
        return (
            told,
            (row.key, row.value) in apart,
            # Of a register that is revised for years the latest reading, as far as the dates are known.
            _reversed(_last_told(row, of_key[row.key])) if row.survey in revised else "",
            _coarseness(row),
            -row.digits if row.digits == row.digits else 0,
            bool(text(row.qualifier)) != told,
            order.get(row.source, len(order)),
            -supports[one],
            text(row.published) or "9999",
            row.source,
            row.row,
        )

    return sorted(known, key=rank), apart


def by_source(rows: Iterable[Any]) -> dict[str, Intervals]:
    """What each source prints."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    return {source: Intervals(printed) for source, printed in found.items()}


def _surveys(names: Iterable[str]) -> dict[str, Survey]:
    """Those of the surveys that the data folder in use has: a panel may come from elsewhere."""
    folders = {name: survey_folder(name) for name in names}
    return {name: read_survey(folder) for name, folder in folders.items() if (folder / "survey.toml").exists()}


def _last_told(row: Any, printed: list[Any]) -> str:
    """The last year in which a number was printed, even rounded: a later rounding revises nothing."""
    return max(
        text(other.published)[:4]
        for other in printed
        if other is row
        or (other.low <= row.low and row.high <= other.high and other.high - other.low > row.high - row.low)
    )


def _reversed(year: str) -> str:
    """A text that sorts the other way round than a year."""
    return str(9999 - int(year)) if year else "9999"


def _coarseness(row: Any) -> float:
    """The width of a figure's interval in units of its first digit: 24.3 and 24.5 million are equally fine."""
    unit = 10.0 ** math.floor(math.log10(abs(row.value))) if row.value else 1.0
    return round((row.high - row.low) / unit, 9)
