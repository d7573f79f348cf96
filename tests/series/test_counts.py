"""A table of counts is refused whole at its first wrong row, which is named by its line."""

import gzip
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as ex
from analysis.series import counts
from analysis.series.counts import Table
from analysis.series.days import days_of
from analysis.series.row_faults import row_fault

from .conftest import HEADER

ROW = "2024-05-01,Germany,DEU,open_dicom,40,38,42,monitor-a\n"


@pytest.fixture
def file(tmp_path):
    def write(text, header=HEADER):
        path = tmp_path / "counts.csv"
        path.write_text(header + text, encoding="utf-8")
        return path

    return write


def read(path, grain="day"):
    return Table(path, grain).arrow().to_pylist()


def test_the_rows_are_read_as_they_stand(file):
    (row,) = read(file(ROW))
    assert [row[name] for name in ("place", "iso3", "measure", "count", "low", "high", "source")] == [
        "Germany",
        "DEU",
        "open_dicom",
        40,
        38,
        42,
        "monitor-a",
    ]
    assert row["day"].isoformat() == row["vintage"].isoformat() == "2024-05-01"


# Each is the third line of a file whose other lines are right.
WRONG = {
    "2024-05-32,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "not a day of the calendar"),
    "2024-02-30,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "not a day of the calendar"),
    "01.05.2024,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "not a day of the calendar"),
    "2024-05-02T00:00:00,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "without a zone"),
    "2024-05-02 23:30,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "without a zone"),
    "2024-05-02T00:00:00Z,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "with a zone"),
    "1024-05-02,Germany,DEU,open_dicom,40,,,monitor-a": ("day", "correct the year"),
    ",Germany,DEU,open_dicom,40,,,monitor-a": ("day", "empty"),
    "2024-05-02,,DEU,open_dicom,40,,,monitor-a": ("place", "empty"),
    "2024-05-02,Germany,Germany,open_dicom,40,,,monitor-a": ("iso3", "DEU"),
    "2024-05-02,Germany,DEU,Open DICOM,40,,,monitor-a": ("measure", "open_dns"),
    "2024-05-02,Germany,DEU,open_dicom,,,,monitor-a": ("count", "empty"),
    "2024-05-02,Germany,DEU,open_dicom,-1,,,monitor-a": ("count", "whole number"),
    "2024-05-02,Germany,DEU,open_dicom,4.5,,,monitor-a": ("count", "whole number"),
    "2024-05-02,Germany,DEU,open_dicom,1e3,,,monitor-a": ("count", "whole number"),
    "2024-05-02,Germany,DEU,open_dicom,forty,,,monitor-a": ("count", "whole number"),
    "2024-05-02,Germany,DEU,open_dicom,40,41,,monitor-a": ("low", "outside"),
    "2024-05-02,Germany,DEU,open_dicom,40,,39,monitor-a": ("high", "outside"),
    "2024-05-02,Germany,DEU,open_dicom,40,,,": ("source", "empty"),
    "2024-05-02,Germany,FRA,open_dicom,40,,,monitor-a": ("iso3", "one place has one code"),
    "2024-05-02,Germany,DEU,open_dicom,40,,monitor-a": (None, "7 cells where the header has 8"),
    '2024-05-02,"Germ\nany",DEU,open_dicom,40,,,monitor-a': (None, "quotation mark"),
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_row_is_named(file, line):
    column, said = WRONG[line]
    with pytest.raises(ex.DataError, match=said) as fault:
        read(file(ROW + line + "\n" + ROW.replace("05-01", "05-03")))
    assert (fault.value.file, fault.value.line, fault.value.column) == ("counts.csv", 3, column)


@pytest.mark.parametrize(
    ("grain", "right", "wrong"), [("month", "2024-05-01", "2024-05-02"), ("week", "2024-05-06", "2024-05-07")]
)
def test_a_day_fits_the_grain(file, grain, right, wrong):
    assert len(read(file(ROW.replace("2024-05-01", right)), grain)) == 1
    with pytest.raises(ex.DataError, match="correct the day"):
        read(file(ROW.replace("2024-05-01", wrong)), grain)


@pytest.mark.parametrize(
    "header",
    [
        "day,place,measure,count,low,high,source\n",
        "day,day,place,iso3,measure,count,low,high,source\n",
        HEADER.replace("source", "source,remark"),
    ],
)
def test_the_columns_are_those_of_a_table_of_counts(file, header):
    with pytest.raises(ex.DataError, match="the column") as fault:
        read(file(ROW, header))
    assert fault.value.line == 1


def test_a_bad_row_among_many_is_named_by_its_line(file, monkeypatch):
    monkeypatch.setattr(counts, "BLOCK", 2**14)
    rows = [
        f"2024-05-{day:02d},Place {place},,open_dicom,{place + day},,,monitor-a\n"
        for day in range(1, 31)
        for place in range(500)
    ]
    for line in random.Random(3).sample(range(len(rows)), 5):
        spoilt = rows.copy()
        spoilt[line] = spoilt[line].replace(",open_dicom,", ",open_dicom,x")
        with pytest.raises(ex.DataError) as fault:
            read(file("".join(spoilt)))
        assert fault.value.line == line + 2


@pytest.mark.parametrize("cell", ["203.0.113.77", "pacs01.clinic.example", "a@clinic.example", "Doe^Jane"])
def test_identifiers_are_refused_wherever_they_stand(file, cell):
    with pytest.raises(ex.IdentifierError) as fault:
        read(file(ROW + ROW.replace("Germany", cell).replace("05-01", "05-02")))
    assert fault.value.line == 3 and cell not in str(fault.value)


@pytest.mark.parametrize("cell", ["203.0.113.77", "a@clinic.example"])
def test_no_message_repeats_an_identifier_in_a_cell_of_numbers(file, cell):
    with pytest.raises(ex.IdentifierError) as fault:
        read(file(ROW + ROW.replace(",40,", f",{cell},")))
    assert (fault.value.line, fault.value.column) == (3, "count") and cell not in str(fault.value)


def test_a_column_named_like_an_identifier_is_refused(file):
    with pytest.raises(ex.IdentifierError, match="network address"):
        read(file(ROW, HEADER.replace("place", "ip")))


def test_a_list_of_single_hosts_is_recognised_by_its_shape(file):
    hosts = "".join(f"2024-05-01,System {number},DEU,open_dicom,1,,,monitor-a\n" for number in range(3_000))
    with pytest.raises(ex.IdentifierError, match="single hosts"):
        read(file(hosts))
    small_places = "".join(
        f"2024-05-01,Place {number},DEU,open_dicom,{1 + number % 2},,,monitor-a\n" for number in range(3_000)
    )
    assert len(read(file(small_places))) == 3_000


def test_a_frame_is_read_like_a_file(file):
    frame = pd.read_csv(
        file(ROW + ROW.replace("05-01", "05-02").replace("DEU", "").replace("Germany", "Elsewhere")),
        keep_default_na=False,
        na_values={"low": [""]},
    )
    assert read(frame) == read(
        file(ROW + ROW.replace("05-01", "05-02").replace("DEU", "").replace("Germany", "Elsewhere"))
    )
    frame.loc[1, "count"] = -3
    with pytest.raises(ex.DataError, match="whole number"):
        read(frame)


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_bytes(gzip.compress((HEADER + ROW).encode()))
    with pytest.raises(ex.DataError):
        read(path)
    with pytest.raises(ex.DataError, match="cannot be read"):
        read(tmp_path / "nowhere.csv")


CELLS = st.fixed_dictionaries(
    {
        "day": st.sampled_from(["2024-05-01", "2024-02-30", "2024-05-01T00:00", "", "x"]),
        "place": st.sampled_from(["Germany", "Côte d’Ivoire", "", " x"]),
        "iso3": st.sampled_from(["", "DEU", "de"]),
        "measure": st.sampled_from(["open_dicom", "Open", ""]),
        "count": st.sampled_from(["0", "40", "-1", "4.5", "", "x", "99999999999999999999"]),
        "low": st.sampled_from(["", "38", "41", "x"]),
        "high": st.sampled_from(["", "42.5", "1", "NaN"]),
        "source": st.sampled_from(["monitor-a", "Monitor A", ""]),
    }
)


@given(cells=CELLS)
def test_arrays_and_single_rows_are_judged_alike(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("one") / "counts.csv"
    path.write_text(HEADER + ",".join(cells[name] for name in HEADER.strip().split(",")) + "\n", encoding="utf-8")
    fault = row_fault(cells)
    if fault is None:
        assert len(read(path)) == 1
    else:
        with pytest.raises(ex.DataError) as raised:
            read(path)
        assert raised.value.message == fault.message


def test_days_are_known_by_year_and_day_of_year():
    days = np.array(["1999-12-31", "2000-01-01", "2024-12-31"], dtype="datetime64[D]").astype(np.int32)
    year, day = days_of(days)
    assert (year.tolist(), day.tolist()) == ([1999, 2000, 2024], [364, 0, 365])
