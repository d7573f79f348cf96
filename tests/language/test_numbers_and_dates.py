"""Numbers and sentences as the four languages print them."""

import string

import pytest

import analysis
from analysis.errors import DataError
from analysis.language import dates, intervals, languages, numbers, prose
from analysis.language.catalogue import catalogue


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (590, ("590", "590", "590", "590")),
        (1234, ("1,234", "1.234", "1.234", "1\u202f234")),
        (24_300_000, ("24.3 million", "24,3 millones", "24,3 Millionen", "24,3 millions")),
        (1_000_000, ("1 million", "1 millón", "1 Million", "1 million")),
        (1_500_000, ("1.5 million", "1,5 millones", "1,5 Millionen", "1,5 million")),
        (1_193_404_000, ("1.193 billion", "1.193 millones", "1,193 Milliarden", "1,193 milliard")),
        (3e12, ("3 trillion", "3.000.000 millones", "3 Billionen", "3 billions")),
        (0.0412, ("0.0412", "0,0412", "0,0412", "0,0412")),
        (123.4, ("123", "123", "123", "123")),
        (-5_000_000, ("-5 million", "-5 millones", "-5 Millionen", "-5 millions")),
        (0, ("0", "0", "0", "0")),
    ],
)
def test_numbers(value, printed):
    assert tuple(numbers.number(value, lang).replace("\xa0", " ") for lang in languages.LANGUAGES) == printed


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(DataError, match="no number to print"):
        numbers.number(value)


def test_intervals_name_the_scale_once():
    assert intervals.interval(23.5e6, 24.5e6, "en") == "23.5–24.5 million"
    assert intervals.interval(4.12, 5.3, "de") == "4,12–5,30"
    assert intervals.interval(900_000, 1_100_000, "en") == "0.9–1.1 million"
    assert intervals.interval(184_500, 922_500_000, "de").replace("\xa0", " ") == "0,1845–922,5 Millionen"


def test_ends_too_far_apart_for_one_scale_are_written_out():
    assert intervals.interval(496, 6_880_000, "en") == "496–6,880,000"
    assert intervals.span(496, 6_880_000, "es") == "496 a 6.880.000"


def test_ends_have_like_decimals():
    assert intervals.span(61.8, 62, "en") == "61.8 to 62.0"
    assert intervals.interval(4, 12, "en") == "4–12"
    assert intervals.percent_interval(0.801, 0.96, "fr", 1).replace("\xa0", " ") == "80,1–96,0 %"
    assert intervals.percent_interval(0.618, 0.62, "en", 1, signed=True, joint=" to ") == "+61.8 to +62.0%"


def test_two_numbers_of_a_sentence_name_the_scale_once():
    assert intervals.pair(13.7e6, 24.3e6, "en") == ("13.7", "24.3\xa0million".replace("\xa0", " "))
    assert intervals.pair(737e6, 1.193e9, "en") == ("737 million", "1.193 billion")
    assert intervals.pair(737e6, 1.193e9, "es")[0] == "737"
    assert intervals.pair(590, 547, "de") == ("590", "547")


def test_decimals_can_be_fixed_for_a_column():
    assert [numbers.fixed(value, 2, "de") for value in (1.3, 0.5, 0.007)] == ["1,30", "0,50", "0,01"]


def test_counted_things_take_their_preposition():
    assert numbers.counted(24.3e6, "estudios", "es").replace("\xa0", " ") == "24,3 millones de estudios"
    assert numbers.counted(24.3e6, "examens", "fr").replace("\xa0", " ") == "24,3 millions d’examens"
    assert numbers.counted(24.3e6, "serveurs", "fr").replace("\xa0", " ") == "24,3 millions de serveurs"
    assert numbers.counted(590, "estudios", "es") == "590 estudios"


@pytest.mark.parametrize(
    ("text", "printed"), [("2019", "2019"), ("2019-09", "September 2019"), ("2019-09-17", "17 September 2019")]
)
def test_dates_are_as_exact_as_they_are_known(text, printed):
    assert dates.date(text, "en") == printed


