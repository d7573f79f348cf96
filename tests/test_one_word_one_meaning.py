"""The common words of the face mean one thing in every public function; ``value`` names the column of the counts."""

import inspect

import pandas as pd
import pytest
from real_calls import servers

import analysis as ex
from analysis import statistics

ROOMS = {"statistics": statistics, "chart": ex.chart, "series": ex.series, "analysis": ex}
FUNCTIONS = {
    f"{room}.{name}": getattr(module, name)
    for room, module in ROOMS.items()
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
}

#: Words that are declared in several ways: word -> all of them. What each means stands once, here.
DECLARED = {
    # The table that the function is about; tables of other libraries are taken too.
    "frame": {"pd.DataFrame", "pd.DataFrame | None", "Any"},
    # The column of the numbers that the function is about.
    "value": {"str", "str | None"},
    # The column whose values make the groups.
    "by": {"str", "str | None", "str | Sequence[str]"},
    # The denominator of rates.
    "per": {"str", "str | None"},
    # How sure limits and tests are to be, two-sided.
    "level": {"float"},
    # How often something is drawn at random, and from where.
    "draws": {"int"},
    "seed": {"int"},
    # The dates at which the counting changed.
    "breaks": {"pd.DataFrame | Sequence[str] | None", "counted_series.Breaks"},
    # Public events, as `ex.events` gives them.
    "events": {"pd.DataFrame", "pd.DataFrame | None"},
    # The two waves that are compared.
    "before": {"pd.DataFrame"},
    "after": {"pd.DataFrame"},
    # What limits are to be limits of: rounding, chance or both.
    "limits": {"str | None"},
    # Rates are per so many of the denominator.
    "scale": {"float", "float | None"},
    # An earlier result.
    "found": {"pd.DataFrame", "Any"},
    "result": {"pd.DataFrame", "Any"},
    # Rows of a table that are given one by one or together.
    "rows": {"pd.DataFrame | None", "Sequence[Mapping[str, object]] | pd.DataFrame"},
    # Ids of counted series: one, a folder that holds one, or several.
    "series": {"str", "str | None", "str | Path", "Collection[str] | None"},
    # Codes or names of places.
    "places": {"Iterable[str] | None", "Collection[str] | None"},
    # Who is whose neighbour, or by what rule.
    "neighbours": {"Mapping[str, Iterable[str]] | int | None", "Mapping[str, Iterable[str]] | str | None"},
    # Names to be found: of places, or of assumptions.
    "names": {"Any", "Sequence[str] | None"},
    # Languages: of an answer, or of what is read.
    "lang": {"str", "str | None", "str | pd.Series | None", "Any"},
    # Whether a figure is exact as printed.
    "exact": {"bool", "bool | pd.Series"},
    # A part of a whole of 1.
    "share": {"float", "object"},
    # The bound of a rule: from it on, or below it, a row is flagged.
    "threshold": {"float", "int"},
    # Sentences below a chart or table.
    "note": {"str", "str | Sequence[str] | None"},
    # Files: to be read, and to be written.
    "file": {"str | None", "Path | str | None"},
    "out": {"Path | str", "Path | str | Sequence[Path | str]"},
}
#: The number of an assumption between its ``low`` and ``high``; there is no table.
WITHOUT_TABLE = {("statistics.assumption", "value")}


def declared(word):
    """How each public function that has the word declares it."""
    return {
        name: str(inspect.signature(function).parameters[word].annotation)
        for name, function in FUNCTIONS.items()
        if word in wanted(function) and (name, word) not in WITHOUT_TABLE
    }


def test_a_word_is_declared_alike_everywhere():
    words = {word for function in FUNCTIONS.values() for word in wanted(function)}
    assert set(DECLARED) <= words
    faults = {}
    for word in sorted(words):
        found = declared(word)
        alike = len({said.removesuffix(" | None") for said in found.values()}) == 1
        if set(found.values()) != DECLARED[word] if word in DECLARED else not alike:
            faults[word] = found
    assert faults == {}


def test_levels_and_seeds_have_one_default():
    for word, default in (("level", 0.95), ("seed", 1), ("limits", None), ("breaks", None)):
        given = {inspect.signature(one).parameters[word].default for one in FUNCTIONS.values() if word in wanted(one)}
        assert given == {default}


def wanted(function):
    return inspect.signature(function).parameters


def pair(function):
    return lambda frame, **value: function(frame, "DEU", "FRA", **value)


#: Functions of one table of counts: each as it is called.
OF_COUNTS = {
    "rates": statistics.rates,
    "funnel": statistics.funnel,
    "too_few": statistics.too_few,
    "empirical_bayes": statistics.empirical_bayes,
    "least_detectable": statistics.least_detectable,
    "grouped_rates": statistics.grouped_rates,
    "directly_standardised": lambda frame, **value: statistics.directly_standardised(frame, "half", "side", **value),
    "indirectly_standardised": lambda frame, **value: statistics.indirectly_standardised(frame, "region", **value),
    "decompose_change": lambda frame, **value: statistics.decompose_change(frame, frame, **value),
    "rank_sets": statistics.rank_sets,
    "top_set": statistics.top_set,
    "rank_probabilities": statistics.rank_probabilities,
    "rate_ratio": pair(statistics.rate_ratio),
    "rate_difference": pair(statistics.rate_difference),
    "correlate": lambda frame, **value: statistics.correlate(frame, "gdp_pc_usd", **value),
    "regress": lambda frame, **value: statistics.regress(frame, "gdp_pc_usd", **value),
    "influence_on_correlation": lambda frame, **value: statistics.influence_on_correlation(
        frame, "gdp_pc_usd", **value
    ),
    "influence_on_regression": lambda frame, **value: statistics.influence_on_regression(frame, "gdp_pc_usd", **value),
    "moran": lambda frame, **value: statistics.moran(frame, neighbours=3, **value),
    "local_moran": lambda frame, **value: statistics.local_moran(frame, neighbours=3, **value),
    "concentration_index": statistics.concentration_index,
    "slope_index": statistics.slope_index,
    "heaping": statistics.heaping,
}


def table():
    half = ["north", "south"] * (len(servers()) // 2 + 1)
    return servers().assign(half=half[: len(servers())], side=(half[::2] + half[1::2])[: len(servers())])


@pytest.mark.parametrize("name", OF_COUNTS)
def test_value_names_the_column_of_the_counts(name):
    call, frame = OF_COUNTS[name], table()
    renamed = frame.rename(columns={"value": "counted", "low": "counted_low", "high": "counted_high"})
    expected, found = call(frame), call(renamed, value="counted")
    numbers = [
        column
        for column in expected.select_dtypes("number")
        if column in found and column not in ("value", "low", "high")
    ]
    assert numbers
    pd.testing.assert_frame_equal(found[numbers], expected[numbers])


@pytest.mark.parametrize("name", OF_COUNTS)
def test_a_table_without_that_column_is_told_of_value(name):
    with pytest.raises(ex.DataError, match="value="):
        OF_COUNTS[name](table().drop(columns=["value", "low", "high"]))
