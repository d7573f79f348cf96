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


# The three other tutorials -------------------------------------------------------------------------------------------


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("name", ["tutorials/notebook.md", "howto/own-denominators.md", "howto/own-boundaries.md"])
def test_the_cells_of_a_page_run_in_order(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in re.findall(r"^```python\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE):
        exec(compile(block, name, "exec"), names)
    if name == "tutorials/notebook.md":
        assert len(names["servers"]) == 13 and set(names["both"]["verdict"]) <= {"same", "with a note", "no"}
        assert {path.suffix for path in (tmp_path / "my-charts").iterdir()} == {".svg", ".png", ".pdf", ".csv", ".json"}


def test_the_verdicts_of_the_desk_are_those_that_its_tutorial_tells(tmp_path):
    import analysis as ex

    article = re.search(r"^```markdown\n(.*?)^```$", page("tutorials/desk.md"), re.DOTALL | re.MULTILINE)[1]
    (tmp_path / "article.md").write_text(article, "utf-8")
    drafted = ex.extract(tmp_path / "article.md").set_index("figure")
    assert {"590", "52", "737 million", "24.3 million"} <= set(drafted.index)
    verdicts = ex.check_claims(surveys=["greenbone-2019-09"]).query(
        "figure == '24.3 million' and measure == 'patients'"
    )
    assert set(verdicts["verdict"]) == {"definition differs"}


def commands() -> list[tuple[str, str]]:
    """Each ``exposure`` command of README and pages, with the page."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        (path.relative_to(ROOT).as_posix(), line.partition("  ")[0].strip())
        for path in pages
        for block in re.findall(r"^```(?:sh|text|yaml)?\n(.*?)^```$", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        for line in re.findall(r"^(?:EXPOSURE_\w+=\S+ )?(exposure .*)$", block, re.MULTILINE)
    ]


def test_every_command_of_the_pages_has_the_options_that_it_is_given():
    import shlex

    from typer.main import get_command

    from analysis.cli import app

    group = get_command(app)
    shown = commands()
    assert len(shown) > 50
    for path, command in shown:
        words = shlex.split(command.partition(" #")[0])[1:]
        while words[0].startswith("--"):  # the options before a command, each with its value
            words = words[2:]
        made = group.commands[words[0]]
        known = {option for parameter in made.params for option in [*parameter.opts, *parameter.secondary_opts]}
        given = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert given <= known, f"{path}: {command}"
