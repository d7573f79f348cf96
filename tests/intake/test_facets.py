"""Aggregate exports in the forms that the tools give them. All counts, names and addresses are synthetic."""

import json
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import analysis as ex
from analysis.figures.check import check
from analysis.figures.survey import read_survey
from analysis.intake.facets import import_export

ADDRESS, HOST = "192.0.2.17", "pacs.clinic.example"

CENSYS = {
    "code": 200,
    "status": "OK",
    "result": {
        "total": 900,
        "total_omitted": 100,
        "potential_deviation": 5,
        "field": "location.country",
        "query": "services.service_name: DICOM",
        "buckets": [{"key": "United States", "count": 500}, {"key": "Germany", "count": 300}],
    },
}
CENSYS_PLATFORM = {
    "result": {
        "total_count": 900,
        "other_count": 100,
        "is_more_than_total_hits": False,
        "query_duration_millis": 7,
        "buckets": CENSYS["result"]["buckets"],
    }
}
CENSYS_OLD = {
    "status": "ok",
    "results": [{"key": "United States", "doc_count": 500}, {"key": "Germany", "doc_count": 300}],
    "metadata": {"count": 900, "other_result_count": 100, "error_bound": 0, "query": "104.dicom"},
}
SHODAN = {
    "matches": [],
    "facets": {"country": [{"count": 500, "value": "US"}, {"count": 300, "value": "DE"}, {"count": 12, "value": ""}]},
    "total": 900,
}
STATS = (
    "Top 2 Results for Facet: country\n" + f"{'US':28s}{1500:12,d}\n{'DE':28s}{300:12,d}\n"
    "\nTop 2 Results for Facet: port\n" + f"{'104':28s}{1000:12,d}\n{'11112':28s}{800:12,d}\n\n"
)
STATS_CSV = "Query,tag:medical\r\n\r\ncountry,,port,\r\nUS,500,104,700\r\nDE,300,,\r\n"


@pytest.fixture
def imported(folder, tmp_path):
    """Import a text or JSON; gives the figures as (place, measure, value, low, high) and the result."""

    def run(content, form, name="export.txt", **more):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        made = import_export(path, form, "sample-2026-03", **more)
        rows = read_survey("sample-2026-03").rows
        return [(row.iso3, row.measure, row.value, row.low, row.high) for row in rows], made

    return run


def refused(folder):
    return not list((folder / "aggregate").glob("sample*")) and not list(folder.glob(".*"))


@pytest.mark.parametrize("answer", [CENSYS, CENSYS["result"]])
def test_the_aggregate_of_censys_with_its_deviation_as_interval(imported, answer):
    rows, _ = imported(answer, "censys")
    assert rows == [("USA", "hosts", 500, 495, 505), ("DEU", "hosts", 300, 295, 305), ("WLD", "hosts", 900, 900, 900)]
    survey = read_survey("sample-2026-03")
    assert survey.meta["status"] == "draft"
    assert survey.meta["method"]["engine"] == "Censys"
    assert "services.service_name: DICOM" in survey.meta["title"]
    assert survey.rows[-1].note == "100 of them are in no place that the export lists"


@pytest.mark.parametrize("answer", [CENSYS_PLATFORM, CENSYS_OLD])
def test_the_other_answers_of_censys_say_the_same(imported, answer):
    rows, _ = imported(answer, "censys")
    assert [row[:3] for row in rows] == [("USA", "hosts", 500), ("DEU", "hosts", 300), ("WLD", "hosts", 900)]
    assert all(row[2] == row[3] == row[4] for row in rows)


def test_a_table_of_censys_by_the_names_of_its_columns(imported):
    rows, _ = imported("location.country,Count\nUnited States,500\nGermany,300\n", "censys", measure="servers_exposed")
    assert [row[:3] for row in rows] == [("USA", "servers_exposed", 500), ("DEU", "servers_exposed", 300)]


