"""Tags for matplotlib's PDF: one figure with its alternative text, the language, the title in the window."""

from __future__ import annotations

import re


def tagged(content: bytes, alt: str, lang: str) -> bytes:
    """The PDF with a structure tree: a document that holds one figure, described for those who cannot see it.

    Matplotlib writes no structure. It is added as a second part of the file (ISO 32000-1, 7.5.6), which replaces the
    catalogue and the page: all marks of the page become the content of one element of type Figure (14.7, 14.8), with
    ``alt`` as
    its alternative text. Single texts of the picture are not tagged; readers take the alternative text instead.

    Parameters
    ----------
    content
        A PDF of one page, as matplotlib writes it.
    alt, lang
        The alternative text and its language (``en``, ``es``, ``de``, ``fr``).
    """
    catalogue = _object(content, rb"/Type /Catalog\b")
    page = _object(content, rb"/Type /Page\b")
    size = int(_found(rb"/Size (\d+)", content[content.rindex(b"trailer") :]))
    information = _found(rb"/Info (\d+ \d+ R)", content[content.rindex(b"trailer") :])
    before = int(_found(rb"startxref\s+(\d+)", content[content.rindex(b"startxref") :]))
    opening, closing, root, document, figure, parents = range(size, size + 6)
    drawing = _found(rb"/Contents (\d+ \d+ R)", page[1]).decode()
    box = _found(rb"/MediaBox (\[[^]]*\])", page[1]).decode()
    replaced = {
        catalogue[0]: _merged(
            catalogue[1],
            f"/Lang ({lang}) /MarkInfo << /Marked true >> "
            f"/ViewerPreferences << /DisplayDocTitle true >> /StructTreeRoot {root} 0 R",
        ),
        page[0]: _merged(
            page[1].replace(
                f"/Contents {drawing}".encode(), f"/Contents [ {opening} 0 R {drawing} {closing} 0 R ]".encode()
            ),
            "/StructParents 0 /Tabs /S",
        ),
        opening: _stream(b"/Figure << /MCID 0 >> BDC\n"),
        closing: _stream(b"\nEMC\n"),
        root: f"<< /Type /StructTreeRoot /K {document} 0 R /ParentTree {parents} 0 R /ParentTreeNextKey 1 >>".encode(),
        document: f"<< /Type /StructElem /S /Document /P {root} 0 R /K {figure} 0 R /Lang ({lang}) >>".encode(),
        figure: (
            f"<< /Type /StructElem /S /Figure /P {document} 0 R /Pg {page[0]} 0 R /K 0 "
            f"/Lang ({lang}) /Alt {_text(alt)} "
            f"/A << /O /Layout /Placement /Block /BBox {box} >> >>"
        ).encode(),
        parents: f"<< /Nums [ 0 [ {figure} 0 R ] ] >>".encode(),
    }
    out, offsets = bytearray(content if content.endswith(b"\n") else content + b"\n"), {}
    for number, body in replaced.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n"
    for number in sorted(offsets):
        out += b"%d 1\n%010d 00000 n \n" % (number, offsets[number])
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        size + 6,
        catalogue[0],
        information,
        before,
        start,
    )
    return bytes(out)


def _found(pattern: bytes, content: bytes) -> bytes:
    """The group of the first match of a pattern, which a page as matplotlib writes it has."""
    found = re.search(pattern, content)
    assert found is not None
    return found[1]


def _object(content: bytes, kind: bytes) -> tuple[int, bytes]:
    """The number and the dictionary of the only object of a kind."""
    found = re.search(rb"(?:^|\n)(\d+) 0 obj\n(<<(?:(?!endobj).)*?" + kind + rb".*?)\nendobj", content, re.DOTALL)
    assert found is not None
    return int(found[1]), found[2]


def _merged(dictionary: bytes, more: str) -> bytes:
    return dictionary[: dictionary.rindex(b">>")] + more.encode() + b" >>"


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _text(text: str) -> str:
    """A text string in any script: UTF-16, big end first, in hexadecimal digits."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
