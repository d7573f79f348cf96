"""The manifest names each file that is not as it was built."""

import json

import pytest

from analysis.errors import DataError
from analysis.report import manifest


@pytest.fixture
def report(tmp_path):
    folder = tmp_path / "report"
    (folder / "figures").mkdir(parents=True)
    (folder / "index.html").write_text("<p>index")
    (folder / "figures" / "map.svg").write_text("<svg/>")
    manifest.write(folder, {"pages": []})
    return folder


def test_a_report_as_it_was_built_has_no_differences(report):
    found = manifest.verify(report)
    assert list(found.columns) == ["file", "status"]
    assert found.empty


def test_each_file_that_differs_is_named(report):
    (report / "index.html").write_text("<p>Index")
    (report / "figures" / "map.svg").unlink()
    (report / "figures" / "new.svg").write_text("<svg/>")
    found = manifest.verify(report)
    assert dict(zip(found["file"], found["status"], strict=True)) == {
        "figures/map.svg": "missing",
        "figures/new.svg": "added",
        "index.html": "changed",
    }


def test_the_digest_stands_for_every_file(report, tmp_path):
    before = manifest.digest(report)
    (report / "index.html").write_text("<p>Index")
    assert manifest.digest(report) == before
    manifest.write(report, {"pages": []})
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