def test_months_can_be_cut_where_there_is_no_room():
    assert [dates.date("2019-09", lang, short=True) for lang in languages.LANGUAGES] == [
        "Sep 2019",
        "sept 2019",
        "Sept. 2019",
        "sept. 2019",
    ]
    assert dates.date("2019-09-17", "en", short=True) == "17 Sept 2019"


def test_periods():
    assert dates.period("2019-07", "2019-09", "fr") == "de juillet à septembre 2019"
    assert dates.period("2019-04", "2019-08", "fr") == "d’avril à août 2019"
    assert dates.period("2019-07", "2020-01", "es") == "de julio de 2019 a enero de 2020"
    assert dates.period("2014-01-01", "2014-12-13", "fr") == "du 1er janvier 2014 au 13 décembre 2014"
    assert dates.period("2019-07", "2019-09", "de") == "Juli bis September 2019"
    assert dates.period("2019-09", "2019-09-17", "en") == "by 17 September 2019"
    assert dates.period("", "2019", "en") == "2019"
    assert dates.period("", "", "en") == ""


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("de", "vom 1. Januar 2014 bis Dezember 2014, am 1. Januar 2014, im Dezember 2014, nach dem 1. Januar 2014"),
        (
            "es",
            "desde el 1 de enero de 2014 hasta diciembre de 2014, el 1 de enero de 2014, en diciembre de 2014, "
            "después del 1 de enero de 2014",
        ),
        ("fr", "du 1er janvier 2014 à décembre 2014, le 1er janvier 2014, en décembre 2014, après le 1er janvier 2014"),
        ("en", "from 1 January 2014 to December 2014, on 1 January 2014, in December 2014, after 1 January 2014"),
    ],
)
def test_a_date_brings_the_words_that_stand_before_it(lang, sentence):
    day, month = dates.date("2014-01-01", lang), dates.date("2014-12", lang)
    assert f"{day:from} {month:to}, {day:in}, {month:in}, {day:after}" == sentence


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("family", "key"), [(family, key) for family in ("charts", "words") for key in sorted(catalogue(family))]
)
def test_every_sentence_is_there_in_every_language_with_the_same_values(family, key):
    entry = catalogue(family)[key]
    assert set(languages.LANGUAGES) <= set(entry)
    assert {name.removesuffix("_one") for name in entry} == set(languages.LANGUAGES)
    values = fields(entry["en"])
    for lang in languages.LANGUAGES:
        assert entry[lang].strip() == entry[lang] != "" or key == "besides"
        assert fields(entry[lang]) == values, lang
        assert fields(entry.get(f"{lang}_one", "")) <= values


def test_every_sentence_is_used():
    import re
    from pathlib import Path

    source = "".join(file.read_text("utf-8") for file in Path(analysis.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'["\']([a-z_]+)["\']', source))
    unused = {
        key
        for key in catalogue("charts")
        if key not in named and not key.startswith(("verdict_", "inset_", "by_", "event_"))
    }
    assert unused == set()


def test_the_language_can_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("EXPOSURE_LANG", "de")
    assert numbers.number(1234) == "1.234"
    with pytest.raises(DataError, match="en, es, de, fr"):
        numbers.number(1, "it")


def test_no_module_holds_a_table_of_words():
    """Words of four languages stand in the catalogues, where each family has one file; code holds none."""
    import ast
    from pathlib import Path

    found = []
    for file in sorted(Path(analysis.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if {"es", "de"} <= keys or {"es", "fr"} <= keys:
                    found.append(f"{file.name}:{node.lineno}")
    assert found == []


def test_counts_below_ten_are_words_within_a_sentence():
    told = {lang: [prose.in_words(count, lang) for count in (1, 2, 9, 10, 46)] for lang in languages.LANGUAGES}
    assert told == {
        "en": ["one", "two", "nine", "10", "46"],
        "es": ["uno", "dos", "nueve", "10", "46"],
        "de": ["eins", "zwei", "neun", "10", "46"],
        "fr": ["un", "deux", "neuf", "10", "46"],
    }