def test_facets_of_shodan_leave_out_what_has_no_country_and_say_so(imported):
    rows, made = imported({**SHODAN, "facets": {**SHODAN["facets"], "port": [{"value": 104, "count": 700}]}}, "shodan")
    assert [row[:3] for row in rows] == [("USA", "services", 500), ("DEU", "services", 300), ("WLD", "services", 900)]
    told = " / ".join(made.left_out)
    assert len(made.left_out) == 3 and "port" in told and "(12)" in told and "the list is cut" in told


@pytest.mark.parametrize("coloured", [False, True])
def test_what_shodan_stats_prints(imported, coloured):
    text = STATS.replace("US ", "\x1b[36mUS ").replace("1,500", "\x1b[0m1,500") if coloured else STATS
    rows, made = imported(text, "shodan")
    assert [row[:3] for row in rows] == [("USA", "services", 1500), ("DEU", "services", 300)]
    assert rows[0][3:] == (1500, 1500)  # two trailing zeros, but a machine's count is exact
    assert "the list is cut" in made.left_out[0] and "port" in made.left_out[1]


def test_what_shodan_stats_writes(imported):
    rows, _ = imported(STATS_CSV, "shodan", name="stats.csv")
    assert [row[:3] for row in rows] == [("USA", "services", 500), ("DEU", "services", 300)]
    assert "tag:medical" in read_survey("sample-2026-03").meta["title"]


@pytest.mark.parametrize(
    "text",
    [
        "date,geo,count\n2026-03-01,US,500\n2026-03-01,DE,300\n",
        '"day","country","unique_ips"\n2026-03-01,US,500\n2026-03-01,DE,300\n',
        "date,US,DE\n2026-03-01,500,300\n",
    ],
)
def test_a_day_of_shadowserver(imported, text):
    rows, _ = imported(text, "shadowserver")
    assert [row[:3] for row in rows] == [("USA", "hosts", 500), ("DEU", "hosts", 300)]
    meta = read_survey("sample-2026-03").meta
    assert (meta["scan_from"], meta["scan_to"]) == ("2026-03-01", "2026-03-01")


def test_several_days_are_no_survey(imported, folder):
    with pytest.raises(ex.DataError, match="2 days"):
        imported("date,geo,count\n2026-03-01,US,500\n2026-03-02,US,510\n", "shadowserver")
    assert refused(folder)


MAPPING = """
place = "Land"
header = 2
leave_out = ["Summe"]
[figures]
servers_exposed = "Server"
studies = "Untersuchungen"
[places]
"Korea (Rep.)" = "South Korea"
[survey]
title = "Sample"
surveyor = "Sampler"
scan_from = "2026-03"
scan_to = "2026-03"
encoded = "2026-04-01"
asset = "dicom"
status = "published"
[source]
publisher = "Sampler"
published = "2026-04"
lang = "de"
"""
TABLE = [
    ["Offene Archive", "", ""],
    ["Land", "Server", "Untersuchungen"],
    ["Deutschland", "rund 40", "1,2 Millionen"],
    ["Korea (Rep.)", "7", ""],
    ["Summe", "47", ""],
]


def workbook(rows):
    import io

    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("\n".join(";".join(row) for row in TABLE), "table.csv"),
        (workbook(TABLE), "table.xlsx"),
        (workbook(TABLE), "misnamed.csv"),
    ],
)
def test_a_table_with_a_mapping_is_a_whole_survey(imported, folder, tmp_path, content, name):
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    rows, _made = imported(content, "table", name=name, mapping=tmp_path / "mapping.toml")
    # "rund" doubles the half-width of 40 (35 to 45); 1,2 Millionen is a German comma
    assert rows == [
        ("DEU", "servers_exposed", 40, 30, 50),
        ("KOR", "servers_exposed", 7, 7, 7),
        ("DEU", "studies", 1.2e6, 1.15e6, 1.25e6),
    ]
    found = check("sample-2026-03")
    assert found[found["severity"] == "error"].empty, found.to_string()
    panel = ex.panel(surveys=["sample-2026-03"])
    assert list(panel["published"]) == ["2026-04"] * 3


