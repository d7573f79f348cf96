"""A result keeps its meaning in its reader's hands: the same sentence after what readers do, or a typed error.

The results of counts (rates, ratios, shares, ranks, small numbers, standardising, change, bounds, power) are written,
read back, merged and converted; none of them has its ``attrs`` any more.
"""

import io
import pickle

import pandas as pd
import polars as pl
import pytest
from real_calls import REAL

import analysis as ex
from analysis.statistics import describe

NAMES = [
    "bounds",
    "change",
    "decompose_change",
    "directly_standardised",
    "empirical_bayes",
    "equivalence",
    "funnel",
    "gone_and_new",
    "grouped_rates",
    "heaping",
    "indirectly_standardised",
    "least_detectable",
    "pooled",
    "rank_probabilities",
    "rank_sets",
    "rate_difference",
    "rate_ratio",
    "rates",
    "share_difference",
    "share_ratio",
    "shares",
    "too_few",
    "top_set",
    "world_total",
]


def bare(frame):
    frame = frame.copy()
    frame.attrs = {}
    return frame


def through_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)), keep_default_na=True)


def through_parquet(frame):
    file = io.BytesIO()
    bare(frame).to_parquet(file)
    return bare(pd.read_parquet(file))


OPERATIONS = {
    "csv": through_csv,
    "parquet": through_parquet,
    "pickle": lambda frame: bare(pickle.loads(pickle.dumps(frame))),
    "polars": lambda frame: pl.from_pandas(bare(frame)),
    "polars and back": lambda frame: pl.from_pandas(bare(frame)).to_pandas(),
    "nullable types": lambda frame: bare(frame).convert_dtypes(dtype_backend="numpy_nullable"),
    "pyarrow types": lambda frame: bare(frame).convert_dtypes(dtype_backend="pyarrow"),
    "assign": lambda frame: bare(frame.assign(remark="seen")),
    "repeated index": lambda frame: bare(frame).set_axis([0] * len(frame)),
    "named index": lambda frame: bare(frame).set_index(frame.columns[0]),
    "MultiIndex": lambda frame: bare(frame).set_index(list(frame.columns[:2])),
    "merge": lambda frame: bare(
        frame.merge(frame[["statistic"]].drop_duplicates().assign(extra=1), on="statistic", how="left")
    ),
}


@pytest.fixture(scope="module")
def results():
    made = {}

    def get(name):
        if name not in made:
            made[name] = REAL[name]()
        return made[name]

    return get


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_the_sentence_stays_the_same(results, name, operation):
    frame = results(name)
    for lang in ("en", "de"):
        assert describe(OPERATIONS[operation](frame), lang) == describe(frame, lang)


@pytest.mark.parametrize("name", NAMES)
def test_without_the_name_of_its_statistic_it_is_asked_for(results, name):
    frame = results(name)
    without = bare(frame).drop(columns="statistic")
    with pytest.raises(ex.DataError, match="statistic=") as refused:
        describe(without)
    assert refused.value.remedy
    assert describe(without, statistic=frame["statistic"].iloc[0]) == describe(frame)


def test_a_unit_is_never_guessed(results):
    rates = results("rates")
    with pytest.raises(ex.DataError, match="rate_per"):
        describe(bare(rates).drop(columns="rate_per"))
    mixed = bare(rates)
    mixed.loc[mixed.index[0], "rate_per"] = "hospitals_total"
    with pytest.raises(ex.DataError, match="differ in rate_per"):
        describe(mixed)
    with pytest.raises(ex.DataError, match="holds numbers"):
        describe(bare(rates).assign(rate_per=5.0))


def test_a_changed_number_is_noticed(results):
    rates = results("rates")
    with pytest.raises(ex.DataError, match="outside its own limits"):
        describe(rates.assign(rate=rates["rate"] * 2))
    with pytest.raises(ex.DataError, match="what rate_low is a limit of"):
        describe(bare(rates)[["statistic", "iso3", "rate", "rate_low", "rate_high", "rate_per", "rate_scale"]])
    with pytest.raises(ex.DataError, match="limits are of"):
        describe(rates.assign(limits="printing"))


def test_counts_alone_are_exact_and_an_unknown_measure_is_not_certain():
    frame = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [50, 31], "beds": [10, 10]})
    plain = ex.rates(frame, per="beds", scale=1)
    assert set(plain["limits"]) == {"chance"} and "taken as exact" in describe(plain)
    unknown = ex.rates(frame.assign(measure="widgets"), per="beds", scale=1)
    assert set(unknown["limits"]) == {"exact"} and set(unknown["occurrence"]) == {"unknown"}
    assert "not known whether" in describe(unknown)
    said = ex.rates(frame.assign(measure="widgets", occurrence="independent"), per="beds", scale=1)
    assert set(said["limits"]) == {"chance"} and said["rate_low"].tolist() == plain["rate_low"].tolist()
    with pytest.raises(ex.DataError, match="registered as clustered"):
        ex.rates(frame.assign(measure="images", occurrence="independent"), per="beds")


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"value": ["50", "31"]}, "row 1"),
        ({"beds": ["ten", "ten"]}, "row 1"),
        ({"beds": [float("inf"), 1.0]}, "not positive and finite"),
        ({"low": [40, 30]}, "no column 'high'"),
    ],
)
def test_bad_input_is_told_with_its_row_and_column(columns, told):
    frame = pd.DataFrame({"iso3": ["DEU", "FRA"], "value": [50, 31], "beds": [10, 10]} | columns)
    with pytest.raises(ex.DataError, match=told) as refused:
        ex.rates(frame, per="beds")
    assert refused.value.column


def test_decimals_and_duplicate_columns_are_refused():
    from decimal import Decimal

    frame = pd.DataFrame({"iso3": ["DEU"], "value": [Decimal(5)], "beds": [1]})
    with pytest.raises(ex.DataError, match="Decimal"):
        ex.rates(frame, per="beds")
    twice = pd.concat([frame.assign(value=5.0), frame[["iso3"]]], axis=1)
    with pytest.raises(ex.DataError, match="two columns named 'iso3'"):
        ex.rates(twice, per="beds")
