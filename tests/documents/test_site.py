"""What a document takes from a site beside its notebooks."""

import io
import json
import shutil
from dataclasses import replace

import pytest

from analysis import __version__
from analysis.datafolder import in_use
from analysis.documents.model import Column, Figure, Paragraph, Table, leads, plain, span
from analysis.documents.repeated import told_once
from analysis.documents.site import Edition, document_of
from analysis.documents.word import docx
from analysis.language.catalogue import say
from analysis.language.languages import LANGUAGES

Opened = pytest.importorskip("docx").Document


def test_the_publication_behind_a_drawn_series_is_a_source_with_a_number(site):
    notebook, told = "mine", {"series": "a-register", "title": "Reports", "alt": "A line", "lang": "en"}
    register = {
        "id": "register",
        "publisher": "Authority",
        "title": "Reports of breaches",
        "url": "https://example.org/r",
    }
    folder = site / "figures" / notebook
    chart = next(folder.glob("*.svg")).name.split(".")[0]
    file = folder / f"{chart}.json"
    before = file.read_text("utf-8")
    try:
        file.write_text(json.dumps(told | {"sources": [register]}), "utf-8")
        made = document_of(site, Edition("en", (notebook,), own=True))
    finally:
        file.write_text(before, "utf-8")
    figure = next(block for block in made.chapters[0].blocks if isinstance(block, Figure))
    assert figure.sources == ("register",)
    assert "Authority. Reports of breaches. https://example.org/r" in {one.citation for one in made.sources}


def test_what_stands_between_a_heading_and_the_next_one_keeps_to_both():
    assert leads(Paragraph(span("Authority · 2016 to 2024"), "byline"))
    assert not leads(Paragraph(span("Authority · 2016 to 2024"), "small"))


def test_a_claim_keeps_its_figure_as_printed_where_its_words_do_not_hold_it(site, tmp_path):
    (tmp_path / "notebooks").mkdir()
    shutil.copyfile(site / "sources.json", tmp_path / "sources.json")
    claim = {
        "verdict": "supported",
        "source": "01net-2019-09",
        "publisher": "01net",
        "country": "India",
        "label": "",
        "why": "So.",
    }
    told = [{"claim": "India tiene el 10,5 %.", "figure": "10.5%"}, {"claim": "590 (servers)", "figure": "590"}]
    told.append({"claim": "", "figure": "about 9"})
    (tmp_path / "claims.json").write_text(json.dumps({"claims": [claim | one for one in told]}), "utf-8")
    table = document_of(tmp_path, Edition("es", ("claims",))).chapters[0].blocks[-1]
    assert [plain(row[2]) for row in table.rows] == ["India tiene el 10,5 %. (10.5%)", "590 (servers)", "about 9"]


def test_a_long_text_of_several_rows_is_told_once_below_but_names_its_rows():
    name, why = (
        "Survey of archives, first wave: a publication of November 2019. " * 3,
        "Only texts that retell it. " * 6,
    )
    table = Table((Column("Row"), Column("Why")), tuple((span(name), span(why)) for _ in range(2)))
    made = told_once(table, "en")
    assert [[plain(cell) for cell in row] for row in made.rows] == [[name, "Note 1"]] * 2
    assert made.notes == (f"Note 1: {why}",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_package_licenses_its_data_and_nothing_of_a_readers_own_text(site, lang):
    made = document_of(site, Edition(lang, ("mine",), own=True))
    licensed = [line for line in (*made.about, made.running) if "CC BY" in line]
    assert licensed == [say("data_licence", lang, family="documents")]
    assert made.author == "" and any(__version__ in line for line in made.about)
    told = document_of(site, Edition(lang, ("mine",), own=True, author="A ministry", licence="CC0 1.0"))
    assert told.about[0] == "A ministry" and told.about[1].endswith("CC0 1.0")
    assert set(made.about) == set(told.about[2:]) and told.running == f"A ministry · {made.running}"


def test_data_that_stand_alone_are_not_cited_as_the_packages(site, tmp_path):
    (tmp_path / "aggregate").mkdir()
    with in_use(tmp_path, alone=True):
        made = document_of(site, Edition("en", ("mine",), own=True))
    assert not any("CC BY" in line or "counts" in line for line in made.about)


def test_the_packages_own_report_keeps_its_licence_and_several_notebooks_of_ones_own_their_titles(site):
    ours = document_of(site, Edition("en", ("mine",)))
    assert ours.author is None and "texts, data and charts CC BY 4.0" in ours.running
    assert document_of(site, Edition("en", ("mine", "mine"), own=True)).title == "Servers in reach · Servers in reach"


def test_a_file_names_its_author_or_nobody(document):
    for author in ("A ministry", ""):
        opened = Opened(io.BytesIO(docx(replace(document, chapters=(), sources=(), author=author))))
        assert {opened.core_properties.author, opened.core_properties.last_modified_by} == {author}
