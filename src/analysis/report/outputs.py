"""What a notebook shows, looked at for identifiers before it becomes a page.

Charts, tables and files refuse a frame before they show it; a frame that stands alone at the end of a cell, or a line
that is printed, passes none of them. So all that a page would hold of a notebook is looked at once more, whoever made
it: its sources with their comments, its outputs in every form, and in markup also attributes, comments and styles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any

from ..errors import IdentifierError
from ..identifiers import identifying_texts, rejoined, texts_in

#: What colours a text on a terminal.
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: What stands between two cells of a table that is printed as text.
_GAP = re.compile(r"[^\S\n]*\n\s*|\t|[^\S\n]{2,}")
#: Attributes that hold geometry, names of styles or programs: no text.
_MUTE = frozenset(
    [
        "d",
        "points",
        "transform",
        "viewbox",
        "style",
        "class",
        "id",
        "for",
        "headers",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
        "width",
        "height",
    ]
)
#: In styles and scripts: comments, strings and addresses, for selectors look like hosts.
_TOLD_IN_CODE = re.compile(
    r"/\*(.{0,2000}?)\*/|//([^\n]{0,2000})|\"([^\"\n]{0,2000})\"|'([^'\n]{0,2000})'|url\(([^)\n]{0,2000})\)", re.DOTALL
)
_TOLD_IN_PYTHON = re.compile(r"#([^\n]{0,2000})|\"([^\"\n]{0,2000})\"|'([^'\n]{0,2000})'")
#: Elements that stand inside of a line, and so do not end a text.
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "em",
        "i",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tspan",
        "u",
        "var",
        "wbr",
    ]
)


def _texts_of_markup(text: str) -> Iterator[str]:
    """The texts of HTML or SVG, each cell and paragraph by itself, with what attributes, comments and styles tell."""
    from lxml import etree

    if not text.strip():
        return
    parser = etree.HTMLParser(huge_tree=True, remove_blank_text=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.ParserError:
        root = None
    if root is None or any(one.level_name == "FATAL" for one in parser.error_log):
        # What the parser gave up on is looked at without its tags.
        yield from _lines(re.sub(r"<[^<>]{0,2000}>", " ", text))
    if root is None:
        return
    parts: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield from _lines(node.text or "")
            parts.append(node.tail or "")
            continue
        if node.tag not in _INLINE:
            yield "".join(parts)
            parts = []
        if event == "end":
            parts.append(node.tail or "")
        elif node.tag in ("style", "script"):
            yield from _texts_of_code(node.text or "")
        else:
            yield from (
                value
                for name, value in node.attrib.items()
                if name not in _MUTE and not value.startswith(("#", "data:"))
            )
            parts.append(node.text or "")
    yield "".join(parts)


def _texts_of_code(code: str, told_in: re.Pattern[str] = _TOLD_IN_CODE) -> Iterator[str]:
    for found in told_in.finditer(code):
        told = next(filter(None, found.groups()), "")
        if not told.startswith("data:"):
            yield from _lines(told)


def data_of(output: dict[str, Any]) -> dict[str, Any]:
    """The forms of a displayed output, each as one text; a notebook may keep it as a list of lines."""
    return {mime: "".join(text) if isinstance(text, list) else text for mime, text in output["data"].items()}


def refuse_identifying_outputs(notebook: Mapping[str, Any], file: str, publications: Collection[str] = ()) -> None:
    """Refuse an executed notebook of which a page would show anything identifying.

    Parameters
    ----------
    notebook
        The executed notebook, as :func:`analysis.report.pages.publish` leaves it.
    file
        Its name, for the message.
    publications
        Addresses of known publications, which may be shown.

    Raises
    ------
    IdentifierError
        Names the notebook, the ``cell`` (1 is the first) and the ``rule``, and never the value.
    """
    known = sorted(publications, key=lambda one: (-len(one), one))
    texts: list[str] = []
    places: list[tuple[int, str]] = []
    for number, cell in enumerate(notebook["cells"], 1):
        shown = chain.from_iterable(_texts(output) for output in cell.get("outputs", []))
        for what, found in (("says", _said(cell)), ("puts out", shown)):
            told = [_without(known, text) for text in found]
            told += rejoined(told)
            texts += told
            places += [(number, what)] * len(told)
    # All at once: the rules are quicker with many texts than with a few at a time.
    for position, rule in identifying_texts(texts).items():
        number, what = places[position]
        raise IdentifierError(
            f"what cell {number} {what} looks like a {rule}",
            remedy="it was kept nowhere. Show counts by place only, or leave that out",
            file=file,
            cell=number,
            rule=rule,
        )


def _said(cell: Mapping[str, Any]) -> Iterator[str]:
    """What a cell's source says: the lines of a text, the comments and strings of code."""
    source = _joined(cell.get("source", ""))
    return _texts_of_code(source, _TOLD_IN_PYTHON) if cell.get("cell_type") == "code" else _lines(source)


def _without(publications: list[str], text: str) -> str:
    """A text without the addresses of known publications, which may be shown."""
    if "://" in text:
        for address in publications:
            text = text.replace(address, "")
    return text


def _joined(text: str | list[str]) -> str:
    return "".join(text) if isinstance(text, list) else text


def _texts(output: dict[str, Any]) -> Iterator[str]:
    """The texts of an output in pieces as a reader sees them: cells, lines, targets of links."""
    match output["output_type"]:
        case "stream":
            yield from _lines(_joined(output["text"]))
        case "error":
            yield from _lines(output["evalue"])
        case _:
            data = data_of(output)
            marked = [text for mime, text in data.items() if mime in ("text/html", "image/svg+xml")]
            for text in marked:
                yield from filter(None, (piece.strip() for piece in _texts_of_markup(text)))
            for mime, text in data.items():
                if not isinstance(text, str):
                    yield from (told for _, told in texts_in(text))
                elif mime in ("application/javascript", "text/css"):
                    yield from _texts_of_code(text)
                # Beside HTML, the plain text says the same once more, in columns.
                elif (
                    mime.startswith(("text/", "application/"))
                    and mime not in ("text/html", "application/pdf")
                    and not (mime == "text/plain" and marked)
                ):
                    yield from _lines(text)


def _lines(text: str) -> Iterator[str]:
    yield from filter(None, _GAP.split(ANSI.sub("", text)))
