"""The contradictions that a reading of the accounts by hand met: each is found, or it is said why it is none.

``FOUND`` are figures for one survey, place and measure whose intervals do not meet. ``TWO_THINGS`` look like
contradictions
and are numbers of two things; ``ONE_NUMBER`` are roundings of one; ``CLAIMS`` are no two figures, but statements that
``ex.check_claims`` settles.
"""

from functools import cache

import pytest

import analysis as ex
from analysis.figures.rounding_interval import meet

SEPTEMBER, NOVEMBER = "greenbone-2019-09", "greenbone-2019-11"

FOUND = [
    # The first survey: world
    (SEPTEMBER, "WLD", "studies", 24.3e6, 24.5e6),
    (SEPTEMBER, "WLD", "studies", 24.3e6, 16e6),
    (SEPTEMBER, "WLD", "studies", 24.3e6, 2e6),
    (SEPTEMBER, "WLD", "studies", 24.3e6, 100e6),
    (SEPTEMBER, "WLD", "studies", 24.3e6, 10e6),
    (SEPTEMBER, "WLD", "patients", 24.3e6, 24.5e6),
    (SEPTEMBER, "WLD", "patients", 24.3e6, 5e6),
    (SEPTEMBER, "WLD", "images", 737e6, 733.5e6),
    (SEPTEMBER, "WLD", "images", 737e6, 733e6),
    (SEPTEMBER, "WLD", "images", 737e6, 720e6),
    (SEPTEMBER, "WLD", "images", 737e6, 24.3e6),
    (SEPTEMBER, "WLD", "images", 737e6, 16e6),
    (SEPTEMBER, "WLD", "images_accessible", 400e6, 389e6),
    (SEPTEMBER, "WLD", "images_accessible", 400e6, 339e6),
    (SEPTEMBER, "WLD", "images_accessible", 400e6, 399e6),
    (SEPTEMBER, "WLD", "images_accessible", 400e6, 400e3),
    (SEPTEMBER, "WLD", "servers_exposed", 590, 500),
    (SEPTEMBER, "WLD", "servers_exposed", 590, 2300),
    (SEPTEMBER, "WLD", "servers_exposed", 590, 100),
    (SEPTEMBER, "WLD", "servers_exposed", 590, 187),
    (SEPTEMBER, "WLD", "servers_http_ftp", 39, 45),
    (SEPTEMBER, "WLD", "countries", 52, 50),
    (SEPTEMBER, "WLD", "countries", 52, 46),
    # … and its countries
    (SEPTEMBER, "DEU", "studies", 15_000, 13_000),
    (SEPTEMBER, "DEU", "studies", 15_000, 13_000_000),
    (SEPTEMBER, "DEU", "servers_exposed", 6, 5),
    (SEPTEMBER, "DEU", "servers_exposed", 6, 30),
    (SEPTEMBER, "ITA", "studies", 102_893, 100_300),
    (SEPTEMBER, "ITA", "studies", 102_893, 5e6),
    (SEPTEMBER, "ITA", "images_accessible", 1.15e6, 1.11e6),
    (SEPTEMBER, "CHE", "images", 231_000, 197_000),
    (SEPTEMBER, "CHE", "studies", 1_571, 1_500),
    (SEPTEMBER, "NLD", "servers_exposed", 3, 4),
    (SEPTEMBER, "FRA", "images_accessible", 2.67e6, 2.6e6),
    (SEPTEMBER, "MYS", "studies", 19_922, 19_992),
    (SEPTEMBER, "USA", "images_accessible", 45.8e6, 45.9e6),
    (SEPTEMBER, "USA", "images_accessible", 45.8e6, 45e6),
    (SEPTEMBER, "USA", "images_accessible", 45.8e6, 400e3),
    (SEPTEMBER, "USA", "patients", 13.7e6, 5e6),
    # The second wave
    (NOVEMBER, "WLD", "images", 1_193_404_000, 1.19e6),
    (NOVEMBER, "USA", "images", 786e6, 303e6),
    (NOVEMBER, "USA", "images", 786e6, 100e6),
    (NOVEMBER, "IND", "patients", 121e6, 120e6),
    # Other surveys
    ("stites-pianykh-ajr-2016", "WLD", "servers_exposed", 2772, 2774),
    ("stites-pianykh-ajr-2016", "WLD", "servers_exposed", 2772, 2773),
    ("hc3-2021-06", "USA", "patients", 2e6, 2e6),
    ("hc3-2021-06", "USA", "studies", 275e6, 8.5e6),
    ("aplite-2023-12", "USA", "records", 18.2e6, 8e6),
    ("aplite-2023-12", "WLD", "patients", 16e6, 59e6),
    ("modat-2025", "USA", "devices", 174e3, 500e3),
    ("hhs-ocr", "USA", "breaches", 546, 663),
    ("hhs-ocr", "USA", "breaches", 164, 510),
    ("hhs-ocr", "USA", "breaches", 725, 744),
    ("hhs-ocr", "USA", "individuals", 185_798_538, 276_775_457),
    ("ibm-cost-of-a-breach", "WLD", "cost_per_record_usd", 380, 308),
    ("ibm-cost-of-a-breach", "WLD", "cost_per_record_usd", 146, 1.49),
    ("ibm-cost-of-a-breach", "WLD", "cost_per_breach_usd", 10.22e6, 7.42e6),
]

