"""Every fault is found, by its place."""

import shutil
from pathlib import Path
from typing import ClassVar

import pytest

import analysis as ex
from analysis.datafolder import shipped_folder
from analysis.figures.check import COLUMNS, TARGETS, check, summary
from analysis.figures.fields import RELATIONS

ROOT = Path(__file__).parents[2]
HERE = "aggregate/sample-2020-02"


def errors(path=None):
    found = check(path)
    return found[found["severity"] == "error"]


def places(found):
    return set(zip(found["file"].str.removeprefix(f"{HERE}/"), found["line"], found["column"], strict=True))


def test_nothing_is_wrong_with_the_sample(small_data):
    found = check()
    assert list(found) == COLUMNS
    assert errors().empty
    assert found["file"].tolist() == ["aggregate/datapackage.json"]


def test_nothing_is_wrong_with_what_is_shipped():
    found = errors()
    assert found.empty, found.to_string()


# One fault each: file, what is replaced, by what, and where it must be found.
FAULTS = {
    "unreadable figure": ("figures.csv", ",590,", ",five hundred hosts,", ("figures.csv", 2, "figure")),
    "marks that no number has": ("figures.csv", ",24.3 million,", ",12.34.5,", ("figures.csv", 3, "figure")),
    "negative count": ("figures.csv", ",187,", ",-187,", ("figures.csv", 6, "figure")),
    "percentage of a count": ("figures.csv", ",737 million,", ",60 %,", ("figures.csv", 5, "figure")),
    "count for a share": (
        "figures.csv",
        "States,servers_open,,187",
        "States,share_open,,187",
        ("figures.csv", 6, "figure"),
    ),
    "empty figure": ("figures.csv", ",737 million,", ",,", ("figures.csv", 5, "figure")),
    "no number": ("figures.csv", ",737 million,", ",NaN,", ("figures.csv", 5, "figure")),
    "a date": ("figures.csv", ",737 million,", ",2019-09-17,", ("figures.csv", 5, "figure")),
    "unknown measure": ("figures.csv", ",servers_open,", ",servers_opened,", ("figures.csv", 6, "measure")),
    "unknown place": ("figures.csv", "United States,servers", "Untied States,servers", ("figures.csv", 6, "place")),
    "ambiguous place": ("figures.csv", "daily-2020-03,Germany", "daily-2020-03,Korea", ("figures.csv", 8, "place")),
    "unknown source": ("figures.csv", "daily-2020-03,Germany", "weekly-2020,Germany", ("figures.csv", 8, "source")),
    "no locator": ("figures.csv", ",paragraph 4,", ",,", ("figures.csv", 8, "locator")),
    "missing column": ("figures.csv", "measure,asset", "measurement,asset", ("figures.csv", 1, "measure")),
    "doubled column": ("figures.csv", "asset,figure", "figure,figure", ("figures.csv", 1, "figure")),
    "too few cells": (
        "figures.csv",
        ",Germany,servers_exposed,,6,",
        ",Germany,servers_exposed,6,",
        ("figures.csv", 8, ""),
    ),
    "doubled row": (
        "figures.csv",
        "daily-2020-03,Germany,servers_exposed,,6,paragraph 4,\n",
        "daily-2020-03,Germany,servers_exposed,,6,paragraph 4,\n" * 2,
        ("figures.csv", 9, "figure"),
    ),
    "two numbers, no note": (
        "figures.csv",
        "daily-2020-03,Europe",
        "daily-2020-03,Germany,servers_exposed,,9,title,\ndaily-2020-03,Europe",
        ("figures.csv", 9, "figure"),
    ),
    "two primary figures": (
        "figures.csv",
        "sample-release-2020-03,World,images",
        "sample-release-2020-03,World,servers_exposed,,700,text,\nsample-release-2020-03,World,images",
        ("figures.csv", 5, "figure"),
    ),
    "total below its part": (
        "figures.csv",
        "States,servers_open,,187",
        "States,servers_open,,1870",
        ("figures.csv", 2, "figure"),
    ),
    "a network address": ("figures.csv", "paragraph 4", "paragraph 4; 203.0.113.77", ("figures.csv", 8, "locator")),
    "source twice": (
        "sources.csv",
        "diario-2020-04,secondary",
        "daily-2020-03,secondary",
        ("sources.csv", 5, "source"),
    ),
    "unknown tier": ("sources.csv", "daily-2020-03,secondary", "daily-2020-03,tertiary", ("sources.csv", 4, "tier")),
    "unknown way of reading": ("sources.csv", "2020-04,excerpt", "2020-04,skimmed", ("sources.csv", 5, "seen")),
    "unknown language": ("sources.csv", "full,en,Daily", "full,qqx,Daily", ("sources.csv", 4, "lang")),
    "id in capitals": (
        "sources.csv",
        "sample-release-2020-03,primary",
        "Sample_Release,primary",
        ("sources.csv", 3, "source"),
    ),
    "no such month": ("sources.csv", ",2020-03-17,", ",2020-13-17,", ("sources.csv", 4, "published")),
    "no such day": ("sources.csv", ",2020-03-17,", ",2020-02-30,", ("sources.csv", 4, "published")),
    "published before the scan": ("sources.csv", ",2020-03-17,", ",2019-03-17,", ("sources.csv", 4, "published")),
    "derives from itself": (
        "sources.csv",
        "secondary,daily-2020-03",
        "secondary,diario-2020-04",
        ("sources.csv", 5, "derived_from"),
    ),
    "derives from nothing known": (
        "sources.csv",
        "secondary,daily-2020-03",
        "secondary,weekly-2020",
        ("sources.csv", 5, "derived_from"),
    ),
    "derives in a circle": (
        "sources.csv",
        "daily-2020-03,secondary,sample-report-2020-03",
        "daily-2020-03,secondary,diario-2020-04",
        ("sources.csv", 5, "derived_from"),
    ),
    "address with credentials": (
        "sources.csv",
        "https://example.org/daily",
        "https://user:secret@example.org/daily",
        ("sources.csv", 4, "url"),
    ),
    "address of a machine": (
        "sources.csv",
        "https://example.org/daily",
        "http://203.0.113.77/",
        ("sources.csv", 4, "url"),
    ),
    "no web address": (
        "sources.csv",
        "https://example.org/daily",
        "ftp://example.org/daily",
        ("sources.csv", 4, "url"),
    ),
    "unknown relation": ("claims.csv", ",share_of,", ",part_of,", ("claims.csv", 2, "relation")),
    "claim on an unknown measure": ("claims.csv", ",studies,", ",studys,", ("claims.csv", 2, "measure")),
    "claim on an unknown place": ("claims.csv", "EE. UU.", "EE. UE.", ("claims.csv", 2, "place")),
    "claim of nobody": ("claims.csv", "diario-2020-04,More", "diario-2019,More", ("claims.csv", 2, "source")),
    "TOML that does not parse": ("survey.toml", 'asset = "dicom"', "asset = dicom", ("survey.toml", 7, "")),
    "key missing": ("survey.toml", 'surveyor = "Sample Surveyor"\n', "", ("survey.toml", 0, "surveyor")),
    "no primary source": (
        "survey.toml",
        '["sample-report-2020-03", "sample-release-2020-03"]',
        "[]",
        ("survey.toml", 5, "primary"),
    ),
    "primary that is not a source": (
        "survey.toml",
        '"sample-release-2020-03"]',
        '"sample-2020"]',
        ("survey.toml", 5, "primary"),
    ),
    "another count by nobody": (
        "survey.toml",
        'scan_from = "2020-01"',
        'counted_apart = ["weekly-2020"]\nscan_from = "2020-01"',
        ("survey.toml", 6, "counted_apart"),
    ),
    "revised, perhaps": (
        "survey.toml",
        'scan_from = "2020-01"',
        'revised = "often"\nscan_from = "2020-01"',
        ("survey.toml", 6, "revised"),
    ),
    "scan that ends before it begins": (
        "survey.toml",
        'scan_to = "2020-02"',
        'scan_to = "2019-02"',
        ("survey.toml", 6, "scan_from"),
    ),
    "date that is none": ("survey.toml", 'scan_to = "2020-02"', 'scan_to = "February"', ("survey.toml", 7, "scan_to")),
    "honeypots": (
        "survey.toml",
        'honeypots = "removed"',
        'honeypots = "some"',
        ("survey.toml", 17, "method.honeypots"),
    ),
    "design": (
        "survey.toml",
        'honeypots = "removed"',
        'honeypots = "removed"\ndesign = "one sided"',
        ("survey.toml", 17, "method.design"),
    ),
    "place of no kind": ("survey.toml", 'kind = "region"', 'kind = "realm"', ("survey.toml", 30, "place")),
    "cause of an unknown measure": (
        "survey.toml",
        'measure = "images"',
        'measure = "pictures"',
        ("survey.toml", 35, "cause"),
    ),
    "unit of an unknown measure": (
        "survey.toml",
        '"data records" = "studies"',
        '"data records" = "study"',
        ("survey.toml", 24, "units.data records"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_found_by_its_place(small_data, edit, fault):
    file, old, new, (name, line, column) = FAULTS[fault]
    edit(file, old, new)
    found = errors()
    where = [one for one in places(found) if one[0] == name and one[2].startswith(column)]
    lines = {one[1] for one in where}
    assert line in lines or (name == "survey.toml" and any(abs(line - one) <= 3 for one in lines)), found.to_string()
    assert (found["remedy"].str.len() > 5).all() and (found["expectation"].str.len() > 3).all()


class TestIntervals:
    @pytest.mark.parametrize(("low", "high"), [("700", "600"), ("100", "200"), ("600", "700"), ("1.000", "x")])
    def test_an_interval_that_makes_no_sense(self, small_data, edit, low, high):
        path = edit("figures.csv", "locator,note", "locator,note,low,high")
        first, second, *rest = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        path.write_text(
            "\n".join([first, f"{second},{low},{high}", *(f"{line},," for line in rest)]) + "\n", encoding="utf-8"
        )
        assert {("figures.csv", 2)} == {one[:2] for one in places(errors())}


class TestNotes:
    def test_a_note_excuses_two_numbers(self, small_data, edit):
        edit(
            "figures.csv",
            "daily-2020-03,Europe",
            "daily-2020-03,Germany,servers_exposed,,9,title,contradicts paragraph 4\ndaily-2020-03,Europe",
        )
        assert errors().empty

    def test_a_cause_excuses_a_total(self, small_data, edit):
        edit("figures.csv", "States,servers_open,,187", "States,images,,900 million")
        assert errors().empty
        assert "A slip of the second account." in " ".join(check()["remedy"])

    def test_a_source_that_says_nothing(self, small_data, edit):
        edit(
            "sources.csv",
            "diario-2020-04,secondary",
            "mute-2020,secondary,,2020,full,en,Mute,,,\ndiario-2020-04,secondary",
        )
        found = check()
        assert ("sources.csv", 5, "source") in places(found[found["severity"] == "note"])
        assert errors().empty

    def test_a_lost_scale_word(self, small_data, edit):
        edit("figures.csv", ",24.3 million,", ",24.3,")
        found = check()
        assert ("figures.csv", 3, "figure") in places(found[found["severity"] == "note"])


class TestFiles:
    def test_crlf_and_byte_order_mark_are_accepted(self, small_data):
        for path in (small_data / HERE).iterdir():
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        assert errors().empty
        assert len(ex.panel()) == 13

    def test_wrong_encoding(self, small_data):
        path = small_data / HERE / "figures.csv"
        path.write_bytes(path.read_bytes().decode("utf-8").encode("latin-1"))
        assert ("figures.csv", 10, "") in places(errors())

    def test_a_symbolic_link_out_of_the_folder(self, small_data, tmp_path):
        path = small_data / HERE / "figures.csv"
        path.rename(tmp_path / "elsewhere.csv")
        path.symlink_to(tmp_path / "elsewhere.csv")
        assert ("figures.csv", 0, "") in places(errors())

    def test_a_whole_survey_linked_from_elsewhere(self, small_data, tmp_path):
        (small_data / HERE).rename(tmp_path / "elsewhere")
        (small_data / HERE).symlink_to(tmp_path / "elsewhere")
        assert "symbolic link" in " ".join(errors()["expectation"])

    @pytest.mark.parametrize("size", [5_000, 100 * 2**20])
    def test_a_huge_cell(self, small_data, size):
        path = small_data / HERE / "figures.csv"
        with path.open("a", encoding="utf-8") as handle:
            handle.write("daily-2020-03,Spain,hosts,,5,p 1," + "x" * size + "\n")
        found = errors()
        assert found["file"].tolist() == [f"{HERE}/figures.csv"]
        assert found["value"].str.len().max() < 100

    @pytest.mark.parametrize("name", ["survey.toml", "sources.csv", "figures.csv"])
    def test_a_missing_file(self, small_data, name):
        (small_data / HERE / name).unlink()
        found = errors()
        assert any(name in " ".join(map(str, row)) for row in found.to_numpy()), found.to_string()

    @pytest.mark.parametrize("name", ["sources.csv", "figures.csv", "claims.csv"])
    def test_an_empty_file(self, small_data, name):
        (small_data / HERE / name).write_text("")
        assert (name, 1, "") in places(errors())

    def test_an_empty_folder(self, small_data):
        shutil.rmtree(small_data / HERE)
        assert errors()["expectation"].tolist() == ["holds no survey"]

    def test_an_unclosed_quotation_mark(self, small_data, edit):
        edit("figures.csv", '"daily-2020-03, paragraph 1"', '"daily-2020-03, paragraph 1')
        assert "figures.csv" in {one[0] for one in places(errors())}

    def test_a_broken_dictionary_does_not_hide_the_rest(self, small_data, edit):
        (small_data / "aggregate" / "measures.toml").write_text("[studies]\nunit = 5\n")
        edit("figures.csv", ",paragraph 4,", ",,")
        found = errors()
        assert {"aggregate/measures.toml", f"{HERE}/figures.csv"} <= set(found["file"])

    def test_a_reference_table_that_was_changed(self, small_data):
        shutil.copytree(ROOT / "data" / "reference", small_data / "reference")
        assert errors().empty
        with (small_data / "reference" / "population.csv").open("a") as handle:
            handle.write("XXX,2020,1,none\n")
        (small_data / "reference" / "countries.csv").unlink()
        (small_data / "reference" / "extra.csv").write_text("a\n1\n")
        found = check()
        assert {"reference/population.csv"} <= set(found.loc[found["severity"] == "error", "file"])
        assert "countries.csv is described" in " ".join(found["value"] + " " + found["expectation"])
        assert "reference/extra.csv" in set(found["file"])


class TestValues:
    def test_an_identifier_is_never_repeated(self, small_data, edit):
        edit("figures.csv", "paragraph 4", "paragraph 4; 203.0.113.77")
        edit("sources.csv", "https://example.org/daily", "ftp://user:secret@example.org/daily")
        text = check().to_csv()
        assert "203.0.113" not in text and "secret" not in text

    def test_every_finding_not_only_the_first(self, small_data, edit):
        edit("figures.csv", ",187,", ",-187,")
        edit("figures.csv", ",paragraph 4,", ",,")
        edit("sources.csv", "2020-04,excerpt", "2020-04,skimmed")
        edit("claims.csv", ",share_of,", ",part_of,")
        found = errors()
        assert places(found) == {
            ("figures.csv", 6, "figure"),
            ("figures.csv", 8, "locator"),
            ("sources.csv", 5, "seen"),
            ("claims.csv", 2, "relation"),
        }
        assert found["file"].is_monotonic_increasing


class TestScope:
    def test_one_survey_by_id_or_folder(self, small_data, edit):
        other = small_data / "aggregate" / "broken-2021"
        other.mkdir()
        (other / "survey.toml").write_text("title = ")
        assert errors("sample-2020-02").empty
        assert errors(small_data / HERE).empty
        assert set(errors("broken-2021")["file"]) >= {"aggregate/broken-2021/survey.toml"}
        assert len(errors()) == len(errors("broken-2021"))

    def test_another_data_folder_without_touching_the_one_in_use(self, small_data, edit, monkeypatch):
        edit("figures.csv", ",187,", ",-187,")
        monkeypatch.delenv("EXPOSURE_DATA_ONLY")
        assert ("figures.csv", 6, "figure") in places(errors(small_data))
        assert ("figures.csv", 6, "figure") in places(errors(small_data / HERE))
        import os

        assert not {"EXPOSURE_DATA", "EXPOSURE_DATA_ONLY"} & set(os.environ)

    def test_no_such_folder(self, small_data):
        with pytest.raises(ex.DataError, match="not a folder"):
            check("nowhere-2020")


class TestShippedData:
    """Ten faults planted in a copy of the data that is shipped."""

    PLANTED: ClassVar[list[tuple[str, ...]]] = [
        (
            "greenbone-2019-09/figures.csv",
            "greenbone-2019-09,World,countries,",
            "greenbone-2019-09,World,cuontries,",
            "measure",
        ),
        (
            "greenbone-2019-09/figures.csv",
            "tomsguide-es-2019-09,Estados Unidos,",
            "tomsguide-es-2019-09,Estadios Unidos,",
            "place",
        ),
        ("greenbone-2019-09/figures.csv", "Aproximadamente 40", "Aproximadamente -40", "figure"),
        ("greenbone-2019-09/sources.csv", "tomsguide-es-2019-09,secondary", "tomsguide-es-2019-09,tertiary", "tier"),
        ("greenbone-2019-11/survey.toml", 'status = "published"', 'status = "perhaps"', "status"),
        ("greenbone-2019-11/figures.csv", "786 Millionen", "786 %", "figure"),
        ("aplite-2023-12/survey.toml", 'asset = "', "asset = ", ""),
        ("cybelangel-2020-12/sources.csv", "https://", "https://user:pass@", "url"),
        (
            "stites-pianykh-ajr-2016/figures.csv",
            "radiologybusiness-2016,World,servers_open",
            "radiologybusinss-2016,World,servers_open",
            "source",
        ),
        ("modat-2025/sources.csv", "secondary,modat-2025", "secondary,modat-2052", "derived_from"),
    ]

    def test_all_ten_are_named(self, tmp_path):
        folder = shutil.copytree(ROOT / "data", tmp_path / "data")
        planted = []
        for name, old, new, column in self.PLANTED:
            path = folder / "aggregate" / name
            text = path.read_text(encoding="utf-8")
            assert old in text, (name, old)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            planted.append((f"aggregate/{name}", text[: text.index(old)].count("\n") + 1, column))
        found = errors(folder)
        named = set(zip(found["file"], found["line"], found["column"], strict=True))
        assert set(planted) <= named, set(planted) - named

    def test_the_summary_counts_against_the_targets(self):
        told = summary().set_index("what")
        assert told.index.tolist() == list(TARGETS)
        assert told.loc["figures", "count"] == len(ex.panel())
        assert told.loc["surveys", "count"] == len(ex.surveys())
        assert told["reached"].dtype == bool


def test_relations_are_those_of_the_claims():
    assert len(set(RELATIONS)) == len(RELATIONS)


def test_ten_faults_in_a_copy_of_what_is_shipped_are_all_named(tmp_path):
    shutil.copytree(shipped_folder("data"), tmp_path / "data")
    aggregate = tmp_path / "data" / "aggregate"
    planted = [
        ("greenbone-2019-09/figures.csv", ",World,servers_http_ftp,", ",Wrold,servers_http_ftp,", "place"),
        ("greenbone-2019-09/figures.csv", ",World,systems_checked,", ",World,systems_chekced,", "measure"),
        (
            "greenbone-2019-09/figures.csv",
            "calhipaa-2019-09,World,servers_open,dicom,590",
            "calhipaa-2019-09,World,servers_open,dicom,-590",
            "figure",
        ),
        (
            "greenbone-2019-09/figures.csv",
            "cisoadvisor-2019-09,World,countries,dicom,52",
            "cisoadvisor-2019-09,World,countries,dicom,52 %",
            "figure",
        ),
        (
            "greenbone-2019-11/figures.csv",
            "digitalisationworld-2019-11,World,studies,dicom,35 million",
            "nobody-2019,World,studies,dicom,35 million",
            "source",
        ),
        ("modat-2025/sources.csv", "edisonsmart-2025,secondary", "edisonsmart-2025,tertiary", "tier"),
        ("trendmicro-2026/figures.csv", '"3,627"', '"3,6,27"', "figure"),
        ("censys-2024-10/figures.csv", "place,measure,", "place,measurement,", "measure"),
        ("hhs-ocr/survey.toml", 'title = "', "title = ", ""),
        ("wizcase-2019-10/sources.csv", "source,tier", "source,t\xe9r", ""),
    ]
    for file, old, new, _ in planted:
        path = aggregate / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_bytes(text.replace(old, new, 1).encode("latin-1" if "\xe9" in new else "utf-8", errors="replace"))
    found = errors(tmp_path / "data")
    named = set(zip(found["file"], found["column"], strict=True))
    assert not [fault for fault in planted if (f"aggregate/{fault[0]}", fault[3]) not in named]


LISTED = "date,version,survey,file,row,column,before,after,why,noticed\n"
CORRECTION = "2026-11-29,{version},wizcase-2019-10,figures.csv,a; {row},figure,{before},{after},why,who\n"


def _beside(tmp_path, files):
    """A data folder of one survey, with other files beside it."""
    for name in ("aggregate/wizcase-2019-10", "reference"):
        shutil.copytree(shipped_folder("data") / name, tmp_path / name)
    shutil.copy(shipped_folder("data") / "aggregate/measures.toml", tmp_path / "aggregate")
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    found = check(tmp_path)
    return found[found["severity"] == "error"]


@pytest.mark.parametrize(
    ("files", "line", "told"),
    [
        (
            {
                "corrections.csv": LISTED
                + "".join(CORRECTION.format(version="2026.11.0", row="b", before=one, after=2) for one in (1, 3))
            },
            3,
            "'3' is not what line 2 left, '2'",
        ),
        (
            {
                "corrections.csv": LISTED
                + "".join(
                    CORRECTION.format(version=one, row=one, before=1, after=2) for one in ("2026.11.1", "2026.11.0")
                )
            },
            3,
            "the version goes backwards to 2026.11.0",
        ),
        ({"VERSION": "2026.13.0"}, 0, "'2026.13.0' is not a version of data"),
        (
            {
                "VERSION": "2026.10.0",
                "corrections.csv": LISTED + CORRECTION.format(version="2026.11.0", row="b", before=1, after=2),
            },
            1,
            "the version is older than that of the last correction, 2026.11.0",
        ),
    ],
)
def test_versions_and_corrections_are_checked_with_the_data(tmp_path, files, line, told):
    (found,) = _beside(tmp_path, files).itertuples()
    assert (found.line, found.expectation) == (line, told) and found.remedy


@pytest.mark.parametrize("licence", ["CC BY-ND 4.0", "All rights reserved", "Proprietary", "CC BY-NC-ND 3.0"])
def test_a_licence_that_forbids_passing_on_is_named(tmp_path, licence):
    text = (shipped_folder("data") / "aggregate/wizcase-2019-10/survey.toml").read_text("utf-8")
    (found,) = _licensed(tmp_path, text, licence).itertuples()
    assert found.column == "licence" and "forbid" in found.expectation and "leave them out" in found.remedy


def _licensed(tmp_path, text, licence):
    folder = tmp_path / "aggregate/wizcase-2019-10"
    shutil.copytree(shipped_folder("data") / "aggregate/wizcase-2019-10", folder)
    (folder / "survey.toml").write_text(f'licence = "{licence}"\n{text}', "utf-8")
    found = check(folder)
    return found[found["severity"] == "error"]


def test_an_account_without_a_date_is_noted(tmp_path):
    folder = tmp_path / "aggregate/wizcase-2019-10"
    shutil.copytree(shipped_folder("data") / "aggregate/wizcase-2019-10", folder)
    text = (folder / "sources.csv").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("smartbewell-2019,"))
    cells = row.split(",")
    (folder / "sources.csv").write_text(text.replace(row, ",".join([*cells[:3], "", *cells[4:]])), "utf-8")
    found = check(folder).query("column == 'published'")
    assert found[["severity", "value"]].values.tolist() == [["note", "smartbewell-2019"]]
