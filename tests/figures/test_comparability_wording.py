"""The reasons of comparability in four languages: whole, alike in what they hold, and none left in English."""

import re
import string

import pytest

import analysis as ex
from analysis.datafolder import data_folder
from analysis.figures import comparability
from analysis.figures.survey import read_survey
from analysis.language.languages import LANGUAGES


def statements():
    folder = data_folder() / "aggregate"
    methods = [read_survey(path).meta["method"] for path in sorted(folder.iterdir()) if (path / "survey.toml").exists()]
    return {
        said.strip()
        for method in methods
        for key in ("not_comparable_with", "comparable_with_note")
        for said in method.get(key, {}).values()
    }


def test_every_statement_of_the_data_is_there_in_four_languages():
    assert statements() - set(comparability._texts()["statement"]) == set()


@pytest.mark.parametrize("kind", ["reason", "word", "statement"])
def test_every_text_is_there_in_four_languages_with_the_same_parts(kind):
    for key, entry in comparability._texts()[kind].items():
        assert set(entry) == set(LANGUAGES), key
        parts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in entry.values()]
        assert all(one == parts[0] for one in parts), key
        assert all(text == text.strip() and text for text in entry.values()), key


@pytest.mark.parametrize("lang", ["es", "de", "fr"])
def test_no_reason_stays_in_english(lang):
    panel = ex.panel()
    english, other = ex.comparable(panel), ex.comparable(panel, lang=lang)
    assert other.drop(columns="reasons").equals(english.drop(columns="reasons"))
    told = english["reasons"] != ""
    assert (english["reasons"][told] != other["reasons"][told]).all()
    # Who counted has a name of their own, in whatever language.
    names = re.compile("|".join(map(re.escape, ex.surveys()["surveyor"].dropna())))
    words = {word for reasons in other["reasons"] for word in names.sub("", reasons).replace(";", " ").split()}
    assert not words & {"the", "counted", "they", "decoys", "stated", "years"}


def test_a_statement_that_nobody_translated_is_quoted_as_english():
    survey = {"surveyor": "A", "scan_from": "", "scan_to": "2020-02"}
    quoted = "laut Datei der Erhebung (auf Englisch): „Counted by hand“"
    assert comparability._said_by(survey, "Counted by hand.", "de") == quoted
    assert comparability._said_by(survey, "Counted by hand here.", "en") == "A (February 2020): Counted by hand here"


def test_a_refusal_is_in_english_whatever_the_language():
    rows = ex.preferred(ex.panel()).query(
        "iso3 == 'WLD' and measure == 'servers_exposed' and survey in ('greenbone-2019-09', "
        "'modat-2025', 'aplite-2023-12')"
    )
    with pytest.raises(ex.NotComparableError, match="must not be compared"):
        comparability.require_comparable(rows, lang="de")


def test_an_unknown_language_is_refused():
    with pytest.raises(ex.DataError, match="does not write in 'it'"):
        ex.comparable(ex.panel(), lang="it")
