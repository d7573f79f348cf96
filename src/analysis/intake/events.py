"""Reports of breaches and incidents: who reports them is not what is counted, and a list counts what its head does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .clause import Clause, Noun, Reading
    from .numbers import Number

#: Who reports, and what is reported.
BODIES = ("organisation", "institution", "hospital", "company", "university")
REPORTED = ("notice", "breach", "incident", "case")
#: A line of a list is no longer, and ends in no full stop.
_LONGEST_LINE = 90
#: What a line of such a list may name beside: the cause, and who was hit.
_CAUSES = ("thing", "person", "staff", "vulnerability", *BODIES)


def reported(readings: Iterable[Reading]) -> bool:
    """Whether the last thing counted, shares aside, was a breach, an incident or the report of one."""
    last = [one for one in readings if not one.is_share and one.unit not in ("", "country")][-1:]
    return bool(last) and last[0].unit in REPORTED


def is_source(clause: Clause, number: Number, noun: Noun, earlier: Iterable[Reading]) -> bool:
    """Whether a noun behind a number says from whom so many reports came: "38 de hospitales", "12 von Kliniken"."""
    if noun.unit not in BODIES or not number.text[-1:].isdigit() or noun.start < number.end:
        return False
    return clause.words.of.match(clause.behind(number).lstrip(" \u00a0")) is not None and reported(earlier)


def is_listed(clause: Clause, position: int, noun: Noun | None, earlier: list[Reading]) -> bool:
    """Whether a short line begins with a number that goes on with the list: "512 notifications", "148 human error"."""
    causes = (*_CAUSES, "attack") if earlier and earlier[0].unit in ("notice", "breach") else _CAUSES
    if position or (noun is not None and noun.unit not in causes):
        return False
    number, text = clause.numbers[0], clause.text.strip()
    if len(text) > _LONGEST_LINE or re.search(r"[.!?。]$", text) or clause.before(number).strip(" -–•*"):
        return False
    return reported(earlier) and number.quantity.value <= max(one.number.quantity.value for one in earlier)
