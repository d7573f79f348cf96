"""Where printed figures for one thing contradict each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from .fields import text
from .panel import is_there
from .panel_rows import checked_panel
from .preferred import ranked
from .rounding_interval import meet
from .survey import read_survey

_CONFLICTS = [
    "survey",
    "place",
    "iso3",
    "measure",
    "asset",
    "source_a",
    "figure_a",
    "low_a",
    "high_a",
    "locator_a",
    "source_b",
    "figure_b",
    "low_b",
    "high_b",
    "locator_b",
    "cause",
]


def conflicts(panel: pd.DataFrame, every: bool = False, lang: str = "en") -> pd.DataFrame:
    """Figures for the same survey, place, measure, asset and time whose intervals do not meet.

    Figures that print the same interval count as one. Each figure that contradicts another is
    listed once, as ``b``, beside the best figure that it contradicts, ``a`` (as :func:`preferred`
    ranks them). Restatements in later publications count too.

    Parameters
    ----------
    panel
        Rows of :func:`panel`.
    every
        List every pair that does not meet, not only those with the best figure.
    lang
        Language of the causes: ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``survey, place, iso3, measure, asset``, then ``source, figure, low, high,
        locator`` with ``_a`` and ``_b``, and ``cause``: why, where the survey's file knows it, else empty.
        ``place`` is that of ``a``; ``measure`` is the one under which both are filed.

    Examples
    --------
    >>> import analysis as ex
    >>> found = ex.conflicts(ex.panel(surveys=["greenbone-2019-09"]))
    >>> found[["place", "measure", "figure_a", "figure_b"]].head(1).values.tolist()
    [['World', 'studies', '24.3 million', '24,5 Mio.']]
    """
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], Any]] = {}
    for row in ranked(checked_panel(panel), contradicted=True):
        groups.setdefault(row.key, {}).setdefault((row.low, row.high), row)
    rows = []
    for distinct in groups.values():
        first = min(row.row for row in distinct.values())
        told: set[int] = set()
        for a, b in combinations(distinct.values(), 2):
            if not meet(a, b) and (every or b.row not in told):
                told.add(b.row)
                rows.append(
                    (
                        first,
                        a.survey,
                        a.place,
                        a.iso3,
                        a.sense,
                        a.asset,
                        a.source,
                        a.figure,
                        a.low,
                        a.high,
                        a.locator,
                        b.source,
                        b.figure,
                        b.low,
                        b.high,
                        b.locator,
                        _cause({a.sense, a.measure, b.measure}, a, lang),
                    )
                )
    rows.sort(key=lambda row: row[0])
    found = pd.DataFrame([row[1:] for row in rows], columns=_CONFLICTS)
    numbers = [name for name in _CONFLICTS if name.startswith(("low", "high"))]
    return found.astype({**dict.fromkeys(_CONFLICTS, "str"), **dict.fromkeys(numbers, "float64")})


def _cause(senses: set[str], row: Any, lang: str) -> str:
    if not is_there(row.survey):
        return ""
    return read_survey(row.survey).cause(senses, row.place, text(row.iso3) or None, lang)
