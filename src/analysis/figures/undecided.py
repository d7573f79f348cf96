"""What counts decide only in part, or not at all: what nobody measured, what is known of a place, when it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..language.catalogue import catalogue
from .outcome import CONTRADICTED, UNCHECKED, Claim, Outcome

if TYPE_CHECKING:
    from .known_figures import Known

#: Reasons that tell of the figure behind a statement, whoever prints it.
_BEHIND = ("derived", "noun", "place", "wave", "apart")
#: So many figures are named that refute that nothing is known.
_TOLD = 2


def qualitative(claim: Claim, known: Known, date: str) -> Outcome:
    """What no count decides; beside it the figure that is nearest, of how many countries where it is about a list.

    Where the nearest one is of another place or measure, the claim's row names it; where it is of the survey before,
    that is looked at. Of a country that is said to be in a list, a figure of its own is nearer than the number of all.
    """
    listed = claim.no_count == "list" and claim.sense == "countries" and claim.place_id != "WLD"
    if listed and (there := known.of_place(claim.survey, claim.place_id, "")):
        return Outcome(UNCHECKED, "qualitative", figures=tuple(there[:1]))
    place = "WLD" if claim.no_count == "list" else claim.other_place or claim.place_id
    survey = known.former(claim.survey) if claim.no_count == "wave" else known.retold(claim.survey)
    beside = claim.no_count in catalogue("claims")["words"]["beside"]
    nearest = known.figure(survey, place, claim.other_sense or claim.sense, "") if survey and beside else None
    hearsay = claim.no_count == "doer" and nearest is not None and nearest.tier != "primary"
    only = claim.no_count not in _BEHIND and nearest is not None
    own = only and bool(known.printed_only_by(claim.source, (nearest,)))
    if nearest is None or hearsay or own:
        # Who found something is not told by those who retell it, and what a text says alone is not beside it.
        return Outcome(UNCHECKED, "qualitative")
    return Outcome(UNCHECKED, "qualitative", figures=(nearest,))


def nothing_known(claim: Claim, known: Known, date: str) -> Outcome:
    """That nothing is known of a place: refuted by figures of it; those of the wave before leave it open."""
    if there := known.of_place(claim.survey, claim.place_id, date):
        return Outcome(CONTRADICTED, "known", figures=tuple(there[:_TOLD]))
    former = known.former(claim.survey)
    before = known.of_place(former, claim.place_id, date) if former else []
    return Outcome(UNCHECKED, "known_before" if before else "no figure", figures=tuple(before[:_TOLD]))


def unmeasured(claim: Claim, known: Known, date: str) -> Outcome:
    """What the survey did not measure, such as whose the servers are; beside it, what it measured."""
    this = known.figure(claim.survey, claim.place_id, claim.sense, date)
    if this is None:
        return Outcome(UNCHECKED, "qualitative")
    other = compared_with(claim, known, date) if claim.other_place or claim.other_sense else None
    if other is None or other.low <= 0:
        return Outcome(UNCHECKED, "unmeasured", "count", this.low, this.high, figures=(this,))
    low, high = this.low / other.high, min(this.high / other.low, 1.0)
    return Outcome(UNCHECKED, "unmeasured", "percent", low, high, figures=(this, other))


def dated(claim: Claim, known: Known, date: str) -> Outcome:
    """When the survey was: refuted by a time that is neither that of its counting nor up to its first publication."""
    begun, ended = known.times(claim.survey)
    said = claim.figure.strip()
    if not (begun and ended and said):
        return Outcome(UNCHECKED, "qualitative")
    inside = begun[: len(said)] <= said[: len(begun)] and said[: len(ended)] <= ended[: len(said)]
    # A day between the last one of the counting and the first publication is neither.
    until = known.counted_until(claim.survey)
    inside &= not (until and len(said) == len(until) and until < said < ended)
    return Outcome(UNCHECKED if inside else CONTRADICTED, "dated_open" if inside else "dated")


def compared_with(claim: Claim, known: Known, date: str) -> Any | None:
    """What is compared with: another measure of the same place, another place, or by default the world."""
    place = claim.other_place or (claim.place_id if claim.other_sense else "WLD")
    return known.figure(claim.survey, place, claim.other_sense or claim.sense, date)
