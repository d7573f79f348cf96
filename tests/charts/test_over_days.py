"""Counts over days as charts: nothing joined that was not counted, extremes kept, small files, sources named."""

import itertools
import json
import re
import xml.etree.ElementTree as ElementTree

import chart_frames as frames
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.charts.counted_series import counted_series
from analysis.charts.downsampling import kept

SVG = "{http://www.w3.org/2000/svg}"


def daily(many=4000, seed=1):
    """Made up: a level that wanders, with weekends."""
    random, days = np.random.default_rng(seed), pd.date_range("2014-01-01", periods=many)
    level = 300 * np.exp(np.cumsum(random.normal(0, 0.01, many))) * np.where(days.day_of_week > 4, 0.8, 1)
    return pd.DataFrame(
        {"day": days, "count": random.poisson(level), "measure": "servers_exposed", "source": "made-up-monitor"}
    )


def lines_of(chart, width):
    """The polylines of a picture that are as wide as the line of a series: lists of points."""
    found = []
    for path in ElementTree.fromstring(chart.svg()).iter(f"{SVG}path"):
        style = path.get("style") or ""
        if f"stroke-width: {width}" in style and "stroke-dasharray" not in style:
            found += [points(part) for part in re.findall(r"M[^M]+", path.get("d"))]
    return found


def points(part):
    """The points of one polyline, of which a saved picture writes the first as it is and the others as steps."""
    numbers = [float(found) for found in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)]
    pairs = np.array(numbers).reshape(-1, 2)
    return [tuple(pair) for pair in (pairs.cumsum(axis=0) if "l" in part else pairs).tolist()]


def days_of(parts, many):
    """The first and last day of each polyline, where all of them together are so many days from end to end."""
    begin, end = parts[0][0][0], parts[-1][-1][0]
    return [tuple(round((x - begin) / (end - begin) * (many - 1)) for x in (part[0][0], part[-1][0])) for part in parts]


# Fewer points


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(1, 40))
def test_of_every_step_the_extremes_and_ends_are_kept(values, steps):
    values = np.array(values)
    found = kept(values, steps)
    assert (np.diff(found) > 0).all() and found[0] == 0 and found[-1] == len(values) - 1
    assert len(found) <= max(4 * steps, len(values) if len(values) <= 4 * steps else 0)
    edges = np.linspace(0, len(values), steps + 1).astype(int) if len(values) > 4 * steps else [0, len(values)]
    for begin, end in itertools.pairwise(edges):
        inside = values[found[(found >= begin) & (found < end)]]
        assert inside.min() == values[begin:end].min() and inside.max() == values[begin:end].max()


def test_few_points_are_all_kept():
    assert kept(np.arange(40.0), 10).tolist() == list(range(40))


@pytest.mark.parametrize("kind", ["timeline", "calendar"])
def test_four_thousand_points_weigh_no_more_than_100_kb(kind):
    chart = getattr(ex.chart, kind)(daily(), title="Synthetic: a count by day")
    assert len(chart.svg().encode()) <= 100_000
    assert len(chart.data) == 4000
    if kind == "timeline":
        assert any("4,000 points" in note for note in chart.notes)


