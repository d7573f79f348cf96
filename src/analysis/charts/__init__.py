"""Charts: each kind is a function from a frame to a :class:`~analysis.charts.chart.Chart`.

``ex.chart.map(frame)`` loads what it needs when it is first used.
"""

from __future__ import annotations

from typing import Any

from ..options import with_known_options

#: kind of chart -> what it shows
KINDS = {
    "map": "a world map: rates in colours, or counts as circles",
    "ranking": "places in order, with their intervals",
    "funnel": "places against the limits of chance",
    "slope": "two waves of a survey, with their intervals",
    "timeline": "figures or daily counts over time; what cannot be compared is not joined",
    "calendar": "a cell for each day or month of a series",
    "small_multiples": "the same small picture for up to twelve places",
    "share": "a part of a whole, in hundred squares",
    "lorenz": "how unevenly a total is spread",
    "overlap": "what overlapping lists say about the total, or what a second search found again",
    "scenario": "which assumption a scenario's result depends on",
    "claims": "what accounts say against what the figures say",
    "coverage": "which figures were published for which place",
}

__all__ = ["KINDS", "Chart", "draw"]
__all__.extend(KINDS)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in KINDS:
        loaded = getattr(import_module(f"{__name__}.kinds.{name}"), name)
    elif name == "Chart":
        loaded = import_module(f"{__name__}.chart").Chart
    elif name == "draw":
        loaded = import_module(f"{__name__}.drawing").draw
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = with_known_options(loaded, __name__)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)
