"""What a document takes from a site beside its notebooks."""

import json

from analysis.documents.model import Figure, Paragraph, leads, span
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
