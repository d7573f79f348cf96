"""The bundle: five files that say where they come from, the same everywhere, with nothing from elsewhere."""

import hashlib
import io
import json
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import chart_frames as frames
import pandas as pd
import pytest

import analysis as ex
from analysis.charts import drawings_kept

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def chart():
    return ex.chart.map(frames.rated(), lang="es")


@pytest.fixture(scope="module")
def bundle(chart):
    return {name.rpartition(".")[2]: content for name, content in chart.files().items()}


def test_the_bundle_is_five_small_files(bundle, chart, tmp_path):
    assert set(bundle) == {"svg", "png", "pdf", "csv", "json"}
    assert len(bundle["svg"]) <= 500_000
    assert sum(map(len, bundle.values())) <= 1_200_000
    assert sorted(path.suffix for path in chart.save(tmp_path)) == [".csv", ".json", ".pdf", ".png", ".svg"]


def test_the_svg_has_title_description_and_text_as_text(bundle, chart):
    root = ElementTree.fromstring(bundle["svg"])
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text == chart.alt
    assert root.get("role") == "img"
    assert root.get("lang") == "es"
    texts = " ".join(text.text for text in root.iter(f"{SVG}text"))
    assert "Sin cifra publicada" in texts


def test_the_svg_loads_nothing_and_carries_its_font(bundle):
    svg = bundle["svg"].decode()
    without_names = re.sub(r'xmlns(:\w+)?="[^"]*"', "", svg)
    assert "http" not in without_names
    assert "<!DOCTYPE" not in svg
    fonts = re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", svg)
    assert [weight for weight, _ in fonts] == ["400", "700"]
    used = set(re.findall(r"font-family: ?'?([^',;\"]+)", svg)) | set(re.findall(r"font-family:'([^']+)'", svg))
    assert "Exposure Inter" in used


def test_every_character_is_in_the_font_of_the_svg():
    import base64

    from fontTools.ttLib import TTFont

    chart = ex.chart.ranking(frames.panel(), title="Łódź, Ōsaka – Iași")
    for weight, encoded in re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", chart.svg()):
        letters = TTFont(io.BytesIO(base64.b64decode(encoded))).getBestCmap()
        if weight == "700":
            assert {ord(letter) for letter in "ŁódźŌș–"} <= set(letters)


def test_two_charts_on_one_page_share_no_name():
    one, other = (ex.chart.map(frames.rated(), name=name).svg() for name in ("one", "two"))
    names = [re.findall(r' id="([^"]+)"', svg) for svg in (one, other)]
    assert len(set(names[0])) == len(names[0]) > 3
    assert not set(names[0]) & set(names[1])
    for svg, known in zip((one, other), names, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", svg)) <= {(name, "") for name in known} | {
            ("", name) for name in known
        }


def test_the_png_is_twice_the_size_and_says_what_it_shows(bundle, chart):
    from PIL import Image

    picture = Image.open(io.BytesIO(bundle["png"]))
    assert picture.size[0] == 1600
    assert picture.text["Title"] == chart.title
    assert picture.text["Description"] == chart.alt
    assert "Software" not in picture.text


def test_the_pdf_embeds_its_fonts_and_has_no_date(bundle):
    assert b"CreationDate" not in bundle["pdf"]
    assert b"/FontFile2" in bundle["pdf"]
    assert {b"Inter-Regular", b"Inter-SemiBold"} <= set(
        re.findall(rb"/FontName /(?:[A-Z]{6}\+)?([\w-]+)", bundle["pdf"])
    )


def test_the_pdf_is_tagged_with_the_alternative_text_and_its_language(bundle, chart):
    import ctypes

    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(bundle["pdf"])
    assert document.get_metadata_value("Title") == chart.title
    # The maker of the chart, and apart from it whose numbers it shows.
    assert document.get_metadata_value("Author") == "exposure-statistics"
    assert document.get_metadata_value("Keywords") == "; ".join(
        dict.fromkeys(source["publisher"] for source in chart.about["sources"])
    )
    assert raw.FPDFCatalog_IsTagged(document)
    page = document[0]
    tree = raw.FPDF_StructTree_GetForPage(page)
    root = raw.FPDF_StructTree_GetChildAtIndex(tree, 0)
    figure = raw.FPDF_StructElement_GetChildAtIndex(root, 0)

    def told(read):
        length = read(figure, None, 0)
        buffer = ctypes.create_string_buffer(length)
        read(figure, buffer, length)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    assert told(raw.FPDF_StructElement_GetType) == "Figure"
    assert told(raw.FPDF_StructElement_GetAltText) == chart.alt
    assert told(raw.FPDF_StructElement_GetLang) == "es"
    assert "Sin cifra publicada" in page.get_textpage().get_text_bounded()
    raw.FPDF_StructTree_Close(tree)


