"""Long texts that occur in several rows of a table, printed once below it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..language.catalogue import say
from .model import Span, Table, plain

#: Shorter texts may be repeated.
_LONG = 120


def told_once(table: Table, lang: str) -> Table:
    """A table in which a long text shared by several cells is printed below, and its number in the cells."""
    counts = Counter(plain(cell) for row in table.rows for cell in row)
    shared = [text for text, count in counts.items() if count > 1 and len(text) > _LONG]
    if not shared:
        return table
    names = {text: f"{say('note_number', lang, family='documents')} {number}" for number, text in enumerate(shared, 1)}
    rows = tuple(
        tuple((Span(names[plain(cell)]),) if plain(cell) in names else cell for cell in row) for row in table.rows
    )
    return replace(table, rows=rows, notes=(*(f"{name}: {text}" for text, name in names.items()), *table.notes))
