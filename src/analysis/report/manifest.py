"""The manifest of a built report: the hash of everything that went in and of everything that came out.

``manifest.json`` lies in the report. It holds no time, no name of a machine and no path of one, so
that two builds from the same inputs have the same manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from ..writing import write_text

if TYPE_CHECKING:
    import pandas as pd

FILE = "manifest.json"
MAKER = "exposure-statistics"


def sha256(path: Path) -> str | None:
    """The SHA-256 of a file, or of a folder's listing; None where there is nothing."""
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except IsADirectoryError:
        names = sorted(name for name in os.listdir(path) if not name.startswith((".", "__pycache__")))
        return hashlib.sha256("\n".join(names).encode()).hexdigest()
    except OSError:
        return None


def files(folder: Path) -> list[str]:
    """The files below a report's folder, without its manifest: names with ``/``, in alphabetical order."""
    found = []
    for place, _, names in os.walk(folder):
        below = os.path.relpath(place, folder)
        found += [name if below == "." else f"{below}/{name}".replace(os.sep, "/") for name in names]
    return sorted(name for name in found if name != FILE)


def write(folder: Path, content: dict) -> None:
    """Write the manifest: the content given, and the hash of each file of the report."""
    hashes = {name: sha256(folder / name) for name in files(folder)}
    made = {"made_by": MAKER, **content, "outputs": hashes}
    write_text(folder / FILE, json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def read(folder: Path) -> dict:
    """The manifest of a report.

    Raises
    ------
    DataError
        If the folder holds no report, or its manifest cannot be read.
    """
    path = Path(folder) / FILE
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise DataError("holds no report: it has no manifest.json; name another folder.", file=str(folder)) from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror}); check its permissions.", file=str(path)) from None
    except ValueError:
        raise DataError("is damaged: it is not JSON; remove the folder and build the report again.", file=str(path)) from None
    if not isinstance(content, dict) or content.get("made_by") != MAKER or not isinstance(content.get("outputs"), dict):
        raise DataError("is not the manifest of a report of this package; name another folder.", file=str(path))
    return content


def digest(folder: Path | str) -> str:
    """The SHA-256 of the manifest itself: one number that stands for the whole report."""
    found = sha256(Path(folder) / FILE)
    if found is None:
        raise DataError("holds no report: it has no manifest.json; name another folder.", file=str(folder))
    return found


def differences(folder: Path, content: dict) -> dict[str, str]:
    """The files that differ from the manifest, each ``changed``, ``missing`` or ``added``."""
    expected, present = content["outputs"], set(files(folder))
    found = {name: "added" for name in present - set(expected)}
    for name, hashed in expected.items():
        if name not in present:
            found[name] = "missing"
        elif sha256(folder / name) != hashed:
            found[name] = "changed"
    return dict(sorted(found.items()))


def verify(folder: Path | str) -> pd.DataFrame:
    """Hold a built report against its manifest.

    Returns
    -------
    pandas.DataFrame
        ``file, status`` (``changed``, ``missing`` or ``added``), one row for each file that differs; empty if all is as built.

    Raises
    ------
    DataError
        If the folder holds no report, or its manifest cannot be read.
    """
    import pandas as pd

    folder = Path(folder)
    found = differences(folder, read(folder))
    return pd.DataFrame({"file": list(found), "status": list(found.values())}, dtype="str")
