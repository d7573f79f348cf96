"""A page of the web: its article and its tables; menus, adverts and lists of other articles are left out."""

from __future__ import annotations

import re

from ..errors import DataError
from .blocks import Block, Document, Table, is_caption, tamed

#: Cells of a table, and how often one cell may be repeated to fill its span.
MOST_CELLS = 100_000
_WIDEST_SPAN = 50
_ASIDE = ("nav", "footer", "aside", "header", "form", "noscript", "script", "style", "template")
_LATEST = "2100-01-01"


def read_html(text: str) -> Document:
    """The paragraphs of the article, its tables, and its title, publisher and date as far as the page gives them.

    Raises
    ------
    DataError
        If there is no page in it.
    """
    from lxml import etree, html
    from trafilatura import bare_extraction

    # The parser of HTML knows no entities of one's own and loads nothing: there is nothing to expand.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        page = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.LxmlError, ValueError):
        raise DataError("is no page that can be read: its HTML is broken; save the page again, or its text.") from None
    tables = _tables(page)
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
    if not blocks and not tables:
        blocks = _all_blocks(page)
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


def _blocks(body) -> list[Block]:
    blocks: list[Block] = []
    for element in body.iter("p", "head", "item", "quote"):
        if element.tag == "quote" and element.find(".//p") is not None:
            continue
        text = _one_line("".join(element.itertext()))
        if text and not (blocks and blocks[-1].text == text):
            blocks.append(Block(text, f"paragraph {len(blocks) + 1}", heading=element.tag == "head"))
    return blocks


def _all_blocks(page) -> list[Block]:
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


def _above(table) -> str:
    """The heading or short paragraph right above a table."""
    element = table
    while element is not None and element.tag != "body":
        before = element.getprevious()
        if before is not None:
            text = _one_line(before.text_content())
            return text if text and is_caption(text) else ""
        element = element.getparent()
    return ""


def _tables(page) -> list[Table]:
    """The tables that hold data: two rows and two columns at least, not nested, not of the page's frame."""
    tables: list[Table] = []
    for element in page.iter("table"):
        if (
            any(parent.tag in (*_ASIDE, "table") for parent in element.iterancestors())
            or element.find(".//table") is not None
        ):
            continue
        rows = []
        cells = 0
        for line in element.iter("tr"):
            row: list[str] = []
            for cell in line.iterchildren("td", "th"):
                row += [_one_line(cell.text_content())] * _span(cell.get("colspan", "1"))
            cells += len(row)
            if cells > MOST_CELLS:
                raise DataError(
                    f"holds a table of more than {MOST_CELLS:,} cells; a report's table of counts is far smaller."
                )
            if any(row):
                rows.append(row)
        if len(rows) > 1 and max(map(len, rows)) > 1:
            caption = (
                _one_line(element.find("caption").text_content())
                if element.find("caption") is not None
                else _above(element)
            )
            tables.append(Table(rows, f"table {len(tables) + 1}", caption))
    return tables


def _span(cell: str) -> int:
    """How many columns a cell of HTML spans, as far as that is believed."""
    return min(max(int(cell), 1), _WIDEST_SPAN) if cell.isdigit() else 1
