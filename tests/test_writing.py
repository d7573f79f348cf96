"""What is written for spreadsheets holds no formula, and says how it was made safe."""

import csv
import io
import json
import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.writing import table_text, write_table

#  As OWASP lists what begins a formula (CSV Injection): =, +, -, @, tab, carriage return, line feed, and wide forms of
# the signs.
BEGINNINGS = "=+-@\t\r\n＝＋－＠"
TEXTS = st.one_of(st.text(max_size=20), st.tuples(st.sampled_from(BEGINNINGS), st.text(max_size=20)).map("".join))


def would_run(text: str) -> bool:
    return text[:1] in tuple(BEGINNINGS) and not re.fullmatch(r"[+-][0-9][0-9.,]*", text)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(name=TEXTS.filter(bool), cells=st.lists(TEXTS, min_size=1, max_size=4))
@example(name="=HYPERLINK(0)", cells=["=cmd|' /C calc'!A0", "@SUM(1+1)*2", "-2+3", "+49", "\t=1", "＝1+1"])
def test_no_cell_and_no_name_of_a_csv_runs(name, cells):
    frame = pd.DataFrame({name: cells})
    read = list(csv.reader(io.StringIO(table_text(frame, "csv"), newline="")))
    for text, written in zip([name, *cells], [row[0] if row else "" for row in read], strict=True):
        told = text.replace("\r\n", "\n").replace("\r", "\n")
        assert not would_run(written)
        assert written in (told, f"'{told}")
        assert (written == told) is not would_run(told)


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "@x", "-2+3", "+A1", "\tx"])
def test_formulas_are_texts_in_other_forms(tmp_path, text):
    frame = pd.DataFrame({"note": [text], "value": [-3]})
    assert f"| '{text.strip()}" in table_text(frame, "md").replace("\t", "") and "| -3 |" in table_text(frame, "md")
    cell = load_workbook(write_table(frame, tmp_path / "t.xlsx"))["data"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert pd.read_parquet(write_table(frame, tmp_path / "t.parquet"))["note"].tolist() == [text]


@pytest.mark.parametrize("suffix", ["csv", "json", "md", "xlsx", "parquet"])
def test_days_are_written_as_days(tmp_path, suffix):
    frame = pd.DataFrame({"day": pd.to_datetime(["2019-09-17", None]), "count": [3, 4]})
    path = write_table(frame, tmp_path / f"days.{suffix}")
    if suffix == "parquet":
        assert pd.read_parquet(path)["day"].iloc[0] == pd.Timestamp("2019-09-17")
    elif suffix == "xlsx":
        assert str(pd.read_excel(path)["day"].iloc[0])[:10] == "2019-09-17"
    else:
        text = path.read_text("utf-8")
        assert "2019-09-17" in text and "00:00" not in text and "NaT" not in text
        if suffix == "json":
            assert [row["day"] for row in json.loads(text)["data"]] == ["2019-09-17", None]
