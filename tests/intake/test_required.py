"""Words that a text cannot hold are not looked for in it, and whatever stands in it is found as before."""

import re

import pytest

from analysis.intake.lexicon import words
from analysis.intake.nowhere import NOWHERE
from analysis.intake.numbers import find_numbers
from analysis.intake.required import Required, required_pieces

SENTENCES = {
    "en": (
        "Of these, 400 million images on 590 open servers in the United States could be downloaded without a password.",
        "A German company's researchers in Lyon told three hospitals across the country; none was affected.",
        "The commissioner's office received 1,204 breach notifications of 500 or more records, up 12 percent on 2023.",
    ),
    "de": (
        "Von den 590 Servern standen 187 in Deutschland offen; davon waren 26 ohne Passwort.",
        "Die Behörde informierte drei Kliniken, darunter das Universitätsklinikum, über 2½ Millionen Datensätze.",
    ),
    "ja": ("世界で590台のサーバーが公開され、このうち187台は日本にあり、個人情報1億2000万件が含まれていた。",),
}


@pytest.mark.parametrize("lang", SENTENCES)
def test_what_stands_in_a_text_is_looked_for(lang):
    whole, dropped = words(lang), 0
    for text in SENTENCES[lang]:
        for told in (text, text.upper(), text.replace(" ", "\u00a0")):
            here = whole.within(told)
            for name, form in list(vars(whole).items()):
                if isinstance(form, re.Pattern) and form.search(told):
                    assert getattr(here, name) is form, (name, told)
                dropped += isinstance(form, re.Pattern) and getattr(here, name) is NOWHERE
            for name, form in whole.states.items():
                assert here.states[name] is form or not form.search(told), (name, told)
            assert here.counted(told) == whole.counted(told)
            assert here.event(told) == whole.event(told)
            assert find_numbers(told, here) == find_numbers(told, whole)
    assert dropped > 10 * len(SENTENCES[lang])


@pytest.mark.parametrize(
    ("form", "needed"),
    [
        (r"(?<![\w-])(?:servers?|hosts)(?!\w)", {"\1server", "\1hosts\2"}),
        (r"\b(?:in|across) (?:this|our) country\b", {"\1countr"}),
        (r"breach|data (?:loss|theft)", {"breach", "data\2"}),
        (r"\d[\d.]*\s?(?:%|percent)", {"%", "percent"}),
        (r"[ao]penly|x?", None),
        (r"\w+", None),
    ],
)
def test_the_pieces_of_a_pattern(form, needed):
    assert required_pieces(form) == needed


def test_one_look_tells_of_many_patterns():
    asked = Required([r"\bopen\b", r"\b\d+ servers\b", r"\w+"])
    assert asked.held("590 servers were opened") == 0b110
    assert asked.held("an open door") == 0b101
