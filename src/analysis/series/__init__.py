"""Counts over time, as monitors publish them: what there is, a store for years of daily counts, and questions to it.

``ex.series`` is this package, and can be called: ``ex.series()`` lists the series, ``ex.series(id)`` gives the counts
of one. The other questions take a :class:`Selection`, or the id of a series.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..options import with_known_options
from .catalogue import breaks, cite, events, find_series, measures, series_present
from .query import coverage, listed, movers, rates, resample, revisions, select, totals
from .reported import reported
from .selection import Selection, selected

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import pandas as pd

__all__ = [
    "Selection",
    "breaks",
    "cite",
    "coverage",
    "events",
    "find_series",
    "listed",
    "measures",
    "movers",
    "rates",
    "reported",
    "resample",
    "revisions",
    "select",
    "series_present",
    "totals",
]

globals().update({name: with_known_options(globals()[name], __name__) for name in __all__})


class _Callable(ModuleType):
    # A package and the function of its name share one place in ``analysis``: whoever imports a part of the package
    # would lose the function.
    def __call__(
        self,
        series: Selection | str | Path | None = None,
        *,
        measure: str | Collection[str] | None = None,
        places: str | Collection[str] | None = None,
        source: str | Collection[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        as_of: str | None = None,
        engine: str | None = None,
    ) -> pd.DataFrame:
        """The counts of a series, as :func:`select` gives them; without a series the list of them.

        Parameters
        ----------
        series
            The id of a series, its folder, or a :class:`Selection`. None: the list of series (:func:`listed`).
        measure, places, source, since, until, as_of, engine
            As in :class:`Selection`; beside a selection they take the place of what it says.

        Examples
        --------
        >>> import analysis as ex
        >>> breaches = ex.series("us-breach-register", measure="breaches", since="2022-01-01", until="2022-12-31")
        >>> int(breaches["count"].sum())
        720
        """
        if series is None:
            return listed()
        asked: dict[str, Any] = {
            "measure": measure,
            "places": places,
            "source": source,
            "since": since,
            "until": until,
            "as_of": as_of,
            "engine": engine,
        }
        chosen = {name: value for name, value in asked.items() if value is not None}
        return select(replace(selected(series), **chosen))

    __call__ = with_known_options(__call__, __name__)


sys.modules[__name__].__class__ = _Callable
