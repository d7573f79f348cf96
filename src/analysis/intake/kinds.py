"""What kind a number is: a count or a share, or a rank, average, rate, threshold, a number that was withdrawn.

Each number that :func:`analysis.intake.numbers.find_numbers` gives is looked at by itself, in its sentence; what it
counts is asked later, of those that are left.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lexicon import Words
    from .numbers import Number

#: The kinds that a number which is not a figure may be of, with the reasons that are told for them.
KINDS = {
    "date": ("date", "time", "year"),
    "duration": ("duration", "age"),
    "price": ("price", "money"),
    "rank": ("rank", "rank: a claim, if anything"),
    "page": ("page", "label", "list numbering"),
    "name": ("version", "port", "weakness", "standard", "product", "code", "note", "telephone", "score"),
    "average": ("average",),
    "rate": ("rate",),
    "threshold": ("threshold",),
    "withdrawn": ("withdrawn",),
    "vague": ("no number is given", "vague"),
    "change": ("change: a claim, if anything", "change", "ratio: a claim, if anything"),
    "other noun": (
        "treated, employed or served: nothing exposed",
        "so many there are: nothing is said of exposure",
        "attacks: nothing is said of decoys",
        "nothing happened to them",
        "others beside those that are named",
        "no noun that is counted here",
        "its header names nothing that is counted here",
    ),
    "share": ("a share in words: a claim, if anything", "share: all of it"),
    "contact": ("contact",),
    "axis": ("axis",),
    "place unknown": ("its row or column names no place",),
}

_STRONG = re.compile(r"[;:()\[\]—。！？]|\s[–-]\s")
#: The number that takes the place of one that was first told.
_AGAIN = re.compile(r"\d")
_NEAR = 70
_LAST_RANK = 500
_LARGEST_THRESHOLD = 10_000
_EVENTS = ("breach", "incident", "case", "alert")
_QUALIFIED = ("at least", "more than", "up to", "less than")
#: An index or a list of fame that ends in its number: IBEX 35, Fortune 500.
_LISTED = re.compile(r"(?:^|[\s(])(?:[A-Z][A-Z&]{2,}|Fortune|Forbes|Nikkei|Global|Inc\.?)\s$")


def kind_of_reason(reason: str) -> str:
    """The kind that a reason for leaving a number out belongs to."""
    return next((kind for kind, reasons in KINDS.items() if reason in reasons), "other")


def kind_of(text: str, number: Number, words: Words) -> str:
    """The kind of a number that counts nothing, by the words right around it; empty if it may count something."""
    before, behind = text[: number.start], text[number.end :]
    own = before[max([0, *(one.end() for one in _STRONG.finditer(before))]) :][-_NEAR:]
    plain = number.worded or number.text[:1].isdigit()
    if plain and (form := _pattern(words, "first", "before")) and form.search(before) and _AGAIN.search(behind):
        return "withdrawn"
    for kind in ("rank", "withdrawn"):
        if kind == "rank" and number.quantity.value > _LAST_RANK:
            continue
        if plain and (form := _pattern(words, kind, "before")) and form.search(before):
            return kind
        if (form := _pattern(words, kind, "behind")) and form.match(behind):
            return kind
    if _LISTED.search(before) and number.text.isdigit() and not words.closing("locative", before[:-1]):
        return "label"
    if (form := _pattern(words, "average", "before")) and form.search(own):
        return "average"
    if (form := _pattern(words, "average", "behind")) and form.match(behind):
        return "average"
    if (form := _pattern(words, "rate", "behind")) and form.match(behind) and number.quantity.unit != "share":
        return "rate"
    return "threshold" if _is_threshold(number, own, words) else ""


def _is_threshold(number: Number, own: str, words: Words) -> bool:
    """Whether a number says only which events are counted: "breaches of 500 or more records"."""
    if number.quantity.qualifier not in _QUALIFIED or number.quantity.value > _LARGEST_THRESHOLD:
        return False
    ends = [end for _, end, unit in words.counted(own) if unit in _EVENTS]
    between = own[ends[-1] :].strip() if ends else ""
    return bool(ends) and len(between.split()) <= 2 and not re.search(r"[,\d]", between)


def _pattern(words: Words, kind: str, side: str) -> re.Pattern[str] | None:
    form = words.kinds.get(kind, {}).get(side)
    return None if form is None else _compiled(form, kind, side, words.glued)


@functools.cache
def _compiled(form: str, kind: str, side: str, glued: bool) -> re.Pattern[str]:
    start = "" if glued else r"(?:(?<![\w-])|(?=,))"
    if side == "before":
        ending = r"[^;:()]*$" if kind == "average" else r"[\s\"'„“«]*$"
        return re.compile(rf"{start}(?:{form}){ending}", re.IGNORECASE)
    return re.compile(rf"(?:{form})", re.IGNORECASE)
