"""A report as it lies on the disk, or its text, taken apart into paragraphs and tables with their places.

What a file is, is told by its content and never by its name. Bounds hold before anything is opened: a report is a few
pages long, and what is far larger is something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..errors import DataError
from .blocks import Block, Document, Progress, Table, is_caption, is_heading, tamed, unwrapped

#: Bytes of a text or HTML file, and of a PDF.
LARGEST_TEXT = 16 * 2**20
LARGEST_PDF = 256 * 2**20

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|table|div|p|h[1-6])\b", re.IGNORECASE)
_OTHER_KINDS = {
    b"PK\x03\x04": "a zipped document (Word, Excel, LibreOffice, EPUB or an archive)",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "an RTF file",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
#: Links as such are not part of a text.
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\((?:[^()\s]{0,2000})(?:\s+\"[^\"\n]{0,300}\")?\)|<(https?://[^>\s]{1,2000})>")
_FILE_NAME = re.compile(r"(?:[\w.~-]*/)*[^\s/]+\.(?:pdf|html?|txt|md|docx?|xlsx?|csv|json)", re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)#*\s*$")
_PIPES = re.compile(r"^\s*\|?.+\|.+$")
#: A label with a number whose digits a comma groups: "United States: 21,904".
_GROUPED = re.compile(r"(?:^|(?<=[,\d]))([^,\d]*)\d{1,3},\d{3}(?![\d,])")
#: A cell of a table in running text that is a number, or says that there is none.
_CELL = re.compile(r"\s*(?:[~<>≈]?\s?\d[\d.,'’ \u00a0]*\s?(?:%|[^\W\d_]{1,4}\.?)?\W{0,3}|\W*|n/?a)\s*", re.IGNORECASE)
_FEWEST_LINES = 3
#: Dots that lead from a label to its number.
_LEADER = re.compile(r"(?<=\S)[ \t]*(?:\.{3,}|…{2,}|(?:\. ){3,}\.?|_{3,}|·{3,})[ \t]*(?=[~<>≈]?\s?\d)")
_GAP = re.compile(r"(?<=\S)(?: *\t *| {3,})(?=\S)")
_GAPPED = re.compile(r"(?m)^\S.*\S(?: *\t *| {3,})[~<>]?\d")
_ITEM = re.compile(r"\s*(?:[-*+•·・–—▪●■►]|\d{1,2}[.)])\s*\S")
_LONGEST_TITLE = 90
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")


def read_document(source: Path | str, pages: str | None = None, progress: Progress | None = None) -> Document:
    """Take a report apart.

    Parameters
    ----------
    source
        A file (text, Markdown, HTML, PDF), or a text itself.
    pages
        Which pages of a PDF, such as ``3-8`` or ``2``; default: all.
    progress
        Called with the pages done and all pages, while a PDF is read.

    Raises
    ------
    DataError
        If there is no such file, or it is of another kind, broken, encrypted, too large, or has no text in it.
    """
    path = _file(source)
    if path is None:
        return _of_text(str(source), _looks_like_html(str(source).encode("utf-8", "replace")))
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(4096)
            pdf = b"%PDF-" in head[:1024]
            _bounded(size, pdf, name)
            raw = head if pdf else head + handle.read()
    except IsADirectoryError:
        raise DataError("is a folder", remedy="name the file of the report", file=name) from None
    except OSError as error:
        raise DataError(
            f"cannot be read ({error.strerror})", remedy="check the file's name and permissions", file=name
        ) from None
    if not size:
        raise DataError("is empty", remedy="name the file of the report", file=name)
    _refuse_other_kinds(raw, path)
    if pdf:
        from .pdf import read_pdf

        return _named(read_pdf(path, pages, progress), path, "pdf")
    if pages is not None:
        raise DataError("has no pages", remedy="leave --pages out", file=name)
    html = _looks_like_html(raw)
    text = _decoded(raw, name, html)
    return _named(_of_text(text, html, raw if html else None), path, "html" if html else "text")


def _file(source: Path | str) -> Path | None:
    """The file that is meant; None if the text itself is given."""
    if isinstance(source, Path):
        if not source.exists():
            raise DataError("is missing", remedy="check the file's name", file=source.name)
        return source
    if "\n" in source or len(source) > 400:
        return None
    try:
        there = Path(source).exists()
    except (OSError, ValueError):
        return None
    if there and source.strip():
        return Path(source)
    if re.match(r"\s*https?://\S+\s*$", source):
        raise DataError("is an address", remedy="save the page or its text and name the file", file="the report")
    if _FILE_NAME.fullmatch(source.strip()):
        raise DataError("is missing", remedy="check the file's name", file=Path(source).name)
    return None


def _bounded(size: int, pdf: bool, name: str) -> None:
    largest = LARGEST_PDF if pdf else LARGEST_TEXT
    if size > largest:
        raise DataError(
            f"has {size / 2**20:,.0f} MB, more than the {largest / 2**20:,.0f} MB that a report needs",
            remedy="save the article alone, or its text",
            file=name,
        )


def _refuse_other_kinds(raw: bytes, path: Path) -> None:
    for magic, what in _OTHER_KINDS.items():
        if raw.startswith(magic):
            raise DataError(
                f"is {what}",
                remedy="save it as PDF, HTML or plain text. A table of counts is read by 'exposure import'",
                file=path.name,
            )
    if path.suffix.lower() in (".csv", ".tsv", ".json", ".jsonl", ".xlsx"):
        raise DataError(
            "is a table or an export, not a report", remedy="'exposure import' reads counts by country", file=path.name
        )


def _looks_like_html(raw: bytes) -> bool:
    return bool(_HTML.search(raw[:4096]))


def _decoded(raw: bytes, name: str, html: bool) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", raw[:4096]) if html else None
        encodings = ["utf-8-sig", *([declared[1].decode("ascii")] if declared else []), "cp1252"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if len(_CONTROL.findall(text[:100_000])) <= len(text[:100_000]) // 1000:
            return text
    raise DataError(
        "is not text: it holds bytes that no text has", remedy="name a file of text, Markdown, HTML or PDF", file=name
    )


def _named(document: Document, path: Path, kind: str) -> Document:
    expected = {".pdf": "pdf", ".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text", ".md": "text"}.get(
        path.suffix.lower()
    )
    if expected and expected != kind:
        document.notes.append(f"{path.name} is named like {expected}, but is {kind}; it was read as {kind}")
    if not any(isinstance(part, Table) or part.text.strip() for part in document.parts):
        raise DataError("holds no text", remedy="is it the right file?", file=path.name)
    return document


def _of_text(text: str, html: bool, raw: bytes | None = None) -> Document:
    if html:
        from .html import read_html

        return read_html(text)
    dated = re.search(r"(?m)^\W*(?:\w+:\s*)?((?:19|20)\d\d-[01]\d-[0-3]\d)\W*$", text[:2000])
    return Document(list(_parts_of_text(text)), "text", title=_first_line(text), published=dated[1] if dated else "")


def _first_line(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    heading = re.sub(r"^#+\s*", "", first)
    return (
        heading
        if heading != first or (not re.search(r"[.!?]$", first) and len(first) <= 120 and "|" not in first)
        else ""
    )


# Text and Markdown -------------------------------------------------------------------------------------


def _parts_of_text(text: str) -> Iterator[Block | Table]:
    """Paragraphs between blank lines, Markdown's headings and tables."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Columns that tabulators or wide gaps part are read as if bars parted them.
    text = tamed(_GAP.sub(" | ", text) if len(_GAPPED.findall(text)) >= _FEWEST_LINES else text)
    paragraphs = tables = 0
    above = ""  # what stands right above a table and may tell what it counts
    for chunk in map(_without_leaders, re.split(r"\n\s*\n", text)):
        lines = [
            line for line in chunk.split("\n") if line.strip() and not re.match(r"^\s*(?:```|~~~|[-*_=]{3,}\s*$)", line)
        ]
        while lines:
            piped = 0
            while piped < len(lines) and _PIPES.match(lines[piped]):
                piped += 1
            if piped >= 2 and any(_RULE.match(line) for line in lines[:2]):
                tables += 1
                yield Table([_cells(line) for line in lines[:piped] if not _RULE.match(line)], f"table {tables}", above)
                above = ""
                lines = lines[piped:]
                continue
            if (parted := _parted(lines, 0)) is not None:
                tables += 1
                yield Table(parted, f"table {tables}", above)
                above, lines = "", lines[len(parted) :]
                continue
            heading = _HEADING.match(lines[0])
            if heading:
                paragraphs += 1
                above = plain(heading[1])
                yield Block(above, f"paragraph {paragraphs}", heading=True)
                lines = lines[1:]
                continue
            if _heads_list(lines):
                paragraphs += 1
                above = plain(lines[0])
                yield Block(above, f"paragraph {paragraphs}", heading=True)
                lines = lines[1:]
            taken = 1
            while (
                taken < len(lines)
                and not _HEADING.match(lines[taken])
                and not _begins_table(lines[taken : taken + 2])
                and _parted(lines, taken) is None
            ):
                taken += 1
            paragraphs += 1
            body = plain(unwrapped(lines[:taken]))
            titles = taken == 1 and len(body) <= _LONGEST_TITLE and lines[1:] and _parted(lines, 1) is not None
            above = body if titles or is_caption(body) else ""
            yield Block(body, f"paragraph {paragraphs}", heading=taken == 1 and is_heading(body))
            lines = lines[taken:]


