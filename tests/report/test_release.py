"""A report for release: small counts of one's own surveys are missing from all that is built, and the log tells why."""

import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

import analysis as ex
from analysis.cli import app
from analysis.datafolder import shipped_folder
from analysis.report import manifest
from analysis.report.build import Work, build
from analysis.report.inputs import Material
from analysis.report.release import for_release
from analysis.report.surveys import write_explorer

TOML = """title = "Made up for a test"
surveyor = "nobody"
programme = "made-up"
status = "published"
primary = ["made-up-report"]
scan_from = "2026-01"
scan_to = "2026-01"
asset = "dicom"
encoded = "2026-02-01"
encoding = "made up"
[method]
engine = ""
ports = ""
exposed = ""
open = ""
honeypots = "not stated"
duplicates = "not stated"
unit = ""
[units]
servers = "servers_exposed"
"""
SOURCES = """source,tier,derived_from,published,seen,lang,publisher,title,url,note
made-up-report,primary,,2026-02,full,en,Nobody,Made up,,
"""
FIGURES = """source,place,measure,asset,figure,locator,note
made-up-report,World,servers_exposed,dicom,105,p. 1,
made-up-report,Austria,servers_exposed,dicom,1,p. 1,
made-up-report,Belgium,servers_exposed,dicom,30,p. 1,
made-up-report,Chile,servers_exposed,dicom,20,p. 1,
made-up-report,Denmark,servers_exposed,dicom,54,p. 1,
"""
CLAIMS = """source,claim,relation,place,measure,figure,other_place,other_measure,locator,quote_lang
made-up-report,one,more_than,Austria,servers_exposed,0,,,p. 2,en
made-up-report,two,more_than,Belgium,servers_exposed,20,,,p. 2,en
made-up-report,three,more_than,Belgium,servers_exposed,,Austria,servers_exposed,p. 2,en
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "own" / "aggregate" / "made-up-2026-01"
    folder.mkdir(parents=True)
    for name, text in {
        "survey.toml": TOML,
        "sources.csv": SOURCES,
        "figures.csv": FIGURES,
        "claims.csv": CLAIMS,
    }.items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / "own"))
    return folder


def published():
    rows = ex.panel(surveys=["made-up-2026-01"])
    return dict(zip(rows["place"], rows["value"], strict=True))


def test_a_small_count_is_withheld_with_what_betrays_it(own):
    with for_release(3) as log:
        # Austria's 1 would follow from 105 - 30 - 20 - 54; Chile is the cheapest that hides it: of the 21 left, either
        # may have 1 to 20, for zeros would have been printed.
        assert published() == {"World": 105, "Belgium": 30, "Denmark": 54}
        assert log[["place", "status", "low", "high"]].to_numpy().tolist() == [
            ["Austria", "primary", 1, 20],
            ["Chile", "secondary", 1, 20],
        ]
        assert log["reason"].tolist() == [
            "fewer than 3 contributors",
            "with the totals it would give away another cell",
        ]
        claims = ex.check_claims(surveys=["made-up-2026-01"])
        assert list(claims[claims["relation"] != "equals"]["place"]) == ["Belgium"]
        assert len(ex.panel()) > 500  # the shipped surveys are there as they were
    assert published()["Austria"] == 1
    assert (own / "figures.csv").read_text("utf-8") == FIGURES


def test_a_remainder_of_one_is_as_telling(own):
    (own / "figures.csv").write_text(
        FIGURES.replace("Austria,servers_exposed,dicom,1,", "Austria,servers_exposed,dicom,9,").replace(
            ",105,", ",114,"
        ),
        "utf-8",
    )
    with for_release(3) as log:  # 114 - 113: somewhere there is one server more
        assert log["place"].tolist() == ["Austria"] and log["status"].tolist() == ["secondary"]
        assert published() == {"World": 114, "Belgium": 30, "Chile": 20, "Denmark": 54}


def test_without_a_total_small_counts_go_alone_and_shares_stay(own):
    text = (
        FIGURES.replace("made-up-report,World,servers_exposed,dicom,105,p. 1,\n", "")
        + "made-up-report,Austria,share_open,dicom,36 %,p. 1,\n"
    )
    (own / "figures.csv").write_text(text, "utf-8")
    (own.parents[1] / "series" / "mine").mkdir(parents=True)
    with for_release(3) as log:
        assert log["place"].tolist() == ["Austria", ""] and log["survey"].tolist() == ["made-up-2026-01", "mine"]
        rows = ex.panel(surveys=["made-up-2026-01"])
        assert rows[rows["place"] == "Austria"]["measure"].tolist() == ["share_open"]


def test_only_what_is_sound_is_released_and_the_shipped_data_stay_as_they_are(own, monkeypatch):
    (own / "figures.csv").write_text(FIGURES + "made-up-report,Atlantis,servers_exposed,dicom,4,p. 1,\n", "utf-8")
    with pytest.raises(ex.DataError, match="Atlantis"), for_release(3):
        pass
    monkeypatch.delenv("EXPOSURE_DATA")
    before = ex.panel()
    with for_release(3) as log:
        assert log.empty
        pd.testing.assert_frame_equal(ex.panel(), before)


def test_the_command_writes_the_log_beside_the_report(own, tmp_path, monkeypatch):
    import nbformat

    # Alone, for a page of every shipped survey takes its time.
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(own.parents[1]))
    monkeypatch.delenv("EXPOSURE_DATA")
    shutil.copy(shipped_folder("data") / "aggregate" / "measures.toml", own.parent)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Servers\n\nAll that was published."),
        nbformat.v4.new_code_cell(
            "import analysis as ex\nex.table(ex.panel(surveys=['made-up-2026-01'])[['place', 'value']])"
        ),
    ]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "servers.ipynb")
    done = CliRunner().invoke(
        app,
        [
            "report",
            "--release",
            "--out",
            str(tmp_path / "site"),
            "--notebooks-only",
            str(tmp_path / "notebooks"),
            "--jobs",
            "1",
        ],
    )
    assert done.exit_code == 0, done.output
    assert "2 figure(s) of your own withheld" in done.output
    log = pd.read_csv(tmp_path / "site-withheld.csv")
    assert log["place"].tolist() == ["Austria", "Chile"]
    pages = "".join(
        path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.html") if path.name != "explorer.html"
    )
    assert "Belgium" in pages and "Made up for a test" in pages and "Chile, 20" not in pages
    table = (tmp_path / "site" / "surveys" / "made-up-2026-01.html").read_text("utf-8")
    assert "Denmark" in table and "Chile" not in table and "Austria" not in table
    assert "counts below 3 are withheld" in table
    told = manifest.read(tmp_path / "site")["parameters"]
    assert told == {"lang": "en", "withheld_below": 3, "data": "alone", "notebooks": "own"}
    # The sources at hand, withheld in the same way, give the same report; and it can be built again without.
    done = CliRunner().invoke(
        app, ["verify", str(tmp_path / "site"), "--rebuild", "--notebooks-only", str(tmp_path / "notebooks")]
    )
    assert done.exit_code == 0 and "the same report, byte for byte" in done.output
    result = build(tmp_path / "site", Material(tmp_path / "notebooks"), work=Work(jobs=1))
    assert {"other small counts are withheld"} <= set(result.pages[0].reasons)
    table = (tmp_path / "site" / "surveys" / "made-up-2026-01.html").read_text("utf-8")
    assert "Austria" in table and "withheld" not in table


def test_where_every_count_is_withheld_the_explorer_says_so_in_words(own, tmp_path, monkeypatch):
    kept = [line for line in FIGURES.splitlines() if "Austria" in line or line.startswith("source")]
    (own / "figures.csv").write_text("\n".join([*kept, kept[-1].replace("Austria", "Chile"), ""]), "utf-8")
    (own / "claims.csv").unlink()
    shutil.copy(shipped_folder("data") / "aggregate" / "measures.toml", own.parent)
    monkeypatch.setenv("EXPOSURE_DATA_ONLY", str(own.parents[1]))
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    said = {"en": "nothing to explore", "es": "nada que explorar", "de": "nichts zu erkunden", "fr": "rien à explorer"}
    with for_release(3) as log:
        assert len(log) == 2 and ex.panel().empty
        with pytest.raises(ex.DataError, match="no figure of a country"):
            ex.explorer()
        for lang, words in said.items():
            monkeypatch.setenv("EXPOSURE_LANG", lang)
            write_explorer()
            page = (tmp_path / "explorer.html").read_text("utf-8")
            assert f'<html lang="{lang}">' in page and words in page and 'href="index.html"' in page
            assert "<script" not in page and "Austria" not in page


def test_a_document_withholds_of_the_folder_that_is_named_and_says_so_to_the_build(own, tmp_path, monkeypatch):
    import nbformat

    from analysis.report import build as builds

    def seen(making, work):
        places = set(ex.panel(surveys=["made-up-2026-01"])["place"])
        raise LookupError(making.inputs.withheld_below, "Belgium" in places, "Austria" in places)

    shutil.copy(shipped_folder("data") / "aggregate" / "measures.toml", own.parent)
    monkeypatch.delenv("EXPOSURE_DATA")
    monkeypatch.setattr(builds._Making, "make_notebooks", seen)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "own.ipynb")
    with pytest.raises(LookupError) as told:
        ex.document(tmp_path / "own.ipynb", tmp_path / "own.docx", data=own.parents[1], withheld_below=3)
    # The build refuses a notebook of a release that reads other files, if it knows that it is one.
    assert told.value.args == (3, True, False)
    with pytest.raises(ex.DataError, match="title of a release says a number"):
        ex.document(tmp_path / "own.ipynb", tmp_path / "own.docx", title="Two in Austria", withheld_below=3)
    with pytest.raises(ex.IdentifierError):
        ex.document(tmp_path / "own.ipynb", tmp_path / "own.docx", title="As at 192.0.2.17")
