"""The dictionary of measures and its document."""

from pathlib import Path

import pytest

import analysis as ex
from analysis.figures.measures import KINDS, OCCURRENCES, dictionary

ROOT = Path(__file__).parents[2]


def test_the_dictionary():
    table = ex.measures()
    assert list(table) == [
        "unit",
        "definition",
        "is_not",
        "additive",
        "occurrence",
        "kind",
        "label_en",
        "label_es",
        "label_de",
        "label_fr",
    ]
    assert table.index.is_unique and table["additive"].dtype == bool
    assert set(table["kind"]) <= set(KINDS) and set(table["occurrence"]) <= set(OCCURRENCES)
    assert (
        table.loc["servers_open", "occurrence"] == "independent" and table.loc["studies", "occurrence"] == "clustered"
    )
    assert not table.loc[table["kind"] == "share", "additive"].any()


def test_the_caller_may_change_its_copy():
    mine = ex.measures()
    mine["unit"] = ""
    assert ex.measures().loc["studies", "unit"]


def test_the_committed_document_is_current():
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == dictionary(), (
        "run: python scripts/make_documents.py"
    )


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ('occurrence = "clustered"', 'occurrence = "often"', "often"),
        ("additive = true\n", "", "additive"),
        (" es = ", " xx = ", "'es'"),
    ],
)
def test_faults(small_data, old, new, hint):
    path = small_data / "aggregate" / "measures.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ex.DataError, match=hint):
        ex.measures()
