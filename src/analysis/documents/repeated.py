"""Long texts that occur in several rows of a table, printed once below it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..language.catalogue import say
from .model import Span, Table, plain

#: Shorter texts may be repeated.
_LONG = 120


def told_once(table: Table, lang: str) -> Table:
    """A table in which a long text shared by several cells is printed below, and its number in the cells.

    The first column says what a row is about, and stays.
    """
    counts = Counter(plain(cell) for row in table.rows for cell in row[1:])
    shared = [text for text, count in counts.items() if count > 1 and len(text) > _LONG]
    if not shared:
        return table
    names = {text: f"{say('note_number', lang, family='documents')} {number}" for number, text in enumerate(shared, 1)}
    rows = tuple(
        (*row[:1], *((Span(names[plain(cell)]),) if plain(cell) in names else cell for cell in row[1:]))
        for row in table.rows
    )
    return replace(table, rows=rows, notes=(*(f"{name}: {text}" for text, name in names.items()), *table.notes))
