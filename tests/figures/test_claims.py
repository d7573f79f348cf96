"""Claims held against figures: verdicts that a person reached by hand, and the rules on made-up accounts."""

import math
import re
import time
import types

import pandas as pd
import pytest

import analysis as ex
from analysis.datafolder import surveys_present
from analysis.figures import claim_book, equality, known_figures
from analysis.figures import claim_verdicts as claims_module
from analysis.figures.claim_verdicts import COLUMNS, VERDICTS, check_claims
from analysis.figures.equality import agreement, comparison
from analysis.figures.quantities import quantity
from analysis.figures.survey import read_survey
from analysis.language import languages
from analysis.language.catalogue import catalogue

WAVES = ["greenbone-2019-09", "greenbone-2019-11"]


@pytest.fixture(scope="module")
def checked():
    return check_claims(surveys=WAVES)


def one(frame, **selected):
    for name, value in selected.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame[["source", "place", "measure", "figure"]]
    return frame.iloc[0]


class Printed:
    """A printed figure, as far as agreement looks at it."""

    def __init__(self, text, lang="en"):
        read = quantity(text, lang)
        self.value, self.low, self.high, self.qualifier = read.value, read.low, read.high, read.qualifier or None


@pytest.mark.parametrize(
    ("account", "surveyor", "verdict"),
    [
        ("590", "590", "supported"),
        ("about 24.3 million", "24.3 million", "supported"),
        ("737 million", "more than 737 million", "supported"),
        ("more than 700 million", "more than 737 million", "supported"),
        ("more than 2,000", "2,300", "supported"),
        ("up to 600", "590", "supported"),
        ("at least 52", "52", "supported"),
        ("24 million", "24.3 million", "within rounding"),
        ("nearly 600", "590", "within rounding"),
        ("about 40", "39", "within rounding"),
        # Not more than 590, but the number itself is right.
        ("more than 590", "590", "within rounding"),
        ("500", "590", "contradicted"),
        ("733.5 million", "more than 737 million", "contradicted"),
        ("up to 500", "590", "contradicted"),
        ("more than 600", "590", "contradicted"),
        # True as a bound, and wrong as an account.
        ("more than 400,000", "around 400 million", "contradicted"),
        # A bound that says next to nothing is true all the same; one of another scale word is a slip.
        ("more than 8 million", "18.2 M", "supported"),
    ],
)
def test_agreement_of_two_printings(account, surveyor, verdict):
    assert agreement(Printed(account), Printed(surveyor)) == verdict


class TestTheSpanishAccountOfSeptember2019:
    def test_its_figures(self, checked):
        own = checked[(checked["source"] == "tomsguide-es-2019-09") & (checked["relation"] == "equals")]
        verdicts = own.set_index(["place", "measure", "figure"])["verdict"].to_dict()
        assert verdicts == {
            ("World", "patients", "24 millones"): "definition differs",
            ("World", "servers_exposed", "590"): "supported",
            ("World", "servers_exposed", "casi 600"): "within rounding",
            ("World", "countries", "52"): "supported",
            ("Estados Unidos", "patients", "13,7 millones"): "definition differs",
            ("World", "images", "alrededor de 737 millones"): "supported",
            ("World", "images_accessible", "400 millones"): "supported",
            ("World", "servers_http_ftp", "Aproximadamente 40"): "within rounding",
            # A price, which the surveyor did not print.
            ("World", "viewer_price_usd_year", "alrededor de $ 100"): "not checkable",
        }

    def test_patients_were_studies(self, checked):
        row = one(checked, source="tomsguide-es-2019-09", place="Estados Unidos", measure="patients")
        assert row["primary_figure"] == "13.7 million"
        assert row["suggestion"] == "studies: 13.7 million"
        assert "The text gives “13,7 millones [13.7 million]” for “" in row["explanation"]

    def test_more_than_half(self, checked):
        row = one(checked, source="tomsguide-es-2019-09", relation="not_measured")
        # Where patients live was not measured, only where the servers stand.
        assert row["verdict"] == "not checkable"
        # 13.7 of 24.3 million, each with its rounding
        assert row["primary_low"] == pytest.approx(13.65 / 24.35)
        assert row["primary_high"] == pytest.approx(13.75 / 24.25)
        assert "not where the patients live" in row["explanation"]
        assert "13.7 million (“studies”, United States)" in row["explanation"]
        assert (
            "24.3 million (“studies”, worldwide; Greenbone Networks, 18 September 2019), a share of 56.1"
            in row["explanation"]
        )


# What a reading of the accounts by hand found wrong, or right.
@pytest.mark.parametrize(
    ("source", "place", "measure", "verdict"),
    [
        ("spiegel-newsrnd-2019-09", "World", "servers_open", "contradicted"),  # all 2,300 machines called open
        ("warner-letter-2019-09", "United States", "images_accessible", "contradicted"),  # 303.1 million, not 45.8
        ("netzwoche-2019-09", "Frankreich", "images_accessible", "not checkable"),  # Serbia's number is extrapolated
        ("netzwoche-2019-09", "Türkei", "images_accessible", "supported"),
        ("techcrunch-2020-01", "World", "servers_exposed", "contradicted"),  # it was studies and images that rose
        ("hardwarespanish-2020-01", "World", "servers_exposed", "contradicted"),
        ("techcrunch-2020-01", "United States", "images", "not checkable"),  # whose the images are was not measured
        ("rtbf-2020-01", "États-Unis", "images", "supported"),  # more than half
        ("neotel-br-2019-11", "Brasil", "images", "not checkable"),  # + 36 %, by its own second figure
        ("oodaloop-2019-11", "World", "studies_unprotected", "supported"),  # 4.4 to 9 million: doubled
        ("ilcittadinoonline-2019-09", "Italia", "studies", "not checkable"),
    ],
)
def test_claims_beyond_a_number(checked, source, place, measure, verdict):
    rows = checked[(checked["source"] == source) & (checked["place"] == place) & (checked["measure"] == measure)]
    rows = rows[~rows["relation"].isin(["equals", "qualitative"])]
    assert set(rows["verdict"]) == {verdict}


def test_servers_fell_by_43_and_it_is_said_what_rose(checked):
    row = one(checked, source="techcrunch-2020-01", relation="change")
    # 129 new, 172 gone of 590
    assert row["primary_low"] == row["primary_high"] == pytest.approx(-43 / 590)
    assert "−7.3%" in row["explanation"]
    assert "images (+61.8 to +62.0%)" in row["suggestion"]
    assert one(checked, source="greenbone-blog-2019-11", relation="change_direction")["verdict"] == "supported"


def test_the_rows_behind_a_claim_are_those_of_the_panel(checked):
    lines = {f"{row.survey}:{row.line}": row.figure for row in ex.panel(surveys=WAVES).itertuples()}
    told = checked[checked["primary_rows"] != ""]
    assert len(told) > 200
    assert [[lines[one] for one in rows.split("; ")] for rows in told["primary_rows"]] == [
        figures.split("; ") for figures in told["primary_figure"]
    ]


def test_checked_machines_called_open_are_a_matter_of_definition(checked):
    rows = checked[
        (checked["measure"] == "servers_open")
        & (checked["relation"] == "equals")
        & checked["figure"].str.contains("2.?300")
    ]
    assert len(rows) >= 5
    assert set(rows["verdict"]) == {"definition differs"}
    assert set(rows["suggestion"]) == {"systems checked: 2,300"}


def test_a_wide_bound_is_not_taken_for_another_measure(checked):
    # "A good hundred" organisations are not the 129 new systems.
    rows = checked[(checked["measure"] == "organisations_contacted") & (checked["relation"] == "equals")]
    assert set(rows["verdict"]) == {"not checkable"}


def test_every_row_is_told_in_four_languages():
    for lang in languages.LANGUAGES:
        rows = check_claims(surveys=WAVES, lang=lang)
        assert rows.columns.tolist() == COLUMNS
        assert set(rows["verdict"]) <= set(VERDICTS)
        assert rows["explanation"].str.match(r"^\S.*[.]$").all()
        assert not rows["explanation"].str.contains(r"[{}]|nan|inf\b").any()
        wrong = rows["verdict"].isin(["definition differs", "contradicted"]) & ~rows["relation"].isin(["qualitative"])
        assert (rows.loc[wrong, "suggestion"] != "").all()


def test_the_catalogue_has_every_sentence_in_four_languages():
    for table, entries in claim_book.texts().items():
        if table == "words":
            continue
        for key, texts in entries.items():
            assert list(texts) == ["en", "es", "de", "fr"], (table, key)
            places = {lang: {part.split("}")[0] for part in text.split("{")[1:]} for lang, text in texts.items()}
            assert len(set(map(frozenset, places.values()))) == 1, (table, key, places)


def test_numbers_are_written_as_the_language_does():
    row = one(check_claims("neotel-br-2019-11", surveys=WAVES, lang="de"), relation="change")
    assert (
        "31,1\N{NO-BREAK SPACE}Millionen (Juli bis September 2019; CHOQ FM, September 2019) und 42,3\N{NO-BREAK SPACE}M"
        in row["explanation"]
    )
    assert "um 35,6 bis 36,4\N{NO-BREAK SPACE}%" in row["explanation"]


def test_a_thousand_claims_take_little_time():
    ex.panel()
    started = time.process_time()
    rows = check_claims()
    assert len(rows) > 900
    assert time.process_time() - started < 5  # of CPU; some 0.5 s


