"""Cells as readers know them: names, yes and no, a true minus, as many decimals down a column."""

import re
from pathlib import Path

import pandas as pd

import analysis as ex
from analysis.charts.table import written
from analysis.language.catalogue import catalogue


def cells(table, column: int) -> list[str]:
    rows = re.findall(r"<tr>(.*?)</tr>", table._repr_html_().split("<tbody>")[1].split("</tbody>")[0])
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)[column] for row in rows]


def test_surveys_and_sources_stand_by_their_names():
    table = ex.table(pd.DataFrame({"survey": ["greenbone-2019-09", "mine"], "source": ["01net-2019-09", None]}))
    assert cells(table, 0) == ["Greenbone Networks (September 2019)", "mine"]
    assert cells(table, 1) == ["01net", "–"]
    assert table.data["source"].tolist()[0] == "01net-2019-09"


def test_no_python_reaches_a_reader():
    assert [written(value, "any", "es") for value in (True, False)] == ["sí", "no"]
    assert written(["studies", "images"], "measure", "en") == "studies and images"
    assert [written(end, "low", "de") for end in (float("-inf"), float("inf"))] == ["−∞", "∞"]
    assert written({"b", "a"}, "any", "de") == "a und b"
    assert written(-3.5, "change", "en") == "\N{MINUS SIGN}3.5"


def test_every_word_that_is_translated_is_one_that_results_or_data_have():
    root = Path(ex.__file__).parents[2]
    data = [file for form in ("*.csv", "*.toml") for file in (root / "data").rglob(form)]
    said = "\n".join(file.read_text("utf-8") for file in [*Path(ex.__file__).parent.rglob("*.py"), *data])
    assert [word for words in catalogue("cells").values() for word in words if word not in said] == []


def test_shares_are_percentages_wherever_they_stand():
    frame = pd.DataFrame(
        {
            "share": [-0.123, 0.5],
            "level": 0.95,
            "change": [0.619, -0.1],
            "value": [0.2, 14.0],
            "measure": ["share_open", "images"],
        }
    )
    table = ex.table(frame)
    assert cells(table, 0) == ["\N{MINUS SIGN}12.3%", "50.0%"] and cells(table, 1) == ["95%", "95%"]
    assert cells(table, 2) == ["+61.9%", "\N{MINUS SIGN}10.0%"] and cells(table, 3) == ["20%", "14"]
    index = pd.DataFrame({"index": ["top_5", "gini"], "value": [0.906, 0.7]})
    assert cells(ex.table(index), 1) == ["90.6%", "0.700"]


def test_a_column_has_one_number_of_decimals_and_its_limits_too():
    frame = pd.DataFrame(
        {"rate": [0.5661, 0.0923], "rate_low": [0.4881, 0.05], "rate_high": [0.654, 0.155], "n": [3, 40]}
    )
    table = ex.table(frame)
    assert cells(table, 0) == ["0.566", "0.092"]
    assert cells(table, 1) == ["0.488", "0.050"] and cells(table, 2) == ["0.654", "0.155"]
    assert cells(table, 3) == ["3", "40"]
