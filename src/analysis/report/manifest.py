"""The manifest of a built report: the hash of everything that went in and of everything that came out.

``manifest.json`` lies in the report. It holds no time, no name of a machine and no path of one, so
that two builds from the same inputs have the same manifest. Its last entry, ``seal``, is the SHA-256 of
all others: a flipped bit in the manifest itself is found. Who changes the manifest on purpose can reseal it;
against that :func:`digest` is published beside the report, or the report is built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..writing import write_text

if TYPE_CHECKING:
    import pandas as pd

FILE = "manifest.json"
#: What a manifest holds, as its JSON says.
Manifest = dict[str, Any]
#: The folders that a report is made from, as a manifest names them: ``more`` are your own notebooks beside those of
#: the package, ``shipped`` is the data of the package, for what ``data`` lacks.
ROOTS = ("notebooks", "more", "data", "shipped")
MAKER = "exposure-statistics"
#: No file of a report comes near; a larger one is told and not read.
_LARGEST = 256 * 2**20


def sha256(path: Path) -> str | None:
    """The SHA-256 of a file, or of a folder's listing; None where there is nothing."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith((".", "__pycache__")))
            return hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()
        if not stat.S_ISREG(mode):
            return None
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None


def files(folder: Path) -> list[str]:
    """The files below a report's folder, without its manifest: names with ``/``, in alphabetical order."""
    found = []
    for place, folders, names in os.walk(folder):
        below = os.path.relpath(place, folder)
        # A link to a folder is not followed, and is not a folder of the report: it counts as a file.
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [name if below == "." else f"{below}/{name}".replace(os.sep, "/") for name in [*names, *links]]
    return sorted(name for name in found if name != FILE)


def _empty_folders(folder: Path) -> list[str]:
    """Folders with nothing in them: no build leaves one."""
    bare = (Path(place) for place, folders, names in os.walk(folder) if not folders and not names)
    return [place.relative_to(folder).as_posix() for place in bare if place != folder]


def _open_folders(folder: Path) -> list[str]:
    """Folders into which any stranger may write: no build leaves one."""
    if os.name == "nt":
        return []
    places = (Path(place) for place, _, _ in os.walk(folder))
    return [place.relative_to(folder).as_posix() for place in places if place.lstat().st_mode & 0o002]


def _is_read(path: Path) -> bool:
    return path.lstat().st_size <= _LARGEST


def _as_built(path: Path) -> bool:
    """Whether a file is a regular one as a build leaves it: readable, no program, open to no stranger's writing."""
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode) or os.name == "nt":
        return stat.S_ISREG(mode)
    return not mode & 0o7113 and bool(mode & 0o400)


def write(folder: Path, content: Manifest) -> None:
    """Write the manifest: the content given, the hash of each file of the report, and the seal."""
    hashes = {name: sha256(folder / name) for name in files(folder)}
    made = {"made_by": MAKER, **content, "outputs": hashes}
    write_text(folder / FILE, _text({**made, "seal": _seal(made)}))