def test_an_unknown_account_or_language():
    with pytest.raises(ex.DataError, match="no account 'nobody'"):
        check_claims("nobody")
    with pytest.raises(ex.DataError, match="does not write in 'it'"):
        check_claims(lang="it")


#  Whole rows, held against the figures that are printed: 111 countries of which 110 is no rounding; 1,159 of 3,806 is
# 30.5 %; 590 of 2,300 is
#  25.1 % (590 of 2,350) to 26.2 % (590 of 2,250); 590 less 172 and 129 more is 547, 7.3 % fewer; 13 of 24.3 million,
# and so on.
WHOLE = [
    {
        "source": "thisweekhealth-2023-12",
        "survey": "aplite-2023-12",
        "place": "World",
        "measure": "countries",
        "relation": "equals",
        "figure": "110",
        "claim": "110 (countries affected, worldwide)",
        "verdict": "within rounding",
        "verdict_now": "within rounding",
        "explanation": (
            "For “countries affected” (worldwide, December 2023), the authors’ figure is “111” (Aplite, December "
            "2023); “110” is a rounding of it."
        ),
        "suggestion": "",
        "primary_source": "aplite-bheu-slides-2023-12",
        "primary_figure": "111",
        "low": 110,
        "high": 110,
        "primary_low": 111,
        "primary_high": 111,
        "locator": "para 1",
        "cause": "",
        "primary_rows": "aplite-2023-12:7",
    },
    {
        "source": "patientenrechte-datenschutz-2024",
        "survey": "aplite-2023-12",
        "place": "World",
        "measure": "patients",
        "relation": "equals",
        "figure": "ca. 59 Millionen",
        "claim": "ca. 59 Millionen (patients, worldwide)",
        "verdict": "definition differs",
        "verdict_now": "definition differs",
        "explanation": (
            "The text gives “ca. 59 Millionen [about 59 million]” for “patients” (worldwide, December 2023); the "
            "authors’ figure “Over 59M” is for “personal and health records together” (Aplite, December 2023)."
        ),
        "suggestion": "personal and health records together: more than 59 million",
        "primary_source": "aplite-bheu-slides-2023-12",
        "primary_figure": "Over 59M",
        "low": 58e6,
        "high": 60e6,
        "primary_low": 59e6,
        "primary_high": 60e6,
        "locator": "para 1",
        "cause": "Records with personal data and health records added up (59.6 million), called patients.",
        "primary_rows": "aplite-2023-12:8",
    },
    {
        "source": "rwf-online-2020-10",
        "survey": "bsi-2020-10",
        "place": "Deutschland",
        "measure": "patients",
        "relation": "equals",
        "figure": "ca. 15.000",
        "claim": "ca. 15.000 (patients, Germany)",
        "verdict": "definition differs",
        "verdict_now": "definition differs",
        "explanation": (
            "The text reports another survey, whose figure “ca. 15.000 [about 15,000]” is for “studies” "
            "(Greenbone Networks, September 2019). We know of no count of “patients” (Germany, 2019)."
        ),
        "suggestion": "studies: about 15,000",
        "primary_source": "greenbone-de-2019-09",
        "primary_figure": "ca. 15.000",
        "low": 14_000,
        "high": 16_000,
        "primary_low": 14_000,
        "primary_high": 16_000,
        "locator": "para 2",
        "cause": "",
        "primary_rows": "greenbone-2019-09:7",
    },
    {
        "source": "techradar-2023-12",
        "survey": "aplite-2023-12",
        "place": "World",
        "measure": "share_cloud",
        "relation": "equals",
        "figure": "at least 70%",
        "claim": "at least 70% (share of servers in the cloud, worldwide)",
        "verdict": "definition differs",
        "verdict_now": "definition differs",
        "explanation": (
            "The text gives “at least 70%” for “share of servers in the cloud” (worldwide, December 2023); “over 73%” "
            "is the figure for “share of servers in the cloud or on a DSL line” (worldwide; Aplite, December 2023)."
        ),
        "suggestion": "share of servers in the cloud or on a DSL line: more than 73%",
        "primary_source": "aplite-bheu-slides-2023-12",
        "primary_figure": "over 73%",
        "low": 0.7,
        "high": 0.8,
        "primary_low": 0.73,
        "primary_high": 0.74,
        "locator": "para 6",
        "cause": (
            "The slides give over 73 % for servers in the cloud or on a DSL line together; "
            "accounts name the cloud alone."
        ),
        "primary_rows": "aplite-2023-12:15",
    },
    {
        "source": "exclusive-networks-at-2019",
        "survey": "greenbone-2019-09",
        "place": "World",
        "measure": "servers_open",
        "relation": "share_of",
        "figure": "all",
        "claim": "All of the 2,300 systems could be viewed by anyone with a few clicks.",
        "verdict": "contradicted",
        "verdict_now": "contradicted",
        "explanation": (
            "The published figures are 590 (“servers reachable and open without a password”, worldwide) and 2,300 "
            "(“systems checked”, worldwide; Greenbone Networks, 16 September 2019), a share of 25.1 to 26.2% "
            "(depending on rounding), which "
            "contradicts the claim."
        ),
        "suggestion": "25.1 to 26.2% (590 of 2,300)",
        "primary_source": "greenbone-2019-09",
        "primary_figure": "590; 2,300",
        "low": 1,
        "high": 1,
        "primary_low": 590 / 2350,
        "primary_high": 590 / 2250,
        "locator": "paragraph 2",
        "cause": "",
        "primary_rows": "greenbone-2019-09:11; greenbone-2019-09:10",
    },
    {
        "source": "patientenrechte-datenschutz-2024",
        "survey": "aplite-2023-12",
        "place": "World",
        "measure": "servers_open",
        "relation": "share_of",
        "figure": "just under a third",
        "claim": "Just under a third of the reachable servers hold unprotected health data.",
        "verdict": "supported",
        "verdict_now": "supported",
        "explanation": (
            "The published figures are 1,159 (“servers open without a password”, worldwide) and 3,806 (“servers "
            "reachable from the internet”, worldwide; Aplite, December 2023), a share of 30.5%: the claim is right."
        ),
        "suggestion": "",
        "primary_source": "aplite-bheu-slides-2023-12",
        "primary_figure": "1,159; 3,806",
        "low": 0.25,
        "high": 1 / 3,
        "primary_low": 1159 / 3806,
        "primary_high": 1159 / 3806,
        "locator": "para 1",
        "cause": "",
        "primary_rows": "aplite-2023-12:12; aplite-2023-12:11",
    },
    {
        "source": "hardwarespanish-2020-01",
        "survey": "greenbone-2019-11",
        "place": "World",
        "measure": "servers_exposed",
        "relation": "change",
        "figure": "more than half",
        "claim": "Exposed servers increased by more than half.",
        "verdict": "contradicted",
        "verdict_now": "contradicted",
        "explanation": (
            "For “servers reachable and open without a password” (worldwide), the published figure was 590 (July to "
            "September 2019); later 172 of them were no longer found and 129 were new, a change of −43, or −7.3% "
            "(Greenbone Networks, 16 September 2019; Greenbone Networks, 22 November 2019; "
            "Digitalisation World, November 2019), which contradicts the claim."
        ),
        "suggestion": (
            "−7.3% (172 of 590 no longer found, 129 new); the claim would be right for: studies without"
            " any protection (+91.0 to +118.4%) and images (+61.8 to +62.0%)"
        ),
        "primary_source": "greenbone-2019-09; greenbone-presseportal-2019-11; digitalisationworld-2019-11",
        "primary_figure": "590; 129; 172",
        "low": 1 / 2,
        "high": 2 / 3,
        "primary_low": (129 - 172) / 590,
        "primary_high": (129 - 172) / 590,
        "locator": "paragraph 1",
        "cause": "",
        "primary_rows": "greenbone-2019-09:11; greenbone-2019-11:12; greenbone-2019-11:21",
    },
]


@pytest.mark.parametrize("expected", WHOLE, ids=lambda row: f"{row['source']} {row['relation']}")
def test_a_row_to_the_letter(expected):
    found = check_claims(expected["source"], surveys=[expected["survey"], "greenbone-2019-09"])
    assert list(found.columns) == list(expected)
    assert list(found.index) == list(range(len(found)))
    row = one(found, claim=expected["claim"], measure=expected["measure"])
    for column, value in expected.items():
        assert (
            row[column] == pytest.approx(value, nan_ok=True) if isinstance(value, int | float) else row[column] == value
        ), column


def test_shares_and_ends_are_written_in_the_language():
    found = check_claims("exclusive-networks-at-2019", surveys=["greenbone-2019-09"], lang="de")
    said = one(found, relation="share_of", figure="all")["explanation"].replace("\N{NO-BREAK SPACE}", " ")
    assert "25,1 bis 26,2 %" in said and "; Greenbone Networks, 16. September 2019)" in said


@pytest.mark.parametrize(
    ("one", "other", "sharper"),
    [
        ((2, 3), (1, 4), True),
        ((1, 3), (1, 4), True),
        ((2, 4), (1, 4), True),
        ((1, 4), (1, 4), False),
        ((0, 3), (1, 4), False),
        ((2, 5), (1, 4), False),
    ],
)
def test_a_figure_is_sharper_that_says_the_same_within_less(one, other, sharper):
    printed = [types.SimpleNamespace(low=low, high=high) for low, high in (one, other)]
    assert equality.sharper(*printed) is sharper


