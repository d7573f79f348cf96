"""What holds of every family at once: wider figures never narrow a result, order of rows and names of places do not
matter, and
denominators scale. Each family's own tests look closer; here nothing that is public is left out."""

import inspect

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import statistics
from analysis.statistics import neighbours

PLACES = ["AUT", "BEL", "CHE", "CZE", "DEU", "DNK", "FRA", "LUX", "NLD", "POL"]
NEAR = neighbours(PLACES)
GROUPS = ["west", "west", "west", "east", "west", "north", "west", "west", "west", "east"]


def figures(values, down=0.0, up=0.0):
    """Ten places with counts, intervals, sizes, a covariate and a group."""
    values = np.asarray(values, dtype=float)
    return pd.DataFrame(
        {
            "iso3": PLACES,
            "place": [f"place {code}" for code in PLACES],
            "value": values,
            "low": np.maximum(values - down, 0),
            "high": values + up,
            "size": [60.0, 81, 75, 93, 55, 72, 65, 88, 97, 70],
            "wealth": [4.0, 9, 1, 7, 3, 8, 2, 6, 5, 10],
            "group": GROUPS,
        }
    )


def s(name, *given, **chosen):
    return getattr(statistics, name)(*given, **chosen)


def grown(frame):
    """The same places, counted again: a half more, rounded as they were."""
    return frame.assign(**{column: frame[column] * 1.5 for column in ("value", "low", "high")})


def counted(frame):
    return frame.assign(measure="servers_exposed", asset="dicom")


def total(frame):
    return pd.DataFrame({"iso3": ["WLD"], "place": ["World"], "value": [900.0], "low": [880.0], "high": [920.0]})


def yearly(frame):
    return frame.assign(place="Somewhere", year=range(2010, 2020)).drop(columns="iso3")


RISKS = [
    {
        "assumption": "share",
        "low": 0.001,
        "value": 0.01,
        "high": 0.1,
        "unit": "of studies",
        "source": "ours",
        "distribution": "uniform",
    },
    {
        "assumption": "cost",
        "low": 50,
        "value": 100,
        "high": 400,
        "unit": "dollars",
        "source": "ours",
        "distribution": "uniform",
    },
]

