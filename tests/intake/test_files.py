"""Files of others: what is in them decides, and nothing in them may grow without end. All content is synthetic."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

import analysis as ex
from analysis.intake import files


def xlsx(rows, **replaced):
    """A workbook, with parts of its archive replaced by name."""
    book, out, changed = Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(
                name, replaced.get(name.rpartition("/")[2].split(".")[0], lambda content: content)(source.read(name))
            )
    return changed.getvalue()


def test_a_sheet_gives_whole_numbers_and_days_as_text(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(xlsx([["Country", "Servers", "Day"], ["Spain", 3.0, date(2026, 3, 1)], ["Chile", 2.5, None]]))
    assert files.rows_of(path) == [["Country", "Servers", "Day"], ["Spain", "3", "2026-03-01"], ["Chile", "2.5"]]
    with pytest.raises(ex.DataError, match="no sheet 'Other'; choose one of Sheet"):
        files.rows_of(path, "Other")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path, mark):
    path = tmp_path / "table.csv"
    path.write_text(f'Country{mark}Servers\r\n"Korea{mark} Rep."{mark}3\r\n', encoding="utf-8-sig")
    assert files.rows_of(path) == [["Country", "Servers"], [f"Korea{mark} Rep.", "3"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"%PDF-1.7\n", "exposure extract"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "xls"),
        (b"\0\1\2\3", "binary"),
        (b"\x7fELF\0\0", "binary"),
        ("Country,Servers\n".encode("utf-16"), "UTF-16"),
        (b"Country,Servers\nCura\xe7ao,3\n", "UTF-8"),
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b'Country,Servers\n"Spain,3\n', "quotation marks"),
        (b"Country,Servers\n" + b"x" * 5000 + b",3\n", "characters"),
        (b"," * 2000 + b"\n", "columns"),
        (b"PK\x03\x04 not an archive", "damaged archive"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, content, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(ex.DataError, match=message):
        files.rows_of(path)


def test_an_empty_sheet_is_said(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(xlsx([]))
    with pytest.raises(ex.DataError, match="no rows"):
        files.rows_of(path)


def test_what_is_missing_or_a_folder_is_said(tmp_path):
    with pytest.raises(ex.DataError, match="is missing"):
        files.rows_of(tmp_path / "nothing.csv")
    with pytest.raises(ex.DataError, match=r"cannot be read|is a folder"):
        files.text_of(tmp_path)


def test_too_large_a_file_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_text("Country,Servers\n" + "Spain,3\n" * 100, encoding="utf-8")
    monkeypatch.setattr("analysis.datafolder.LARGEST_FILE", 100)
    with pytest.raises(ex.DataError, match="more than the"):
        files.rows_of(path)


def test_too_many_rows_are_no_counts_by_place(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 5)
    path = tmp_path / "table.csv"
    path.write_text("Spain,3\n" * 6, encoding="utf-8")
    with pytest.raises(ex.DataError, match="more than 5 rows"):
        files.rows_of(path)


def test_an_archive_that_unpacks_without_end_is_not_opened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(xlsx([["a"]], sheet1=lambda content: content + b" " * (40 * 2**20)))
    assert path.stat().st_size < 2**17
    with pytest.raises(ex.DataError, match="far more than its size"):
        files.rows_of(path)


def test_many_small_parts_are_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 3 * 2**20)
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"part{number}", b"\0" * 2**19)
    with pytest.raises(ex.DataError, match="far more than its size"):
        files.unpacked(path)


def test_an_archive_that_leads_out_of_itself_is_not_opened(tmp_path):
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../datapackage.json", "{}")
    with pytest.raises(ex.DataError, match="leads out"):
        files.unpacked(path)


def test_entities_in_a_sheet_are_refused(tmp_path):
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    path = tmp_path / "entities.xlsx"
    path.write_bytes(xlsx([["a"]], sheet1=lambda content: entity + content.split(b"?>", 1)[-1]))
    with pytest.raises(ex.DataError, match="entities"):
        files.rows_of(path)


def test_formulas_without_values_are_refused(tmp_path):
    path = tmp_path / "formula.xlsx"
    path.write_bytes(xlsx([["Country", "Servers"], ["Spain", "=1+2"]]))
    with pytest.raises(ex.DataError, match="formulas without their values"):
        files.rows_of(path)


@pytest.mark.parametrize(
    "damage",
    [lambda content: content[: len(content) // 2], lambda content: content[:100] + b"\xff" * 60 + content[160:]],
)
def test_a_damaged_spreadsheet_is_said(tmp_path, damage):
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(damage(xlsx([["Country", "Servers"], ["Spain", 3]])))
    with pytest.raises(ex.DataError, match=r"damaged archive|cannot be read as a spreadsheet"):
        files.rows_of(path)


def test_json_that_is_nested_without_end_is_said():
    with pytest.raises(ex.DataError, match="nested too deep"):
        files.json_of("[" * 200_000, "deep.json")


def test_several_documents_are_a_list():
    assert files.json_of('{"a": 1}\n{"a": 2}\n', "lines.json") == [{"a": 1}, {"a": 2}]
    assert files.json_of(' {"a": 1}\n', "one.json") == {"a": 1}


def test_a_workbook_with_comments_or_hidden_sheets_is_refused(tmp_path):
    from openpyxl.comments import Comment

    path = tmp_path / "table.xlsx"
    for change, message in (
        (lambda book: setattr(book.active["A1"], "comment", Comment("as told on the phone", "nobody")), "comments"),
        (lambda book: setattr(book.create_sheet("more"), "sheet_state", "hidden"), "1 hidden sheet"),
        (lambda book: setattr(book.create_sheet("more"), "sheet_state", "veryHidden"), "1 hidden sheet"),
    ):
        book = Workbook()
        book.active.append(["Country", "Servers"])
        change(book)
        book.save(path)
        with pytest.raises(ex.DataError, match=message) as caught:
            files.rows_of(path)
        assert caught.value.file == "table.xlsx"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{"a":\n' + "[" * 5000 + "]" * 5000 + "}", "nested too deep", None),
        ('{"a":\n' * 5000 + "1" + "}" * 5000, "nested too deep", None),
        ('{"a":\n ' + "9" * 5000 + "}", "a number of thousands of digits", 2),
    ],
    ids=["lists", "objects", "digits"],
)
def test_json_that_breaks_parsers_is_a_typed_error(text, message, line):
    with pytest.raises(ex.DataError, match=message) as caught:
        files.json_of(text, "export.json")
    assert (caught.value.file, caught.value.line) == ("export.json", line)