@pytest.mark.parametrize(
    ("qualifier", "value", "low", "high", "true"),
    [
        ("more than", 5, 5, 6, True),
        ("more than", 5, 5, 5, False),
        ("at least", 5, 5, 6, True),
        ("at least", 5, 4, 6, False),
        ("less than", 6, 5, 6, True),
        ("less than", 5, 5, 5, False),
        ("up to", 6, 5, 6, True),
        ("up to", 5, 4, 6, False),
        ("nearly", 6, 5, 6, False),
        (None, 5, 5, 6, False),
    ],
)
def test_a_bound_is_true_of_an_interval_that_lies_behind_it(qualifier, value, low, high, true):
    account, surveyor = (
        types.SimpleNamespace(qualifier=qualifier, value=value),
        types.SimpleNamespace(low=low, high=high),
    )
    assert equality.true_bound(account, surveyor) is true


# On a made-up survey --------------------------------------------------------------------------------


def test_what_was_known_at_the_time(edit):
    # The account is older than the release, which alone has a number for images.
    edit(
        "sources.csv",
        "diario-2020-04,secondary,daily-2020-03,2020-04",
        "diario-2020-04,secondary,daily-2020-03,2020-02",
    )
    row = one(check_claims("diario-2020-04"), measure="images")
    assert (row["verdict"], row["verdict_now"]) == ("not checkable", "contradicted")
    assert "737 million" in row["explanation"]


def test_what_others_print_decides_nothing(edit):
    edit(
        "figures.csv",
        "diario-2020-04,World,servers",
        'diario-2020-04,Deutschland,servers_exposed,,7,"párrafo 9",\ndiario-2020-04,World,servers',
    )
    row = one(check_claims("daily-2020-03"), place="Germany")
    assert row["verdict"] == "not checkable"
    # What retells a text is no rival account of it.
    assert "none agrees with “6”; one that retells this text gives “7” (Diario, April 2020)." in row["explanation"]


def test_a_country_s_number_given_for_the_world(edit):
    edit(
        "figures.csv",
        "diario-2020-04,World,images",
        "diario-2020-04,World,organisations,,308,párrafo 7,\ndiario-2020-04,World,images",
    )
    edit(
        "figures.csv",
        "daily-2020-03,Europe",
        "daily-2020-03,Spain,organisations,,308,paragraph 7,\n"
        "extra-2020-05,Spain,organisations,,308,paragraph 7,\ndaily-2020-03,Europe",
    )
    edit(
        "sources.csv",
        "diario-2020-04,secondary",
        "extra-2020-05,secondary,,2020-05,full,en,Extra,,,\ndiario-2020-04,secondary",
    )
    row = one(check_claims("diario-2020-04", lang="de"), measure="organisations")
    assert row["verdict"] == "definition differs"
    assert "ist die Zahl eines einzelnen Landes, Spanien (" in row["explanation"]
    assert row["suggestion"] == "betroffene Einrichtungen, Spanien: 308"


class TestAnAccountIsNoProofOfItself:
    CLAIM = (
        "claims.csv",
        "párrafo 2,es\n",
        "párrafo 2,es\ndiario-2020-04,Maharashtra has more than 300 "
        "thousand.,more_than,Maharashtra,studies,300.000,,,párrafo 5,es\n",
    )

    def test_its_own_figure_alone(self, edit):
        edit(*self.CLAIM)
        row = one(check_claims("diario-2020-04"), relation="more_than")
        assert (row["verdict"], row["verdict_now"]) == ("not checkable", "not checkable")
        assert "would bear the claim out; but we have found" in row["explanation"]
        assert "in this text alone, so whether the claim is right remains open" in row["explanation"]

    def test_with_another_that_agrees(self, edit):
        edit(*self.CLAIM)
        edit(
            "figures.csv",
            "daily-2020-03,Europe",
            'daily-2020-03,Maharashtra,studies,,"308,451",paragraph 8,\ndaily-2020-03,Europe',
        )
        assert one(check_claims("diario-2020-04"), relation="more_than")["verdict"] == "supported"

    def test_but_it_may_contradict_itself(self, edit):
        edit(*self.CLAIM)
        edit("claims.csv", "300.000", "400.000")
        assert one(check_claims("diario-2020-04"), relation="more_than")["verdict"] == "contradicted"


@pytest.fixture
def claim(small_data):
    """A function that gives the row of one claim: ``claim("share_of", "World", "studies", "half", ...)``."""

    def check(relation, place, measure, figure="", other_place="", other_measure="", text="A claim.", lang="en"):
        file = small_data / "own.csv"
        cells = [text, relation, place, measure, figure, other_place, other_measure, lang]
        quoted = ",".join(f'"{cell}"' for cell in cells)
        file.write_text(
            f"claim,relation,place,measure,figure,other_place,other_measure,quote_lang\n{quoted}\n", "utf-8"
        )
        return one(check_claims(file=file, survey="sample-2020-02"))

    return check


@pytest.mark.parametrize(
    ("figure", "lang", "verdict"),
    [
        ("24.3 million", "en", "supported"),
        ("24 million", "en", "supported"),
        ("24.2 million", "en", "contradicted"),
        ("mehr als 20 Millionen", "de", "supported"),
        # "More than 24 million" alone would leave room for it.
        ("25 million", "en", "contradicted"),
        ("737 millions", "fr", "definition differs"),
    ],
)
def test_ones_own_numbers(claim, figure, lang, verdict):
    row = claim("equals", "World", "studies", figure, lang=lang)
    assert row["verdict"] == row["verdict_now"] == verdict
    assert row["claim"] == "A claim."


@pytest.mark.parametrize(
    ("relation", "arguments", "verdict"),
    [
        ("more_than", ("World", "studies", "24 million"), "supported"),
        ("more_than", ("World", "studies", "24.3 million"), "within rounding"),
        ("more_than", ("World", "studies", "25 million"), "contradicted"),
        ("less_than", ("World", "servers_exposed", "600"), "supported"),
        ("less_than", ("World", "servers_exposed", "590"), "contradicted"),
        ("more_than", ("World", "images", "", "", "studies"), "supported"),
        ("less_than", ("United States", "studies", "", "World"), "supported"),
        ("more_than", ("United States", "studies", "", "Germany"), "not checkable"),
        # 13.7 of 24.3 million is 56.4 %
        ("share_of", ("United States", "studies", "more than half"), "supported"),
        ("share_of", ("United States", "studies", "56 %"), "within rounding"),
        ("share_of", ("United States", "studies", "56.1 %"), "within rounding"),
        # Right if rounded to tens, and no more than that.
        ("share_of", ("United States", "studies", "60 %"), "within rounding"),
        ("share_of", ("United States", "studies", "55 %"), "contradicted"),
        ("share_of", ("United States", "studies", "about a third"), "contradicted"),
        ("share_of", ("United States", "studies", "all"), "contradicted"),
        ("share_of", ("Germany", "studies", "half"), "not checkable"),
        # 737 to 24.3 million is 30.3
        ("ratio", ("World", "images", "30 times", "", "studies"), "supported"),
        ("ratio", ("World", "images", "twice", "", "studies"), "contradicted"),
        ("none_of", ("United States", "studies"), "contradicted"),
        ("none_of", ("France", "studies"), "not checkable"),
        ("none_of", ("World", "images", "", "", "studies"), "not checkable"),
        ("qualitative", ("World", "studies"), "not checkable"),
        # 13.7 of 24.3 million leaves less than 13.7 million for all others
        ("first", ("United States", "studies"), "supported"),
        ("rank", ("United States", "studies", "2nd"), "contradicted"),
        # 187 of 590 leaves 397 for the rest: two others may have more
        ("first", ("United States", "servers_open"), "not checkable"),
        ("rank", ("United States", "servers_open", "fourth"), "contradicted"),
        ("first", ("Germany", "servers_exposed"), "contradicted"),
        ("change", ("World", "studies", "50 %"), "not checkable"),
    ],
)
def test_relations(claim, relation, arguments, verdict):
    assert claim(relation, *arguments)["verdict"] == verdict