#: Two figures of two things: survey, place, (measure, value), (measure, value), and why they are two.
TWO_THINGS = [
    (SEPTEMBER, "WLD", ("systems_checked", 2300), ("servers_exposed", 590), "checked and open"),
    (
        SEPTEMBER,
        "WLD",
        ("countries", 52),
        ("countries_notified", 46),
        "affected, and written to by the German authority",
    ),
    (
        SEPTEMBER,
        "WLD",
        ("images_accessible", 400e6),
        ("images_downloaded", 400e3),
        "could be downloaded, and were said to have been",
    ),
    (SEPTEMBER, "WLD", ("darknet_value_usd", 1e9), ("darknet_value_eur", 1e9), "dollars and euros"),
    (SEPTEMBER, "DEU", ("images", 2.85e6), ("images_accessible", 1.38e6), "linked and open to download"),
    (SEPTEMBER, "ITA", ("images", 5.8e6), ("data_volume_bytes", 5.8e6), "images, and bytes in one account"),
    (SEPTEMBER, "ITA", ("images", 5.8e6), ("patients", 6e6), "images, and called patients"),
    (
        SEPTEMBER,
        "SRB",
        ("patients", 30_484),
        ("images_accessible", 15_242_000),
        "five hundred images a study, extrapolated",
    ),
    (SEPTEMBER, "CHE", ("images", 197_000), ("images_accessible", 231_840), "columns that look swapped"),
    (SEPTEMBER, "FRA", ("images", 5.3e6), ("images_accessible", 2.67e6), "linked and open to download"),
    (SEPTEMBER, "GBR", ("images", 13_000), ("images_accessible", 5_000), "linked and open to download"),
    (SEPTEMBER, "AUS", ("images", 2.6e6), ("records", 2.5e6), "images, and accounts"),
    (SEPTEMBER, "USA", ("images", 303.1e6), ("images_accessible", 45.8e6), "linked and open to download"),
    (NOVEMBER, "IND", ("images", 121e6), ("patients", 120e6), "images, and called patients"),
    (NOVEMBER, "WLD", ("images", 1_193_404_000), ("patients", 1e9), "images, and called patients"),
    ("cybelangel-2020-12", "WLD", ("images", 45e6), ("patients", 45e6), "files called patients"),
    ("cybelangel-2020-12", "GBR", ("images", 23_000), ("patients", 23_000), "files called patients"),
    ("trendmicro-2018-04", "WLD", ("hosts", 69_300), ("devices", 80_000), "addresses, and devices in an interview"),
    ("aplite-2023-12", "WLD", ("share_cloud_or_dsl", 0.73), ("share_cloud", 0.70), "cloud or DSL, and cloud alone"),
    ("aplite-2023-12", "WLD", ("records_personal", 16.1e6), ("patients", 16e6), "records, and called patients"),
]

#: Printings that an honest writer can make of one number: survey, place, measure, value, value.
ONE_NUMBER = [
    (SEPTEMBER, "WLD", "servers_exposed", 590, 600),
    (SEPTEMBER, "WLD", "servers_http_ftp", 39, 40),
    (SEPTEMBER, "WLD", "images_accessible", 400e6, 399.5e6),
]

