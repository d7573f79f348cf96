"""A call of each public statistic and each kind of chart on the shipped data; what is handed can be changed before."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pandas as pd

import analysis as ex
from analysis import statistics

_ON_THE_WAY: list[Callable[[pd.DataFrame], Any]] = []


@contextmanager
def handed(change: Callable[[pd.DataFrame], Any]) -> Iterator[None]:
    """Every frame of figures that is handed to a function goes through `change` before."""
    _ON_THE_WAY.append(change)
    try:
        yield
    finally:
        _ON_THE_WAY.pop()


def changed(given: Any) -> Any:
    return _ON_THE_WAY[-1](given) if _ON_THE_WAY and isinstance(given, pd.DataFrame) else given


def s(name: str, *given: Any, **chosen: Any) -> pd.DataFrame:
    """A statistic, by its name."""
    return getattr(statistics, name)(*map(changed, given), **chosen)


def c(kind: str, frame: pd.DataFrame, **chosen: Any) -> Any:
    """A chart, by its kind."""
    return getattr(ex.chart, kind)(changed(frame), **chosen)


@cache
def panel(survey: str) -> pd.DataFrame:
    return ex.preferred(ex.panel(surveys=[survey]))


@cache
def of(survey: str, measure: str, world: bool = False) -> pd.DataFrame:
    rows = panel(survey)
    rows = rows[(rows["measure"] == measure) & rows["iso3"].notna()]
    return rows[rows["iso3"].eq("WLD") == world]


def servers() -> pd.DataFrame:
    return of("greenbone-2019-09", "servers_exposed")


RISKS = [
    {
        "assumption": "share fetched",
        "low": 0.001,
        "value": 0.01,
        "high": 0.1,
        "unit": "of studies",
        "source": "our own judgement",
        "locator": "",
        "distribution": "uniform",
    },
    {
        "assumption": "cost of one",
        "low": 50,
        "value": 100,
        "high": 400,
        "unit": "US dollars",
        "source": "our own judgement",
        "locator": "",
        "distribution": "uniform",
    },
]
CELLS = pd.DataFrame(
    [(1, 1, 1, 28), (1, 1, 0, 21), (1, 0, 1, 17), (0, 1, 1, 18), (1, 0, 0, 69), (0, 1, 0, 55), (0, 0, 1, 63)],
    columns=["P", "Q", "E", "value"],
)


def waves():
    rows = ex.preferred(ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"])).dropna(subset="iso3")
    return rows[rows["survey"] == "greenbone-2019-09"], rows[rows["survey"] == "greenbone-2019-11"]


def american_studies():
    return of("greenbone-2019-09", "studies").query("iso3 == 'USA'")


def two_surveys():
    every = ex.preferred(ex.panel(surveys=["stites-pianykh-ajr-2016", "kothapalli-2020-06"])).query(
        "place_kind != 'population'"
    )
    return every[every["measure"] == "servers_open"], every[every["measure"] == "servers_exposed"]


def russian_and_american():
    one, two = two_surveys()
    return s("shares", one.query(FIRST_SURVEY), two.query(FIRST_SURVEY), "association")


def denominators_of_two_years():
    """The servers of one survey over the inhabitants of two years: all that changes is the composition."""
    return [servers().assign(year=year) for year in (2010, 2020)]


def yearly_breaches():
    rows = of("hhs-ocr", "breaches").query("iso3 == 'USA' and asset == 'breach'")
    return rows[rows["scan_from"].eq(rows["scan_to"]) & rows["scan_from"].str.fullmatch(r"\d{4}")]


def open_shares():
    """The share of open servers in the world by surveys that may be compared."""
    both = ex.preferred(ex.panel(surveys=["aplite-2023-12", "cybelangel-2020-12-port104", "stites-pianykh-ajr-2016"]))
    world = both[both["iso3"].eq("WLD") & both["asset"].eq("dicom")]
    measures = (world[world["measure"] == measure] for measure in ("servers_open", "servers_exposed"))
    return s("shares", *measures, "association")


def with_income(rows):
    return rows.merge(ex.reference("countries")[["iso3", "income_group"]], on="iso3")


def reports(measure="breaches"):
    return ex.series("us-breach-register", measure=measure)


def two_stretches():
    """Months on both sides of a change in the way of counting."""
    rows = reports()
    return rows[rows["stretch"].isin([3, 4]) & rows["day"].lt("2019-01-01")]


def few_events():
    rows = ex.events()
    return rows[rows["date"].str[:4].isin(["2013", "2019", "2023"])]


def reports_by_state():
    """Reports a year in six states, many of them one or two."""
    rows = ex.series(
        "us-breach-register-detail", measure="breaches", places=["AK", "AL", "AR", "AZ", "CO", "CT"], since="2021-01-01"
    )
    return rows.assign(year=rows["day"].dt.year).groupby(["place", "year"], as_index=False)["count"].sum()


def services():
    """Open DNS a scan, in the months that were counted in one way."""
    return s(
        "per_scan",
        ex.series(
            "cybergreen-open-services", measure="open_dns", places=["DEU", "FRA", "USA", "BRA"], since="2015-05-01"
        ),
    )


def readings():
    """The open list on two days."""
    return pd.concat(
        [
            ex.series("us-breach-register-vintages", measure="breaches_open", as_of=day)
            for day in ("2023-08-10", "2023-12-07")
        ]
    ).drop_duplicates()


def moved():
    states = ex.series("us-breach-register-detail", measure="breaches", places=["CA", "NY", "TX", "VT"])
    return s("ranked_changes", states, ("2016", "2019"), ("2020", "2023"), draws=500)


def filling_up():
    """Made up: months that fill up over three more."""
    from analysis.statistics.nowcast import of_triangle

    return of_triangle([[18, 27, 33, 35], [23, 33, 43], [25, 36], [18]], "2024-01")


FIRST_SURVEY = "survey == 'stites-pianykh-ajr-2016' and iso3 != 'WLD'"

#: A call of each public function that gives a result.
REAL = {
    "anomalies": lambda: s("anomalies", reports()),
    "before_and_after": lambda: s("before_and_after", reports(), few_events()),
    "bounds": lambda: s("bounds", servers(), of("greenbone-2019-09", "servers_exposed", world=True)),
    "change": lambda: s("change", *waves()),
    "change_date_posterior": lambda: s("change_date_posterior", reports()[reports()["stretch"] == 4]),
    "change_points": lambda: s("change_points", two_stretches()),
    "concentration": lambda: s("concentration", servers()),
    "concentration_bounds": lambda: s(
        "concentration_bounds", servers(), of("greenbone-2019-09", "servers_exposed", world=True), 39, at_least=1
    ),
    "rogan_gladen": lambda: s(
        "rogan_gladen",
        of("trendmicro-2026", "servers_exposed", world=True),
        s("conditional_coverage", panel("nuclide-2026-05"), "hosts", "servers_open"),
    ),
    "concentration_index": lambda: s("concentration_index", servers()),
    "correlate": lambda: s("correlate", servers(), "gdp_pc_usd"),
    "decompose": lambda: s("decompose", reports()),
    "directly_standardised": lambda: s("directly_standardised", with_income(servers()), "region", "income_group"),
    "conditional_coverage": lambda: s("conditional_coverage", panel("preprints-2025-03")),
    "e_value": lambda: s("e_value", s("regress", servers(), "gdp_pc_usd")),
    "forecast": lambda: s("forecast", reports()[reports()["day"] < "2024-10-01"]),
    "funnel": lambda: s("funnel", servers()),
    "gini": lambda: s("gini", servers()),
    "gone_and_new": lambda: s(
        "gone_and_new",
        ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"]),
        "greenbone-2019-09",
        "greenbone-2019-11",
    ),
    "grouped_rates": lambda: s("grouped_rates", servers(), "region"),
    "herfindahl": lambda: s("herfindahl", servers()),
    "indirectly_standardised": lambda: s("indirectly_standardised", with_income(servers()), "region", "income_group"),
    "influence_on_correlation": lambda: s("influence_on_correlation", servers(), "gdp_pc_usd"),
    "influence_on_regression": lambda: s("influence_on_regression", servers(), "gdp_pc_usd"),
    "interrupted": lambda: s("interrupted", reports(), "2019-09-17"),
    "capture_recapture": lambda: s("capture_recapture", CELLS),
    "local_moran": lambda: s("local_moran", servers(), neighbours=3, draws=99),
    "lorenz": lambda: s("lorenz", servers()),
    "lower_bound": lambda: s("lower_bound", CELLS),
    "meta_analysis": lambda: s("meta_analysis", open_shares(), "share", transform="logit"),
    "moran": lambda: s("moran", servers(), neighbours=3, draws=99),
    "nowcast": lambda: s("nowcast", filling_up()),
    "per_scan": lambda: services(),
    "pooled": lambda: s("pooled", s("shares", *(one.query(FIRST_SURVEY) for one in two_surveys()), "association")),
    "cell_suppression": lambda: s("cell_suppression", reports_by_state(), ["place", "year"], value="count"),
    "rank_probabilities": lambda: s("rank_probabilities", servers(), draws=500),
    "rank_sets": lambda: s("rank_sets", servers(), draws=500),
    "ranked_changes": lambda: moved(),
    "rate_difference": lambda: s("rate_difference", servers(), "USA", "DEU"),
    "rate_ratio": lambda: s("rate_ratio", servers(), "USA", "DEU"),
    "rates": lambda: s("rates", servers()),
    "regress": lambda: s("regress", servers(), "gdp_pc_usd"),
    "revisions": lambda: s("revisions", readings()),
    "scenario": lambda: s("scenario", american_studies(), RISKS, {"US dollars": ["share fetched", "cost of one"]}),
    "seasonal_trend": lambda: s("seasonal_trend", reports()),
    "sensitivity": lambda: s("sensitivity", 135, 122, 49),
    "settled": lambda: s("settled", reports(), "2024-10-08"),
    "shares": lambda: s("shares", *two_surveys(), "association"),
    "decompose_change": lambda: s("decompose_change", *denominators_of_two_years()),
    "equivalence": lambda: s("equivalence", s("rate_ratio", servers(), "USA", "DEU")),
    "heaping": lambda: s("heaping", panel("greenbone-2019-09")),
    "least_detectable": lambda: s("least_detectable", servers()),
    "share_difference": lambda: s("share_difference", russian_and_american(), "RUS", "USA"),
    "share_ratio": lambda: s("share_ratio", russian_and_american(), "RUS", "USA"),
    "empirical_bayes": lambda: s("empirical_bayes", servers()),
    "theil_sen": lambda: s("theil_sen", yearly_breaches()),
    "slope_index": lambda: s("slope_index", servers()),
    "theil": lambda: s("theil", servers(), by="region"),
    "too_few": lambda: s("too_few", servers()),
    "top_movers": lambda: s("top_movers", moved()),
    "top_set": lambda: s("top_set", servers(), 5, draws=500),
    "top_share": lambda: s("top_share", servers(), 3),
    "tornado": lambda: s("tornado", american_studies(), RISKS),
    "two_lists": lambda: s("two_lists", 135, 122, 49),
    "world_total": lambda: s("world_total", servers()),
}
#: Parts of others: limits of plain counts, rows of assumptions, a mapping, the telling itself; and a refusal on so few
#: places.
NO_RESULT = {
    "assumption",
    "assumptions",
    "byar",
    "describe",
    "garwood",
    "in_plain_words",
    "mid_p",
    "neighbours",
    "pareto_tail",
    "printed_assumption",
    "score",
}


@cache
def rated() -> pd.DataFrame:
    return ex.rates(servers(), per="population")


@cache
def rated_by_hospitals() -> pd.DataFrame:
    return ex.rates(servers(), per="hospitals_total", scale=1000)


def both_waves(measure: str) -> pd.DataFrame:
    rows = pd.concat(waves())
    return rows[(rows["measure"] == measure) & rows["iso3"].ne("WLD")]


#: A chart of every kind on the shipped data; after the kind stands what of it is shown.
CHARTS: dict[str, Callable[[], Any]] = {
    "map of rates": lambda: c("map", rated(), value="rate"),
    "map of circles": lambda: c("map", servers(), value="value", symbols=True),
    "ranking of counts": lambda: c("ranking", servers(), value="value"),
    "ranking of rates": lambda: c("ranking", rated_by_hospitals(), value="rate"),
    "ranking of ranks": lambda: c("ranking", s("rank_sets", rated(), value="rate", draws=300), value="rate"),
    "funnel": lambda: c("funnel", s("funnel", servers())),
    "slope of places": lambda: c("slope", both_waves("images")),
    "slope of rates": lambda: c("slope", ex.rates(both_waves("images"), per="hospitals_total", scale=1), value="rate"),
    "timeline of figures": lambda: c("timeline", _world_servers(), across_breaks="mark"),
    "timeline of a series": lambda: c("timeline", reports()),
    "timeline of a trend": lambda: c("timeline", s("decompose", reports())),
    "calendar": lambda: c("calendar", reports()),
    "small_multiples": lambda: c("small_multiples", services(), own_scales=True),
    "share": lambda: c("share", _studies_with_world(), place="USA"),
    "lorenz": lambda: c("lorenz", s("lorenz", servers())),
    "overlap": lambda: c("overlap", s("capture_recapture", CELLS)),
    "overlap of one side": lambda: c("overlap", s("conditional_coverage", panel("preprints-2025-03"))),
    "scenario": lambda: c("scenario", s("tornado", american_studies(), RISKS)),
    "claims": lambda: c("claims", _claims()),
    "coverage": lambda: c("coverage", panel("greenbone-2019-09")),
}


def _world_servers() -> pd.DataFrame:
    every = pd.concat([panel(one) for one in ("greenbone-2019-09", "greenbone-2019-11", "aplite-2023-12")])
    return every[(every["iso3"] == "WLD") & every["measure"].isin(["servers_exposed"])]


def _studies_with_world() -> pd.DataFrame:
    rows = panel("greenbone-2019-09")
    return rows[(rows["measure"] == "studies") & rows["iso3"].isin(["USA", "WLD"])]


@cache
def _claims() -> pd.DataFrame:
    return ex.check_claims().query("survey == 'greenbone-2019-09'")


def f(name: str, frame: pd.DataFrame, **chosen: Any) -> Any:
    """A function of the package's face, by its name."""
    return getattr(ex, name)(changed(frame), **chosen)


