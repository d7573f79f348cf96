"""Nothing identifying comes in: what is refused, what is not, and that no message repeats it."""

import collections
import importlib.util
from pathlib import Path

import pandas as pd
import pytest

import analysis as ex
from analysis.figures.identifiers import HOST_LEVEL_ROWS, find_identifiers, refuse_identifiers

_spec = importlib.util.spec_from_file_location("identifier_corpus", Path(__file__).with_name("identifier_corpus.py"))
corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)


def refused_among(cells: list[str]) -> set[str]:
    found = find_identifiers(pd.DataFrame({"note": cells}))
    return {cells[row] for row in found["row"]}


def test_at_least_99_in_100_identifiers_are_refused(capsys):
    cells = corpus.identifiers(6_000)
    refused = refused_among([cell for _, cell in cells])
    missed = collections.Counter(kind for kind, cell in cells if cell not in refused)
    rate = 1 - missed.total() / len(cells)
    kinds = len(list(corpus.kinds()))
    with capsys.disabled():
        print(f"\nidentifiers: {len(cells):,} of {kinds} kinds, {rate:.2%} refused; missed: {dict(missed)}")
    assert rate >= 0.99
    # no kind may hide behind the others
    assert all(count <= 0.1 * len(cells) / kinds for count in missed.values()), missed


def test_at_most_1_in_1000_innocent_cells_is_refused(capsys):
    cells = corpus.innocent(23_000)
    refused = refused_among(cells)
    rate = sum(cell in refused for cell in cells) / len(cells)
    with capsys.disabled():
        print(f"\ninnocent cells: {len(cells):,}, {rate:.3%} refused: {sorted(refused)[:5]}")
    assert rate <= 0.001


def test_no_message_repeats_what_was_found():
    for kind, cell in corpus.identifiers(200, seed=7):
        with pytest.raises(ex.IdentifierError) as caught:
            refuse_identifiers(pd.DataFrame({"note": ["fine", cell]}))
        error = caught.value
        assert cell.strip(" \t\n();,") not in f"{error} {error.details} {error.args}", kind
        assert (error.column, error.row) == ("note", 1)


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("IP address", "network address"), ("direccion_ip", "network address"), ("hostname", "host name"),
        ("Geburtsdatum", "date of birth"), ("fecha de nacimiento", "date of birth"), ("date-de-naissance", "date of birth"),
        ("PatientID", "record number"), ("Numéro de dossier", "record number"), ("Latitude", "precise position"),
        ("StudyInstanceUID", "DICOM identifier"), ("E-Mail", "e-mail address"),
    ],
)  # fmt: skip
def test_a_column_named_like_an_identifier_is_refused(column, rule):
    with pytest.raises(ex.IdentifierError) as caught:
        refuse_identifiers(pd.DataFrame({column: [1]}))
    assert caught.value.rule == rule
    assert caught.value.column == column


def test_a_list_of_single_hosts_is_refused_by_its_shape():
    hosts = pd.DataFrame({"key": [f"k{i}" for i in range(HOST_LEVEL_ROWS)], "count": 1})
    with pytest.raises(ex.IdentifierError, match="aggregate"):
        refuse_identifiers(hosts)
    counts = hosts.assign(count=range(HOST_LEVEL_ROWS))
    assert refuse_identifiers(counts) is counts


def test_a_publication_may_have_an_address_but_not_one_with_credentials_or_a_bare_host():
    address = "https://www.example.org/news/2019/09/590-servers"
    fine = pd.DataFrame({"url": [address, None]})
    assert refuse_identifiers(fine, allow={"url"}) is fine
    for bad in ("https://user:secret@example.org/x", "http://203.0.113.9/list", "http://pacs.example.org:8080/"):
        with pytest.raises(ex.IdentifierError):
            refuse_identifiers(pd.DataFrame({"url": [bad]}), allow={"url"})
    with pytest.raises(ex.IdentifierError):
        refuse_identifiers(pd.DataFrame({"note": [address]}))


def test_the_line_of_the_file_is_named_where_it_is_known():
    frame = pd.DataFrame({"note": ["x", "198.51.100.7"], "line": [2, 5]})
    with pytest.raises(ex.IdentifierError) as caught:
        refuse_identifiers(frame, file="figures.csv")
    assert str(caught.value).startswith("figures.csv, line 5, column 'note'")


def test_frames_without_text_or_rows_pass():
    for frame in (pd.DataFrame(), pd.DataFrame({"value": [1.5, None]}), pd.DataFrame({"note": pd.Series(dtype="str")})):
        assert refuse_identifiers(frame) is frame
