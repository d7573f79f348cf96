"""The shipped series give the numbers that were published, and say where they break."""

import pandas as pd
import pytest

import analysis as ex
from analysis.series import Selection

REGISTER = "us-breach-register"
SERVICES = "cybergreen-open-services"


def test_the_list_names_each_series_with_its_span():
    listed = ex.series()
    assert listed.loc[REGISTER, ["grain", "rows", "health"]].tolist() == ["month", 543, True]
    assert listed.loc[REGISTER, "first"] == pd.Timestamp("2009-10-01") and listed.loc[REGISTER, "last"] == pd.Timestamp(
        "2024-10-01"
    )
    assert not listed.loc[SERVICES, "health"]


# Published: HIPAA Journal's and the register's own totals for the year, but for 2023, which was 745 on the day of
# reading.
@pytest.mark.parametrize(
    ("year", "breaches"), [(2010, 199), (2015, 270), (2019, 511), (2020, 663), (2021, 715), (2022, 720), (2023, 745)]
)
def test_reports_of_a_year(year, breaches):
    months = ex.series(REGISTER, measure="breaches", since=f"{year}-01-01", until=f"{year}-12-31")
    assert len(months) == 12 and months["count"].sum() == breaches


def test_people_of_2015_as_published():
    assert (
        ex.series(REGISTER, measure="individuals", since="2015-01-01", until="2015-12-31")["count"].sum() == 112_466_720
    )


def test_the_detail_adds_up_to_the_register_by_reporter_and_by_type():
    register = ex.series(REGISTER, measure="breaches").set_index("day")["count"]
    detail = ex.series("us-breach-register-detail")
    kinds = (
        detail["measure"].str.startswith("by_"),
        ~detail["measure"].str.match("by_|breaches"),
        detail["measure"] == "breaches",
    )
    for part in kinds:
        assert detail[part].groupby("day")["count"].sum().equals(register)
    server = detail[detail["measure"] == "breaches_network_server"].groupby("day")["count"].sum()
    published = ex.series(REGISTER, measure="breaches_network_server").set_index("day")["count"]
    assert server.equals(published[published > 0])


def test_july_2023_as_it_was_known_in_august_and_later():
    july = {"since": "2023-07-01", "until": "2023-07-31"}
    early = ex.series(
        "us-breach-register-vintages", measure=["breaches_open", "individuals_open"], as_of="2023-08-31", **july
    )
    assert early["count"].tolist() == [56, 18_116_982]  # published for July 2023: the same two numbers
    later = ex.series("us-breach-register-vintages", as_of="2024-10-31", **july).set_index("measure")["count"]
    assert later["breaches_open"] + later["breaches_archived"] == 62
    assert later["individuals_open"] + later["individuals_archived"] == 27_715_141


def test_september_2024_among_open_cases_on_four_days():
    months = ex.series.revisions(
        Selection("us-breach-register-vintages", measure="breaches_open", since="2024-09-01", until="2024-09-30")
    )
    assert months[["vintages", "first_count", "last_count"]].values.tolist() == [[4, 34, 8]]


def test_open_resolvers_by_hand():
    may = {"measure": "open_dns", "since": "2016-05-01", "until": "2016-05-31"}
    assert ex.series(SERVICES, places="DEU", **may)["count"].tolist() == [1_758_900]
    assert ex.series.totals(Selection(SERVICES, **may))["count"].tolist() == [88_819_400]


def test_every_break_and_event_has_its_reason_and_source():
    breaks, events = ex.breaks(), ex.events()
    assert (breaks[["reason", "source"]] != "").all(axis=None)
    # A register that a survey prints by period is a series as well (ex.series.reported).
    assert set(breaks["series"]) <= {*ex.series().index, *ex.surveys().index}
    assert len(events) == 75 and events["url"].str.startswith("http").all()
    assert events["kind"].value_counts().to_dict() == {
        "law": 41,
        "disclosure": 13,
        "incident": 9,
        "warning": 9,
        "guidance": 3,
    }
    omnibus = ex.events(places="USA", since="2013-03-26", until="2013-09-23")["day"]
    assert (omnibus.iloc[-1] - omnibus.iloc[0]).days == 181


def test_a_date_known_to_the_month_may_be_any_of_its_days():
    form = ex.breaks("us-breach-register").query("date == '2015-01'").iloc[0]
    assert (form["day"], form["day_to"]) == (pd.Timestamp("2015-01-01"), pd.Timestamp("2015-01-31"))


def test_breaks_of_a_measure_are_its_own_and_those_of_the_whole_series():
    assert ex.breaks(SERVICES, "open_ntp")["date"].tolist() == ["2015-11", "2016-08"]


def test_the_source_line():
    assert ex.series.cite(REGISTER).startswith("US Department of Health and Human Services")
    assert "read 2026-11-24" in ex.series.cite(SERVICES)


def test_a_wrong_word_is_answered_with_near_ones():
    with pytest.raises(ex.DataError, match="did you mean us-breach-register"):
        ex.series("us-breach-registre")
    with pytest.raises(ex.DataError, match="did you mean DEU"):
        ex.series(SERVICES, places="DDU")
    with pytest.raises(ex.DataError, match="open_dns, open_ntp, open_ssdp"):
        ex.series(SERVICES, measure="open_smtp")
