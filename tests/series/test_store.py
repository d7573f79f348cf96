"""The store holds what was imported: all of it or nothing, once, with what was known when."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import analysis as ex
from analysis.series.check import check
from analysis.series.importing import import_counts
from analysis.series.store import MANIFEST, Store

from .conftest import HEADER


def row(
    day="2024-05-01", count=40, place="Germany", iso3="DEU", measure="open_dicom", source="monitor-a", low="", high=""
):
    return f"{day},{place},{iso3},{measure},{count},{low},{high},{source}\n"


@pytest.fixture
def csv(tmp_path, series):
    def write(*rows, header=HEADER):
        path = tmp_path / "new.csv"
        path.write_text(header + "".join(rows), encoding="utf-8")
        return path

    return write


def contents(series):
    """Every file of a store, but its lock."""
    return {
        path.relative_to(series).as_posix(): path.read_bytes()
        for path in series.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_what_was_imported_is_read_again(csv):
    done = import_counts(
        csv(
            row("2024-05-02", 41),
            row("2024-05-01", 40, low=38, high=42),
            row("2023-12-31", 7, "France", "FRA", source="monitor-b"),
        ),
        "synthetic",
    )
    assert (done.number, done.rows, done.added, done.same, done.revised) == (1, 3, 3, 0, 0)
    counts = ex.series("synthetic")
    assert counts["count"].tolist() == [7, 40, 41] and counts["source"].tolist() == [
        "monitor-b",
        "monitor-a",
        "monitor-a",
    ]
    assert counts.loc[1, ["low", "high"]].tolist() == [38, 42] and counts["low"].isna().tolist() == [True, False, True]
    assert check("synthetic").empty


def test_files_are_partitioned_by_monitor_and_year_and_listed_with_their_schema(csv, series):
    import_counts(csv(row("2023-12-31"), row("2024-01-01"), row("2024-01-01", source="monitor-b")), "synthetic")
    package = json.loads((series / MANIFEST).read_text("utf-8"))
    folders = [Path(one["path"]).parent.as_posix() for one in package["resources"]]
    assert folders == ["source=monitor-a/year=2023", "source=monitor-a/year=2024", "source=monitor-b/year=2024"]
    schema = json.loads((series / package["resources"][0]["schema"]).read_text("utf-8"))
    assert [field["name"] for field in schema["fields"]] == [
        "day",
        "place",
        "iso3",
        "measure",
        "count",
        "low",
        "high",
        "source",
        "vintage",
    ]


def test_the_same_table_gives_the_same_bytes_whatever_the_order_of_its_rows(csv, series):
    rows = [row(f"2024-05-{day:02d}", day, place) for day in range(1, 20) for place in ("Germany", "Deutschland")]
    import_counts(csv(*rows), "synthetic")
    first = contents(series)
    shutil.rmtree(series / "source=monitor-a")
    (series / MANIFEST).unlink()
    import_counts(csv(*reversed(rows)), "synthetic")
    assert contents(series) == first


def test_a_day_imported_twice_is_counted_once(csv, series):
    import_counts(csv(row("2024-05-01"), row("2024-05-02", 41)), "synthetic")
    before = contents(series)
    again = import_counts(csv(row("2024-05-02", 41)), "synthetic")
    assert (again.added, again.same) == (0, 1) and contents(series) == before
    more = import_counts(csv(row("2024-05-02", 41), row("2024-05-03", 42)), "synthetic")
    assert (more.number, more.added, more.same) == (2, 1, 1)
    assert ex.series("synthetic")["count"].tolist() == [40, 41, 42]


def test_another_number_for_a_day_is_refused_with_both(csv, series):
    import_counts(csv(row("2024-05-01"), row("2024-05-02", 41)), "synthetic")
    before = contents(series)
    with pytest.raises(ex.DataError, match="45 here, 41 in the store") as fault:
        import_counts(csv(row("2024-05-03", 1), row("2024-05-02", 45)), "synthetic")
    assert fault.value.line == 3 and fault.value.values == (45, 41)
    assert contents(series) == before


def test_a_late_correction_is_kept_beside_what_it_corrects(csv):
    import_counts(csv(row("2024-05-01"), row("2024-05-02", 41)), "synthetic")
    with pytest.raises(ex.DataError, match="give the later day"):
        import_counts(csv(row("2024-05-02", 45)), "synthetic", revise=True)
    done = import_counts(csv(row("2024-05-02", 45)), "synthetic", vintage="2024-06-01", revise=True)
    assert (done.added, done.revised) == (1, 1)
    assert ex.series("synthetic")["count"].tolist() == [40, 45]
    assert ex.series("synthetic", as_of="2024-05-31")["count"].tolist() == [40, 41]
    (revision,) = ex.series.revisions("synthetic")[["first_count", "last_count", "vintages"]].values.tolist()
    assert revision == [41, 45, 2]
    # What was there before, and what is there now, are both known already.
    assert import_counts(csv(row("2024-05-02", 41)), "synthetic").same == 1
    assert import_counts(csv(row("2024-05-02", 45)), "synthetic", vintage="2024-06-01").same == 1


def test_a_table_may_bring_its_own_readings(csv):
    header = HEADER.replace("source", "source,vintage")
    readings = [
        row(count=count).replace("\n", f",{vintage}\n") for count, vintage in ((40, "2024-05-02"), (45, "2024-06-01"))
    ]
    import_counts(csv(*readings, header=header), "synthetic")
    assert ex.series("synthetic")["count"].tolist() == [45]
    assert ex.series("synthetic", as_of="2024-05-10")["count"].tolist() == [40]


@pytest.mark.parametrize("other", [40, 41])
def test_a_key_that_stands_twice_is_refused_with_both_lines(csv, series, other):
    with pytest.raises(ex.DataError, match="twice on line 2 and on line 4") as fault:
        import_counts(csv(row("2024-05-01"), row("2024-05-02"), row("2024-05-01", other)), "synthetic")
    assert fault.value.values == (40, other)
    assert set(contents(series)) == {"series.toml"}


def test_a_key_that_stands_twice_is_seen_among_too_many_places_to_track(csv, monkeypatch):
    monkeypatch.setattr("analysis.series.keys._BUDGET", 10_000)
    rows = [row(place=f"Place {number}", iso3="") for number in range(100)]
    assert import_counts(csv(*rows), "synthetic").added == 100
    with pytest.raises(ex.DataError, match="twice on line 9 and on line 102"):
        import_counts(csv(*rows, rows[7]), "synthetic")


@pytest.mark.parametrize("bad", ["2024-05-32", "2024-05-03T00:00"])
def test_nothing_is_imported_of_a_table_with_one_bad_row(csv, series, bad, monkeypatch):
    monkeypatch.setattr("analysis.series.counts.BLOCK", 2**14)
    rows = [
        row(f"2024-{month:02d}-{day:02d}", place=f"Place {place}", iso3="")
        for month in range(1, 13)
        for day in range(1, 29)
        for place in range(20)
    ]
    rows[6000] = rows[6000].replace(rows[6000][:10], bad)
    with pytest.raises(ex.DataError) as fault:
        import_counts(csv(*rows), "synthetic")
    assert fault.value.line == 6002 and set(contents(series)) == {"series.toml"}


def test_rows_of_single_hosts_are_never_written(csv, series, monkeypatch):
    written = []
    monkeypatch.setattr("analysis.series.partitions._Open.write", lambda self, columns: written.append(columns))
    with pytest.raises(ex.IdentifierError):
        import_counts(csv(*(row(place=f"System {number}", count=1) for number in range(5_000))), "synthetic")
    with pytest.raises(ex.IdentifierError):
        import_counts(csv(row(), row("2024-05-02", place="203.0.113.77")), "synthetic")
    assert not written and set(contents(series)) == {"series.toml"}


def test_more_monitors_than_files_may_be_open(csv, monkeypatch):
    monkeypatch.setattr("analysis.series.partitions._OPEN", 2)
    monkeypatch.setattr("analysis.series.partitions._HELD", 8)
    rows = [row(f"{year}-05-{day:02d}", 10 * day + year) for day in range(1, 20) for year in range(2015, 2022)]
    import_counts(csv(*rows), "synthetic")
    assert ex.series("synthetic")["count"].sum() == sum(
        10 * day + year for day in range(1, 20) for year in range(2015, 2022)
    )


def test_a_second_import_waits_or_is_refused(csv, series):
    with (series / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(ex.DataError, match="another import"):
            import_counts(csv(row()), "synthetic")
        asked = f"import_counts({str(csv(row()))!r}, 'synthetic', wait=60)"
        code = f"from analysis.series.importing import import_counts; print({asked}.added)"
        waiting = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.5)
    assert waiting.communicate(timeout=60)[0].strip() == "1"


@pytest.mark.parametrize(
    "moment",
    [
        "analysis.series.partitions.Writer.close",
        "analysis.series.importing._to_disk",
        "analysis.series.importing.write_bytes",
    ],
)
def test_an_import_that_is_killed_leaves_the_store_as_it_was(csv, series, moment):
    import_counts(csv(row()), "synthetic")
    module, _, name = moment.rpartition(".")
    target = "analysis.series.partitions" if "Writer" in module else module
    owner = "Writer" if "Writer" in module else None
    code = f"""
