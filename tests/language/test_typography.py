"""The spaces and apostrophes of each language stand in every sentence, and change nothing when they are there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.language.catalogue import catalogue, families_of, say
from analysis.language.typography import typeset

FAMILIES = (
    "charts",
    "claims",
    "comparability",
    "desk",
    "front",
    "words",
    *map("statistics/{}".format, families_of("statistics")),
)


def texts(entry, lang):
    for key, text in entry.items():
        if isinstance(text, dict):
            yield from texts(text, lang)
        elif key in (lang, f"{lang}_one"):
            yield text


@pytest.mark.parametrize("family", FAMILIES)
def test_no_french_line_can_begin_with_a_colon(family):
    for text in texts(catalogue(family), "fr"):
        assert not re.search(r"\w [:;?!»%]|« |[a-zé]'[a-zé]", text), text


def test_values_that_are_joined_in_code_are_set_too():
    assert say("source", "fr", sources="images: 15; a") == "Source\xa0: images\xa0: 15\u202f; a"


@pytest.mark.parametrize("text", ["https://a.b/c?d", "12:30", "a &amp; b", "«\xa0x\xa0»", "d’eux"])
def test_what_is_right_stays(text):
    assert typeset(text, "fr") == text


@pytest.mark.parametrize("text", ["24.3 million: l'été « a »", "5 % ; x"])
def test_english_is_left_alone(text):
    assert typeset(text, "en") == text


@example("1:»", "fr")
@given(st.text(alphabet=" :;?!«»%'’a1é\xa0\u202fmillions&", max_size=30), st.sampled_from(["es", "de", "fr"]))
def test_setting_twice_is_setting_once(text, lang):
    once = typeset(text, lang)
    assert typeset(once, lang) == once
