"""Figures that registers print for a period each, as series of whole years."""

import pandas as pd
import pytest

import analysis as ex
from analysis.errors import DataError, NotComparableError
from analysis.statistics.lines import lines

REGISTERS = ["oaic-ndb", "ico-incidents", "dpc-breaches", "opc-nz-breaches", "ap-datalekken"]


def years(survey):
    panel = ex.panel(surveys=[survey]).query("asset == 'breach_any_industry'")
    return ex.series.reported(panel).set_index("day")


def test_halves_fill_a_year_and_a_year_as_printed_stays():
    australia = years("oaic-ndb")
    # 527 + 595 as the regulator's two reports print them; 890 of 2022 as one page prints it.
    assert australia.loc["2024-01-01", ["count", "figures"]].tolist() == [1122, 2]
    assert australia.loc["2022-01-01", ["count", "figures"]].tolist() == [890, 1]
    assert "2018-01-01" not in australia.index.astype(str)  # the duty began on 22 February


def test_business_years_stay_whole():
    kingdom = years("ico-incidents")
    assert kingdom.index.strftime("%m").unique().tolist() == ["04"]
    assert kingdom.loc["2019-04-01", "count"] == 11854
    (line,) = lines(kingdom.reset_index())
    assert line.days.strftime("%Y-%m-%d").tolist()[0] == "2016-04-01"
    assert line.values[line.days == "2020-04-01"].tolist() == [9532]


def test_a_break_parts_the_stretches_and_its_own_year_belongs_to_neither():
    ireland = years("dpc-breaches")["stretch"]
    assert ireland[:"2017"].eq(1).all() and ireland["2019":].eq(2).all()
    assert ireland["2018"].isna().all()  # the GDPR applies from 25 May 2018
    slopes = ex.statistics.seasonal_trend(years("dpc-breaches").reset_index())
    assert slopes[slopes["slope"].notna()]["from"].dt.year.tolist() == [2019]


def test_a_later_rounding_revises_nothing():
    netherlands = years("ap-datalekken")
    assert netherlands.loc["2019-01-01", "count"] == 26956  # printed in 2020; 27.000 a year later
    assert netherlands.loc["2018-01-01", "count"] == 20881


def test_a_panel_each_on_its_own_scale_with_every_register_named():
    rows = ex.series.reported(ex.panel(surveys=REGISTERS).query("asset == 'breach_any_industry'"))
    chart = ex.chart.small_multiples(rows, own_scales=True)
    assert "Ireland 25 May 2018" in " ".join(chart.notes)
    assert all(name in chart.source for name in ex.surveys().loc[REGISTERS, "surveyor"])
    assert set(chart.about["series"]) == set(REGISTERS)
    with pytest.raises(NotComparableError, match="one scale"):
        ex.chart.small_multiples(rows)


def test_no_two_registers_may_be_compared_by_level():
    rows = ex.panel(surveys=REGISTERS).query("asset == 'breach_any_industry'")
    assert set(ex.comparable(rows)["verdict"]) == {"no"}


def test_figures_that_fill_no_year_are_refused():
    panel = ex.panel(surveys=["opc-nz-breaches"]).query("scan_from == '2020-12'")
    with pytest.raises(DataError, match="no figures fill a year"):
        ex.series.reported(panel)
    two = pd.concat([panel, ex.panel(surveys=["hhs-ocr"]).query("measure == 'individuals'").head(1)])
    with pytest.raises(NotComparableError, match="one measure"):
        ex.series.reported(two)