def _text(content: Manifest) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _seal(content: Manifest) -> str:
    rest = {key: value for key, value in content.items() if key != "seal"}
    return hashlib.sha256(_text(rest).encode("utf-8", errors="surrogatepass")).hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a report: whole, and with names only that lie within the report and the folders it was made from.

    Raises
    ------
    DataError
        If the folder holds no report, or its manifest cannot be read or is damaged.
    """
    path = Path(folder) / FILE
    try:
        content = json.loads(raw := path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(
            "holds no report: it has no manifest.json", remedy="name another folder", file=str(folder)
        ) from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", remedy="check its permissions", file=str(path)) from None
    except (ValueError, RecursionError):
        raise DataError(
            "is damaged: it is not JSON", remedy="remove the folder and build the report again", file=str(path)
        ) from None
    if not isinstance(content, dict) or content.get("made_by") != MAKER or not isinstance(content.get("outputs"), dict):
        raise DataError("is not the manifest of a report of this package", remedy="name another folder", file=str(path))
    if content.get("seal") != _seal(content) or raw != _text(content).encode("utf-8", errors="surrogatepass"):
        raise DataError(
            "is damaged, or was changed: its seal does not fit",
            remedy="remove the folder and build the report again",
            file=str(path),
        )
    if not _is_within(content):
        raise DataError(
            "was not made by a build: it names files outside of the report",
            remedy="do not use this folder",
            file=str(path),
        )
    return content


def _is_within(content: Manifest) -> bool:
    """Whether a manifest that somebody sealed has the form of ours, and leads nowhere else."""

    def safe(name: object) -> bool:
        return (
            isinstance(name, str)
            and name != ""
            and "\0" not in name
            and not Path(name).anchor
            and ".." not in Path(name).parts
        )

    try:
        outputs, inputs, pages = content["outputs"], content["inputs"], content["pages"]
        return (
            all(map(safe, outputs))
            and all(safe(name) and name.partition("/")[0] in ROOTS for name in inputs)
            and all(
                safe(page["name"])
                and set(page["outputs"]) <= set(outputs)
                and set(page["inputs"]) <= set(inputs)
                and all(isinstance(name, str) for name in page.get("elsewhere", []))
                for page in pages
            )
            and all(isinstance(content[part], dict) for part in ("code", "versions", "parameters"))
            and isinstance(content["parameters"]["lang"], str)
            and isinstance(content.get("processor", ""), str)
            and content["parameters"].get("withheld_below", 2) in range(2, 1_000_000_000)
        )
    except (KeyError, TypeError, AttributeError):
        return False


def digest(folder: Path | str) -> str:
    """The SHA-256 of the manifest itself: one number that stands for the whole report."""
    found = sha256(Path(folder) / FILE)
    if found is None:
        raise DataError("holds no report: it has no manifest.json", remedy="name another folder", file=str(folder))
    return found


def differences(folder: Path, content: Manifest) -> dict[str, str]:
    """The files that differ from the manifest, each ``changed``, ``missing`` or ``added``."""
    expected, present = content["outputs"], set(files(folder))
    found = dict.fromkeys([*(present - set(expected)), *_empty_folders(folder)], "added")
    for name, hashed in expected.items():
        if name not in present:
            found[name] = "missing"
        elif not _as_built(folder / name) or not _is_read(folder / name) or sha256(folder / name) != hashed:
            found[name] = "changed"
    found |= dict.fromkeys(_open_folders(folder), "changed")
    return dict(sorted(found.items()))


def verify(folder: Path | str, published: str | None = None) -> pd.DataFrame:
    """Compare a built report with its manifest. Nothing in it is executed.

    Parameters
    ----------
    folder
        The report.
    published
        The SHA-256 of the manifest as it was published beside the report, if it was (see :func:`digest`).

    Returns
    -------
    pandas.DataFrame
        ``file, status, now``, one row for each file that differs; empty if all is as built. ``status`` is ``changed``,
        ``missing``,
        ``added`` or ``renamed``; ``now`` is the new name of a renamed file, else empty.

    Raises
    ------
    DataError
        If the folder holds no report, or its manifest cannot be read, is damaged or is not the one published.
    """
    import pandas as pd

    folder = Path(folder)
    path = folder / FILE
    if path.is_symlink() or (path.exists() and not (_as_built(path) and _is_read(path))):
        raise DataError(
            "is not a file that a build leaves (a link, with other rights, or far too large)",
            remedy="do not trust the report",
            file=str(folder / FILE),
        )
    content = read(folder)
    if published is not None and (found := digest(folder)) != published.strip().lower():
        raise DataError(
            f"is not the one published: its SHA-256 is {found}",
            remedy="do not trust the report",
            file=str(folder / FILE),
        )
    differing = differences(folder, content)
    added: dict[str | None, list[str]] = {}
    for name, status in differing.items():
        if status == "added" and _as_built(folder / name) and _is_read(folder / name):
            added.setdefault(sha256(folder / name), []).append(name)
    rows, renamed = [], set()
    for name, status in differing.items():
        same = added.get(content["outputs"][name]) if status == "missing" else None
        now = same.pop(0) if same else ""
        renamed.add(now)
        rows.append((name, "renamed" if now else status, now))
    rows = [(_printable(name), status, _printable(now)) for name, status, now in rows if name not in renamed]
    return pd.DataFrame(rows, columns=["file", "status", "now"], dtype="str")


def _printable(name: str) -> str:
    """A file's name as text; bytes that are not UTF-8 are shown as such."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