def test_a_date_of_a_mapping_needs_no_quotation_marks(imported, tmp_path):
    text = (
        'place = "Country"\n[figures]\nservers_exposed = "Servers"\n[survey]\nscan_from = 2026-03-01\n'
        "[source]\npublished = 2026-04-01\n"
    )
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    imported("Country,Servers\nSpain,3\n", "table", mapping=tmp_path / "mapping.toml")
    survey = read_survey("sample-2026-03")
    assert (survey.meta["scan_from"], survey.source_rows[0].published) == ("2026-03-01", "2026-04-01")


def test_a_data_package_in_each_of_its_forms(imported, folder, tmp_path):
    descriptor = {"name": "sample", "title": "Sample", "resources": [{"name": "counts", "path": "counts.csv"}]}
    table = "country,servers_exposed\nGermany,40\nSpain,3\n"
    package = tmp_path / "package"
    package.mkdir()
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    (package / "counts.csv").write_text(table, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("sample/datapackage.json", json.dumps(descriptor))
        archive.writestr("sample/counts.csv", table)
    inline = {
        **descriptor,
        "resources": [
            {
                "name": "counts",
                "data": [{"country": "Germany", "servers_exposed": 40}, {"country": "Spain", "servers_exposed": 3}],
            }
        ],
    }
    (tmp_path / "inline.json").write_text(json.dumps(inline), encoding="utf-8")
    for number, path in enumerate(
        (package, package / "datapackage.json", tmp_path / "package.zip", tmp_path / "inline.json")
    ):
        import_export(path, "frictionless", f"sample-{number}")
        rows = read_survey(f"sample-{number}").rows
        assert [(row.iso3, row.measure, row.value) for row in rows] == [
            ("DEU", "servers_exposed", 40),
            ("ESP", "servers_exposed", 3),
        ]
        assert read_survey(f"sample-{number}").meta["title"] == "Sample"


def test_what_a_person_must_settle_is_listed(imported):
    imported(SHODAN, "shodan")
    found = check("sample-2026-03")
    assert set(found.loc[found["severity"] == "error", "column"]) == {"surveyor", "asset", "encoded"}


HOSTS = {
    "banners of Shodan": (
        "shodan",
        f'{{"ip_str": "{ADDRESS}", "port": 104, "data": "x"}}\n{{"ip_str": "{ADDRESS}", "port": 105, "data": "y"}}\n',
    ),
    "a search of Shodan": ("shodan", {**SHODAN, "matches": [{"ip_str": ADDRESS, "port": 104}]}),
    "what shodan search prints": ("shodan", f"{ADDRESS}\t104\t{HOST}\tDICOM\n"),
    "shodan convert to CSV": ("shodan", f"data,hostnames,ip,ip_str,port\nx,{HOST},1,{ADDRESS},104\n"),
    "a search of Censys": ("censys", {"result": {"query": "x", "hits": [{"ip": ADDRESS, "services": []}], "total": 1}}),
    "a host of Censys": (
        "censys",
        {"result": {"ip": ADDRESS, "services": [{"port": 104}], "location": {"country": "Spain"}}},
    ),
    "hosts of Censys as a list": ("censys", [{"host_identifier": {"ipv4": ADDRESS}}]),
    "hosts of Censys as CSV": ("censys", f"ip,location.country,services.port\n{ADDRESS},Spain,104\n"),
    "a report of Shadowserver": (
        "shadowserver",
        '"timestamp","severity","ip","protocol","port","hostname","asn","geo"\n"2026-03-01 '
        f'00:00:00","high","{ADDRESS}","tcp",104,"{HOST}",64500,"ES"\n',
    ),
    "addresses as keys": ("censys", {"result": {"buckets": [{"key": ADDRESS, "count": 1}], "total": 1}}),
    "an address in the query": ("censys", {"result": {**CENSYS["result"], "query": f"ip: {ADDRESS}"}}),
}


@pytest.mark.parametrize("kind", HOSTS)
def test_host_level_exports_are_refused_whole_with_the_way_to_the_aggregate(imported, folder, kind):
    form, content = HOSTS[kind]
    with pytest.raises(ex.IdentifierError) as caught:
        imported(content, form)
    told = str(caught.value)
    assert "nothing of it was kept" in told and "Export the aggregate instead" in told
    assert ADDRESS not in told and HOST not in told
    assert refused(folder)


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ([["Country", "IP"], ["Spain", ADDRESS]], 1),
        ([["Country", "Servers", "Remark"], ["Spain", "3", f"see {HOST}"]], 1),
    ],
)
def test_a_table_of_hosts_is_refused_even_where_the_mapping_does_not_read_the_column(
    imported, folder, tmp_path, table, header
):
    (tmp_path / "mapping.toml").write_text(
        f'place = "Country"\n[figures]\nservers_exposed = "{table[0][1]}"\n', encoding="utf-8"
    )
    for content, name in ((workbook(table), "t.xlsx"), ("\n".join(",".join(row) for row in table), "t.csv")):
        with pytest.raises(ex.IdentifierError) as caught:
            imported(content, "table", name=name, mapping=tmp_path / "mapping.toml")
        assert ADDRESS not in str(caught.value) and HOST not in str(caught.value)
        assert refused(folder)


