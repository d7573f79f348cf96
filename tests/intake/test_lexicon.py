"""The words by which reports are read: every pattern is one, and every measure that they lead to exists."""

import pytest

import analysis as ex
from analysis.figures import numerals
from analysis.intake import lexicon
from analysis.intake.languages import detect
from analysis.intake.states import EVENTS

TABLES = lexicon.tables()


@pytest.mark.parametrize("lang", lexicon.languages())
def test_every_language_has_numbers_nouns_and_states_that_compile(lang):
    words = lexicon.words(lang)
    assert lang in numerals.languages()
    assert set(words.nouns.groupindex) <= set(TABLES["measures"])
    assert {"server", "study", "image", "patient", "country"} <= set(words.nouns.groupindex)
    assert words.states and words.not_counts
    assert words.nouns.search("") is None, "a pattern that matches nothing at all would count anywhere"
    assert not any(pattern.search("") for pattern in words.states.values())


def test_every_measure_that_words_lead_to_is_in_the_dictionary():
    known = set(ex.measures().index)
    named = {measure for states in TABLES["measures"].values() for measure in states.values() if measure}
    assert named <= known
    assert set(TABLES["shares"].values()) <= {
        measure for measure in known if ex.measures().loc[measure, "kind"] == "share"
    }
    assert {*TABLES["mixed_up"], *(one for others in TABLES["mixed_up"].values() for one in others)} <= known


def test_every_state_of_a_measure_can_be_said_in_english():
    # What a notification or case is of is told by the report and by no word beside it.
    said = set(TABLES["en"]["states"]) | {*EVENTS, "reported"}
    assert {state for states in TABLES["measures"].values() for state in states if state} <= said


def test_what_a_key_means_is_told_at_the_head_of_the_file():
    text = (lexicon.Path(lexicon.__file__).with_suffix(".toml")).read_text(encoding="utf-8")
    head = text[: text.index("\n[measures]\n")]
    own = {key for lang in lexicon.languages() for key in TABLES[lang]}
    assert [key for key in sorted(own) if f"\n# {key}" not in head] == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The servers answered anyone who asked for the images of a patient."),
        ("es", "Los servidores respondían a cualquiera que pidiera las imágenes de un paciente."),
        ("de", "Die Server antworteten jedem, der nach den Bildern eines Patienten fragte."),
        ("fr", "Les serveurs répondaient à quiconque demandait les images d'un patient."),
        ("nl", "De servers gaven antwoord aan iedereen die naar de beelden van een patiënt vroeg."),
        ("de", "Server | Bilder"),
    ],
)
def test_the_language_of_a_text_is_found(lang, text):
    assert detect(text)[0] == lang