def test_a_rank_has_bounds_from_what_the_total_leaves(claim):
    row = claim("rank", "United States", "servers_open", "3")
    # 590 − 187 − 6 = 397, room for two more of 187
    assert (row["primary_low"], row["primary_high"]) == (1, 3)
    germany = claim("rank", "Germany", "servers_exposed", "3")
    assert (germany["primary_low"], germany["primary_high"]) == (2, 2 + 397 // 6)


def test_no_more_places_are_hidden_than_countries_were_affected(claim, edit):
    # Two of four countries have a figure: no more than two others can be above Germany's six.
    edit(
        "figures.csv",
        "sample-release-2020-03,World,images",
        "sample-report-2020-03,World,countries,,4,p. 1,\nsample-release-2020-03,World,images",
    )
    germany = claim("rank", "Germany", "servers_exposed", "3")
    assert (germany["primary_low"], germany["primary_high"]) == (2, 4)


def test_who_is_ahead_is_named(claim):
    row = claim("first", "Germany", "servers_exposed")
    assert (
        "Germany (6; Daily, 17 March 2020) comes after the United States (187; Daily, 17 March 2020), which contradicts"
        in row["explanation"]
    )
    assert row["suggestion"] == "rank 2 to 68 among all countries"


def test_a_figure_under_a_contradicted_noun_proves_nothing(claim):
    assert claim("more_than", "World", "patients", "1 million")["verdict"] == "not checkable"


class TestChangeBetweenYears:
    @pytest.fixture
    def two_years(self, edit):
        edit("figures.csv", "locator,note\n", "locator,note,scan_from,scan_to\n")
        folder = edit("figures.csv", "source,", "source,")
        rows = folder.read_text("utf-8").splitlines()
        rows = [rows[0], *(row + ",," for row in rows[1:])]
        rows += ["daily-2020-03,France,studies,,204,x,,2018,2018", "daily-2020-03,France,studies,,153,x,,2019,2019"]
        folder.write_text("\n".join(rows) + "\n", "utf-8")

    @pytest.mark.parametrize(
        ("relation", "figure", "text", "verdict"),
        [
            ("change", "25 %", "Studies fell by a quarter from 2018 to 2019.", "supported"),
            ("change", "25 %", "Studies rose by a quarter from 2018 to 2019.", "contradicted"),
            ("change", "more than 20 %", "Studies fell from 2018 to 2019.", "supported"),
            ("change", "more than 30 %", "Studies fell from 2018 to 2019.", "contradicted"),
            ("change", "halved", "Studies fell from 2018 to 2019.", "not checkable"),
            ("change_direction", "drops", "Studies from 2018 to 2019.", "supported"),
            ("change_direction", "51", "There were 51 fewer studies in 2019 than in 2018.", "supported"),
            ("change_direction", "60", "There were 60 fewer studies in 2019 than in 2018.", "contradicted"),
            ("change_direction", "", "Studies rose from 2018 to 2019.", "contradicted"),
            ("change", "25 %", "Studies fell by a quarter.", "not checkable"),
        ],
    )
    def test_verdicts(self, two_years, claim, relation, figure, text, verdict):
        assert claim(relation, "France", "studies", figure, text=text)["verdict"] == verdict

    def test_readings_of_a_revised_number_refute_nothing_between_them(self, two_years, claim, edit):
        # 204 to 153, and in a later reading 204 to 180: from −25 % to −12 %
        edit(
            "figures.csv",
            "daily-2020-03,France,studies,,204",
            "diario-2020-04,France,studies,,180,y,,2019,2019\ndaily-2020-03,France,studies,,204",
        )
        arguments = ("change", "France", "studies", "18.2 %")
        text = "Studies fell from 2018 to 2019."
        assert claim(*arguments, text=text)["verdict"] == "contradicted"
        edit("survey.toml", "scan_from", "revised = true\nscan_from")
        row = claim(*arguments, text=text)
        assert row["verdict"] == "not checkable"
        assert "a fall of 25%; with 180 (2019; Diario, April 2020), it would be a fall of 11.8%" in row["explanation"]
        assert claim("change", "France", "studies", "40.5 %", text=text)["verdict"] == "contradicted"

    def test_an_average_is_of_the_year_in_which_its_time_ends(self, two_years, claim, edit):
        edit(
            "figures.csv",
            "daily-2020-03,France,studies,,204",
            "daily-2020-03,France,cost_per_breach_usd,,$6.45 million,y,,2018-08,2019-04\n"
            "daily-2020-03,France,cost_per_breach_usd,,$7.13 million,y,,2019-08,2020-04\n"
            "daily-2020-03,France,studies,,204",
        )
        row = claim("change_direction", "France", "cost_per_breach_usd", "rises", text="It rose from 2019 to 2020.")
        assert row["verdict"] == "supported"
        assert (
            "$6.45 million (August 2018 to April 2019) and $7.13 million (August 2019 to April 2020; "
            in row["explanation"]
        )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("x,equals,World,studys,24 million", "no measure 'studys'"),
        ("x,is,World,studies,24 million", "'is' is not a relation"),
        ("x,equals,Wrld,studies,24 million", "Wrld"),
        ("x,equals,World,studies,many", "'many'"),
    ],
)
def test_faults_of_ones_own_file_name_their_line(small_data, cells, message):
    file = small_data / "own.csv"
    file.write_text(f"claim,relation,place,measure,figure\ny,equals,World,studies,24.3 million\n{cells}\n", "utf-8")
    with pytest.raises(ex.DataError, match=message) as fault:
        check_claims(file=file, survey="sample-2020-02")
    assert fault.value.line == 3
    assert fault.value.file == "own.csv"


def test_rows_are_checked_as_a_file_of_them_is(small_data):
    said = [("x", "equals", "World", "studies", "24 million"), ("y", "equals", "World", "studies", "24.3 million")]
    rows = pd.DataFrame(said, columns=["claim", "relation", "place", "measure", "figure"])
    file = small_data / "rows.csv"
    rows.to_csv(file, index=False)
    expected = check_claims(file=file, survey="sample-2020-02")
    assert check_claims(rows=rows, survey="sample-2020-02").equals(expected)
    named = rows.assign(survey=pd.NA, locator=None).set_index("claim")
    assert check_claims(rows=named, survey="sample-2020-02").equals(expected)


def test_many_claims_are_no_list_of_hosts(small_data, monkeypatch):
    monkeypatch.setattr("analysis.identifiers.HOST_LEVEL_ROWS", 2)
    said = [(f"claim {one}", "equals", "World", "studies", f"{one} million") for one in (23, 24, 25)]
    rows = pd.DataFrame(said, columns=["claim", "relation", "place", "measure", "figure"])
    assert len(check_claims(rows=rows, survey="sample-2020-02")) == 3


@pytest.mark.parametrize(
    ("change", "message", "line"),
    [
        ({"figure": [24]}, "24 is not text; give it as printed", 1),
        ({"measure": ["studys"]}, "no measure 'studys'", 1),
        ({"place": ["192.0.2.7"]}, "looks like a", None),
    ],
)
def test_faults_of_rows_name_their_row(small_data, change, message, line):
    row = {"claim": "x", "relation": "equals", "place": "World", "measure": "studies", "figure": "24 million"}
    with pytest.raises(ex.ExposureError, match=message) as fault:
        check_claims(rows=pd.DataFrame({name: [text] for name, text in row.items()} | change), survey="sample-2020-02")
    assert fault.value.line == line or line is None


def test_rows_need_their_columns_and_stand_alone(small_data):
    with pytest.raises(ex.DataError, match="no column 'relation'"):
        check_claims(rows=pd.DataFrame({"claim": ["x"]}))
    with pytest.raises(ex.DataError, match="pass file= or rows=, not both"):
        check_claims(rows=pd.DataFrame(), file=small_data / "x.csv")


def test_only_the_surveys_asked_for_are_read(monkeypatch):
    read = []
    original = claims_module.read_survey
    monkeypatch.setattr(claims_module, "read_survey", lambda name: read.append(str(name)) or original(name))
    check_claims(surveys=["hc3-2021-06"])
    assert set(read) == {"hc3-2021-06"}


@pytest.mark.parametrize(
    ("published", "date", "known"),
    [
        ("2019-09", "2019-09-17", True),
        ("2019-11", "2019-09-17", False),
        ("2019-09-18", "2019-09", True),
        ("2020", "2019", False),
        (math.nan, "2019", True),
        ("2020", "", True),
    ],
)
def test_dates_are_compared_as_far_as_they_are_known(published, date, known):
    assert known_figures.known_by(published, date) is known


def test_every_row_is_whole(checked):
    equal = checked[checked["relation"] == "equals"]
    assert (equal["low"] <= equal["high"]).all()
    told = checked["explanation"] + checked["suggestion"]
    assert checked["explanation"].ne("").all() and not told.str.contains("None").any()


def test_only_what_is_wrong_gets_another_wording(checked):
    right = checked["verdict"].isin(["supported", "not checkable"]) & checked["verdict_now"].isin(
        ["supported", "not checkable"]
    )
    assert checked.loc[right, "suggestion"].eq("").all() and checked.loc[~right, "suggestion"].ne("").any()


def test_an_unknown_account_is_named():
    with pytest.raises(ex.DataError, match="no account 'nobody-2019'") as refused:
        check_claims("nobody-2019", surveys=WAVES)
    assert refused.value.source == "nobody-2019"


def test_an_account_among_ones_own_data_is_held_against_the_survey_that_it_retells(tmp_path, monkeypatch):
    """The report of September 2019 is a source of both waves, and at home in the first:
    590 servers, over 24 million studies.
    """
    from analysis.intake.skeleton import new_survey

    data, account = tmp_path / "my-data", "daily-2019-10"
    (data / "aggregate").mkdir(parents=True)
    source = {
        "source": account,
        "tier": "secondary",
        "derived_from": "greenbone-2019-09",
        "published": "2019-10-02",
        "lang": "en",
    }
    figures = [("servers_exposed", "590"), ("patients", "24 million"), ("images", "373 million")]
    new_survey(
        account,
        data,
        meta={
            "title": "An account",
            "surveyor": "Greenbone Networks",
            "status": "published",
            "encoded": "2019-10-03",
            "encoding": "By hand.",
            "scan_to": "2019",
            "asset": "dicom",
            "no_primary": "The surveyor's own lie elsewhere.",
        },
        rows={
            "sources.csv": [source | {"seen": "full", "publisher": "The Daily", "title": "Open archives"}],
            "figures.csv": [
                {
                    "source": account,
                    "place": "World",
                    "measure": measure,
                    "asset": "dicom",
                    "figure": figure,
                    "locator": "paragraph 1",
                }
                for measure, figure in figures
            ],
        },
    )
    monkeypatch.setenv("EXPOSURE_DATA", str(data))
    verdicts = ["supported", "definition differs", "contradicted"]
    for found in (check_claims(account), check_claims(surveys=[account])):
        assert found["verdict"].tolist() == verdicts and set(found["survey"]) == {"greenbone-2019-09"}


# How a number departs from the published one, and of whose count it tells


