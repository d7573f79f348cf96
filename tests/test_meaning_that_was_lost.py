"""Eight ways in which a table once lost its meaning in a reader's hands; what was said then stands in each test."""

import dataclasses
import inspect
import io
import re
from functools import cache

import pandas as pd
import polars
import pytest
from real_calls import few_events, of, reports, servers, waves

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


@pytest.fixture(scope="module")
def rated():
    return ex.rates(servers())


def test_limits_that_hold_with_certainty_have_no_level(rated):
    """It said "95% confidence interval" of what rounding alone allows."""
    for word in ("rounding", "exact"):
        for told in (statistics.describe, ex.chart.ranking, ex.table):
            with pytest.raises(ex.DataError, match="hold with certainty") as refused:
                told(rated.assign(limits=word))
            assert refused.value.column == "level"
    with pytest.raises(ex.DataError, match="at which level"):
        statistics.describe(rated.assign(level=float("nan")))


def test_limits_at_several_levels_are_not_told_as_those_of_the_first_row(rated):
    two = pd.concat([rated[:6], ex.rates(servers(), level=0.8)[6:]])
    for told in (statistics.describe, ex.chart.ranking, ex.chart.map):
        with pytest.raises(ex.DataError, match=r"row 7: its limits hold at the level 0\.8"):
            told(two)
    shown = {"country": "country", "rate": "rate", "rate_low": "at least", "rate_high": "at most"}
    with pytest.raises(ex.DataError, match="level"):
        ex.table(two, columns=shown)
    assert ex.table(two, columns=shown | {"level": "level"}).level is None


@pytest.mark.parametrize(
    ("per", "told"), [("bananas", "neither a denominator"), ("hospitals_total", "is not that of rate_per")]
)
def test_a_forged_unit_is_noticed(rated, per, told):
    """It was 0.566 servers per million bananas, or hospitals."""
    with pytest.raises(ex.DataError, match=told):
        statistics.describe(rated.assign(rate_per=per))


def test_rates_do_not_pass_for_counts(rated):
    renamed = rated.drop(columns=["value", "low", "high"]).rename(columns=lambda name: name.replace("rate_l", "l"))
    renamed = renamed.rename(columns={"rate": "value", "rate_high": "high"})
    copied = rated.assign(value=rated["rate"], low=rated["rate_low"], high=rated["rate_high"])
    for frame in (renamed, copied):
        for counted in (statistics.gini, statistics.rank_sets, lambda rows: statistics.change(rows, rows)):
            with pytest.raises(ex.DataError, match="rate_per"):
                counted(frame)


def of_periods(rule):
    kept = ["series", "measure", "place", "iso3", "absent", "grain"]
    return reports().set_index("day").groupby(kept)["count"].resample(rule).sum().reset_index()


@pytest.mark.parametrize(("rule", "word"), [("QS", "quarter"), ("YS", "year")])
def test_quarters_and_years_are_not_told_as_months(rule, word):
    """It said "13 to 107 a month" of sums of quarters."""
    for told in (statistics.seasonal_trend, statistics.decompose, ex.chart.timeline):
        with pytest.raises(ex.DataError, match=f"a {word} apart") as refused:
            told(of_periods(rule))
        assert refused.value.column == "grain"


def test_where_no_changes_of_method_are_told_none_are_counted():
    """It said "at a change of method: 0"."""
    bare = reports()[["day", "count"]].tail(60)
    found = [
        statistics.change_points(bare, draws=99),
        statistics.before_and_after(reports()[["day", "count"]], few_events()),
    ]
    for lang, counted in {"en": "method", "es": "método", "de": "Zählweise(?: geändert)?", "fr": "méthode"}.items():
        for one in found:
            unsaid, said = (statistics.describe(frame, lang) for frame in (one, one.assign(breaks="told")))
            number = re.compile(rf"{counted}[\s:]+\d")
            assert not number.search(unsaid) and number.search(said), (lang, unsaid, said)


def test_of_several_series_the_sentence_names_the_one_it_tells_of():
    """It said "Cases", and of which series the slope was nothing told."""
    two = pd.concat([reports(), reports("breaches_network_server")])
    more = {"en": "one of 2 series", "es": "una de 2 series", "de": "eine von 2 Reihen", "fr": "une série sur 2"}
    for found in (statistics.seasonal_trend(two), statistics.anomalies(two)):
        for lang, words in more.items():
            sentence = statistics.describe(found, lang)
            assert words in sentence and not sentence.startswith(("Cases", "Casos", "Fälle", "Cas"))


def test_an_empty_column_of_stretches_invents_no_breaks():
    """A break was drawn at every month."""
    chart, again = ex.chart.timeline(reports()), ex.chart.timeline(reports().assign(stretch=float("nan")))
    assert (again.title, again.notes) == (chart.title, chart.notes)


def test_a_measure_that_is_lost_is_asked_for(rated):
    """It said "cases", and images were compared with studies."""
    with pytest.raises(ex.DataError, match="what was counted"):
        statistics.describe(rated.assign(measure=None))
    with pytest.raises(ex.DataError, match="what either counted"):
        statistics.change(*(wave[wave["measure"] == "images"].drop(columns="measure") for wave in waves()))


