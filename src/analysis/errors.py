"""The typed errors of the package: what is wrong, where, and how to mend it."""

from __future__ import annotations


class ExposureError(Exception):
    """Base of every error that the package raises on purpose.

    The message says what was found, what was expected and how to mend it. Where it was
    found is kept apart, so that programs can use it and the text can show it.

    Parameters
    ----------
    message
        One or two sentences: what, why, what now.
    file, line, column
        The place: a file's name, the line in it (1 is the first) and a column's name.
    details
        Anything else a caller may want, kept as attributes of the same names.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        **details: object,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.line = None if line is None else int(line)
        self.column = None if column is None else str(column)
        self.details = details
        for name, detail in details.items():
            setattr(self, name, detail)

    @property
    def place(self) -> str:
        """Where the fault is, as text; empty if it has no place."""
        parts = [
            self.file,
            None if self.line is None else f"line {self.line}",
            None if self.column is None else f"column '{self.column}'",
        ]
        return ", ".join(part for part in parts if part)

    def at(self, **place: object) -> ExposureError:
        """The same error with its place filled in where it is still unknown."""
        known = {"file": self.file, "line": self.line, "column": self.column}
        merged = {name: place.get(name) if old is None else old for name, old in known.items()}
        return type(self)(self.message, **merged, **self.details)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def __reduce__(self) -> tuple:
        # Exceptions with keyword-only arguments do not survive pickling between processes otherwise.
        return _rebuild, (type(self), self.message, self.file, self.line, self.column, self.details)


def _rebuild(kind, message, file, line, column, details):
    return kind(message, file=file, line=line, column=column, **details)


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
