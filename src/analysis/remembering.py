"""Cached answers, each with the files that it was made from: whoever receives one counts as having read them.

A build reads the data once, in the process from which its notebooks are forked. A notebook that is given what was read
there depends on the files all the same, so that Python's audit, which notes what a page is made of, is told of them as
if they were opened again. Any cache of what was read below the data folder is one of these.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

_Answer = TypeVar("_Answer")

#: What has been read so far for each of the answers on their way, the outermost first.
_ON_THEIR_WAY: ContextVar[tuple[set[Path], ...]] = ContextVar("on_their_way", default=())
#: The files of which the audit of this process has been told.
_told: set[Path] = set()
if hasattr(os, "register_at_fork"):  # Windows has no fork, and nothing to forget after it
    os.register_at_fork(after_in_child=_told.clear)


def note_reading(path: Path) -> None:
    """Note that a file is read, for the answers that are on their way."""
    for files in _ON_THEIR_WAY.get():
        files.add(path)


@contextmanager
def _reading() -> Iterator[set[Path]]:
    files: set[Path] = set()
    token = _ON_THEIR_WAY.set((*_ON_THEIR_WAY.get(), files))
    try:
        yield files
    finally:
        _ON_THEIR_WAY.reset(token)


def _read_again(files: frozenset[Path]) -> None:
    """Tell of files that were read before: the answers on their way, and the audit once in a process."""
    for others in _ON_THEIR_WAY.get():
        others.update(files)
    if not _told.issuperset(files):
        for file in sorted(files - _told):
            sys.audit("open", str(file), "r", os.O_RDONLY)
        _told.update(files)


class Remembered(Generic[_Answer]):
    """A function whose last answers are kept; see :func:`remembered`."""

    def __init__(self, function: Callable[..., _Answer], most: int | None, by_arguments_alone: bool) -> None:
        def made(in_use: tuple[str | None, ...], *arguments: Hashable) -> tuple[_Answer, frozenset[Path]]:
            with _reading() as files:
                answer = function(*arguments)
            return answer, frozenset(files)

        self._made = functools.lru_cache(most)(made)
        self._by_arguments_alone = by_arguments_alone
        functools.update_wrapper(self, function)

    def __call__(self, *arguments: Hashable) -> _Answer:
        """The answer to these arguments, made now or before."""
        in_use = (os.environ.get("EXPOSURE_DATA"), os.environ.get("EXPOSURE_DATA_ONLY"))
        answer, files = self._made(() if self._by_arguments_alone else in_use, *arguments)
        _read_again(files)
        return answer

    def cache_clear(self) -> None:
        """Forget every answer."""
        self._made.cache_clear()


def remembered(
    most: int | None = None, *, by_arguments_alone: bool = False
) -> Callable[[Callable[..., _Answer]], Remembered[_Answer]]:
    """Keep the last answers of a function that reads data, as many as ``most`` (default: all).

    An answer is that to its arguments and the data folder in use; to its arguments alone, if they name all that it is
    made of: then the shipped surveys are not read again for each data folder that is joined with them.
    """
    return lambda function: Remembered(function, most, by_arguments_alone)


class remembered_property(Generic[_Answer]):  # noqa: N801 - as `property` and `cached_property` are written
    """A property that is made when it is first asked for, and kept."""

    def __init__(self, function: Callable[[Any], _Answer]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._kept = f"_remembered_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> remembered_property[_Answer]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Answer: ...

    def __get__(self, instance: object | None, owner: type) -> remembered_property[_Answer] | _Answer:
        if instance is None:
            return self
        if self._kept not in instance.__dict__:
            with _reading() as files:
                answer = self._function(instance)
            instance.__dict__[self._kept] = answer, frozenset(files)
        answer, files = instance.__dict__[self._kept]
        _read_again(files)
        return answer
