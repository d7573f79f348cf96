"""Findings: computed numbers only."""

import json

import pytest

import analysis as ex


def test_numbers_are_written_and_texts_taken_as_they_are():
    finding = ex.finding(
        "{studies} studies in {n} countries, {share} in one", studies=24_300_000, n=52, share=ex.percent(0.564)
    )
    assert str(finding) == "24.3 million studies in 52 countries, 56% in one"
    assert finding.values == {"studies": "24.3 million", "n": "52", "share": "56%"}


def test_a_quantity_is_written_by_its_value():
    assert str(ex.finding("{x}", x=ex.quantity("13.7 million"))) == "13.7 million"


@pytest.mark.parametrize(
    ("template", "values", "fault"),
    [
        ("{n} countries", {}, "do not match: n"),
        ("countries", {"n": 1}, "do not match: n"),
        ("{n} of 52 countries", {"n": 1}, "typed into the sentence"),
        ("{n", {"n": 1}, "cannot be filled in"),
    ],
)
def test_what_does_not_fit_is_refused(template, values, fault):
    with pytest.raises(ex.DataError, match=fault):
        ex.finding(template, **values)


def test_years_may_be_typed():
    assert str(ex.finding("{n} in September 2019", n=590)) == "590 in September 2019"


def test_markdown_shows_signs_as_signs():
    assert ex.finding("{x}", x="<b>*a*</b>")._repr_markdown_() == r"\<b\>\*a\*\</b\>"


def test_headlines_are_collected_once_in_their_order(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPOSURE_BUNDLES", str(tmp_path))
    for text in ("first {n}", "second {n}", "first {n}"):
        ex.finding(text, headline=True, n=1)._repr_mimebundle_()
    ex.finding("quiet {n}", n=1)._repr_mimebundle_()
    assert [entry["text"] for entry in json.loads((tmp_path / "findings.json").read_text())] == ["first 1", "second 1"]


def test_a_row_of_the_panel_stands_for_its_value_and_says_where_it_is_printed():
    panel = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    row = panel.query("measure == 'servers_exposed' and iso3 == 'WLD'").iloc[0]
    told, about = ex.finding("{n} servers, {m} more", n=row, m=3)._repr_mimebundle_()
    assert told["text/plain"] == "590 servers, 3 more"
    [found] = about["exposure"]["rows"]
    assert (found["text"], found["figure"], found["survey"], found["source"]) == (
        "590",
        row["figure"],
        "greenbone-2019-09",
        row["source"],
    )


def test_a_row_keeps_the_qualifier_that_was_printed():
    found = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query(
        "measure == 'images_accessible' and iso3 == 'WLD'"
    )
    assert found["figure"].tolist() == ["around 400 million"]
    assert str(ex.finding("{n} images", n=found.iloc[0])) == "About 400 million images"
    assert "rund 400" in str(ex.finding("Es waren {n} Bilder", n=found.iloc[0], lang="de"))
