"""The text of a report as a draft keeps it: its parts, without what identifies, and where each number stands."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from .blocks import Block, Document, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What stands in the text for a sentence that was withheld; no report prints it.
WITHHELD = "\N{SYMBOL FOR SUBSTITUTE FORM TWO}"
_CELL, _LINE = " | ", "\n"


class Part(NamedTuple):
    """A paragraph, a heading or a table of a report; a table's rows are lines, its cells parted by bars."""

    kind: str
    locator: str
    text: str


class Place(NamedTuple):
    """Where a number stands: the part of the text and the characters in it."""

    part: int
    start: int
    end: int


def kept_parts(document: Document, lang: str) -> tuple[list[Part], list[dict[str, str]]]:
    """The parts of a report without the sentences and cells that identify, and where these were.

    Returns
    -------
    tuple
        The parts; and for each sentence or cell withheld its ``locator`` and ``rule``, never its text.
    """
    from ..identifiers import identifying
    from .lexicon import words
    from .sentences import sentences

    vocabulary, withheld = words(lang), []

    def fit(text: str, locator: str) -> str:
        rule = identifying(text)
        if rule is None:
            return text
        withheld.append({"locator": locator, "rule": rule})
        return WITHHELD

    parts = []
    for part in document.parts:
        if isinstance(part, Block):
            # Most paragraphs hold nothing of the kind; only others are looked at sentence by sentence.
            text = part.text
            if identifying(text) is not None:
                text = " ".join(fit(sentence, part.locator) for sentence in sentences(text, vocabulary))
            parts.append(Part("heading" if part.heading else "paragraph", part.locator, text))
        else:
            parts.append(Part("table", part.locator, _table_text(part, fit)))
    return parts, withheld


def _table_text(table: Table, fit: Any) -> str:
    rows = [[fit(re.sub(r"\s+", " ", cell).replace("|", "/"), table.locator) for cell in row] for row in table.rows]
    return _LINE.join(_CELL.join(row) for row in rows)


def cells(text: str) -> Iterator[list[tuple[int, int]]]:
    """The cells of a table's text, row by row: where each begins and ends."""
    at = 0
    for line in text.split(_LINE):
        row, start = [], at
        for cell in line.split(_CELL):
            row.append((start, start + len(cell)))
            start += len(cell) + len(_CELL)
        yield row
        at += len(line) + len(_LINE)


def around(text: str, start: int, end: int, width: int = 120) -> str:
    """The text around a stretch, cut at blanks, on one line."""
    before = text[max(0, start - width) : start]
    after = text[end : end + width]
    if start > width:
        before = "… " + before.partition(" ")[2]
    if end + width < len(text):
        after = after.rpartition(" ")[0] + " …"
    return " ".join((before + text[start:end] + after).split())


def as_json(parts: Iterable[Part], withheld: list[dict[str, str]], read: dict[str, Any]) -> str:
    """What ``report.json`` of a draft holds: what was read, its parts, and where something was withheld."""
    content = {"read": read, "parts": [part._asdict() for part in parts], "withheld": withheld}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


class Finder:
    """Finds where the numbers of a report stand in its text, each place once."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self._taken: dict[int, list[Place]] = {}
        self._by_locator: dict[str, list[int]] = {}
        for at, part in enumerate(parts):
            self._by_locator.setdefault(part.locator, []).append(at)

    def place(self, figure: str, locator: str, sentence: str = "") -> Place | None:
        """Where a figure stands; None where the text has it nowhere (a number made up of several, say)."""
        first = locator.split("; ")[0]
        near = self._by_locator.get(first) or [
            at for known, found in self._by_locator.items() if first.startswith(known) and known for at in found
        ]
        for part in near:
            text = self.parts[part].text
            begun = self._sentence(text, sentence)
            for since in dict.fromkeys((begun, 0)):
                if found := self._free(part, text, figure, since):
                    self._taken.setdefault(part, []).append(found)
                    return found
        return None

    def _free(self, part: int, text: str, figure: str, since: int) -> Place | None:
        pattern = r"\s+".join(map(re.escape, figure.split()))
        before = r"(?<![\w.,])" if figure[:1].isdigit() else ""
        for match in re.finditer(before + pattern + (r"(?!\d)" if figure[-1:].isdigit() else ""), text[since:]):
            found = Place(part, since + match.start(), since + match.end())
            if not any(one.start < found.end and found.start < one.end for one in self._taken.get(part, ())):
                return found
        return None

    @staticmethod
    def _sentence(text: str, sentence: str) -> int:
        for length in (60, 25, 12):
            if sentence and (at := text.find(sentence[:length])) >= 0:
                return at
        return 0
