"""How sure a draft is: the probability that figure, place and measure are right, by the kinds of its evidence.

The weights in ``confidence.toml`` were fitted on labelled passages by ``scripts/fit_confidence.py``: a logistic
regression in which every kind of evidence has one weight, whatever the language.
"""

from __future__ import annotations

import functools
import math
import tomllib
from pathlib import Path
from typing import Any

#: What the reasons of a draft say about its evidence: a piece of the reason, and the kind.
_KINDS = (
    ("taken up from", "part of a whole"),
    ("in the sentence before", "noun of the sentence before"),
    ("in the same list", "noun of the same list"),
    ("of the place before", "noun of the place before"),
    ("whoever is told", "no noun"),
    ("before the colon", "noun before a colon"),
    ("behind it", "noun of the next number"),
    ("before it", "noun before it"),
    ("what the heading counts", "noun of the heading"),
    ("the only thing near it", "only noun near"),
    ("a share", "share of another number"),
    ("the only place", "only place"),
    ("several places", "several places"),
    ("its place is not said", "place not said"),
    ("no place is tied", "place not tied"),
    ("no place is named", "world by default"),
    ("the place of the heading", "place of the heading"),
    ("the place of the sentence before", "place of the sentence before"),
    ("the place is carried on", "place carried on"),
    ("the text goes on to speak", "place of the text"),
    ("the only country", "only country"),
    ("the country named before", "place of the text"),
    ("the place of '", "place of the whole"),
    ("the place is open", "place open"),
    ("place by place", "place by order"),
    ("the table's heading", "head of the table"),
)
#: What a person must settle is never sure, whatever the rest of the evidence says: this is the upper limit.
_UNSETTLED, _OPEN = frozenset({"no measure", "place open"}), 0.58
#: The least and the most that is said.
_LEAST, _MOST = 0.02, 0.99


def evidence(place: str, measure: str, figure: str, reason: str, locator: str) -> tuple[str, ...]:
    """The kinds of evidence of a draft row."""
    found = [kind for piece, kind in _KINDS if piece in reason]
    if not measure:
        found.append("no measure")
    if place == "World":
        found.append("world")
    if locator.startswith(("table", "page")) and "column" in locator:
        found.append("table")
    if "column" not in locator and ", " not in reason.split(";")[0]:
        found.append("nothing said of it")
    if not any(sign.isdigit() for sign in figure):
        found.append("number word")
    if "%" in figure:
        found.append("percent")
    return tuple(found)


def probability(found: tuple[str, ...]) -> float:
    """The probability that a draft with such evidence is right."""
    weights = _weights()
    total = weights["weights"].get("all", 0.0) + sum(weights["weights"].get(kind, 0.0) for kind in found)
    most = _OPEN if set(found) & _UNSETTLED else _MOST
    return round(min(max(1 / (1 + math.exp(-total)), _LEAST), most), 2)


@functools.cache
def _weights() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
