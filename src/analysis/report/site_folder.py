"""The folder of a site: whose it is, where the next one is made, and how that takes its place.

A folder beside the site, held by one build at a time, is where the new site is made; until it is whole, the former one
is not touched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from ..errors import BuildError, DataError
from . import manifest

#: Where the former report lies while the new one takes its place, where two folders cannot be exchanged in one step.
_ASIDE = "former"


def site_folder(out: Path) -> Path:
    """The folder of a site as the system knows it, however it is spelled; one that cannot be used is refused.

    Raises
    ------
    BuildError
        If it is a file, or cannot be written.
    """
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise BuildError("is a file", remedy="name a folder for the report with --out", file=str(out))
    if out.is_dir() and not os.access(out, os.W_OK):
        raise BuildError(
            "cannot be written", remedy="give permission, or name another folder with --out", file=str(out)
        )
    return out


def former_report(out: Path) -> tuple[manifest.Manifest | None, str]:
    """The manifest of the former report, or None if there is none; and what is wrong with one that is damaged."""
    if not out.exists() or not any(out.iterdir()):
        return None, ""
    try:
        return manifest.read(out), ""
    except DataError as error:
        # Without a manifest nobody knows whose the files are; what looks like a report of ours is kept, but not in the
        # way.
        if all((out / name).is_file() for name in (manifest.FILE, "index.html", "sources.json", "assets/style.css")):
            return None, str(error)
        raise BuildError(
            f"holds something that is not a whole report, and is left alone: {error}", file=str(out)
        ) from None


def set_aside(out: Path) -> Path:
    """Give a damaged report another name."""
    names = (out.with_name(f"{out.name}.damaged{f'-{number}' if number > 1 else ''}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    out.rename(aside)
    return aside


def working_folder(out: Path) -> Path:
    """The folder beside the site in which the next one is made."""
    return out.with_name(f".{out.name}.building")


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A folder beside the site in which the new one is made; held by one build at a time, gone afterwards."""
    working = working_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _held(working):
        # A build killed between the two steps of an exchange left the former report in here.
        if (working / _ASIDE).is_dir() and not out.exists():
            (working / _ASIDE).rename(out)
        # What else a killed build left is of no use to this one.
        for left in list(working.iterdir()):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        site = working / "site"
        site.mkdir()
        try:
            yield site
        finally:
            shutil.rmtree(working, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the working folder, by a lock beside it that the system lets go when this process ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder.with_name(f"{folder.name}.lock"), timeout=0, mode=0o666)
    try:
        lock.acquire()
    except Timeout:
        raise BuildError(
            "is being built by another process",
            remedy="wait for it, or name another folder with --out",
            file=str(folder.with_name(folder.name[1 : -len(".building")])),
        ) from None
    try:
        folder.mkdir(exist_ok=True)
        yield
    finally:
        # Whoever opened the file before it goes finds that it is not a file any more, and takes a new one.
        with suppress(OSError):
            Path(lock.lock_file).unlink()
        lock.release()


def swap(site: Path, out: Path) -> None:
    """Put the new site in place of the former one: by one step where the system has it."""
    if not out.exists():
        site.rename(out)
        return
    with suppress(OSError, AttributeError):
        _exchange(site, out)
        return
    aside = site.with_name(_ASIDE)
    out.rename(aside)
    try:
        site.rename(out)
    except OSError:
        aside.rename(out)
        raise


def _exchange(one: Path, other: Path) -> None:
    """Exchange the names of two folders (Linux)."""
    import ctypes

    current, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    library = ctypes.CDLL(None, use_errno=True)
    if library.renameat2(current, os.fsencode(one), current, os.fsencode(other), exchange) != 0:
        raise OSError(ctypes.get_errno(), "the folders cannot be exchanged")
