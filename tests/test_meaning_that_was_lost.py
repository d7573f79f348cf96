"""Eight ways in which a table once lost its meaning in a reader's hands; what was said then stands in each test."""

import dataclasses
import inspect
import io

import pandas as pd
import polars
import pytest
from real_calls import reports, servers, waves

import analysis as ex
from analysis import statistics

HOSPITALS = {"en": "per 1,000 hospitals", "es": "por 1.000 hospitales"}


def countries():
    return ex.reference("countries")[["iso3", "income_group"]]


def by_hospitals(frame, scale=1000):
    return ex.rates(frame, per="hospitals_total", scale=scale)


def through_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


@pytest.mark.parametrize("handed", [lambda rows: rows.merge(countries(), on="iso3"), through_csv])
def test_a_merged_rate_keeps_its_unit(handed):
    """It was "per million inhabitants"."""
    rates = by_hospitals(servers())
    subtitle = ex.chart.ranking(rates, value="rate").subtitle
    assert ex.chart.ranking(handed(rates), value="rate").subtitle == subtitle
    assert HOSPITALS["en"] in subtitle and "inhabitants" not in subtitle


def test_rates_of_two_waves_put_together_keep_their_unit():
    """It was "rose from 49,800 to 129,000 per million inhabitants"."""
    rows = pd.concat(
        by_hospitals(wave[(wave["measure"] == "images") & wave["iso3"].ne("WLD")], scale=1) for wave in waves()
    )
    chart = ex.chart.slope(rows, value="rate")
    told = f"{chart.title} {chart.subtitle} {chart.alt}"
    assert "per hospital" in told and "inhabitants" not in told


def test_a_merged_series_keeps_its_breaks():
    """It had one stretch of 181 months, +3.33 a year, without a warning."""
    rows = reports()
    merged = rows.merge(countries(), on="iso3")
    trend, again = statistics.seasonal_trend(rows), statistics.seasonal_trend(merged)
    assert rows["stretch"].nunique() == merged["stretch"].nunique() == 5
    pd.testing.assert_frame_equal(trend, again[trend.columns], check_like=True)
    assert statistics.describe(again) == statistics.describe(trend)


def test_months_without_a_row_stay_zero_after_a_merge():
    """Wyoming had 36, 5, 15 and 111 points, after the merge 15."""
    rows = ex.series("us-breach-register-detail", measure="breaches", places=["WY"])
    merged = rows.merge(countries(), on="iso3")
    points = [statistics.decompose(frame) for frame in (rows, merged)]
    assert len(points[0]) == len(points[1]) > 100


def test_a_timeline_draws_its_breaks_after_a_merge():
    """Three were drawn before, none after."""
    rows = ex.series("cybergreen-open-services", measure="open_dns", places=["DEU"])
    one, other = (ex.chart.timeline(frame) for frame in (rows, rows.merge(countries(), on="iso3")))
    assert (one.title, one.subtitle, one.notes, one.alt) == (other.title, other.subtitle, other.notes, other.alt)
    assert rows["stretch"].nunique() > 1


def test_a_unit_has_one_wording():
    """The Spanish chart said "por 1.000 de: hospitals total", the sentence "por 1.000 hospitales (OCDE)"."""
    rates = by_hospitals(servers())
    for lang, unit in HOSPITALS.items():
        assert unit in ex.chart.ranking(rates, value="rate", lang=lang).subtitle
        assert unit in statistics.describe(rates, lang)


def test_a_changed_rate_is_not_told():
    """It said "1.13 (0.488 to 0.654)"."""
    rates = ex.rates(servers())
    with pytest.raises(ex.DataError, match=r"outside its own limits"):
        statistics.describe(rates.assign(rate=rates["rate"] * 2))
    handed = polars.from_pandas(rates.reset_index(drop=True))
    assert statistics.describe(handed) == statistics.describe(rates)


def test_a_place_without_a_code_does_not_stop_a_funnel():
    """It failed with "'Nederlandse Antillen' is not a country code"."""
    best = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    rows = best[(best["measure"] == "servers_exposed") & best["iso3"].ne("WLD")]
    assert rows["iso3"].isna().any()
    assert ex.chart.funnel(statistics.funnel(rows)).title


def test_advice_names_what_exists():
    """A message advised `known_at`, which was not there."""
    twice = pd.concat([reports(), reports()])
    with pytest.raises(ex.DataError) as refused:
        statistics.seasonal_trend(twice)
    assert "as_of" in refused.value.remedy and "known_at" not in str(refused.value)
    assert "as_of" in {field.name for field in dataclasses.fields(ex.series.Selection)}


