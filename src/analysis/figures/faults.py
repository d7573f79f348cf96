"""What is wrong, or worth a look, in a file of the data folder: its place, what was expected, and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..errors import DataError, ExposureError, IdentifierError
from ..identifiers import identifying_texts


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a look, in a file of the data folder.

    Attributes
    ----------
    severity
        ``error`` (must be mended) or ``note`` (should be looked at).
    file, line, column
        Where it is; the line is 0 and the column empty where there is none.
    value, expectation, remedy
        What stands there, what was expected, and what to do. An identifier's value is never repeated.
    """

    severity: str
    file: str
    line: int
    column: str
    value: str
    expectation: str
    remedy: str
    cause: ExposureError | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, error: ExposureError, value: str = "", **place: Any) -> Finding:
        """A finding made of an error, its place filled in where the error does not know it."""
        error = error.at(**place)
        return cls(
            "error",
            error.file or "",
            error.line or 0,
            error.column or "",
            value,
            error.fact.rstrip("."),
            error.what_now or "correct it.",
            error,
        )

    def error(self) -> ExposureError:
        """The finding as an error to raise: the one that it was made of, or a :class:`DataError`."""
        if self.cause is not None:
            return self.cause
        shown = f"{self.value!r}: " if self.value else ""
        return DataError(
            f"{shown}{self.expectation}",
            remedy=self.remedy,
            file=self.file,
            line=self.line or None,
            column=self.column or None,
        )


def fault_at(
    at: dict[str, Any], column: str, value: str, expectation: str, remedy: str, severity: str = "error"
) -> Finding:
    """The finding at a place (``file`` and ``line``)."""
    return Finding(severity, at["file"], at["line"], column, value, expectation, remedy)


def unknown_source(at: dict[str, Any], source: str) -> Finding:
    """The finding for a source that the survey does not have."""
    return fault_at(at, "source", source, "is not a source of this survey", "add it to sources.csv, or correct the id.")


def unknown_measure(at: dict[str, Any], column: str, measure: str, known: dict[str, Any]) -> Finding:
    """The finding for a measure that no dictionary has, with the nearest names."""
    from difflib import get_close_matches

    near = get_close_matches(measure, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "define it in measures.toml, or choose one of those there."
    return fault_at(at, column, measure, "is not a measure of measures.toml", hint)


def without_identifiers(file: str, rows: list[Any], allow: Collection[str] = ()) -> tuple[list[Any], list[Finding]]:
    """The rows with every cell emptied that holds something identifying, and a finding for each.

    The value is never repeated.
    """
    found: list[Finding] = []
    rows = list(rows)
    places: dict[bool, dict[str, list[tuple[int, str]]]] = {False: {}, True: {}}
    for number, row in enumerate(rows):
        for column, text in zip(row._fields, row, strict=True):
            if text and column != "line":
                places[column in allow].setdefault(text, []).append((number, column))
    for allowed, texts in places.items():
        standing = list(texts.values())
        for position, rule in identifying_texts(list(texts), address_allowed=allowed).items():
            for number, column in standing[position]:
                found.append(_identifying(rule, file, rows[number].line, column))
                rows[number] = rows[number]._replace(**{column: ""})
    return rows, found


def _identifying(rule: str, file: str, line: int, column: str) -> Finding:
    remedy = "remove what identifies, and keep counts only."
    error = IdentifierError(
        f"looks like a {rule}",
        remedy=f"nothing of this file was kept. {remedy.capitalize()}",
        file=file,
        line=line or None,
        column=column,
        rule=rule,
    )
    return Finding("error", file, line, column, "", f"looks like a {rule}", remedy, error)


def in_order(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are told: by file, line and column, errors first."""
    return (finding.file, finding.line, finding.severity, finding.column, finding.value, finding.expectation)


def toml_line(text: str, key: str, nth: int = 0) -> int:
    """The line on which a key (``status``, ``method.ports``), or the nth table of a list, begins; 0 if nowhere."""
    table, _, name = key.rpartition(".")
    pattern = rf"^\s*(?:\[\[?\s*{re.escape(name)}\s*\]?\]|[\"']?{re.escape(name)}[\"']?\s*=)"
    start = 0
    if table and (opened := re.search(rf"^\s*\[{re.escape(table)}\]", text, re.MULTILINE)):
        start = opened.start()
    matches = list(re.finditer(pattern, text[start:], re.MULTILINE))
    if not matches:
        return text[:start].count("\n") + 1 if table and start else 0
    match = matches[min(nth, len(matches) - 1)]
    return text[: start + match.start() + len(match.group()) - len(match.group().lstrip())].count("\n") + 1
