"""Kinds that were mended after a first look: innocents that were refused, and what they must not be confused with."""

import base64
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


@pytest.mark.parametrize(
    "span",
    ["10.20.[0-255]", "10.20.x.x", "192.168.1.0-255", "10.20.0.0 to 10.20.255.255", "10.20.0.0..10.20.255.255",
     "172.16.[0-31].1", "192.168.1.{1,2,3}", "192.168.0-255.1-254", "10.20.%.%", "10.20.?.?", "10.20.n.n",
     "192.0.2.___", "10.20.30.[redacted]", "10.20.30.[…]", "192.0.*.*", "10.20.0.0 0.0.255.255", "2001:db8::/32",
     "2001:db8:*:*", "2001:db8:x:x::", "00:00:5e:00:53:xx", "ip-10-20-30-40", "10,20,30,40:104", "192.O.2.235"],
)  # fmt: skip
def test_a_span_of_addresses_is_one_however_its_parts_are_masked(span):
    assert identifying(span) == "network address"
    assert identifying(f"open at {span}, seen twice") == "network address"


@pytest.mark.parametrize(
    "text",
    ["version 1.2.x", "Orthanc 1.12.x", "2.x.x", "sections 4.3.(1-3)", "4.3.2.(1-3)", "10.20 [3]", "Art. 9.2.(j)",
     "versions 8.5-8.9.2", "macOS 10.1-10.4.2", "12:30:xx", "10.5.%", "1.5.[see note]", "1.2.n", "3.1.*"],
)  # fmt: skip
def test_versions_sections_and_times_with_masks_are_no_addresses(text):
    assert identifying(text) is None


@pytest.mark.parametrize(
    "text",
    ["Serial No. 117-45", "serial number of scanners: 1,234", "Kennzeichen D, A, CH", "Kennzeichen 3", "targa 2020",
     "license plates: 1,234,567", "licence plate 2024", "matrícula 2019/2020", "the UUID of each study was removed",
     "https://data.gov.ie/dataset/123e4567-e89b-12d3-a456-426614174000", "BP 120/80", "SSH servers: 12,345",
     "at some point in time", "文化路第12号文件", "Grid reference system", "visa number of 123,456 people"],
)  # fmt: skip
def test_what_is_named_like_a_device_a_house_or_a_key_may_be_none(text):
    assert identifying(text) is None


def test_what_stands_in_base64_or_hexadecimal_is_read():
    for told in ("192.0.2.235", "jane.doe@example.org", "MRN: 00412233"):
        assert identifying(base64.b64encode(told.encode()).decode()) == identifying(told)
        assert identifying(f"key {told.encode().hex()} of a row") == identifying(told)
    for innocent in ("servers in 52 countries", "2016, 2018, 2019"):
        assert identifying(base64.b64encode(innocent.encode()).decode()) is None
    assert identifying("a94a8fe5ccb19ba61c4c0873d391e987982fbbd3") is None
