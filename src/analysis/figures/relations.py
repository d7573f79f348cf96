"""What the published figures say about a claim that goes beyond a single number: more than half, third, up 60 %.

Intervals are carried through by interval arithmetic; the rules are told in ``docs/methods.md``, "Claims and verdicts".
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..language.catalogue import catalogue
from .outcome import CONTRADICTED, ROUNDED, SUPPORTED, UNCHECKED, Claim, Outcome
from .quantities import Quantity, quantity
from .undecided import compared_with, dated, nothing_known, qualitative, unmeasured

if TYPE_CHECKING:
    from .known_figures import Known

_BOUNDS = ("more than", "at least", "less than", "up to")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def settle(claim: Claim, known: Known, date: str = "") -> Outcome:
    """Compare a claim with the figures that were published by a date (default: all)."""
    outcome = _by_others(claim, _compared(claim, known, date), known, date)
    # What a register itself holds needs no witness.
    return replace(outcome, figures=tuple(map(known.as_registered, outcome.figures)))


def _by_others(claim: Claim, outcome: Outcome, known: Known, date: str) -> Outcome:
    """The same by the figures of others, where the text's own stand behind it and others print as good ones."""
    if not any(figure.source == claim.source and figure.tier == "secondary" for figure in outcome.figures):
        return outcome
    # Who printed the same later bears a text out as well.
    for day in dict.fromkeys((date, "")):
        others = _compared(claim, known.without(claim.source), day)
        if _saying(others) == _saying(outcome) and len(others.figures) == len(outcome.figures):
            return others
    return outcome


def _saying(outcome: Outcome) -> tuple[object, ...]:
    """What an outcome says, apart from the figures behind it; no interval is the same as no interval."""
    ends = (None if math.isnan(end) else end for end in (outcome.low, outcome.high))
    return outcome.verdict, outcome.told, bool(outcome.own), *ends


def _compared(claim: Claim, known: Known, date: str) -> Outcome:
    """What the figures say; those that were extrapolated, or that the text alone prints, prove nothing."""
    outcome = _RELATIONS[claim.relation](claim, known, date)
    if outcome.verdict == CONTRADICTED and any(map(known.extrapolated, (*outcome.figures, *outcome.above))):
        counted = _RELATIONS[claim.relation](claim, known.counted(), date)
        return outcome if counted.verdict == CONTRADICTED else replace(outcome, verdict=UNCHECKED, extrapolated=True)
    own = known.printed_only_by(claim.source, outcome.figures)
    if outcome.verdict in (SUPPORTED, ROUNDED) and own:
        # That an account agrees with itself is not proof; the figures of others may refute it.
        others = _RELATIONS[claim.relation](claim, known.without(claim.source), date)
        return (
            others if others.verdict == CONTRADICTED else replace(outcome, verdict=UNCHECKED, own=own, borne_out=True)
        )
    if outcome.verdict == UNCHECKED and len(own) == len(outcome.figures):
        return replace(outcome, own=own)
    return outcome


# Kinds of relations ---------------------------------------------------------------------------------


def _record(claim: Claim, known: Known, date: str) -> Outcome:
    """That a year has more than any before it, by the register itself, which holds them all."""
    register, named = known.register(claim.survey), _YEAR.search(claim.text)
    figures = known.of(claim.survey, claim.sense, "").get(claim.place_id, ())
    years = register.years(figures[0]) if register and figures else {}
    early = named is not None and bool(date) and date[:4] <= named.group()
    if named is None or named.group() not in years or named.group() == min(years) or early:
        return Outcome(UNCHECKED, "no figure")
    this = years[named.group()]
    most = max((count for year, count in years.items() if year < named.group()), key=lambda count: count.value)
    verdict = SUPPORTED if this.value > most.value else CONTRADICTED
    return Outcome(verdict, "record", "count", this.low, this.high, figures=(this, most))