@pytest.mark.parametrize("room", [statistics, ex.chart])
def test_every_option_is_declared(room):
    """`gini(s, levle=.9)` was refused by a private class, and signatures hid the options."""
    names = [name for name in room.__all__ if inspect.isfunction(getattr(room, name))]
    assert len(names) > 10
    for name in names:
        kinds = {one.kind for one in inspect.signature(getattr(room, name)).parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD not in kinds, name
    with pytest.raises(TypeError, match=r"^gini\(\) got an unexpected keyword argument 'levle'"):
        statistics.gini(servers(), levle=0.9)
    with pytest.raises(TypeError, match=r"^ranking\(\) got an unexpected keyword argument 'titel'"):
        ex.chart.ranking(servers(), titel="Servers")


def test_a_written_table_describes_every_column():
    """Nine columns were not described, and the unit of the rate stood nowhere."""
    from analysis.figures.package import metadata

    rates = ex.rates(servers(), per="population")
    assert set(rates["rate_per"]) == {"population"} and set(rates["rate_scale"]) == {1e6}
    described = metadata(rates)["columns"]
    assert set(rates.columns) <= set(described)
    assert all(described[name] for name in rates.columns)


#: What another hand did to a table of rates, and the column that the error names; each was told as if nothing had
#: happened, or ended in an error of pandas.
SPOILT = {
    "level in per cent": (lambda rates: rates.assign(level=95), "level"),
    "level rounded to 1": (lambda rates: rates.round(0), "level"),
    "level as text": (lambda rates: rates.assign(level="95 %"), "level"),
    "level gone": (lambda rates: rates.drop(columns="level"), "level"),
    "limits of nothing": (lambda rates: rates.assign(limits=None), "limits"),
    "limits of nothing in a row": (lambda rates: rates.assign(limits=[None, *rates["limits"][1:]]), "limits"),
    "a row per nothing": (lambda rates: rates.assign(rate_per=[None, *rates["rate_per"][1:]]), "rate_per"),
    "scale as text": (lambda rates: rates.assign(rate_scale="million"), "rate_scale"),
    "another scale": (lambda rates: rates.assign(rate_scale=1e5), "rate"),
    "a thousand times as much": (
        lambda rates: rates.assign(**{end: rates[end] * 1000 for end in ("rate", "rate_low", "rate_high")}),
        "rate",
    ),
    "a limit gone": (lambda rates: rates.drop(columns="rate_low"), "rate_low"),
    "the rate renamed": (lambda rates: rates.rename(columns={"rate": "Rate"}), "rate"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_rates_that_a_reader_has_spoilt_are_refused_by_their_column(name):
    spoil, column = SPOILT[name]
    # A chart draws a reader's own rates too, whose counts need not stand beside them.
    for told in (statistics.describe,) if column == "rate" else (statistics.describe, ex.chart.ranking):
        with pytest.raises(ex.DataError) as refused:
            told(spoil(ex.rates(servers())))
        assert refused.value.column == column and refused.value.remedy


def test_rates_that_a_reader_has_rounded_are_told():
    assert "0.57 servers" in statistics.describe(ex.rates(servers()).round(2))


def test_numbers_of_single_precision_have_no_further_digits():
    rates = ex.rates(servers())
    short = rates.astype(dict.fromkeys(("rate", "rate_low", "rate_high"), "float32"))
    assert statistics.describe(short) == statistics.describe(rates)


@pytest.mark.parametrize(
    "asked",
    [
        lambda rows: statistics.correlate(rows, "gdp_pc_usd", value="rate", per=None),
        lambda rows: statistics.moran(rows, value="rate", per=None, neighbours=3),
        lambda rows: statistics.concentration_index(rows, value="rate", per=None),
    ],
    ids=["correlate", "moran", "concentration_index"],
)
def test_rates_per_million_and_per_hundred_thousand_are_not_one_series(asked):
    """The correlation was −0.132, of the same rates in one unit 0.418."""
    rows = servers()
    with pytest.raises(ex.NotComparableError, match="1,000,000 and 100,000"):
        asked(pd.concat([ex.rates(rows)[:6], ex.rates(rows, scale=1e5)[6:]]))


def test_a_rate_is_not_a_count():
    rates = ex.rates(servers())
    for again in (ex.rates, statistics.grouped_rates):
        with pytest.raises(ex.DataError, match="a rate already"):
            again(rates, value="rate")
    with pytest.raises(ex.DataError, match="above zero"):
        ex.rates(servers(), scale="1e6")


def test_a_column_and_a_lazy_table_are_not_tables():
    rates = ex.rates(servers())
    for told in (statistics.describe, ex.chart.map, ex.table):
        with pytest.raises(ex.DataError, match="is a Series, not a table"):
            told(rates["rate"])
    with pytest.raises(ex.DataError, match=r"call \.collect\(\)"):
        ex.rates(polars.from_pandas(servers()[["iso3", "value"]]).lazy())