def test_a_share_of_the_first_ones_is_at_most_all():
    """It said that the first 5 hold 9,061.7%."""
    found = statistics.concentration(servers())
    with pytest.raises(ex.DataError, match="between 0 and 1"):
        statistics.describe(found.assign(**{end: found[end] * 100 for end in ("value", "low", "high")}))


def test_a_verdict_is_a_word_of_ours_and_agrees_with_its_number():
    found = statistics.change(*waves())
    with pytest.raises(ex.DataError, match="unknown verdict 'gestiegen'"):
        statistics.describe(found.assign(verdict="gestiegen"))
    with pytest.raises(ex.DataError, match="the verdict is 'fell', but the ratio is"):
        statistics.describe(found.assign(verdict="fell"))


def test_tables_and_workbooks_hold_what_results_hold(rated, tmp_path):
    def workbook(frame):
        return ex.workbook(tmp_path / "rates.xlsx", frame)

    for write in (ex.table, workbook):
        with pytest.raises(ex.DataError, match="outside its own limits"):
            write(rated.assign(rate=rated["rate"] * 1000))
    both = pd.concat([rated, by_hospitals(servers())])
    with pytest.raises(ex.NotComparableError, match="per different things"):
        ex.table(both, columns={"country": "country", "rate": "rate"})
    assert ex.table(both, columns={"country": "country", "rate": "rate", "rate_per": "per", "rate_scale": "scale"})


def test_codes_in_small_letters_are_asked_for_in_capitals():
    """No place had a rate, and nothing said why."""
    small = servers().assign(iso3=servers()["iso3"].str.lower())
    for asked in (ex.rates, statistics.gini, ex.chart.ranking):
        with pytest.raises(ex.DataError, match="'fra' is not a country code, 'FRA' is"):
            asked(small)


def test_what_a_chart_gives_goes_in_again(rated):
    """It lacked per what, of what the limits, and what a month without a row means."""
    chart = ex.chart.ranking(rated)
    again = ex.chart.ranking(through_csv(chart.data))
    assert (again.title, again.subtitle) == (chart.title, chart.subtitle)
    drawn = ex.chart.timeline(reports())
    assert ex.chart.timeline(through_csv(drawn.data)).alt == drawn.alt
    pair = ex.rates(pd.concat(wave[(wave["measure"] == "images") & wave["iso3"].ne("WLD")] for wave in waves()))
    slope = ex.chart.slope(pair)
    assert ex.chart.slope(slope.data).title == slope.title


def test_a_place_has_its_name_in_the_language_of_the_sentence(rated):
    """It was "États-Unis", as printed, where the column beside it said United States."""
    bare = rated.drop(columns="iso3")
    for lang in ("en", "es", "de", "fr"):
        assert statistics.describe(bare, lang) == statistics.describe(rated, lang)


def test_a_panel_with_its_limits_exchanged_is_refused():
    """It ended in a KeyError."""
    panel = ex.panel(surveys=["greenbone-2019-09"])
    for asked in (ex.preferred, lambda rows: ex.explorer(rows, series=[])):
        with pytest.raises(ex.DataError, match="outside its own limits"):
            asked(panel.rename(columns={"low": "high", "high": "low"}))


def test_messages_name_what_there_is(rated):
    def refused(asked, frame, **chosen):
        with pytest.raises(ex.ExposureError) as error:
            asked(frame, **chosen)
        return str(error.value)

    twice = pd.concat([servers(), servers()[["value"]]], axis=1)
    assert "the table of counts has two columns" in refused(ex.rates, twice)
    bare = servers().drop(columns="value")
    assert "value=" not in refused(statistics.gini, bare) and "value=" in refused(statistics.funnel, bare)
    assert "nothing says per how many" in refused(ex.chart.ranking, rated.drop(columns="rate_scale"))
    assert "needs the columns iso3, measure" in refused(ex.chart.ranking, servers().drop(columns=["iso3", "measure"]))
    several = pd.concat([rated[:4], ex.rates(servers(), scale=1e5)[4:]])
    for message in (refused(ex.chart.ranking, several), refused(ex.chart.ranking, rated, scale=1e5)):
        assert "1,000,000" in message and "np." not in message
    for column in ("rate_low", "level", "denominator_year"):
        try:
            statistics.describe(rated.drop(columns=column))
        except ex.DataError as error:
            assert error.column == column  # noqa: PT017 - a sentence does without some of them


@cache
def told_of():
    """Results of ours, each made once."""
    return {
        "ratio": statistics.rate_ratio(servers(), "USA", "DEU"),
        "trend": statistics.seasonal_trend(reports()),
        "ranks": statistics.rank_sets(servers(), draws=300),
        "chances": statistics.rank_probabilities(servers(), draws=300),
        "correlation": statistics.correlate(servers(), "gdp_pc_usd"),
        "lists": statistics.two_lists(135, 122, 49),
        "change": statistics.change(*waves()),
        "shares": statistics.share_ratio(
            pd.DataFrame({"group": ["a", "b"], "numerator": [56, 48], "denominator": [70, 80]}), "a", "b"
        ),
    }


