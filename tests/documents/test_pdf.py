"""A PDF is tagged as PDF/UA-1 asks for, and holds what the notebook shows."""

import io
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest

from analysis.documents.making import written


def elements(node, found):
    """Each element of the structure tree: its kind, and its dictionary."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            elements(one, found)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append((str(node.S), node))
        if "/K" in node:
            elements(node.K, found)
    return found


@pytest.fixture(scope="module")
def opened(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as one:
        yield one


@pytest.fixture(scope="module")
def tree(opened):
    return elements(opened.Root.StructTreeRoot.K, [])


def text(pdf) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_it_says_that_it_is_pdf_ua_with_title_author_and_language(opened):
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Servers in reach"
        assert metadata["dc:creator"] == ["A ministry"]
    assert opened.Root.MarkInfo.Marked
    assert opened.Root.Lang == "en"
    assert opened.Root.ViewerPreferences.DisplayDocTitle


def test_every_picture_has_an_alternative_text(tree):
    told = [str(node.Alt) for kind, node in tree if kind == "/Figure"]
    assert any("United States 187" in alt for alt in told)
    assert all(told)
    assert "Formula: E = mc^2" in told or any("E = mc^2" in str(node.get("/Alt", "")) for _, node in tree)


def test_tables_have_heads_and_headings_skip_no_level(tree):
    kinds = [kind for kind, _ in tree]
    assert kinds.count("/Table") == 3  # of the prose, of the code, of the chart's numbers
    assert kinds.count("/TH") == 2 + 4 + 7
    levels = [int(kind[2]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdecimal()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_bookmarks_lead_to_the_chapter_and_its_sections(opened):
    with opened.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert any("Servers in reach" in title for title in titles)
        assert "Sources" in titles[-1]


def test_the_numbers_of_the_tables_stand_in_it(pdf):
    found = text(pdf)
    for shown in ("187", "1.5", "27 lines", "Most: 187 of 590 servers.", "Figure 1.1", "Table 1.1", "01net"):
        assert shown in found, shown


def test_the_same_bytes_each_time(document, pdf):
    assert written(document, ".pdf") == pdf
