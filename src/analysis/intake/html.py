"""A web page: its article and its tables; menus, adverts and lists of other articles are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import DataError
from ..extras import extra
from .blocks import Block, Document, Table, is_caption, tamed

#: Cells of a table, and how often one cell may be repeated to fill its span.
MOST_CELLS = 100_000
_WIDEST_SPAN = 50
_ASIDE = ("nav", "footer", "aside", "header", "form", "noscript", "script", "style", "template")
#: A short superscript, perhaps a link; and the superscripts that end an ordinal.
_SUPERSCRIPT = re.compile(r"<sup\b[^>]{0,200}>((?:\s|<a\b[^>]{0,500}>|</a>|[^<]){1,60}?)</sup>", re.IGNORECASE)
#: Where two inline elements meet without a blank and are shown apart: a number, and what it counts.
_SEAM = re.compile(
    r"(\w{2}</(?:span|strong|b|big|em)>(?=<(?:span|strong|b|small|em)\b[^>]{0,500}>[^\W\d_])|<br\s?/?>(?=[^\W\d_]))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"er|re|e|ème|nd|rd|st|th|o|º|ª|le|ste|de|ter|te|ième", re.IGNORECASE)
#: A shorter paragraph may stand in a table by chance.
_SHORT = 12
_LATEST = "2100-01-01"
#: A number by itself, with a scale word, as a card shows it; and how long its label may be.
_CARD_NUMBER = re.compile(r"[~<>≥≤≈+]?\s?\d[\d.,'’ \u00a0]*\s?(?:[kKmM]|bn|[^\W\d_]{3,9}|%)?\+?")
_LONGEST_LABEL = 90
#: A card has no more children, line breaks among them.
_MOST_PIECES = 5
#: Elements in which a number and a text beside it are a sentence, a row or the frame.
_NO_CARD = ("p", "td", "th", "tr", "table", "tbody", "body", "dl", "a", "em", "sup")


def read_html(text: str) -> Document:
    """The paragraphs of the article, its tables, and its title, publisher and date as far as the page gives them.

    Raises
    ------
    DataError
        If there is no page in it.
    """
    from lxml import etree, html

    bare_extraction = extra("reading", "trafilatura").bare_extraction

    text = _marked(text)

    # The parser of HTML knows no entities of your own and loads nothing: there is nothing to expand.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        page = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.LxmlError, ValueError):
        raise DataError(
            "is not a page that can be read: its HTML is broken", remedy="save the page again, or its text"
        ) from None
    tables = _tables(page)
    lists, told = _definitions(page, len(tables))
    tables += [one for one in lists if isinstance(one, Table)]
    article = bare_extraction(
        text,
        include_tables=False,
        include_comments=False,
        with_metadata=True,
        deduplicate=False,
        favor_recall=False,
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": _LATEST},
    )
    blocks = _blocks(article.body) if article is not None and article.body is not None else []
    blocks = _with_headings(_with_cards(blocks, page), page)
    grids = ["".join(element.text_content().split()) for element in page.iter("table")]
    blocks = [block for block in blocks if block.text not in told and not _is_in(block.text, grids)]
    if not blocks and not tables:
        blocks = _all_blocks(page)
    blocks += [one for one in lists if isinstance(one, Block)]
    title = (article.title if article is not None else None) or (page.findtext(".//title") or "").strip()
    if title and not any(block.text == title for block in blocks):
        blocks.insert(0, Block(title, "title", heading=True))
    return Document(
        [*blocks, *tables],
        "html",
        title=title or "",
        publisher=(article and article.sitename) or "",
        published=(article and article.date) or "",
        url=(article and article.url) or "",
    )


def _is_in(text: str, grids: list[str]) -> bool:
    """Whether a paragraph is the text of a table, which is read as a table."""
    bare = "".join(text.split())
    return len(bare) > _SHORT and any(bare in grid for grid in grids)


def _marked(text: str) -> str:
    """A page with its superscript marks in brackets and blanks between parts shown apart, so that none sticks."""

    def bracketed(found: re.Match[str]) -> str:
        mark = re.sub(r"<[^>]*>", "", found[1]).strip()
        return mark if _ORDINAL.fullmatch(mark) or not mark else f"[{mark.strip('[]()')}]"

    return _SEAM.sub(r"\1 ", _SUPERSCRIPT.sub(bracketed, text))


def _blocks(body: Any) -> list[Block]:
    blocks: list[Block] = []
    for element in body.iter("p", "head", "item", "quote"):
        if element.tag == "quote" and element.find(".//p") is not None:
            continue
        text = _one_line("".join(element.itertext()))
        if text and not (blocks and blocks[-1].text == text):
            blocks.append(Block(text, f"paragraph {len(blocks) + 1}", heading=element.tag == "head"))
    return blocks


def _outside(element: Any) -> bool:
    """Whether an element belongs to the frame of the page and not to what it tells."""
    return any(parent.tag in _ASIDE for parent in element.iterancestors() if parent.tag != "header")


def _with_headings(blocks: list[Block], page: Any) -> list[Block]:
    """The paragraphs with the headings that were taken for a part of the frame, each before what stands under it."""
    kept = {block.text for block in blocks}
    dropped: dict[str, list[str]] = {}
    waiting: list[str] = []
    for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "div", "td"):
        is_heading = element.tag[0] == "h"
        if _outside(element) or not (is_heading or _is_innermost(element)):
            continue
        text = _one_line(element.text_content())
        if is_heading:
            waiting = [*waiting, text] if text and text not in kept else []
        elif text:
            if waiting and text in kept:
                dropped.setdefault(text, waiting)
            waiting = []
    whole: list[Block] = []
    for block in blocks:
        whole += [Block(text, block.locator, heading=True) for text in dropped.pop(block.text, ())]
        whole.append(block)
    return whole


def _is_innermost(element: Any) -> bool:
    return element.tag in ("p", "li") or (element.find(".//p") is None and element.find(".//div") is None)


def _with_cards(blocks: list[Block], page: Any) -> list[Block]:
    """The paragraphs with each card (a number, and beside or above it what it counts) as one of its own."""
    cards: dict[str, tuple[str, str]] = {}  # number and label as they may follow each other -> the card, its heading
    shown: list[tuple[str, str]] = []
    for number, label, first, heading in _cards(page):
        card = (f"{number} {label}" if first else f"{label}: {number}", heading)
        shown.append(card)
        for bare in (f"{number}{label}", f"{label}{number}"):
            cards.setdefault(bare.replace(" ", ""), card)
    whole: list[Block] = []
    named = {block.text for block in blocks}
    at = 0
    while at < len(blocks):
        bares = ["".join(block.text for block in blocks[at : at + size]).replace(" ", "") for size in (1, 2)]
        size = next((size for size, bare in enumerate(bares, 1) if bare in cards), 0)
        if size:
            told, heading = cards[bares[size - 1]]
            if heading and heading not in named:
                whole.append(Block(heading, blocks[at].locator, heading=True))
            named |= {told, heading}
            whole.append(Block(told, blocks[at].locator))
        else:
            whole.append(blocks[at])
        at += size or 1
    # What the extractor dropped comes last, under its own heading.
    above = ""
    for nth, (told, heading) in enumerate(shown, 1):
        if told in named:
            continue
        if heading and heading != above:
            whole.append(Block(heading, f"card {nth}", heading=True))
        above = heading
        whole.append(Block(told, f"card {nth}"))
    return whole


def _cards(page: Any) -> Iterator[tuple[str, str, bool, str]]:
    """The cards of a page: a number, its label, whether the number stands first, and the heading above."""
    heading = ""
    for element in page.iter("div", "span", "strong", "b", "p", "h1", "h2", "h3", "h4", "h5", "dt", "em", "big"):
        is_heading = element.tag[0] == "h"
        if len(element) and not is_heading:
            continue
        text = _one_line(element.text_content())
        if not _CARD_NUMBER.fullmatch(text):
            heading = text if is_heading else heading
        elif not _outside(element) and (label := _label_of(element, text)):
            yield text, label[0], label[1], heading


def _label_of(element: Any, number: str) -> tuple[str, bool] | None:
    """The label of a card, and whether the number stands before it; None if the number stands in no card."""
    card = element.getparent()
    while card is not None and len(card) == 1 and _one_line(card.text_content()) == number:
        card = card.getparent()
    if card is None or card.tag in _NO_CARD or len(card) > _MOST_PIECES:
        return None
    pieces = [text for text in (_one_line(text) for text in _pieces(card)) if text]
    if len(pieces) != 2 or number not in pieces:
        return None
    label = pieces[1] if pieces[0] == number else pieces[0]
    told = len(label) <= _LONGEST_LABEL and re.search(r"[^\W\d_]{3}", label) and not re.search(r"\d|[.?!]\s", label)
    return (label, pieces[0] == number) if told else None


def _pieces(element: Any) -> Iterator[str]:
    """The texts of an element, child by child."""
    yield element.text or ""
    for child in element:
        yield child.text_content()
        yield child.tail or ""


def _all_blocks(page: Any) -> list[Block]:
    blocks: list[Block] = []
    for element in page.iter("p", "h1", "h2", "h3", "h4", "li"):
        if any(parent.tag in _ASIDE for parent in element.iterancestors()):
            continue
        text = _one_line(element.text_content())
        if text:
            blocks.append(Block(text, f"paragraph {len(blocks) + 1}", heading=element.tag[0] == "h"))
    return blocks


def _one_line(text: str) -> str:
    return tamed(" ".join(text.split()))


def _above(table: Any) -> str:
    """The heading or short paragraph right above a table."""
    element = table
    while element is not None and element.tag != "body":
        before = element.getprevious()
        if before is not None:
            text = _one_line(before.text_content())
            return text if text and is_caption(text) else ""
        element = element.getparent()
    return ""


def _definitions(page: Any, before: int) -> tuple[list[Block | Table], set[str]]:
    """The definition lists of a page: tables where each entry is a number, else a line each; and their texts."""
    parts: list[Block | Table] = []
    told: set[str] = set()
    for element in page.iter("dl"):
        if any(parent.tag in _ASIDE for parent in element.iterancestors()):
            continue
        rows, name = [], ""
        for entry in element.iter("dt", "dd"):
            text = _one_line(entry.text_content())
            told.add(text)
            if entry.tag == "dd" and name and text:
                rows.append([name, text])
            name = text if entry.tag == "dt" else name
        if rows and all(re.fullmatch(r"\W*\d[\d.,'’ \u00a0]*(?:\[\w+\])?\W*", text) for _, text in rows):
            parts.append(Table(rows, f"table {before + len(parts) + 1}", _above(element)))
        else:
            parts += [Block(f"{label}: {text}", f"list {len(parts) + 1}") for label, text in rows]
    return parts, told


def _tables(page: Any) -> list[Table]:
    """The tables that hold data: two rows and two columns at least, not nested, not of the page's frame."""
    tables: list[Table] = []
    for element in page.iter("table"):
        if (
            any(parent.tag in (*_ASIDE, "table") for parent in element.iterancestors())
            or element.find(".//table") is not None
        ):
            continue
        rows, deep = _rows(element)
        if len(rows) > 1 and max(map(len, rows)) > 1:
            caption = (
                _one_line(element.find("caption").text_content())
                if element.find("caption") is not None
                else _above(element)
            )
            tables.append(Table(rows, f"table {len(tables) + 1}", caption, deep))
    return tables


