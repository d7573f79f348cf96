"""A document as DOCX: real headings, captions and table heads, pictures with their alternative texts, named styles.

Its parts are written as WordprocessingML (ECMA-376) into the package that python-docx opens; nothing of an office
program is needed. Every look is a style, so that an office can put its own in place.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ..extras import extra
from ..language.catalogue import say
from ..language.languages import LANGUAGES
from ..language.prose import ended
from ..report.table_for_outsiders import CREATOR
from ..writing import undated
from .layout import HIGHEST, UPRIGHT, Part, breakable, parts_of
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
)
from .typeset import ends_of, picture_width, raster_of, shown_runs, turned
from .word_styles import NUMBERING, page, style_sheet

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
#: What XML cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EMU = 12700  # a point


def docx(document: Document) -> bytes:
    """A document as DOCX, the same bytes each time.

    Raises
    ------
    ExposureError
        If python-docx is not installed.
    DataError
        If a picture cannot be read.
    """
    package = extra("documents", "docx").Document()
    _Writing(document, package).write()
    out = io.BytesIO()
    package.save(out)
    return undated(out.getvalue())


class _Writing:
    """A document on its way into a package."""

    def __init__(self, document: Document, package: Any) -> None:
        self.document, self.package = document, package
        self.numbers = document.source_numbers
        self.lang = document.lang
        self._ids = 0
        self._headings: list[tuple[int, str, str]] = []
        """Level, text and bookmark of each heading that the contents list."""
        self._captions: dict[str, list[tuple[str, str]]] = {"figure": [], "table": []}
        self._linked, self._lying = True, False
        self._closed = False
        """Whether the chapter before has ended its section."""
        self._links: dict[str, str] = {}

    def say(self, key: str, **values: object) -> str:
        return say(key, self.document.lang, family="documents", **values)

    def write(self) -> None:
        """Fill the package."""
        document, package = self.document, self.package
        self._settle()
        body = [piece for chapter in document.chapters for piece in self._chapter(chapter)]
        body += self._sources() if document.sources else []
        pieces = [*self._cover(), *self._contents(), *body]
        root = self._parsed("".join(pieces))
        target = package.element.body
        last = target[-1]  # the page of the last section
        for child in list(target)[:-1]:
            target.remove(child)
        for child in list(root):
            last.addprevious(child)

    def _parsed(self, xml: str) -> Any:
        from docx.oxml import parse_xml

        return parse_xml(f"<w:body {_NAMESPACES}>{xml}</w:body>")

    def _settle(self) -> None:
        """Styles, lists, language, title; head and foot of the pages."""
        from docx.oxml import parse_xml

        document, package = self.document, self.package
        lang = _locale(document.lang)
        styles = package.styles.element
        for child in list(styles):
            styles.remove(child)
        for child in parse_xml(style_sheet(_NAMESPACES, lang)):
            styles.append(child)
        numbering = package.part.numbering_part.element
        for child in list(numbering):
            numbering.remove(child)
        for child in parse_xml(f"<w:numbering {_NAMESPACES}>{NUMBERING}</w:numbering>"):
            numbering.append(child)
        told = package.core_properties
        author = CREATOR if document.author is None else _clean(document.author)[:250]
        told.title, told.author, told.language = _clean(document.title)[:250], author, lang
        told.comments, told.subject, told.keywords, told.last_modified_by = "", "", "", author
        told.revision = 1
        # Only the last section stays where python-docx has it; what others refer to is in the package all the same.
        upright, lying = package.add_section(), package.sections[0]
        self._references = {True: self._head_and_foot(lying, True), False: self._head_and_foot(upright, False)}
        for child in list(upright._sectPr):
            upright._sectPr.remove(child)
        last = f"<w:sectPr {_NAMESPACES}>{self._references[False]}{page(False)}</w:sectPr>"
        for child in parse_xml(last):
            upright._sectPr.append(child)
        thumbnails = [key for key, one in package.part.package.rels.items() if one.reltype.endswith("/thumbnail")]
        for key in thumbnails:
            del package.part.package.rels[key]

    def _head_and_foot(self, section: Any, lying: bool) -> str:
        """Head and foot of the pages of a section, whose numbers stand at their right edge; the references to them."""
        tab = "<w:r><w:tab/></w:r>"
        named, paged = self._field(' STYLEREF "Heading 1" ', ""), self._field(" PAGE ", "1")
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        for part, style, xml in (
            (section.header, "Header", f"{self._run(Span(_cut(self.document.title), bold=True))}{tab}{named}"),
            (section.footer, "Footer", f"{self._run(Span(self.document.running))}{tab}{paged}"),
        ):
            target = part.paragraphs[0]._p
            target.getparent().replace(target, self._parsed(self._p(xml, style + "Lying" * lying))[0])
        return "".join(
            re.sub(r' xmlns:\w+="[^"]*"', "", _text_of(child))
            for child in section._sectPr
            if child.tag.endswith(("headerReference", "footerReference"))
        )

    # ---- pieces ----------------------------------------------------------------------------------------

    def _p(self, runs: str, style: str = "", more: str = "") -> str:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"

    def _run(self, one: Span, lang: str = "", style: str = "") -> str:
        properties = f'<w:rStyle w:val="{style}"/>' if style else '<w:rStyle w:val="Code"/>' if one.code else ""
        properties += "<w:b/>" * one.bold + "<w:i/>" * one.italic
        if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in one.text):
            properties += "<w:rtl/>"
        if lang and lang != self.document.lang:
            properties += f'<w:lang w:val="{_locale(lang) if lang in LANGUAGES else lang}"/>'
        pieces = _clean(one.text).split("\n")
        inside = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in pieces)
        return f"<w:r><w:rPr>{properties}</w:rPr>{inside}</w:r>"

    def _text(self, text: Text, lang: str = "") -> str:
        return "".join(self._span(one, lang) for one in text)

    def _span(self, one: Span, lang: str) -> str:
        run = self._run(one, lang, "Hyperlink" if one.link else "")
        if one.link:
            run = f'<w:hyperlink r:id="{self._link(one.link)}">{run}</w:hyperlink>'
        marks = (self._mark(self.numbers[name]) for name in one.sources if name in self.numbers)
        return run + "".join(f"{self._run(Span(' '))}{mark}" for mark in marks)

    def _link(self, address: str) -> str:
        """The relationship that leads to an address."""
        if address not in self._links:
            self._links[address] = self.package.part.relate_to(address, _HYPERLINK, is_external=True)
        return self._links[address]

    def _mark(self, number: int) -> str:
        run = self._run(Span(f"[{number}]"), style="Hyperlink" if self._linked else "")
        return f'<w:hyperlink w:anchor="s{number}">{run}</w:hyperlink>' if self._linked else run

    def _field(self, code: str, result: str, style: str = "") -> str:
        """A field with the result that it will have; an office program can reckon it again."""
        properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""

        def run(inside: str) -> str:
            return f"<w:r>{properties}{inside}</w:r>"

        return (
            run('<w:fldChar w:fldCharType="begin"/>')
            + run(f'<w:instrText xml:space="preserve">{escape(code)}</w:instrText>')
            + run('<w:fldChar w:fldCharType="separate"/>')
            + run(f'<w:t xml:space="preserve">{escape(result)}</w:t>')
            + run('<w:fldChar w:fldCharType="end"/>')
        )

    def _bookmarked(self, runs: str, name: str) -> str:
        self._ids += 1
        return f'<w:bookmarkStart w:id="{self._ids}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{self._ids}"/>'

    # ---- the document ----------------------------------------------------------------------------------

    def _cover(self) -> Iterator[str]:
        document = self.document
        yield self._p(self._run(Span(document.title)), "Title")
        if document.subtitle:
            yield self._p(self._run(Span(document.subtitle)), "Subtitle")
        for place, line in enumerate(document.about):
            yield self._p(self._run(Span(line)), "About", '<w:spacing w:before="4000"/>' * (place == 0))
        # A section of its own, without head and foot.
        yield self._p("", "Break", f"<w:sectPr>{page(False)}</w:sectPr>")

    def _contents(self) -> Iterator[str]:
        yield self._p(self._run(Span(self.say("contents"))), "ContentsHeading")
        entries = [(f"TOC{level}", text, name) for level, text, name in self._headings if level <= 2]
        yield from self._listed(' TOC \\o "1-2" \\h \\z \\u ', entries)
        for kind, style in (("figure", "FigureCaption"), ("table", "TableCaption")):
            if self._captions[kind]:
                yield self._p(self._run(Span(self.say(f"{kind}s"))), "ContentsHeading")
                listed = [("TableofFigures", text, name) for text, name in self._captions[kind]]
                yield from self._listed(f' TOC \\h \\z \\t "{_STYLE_NAMES[style]},1" ', listed)

    def _listed(self, code: str, entries: Sequence[tuple[str, str, str]]) -> Iterator[str]:
        """A field of contents with its entries, each a link with the number of its page."""
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for place, (style, text, name) in enumerate(entries):
            paged = self._field(f" PAGEREF {name} \\h ", "")
            inside = f'<w:hyperlink w:anchor="{name}">{self._run(Span(text))}<w:r><w:tab/></w:r>{paged}</w:hyperlink>'
            yield self._p(begin * (place == 0) + inside + end * (place == len(entries) - 1), style)

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        label = self.document.labels.get(chapter.name, "")
        self.lang, self._linked = chapter.lang or self.document.lang, chapter.mark != "letter"
        several = len(self.document.chapters) > 1
        title = f"{label}  {chapter.title}" if label and several else chapter.title
        lying_before = False
        for place, (lying, blocks) in enumerate(turned(chapter)):
            # Where the chapter before ended on lying pages, its section is closed already.
            if place or (lying and not self._closed):
                yield self._break(lying_before) if lying != lying_before or place else ""
            self._lying = lying
            if place == 0:
                yield self._heading(1, (Span(title),))
            yield from (self._block(block) for block in blocks)
            lying_before = lying
        self._closed = lying_before
        if lying_before:
            yield self._break(True)

    def _break(self, lying: bool) -> str:
        """The end of a section whose pages lie or stand."""
        return self._p("", "Break", f"<w:sectPr>{self._references[lying]}{page(lying)}</w:sectPr>")

    def _heading(self, level: int, text: Text, lang: str = "") -> str:
        name = f"h{len(self._headings) + 1}"
        plain_text = "".join(one.text for one in text)
        self._headings.append((level, plain_text, name))
        return self._p(self._bookmarked(self._text(text, lang or self.lang), name), f"Heading{min(level, 4)}")

    def _sources(self) -> Iterator[str]:
        from ..report.pages import words

        self.lang = self.document.lang
        yield self._heading(1, (Span(words(self.document.lang)["sources"]),))
        yield self._p(self._run(Span(self.say("sources_lead"))))
        for number, source in enumerate(self.document.sources, 1):
            citation, link = source.citation, ""
            if source.url and citation.endswith(source.url):
                citation = citation[: -len(source.url)]
                run = self._run(Span(source.url), style="Hyperlink")
                link = f'<w:hyperlink r:id="{self._link(source.url)}">{run}</w:hyperlink>'
            begin = self._bookmarked(self._run(Span(f"[{number}]")), f"s{number}")
            rest = self._run(Span(citation)) + link + self._run(Span(f" {source.id}"), style="Quiet")
            yield self._p(f"{begin}<w:r><w:tab/></w:r>{rest}", "Source")

    # ---- blocks ----------------------------------------------------------------------------------------

    def _block(self, block: Block, level: int = 0) -> str:
        match block:
            case Heading():
                return self._heading(block.level, block.text, block.lang)
            case Paragraph():
                style = {"finding": "Finding", "lead": "Lead", "small": "Note", "byline": "Note"}.get(
                    block.kind, "BodyText"
                )
                kept = "<w:keepNext/>" * leads(block)
                return self._p(self._text(block.text, block.lang or self.lang), style, kept)
            case Items():
                return self._items(block, level)
            case Verbatim():
                return self._p(self._run(Span(block.text)), "Verbatim")
            case Formula():
                width = min(block.size[0], UPRIGHT)
                alt = self.say("formula", tex=block.tex)
                return self._p(
                    self._picture(block.raster, alt, width, width * block.size[1] / block.size[0]), "BodyText"
                )
            case Figure():
                return self._figure(block)
            case Table():
                return "".join(self._part(block, part, place) for place, part in enumerate(self._parts(block)))

    def _items(self, block: Items, level: int) -> str:
        number = 2 if block.ordered else 1
        if block.ordered:
            number = self._counted()
        made = []
        for item in block.items:
            for place, part in enumerate(item):
                if isinstance(part, Paragraph) and place == 0:
                    more = f'<w:numPr><w:ilvl w:val="{min(level, 2)}"/><w:numId w:val="{number}"/></w:numPr>'
                    made.append(self._p(self._text(part.text, part.lang or self.lang), "ListParagraph", more))
                elif isinstance(part, Paragraph):
                    style = "NoteinList" if part.kind == "small" else "ListContinue"
                    made.append(self._p(self._text(part.text, part.lang or self.lang), style))
                else:
                    made.append(self._block(part, level + 1))
        return "".join(made)

    def _counted(self) -> int:
        """A list of its own that begins with 1."""
        from docx.oxml import parse_xml

        numbering = self.package.part.numbering_part.element
        number = len(numbering) + 10
        start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        made = f'<w:num {_NAMESPACES} w:numId="{number}"><w:abstractNumId w:val="2"/>{start}</w:num>'
        numbering.append(parse_xml(made))
        return number

    def _caption(self, kind: str, number: str, title: str, more: str = "") -> str:
        """A caption whose number is a field, and that the lists before the text lead to."""
        style = "FigureCaption" if kind == "figure" else "TableCaption"
        if not number:
            return self._p(self._run(Span(title)), style) if title else ""
        chapter, _, place = number.rpartition(".")
        field = self._field(f" SEQ {kind.capitalize()}_{chapter} \\* ARABIC ", place)
        name = f"{kind[0]}{len(self._captions[kind]) + 1}{'a' * (not self._linked)}"
        word = f"{self.say(kind)} {chapter}."
        said = f". {title}" if title else ""
        if self._linked:
            self._captions[kind].append((f"{word}{place}{said}", name))
        inside = self._run(Span(word)) + field + self._run(Span(said))
        return self._p((self._bookmarked(inside, name) if self._linked else inside) + more, style)

    def _figure(self, block: Figure) -> str:
        raster = raster_of(block)
        shown, ratio = picture_width(raster)
        width = min(UPRIGHT if block.svg else min(shown, UPRIGHT), HIGHEST / ratio)
        picture = self._p(self._picture(raster, block.alt, width, width * ratio), "Figure")
        marks = ""
        runs, rest = shown_runs(
            {self.numbers[name] for name in block.sources if name in self.numbers}, self.document.lang
        )
        if runs:
            joined = self._run(Span(", ")).join(
                self._run(Span("–")).join(self._mark(one) for one in ends_of(run)) for run in runs
            )
            marks = self._run(Span(f" {self.say('sources_of')} ")) + joined + self._run(Span(rest))
        return self._caption("figure", block.number, ended(block.title or block.alt), marks) + picture

    def _picture(self, raster: bytes, alt: str, width: float, height: float) -> str:
        relation, _ = self.package.part.get_or_add_image(io.BytesIO(raster))
        self._ids += 1
        size = f'cx="{round(width * _EMU)}" cy="{round(height * _EMU)}"'
        told = f'id="{self._ids}" name="{self.say("figure")} {self._ids}" descr={quoteattr(_clean(alt))}'
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr {told}/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {told}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
            "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _parts(self, block: Table) -> tuple[Part, ...]:
        return parts_of(block, not self._linked, self._lying)

    def _part(self, block: Table, part: Part, place: int) -> str:
        """Some columns of a table, under a caption, with its heads on every page."""
        parts = self._parts(block)
        if place == 0:
            caption = self._caption("table", block.number, block.title)
        else:
            first, last = part.columns[min(1, len(part.columns) - 1)] + 1, part.columns[-1] + 1
            told = self.say("continued", number=block.number, first=first, last=last)
            caption = self._p(self._run(Span(told)), "TableCaption")
        widths = [round(width * 20) for width in part.widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        lang = block.lang or self.lang
        small = part.size < 8

        notes = block.notes if place == len(parts) - 1 else ()

        def cells(texts: Iterable[str], style: str, kept: bool = False) -> str:
            numeric = [block.columns[column].numeric for column in part.columns]
            places = zip(texts, widths, numeric, part.gaps, strict=True)
            return "".join(self._cell(text, width, style, right, gap, kept) for text, width, right, gap in places)

        labels = [block.columns[column].label for column in part.columns]
        heads = (self._run(Span(breakable(*pair)), lang) for pair in zip(labels, part.rooms, strict=True))
        head = cells(heads, "TableHead" + "Small" * small)
        rows = "".join(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            + cells((self._text(row[column], lang) for column in part.columns), "TableText" + "Small" * small, kept)
            + "</w:tr>"
            # What is short stays on one page: each row keeps to the next one, the last to the notes.
            for row, kept in zip(
                block.rows, [part.whole] * (len(block.rows) - 1) + [part.whole and bool(notes)], strict=False
            )
        )
        told = quoteattr(_clean(block.title or ", ".join(column.label for column in block.columns))[:250])
        table = (
            '<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/><w:tblCaption w:val={told}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
        )
        below = "".join(self._p(self._run(Span(note), lang), "TableNote") for note in notes)
        return caption + table + (below or self._p("", "TableNote"))

    @staticmethod
    def _cell(runs: str, width: int, style: str, numeric: bool, gap: float, kept: bool) -> str:
        right = f'<w:ind w:left="{round(gap * 20)}"/>' * bool(gap) + '<w:jc w:val="right"/>' * numeric
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{"<w:keepNext/>" * kept}{right}</w:pPr>{runs}</w:p></w:tc>'
        )


_STYLE_NAMES = {"FigureCaption": "Figure Caption", "TableCaption": "Table Caption"}


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _cut(text: str) -> str:
    return text if len(text) <= 70 else text[:69].rsplit(" ", 1)[0] + "…"


def _text_of(node: Any) -> str:
    from lxml import etree

    return str(etree.tostring(node, encoding="unicode"))


def _locale(lang: str) -> str:
    """The language as Word names it, with the country whose spelling it takes."""
    return f"{lang}-{'GB' if lang == 'en' else lang.upper()}"
