"""The numbers of a draft as the desk shows them: each with its state, marked where it stands in the text."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..intake.kinds import kind_of_reason
from ..intake.report_text import WITHHELD, cells
from ..intake.review import SURE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..intake.drafts import Draft

#: State -> the sign that stands beside the number, in the order in which the filter shows them.
SIGNS = {
    "sure": "bar",
    "unsure": "q",
    "mixed": "ne",
    "open": "dots",
    "clash": "two",
    "ok": "check",
    "mended": "pen",
    "taken": "plus",
    "drop": "minus",
    "out": "ring",
}
TO_SETTLE = ("sure", "unsure", "mixed", "open", "clash")
SETTLED = ("ok", "mended", "taken", "drop")
#: So many numbers stand on one sheet at the most, and a number takes the room of so many letters.
_ROOM, _LETTERS = 200, 60


#: The reasons of rows that a person made.
BY_HAND = ("marked by hand", "split by hand")


class Piece(NamedTuple):
    """A passage of the text: plain, or a number with its row."""

    text: str
    row: int | None = None
    state: str = ""


def states(draft: Draft) -> list[str]:
    """The state of each row, in the order of the draft."""
    return [_state(draft, at) for at in range(len(draft.rows))]


def _state(draft: Draft, at: int) -> str:
    row = draft.rows[at]
    if row["decision"] == "accept":
        return "taken" if row["left_out"] or row["reason"] in BY_HAND else "mended" if row["was"] else "ok"
    if row["decision"] == "drop":
        return "drop"
    if row["left_out"]:
        return "out"
    if draft.fault(at):
        return "open"
    if draft.clash(at):
        return "clash"
    if row["mixed_up_with"]:
        return "mixed"
    return "sure" if float(row["confidence"] or 0) >= SURE else "unsure"


def tally(found: list[str]) -> dict[str, int]:
    """How many rows are in each state, and how many are to settle or settled."""
    counts = Counter(found)
    return {
        **{state: counts[state] for state in SIGNS},
        "to_settle": sum(counts[state] for state in TO_SETTLE),
        "settled": sum(counts[state] for state in SETTLED),
    }


class Slice(NamedTuple):
    """A part of the report, or some rows of a table."""

    part: int
    first: int = 0
    last: int | None = None


class Sheet(NamedTuple):
    """The part of a report that is shown at once: a page of a PDF, or as much as can be read without waiting."""

    label: str
    slices: list[Slice]


def sheets(draft: Draft, parts: list[dict[str, Any]]) -> list[Sheet]:
    """The report in sheets: page by page where it has pages, else so that none is too long or has too many numbers."""
    marks = Counter(int(row["part"]) for row in draft.rows if row["part"])
    found: list[Sheet] = []
    page, room = "", 0.0
    for number, part in enumerate(parts):
        at = re.match(r"page (\d+)", part["locator"])
        begun = at[1] if at else ""
        for piece, weight in _slices(number, part, marks[number]):
            if not found or begun != page or weight > room:
                label = begun or str(len(found) + 1)
                found.append(Sheet(label, []))
                page, room = begun, _ROOM
            found[-1].slices.append(piece)
            room -= weight
    return found


def _slices(number: int, part: dict[str, Any], marks: int) -> list[tuple[Slice, float]]:
    """A part with what it takes of a sheet; a table that takes more is cut between rows."""
    weight = max(marks, len(part["text"]) / _LETTERS)
    if part["kind"] != "table" or weight <= _ROOM:
        return [(Slice(number), weight)]
    rows = part["text"].count("\n") + 1
    step = max(1, int(rows * _ROOM / weight))
    return [(Slice(number, first, first + step), weight * step / rows) for first in range(0, rows, step)]


def sheet_of(draft: Draft, shown: list[Sheet], parts: list[dict[str, Any]], at: int) -> int:
    """The sheet on which a row stands; the first if its place is not known."""
    row = draft.rows[at]
    if not row["part"]:
        return 0
    part = int(row["part"])
    line = parts[part]["text"].count("\n", 0, int(row["start"])) if parts[part]["kind"] == "table" else 0
    for number, sheet in enumerate(shown):
        for one in sheet.slices:
            if one.part == part and one.first <= line and (one.last is None or line < one.last):
                return number
    return 0


def marked(draft: Draft, found: list[str], parts: list[dict[str, Any]], sheet: Sheet) -> list[dict[str, Any]]:
    """The parts of a sheet, each as pieces of text and marked numbers; tables row by row, cell by cell."""
    wanted = {one.part for one in sheet.slices}
    places: dict[int, list[tuple[int, int, int]]] = {}
    for at, row in enumerate(draft.rows):
        if row["part"] and int(row["part"]) in wanted:
            places.setdefault(int(row["part"]), []).append((int(row["start"]), int(row["end"]), at))
    told = []
    for number, first, last in sheet.slices:
        part, marks = parts[number], sorted(places.get(number, ()))
        text = part["text"]
        one = {"kind": part["kind"], "locator": part["locator"], "number": number}
        if part["kind"] == "table":
            rows = itertools.islice(cells(text), first, last)
            one["rows"] = [[_cell(text, *cell, marks, found) for cell in row] for row in rows]
        else:
            one["pieces"] = _pieces(text, 0, len(text), marks, found)
        told.append(one)
    return told


def _cell(text: str, start: int, end: int, marks: list[tuple[int, int, int]], found: list[str]) -> list[Piece]:
    """A cell of a table, with the marks in it alone."""
    since = bisect.bisect_left(marks, (start,))
    until = bisect.bisect_left(marks, (end + 1,))
    return _pieces(text, start, end, marks[since:until], found)


def _pieces(text: str, start: int, end: int, marks: list[tuple[int, int, int]], found: list[str]) -> list[Piece]:
    pieces, at = [], start
    for first, last, row in marks:
        if first < at or last > end:
            continue
        if first > at:
            pieces.append(Piece(text[at:first]))
        pieces.append(Piece(text[first:last], row, found[row]))
        at = last
    if at < end:
        pieces.append(Piece(text[at:end]))
    return [split for piece in pieces for split in _withheld(piece)]


def _withheld(piece: Piece) -> list[Piece]:
    """A piece parted at the sentences that were withheld."""
    if piece.row is not None or WITHHELD not in piece.text:
        return [piece]
    parted: list[Piece] = []
    for number, text in enumerate(piece.text.split(WITHHELD)):
        if number:
            parted.append(Piece("", None, "withheld"))
        if text.strip():
            parted.append(Piece(text))
    return parted


def in_order(draft: Draft, rows: Iterable[int]) -> list[int]:
    """Rows in the order of the text, those whose place is not known last."""
    return sorted(rows, key=lambda at: _place(draft, at))


def _place(draft: Draft, at: int) -> tuple[int, int, int]:
    row = draft.rows[at]
    return int(row["part"] or 10**9), int(row["start"] or 0), at


def following(draft: Draft, found: list[str], at: int | None, shown: tuple[str, ...] = TO_SETTLE) -> int | None:
    """The row that comes next in the text among those in some states; the first if none comes after."""
    order = in_order(draft, (row for row in range(len(draft.rows)) if found[row] in shown))
    after = [] if at is None else [row for row in order if _place(draft, row) > _place(draft, at)]
    return next(iter([*after, *order]), None)


def kind_of(reason: str) -> str:
    """The kind of a rule by which a number was left out, as a part of the key of its sentence."""
    return kind_of_reason(reason).replace(" ", "_")
