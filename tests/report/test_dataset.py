"""The table for outsiders, and what describes it, read by programs that others wrote."""

import hashlib
import json

import frictionless
import pandas as pd
import pytest

import analysis as ex
from analysis.report.table_for_outsiders import COLUMNS, RATINGS, claim_reviews, tidy, write_dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    write_dataset(folder)
    return folder


def test_frictionless_finds_it_valid(folder):
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_every_figure_is_there_once_with_its_interval(folder):
    table, panel = pd.read_csv(folder / "panel.csv", dtype={"figure": str}), ex.panel()
    assert list(table.columns) == list(COLUMNS) and len(table) == len(panel)
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert table[["survey", "surveyor", "source", "publisher", "unit", "licence"]].notna().all().all()
    assert table["value"].sum() == pytest.approx(panel["value"].sum())


def test_csv_and_parquet_hold_the_same(folder):
    csv = pd.read_csv(folder / "panel.csv", dtype=str, keep_default_na=False)
    held = pd.read_parquet(folder / "panel.parquet")
    assert list(held.columns) == list(csv.columns) and len(held) == len(csv)
    assert held["value"].tolist() == pytest.approx(csv["value"].astype(float).tolist())


def test_the_same_bytes_each_time(folder, tmp_path):
    for path in write_dataset(tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_croissant_names_every_column_of_the_file(folder):
    told = json.loads((folder / "croissant.json").read_text("utf-8"))
    fields = told["recordSet"][0]["field"]
    assert [field["source"]["extract"]["column"] for field in fields] == list(COLUMNS)
    assert told["distribution"][0]["sha256"] == hashlib.sha256((folder / "panel.csv").read_bytes()).hexdigest()


def test_each_claim_with_a_verdict_has_one_review_and_no_invented_date():
    claims, reviews = ex.check_claims(), claim_reviews()
    assert len(reviews) == claims["verdict"].isin(list(RATINGS)).sum()
    assert len({review["url"] for review in reviews}) == len(reviews)
    dates = set(ex.sources()["published"].dropna())
    for review in reviews:
        item = review["itemReviewed"]
        assert item["author"]["@type"] == "Organization" and item["author"]["name"]
        assert item.get("datePublished") is None or item["datePublished"] in dates
        assert RATINGS[review["reviewRating"]["alternateName"]] == review["reviewRating"]["ratingValue"]


def test_nothing_in_it_identifies():
    ex.refuse_identifiers(tidy())
