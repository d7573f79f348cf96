"""What a document is made of, whatever it is written as: texts, lists, tables, figures, chapters, sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Span:
    """A piece of text of one kind."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    """An address of the web; empty if it leads nowhere."""
    sources: tuple[str, ...] = ()
    """Ids of the sources that stand behind it; a writer puts their numbers after it."""


Text = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """The heading of a section; level 2 is the first below a chapter's title."""

    level: int
    text: Text
    lang: str = ""
    """Its language where it is not the chapter's."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``body``, ``lead``, ``finding``, ``small``, or ``byline``: small, of the heading above it."""

    text: Text
    kind: str = "body"
    lang: str = ""
    """Its language where it is not the chapter's."""


@dataclass(frozen=True)
class Items:
    """A list; each item has blocks of its own."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Verbatim:
    """Text in which every character has its place."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table with one row of heads and no merged cells."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    name: str = ""
    lang: str = ""
    number: str = ""
    """``2.1``, given by the document."""
    all_rows: int = 0
    """How many rows there are, if only some are shown."""


@dataclass(frozen=True)
class Figure:
    """A picture with what it says."""

    alt: str
    svg: bytes = b""
    raster: bytes = b""
    """The same as PNG, JPEG or GIF; one of the two is there."""
    title: str = ""
    """Its title, where the picture is a chart of ours; it stands in the picture too."""
    name: str = ""
    lang: str = ""
    number: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula:
    """A formula on a line of its own, as TeX writes it and as a picture."""

    tex: str
    svg: bytes
    raster: bytes
    size: tuple[float, float]
    """Width and height in points."""


Block = Heading | Paragraph | Items | Verbatim | Table | Figure | Formula


@dataclass(frozen=True)
class Chapter:
    """A page of the site, or a notebook, as a chapter."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    lang: str = ""
    mark: str = "number"
    """``number`` for a chapter, ``letter`` for what stands at the end, nothing for what stands before."""


@dataclass(frozen=True)
class Source:
    """A publication, with its number in the document."""

    id: str
    citation: str
    url: str = ""


@dataclass(frozen=True)
class Document:
    """A whole document."""

    title: str
    lang: str
    chapters: tuple[Chapter, ...]
    sources: tuple[Source, ...] = ()
    subtitle: str = ""
    about: tuple[str, ...] = ()
    """Lines of the title page: author, versions, how to cite, licence."""
    running: str = ""
    """What stands at the foot of each page."""
    author: str | None = None
    """Who wrote it, as the properties of the file say; nobody if empty. None: it is the package's own report."""
    keywords: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    """Chapter name -> its number or letter."""

    @property
    def source_numbers(self) -> dict[str, int]:
        """The number of each source."""
        return {source.id: number for number, source in enumerate(self.sources, 1)}


def plain(text: Text) -> str:
    """A text without its kinds."""
    return "".join(span.text for span in text)


def span(text: str) -> Text:
    """A text of one kind, or nothing."""
    return (Span(text),) if text else ()


def inner(block: Block) -> Iterator[Block]:
    """A block, and what stands in it."""
    yield block
    if isinstance(block, Items):
        for item in block.items:
            for part in item:
                yield from inner(part)


def in_language(block: Block, lang: str) -> Block:
    """A block whose texts are in a language of their own."""
    match block:
        case Heading() | Paragraph() | Table():
            return replace(block, lang=block.lang or lang)
        case Items():
            items = tuple(tuple(in_language(part, lang) for part in item) for item in block.items)
            return replace(block, items=items)
        case _:
            return block


def leads(block: Paragraph) -> bool:
    """Whether a paragraph announces what follows, so that no page may end between them."""
    return block.kind == "byline" or plain(block.text).rstrip().endswith(":")


def numbered(chapters: tuple[Chapter, ...]) -> tuple[tuple[Chapter, ...], dict[str, str]]:
    """Give chapters, their tables and their figures numbers: 2, and 2.1 for its first table and its first figure."""
    labels: dict[str, str] = {}
    done, count, letters = [], 0, iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for chapter in chapters:
        label = ""
        if chapter.mark == "number":
            count += 1
            label = str(count)
        elif chapter.mark == "letter":
            label = next(letters)
        labels[chapter.name] = label
        counts = {Table: 0, Figure: 0}
        blocks: list[Block] = []
        for block in chapter.blocks:
            if label and isinstance(block, Table | Figure):
                counts[type(block)] += 1
                blocks.append(replace(block, number=f"{label}.{counts[type(block)]}"))
            else:
                blocks.append(block)
        done.append(replace(chapter, blocks=tuple(blocks)))
    return tuple(done), labels


def sources_used(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The sources that stand behind what blocks show, in the order of the text; one may come more than once."""
    for outer in blocks:
        for block in inner(outer):
            match block:
                case Figure():
                    yield from block.sources
                case Table():
                    for row in block.rows:
                        for cell in row:
                            for one in cell:
                                yield from one.sources
                case Paragraph() | Heading():
                    for one in block.text:
                        yield from one.sources
