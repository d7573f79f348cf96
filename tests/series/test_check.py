"""Every fault of a series is found, by its place; the shipped ones have none."""

import pytest

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.series.check import check
from analysis.series.package import descriptor_path, descriptor_text

from .conftest import HEADER

ROWS = "2024-05-01,Germany,DEU,open_dicom,40,38,42,monitor-a\n2024-05-02,Germany,DEU,open_dicom,41,,,monitor-a\n"


def test_nothing_is_wrong_with_what_is_shipped():
    for folder in sorted((shipped_folder("data") / "series").glob("*/series.toml")):
        assert check(folder.parent).empty, folder


def test_the_committed_descriptor_is_current():
    assert descriptor_path().read_text("utf-8") == descriptor_text(), "run: python scripts/make_documents.py"


@pytest.fixture
def counts(series):
    text = (series / "series.toml").read_text("utf-8")
    (series / "series.toml").write_text(f'vintage = "2024-06-01"\n{text}', encoding="utf-8")

    def write(rows):
        (series / "counts.csv").write_text(HEADER + rows, encoding="utf-8")
        return check("synthetic")

    return write


def test_nothing_is_wrong_with_the_sample(counts):
    assert counts(ROWS).empty


def test_a_table_without_a_row_says_so(counts):
    counts("")
    with pytest.raises(ex.DataError, match="no counts yet"):
        ex.series.resample("synthetic", "month")


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2024-05-02", "2024-05-32", "day"),
        ("2024-05-02", "2024-02-30", "day"),
        ("2024-05-02", "2024-05-02T00:00:00", "day"),
        ("2024-05-02", "1924-05-02", "day"),
        ("2024-05-02", "2024-05-01", "day"),
        (",41,", ",-41,", "count"),
        (",41,", ",41.5,", "count"),
        (",41,,", ",41,45,", "low"),
        ("open_dicom,41", "open_smtp,41", "measure"),
        (",,,monitor-a", ",,,monitor-c", "source"),
        ("2024-05-02,Germany", "2024-05-02,203.0.113.77", "place"),
    ],
)
def test_a_fault_is_named_with_its_line(counts, old, new, column):
    found = counts(ROWS.replace(old, new))
    assert (3, column) in set(zip(found["line"], found["column"], strict=True))
    assert "203.0.113.77" not in found.to_string()


def test_a_series_says_what_it_counts(series):
    text = (series / "series.toml").read_text("utf-8")
    (series / "series.toml").write_text(
        text.replace('absent = "unknown"', 'absent = "missing"').replace('fr = "rapports"', 'fr = ""'), encoding="utf-8"
    )
    assert check("synthetic")[["line", "column"]].values.tolist() == [[4, "absent"], [32, "measure.reports"]]
