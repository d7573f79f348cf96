"""What a notebook touches while it runs: noted in its process by Python's own audit, which no cell can take back.

A page is fresh only if nothing that it read has changed, so that the build must know all of it. A file below a folder
of the build (notebooks, data) is an input of the page. One that lies elsewhere is noted by its name alone: it cannot be
looked at again, and a page that read one is never called fresh. Folders are known by what they are and not by how they
are spelled: ``..``, links and upper or lower case lead to the same one.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Folders of the system; what lies in them belongs to the installation, and the manifest names its versions.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/nix/store", "/System", "/Library")
#: Below the home: settings and caches of Jupyter and of fonts, which the kernels' own environment makes harmless.
_SETTINGS = (
    *(".jupyter", ".ipython", ".local/share/jupyter", ".fonts", ".local/share/fonts", ".cache/fontconfig"),
    *(".matplotlib", ".cache/matplotlib", ".config/matplotlib"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Events that change a file or a folder, and which of their arguments name it.
_CHANGES = {
    "os.rename": (0, 1),
    "os.remove": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.truncate": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
}
#: Roots in which a notebook has nothing to write.
_DATA = ("data", "shipped")


@dataclass(frozen=True)
class Touched:
    """What one notebook read and wrote."""

    read: list[str]
    """Files below the folders of the build, as ``name/path``, and folders that it listed, as ``name/path/``; sorted."""
    elsewhere: list[str]
    """Names, without their folders, of files that it read anywhere else."""
    written: list[str]
    """Files of the data, as ``name/path``, that it wrote, moved or took away."""

    @classmethod
    def of(cls, log: Path) -> Touched:
        """What :func:`note` wrote to a log."""
        lines = sorted(set(log.read_text("utf-8", errors="replace").splitlines()))
        kinds = {kind: [line[2:] for line in lines if line.startswith(kind)] for kind in ("r ", "e ", "w ")}
        return cls(kinds["r "], kinds["e "], kinds["w "])


def note(watched: dict[str, str], log: Path) -> None:
    """Start to note in the log what this process opens, lists and writes; ``watched``: the build's folders."""
    noting = _Noting(_Places(watched, own=[log.parent.parent]), log)
    sys.addaudithook(noting)


class _Places:
    """Where a path lies: below which folder of the build, in the installation, or elsewhere."""

    def __init__(self, watched: dict[str, str], own: Iterable[Path]) -> None:
        self._names: dict[tuple[int, int], str] = {}
        self._found: dict[str, tuple[str, str] | None] = {}
        # Where two are the same folder, the first has it: data of the build before the data shipped.
        for name, folder in watched.items():
            self._learn(folder, name)
        for path in (*_installation(), *own):
            self._learn(path, "")

    def _learn(self, folder: Path | str, name: str) -> None:
        with suppress(OSError, ValueError):
            found = os.stat(folder)  # noqa: PTH116 - looked at for each file that is opened: the quicker form
            self._names.setdefault((found.st_dev, found.st_ino), name)

    def of(self, path: str) -> tuple[str, str] | None:
        """The name of the nearest folder that is known, empty for those of the installation, and the path below it."""
        folder, name = os.path.split(path)
        # What the system would open; then what the path says, for a link in a folder of ours that leads out of it.
        for spelled in (os.path.realpath(folder), os.path.abspath(folder)):  # noqa: PTH100
            if spelled not in self._found:
                self._found[spelled] = self._nearest(spelled)
            if (place := self._found[spelled]) is not None:
                return place[0], "/".join(filter(None, (place[1], name)))
        return None

    def _nearest(self, folder: str) -> tuple[str, str] | None:
        below: list[str] = []
        while True:
            with suppress(OSError):
                found = os.stat(folder)  # noqa: PTH116
                name = self._names.get((found.st_dev, found.st_ino))
                if name is not None:
                    return name, "/".join(reversed(below))
            folder, last = os.path.split(folder)
            if not last:
                return None
            below.append(last)


