"""Revisions and the open end of a register, against the numbers that were published of it and by hand."""

import pandas as pd
import pytest
from monthly import monthly

import analysis as ex
from analysis.statistics import describe, revisions, settled


def both_lists(first="2023-08-10"):
    """The register as the open list of one day and both lists of another: a case that was closed moved to the
    archive."""
    parts = []
    for what in ("breaches", "individuals"):
        rows = pd.concat(
            [
                ex.series("us-breach-register-vintages", measure=f"{what}_{part}", as_of=day)
                for part, day in (("open", first), ("open", "2024-10-08"), ("archived", "2024-10-08"))
            ]
        )
        parts.append(rows[rows["vintage"].isin([pd.Timestamp(first), pd.Timestamp("2024-10-08")])].assign(measure=what))
    rows = pd.concat(parts)
    return rows.groupby(["day", "place", "iso3", "measure", "source", "vintage"], as_index=False)["count"].sum()


def test_july_2023_grew_by_a_ninth_in_reports_and_by_half_in_people():
    """On 10 August 2023 July had 56 reports and 18,116,982 people (as published), on 8 October 2024 62 and
    27,715,141: + 11 % and + 53 %."""
    found = revisions(both_lists()).set_index(["measure", "day"])
    reports, people = (found.loc[(measure, pd.Timestamp("2023-07-01"))] for measure in ("breaches", "individuals"))
    assert [reports["first_count"], reports["last_count"], people["first_count"], people["last_count"]] == [
        56,
        62,
        18_116_982,
        27_715_141,
    ]
    assert [round(reports["change"], 2), round(people["change"], 2)] == [0.11, 0.53]
    assert reports["age"] == 10  # 31 July to 10 August
    # a single month does not say of itself that it is one
    july = both_lists()
    assert revisions(july[july["day"] == "2023-07-01"], grain="month")["age"].tolist() == [10, 10]


def test_september_2024_among_the_open_cases():
    """34, 35, 20 and 8 on the last four days of reading."""
    frame = ex.series(
        "us-breach-register-vintages", measure="breaches_open", since="2024-09-01", until="2024-09-30", as_of=None
    )
    counts = {}
    for day in ("2024-10-08", "2024-12-03", "2025-11-13", "2026-04-07"):
        found = ex.series(
            "us-breach-register-vintages", measure="breaches_open", since="2024-09-01", until="2024-09-30", as_of=day
        )
        counts[day] = int(found["count"].iloc[0])
    assert list(counts.values()) == [34, 35, 20, 8] and len(frame) >= 1


def test_what_was_still_running_was_not_revised():
    frame = monthly([10, 20], first="2023-07", vintage="2023-08-10")
    later = monthly([11, 70], first="2023-07", vintage="2024-01-01")
    found = revisions(pd.concat([frame, later]))
    assert found["age"].tolist() == [10, -21] and found["change"].tolist() == [0.1, 2.5]
    assert "July 2023, from 10" in describe(found) and "of 1 count read" in describe(found)


def test_a_single_reading_has_no_revision():
    with pytest.raises(ex.DataError, match="two vintages"):
        revisions(monthly([1, 2], vintage="2024-01-01"))
    with pytest.raises(ex.DataError, match="no column 'vintage'"):
        revisions(monthly([1, 2]))
    with pytest.raises(ex.DataError, match="is not a day"):
        revisions(pd.concat([monthly([1, 2], vintage="soon"), monthly([1, 2], vintage="2024-01-01")]))


def test_the_register_of_october_2024_has_an_open_end():
    """Read on 8 October 2024: July ended 69 days before, August 38, September 8, and October was running."""
    found = settled(ex.series("us-breach-register", measure="breaches"), "2024-10-08").tail(4)
    assert found["waited"].tolist() == [69, 38, 8, -23]
    assert found["settled"].tolist() == [True, False, False, False]
    assert settled(monthly([1, 2]), "2024-01-01")["settled"].all()
    with pytest.raises(ex.DataError, match="nothing is settled"):
        settled(monthly([1, 2]), "2020-01-15")
    with pytest.raises(ex.DataError, match="from 0 on"):
        settled(monthly([1, 2]), "2024-01-15", delay=-1)


def test_the_years_of_the_register_are_those_published():
    """2015: 270 reports and 112,466,720 people; 2022: 720; 2023: 745."""
    found = ex.series.resample("us-breach-register", "year").set_index(["measure", "period"])["count"]
    told = [found["breaches", pd.Timestamp(f"{year}-01-01")] for year in (2015, 2022, 2023)]
    assert told == [270, 720, 745] and found["individuals", pd.Timestamp("2015-01-01")] == 112_466_720
