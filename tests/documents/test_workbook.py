"""A workbook holds what the guidance for accessible spreadsheets of the UK's statistical offices asks for."""

import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

import analysis as ex
from analysis.documents import workbook as workbook_of
from analysis.documents.workbook import MISSING, content
from analysis.errors import DataError, IdentifierError
from analysis.language.catalogue import say
from analysis.language.languages import LANGUAGES


@pytest.fixture(scope="module")
def frame():
    panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    servers = panel.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    return ex.rates(servers, per="population")


@pytest.fixture(scope="module")
def file(frame, tmp_path_factory):
    return ex.workbook(tmp_path_factory.mktemp("workbook") / "servers.xlsx", frame, title="Servers in reach", lang="es")


@pytest.fixture(scope="module")
def book(file):
    return openpyxl.load_workbook(file)


def test_it_has_a_cover_contents_and_notes_before_the_tables(book):
    assert book.sheetnames == ["Portada", "Índice", "Notas", "Datos"]
    assert book.active.title == "Portada"
    assert (book.properties.title, book.properties.language) == ("Servers in reach", "es")
    links = {cell.value: cell.hyperlink.location for cell in book["Índice"]["A"][4:]}
    assert links == {"Notas": "'Notas'!A1", "Datos": "'Datos'!A1"}


def test_every_worksheet_has_a_title_and_one_marked_table_without_merged_or_empty_cells(book):
    for sheet in list(book)[1:]:
        assert sheet["A1"].value
        assert len(sheet.tables) == 1
        table = next(iter(sheet.tables.values()))
        assert table.autoFilter is None
        assert sheet["A1"].style == "Headline 1"
        cells = [cell for row in sheet[table.ref] for cell in row]
        assert all(cell.value not in (None, "") for cell in cells)
        heads = [cell.value for cell in sheet[table.ref][0]]
        assert len({head.casefold() for head in heads}) == len(heads)
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        assert sheet.freeze_panes == "B5"
        assert {cell.font.name for cell in cells} == {"Arial"}
        assert min(cell.font.size for cell in cells) >= 12


def test_numbers_are_numbers_with_a_format_and_read_back_as_they_were(book, file, frame):
    read = pd.read_excel(file, sheet_name="Datos", header=3)
    column = next(name for name in read if name.startswith("rate ") or name == "rate")
    assert np.allclose(read[column], frame["rate"], rtol=1e-12)
    heads = [cell.value for cell in book["Datos"][4]]
    cell = book["Datos"].cell(5, heads.index(column) + 1)
    assert cell.data_type == "n"
    assert cell.number_format != "General"


def test_a_note_in_a_head_is_explained(book):
    heads = [cell.value for cell in book["Datos"][4]]
    marks = {head[head.rindex("[") :] for head in heads if head.endswith("]")}
    notes = {cell.value for cell in book["Notas"]["A"][4:]}
    assert marks
    assert marks <= notes
    assert MISSING in notes


def test_the_same_bytes_each_time(file, frame, tmp_path):
    again = ex.workbook(tmp_path / "again.xlsx", frame, title="Servers in reach", lang="es")
    assert again.read_bytes() == file.read_bytes()
    with zipfile.ZipFile(file) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_text_is_no_formula_and_what_is_missing_is_told(tmp_path):
    odd = pd.DataFrame({"place": ["=1+1", "[a](b) and [c](d)"], "n": [1.5, None], "N": [2, 3]})
    sheet = openpyxl.load_workbook(ex.workbook(tmp_path / "odd.xlsx", odd))["Data"]
    assert sheet["A5"].data_type == "s"
    assert sheet["A5"].value == "=1+1"
    assert sheet["B6"].value == MISSING
    assert [cell.value for cell in sheet[4]] == ["place [note 1]", "n", "N (2)"]
    mixed = openpyxl.load_workbook(ex.workbook(tmp_path / "mixed.xlsx", pd.DataFrame({"n": [1], "said": ["one"]})))[
        "Data"
    ]
    assert [cell.alignment.indent for cell in mixed[5]] == [0, 1]


def test_what_identifies_or_has_no_rows_is_refused(tmp_path):
    with pytest.raises(IdentifierError):
        ex.workbook(tmp_path / "a.xlsx", pd.DataFrame({"note": ["192.0.2.7"]}))
    with pytest.raises(DataError, match="no rows"):
        ex.workbook(tmp_path / "a.xlsx", pd.DataFrame({"n": []}))
    with pytest.raises(DataError, match=r"a workbook is an \.xlsx"):
        ex.workbook(tmp_path / "a.ods", pd.DataFrame({"n": [1]}))
    assert not list(tmp_path.iterdir())


def test_all_the_data_go_into_one(monkeypatch):
    from analysis.documents import workbook

    sheets = workbook._of_data("de")
    assert [sheet.name for sheet in sheets] == ["Zahlen", "Aussagen", "Messgrößen", "Erhebungen", "Quellen"]
    assert len(sheets[0].frame) == len(ex.tidy())
    small = [workbook.Sheet(one.name, one.title, one.frame.head(3), one.labels, one.notes) for one in sheets]
    book = openpyxl.load_workbook(io.BytesIO(content(small, "x", "de")))
    assert len(book.sheetnames) == 8


def test_the_workbook_of_all_data_has_its_title_in_its_language_and_is_cited_once(tmp_path, monkeypatch):
    monkeypatch.setattr(
        workbook_of, "_of_data", lambda lang: [workbook_of._of_frame(pd.DataFrame({"a": [1]}), "", lang)]
    )
    cover = openpyxl.load_workbook(ex.workbook(tmp_path / "all.xlsx", lang="fr")).worksheets[0]
    told = [cell.value for cell in cover["A"]]
    assert told[0] == "Comptages publiés de serveurs d’imagerie médicale exposés"
    assert sum("publiés de serveurs d’imagerie médicale exposés" in line for line in told) == 2
    assert not any("Published counts" in line for line in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_package_licenses_nothing_but_its_data_in_a_workbook_of_ones_own_table(frame, tmp_path, lang):
    book = openpyxl.load_workbook(ex.workbook(tmp_path / "own.xlsx", frame.head(2), lang=lang))
    licensed = [cell.value for cell in book.worksheets[0]["A"] if "CC BY" in cell.value or "MIT" in cell.value]
    assert licensed == [say("data_licence", lang, family="documents")]
    assert not book.properties.creator and not book.properties.lastModifiedBy
