"""A new survey: a skeleton that explains itself and that the check leads on from."""

import pytest

import analysis as ex
from analysis.figures.check import check
from analysis.intake.skeleton import instructions, new_survey


def test_the_check_says_what_is_still_to_do(folder):
    written = new_survey("sample-2026-03")
    assert [path.name for path in written] == ["survey.toml", "sources.csv", "figures.csv", "claims.csv"]
    found = check(folder / "aggregate" / "sample-2026-03")
    columns = set(found.loc[found["severity"] == "error", "column"])
    assert {"title", "surveyor", "primary"} <= columns
    assert not {"status", "method.honeypots", "programme"} & columns


def test_filled_in_it_is_a_survey(folder):
    toml, sources, figures, _ = new_survey("sample-2026-03")
    text = toml.read_text(encoding="utf-8")
    for key, value in {
        "title": '"Sample"',
        "surveyor": '"Sampler"',
        "primary": '["sampler-2026-03"]',
        "asset": '"dicom"',
    }.items():
        text = text.replace(f'{key} = ""', f"{key} = {value}").replace(f"{key} = []", f"{key} = {value}")
    text = (
        text.replace('encoded = ""', 'encoded = "2026-03-02"')
        .replace('encoding = ""', 'encoding = "By hand."')
        .replace('"draft"', '"published"')
    )
    toml.write_text(text, encoding="utf-8")
    with sources.open("a", encoding="utf-8") as handle:
        handle.write("sampler-2026-03,primary,,2026-03,full,en,Sampler,Report,,\n")
    with figures.open("a", encoding="utf-8") as handle:
        handle.write("sampler-2026-03,Spain,servers_exposed,,about 40,paragraph 1,\n")
    found = check(folder / "aggregate" / "sample-2026-03")
    assert found[found["severity"] == "error"].empty, found.to_string()
    row = ex.panel(surveys=["sample-2026-03"]).iloc[0]
    assert (row["iso3"], row["value"], row["low"], row["high"]) == ("ESP", 40, 30, 50)


@pytest.mark.parametrize("survey", ["Sample_2026", "../sample", "", "a b"])
def test_an_id_that_is_none_is_refused(folder, survey):
    with pytest.raises(ex.DataError, match="not an id of a survey"):
        new_survey(survey)


def test_what_is_there_is_never_overwritten(folder):
    new_survey("sample-2026-03")
    with pytest.raises(ex.DataError, match="exists already"):
        new_survey("sample-2026-03")


def test_every_column_is_explained():
    told = instructions("sample-2026-03")
    assert all(word in told for word in ("derived_from", "locator", "relation", "exposure check sample-2026-03"))
