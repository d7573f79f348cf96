"""Build the documentation site: ``python scripts/documentation [FOLDER] [--only GROUP]``.

Its sources are the pages of ``docs/``, the docstrings, and what the examples in them give. They are put together in a
folder beside the site, from which Sphinx makes the pages. The site asks nothing of the net, and the same sources give
the same bytes. ``--only`` executes the examples of one group of ``docs/site/groups.toml`` alone, for a quick look while
writing; it may be given several times.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Pages of the project that stand outside of ``docs/`` and are pages of the site as well.
OUTSIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def main(site: Path, only: list[str]) -> int:
    """Build the site; the exit status is that of Sphinx, whose warnings are errors."""
    import fonts
    import pages
    from sphinx.cmd.build import build_main

    sources, known = site.parent / f"{site.name}-sources", site.parent / f"{site.name}-doctrees"
    for folder in (site, sources, known):
        shutil.rmtree(folder, ignore_errors=True)
    gather(sources)
    pages.write(sources, only)
    failed = build_main(["-b", "html", "-q", "-W", "--keep-going", "-d", str(known), str(sources), str(site)])
    if not failed:
        fonts.write(site)
        for left_over in (".buildinfo", "_sources", "_static/webpack-macros.html"):
            path = site / left_over
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for path in sorted(site.rglob("*.html")):
            path.write_text(_named(path.read_text("utf-8")), "utf-8", newline="\n")
        print(site / "index.html")
    return failed


def gather(sources: Path) -> None:
    """Copy the pages, with links that lead to the same pages in the site."""
    shutil.copytree(ROOT / "docs", sources)
    for name, page in OUTSIDE.items():
        text = (ROOT / name).read_text("utf-8")
        (sources / page).write_text(re.sub(r"\]\(docs/", "](", text), "utf-8", newline="\n")
    for path in sorted(sources.rglob("*.md")):
        text = path.read_text("utf-8")
        for name, page in OUTSIDE.items():
            text = re.sub(
                rf"\]\((?:\.\./)*{re.escape(name)}", f"]({os.path.relpath(sources / page, path.parent)}", text
            )
        path.write_text(text, "utf-8", newline="\n")


def _named(page: str) -> str:
    """The page with names that the theme forgets, or gives otherwise than it shows them: reading programs say them."""
    page = page.replace(
        '<summary><span class="toctree-toggle"', '<summary aria-label="Pages below"><span class="toctree-toggle"'
    )
    return re.sub(r'(<button[^>]*class="[^"]*search-button-field[^"]*"[^>]*?) aria-label="Search"', r"\1", page)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Build the documentation site.")
    asked.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "docs")
    asked.add_argument("--only", action="append", default=[])
    given = asked.parse_args()
    sys.exit(main(given.folder.resolve(), given.only))
