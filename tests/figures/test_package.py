"""The data package, and tables written with their metadata."""

import csv
import io
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

import analysis as ex
from analysis.figures.package import (
    descriptor,
    descriptor_path,
    descriptor_text,
    metadata,
    write_descriptor,
    write_table,
)
from analysis.writing import table_text

ROOT = Path(__file__).parents[2]


def valid(folder: Path) -> list[str]:
    """What frictionless, reading for itself, says against a package."""
    code = (
        "import json, sys, warnings; warnings.simplefilter('ignore'); from frictionless import Package\n"
        f"report = Package({str(folder / 'datapackage.json')!r}).validate()\n"
        "print(json.dumps([str(row) for row in report.flatten(['title', 'rowNumber', 'fieldName', 'note'])]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class TestDescriptor:
    def test_it_names_every_file(self, small_data):
        package = descriptor()
        assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
        assert [one["path"] for one in package["resources"]] == [
            "measures.toml",
            *(f"sample-2020-02/{name}" for name in ("survey.toml", "sources.csv", "figures.csv", "claims.csv")),
        ]
        names = [one["name"] for one in package["resources"]]
        assert len(set(names)) == len(names)

    def test_another_reader_finds_what_was_changed(self, small_data, edit):
        write_descriptor()
        edit("sources.csv", "secondary", "tertiary")
        said = " ".join(valid(small_data / "aggregate"))
        assert "'Constraint Error', 4, 'tier'" in said and "Hash" in said

    def test_the_committed_one_is_current(self):
        assert descriptor_path().read_text(encoding="utf-8") == descriptor_text(), (
            "run: python scripts/make_documents.py"
        )

    def test_the_committed_one_is_valid(self):
        assert valid(ROOT / "data" / "aggregate") == []


class TestWriteTable:
    @pytest.fixture
    def panel(self, small_data):
        return ex.panel()

    def test_metadata_say_what_a_reader_must_know(self, panel):
        told = metadata(panel)
        assert set(told["sources"]) == set(panel["source"]) and set(told["measures"]) == set(panel["measure"])
        assert told["sources"]["daily-2020-03"] == ex.cite("daily-2020-03")
        assert set(told["columns"]) == set(panel)

    def test_parquet(self, panel, tmp_path):
        from pyarrow import parquet

        path = write_table(panel, tmp_path / "panel.parquet")
        table = parquet.read_table(path)
        assert json.loads(table.schema.metadata[b"exposure"])["licence"].startswith("CC-BY-4.0")
        back = table.to_pandas()
        assert back["figure"].tolist() == panel["figure"].tolist() and back["value"].tolist() == panel["value"].tolist()

    def test_xlsx(self, panel, tmp_path):
        sheets = pd.read_excel(write_table(panel, tmp_path / "panel.xlsx"), sheet_name=None)
        assert list(sheets) == ["data", "metadata"]
        assert sheets["data"]["value"].tolist() == panel["value"].tolist()
        assert {"title", "licence", "sources"} <= set(sheets["metadata"]["key"])

    def test_json(self, panel, tmp_path):
        content = json.loads(write_table(panel, tmp_path / "panel.json").read_text(encoding="utf-8"))
        assert len(content["data"]) == len(panel)
        assert content["data"][7]["iso3"] is None and content["data"][0]["value"] == 590
        assert content["metadata"]["version"].startswith("exposure-statistics ")

    def test_csv_has_its_metadata_beside_it(self, panel, tmp_path):
        path = write_table(panel, tmp_path / "panel.csv")
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert [row["figure"] for row in rows] == panel["figure"].tolist()
        assert rows[0]["value"] == "590"
        assert json.loads((tmp_path / "panel.metadata.json").read_text(encoding="utf-8"))["sources"]

    def test_markdown(self, panel, tmp_path):
        text = write_table(panel[["place", "figure", "source"]], tmp_path / "panel.md").read_text(encoding="utf-8")
        assert text.startswith("| place | figure | source |\n| --- | --- | --- |\n| World | 590 |")
        assert "CC-BY-4.0" in text

    @pytest.mark.parametrize("suffix", ["csv", "json", "md", "xlsx", "parquet"])
    def test_the_same_bytes_each_time(self, panel, tmp_path, suffix):
        import time

        first = write_table(panel, tmp_path / f"one.{suffix}").read_bytes()
        if suffix == "xlsx":
            time.sleep(2.1)  # the clock of a ZIP archive has steps of two seconds
        assert write_table(panel, tmp_path / f"two.{suffix}").read_bytes() == first

    def test_identifiers_are_refused(self, panel, tmp_path):
        with pytest.raises(ex.IdentifierError):
            write_table(panel.assign(ip="x"), tmp_path / "panel.csv")
        assert not (tmp_path / "panel.csv").exists()

    @pytest.mark.parametrize("name", ["panel.xls", "panel", "panel.pickle"])
    def test_unknown_suffix(self, panel, tmp_path, name):
        with pytest.raises(ex.DataError, match="parquet"):
            write_table(panel, tmp_path / name)


class TestText:
    FRAME = pd.DataFrame(
        {
            "name": ["=1+1", "+40", "-x|y", "@a", None],
            "count": [1.0, 2.0, None, 4.0, 5.0],
            "share": [0.36, None, 1, 2, 3],
        }
    )

    def test_no_spreadsheet_runs_a_cell(self):
        rows = list(csv.reader(io.StringIO(table_text(self.FRAME, "csv"))))
        assert [row[0] for row in rows[1:]] == ["'=1+1", "+40", "'-x|y", "'@a", ""]
        assert [row[1] for row in rows[1:]] == ["1", "2", "", "4", "5"]

    def test_xlsx_holds_text_as_text(self, tmp_path):
        from openpyxl import load_workbook

        from analysis.writing import write_table as plain

        sheet = load_workbook(plain(self.FRAME, tmp_path / "t.xlsx"))["data"]
        assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
        assert sheet["B2"].value == 1 and sheet["B4"].value is None

    def test_json_keeps_what_is_there(self):
        assert json.loads(table_text(self.FRAME, "json"))[2] == {"name": "-x|y", "count": None, "share": 1.0}

    def test_markdown_escapes(self):
        assert r"| '-x\|y |  | 1 |" in table_text(self.FRAME, "md")

    def test_text_has_columns(self):
        lines = table_text(self.FRAME, "text").splitlines()
        assert lines[0].startswith("name ") and len(lines) == 6
        assert lines[1].index("1", 6) == lines[4].index("4", 6)

    def test_an_index_with_a_name_is_a_column(self):
        frame = pd.DataFrame({"b": [1]}, index=pd.Index(["x"], name="a"))
        assert table_text(frame, "csv") == "a,b\nx,1\n"

    def test_unknown_form(self):
        with pytest.raises(ex.DataError, match="csv"):
            table_text(self.FRAME, "html")


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table_text(pd.DataFrame({"a": []}), "text")
        table_text(pd.DataFrame({"a": [None]}), "md")
