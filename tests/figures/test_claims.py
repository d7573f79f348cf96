"""Claims of real accounts, with the verdict that a reader of both texts would give."""

import pytest

import analysis as ex
from analysis.figures.claims import COLUMNS, VERDICTS

WAVES = ["greenbone-2019-09", "greenbone-2019-11"]


@pytest.fixture(scope="module")
def claims():
    return ex.check_claims(surveys=WAVES)


def test_every_claim_has_a_verdict_and_a_sentence(claims):
    assert claims.columns.tolist() == COLUMNS
    assert set(claims["verdict"]) <= set(VERDICTS)
    assert claims["explanation"].str.len().min() > 10
    assert not claims["explanation"].str.contains(r"[{}]|\bis ,").any()


def test_the_spanish_account_statement_by_statement(claims):
    spanish = claims[claims["source"] == "tomsguide-es-2019-09"]
    verdicts = {(row.measure, row.figure): row.verdict for row in spanish[spanish["relation"] == "equals"].itertuples()}
    assert verdicts["patients", "24 millones"] == "definition differs"
    assert verdicts["patients", "13,7 millones"] == "definition differs"
    assert verdicts["servers_exposed", "590"] == "supported"
    assert verdicts["servers_exposed", "casi 600"] == "within rounding"
    assert verdicts["servers_http_ftp", "Aproximadamente 40"] == "within rounding"
    assert verdicts["countries", "52"] == "supported"
    assert verdicts["images", "alrededor de 737 millones"] == "supported"
    assert verdicts["images_accessible", "400 millones"] == "supported"
    # 13.65 / 24.55 = 55.6 % at least: more than half of the studies are of the United States
    half = spanish[(spanish["relation"] == "share_of")]
    assert half["verdict"].tolist() == ["supported"]


def test_a_bound_below_the_number_is_true_and_one_above_is_not(claims):
    said = claims[(claims["measure"] == "images") & (claims["place"] == "World") & (claims["relation"] == "equals")]
    verdicts = dict(zip(said["figure"], said["verdict"], strict=True))
    assert verdicts["more than 700 million"] == "supported"
    assert verdicts["720 million"] == "contradicted"


@pytest.mark.parametrize("lang", ["en", "es", "de", "fr"])
def test_explanations_are_written_in_four_languages(lang):
    found = ex.check_claims("tomsguide-es-2019-09", surveys=WAVES, lang=lang)
    word = {"en": "surveyor", "es": "autor del estudio", "de": "Urheber", "fr": "auteur du relevé"}[lang]
    assert found.loc[found["figure"] == "590", "explanation"].str.contains(word).all()


def test_ones_own_claims_are_checked_from_a_file(tmp_path):
    file = tmp_path / "draft.csv"
    file.write_text(
        "claim,relation,place,measure,figure,other_place,other_measure,locator,quote_lang\n"
        "Most studies are American,share_of,United States,studies,more than half,World,studies,line 1,en\n"
        "Nine in ten are,share_of,United States,studies,90%,World,studies,line 2,en\n"
        "More than 500 servers,more_than,World,servers_exposed,500,,,line 3,en\n",
        "utf-8",
    )
    found = ex.check_claims(file=file)
    assert found["verdict"].tolist() == ["supported", "contradicted", "supported"]


def test_an_unknown_account_is_refused():
    with pytest.raises(ex.DataError, match="no account"):
        ex.check_claims("nobody-2019", surveys=WAVES)
