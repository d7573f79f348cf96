"""What readers put into notebooks: a right document, or a clear error, and never half a file."""

import base64
import errno
import io
import json
import os
import shutil

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_TAB_ALIGNMENT
from PIL import Image

from analysis.documents import making, typeset
from analysis.documents.layout import GAP, parts_of, width
from analysis.documents.making import written
from analysis.documents.model import Column, Figure, Table, Verbatim, plain, span
from analysis.documents.site import Edition, document_of
from analysis.documents.typeset import turned
from analysis.errors import BuildError, DataError, ExposureError


@pytest.fixture
def showing(site, tmp_path):
    """Reads a notebook with one cell of prose and the outputs given, as if it had been executed."""
    folder = tmp_path / "site"
    (folder / "notebooks").mkdir(parents=True)
    shutil.copyfile(site / "sources.json", folder / "sources.json")

    def read(*outputs, prose="# A title", metadata=None, more=()):
        cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": prose}]
        cells += [
            {"cell_type": "markdown", "id": f"m{place}", "metadata": {"lang": lang}, "source": said}
            for place, (lang, said) in enumerate(more)
        ]
        shown = [
            {"output_type": "display_data", "data": data, "metadata": metadata or {}}
            if isinstance(data, dict)
            else data
            for data in outputs
        ]
        cells.append({"cell_type": "code", "id": "b", "metadata": {}, "source": "x", "outputs": shown})
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / "notebooks" / "odd.ipynb").write_text(json.dumps(content), "utf-8")
        return document_of(folder, Edition("en", ("odd",), own=True))

    return read


def html(table: str) -> dict:
    return {"text/html": table, "text/plain": ""}


def text(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def words(content: bytes) -> str:
    opened = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in opened.paragraphs), *cells])


def rows(count: int, width: int = 2) -> str:
    head = "".join(f"<th>c{place}</th>" for place in range(width))
    body = "".join(
        "<tr>" + "".join(f"<td>{number * 1000 + place}</td>" for place in range(width)) + "</tr>"
        for number in range(1, count + 1)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def test_a_table_of_5000_rows_is_cut_and_says_so(showing):
    document = showing(html(rows(5000)))
    table = document.chapters[0].blocks[0]
    assert len(table.rows) == 500
    assert table.notes == ("The first 500 of 5,000 rows are printed; the notebook has them all.",)
    found = text(written(document, ".pdf"))
    assert "500000" in found
    assert "501000" not in found


def test_a_table_of_40_columns_lies_and_stands_in_parts_with_its_first_column(showing):
    document = showing(html(rows(3, 40).replace("<td>1", "<td>123,456,1")))
    for content in (text(written(document, ".pdf")), words(written(document, ".docx"))):
        flat = content.replace("\u200b", "")
        for place in range(40):
            assert f"c{place}" in flat
            assert str(2000 + place) in flat
        assert "Table 1.1, columns" in flat
    pages = pypdfium2.PdfDocument(written(document, ".pdf"))
    assert any(page.get_width() > page.get_height() for page in pages)


def test_a_date_stays_on_one_line_beside_long_texts():
    told = "What was known on that day, and what was learned only long afterwards, at length. " * 4
    columns = tuple(Column(label) for label in ("Day", "Survey", "Changed", "Before", "After", "Why"))
    rows = tuple((span("2026-11-30"), *(span(told) for _ in columns[1:])) for _ in range(9))
    assert width("2026-11-30") <= parts_of(Table(columns, rows))[0].rooms[0]


def test_a_few_lines_between_two_lying_tables_lie_with_them(showing):
    wide = html(rows(3, 20))
    document = showing(wide, {"text/markdown": "Between them."}, wide, {"text/markdown": "A page. " * 200}, wide)
    assert [(lies, len(blocks)) for lies, blocks in turned(document.chapters[0])] == [(True, 3), (False, 1), (True, 1)]


def test_the_foot_of_a_word_page_reaches_to_its_edge_whether_it_lies_or_stands(showing):
    made = docx.Document(io.BytesIO(written(showing(html(rows(3, 20)), {"text/markdown": "Behind."}), ".docx")))
    feet = {one.page_width > one.page_height: one.footer.paragraphs[0].style for one in made.sections[1:]}
    for lies, style in feet.items():
        edge = max(
            section.page_width - section.left_margin - section.right_margin
            for section in made.sections
            if (section.page_width > section.page_height) == lies
        )
        stops = {one.position for one in style.paragraph_format.tab_stops if one.alignment == WD_TAB_ALIGNMENT.RIGHT}
        assert {round(one.pt) for one in stops} == {round(edge / 12700)}
    assert set(feet) == {True, False}


def test_merged_cells_of_anybodys_table_stand_in_each_of_their_places(showing):
    document = showing(
        html(
            "<table><tr><th rowspan=2>Country</th><th colspan=2>Servers</th></tr><tr><th>open</th><th>all</th></tr>"
            "<tr><td rowspan=2>Spain</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
        )
    )
    table = document.chapters[0].blocks[0]
    assert [column.label for column in table.columns] == ["Country", "Servers, open", "Servers, all"]
    assert [[plain(cell) for cell in row] for row in table.rows] == [["Spain", "1", "2"], ["Spain", "3", "4"]]


def test_a_table_without_heads_gets_some(showing):
    table = showing(html("<table><tr><td>a</td><td>1</td></tr></table>")).chapters[0].blocks[0]
    assert [column.label for column in table.columns] == ["Row", "Column 2"]


def test_prose_in_another_language_is_read_in_it(showing):
    document = showing(more=[("es", "## Dónde\n\nUn servidor, que cuenta:\n\n- dos")])
    heading, paragraph, items = document.chapters[0].blocks
    assert (heading.lang, paragraph.lang, items.items[0][0].lang) == ("es", "es", "es")
    body = docx.Document(io.BytesIO(written(document, ".docx"))).element.body
    spanish = body.xpath(".//w:r[w:rPr/w:lang/@w:val='es-ES']/w:t")
    assert {"Dónde", "Un servidor, que cuenta:", "dos"} <= {one.text for one in spanish}
    announced = body.xpath(".//w:p[w:pPr/w:keepNext]/w:r/w:t")
    assert "Un servidor, que cuenta:" in {one.text for one in announced}


def test_a_short_table_stays_on_one_page_and_a_text_keeps_clear_of_the_number_before_it(showing):
    short, long = showing(html(rows(10)), html(rows(40))).chapters[0].blocks
    assert (parts_of(short)[0].whole, parts_of(long)[0].whole) == (True, False)
    mixed = html("<table><tr><th>n</th><th>said</th></tr><tr><td>1</td><td>one</td></tr></table>")
    assert parts_of(showing(mixed).chapters[0].blocks[0])[0].gaps == (0, GAP)


def test_scripts_and_pictures_from_elsewhere_stay_out(showing):
    document = showing(
        html("<p>seen</p><script>unseen()</script><img src='https://example.org/p.png'><style>p{}</style>")
    )
    assert [plain(block.text) for block in document.chapters[0].blocks] == ["seen"]


def test_texts_from_right_to_left_and_of_east_asia_are_set(showing):
    document = showing(html("<p>حوالي 16 مليون</p><p>約2億件 독일 కోట్ల Ελλάδα Россия</p>"))
    assert "16" in text(written(document, ".pdf"))
    found = words(written(document, ".docx"))
    assert "حوالي 16 مليون" in found
    assert "約2億件" in found


def test_a_letter_without_a_font_is_named_and_a_docx_has_it_all_the_same(showing, tmp_path):
    document = showing(html("<p>ሀገር 7</p>"))
    with pytest.raises(DataError, match=r"letters of 'A title': ሀ \(ethiopic syllable ha\).*--fonts"):
        written(document, ".pdf")
    assert "ሀገር 7" in words(written(document, ".docx"))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="holds no fonts"):
        written(document, ".pdf", [tmp_path / "none"])