@pytest.mark.parametrize(
    ("account", "published", "verdict", "told"),
    [
        ("110", "111", "within rounding", "coarser"),
        ("50", "52", "within rounding", "coarser"),
        ("600", "590", "within rounding", "coarser"),
        ("399.5 million", "around 400 million", "within rounding", "finer"),
        ("nearly 24 million", "24.3 million", "within rounding", "side"),
        ("24 million", "over 24 million", "supported", "bare"),
        ("over 110", "111", "supported", "bound"),
        ("more than 25 million", "24.6 million", "contradicted", "against"),
        ("more than 389 million", "399.5 million", "contradicted", "digit"),
        ("19,992", "19,922", "contradicted", "digit"),
        ("727 million", "more than 737 million", "contradicted", "digit"),
        ("1.19 million", "1,193,404,000", "contradicted", "scale"),
        ("1.49", "146", "contradicted", "other"),
        ("2.4 million", "24.3 million", "contradicted", "scale"),
        ("2.6 million", "2.67 million", "contradicted", "cut"),
        ("500", "590", "contradicted", "other"),
        ("46", "52", "contradicted", "other"),
        ("more than 400,000", "400 million", "contradicted", "scale"),
        ("more than 8 million", "18.2 million", "supported", "far"),
    ],
)
def test_how_a_number_departs_from_the_published_one(account, published, verdict, told):
    assert comparison(Printed(account), Printed(published)) == (verdict, told)


@pytest.mark.parametrize(
    ("source", "place", "measure", "verdict"),
    [
        ("dw-pl-2019-09", "World", "studies", "not checkable"),  # 16 million, as others retell the journalists
        ("conversia-2019", "Alemania", "studies", "supported"),  # 13,000, as the broadcaster counts
        ("gq-yahoo-2019-09", "World", "studies", "not checkable"),
        ("br-2019-09", "Deutschland", "studies", "not checkable"),  # the broadcaster's own count
        ("afpbb-kns-2019-09", "World", "countries", "definition differs"),  # 46 countries were notified
    ],
)
def test_a_count_made_apart_is_judged_by_its_own_origin(checked, source, place, measure, verdict):
    rows = checked[(checked["source"] == source) & (checked["place"] == place) & (checked["measure"] == measure)].query(
        "relation == 'equals'"
    )
    assert set(rows["verdict"]) == {verdict}
    if verdict != "definition differs":
        # The surveyor's own number stands beside it.
        assert rows["explanation"].str.contains("the authors’ figure is “").all()


def test_no_sentence_denies_a_rounding_that_its_cause_tells(checked):
    wrong = checked[checked["verdict"].eq("contradicted") & checked["cause"].str.contains("rounded to")]
    for row in wrong.itertuples():
        assert "cannot be a rounding" not in row.explanation
    assert not checked["explanation"].str.contains("cannot be a rounding").any()


def test_systems_that_are_studies_are_known_as_such(checked):
    row = one(checked, source="connectingmedia-2019-09", place="Deutschland", measure="servers_open")
    assert row["verdict"] == "definition differs" and row["suggestion"].startswith("studies: ")


def test_a_claimant_is_held_to_the_base_that_it_prints(checked):
    row = one(checked, source="greenbone-blog-2019-11", measure="studies", relation="change")
    # 24.5 million, as the report of November restates the first wave; not 24.3.
    assert row["primary_low"] == pytest.approx(34.5 / 24.55 - 1, abs=0.02)
    assert "24.5 million" in row["explanation"]


def test_roundings_that_touch_tell_of_a_fall_with_an_end():
    costs = check_claims(surveys=["ibm-cost-of-a-breach"])
    row = one(costs, source="lawrencepingree-2013", relation="change_direction")
    assert "a fall of at most 3.6%" in row["explanation"] and "0%: " not in row["explanation"]


# What a second reader of every sentence objected to, by kind.


@pytest.fixture(scope="module")
def everything():
    return check_claims()


def test_no_claim_is_held_against_itself():
    for survey in surveys_present():
        for row in read_survey(survey).claim_rows:
            itself = row.relation in ("share_of", "ratio") and (row.other_place or row.place, row.other_measure) == (
                row.place,
                row.measure,
            )
            assert not itself, (survey, row.line)


def test_a_verdict_of_later_figures_says_that_they_are_later(everything):
    later = everything[(everything["verdict"] == "not checkable") & (everything["verdict_now"] != "not checkable")]
    assert len(later) >= 5
    for explanation in later["explanation"]:
        assert explanation.startswith(("Figures known to us from before this text", "We found no figure from ")) or (
            "which we know only as this text quotes it. The later figure" in explanation
        )


def test_no_account_is_its_own_witness(everything):
    # V6 Velugu's and The Register's own other line is not "others"; iTnews alone prints another number.
    assert "Mumbai Live" in one(everything, source="v6velugu-2020", place="India", measure="patients")["explanation"]
    assert (
        "The Register"
        not in one(everything, source="theregister-2020-12", measure="patients", place="UK")["explanation"]
    )
    alone = one(everything, source="itnews-au-2019-09", place="Australia", measure="records")
    assert "and also “around 2.6 million” for “images”" in alone["explanation"]
    assert (alone["verdict"], alone["suggestion"]) == ("not checkable", "")


def test_others_refute_a_claim_that_only_its_own_figures_bear_out(everything):
    # 164 and 546 of one article; 511 and 663 of another.
    row = one(everything, source="wci360-2021", relation="change")
    assert (row["verdict"], row["verdict_now"]) == ("not checkable", "contradicted")
    assert row["primary_low"] == pytest.approx(663 / 511 - 1)


def test_a_bound_copied_with_one_digit_changed_is_contradicted(everything):
    row = one(everything, source="journaldugeek-2019-09", measure="images_accessible", place="World")
    assert row["verdict"] == "contradicted"
    assert "in one digit from “plus 399 millions [more than 399 million]” (01net, September" in row["explanation"]
    assert "the authors’ figure is “around 400 million”" in row["explanation"]
    right = one(everything, source="01net-2019-09", measure="images_accessible", place="World")
    assert right["verdict"] == "supported"


def test_a_contradicted_number_is_no_example_of_a_right_one(everything):
    row = one(everything, source="lakartidningen-2019-09", measure="images_downloaded", relation="equals")
    # Not the 400 million images of the world, but the journalists' examinations in the United States.
    # One other text alone has them.
    assert (row["verdict"], row["suggestion"]) == ("not checkable", "")
    assert "elsewhere “over 400,000” is given for “studies with images” (United States; " in row["explanation"]


@pytest.mark.parametrize(
    ("source", "figure", "told"),
    [
        ("skipr-2019-01", "20.881", "“reported breaches” (Netherlands, all sectors, 2018)"),
        ("security-nl-2023-06", "424", "“reported breaches” (Netherlands, health care, cyber attacks, 2022)"),
        (
            "healthcare-informatics-2017-06",
            "$141",
            "“average cost per record, US dollars” (worldwide, all sectors, 2017)",
        ),
        ("innovationaus-2018-07", "242", "“reported breaches” (Australia, all sectors, April to June 2018)"),
    ],
)
def test_sector_and_time_are_told_where_a_survey_has_several(everything, source, figure, told):
    row = one(everything, source=source, figure=figure)
    assert told in row["explanation"]
    assert told.partition("(")[2] in row["claim"]


@pytest.mark.parametrize(
    ("source", "figure", "told"),
    [
        ("leiphone-2019-09", "大约 7.335 亿", "“大约 7.335 亿 [about 733.5 million]”"),
        ("conversia-2019", "13.000", "“13.000 [13,000]”"),
        ("medizinundschonheit-2024-01", "7,3", "“7,3 [7.3 million]”"),
        ("hcc-nl-2019-09", "drie", "“drie [3]”"),
        ("digitalisationworld-2019-11", "nine", "“Neun [9]”"),
        ("techcrunch-2020-01", "1.19 billion", "“1.19 billion”."),
        ("salzgitter-zeitung-2019-09", "16 Millionen", "“16 Millionen [16 million]”"),
        ("firstpost-2020-01", "3,08,451", "“3,08,451 [308,451]”"),
    ],
)
def test_a_figure_that_the_reader_would_misread_has_its_value_beside_it(everything, source, figure, told):
    assert told in one(everything, source=source, figure=figure, relation="equals")["explanation"]


def test_the_two_sides_of_a_membership_and_those_ahead_are_named(everything):
    claim = {"claim": "None of them.", "relation": "none_of", "place": "World", "measure": "servers_http_ftp"}
    told = check_claims(rows=pd.DataFrame([claim | {"figure": "39", "other_measure": "servers_exposed"}]))
    whether = "whether “servers open over HTTP (in some texts also FTP)” are included in “servers reachable and"
    assert whether in told["explanation"].item()
    # The authors' press release and their report differ on it.
    own = one(everything, source="ddrm-2019-09", relation="qualitative")["explanation"]
    assert (
        "own publications say different things about whether “servers open over HTTP (in some texts also FTP)” are"
        in own
    )
    ahead = one(everything, source="netzwoche-2019-09", place="Frankreich", relation="first")
    assert (
        "France (2.67 million; Next INpact, September 2019) comes after Serbia (15.24 million; IT klinika"
        in ahead["explanation"]
    )


def test_an_example_of_another_number_is_a_likely_one(everything):
    # Not the 15,000 studies that one account calls servers.
    row = one(everything, source="dw-pl-2019-09", place="Niemcy", measure="servers_open")
    assert "such as “6”" in row["explanation"]