#  Of each function a run on the frame, the column that names rows of the result, its two ends, and the power by which
# sizes scale it.
CASES = {
    "bounds": (lambda f, i: s("bounds", f, total(f)), None, ("low", "high"), 0),
    "change": (
        lambda f, i: s("change", counted(f), counted(grown(f)), limits=i),
        "iso3",
        ("ratio_low", "ratio_high"),
        0,
    ),
    "concentration_bounds": (lambda f, i: s("concentration_bounds", f, total(f), 5), "index", ("low", "high"), 0),
    "concentration_index": (
        lambda f, i: s("concentration_index", f, "wealth", per="size", weight="size", limits=i),
        None,
        ("concentration_index_low", "concentration_index_high"),
        0,
    ),
    "correlate": (lambda f, i: s("correlate", f, "wealth", per="size", limits=i), None, ("rho_low", "rho_high"), 0),
    "directly_standardised": (
        lambda f, i: s("directly_standardised", f.assign(all="all"), "all", "group", per="size", limits=i),
        "all",
        ("rate_low", "rate_high"),
        -1,
    ),
    "gini": (lambda f, i: s("gini", f, limits=i), "index", ("low", "high"), 0),
    "grouped_rates": (
        lambda f, i: s("grouped_rates", f, "group", per="size", limits=i),
        "group",
        ("rate_low", "rate_high"),
        -1,
    ),
    "herfindahl": (lambda f, i: s("herfindahl", f, limits=i), "index", ("low", "high"), 0),
    "indirectly_standardised": (
        lambda f, i: s("indirectly_standardised", f, "group", per="size", reference=0.5, limits=i),
        "group",
        ("ratio_low", "ratio_high"),
        -1,
    ),
    "lorenz": (lambda f, i: s("lorenz", f, limits=i), None, ("count_share_low", "count_share_high"), 0),
    "moran": (lambda f, i: s("moran", f, per="size", neighbours=NEAR, draws=99), None, ("i_low", "i_high"), 0),
    "rank_sets": (lambda f, i: s("rank_sets", f, limits=i, draws=300), "iso3", ("rank_low", "rank_high"), 0),
    "rate_difference": (
        lambda f, i: s("rate_difference", f, "place DEU", "place FRA", per="size", limits=i),
        None,
        ("difference_low", "difference_high"),
        -1,
    ),
    "rate_ratio": (
        lambda f, i: s("rate_ratio", f, "place DEU", "place FRA", per="size", limits=i),
        None,
        ("ratio_low", "ratio_high"),
        0,
    ),
    "rates": (lambda f, i: s("rates", f, per="size", limits=i), "iso3", ("rate_low", "rate_high"), -1),
    "regress": (lambda f, i: s("regress", f, "wealth", per="size", limits=i), None, ("ratio_low", "ratio_high"), 0),
    "scenario": (
        lambda f, i: s("scenario", f.head(1), RISKS, {"dollars": ["share", "cost"]}, draws=1000),
        None,
        ("low", "high"),
        0,
    ),
    "theil_sen": (lambda f, i: s("theil_sen", yearly(f), limits=i), None, ("slope_low", "slope_high"), 0),
    "slope_index": (
        lambda f, i: s("slope_index", f, "wealth", per="size", scale=1, weight="size", limits=i),
        None,
        ("slope_index_low", "slope_index_high"),
        -1,
    ),
    "theil": (lambda f, i: s("theil", f, by="group", limits=i), "index", ("low", "high"), 0),
    "top_share": (lambda f, i: s("top_share", f, 3, limits=i), "index", ("low", "high"), 0),
    "tornado": (lambda f, i: s("tornado", f.head(1), RISKS), "assumption", ("low", "high"), 0),
}
#: Why not the others. Of some, another function of the table is the whole: `concentration` lines the indexes up.
ELSEWHERE = {
    "anomalies": "takes days: test_trend",
    "before_and_after": "takes days: test_interrupted",
    "change_date_posterior": "takes days: test_series_vectors",
    "change_points": "takes days: test_trend",
    "concentration": "gini, theil, herfindahl, top_share",
    "rogan_gladen": "takes shares, not places: test_overlap",
    "decompose": "takes days: test_trend",
    "conditional_coverage": "takes lists: test_overlap",
    "e_value": "takes ratios: test_unmeasured",
    "forecast": "takes days: test_forecast",
    "funnel": "its limits are those of the common rate: test_small_numbers",
    "gone_and_new": "takes two waves of one survey: test_change",
    "influence_on_correlation": "is correlate, again and again",
    "influence_on_regression": "is regress, again and again",
    "interrupted": "takes days: test_interrupted",
    "capture_recapture": "takes cells: test_overlap",
    "local_moran": "gives tests, no interval: test_association",
    "lower_bound": "takes cells: test_overlap",
    "meta_analysis": "takes surveys: test_meta_analysis",
    "nowcast": "takes vintages: test_series_vectors",
    "pareto_tail": "refuses fewer than 50 places: test_concentration",
    "per_scan": "takes months: test_periods",
    "pooled": "takes shares: test_shares",
    "cell_suppression": "hides cells, estimates nothing: test_disclosure",
    "rank_probabilities": "gives simulations, no interval: test_ranking",
    "ranked_changes": "takes days: test_movers",
    "revisions": "takes readings: test_revisions",
    "seasonal_trend": "takes days: test_trend",
    "sensitivity": "takes lists: test_overlap",
    "settled": "gives a flag: test_revisions",
    "shares": "takes two tables: test_shares",
    "decompose_change": "takes two waves: test_decompose_change",
    "equivalence": "takes results of change and rate_ratio: test_power",
    "heaping": "looks at the digits themselves: test_heaping",
    "least_detectable": "takes the count as its own mean: test_power",
    "share_difference": "takes shares: test_two_shares",
    "share_ratio": "takes shares: test_two_shares",
    "empirical_bayes": (
        "a posterior given the printed values; wider figures may move what it is drawn to: test_small_numbers"
    ),
    "too_few": "gives a flag: test_small_numbers",
    "top_movers": "rows of ranked_changes: test_movers",
    "top_set": "the rows of rank_sets that may be among the first: test_ranking",
    "two_lists": "takes lists: test_overlap",
    "world_total": "gives a lower end only: test_bounds",
}
PARTS = {
    "assumption",
    "assumptions",
    "byar",
    "describe",
    "garwood",
    "in_plain_words",
    "mid_p",
    "neighbours",
    "printed_assumption",
    "score",
}