import importlib, os, signal
from analysis.series.importing import import_counts
module = importlib.import_module({target!r})
setattr(getattr(module, {owner!r}) if {owner!r} else module, {name!r}, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
import_counts({str(csv(row("2024-05-02", 41), row("2025-01-01", 5)))!r}, "synthetic")
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == -signal.SIGKILL
    assert ex.series("synthetic")["count"].tolist() == [40]
    found = check("synthetic")
    assert (
        set(found["severity"]) <= {"note"}
        and found["expectation"].str.contains(r"1 import\(s\), 1 rows, as before it").all()
    )
    assert len(found) or "close" in moment  # nothing was written yet when the rows were still held
    assert import_counts(csv(row("2024-05-02", 41), row("2025-01-01", 5)), "synthetic").added == 2
    assert check("synthetic").empty and ex.series("synthetic")["count"].tolist() == [40, 41, 5]


@pytest.mark.parametrize("harm", ["cut", "flip", "remove"])
def test_a_damaged_file_is_named_and_the_rest_stays_readable(csv, series, harm):
    import_counts(csv(row("2023-05-01"), row("2024-05-01", 41)), "synthetic")
    (file,) = (one.path for one in Store(series).listed if one.year == 2024)
    raw = bytearray(file.read_bytes())
    if harm == "remove":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(raw[:-7])
    else:
        raw[len(raw) // 3] ^= 1
        file.write_bytes(raw)
    assert check("synthetic")["file"].tolist() == [f"series/synthetic/{file.relative_to(series).as_posix()}"]
    with pytest.raises(ex.DataError, match="stay readable") as fault:
        ex.series("synthetic")
    assert fault.value.file.endswith(file.name)
    assert ex.series("synthetic", until="2023-12-31")["count"].tolist() == [40]


@pytest.mark.parametrize("limit", [0, 500])
def test_a_full_disk_leaves_the_store_as_it_was(csv, series, limit):
    """A limit on the size of files stands for the full disk."""
    import_counts(csv(row()), "synthetic")
    before = contents(series)
    rows = [row(f"2024-{month:02d}-{day:02d}", 7 * day * month) for month in range(1, 13) for day in range(1, 29)]
    code = f"""
import resource, signal
from analysis.series.importing import import_counts
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
import_counts({str(csv(*rows))!r}, "synthetic", revise=True, vintage="2025-01-01")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "cannot be written" in done.stderr and "the store is as before" in done.stderr
    assert contents(series) == before and check("synthetic").empty


def test_a_damaged_list_is_named(csv, series):
    import_counts(csv(row()), "synthetic")
    (series / MANIFEST).write_text("{", encoding="utf-8")
    assert check("synthetic")[["severity", "file"]].values.tolist() == [["error", f"series/synthetic/{MANIFEST}"]]
    with pytest.raises(ex.DataError, match="not the list of a store"):
        ex.series("synthetic")


def test_a_series_in_a_csv_file_takes_no_import(csv, series):
    (series / "counts.csv").write_text(HEADER + row(), encoding="utf-8")
    with pytest.raises(ex.DataError, match="import into another series"):
        import_counts(csv(row()), "synthetic")


def test_what_is_counted_must_be_described(csv):
    import_counts(csv(row(measure="open_smtp", source="monitor-c")), "synthetic")
    assert check("synthetic")[["column", "value"]].values.tolist() == [
        ["measure", "open_smtp"],
        ["source", "monitor-c"],
    ]


def test_an_empty_store_says_so(series):
    with pytest.raises(ex.DataError, match="no counts yet"):
        ex.series.resample("synthetic")
    assert ex.series("synthetic").empty and pd.isna(ex.series().loc["synthetic", "first"])


def test_a_folder_that_cannot_be_written(csv, series):
    path = csv(row())
    if os.geteuid() == 0:
        shutil.rmtree(series / ".lock", ignore_errors=True)
        (series / ".lock").mkdir()
    else:
        series.chmod(0o500)
    with pytest.raises(ex.ExposureError, match="cannot be written"):
        import_counts(path, "synthetic")
