"""The parts of a report, whatever it came as: paragraphs and tables with their places; and how lines become a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

#: No word is as long; what is, is data.
LONGEST_WORD = 200
_ENDLESS, _IDEOGRAPH = re.compile(rf"\S{{{LONGEST_WORD},}}"), re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: Lines at the head and foot of a page among which running titles are looked for.
EDGE = 2
#: A line of this width was broken to fit a page; a shorter one ended where it ends.
_WRAPPED = 55
#: "Table 4.", "Tabela 14:" before what a caption says.
_NUMBERED = re.compile(r"^\W*[^\W\d_]{3,12}\.?\s?\d+(?:[.\-]\d+)*\w?\s*[:.–-]\s")

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Block:
    """A paragraph, a heading or an item of a list; ``locator`` says where it stands."""

    text: str
    locator: str
    heading: bool = False


@dataclass(slots=True)
class Table:
    """A table: rows of cells as printed, the header first; ``heads`` lines of header, 0 where the page does not say."""

    rows: list[list[str]]
    locator: str
    caption: str = ""
    heads: int = 0


@dataclass(slots=True)
class Document:
    """A report: its paragraphs and tables in order, and what it says about itself."""

    parts: list[Block | Table]
    kind: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""
    notes: list[str] = field(default_factory=list)


def tamed(text: str) -> str:
    """A text with single blanks and without endless runs, which would slow every pattern down.

    A paragraph of Japanese or Chinese has no blanks and stays.
    """
    return re.sub(r"[^\S\n]+", " ", _ENDLESS.sub(lambda run: run[0] if _IDEOGRAPH.search(run[0]) else " ", text))


def is_heading(text: str) -> bool:
    """Whether a paragraph of one line is a heading: short, and not a sentence."""
    return len(text) <= 120 and not re.search(r"[.!?:;]$", text.strip())


def is_caption(text: str) -> bool:
    """Whether a paragraph may be the caption of the table below it: short, of one sentence, its number aside."""
    return len(text) <= 200 and not re.search(r"[.!?]\s", _NUMBERED.sub("", text))


def unwrapped(lines: list[str]) -> str:
    """Lines as a text: a line that was broken to fit the width is joined with the next, any other ends there."""
    whole: list[str] = []
    width = 0  # of the line before
    for line in (line.strip() for line in lines):
        if not whole:
            whole = [line]
        elif re.search(r"[^\W\d_]-$", whole[-1]) and line[:1].islower():
            whole[-1] = whole[-1][:-1]
            whole.append(line)
        elif line[:1].islower() or (width >= _WRAPPED and not re.match(r"[-*+•]\s|\d{1,2}[.)]\s", line)):
            whole += [" ", line]
        else:
            whole += ["\n", line]
        width = len(line)
    return "".join(whole)


def repeated(lines: list[list[str]]) -> set[str]:
    """The lines that stand at the head or foot of most pages: running titles, numbers of pages."""
    if len(lines) < 3:
        return set()
    edges = Counter(key for page in lines for key in {line_key(line) for line in (*page[:EDGE], *page[-EDGE:])})
    return {key for key, count in edges.items() if count >= max(3, len(lines) // 2)}


def line_key(line: str) -> str:
    """A line without its digits, by which running titles are recognised."""
    return re.sub(r"\d+", "#", line.strip().lower())
