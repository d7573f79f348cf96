"""What goes into a report: notebooks, data, the code of the package and the versions of all others; read once, before the build begins."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ..datafolder import data_folders, in_use, replaced, shipped_folder, surveys_present
from ..errors import BuildError, DataError
from . import manifest
from .manifest import sha256

LANGUAGES = ("en", "es", "de", "fr")
#: How the name of a shipped notebook begins that is there to be copied, and no page.
TEMPLATE = "00_"
#: Names of the site's own pages, which no notebook can have.
OWN_PAGES = ("index", "gallery", "sources", "explorer")


@dataclass(frozen=True)
class Inputs:
    """Everything that a page may depend on, as it is before the build begins."""

    roots: dict[str, Path]
    """Folders by the name that the manifest gives them."""
    notebooks: dict[str, dict]
    """The notebooks by their stem, in order."""
    homes: dict[str, str]
    """The root in which each notebook lies."""
    taken: list[str]
    """The notebooks that one of ``more`` takes the place of."""
    replaced_data: list[str]
    """What of the shipped data one's own data folder takes the place of."""
    surveys: int
    """How many surveys the data hold."""
    environment: dict[str, str]
    """By which kernels know the data folder."""
    lang: str
    withheld_below: int | None
    """The counts of one's own that are smaller were withheld; None if all are shown."""
    code: dict[str, str]
    versions: dict[str, str]

    @classmethod
    def gather(
        cls,
        notebooks: Path | str | None,
        more: Path | str | None,
        data: Path | str | None,
        lang: str,
        withheld_below: int | None = None,
    ) -> Inputs:
        if lang not in LANGUAGES:
            raise DataError(f"the package does not write in {lang!r}; choose one of {', '.join(LANGUAGES)}.", lang=lang)
        with in_use(data, alone=True) if data is not None else nullcontext():
            own, *joined = data_folders()
            replaced_data, count = replaced(), len(surveys_present())
        # A table that a data folder does not have is taken from the data shipped with the package.
        roots = {"notebooks": shipped_folder("notebooks") if notebooks is None else Path(notebooks).absolute()}
        found = read_notebooks(roots["notebooks"], templates=notebooks is not None)
        homes, taken = dict.fromkeys(found, "notebooks"), []
        if more is not None:
            roots["more"] = Path(more).absolute()
            further = read_notebooks(roots["more"])
            taken = sorted(set(found) & set(further))
            found, homes = dict(sorted((found | further).items())), homes | dict.fromkeys(further, "more")
        roots |= {"data": own, "shipped": shipped_folder("data")}
        environment = {
            "EXPOSURE_DATA": str(own) if joined else "",
            "EXPOSURE_DATA_ONLY": "" if joined else str(own),
            "EXPOSURE_LANG": lang,
        }
        return cls(
            roots,
            found,
            homes,
            taken,
            replaced_data,
            count,
            environment,
            lang,
            withheld_below,
            package_code(),
            installed_versions(),
        )

    @property
    def parameters(self) -> dict[str, object]:
        """What the manifest says of how the report was asked for."""
        told = {"lang": self.lang, "replaced": self.replaced_data, "withheld_below": self.withheld_below}
        return {name: value for name, value in told.items() if value}

    def notebook(self, name: str) -> str:
        """The name by which the manifest knows a notebook's file."""
        return f"{self.homes[name]}/{name}.ipynb"

    def path(self, name: str) -> Path:
        root, _, below = name.partition("/")
        return self.roots[root] / below

    def hashes(self, names: Iterator[str] | set[str]) -> dict[str, str | None]:
        return {
            name: sha256(self.path(name)) if name.partition("/")[0] in self.roots else None for name in sorted(names)
        }

    def everything(self) -> dict[str, str | None]:
        """The hash of every file of the data: taken before the build, what is read during it is compared with it."""
        found: dict[str, str | None] = {}
        for root in ("data", "shipped"):
            for part in ("aggregate", "reference", "series"):
                for name in manifest.files(self.roots[root] / part):
                    found[f"{root}/{part}/{name}"] = sha256(self.roots[root] / part / name)
        return found


def read_notebooks(folder: Path, templates: bool = True) -> dict[str, dict]:
    paths = sorted(
        path for path in folder.glob("*.ipynb") if not path.name.startswith("." if templates else (".", TEMPLATE))
    )
    if not paths:
        raise BuildError("holds no notebooks; name a folder with .ipynb files in it.", file=str(folder))
    found = {}
    for path in paths:
        if not re.fullmatch(r"[\w.-]+", path.stem) or path.stem in OWN_PAGES:
            raise BuildError(
                f"cannot be a page's name; take letters, digits, _ and -, and none of {', '.join(OWN_PAGES)}.",
                file=path.name,
            )
        try:
            content = json.loads(path.read_text("utf-8-sig"))
        except OSError as error:
            raise BuildError(f"cannot be read ({error.strerror}); check its permissions.", file=path.name) from None
        except ValueError as error:
            raise BuildError(
                f"is not a notebook: it is not JSON ({error}); save it again from JupyterLab.",
                file=path.name,
                line=getattr(error, "lineno", None),
            ) from None
        if not isinstance(content, dict) or content.get("nbformat") != 4 or not isinstance(content.get("cells"), list):
            raise BuildError("is not a notebook of format 4; save it again from JupyterLab.", file=path.name)
        for number, cell in enumerate(content["cells"], 1):
            if not isinstance(cell, dict) or "cell_type" not in cell or not isinstance(cell.get("source"), str | list):
                raise BuildError(
                    f"cell {number} is not a notebook's cell; save it again from JupyterLab.", file=path.name
                )
        found[path.stem] = content
    return found


def package_code() -> dict[str, str]:
    """The hash of each file of the package."""
    package = Path(__file__).parents[1]
    found = {}
    for place, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        if Path(place) == package:
            folders[:] = [name for name in folders if name not in ("data", "notebooks")]
        for name in sorted(names):
            path = Path(place, name)
            found[path.relative_to(package).as_posix()] = sha256(path)
    return dict(sorted(found.items()))


def installed_versions() -> dict[str, str]:
    """The version of Python and of every installed package, as their folders are named."""
    found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):
                name, _, version = entry.removesuffix(".dist-info").rpartition("-")
                if entry.endswith(".dist-info") and name and name != manifest.MAKER.replace("-", "_"):
                    found.setdefault(name.lower().replace("_", "-"), version)
    return dict(sorted(found.items()))
