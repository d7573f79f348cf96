"""A sentence for every result, in four languages; what every public statistic must have; what a written one keeps."""

import ast
import csv
import inspect
import json
import re
import tomllib
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from real_calls import NO_RESULT, REAL, servers
from slots import slots

import analysis as ex
from analysis import statistics
from analysis.figures.package import metadata, write_table
from analysis.statistics import describe, rate_ratio, rates
from analysis.statistics.result import Record, result

LANGUAGES = ("en", "es", "de", "fr")
FAMILIES = sorted(
    file.name.removesuffix(".toml") for file in files("analysis.language").joinpath("catalogues/statistics").iterdir()
)


# Sentences


def test_a_sentence_is_that_of_its_family():
    found = rates(servers())
    sentences = {lang: describe(found, lang) for lang in LANGUAGES}
    assert len(set(sentences.values())) == 4
    assert sentences["en"].startswith("United States: ") and sentences["de"].startswith("Vereinigte Staaten: ")


def test_what_is_no_result_is_refused():
    with pytest.raises(ex.DataError, match="no column 'statistic'"):
        describe(servers())
    with pytest.raises(ex.DataError, match="does not write"):
        describe(rates(servers()), "it")


@pytest.mark.parametrize("family", FAMILIES)
def test_sentences_are_whole(family):
    """Four languages for each case, the same parts in each, one full stop, no English sign before a French colon."""
    for case, texts in tomllib.loads(
        files("analysis.language").joinpath("catalogues/statistics", f"{family}.toml").read_text("utf-8")
    ).items():
        assert sorted(texts) == sorted(LANGUAGES), case
        parts = {lang: slots(text) for lang, text in texts.items()}
        assert all(found == parts["en"] for found in parts.values()), case
        for lang, text in texts.items():
            assert text.rstrip("}").endswith((".", "{caveat", "{note", "{rest", "{more")) or text.endswith("}"), (
                case,
                lang,
                text,
            )
            assert "  " not in text, (case, lang)
        for sign in (" :", " ;", " ?"):
            # A colon inside braces belongs to a slot: {day:from}.
            bare = re.sub(r"\{[^}]*\}", "", texts["fr"])
            bare = bare.replace(sign, "").replace("\N{NO-BREAK SPACE}" + sign[1], "")
            assert sign[1] not in bare, (case, "a blank must stand before " + sign)


# What every public function must have

METHODS = (Path(__file__).parents[2] / "docs" / "methods.md").read_text("utf-8")
PUBLIC = [name for name in statistics.__all__ if inspect.isfunction(getattr(statistics, name))]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions_say_what_they_take_and_give(name):
    text = inspect.getdoc(getattr(statistics, name))
    assert text and "Parameters\n----------" in text and "Returns\n-------" in text, name
    given = inspect.signature(getattr(statistics, name)).parameters
    told = text.split("Parameters\n----------")[1].split("Returns\n-------")[0]
    for parameter in given:
        assert parameter in told, f"{name} does not tell of {parameter}"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions_are_told_in_the_methods(name):
    told = re.search(rf"`(ex\.)?(statistics\.)?{name}[`(]", METHODS) is not None
    assert told, f"docs/methods.md does not tell of {name}"


# Every public function on the real panel


def test_every_public_function_is_run():
    called = set(REAL) | NO_RESULT
    assert set(PUBLIC) == called, f"add a call to tests/real_calls.py (or take it out): {sorted(set(PUBLIC) ^ called)}"


@pytest.mark.parametrize("name", REAL)
def test_every_statistic_tells_of_the_real_panel_in_four_languages(name):
    found = REAL[name]()
    assert len(found) and found.attrs["statistic"].count(".") == 1
    assert json.loads(json.dumps(found.attrs, allow_nan=False)) is not None
    told = {lang: describe(found, lang) for lang in LANGUAGES}
    assert len(set(told.values())) == 4
    for lang, text in told.items():
        assert len(text) <= 280, (lang, len(text), text)
        assert not re.search(r"(?i)\bnan\b|\binf\b|[{}_]|  | \.|\(\)|, ,", text), (lang, text)
        assert text.endswith((".", ".”")) and text[0] == text[0].upper(), (lang, text)
    assert not re.search("(?<!\N{NARROW NO-BREAK SPACE})[;?]|(?<!\N{NO-BREAK SPACE}):", told["fr"]), told["fr"]


@pytest.mark.parametrize("name", ["correlate", "rates", "concentration", "two_lists", "change"])
def test_the_same_call_gives_the_same_result(name):
    pd.testing.assert_frame_equal(REAL[name](), REAL[name]())
    assert REAL[name]().attrs == REAL[name]().attrs


# What a written result keeps


@pytest.fixture(scope="module")
def correlation():
    return statistics.correlate(servers(), "hospital_beds_per1000")


