"""Series in their reader's hands: after what readers do with tables the same answer, or an error that says why not."""

import io

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis import statistics
from analysis.statistics import describe

REPORTS = ex.series("us-breach-register", measure="breaches")
DNS = ex.series("cybergreen-open-services", measure="open_dns", places=["DEU", "FRA", "USA", "BRA"], since="2015-05-01")
SPANS = (("2015-05", "2015-12"), ("2016-02", "2016-07"))
SINCE_2015 = REPORTS[REPORTS["stretch"] == 4]
OPEN = pd.concat(
    [
        ex.series("us-breach-register-vintages", measure="breaches_open", as_of=day)
        for day in ("2023-08-10", "2023-12-07")
    ]
).drop_duplicates()

#: Every function that takes a series, with the rows it is tried on.
FUNCTIONS = {
    "anomalies": (statistics.anomalies, REPORTS),
    "before_and_after": (lambda rows: statistics.before_and_after(rows, ex.events()), REPORTS),
    "change_date_posterior": (statistics.change_date_posterior, SINCE_2015),
    "change_points": (lambda rows: statistics.change_points(rows, draws=99), REPORTS),
    "decompose": (statistics.decompose, REPORTS),
    "forecast": (statistics.forecast, SINCE_2015),
    "interrupted": (lambda rows: statistics.interrupted(rows, "2019-09-17", window=24), REPORTS),
    "per_scan": (statistics.per_scan, DNS),
    "ranked_changes": (lambda rows: statistics.ranked_changes(rows, *SPANS, breaks=(), draws=200), DNS),
    "revisions": (statistics.revisions, OPEN),
    "seasonal_trend": (statistics.seasonal_trend, REPORTS),
    "settled": (lambda rows: statistics.settled(rows, "2024-10-08"), REPORTS),
}


def by_csv(rows):
    return pd.read_csv(io.StringIO(rows.to_csv(index=False)))


def by_parquet(rows):
    file = io.BytesIO()
    rows.to_parquet(file)
    return pd.read_parquet(file)


def by_polars(rows):
    polars = pytest.importorskip("polars")
    return polars.from_pandas(rows)


def by_arrow(rows):
    import pyarrow as pa

    return pa.Table.from_pandas(rows, preserve_index=False)


def without_attrs(rows):
    plain = rows.copy()
    plain.attrs = {}
    return plain


def grouped(rows):
    keys = [name for name in rows if name != "count"]
    return rows.groupby(keys, dropna=False, as_index=False)["count"].sum()


OPERATIONS = {
    "assign": lambda rows: rows.assign(more=1),
    "attrs lost": without_attrs,
    "arrow": by_arrow,
    "csv": by_csv,
    "groupby": grouped,
    "index of days": lambda rows: rows.set_index("day"),
    "index repeated": lambda rows: rows.set_axis([0] * len(rows)),
    "index of two levels": lambda rows: rows.set_index(["day", "source"]),
    "melt": lambda rows: (
        rows.drop(columns=["low", "high"])
        .melt(id_vars=[name for name in rows if name not in ("count", "low", "high")], value_vars=["count"])
        .rename(columns={"value": "count"})
    ),
    "merge": lambda rows: rows.merge(pd.DataFrame({"iso3": rows["iso3"].unique(), "note": "x"}), on="iso3", how="left"),
    "nullable types": lambda rows: rows.convert_dtypes(),
    "parquet": by_parquet,
    "polars": by_polars,
    "pyarrow types": lambda rows: rows.convert_dtypes(dtype_backend="pyarrow"),
    "sorted": lambda rows: rows.sort_values("count", kind="stable"),
    "split and joined": lambda rows: pd.concat([rows.iloc[::2], rows.iloc[1::2]]),
}


def numbers(found):
    found = found.sort_values([name for name in ("day", "place", "date", "from") if name in found], kind="stable")
    return found.select_dtypes("number").reset_index(drop=True)


@pytest.fixture(scope="module")
def answers():
    return {name: function(rows) for name, (function, rows) in FUNCTIONS.items()}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_series_means_the_same_after(name, operation, answers):
    function, rows = FUNCTIONS[name]
    found = function(OPERATIONS[operation](rows))
    expected = numbers(answers[name])
    got = numbers(found)[list(expected)]
    np.testing.assert_allclose(got.to_numpy(float), expected.to_numpy(float), rtol=1e-9, equal_nan=True)
    assert describe(found) == describe(answers[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_result_is_told_the_same_after_a_file(name, answers):
    assert describe(by_csv(answers[name])) == describe(answers[name])
    assert describe(without_attrs(answers[name]), "de") == describe(answers[name], "de")


def test_five_stretches_after_a_merge_wyomings_zeros_and_three_breaks_drawn():
    merged = REPORTS.merge(pd.DataFrame({"iso3": ["USA"], "a": [1]}), on="iso3")
    assert len(statistics.seasonal_trend(merged)) == 5
    dns = ex.series("cybergreen-open-services", measure="open_dns", places="DEU")
    for rows in (dns, by_csv(dns)):
        assert len(ex.chart.timeline(rows).metadata()["breaks"]) == 3


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (REPORTS.head(0), "no row with a number"),
        (REPORTS.assign(count=REPORTS["count"].astype(str)), "not a number"),
        (pd.concat([REPORTS, REPORTS]), "comes twice"),
        (REPORTS.assign(stretch="one"), "not a number"),
        (REPORTS.assign(series=7), "not the id of a series"),
        (REPORTS.assign(grain="fortnight"), "fortnight"),
        (pd.concat([REPORTS, REPORTS["count"]], axis=1), "two columns named 'count'"),
        (REPORTS.assign(grain=np.where(np.arange(len(REPORTS)) < 9, "day", "month")), "differ in grain"),
    ],
)
def test_what_is_no_longer_a_series_is_refused_in_words(rows, match):
    with pytest.raises(ex.DataError, match=match):
        statistics.seasonal_trend(rows)


def test_a_table_of_ones_own_says_that_it_was_taken_as_counted_in_one_way():
    own = REPORTS[["day", "count"]]
    found = statistics.seasonal_trend(own)
    assert found["breaks"].tolist() == ["none told"]
    assert describe(found).endswith("if the way of counting stayed the same.")
    told = statistics.seasonal_trend(own, breaks=())
    assert told["breaks"].tolist() == ["told"] and "stayed the same" not in describe(told)
