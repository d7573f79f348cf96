"""Results in plain words: what a reader who knows no statistics is told, how sure it is, and what stands behind it."""

import re

import pytest
from real_calls import REAL, servers
from slots import slots

import analysis as ex
from analysis.language.catalogue import catalogue
from analysis.statistics import describe, in_plain_words, rank_sets, rate_ratio, rates

LANGUAGES = ("en", "es", "de", "fr")
PLAIN = catalogue("plain")
SENTENCES = [name for name in PLAIN if "." in name]


@pytest.mark.parametrize("name", SENTENCES)
def test_plain_words_are_those_of_a_sentence_of_statistics(name):
    family, _, case = name.partition(":")[0].partition(".")
    known = slots(catalogue(f"statistics/{family}")[case]["en"]) | {"best", "worst"}
    known |= {f"{end}_{what}" for end in ("lowest", "highest") for what in ("place", "share")}
    known |= {f"the_{part}" for part in known}
    form = PLAIN[name]
    assert form["sure"] in PLAIN and form.get("counted") in known | {None}
    for texts in (form, form["why"]):
        # English alone has an article before the name of a country.
        said = {lang: {part.removeprefix("the_") for part in slots(texts[lang])} for lang in LANGUAGES}
        assert all(found == said["en"] for found in said.values()), name
        assert slots(texts["en"]) <= known | {"span"}, name


@pytest.mark.parametrize("name", REAL)
def test_every_result_is_told_plainly_in_four_languages_or_as_it_is(name):
    found = REAL[name]()
    for lang in LANGUAGES:
        told = in_plain_words(found, lang)
        if not told.level:
            assert told == (describe(found, lang), "", "", "")
            continue
        assert told.fine == describe(found, lang)
        for text in (told.fact, told.level, told.why):
            assert text.endswith(".") and text[0] == text[0].upper() and not re.search(r"[{}_]|  |\bnan\b", text), text
        assert not re.search(r"p [=<]|confidence interval|Gini|Moran|Theil", told.fact), told.fact


def test_how_sure_follows_from_the_numbers():
    apart, alike = (rate_ratio(servers(), *pair) for pair in (("USA", "DEU"), ("GBR", "DEU")))
    assert in_plain_words(apart).level == "The direction is firm, the size is not."
    assert in_plain_words(alike).level == "Not known."
    found = rates(servers())
    assert in_plain_words(found).level == "The order is not firm."
    assert in_plain_words(found.query("iso3 in ['USA', 'CHN']")).level == "Firm."
    two = found.query("iso3 in ['USA', 'CHN']")
    assert in_plain_words(rank_sets(two, value="rate")).fact == "By rate, the United States ranks first among 2 places."


def test_a_finding_of_a_result_has_three_parts():
    found = rate_ratio(servers(), "USA", "DEU")
    said = ex.finding(found, headline=True)
    assert said.text.endswith("the rate of the United States is 7.84 times that of Germany.")
    told, about = said._repr_mimebundle_()
    fact, sure, fine = told["text/markdown"].split("\n\n")
    assert fact.startswith("**") and sure.startswith("How sure? **The direction is firm") and "3\\.54" not in fine
    assert about["exposure"]["sure"] == {"level": said.level, "why": said.why, "fine": describe(found)}


def test_a_result_takes_no_values_and_says_so():
    with pytest.raises(ex.DataError, match="writes its own sentence, so n would be left out"):
        ex.finding(rates(servers()), n=3)
