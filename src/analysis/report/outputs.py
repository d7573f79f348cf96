"""What a notebook shows, looked at for identifiers before it becomes a page.

Charts, tables and files refuse a frame before they show it; a frame that stands alone at the end of a cell, or a line
that is printed, passes none of them. So all that a page would hold of a notebook is looked at once more, whoever made
it: its sources with their comments, its outputs in every form, and in markup also attributes, comments and styles.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any
from urllib.parse import unquote

from ..errors import IdentifierError
from ..identifiers import identifying_texts, rejoined, texts_in

#: What colours a text on a terminal.
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: What stands between two cells of a table that is printed as text.
_GAP = re.compile(r"[^\S\n]*\n\s*|\t|[^\S\n]{2,}")
#: Attributes that hold geometry.
_GEOMETRIC = frozenset(
    [
        "d",
        "points",
        "transform",
        "viewbox",
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
#: In styles and scripts: comments, strings and addresses, for selectors look like hosts. Each ends with its text at
#: the latest, so that none is looked for twice.
_TOLD_IN_CODE = re.compile(
    r"/\*(.*?)(?:\*/|\Z)|//([^\n]*)|\"([^\"\n]*)\"?|'([^'\n]*)'?|`([^`]*)`?|url\(([^)\n]*)", re.DOTALL
)
#: What Python says in words: comments and strings.
_TOLD_IN_PYTHON = re.compile(
    r"#([^\n]*)|\"{3}(.*?)(?:\"{3}|\Z)|'{3}(.*?)(?:'{3}|\Z)"
    r"|\"((?:[^\"\\\n]|\\.)*+)\"?|'((?:[^'\\\n]|\\.)*+)'?",
    re.DOTALL,
)
#: Commands of the notebook, of the shell and of other languages.
_COMMAND = re.compile(r"(?m)^[ \t]*[%!?].*$")
#: What Markdown sets between the parts of a word.
_MARKS = re.compile(r"[*_`~\\]+")
#: Numbers with points, as drawings have them without end: no text.
_GEOMETRY = re.compile(r"[\sMmLlHhVvCcSsQqTtAaZz\d.,eE+-]*")
_DATA = re.compile(
    r"data:(?:(?:text/|image/svg|application/(?:json|xml|xhtml))[^,]{0,200}|;[^,]{0,99})?", re.IGNORECASE
)
#: Forms that are not read.
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
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


def texts_of_markup(text: str) -> Iterator[str]:
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
        # What the parser gave up on is looked at with its tags.
        yield from lines_in(re.sub(r"[<>]", " ", text))
    if root is None:
        return
    info = root.getroottree().docinfo
    yield from filter(None, (info.public_id, info.system_url))
    for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        yield from lines_in(beside.text or "")
    yield from _texts_of_element(root)


def _texts_of_element(root: Any) -> Iterator[str]:
    from lxml import etree

    parts: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield from lines_in(node.text or "")
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
            yield from _texts_of_tag(node)
            parts.append(node.text or "")
    yield "".join(parts)


def _texts_of_tag(node: Any) -> Iterator[str]:
    """What an element's name and attributes tell, with what addresses of data hold."""
    if not node.tag.isalnum():
        yield node.tag
    for name, value in node.attrib.items():
        if not name.isalpha():
            yield name
        if value.lower().startswith("data:"):
            yield from _texts_of_data(value)
        elif name == "style":
            yield from _texts_of_code(value)
        elif not (name in _GEOMETRIC and _GEOMETRY.fullmatch(value)):
            yield value.removeprefix("#")


def _texts_of_data(address: str) -> Iterator[str]:
    """The text that an address of data holds; a picture or a font holds none."""
    form, _, told = address.partition(",")
    if not _DATA.fullmatch(form):
        return
    told = unquote(told, errors="replace")
    if form.lower().endswith(";base64"):
        with suppress(ValueError):
            told = b64decode(told + "=" * (-len(told) % 4)).decode("utf-8", "replace")
    if "<" in told:
        yield from texts_of_markup(told)
    else:
        yield from lines_in(told)


def _texts_of_code(code: str, told_in: re.Pattern[str] = _TOLD_IN_CODE) -> Iterator[str]:
    for found in told_in.finditer(code):
        told = next(filter(None, found.groups()), "")
        yield from _texts_of_data(told) if told.lower().startswith("data:") else lines_in(told)


def _texts_of_python(code: str) -> Iterator[str]:
    """Comments, strings and commands of a cell; all of a cell in another language."""
    if code.lstrip().startswith("%%"):
        yield from lines_in(code)
        return
    yield from _COMMAND.findall(code)
    yield from _texts_of_code(_COMMAND.sub("", code), _TOLD_IN_PYTHON)


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
    for _, text in texts_in(notebook.get("metadata", {})):
        if rule := identifying_texts([text]).get(0):
            raise IdentifierError(
                f"its metadata hold what looks like a {rule}", remedy="leave that out", file=file, rule=rule
            )
    texts: list[str] = []
    places: list[tuple[int, str]] = []
    for number, cell in enumerate(notebook["cells"], 1):
        shown = chain.from_iterable(_texts(output) for output in cell.get("outputs", []))
        for what, found in (("says", _said(cell)), ("puts out", shown)):
            told = [without_publications(known, text) for text in found]
            told = list(dict.fromkeys([*told, *rejoined(told)]))
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
    """What a cell's source says, the lines of a text, the comments and strings of code; its metadata, its files."""
    source = _joined(cell.get("source", ""))
    if cell.get("cell_type") == "code":
        yield from _texts_of_python(source)
    else:
        yield from lines_in(source)
        yield from lines_in(_MARKS.sub("", source).replace("|", "\n"))
    yield from (told for _, told in texts_in([cell.get("metadata", {}), list(cell.get("attachments", {}))]))


def without_publications(publications: Sequence[str], text: str) -> str:
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
            yield from lines_in(_joined(output["text"]))
        case "error":
            yield from lines_in(f"{output.get('ename', '')}\n{output['evalue']}")
        case _:
            yield from (told for _, told in texts_in([output.get("metadata", {}), list(output["data"])]))
            data = data_of(output)
            for mime, text in data.items():
                if not isinstance(text, str):
                    yield from (told for _, told in texts_in(text))
                elif mime in ("text/html", "image/svg+xml"):
                    yield from filter(None, (piece.strip() for piece in texts_of_markup(text)))
                elif mime in ("application/javascript", "text/css"):
                    yield from _texts_of_code(text)
                elif mime == "text/plain" and not data.keys().isdisjoint(("text/html", "image/svg+xml")):
                    # The same once more, in columns, whose numbers side by side say nothing together.
                    yield from text.split()
                elif mime not in _PICTURES:
                    yield from lines_in(text)


def lines_in(text: str) -> Iterator[str]:
    """The lines of a text, each in the pieces between its gaps."""
    yield from filter(None, _GAP.split(ANSI.sub("", text)))
