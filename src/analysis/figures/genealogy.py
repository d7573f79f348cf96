"""Which source retells which: none retells itself, a missing source, or one that retells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..datafolder import relative
from .faults import Finding

if TYPE_CHECKING:
    from .survey import Survey


def genealogy_faults(surveys: list[Survey], looked_at: list[Survey]) -> Iterator[Finding]:
    """Which source retells which: none retells itself, a missing source, or one that retells it."""
    # Your own description of a publication is compared with the shipped one, not the other way round.
    rows = [
        (survey, row)
        for survey in sorted(surveys, key=lambda survey: survey in looked_at)
        for row in survey.source_rows
    ]
    parents: dict[str, set[str]] = {}
    for _, row in rows:
        parents.setdefault(row.source, set()).update(row.derived_from.split())
    first: dict[str, tuple[str, Any]] = {}
    for survey, row in rows:
        told = survey in looked_at
        file = relative(survey.folder / "sources.csv")
        for parent in row.derived_from.split():
            fault = None
            if parent == row.source:
                fault = "derives from itself", "name what it retells."
            elif parent not in parents:
                fault = "is not a source of any survey", "add it to sources.csv (seen: quoted), or correct the id."
            elif row.source in _ancestors(parent, parents):
                fault = f"derives in turn from {row.source}", "cut the circle where the text does not name the other."
            if fault and told:
                yield Finding("error", file, row.line, "derived_from", parent, *fault)
        other_file, other = first.setdefault(row.source, (file, row))
        for column in ("published", "lang", "publisher", "title", "url"):
            if told and getattr(row, column) != getattr(other, column) and other_file != file:
                yield Finding(
                    "error",
                    file,
                    row.line,
                    column,
                    getattr(row, column),
                    f"differs from {getattr(other, column)!r} in {other_file}, line {other.line}: "
                    "one publication, one description",
                    "make them the same.",
                )


def _ancestors(source: str, parents: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [source]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += parents.get(one, ())
    return seen
