"""A PDF: the text of its pages by PDFium, and their ruled tables by pdfplumber, asked only where there are rules."""

from __future__ import annotations

import itertools
import re
import time
import zlib
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..extras import extra
from .blocks import EDGE, Block, Document, Progress, Table, is_heading, line_key, repeated, tamed, unwrapped

#: Pages that are read at once; characters of a page that are looked at.
MOST_PAGES = 500
LONGEST_PAGE = 200_000
#: Lines and boxes that a page needs for a ruled table; a page with more of them is a drawing.
_FEWEST_RULES, _MOST_RULES = 4, 1_000
#: Bytes to which one part of a file may unpack, and the seconds of CPU that its pages may take.
_MOST_UNPACKED, _MOST_SECONDS = 200_000_000, 60
_STREAM = re.compile(rb"\bstream\r?\n")
#: So many bytes of a packed stream are looked at in one step; with these it begins.
_STEP = 16_384
_PACKED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_HYPHEN = re.compile("[\u0002\ufffe\u00ad]\r?\n?")


def read_pdf(path: Path, pages: str | None = None, progress: Progress | None = None) -> Document:
    """The paragraphs and ruled tables of a PDF's pages.

    Raises
    ------
    DataError
        If it is broken, encrypted, has too many pages or no text at all (a scan), or unpacks to what fills the memory.
    """
    import pypdfium2 as pdfium

    name = path.name
    _refuse_bombs(path)
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise DataError(
                "is encrypted", remedy="open it with its password and print or save it without one", file=name
            ) from None
        raise DataError("is a broken PDF", remedy="download it again, or save its text", file=name) from None
    try:
        chosen = _chosen(pages, len(pdf), name)
        lines: list[list[str]] = []
        ruled: list[int] = []
        began = time.process_time()
        for done, number in enumerate(chosen):
            _refuse_endless(began, f"{done} of {len(chosen)}", name)
            try:
                page = pdf[number]
                lines.append(_lines(page))
                if lines[-1] and _has_rules(page):
                    ruled.append(number)
                page.close()
            except pdfium.PdfiumError:
                raise DataError(
                    f"is a broken PDF: its page {number + 1} cannot be read", remedy="download it again", file=name
                ) from None
            if progress:
                progress(done + 1, len(chosen))
        told = pdf.get_metadata_dict()
    finally:
        pdf.close()
    if not any(lines):
        raise DataError(
            "has no text: its pages are pictures (a scan). Read them with an OCR tool first, such as OCRmyPDF or "
            "Tesseract, "
            "and extract from the result.",
            file=name,
        )
    tables = _tables(path, ruled)
    running = repeated(lines)
    parts: list[Block | Table] = []
    for number, page_lines in zip(chosen, lines, strict=True):
        last = len(page_lines) - EDGE
        kept = [
            line
            for nth, line in enumerate(page_lines)
            if not ((nth < EDGE or nth >= last) and (line_key(line) in running or re.fullmatch(r"[\s\d/|–-]+", line)))
        ]
        parts += _blocks(kept, number + 1, tables.get(number, []))
        parts += tables.get(number, [])
    return Document(
        parts, "pdf", title=(told.get("Title") or "").strip(), published=_date(told.get("CreationDate") or "")
    )


def _chosen(pages: str | None, count: int, name: str) -> list[int]:
    if pages is None:
        if count > MOST_PAGES:
            raise DataError(
                f"has {count:,} pages, more than the {MOST_PAGES} that are read at once",
                remedy="name those that matter with --pages, such as --pages 10-40",
                file=name,
            )
        return list(range(count))
    found = re.fullmatch(r"\s*(\d{1,6})\s*(?:[-–]\s*(\d{1,6}))?\s*", pages)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= count:
        raise DataError(
            f"'{pages}' names no pages of it: it has {count:,}", remedy="write --pages 3-8 or --pages 2", file=name
        )
    if last - first >= MOST_PAGES:
        raise DataError(f"'{pages}' are more than {MOST_PAGES} pages", remedy="take fewer at once", file=name)
    return list(range(first - 1, last))


