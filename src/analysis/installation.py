"""Is the installation as it should be? What is wrong, with its remedy."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pandas as pd

from .datafolder import data_folders, replaced, shipped_folder, surveys_present
from .errors import ExposureError

DISTRIBUTION = "exposure-statistics"
#: What a report and its temporary files take, with room.
ROOM = 500 * 2**20

Found = tuple[bool, str, str]


def examine() -> pd.DataFrame:
    """Look at everything that the package stands on.

    Returns
    -------
    pandas.DataFrame
        One row a thing looked at: ``what``; ``state`` (``ok``, or ``amiss``); ``found``; ``remedy`` (empty where
        nothing is wrong).
    """
    rows = []
    for what, look in _LOOKS.items():
        try:
            for fine, found, remedy in look():
                rows.append((what, "ok" if fine else "amiss", found, "" if fine else remedy))
        except (ExposureError, OSError, ValueError, KeyError) as error:
            rows.append((what, "amiss", f"cannot be looked at: {error}", "install the package again."))
    return pd.DataFrame(rows, columns=["what", "state", "found", "remedy"], dtype="str")


def _package() -> Iterator[Found]:
    from . import __version__
    from .figures.versions_compared import data_version

    try:
        data = data_version() or "without a version"
    except ExposureError:  # told with the data in use
        data = "not found"
    yield True, f"{DISTRIBUTION} {__version__}, data {data}", ""


def _shadows() -> Iterator[Found]:
    """What a notebook, or ``python -m``, would import from the folders before ours in place of the package."""
    package = Path(__file__).parent
    here = Path.cwd()
    before = [here, *(Path(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry)]
    others = [
        (folder, name)
        for folder in dict.fromkeys(before)
        for name in (f"{package.name}.py", f"{package.name}/__init__.py")
        if (folder / name).is_file() and not (folder / name).parent.samefile(package)
    ]
    for folder, name in others:
        yield (
            False,
            f"{name} in {'this folder' if folder == here else 'a folder of PYTHONPATH'} "
            "is imported in place of the package",
            "give it another name, or work in another folder.",
        )
    yield not others, f"nothing stands in the way of 'import {package.name}'", "see the rows above."


def _python() -> Iterator[Found]:
    from packaging.specifiers import SpecifierSet

    wanted = metadata.metadata(DISTRIBUTION)["Requires-Python"] or ""
    version = platform.python_version()
    yield (
        SpecifierSet(wanted).contains(version),
        f"{version}, wanted {wanted}",
        "make the environment with another Python: make PYTHON=python3.12 report.",
    )


def _requirements() -> Iterator[Found]:
    from packaging.requirements import Requirement

    asked = [Requirement(text) for text in metadata.requires(DISTRIBUTION) or ()]
    needed = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    good = 0
    for one in needed:
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            yield False, f"{one.name} is missing", f"install it: pip install '{one}'."
            continue
        if one.specifier.contains(version, prereleases=True):
            good += 1
        else:
            yield False, f"{one.name} {version}, wanted {one.specifier}", f"install another: pip install '{one}'."
    yield good > 0, f"{good} of {len(needed)} packages are there in a version that fits", "install the package again."


def _fonts() -> Iterator[Found]:
    from matplotlib.ft2font import FT2Font

    folder = Path(__file__).parent / "charts" / "fonts"
    names = []
    for path in sorted(folder.glob("*.ttf")):
        try:
            names.append(FT2Font(str(path)).family_name)
        except (RuntimeError, OSError):
            yield False, f"{path.name} is damaged", "install the package again: charts are drawn with its own fonts."
    yield (
        bool(names),
        f"{len(names)} of the package's own ({', '.join(sorted(set(names)))})",
        "install the package again: its fonts are missing.",
    )


def _data() -> Iterator[Found]:
    folder = shipped_folder("data")
    stated: dict[Path, str] = {}
    for part in ("aggregate", "series"):
        if (index := folder / part / "datapackage.json").exists():
            for resource in json.loads(index.read_text("utf-8"))["resources"]:
                stated[folder / part / resource["path"]] = resource["hash"].removeprefix("sha256:")
    for name, entry in tomllib.loads((folder / "reference" / "sources.toml").read_text("utf-8")).items():
        stated[folder / "reference" / name] = entry["sha256"]
    changed = [
        path
        for path, digest in stated.items()
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest
    ]
    for path in changed:
        what = "is not as described" if path.exists() else "is missing"
        yield (
            False,
            f"{path.relative_to(folder).as_posix()} {what}",
            "install again; or, if you changed it, 'python scripts/make_documents.py'.",
        )
    yield (
        not changed,
        f"{len(stated) - len(changed)} of {len(stated)} shipped files have the checksum that describes them",
        "see the rows above.",
    )


def _own_data() -> Iterator[Found]:
    try:
        own, *joined = data_folders()
    except ExposureError as error:
        yield False, str(error), "correct --data, EXPOSURE_DATA or EXPOSURE_DATA_ONLY."
        return
    told = f"{len(surveys_present())} surveys"
    if own != shipped_folder("data"):
        told += " with your own" if joined else " of your own alone"
    if taken := replaced():
        told += f"; yours in place of the shipped: {', '.join(taken)}"
    yield True, told, ""


def _notebooks() -> Iterator[Found]:
    count = len(list(shipped_folder("notebooks").glob("*.ipynb")))
    yield count > 0, f"{count} shipped", "install the package again: a report needs them."


def _folders() -> Iterator[Found]:
    import matplotlib

    for what, folder in (
        ("temporary files", tempfile.gettempdir()),
        ("matplotlib's list of fonts", matplotlib.get_cachedir()),
        ("this folder", Path.cwd()),
    ):
        yield (
            os.access(folder, os.W_OK),
            f"{what}: {'can' if os.access(folder, os.W_OK) else 'cannot'} be written",
            (
                "set MPLCONFIGDIR to a folder that can be written."
                if "fonts" in what
                else "set TMPDIR, or work in a folder that can be written."
            ),
        )


def _disk() -> Iterator[Found]:
    for what, folder in (("temporary files", tempfile.gettempdir()), ("this folder", Path.cwd())):
        free = shutil.disk_usage(folder).free
        yield (
            free >= ROOM,
            f"{what}: {free / 2**30:,.1f} GB free",
            f"free {ROOM / 2**20:,.0f} MB there, or choose another folder (TMPDIR, --out).",
        )


def _fork() -> Iterator[Found]:
    from .report.kernels import can_fork

    # Not a fault where it is not available: plain kernels give the same report, later.
    yield (
        True,
        "kernels are forked from a warm process"
        if can_fork()
        else "no fork here: kernels start one by one, which takes longer",
        "",
    )


def _language() -> Iterator[Found]:
    from babel import Locale

    encoding = sys.getfilesystemencoding()
    yield encoding.lower() in ("utf-8", "utf8"), f"file names in {encoding}", "set PYTHONUTF8=1 (and LC_ALL=C.UTF-8)."
    shown = (sys.__stdout__.encoding if sys.__stdout__ else "") or "utf-8"
    yield (
        shown.lower() in ("utf-8", "utf8"),
        f"the terminal's text in {shown}",
        "set PYTHONUTF8=1 (and LC_ALL=C.UTF-8).",
    )
    names = [Locale.parse(code).english_name for code in ("en", "es", "de", "fr")]
    yield len(names) == 4, f"numbers and names in {', '.join(map(str, names))}", "install babel again."


_LOOKS: dict[str, Callable[[], Iterator[Found]]] = {
    "version": _package,
    "Python": _python,
    "import": _shadows,
    "requirements": _requirements,
    "fonts": _fonts,
    "shipped data": _data,
    "data in use": _own_data,
    "notebooks": _notebooks,
    "folders": _folders,
    "disk": _disk,
    "kernels": _fork,
    "language": _language,
}
