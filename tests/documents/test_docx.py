"""A DOCX has what reading programs and offices look for, by the eyes of python-docx."""

import io
import re
import zipfile

import docx
import pytest

from analysis.documents import word
from analysis.documents.making import written
from analysis.documents.model import Chapter, Column, Document, Table, span


@pytest.fixture(scope="module")
def made(document):
    return written(document, ".docx")


@pytest.fixture(scope="module")
def opened(made):
    return docx.Document(io.BytesIO(made))


def test_headings_are_headings_and_every_look_is_a_style(opened):
    headings = [(one.style.name, one.text) for one in opened.paragraphs if one.style.name.startswith("Heading")]
    assert headings[0] == ("Heading 1", "1  Servers in reach")
    assert ("Heading 2", "A table of one's own") in headings
    assert headings[-1] == ("Heading 1", "Sources")
    assert opened.core_properties.title == "Servers in reach"
    assert opened.core_properties.language == "en-GB"
    used = {one.style.name for one in opened.paragraphs}
    assert {"Title", "Body Text", "Finding", "Figure Caption", "Table Caption", "List Paragraph", "Source"} <= used


def test_tables_have_a_repeated_head_and_no_merged_cell(opened):
    assert [cell.text for cell in opened.tables[1].rows[0].cells] == ["Country", "Printed", "Servers", "Source"]
    assert "187" in [cell.text for cell in opened.tables[1].columns[2].cells]
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
        assert not table._tbl.xpath(".//w:gridSpan | .//w:vMerge")
        assert table._tbl.tblPr.xpath("w:tblCaption/@w:val")[0]


def test_pictures_have_alternative_texts_and_captions_with_fields(opened):
    told = opened.element.body.xpath(".//wp:docPr/@descr")
    assert any("United States 187" in alt for alt in told)
    assert "Formula: E = mc^2" in told
    fields = opened.element.body.xpath(".//w:instrText")
    assert {" SEQ Figure_1 \\* ARABIC ", " SEQ Table_1 \\* ARABIC "} <= {one.text for one in fields}


def test_every_link_inside_leads_to_a_bookmark(opened):
    anchors = set(opened.element.body.xpath(".//w:hyperlink/@w:anchor"))
    marks = opened.element.body.xpath(".//w:bookmarkStart/@w:name")
    assert anchors
    assert anchors <= set(marks)
    assert len(marks) == len(set(marks))


def test_the_same_bytes_each_time_and_no_date_of_the_clock(document, made):
    assert written(document, ".docx") == made
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"1980-01-01"}


def test_no_section_between_two_lying_chapters_is_empty():
    heads = tuple(Column(f"c{place}") for place in range(20))
    wide = Table(heads, (tuple(span("1") for _ in heads),))
    chapters = tuple(Chapter(name, name, (wide,), mark="letter") for name in ("one", "two"))
    made = docx.Document(io.BytesIO(word.docx(Document("Title", "en", chapters, ()))))
    assert [one.page_width > one.page_height for one in made.sections] == [False, False, True, True, False]
