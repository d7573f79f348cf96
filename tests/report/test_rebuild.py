"""The sources at hand are built again elsewhere and compared with a report."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.report import manifest
from analysis.report.rebuild import rebuild


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
        "differs: output 03_own.html",
        "differs: output notebooks/03_own.ipynb",
    ]
    assert "the sources at hand give another report" in done.stderr


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
    assert found.values.tolist() == [["outputs", "01_first.html", "differs"]]


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
        ["--data-only", built.data, "verify", built.out, "--rebuild", "--notebooks-only", built.notebooks],
        ["check", built.data],
        ["check", built.data / "aggregate" / "first-2021"],
        ["check", built.out / name],
        ["extract", built.out / name],
    ):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        assert not mark.exists(), arguments
