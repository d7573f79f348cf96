"""Reports that cannot be read, or must not be: one sentence that says what is wrong and what now, and nothing kept."""

import zlib

import pytest
from intake.pdfs import pdf, ruled

import analysis as ex
from analysis.intake import documents, extract
from analysis.intake import pdf as reader_of_pdf
from analysis.intake.draft_writing import draft_report
from analysis.intake.pdf import MOST_PAGES

ARTICLE = "In a scan of 2026, 412 open servers were found in 31 countries; 61 of them stood in Brazil."


def read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return ex.extract(path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("scan.pdf", pdf([[], []]), "OCRmyPDF or Tesseract"),
        ("locked.pdf", pdf([[ARTICLE]], encrypted=True), "is encrypted"),
        ("broken.pdf", pdf([[ARTICLE]])[:400], "broken PDF"),
        ("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8, "broken PDF"),
        ("long.pdf", pdf([["A page"]] * 2000), r"2,000 pages, more than the 500 .* --pages 10-40"),
        ("binary.txt", bytes(range(256)) * 64, "not text"),
        ("archive.docx", b"PK\x03\x04" + bytes(64), "save it as PDF, HTML or plain text"),
        ("old.doc", b"\xd0\xcf\x11\xe0" + bytes(64), "old Word or Excel"),
        ("packed.txt", b"\x1f\x8b\x08" + bytes(64), "compressed"),
        ("counts.csv", "Country,Count\nSpain,12\n", "exposure import"),
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b"  \n\n  ", "holds no text"),
        ("page.html", "<html><body><nav>Home</nav></body></html>", "holds no text"),
    ],
)
def test_what_cannot_be_read_says_what_now(tmp_path, name, content, told):
    with pytest.raises(ex.DataError, match=told) as caught:
        read(tmp_path, name, content)
    assert caught.value.file == name


def test_a_page_of_50_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.html"
    with path.open("wb") as handle:
        handle.write(b"<html><body><p>")
        handle.truncate(50 * 2**20)
    with pytest.raises(ex.DataError, match="has 50 MB, more than the 16 MB"):
        ex.extract(path)


def test_entities_of_a_page_are_not_expanded(tmp_path):
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "12 servers">{levels}]><html><body><p>&a9; '
        f"{ARTICLE}</p></body></html>"
    )
    draft = read(tmp_path, "bomb.html", bomb)
    assert draft["figure"].tolist() == ["412", "31", "61"]
    assert draft["sentence"].str.len().max() < 300


def test_a_file_is_read_as_what_it_is_and_not_as_what_it_is_called(tmp_path):
    draft = read(tmp_path, "article.pdf", f"<html><body><p>{ARTICLE}</p></body></html>")
    assert draft["figure"].tolist() == ["412", "31", "61"]
    assert draft.attrs["notes"] == ["article.pdf is named like pdf, but is html; it was read as html"]
    assert read(tmp_path, "article.txt", pdf([["Report", ARTICLE]]))["locator"].tolist() == ["page 1, paragraph 1"] * 3


def test_pages_of_a_long_document_can_be_chosen(tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf([[f"Page {n}", ARTICLE.replace("412", str(1000 + n))] for n in range(600)]))
    draft = ex.extract(path, pages="3-4")
    assert draft["figure"].tolist()[0] == "1002"
    assert "1003" in draft["figure"].tolist() and "1004" not in draft["figure"].tolist()
    for wrong in ("0", "9-3", "601", "x"):
        with pytest.raises(ex.DataError, match="names no pages of it: it has 600"):
            ex.extract(path, pages=wrong)


