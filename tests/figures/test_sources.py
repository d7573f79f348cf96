"""Surveys, sources and citations."""

import json
import re

import pytest

import analysis as ex
from analysis.figures.sources import STYLES, citations


class TestFrames:
    def test_surveys(self, small_data):
        surveys = ex.surveys()
        assert surveys.index.tolist() == ["sample-2020-02"] and surveys.index.name == "survey"
        row = surveys.loc["sample-2020-02"]
        assert (row["primary"], row["programme"], row["honeypots"]) == ("sample-report-2020-03", "sample", "removed")
        assert row.isna()["no_primary"]

    def test_sources(self, small_data):
        sources = ex.sources()
        assert sources.index.name == "source" and len(sources) == 4
        assert sources.loc["diario-2020-04", ["survey", "derived_from", "published"]].tolist() == [
            "sample-2020-02",
            "daily-2020-03",
            "2020-04",
        ]
        assert ex.sources("sample-2020-02").equals(sources)
        with pytest.raises(ex.DataError, match="sample-2020-02"):
            ex.sources("sample-2021")

    def test_a_fault_is_raised(self, small_data, edit):
        edit("sources.csv", "secondary", "tertiary")
        with pytest.raises(ex.DataError, match="tertiary") as caught:
            ex.sources()
        assert (caught.value.line, caught.value.column) == (4, "tier")


class TestCite:
    def test_text(self, small_data):
        assert ex.cite("daily-2020-03") == "Daily. Open doors & windows. 17 March 2020. https://example.org/daily"
        assert ex.cite("diario-2020-04") == "Diario. Puertas abiertas. April 2020."

    def test_a_quoted_source_says_who_quotes_it(self, small_data):
        assert ex.cite("sample-report-2020-03") == (
            "Sample Surveyor. Archives in reach. 2 March 2020. As quoted by Daily. https://example.org/report"
        )
        assert ex.cite("sample-report-2020-03", "short") == "Sample Surveyor (2 March 2020), as quoted by Daily"

    def test_who_quotes_is_taken_from_locators_before_descent(self, small_data, edit):
        edit("figures.csv", "daily-2020-03, paragraph 1", "diario-2020-04, paragraph 1")
        assert ex.cite("sample-report-2020-03", "short").endswith("as quoted by Daily and Diario")

    @pytest.mark.parametrize(
        ("date", "shown"),
        [("", "no date"), ("2020", "2020"), ("2020-04", "April 2020"), ("2020-04-01", "1 April 2020")],
    )
    def test_dates_as_far_as_they_are_known(self, small_data, edit, date, shown):
        edit("sources.csv", "2020-04,excerpt", f"{date},excerpt")
        assert ex.cite("diario-2020-04", "short") == f"Diario ({shown})"
        assert f". {shown[0].upper()}{shown[1:]}." in ex.cite("diario-2020-04")

    @pytest.mark.parametrize("title", ["Is it open?", "Wait...", "A list, & more", "50 % of all", "An end."])
    def test_no_mark_stands_twice(self, small_data, edit, title):
        edit("sources.csv", "Puertas abiertas", f'"{title}"')
        text = ex.cite("diario-2020-04")
        assert title.rstrip(".") in text
        assert not re.search(r"[?]\.|(?<!\.)\.\.(?!\.)| ,", text)

    def test_bibtex_escapes(self, small_data):
        text = ex.cite("daily-2020-03", "bibtex")
        assert text.startswith("@misc{daily-2020-03,\n") and text.endswith("\n}")
        assert r"title = {{Open doors \& windows}}" in text
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")

    def test_a_title_that_is_not_known_is_left_out_and_nothing_stands_for_it(self, small_data, edit):
        edit("sources.csv", "Puertas abiertas", "")
        edit("sources.csv", "Archives in reach", "")
        assert ex.cite("diario-2020-04") == "Diario. April 2020."
        assert "title" not in json.loads(ex.cite("diario-2020-04", "csl"))
        # BibTeX asks for the title of a technical report, and for none of anything else.
        text = ex.cite("sample-report-2020-03", "bibtex")
        assert text.startswith("@misc{") and "title" not in text

    def test_csl(self, small_data):
        item = json.loads(ex.cite("sample-release-2020-03", "csl"))
        assert item["type"] == "report" and item["issued"] == {"date-parts": [[2020, 3]]}
        assert "URL" not in item

    @pytest.mark.parametrize(
        ("source", "style", "hint"), [("daily-2020", "text", "daily-2020-03"), ("daily-2020-03", "apa", "bibtex")]
    )
    def test_unknown(self, small_data, source, style, hint):
        with pytest.raises(ex.DataError, match=hint):
            ex.cite(source, style)


@pytest.mark.parametrize("style", STYLES)
def test_every_shipped_source_can_be_cited(style):
    sources, cited = ex.sources(), citations(style)
    assert set(cited) == set(sources.index)
    for source, text in cited.items():
        assert "nan" not in text.lower().split()
        assert not re.search(
            r"[.?!] (Article|Report)\. |\{\{(Article|Report)\}\}|\"title\": \"(Article|Report)\"", text
        )
        assert style == "bibtex" or str(sources.loc[[source], "publisher"].iloc[0]).rstrip(".") in text
        if sources.loc[[source], "seen"].iloc[0] == "quoted":
            assert "as quoted by" in text.lower()
    assert cited[source] == ex.cite(source, style)