def test_who_counted_is_named_before_who_repeats(everything):
    row = one(everything, source="auntminnieeurope-insider-2019-10", relation="share_of")
    assert row["primary_source"] == "propublica-2019-09; greenbone-2019-09"


def test_the_cause_of_a_wrong_noun_is_not_given_for_a_wrong_place(everything):
    assert one(everything, source="boingboing-2019-09", measure="patients")["cause"] == ""


def test_shares_keep_the_digits_that_were_printed(everything):
    assert (
        "By “share of all hosts”, Japan (1.83%; ScanNetSecurity, 27 July 2017) is number three at best"
        in one(everything, source="zdnet-japan-2017-07", relation="rank")["explanation"]
    )


def test_a_number_given_as_a_limit_is_not_called_confirmed(everything):
    row = one(everything, source="dotmed-2019-09", measure="studies", place="U.S.")
    assert row["verdict"] == "within rounding"
    assert row["explanation"].endswith(
        "“More than 13.7 million” adds “more than”, which may be right, as the figure may have been rounded."
    )


def test_no_cause_is_told_twice(everything):
    cause = one(everything, source="connectingmedia-2019-09", measure="servers_open", place="Deutschland")["cause"]
    assert cause.count("Six systems") == 1
    assert "the 15,000 are studies, here called servers" in cause


# What a third reader, who drew a hundred sentences, objected to, by kind.


@pytest.mark.parametrize(
    ("lang", "source", "figure", "told"),
    [
        # A billion is another number than a billón.
        ("es", "techcrunch-2020-01", "1.19 billion", "«1.19 billion [1.190 millones]»"),
        ("de", "techcrunch-2020-01", "1.19 billion", "„1.19 billion [1,19 Milliarden]“"),
        ("fr", "salzgitter-zeitung-2019-09", "16 Millionen", "16 Millionen [16 millions]"),
        ("de", "salzgitter-zeitung-2019-09", "16 Millionen", "„16 Millionen“"),
    ],
)
def test_a_figure_of_another_language_has_its_value_beside_it(lang, source, figure, told):
    row = one(check_claims(source, lang=lang), source=source, figure=figure, relation="equals")
    assert told in row["explanation"].replace("\N{NO-BREAK SPACE}", " ")


def test_a_rounded_bound_is_the_same_number(everything):
    rounded = one(everything, source="accountablehq-2026", figure="At least 61.6 million")
    assert "is consistent with it, “at least 61,556,256”; another gives a different figure" in rounded["explanation"]


def test_who_qualifies_a_number_otherwise_does_not_agree_with_it(everything):
    nearly = one(everything, source="healthimaging-2021", figure="nearly 2 million")["explanation"]
    assert "one agrees with “nearly 2 million”" in nearly
    assert "three give a different figure, “more than 2 million”" in nearly
    bare = one(everything, source="calhipaa-2019-09", figure="500")["explanation"]
    assert "one agrees with “500”; five word it differently, such as “more than 500”" in bare
    euros = one(everything, source="enbitcon-2019-09", figure="over one billion")["explanation"]
    assert "four give the amount in another currency" in euros


def test_a_figure_known_through_an_account_alone_does_not_confirm_it(everything):
    told = everything[(everything["source"] == "ddrm-2019-09") & (everything["relation"] == "equals")]
    alone = one(told, figure="1,38 Mio.")
    assert alone["verdict"] == "not checkable"
    assert "but we know it only as this text quotes it" in alone["explanation"]
    # Other pages of the authors print the 590 too.
    assert one(told, figure="590")["verdict"] == "supported"
    assert one(told, figure="590")["primary_source"] != "greenbone-de-2019-09"


def test_an_extrapolated_figure_alone_refutes_nothing(everything):
    row = one(everything, source="netzwoche-2019-09", place="Frankreich", relation="first")
    assert "Serbia (15.24 million) was extrapolated, not counted" in row["explanation"]


def test_a_bound_that_two_counts_keep_names_the_surveyors_first(everything):
    row = one(everything, source="afpbb-ja-2019-09", figure="1000万件以上", measure="studies")
    assert row["explanation"].index("24.3 million") < row["explanation"].index("more than 16 million")
    assert "is consistent both with" in row["explanation"]


def test_nearly_a_share_that_is_above_it_says_so(everything):
    row = one(everything, source="proattiva-2019-10", relation="share_of", figure="quasi uno su quattro")
    assert row["verdict"] == "within rounding"
    assert "slightly more than “nearly” allows" in row["explanation"]


def test_digits_cut_off_make_no_other_number(everything):
    short = one(everything, source="bfmtv-2019-09", figure="2,6 millions")
    assert "three give more digits, “2,67 millions [2.67 million]”" in short["explanation"]
    assert "different figure" not in short["explanation"]
    # 720 and 729 are each printed to the last digit.
    exact = one(everything, source="calhipaa-2025-02", figure="729")
    assert "digits" not in exact["explanation"]


def test_a_later_figure_refutes_no_bound(everything):
    row = one(everything, source="thehill-2019-11", figure="more than 100 million")
    assert (row["verdict"], row["verdict_now"]) == ("not checkable", "not checkable")
    assert row["explanation"].endswith("is consistent with “more than 100 million”.")


def test_a_number_of_a_letter_before_the_survey_has_its_own_date(everything):
    row = one(everything, source="thehill-2019-11", figure="more than 22 million")
    assert row["explanation"].endswith("“records” (United States, by 8 November 2019).")


def test_no_cause_is_guessed_and_no_bound_proves(everything):
    assert (
        not everything["explanation"].str.contains("copying error|lost or exchanged|” is true|cannot be checked").any()
    )


@pytest.mark.parametrize("lang", languages.LANGUAGES)
def test_no_sentence_opens_with_a_number(lang):
    sentences = check_claims(lang=lang)["explanation"].str.split(r"(?<=[.]) (?=[A-Z])").explode()
    assert not sentences.str.match(r"[“„«\s]*\d").any()


def test_a_regulator_is_an_authority_and_has_a_name(everything):
    told = everything[everything["survey"] == "hhs-ocr"]["explanation"]
    assert not told.str.contains("authors").any()
    retold = told[told.str.contains("the authority’s")]
    assert len(retold) > 10
    assert retold.str.contains("Office for Civil Rights").all()
    assert retold.str.contains("health care").all()


def test_every_number_says_when_it_was_counted_where_that_is_known(everything):
    told = one(everything, source="tomsguide-es-2019-09", figure="590", place="World")["explanation"]
    assert "(worldwide, July to September 2019)" in told


def test_a_register_is_held_against_its_own_export(everything):
    told = everything[(everything["survey"] == "hhs-ocr") & (everything["relation"] == "equals")]
    # Outsource Accelerator prints the yearly totals of the public register, read in August 2024.
    year = one(told, source="outsourceaccelerator-2024-08", figure="314")
    assert (year["verdict"], year["primary_figure"], year["primary_source"]) == ("supported", "314", "hhs-ocr")
    assert "held 314 on 8 October 2024, which confirms “314”" in year["explanation"]
    early = one(told, source="healthit-gov-2016-02", figure="285")
    assert (early["verdict"], early["primary_figure"]) == ("not checkable", "314")
    assert "may have been right when the register was read" in early["explanation"]
    # From the list of open cases alone, a third of what the register holds.
    part = one(told, source="wci360-2021", figure="164")
    assert (part["verdict"], part["primary_figure"]) == ("definition differs", "511")
    assert part["explanation"].endswith("“164” counts only a part: the cases that were still open.")
    people = one(told, source="hipaajournal-2020-02", figure="41,335,889")
    assert people["primary_figure"] == "44,969,724"
    assert "it counts people, not records" in people["explanation"]
    # The register was read before the end of the period: nothing is held against a part of it.
    assert one(told, source="calhipaa-2025-02", figure="729")["primary_figure"] == ""


def test_a_record_is_judged_by_all_years_of_the_register(everything):
    record = one(everything, source="inforisktoday-2022-01", relation="record")
    assert (record["verdict"], record["primary_figure"]) == ("supported", "715; 663")
    forecast = one(everything, source="acesmedical-2016", relation="record")
    assert (forecast["verdict"], forecast["verdict_now"]) == ("not checkable", "supported")


def test_that_nothing_is_known_is_refuted_by_figures_of_the_same_wave(everything):
    known = everything[everything["relation"] == "nothing_known"].set_index("survey")
    assert known["verdict"].to_dict() == {"greenbone-2019-09": "contradicted", "greenbone-2019-11": "not checkable"}
    assert "7 (“servers reachable and open without a password”, France" in known.at["greenbone-2019-09", "explanation"]


def test_a_qualitative_statement_says_why_no_count_decides_it(everything):
    told = everything[everything["relation"] == "qualitative"]
    assert not told["explanation"].str.contains("No published figure known to us").any()
    assert told["explanation"].nunique() > 12
    listed = one(told, source="itmedia-2019-09")["explanation"]
    assert (
        "not seen the authors’ list of these countries" in listed and "52 (“countries affected”, worldwide; " in listed
    )


def test_a_number_that_others_print_for_another_noun_is_told_so(everything):
    row = one(everything, source="katten-2021", measure="studies")
    assert row["verdict"] == "definition differs"
    assert "elsewhere “more than 275 million” is given for “images”" in row["explanation"]


