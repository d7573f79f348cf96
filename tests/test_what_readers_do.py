"""What readers do with a table before they hand it on: the same answer, or a typed error that says what is missing.

A reader merges, concatenates, groups, writes a file and reads it back; pandas drops ``attrs`` on the way, indexes get
names, types change. Meaning must survive that, so it must stand in columns. Each case of the matrix is a public
function times an operation; `readers_matrix` prints the matrix.
"""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from real_calls import CHARTS, NO_RESULT, NO_TABLE, REAL, TABLES, handed, servers, some_cases

import analysis as ex
from analysis import statistics
from analysis.figures.result_columns import told

pytestmark = pytest.mark.slow


def _countries() -> pd.DataFrame:
    return ex.reference("countries")[["iso3", "income_group"]].rename(columns={"income_group": "joined_income"})


def _merged(frame: pd.DataFrame) -> pd.DataFrame:
    if "iso3" in frame:
        return frame.merge(_countries(), on="iso3", how="left")
    return frame.merge(pd.DataFrame({"joined": [1]}), how="cross")


def _halves(frame: pd.DataFrame) -> pd.DataFrame:
    """Two halves put together again, each with an index from zero."""
    at = max(1, len(frame) // 2)
    return pd.concat([frame.iloc[:at].reset_index(drop=True), frame.iloc[at:].reset_index(drop=True)])


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """Grouped by a column of one's own, and the first row of each group taken: the rows as they were."""
    out = frame.assign(mine=range(len(frame))).groupby("mine", dropna=False).first().reset_index()
    return out.drop(columns="mine").astype(frame.dtypes)


def _pivoted(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers to long form and back, in the order of the rows and columns as before."""
    numbers = [
        name
        for name, kind in frame.dtypes.items()
        if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
    ]
    keyed = frame.assign(**{"its row": range(len(frame))})
    long = keyed.melt(id_vars=["its row"], value_vars=numbers, var_name="its column", value_name="its number")
    wide = long.pivot(index="its row", columns="its column", values="its number").reset_index()
    return keyed.drop(columns=numbers).merge(wide, on="its row")[list(frame.columns)]


def _through_csv(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def _through_parquet(frame: pd.DataFrame) -> pd.DataFrame:
    buffer = io.BytesIO()
    out = frame.copy()
    out.attrs = {}
    out.to_parquet(buffer)
    return pd.read_parquet(io.BytesIO(buffer.getvalue()))


def _polars(frame: pd.DataFrame) -> Any:
    polars = pytest.importorskip("polars")
    return polars.from_pandas(frame.reset_index(drop=True))


def _duckdb(frame: pd.DataFrame) -> Any:
    import duckdb

    return duckdb.connect().from_arrow(_arrow_table(frame))


def _arrow_table(frame: pd.DataFrame) -> Any:
    import pyarrow

    return pyarrow.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)


def _key(frame: pd.DataFrame) -> str:
    return next((name for name in ("iso3", "place", "day") if name in frame), frame.columns[0])


#: What is done with the frame before it is handed on; none of it changes what the rows say.
OPERATIONS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "merge": _merged,
    "concat halves": _halves,
    "groupby and first": _grouped,
    "melt and pivot": _pivoted,
    "set and reset index": lambda frame: frame.set_index(_key(frame)).reset_index(),
    "index named as a column": lambda frame: frame.set_index(_key(frame), drop=False),
    "repeated index": lambda frame: frame.set_axis([0] * len(frame)),
    "MultiIndex": lambda frame: frame.set_axis(
        pd.MultiIndex.from_arrays([[0] * len(frame), range(len(frame))], names=[_key(frame), "region"])
    ),
    "sort": lambda frame: frame.iloc[::-1],
    "assign": lambda frame: frame.assign(remark="mine", number=7.5),
    "CSV": _through_csv,
    "Parquet": _through_parquet,
    "pickle": lambda frame: pickle.loads(pickle.dumps(frame)),
    "nullable types": lambda frame: frame.convert_dtypes(),
    "pyarrow types": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "categories": lambda frame: frame.astype(
        {name: "category" for name in ("measure", "asset", "region") if name in frame}
    ),
    "polars": _polars,
    "Arrow table": _arrow_table,
    "DuckDB relation": _duckdb,
    "attrs lost": lambda frame: frame.copy(),
}


def _another_wave(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows as those of another survey or series; the same again where neither is named."""
    if "survey" in frame:
        other = "greenbone-2019-11"
        return frame.assign(survey=["greenbone-2019-09" if survey == other else other for survey in frame["survey"]])
    return frame.assign(series="another series") if "series" in frame else frame


#: Tables put under one another, which changes what the rows say: they hold a wave twice, or two waves.
WAVES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "concat of the same wave": lambda frame: pd.concat([frame, frame]),
    "concat of two waves": lambda frame: pd.concat([frame, _another_wave(frame)]),
}
#: These answer for all rows together, whatever surveys they are of: what each counts, which adds up over the waves.
OF_ALL_ROWS: dict[str, Callable[[Any], list[int]]] = {
    "heaping": lambda found: [found.attrs["parameters"]["figures"]],
    "claims": lambda chart: chart.data.select_dtypes("number").to_numpy().ravel().tolist(),
}


def operated(operation: str) -> Callable[[pd.DataFrame], Any]:
    def act(frame: pd.DataFrame) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = (OPERATIONS | WAVES)[operation](frame)
        if isinstance(out, pd.DataFrame):
            out.attrs = {}
        return out

    return act


def plain(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The columns as floats and texts, in an order that only their content gives."""
    out = pd.DataFrame(index=range(len(table)))
    for name in columns:
        column = table[name]
        column = column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column
        if column.isna().all():
            out[name] = ""
        elif pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            out[name] = column.to_numpy(dtype=float, na_value=np.nan)
        else:
            dated = pd.api.types.is_datetime64_any_dtype(column.dtype)
            texts = (
                column.astype("datetime64[ns]").astype(str)
                if dated
                else column.astype(object).where(column.notna(), "")
            )
            out[name] = [str(text) for text in texts]
    order = [name for name in columns if out[name].dtype == object] + [n for n in columns if out[n].dtype != object]
    rounded = out.round(9)
    return out.loc[rounded.sort_values(order, kind="stable").index].reset_index(drop=True)


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The second has every column of the first, with the same numbers and words."""
    missing = [name for name in one.columns if name not in other.columns]
    assert not missing, f"columns are gone: {missing}"
    assert isinstance(other, pd.DataFrame), type(other)
    columns = list(dict.fromkeys(one.columns))
    pd.testing.assert_frame_equal(
        plain(one, columns), plain(other, columns), rtol=1e-7, atol=1e-9, check_dtype=False, check_exact=False
    )


def outcome(call: Callable[[], Any]) -> Any:
    """What the call gives, or the typed error that it raises; any other error is a fault and passes through."""
    try:
        return call()
    except ex.ExposureError as error:
        refused = error
    assert refused.remedy or ";" in str(refused), f"the error gives no remedy: {refused}"
    return refused


_FIRST: dict[str, Any] = {}


def first(name: str) -> Any:
    if name not in _FIRST:
        with handed(lambda frame: frame):
            _FIRST[name] = REAL[name]()
    return _FIRST[name]


def first_chart(name: str) -> Any:
    key = f"chart {name}"
    if key not in _FIRST:
        with handed(lambda frame: frame):
            _FIRST[key] = CHARTS[name]()
    return _FIRST[key]


def test_nothing_public_is_left_out():
    public = {name for name in statistics.__all__ if callable(getattr(statistics, name))}
    called = set(REAL) | NO_RESULT
    assert public == called, f"add a call to tests/real_calls.py (or take it out): {sorted(public ^ called)}"
    assert set(ex.chart.KINDS) == {name.split()[0] for name in CHARTS}
    errors = {name for name in ex.__all__ if isinstance(getattr(ex, name), type) and name.endswith("Error")}
    assert set(ex.__all__) == set(TABLES) | NO_TABLE | errors


@pytest.mark.parametrize("name", REAL)
def test_the_data_dictionary_has_every_column_of_a_result(name):
    lacking = [str(column) for column in first(name).columns if told(str(column)) is None]
    assert lacking == [], "say what they are in figures/result_columns.py, then run scripts/make_documents.py"


@pytest.mark.parametrize("name", REAL)
def test_limits_that_hold_with_certainty_have_no_level(name):
    """Those of Moran's I, of the balance of two waves, of scenarios and of least detectable ratios had one."""
    found = first(name)
    if {"limits", "level"} <= set(found):
        assert found["level"][found["limits"].isin(["rounding", "exact"])].isna().all()


def statistic_of_a_table(name: str, operation: str) -> Any:
    """Hold that the answer is the same or a typed error; return it."""
    expected = first(name)
    with handed(operated(operation)):
        found = outcome(REAL[name])
    if not isinstance(found, ex.ExposureError):
        assert_same(expected, found)
    return found


@pytest.mark.parametrize(("name", "operation"), some_cases(REAL, OPERATIONS, 3))
def test_a_statistic_of_a_table_that_was_handed_about(name, operation):
    statistic_of_a_table(name, operation)


def as_rows(table: pd.DataFrame, columns: list[str]) -> set[tuple[Any, ...]]:
    rows = plain(table, columns).round(7).astype(str)
    return set(rows.itertuples(index=False, name=None))


def assert_added_up(name: str, of_one: Any, of_both: Any) -> None:
    """Two waves with the same counts have each count twice."""
    counted = OF_ALL_ROWS[name]
    assert counted(of_one) and counted(of_both) == [2 * count for count in counted(of_one)]


def statistic_of_two_waves(name: str, operation: str) -> Any:
    """Hold that each row of the answer stands as it was, beside those of the other wave, or a typed error; return it.

    A doubled wave must not pass for more, nor two waves for one.
    """
    expected = first(name)
    with handed(operated(operation)):
        found = outcome(REAL[name])
    if isinstance(found, ex.ExposureError):
        return found
    if operation == "concat of two waves" and name in OF_ALL_ROWS:
        assert_added_up(name, expected, found)
    else:
        columns = [column for column in dict.fromkeys(expected.columns) if column not in ("survey", "series")]
        assert not as_rows(expected, columns) - as_rows(found, columns)
    return found


@pytest.mark.parametrize(("name", "operation"), some_cases(REAL, WAVES, 3))
def test_a_statistic_of_two_waves_under_one_another(name, operation):
    statistic_of_two_waves(name, operation)


@pytest.mark.parametrize("name", ["scenario", "tornado", "heaping", "ranked_changes", "top_movers"])
def test_a_wave_that_stands_twice_is_refused(name):
    assert isinstance(statistic_of_two_waves(name, "concat of the same wave"), ex.DataError)


@pytest.mark.parametrize("name", ["ranked_changes", "top_movers"])
def test_two_series_are_not_one_ranking(name):
    assert isinstance(statistic_of_two_waves(name, "concat of two waves"), ex.NotComparableError)


def sentence_of_a_result(name: str, operation: str) -> Any:
    """Hold that the answer is the same or a typed error; return it."""
    result = first(name)
    said = {lang: statistics.describe(result, lang) for lang in ("en", "es")}
    found = operated(operation)(result)
    for lang, sentence in said.items():
        again = outcome(lambda lang=lang: statistics.describe(found, lang))
        assert isinstance(again, ex.ExposureError) or again == sentence
    return again


@pytest.mark.parametrize(("name", "operation"), some_cases(REAL, OPERATIONS, 3))
def test_the_sentence_of_a_result_that_was_handed_about(name, operation):
    sentence_of_a_result(name, operation)


def shown(chart: Any) -> dict[str, Any]:
    return {key: getattr(chart, key) for key in ("title", "subtitle", "alt", "notes")}


def chart_of_a_table(name: str, operation: str) -> Any:
    """Hold that the answer is the same or a typed error; return it."""
    expected = first_chart(name)
    with handed(operated(operation)):
        found = outcome(CHARTS[name])
    if not isinstance(found, ex.ExposureError):
        assert shown(found) == shown(expected)
    return found


@pytest.mark.parametrize(("name", "operation"), some_cases(CHARTS, OPERATIONS, 3))
def test_a_chart_of_a_table_that_was_handed_about(name, operation):
    chart_of_a_table(name, operation)


def chart_of_two_waves(name: str, operation: str) -> Any:
    """Hold that a wave put twice is drawn once, that of two each stands as it was, or a typed error; return it."""
    expected = first_chart(name)
    with handed(operated(operation)):
        found = outcome(CHARTS[name])
    if isinstance(found, ex.ExposureError):
        return found
    if operation == "concat of the same wave":
        assert shown(found) == shown(expected)
    if name in OF_ALL_ROWS:
        assert_added_up(name, expected, found)
    else:
        columns = [column for column in expected.data.columns if column not in ("survey", "series")]
        assert not as_rows(expected.data, columns) - as_rows(found.data, columns)
    return found


@pytest.mark.parametrize(("name", "operation"), some_cases(CHARTS, WAVES, 3))
def test_a_chart_of_two_waves_under_one_another(name, operation):
    chart_of_two_waves(name, operation)


def as_frame(answer: Any) -> pd.DataFrame:
    """What a function of the package's face says, as a table: of a page its texts, of outlines their extent."""
    if isinstance(answer, ex.chart.Chart):
        return pd.DataFrame([shown(answer)])
    if hasattr(answer, "html"):
        return pd.DataFrame({"html": [answer.html]})
    if hasattr(answer, "_repr_html_") and not isinstance(answer, pd.DataFrame):
        return answer.data.assign(title=answer.title, source=answer.source, labels=str(answer.labels))
    if "geometry" in answer:
        return pd.DataFrame(answer.drop(columns="geometry")).assign(area=answer.geometry.area.to_numpy())
    return answer


def first_table(name: str) -> pd.DataFrame:
    key = f"table {name}"
    if key not in _FIRST:
        with handed(lambda frame: frame):
            _FIRST[key] = as_frame(TABLES[name]())
    return _FIRST[key]


def table_of_a_table(name: str, operation: str) -> Any:
    """Hold that the answer is the same or a typed error; return it."""
    expected = first_table(name)
    with handed(operated(operation)):
        found = outcome(TABLES[name])
    if not isinstance(found, ex.ExposureError):
        assert_same(expected, as_frame(found))
    return found


@pytest.mark.parametrize(("name", "operation"), some_cases(TABLES, OPERATIONS, 3))
def test_a_table_of_a_table_that_was_handed_about(name, operation):
    table_of_a_table(name, operation)


def table_of_two_waves(name: str, operation: str) -> Any:
    """As `statistic_of_two_waves`, of the functions of the package's face."""
    expected = first_table(name)
    with handed(operated(operation)):
        found = outcome(TABLES[name])
    if not isinstance(found, ex.ExposureError) and name not in PAGES:
        columns = [column for column in expected if column not in ("survey", "series")]
        assert not as_rows(expected, columns) - as_rows(as_frame(found), columns)
    return found


#: A page holds all that it is given.
PAGES = {"explorer", "table"}


def test_values_outside_their_limits_are_refused_by_every_sentence_of_rates():
    rates = ex.rates(servers())
    changed = rates.assign(rate=rates["rate"] * 3)
    with pytest.raises(ex.DataError):
        statistics.describe(changed)
