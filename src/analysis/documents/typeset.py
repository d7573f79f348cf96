"""A document as PDF/UA-1, set by Typst: tagged, with title, language, bookmarks and alternative texts."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..extras import extra
from ..language.catalogue import say
from ..language.prose import listed
from . import faces
from .layout import HIGHEST, UPRIGHT, Part, breakable, parts_of, width
from .model import (
    Block,
    Chapter,
    Document,
    Figure,
    Formula,
    Heading,
    Items,
    Paragraph,
    Span,
    Table,
    Text,
    Verbatim,
    leads,
    plain,
)
from .typst_process import scratch, set_by_typst

_EDITION = Path(__file__).with_name("edition.typ")
#: Wider texts (in sizes of their letters) are cut where they stand at the head of each page; two stand side by side.
_RUNNING = 37.0
#: A word of prose that is wider, in sizes of its letters, may end anywhere: even a heading of 14 points then fits.
_WIDEST = UPRIGHT / 14
#: Runs of sources that a caption names; the rows of its numbers name the others.
_MOST_RUNS = 12
#: So little text between two lying tables lies with them.
_FEW_LETTERS = 800
#: Signs that a text cannot have in a PDF, and marks of direction that Typst sets by itself.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def pdf(document: Document, fonts: Sequence[Path | str] = ()) -> bytes:
    """A document as a tagged PDF (PDF/UA-1), the same bytes each time.

    Parameters
    ----------
    document
        The document.
    fonts
        Folders of further fonts, for scripts that the fonts at hand do not have.

    Raises
    ------
    ExposureError
        If Typst is not installed.
    DataError
        If no font has a letter of the document, or a picture cannot be read.
    """
    extra("documents", "typst")
    with scratch() as folder:
        families = faces.chosen(document, fonts)
        source = "\n".join([_EDITION.read_text("utf-8"), *_Setting(document, families, folder).lines()])
        (folder / "main.typ").write_text(source, "utf-8")
        return _packed(set_by_typst(folder, "pdf", (*faces.folders(), *(Path(one).resolve() for one in fonts))))


def _packed(content: bytes) -> bytes:
    """A PDF with its tags in compressed streams: a third of the size."""
    pikepdf, out = extra("documents", "pikepdf"), io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


class _Setting:
    """The source of a document for Typst, line by line; its pictures are written into a folder beside it."""

    def __init__(self, document: Document, families: Sequence[str], folder: Path) -> None:
        self.document, self.families, self.folder = document, families, folder
        self.numbers = document.source_numbers
        self.lang = document.lang
        self._pictures = 0
        self._listed = self._lying = False

    def say(self, key: str, **values: object) -> str:
        return say(key, self.document.lang, family="documents", **values)

    def lines(self) -> Iterator[str]:
        """The whole source."""
        document = self.document
        blocks = [block for chapter in document.chapters for block in chapter.blocks]
        given = {
            "title": _string(document.title),
            "author": _string(document.author or ""),
            "lang": _string(document.lang),
            "fonts": f"({', '.join(map(_string, self.families))},)",
            "keywords": f"({', '.join(map(_string, document.keywords))}{',' * bool(document.keywords)})",
            "running": _string(_cut(document.title)),
            "foot": _string(document.running),
            "contents": _string(self.say("contents")),
            "figures": _string(self.say("figures")),
            "tables": _string(self.say("tables")),
            "has-figures": str(any(isinstance(block, Figure) for block in blocks)).lower(),
            "has-tables": str(any(isinstance(block, Table) for block in blocks)).lower(),
            "cover": f"[{''.join(self._cover())}]",
        }
        yield f"#show: edition.with({', '.join(f'{name}: {value}' for name, value in given.items())})"
        for chapter in document.chapters:
            yield from self._chapter(chapter)
        if document.sources:
            yield from self._sources()

    def _cover(self) -> Iterator[str]:
        """The title page."""
        document = self.document
        yield "#v(46mm)"
        size = 30 if len(document.title) < 90 else 22 if len(document.title) < 180 else 16
        title = breakable(document.title, UPRIGHT / size / 1.1)
        # The title is text and no heading: bookmarks begin with the contents.
        yield f"#block(text(size: {size}pt, weight: 700, hyphenate: false, {_string(title)}))"
        if document.subtitle:
            yield f"#v(4mm)#block(width: 140mm, text(size: 13pt, {_string(document.subtitle)}))"
        yield "#v(1fr)"
        yield from (f"#block(width: 140mm, text(size: 9pt, fill: quiet, {_string(line)}))" for line in document.about)

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        label = self.document.labels.get(chapter.name, "")
        lang = chapter.lang or self.document.lang
        title = f"{label}  {chapter.title}" if label and len(self.document.chapters) > 1 else chapter.title
        self.lang, self._listed = lang, chapter.mark != "letter"
        shown = _string(breakable(title, UPRIGHT / 22))
        begin = f"#chapter({_string(label)}, {_string(_cut(title))}, {shown}, {_string(lang)})\n"
        begin += f"#set text(lang: {_string(lang)})\n"
        for place, (lying, blocks) in enumerate(turned(chapter)):
            self._lying = lying
            text = begin * (place == 0) + "".join(self._block(block) for block in blocks)
            yield f"#turned[{text}\n]" if lying else text

    def _sources(self) -> Iterator[str]:
        from ..report.pages import words

        title = words(self.document.lang)["sources"]
        yield f"#set text(lang: {_string(self.document.lang)})"
        yield f"#chapter({_string('')}, {_string(title)}, {_string(title)}, {_string(self.document.lang)})"
        yield f"#par({_string(self.say('sources_lead'))})"
        yield "#set text(size: 8pt)"
        yield '#set enum(spacing: 0.75em, numbering: "1")'
        for number, source in enumerate(self.document.sources, 1):
            citation = source.citation
            link = ""
            if source.url and citation.endswith(source.url):
                citation, link = citation[: -len(source.url)], f"#link({_string(source.url)})"
            name = f"#text(fill: quiet, {_string(' ' + source.id)})"
            yield f"#enum.item({number})[#metadata(none)<s{number}>#{_string(citation)}{link}{name}]"

    # ---- blocks ----------------------------------------------------------------------------------------

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                inside = self._text(block.text)
                if block.lang:
                    inside = f"#text(lang: {_string(block.lang)})[{inside}]"
                return f"\n#heading(level: {min(block.level, 4)})[{inside}]"
            case Paragraph():
                return self._paragraph(block)
            case Items():
                kind = "enum" if block.ordered else "list"
                items = (f"[{''.join(self._block(part) for part in item)}]" for item in block.items)
                return f"\n#{kind}(tight: false, {', '.join(items)})"
            case Verbatim():
                return f"\n#verbatim({_string(block.text)})"
            case Formula():
                file = self._file(block.svg, "svg")
                told = _string(self.say("formula", tex=block.tex))
                width = min(block.size[0], UPRIGHT)
                return f"\n#block(image({_string(file)}, alt: {told}, width: {width:.1f}pt))"
            case Figure():
                return self._figure(block)
            case Table():
                return self._table(block)

    def _paragraph(self, block: Paragraph) -> str:
        inside = self._text(block.text)
        match block.kind:
            case "finding":
                inside = f"#finding[{inside}]"
            case "lead":
                inside = f"#par(text(size: 13pt, weight: 700)[{inside}])"
            case "small":
                inside = f"#par(text(size: 8.5pt, fill: quiet)[{inside}])"
            case "byline":
                inside = f"#leading(text(size: 8.5pt, fill: quiet)[{inside}])"
            case _:
                inside = f"#leading[{inside}]" if leads(block) else f"#par[{inside}]"
        lang = block.lang
        return f"\n#[#set text(lang: {_string(lang)})\n{inside}]" if lang and lang != self.lang else f"\n{inside}"

    def _text(self, text: Text, room: float = _WIDEST) -> str:
        return "".join(self._span(one, room) for one in text)

    def _span(self, one: Span, room: float) -> str:
        pieces = one.text.split("\n")
        made = "#linebreak()".join(f"#{_string(breakable(piece, room))}" if piece else "" for piece in pieces)
        if one.code:
            made = f"#raw({_string(one.text)})"
        if one.bold:
            made = f"#strong[{made}]"
        if one.italic:
            made = f"#emph[{made}]"
        if one.link:
            made = f"#link({_string(one.link)})[{made}]"
        return made + "".join(self._mark(name) for name in one.sources)

    def _mark(self, name: str) -> str:
        number = self.numbers.get(name)
        return f"#{_string(' ')}{self._link(number)}" if number else ""

    def _marks(self, names: Sequence[str]) -> str:
        """The numbers of many sources, runs of them by their ends."""
        runs, rest = shown_runs({self.numbers[name] for name in names if name in self.numbers}, self.document.lang)
        marks = f"#{_string(', ')}".join(f"#{_string('–')}".join(self._link(n) for n in ends_of(run)) for run in runs)
        return marks + (f"#{_string(rest)}" if rest else "")

    def _link(self, number: int) -> str:
        """The number of a source; behind the chapters, where each row has one, it is not a link: links are heavy."""
        mark = f"#{_string(f'[{number}]')}"
        return f"#link(<s{number}>)[{mark}]" if self._listed else mark

    def _figure(self, block: Figure) -> str:
        file = self._file(block.svg, "svg") if block.svg else self._file(block.raster, _kind_of(block.raster))
        short = f"#{_string(self.say('figure') + ' ' + block.number)}" if block.number else ""
        title = breakable(block.title or block.alt, _WIDEST)
        long = f"{short}#{_string('. ' * bool(short) + title)}"
        if not block.title:
            short = long
        if marks := self._marks(block.sources):
            short += f"#{_string('. ' + self.say('sources_of') + ' ')}{marks}"
        lang = block.lang or self.document.lang
        width = UPRIGHT if block.svg else min(picture_width(block.raster)[0], UPRIGHT)
        size = f"{width:.1f}pt, {HIGHEST}pt"
        return f"\n#picture({_string(file)}, {_string(block.alt)}, {size}, [{short}], [{long}], {_string(lang)})"

    def _file(self, content: bytes, kind: str) -> str:
        self._pictures += 1
        path = self.folder / f"p{self._pictures}.{kind}"
        path.write_bytes(content)
        return f"/{path.name}"

    def _table(self, block: Table) -> str:
        parts = parts_of(block, not self._listed, self._lying)
        made, whole = [], "\n".join
        for number, part in enumerate(parts):
            made.append(self._part(block, part, number, len(parts)))
        return f"\n{whole(made)}"

    def _cell(self, text: Text, room: float) -> object:
        """A cell as the edition reads it: a string, or its pieces."""
        if all(replace(one, text="") == Span("") for one in text):
            return breakable(_CONTROL.sub("", "".join(one.text for one in text)), room)
        return [
            {
                "text": breakable(_CONTROL.sub("", one.text), room),
                "bold": one.bold,
                "italic": one.italic,
                "code": one.code,
                "link": one.link,
                "marks": [self.numbers[name] for name in one.sources if name in self.numbers],
            }
            for one in text
        ]

    def _part(self, block: Table, part: Part, place: int, parts: int) -> str:
        named = f"{self.say('table')} {block.number}" if block.number else ""
        if parts > 1:
            first, last = part.columns[min(1, len(part.columns) - 1)] + 1, part.columns[-1] + 1
            named = self.say("continued", number=block.number, first=first, last=last)
        caption = f"#{_string(breakable('. '.join(filter(None, (named, block.title))), _WIDEST))}"
        short = caption if place == 0 else f"#{_string(named)}"
        aligns = ", ".join("right" if block.columns[column].numeric else "left" for column in part.columns)
        heads = ", ".join(
            _string(breakable(block.columns[column].label, room))
            for column, room in zip(part.columns, part.rooms, strict=True)
        )
        # As data, and not as source: that would take three times the memory.
        cells = [
            self._cell(row[column], room)
            for row in block.rows
            for column, room in zip(part.columns, part.rooms, strict=True)
        ]
        file = self._file(json.dumps(cells, ensure_ascii=False).encode("utf-8"), "json")
        notes = block.notes if place == parts - 1 else ()
        lang = block.lang or self.document.lang
        widths, gaps = (", ".join(f"{one:.1f}pt" for one in sizes) for sizes in (part.widths, part.gaps))
        shape = (
            f"{part.size}pt, {str(part.whole).lower()}, {str(part.parted).lower()}, ({widths},), ({gaps},), ({aligns},)"
        )
        told = f"[{short}], [{caption}], ({''.join(_string(note) + ', ' for note in notes)})"
        listed = str(self._listed).lower()
        return f"#rows({shape}, {_string(lang)}, ({heads},), {_string(file)}, {told}, {listed})"


def turned(chapter: Chapter) -> Iterator[tuple[bool, list[Block]]]:
    """The blocks of a chapter, wide tables that follow one another together; of the last ones all stand on lying pages.

    So do headings and a few lines that stand between two of them: they would have a page for themselves.
    """
    small = chapter.mark == "letter"
    lying = [isinstance(block, Table) and parts_of(block, small)[0].lying for block in chapter.blocks]
    for before, after in pairwise([place for place, lies in enumerate(lying) if lies]):
        between = chapter.blocks[before + 1 : after]
        if all(isinstance(one, Heading | Paragraph) for one in between) and sum(map(_length, between)) < _FEW_LETTERS:
            lying[before:after] = [True] * (after - before)
    if small and any(lying):
        yield True, list(chapter.blocks)
        return
    for turned, group in groupby(zip(lying, chapter.blocks, strict=True), key=lambda pair: pair[0]):
        yield turned, [block for _, block in group]


def _length(block: Block) -> int:
    return len(plain(block.text)) if isinstance(block, Heading | Paragraph) else 0


def shown_runs(numbers: set[int], lang: str) -> tuple[list[list[int]], str]:
    """The runs of a figure's sources that stand in its caption, and how many more there are, in words."""
    runs = runs_of(sorted(numbers))
    more = sum(map(len, runs[_MOST_RUNS:]))
    return runs[:_MOST_RUNS], listed(["", say("more", lang, n=more)], lang) if more else ""


