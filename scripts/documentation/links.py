"""Names in code lead to the reference, in every page: ``ex.rates`` and ``rank_sets`` need no link written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from public_names import names
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Names of statistics that are everyday words, or columns, and are linked only behind ``ex.``.
EVERYDAY = {
    "change",
    "rates",
    "shares",
    "series",
    "events",
    "breaks",
    "number",
    "table",
    "score",
    "measures",
    "sources",
    "surveys",
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_post_transform(NamesAreLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def targets() -> dict[str, str]:
    """What may stand in code -> the page of the reference."""
    known = names()
    found = {f"ex.{name}": f"reference/ex.{name}" for name in known}
    found |= {name.partition(".")[2]: f"reference/ex.{name}" for name in known if name.startswith("statistics.")}
    return {name: page for name, page in found.items() if name not in EVERYDAY}


class NamesAreLinks(SphinxPostTransform):
    """Make a link of each piece of code that is a public name, or a call of one."""

    default_priority = 200
    pages: dict[str, str] | None = None

    def run(self, **kwargs: object) -> None:
        """Go through the code of one page."""
        if NamesAreLinks.pages is None:
            NamesAreLinks.pages = targets()
        here = self.env.docname
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext().partition("(")[0]
            page = NamesAreLinks.pages.get(name)
            inside = (nodes.reference, nodes.title, addnodes.pending_xref, nodes.caption)
            if not page or page == here or any(isinstance(above, inside) for above in _above(literal)):
                continue
            link = nodes.reference("", "", internal=True, refuri=self.app.builder.get_relative_uri(here, page))
            literal.replace_self(link)
            link += literal


def _above(node: nodes.Node) -> list[nodes.Node]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found
