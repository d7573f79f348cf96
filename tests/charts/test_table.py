"""Tables: plain HTML in which every cell stays text."""

import json
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

import analysis as ex


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "place": ["</td><script>x</script>", "{{ y }}"],
            "value": [1234.0, float("nan")],
            "share": [0.5638, 0.1],
            "year": [2019, 2020],
        }
    )


def test_every_cell_stays_text(frame):
    html = ex.table(frame, title="<b>", note="a & b", name="n")._repr_html_()
    assert "<script>" not in html
    root = ElementTree.fromstring(html)
    assert "".join(root.find(".//caption").itertext()) == "<b>"
    assert [cell.text for cell in root.findall(".//tbody/tr/th")] == frame["place"].tolist()
    assert "".join(root.find(".//tfoot//td").itertext()) == "a & b"


def test_numbers_are_written_in_the_language(frame):
    cells = [
        cell.text
        for cell in ElementTree.fromstring(ex.table(frame, lang="de")._repr_html_()).findall(".//tbody/tr[1]/td")
    ]
    assert cells == ["1.234", "56,4\xa0%", "2019"]
    empty = ElementTree.fromstring(ex.table(frame)._repr_html_()).find(".//tbody/tr[2]/td")
    assert empty.text == "–"


def test_a_measure_is_shown_by_its_label_and_kept_by_its_id():
    table = ex.table(pd.DataFrame({"place": ["World"], "measure": ["servers_exposed"]}), lang="es")
    assert (
        ElementTree.fromstring(table._repr_html_()).find(".//tbody/tr/td").text
        == ex.measures().at["servers_exposed", "label_es"]
    )
    assert table.data["measure"].tolist() == ["servers_exposed"]


def test_columns_are_chosen_named_and_ordered(frame):
    table = ex.table(frame, columns={"year": "Year", "place": "Place"})
    assert [head.text for head in ElementTree.fromstring(table._repr_html_()).findall(".//thead//th")] == [
        "Year",
        "Place",
    ]
    with pytest.raises(ex.DataError, match="no column 'rank'"):
        ex.table(frame, columns={"rank": "Rank"})
    for names in (["place", "year"], "place", [("place", "Place")], {"place": None}):
        with pytest.raises(ex.DataError, match=r"takes \{column: heading\}"):
            ex.table(frame, columns=names)


def test_long_tables_say_how_many_rows_they_have():
    table = ex.table(pd.DataFrame({"n": range(500)}))
    root = ElementTree.fromstring(table._repr_html_())
    assert len(root.findall(".//tbody/tr")) == 60
    assert "60 of 500 rows" in "".join(root.find(".//tfoot//td").itertext())


def test_showing_a_table_keeps_its_csv(frame, monkeypatch, tmp_path):
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    for _ in range(2):
        table = ex.table(frame, title="Servers by place")
        table._repr_mimebundle_()
        table._repr_mimebundle_()
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        "table-servers-by-place-2.csv",
        "table-servers-by-place.csv",
    ]
    assert json.loads((tmp_path / "table-servers-by-place.json").read_text())["rows"] == 2
    assert len(pd.read_csv(tmp_path / "table-servers-by-place.csv")) == 2


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    cells = ["=1+1", "+49", "+A1", "@sum", "plain"]
    ex.table(pd.DataFrame({"place": cells}), name="n").save(tmp_path)
    assert (tmp_path / "n.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "'=1+1",
        "+49",
        "'+A1",
        "'@sum",
        "plain",
    ]


class TestInANotebook:
    def shown(self, table):
        from lxml import html

        return html.fromstring(table._repr_mimebundle_()[0]["text/html"])

    @pytest.fixture
    def rated(self):
        return pd.DataFrame(
            {
                "place": ["</td><script>x</script>", "B & {{ y }}"],
                "value": [12.0, float("nan")],
                "low": [12.0, float("nan")],
                "high": [13.0, float("nan")],
                "rate": [0.566, 0.1],
                "rate_low": [0.488, 0.05],
                "rate_high": [0.654, 0.2],
                "level": 0.95,
                "source": "made-up",
            }
        )

    def test_an_interval_stands_under_one_head_with_its_number(self, rated):
        page = self.shown(
            ex.table(rated.drop(columns=["level", "source"]).assign(level=0.95), title="<b>", note="a & b", lang="de")
        )
        heads = page.xpath("//tr[contains(@class, 'gt_spanner_row')]/th[@scope='colgroup']")
        assert [(head.text_content().strip(), head.get("colspan")) for head in heads] == [("value", "3"), ("rate", "3")]
        below = [head.text.strip() for head in page.xpath("//tr[contains(@class, 'gt_col_headings')][last()]/th")]
        assert below == ["Wert", "von", "bis"] * 2
        feet = [foot.text_content().strip() for foot in page.xpath("//td[@class='gt_footnote']")]
        assert feet == ["1 Die Spanne, die sich allein aus der Rundung ergibt.", "2 95\xa0%-Konfidenzintervall."]
        assert page.xpath("//td[@class='gt_sourcenote']")[0].text_content() == "a & b"
        assert page.xpath("//td[contains(@class, 'gt_title')]")[0].text_content() == "<b>"

    def test_cells_are_written_in_the_language_and_stay_text(self, rated):
        page = self.shown(ex.table(rated.drop(columns="level"), lang="de"))
        cells = [[cell.text_content() for cell in row.xpath("./*")] for row in page.xpath("//tbody/tr")]
        assert cells[0] == ["</td><script>x</script>", "12", "12", "13", "0,566", "0,488", "0,654", "made-up"]
        assert cells[1] == ["B & {{ y }}", "–", "–", "–", "0,100", "0,050", "0,200", "made-up"]
        assert page.xpath("//script") == []

    def test_it_can_be_styled_further_and_is_the_same_each_time(self, rated):
        from great_tables import GT

        one, other = (ex.table(rated, name="n") for _ in range(2))
        assert isinstance(one.gt(), GT)
        assert one._repr_mimebundle_() == other._repr_mimebundle_()


def test_a_day_is_written_without_a_time():
    frame = pd.DataFrame({"day": pd.to_datetime(["2013-09-23", None]), "count": [1, 2]})
    html = ex.table(frame, name="days", title="Days")._repr_html_()
    assert "2013-09-23" in html and "00:00" not in html and "NaT" not in html
