"""The sources at hand are built again elsewhere and compared with a report."""

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.errors import DataError
from analysis.report import manifest
from analysis.report.number_differences import difference
from analysis.report.reproduction import rebuild, verdict


def exposure(site, *arguments) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name("exposure")
    return subprocess.run(
        [program, "--data-only", site.data, "verify", site.out, *arguments], capture_output=True, text=True, timeout=120
    )


def test_the_sources_at_hand_give_the_same_report(built):
    before = built.tree()
    done = exposure(built, "--sha256", manifest.digest(built.out), "--rebuild", "--notebooks-only", built.notebooks)
    assert done.returncode == 0 and done.stdout == ""
    assert "the sources at hand give the same report, byte for byte" in done.stderr
    assert built.tree() == before


def test_what_differs_between_the_report_and_its_sources_is_named(built):
    (built.notebooks / "own.csv").write_text("a\n7\n")
    done = exposure(built, "--rebuild", "--notebooks-only", built.notebooks)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "differs: input notebooks/own.csv",
        "another number: output 03_own.html (1 there, 7 here)",
        "another number: output notebooks/03_own.ipynb (1 there, 7 here)",
    ]
    assert "the sources at hand give another report, for they are others: notebooks/own.csv" in done.stderr


def test_options_that_the_manifest_names_are_asked_for_in_one_line(built):
    done = exposure(built, "--rebuild")
    assert done.returncode == 1 and done.stdout == ""
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 1 and "built with other options; give --notebooks-only DIR" in told[0]
    with pytest.raises(DataError, match="give --data-only DIR"):
        rebuild(built.out, built.notebooks)


def resealed(built, change) -> None:
    """Change the manifest of a report, and seal it again."""
    content = json.loads((built.out / manifest.FILE).read_bytes())
    change(content)
    manifest.write(
        built.out, {key: value for key, value in content.items() if key not in ("outputs", "seal", "made_by")}
    )


def test_last_digits_are_told_from_another_number_and_another_version(built, write_notebook):
    write_notebook(built.notebooks / "03_own.ipynb", "# Own", "print(2.481136730482231)")
    built.build()
    page, executed = built.out / "03_own.html", built.out / "notebooks" / "03_own.ipynb"
    whole = [path.read_bytes() for path in (page, executed)]

    def forged(number: bytes, change=lambda content: None):
        for path, content in zip((page, executed), whole, strict=True):
            # The source of the cell is an input, and stays.
            path.write_bytes(
                content.replace(b"2.481136730482231\\n", number + b"\\n").replace(
                    b"2.481136730482231\n", number + b"\n"
                )
            )
        resealed(built, change)
        found = rebuild(built.out, built.notebooks, data=built.data)
        return found, verdict(found)

    found, result = forged(b"2.481136730482367")
    assert set(found.loc[found["part"] == "outputs", "status"]) == {"last digits"}
    assert result.word == "last digits" and "largest relative difference 5e-14" in result.told
    found, result = forged(b"2.482136730482231")
    assert result.word == "another number" and "2.482136730482231 there, 2.481136730482231 here" in result.told
    assert found["largest"].max() == pytest.approx(0.001 / 2.482136730482231)
    _, result = forged(b"2.482136730482231", lambda content: content["versions"].update(pandas="1.0"))
    assert result.word == "another version" and "version pandas: 1.0 there" in result.told


@pytest.mark.parametrize(
    ("before", "after", "status", "largest"),
    [
        ("a 1.5 b", "a 1.5 b", "last digits", 0.0),
        ("x,0.1234567891", "x,0.1234567892", "last digits", 8.1e-10),
        ("M 0.000001 12.5", "M 0.000002 12.5", "last digits", 0.5),
        ("39 servers", "40 servers", "another number", 0.025),
        ("0.0000000001", "0.0000000002", "last digits", 0.5),
        ("in Germany 39", "in France 39", "differs", None),
        ("1e-5", "2e-5", "another number", 0.5),
    ],
)
def test_two_texts_differ_in_last_digits_in_a_number_or_in_words(tmp_path, before, after, status, largest):
    for name, text in (("a.svg", before), ("b.svg", after)):
        (tmp_path / name).write_text(text)
    found = difference(tmp_path / "a.svg", tmp_path / "b.svg")
    assert found[0] == status
    assert math.isnan(found[1]) if largest is None else found[1] == pytest.approx(largest, rel=0.01)


def test_a_picture_differs_as_the_drawing_beside_it_does(tmp_path):
    for folder, number, picture in (("a", "0.12345678901", b"\x89one"), ("b", "0.12345678902", b"\x89two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "c.svg").write_text(number)
        (tmp_path / folder / "c.png").write_bytes(picture)
        (tmp_path / folder / "alone.png").write_bytes(picture)
    assert difference(tmp_path / "a" / "c.png", tmp_path / "b" / "c.png")[0] == "last digits"
    assert difference(tmp_path / "a" / "alone.png", tmp_path / "b" / "alone.png")[0] == "differs"


def test_what_changed_is_a_table_for_programs_too(built):
    (built.out / "01_first.html").write_text("changed")
    done = exposure(built, "--format", "json")
    assert done.returncode == 1
    assert [(row["file"], row["status"]) for row in json.loads(done.stdout)] == [("01_first.html", "changed")]


def test_a_report_and_a_manifest_forged_together_are_found(built, monkeypatch):
    page = built.out / "01_first.html"
    page.write_text(page.read_text().replace("39", "390"))
    content = json.loads((built.out / manifest.FILE).read_bytes())
    manifest.write(
        built.out, {key: value for key, value in content.items() if key not in ("outputs", "seal", "made_by")}
    )
    assert manifest.verify(built.out).empty
    found = rebuild(built.out, built.notebooks, data=built.data)
    assert found[["part", "name", "status"]].values.tolist() == [["outputs", "01_first.html", "another number"]]
    assert verdict(found).word == "another number"


def test_nothing_in_a_report_is_executed_to_verify_or_to_check_it(built, tmp_path):
    """Notebooks of others, in the report and beside the data, that would leave a mark if they ran."""
    mark = tmp_path / "mark"
    name = "notebooks/01_first.ipynb"
    notebook = json.loads((built.out / name).read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = f"open(r'{mark}', 'w').close()"
    (built.out / name).write_text(json.dumps(notebook))
    shutil.copy(built.out / name, built.data / "aggregate" / "first-2021" / "01_first.ipynb")
    content = json.loads((built.out / manifest.FILE).read_bytes())
    manifest.write(
        built.out, {key: value for key, value in content.items() if key not in ("outputs", "seal", "made_by")}
    )
    program = Path(sys.executable).with_name("exposure")
    for arguments in (
        ["verify", built.out],
        ["verify", built.out, "--rebuild", "--notebooks-only", built.notebooks],
        ["check", built.data],
        ["check", built.data / "aggregate" / "first-2021"],
        ["check", built.out / name],
        ["extract", built.out / name],
    ):
        command = [program, "--data-only", built.data, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        assert not mark.exists(), arguments