counts = st.lists(st.integers(25, 90), min_size=10, max_size=10, unique=True)
widths = st.lists(st.sampled_from([0.0, 0.5, 4.0, 12.0]), min_size=10, max_size=10).map(np.array)


def test_no_public_function_is_left_out():
    public = {name for name in statistics.__all__ if inspect.isfunction(getattr(statistics, name))}
    held = set(CASES) | set(ELSEWHERE) | PARTS
    assert public == held, f"add to (or take from) CASES, ELSEWHERE or PARTS in this file: {sorted(public ^ held)}"
    assert not set(CASES) & set(ELSEWHERE)


def ends(name, frame, interval):
    return ends_of(name, CASES[name][0](frame, interval))


def ends_of(name, found):
    _, key, (low, high), _ = CASES[name]
    if key is not None:
        found = found.sort_values(key)
    return found[low].to_numpy(float), found[high].to_numpy(float)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(values=counts, down=widths, up=widths, more=widths, interval=st.sampled_from(["rounding", None]))
def test_wider_figures_never_narrow_a_result(name, values, down, up, more, interval):
    narrow, wide = (ends(name, figures(values, down + extra, up + extra), interval) for extra in (0, more))
    slack = 1e-9 * np.maximum(1, np.abs(narrow))
    assert not np.isnan(wide[0]).any() or np.isnan(narrow[0]).any()
    assert (wide[0] <= narrow[0] + slack[0]).all() and (wide[1] >= narrow[1] - slack[1]).all()


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("theil_sen", "scenario", "tornado")])
@settings(max_examples=2, deadline=None, derandomize=True)
@given(values=counts, down=widths, up=widths, order=st.permutations(range(10)))
def test_the_order_of_rows_never_matters(name, values, down, up, order):
    frame = figures(values, down, up)
    for one, other in zip(ends(name, frame, None), ends(name, frame.iloc[order], None), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("rate_difference", "rate_ratio", "moran")])
def test_a_place_renamed_changes_nothing_but_its_name(name):
    frame = figures([31, 84, 47, 60, 75, 28, 55, 39, 66, 90], 3, 4)
    # Other names, in another alphabetical order.
    codes = ["ZAF", "VUT", "URY", "TUN", "SVN", "ROU", "PRT", "NOR", "MLT", "LVA"]
    other = CASES[name][0](frame.assign(iso3=codes, place=[f"elsewhere {at}" for at in range(10)]), None)
    if CASES[name][1] == "iso3":
        other = other.assign(iso3=other["iso3"].map(dict(zip(codes, PLACES, strict=True))))
    for one, renamed in zip(ends(name, frame, None), ends_of(name, other), strict=True):
        np.testing.assert_allclose(one, renamed, rtol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_denominators_scale_exactly(name):
    """All sizes times a power of two: rates over that power to the last bit, what has no rate as it was. Only a
    regression, solved by
    steps, may differ in the tenth digit."""
    frame = figures([31, 84, 47, 60, 75, 28, 55, 39, 66, 90], 3, 4)
    power = CASES[name][3]
    for one, other in zip(
        ends(name, frame, None), ends(name, frame.assign(size=frame["size"] * 1024), None), strict=True
    ):
        np.testing.assert_allclose(
            other, one * 1024.0**power, rtol=1e-9 if name in ("regress", "correlate", "moran") else 1e-15
        )
