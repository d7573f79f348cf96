"""The numbers of a draft as the desk shows them: each with its state, marked where it stands in the text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..intake.report_text import WITHHELD, cells
from ..intake.review import SURE

if TYPE_CHECKING:
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


class Piece(NamedTuple):
    """A stretch of the text: plain, or a number with its row."""

    text: str
    row: int | None = None
    state: str = ""


def states(draft: Draft) -> list[str]:
    """The state of each row, in the order of the draft."""
    return [_state(draft, at) for at in range(len(draft.rows))]


def _state(draft: Draft, at: int) -> str:
    row = draft.rows[at]
    if row["decision"] == "accept":
        return "taken" if row["left_out"] or row["reason"] == "marked by hand" else "mended" if row["was"] else "ok"
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


def marked(draft: Draft, found: list[str]) -> list[dict[str, Any]]:
    """The parts of the report, each as pieces of text and marked numbers; tables row by row, cell by cell."""
    parts = draft.report.get("parts", [])
    places: dict[int, list[tuple[int, int, int]]] = {}
    for at, row in enumerate(draft.rows):
        if row["part"]:
            places.setdefault(int(row["part"]), []).append((int(row["start"]), int(row["end"]), at))
    told = []
    for number, part in enumerate(parts):
        marks = sorted(places.get(number, ()))
        one = {"kind": part["kind"], "locator": part["locator"], "number": number}
        if part["kind"] == "table":
            one["rows"] = [
                [_pieces(part["text"], start, end, marks, found) for start, end in row] for row in cells(part["text"])
            ]
        else:
            one["pieces"] = _pieces(part["text"], 0, len(part["text"]), marks, found)
        told.append(one)
    return told


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


def following(draft: Draft, found: list[str], at: int | None, shown: tuple[str, ...] = TO_SETTLE) -> int | None:
    """The row that comes next in the text among those in some states; the first if none comes after."""

    def position(row: int) -> tuple[int, int, int]:
        where = draft.rows[row]
        return int(where["part"] or 10**9), int(where["start"] or 0), row

    order = sorted((row for row in range(len(draft.rows)) if found[row] in shown), key=position)
    if at is not None:
        after = [row for row in order if position(row) > position(at)]
        if after:
            return after[0]
    return order[0] if order else None
