"""The surveys that are shipped: what their reports say of them, held against what the panel makes of them."""

from functools import cache
from pathlib import Path

import pytest

import analysis as ex
from analysis.datafolder import surveys_present
from analysis.figures.survey import read_survey

CONTEXT = {"hhs-ocr", "ibm-cost-of-a-breach", "protenus-2020", "protenus-2022"}
CONTEXT_ONLY = {
    "breaches",
    "individuals",
    "incidents",
    "records_breached",
    "cost_per_breach_usd",
    "cost_per_record_usd",
    "individuals_per_breach_mean",
    "individuals_per_breach_median",
    "days_to_discovery",
}


@cache
def everything():
    return ex.panel()


@cache
def best():
    return ex.preferred(everything())


def value(survey, measure, iso3="WLD", **more):
    rows = best().query("survey == @survey and measure == @measure and iso3 == @iso3")
    for column, wanted in more.items():
        rows = rows[rows[column] == wanted]
    return rows["value"].item()


def test_every_survey_named_as_comparable_or_not_is_there():
    present = set(surveys_present())
    for survey in present:
        method = read_survey(survey).meta["method"]
        named = {
            *method.get("comparable_with", []),
            *method.get("comparable_with_note", {}),
            *method.get("not_comparable_with", {}),
        }
        assert named <= present - {survey}, survey


def test_no_survey_is_called_comparable_and_not_comparable():
    for survey in surveys_present():
        method = read_survey(survey).meta["method"]
        good = {*method.get("comparable_with", []), *method.get("comparable_with_note", {})}
        assert not good & set(method.get("not_comparable_with", {})), survey


def test_reports_of_breaches_and_costs_are_never_mixed_with_exposures():
    of_breaches = everything()["asset"].str.startswith("breach")
    assert set(everything().loc[of_breaches, "measure"]) <= {*CONTEXT_ONLY, "organisations_examined"}
    assert not set(everything().loc[~of_breaches, "measure"]) & CONTEXT_ONLY
    assert set(everything().loc[everything()["survey"].isin(CONTEXT), "asset"].str.partition("_")[0]) == {"breach"}


def test_the_two_parts_of_the_survey_of_december_2020_stand_apart():
    files, port = (
        everything().query("survey == @name") for name in ("cybelangel-2020-12", "cybelangel-2020-12-port104")
    )
    assert set(files["asset"]) == {"file_share"}
    # Fifty of the servers were drawn at random and tried; what was found among them is not of all servers.
    assert set(port.loc[port["asset"] == "dicom", "measure"]) == {"servers_exposed"}
    assert set(port["asset"]) == {"dicom", "dicom_sample"}
    assert value("cybelangel-2020-12-port104", "systems_checked") == 50
    assert value("cybelangel-2020-12-port104", "servers_open") == 44


def test_the_lost_digit_of_the_press_does_not_win_over_the_slides():
    assert value("aplite-2023-12", "records", "USA") == pytest.approx(18_200_000)
    pairs = ex.conflicts(everything().query("survey == 'aplite-2023-12' and iso3 == 'USA'"))
    assert pairs["cause"].str.contains("digit").all() and len(pairs)


def test_parts_of_the_slides_add_up():
    # 1,159 + 2,647 = 3,806 (slide 22); 16.1 M and 43.5 M are "over 59M" (slides 9 and 4).
    assert value("aplite-2023-12", "servers_open") + value("aplite-2023-12", "servers_storage_only") == 3806
    together = value("aplite-2023-12", "records_personal") + value("aplite-2023-12", "records")
    row = best().query("survey == 'aplite-2023-12' and measure == 'records_personal_and_health'").iloc[0]
    assert row["low"] <= together <= row["high"]


def test_images_called_patients_are_known_as_images():
    rows = everything().query("survey == 'cybelangel-2020-12' and measure == 'patients'")
    assert set(rows["source"]) == {"faroldabahia-2020-12", "theregister-2020-12"}
    assert set(rows["meant"]) == {"images"}


def test_one_hospital_is_not_given_to_its_country():
    rows = everything().query("survey == 'trendmicro-2018-04' and value == 58320")
    assert rows["iso3"].isna().all()
    assert rows["parent"].tolist() == ["CAN"]


@pytest.mark.parametrize(("country", "first", "both", "printed"), [("ESP", 54, 49, 0.907), ("DEU", 1449, 1426, 0.984)])
def test_overlap_of_two_engines_fits_the_printed_share(country, first, both, printed):
    survey = "preprints-2025-03"
    assert value(survey, "hosts", country) == first
    assert value(survey, "hosts_second_engine", country) == both
    assert both / first == pytest.approx(printed, abs=0.0005)
    assert read_survey(survey).meta["method"]["design"] == "one-sided"


def test_each_year_of_the_register_is_a_time_of_its_own():
    rows = best().query("survey == 'hhs-ocr' and measure == 'breaches' and asset == 'breach'")
    assert not rows.duplicated(["scan_from", "scan_to"]).any()
    by_year = rows[rows["scan_from"] == rows["scan_to"]].set_index("scan_from")["value"]
    assert by_year[["2010", "2012", "2022"]].tolist() == [199, 218, 720]


def test_nobody_prints_a_figure_of_an_undeclared_region_as_the_worlds():
    rows = everything().query("survey == 'veriti-2025'")
    assert sorted(rows["value"], reverse=True) == [902, 500, 215, 178, 82, 14]
    assert rows["iso3"].isna().all()


def test_the_gaps_are_told_with_the_numbers_of_the_data():
    gaps = (Path(__file__).parents[2] / "docs" / "data-gaps.md").read_text("utf-8")
    countries = everything().query("place_kind == 'country'")
    in_first = countries.query("survey == 'greenbone-2019-09'")
    assert f"{countries['iso3'].nunique()} countries have at least one figure" in gaps
    assert f"With a figure of at least one column: {in_first['iso3'].nunique()}." in gaps
    assert f"So {52 - in_first['iso3'].nunique()} of the 52 have none." in gaps


def test_a_place_that_a_survey_declares_has_a_name_in_every_language():
    for survey in surveys_present():
        for rule in read_survey(survey).meta["place"]:
            assert all(rule.get(lang) for lang in ("es", "de", "fr")), (survey, rule["name"])


@pytest.mark.parametrize(
    ("lang", "name"), [("es", "Antillas Neerlandesas"), ("de", "Westbengalen"), ("fr", "un cabinet médical de Bavière")]
)
def test_sentences_of_verdicts_name_declared_places_in_their_language(lang, name):
    told = ex.check_claims(lang=lang)
    assert told["explanation"].str.contains(f"({name},", regex=False).any()
    own = {rule["name"]: rule[lang] for survey in surveys_present() for rule in read_survey(survey).meta["place"]}
    foreign = [printed for printed, named in own.items() if named != printed]
    assert not told["explanation"].map(lambda text: any(f"({one}," in text for one in foreign)).any()
