"""Tables of counts: which line is the header, where the places stand, what each column counts and in which unit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures.places import find_places
from ..figures.quantities import quantity
from .clause import WORLD, Reading
from .lexicon import Words, tables
from .numbers import Number

if TYPE_CHECKING:
    from .blocks import Table

_MARKS = re.compile(r"\s*([*†‡]+|\[\d+\]|[¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
#: A number with a word or two before it (about, more than) and a scale word behind it.
_NUMBER = re.compile(r"^[^\w]*(?:[^\W\d_]+[ \u00a0'’.]+){0,2}\d[\d.,'’ \u00a0\u202f–-]*\W*(?:[^\W\d_]+\W*){0,2}$")
_WHEN = re.compile(r"(?:^|\D)(?:19|20)\d\d$")
_NO_NUMBER = re.compile(r"^\W*$|^(?:n/?[av]\.?|none|null|nd|k\.\s?a\.)$", re.IGNORECASE)


@dataclass(slots=True)
class Cell:
    """A number of a table: ``reading`` is None if it counts nothing, and ``why`` says why."""

    text: str
    locator: str
    context: str
    reading: Reading | None = None
    why: str = ""
    scale: float = 1.0
    mark: str = ""


@dataclass(slots=True)
class _Head:
    """What a header or label says its numbers are."""

    text: str
    unit: str = ""
    state: str = ""
    scale: float = 1.0
    percent: bool = False


def read_grid(table: Table, words: Words, topic: str = "") -> Iterator[Cell]:
    """The numbers of a table, cell by cell; ``topic`` is what the heading above it counts."""
    rows = table.rows
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    caption = _head(table.caption, words, "", None)
    across = [_place(cell, words) for cell in rows[0]]
    column, named = _place_column(rows, words)
    if sum(place not in (None, WORLD) for place in across[1:]) >= max(2, named):
        yield from _by_column(table, rows, across, words, caption)
        return
    # A header may be made of years or months.
    headed = not any(_is_number(cell) and not _WHEN.search(cell) for cell in rows[0])
    heads = [_head(cell if headed else "", words, topic, caption) for cell in rows[0]]
    for left, right in itertools.pairwise(heads):
        if right.percent and not right.unit:
            right.unit = left.unit  # a share beside a count is a share of what that counts
    for nth, row in enumerate(rows):
        if headed and nth == 0:
            continue
        place, mark = (WORLD, "") if column is None else (_place(row[column], words), _mark(row[column]))
        label = _head(row[0], words, "", caption) if column is None else None
        for at, text in enumerate(row):
            if at == column or (column is None and at == 0) or not _is_number(text):
                continue
            head = heads[at]
            if label is not None and (label.unit or label.percent):
                head = _Head(head.text, label.unit, label.state, head.scale * label.scale, label.percent)
            told = " / ".join(filter(None, ("" if column is not None else row[0], head.text)))
            locator = f"{table.locator}, row {nth + 1 if not headed else nth}, column {at + 1}" + (
                f" ({told})" if told else ""
            )
            context = _context(table, row[0] if column is None else row[column], head.text, text)
            yield _cell(text, locator, context, head, place, mark, words)


def _by_column(
    table: Table, rows: list[list[str]], across: list[str | None], words: Words, caption: _Head
) -> Iterator[Cell]:
    """A table with a country in each column and a measure in each row."""
    for nth, row in enumerate(rows[1:], 1):
        head = _head(row[0], words, "", caption)
        for at, text in enumerate(row[1:], 1):
            if _is_number(text):
                locator = f"{table.locator}, row {nth}, column {at + 1} ({rows[0][at]})"
                yield _cell(
                    text,
                    locator,
                    _context(table, rows[0][at], row[0], text),
                    head,
                    across[at],
                    _mark(rows[0][at]),
                    words,
                )


def _context(table: Table, label: str, header: str, text: str) -> str:
    """A cell with what it belongs to, in place of a sentence."""
    return " | ".join(filter(None, (table.caption, label, f"{header}: {text}" if header else text)))


def _cell(text: str, locator: str, context: str, head: _Head, place: str | None, mark: str, words: Words) -> Cell:
    printed = _MARKS.sub("", text).strip()
    own_mark = _mark(text) or mark
    cell = Cell(printed, locator, context, mark=own_mark)
    percent = head.percent or "%" in printed
    if place is None:
        cell.why = "its row or column names no place"
        return cell
    if not head.unit and not percent:
        cell.why = "its header names nothing that is counted here"
        return cell
    try:
        read = quantity(printed, words.code)
    except DataError:
        cell.why = "cannot be read as a number"
        return cell
    if read.currency or read.unit in ("change", "ratio", "rank"):
        cell.why = "price" if read.currency else f"{read.unit}: a claim, if anything"
        return cell
    scale = head.scale
    if head.percent and read.unit != "share":
        scale = 0.01
    known = tables()["shares"] if percent else tables()["measures"][head.unit]
    measure = (known.get(head.state) or known.get(head.unit, "")) if percent else known.get(head.state) or known[""]
    reading = Reading(
        Number(0, len(printed), printed, read, False), unit=head.unit, state=head.state, measure=measure, place=place
    )
    reading.reasons.append(f"column '{head.text}'" if head.text else "the table's heading")
    if scale != 1:
        reading.reasons.append(f"the header counts in {scale:g}")
    cell.reading, cell.scale = reading, scale
    return cell


def _head(text: str, words: Words, topic: str, caption: _Head | None = None) -> _Head:
    head = _Head(" ".join(text.split()))
    named = next((one for one in words.nouns.finditer(text) if caption is not None or one.lastgroup != "country"), None)
    head.unit = named.lastgroup or "" if named else ""
    head.percent = "%" in text or "‰" in text or words.share_of.search(text) is not None
    head.scale = next((size for form, size in words.in_thousands.items() if form.search(text)), 1.0)
    if caption is not None:
        if head.unit and head.scale == 1:
            head.scale = _captioned_scale(caption, named[0] if named else "", words)
        if not head.unit and (
            not head.text or _WHEN.search(head.text) or words.generic.fullmatch(re.sub(r"\s*\(.*\)$", "", head.text))
        ):
            head.unit = caption.unit or topic
            head.text = head.text or caption.text
            if head.scale == 1:
                head.scale = caption.scale
            named = next((one for one in words.nouns.finditer(caption.text) if one.lastgroup != "country"), None)
    states = list(tables()["shares"] if head.percent else tables()["measures"].get(head.unit, {}))
    said = [text] + ([caption.text] if caption is not None and named and _names(caption.text, head.unit, words) else [])
    head.state = next(
        (state for one in said for state in states if state in words.states and words.states[state].search(one)), ""
    )
    return head


def _captioned_scale(caption: _Head, noun: str, words: Words) -> float:
    """A caption's scale holds for the column that it names: "servers and images by country (images in thousands)"."""
    for bracket in re.findall(r"\(([^)]*)\)", caption.text):
        size = next(
            (size for form, size in words.in_thousands.items() if form.search(bracket) or form.search(f"({bracket})")),
            1.0,
        )
        if size != 1 and (noun.lower() in bracket.lower() or not words.nouns.search(bracket)):
            return size
    return 1.0