#: A result that another hand has changed, and the column that the error names; each was told, or ended in an error of
#: Python: "p = 95", "a share of 10,000%", "rank 0.5", "from September 2024 to January 2015".
CHANGED = {
    "p of 95": ("trend", lambda rows: rows.assign(p_value=95), "p_value"),
    "p as text": ("ratio", lambda rows: rows.assign(p_value="<0.001"), "p_value"),
    "probability in per cent": (
        "chances",
        lambda rows: rows.assign(probability=rows["probability"] * 100),
        "probability",
    ),
    "a correlation of 41.8": ("correlation", lambda rows: rows.assign(rho=41.8, rho_low=-20, rho_high=80), "rho"),
    "rank of one half": ("ranks", lambda rows: rows.assign(rank_low=0.5), "rank_low"),
    "another grain": ("trend", lambda rows: rows.assign(grain="quarter"), "to"),
    "no grain of ours": ("trend", lambda rows: rows.assign(grain="fortnight"), "grain"),
    "a time backwards": ("trend", lambda rows: rows.rename(columns={"from": "to", "to": "from"}), "from"),
    "stretches as text": ("trend", lambda rows: rows.assign(stretch="a"), "stretch"),
    "a thousand times the ratio": (
        "ratio",
        lambda rows: rows.assign(**{end: rows[end] * 1000 for end in ("ratio", "ratio_low", "ratio_high")}),
        "ratio",
    ),
    "half of the ratio": (
        "shares",
        lambda rows: rows.assign(**{end: rows[end] / 2 for end in ("ratio", "ratio_low", "ratio_high")}),
        "ratio",
    ),
    "three on both lists together": ("lists", lambda rows: rows.assign(seen=3), "seen"),
    "an estimate below what was seen": (
        "lists",
        lambda rows: rows.assign(estimate=10, estimate_low=5, estimate_high=20),
        "estimate",
    ),
    "put together with itself": ("change", lambda rows: pd.concat([rows, rows]), "iso3"),
    "counts per inhabitant": ("correlation", lambda rows: rows.assign(exposure="value"), "exposure"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_results_that_a_reader_has_changed_are_refused_by_their_column(name):
    result, change, column = CHANGED[name]
    with pytest.raises(ex.DataError) as refused:
        statistics.describe(change(told_of()[result]))
    assert refused.value.column == column and refused.value.remedy


def test_what_is_no_count_is_not_counted(rated):
    """A Gini index was tested as a count, a count divided by itself, and a share of a list counted as its length."""
    with pytest.raises(ex.DataError, match="holds indices"):
        statistics.least_detectable(statistics.gini(servers()))
    with pytest.raises(ex.DataError, match="is the count"):
        ex.rates(servers(), per="value", scale=1)
    with pytest.raises(ex.DataError, match="whole things"):
        statistics.two_lists(0.5, 0.4, 0.2)
    part = of("stites-pianykh-ajr-2016", "servers_open")
    with pytest.raises(ex.NotComparableError, match="share of itself"):
        statistics.shares(part, part, "association")
    filled = servers().merge(ex.reference("countries")[["iso3"]], on="iso3", how="outer")
    with pytest.raises(ex.DataError, match="does not say what was counted"):
        statistics.gini(filled.fillna({"value": 0, "low": 0, "high": 0}))
    # The level of the rates is not that of what is made of their counts.
    assert statistics.least_detectable(rated)["level"].isna().all()


def test_a_date_is_read_in_one_way():
    """7.9.2019 was the ninth of July."""
    with pytest.raises(ex.DataError, match="is not a date"):
        statistics.interrupted(reports(), "7.9.2019")


def test_a_line_of_rates_says_per_what():
    """Its title said "0.0394 to 0.324 a month"."""
    rows = reports().assign(rate=reports()["count"] / 330)
    with pytest.raises(ex.DataError, match="per what"):
        ex.chart.timeline(rows)
    assert "per million inhabitants" in ex.chart.timeline(rows, per="population", scale=1e6).title


def test_a_measure_of_the_readers_own_has_its_own_name():
    """It was "cases"."""
    own = ex.rates(servers().assign(measure="fax_machines"))
    assert "fax machines" in statistics.describe(own)


def test_limits_of_a_ratio_of_the_readers_own_are_not_told_as_those_of_rounding():
    """It said "from rounding alone" of a confidence interval that had lost its level."""
    bare = pd.DataFrame({"ratio": [3.9], "ratio_low": [1.8], "ratio_high": [8.7]})
    with pytest.raises(ex.DataError, match="what ratio_low is a limit of"):
        statistics.describe(statistics.e_value(bare))
    said = statistics.e_value(bare.assign(limits="chance", level=0.95))
    assert "95% confidence interval" in statistics.describe(said)