def test_a_count_made_apart_is_the_measure_where_the_surveyor_printed_none(everything):
    row = one(everything, source="theregister-2019-09", figure="590")
    assert row["verdict"] == "supported"
    row = one(everything, source="warner-letter-2019-09", figure="187")
    assert row["verdict"] == "supported"
    assert "the figure of a separate count is “187” (ProPublica" in row["explanation"]
    # "About" is not "more than", which the count's own makers say.
    about = one(everything, source="calhipaa-2019-09", measure="patients", figure="about 5 million")
    assert "“about 5 million” gives the same number with another qualifier" in about["explanation"]


# What an adversary of our own found in reading every form of sentence.


@pytest.mark.parametrize(
    ("source", "measure", "figure", "verdict", "told"),
    [
        # Serbia's 30,484 and the Dutch 25,000 are data sets; the 2,233 devices are those of the world.
        (
            "it-klinika-rs-2019-09",
            "patients",
            "30.484",
            "definition differs",
            "the number of “studies”, from which the authors extrapolated the text’s “15.242.000 [15,242,000]”",
        ),
        (
            "nos-2019-09",
            "patients",
            "zo'n 25.000",
            "not checkable",
            "the number of “studies” (Netherlands), but found no figure that confirms it.",
        ),
        (
            "nu-nl-2021-11",
            "devices",
            "2.233",
            "not checkable",
            "the number of “devices” (worldwide), but found no figure that confirms it.",
        ),
        (
            "deutschlandfunk-2019-09",
            "images",
            "16 Millionen",
            "definition differs",
            "is given for “studies” (worldwide; ",
        ),
    ],
)
def test_a_number_known_to_be_of_another_thing_is_told_so(everything, source, measure, figure, verdict, told):
    row = one(everything, source=source, measure=measure, figure=figure)
    assert row["verdict"] == verdict and told in row["explanation"]
    # Without a figure by who counted, or two other texts, nothing says what would be right.
    assert (row["suggestion"] != "") == (verdict == "definition differs")


def test_what_a_reader_must_know_of_a_text_or_of_a_figure_is_told(everything):
    """What a further fresh reader of a hundred sentences objected to, by kind."""
    # The authors' own figure for the text's noun decides, whatever else the number may be of.
    world = one(everything, source="sardinhainnaldo-2019-09", measure="images_accessible")
    assert (
        world["verdict"] == "definition differs" and "authors’ figure is “around 400 million”" in world["explanation"]
    )
    assert world["suggestion"].startswith("images open to download, worldwide: about 400 million; or studies with")
    # What the authors' summary says is theirs, however it is known; but it does not confirm the text that quotes it.
    assert one(everything, source="neotel-br-2019-11", figure="cinco")["verdict"] == "supported"
    assert "only as this text quotes it" in one(everything, source="databreaches-2019-11", figure="five")["explanation"]
    # The text's own words for the time and the thing, and the authority's page on all sectors.
    quarter = one(everything, source="mondaq-2016", figure="243")["explanation"]
    assert "“545” (Information Commissioner's Office, 2016), has another scope" in quarter
    assert "prints the period as April 2015 to June 2016" in quarter
    assert (
        "calls them servers examined"
        in one(everything, source="behoerden-spiegel-2021-01", figure="über 2.000")["explanation"]
    )
    # The surveyor's number of studies is no rival count of servers.
    germany = one(everything, source="indoconsulting-2019-10", figure="6")["explanation"]
    assert "one gives a different figure, “cinq [5]”" in germany and "something else, “ca. 15.000" in germany
    # A number that belongs to another year stands behind others; those that leave a claim open are named.
    fall = one(everything, source="breachspot-2026", measure="breaches", relation="change")["explanation"]
    assert "725" not in fall and "with 729 (2024; " in fall and "a fall of 11.9%" in fall
    share = one(everything, source="itworldcanada-2018-04", relation="share_of")["explanation"]
    assert "just over 69,300" in share and "found both figures in this text alone" in share


def test_no_cause_names_another_text_as_the_one_it_explains(everything):
    causes = everything.loc[everything["cause"] != "", "cause"]
    assert not causes.str.contains(r"\b(?:[Oo]ne|another) (?:\w+ ){0,2}(?:account|text|firm)\b").any()


def test_what_only_retellings_give_is_not_checked_and_what_the_files_doubt_is_told(everything):
    """What a fresh reader of a hundred sentences objected to, by kind."""
    # Of ProPublica's 16 million no page of its own was seen: who retells it is not confirmed by who retells it too.
    retold = one(everything, source="gq-yahoo-2019-09", measure="studies", figure="more than 16 million")
    assert "the text repeats a separate count (ProPublica and" in retold["explanation"]
    misnamed = one(everything, source="dotmed-2019-09", measure="records", figure="More than 16 million")
    assert misnamed["verdict"] == "definition differs" and misnamed["suggestion"] == "studies: more than 16 million"
    swiss = one(everything, source="netzwoche-2019-09", figure="231'840")
    assert "watson gives 197,000 images in all, ICTjournal and Netzwoche give 231,840" in swiss["explanation"]
    # A copy does not agree with its original.
    copied = one(everything, source="threatshub-2020-12", measure="servers_open", figure="90")
    assert "two agree with “90”" in copied["explanation"]
    # The text's own figure is no evidence where others print it, and is called so where nobody does.
    others = one(everything, source="relias-2017", relation="change_direction")
    assert "relias" not in others["primary_source"] and "the text itself" not in others["explanation"]
    own = one(everything, source="neotel-br-2019-11", relation="change")
    assert own["verdict"] == "not checkable" and "found 42.3 million in this text alone" in own["explanation"]
    # The register's own copy stands before a page that retells it, and says where it ends.
    register = one(everything, source="hipaajournal-2020-02", relation="change", figure="196%")
    assert "511 (2019; register of the authority" in register["explanation"]
    older = one(everything, source="accountablehq-2026", figure="4,011")
    assert "of 8 October 2024, is from before this period began" in older["explanation"]
    release = one(everything, source="greenbone-release-en-2019-09", measure="servers_http_ftp", relation="qualitative")
    assert "The release (18 September 2019) counts the 39 among the 590" in release["explanation"]
    # The number is of data sets where the text has images, which comes before the qualifier that it lost.
    images = one(everything, source="neotel-br-2019-11", figure="75%")
    assert images["verdict"] == "definition differs" and "“more than 75%” is the figure for" in images["explanation"]


def test_a_bound_that_the_number_leaves_far_behind_is_another_number(everything):
    row = one(everything, source="techcrunch-2020-01", figure="more than 720 million")
    assert row["verdict"] == "supported" and row["explanation"].endswith(
        "holds as a lower bound, but is a different number."
    )
    register = one(everything, source="inforisktoday-2022-01", figure="more than 45.7 million")
    assert register["explanation"].endswith("closer when the register was read, as entries are revised for years.")
    # In the same register, which was revised since: that it counts people, not records, does not explain the rest.
    records = one(everything, source="outsourceaccelerator-2024-08", figure="over 133 million")
    assert records["verdict"] == "not checkable" and "are revised for years" in records["explanation"]


def test_who_counted_and_what_the_same_text_prints_are_told(everything):
    """What another fresh reader of a hundred sentences objected to, by kind."""
    # About 50 countries is the journalists' count, although the authors' 52 rounds to it.
    countries = one(everything, source="abc-lavozdigital-2019-09", figure="unos 50")
    assert "the text repeats a separate count" in countries["explanation"]
    assert "16 September 2019), is close to “unos 50 [about 50]”." in countries["explanation"]
    # Sources and copies are told of, so that a reader who counts agreeing texts finds as many.
    told = everything["explanation"]
    assert (
        "two agree with “23,000”, besides the text’s own source"
        in told[(everything["source"] == "threatshub-2020-12") & (everything["figure"] == "23,000")].item()
    )
    assert not told.str.contains("that it retells or that retell").any()
    # No sentence says that a text, which may credit others, cites an authority.
    assert not told.str.contains("citing the authority").any()
    # The same text's second number is no unseen one.
    serbia = one(everything, source="it-klinika-rs-2019-09", figure="više od 15 miliona")
    assert "itself also gives “15.242.000 [15,242,000]”" in serbia["explanation"]
    # Two texts with one number print one other figure.
    assert (
        "two give a different figure, “1,11 million"
        in one(everything, source="bartoli-2019-09", figure="1.15 milioni")["explanation"]
    )
    # Nearly 26,000 is not said of 25,000.
    assert (
        "gives a different one, “25.000"
        in one(everything, source="welingelichtekringen-2024-12", figure="bijna 26.000")["explanation"]
    )
    # An edition is of those who made that edition.
    editions = told[everything["survey"] == "ibm-cost-of-a-breach"]
    assert editions.str.contains("by IBM and Ponemon Institute").any()
    # A rise without counts is told beside what others print for it.
    rise = one(everything, source="myaira-2026", relation="change")
    assert "this change is given as “286%” (Forescout, 2024) and “246%” (Health-ISAC" in rise["explanation"]
    # What a text says alone is not the nearest figure to what it says.
    nearest = everything[told.str.contains("nearest published figure")]
    assert not nearest["explanation"].str.contains("the text itself").any()


def test_the_number_of_the_wave_before_is_known_as_such(everything):
    row = one(everything, source="v6velugu-2020", place="United States", measure="images")
    assert row["verdict"] == "contradicted"
    assert "is the figure from the survey before this one, “303.1 million”" in row["explanation"]


def test_when_a_survey_was_is_held_against_its_dates(everything):
    dated = everything[everything["relation"] == "dated"].set_index("source")["verdict"].to_dict()
    assert dated == {
        "cisoadvisor-2019-09": "contradicted",  # until mid-September: the authors say early September
        "thehindu-2020-02": "contradicted",  # the report of 16 September came out in October
        "the420-in-2020": "contradicted",  # the review of November 2019 is of 2020
    }