def _names(text: str, unit: str, words: Words) -> bool:
    return any(one.lastgroup == unit for one in words.nouns.finditer(text))


def _place_column(rows: list[list[str]], words: Words) -> tuple[int | None, int]:
    """The column in whose cells most places stand, and how many."""
    best, most = None, 0
    for column in range(len(rows[0])):
        count = sum(_place(row[column], words) not in (None, WORLD) for row in rows)
        if count > most:
            best, most = column, count
    return (best, most) if most >= max(1, (len(rows) - 1) // 3) else (None, 0)


def _place(text: str, words: Words) -> str | None:
    """The place that a cell names as a whole; None if it names none."""
    name = _MARKS.sub("", text).strip(" :.")
    if not name:
        return None
    if any(form.fullmatch(name) for form in words.regions):
        return next(place for form, place in words.regions.items() if form.fullmatch(name))
    if words.totals.fullmatch(re.sub(r"\s*\(.*\)$", "", name)):
        return WORLD
    found = find_places(name, words.code)
    if len(found) == 1 and len(found[0][2].name) >= 0.7 * len(name):
        return WORLD if found[0][2].kind == "world" else found[0][2].name
    return None


def _mark(text: str) -> str:
    found = _MARKS.search(text)
    return found[1] if found else ""


def _is_number(text: str) -> bool:
    return bool(_NUMBER.match(text)) and not _NO_NUMBER.match(text)
