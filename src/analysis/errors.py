"""The typed errors of the package: what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

#: So many choices are listed whole; of more, the nearest names are.
_LISTED = 15


class ExposureError(Exception):
    """Base of every error that the package raises on purpose.

    The message says what was found, what was expected and how to mend it. Where it was found and the remedy are kept
    apart, so that programs can use them and the text can show them.

    Parameters
    ----------
    message
        What is wrong and why, in one sentence.
    remedy
        What to do now; the message shows it after the fact.
    file, line, column
        The place: a file's name, the line in it (1 is the first) and a column's name.
    details
        Anything else a caller may want, kept as attributes of the same names.

    Examples
    --------
    >>> print(DataError("the table has no rows", remedy="choose places that were published", file="a.csv"))
    a.csv: the table has no rows; choose places that were published.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.fact = message
        self.remedy = remedy
        self.file = None if file is None else str(file)
        self.line = None if line is None else int(line)
        self.column = None if column is None else str(column)
        self.details = details
        for name, detail in details.items():
            setattr(self, name, detail)

    @property
    def message(self) -> str:
        """The fact and its remedy, without the place."""
        if self.remedy is None:
            return self.fact
        return f"{self.fact.rstrip('.;')}; {self.remedy.rstrip('.')}."

    @property
    def place(self) -> str:
        """Where the fault is, as text; empty if it has no place."""
        parts = [
            self.file,
            None if self.line is None else f"line {self.line}",
            None if self.column is None else f"column '{self.column}'",
        ]
        return ", ".join(part for part in parts if part)

    def at(self, *, file: str | None = None, line: int | None = None, column: str | None = None) -> Self:
        """Return the same error with its place filled in where it is still unknown."""
        return type(self)(
            self.fact,
            remedy=self.remedy,
            file=file if self.file is None else self.file,
            line=line if self.line is None else self.line,
            column=column if self.column is None else self.column,
            **self.details,
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions with keyword-only arguments do not survive pickling between processes otherwise.
        place = {"remedy": self.remedy, "file": self.file, "line": self.line, "column": self.column}
        return _rebuild, (type(self), self.fact, {**place, **self.details})


def _rebuild(kind: type[ExposureError], fact: str, details: dict[str, Any]) -> ExposureError:
    return kind(fact, **details)


class DataError(ExposureError):
    """Input that cannot be right: missing, malformed, contradictory or impossible."""


class AmbiguousQuantityError(DataError):
    """A printed figure that can be read in two ways; ``readings`` holds both."""


class UnknownPlaceError(DataError):
    """A place that is not known, or that means several; ``candidates`` holds suggestions."""


class IdentifierError(ExposureError):
    """Input that holds, or may hold, something identifying. Never repeats the value."""


class NotComparableError(ExposureError):
    """Figures that must not be compared, joined or added; the message says why."""


class BuildError(ExposureError):
    """A report that could not be built; the former report is untouched."""


def unknown(kind: str, name: object, choices: Iterable[str], **details: Any) -> DataError:
    """Return the error for a name that is not among the choices: the nearest names, and what to choose of.

    Parameters
    ----------
    kind
        What the name was meant to be, such as ``method`` or ``survey``.
    name
        The name as given.
    choices
        All names that would have been right.
    details
        The place of the fault, and whatever else the error is to keep.

    Examples
    --------
    >>> print(unknown("method", "exat", ["exact", "byar"]))
    unknown method 'exat'; did you mean 'exact'? Choose one of exact, byar.
    """
    import difflib

    names = [str(choice) for choice in choices]
    folded = {choice.casefold(): choice for choice in reversed(names)}
    near = [folded[one] for one in difflib.get_close_matches(str(name).casefold(), folded, n=3, cutoff=0.6)]
    parts = []
    if near:
        parts.append(f"did you mean {' or '.join(repr(one) for one in near)}?")
    if len(names) <= _LISTED:
        parts.append(f"choose one of {', '.join(names)}")
    elif not near:
        parts.append(f"choose one of {len(names)}, such as {', '.join(names[:3])}")
    remedy = " ".join([*parts[:1], *(part[:1].upper() + part[1:] for part in parts[1:])])
    return DataError(f"unknown {kind} {name!r}", remedy=remedy, choices=names, **details)