#: Statements beyond a number: survey, source, part of the statement, verdict by all that is known now.
CLAIMS = [
    (NOVEMBER, "techcrunch-2020-01", "servers increased by more than half", "contradicted"),
    (NOVEMBER, "techcrunch-2020-01", "About half of all exposed images", "not checkable"),
    (NOVEMBER, "rtbf-2020-01", "More than half of the images come", "supported"),
    (SEPTEMBER, "warner-letter-2019-09", "303.1 million images of the United States are freely", "contradicted"),
    (SEPTEMBER, "auntminnieeurope-2019-10", "Turkey, counted as European", "supported"),
    (SEPTEMBER, "bartoli-2019-09", "champion of Europe", "not checkable"),
    (SEPTEMBER, "cisoadvisor-2019-09", "Brazil is fourth", "not checkable"),
    (SEPTEMBER, "spiegel-newsrnd-2019-09", "all of the more than 2,300", "contradicted"),
    ("hhs-ocr", "hipaajournal-2020-02", "rose by 37.47%", "contradicted"),
    ("hhs-ocr", "hipaajournal-2020-02", "rose by 196%", "contradicted"),
    ("forescout-2024-10", "myaira-2026", "286%", "not checkable"),
    ("forescout-2024-10", "health-isac-2025", "246%", "not checkable"),
    ("digitalshadows-2019-05", "auntminnie-2019-05", "Twice as many", "not checkable"),
]


@cache
def everything():
    return ex.panel()


@cache
def pairs():
    """Every contradiction, as the values of two figures with their intervals."""
    values = {}
    for row in everything().itertuples():
        iso3 = row.iso3 if isinstance(row.iso3, str) else ""
        values[row.survey, iso3, row.sense, row.source, row.figure, row.locator] = row.value
    found = set()
    for row in ex.conflicts(everything(), every=True).itertuples():
        one = values[
            row.survey,
            row.iso3 if isinstance(row.iso3, str) else "",
            row.measure,
            row.source_a,
            row.figure_a,
            row.locator_a,
        ]
        other = values[
            row.survey,
            row.iso3 if isinstance(row.iso3, str) else "",
            row.measure,
            row.source_b,
            row.figure_b,
            row.locator_b,
        ]
        assert row.cause, (row.survey, row.place, row.measure)
        found.add((row.survey, row.iso3, row.measure, frozenset((one, other))))
    return found


def rows_of(survey, iso3, measure, value):
    rows = everything().query("survey == @survey and iso3 == @iso3 and sense == @measure and value == @value")
    assert len(rows), (survey, iso3, measure, value)
    return list(rows.itertuples())


@pytest.mark.parametrize(("survey", "iso3", "measure", "one", "other"), FOUND)
def test_it_is_found_with_its_cause(survey, iso3, measure, one, other):
    assert (survey, iso3, measure, frozenset((one, other))) in pairs()


@pytest.mark.parametrize(("survey", "iso3", "one", "other", "why"), TWO_THINGS)
def test_two_things_are_filed_as_two(survey, iso3, one, other, why):
    assert rows_of(survey, iso3, *one)[0].sense != rows_of(survey, iso3, *other)[0].sense, why


@pytest.mark.parametrize(("survey", "iso3", "measure", "one", "other"), ONE_NUMBER)
def test_roundings_of_one_number_are_no_contradiction(survey, iso3, measure, one, other):
    assert any(meet(a, b) for a in rows_of(survey, iso3, measure, one) for b in rows_of(survey, iso3, measure, other))


@cache
def verdicts():
    return ex.check_claims(surveys=sorted({survey for survey, *_ in CLAIMS}))


@pytest.mark.parametrize(("survey", "source", "statement", "verdict"), CLAIMS)
def test_statements_beyond_a_number_are_settled_as_claims(survey, source, statement, verdict):
    rows = verdicts()
    rows = rows[
        (rows["survey"] == survey) & (rows["source"] == source) & rows["claim"].str.contains(statement, regex=False)
    ]
    assert rows["verdict_now"].tolist() == [verdict], rows[["claim", "verdict_now"]]