def test_what_a_claim_compares_with_is_told_as_far_as_it_is_known(everything):
    told = one(everything, source="bartoli-2019-09", relation="more_than")["explanation"]
    assert "only a part: France (47,500; La Santé Publique, 2019), Germany (about 15,000; Greenbone Networks, " in told


def test_a_round_word_for_a_number_is_glossed_as_about_so_many(everything):
    assert (
        "“uma centena [about 100]”"
        in one(everything, source="hotnewsinworld-2019-09", figure="uma centena")["explanation"]
    )


@pytest.mark.parametrize(
    ("bound", "value", "near"),
    [(100_300, 102_893, False), (100_000, 102_893, True), (720e6, 737e6, False), (24e6, 24.3e6, True), (5, 6, True)],
)
def test_a_bound_speaks_of_what_is_within_its_last_digit(bound, value, near):
    assert equality.within_unit(bound, value) is near


def test_causes_are_told_in_the_reader_s_language():
    for lang in ("es", "de", "fr"):
        cause = one(check_claims("gsmgotech-2020-01", lang=lang), measure="patients", relation="equals")["cause"]
        assert (
            cause
            == {
                "es": "Imágenes llamadas pacientes.",
                "de": "Bilder, Patienten genannt.",
                "fr": "Des images appelées patients.",
            }[lang]
        )
    for survey in surveys_present():
        for cause in read_survey(survey).meta["cause"]:
            assert {"es", "de", "fr"} <= set(cause), (survey, cause["why"])


def test_an_outlet_does_not_confirm_itself_and_a_cause_is_of_its_number(everything):
    """What a reader of a second draw of a hundred sentences objected to, by kind."""
    again = one(everything, source="cisoadvisor-2019", figure="120")["explanation"]
    assert again.endswith("Apart from another text from the same outlet, no other text gives a figure.")
    # Two texts of which one retells the other are one.
    retold = one(everything, place="Karnataka", source="firstpost-2020-01", measure="images")["explanation"]
    assert "(retellings and texts from one outlet counted once), one agrees" in retold
    # A known misprint is no rival figure, and the only other text is not "one of" them.
    rival = one(everything, source="hipaacoach-2020", figure="$146")["explanation"]
    assert "The only other text with a figure" in rival and "evidently a misprint" in rival
    # A cause that explains several numbers is told as far as it is about this one.
    added = one(everything, source="formillionaires-2023-12", measure="patients")
    assert added["cause"] == "16.1 million records with personal data, called patients."
    # By another measure the same statement would be wrong.
    ranked = one(everything, source="affairscloud-2020-02", place="Telangana", relation="rank")["explanation"]
    assert "by this measure the claim is right. By “images”" in ranked
    # A rise is called so, and a count of parts names those that are missing.
    rise = one(everything, source="fiercehealthcare-2020", relation="change_direction")["explanation"]
    assert "a rise of 10.4 to 10.7%" in rise
    parts = one(everything, source="bartoli-2019-09", relation="more_than")["explanation"]
    assert parts.endswith("We know of no figure for Spain and the Netherlands.")
    # The journalists' count is told as they print it, not as those who retell them do.
    first_hand = one(everything, source="sicher-im-netz-2019-09", measure="patients", figure="mindestens 13.000")
    assert first_hand["suggestion"] == "studies: 13,000"


def test_what_accounts_claim_beyond_a_number_has_words_in_every_language(everything):
    said = set(everything.loc[everything["relation"] != "equals", "claim"])
    worded = catalogue("claimed")
    assert set(worded) == said
    assert all(set(one) == {"es", "de", "fr"} and all(one.values()) for one in worded.values())
    # The same numbers stand in each.
    for claim, one in worded.items():
        numbers = set(re.findall(r"\d+", claim))
        assert all(numbers == set(re.findall(r"\d+", text)) for text in one.values()), claim


def test_who_tells_of_another_count_or_retells_is_told_apart(everything):
    """What a reader of a fifth draw of a hundred sentences objected to, by kind."""
    # The authors printed it again, later and elsewhere.
    again = one(everything, source="ddrm-2019-09", measure="studies", figure="24,5 Mio.")
    assert (again["verdict"], again["verdict_now"]) == ("not checkable", "supported")
    # The authors have a figure for the noun that the text gives to the number of another.
    open_ones = one(everything, source="dw-pl-2019-09", figure="ponad 2300")["explanation"]
    assert "for which the authors’ figure is “590”" in open_ones and "“2,300” is the authors’ figure for" in open_ones
    # A text's source, and what retells it, are no rival accounts.
    after = one(everything, source="says-my-2019-09", figure="Over 20,000")["explanation"]
    assert "two give different figures" in after and "the text’s own source gives “19,922” (CNA" in after
    retold = one(everything, source="letemps-2019-09", figure="plus de 231 000")["explanation"]
    assert "apart from" not in retold and "two that retell this text give “more than 200,000”" in retold
    # 460 is the later reading of 464, no rounding of it; 27,000 is one of 26,956.
    revised = one(everything, source="gizmodo-au-2022-02", figure="464")["explanation"]
    assert "another gives a different figure, “460”" in revised and "are revised for years" in revised
    assert (
        "“26.956 [26,956]”; two give figures that are consistent"
        in one(everything, source="tweakers-2020-02", figure="26.956")["explanation"]
    )
    # A text that prints the number's own noun too is told whole.
    headline = one(everything, source="mumbailive-2020-02", measure="patients")["explanation"]
    assert ", and also “121 million” for “images”; elsewhere" in headline
    worst = one(everything, source="databreaches-2019-11", measure="countries_worst_group")["explanation"]
    assert worst.endswith("one agrees with “five”.")


def test_a_copy_is_told_once_and_a_far_bound_confirms_nothing(everything):
    """What a reader of a third draw of a hundred sentences objected to, by kind."""
    # Who retells the separate count gives another number, also where others say patients for it.
    german = one(everything, source="ddrm-2019-09", measure="studies", figure="ca. 15.000")["explanation"]
    assert "another that reports a separate count gives “13.000 [13,000]” (Bayerischer Rundfunk" in german
    assert "13 million" not in german and "besides the text’s own source" not in german
    # "At least 10 million" of 16 and of 24 million confirms no number.
    far = one(everything, source="afpbb-kns-2019-09", measure="patients", figure="1000만명 이상")
    assert "10 million" not in far["suggestion"]
    # The original is named before its copy.
    swiss = one(everything, source="gmx-ch-2019-09", measure="images", place="Schweiz")["explanation"]
    assert "Le Temps" in swiss and "IoT Security Watch" not in swiss
    # A claim of change without a year is told beside those that name theirs.
    double = one(everything, source="auntminnie-2019-05", relation="change")["explanation"]
    assert "“more than 50 percent”" in double and "“nearly double”" in double


def test_a_reprinted_table_is_the_authors_own(everything):
    """What a reader of an eighth draw of a hundred sentences objected to, by kind."""
    # A table of the authors that one text reprints bears out the others, not that text.
    turkey = one(everything, source="netzwoche-2019-09", place="Türkei", relation="equals", measure="images_accessible")
    assert (turkey["verdict"], turkey["primary_figure"]) == ("within rounding", "178,283,858")
    assert "(Greenbone Networks, as reprinted by AuntMinnieEurope, October 2019)" in turkey["explanation"]
    state = one(everything, source="affairscloud-2020-02", figure="3,08,451")
    assert (state["verdict"], state["primary_source"]) == ("supported", "firstpost-2020-01")
    itself = one(everything, source="firstpost-2020-01", place="Maharashtra", measure="studies")
    assert (itself["verdict"], itself["verdict_now"]) == ("not checkable", "not checkable")
    assert (
        "stands in a table from Greenbone Networks, which we know only as this text reprints it. Of the"
        in (itself["explanation"])
    )
    alone = one(everything, source="firstpost-2020-01", place="Karnataka", measure="servers_open")["explanation"]
    assert alone.endswith("as this text reprints it. We found no other text that gives a figure for this.")
    # What the text gives outside that table is its own.
    assert "reprint" not in one(everything, source="firstpost-2020-01", place="World")["explanation"]
    # The text prints the number near it of images too, as another does.
    assert one(everything, source="mumbailive-2020-02", measure="patients")["verdict"] == "definition differs"
    # A part needs no cause; it is no other wording of the whole.
    part = one(everything, source="euronews-de-2019-09", figure="über 50")
    assert not part["cause"] and "there would be more than 52" in part["explanation"]
    about = one(everything, source="abc-lavozdigital-2019-09", figure="unos 50")["explanation"]
    assert (
        "another words it differently, “50”" in about
        and "three give numbers that seem to count something else" in about
    )
    # A text of the separate count whose number is neither that nor the authors'.
    neither = one(everything, source="sicher-im-netz-2019-09", figure="rund zwei Millionen")
    assert neither["verdict"] == "contradicted" and "“around 16 million”" in neither["explanation"]
    assert "“24.3 million”" in neither["explanation"] and neither["suggestion"] == "studies: about 16 million"
    # Two counts by different people make a share with a word on that.
    share = one(everything, source="auntminnieeurope-insider-2019-10", relation="share_of")["explanation"]
    assert share.endswith("one of them made apart from that of Greenbone Networks.")
    # What is known of the text of a claim is told beside it.
    assert (
        "speaks of the past year" in one(everything, source="version2-2020-01", relation="qualitative")["explanation"]
    )
