"""Each command of the tutorial for the terminal is run, in its order, on the files that it shows."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tutorials" / "command-line.md").read_text("utf-8")
# What is typed before the first heading sets the environment up; here it is there.
BODY = PAGE[PAGE.index("\n## ") :]


def steps() -> list[tuple[str, str, str]]:
    """The files shown (``file``, name, content) and the commands (``run``, command, what is typed into it),
    in order.
    """
    found: list[tuple[str, str, str]] = []
    prose = 0
    for block in re.finditer(r"^```(\w+)\n(.*?)^```$", BODY, re.DOTALL | re.MULTILINE):
        kind, content = block.groups()
        before, prose = BODY[prose : block.start()], block.end()
        if kind == "sh":
            found += [("run", line, "") for line in content.splitlines()]
        elif kind == "text":
            found[-1] = ("run", found[-1][1], content)
        else:
            found.append(("file", re.findall(r"[Ss]ave (?:this|it)\s+as `([^`]+)`", before)[-1], content))
    return found


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> tuple[Path, dict[str, subprocess.CompletedProcess]]:
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    ran = {}
    for kind, name, content in steps():
        if kind == "file":
            (folder / name).write_text(content, "utf-8")
        else:
            ran[name] = subprocess.run(
                ["bash", "-c", name],
                input=content,
                capture_output=True,
                text=True,
                cwd=folder,
                env=environment,
                timeout=240,
            )
            assert ran[name].returncode == 0, f"{name}\n{ran[name].stdout}\n{ran[name].stderr}"
    return folder, ran


def of(ran: dict, words: str) -> subprocess.CompletedProcess:
    return next(result for command, result in ran.items() if words in command)


def test_the_page_shows_files_and_commands():
    kinds = [kind for kind, *_ in steps()]
    assert kinds.count("file") == 4 and kinds.count("run") >= 15
    assert [name for kind, name, typed in steps() if kind == "run" and typed] == [
        "exposure --data my-data review my-data/aggregate/example-2023-12"
    ]


def test_the_article_becomes_a_survey(done):
    folder, ran = done
    assert "example-2023-12" not in of(ran, "my-data sources").stdout
    with open(
        folder / "my-data" / "aggregate" / "example-2023-12" / "figures.csv", encoding="utf-8", newline=""
    ) as file:
        figures = {(row["place"], row["measure"]): row["figure"] for row in csv.DictReader(file)}
    # As Aplite printed them: slides 7, 10 and 22 of December 2023
    assert figures["World", "servers_exposed"] == "3,806" and figures["World", "servers_open"] == "1,159"
    assert figures["United States", "records"] == "18.2 million" and figures["India", "records"] == "9.6 million"
    assert "0 error(s), 0 note(s)" in of(ran, "check example-2023-12").stderr
    assert {path.suffix for path in (folder / "my-chart").iterdir()} == {".svg", ".png", ".pdf", ".csv", ".json"}


def test_the_claims_get_the_verdicts_that_the_page_tells(done):
    verdicts = [line.partition(":")[0] for line in of(done[1], "claims --file").stdout.splitlines()]
    assert verdicts == ["supported", "supported", "definition differs"]


def test_the_table_becomes_a_survey_and_a_map(done):
    folder, ran = done
    assert "nothing is open" in of(ran, "import counts.csv").stderr
    assert "0 error(s), 0 note(s)" in of(ran, "check example-2019-09").stderr
    told = json.loads(next((folder / "my-map").glob("*.json")).read_text("utf-8"))
    assert "United States" in told["title"]


def test_the_report_is_built_and_verified(done):
    folder, ran = done
    assert "every file is as the manifest says" in of(ran, "verify my-report").stderr
    page = (folder / "my-report" / "my_report.html").read_text("utf-8")
    assert "Most were published for United States" in page and "surveys/example-2019-09.html" in page
