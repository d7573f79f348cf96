"""The typed errors of the package: what is wrong, where, and how to mend it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from numbers import Real
from typing import Any, Self

#: So many choices are listed whole; of more, the nearest names are.
_LISTED = 15
#: A name of so many letters is taken for the beginning of others.
_BEGUN = 4
#: From here on the digits of a number are grouped; a year is not.
_GROUPED = 10_000
#: What a message repeats of what it was given: a quoted text, else a word; the ends of a sentence are not part of it.
_QUOTED = re.compile(r"(?<!\w)'[^'\n]{1,2000}'(?!\w)|\"[^\"\n]{1,2000}\"")
_WORD = re.compile(r"[^\s'\"]{4,}")
_OWN_PATH = re.compile(r"['\"]?(?:[~.]{0,2}/(?!/)|[A-Za-z]:\\)")


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
        super().__init__()
        self._given = message
        self.remedy = remedy
        self.file = None if file is None else str(file)
        self.line = None if line is None else int(line)
        self._column = None if column is None else str(column)
        self.details = details
        for name, detail in details.items():
            setattr(self, name, detail)

    @functools.cached_property
    def fact(self) -> str:
        """What is wrong, as given, without what looks like an identifier.

        Looked at when it is first asked for: most errors are caught and never told.
        """
        return covered(self._given)

    @functools.cached_property
    def column(self) -> str | None:
        """The name of the column, without what looks like an identifier."""
        return None if self._column is None else covered(self._column)

    @property
    def message(self) -> str:
        """The fact and its remedy, without the place."""
        return f"{self.fact.rstrip('.;')}; {self.what_now}" if self.what_now else self.fact

    @property
    def what_now(self) -> str:
        """The remedy as a clause with its stop, without what looks like an identifier; empty if there is none."""
        if self.remedy is None:
            return ""
        told = covered(self.remedy).rstrip(".")
        return told if told.endswith("?") else f"{told}."

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
            self._given,
            remedy=self.remedy,
            file=file if self.file is None else self.file,
            line=line if self.line is None else self.line,
            column=column if self._column is None else self._column,
            **self.details,
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions with keyword-only arguments do not survive pickling between processes otherwise.
        place = {"remedy": self.remedy, "file": self.file, "line": self.line, "column": self.column}
        return _rebuild, (type(self), self.fact, {**place, **self.details})


def _rebuild(kind: type[ExposureError], fact: str, details: dict[str, Any]) -> ExposureError:
    return kind(fact, **details)


class DataError(ExposureError):
    """Input that cannot be right: missing, malformed, contradictory or impossible."""


class OptionError(DataError, TypeError):
    """An option that a function does not have, or that is given as something else; ``option`` holds its name."""


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


@functools.lru_cache(maxsize=1 << 12)
def covered(message: str) -> str:
    """Return a message in which nothing that looks like an identifier is repeated.

    A message may repeat what its caller gave: a name that is not known, a title, a cell. A path of the caller's own
    machine stays, for it says where to look.

    Examples
    --------
    >>> covered("unknown survey '192.0.2.17'; choose one of a-2019, b-2020")
    'unknown survey (what looks like a network address); choose one of a-2019, b-2020'
    """
    from .identifier_rules.texts import identifying

    def shown(found: re.Match[str]) -> str:
        rule = identifying(found.group())
        if rule is None or (rule == "host name" and _OWN_PATH.match(found.group())):
            return found.group()
        return f"(what looks like {with_article(rule)})"

    if identifying(message) is None:
        return message
    message = _WORD.sub(shown, _QUOTED.sub(shown, message))
    # What is left is spread over several words: a label, and a number or a name behind it.
    for spread in (re.compile(r"\S*\d\S*"), re.compile(r".+", re.DOTALL)):
        rule = identifying(message)
        if rule in (None, "host name"):
            return message
        message = spread.sub(f"(what looks like {with_article(rule)})", message)
    return message


def with_article(noun: str) -> str:
    """A noun behind its article.

    Examples
    --------
    >>> with_article("address"), with_article("DataFrame")
    ('an address', 'a DataFrame')
    """
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def shown(value: object) -> str:
    """A value as a message shows it: a number as it is written and a text in quotes, whatever type of numpy holds them.

    Examples
    --------
    >>> shown("95 %"), shown(100000.0)
    ("'95 %'", '100,000')
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        return f"{number:,.10g}" if abs(number) >= _GROUPED else f"{number:.10g}"
    return repr(str(value) if isinstance(value, str) else value)


def unknown(kind: str, name: object, choices: Iterable[str], **details: Any) -> DataError:
    """Return the error for a name that is not among the choices: with the nearest names and the choices.

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
    given = str(name).casefold()
    begun = [one for one in folded if len(given) >= _BEGUN and one.startswith(given)]
    near = [folded[one] for one in begun[:3] or difflib.get_close_matches(given, folded, n=3, cutoff=0.6)]
    parts = []
    if near:
        parts.append(f"did you mean {' or '.join(repr(one) for one in near)}?")
    if len(names) <= _LISTED:
        parts.append(f"choose one of {', '.join(names)}")
    elif not near:
        parts.append(f"choose one of {len(names)}, such as {', '.join(names[:3])}")
    remedy = " ".join([*parts[:1], *(part[:1].upper() + part[1:] for part in parts[1:])])
    return DataError(f"unknown {kind} {shown(name)}", remedy=remedy, choices=names, **details)