@pytest.mark.parametrize("times", [1, 2])
def test_a_pdf_that_unpacks_to_what_fills_the_memory_is_refused(tmp_path, monkeypatch, times):
    monkeypatch.setattr(reader_of_pdf, "_MOST_UNPACKED", 3_000_000)
    for size, refused in ((4_000_000, True), (2_000_000 // times, False)):
        packed = b" " * size
        for _ in range(times):
            packed = zlib.compress(packed)
        content = pdf([[ARTICLE]]) + b"\n9 0 obj\n<<>>\nstream\n" + packed + b"\nendstream\nendobj\n"
        if refused:
            with pytest.raises(ex.DataError, match="a part that unpacks to more than 3 MB"):
                read(tmp_path, "packed.pdf", content)
        else:
            assert "412" in read(tmp_path, "packed.pdf", content)["figure"].tolist()


def test_a_pdf_whose_pages_take_too_long_says_how_far_it_was_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reader_of_pdf, "_MOST_SECONDS", -1)
    with pytest.raises(ex.DataError, match="0 of 2 pages were read"):
        read(tmp_path, "slow.pdf", pdf([[ARTICLE], [ARTICLE]]))


def test_a_drawing_of_very_many_lines_is_no_ruled_table(tmp_path, monkeypatch):
    monkeypatch.setattr(reader_of_pdf, "_MOST_RULES", 5)
    drawn = ruled([["Country", "Servers"], ["Brazil", "61"], ["Mexico", "20"]], (60, 180))
    assert not any("table" in one for one in read(tmp_path, "drawing.pdf", drawn)["locator"])


def test_an_article_without_a_figure_gives_none_and_no_draft_is_written(tmp_path):
    text = "Patients should ask their doctors how images are kept. On 3 May 2026 the ministry will answer."
    draft = ex.extract(text, "en")
    assert draft.empty and list(draft.columns) == list(extract.COLUMNS)
    from analysis.intake.draft_writing import draft_report

    with pytest.raises(ex.DataError, match="no figure was found"):
        draft_report(text, tmp_path / "nothing-2026-05", "en")
    assert not list(tmp_path.iterdir())


def test_a_sentence_with_an_identifier_is_not_kept_and_its_place_is_told_without_it():
    draft = ex.extract(f"{ARTICLE}\n\nThe 14 servers at 192.0.2.17 held 3 million images. Spain had 12 servers.", "en")
    assert draft["figure"].tolist() == ["412", "31", "61", "12"]
    assert draft.attrs["not_kept"] == [{"rule": "network address", "locator": "paragraph 2"}]
    assert "192.0.2" not in draft.to_csv() + str(draft.attrs)


@pytest.mark.parametrize("told", ["192.0.2.17", "Patient: Jane Doe", "DOE^JANE"])
@pytest.mark.parametrize("shape", ["<title>Servers of {}</title>", "<h1>{}</h1>", "{}\n\n"])
def test_a_title_that_identifies_is_not_kept(shape, told):
    body = "In Chile 590 servers were found. In Peru 52 servers were found."
    title = shape.format(told)
    html = (
        f"<html><head>{title}</head><body><p>{body}</p></body></html>" if "<title" in shape else f"{title}<p>{body}</p>"
    )
    draft = ex.extract(html if "<" in shape else title + body, "en")
    assert draft["figure"].tolist() == ["590", "52"] and draft.attrs["document"]["title"] == ""
    assert told not in draft.to_csv() + str(draft.attrs)
    assert "the report's title" in [one["locator"] for one in draft.attrs["not_kept"]]


def test_a_file_named_after_a_system_is_not_named_in_its_draft(tmp_path):
    file = tmp_path / "192.0.2.17.txt"
    file.write_text("In Chile 590 servers were found.", "utf-8")
    _, written = draft_report(file, tmp_path / "aggregate" / "a-draft")
    assert not any("192.0.2" in path.read_text("utf-8") for path in written)


def test_a_cell_of_a_table_that_counts_nothing_and_identifies_is_not_kept():
    rows = "<tr><td>Chile<td>590<tr><td>Peru 192.0.2.17<td>52<tr><td>Spain<td>7"
    draft = ex.extract(f"<p>Servers.</p><table><tr><th>Country<th>open servers{rows}</table>", "en")
    assert draft["place"].tolist() == ["Chile", "Spain"]
    assert "192.0.2" not in draft.to_csv() + str(draft.attrs) and len(draft.attrs["not_kept"]) == 1


def test_the_publication_s_own_links_and_addresses_are_left_out_silently():
    text = (
        f"{ARTICLE} See https://www.example.org/report/2026 for details.\n\nPress contact: Jo Doe, "
        "press@example.org, +49 541 555 0100\n\n"
        "Write to info@example.org. Mexico had 20 servers ([list](https://example.org/list))."
    )
    draft = ex.extract(text, "en")
    assert draft["figure"].tolist() == ["412", "31", "61", "20"]
    assert draft.attrs["not_kept"] == []
    assert "example.org" not in draft.to_csv()


@pytest.mark.parametrize(
    "content",
    [
        "| Host | Country |\n| --- | --- |\n| a | Spain |\n| b | Chile |\n",
        "| Server | Country |\n| --- | --- |\n| 192.0.2.1 | Spain |\n| 192.0.2.2 | Chile |\n",
        "Found servers:\n\n" + "\n".join(f"192.0.2.{n} Spain 104/tcp" for n in range(1, 9)),
        "<html><body><table><tr><th>System</th><th>Place</th></tr><tr><td>pacs1.clinic.example</td><td>Spain</td></tr>"
        "<tr><td>pacs2.clinic.example</td><td>Chile</td></tr></table></body></html>",
    ],
)
def test_a_list_of_hosts_is_refused_whole(tmp_path, content):
    with pytest.raises(ex.IdentifierError, match="nothing of this report was kept") as caught:
        read(tmp_path, "report.txt", f"{ARTICLE}\n\n{content}" if content.startswith("|") else content)
    assert "192.0.2" not in str(caught.value) and "clinic" not in str(caught.value)


def test_paragraphs_in_another_language_are_read_in_it():
    text = (
        "The surveyor says that 590 servers in 52 countries were open to anyone who knew where to look for them.\n\n"
        "Nach Angaben der Behörde waren in Deutschland sechs ungeschützte Systeme mit mehr als 15.000 "
        "Datensätzen von Patienten betroffen."
    )
    draft = ex.extract(text)
    read_so = {row.figure: (row.lang, row.place, row.value) for row in draft.itertuples()}
    assert read_so["590"] == ("en", "World", 590)
    assert read_so["mehr als 15.000"] == ("de", "Deutschland", 15000)


def test_a_language_that_cannot_be_read_is_said():
    with pytest.raises(ex.DataError, match="'fi' cannot be read; those that can are en, es, de, fr"):
        ex.extract(ARTICLE, "fi")


def test_a_ruled_table_of_a_pdf_is_read_with_the_unit_of_its_header(tmp_path):
    rows = [["Country", "Servers", "Images (in 1,000)"], ["Brazil", "61", "9,000"], ["Mexico", "20", "310"]]
    draft = read(tmp_path, "table.pdf", ruled(rows, (60, 180, 300)))
    assert draft[["place", "measure", "value", "low", "high"]].values.tolist() == [
        ["Brazil", "servers_exposed", 61, 61, 61],
        ["Brazil", "images", 9_000_000, 8_500_000, 9_500_000],
        ["Mexico", "servers_exposed", 20, 20, 20],
        ["Mexico", "images", 310_000, 309_500, 310_500],
    ]
    assert draft["locator"].tolist()[1] == "page 1, table 1, row 1, column 3 (Images (in 1,000))"


def test_menus_adverts_and_other_articles_are_left_out(tmp_path):
    filler = (
        "The servers answer anyone who asks, and nobody had noticed for a long time, the researchers say in "
        "their report. " * 4
    )
    page = f"""<html><head><title>Open archives</title></head><body><nav><ul><li>60 servers on sale</li></ul></nav>
      <article><h1>Open archives</h1><p>{ARTICLE} {filler}</p><p>{filler}</p></article>
      <aside><h2>Most read</h2><ul><li><a href="/x">9 million images of cats</a></li></ul></aside>\
<footer>1,000 servers in our cloud</footer></body></html>"""
    assert read(tmp_path, "page.html", page)["figure"].tolist() == ["412", "31", "61"]


def test_bounds_are_what_a_report_needs():
    assert documents.LARGEST_TEXT == 16 * 2**20
    assert MOST_PAGES == 500


@pytest.mark.parametrize(
    "endless",
    [" " * 50_000, "1" * 50_000, "1.2.3.4.5" * 5_000, "(" * 20_000, "*a " * 20_000, "http://" + "a." * 20_000],
)
def test_an_endless_run_of_signs_hides_no_figure_and_holds_nothing_up(endless):
    draft = ex.extract(f"{endless}\n\n{ARTICLE}", "en")
    assert draft["figure"].tolist() == ["412", "31", "61"]
