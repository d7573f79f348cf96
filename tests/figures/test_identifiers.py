"""Nothing identifying comes in: what is refused, what is not, and that no message repeats it."""

import collections
import importlib.util
import itertools
import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

import analysis as ex
from analysis import cli
from analysis.charts.explorer import explorer
from analysis.figures.check import check
from analysis.figures.identifiers import HOST_LEVEL_ROWS, find_identifiers, refuse_identifiers
from analysis.figures.package import write_table

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


COLUMNS = {
    "network address": ["IP address", "direccion_ip", "IP-Adresse", "adresse IP", "CIDR", "src_ip", "IP (integer)", "ip_int", "serverIp"],
    "host name": ["hostname", "nombre de host", "Rechnername", "nom d’hôte", "reverse DNS", "AE title", "server hostname"],
    "e-mail address": ["E-Mail", "correo electrónico", "E-Mail-Adresse", "courriel", "contact email"],
    "telephone number": ["phone", "teléfono", "Telefonnummer", "numéro de téléphone", "clinic telephone"],
    "person's name": ["patient name", "nombre del paciente", "Nachname", "prénom", "nom du patient"],
    "record number": ["PatientID", "historia clínica", "Fallnummer", "Numéro de dossier", "accession number", "MRN of study"],
    "national or health identifier": ["SSN", "NHS number", "DNI", "Sozialversicherungsnummer", "numéro de sécurité sociale", "BSN", "CPF", "Aadhaar"],
    "DICOM identifier": ["StudyInstanceUID", "series instance UID", "SOPInstanceUID", "UID"],
    "date of birth": ["date of birth", "fecha de nacimiento", "Geburtsdatum", "date-de-naissance", "patient_dob"],
    "precise position": ["Latitude", "longitud", "Breitengrad", "coordonnées", "Koordinaten", "latitude_wgs84"],
}


@pytest.mark.parametrize(("rule", "column"), [(rule, column) for rule, columns in COLUMNS.items() for column in columns])
def test_a_column_named_like_an_identifier_is_refused(rule, column):
    # Whole numbers: an address may be written as one.
    for frame in (pd.DataFrame({column: [3221225489]}), pd.DataFrame({"count": [1]}, index=pd.Index([7], name=column))):
        with pytest.raises(ex.IdentifierError) as caught:
            refuse_identifiers(frame)
        assert caught.value.rule == rule
        assert caught.value.column == column


@pytest.mark.parametrize(
    "column",
    ["unique_ips", "number of IP addresses", "hosts", "studies per patient", "share of e-mail addresses", "latency", "patients", "tip", "servers", "Anzahl IP"],
)
def test_a_column_that_counts_is_not(column):
    assert refuse_identifiers(pd.DataFrame({column: [3]})) is not None


ADDRESS = "192.0.2.17"


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"count": [1]}, index=[ADDRESS]),
        pd.DataFrame({"count": [1]}, index=pd.MultiIndex.from_tuples([("DEU", ADDRESS)], names=["iso3", "key"])),
        pd.DataFrame({ADDRESS: [1]}),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("count", ADDRESS)])),
        pd.DataFrame([["fine", ADDRESS]], columns=["note", "note"]),
        pd.DataFrame({"note": [["fine", ADDRESS]]}),
        pd.DataFrame({"note": [{"seen": ADDRESS}]}),
        pd.DataFrame({"note": pd.Categorical([ADDRESS])}),
        pd.DataFrame({"note": [ADDRESS.encode()]}),
        pd.DataFrame({"note": ["fine", ADDRESS]}, dtype="string"),
    ],
    ids=["index", "index of two levels", "name", "name of two levels", "name twice", "list", "dictionary", "category", "bytes", "string"],
)
def test_an_address_is_found_wherever_it_stands(frame):
    with pytest.raises(ex.IdentifierError) as caught:
        refuse_identifiers(frame)
    assert caught.value.rule == "network address"
    assert ADDRESS not in f"{caught.value} {caught.value.args} {caught.value.details}"


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("gb.nhs", lambda rng: corpus._nhs(rng).replace(" ", "")),
        ("ca.sin", lambda rng: corpus._canadian(rng).replace("-", "")),
        ("br.cpf", lambda rng: corpus._brazilian(rng).replace(".", "").replace("-", "")),
        ("in_.aadhaar", lambda rng: corpus._indian(rng).replace(" ", "")),
    ],
)
@pytest.mark.parametrize("form", [int, str])
def test_a_column_of_numbers_that_all_pass_a_check_is_refused(kind, numbers, form):
    rng = random.Random(3)
    cells = [text for text in (numbers(rng) for _ in range(40)) if text[0] != "0"]
    with pytest.raises(ex.IdentifierError) as caught:
        refuse_identifiers(pd.DataFrame({"value": list(map(form, cells))}))
    assert caught.value.rule == "national or health identifier"
    # One that fails the check, among the first: a column of counts.
    other = cells[0][:-1] + str((int(cells[0][-1]) + 1) % 10)
    if form is int:
        counts = pd.DataFrame({"value": list(map(form, [other, *cells]))})
        assert refuse_identifiers(counts) is counts


