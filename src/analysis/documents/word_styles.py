"""The styles of a DOCX: every look has a name, so that an office can put its own in place of it."""

from __future__ import annotations

#: Bullets (1), and numbers (2), each in three levels.
NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="{sign}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
        for level, sign in enumerate("•–•")
    )
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="%{level + 1}."/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
        for level, form in enumerate(("decimal", "lowerLetter", "lowerRoman"))
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
)
_FONT, _MONO = "Arial", "Courier New"
_QUIET, _LINE = "565D66", "7A828C"
#: Room inside of a cell, in twentieths of a point.
_CELL = {"top": 0, "left": 70, "bottom": 0, "right": 70}
#: Twentieths of a point: A4, and 20 mm at its sides.
_A4, _SIDE = (11906, 16838), 1134


def page(lying: bool) -> str:
    """Size and margins of the pages of a section."""
    width, height = reversed(_A4) if lying else _A4
    turned = ' w:orient="landscape"' * lying
    return (
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="1500" w:right="{_SIDE}" w:bottom="1250" w:left="{_SIDE}" '
        'w:header="800" w:footer="600" w:gutter="0"/>'
    )


def style_sheet(namespaces: str, lang: str) -> str:
    """All styles, as ``w:styles`` holds them."""
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(_FONT)}<w:color w:val="1B1F24"/>{_size(10)}'
        f'<w:lang w:val="{lang}" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spacing(0, 120)}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    return f"<w:styles {namespaces}>{defaults}{_defaults()}{''.join(_paragraphs())}{_others()}</w:styles>"


def _defaults() -> str:
    """The styles that stand behind all others."""
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in _CELL.items())
    return (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>'
    )


def _paragraphs() -> list[str]:
    keep = "<w:keepNext/><w:keepLines/>"
    right, dotted = _tab("right"), _tab("right", ' w:leader="dot"')
    lying = (_tab("clear") + _tab("right", pos=_A4[1] - 2 * _SIDE)).replace("</w:tabs><w:tabs>", "")
    above, below = (f"<w:pBdr>{_border(side, 4, _LINE, 4)}</w:pBdr>" for side in ("top", "bottom"))
    bar = f"<w:pBdr>{_border('left', 18, '0A5A9C', 8)}</w:pBdr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F6F7F8"/>'
    quiet = f'<w:color w:val="{_QUIET}"/>'
    headings = [
        _style(
            f"Heading{level}",
            f"heading {level}",
            f"{keep}{'<w:pageBreakBefore/>' * (level == 1)}{_spacing(before, after)}"
            f'<w:outlineLvl w:val="{level - 1}"/>',
            _size(size, True),
        )
        for level, before, after, size in ((1, 0, 200, 20), (2, 320, 120, 13), (3, 260, 100, 11), (4, 220, 80, 10))
    ]
    return [
        *headings,
        _style("BodyText", "Body Text"),
        _style("Title", "Title", _spacing(2600, 240, 240), _size(28, True)),
        _style("Subtitle", "Subtitle", _spacing(0, 240), _size(13)),
        _style("About", "About", _spacing(0, 120), _size(9) + quiet),
        _style("ContentsHeading", "Contents Heading", f"{keep}{_spacing(240, 160)}", _size(16, True)),
        _style("TOC1", "toc 1", f"{dotted}{_spacing(100, 20)}", _size(10, True)),
        _style("TOC2", "toc 2", f"{dotted}{_spacing(0, 20)}{_indent(280, 600)}", _size(9.5)),
        _style("TableofFigures", "table of figures", f"{dotted}{_spacing(0, 40)}{_indent(280, 600, 280)}", _size(9)),
        _style("Header", "header", f"{below}{right}", _size(8)),
        _style("Footer", "footer", f"{above}{right}", _size(8) + quiet),
        _style("HeaderLying", "Header Lying", lying, based="Header"),
        _style("FooterLying", "Footer Lying", lying, based="Footer"),
        _style("Lead", "Lead", _spacing(60, 160), _size(13, True)),
        _style("Finding", "Finding", f"<w:keepLines/>{bar}{_spacing(120, 160)}{_indent(200)}", _size(11, True)),
        _style("Note", "Note", _spacing(0, 120), _size(8.5) + quiet),
        _style("NoteinList", "Note in List", f"{_spacing(0, 100)}{_indent(360)}", _size(8.5) + quiet),
        _style("ListParagraph", "List Paragraph", _spacing(0, 60)),
        _style("ListContinue", "List Continue", f"{_spacing(0, 60)}{_indent(360)}"),
        _style("Caption", "caption", f"{keep}{_spacing(200, 80)}", _size(9, True)),
        _style("FigureCaption", "Figure Caption", based="Caption"),
        _style("TableCaption", "Table Caption", based="Caption"),
        _style("Figure", "Figure", _spacing(0, 240)),
        _style("TableText", "Table Text", _spacing(30, 30, 240), _size(8.5)),
        _style("TableHead", "Table Head", f"<w:keepNext/>{_spacing(30, 30, 240)}", _size(8.5, True)),
        _style("TableTextSmall", "Table Text Small", run=_size(7.5), based="TableText"),
        _style("TableHeadSmall", "Table Head Small", run=_size(7.5, True), based="TableHead"),
        _style("TableNote", "Table Note", _spacing(40, 120), _size(7.5) + quiet),
        _style("Source", "Source", f"{_tab('left', pos=560)}{_spacing(0, 60)}{_indent(560, hanging=560)}", _size(8)),
        _style("Break", "Section Break", _spacing(0, 0, 20), _size(1)),
        _style("Verbatim", "Verbatim", f"{shade}{_spacing(60, 160, 240)}", _fonts(_MONO) + _size(7.5)),
    ]


def _others() -> str:
    """The styles of pieces of text, and of tables."""
    pieces = {"Hyperlink": '<w:color w:val="0A4A80"/>', "Quiet": f'<w:color w:val="{_QUIET}"/>', "Code": _fonts(_MONO)}
    borders = _border("top", 6, _LINE) + _border("bottom", 6, _LINE) + _border("insideH", 4, "D8DCE1")
    return (
        "".join(
            f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{name}"/><w:rPr>{run}</w:rPr></w:style>'
            for name, run in pieces.items()
        )
        + '<w:style w:type="table" w:styleId="ReportTable"><w:name w:val="Report Table"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
        f"<w:tcPr><w:tcBorders>{_border('bottom', 6, _LINE)}</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
    )


def _style(name: str, title: str, paragraph: str = "", run: str = "", based: str = "Normal") -> str:
    shown = f"<w:pPr>{paragraph}</w:pPr>" * bool(paragraph) + f"<w:rPr>{run}</w:rPr>" * bool(run)
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="{based}"/>'
        f"<w:qFormat/>{shown}</w:style>"
    )


def _size(points: float, bold: bool = False) -> str:
    half = round(points * 2)
    return "<w:b/>" * bold + f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _spacing(before: int, after: int, line: int = 276) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _border(side: str, size: int, colour: str, space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


def _indent(left: int, right: int = 0, hanging: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'


def _tab(kind: str, more: str = "", pos: int = _A4[0] - 2 * _SIDE) -> str:
    """A stop, at the right edge of an upright page if nothing else is said."""
    return f'<w:tabs><w:tab w:val="{kind}"{more} w:pos="{pos}"/></w:tabs>'


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}"/>'
