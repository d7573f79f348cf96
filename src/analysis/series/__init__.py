"""Counts over time, as monitors publish them: what there is, a store for years of daily counts, and questions to it.

``ex.series`` is this package, and can be called: ``ex.series()`` lists the series, ``ex.series(id)`` gives the counts
of one.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .catalogue import breaks, cite, events, find_series, measures, series_present
from .query import coverage, listed, movers, rates, resample, revisions, select, totals

__all__ = [
    "breaks",
    "cite",
    "coverage",
    "events",
    "find_series",
    "listed",
    "measures",
    "movers",
    "rates",
    "resample",
    "revisions",
    "select",
    "series_present",
    "totals",
]


class _Callable(ModuleType):
    # A package and the function of its name share one place in ``analysis``: whoever imports a part of the package
    # would lose the function.
    def __call__(self, id=None, **asked):
        return listed(**asked) if id is None else select(id, **asked)


sys.modules[__name__].__class__ = _Callable