def test_a_title_of_300_characters_is_whole_on_the_title_page(showing):
    title = " ".join(f"word{number}" for number in range(44))
    assert len(title) > 290
    document = showing({"text/plain": "1"}, prose=f"# {title}")
    found = text(written(document, ".pdf"))
    assert found.count("word43") == 3  # title page, contents, chapter; the running heads are cut
    assert "word43" in words(written(document, ".docx"))


def test_a_word_that_is_wider_than_a_page_ends_on_the_next_line(showing):
    document = showing({"text/plain": "1"}, prose=f"# {'W' * 300}\n\n## {'M' * 80}\n\n{'x' * 400}")
    for page in pypdfium2.PdfDocument(written(document, ".pdf")):
        for drawn in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            left, _, right, _ = drawn.get_bounds()
            assert 50 < left <= right < page.get_width() - 50


def test_a_finding_without_a_number_is_a_sentence(showing):
    document = showing({"text/markdown": "**Nothing can be told.**", "text/plain": "Nothing can be told."})
    assert document.chapters[0].blocks[0].kind == "finding"
    assert "Nothing can be told." in text(written(document, ".pdf"))


def picture(kind="PNG", size=(40, 30)) -> str:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def test_a_picture_of_ones_own_has_its_alternative_text_or_says_that_it_has_none(showing):
    data = {"image/png": picture(), "text/plain": "<Figure size 640x480 with 1 Axes>"}
    told = showing(data, metadata={"image/png": {"alt": "A blue field"}}).chapters[0].blocks[0]
    untold = showing(data).chapters[0].blocks[0]
    assert isinstance(told, Figure)
    assert told.alt == "A blue field"
    assert untold.alt == "A picture that the notebook does not describe."
    inside = showing(html(f"<img alt='Blue' src='data:image/jpeg;base64,{picture('JPEG')}'>"))
    assert inside.chapters[0].blocks[0].alt == "Blue"
    assert written(inside, ".pdf").startswith(b"%PDF-1.7")
    assert written(inside, ".docx").startswith(b"PK")