def kept(path):
    """The metadata that a file holds, each form in its own way."""
    match path.suffix:
        case ".csv":  # no room in the file: a neighbour holds them
            return json.loads(path.with_suffix(".metadata.json").read_text("utf-8"))
        case ".json":
            return json.loads(path.read_text("utf-8"))["metadata"]
        case ".parquet":  # in the schema
            from pyarrow import parquet

            return json.loads(parquet.read_schema(path).metadata[b"exposure"])
        case ".xlsx":  # a sheet of key, name and value; what is not text is JSON
            sheet = pd.read_excel(path, sheet_name="metadata", keep_default_na=False)
            found = {}
            for key, name, value in sheet.itertuples(index=False):
                if name:
                    found.setdefault(key, {})[name] = value
                else:
                    found[key] = value
            made = found["statistic"]
            for name in ("level", "seed", "surveys", "warnings", "missing", "parameters"):
                made[name] = json.loads(made[name]) if isinstance(made[name], str) else made[name]
            return found


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "xlsx"])
def test_a_written_result_keeps_how_it_was_made(correlation, tmp_path, suffix):
    """method, level, interval, seed, surveys, warnings, missing and parameters under ``statistic``; measures and
    sources, which have no
    column here, with their definitions and citations like those of any table."""
    told = kept(write_table(correlation, tmp_path / f"correlation.{suffix}"))
    made, attrs = told["statistic"], correlation.attrs
    assert made["name"] == attrs["statistic"] == "association.correlate"
    for key in ("method", "level", "limits", "seed", "surveys", "warnings", "missing", "parameters"):
        assert made[key] == attrs[key], key
    assert set(told["sources"]) == set(attrs["sources"]) and set(told["measures"]) == {"servers_exposed"}
    assert (
        told["sources"]["greenbone-2019-09"] == ex.cite("greenbone-2019-09")
        if "greenbone-2019-09" in attrs["sources"]
        else True
    )


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "xlsx"])
def test_a_written_result_keeps_its_numbers(correlation, tmp_path, suffix):
    path = write_table(correlation, tmp_path / f"correlation.{suffix}")
    match suffix:
        case "csv":
            row = next(csv.DictReader(path.read_text("utf-8").splitlines()))
        case "json":
            row = json.loads(path.read_text("utf-8"))["data"][0]
        case "parquet":
            row = pd.read_parquet(path).iloc[0]
        case "xlsx":
            row = pd.read_excel(path).iloc[0]
    assert float(row["rho"]) == pytest.approx(correlation["rho"].iloc[0], rel=1e-9)  # ten digits are written
    assert row["method"] == correlation["method"].iloc[0]


def test_markdown_tells_the_warnings(correlation, tmp_path):
    text = write_table(correlation, tmp_path / "correlation.md").read_text("utf-8")
    assert "ecological inference" in text and "- `missing`: []" in text


def test_a_seed_is_kept(tmp_path):
    found = statistics.moran(servers(), neighbours=3, draws=99, seed=11)
    assert kept(write_table(found, tmp_path / "moran.parquet"))["statistic"]["seed"] == 11


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "xlsx", "md"])
def test_an_open_end_is_written(tmp_path, suffix):
    frame = pd.DataFrame(
        {"iso3": ["DEU", "FRA"], "value": [4.0, 0.0], "low": [4.0, 0.0], "high": [4.0, 0.0], "size": [9.0, 9.0]}
    )
    found = rate_ratio(frame, "DEU", "FRA", per="size")
    assert np.isinf(found["ratio"].iloc[0])
    path = write_table(found, tmp_path / f"ratio.{suffix}")
    if suffix == "json":
        assert json.loads(path.read_text("utf-8"))["data"][0]["ratio"] == "INF"
    if suffix == "xlsx":
        assert pd.read_excel(path, dtype=str)["ratio"].iloc[0] == "INF"
    if suffix == "parquet":
        assert np.isinf(pd.read_parquet(path)["ratio"].iloc[0])


def test_what_identifies_is_refused_in_what_a_result_tells_too(tmp_path):
    frame = pd.DataFrame({"rate": [1.0]})
    found = result(frame, "rates.rates", of=frame, method="exact", record=Record(missing=["192.0.2.17"]))
    with pytest.raises(ex.IdentifierError):
        write_table(found, tmp_path / "rates.json")
    assert not list(tmp_path.iterdir())


def test_a_table_that_is_no_result_tells_of_no_statistic():
    assert "statistic" not in metadata(servers())


# The face loads nothing heavy before it is used


def test_no_statistic_imports_a_heavy_library_at_the_top():
    for file in files("analysis.statistics").iterdir():
        if file.name.endswith(".py"):
            for node in ast.parse(file.read_text("utf-8")).body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = (
                        [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                    )
                    heavy = {
                        "scipy",
                        "statsmodels",
                        "esda",
                        "libpysal",
                        "geopandas",
                        "mapclassify",
                        "inequality",
                        "matplotlib",
                        "pyproj",
                    }
                    assert not heavy & {name.partition(".")[0] for name in names}, file.name


def test_every_family_with_sentences_can_tell_them():
    for family in set(FAMILIES) - {"describing"}:
        assert callable(import_module(f"analysis.statistics.{family}").facts), family
