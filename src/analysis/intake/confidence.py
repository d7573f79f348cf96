"""How sure a draft is: the probability that figure, place and measure are right, by the kinds of its evidence.

``confidence.toml`` was fitted on labelled passages by ``scripts/fit_confidence.py``. Every kind of evidence has one
weight, whatever the language; what is said of a total of weights is what was right of it on passages that no rule had
been mended with.
"""

from __future__ import annotations

import functools
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
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
    ("of the whole country", "whole country"),
    ("the authority of", "place of the authority"),
    ("the table's heading", "head of the table"),
)
#: What a person must settle is never sure, whatever the rest of the evidence says: this is the upper limit.
_UNSETTLED, _OPEN = frozenset({"no measure", "place open"}), 0.58
#: A place is far from a number beyond so many letters, a sentence has many numbers, and it is long.
_FAR, _MANY, _LONG = 60, 4, 220


def evidence(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of evidence of a draft row."""
    figure, reason = draft["figure"], draft["reason"]
    found = [kind for piece, kind in _KINDS if piece in reason]
    in_table = "column" in draft["locator"]
    if not draft["measure"]:
        found.append("no measure")
    if draft["place"] == "World":
        found.append("world")
    if in_table and draft["locator"].startswith(("table", "page")):
        found.append("table")
    if not in_table and ", " not in reason.split(";")[0]:
        found.append("nothing said of it")
    if not any(sign.isdigit() for sign in figure):
        found.append("number word")
    if "%" in figure:
        found.append("percent")
    return tuple(found if in_table else [*found, *_in_its_sentence(draft)])


def _in_its_sentence(draft: Mapping[str, Any]) -> Iterator[str]:
    """How near noun and place stand to a number, and how much else its sentence tells."""
    place, sentence, position = draft["place"], draft["sentence"], draft["position"]
    end = position + len(draft["figure"])
    if noun := re.match(r"'([^']+)'", draft["reason"]):
        at = sentence.find(noun[1], end)
        if at >= end:
            yield "noun beside" if at - end <= 1 else "noun near"
    if place not in ("", "World"):
        at = sentence.find(place)
        if at < 0:
            yield "place not in its sentence"
        elif abs(at - position) > _FAR:
            yield "place far"
    if len(re.findall(r"\d[\d.,]*", sentence)) >= _MANY:
        yield "many numbers"
    if len(sentence) > _LONG:
        yield "long sentence"


def probability(found: tuple[str, ...]) -> float:
    """The probability that a draft with such evidence is right."""
    table = _table()
    weights, curve = table["weights"], table["curve"]
    said = _on(curve, sum(weights.get(kind, 0.0) for kind in ("all", *found)))
    return round(min(said, _OPEN) if set(found) & _UNSETTLED else said, 2)


def _on(curve: list[list[float]], total: float) -> float:
    """The value of a curve at a total: between two steps a straight line, beyond the ends level."""
    after = bisect_left(curve, [total])
    if after in (0, len(curve)):
        return curve[0 if after == 0 else -1][1]
    (left, low), (right, high) = curve[after - 1 : after + 1]
    return low + (high - low) * (total - left) / (right - left)


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
