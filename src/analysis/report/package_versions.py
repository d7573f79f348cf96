"""The versions of what pages can depend on: Python, and the packages that ours and the notebooks import."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

DISTRIBUTION = "exposure-statistics"
#: Declared, for it is where notebooks are read; nothing of it runs in a page.
_AROUND = ("jupyterlab",)
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+(.+))", re.MULTILINE)
#: The header of a package's metadata that names what it needs: the name, its extras, and the condition.
_NEED = re.compile(r"^Requires-Dist: *([\w.-]+) *(?:\[([^]]*)\])?([^;\n]*)(?:;(.*))?$", re.MULTILINE)

#: A package by its name, and the extras of it that are needed.
_Need = tuple[str, frozenset[str]]


def versions(imported: Iterable[str] = ()) -> dict[str, str]:
    """The version of Python and of each package that a page can depend on, by their names.

    What else is installed is not among them, for a page cannot know about it.

    Parameters
    ----------
    imported
        Names that notebooks import (see :func:`names_imported`); the packages behind them are followed too.
    """
    found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    installed = _installed()
    _follow(
        [one for one in _needs(installed.get(DISTRIBUTION), frozenset()) if one[0] not in _AROUND], installed, found
    )
    unknown = [name for name in imported if _canonical(name) not in found]
    if unknown:
        from importlib.metadata import packages_distributions

        behind = packages_distributions()
        others = {_canonical(one) for name in unknown for one in behind.get(name, ())} - {DISTRIBUTION, *_AROUND}
        _follow([(name, frozenset()) for name in sorted(others)], installed, found)
    return dict(sorted(found.items()))


def names_imported(source: str) -> set[str]:
    """The first parts of the names that a text of Python imports, other than those of Python itself and ours."""
    names: set[str] = set()
    for one, several in _IMPORT.findall(source):
        names |= {one} if one else {part.strip().partition(" ")[0].partition(".")[0] for part in several.split(",")}
    return {name for name in names if name.isidentifier()} - sys.stdlib_module_names - {__package__.partition(".")[0]}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed() -> dict[str, Path]:
    """The folders of metadata of all installed packages, the first of each name on the path."""
    found: dict[str, Path] = {}
    for folder in map(Path, sys.path):
        with suppress(OSError):
            for entry in folder.iterdir():
                if entry.suffix == ".dist-info":
                    found.setdefault(_canonical(entry.stem.rpartition("-")[0]), entry)
    return found


def _follow(waiting: list[_Need], installed: dict[str, Path], found: dict[str, str]) -> None:
    """Add the versions of packages, and of all that they need in turn."""
    done: set[_Need] = set()
    while waiting:
        one = waiting.pop()
        if one in done or one[0] not in installed:
            continue
        done.add(one)
        found.setdefault(one[0], installed[one[0]].stem.rpartition("-")[2])
        waiting += _needs(installed[one[0]], one[1])


def _needs(package: Path | None, extras: frozenset[str]) -> Iterator[_Need]:
    """What a package needs here, with the extras of each.

    This runs in every build, for some hundred and fifty packages: the headers are read as they stand.
    """
    if package is None:
        return
    headers = (package / "METADATA").read_text("utf-8", errors="replace").partition("\n\n")[0]
    for name, more, _, marker in _NEED.findall(headers):
        if not marker or any(_holds(marker, extra) for extra in ("", *extras)):
            yield _canonical(name), frozenset(filter(None, (extra.strip() for extra in more.split(","))))


@cache
def _holds(marker: str, extra: str) -> bool:
    if "extra" in marker and not extra and " or " not in marker:
        return False
    from packaging.markers import InvalidMarker, Marker

    with suppress(InvalidMarker):
        return Marker(marker.strip()).evaluate({"extra": extra})
    return False