def runs_of(numbers: list[int]) -> list[list[int]]:
    """Numbers in order as runs without a gap."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def ends_of(run: list[int]) -> list[int]:
    """First and last of a run."""
    return [run[0]] if len(run) == 1 else [run[0], run[-1]]


def picture_width(picture: bytes) -> tuple[float, float]:
    """The width of a raster picture in points, as 96 pixels an inch, and its height to that width."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            opened.load()
            return opened.width * 0.75, opened.height / opened.width
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise DataError("a picture cannot be read", remedy="save it again, as PNG") from None


def raster_of(figure: Figure) -> bytes:
    """A picture as PNG, JPEG or GIF; what is there as SVG only is drawn by Typst."""
    if figure.raster:
        return figure.raster
    extra("documents", "typst")
    with scratch() as folder:
        (folder / "p.svg").write_bytes(figure.svg)
        source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("/p.svg")'
        (folder / "main.typ").write_text(source, "utf-8")
        return set_by_typst(folder, "png", faces.folders())


def _kind_of(picture: bytes) -> str:
    """The format of a picture by its first bytes."""
    for begin, kind in ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"GIF8", "gif")):
        if picture.startswith(begin):
            return kind
    raise DataError("a picture is not a PNG, JPEG or GIF", remedy="save it again, as PNG")


def _cut(text: str) -> str:
    """A text for the head of each page."""
    kept = next(text[:end] for end in range(len(text), -1, -1) if width(text[:end]) <= _RUNNING)
    if kept != text:
        kept = kept.rsplit(" ", 1)[0] + "…"
    return breakable(kept, _RUNNING / 2)


def _string(text: str) -> str:
    """A text as Typst writes strings."""
    escaped: Any = json.dumps(_CONTROL.sub("", text), ensure_ascii=False)
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", escaped)
