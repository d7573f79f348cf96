"""The drawings of a chart that a page holds in its text, one for each width of a column, checked before they go in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup

from ..charts.drawings_kept import ENDING, unpacked

if TYPE_CHECKING:
    from pathlib import Path

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
#: All that our drawings are made of. None of it runs, loads or leads anywhere.
_ELEMENTS = frozenset(
    _SVG + name
    for name in ("svg", "title", "desc", "g", "defs", "clipPath", "pattern", "path", "rect", "circle", "use", "text")
)
_ATTRIBUTES = frozenset(
    (
        *("id", "class", "role", "lang", "viewBox", "aria-labelledby", "style", "transform", "d", "x", "y"),
        *("width", "height", "patternUnits", "clip-path", "fill", _LINK),
    )
)


def drawings(folder: Path, name: str) -> list[tuple[str, Markup]]:
    """Width and SVG of each drawing that a chart's folder has for pages; none if one is not what a chart leaves."""
    file = folder / f"{name}{ENDING}"
    found = unpacked(file.read_bytes()) if file.exists() else {}
    return [(width, Markup(text)) for width, text in found.items()] if all(map(_is_plain, found.values())) else []


def _is_plain(text: str) -> bool:
    """Whether an SVG holds nothing but shapes and texts, and names nothing that lies outside of it."""
    try:
        root = etree.fromstring(text.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    if root.getroottree().docinfo.doctype:
        return False
    return all(
        element.tag in _ELEMENTS
        and all(
            name in _ATTRIBUTES and (name != _LINK or value.startswith("#")) and _stays_inside(value)
            for name, value in element.attrib.items()
        )
        for element in root.iter()
    )


def _stays_inside(value: str) -> bool:
    """Whether all addresses in a value are those of parts of the same drawing, and none is hidden by an escape."""
    return "\\" not in value and value.lower().replace(" ", "").count("url(") == value.count("url(#")
