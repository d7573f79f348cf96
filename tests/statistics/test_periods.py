"""Series as lines of periods: gaps, breaks, sums over scans; by hand, from the calendar and the shipped series."""

import numpy as np
import pandas as pd
import pytest
from monthly import monthly

import analysis as ex
from analysis.statistics.lines import lines, one_line
from analysis.statistics.periods import per_scan


def test_a_month_without_a_row_is_missing_and_not_zero():
    line = one_line(monthly([3, 0, 5, 2]).drop(index=2))
    assert line.grain == "month" and line.days.month.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(line.values, [3, 0, np.nan, 2])


def test_a_series_that_says_so_reads_an_absent_row_as_zero():
    frame = monthly([3, 0, 5, 2], absent="zero").drop(index=2)
    assert one_line(frame).values.tolist() == [3, 0, 0, 2]


def test_all_places_of_a_monitor_begin_and_end_together():
    frame = pd.concat([monthly([1, 2, 3], place="here"), monthly([9], first="2020-02", place="there")])
    here, there = lines(frame)
    assert here.values.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(there.values, [np.nan, 9, np.nan])


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (["2020-01-01", "2020-02-01", "2020-05-01"], "month"),
        (["2020-01-01", "2020-04-01", "2021-01-01"], "quarter"),
        (["2019-01-01", "2021-01-01"], "year"),
        (["2020-01-05", "2020-01-12", "2020-02-02"], "week"),
        (["2020-01-05", "2020-01-07"], "day"),
    ],
)
def test_the_length_of_a_period_is_read_from_the_days(days, grain):
    assert one_line(pd.DataFrame({"day": days, "count": 1, "absent": "unknown"})).grain == grain


def test_a_period_in_which_the_way_of_counting_changes_belongs_to_neither_side():
    breaks = pd.DataFrame({"date": ["2020-04-17", "2020-09"], "reason": ["a", "b"], "measure": ["", None]})
    # April is position 3; September begins with the change
    assert one_line(monthly(range(12)), breaks=breaks).stretches() == [(0, 3), (4, 8), (8, 12)]
    assert one_line(monthly(range(12)), breaks=["2020-04-17", "2020-09"]).stretches() == [(0, 3), (4, 8), (8, 12)]


def test_breaks_are_those_of_the_series_and_measure():
    frame = ex.series("us-breach-register", measure="breaches")
    # the beginning of the register is none of its breaks; 2013-03-26, 2013-09-23, 2015-01 and 2024-10 are
    assert [one.date for one in one_line(frame).breaks] == ["2013-03-26", "2013-09-23", "2015-01", "2024-10"]
    ntp = ex.series("cybergreen-open-services", measure="open_ntp", places="DEU")
    assert [one.date for one in one_line(ntp).breaks] == ["2015-11", "2016-08"]
    with pytest.raises(ex.DataError, match="several series"):
        one_line(monthly([1, 2, 3]), breaks=ex.breaks())
    with pytest.raises(ex.DataError, match="no column 'reason'"):
        one_line(monthly([1, 2, 3]), breaks=pd.DataFrame({"date": ["2020-02"]}))
    assert one_line(frame, breaks=ex.breaks().head(0)).breaks == ()
    assert one_line(frame, breaks=()).breaks == ()


def test_stretches_stand_in_the_rows_and_are_found_without_the_name_of_the_series():
    frame = ex.series("us-breach-register", measure="breaches")
    stretches = one_line(frame).stretches()
    assert len(stretches) == 5
    assert one_line(frame.drop(columns="series")).stretches() == stretches
    assert one_line(frame.drop(columns="stretch")).stretches() == stretches
    with pytest.raises(ex.DataError, match="way of counting changed, and the table no longer says"):
        one_line(frame.drop(columns=["series", "stretch"]))
    assert len(one_line(frame.drop(columns=["series", "stretch"]), breaks=()).stretches()) == 1
    bare = one_line(frame[["day", "count"]])
    assert bare.alike and len(bare.stretches()) == 1


