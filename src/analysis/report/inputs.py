"""What goes into a report: notebooks, data, code and the versions of other code; read once, before the build begins."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..datafolder import data_folders, in_use, replaced, shipped_folder, surveys_present
from ..errors import BuildError
from ..language.languages import checked
from . import manifest
from .manifest import sha256
from .package_versions import names_imported, versions
from .processor import common
from .translation import WRITTEN_IN, in_language, read_texts, texts_file, unused

#: How the name of a shipped notebook begins that is there to be copied, and no page.
TEMPLATE = "00_"
#: Pages made from the data of all surveys.
MADE_FROM_DATA = ("sources", "explorer")
#: Names of the site's own pages, which no notebook can have.
OWN_PAGES = ("index", "gallery", *MADE_FROM_DATA)


@dataclass(frozen=True)
class Material:
    """What a report is to be made of."""

    notebooks: Path | str | None = None
    """A folder of ``.ipynb`` files, each a page; default: those shipped with the package, but for its templates
    (``00_…``)."""
    more: Path | str | None = None
    """A folder of further notebooks, pages of the same site; one that has the name of another takes its place."""
    data: Path | str | None = None
    """A data folder that stands alone; default: the data in use."""
    lang: str = "en"
    """The language of the site's own words, of charts and tables: ``en``, ``es``, ``de`` or ``fr``."""
    withheld_below: int | None = None
    """To be told in the report: counts below were withheld of your own data, as
    :func:`~analysis.report.release.for_release` does."""


@dataclass(frozen=True)
class Inputs:
    """Everything that a page may depend on, as it is before the build begins."""

    roots: dict[str, Path]
    """Folders by the name that the manifest gives them."""
    notebooks: dict[str, dict[str, Any]]
    """The notebooks by their stem, in order."""
    homes: dict[str, str]
    """The root in which each notebook lies."""
    taken: list[str]
    """The notebooks that one of ``more`` takes the place of."""
    replaced_data: list[str]
    """What of the shipped data your own data folder takes the place of."""
    surveys: int
    """How many surveys the data hold."""
    environment: dict[str, str]
    """By which kernels know the data folder."""
    lang: str
    withheld_below: int | None
    """Your own counts that are smaller were withheld; None if all are shown."""
    given: dict[str, str]
    """Which folders were named: ``notebooks`` is ``own`` or ``more``, ``data`` is ``joined`` or ``alone``."""
    code: dict[str, str]
    versions: dict[str, str]
    processor: str
    """The instructions by which notebooks compute, see :mod:`analysis.report.processor`."""
    documents: dict[str, Any]
    """Which documents are made of the site."""
    untold: dict[str, list[str]]
    """Texts of a file beside a notebook that the notebook does not hold, by the notebook's name."""

    @classmethod
    def gather(
        cls, material: Material, *, documents: dict[str, Any] | None = None, only: Sequence[str] | None = None
    ) -> Inputs:
        """Read them; see :func:`analysis.report.build.build` for the errors."""
        notebooks, more = material.notebooks, material.more
        checked(material.lang)
        with in_use(material.data, alone=True) if material.data is not None else nullcontext():
            own, *joined = data_folders()
            replaced_data, count = replaced(), len(surveys_present())
        # A table that a data folder does not have is taken from the data shipped with the package.
        roots = {"notebooks": shipped_folder("notebooks") if notebooks is None else Path(notebooks).resolve()}
        found = read_notebooks(roots["notebooks"], templates=notebooks is not None, only=only)
        homes, taken = dict.fromkeys(found, "notebooks"), []
        if more is not None:
            roots["more"] = Path(more).resolve()
            further = read_notebooks(roots["more"])
            taken = sorted(set(found) & set(further))
            found, homes = dict(sorted((found | further).items())), homes | dict.fromkeys(further, "more")
            _refuse_names_that_differ_in_case(found)
        found, untold = _in_language(found, {name: roots[home] for name, home in homes.items()}, material.lang)
        roots |= {"data": own, "shipped": shipped_folder("data")}
        environment = {
            "EXPOSURE_DATA": str(own) if joined else "",
            "EXPOSURE_DATA_ONLY": "" if joined else str(own),
            "EXPOSURE_LANG": material.lang,
        }
        given = {"notebooks": "own" if notebooks is not None else "more" if more is not None else ""}
        given["data"] = "" if own == roots["shipped"] else "joined" if joined else "alone"
        return cls(
            roots,
            found,
            homes,
            taken,
            replaced_data,
            count,
            environment,
            material.lang,
            material.withheld_below,
            given,
            package_code(),
            versions(_imported(found, [roots[name] for name in ("notebooks", "more") if name in roots])),
            common(),
            documents or {},
            untold,
        )

    @property
    def pages(self) -> int:
        """How many pages the report will have."""
        return len(self.notebooks) + len(MADE_FROM_DATA) + self.surveys

    @property
    def parameters(self) -> dict[str, object]:
        """What the manifest says about how the report was asked for."""
        told: dict[str, object] = {"lang": self.lang, "replaced": self.replaced_data, **self.given}
        told |= {"withheld_below": self.withheld_below, "documents": self.documents}
        return {name: value for name, value in told.items() if value}

    def notebook(self, name: str) -> str:
        """The name by which the manifest knows a notebook's file."""
        return f"{self.homes[name]}/{name}.ipynb"

    def files(self, name: str) -> set[str]:
        """The names by which the manifest knows what a notebook's page says: the notebook, and its texts."""
        texts = texts_file(self.roots[self.homes[name]], name)
        told = self.lang != WRITTEN_IN and texts.exists()
        return {self.notebook(name)} | ({f"{self.homes[name]}/texts/{name}.toml"} if told else set())

    def path(self, name: str) -> Path:
        """The file, or the folder, that the manifest knows by this name."""
        root, _, below = name.partition("/")
        return self.roots[root] / below

    def hashes(self, names: Iterable[str]) -> dict[str, str | None]:
        """The hash of each of these inputs as it is now; None where it is gone."""
        return {
            name: sha256(self.path(name)) if name.partition("/")[0] in self.roots else None for name in sorted(names)
        }

    def everything(self) -> dict[str, str | None]:
        """The hash of every data file, taken before the build, with which what is read during it is compared."""
        found: dict[str, str | None] = {}
        for root in ("data", "shipped"):
            for part in ("aggregate", "reference", "series"):
                for name in manifest.files(self.roots[root] / part):
                    found[f"{root}/{part}/{name}"] = sha256(self.roots[root] / part / name)
        return found


