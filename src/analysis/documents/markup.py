"""HTML that a notebook puts out as blocks of a document: tables of ours, of pandas, of anybody."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..language.catalogue import say
from ..language.languages import LANGUAGES
from ..language.numbers import scale_word
from ..report.cleaning import clean
from .markdown import joined
from .model import Block, Column, Figure, Heading, Items, Paragraph, Span, Table, Verbatim, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOLD, _ITALIC, _CODE = (
    frozenset({"b", "strong", "th"}),
    frozenset({"i", "em", "var", "cite"}),
    frozenset({"code", "kbd"}),
)
_INLINE = _BOLD | _ITALIC | _CODE | {"a", "abbr", "br", "del", "ins", "mark", "q", "s", "samp", "small", "span"}
_INLINE |= {"sub", "sup", "u", "wbr"}
_SCALES = (10**6, 10**9, 10**12)
_RIGHT = re.compile(r"text-align:\s*right")
#: More rows of somebody's own table are not printed.
MOST_ROWS = 500


def blocks_of(html: str, lang: str) -> list[Block]:
    """The blocks of an output in HTML, cleaned as a page of the site would be."""
    from lxml import html as reader

    cleaned = clean(html)
    if not cleaned.strip():
        return []
    reading = _Reading(lang)
    reading.element(reader.fragment_fromstring(cleaned, create_parent="div"))
    reading.end_paragraph()
    return reading.blocks


@dataclass
class _Reading:
    """Blocks in the order in which they end."""

    lang: str
    blocks: list[Block] = field(default_factory=list)
    _spans: list[Span] = field(default_factory=list)

    def end_paragraph(self) -> None:
        if text := joined(self._spans):
            self.blocks.append(Paragraph(text))
        self._spans = []

    def element(self, node: HtmlElement) -> None:
        """Read what an element holds."""
        self._spans += _text(node.text)
        for child in node.iterchildren(tag=_element()):
            if child.tag in _INLINE:
                self._spans += _inline(child)
            else:
                self.end_paragraph()
                self._block(child)
                self.end_paragraph()
            self._spans += _text(child.tail)

    def _block(self, node: HtmlElement) -> None:
        match node.tag:
            case "style":
                return
            case "table":
                self.blocks.append(table_of(node, self.lang))
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                if text := joined(_inline(node)):
                    self.blocks.append(
                        Heading(max(3, int(node.tag[1])), tuple(replace(one, bold=False) for one in text))
                    )
            case "pre":
                self.blocks.append(Verbatim(node.text_content().strip("\n")))
            case "ul" | "ol":
                items = []
                for item in node.iterchildren("li"):
                    inside = _Reading(self.lang)
                    inside.element(item)
                    inside.end_paragraph()
                    if inside.blocks:
                        items.append(tuple(inside.blocks))
                if items:
                    self.blocks.append(Items(tuple(items), node.tag == "ol"))
            case "img":
                if picture := _picture(node, self.lang):
                    self.blocks.append(picture)
            case "hr":
                return
            case _:
                self.element(node)


def _element() -> type:
    """What lxml's iterators know elements by, so that comments are passed over."""
    from lxml import etree

    return etree.Element


def _text(text: str | None) -> list[Span]:
    return [Span(re.sub(r"[ \t\r\n\f]+", " ", text))] if text else []


def _inline(node: HtmlElement) -> Iterator[Span]:
    """The texts of an element that stands in a line, and of all below it."""

    def kind(one: Span) -> Span:
        address = node.get("href") or ""
        return replace(
            one,
            bold=one.bold or node.tag in _BOLD,
            italic=one.italic or node.tag in _ITALIC,
            code=one.code or node.tag in _CODE,
            link=one.link or (address if node.tag == "a" and re.match(r"(?:https?|mailto):", address) else ""),
        )

    if node.tag == "br":
        yield Span("\n")
        return
    if node.tag == "style":
        return
    yield from map(kind, _text(node.text))
    for child in node.iterchildren(tag=_element()):
        yield from map(kind, _inline(child))
        yield from map(kind, _text(child.tail))


def _picture(node: HtmlElement, lang: str) -> Figure | None:
    found = re.match(r"data:image/(?:png|jpeg);base64,(.*)", node.get("src") or "", re.DOTALL)
    if found is None:
        return None
    alt = (node.get("alt") or "").strip() or say("picture_untold", lang, family="documents")
    return Figure(alt, raster=base64.b64decode("".join(found[1].split())), lang=lang)


# ---- tables --------------------------------------------------------------------------------------------


