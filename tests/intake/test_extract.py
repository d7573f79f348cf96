"""Figures read out of reports: the score on the passages, and single rules."""

import importlib.util
from pathlib import Path

import pytest

import analysis as ex

PASSAGES = Path(__file__).parent / "evaluation" / "score.py"


@pytest.fixture(scope="module")
def evaluation():
    import sys

    spec = importlib.util.spec_from_file_location("passages_score", PASSAGES)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def rows(text, lang=None):
    return {row.figure: (row.place, row.measure) for row in ex.extract(text, lang).itertuples()}


@pytest.mark.parametrize("half", ["tuning"])
def test_the_passages_reach_their_targets(evaluation, half):
    rates = evaluation.score(half).rates()
    assert {name: rate for name, rate in rates.items() if rate < evaluation.TARGETS[name]} == {}


def test_a_number_takes_up_what_was_counted_before():
    read = rows("There are 737 million images. Of these, 400 million could be opened; 45.8 million of them in the United States.", "en")
    assert read == {
        "737 million": ("World", "images"),
        "400 million": ("World", "images_accessible"),
        "45.8 million": ("United States", "images_accessible"),
    }


def test_what_counts_nothing_is_left_out_with_its_reason():
    draft = ex.extract("On 17 September 2019 port 104 was open; see CVE-2019-11687 and ISO 27001. Version 2.3.4 costs $1,200. 187 servers answered.", "en")
    assert draft["figure"].tolist() == ["187"]
    reasons = {one["text"]: one["reason"] for one in draft.attrs["left_out"]}
    assert reasons == {
        "17 September 2019": "date", "port 104": "port", "CVE-2019-11687": "weakness", "ISO 27001": "standard", "Version 2.3.4": "version", "$1,200": "price",
    }  # fmt: skip


def test_an_account_that_writes_of_patients_where_studies_were_counted_is_flagged():
    draft = ex.extract("Data of 24.3 million patients lay on 590 servers in 52 countries, with 737 million images.", "en")
    assert draft.attrs["survey"] == "greenbone-2019-09"
    patients = draft.set_index("measure").loc["patients"]
    assert patients["mixed_up_with"].startswith("studies: 24.3 million in greenbone-")
    assert patients["confidence"] < 0.9
