"""The template is not a page of the report; a copy of it is, and runs as it stands."""

import shutil

from analysis.datafolder import shipped_folder
from analysis.report import manifest
from analysis.report.build import build
from analysis.report.inputs import Material
from analysis.report.inputs import TEMPLATE, read_notebooks

TEMPLATES = sorted(shipped_folder("notebooks").glob(f"{TEMPLATE}*.ipynb"))


def test_the_template_is_no_page_of_the_report():
    assert [path.stem for path in TEMPLATES] == ["00_your_own_report"]
    shipped = read_notebooks(shipped_folder("notebooks"), templates=False)
    assert "01_what_was_found" in shipped and not [name for name in shipped if name.startswith(TEMPLATE)]


def test_a_copy_of_it_runs_as_it_stands(tmp_path):
    (tmp_path / "mine").mkdir()
    shutil.copy(TEMPLATES[0], tmp_path / "mine" / TEMPLATES[0].name)
    result = build(tmp_path / "site", Material(tmp_path / "mine"))
    assert result.pages[0].name == "00_your_own_report"
    assert manifest.verify(tmp_path / "site").empty
    page = (tmp_path / "site" / "00_your_own_report.html").read_text("utf-8")
    # 187 servers of the United States, as published in 2019, in a sentence that the template computes
    assert "Most were published for United States" in page and ">187</a>" in page