def _bound(claim: Claim, known: Known, date: str) -> Outcome:
    """More, or less, than a number; or than another figure, if the claim names one."""
    this = known.figure(claim.survey, claim.place_id, claim.sense, date)
    if this is None:
        return Outcome(UNCHECKED, "no figure")
    more = claim.relation == "more_than"
    if claim.other_place or claim.other_sense:
        other = compared_with(claim, known, date)
        if other is None:
            parts = known.parts(claim.survey, claim.other_place, claim.other_sense or claim.sense, date)
            told = "some other figures" if parts else "no other figure"
            return Outcome(UNCHECKED, told, figures=(this,), above=tuple(parts))
        low, high = this.low - other.high, this.high - other.low
        verdict = _side(low, high, 0.0, more)
        return Outcome(verdict, "compared", "", low, high, figures=(this, other))
    said = _said(claim)
    if said is None:
        return Outcome(UNCHECKED, "unread")
    verdict = _side(this.low, this.high, said.value, more)
    found = Outcome(verdict, "counted", "count", this.low, this.high, said, (this,))
    meant = _figure_of(said.value, claim, known, date) if verdict == CONTRADICTED else None
    return replace(found, figures=(this, meant)) if meant is not None else found


def _figure_of(value: float, claim: Claim, known: Known, date: str) -> Any | None:
    """The surveyor's figure of another thing in the same place that a number is."""
    there = known.of_place(claim.survey, claim.place_id, date)
    return next(
        (one for one in there if one.value == value and one.tier == "primary" and one.sense != claim.sense), None
    )


def _fraction(claim: Claim, known: Known, date: str) -> Outcome:
    """A share or a multiple of another figure."""
    this, other = known.figure(claim.survey, claim.place_id, claim.sense, date), compared_with(claim, known, date)
    if this is None or other is None:
        return Outcome(
            UNCHECKED, "no figure" if this is None else "no other figure", figures=() if this is None else (this,)
        )
    said = _said(claim)
    if said is None:
        return Outcome(UNCHECKED, "unread")
    if other.low <= 0:
        return Outcome(UNCHECKED, "nothing to divide by", figures=(this, other))
    low, high = this.low / other.high, this.high / other.low
    if claim.relation == "share_of":
        # A part is never more than its whole, whatever the rounding of the two.
        high = min(high, 1.0) if this.value <= other.value else high
        return Outcome(_agreement(low, high, said), "share", "percent", low, high, said, (this, other))
    return Outcome(_agreement(low, high, said), "ratio", "times", low, high, said, (this, other))


def _change(claim: Claim, known: Known, date: str) -> Outcome:
    """A change since the wave before, or between two years that the claim names: its size or its direction."""
    figures = _waves(claim, known, date)
    if figures is None:
        return Outcome(UNCHECKED, "no former figure")
    if figures[0].low <= 0:
        return Outcome(UNCHECKED, "nothing to divide by", figures=figures)
    told = "changed" if len(figures) == 2 else "balance"
    step, (low, high) = _step(figures)
    said = _said(claim)
    if claim.relation == "change_direction":
        verdict = _direction(claim, step, said)
        if verdict == SUPPORTED and told == "changed" and 0.0 in (low, high) and low < high:
            # Two roundings that touch: the numbers differ, by how much is open at one end.
            return Outcome(verdict, "fell_at_most" if high == 0 else "rose_at_most", "change", low, high, said, figures)
        return Outcome(verdict, told, "change", low, high, said, figures)
    if said is None:
        return Outcome(UNCHECKED, "unread")
    if said.unit == "share" and said.qualifier == "about" and not re.search(r"\d", claim.figure):
        # Of a rise "half" is what rounds to fifty percent: 42 percent is another rise.
        said = said._replace(low=said.value - 0.05, high=said.value + 0.05)
    # Twice as many is a rise by one hundred percent; a fall is told with a positive number.
    if said.unit == "ratio":
        said = said._replace(value=said.value - 1, low=said.low - 1, high=said.high - 1)
    elif _sign(claim.text) < 0:
        said = _mirrored(said)
    verdict = _agreement(low, high, said)
    if verdict != CONTRADICTED:
        return Outcome(verdict, told, "change", low, high, said, figures)
    if all(figure.tier == "secondary" for figure in figures):
        # Where accounts are all there is and they disagree, the best of them refutes nobody; nor do two readings of
        # numbers that are revised refute what lies between them. The claimant's own numbers are no such readings.
        heard = known.without(claim.source)
        readings = ([figure, *heard.printings(figure, date)[1:]] for figure in figures)
        pairs = [pair for pair in itertools.product(*readings) if pair[0].low > 0]
        steps = [_step(pair)[1] for pair in pairs]
        rival = next((nth for nth, ends in enumerate(steps) if _agreement(*ends, said) != CONTRADICTED), None)
        if rival is None and known.revised(claim.survey):
            wide = min(low for low, _ in steps), max(high for _, high in steps)
            if _agreement(*wide, said) != CONTRADICTED:
                # The claim lies between these figures and those that are farthest from them on its other side.
                rival = max(range(len(steps)), key=lambda nth: (said.value - low) * (steps[nth][0] - low))
        if rival is not None:
            found = Outcome(UNCHECKED, told, "change", low, high, said, figures, disputed=True)
            return replace(found, rivals=pairs[rival], rival_step=steps[rival])
    return Outcome(verdict, told, "change", low, high, said, figures, tuple(_also(claim, said, known, date)))