def test_a_list_of_single_hosts_is_refused_by_its_shape():
    hosts = pd.DataFrame({"key": [f"k{i}" for i in range(HOST_LEVEL_ROWS)], "count": 1})
    with pytest.raises(ex.IdentifierError, match="aggregate"):
        refuse_identifiers(hosts)
    counts = hosts.assign(count=range(HOST_LEVEL_ROWS))
    assert refuse_identifiers(counts) is counts
    few = hosts.head(HOST_LEVEL_ROWS - 1)
    assert refuse_identifiers(few) is few


@pytest.mark.parametrize(
    "dressed",
    [
        lambda hosts: hosts.set_index("key"),
        lambda hosts: hosts.assign(key=range(len(hosts))),
        lambda hosts: hosts.assign(count=1.0, country="DEU", year=2019),
        lambda hosts: hosts.drop(columns="count").assign(port=104),
        lambda hosts: hosts.assign(studies=range(len(hosts))),
    ],
    ids=["keys as index", "keys as numbers", "with country and year", "with a port for the count", "with a number of studies"],
)
def test_the_shape_shows_through_what_stands_around_it(dressed):
    hosts = pd.DataFrame({"key": [f"k{i}" for i in range(HOST_LEVEL_ROWS)], "count": 1})
    with pytest.raises(ex.IdentifierError) as caught:
        refuse_identifiers(dressed(hosts))
    assert caught.value.rule == "host-level table"
    sparse = pd.DataFrame({"state": ["TX"] * 5000, "year": [2019] * 5000, "reports": [1] * 4500 + [2] * 500})
    assert refuse_identifiers(sparse) is sparse


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


# Every reader of tables

