"""Build the reference of the package and its guides as one site with search:
``python scripts/make_reference.py [FOLDER]``.

The reference comes out of the docstrings, the guides are the pages of ``docs/``. Nothing in the site is asked of the
net, and the same
sources give the same bytes.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
#: What is documented: the face, and the modules that it leads to.
MODULES = ("analysis", "analysis.statistics", "analysis.charts", "analysis.series", "analysis.errors")
#: The guides, in the order in which a newcomer reads them.
GUIDES = ("tutorial", "import", "extract", "charts", "methods", "data-dictionary", "data-gaps", "guarantees")


def main(folder: Path) -> None:
    """Write the site into a folder."""
    from pdoc import doc, render

    # The browser indexes the texts for search; an index made ahead by Node would be another where there is no Node.
    os.environ["PATH"] = ""
    render.configure(docformat="numpy", show_source=False, template_directory=ROOT / "docs" / "reference")
    pages: dict[str, doc.Module] = {}
    render.env.globals["guides"] = titles = {}
    for guide in GUIDES:
        pages[name_of(guide)] = page = doc.Module(_guide(guide))
        titles[name_of(guide)] = page.docstring.split("\n", 1)[0].lstrip("# ")
    for name in MODULES:
        module = __import__(name, fromlist=["*"])
        for public in getattr(module, "__all__", ()):
            getattr(module, public)  # names of the face are loaded when first used
        pages[name] = doc.Module(module)
    for name, page in pages.items():
        _write(folder / f"{name.replace('.', '/')}.html", render.html_module(page, pages))
    _write(folder / "index.html", render.html_index(pages))
    _write(folder / "search.js", render.search_index(pages))
    print(folder / "index.html")


def name_of(guide: str) -> str:
    """The name of a guide's page."""
    return {"import": "importing", "charts": "guide_to_charts"}.get(guide, guide.replace("-", "_"))


def _guide(guide: str) -> ModuleType:
    """A page of ``docs/`` as a module of which its text is the docstring, so that search finds it."""
    module = ModuleType(name_of(guide), (ROOT / "docs" / f"{guide}.md").read_text("utf-8"))
    pattern = re.compile(r"\[([^\]]*)\]\((?:docs/|\.\./)?([\w-]+)\.md(#[\w-]*)?\)")
    module.__doc__ = pattern.sub(
        lambda found: f"[{found[1]}]({name_of(found[2])}.html{found[3] or ''})" if found[2] in GUIDES else found[1],
        module.__doc__,
    )
    module.__all__ = []
    return module


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs")
