"""Tables of counts: which lines are the header, where the places stand, what each column counts and in which unit.

The shape comes first: lines of the header put together, records that stand side by side put below each other, the
column of labels found. What a head or label says is in :mod:`analysis.intake.heads`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures.quantities import Quantity, quantity
from .clause import Reading
from .events import BODIES, REPORTED
from .heads import WHEN, Head, aside_of, capped, counts_nothing, named_by, of_event, read_head
from .lexicon import Words, tables
from .mentions import WORLD, Mention, one_place, place_of
from .numbers import Number, find_numbers, is_year
from .topic import Topic

if TYPE_CHECKING:
    from .blocks import Table

MARKS = re.compile(r"(?<=\S)\s*([*†‡]+|\[[\w*†‡]{1,3}\]|\([1-9]\d?\)|[¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
#: A number with a sign, a word or two before it (about, more than), a scale word and a counter behind it.
_NUMBER = re.compile(
    r"^[^\w]*(?:[^\W\d_]+[ \u00a0'’.]+){0,2}\d[\d.,'’ \u00a0\u202f–-]*"
    r"(?:[千百万萬億亿兆천백만억조]+\s?\d[\d.,]*)*\W*(?:[^\W\d_]+\W*){0,2}$"
)
_NO_NUMBER = re.compile(r"^\W*$|^(?:n/?[av]\.?|none|null|nd|k\.\s?a\.)$", re.IGNORECASE)
#: Most lines that a header has.
_HEADER = 4


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
class Around:
    """What a table takes from the text around it."""

    topic: Topic = field(default_factory=Topic)
    place: str = ""
    event: str = ""
    home: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Grid:
    """A table in its plain shape: a head for each column, records below; ``at`` are where they stood."""

    heads: list[str]
    rows: list[list[str]]
    numbers: list[int]
    columns: list[int]
    places: dict[int, Mention | None] = field(default_factory=dict)


def read_grid(table: Table, words: Words, around: Around) -> Iterator[Cell]:
    """The numbers of a table, cell by cell."""
    told: Counter[str] = Counter()
    for grid in _shaped(table):
        by = _by_column if _across(grid, words, around) else _by_row
        for cell in by(table, grid, words, around):
            told[cell.text] += 1
            yield cell
    yield from _beside(table, words, told)


def _beside(table: Table, words: Words, told: Counter[str]) -> Iterator[Cell]:
    """The numbers of caption, heads and labels: years, numbers of tables, and the like; they count nothing."""
    texts = [(table.locator, table.caption)] + [
        (f"{table.locator}, row {row}, column {column}", text)
        for row, cells in enumerate(table.rows)
        for column, text in enumerate(cells, 1)
    ]
    for locator, text in texts:
        printed = MARKS.sub("", text).strip()
        if told[printed]:
            told[printed] -= 1
            continue
        numbers, left_out = find_numbers(text, words)
        for one in numbers:
            yield Cell(one.text, locator, text, why="year" if is_year(one) else "label")
        for kind in left_out:
            yield Cell(kind.text, locator, text, why=kind.reason)


# Shape ------------------------------------------------------------------------------------------------


def _shaped(table: Table) -> Iterator[_Grid]:
    width = max(map(len, table.rows))
    rows = [row + [""] * (width - len(row)) for row in table.rows]
    filled = [column for column in range(width) if any(row[column].strip() for row in rows)]
    rows = [[row[column] for column in filled] for row in rows]
    deep = table.heads or (
        _header(rows) if any(not is_number(cell) for cell in rows[0][1:]) or WHEN.match(rows[0][-1]) else 0
    )
    heads = [_joined(row[column] for row in rows[:deep]) for column in range(len(filled))]
    body = rows[deep:]
    numbers = list(range(deep and 1, len(body) + bool(deep)))
    for first, last in _records(heads):
        part = [row[first:last] for row in body]
        yield _Grid(heads[first:last], part, numbers, [filled[at] + 1 for at in range(first, last)])


def _header(rows: list[list[str]]) -> int:
    """How many lines from the top are the header: those without a number, years aside."""
    deep = 0
    for row in rows[:_HEADER]:
        if any(is_number(cell) and not WHEN.match(cell) for cell in row[1:] or row):
            break
        if deep and not any(is_number(cell) for one in rows[deep + 1 :] for cell in one):
            break
        deep += 1
    return min(deep, len(rows) - 1)


def _joined(cells: Iterator[str]) -> str:
    return " ".join(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))


def _records(heads: list[str]) -> list[tuple[int, int]]:
    """Where each record of a line begins and ends: heads that repeat are several records side by side."""
    width = len(heads)
    for size in range(2, width // 2 + 1):
        if width % size == 0 and heads[0] and all(heads[at] == heads[at % size] for at in range(width)):
            return [(first, first + size) for first in range(0, width, size)]
    return [(0, width)]


def _across(grid: _Grid, words: Words, around: Around) -> bool:
    """Whether the places stand in the header, a measure in each row."""
    named = sum(
        one is not None and one.name != WORLD for one in (place_of(head, words, around.home) for head in grid.heads[1:])
    )
    down = max(
        sum(place_of(row[column], words, around.home) is not None for row in grid.rows)
        for column in range(len(grid.heads))
    )
    return named >= max(2, down)


def _label_column(grid: _Grid, words: Words, around: Around) -> tuple[int, bool]:
    """The column whose cells say what the row is about, and whether they name places."""
    best, most = 0, 0
    for column in range(len(grid.heads)):
        cells = [row[column] for row in grid.rows]
        found = [place_of(cell, words, around.home) for cell in cells if cell and not is_number(cell)]
        count = sum(one is not None and one.name != WORLD for one in found)
        if count > most:
            best, most = column, count
    if most >= max(1, len(grid.rows) // 3):
        return best, True
    texts = [
        sum(bool(row[column]) and not is_number(row[column]) for row in grid.rows) for column in range(len(grid.heads))
    ]
    return texts.index(max(texts)), False


# Cells ------------------------------------------------------------------------------------------------


def _by_row(table: Table, grid: _Grid, words: Words, around: Around) -> Iterator[Cell]:
    key, named = _label_column(grid, words, around)
    states = named_by(grid.heads[key], [row[key] for row in grid.rows], words, _country_of(table, words, around))
    caption = read_head(table.caption, words)
    heads = _heads(grid, key, caption, words, around)
    event = words.event(" ".join((table.caption, *grid.heads))) or around.event
    heads = [of_event(head, event) for head in heads]
    labels = [of_event(read_head(row[key], words), event) for row in grid.rows]
    if {*REPORTED} & {caption.unit, around.topic.unit, *(one.unit for one in (*heads, *labels))}:
        # Who reports, in a label, is not what is counted.
        labels = [replace(one, unit="", state="") if one.unit in BODIES else one for one in labels]
    counted = [one for row, one in zip(grid.rows, labels, strict=True) if not _is_total(row[key], words)]
    headless = not any(grid.heads)
    counts = [bool(one.unit or one.percent) for one in counted]
    by_label = not named and bool(counts) and (any(counts) if headless else all(counts))
    parents = set()
    above = of_event(Head("").completed(caption, around.topic, words), event)
    for nth, row in enumerate(grid.rows):
        above = labels[nth] if labels[nth].unit else above
        label = MARKS.sub("", row[key]).strip()
        place = states.get(label) or place_of(label, words, around.home)
        if place is not None and place.code:
            parents.add(place.code[:2] if "-" in place.code else "")
        for at, text in enumerate(row):
            if at == key or not is_number(text):
                continue
            head = heads[at]
            if by_label:
                # A label that names nothing that is counted tells a part of what stands above it.
                part = not labels[nth].unit and not labels[nth].percent and above.unit in REPORTED
                head = head.told_by(replace(above, kind=labels[nth].kind) if part else labels[nth])
            told = " / ".join(filter(None, ("" if named else label, head.text)))
            locator = f"{table.locator}, row {grid.numbers[nth]}, column {grid.columns[at]}" + (
                f" ({told})" if told else ""
            )
            cell = Cell("", locator, _context(table, row[key], head.text, text), mark=_mark(text) or _mark(row[key]))
            where = _place(place, label, named, parents, table, words, around)
            if words.rest_label.match(label):
                cell.text, cell.why = text, "others beside those that are named"
                yield cell
                continue
            yield _filled(cell, text, head, where, words, total=_is_total(label, words))


def _by_column(table: Table, grid: _Grid, words: Words, around: Around) -> Iterator[Cell]:
    """A table with a country in each column and a measure in each row."""
    caption = read_head(table.caption, words)
    for nth, row in enumerate(grid.rows):
        head = read_head(row[0], words).completed(caption, around.topic, words)
        for at, text in enumerate(row[1:], 1):
            if not is_number(text):
                continue
            name = grid.heads[at]
            locator = f"{table.locator}, row {grid.numbers[nth]}, column {grid.columns[at]} ({name})"
            cell = Cell("", locator, _context(table, name, row[0], text), mark=_mark(text) or _mark(name))
            where = place_of(name, words, around.home)
            yield _filled(cell, text, head, where, words, total=False)


def _heads(grid: _Grid, key: int, caption: Head, words: Words, around: Around) -> list[Head]:
    """What each column counts; one that says only what is so of it counts what the column before it counts."""
    heads: list[Head] = []
    for at, text in enumerate(grid.heads):
        head = read_head(text, words)
        before = next((one for one in reversed(heads) if one.unit), None) if at > key else None
        if before is not None and aside_of(head, words):
            head = head.part_of(before, words)
        elif (
            head.unit in BODIES and (caption.unit or around.topic.unit) in REPORTED and not words.affected.search(text)
        ):
            head = replace(head, unit="", state="").completed(caption, around.topic, words, silent=True)
        elif WHEN.match(text) or not head.unit:
            head = head.completed(caption, around.topic, words)
        else:
            head = capped(head, caption, words)
        heads.append(head)
    return heads


def _place(
    place: Mention | None, label: str, named: bool, parents: set[str], table: Table, words: Words, around: Around
) -> Mention | None:
    """The place of a row: the one that it names, for a total that of all its parts, else that of the table."""
    if place is not None and place.name != WORLD:
        return place
    if named and not _is_total(label, words) and place is None:
        return None
    country = next(iter(parents)) if len(parents) == 1 else ""
    if country:
        return Mention(0, 0, country, code=country)
    captioned = place_of(table.caption, words, around.home)
    return captioned or Mention(0, 0, one_place(table.caption, words, around.home) or around.place or WORLD)


def _country_of(table: Table, words: Words, around: Around) -> str:
    """The two letters of the country that the caption or heading names; empty if there is none."""
    from ..figures.country_names import country_codes

    named = one_place(table.caption, words, around.home) or around.place
    found = place_of(named, words) if named else None
    codes = {iso3: iso2 for iso2, iso3 in country_codes().items()}
    return codes.get(found.code, "") if found is not None else ""


def _is_total(label: str, words: Words) -> bool:
    bare = re.sub(r"\s*\(.*\)$", "", MARKS.sub("", label)).strip(" :.*")
    return not bare or words.totals.fullmatch(bare) is not None or words.whole_label.match(bare) is not None


def _context(table: Table, label: str, header: str, text: str) -> str:
    """A cell with what it belongs to, in place of a sentence."""
    return " | ".join(filter(None, (table.caption, label, f"{header}: {text}" if header else text)))


def _filled(cell: Cell, text: str, head: Head, place: Mention | None, words: Words, *, total: bool) -> Cell:
    """A cell with what it counts, or with the reason why it counts nothing."""
    printed = MARKS.sub("", text).strip()
    cell.text = printed
    try:
        read = quantity(printed, words.code)
    except DataError:
        cell.why = "cannot be read as a number"
        return cell
    percent = head.percent or "%" in printed or read.unit == "share"
    cell.why = counts_nothing(head, read, percent, words) or (
        "its row or column names no place" if place is None else ""
    )
    if not cell.why and percent and total and round(read.value) in (1, 100):
        cell.why = "share: all of it"
    if not cell.why and not head.unit and not percent:
        cell.why = "its header names nothing that is counted here"
    if cell.why or place is None:
        return cell
    cell.reading, cell.scale = _reading(printed, read, head, place, percent), head.scale
    if head.percent and read.unit != "share":
        cell.scale = 0.01
    elif percent:
        cell.scale = 1.0
    if cell.scale != 1:
        cell.reading.reasons.append(f"the header counts in {cell.scale:g}")
    return cell


def _reading(printed: str, read: Quantity, head: Head, place: Mention, percent: bool) -> Reading:
    known = tables()["shares"] if percent else tables()["measures"][head.unit]
    measure = (known.get(head.state) or known.get(head.unit, "")) if percent else known.get(head.state) or known[""]
    number = Number(0, len(printed), printed, read, False)
    reading = Reading(number, unit=head.unit, state=head.state, measure=measure, place=place.name)
    reading.candidates = place.candidates
    reading.reasons.append(f"column '{head.text}'" if head.text else "the table's heading")
    reading.evidence.append("table")
    if not measure:
        reading.reasons.append("no measure covers it: name one, or drop it")
    return reading


def _mark(text: str) -> str:
    found = MARKS.search(text)
    return found[1].strip("[]()") if found else ""


def is_number(text: str) -> bool:
    """Whether a cell is a number, marks and words about it aside."""
    bare = MARKS.sub("", text)
    return bool(_NUMBER.match(bare)) and not _NO_NUMBER.match(bare)