def _step(figures: tuple[Any, ...]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The difference between before and after, and the relative change, as intervals."""
    before, *rest = figures
    if len(rest) == 1:
        after = rest[0]
        step = after.low - before.high, after.high - before.low
        return step, (after.low / before.high - 1, after.high / before.low - 1)
    new, gone = rest
    step = new.low - gone.high, new.high - gone.low
    ends = [end / whole for end in step for whole in (before.low, before.high)]
    return step, (min(ends), max(ends))


def _rank(claim: Claim, known: Known, date: str) -> Outcome:
    """A place among others: bounds for it, from what is published and from what the total leaves for the rest."""
    said = 1 if claim.relation == "first" else _ordinal(claim)
    if said is None:
        return Outcome(UNCHECKED, "unread")
    this = known.figure(claim.survey, claim.place_id, claim.sense, date)
    if this is None:
        return Outcome(UNCHECKED, "no figure")
    if listed := _rank_in_list(claim, said, known, date):
        return listed
    places = {place: rows[0] for place, rows in known.of(claim.survey, claim.sense, date).items() if len(rows) == 1}
    whole = claim.other_place or "WLD"
    inside = _within(whole, this)
    rivals = [row for place, row in places.items() if place != this.place_id and inside(row)]
    low = 1 + sum(row.low > this.high for row in rivals)
    high = 1 + sum(row.high > this.low for row in rivals) + _hidden(claim, this, places, known, date)
    verdict = SUPPORTED if low == high == said else UNCHECKED if low <= said <= high else CONTRADICTED
    above = sorted((row for row in rivals if row.low > this.high), key=lambda row: -row.value) if said < low else ()
    found = Outcome(verdict, "rank", "rank", low, high, None, (this,), published=len(rivals) + 1)
    return replace(found, above=tuple(above), whole=whole)


def _rank_in_list(claim: Claim, said: int, known: Known, date: str) -> Outcome | None:
    """A place in a published list of the first places; the claimant's own list proves nothing."""
    there = known.first_places(claim.survey, claim.sense, date) if claim.other_place in ("", "WLD") else []
    this = next((row for row in there if row.place_id == claim.place_id), None)
    if this is None:
        return None
    low = 1 + sum(row.value > this.value for row in there)
    high = low + sum(row.value == this.value for row in there) - 1
    verdict = SUPPORTED if low == high == said else UNCHECKED if low <= said <= high else CONTRADICTED
    own = (this,) if this.source == claim.source and this.tier == "secondary" else ()
    found = Outcome(UNCHECKED if own else verdict, "rank", "rank", low, high, None, (this,), published=len(there))
    return replace(found, own=own, whole="WLD", listed=True)


def _none(claim: Claim, known: Known, date: str) -> Outcome:
    """That there is none: of a thing in a place, or of one set in another (which counts cannot show)."""
    if claim.other_sense and claim.other_sense != claim.sense:
        return Outcome(UNCHECKED, "membership")
    this = known.figure(claim.survey, claim.place_id, claim.sense, date)
    if this is None:
        return Outcome(UNCHECKED, "no figure")
    verdict = SUPPORTED if this.high == 0 else CONTRADICTED if this.low > 0 else ROUNDED
    return Outcome(verdict, "counted", "count", this.low, this.high, figures=(this,))


_RELATIONS: dict[str, Callable[[Claim, Known, str], Outcome]] = {
    "more_than": _bound,
    "less_than": _bound,
    "share_of": _fraction,
    "ratio": _fraction,
    "change": _change,
    "change_direction": _change,
    "rank": _rank,
    "first": _rank,
    "record": _record,
    "none_of": _none,
    "not_measured": unmeasured,
    "nothing_known": nothing_known,
    "qualitative": qualitative,
    "dated": dated,
}


# What a claim asserts -------------------------------------------------------------------------------


@functools.cache
def words() -> dict[str, Any]:
    """The few words of claims that are not figures: what they mean as one, and which way they point."""
    return catalogue("claims")["words"]


def _said(claim: Claim) -> Quantity | None:
    """The quantity that a claim asserts, with the interval within which a computed number agrees with it."""
    figure = claim.figure.strip()
    if (whole := words()["whole"].get(figure.lower())) is not None:
        return Quantity(float(whole), float(whole), float(whole), unit="share")
    try:
        said = quantity(words()["meaning"].get(figure.lower(), figure), claim.lang or None)
    except DataError:
        return None
    if said.unit == "share" and said.qualifier == "about" and not re.search(r"\d", figure):
        # Among named fractions, "about half" is what is nearer to a half than to a third or two thirds.
        return said._replace(low=(said.low + said.value) / 2, high=(said.high + said.value) / 2)
    return said


def _ordinal(claim: Claim) -> int | None:
    figure = words()["meaning"].get(claim.figure.strip().lower(), claim.figure)
    if digits := re.search(r"\d+", figure):
        return int(digits.group())
    try:
        from text_to_num import alpha2digit

        digits = re.search(r"\d+", alpha2digit(figure, claim.lang or "en"))
    except (ValueError, NotImplementedError, KeyError):
        return None
    return int(digits.group()) if digits else None


def _sign(text: str) -> int:
    """Whether a statement in our own words tells of a rise (1), a fall (−1), or neither or both (0)."""
    found = {words()["direction"][word] for word in re.findall(r"[a-z]+", text.lower()) if word in words()["direction"]}
    return {"up": 1, "down": -1}[found.pop()] if len(found) == 1 else 0


def _mirrored(said: Quantity) -> Quantity:
    turned = {"more than": "less than", "at least": "up to", "less than": "more than", "up to": "at least"}
    return said._replace(
        value=-said.value, low=-said.high, high=-said.low, qualifier=turned.get(said.qualifier, said.qualifier)
    )


# How figures and assertion agree --------------------------------------------------------------------


def _agreement(low: float, high: float, said: Quantity) -> str:
    """Whether a computed interval lies within what is asserted, meets it, or neither."""
    if said.qualifier in _BOUNDS:
        return _side(low, high, said.value, said.qualifier in ("more than", "at least"))
    if said.qualifier == "nearly" and said.unit == "share":
        # Nearly a quarter: a little more than a quarter still rounds to one.
        half = (said.high - said.low) / 2
        outer = said._replace(qualifier="", high=said.value + half)
        return (
            SUPPORTED
            if _agreement(low, high, said._replace(qualifier="")) == SUPPORTED
            else (ROUNDED if _agreement(low, high, outer) != CONTRADICTED else CONTRADICTED)
        )
    # Ends of intervals are quotients: what differs by less than a billionth is equal.
    slack = 1e-9 * max(1.0, abs(said.value))
    if said.low - slack <= low and high <= said.high + slack:
        return SUPPORTED
    if _whole_tens(said):
        # Ten, twenty, … sixty percent may be rounded to tens.
        said = said._replace(low=min(said.low, said.value - 0.05), high=max(said.high, said.value + 0.05))
    return ROUNDED if low <= said.high + slack and said.low - slack <= high else CONTRADICTED


def _whole_tens(said: Quantity) -> bool:
    """Whether a share or change is printed in digits, as whole tens of percent and without a qualifier."""
    tens = said.value * 10
    printed = said.high - said.low < 0.02
    return (
        said.unit in ("share", "change") and not said.qualifier and printed and abs(tens - round(tens)) < 1e-9 != tens
    )


def _side(low: float, high: float, bound: float, more: bool) -> str:
    """Whether an interval lies beyond a bound, on it, or on its other side."""
    if not more:
        low, high, bound = -high, -low, -bound
    return SUPPORTED if low >= bound and high > bound else CONTRADICTED if high <= bound else ROUNDED


def _direction(claim: Claim, step: tuple[float, float], said: Quantity | None) -> str:
    sign = _sign(f"{claim.figure} {claim.text}")
    if not sign:
        return UNCHECKED
    low, high = step if sign > 0 else (-step[1], -step[0])
    if said is not None and said.unit == "":
        return _agreement(low, high, said)
    # Intervals are half-open: that they touch says that one number is the larger.
    return SUPPORTED if low >= 0 < high else CONTRADICTED if high <= 0 > low else UNCHECKED


# Figures that stand behind --------------------------------------------------------------------------


def _waves(claim: Claim, known: Known, date: str) -> tuple[Any, ...] | None:
    """Before and after; or before, new and gone where the later number itself was not published."""
    years = _YEAR.findall(claim.text)
    if len(set(years)) == 2:
        pair = [known.figure(claim.survey, claim.place_id, claim.sense, date, year) for year in sorted(set(years))]
        return None if None in pair else tuple(pair)
    former = known.former(claim.survey)
    before = known.restated(claim, former, date) if former else None
    if before is None:
        return None
    after = known.figure(claim.survey, claim.place_id, claim.sense, date)
    if after is not None:
        return before, after
    if claim.sense not in words()["balanced"]:
        return None
    new, gone = (known.figure(claim.survey, claim.place_id, sense, date) for sense in ("new_systems", "systems_gone"))
    return None if new is None or gone is None else (before, new, gone)


def _also(claim: Claim, said: Quantity, known: Known, date: str) -> Iterable[tuple[str, float, float]]:
    """Other measures of the same place that changed as the claim says."""
    for measure in known.measures_of(claim.survey):
        figures = _waves(claim._replace(sense=measure, source=""), known, date)
        if measure != claim.sense and figures and len(figures) == 2 and figures[0].low > 0:
            low, high = _step(figures)[1]
            if _agreement(low, high, said) == SUPPORTED:
                yield measure, low, high


def _within(whole: str, this: Any) -> Callable[[Any], bool]:
    """Whether a row is a part of a whole of which ``this`` is one too: of the world, a region or a country."""
    if whole == "WLD":
        return lambda row: row.place_kind == "country"
    if this.parent == whole:
        return lambda row: row.parent == whole and row.place_kind == "sub-national"
    return lambda row: row.place_kind == "country" and isinstance(row.region, str) and row.region.casefold() == whole


def _hidden(claim: Claim, this: Any, places: dict[str, Any], known: Known, date: str) -> float:
    """How many places without a figure may be above ``this``.

    Those that fit into what the total leaves, and no more than there are affected countries without a figure, where
    the survey says in how many it found anything.
    """
    local = claim.other_place == this.parent and this.place_kind == "sub-national"
    total = places.get(claim.other_place if local else "WLD")
    if total is None or this.low <= 0 or not known.additive(claim.sense):
        return math.inf
    parts = [
        row
        for row in places.values()
        if (row.parent == this.parent and row.place_kind == "sub-national" if local else row.place_kind == "country")
    ]
    rest = total.high - math.fsum(row.low for row in parts)
    room = math.floor(max(rest, 0.0) / this.low)
    affected = None if local else known.figure(claim.survey, "WLD", "countries", date)
    return room if affected is None else min(room, max(math.floor(affected.high) - len(parts), 0))