def _in_language(
    notebooks: dict[str, dict[str, Any]], folders: dict[str, Path], lang: str
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """The notebooks in the language of the report, as far as texts lie beside them, and which texts are of no use."""
    files = {name: texts_file(folders[name], name) for name in notebooks if lang != WRITTEN_IN}
    texts = {name: read_texts(file) for name, file in files.items() if file.exists()}
    untold = {name: left for name, known in texts.items() if (left := unused(notebooks[name], known))}
    return notebooks | {name: in_language(notebooks[name], known, lang) for name, known in texts.items()}, untold


def _imported(notebooks: dict[str, dict[str, Any]], folders: list[Path]) -> Iterator[str]:
    """What notebooks import, and the modules beside them."""
    sources = ["".join(cell["source"]) for one in notebooks.values() for cell in one["cells"]]
    beside = [path for folder in folders for path in folder.glob("*.py")]
    sources += [path.read_text("utf-8", errors="replace") for path in beside if path.is_file()]
    names = {name for source in sources for name in names_imported(source)}
    yield from sorted(names - {path.stem for path in beside})


def _refuse_names_that_differ_in_case(names: Iterable[str]) -> None:
    """Refuse two pages that would be one file where upper and lower case are the same."""
    known: dict[str, str] = {}
    for name in names:
        if (other := known.setdefault(name.casefold(), name)) != name:
            raise BuildError(
                f"has the name of {other}.ipynb but for upper and lower case",
                remedy="give one of them another name",
                file=f"{name}.ipynb",
            )


def read_notebooks(
    folder: Path, templates: bool = True, only: Sequence[str] | None = None
) -> dict[str, dict[str, Any]]:
    """The notebooks of a folder by their stems: all but hidden ones, or those named.

    Raises
    ------
    BuildError
        If there are none, or one cannot be read, is not a notebook, or has a name that no page can have.
    """
    hidden = "." if templates else (".", TEMPLATE)
    paths = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith(hidden))
    if only is not None:
        paths = [folder / name for name in only]
    if not paths:
        raise BuildError("holds no notebooks", remedy="name a folder with .ipynb files in it", file=str(folder))
    found = {}
    for path in paths:
        if not re.fullmatch(r"[\w.-]+", path.stem) or path.stem in OWN_PAGES:
            raise BuildError(
                "cannot be a page's name",
                remedy=f"take letters, digits, _ and -, and none of {', '.join(OWN_PAGES)}",
                file=path.name,
            )
        try:
            content = json.loads(path.read_text("utf-8-sig"))
        except OSError as error:
            raise BuildError(
                f"cannot be read ({error.strerror})", remedy="check its permissions", file=path.name
            ) from None
        except RecursionError:
            raise BuildError(
                "is nested too deep for a notebook", remedy="save it again from JupyterLab", file=path.name
            ) from None
        except ValueError as error:
            raise BuildError(
                f"is not a notebook: it is not JSON ({error})",
                remedy="save it again from JupyterLab",
                file=path.name,
                line=getattr(error, "lineno", None),
            ) from None
        if not isinstance(content, dict) or content.get("nbformat") != 4 or not isinstance(content.get("cells"), list):
            raise BuildError("is not a notebook of format 4", remedy="save it again from JupyterLab", file=path.name)
        for number, cell in enumerate(content["cells"], 1):
            if not isinstance(cell, dict) or "cell_type" not in cell or not isinstance(cell.get("source"), str | list):
                raise BuildError(
                    f"cell {number} is not a notebook's cell", remedy="save it again from JupyterLab", file=path.name
                )
        found[path.stem] = content
    _refuse_names_that_differ_in_case(found)
    return found


def package_code() -> dict[str, str]:
    """The hash of each file of the package."""
    package = Path(__file__).parents[1]
    found: dict[str, str] = {}
    for place, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        if Path(place) == package:
            folders[:] = [name for name in folders if name not in ("data", "notebooks")]
        for name in sorted(names):
            path = Path(place, name)
            found[path.relative_to(package).as_posix()] = sha256(path) or ""
    return dict(sorted(found.items()))