def test_what_an_absent_month_means_is_asked_where_it_matters():
    wyoming = ex.series("us-breach-register-detail", measure="breaches", places="WY")
    whole = one_line(wyoming)
    assert whole.known.sum() > len(wyoming)
    assert one_line(wyoming.drop(columns="absent")).values.tolist() == whole.values.tolist()
    with pytest.raises(ex.DataError, match="nothing says what that means"):
        one_line(wyoming[["day", "count"]])
    with pytest.raises(ex.DataError, match="word in the column 'absent'"):
        one_line(wyoming.assign(absent="nil"))


@pytest.mark.parametrize("column", ["rate_per", "grain", "absent"])
def test_rows_of_one_series_have_one_unit_grain_and_meaning_of_absence(column):
    words = {"rate_per": "population", "grain": "month", "absent": "zero"}
    frame = monthly(range(6)).assign(**{column: words[column]})
    frame.loc[3, column] = {"rate_per": "hospitals_total", "grain": "year", "absent": "unknown"}[column]
    with pytest.raises(ex.DataError, match=f"differ in {column}"):
        one_line(frame)


def test_five_sundays_are_no_rise():
    """United States, open DNS: 10,205,400 in June 2016 (four Sundays) and 12,439,100 in July (five): 2.55 and 2.49
    million a scan, a fall of 2 % and not a rise of 22 %."""
    frame = ex.series("cybergreen-open-services", measure="open_dns", places="USA")
    counts = frame.set_index("day")["count"]
    assert counts["2016-07-01"] / counts["2016-06-01"] == pytest.approx(1.22, abs=0.005)
    found = per_scan(frame).set_index("day")
    assert found["scans"][["2016-06-01", "2016-07-01"]].tolist() == [4, 5]
    assert (found["count"][["2016-06-01", "2016-07-01"]] / 1e6).round(2).tolist() == [2.55, 2.49]
    assert found["count"]["2016-07-01"] / found["count"]["2016-06-01"] == pytest.approx(0.98, abs=0.006)


def test_scans_are_counted_by_the_calendar():
    found = per_scan(monthly([8.0] * 400, first="1995-01"), "Friday")
    for day, scans in zip(found["day"], found["scans"], strict=True):
        assert scans == sum(day.weekday() == 4 for day in pd.date_range(day, day + pd.offsets.MonthEnd(0)))
    assert np.allclose(found["count"] * found["scans"], 8)


@pytest.mark.parametrize(
    ("frame", "match"),
    [
        (pd.DataFrame({"count": [1]}), "no column 'day'"),
        (pd.DataFrame({"day": ["2020-01-01"]}), "no column 'count'"),
        (monthly([1, -2]), "negative"),
        (monthly([1, np.inf]), "not finite"),
        (pd.DataFrame({"day": ["soon"], "count": [1]}), "cannot be read"),
        (pd.DataFrame({"day": ["2020-01-01T00:00:00+02:00"], "count": [1]}), "time zone"),
        (monthly([np.nan, np.nan]), "no row with a number"),
        (pd.concat([monthly([1, 2]), monthly([1, 3])]), "comes twice"),
        (monthly([1, 2], low=[2, 2], high=[3, 3]), "outside its own limits"),
        (pd.DataFrame({"day": ["2020-01-01"], "count": ["many"]}), "not a number"),
    ],
)
def test_what_is_no_series_is_refused(frame, match):
    with pytest.raises(ex.DataError, match=match):
        one_line(frame)


def test_several_series_and_days_that_share_a_period_are_refused():
    with pytest.raises(ex.NotComparableError, match="2 series"):
        one_line(pd.concat([monthly([1], place="here"), monthly([1], place="there")]))
    with pytest.raises(ex.DataError, match="resample"):
        one_line(pd.DataFrame({"day": ["2020-01-01", "2020-01-15"], "count": 1}), grain="month")
    with pytest.raises(ex.DataError, match="not by month"):
        per_scan(pd.DataFrame({"day": ["2020-01-05", "2020-01-12"], "count": 1}))
    with pytest.raises(ex.DataError, match="unknown weekday"):
        per_scan(monthly([1, 2]), "Sonntag")