@cache
def both_panels() -> pd.DataFrame:
    return ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"])


@cache
def contradicted() -> pd.DataFrame:
    rows = ex.panel()
    return rows[rows["survey"].isin(ex.conflicts(rows)["survey"].head(3))]


#: A call of each public function that takes a table and is neither a statistic nor a chart.
TABLES: dict[str, Callable[[], Any]] = {
    "comparable": lambda: f("comparable", both_panels()),
    "conflicts": lambda: f("conflicts", contradicted()),
    "explorer": lambda: f("explorer", both_panels(), series=[]),
    "preferred": lambda: f("preferred", both_panels()),
    "rates": lambda: f("rates", servers()),
    "refuse_identifiers": lambda: f("refuse_identifiers", servers()),
    "shapes": lambda: f("shapes", servers()),
    "table": lambda: f("table", _for_a_table(), title="Servers", columns=_LABELS),
    "unpublished": lambda: f("unpublished", both_panels()),
}
_LABELS = {"country": "country", "value": "servers", "low": "at least", "high": "at most"}
#: What takes no table of figures: words, ids, files and folders, errors, and the rooms for statistics and charts.
NO_TABLE = {
    *(
        "breaks",
        "changes",
        "check_claims",
        "cite",
        "corrections",
        "country_name",
        "data_version",
        "document",
        "workbook",
        "events",
        "extract",
    ),
    *("finding", "iso3", "measures", "number", "panel", "percent", "quantities", "quantity", "reference", "review"),
    *("series", "sources", "surveys", "tidy", "write_dataset", "statistics", "chart", "Quantity"),
}


def _for_a_table() -> pd.DataFrame:
    return servers().head(12)


def some_cases(names: Iterable[str], operations: Iterable[str], every: int) -> list[tuple[str, str]]:
    """One case in so many, the same ones in each run of the suite; ``python tests/readers_matrix.py`` runs them all."""
    cases = [(name, operation) for name in names for operation in operations]
    return [case for case in cases if zlib.crc32(" ".join(case).encode()) % every == 0]