def _rows(element: Any) -> tuple[list[list[str]], int]:
    """The rows of a table with every span filled, and how many of them are its header (0: none is marked as one)."""
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # column -> what a cell above still fills, and in how many rows
    cells, heads, heading = 0, 0, True
    for line in element.iter("tr"):
        row: dict[int, str] = {}
        for column, (text, more) in list(below.items()):
            row[column] = text
            below[column] = (text, more - 1)
            if more == 1:
                del below[column]
        at = 0
        found = list(line.iterchildren("td", "th"))
        for cell in found:
            text, down = _one_line(cell.text_content()), _span(cell.get("rowspan", "1"))
            for _ in range(_span(cell.get("colspan", "1"))):
                while at in row:
                    at += 1
                row[at] = text
                if down > 1:
                    below[at] = (text, down - 1)
                at += 1
        cells += len(row)
        if cells > MOST_CELLS:
            raise DataError(
                f"holds a table of more than {MOST_CELLS:,} cells", remedy="a report's table of counts is far smaller"
            )
        if not any(row.values()):
            continue
        rows.append([row.get(column, "") for column in range(max(row) + 1)])
        heading = heading and bool(found) and all(cell.tag == "th" for cell in found)
        heads += heading
    return rows, heads if heads < len(rows) else 0


def _span(cell: str) -> int:
    """How many columns a cell of HTML spans, as far as that is believed."""
    return min(max(int(cell), 1), _WIDEST_SPAN) if cell.isdigit() else 1
