"""What a document takes from a site beside its notebooks."""

import json
import shutil

from analysis.documents.model import Column, Figure, Paragraph, Table, leads, plain, span
from analysis.documents.repeated import told_once
from analysis.documents.site import Edition, document_of


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