def test_the_csv_is_what_is_drawn_and_the_json_what_it_is(bundle, chart):
    drawn = pd.read_csv(io.BytesIO(bundle["csv"]))
    assert len(drawn) == len(frames.COUNTS)
    assert drawn["rate"].tolist() == pytest.approx(chart.data["rate"].tolist())
    told = json.loads(bundle["json"])
    assert told["title"] == chart.title
    assert told["licence"] == "CC-BY-4.0"
    assert told["measures"]["servers_exposed"]["definition"]
    assert told["intervals"] == {"method": ["exact Poisson"], "level": [0.95]}
    assert told["sources"][0]["id"] == "made-up-2019-report"


def test_the_same_bytes_whatever_the_surroundings(tmp_path):
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1])\n"
        "import analysis as ex, chart_frames as frames\n"
        "for kind in (lambda: ex.chart.map(frames.rated()), lambda: ex.chart.ranking(frames.panel(), lang='de')):\n"
        "    for name, content in kind().files().items(): print(name, hashlib.sha256(content).hexdigest())"
    )
    outcomes = set()
    for seed, zone, lang in (("1", "UTC", "C"), ("77", "Asia/Tokyo", "de_DE.UTF-8")):
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": lang, "SOURCE_DATE_EPOCH": seed}
        run = subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            capture_output=True,
            text=True,
            check=True,
            env=surroundings,
            cwd=tmp_path,
        )
        outcomes.add(run.stdout)
    assert len(outcomes) == 1
    here = ex.chart.map(frames.rated()).files()
    ex.chart.ranking(frames.panel())
    assert all(hashlib.sha256(content).hexdigest() in next(iter(outcomes)) for content in here.values())


def test_showing_a_chart_keeps_its_bundle_once(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    one, other = ex.chart.ranking(frames.panel()), ex.chart.ranking(frames.panel(), lang="fr")
    for chart in (one, one, other):
        data, metadata = chart._repr_mimebundle_()
        assert data["image/svg+xml"].startswith("<svg")
        assert chart.title in data["text/plain"]
        assert metadata["exposure"]["bundle"] == chart.name
    assert other.name == f"{one.name}-2"
    # Five files of each, and the archive of its drawings for pages; of the first, the picture for links.
    assert len(list(tmp_path.iterdir())) == 13
    kept = (tmp_path / f"{one.name}-drawings.zip").read_bytes()
    assert drawings_kept.unpacked(kept) == one.on_pages()
    assert struct.unpack(">II", (tmp_path / f"{one.name}.social.png").read_bytes()[16:24]) == (1200, 630)


def test_a_notebook_shows_the_chart_with_links_that_hold_the_files():
    import base64

    from lxml import html

    chart = ex.chart.ranking(frames.panel(), lang="de", title="<b>{{ x }}</b>")
    shown = chart._repr_mimebundle_()[0]["text/html"]
    assert (
        shown == ex.chart.ranking(frames.panel(), lang="de", title="<b>{{ x }}</b>")._repr_mimebundle_()[0]["text/html"]
    )
    page = html.fromstring(shown)
    assert page.xpath("//b") == []
    links = {link.get("download"): link for link in page.xpath("//a")}
    assert {link.text for link in links.values()} == {"Grafik herunterladen (SVG)", "Daten (CSV)"}
    for name, content in chart.files().items():
        if name in links:
            assert base64.b64decode(links[name].get("href").partition("base64,")[2]) == content
    assert page.xpath("//details/ul/li/text()") == chart.citations() == ["made-up-2019-report"]


def test_what_to_cite_is_the_sources_citation():
    rows = ex.preferred(ex.panel(["greenbone-2019-09"])).query("measure == 'studies'")
    chart = ex.chart.ranking(rows)
    assert chart.citations()[0] == ex.cite(chart.about["sources"][0]["id"])


def test_a_users_own_settings_of_matplotlib_stay():
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "path", "font.size": 31}):
        ex.chart.ranking(frames.panel()).files()
        assert mpl.rcParams["svg.fonttype"] == "path"
        assert mpl.rcParams["font.size"] == 31


def test_the_axes_are_there_to_add_to():
    chart = ex.chart.ranking(frames.panel())
    before = chart.svg()
    again = ex.chart.ranking(frames.panel())
    again.ax.axvline(50)
    assert again.svg() != before