def test_a_picture_that_is_higher_than_a_page_is_made_to_fit_it(showing):
    document = showing({"image/png": picture(size=(300, 3000)), "text/plain": "A blue tower"})
    shape = docx.Document(io.BytesIO(written(document, ".docx"))).inline_shapes[0]
    assert (shape.width.pt, shape.height.pt) == (60, 600)
    for page in pypdfium2.PdfDocument(written(document, ".pdf")):
        for drawn in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
            _, bottom, _, top = drawn.get_bounds()
            assert 0 < bottom < top < page.get_height()
            assert round(top - bottom) == 600


@pytest.mark.parametrize("kind", [".pdf", ".docx"])
def test_a_picture_that_is_none_is_an_error(showing, kind):
    broken = base64.b64encode(b"\x89PNG\r\n\x1a\n not really").decode()
    with pytest.raises(DataError, match="a picture cannot be read"):
        written(showing({"image/png": broken, "text/plain": ""}), kind)


def test_a_drawing_of_ones_own_is_drawn_for_a_docx_too(showing):
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><rect width='9' height='9'/></svg>"
    document = showing({"image/svg+xml": drawing, "text/plain": "A square"})
    assert document.chapters[0].blocks[0].alt == "A square"
    assert docx.Document(io.BytesIO(written(document, ".docx"))).inline_shapes[0].width > 0
    assert written(document, ".pdf")


def test_formulas_are_pictures_with_their_source_and_else_stand_as_written(showing):
    document = showing({"text/latex": r"$\displaystyle \frac{a}{b}$", "text/plain": ""}, prose="# T\n\n$$\\nosuch{x}$$")
    unset, fraction = document.chapters[0].blocks
    assert unset == Verbatim(r"\nosuch{x}")
    assert fraction.tex == r"\frac{a}{b}"


def test_control_characters_and_markup_of_every_language_are_plain_text(showing):
    odd = "a\x07b #let x = 1 $ \\ \" ' <b> & ] [ *bold* `code` @label // no"
    document = showing({"text/plain": odd})
    assert "a" in text(written(document, ".pdf"))
    for content in (text(written(document, ".pdf")), words(written(document, ".docx"))):
        assert "b #let x = 1 $ \\ \" ' <b> & ] [ *bold* `code` @label // no" in content


def test_an_empty_table_and_an_empty_notebook_are_documents(showing):
    document = showing(html("<table></table>"), prose="")
    assert isinstance(document.chapters[0].blocks[0], Table)
    assert written(document, ".pdf")
    assert written(document, ".docx")


def test_a_disk_that_fills_leaves_the_former_file(document, tmp_path, monkeypatch):
    file = tmp_path / "mine.docx"
    file.write_bytes(b"former")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExposureError, match="No space left"):
        making.write_bytes(file, written(document, ".docx"))
    assert file.read_bytes() == b"former"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.docx"]


def test_no_room_to_make_a_pdf_in_is_told(document, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(typeset.Path, "write_text", full)
    with pytest.raises(ExposureError, match=r"no room to make the document in \(No space left on device\).*TMPDIR"):
        written(document, ".pdf")


def test_what_is_asked_wrongly_is_told_before_anything_runs(tmp_path):
    mine, other = tmp_path / "a" / "mine.ipynb", tmp_path / "b" / "other.ipynb"
    for path in (mine, other):
        path.parent.mkdir()
        path.write_text("{}")
    with pytest.raises(DataError, match=r"\.pdf or a \.docx"):
        making.document(mine, tmp_path / "a.odt")
    with pytest.raises(DataError, match="several folders"):
        making.document([mine, other], tmp_path / "a.docx")
    with pytest.raises(DataError, match="is not a notebook"):
        making.document(tmp_path / "none.ipynb", tmp_path / "a.docx")
    with pytest.raises(DataError, match="unknown option 'auhtor'; did you mean 'author'"):
        making.document(mine, tmp_path / "a.docx", auhtor="A ministry")
    with pytest.raises(DataError, match="author of a document is a text"):
        making.document(mine, tmp_path / "a.docx", author=["A ministry"])
    with pytest.raises(BuildError, match="not a notebook of format 4"):
        making.document(mine, tmp_path / "a.docx")
    with pytest.raises(DataError, match="unknown page '99'"):
        document_of(tmp_path, Edition("en", ("99",))) if (tmp_path / "sources.json").write_text(
            '{"surveys": []}'
        ) else 0
    assert not list(tmp_path.glob("*.docx"))


def test_a_library_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(ExposureError, match=r"pip install 'exposure-statistics\[documents\]'"):
        making.document("x.ipynb", tmp_path / "a.pdf")