def table_of(node: HtmlElement, lang: str, most: int = MOST_ROWS) -> Table:
    """A table with one head a column: stacked heads are joined, and merged content is repeated in each cell."""
    head, body, foot = _parts(node)
    grid = list(_expanded(body))
    heads = list(_expanded(head))
    width = max((len(row) for row in (*heads, *grid)), default=1)
    labels = [_label(heads, place) for place in range(width)]
    rows = [tuple([joined(_cell(cell)) for cell in row] + [()] * (width - len(row))) for row in grid]
    columns = []
    for place, label in enumerate(labels):
        texts = [plain(row[place]) for row in rows]
        numeric = bool(texts) and (
            # Tables of ours say so; others' are known by what they hold.
            all(place < len(row) and _is_right(row[place]) for row in grid) or all(map(_number().fullmatch, texts))
        )
        columns.append(Column(label or _unnamed(place, width, lang), numeric))
    caption = node.find("caption")
    notes = [_flat(row) for row in foot]
    if len(rows) > most:
        notes.insert(0, say("rows_printed", lang, family="documents", shown=most, n=len(rows)))
    return Table(
        tuple(columns),
        tuple(rows[:most]),
        title=" ".join(caption.text_content().split()) if caption is not None else "",
        notes=tuple(note for note in notes if note),
        name=node.get("data-name") or "",
        lang=node.get("lang") or lang,
        all_rows=len(rows) if len(rows) > most else 0,
    )


def _is_right(cell: HtmlElement | None) -> bool:
    return cell is not None and bool(_RIGHT.search(cell.get("style") or ""))


@functools.cache
def _number() -> re.Pattern[str]:
    """A number as a cell writes it, with the scale words of each language."""
    scales = {scale_word(count, scale, lang).strip() for lang in LANGUAGES for scale in _SCALES for count in (1, 2)}
    words = "|".join(re.escape(word).replace("\N{NO-BREAK SPACE}", r"\s") for word in sorted(scales, reverse=True))
    digits = r"\d[\d.,'’\s%‰€$£]*"
    return re.compile(
        rf"[+\-−≈~<>≤≥ ]*[\d.,'’\s%‰€$£–-]*{digits}(?:\s?(?:{words}|M|k|e[+-]?\d+))?|–|-|NaN|", re.IGNORECASE
    )


def _unnamed(place: int, width: int, lang: str) -> str:
    """The head of a column that has none: a screen reader must be able to name it."""
    word = say("row", lang, family="documents") if place == 0 and width > 1 else say("column", lang, family="documents")
    return word if place == 0 else f"{word} {place + 1}"


def _parts(node: HtmlElement) -> tuple[list[HtmlElement], list[HtmlElement], list[HtmlElement]]:
    """The rows of head, body and foot; without a ``thead``, rows of nothing but ``th`` are the head."""
    head: list[HtmlElement] = []
    body: list[HtmlElement] = []
    foot: list[HtmlElement] = []
    for row in node.iter("tr"):
        if next(row.iterancestors("table")) is not node:
            continue
        parent = row.getparent().tag
        if parent == "thead":
            head.append(row)
        elif parent == "tfoot":
            foot.append(row)
        elif not body and not any(cell.tag == "td" for cell in row) and len(row):
            head.append(row)
        else:
            body.append(row)
    return head, body, foot


#: A row of a grid, and cells of rows above that reach down to it: place -> the cell, and how many rows it still takes.
_Row = list["HtmlElement | None"]
_Reaching = dict[int, tuple["HtmlElement", int]]


def _expanded(rows: Iterable[HtmlElement]) -> Iterator[_Row]:
    """Rows as a grid: a cell over several rows or columns stands in each of them."""
    reaching: _Reaching = {}
    for row in rows:
        cells: _Row = []
        for cell in row.iterchildren("td", "th"):
            _take(cells, reaching)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for _ in range(across):
                if down > 1:
                    reaching[len(cells)] = (cell, down - 1)
                cells.append(cell)
        _take(cells, reaching)
        yield cells


def _take(cells: _Row, reaching: _Reaching) -> None:
    """Put the cells that reach down to the next places of a row into it."""
    while (place := len(cells)) in reaching:
        cell, left = reaching.pop(place)
        if left > 1:
            reaching[place] = (cell, left - 1)
        cells.append(cell)


def _span(cell: HtmlElement, name: str) -> int:
    number = cell.get(name) or "1"
    return min(max(int(number), 1), 1000) if number.isdecimal() else 1


def _label(heads: list[list[HtmlElement | None]], place: int) -> str:
    """What stands over a column, from above to below, each word once."""
    texts = [_flat(row[place]) for row in heads if place < len(row)]
    return ", ".join(dict.fromkeys(text for text in texts if text))


def _flat(node: HtmlElement | None) -> str:
    return "" if node is None else " ".join(node.text_content().split())


def _cell(node: HtmlElement | None) -> list[Span]:
    """The text of a cell; its paragraphs, lists and tables inside are lines of it."""
    if node is None:
        return []
    found = _text(node.text)
    for child in node.iterchildren(tag=_element()):
        found += _inline(child) if child.tag in _INLINE else [*_cell(child), Span(" ")]
        found += _text(child.tail)
    return found
