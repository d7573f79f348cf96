"""What the cells of a notebook put out, looked at for identifiers before it becomes a page.

Charts, tables and files refuse a frame before they show it; a frame that stands alone at the end of a cell, or a line
that
is printed, passes none of them. So all that a page would show of a notebook is looked at once more, whoever made it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser

from ..errors import IdentifierError
from ..identifiers import identifying_texts

#: What colours a text on a terminal.
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: What stands between two cells of a table that is printed as text.
_GAP = re.compile(r"\s*\n\s*|\t|\s{2,}")
#: Attributes whose text a reader sees or follows.
_TOLD = frozenset(["alt", "content", "href", "src", "title", "xlink:href"])
_WHOLLY = ("script", "style")
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


class _Texts(HTMLParser):
    """Collects the texts of HTML or SVG, each cell and paragraph by itself, and what its attributes tell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts = [""]
        self._skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = self._skipped or (tag if tag in _WHOLLY else "")
        told = [text for name, text in attrs if name in _TOLD and text and not text.startswith(("#", "data:"))]
        self.texts[-1:-1] = told
        self._end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""
        self._end(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.texts[-1] += data

    def _end(self, tag: str) -> None:
        if tag not in _INLINE and self.texts[-1]:
            self.texts.append("")


def data_of(output: dict) -> dict[str, str]:
    """The forms of a displayed output, each as one text; a notebook may keep it as a list of lines."""
    return {mime: "".join(text) if isinstance(text, list) else text for mime, text in output["data"].items()}


def refuse_identifying_outputs(notebook: dict, file: str, publications: Collection[str] = ()) -> None:
    """Refuse an executed notebook of whose outputs a page would show anything identifying.

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
    for number, cell in enumerate(notebook["cells"], 1):
        texts = [text for output in cell.get("outputs", []) for text in _texts(output) if text not in publications]
        for rule in identifying_texts(texts).values():
            raise IdentifierError(
                f"what cell {number} puts out looks like a {rule}; it was kept nowhere. Show counts by place only, or leave that output out.",
                file=file,
                cell=number,
                rule=rule,
            )


def _texts(output: dict) -> Iterator[str]:
    """The texts of an output in pieces as a reader sees them: cells, lines, targets of links."""
    match output["output_type"]:
        case "stream":
            yield from _lines(output["text"])
        case "error":
            yield from _lines(output["evalue"])
        case _:
            data = data_of(output)
            marked = [text for mime, text in data.items() if mime in ("text/html", "image/svg+xml")]
            for text in marked:
                reader = _Texts()
                reader.feed(text)
                reader.close()
                yield from filter(None, (piece.strip() for piece in reader.texts))
            for mime, text in data.items():
                # Beside HTML, the plain text says the same once more, in columns.
                if mime in ("text/markdown", "text/latex") or (mime == "text/plain" and not marked):
                    yield from _lines(text)


def _lines(text: str) -> Iterator[str]:
    yield from filter(None, _GAP.split(ANSI.sub("", text)))