def _without_leaders(chunk: str) -> str:
    """A chunk with bars, or a colon in a single line, where dots led from a label to its number."""
    led = len(_LEADER.findall(chunk))
    return _LEADER.sub(" | " if led >= _FEWEST_LINES else ": ", chunk) if led else chunk


def _heads_list(lines: list[str]) -> bool:
    """Whether the first line is the title of a list: two items follow, and it is not a sentence."""
    return (
        len(lines) > 2
        and not _ITEM.match(lines[0])
        and all(_ITEM.match(line) for line in lines[1:3])
        and len(lines[0]) <= _LONGEST_TITLE
        and not re.search(r"[.!?。:：]\s*$", lines[0])
    )


def _begins_table(lines: list[str]) -> bool:
    return len(lines) == 2 and bool(_PIPES.match(lines[0]) and _RULE.match(lines[1]))


def _parted(lines: list[str], start: int) -> list[list[str]] | None:
    """The rows of a table whose cells are parted by bars, strokes, semicolons or commas, if one begins at a line.

    Three lines at least have as many cells, and below the first every cell but one or two is a number or empty.
    """
    for mark in ("|", " / ", ";", ","):
        width = lines[start].count(mark)
        if not width or (
            mark == "," and (", " in lines[start] or all(map(_is_grouped, lines[start : start + _FEWEST_LINES])))
        ):
            continue
        rows: list[list[str]] = []
        for line in map(lines.__getitem__, range(start, len(lines))):
            cells = [plain(cell) for cell in line.strip().strip("|").split(mark)]
            # A table's first row names its columns.
            if not rows and all(map(_CELL.fullmatch, cells)):
                break
            if line.count(mark) != width or (
                rows and sum(not _CELL.fullmatch(cell) for cell in cells) > len(cells) / 2
            ):
                break
            rows.append(cells)
        if len(rows) >= _FEWEST_LINES:
            return rows
    return None


def _is_grouped(line: str) -> bool:
    """Whether the commas of a line stand inside of numbers: a word comes before one such as 12,345."""
    return any(re.search(r"[^\W\d_]", found[1]) for found in _GROUPED.finditer(line))


def plain(text: str) -> str:
    """A text without the marks of Markdown and without links."""
    text = _LINK.sub(lambda link: link[1] or " ", re.sub(r"!\[[^\]\n]*\]\([^)\n]*\)", " ", text))
    text = re.sub(r"(?<![\w*])(\*\*|__|\*|_)(?=\S)(.{1,200}?)(?<=\S)\1(?![\w*])", r"\2", text)
    return re.sub(r"^\s*(?:[-*+•]\s+|>\s*)", "", text, flags=re.MULTILINE).strip()


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\s*\|?|\|?\s*$", "", line)
    return [plain(cell) for cell in re.split(r"(?<!\\)\|", inner)]
