"""A claim that goes beyond a single number, and what the figures say about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .quantities import Quantity

SUPPORTED, ROUNDED, DIFFERS, CONTRADICTED, UNCHECKED = (
    "supported",
    "within rounding",
    "definition differs",
    "contradicted",
    "not checkable",
)


class Claim(NamedTuple):
    """A statement about a place and a measure of a survey, its places and words understood.

    ``place_id`` and ``sense`` are those under which figures are filed; ``other_*`` are empty where the statement
    compares with nothing. ``text`` is the statement in our own, English, words; ``lang`` that of ``figure``; ``source``
    the account that makes it; ``no_count`` why no count decides it.
    """

    survey: str
    relation: str
    text: str
    figure: str
    lang: str
    place_id: str
    sense: str
    other_place: str = ""
    other_sense: str = ""
    source: str = ""
    no_count: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the figures say.

    Attributes
    ----------
    verdict
        One of the five.
    told
        How to tell it: the name of a sentence in ``claims.toml``.
    form
        In what ``low`` and ``high`` are: ``percent``, ``change``, ``times``, ``count``, ``rank``; or empty.
    low, high
        The interval that the figures give for what the claim asserts; NaN where there is none.
    said
        What the claim asserts, as a quantity, if it can be read.
    figures
        The rows of the panel that stand behind it, in the order in which the sentence names them.
    others
        Measures for which the claim would be true.
    published
        Of a rank: how many published figures were compared.
    disputed
        Whether other printings of the figures would give another verdict.
    rivals, rival_step
        Of a disputed change: such printings, and the change by them.
    own
        The figures behind an open claim that nobody else than the account itself printed.
    borne_out
        Whether the claim would be right if these figures were.
    above
        Of a rank that is contradicted: the rows that are surely higher, the highest first.
    whole
        Of a rank: among the parts of what, as an id of a place.
    extrapolated
        Whether the claim is refuted only by a figure that its authors extrapolated.
    listed
        Of a rank: whether it is that in a published list of the first places.
    """

    verdict: str
    told: str
    form: str = ""
    low: float = math.nan
    high: float = math.nan
    said: Quantity | None = None
    figures: tuple[Any, ...] = ()
    others: tuple[Any, ...] = ()
    published: int = 0
    disputed: bool = False
    rivals: tuple[Any, ...] = ()
    rival_step: tuple[float, float] = (math.nan, math.nan)
    own: tuple[Any, ...] = ()
    borne_out: bool = False
    above: tuple[Any, ...] = ()
    whole: str = ""
    extrapolated: bool = False
    listed: bool = False

    @property
    def judged(self) -> str:
        """The name of the sentence that judges the claim by the figures."""
        if self.extrapolated or self.disputed or self.own:
            own = "own_borne_out" if self.borne_out else "own"
            return "extrapolated" if self.extrapolated else "disputed" if self.disputed else own
        nearly = self.verdict == ROUNDED and self.said is not None and self.said.qualifier == "nearly"
        return "side" if nearly and self.said is not None and self.low >= self.said.value else self.verdict
