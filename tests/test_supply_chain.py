"""What is pinned may stand beside our licence, and is listed with its hashes."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from analysis.charts import explorer

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def materials():
    spec = spec_from_file_location("make_bill_of_materials", ROOT / "scripts" / "make_bill_of_materials.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def parts(materials):
    return materials.parts()


def test_every_pin_has_hashes(parts):
    assert len(parts) > 150
    assert not [part.name for part in parts if not part.hashes]


def test_every_part_that_is_installed_has_a_licence_that_goes_with_ours(materials, parts):
    from importlib.metadata import PackageNotFoundError, version

    installed = []
    for part in parts:
        try:
            version(part.name)
        except PackageNotFoundError:
            continue
        installed.append(part)
    assert len(installed) > 150
    assert not [part.name for part in installed if not part.licence]
    assert not {
        part.name: materials.incompatible(part.licence) for part in installed if materials.incompatible(part.licence)
    }


@pytest.mark.parametrize(
    ("licence", "wrong"),
    [
        ("MIT", []),
        ("Apache-2.0 OR GPL-3.0-only", []),
        ("MIT AND BSD-3-Clause", []),
        ("CDDL-1.0", ["CDDL-1.0"]),
        ("MIT AND CDDL-1.0", ["CDDL-1.0", "MIT"]),
        ("SSPL-1.0 OR BUSL-1.1", ["BUSL-1.1", "SSPL-1.0"]),
        ("no licence (", ["no licence ("]),
    ],
)
def test_a_licence_that_does_not_go_with_ours_is_found(materials, licence, wrong):
    assert materials.incompatible(licence) == wrong


def test_the_bill_of_materials_is_valid_and_the_same_each_time(materials, parts):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    bill = materials.bill(parts)
    assert bill == materials.bill(parts)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert bill.count('"purl"') == len(parts)


NOTICES = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")


def test_what_is_shipped_of_others_has_its_licence_beside_it():
    for work, text in {
        "src/analysis/charts/fonts": "SIL OPEN FONT LICENSE",
        "src/analysis/charts/explorer": "Permission to use, copy, modify",
        "data/reference/boundaries": "Permission to use, copy, modify",
        "tests/browser": "Mozilla Public License 2.0",
    }.items():
        beside = [
            file.read_text(encoding="utf-8")
            for file in (ROOT / work).iterdir()
            if file.suffix == ".txt" or file.name == "NOTICE"
        ]
        assert any(text.lower() in one.lower() for one in beside), work


def test_every_file_that_we_did_not_write_is_in_the_notices():
    """Fonts, scripts that were minified, pictures and archives:
    none of ours has such a form but what a script of ours makes.
    """
    foreign = [
        file
        for folder in ("src", "data")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".ttf", ".woff", ".npz", ".js", ".json", ".wasm", ".png")
    ]
    ours = {"site.js", "embed.js", *explorer.SCRIPTS, "desk.js", "datapackage.json", "search.js"}
    for file in foreign:
        if file.name not in ours:
            place = file.relative_to(ROOT).as_posix().replace("src/", "").replace("data/", "analysis/data/", 1)
            assert place in NOTICES or f"{place.rpartition('/')[0]}/`" in NOTICES, place
    for text in (
        "Copyright 2010-2026 Mike Bostock",
        "Permission to use, copy, modify",
        "UNICODE",
        "SIL Open Font License 1.1",
    ):
        assert text in NOTICES, text


def test_nothing_is_shipped_under_terms_that_do_not_go_with_ours():
    """Of data too: no share-alike, no non-commercial, no no-derivatives."""
    import tomllib

    told = tomllib.loads((ROOT / "data" / "reference" / "sources.toml").read_text(encoding="utf-8"))
    assert len(told) > 5
    for name, entry in told.items():
        assert entry["licence"] and not {"SA", "NC", "ND"} & set(entry["licence"].replace("-", " ").split()), name
