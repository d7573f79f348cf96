"""Tables: plain HTML in which every cell stays text."""

import json
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

import analysis as ex


@pytest.fixture
def frame():
    return pd.DataFrame({"place": ["</td><script>x</script>", "{{ y }}"], "value": [1234.0, float("nan")], "share": [0.5638, 0.1], "year": [2019, 2020]})


def test_every_cell_stays_text(frame):
    html = ex.table(frame, title="<b>", note="a & b", name="n")._repr_html_()
    assert "<script>" not in html
    root = ElementTree.fromstring(html)
    assert root.find(".//caption").text == "<b>"
    assert [cell.text for cell in root.findall(".//tbody/tr/th")] == frame["place"].tolist()
    assert root.find(".//tfoot//td").text == "a & b"


def test_numbers_are_written_in_the_language(frame):
    cells = [cell.text for cell in ElementTree.fromstring(ex.table(frame, lang="de")._repr_html_()).findall(".//tbody/tr[1]/td")]
    assert cells == ["1.234", "56,4\xa0%", "2019"]
    empty = ElementTree.fromstring(ex.table(frame)._repr_html_()).find(".//tbody/tr[2]/td")
    assert empty.text == "–"


def test_a_measure_is_shown_by_its_label_and_kept_by_its_id():
    table = ex.table(pd.DataFrame({"place": ["World"], "measure": ["servers_exposed"]}), lang="es")
    assert ElementTree.fromstring(table._repr_html_()).find(".//tbody/tr/td").text == ex.measures().at["servers_exposed", "label_es"]
    assert table.data["measure"].tolist() == ["servers_exposed"]


def test_columns_are_chosen_named_and_ordered(frame):
    table = ex.table(frame, columns={"year": "Year", "place": "Place"})
    assert [head.text for head in ElementTree.fromstring(table._repr_html_()).findall(".//thead//th")] == ["Year", "Place"]
    with pytest.raises(ex.DataError, match="no column 'rank'"):
        ex.table(frame, columns={"rank": "Rank"})


def test_long_tables_say_how_many_rows_they_have():
    table = ex.table(pd.DataFrame({"n": range(500)}))
    root = ElementTree.fromstring(table._repr_html_())
    assert len(root.findall(".//tbody/tr")) == 60
    assert "60 of 500 rows" in root.find(".//tfoot//td").text


def test_showing_a_table_keeps_its_csv(frame, monkeypatch, tmp_path):
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    for _ in range(2):
        table = ex.table(frame, title="Servers by place")
        table._repr_mimebundle_()
        table._repr_mimebundle_()
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["table-servers-by-place-2.csv", "table-servers-by-place.csv"]
    assert json.loads((tmp_path / "table-servers-by-place.json").read_text())["rows"] == 2
    assert len(pd.read_csv(tmp_path / "table-servers-by-place.csv")) == 2


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    cells = ["=1+1", "+49", "+A1", "@sum", "plain"]
    ex.table(pd.DataFrame({"place": cells}), name="n").save(tmp_path)
    assert (tmp_path / "n.csv").read_text(encoding="utf-8").splitlines()[1:] == ["'=1+1", "+49", "'+A1", "'@sum", "plain"]
