"""The manifest names each file that is not as it was built."""

import json
import os

import pytest

from analysis.errors import DataError
from analysis.report import manifest

CONTENT = {
    "parameters": {"lang": "en"},
    "pages": [{"name": "one", "inputs": ["data/a.csv"], "outputs": ["index.html"]}],
    "inputs": {"data/a.csv": "0" * 64},
    "code": {},
    "versions": {},
}


@pytest.fixture
def report(tmp_path):
    folder = tmp_path / "report"
    (folder / "figures").mkdir(parents=True)
    (folder / "index.html").write_text("<p>index")
    (folder / "figures" / "map.svg").write_text("<svg/>")
    manifest.write(folder, CONTENT)
    return folder


def test_a_report_as_it_was_built_has_no_differences(report):
    found = manifest.verify(report)
    assert list(found.columns) == ["file", "status", "now"]
    assert found.empty


def test_each_file_that_differs_is_named(report):
    (report / "index.html").write_text("<p>Index")
    (report / "figures" / "map.svg").unlink()
    (report / "figures" / "new.svg").write_text("<svg>new</svg>")
    found = manifest.verify(report)
    assert dict(zip(found["file"], found["status"], strict=True)) == {
        "figures/map.svg": "missing",
        "figures/new.svg": "added",
        "index.html": "changed",
    }


def test_a_renamed_file_is_named_with_its_new_name(report):
    (report / "figures" / "map.svg").rename(report / "figures" / "chart.svg")
    (report / "other.html").write_text("<p>other")
    found = manifest.verify(report)
    assert found.values.tolist() == [["figures/map.svg", "renamed", "figures/chart.svg"], ["other.html", "added", ""]]


def test_a_link_to_a_folder_and_a_pipe_are_no_files_of_the_report(report, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (report / "more").symlink_to(tmp_path / "elsewhere")
    (report / "index.html").unlink()
    os.mkfifo(report / "index.html")
    assert manifest.verify(report)[["file", "status"]].values.tolist() == [["index.html", "changed"], ["more", "added"]]


def test_every_flipped_bit_of_a_file_and_of_the_manifest_is_found(report):
    for name in ("index.html", manifest.FILE):
        whole = (report / name).read_bytes()
        for bit in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            (report / name).write_bytes(flipped)
            try:
                found = manifest.verify(report)
            except DataError:
                assert name == manifest.FILE
            else:
                assert found["file"].tolist() == [name]
        (report / name).write_bytes(whole)
    assert manifest.verify(report).empty


def test_a_manifest_sealed_anew_is_not_the_one_published(report):
    published = manifest.digest(report)
    assert manifest.verify(report, published.upper() + "\n").empty
    (report / "index.html").write_text("<p>Index")
    manifest.write(report, CONTENT)
    assert manifest.verify(report).empty
    with pytest.raises(DataError, match="is not the one published"):
        manifest.verify(report, published)


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": {"../evil.html": "0" * 64}},
        {"outputs": {"/etc/passwd": "0" * 64}},
        {"outputs": {"a\0b": "0" * 64}},
        {"inputs": {"elsewhere/a.csv": "0" * 64}},
        {"inputs": {"data/../../a.csv": "0" * 64}},
        {"pages": [{"name": "one", "inputs": ["data/a.csv"], "outputs": ["index.html", "unknown.html"]}]},
        {"pages": [{"name": "../one", "inputs": [], "outputs": []}]},
        {"pages": [{"name": "one"}]},
        {"pages": 3},
        {"code": []},
        {"parameters": {}},
    ],
)
def test_a_manifest_that_leads_elsewhere_is_refused_even_if_sealed(report, change):
    content = json.loads((report / manifest.FILE).read_bytes()) | change
    content["seal"] = manifest._seal(content)
    (report / manifest.FILE).write_text(manifest._text(content))
    with pytest.raises(DataError, match="was not made by a build"):
        manifest.read(report)


def test_the_digest_stands_for_every_file(report, tmp_path):
    before = manifest.digest(report)
    (report / "index.html").write_text("<p>Index")
    assert manifest.digest(report) == before
    manifest.write(report, CONTENT)
    assert manifest.digest(report) != before


def test_the_manifest_has_known_hashes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc")
    manifest.write(tmp_path, {})
    # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert json.loads((tmp_path / "manifest.json").read_text())["outputs"] == {"a.txt": expected}


def test_the_listing_of_a_folder_is_an_input_of_its_own(tmp_path):
    before = manifest.sha256(tmp_path)
    (tmp_path / "new").mkdir()
    assert manifest.sha256(tmp_path) != before
    assert manifest.sha256(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "holds no report"),
        ("{", "is damaged: it is not JSON"),
        ("[]", "is not the manifest of a report"),
        ('{"name": "an app", "outputs": {}}', "is not the manifest of a report"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path, content, told):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DataError, match=told) as caught:
        manifest.verify(tmp_path)
    assert caught.value.file.startswith(str(tmp_path))


def test_a_link_to_the_same_bytes_is_told(report, tmp_path):
    elsewhere = tmp_path / "elsewhere.html"
    elsewhere.write_bytes((report / "index.html").read_bytes())
    (report / "index.html").unlink()
    (report / "index.html").symlink_to(elsewhere)
    assert manifest.verify(report)[["file", "status"]].values.tolist() == [["index.html", "changed"]]


def test_a_manifest_that_is_a_link_is_refused(report, tmp_path):
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes((report / manifest.FILE).read_bytes())
    (report / manifest.FILE).unlink()
    (report / manifest.FILE).symlink_to(elsewhere)
    with pytest.raises(DataError, match="not a file that a build leaves"):
        manifest.verify(report)


@pytest.mark.parametrize("mode", [0o4777, 0o755, 0o666, 0o000])
def test_rights_that_no_build_gives_are_told(report, mode):
    (report / "index.html").chmod(mode)
    assert manifest.verify(report)[["file", "status"]].values.tolist() == [["index.html", "changed"]]


def test_what_was_added_is_told_and_not_read(report):
    (report / "empty" / "inside").mkdir(parents=True)
    os.mkfifo(report / "pipe")
    with open(report / "sparse.bin", "wb") as handle:
        handle.truncate(2**40)
    (report / os.fsdecode(b"no-utf8-\xff.txt")).write_text("x")
    found = manifest.verify(report)
    assert found["file"].tolist() == ["empty/inside", "no-utf8-\\xff.txt", "pipe", "sparse.bin"]
    assert set(found["status"]) == {"added"}
    assert found.to_csv().isascii()


def test_a_sparse_file_in_the_place_of_one_is_told_and_not_read(report):
    os.truncate(report / "index.html", 2**40)
    assert manifest.verify(report)[["file", "status"]].values.tolist() == [["index.html", "changed"]]
    os.truncate(report / manifest.FILE, 2**40)
    with pytest.raises(DataError, match="far too large"):
        manifest.verify(report)


def test_a_folder_into_which_anybody_may_write_is_told(report):
    report.chmod(0o777)
    assert manifest.verify(report)[["file", "status"]].values.tolist() == [[".", "changed"]]
