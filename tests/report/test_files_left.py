"""What a notebook leaves beside its page by hand is refused if it identifies, in whatever form it is."""

import io
import json
import zipfile

import openpyxl
import pytest

from analysis.errors import BuildError, IdentifierError
from analysis.report.files_left import refuse_identifying_files

ADDRESS = "192.0.2.17"


def workbook(cell: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["place", cell])
    book.save(out)
    return out.getvalue()


def archive(name: str, held: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, held)
    return out.getvalue()


HELD = {
    "own.csv": f"place,seen\nChile,{ADDRESS}\n".encode(),
    "own.json": json.dumps({"rows": [{"seen": ADDRESS}]}).encode(),
    "own.svg": f"<!-- {ADDRESS} --><svg><title>Servers</title></svg>".encode(),
    "own.html": f'<p title="{ADDRESS}">a server</p>'.encode(),
    "own.txt": f"as at {ADDRESS}".encode(),
    "own": f"as at {ADDRESS}".encode(),
    f"{ADDRESS}.csv": b"place\nChile\n",
    "own.xlsx": workbook(ADDRESS),
    "own.zip": archive("more/own.csv", ADDRESS.encode()),
    "twice.zip": archive("own.xlsx", workbook(ADDRESS)),
}


@pytest.mark.parametrize("name", HELD)
def test_a_file_that_identifies_is_refused_and_not_repeated(tmp_path, name):
    (tmp_path / "map.csv").write_text("place,value\nChile,590\n", "utf-8")
    (tmp_path / name).write_bytes(HELD[name])
    with pytest.raises(IdentifierError, match="leaves beside its page holds what looks like a network address") as told:
        refuse_identifying_files(tmp_path, "own.ipynb")
    assert told.value.file == "own.ipynb" and ADDRESS not in str(told.value)


@pytest.mark.parametrize(
    ("name", "held"),
    [("own.pkl", b"\x80\x04\x95\xff"), ("own.parquet", b"PAR1\xff"), ("own.zip", b"PK no"), ("own.json", b"[" * 99_999),
     ("big.zip", archive("a.csv", b"")[:-4] + b"1234")],
)  # fmt: skip
def test_a_file_that_nobody_can_look_at_is_refused(tmp_path, name, held):
    (tmp_path / name).write_bytes(held)
    with pytest.raises(BuildError, match="cannot be looked at"):
        refuse_identifying_files(tmp_path, "own.ipynb")


def test_counts_pass_and_so_do_addresses_of_publications(tmp_path):
    (tmp_path / "own.xlsx").write_bytes(workbook("590"))
    (tmp_path / "own.csv").write_text("place,url\nChile,https://pacs.example.org/590\n", "utf-8")
    (tmp_path / "own.png").write_bytes(b"\x89PNG")
    refuse_identifying_files(tmp_path, "own.ipynb", {"https://pacs.example.org/590"})
    refuse_identifying_files(tmp_path / "absent", "own.ipynb")
