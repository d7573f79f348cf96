"""The reference tables are what sources.toml says they are, and their traps are known to hold."""

import csv
import hashlib
import io
import runpy
import tomllib
from pathlib import Path

import babel
import pandas as pd
import pytest

import analysis as ex
from analysis.datafolder import data_folder, read_text

REFERENCE = data_folder() / "reference"
SOURCES = tomllib.loads((REFERENCE / "sources.toml").read_text(encoding="utf-8"))
TABLES = sorted(name for name in SOURCES if name.endswith(".csv"))
#: Codes beside ISO 3166-1 that the tables use: the world and Kosovo.
OURS = {"WLD", "XKX"}


def rows(name):
    return list(csv.DictReader(io.StringIO(read_text(REFERENCE / name))))


def test_every_file_has_its_source():
    files = {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*") if path.is_file()}
    assert files - {"sources.toml"} == set(SOURCES)


@pytest.mark.parametrize("name", sorted(SOURCES))
class TestEachFile:
    def test_checksum(self, name):
        assert hashlib.sha256((REFERENCE / name).read_bytes()).hexdigest() == SOURCES[name]["sha256"]

    def test_says_where_it_comes_from(self, name):
        source = SOURCES[name]
        for field in ("title", "origin", "vintage", "licence", "attribution"):
            assert source[field].strip(), field


@pytest.mark.parametrize("name", TABLES)
class TestEachTable:
    def test_rows_and_key(self, name):
        table = rows(name)
        assert len(table) == SOURCES[name]["rows"]
        keys = [tuple(row[column] for column in SOURCES[name]["key"]) for row in table]
        assert len(set(keys)) == len(keys)

    def test_line_ends_and_encoding(self, name):
        raw = (REFERENCE / name).read_bytes()
        assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
        raw.decode("utf-8")


def test_country_codes_are_those_of_iso_3166():
    # The outside witness is CLDR, less its groups of countries, parts of countries and test codes.
    alpha2 = {row["iso2"] for row in rows("countries.csv")}
    territories = {code for code in babel.Locale("en").territories if len(code) == 2 and code.isalpha()}
    assert alpha2 <= territories
    assert territories - alpha2 == {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


@pytest.mark.parametrize(
    "name", ["population", "population_wpp2024", "covariates", "income_history", "included_areas", "name_variants"]
)
def test_codes_in_every_table_are_known(name):
    known = {row["iso3"] for row in rows("countries.csv")} | OURS
    assert {row["iso3"] for row in rows(f"{name}.csv")} - {""} <= known


def test_parents_of_subdivisions_are_their_codes_countries():
    codes = {row["iso2"]: row["iso3"] for row in rows("countries.csv")}
    for row in rows("subdivisions.csv"):
        assert codes[row["code"].split("-")[0]] == row["parent"], row


def test_indicators_are_counted_right():
    covariates = ex.reference("covariates").groupby("indicator")
    indicators = ex.reference("indicators").set_index("indicator")
    found = covariates.agg(
        rows=("value", "size"), countries=("iso3", "nunique"), first_year=("year", "min"), last_year=("year", "max")
    )
    pd.testing.assert_frame_equal(
        indicators[["rows", "countries", "first_year", "last_year"]].sort_index(), found.sort_index(), check_names=False
    )


class TestTraps:
    def test_namibia_is_not_missing(self):
        countries = ex.reference("countries")
        assert countries.loc[countries["iso3"] == "NAM", "iso2"].tolist() == ["NA"]
        assert countries["iso2"].notna().all()

    def test_m49_keeps_its_zeros(self):
        countries = ex.reference("countries").set_index("iso3")
        assert countries.loc["AFG", "m49"] == "004"

    def test_france_counts_double(self):
        # World Bank France 2023 is 68.37 million; World Population Prospects has it as two: 66.44
        # million in Europe, and 68.66 million with the five departments overseas.
        bank = ex.reference("population").query("year == 2023").set_index("iso3")["population"]
        outlook = ex.reference("population_wpp2024").query("year == 2023").set_index("iso3")["population"]
        inside = ex.reference("included_areas").query("inside == 'FRA'")["iso3"]
        assert round(bank["FRA"] / 1e6, 2) == 68.37
        assert round(outlook["FRA"] / 1e6, 2) == 66.44
        assert round((outlook["FRA"] + outlook[inside].sum()) / 1e6, 2) == 68.66

    def test_the_world_is_the_sum_of_its_parts_without_what_is_inside_others(self):
        bank = ex.reference("population").query("year == 2023").set_index("iso3")["population"]
        inside = ex.reference("included_areas").query("inside == 'FRA'")["iso3"]
        assert bank.drop(["WLD", *inside]).sum() == 8_064_686_095
        assert bank["WLD"] == 8_064_057_930

    def test_nothing_is_carried_that_its_licence_forbids(self):
        publishers = " ".join(ex.reference("indicators")["publisher"]).lower()
        assert "observatory" not in publishers and "cybersecurity" not in publishers
        assert not any("NC" in licence for licence in ex.reference("indicators")["licence"])


class TestPlaceNames:
    def test_are_current(self):
        if babel.__version__ not in SOURCES["place_names.csv"]["origin"]:
            pytest.skip("compiled with another version of Babel")
        script = Path(__file__).parents[1] / "scripts" / "make_place_names.py"
        compiled = runpy.run_path(str(script))["compile_names"]()
        assert compiled == read_text(REFERENCE / "place_names.csv")