def _refuse_endless(began: float, done: str, name: str) -> None:
    if time.process_time() - began > _MOST_SECONDS:
        raise DataError(
            f"takes too long: after {_MOST_SECONDS} seconds {done} pages were read",
            remedy="name those that matter with --pages, such as --pages 10-40",
            file=name,
        )


def _lines(page: Any) -> list[str]:
    text = page.get_textpage().get_text_bounded()[:LONGEST_PAGE]
    text = tamed(_HYPHEN.sub("", text))
    return [line.strip() or "" for line in text.replace("\r\n", "\n").split("\n")] if text.strip() else []


def _has_rules(page: Any) -> bool:
    import pypdfium2.raw as raw

    lines = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2)
    return _FEWEST_RULES <= sum(1 for _ in itertools.islice(lines, _MOST_RULES + 1)) <= _MOST_RULES


def _refuse_bombs(path: Path) -> None:
    """Refuse a file with a part that unpacks to far more than a report holds; it may be packed twice."""
    content = path.read_bytes()
    for found in _STREAM.finditer(content):
        if content.startswith(_PACKED, found.end()) and _unpacks_to(content, found.end()) > _MOST_UNPACKED:
            raise DataError(
                f"holds a part that unpacks to more than {_MOST_UNPACKED // 1_000_000} MB",
                remedy="save its text, or print it to a new PDF",
                file=path.name,
            )


def _unpacks_to(content: bytes, start: int) -> int:
    """To how many bytes a stream unpacks, no further than it matters; what is packed once more is unpacked too."""
    size, end = 0, content.find(b"endstream", start)
    outer, inner = zlib.decompressobj(), None
    try:
        for at in range(start, end if end > 0 else len(content), _STEP):
            piece = outer.decompress(content[at : at + _STEP])
            if not size and piece.startswith(_PACKED):
                inner = zlib.decompressobj()
            size += len(piece)
            while inner is not None and piece and size <= _MOST_UNPACKED:
                size += len(inner.decompress(piece, 1 << 24))
                piece = inner.unconsumed_tail
            if size > _MOST_UNPACKED or outer.eof:
                break
    except zlib.error:  # another kind of stream, or a broken one, which PDFium judges
        return size
    return size


def _tables(path: Path, pages: list[int]) -> dict[int, list[Table]]:
    """The ruled tables of these pages."""
    if not pages:
        return {}
    pdfplumber = extra("reading", "pdfplumber")

    found: dict[int, list[Table]] = {}
    count = 0
    with pdfplumber.open(path, pages=[number + 1 for number in pages]) as pdf:
        for page in pdf.pages:
            for table in page.extract_tables():
                rows = [[" ".join((cell or "").split()) for cell in row] for row in table if any(row)]
                if len(rows) > 1 and max(map(len, rows)) > 1 and sum(bool(cell) for row in rows for cell in row) > 3:
                    count += 1
                    found.setdefault(page.page_number - 1, []).append(
                        Table(rows, f"page {page.page_number}, table {count}")
                    )
            page.close()
    return found


def _blocks(lines: list[str], page: int, tables: list[Table]) -> list[Block]:
    """The paragraphs of a page; lines that are rows of its tables are left to those."""
    rows = {re.sub(r"\W", "", "".join(row)) for table in tables for row in table.rows}
    lines = [line for line in lines if re.sub(r"\W", "", line) not in rows or not line]
    chunks: list[list[str]] = [[]]
    widest = max((len(line) for line in lines), default=0)
    for line in lines:
        if not line:
            chunks.append([])
            continue
        chunks[-1].append(line)
        # The last line of a paragraph is short and ends a sentence.
        if re.search(r"[.!?:]$", line) and len(line) < 0.8 * widest:
            chunks.append([])
    blocks: list[Block] = []
    for chunk in chunks:
        if chunk:
            text = unwrapped(chunk)
            blocks.append(
                Block(text, f"page {page}, paragraph {len(blocks) + 1}", heading=len(chunk) == 1 and is_heading(text))
            )
    return blocks


def _date(text: str) -> str:
    found = re.match(r"D:((?:19|20)\d\d)(\d\d)(\d\d)", text)
    return "-".join(found.groups()) if found else ""