SURVEY = "greenbone-2019-11"
PLANTED = {"network address": ADDRESS, "e-mail address": "jane.doe@example.org", "person's name": "DOE^JANE"}
CELLS = [
    ("figures.csv", column) for column in ("source", "place", "measure", "asset", "figure", "locator", "note", "lang", "low")
] + [("sources.csv", column) for column in ("source", "tier", "derived_from", "published", "seen", "lang", "publisher", "title", "url", "note")] + [
    ("claims.csv", column) for column in ("source", "claim", "relation", "place", "measure", "figure", "locator")
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder of one survey."""
    shipped = Path(ex.__file__).parents[2] / "data"
    shutil.copytree(shipped / "aggregate" / SURVEY, tmp_path / "aggregate" / SURVEY)
    shutil.copy(shipped / "aggregate" / "measures.toml", tmp_path / "aggregate" / "measures.toml")
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path))
    return tmp_path / "aggregate" / SURVEY


def everything_said(folder, capsys):
    """Whatever the package says of a data folder: findings, errors with all they hold, the terminal."""
    said = [check(folder).to_csv()]
    for read in (ex.panel, ex.sources, ex.surveys, ex.check_claims):
        try:
            said.append(read().to_csv())
        except ex.ExposureError as error:
            said.append(f"{error!r} {error} {error.args} {error.details}")
    for arguments in (["check"], ["sources"], ["table", "servers_exposed"], ["claims"]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["exposure", *arguments])
            with pytest.raises(SystemExit):
                cli.main()
    told = capsys.readouterr()
    return "\n".join([*said, told.out, told.err])


@pytest.mark.parametrize(("file", "column", "rule"), [(*cell, rule) for cell, rule in zip(CELLS, itertools.cycle(PLANTED))])
def test_no_reader_of_a_survey_says_what_stood_in_a_cell(folder, capsys, file, column, rule):
    frame = pd.read_csv(folder / file, dtype=str, keep_default_na=False) if (folder / file).exists() else None
    if frame is None:
        frame = pd.DataFrame([["a", "x", "equals", "World", "studies", "1", "p. 1"]], columns=[one for name, one in CELLS if name == file])
    frame[column] = [PLANTED[rule], *frame.get(column, pd.Series([""] * len(frame)))[1:]]
    frame.to_csv(folder / file, index=False)
    found = check(folder)
    found = found[(found["file"].str.endswith(file)) & (found["column"] == column) & (found["line"] == 2)]
    assert len(found) == 1 and found["expectation"].iloc[0].startswith("looks like a"), found
    assert PLANTED[rule] not in everything_said(folder, capsys)


@pytest.mark.parametrize("rule", PLANTED)
def test_no_reader_says_what_stood_in_toml_or_in_a_header(folder, capsys, rule):
    text = (folder / "survey.toml").read_text("utf-8")
    for planted in (f'primary = ["{PLANTED[rule]}"]\n', f'"{PLANTED[rule]}" = 1\n', f'title = "{PLANTED[rule]}"\n'):
        key = planted.split(" = ")[0]
        kept = "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} "))
        (folder / "survey.toml").write_text(planted + kept, "utf-8")
        said = everything_said(folder, capsys)
        assert PLANTED[rule] not in said and rule in said
    (folder / "survey.toml").write_text(text, "utf-8")
    figures = (folder / "figures.csv").read_text("utf-8")
    (folder / "figures.csv").write_text(f"{PLANTED[rule]},x,y\n" + figures, "utf-8")
    assert PLANTED[rule] not in everything_said(folder, capsys)
    (folder / "figures.csv").write_text(figures, "utf-8")
    measures = folder.parent / "measures.toml"
    measures.write_text(f'[servers]\nunit = "{PLANTED[rule]}"\n' + measures.read_text("utf-8"), "utf-8")
    assert PLANTED[rule] not in everything_said(folder, capsys)


@pytest.mark.parametrize("rule", PLANTED)
def test_own_claims_and_own_frames_are_refused(tmp_path, rule):
    own = tmp_path / "own.csv"
    own.write_text(f"claim,relation,place,measure,figure,locator\n1,equals,World,servers_exposed,590,{PLANTED[rule]}\n", "utf-8")
    counts = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed' and iso3 != 'WLD'").head(4)
    frame = counts.assign(note=PLANTED[rule])
    out = tmp_path / "out"
    for reader in (
        lambda: ex.check_claims(file=own),
        lambda: ex.chart.ranking(frame),
        lambda: ex.chart.map(frame),
        lambda: explorer(frame),
        lambda: ex.table(frame),
        lambda: write_table(frame, out / "t.csv"),
        lambda: write_table(frame, out / "t.xlsx"),
        lambda: write_table(frame.set_index("note"), out / "t.parquet"),
    ):
        with pytest.raises(ex.IdentifierError) as caught:
            reader()
        assert PLANTED[rule] not in f"{caught.value} {caught.value.args} {caught.value.details}"
    assert not out.exists()


def test_addresses_of_known_publications_may_be_written(tmp_path):
    known = ex.sources().reset_index().head(5)
    assert write_table(known, tmp_path / "sources.csv").exists()
    with pytest.raises(ex.IdentifierError):
        write_table(known.assign(url="https://pacs.example.org/viewer"), tmp_path / "other.csv")
    assert not (tmp_path / "other.csv").exists()