WRONG = {
    "a count by port": ("censys", {"result": {**CENSYS["result"], "field": "services.port"}}, "not by country"),
    "keys that are not countries": (
        "censys",
        {"result": {"buckets": [{"key": "80", "count": 4}, {"key": "443", "count": 3}]}},
        "2 of its 2 keys are not countries",
    ),
    "a facet by organisation only": (
        "shodan",
        {"matches": [], "facets": {"org": []}, "total": 3},
        "no facet 'country'",
    ),
    "a history": (
        "shodan",
        {"total": 3, "matches": [{"month": "2024-01", "count": 3}], "facets": {}},
        "history by month",
    ),
    "half a file": ("censys", json.dumps(CENSYS)[:80], "not valid JSON"),
    "a negative count": ("shodan", {"facets": {"country": [{"value": "US", "count": -3}]}}, "not a whole number"),
    "a fraction": ("shodan", {"facets": {"country": [{"value": "US", "count": 2.5}]}}, "not a whole number"),
    "a number that is none": (
        "shodan",
        '{"facets": {"country": [{"value": "US", "count": NaN}]}}',
        "not a whole number",
    ),
    "a country twice": (
        "shodan",
        {"facets": {"country": [{"value": "US", "count": 3}, {"value": "US", "count": 4}]}},
        "counts a place twice",
    ),
    "an answer without counts": ("censys", {"result": {"buckets": [], "total": 0}}, "no buckets"),
    "a table without a mapping": ("table", "Country,Servers\nSpain,3\n", "needs a mapping"),
    "prose": ("shodan", "There were many servers.\n", "not what 'shodan stats' prints"),
    "another table": ("shadowserver", "when,what\n1,2\n", "needs a column of countries"),
    "no package": ("frictionless", {"name": "x"}, "no resources"),
    "a package that leads out": (
        "frictionless",
        {"resources": [{"name": "a", "path": "../../etc/hosts"}]},
        "outside of the package",
    ),
    "a package on the net": (
        "frictionless",
        {"resources": [{"name": "a", "path": "https://example.org/a.csv"}]},
        "outside of the package",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_such_export_is_said_and_nothing_is_written(imported, folder, kind):
    form, content, message = WRONG[kind]
    with pytest.raises(ex.DataError, match=message):
        imported(content, form)
    assert refused(folder)


def test_a_survey_that_is_there_is_never_overwritten(imported):
    imported(SHODAN, "shodan")
    with pytest.raises(ex.DataError, match="exists already"):
        imported(SHODAN, "shodan")


def test_an_unknown_measure_suggests_the_right_one(imported, folder):
    with pytest.raises(ex.DataError, match="servers_exposed"):
        imported(SHODAN, "shodan", measure="server_exposed")
    assert refused(folder)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ('place = "Nation"\n[figures]\nservers_exposed = "Servers"\n', "no column 'Nation'"),
        ('place = "Country"\n[figures]\nserver_exposed = "Servers"\n', "not a measure"),
        ('place = "Country"\n', r"\[figures\]"),
        ('place = "Country"\nfoo = 1\n[figures]\nservers_exposed = "Servers"\n', "foo"),
        ('place = "Country"\nheader = 9\n[figures]\nservers_exposed = "Servers"\n', "no row 9"),
        ('place = "Country"\n[figures]\nservers_exposed = "Servers"\n[survey]\nnonsense = "x"\n', "nonsense"),
        ('place = "Country"\nheader = "two"\n[figures]\nservers_exposed = "Servers"\n', "'header' is not written"),
        (
            'place = "Country"\nleave_out = "Total"\n[figures]\nservers_exposed = "Servers"\n',
            "'leave_out' is not written",
        ),
        ('place = "Country"\n[figures]\nservers_exposed = 2\n', "no column 2"),
        (
            'place = "Country"\n[figures]\nservers_exposed = "Servers"\n[places]\nSpain = 3\n',
            "'places.Spain' is not text",
        ),
        ('place = "Country"\n[figures]\nservers_exposed = "Servers"\n[source]\nnonsense = "x"\n', "nonsense"),
        ("place = ", "not valid TOML"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong_with_it(imported, folder, tmp_path, mapping, message):
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    with pytest.raises(ex.DataError, match=message):
        imported("Country,Servers\nSpain,3\n", "table", mapping=tmp_path / "mapping.toml")
    assert refused(folder)


KEYS = [
    "result",
    "buckets",
    "key",
    "count",
    "doc_count",
    "total",
    "facets",
    "country",
    "value",
    "matches",
    "metadata",
    "results",
    "field",
    "query",
    "resources",
    "name",
    "path",
    "data",
    "title",
    "potential_deviation",
    "total_omitted",
    "homepage",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(),
    st.sampled_from(["US", "Germany", "", "104", "1,234", "x", "country", "-3", "Unknown"]),
)
ANY = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=25,
)
BUCKETS = st.lists(st.fixed_dictionaries({"key": LEAVES, "value": LEAVES, "count": LEAVES}), max_size=5)
NEARLY = st.one_of(
    ANY,
    st.builds(
        lambda b, total, rest, dev: {
            "result": {"buckets": b, "total": total, "total_omitted": rest, "potential_deviation": dev}
        },
        BUCKETS,
        ANY,
        LEAVES,
        LEAVES,
    ),
    st.builds(
        lambda b, total, more: {"facets": {"country": b, "x": more}, "total": total, "matches": []},
        BUCKETS,
        LEAVES,
        ANY,
    ),
    st.builds(
        lambda rows, title: {"title": title, "resources": [{"name": "a", "data": rows}]},
        st.one_of(ANY, st.lists(st.lists(LEAVES, max_size=3))),
        ANY,
    ),
)
TABLES = st.lists(
    st.lists(
        st.sampled_from(["country", "geo", "count", "date", "2026-03-01", "US", "3", "", "x", '"', "1,5"]), max_size=4
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(["censys", "shodan", "shadowserver", "frictionless"]), told=st.one_of(NEARLY, TABLES))
def test_whatever_stands_in_a_file_it_is_a_survey_or_a_typed_error(folder, tmp_path, form, told):
    table = isinstance(told, list) and all(isinstance(row, list) for row in told)
    path = tmp_path / "export"
    path.write_text("\n".join(";".join(map(str, row)) for row in told) if table else json.dumps(told), encoding="utf-8")
    try:
        import_export(path, form, "sample-2026-03")
    except ex.ExposureError:
        assert refused(folder)
    else:
        rows = read_survey("sample-2026-03").rows
        assert rows and all(
            row.value >= 0 and row.low <= row.value <= row.high for row in rows if row.value == row.value
        )
        shutil.rmtree(folder / "aggregate" / "sample-2026-03")