def test_the_peak_of_four_thousand_days_is_drawn():
    frame = daily()
    frame.loc[2345, "count"] = 5000
    line = [point for part in lines_of(ex.chart.timeline(frame), "1.485") for point in part]
    ys = [y for _, y in line]
    usual = sorted(ys)[len(ys) // 2]
    assert min(ys) < usual - 100 and sum(y < usual - 100 for y in ys) == 1


# Gaps, breaks, intervals


def test_nothing_is_joined_over_a_gap_or_a_change_of_method():
    frame = frames.days(many=150).assign(low=lambda found: found["count"], high=lambda found: found["count"])
    assert days_of(lines_of(ex.chart.timeline(frame), "1.485"), 150) == [(0, 59), (75, 149)]
    broken = ex.chart.timeline(frame, breaks=frames.other_method())
    # 1 January is day 0, 10 April day 99: 60 days, 24 after the gap, 51 after the break
    assert days_of(lines_of(broken, "1.485"), 150) == [(0, 59), (75, 98), (99, 149)]
    assert broken.data["stretch"].dropna().value_counts().to_dict() == {1: 99, 2: 51}
    assert broken.data["servers_exposed" if "servers_exposed" in broken.data else "count"].isna().sum() == 15


def test_a_change_within_a_month_leaves_that_month_alone():
    frame = frames.days(many=140, grain="M")
    data = ex.chart.timeline(frame, breaks=frames.other_method("2022-03-17")).data.set_index("day")
    assert (
        np.isnan(data["stretch"]["2022-03-01"])
        and data["stretch"]["2022-02-01"] == 1
        and data["stretch"]["2022-04-01"] == 2
    )


def test_breaks_of_a_shipped_series_are_drawn_without_being_asked_for():
    chart = ex.chart.timeline(ex.series("us-breach-register", measure="breaches"))
    assert any("26 March 2013 (The Omnibus rule takes effect)" in note for note in chart.notes)
    assert [one["date"] for one in chart.metadata()["breaks"]] == ["2013-03-26", "2013-09-23", "2015-01", "2024-10"]
    assert chart.source.startswith("Source: US Department of Health and Human Services")
    assert chart.metadata()["sources"][0]["url"].startswith("https://ocrportal.hhs.gov")
    assert "with the same period of other years" in chart.alt and chart.alt.startswith(
        "Reported breaches, United States: +4.8 a year"
    )
    # no number of before a break stands in the title
    assert chart.title == "Reported breaches: 13–107 a month, January 2015 to September 2024"


def test_events_are_named_with_their_sources():
    events = ex.events(places=["USA"], since="2019-09-01", until="2019-12-31")
    chart = ex.chart.timeline(ex.series("us-breach-register", measure="breaches"), events=events)
    note = next(note for note in chart.notes if note.startswith("Events"))
    for row in events.itertuples():
        assert row.source in note
    assert [event["url"] for event in chart.metadata()["events"]] == [
        row.url for row in events.sort_values(["date", "event"]).itertuples()
    ]
    spanish = ex.chart.timeline(ex.series("us-breach-register", measure="breaches"), events=events, lang="es")
    assert any("advertencia" in note for note in spanish.notes) and not any(
        "A US senator" in note for note in spanish.notes
    )
    with pytest.raises(ex.DataError, match="no column 'event'"):
        ex.chart.timeline(frames.days(), events=pd.DataFrame({"date": ["2019-02-01"]}))


def test_an_interval_is_a_band_and_the_note_says_so():
    chart = ex.chart.timeline(frames.days())
    assert any("interval" in note.lower() for note in chart.notes)
    assert not any(
        "interval" in note.lower() for note in ex.chart.timeline(frames.days().drop(columns=["low", "high"])).notes
    )


def test_what_a_statistic_found_is_drawn_and_told():
    register = ex.series("us-breach-register", measure="breaches")
    split, odd = ex.statistics.decompose(register), ex.statistics.anomalies(register)
    for found, column in ((split, "trend"), (odd, "anomaly")):
        chart = ex.chart.timeline(found)
        assert chart.alt.startswith(ex.statistics.describe(found)[:200])
        assert column in chart.data and chart.metadata()["statistic"]["statistic"] == found.attrs["statistic"]
    data = ex.chart.timeline(split).data.set_index("day")["trend"]
    assert data["2020-01-01"] == pytest.approx(split.set_index("day")["trend"]["2020-01-01"]) and np.isnan(
        data["2014-01-01"]
    )


# Many places, calendars


def test_twelve_places_at_most_and_the_rest_in_the_data():
    frame = frames.days(tuple(frames.COUNTS)[:14], many=130, grain="M")
    chart = ex.chart.small_multiples(frame)
    assert chart.data["iso3"].nunique() == 14 and any("2 more places" in note for note in chart.notes)
    assert any("one scale" in note for note in chart.notes)
    assert any("its own scale" in note for note in ex.chart.small_multiples(frame, own_scales=True).notes)
    with pytest.raises(ex.NotComparableError, match="one measure"):
        ex.chart.small_multiples(ex.series("us-breach-register"))


def test_the_title_counts_directions_by_the_slope():
    frame = frames.days(("DEU", "FRA", "ITA"), many=60, grain="M")
    frame["count"] = [
        value + (3 * at if place == "DEU" else 0)
        for value, at, place in zip(frame["count"], list(frame.groupby("iso3").cumcount()), frame["iso3"], strict=True)
    ]
    found = ex.statistics.seasonal_trend(frame)["verdict"].value_counts()
    chart = ex.chart.small_multiples(frame)
    up, down, open_ones = (found.get(word, 0) for word in ("rises", "falls", "cannot tell"))
    assert chart.title == (
        f"Of 3 places, {up} {'rises' if up == 1 else 'rise'}, {down} {'falls' if down == 1 else 'fall'} "
        f"and {open_ones} {'shows' if open_ones == 1 else 'show'} no clear direction"
    )


def test_a_calendar_has_a_cell_for_each_month_and_hatches_gaps():
    chart = ex.chart.calendar(frames.days(many=140, grain="M"))
    texts = [text for text, *_ in chart.layout()]
    assert {"Jan", "Dec", "2019", "2030"} <= set(texts) and "not counted" in texts
    assert len(chart.data) == 140 and chart.data["count"].isna().sum() == 15
    assert "url(#" in chart.svg()  # the hatch


@pytest.mark.parametrize(
    ("draw", "error", "match"),
    [
        (lambda: ex.chart.timeline(frames.days(("DEU", "FRA"))), ex.NotComparableError, "holds 2"),
        (lambda: ex.chart.calendar(frames.days(("DEU", "FRA"))), ex.NotComparableError, "holds 2"),
        (lambda: ex.chart.calendar(frames.panel()), ex.DataError, "needs the column day"),
        (lambda: ex.chart.calendar(daily(many=5000)), ex.DataError, "too many cells"),
        (
            lambda: ex.chart.calendar(pd.DataFrame({"day": ["2020-01-01", "2021-01-01"], "count": [1, 2]})),
            ex.DataError,
            "days or months",
        ),
        (lambda: ex.chart.timeline(frames.days(), "rate"), ex.DataError, "no column 'rate'"),
        (lambda: ex.chart.timeline(frames.days().assign(count=-1)), ex.DataError, "negative"),
        (lambda: ex.chart.timeline(frames.days().head(0)), ex.DataError, "no row"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, error, match):
    with pytest.raises(error, match=match):
        draw()


@pytest.mark.parametrize("count", [0, 7])
def test_one_day_and_days_all_alike(count):
    for frame in (
        frames.days(many=1).assign(count=count, low=count, high=count),
        frames.days(many=30).assign(count=count, low=count, high=count),
    ):
        for kind in ("timeline", "calendar", "small_multiples"):
            chart = getattr(ex.chart, kind)(frame)
            assert chart.layout() and len(chart.alt) <= 280


def test_what_identifies_is_refused_in_counts_events_and_breaks():
    host = "pacs-07.radiology.clinic.example"
    for drawn in (
        lambda: ex.chart.timeline(frames.days().assign(place=host, iso3=None)),
        lambda: ex.chart.calendar(frames.days().assign(source="192.0.2.17")),
        lambda: ex.chart.timeline(frames.days(), events=frames.events().assign(event=f"{host} was found")),
        lambda: ex.chart.timeline(frames.days(), breaks=frames.other_method().assign(reason=host)),
    ):
        with pytest.raises(ex.IdentifierError) as refused:
            drawn()
        assert host not in str(refused.value)
    assert ex.chart.timeline(
        ex.series("us-breach-register", measure="breaches"), events=ex.events()
    )  # all of the shipped ones pass


def test_the_same_bytes_again():
    one, other = (
        ex.chart.timeline(frames.days(), breaks=frames.other_method(), events=frames.events()).files() for _ in range(2)
    )
    assert one == other
    assert json.loads(one[next(name for name in one if name.endswith(".json"))])["columns"][0] == "day"


def test_what_the_query_joined_by_year_is_drawn_by_year():
    found = ex.series.resample(ex.series.Selection("us-breach-register", measure="breaches"), "year")
    chart = ex.chart.timeline(found)
    # 2009 and 2024 are not whole; 2015 to 2023 have 270 to 745 reports
    assert chart.title == "Reported breaches: 270–745 a year, 2015 to 2023"
    assert len(counted_series(found, None, None, "en", "timeline")[0]) == 1
