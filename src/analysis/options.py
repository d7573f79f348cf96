"""The door of every public function: it has the options that it is given, and words are given as words."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping
from numbers import Real
from types import FunctionType
from typing import Any, TypeVar, cast

from .errors import OptionError, shown, unknown, with_article

T = TypeVar("T")
#: How dates are declared at which the counting changed.
_BREAKS = "pd.DataFrame | Sequence[str]"
#: What an option is, by how it is declared.
_KINDS = {
    "str": "a text",
    "bool": "True or False",
    "int": "a whole number",
    "float": "a number",
    _BREAKS: "a table of ex.breaks, or a list of dates",
}


def with_known_options(public: T, room: str) -> T:
    """Return a public function that refuses options that it does not have, and tables or numbers in place of words.

    Parameters
    ----------
    public
        The function; what it does is not touched. Anything else, and what passed here before, is returned as it is.
    room
        The module that makes it public, by which it is found again.

    Raises
    ------
    OptionError
        By the function that is returned, before it does anything.

    Examples
    --------
    >>> def title_of(place: str, lang: str | None = None): ...
    >>> with_known_options(title_of, "analysis")("Spain", lang=["en"])
    Traceback (most recent call last):
    analysis.errors.OptionError: lang of title_of() is a text, not a list; give one, or leave lang out.
    """
    if not isinstance(public, FunctionType) or hasattr(public, "__wrapped__"):
        return public
    function: FunctionType = public
    # A package that can be called is called by its own name.
    name_told = room.rpartition(".")[2] if function.__name__ == "__call__" else function.__name__
    declared = inspect.signature(function).parameters
    open_ended = any(one.kind is one.VAR_KEYWORD for one in declared.values())
    placed = [name for name, one in declared.items() if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    # What comes first is what the function is about, of which it tells itself.
    kinds = {name: kind for name, one in list(declared.items())[1:] if (kind := _kind(one)) is not None}

    @functools.wraps(function)
    def known(*args: Any, **kwargs: Any) -> Any:
        for option in () if open_ended else kwargs:
            if option not in declared:
                told = unknown("option", option, [name for name in declared if name != "self"])
                said = f"{name_told}() got an unexpected keyword argument {option!r}"
                raise OptionError(said, remedy=told.remedy, option=option)
        for name, given in (*zip(placed, args, strict=False), *kwargs.items()):
            if name in kinds and not _fits(given, declared[name], kinds[name]):
                raise _misfit(name_told, given, declared[name], kinds[name])
        return function(*args, **kwargs)

    known.__module__, known.__qualname__ = room, function.__name__
    return cast("T", known)


def _kind(option: inspect.Parameter) -> str | None:
    """What an option is to be, as far as this door knows."""
    return _KINDS.get(str(option.annotation).removesuffix(" | None"))


def _fits(given: Any, option: inspect.Parameter, kind: str) -> bool:
    """Whether what is given can be of that kind; a date may stand for its text, and 0 for False."""
    if given is None:
        return str(option.annotation).endswith("None") or option.default is None
    if isinstance(given, str):
        return kind == _KINDS["str"] or kind in (_KINDS["int"], _KINDS["float"])  # the function says which numbers
    if isinstance(given, Iterable):
        return kind == _KINDS[_BREAKS] and not isinstance(given, Mapping)
    return not isinstance(given, Real) or kind not in (_KINDS["str"], _KINDS[_BREAKS])


def _misfit(function: str, given: Any, option: inspect.Parameter, kind: str) -> OptionError:
    told = shown(given) if given is None or isinstance(given, (str, Real)) else with_article(type(given).__name__)
    return OptionError(
        f"{option.name} of {function}() is {kind}, not {told}",
        remedy="give one" + ("" if option.default is option.empty else f", or leave {option.name} out"),
        option=option.name,
    )
