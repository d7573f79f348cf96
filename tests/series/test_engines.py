"""Every question gets the same answer from every engine: counts exactly, what is divided to 1e-12."""

import importlib.util
import inspect
import shutil

import numpy as np
import pandas as pd
import pytest

import analysis as ex
from analysis.series import Selection, query
from analysis.series.engines import engine as engine_at
from analysis.series.importing import import_counts

from .conftest import HEADER

REGISTER, VINTAGES, SERVICES = "us-breach-register", "us-breach-register-vintages", "cybergreen-open-services"

# Every public function that asks an engine, with questions to a store (synthetic, with gaps and corrections) and to
# shipped series.
QUESTIONS = {
    "select": [
        ("synthetic", {}),
        ("synthetic", {"as_of": "2024-03-01", "places": ["DEU", "Atlantis"]}),
        (VINTAGES, {"measure": "breaches_open"}),
    ],
    "resample": [
        ("synthetic", {"grain": "week"}),
        ("synthetic", {"grain": "month", "how": "sum", "gaps": False}),
        ("synthetic", {"grain": "quarter", "measure": "reports", "since": "2024-01-01"}),
        (SERVICES, {"grain": "month", "places": ["DEU", "USA"], "measure": "open_dns"}),
        ("us-breach-register-detail", {"grain": "year", "measure": "theft", "places": ["AK", "CA"]}),
    ],
    "rates": [("synthetic", {"grain": "month"}), (SERVICES, {"grain": "year", "measure": "open_ntp"})],
    "totals": [("synthetic", {"grain": "month"}), (SERVICES, {"grain": "month"})],
    "coverage": [("synthetic", {}), ("synthetic", {"by": "place"})],
    "movers": [
        ("synthetic", {"span_before": ("2023-12-01", "2023-12-31"), "span_after": ("2024-02-01", "2024-02-29"), "k": 3})
    ],
    "revisions": [("synthetic", {}), (VINTAGES, {})],
}
CHOSEN = {"measure", "places", "source", "since", "until", "as_of"}
EACH = [(name, series, asked) for name, questions in QUESTIONS.items() for series, asked in questions]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """A data folder with the shipped series and a synthetic store; DuckDB's answers in it."""
    from .conftest import ROOT, SERIES

    folder = tmp_path_factory.mktemp("engines")
    (folder / "aggregate").mkdir()
    shutil.copy(ROOT / "data" / "aggregate" / "measures.toml", folder / "aggregate")
    shutil.copytree(ROOT / "data" / "series", folder / "series")
    (folder / "series" / "synthetic").mkdir()
    (folder / "series" / "synthetic" / "series.toml").write_text(SERIES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPOSURE_DATA", str(folder))
        random = np.random.default_rng(7)
        places = [("Germany", "DEU"), ("France", "FRA"), ("United States", "USA"), ("Kosovo", "XKX"), ("Atlantis", "")]
        lines = []
        for day in pd.date_range("2023-11-20", "2024-03-10"):
            for place, code in places:
                for measure, source in (
                    ("open_dicom", "monitor-a"),
                    ("open_dicom", "monitor-b"),
                    ("reports", "monitor-a"),
                ):
                    # Days are missing, and for one place three weeks on end.
                    if random.random() < 0.1 or (
                        place == "France" and pd.Timestamp("2024-01-10") < day < pd.Timestamp("2024-02-01")
                    ):
                        continue
                    count = int(random.poisson(300))
                    limits = f"{count - 10},{count + 10.5}" if measure == "open_dicom" else ","
                    lines.append(f"{day:%Y-%m-%d},{place},{code},{measure},{count},{limits},{source}\n")
        file = folder / "synthetic.csv"
        file.write_text(HEADER + "".join(lines), encoding="utf-8")
        import_counts(file, "synthetic")
        file.write_text(
            HEADER + "".join(line.replace(line.split(",")[4], "123", 1) for line in lines[:40] if ",reports," in line),
            encoding="utf-8",
        )
        assert import_counts(file, "synthetic", vintage="2024-04-01", revise=True).revised > 5
        yield {key: answer(key[0], key[1], asked, "duckdb") for key, asked in _keyed()}


def answer(name, series, asked, engine):
    """What a function of the package says of a selection computed by an engine."""
    chosen = {key: value for key, value in asked.items() if key in CHOSEN}
    rest = {key: value for key, value in asked.items() if key not in CHOSEN}
    return getattr(ex.series, name)(Selection(series, **chosen, engine=engine), **rest)


def _keyed():
    return [((name, series, str(asked)), asked) for name, series, asked in EACH]


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert list(one) == list(other) and len(one) == len(other) > 0
    for column in one:
        a, b = one[column], other[column]
        assert a.dtype == b.dtype, column
        if pd.api.types.is_float_dtype(a):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=0, err_msg=column)
            whole = (a == a.round()) & a.notna()
            assert (a[whole] == b[whole]).all(), column
        else:
            pd.testing.assert_series_equal(a, b, check_exact=True)
    assert one.attrs == other.attrs


def test_every_function_that_asks_an_engine_is_compared():
    asking = {
        name
        for name in ex.series.__all__
        if inspect.isfunction(getattr(ex.series, name))
        and "selection" in inspect.signature(getattr(ex.series, name)).parameters
    }
    assert asking == set(QUESTIONS)
    assert all(getattr(query, name) is inspect.unwrap(getattr(ex.series, name)) for name in asking)


@pytest.mark.parametrize(("name", "series", "asked"), EACH, ids=str)
def test_datafusion_answers_as_duckdb(answers, name, series, asked):
    same(answers[name, series, str(asked)], answer(name, series, asked, "datafusion"))


@pytest.fixture(scope="module")
def spark():
    """A real Spark session in this machine, two cores."""
    if shutil.which("java") is None:
        pytest.skip("no Java runtime: Apache Spark cannot run (Debian: default-jre-headless)")
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is missing: pip install --require-hashes -r requirements-cluster.lock")
    address = "spark://local[2]"
    with pytest.MonkeyPatch.context() as patch:
        # Compile little: the questions are small and many.
        patch.setenv(
            "PYSPARK_SUBMIT_ARGS", '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell'
        )
        yield address
    from pyspark.sql import SparkSession

    from analysis.series import engines

    SparkSession.getActiveSession().stop()
    engines._engine.cache_clear()


@pytest.mark.filterwarnings("ignore")  # Spark and Ibis warn of each other's older names
@pytest.mark.parametrize(("name", "series", "asked"), EACH, ids=str)
def test_spark_answers_as_duckdb(answers, spark, name, series, asked):
    same(answers[name, series, str(asked)], answer(name, series, asked, spark))


def test_the_engine_is_chosen_by_the_environment(answers, monkeypatch):
    monkeypatch.setenv("EXPOSURE_ENGINE", "datafusion")
    assert engine_at(None).address == "datafusion"
    with pytest.raises(ex.DataError, match="there is no engine 'oracle'"):
        ex.series("synthetic", engine="oracle")
