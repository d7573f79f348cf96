"""What is wrong with one row of a table of counts, its cells given as text."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ..errors import DataError, ExposureError, IdentifierError
from ..figures import fields

#: Before the first and after the last of these days nothing was scanned: a slip of the century.
FIRST, LAST = date(1980, 1, 1), date(2099, 12, 31)
_PATTERNS = {field.name: re.compile(field.pattern) for field in fields.COUNTS if field.pattern}
VINTAGE = "vintage"
_NEEDED = {field.name for field in fields.COUNTS if field.needed}
_EXAMPLES = {field.name: field.example for field in fields.COUNTS}


def row_fault(cells: dict[str, str], grain: str = "day") -> ExposureError | None:
    """What is wrong with one row of a table of counts, its cells given as text; None if nothing is."""
    for field in fields.COUNTS:
        text = cells.get(field.name, "")
        if text == "":
            if field.needed or (field.name == VINTAGE and VINTAGE in cells):
                return DataError(f"is empty: {field.description}", column=field.name)
            continue
        if field.name in ("day", VINTAGE):
            if fault := _fault_of_day(text):
                return DataError(fault[0], remedy=fault[1], column=field.name)
        elif field.name in ("count", "low", "high"):
            if not _is_number(text, whole=field.name == "count"):
                kind = "whole number from zero on" if field.name == "count" else "number"
                return DataError(
                    f"'{text[:40]}' is not a {kind}", remedy=f"write it like {field.example}", column=field.name
                )
        elif fault := fault_of_text(field.name, text):
            return DataError(fault[0], remedy=fault[1], column=field.name)
    day, count = date.fromisoformat(cells["day"]), int(cells["count"])
    if (grain == "month" and day.day != 1) or (grain == "week" and day.weekday() != 0):
        first = "first day of a month" if grain == "month" else "Monday"
        return DataError(
            f"{day} is not a {first}, as the grain '{grain}' of the series requires",
            remedy="correct the day, or the grain",
            column="day",
        )
    for column, sign in (("low", 1), ("high", -1)):
        if cells.get(column) and sign * (float(cells[column]) - count) > 0:
            return DataError(
                f"the count {count} is outside of its own interval ({column} {cells[column]})",
                remedy="correct one",
                column=column,
            )
    return None


def identifying(rule: str, **place: Any) -> IdentifierError:
    """The error for a text that identifies; it never repeats the text."""
    what_now = "nothing of this table was kept. Remove what identifies, and keep counts only."
    return IdentifierError(f"looks like a {rule}", remedy=what_now, rule=rule, **place)


def _fault_of_day(text: str) -> tuple[str, str] | None:
    """What is wrong with a day, and what to do; None if nothing is."""
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        zoned = re.search(r"(?:Z|[+-]\d{2}:?\d{2})$", text)
        why = "a time with a zone" if zoned else "a time without a zone: nobody can tell which day that is"
        return f"'{text[:40]}' is {why}", "write the day as the monitor counts it, such as 2024-05-01"
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        return f"'{text[:40]}' is not a day of the calendar", "write it like 2024-05-01"
    return None if FIRST <= day <= LAST else (f"{text} is before {FIRST} or after {LAST}", "correct the year")


def fault_of_text(column: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a text of a column, and what to do; None if nothing is."""
    if text == "":
        return ("is empty", f"fill the {column}") if column in _NEEDED else None
    if text != text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        return "has blanks around it, or a sign that does not belong to a text", "remove them"
    pattern = _PATTERNS.get(column)
    if pattern and not pattern.match(text):
        return f"'{text[:40]}' is not written as expected", f"write it like {_EXAMPLES[column]}"
    return None


def _is_number(text: str, whole: bool) -> bool:
    if whole:
        return bool(re.fullmatch(r"\d{1,18}", text))
    return bool(re.fullmatch(r"-?\d{1,18}(?:\.\d+)?", text))


def written(value: object) -> str:
    """A value of a frame as a CSV file would have it."""
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return text.removesuffix("T00:00:00")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
