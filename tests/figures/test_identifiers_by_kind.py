"""Kinds that were mended after a first look: innocents that were refused, and what they must not be confused with."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.identifiers import identifying, identifying_texts

# Words of surveys, among them those that machines of hospitals are called after.
_WORDS = [
    "alpha", "clinic", "census", "north", "radiology", "watch", "pacs", "dicom", "hospital", "servers", "greenbone",
    "imaging", "state", "register", "wave", "world", "audit", "xray", "gateway", "viewer", "host", "nas", "ris", "ct",
]  # fmt: skip
_SLUGS = st.builds(
    lambda words, year, more: "-".join([*words, str(year), *more]),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3),
    st.integers(2010, 2030),
    st.lists(st.sampled_from(["01", "11", "q1", "h2", "wave2", "b", "v2"]), max_size=2),
)
_PLACES_OF_SLUGS = (
    "{0}", "{0}, {0}-report", "{0}: row 12", "figures.csv:12 {0}", "{0}/figures.csv", "data/aggregate/{0}/survey.toml",
    "{0} figures.csv:3 note", "{0}.csv", "{0}.zip", "{0}-report.pdf", "survey={0}", "{0}:12",
    "[{0}](surveys/{0}.html)", "surveys/{0}.html#austria", "surveys/{0}.ipynb", "{0} label (de)", "{0}.label.en",
)  # fmt: skip


@settings(max_examples=200, database=None, deadline=None)
@given(_SLUGS)
def test_the_id_of_a_survey_is_no_host_wherever_it_stands(slug):
    told = [place.format(slug) for place in _PLACES_OF_SLUGS]
    assert {told[number]: rule for number, rule in identifying_texts(told).items()} == {}


@pytest.mark.parametrize(
    "host",
    ["pacs-2019.clinic.de", "ct-2020-01.radiology.fr", "alpha-2026-01.hospital.es", "dicom-2021.example.com",
     "pacs-2026-01:11112", "alpha-2026-01.corp", "pacs.clinic.uk", "wave-2021-viewer.klinik.at", "srv.label.de"],
)  # fmt: skip
def test_a_host_with_a_year_in_its_name_is_one(host):
    assert identifying(host) == "host name"


def test_only_zones_that_exist_make_a_host_of_two_letters():
    # ISO 3166-1 leaves AA, QM to QZ, XA to XZ and ZZ to users: no country's zone is called so.
    free = ["aa", *(f"q{last}" for last in "mnopqrstuvwxyz"), *(f"x{last}" for last in "abcdfghz"), "zz"]
    keys = [f"servers_of_ours.label.{zone}" for zone in free]
    assert identifying_texts(keys) == {}
    assert len(identifying_texts([f"pacs.clinic.{zone}" for zone in ("at", "br", "cn", "uk", "eu", "za")])) == 6


def test_where_a_text_of_ones_own_dictionary_was_left_out_is_no_host(tmp_path):
    from analysis.report.texts_withheld import Texts
    from analysis.report.told_beside import released_dictionary

    (tmp_path / "aggregate").mkdir()
    names = ["servers_of_ours", "hosts_of_the_clinic", "pacs_of_ours"]
    languages = ["en", "es", "de", "fr"]
    labels = ", ".join(f'{lang} = "Austria: 2"' for lang in languages)
    told = 'unit = "2 servers"\ndefinition = "Austria has 2."\nis_not = ["Austria, 2"]\n'
    dictionary = "".join(f"[{name}]\n{told}label = {{ {labels} }}\n" for name in names)
    (tmp_path / "aggregate" / "measures.toml").write_text(dictionary, "utf-8")
    texts = Texts(places={"AUT"}, numbers={2.0})
    released_dictionary(tmp_path, texts)
    places = [f"{name}.label ({lang})" for name, lang in itertools.product(names, languages)]
    assert [one for one in places if not any(place.endswith(one) for place in texts.left_out)] == []
    assert identifying_texts(texts.left_out) == {}