def _installation() -> Iterator[Path | str]:
    """Folders whose content is told by versions, or is of no matter to a page."""
    yield from _SYSTEM
    named = ("SYSTEMROOT", "EXPOSURE_BUNDLES", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    yield from (os.environ.get(name, "") or os.devnull for name in named)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        yield Path(os.environ.get(name, "") or os.devnull) / "matplotlib"
    yield from (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *site.getsitepackages())
    yield from (site.getusersitepackages(), sys.pycache_prefix or os.devnull)
    yield from (Path.home() / name for name in _SETTINGS)
    yield Path(__file__).parents[1]


class _Noting:
    """An audit hook: writes a line to the log for each thing that is touched for the first time."""

    def __init__(self, places: _Places, log: Path) -> None:
        self._places = places
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._noted: set[str] = set()
        self._own: set[str] = set()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if (flags or 0) & _WRITING:
                self._written(path)
            if not (flags or 0) & os.O_WRONLY:
                self._read(path)
        elif event in ("os.listdir", "os.scandir"):
            self._listed(arguments[0])
        elif event == "sqlite3.connect":
            if _is_file(arguments[0]):
                self._read(arguments[0])
        elif event in _CHANGES:
            for number in _CHANGES[event]:
                self._written(arguments[number])
        elif event in ("subprocess.Popen", "os.system", "os.posix_spawn", "os.exec"):
            # What another program reads is not seen; files that its command names are taken as read.
            for word in _words(arguments):
                if _is_file(word):
                    self._read(word)

    def _read(self, path: object) -> None:
        text = _text(path)
        if text is None or text in self._own:
            return
        if "__pycache__" in text or (sys.pycache_prefix and text.startswith(sys.pycache_prefix)):
            with suppress(ValueError, NotImplementedError):
                text = importlib.util.source_from_cache(text)
        place = self._places.of(text)
        if place is None:
            if _is_file(text):
                self._line(f"e {os.path.basename(text)}")  # noqa: PTH119
        elif place[0]:
            self._line(f"r {place[0]}/{place[1]}")

    def _listed(self, path: object) -> None:
        text = _text("." if path is None else path)
        place = None if text is None else self._places.of(os.path.join(text, ""))  # noqa: PTH118
        # Importing lists the folder of the notebooks; only lists of data are inputs.
        if place is not None and place[0] in _DATA:
            self._line(f"r {place[0]}/{place[1]}/" if place[1] else f"r {place[0]}/")

    def _written(self, path: object) -> None:
        text = _text(path)
        if text is None:
            return
        self._own.add(text)
        place = self._places.of(text)
        if place is not None and place[0] in _DATA:
            self._line(f"w {place[0]}/{place[1]}")

    def _line(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            os.write(self._log, (text.replace("\\", "/").replace("\n", " ") + "\n").encode("utf-8", "replace"))


def _text(path: object) -> str | None:
    """A path as text and whole, without following or collapsing anything; None for an open file's number."""
    if path is None or isinstance(path, int):
        return None
    with suppress(TypeError, ValueError, OSError):
        text = os.fsdecode(path)  # type: ignore[arg-type]  # what is not a path is told by the error
        return os.path.join(os.getcwd(), text)  # noqa: PTH109, PTH118
    return None


def _is_file(path: object) -> bool:
    with suppress(TypeError, ValueError, OSError):
        return os.path.isfile(path)  # type: ignore[arg-type]  # noqa: PTH113
    return False


def _words(arguments: tuple[Any, ...]) -> Iterator[str]:
    """The words of a command, whether it is a list or one text."""
    for argument in arguments[:2]:
        parts = [argument] if isinstance(argument, str | bytes) else argument
        for part in parts if isinstance(parts, list | tuple) else []:
            with suppress(TypeError, ValueError):
                text = os.fsdecode(part)
                yield text
                yield from shlex.split(text)
