"""The terminal: ``exposure series``, ``exposure import --series``."""

import json
from collections import namedtuple
from pathlib import Path

import pytest

from analysis.cli import main

from .conftest import HEADER

Told = namedtuple("Told", "stdout stderr")
ROW = "2024-05-01,Germany,DEU,open_dicom,40,38,42,monitor-a\n"


@pytest.fixture
def run(capfd, monkeypatch):
    """A command as the program runs it, in this process: starting another one takes most of a question's time."""

    def run(*arguments, status=0):
        monkeypatch.setattr("sys.argv", ["exposure", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        assert (ended.value.code or 0) == status, told.out + told.err
        assert "Traceback" not in told.err
        return Told(told.out, told.err)

    return run


def test_a_shipped_series_by_month_for_two_countries(run):
    done = run(
        "series",
        "cybergreen-open-services",
        "--measure",
        "open_dns",
        "--grain",
        "month",
        "--places",
        "DEU,FRA",
        "--since",
        "2016-05-01",
        "--until",
        "2016-06-30",
        "--format",
        "csv",
    )
    header, *rows = done.stdout.splitlines()
    assert header == "period,place,iso3,measure,source,count,low,high,days,expected,series,grain,absent,stretch"
    assert [row.split(",")[:2] for row in rows] == [
        ["2016-05-01", "France"],
        ["2016-05-01", "Germany"],
        ["2016-06-01", "France"],
        ["2016-06-01", "Germany"],
    ]
    assert rows[1].split(",")[5] == "1758900"
    assert "source: CyberGreen" in done.stderr and "break 2015-04 (open_dns)" in done.stderr


def test_the_list_and_the_other_questions(run):
    assert "us-breach-register" in run("series").stdout
    totals = json.loads(
        run(
            "series",
            "us-breach-register",
            "--show",
            "totals",
            "--grain",
            "year",
            "--measure",
            "breaches",
            "--format",
            "json",
        ).stdout
    )
    assert {row["period"]: row["count"] for row in totals}["2022-01-01"] == 720
    assert "reported breaches" in run("series", "us-breach-register", "--show", "measures").stdout
    assert (
        run(
            "series",
            "us-breach-register-vintages",
            "--show",
            "revisions",
            "--measure",
            "breaches_open",
            "--format",
            "csv",
        ).stdout.count("\n")
        > 10
    )


def test_a_table_written_to_a_file(run, tmp_path):
    run("series", "us-breach-register", "--measure", "breaches", "--grain", "year", "--out", tmp_path / "years.csv")
    assert (tmp_path / "years.csv").read_text("utf-8").count("\n") == 17


@pytest.mark.parametrize(
    "arguments",
    [
        ("us-breach-registre",),
        ("us-breach-register", "--measure", "x"),
        ("us-breach-register", "--grain", "week"),
        ("us-breach-register", "--engine", "oracle"),
    ],
)
def test_what_cannot_be_answered_is_one_line(run, arguments):
    assert run("series", *arguments, status=1).stderr.startswith("error: ")


def test_a_new_series_is_imported_described_and_asked(run, data, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text(HEADER + ROW + ROW.replace("05-01", "05-02"), encoding="utf-8")
    assert "--over-time" in run("import", file, "--format", "counts", "--series", "monitor-open-dicom", status=1).stderr
    done = run("import", file, "--format", "counts", "--series", "monitor-open-dicom", "--over-time", "mean")
    assert done.stdout == "import 1: 2 rows, 2 new, 0 known already, 0 corrections\n"
    assert "1 note(s)" in run("check", "monitor-open-dicom").stderr
    description = Path(data / "series" / "monitor-open-dicom" / "series.toml")
    description.write_text(
        description.read_text("utf-8").replace('status = "draft"', 'status = "published"'), encoding="utf-8"
    )
    assert "a text of the skeleton" in run("check", "monitor-open-dicom", status=1).stdout
    file.write_text(HEADER + ROW.replace(",40,", ",41,"), encoding="utf-8")
    assert (
        "41 here, 40 in the store"
        in run("import", file, "--format", "counts", "--series", "monitor-open-dicom", status=1).stderr
    )
    again = run(
        "import", file, "--format", "counts", "--series", "monitor-open-dicom", "--revise", "--vintage", "2024-06-01"
    )
    assert "1 corrections" in again.stdout
    assert (
        run("series", "monitor-open-dicom", "--grain", "month", "--format", "csv").stdout.splitlines()[1].split(",")[5]
        == "40.5"
    )


def test_a_survey_or_a_series_but_not_both(run, tmp_path):
    assert "--series" in run("import", tmp_path / "x.csv", "--format", "counts", status=2).stderr
