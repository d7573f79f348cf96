"""The exposure command as a user meets it: real processes, their output and exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def exposure(*arguments, data=None, cwd=ROOT):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    if data is not None:
        environment["EXPOSURE_DATA"] = str(data)
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=cwd,
        timeout=120,
    )


def test_help_names_every_command():
    done = exposure("--help")
    assert done.returncode == 0
    for command in (
        "report",
        "verify",
        "check",
        "sources",
        "table",
        "chart",
        "claims",
        "import",
        "extract",
        "review",
        "new",
        "doctor",
    ):
        assert f"\n  {command}" in done.stdout


@pytest.mark.parametrize("arguments", [["nonsense"], ["table"], ["report", "--jobs", "0"], ["chart", "map"]])
def test_wrong_usage_is_status_2_without_a_traceback(arguments):
    done = exposure(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_shipped_data_pass_the_check():
    done = exposure("check")
    assert done.returncode == 0, done.stdout
    assert "0 error(s)" in done.stderr


def test_a_fault_in_the_data_is_named_with_its_place_and_is_status_1(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    figures = data / "aggregate" / "greenbone-2019-09" / "figures.csv"
    lines = figures.read_text("utf-8").splitlines(keepends=True)
    figures.write_text("".join(lines) + lines[1].replace(",servers_exposed,", ",servers_expsed,"), "utf-8")
    done = exposure("check", data=data)
    assert done.returncode == 1
    assert f"aggregate/greenbone-2019-09/figures.csv:{len(lines) + 1}" in done.stdout


def test_an_unknown_folder_of_data_is_one_line_and_status_1(tmp_path):
    done = exposure("--data", tmp_path / "nowhere", "check")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "is not a data folder" in done.stderr


def test_table_gives_the_rate_worked_out_by_hand():
    # 187 servers (ProPublica, September 2019) over the World Bank's 330,226,227 inhabitants of 2019
    done = exposure(
        "table", "servers_exposed", "--source", "greenbone-2019-09", "--per", "population", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    rows = {row["iso3"]: row for row in json.loads(done.stdout)}
    assert rows["USA"]["rate"] == pytest.approx(187 / 330.226227, rel=1e-9)


def test_table_is_written_whole(tmp_path):
    out = tmp_path / "table.csv"
    done = exposure("table", "studies", "--source", "greenbone-2019-09", "--out", out)
    assert done.returncode == 0, done.stderr
    assert out.read_text("utf-8").startswith("source,survey,tier,")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["table.csv", "table.metadata.json"]


def test_an_unknown_measure_suggests_the_right_one():
    done = exposure("table", "server_exposed")
    assert done.returncode == 1
    assert "servers_exposed" in done.stderr
    assert "Traceback" not in done.stderr


def test_sources_shows_how_a_survey_counted_and_its_citations():
    done = exposure("sources", "greenbone-2019-09")
    assert done.returncode == 0, done.stderr
    assert "Shodan" in done.stdout
    assert "24.3 million" in done.stdout
    assert "Greenbone" in done.stdout


def test_claims_of_the_spanish_account():
    done = exposure("claims", "tomsguide-es-2019-09", "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    verdicts = {(row["measure"], row["figure"]): row["verdict"] for row in rows if row["relation"] == "equals"}
    assert verdicts["patients", "24 millones"] == "definition differs"
    assert verdicts["servers_exposed", "590"] == "supported"
    assert verdicts["countries", "52"] == "supported"


def test_chart_writes_a_whole_bundle(tmp_path):
    done = exposure("chart", "ranking", "--measure", "servers_exposed", "--lang", "es", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".csv", ".json", ".pdf", ".png", ".svg"]
    assert set(done.stdout.split()) == {str(file) for file in tmp_path.iterdir()}


def test_an_unknown_kind_of_chart_lists_the_kinds(tmp_path):
    done = exposure("chart", "pie", "--out", tmp_path)
    assert done.returncode == 1
    assert "ranking" in done.stderr
    assert not list(tmp_path.iterdir())


def test_new_writes_a_skeleton_into_the_folder_named(tmp_path):
    (tmp_path / "aggregate").mkdir()
    done = exposure("--data", tmp_path, "new", "sample-2026-03")
    assert done.returncode == 0
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "survey.toml",
        "sources.csv",
        "figures.csv",
        "claims.csv",
    ]
    again = exposure("--data", tmp_path, "new", "sample-2026-03")
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    assert "Traceback" not in again.stderr


def test_import_makes_a_draft_and_says_what_is_open(tmp_path):
    export = tmp_path / "facets.json"
    export.write_text(
        '{"matches": [], "facets": {"country": [{"value": "ES", "count": 3}], "org": []}, "total": 4}', "utf-8"
    )
    done = exposure("--data", tmp_path / "data", "import", export, "--format", "shodan", "--survey", "sample-2026-03")
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "survey.toml",
        "sources.csv",
        "figures.csv",
        "claims.csv",
    ]
    assert "org" in done.stderr and f"exposure --data {tmp_path / 'data'} check sample-2026-03" in done.stderr


def test_import_refuses_hosts_without_repeating_them(tmp_path):
    export = tmp_path / "banners.json"
    export.write_text('{"ip_str": "192.0.2.17", "port": 104}\n', "utf-8")
    done = exposure("--data", tmp_path / "data", "import", export, "--format", "shodan", "--survey", "sample-2026-03")
    assert (done.returncode, done.stdout) == (1, "")
    assert "shodan stats" in done.stderr and "192.0.2.17" not in done.stderr
    assert not (tmp_path / "data").exists()


EXPORT = '{"matches": [], "facets": {"country": [{"value": "ES", "count": 3}], "org": []}, "total": 4}'


def test_quiet_says_nothing_and_verbose_says_where_an_error_arose(tmp_path):
    (tmp_path / "facets.json").write_text(EXPORT, "utf-8")
    command = [
        "--data",
        tmp_path / "data",
        "import",
        tmp_path / "facets.json",
        "--format",
        "shodan",
        "--survey",
        "sample-2026-03",
    ]
    quiet = exposure("--quiet", *command)
    assert (quiet.returncode, quiet.stderr, len(quiet.stdout.splitlines())) == (0, "", 4)
    again = exposure("--quiet", *command)
    assert again.returncode == 1 and again.stderr.startswith("error: ") and len(again.stderr.splitlines()) == 1
    assert "Traceback" in exposure("--verbose", *command).stderr
    assert exposure("--quiet", "--verbose", "sources").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_progress_bar_is_drawn_on_a_terminal_only(tmp_path):
    import pty

    (tmp_path / "facets.json").write_text(EXPORT, "utf-8")

    def run(survey, *options):
        arguments = [
            *options,
            "--data",
            tmp_path / "data",
            "import",
            tmp_path / "facets.json",
            "--format",
            "shodan",
            "--survey",
            survey,
        ]
        ours, theirs = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "analysis.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=theirs,
            timeout=120,
        )
        os.close(theirs)
        drawn = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                break
            if not part:
                break
            drawn += part
        os.close(ours)
        assert done.returncode == 0
        assert b"importing" not in done.stdout
        return drawn.decode()

    assert "importing facets.json" in run("first-2026-03")
    assert run("second-2026-03", "--quiet") == ""
    command = [
        "--data",
        tmp_path / "data",
        "import",
        tmp_path / "facets.json",
        "--format",
        "shodan",
        "--survey",
        "third-2026-03",
    ]
    assert "importing" not in exposure(*command).stderr


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("sources greenbone-2019", ["greenbone-2019-09", "greenbone-2019-11"]),
        ("claims tomsguide-es", ["tomsguide-es-2019-09"]),
        ("table servers_e", ["servers_exposed"]),
        ("chart ran", ["ranking"]),
        ("chart map --measure studies_w", ["studies_with_images"]),
        ("import x.json --format sho", ["shodan"]),
        ("--data {own} check mine", ["mine-2026-03"]),
        ("--data {none} check mine", []),
    ],
)
def test_the_shell_completes_what_the_data_hold(tmp_path, words, offered):
    survey = tmp_path / "aggregate" / "mine-2026-03"
    survey.mkdir(parents=True)
    (survey / "survey.toml").write_text('status = "draft"\n', "utf-8")
    words = f"exposure {words.format(own=tmp_path, none=tmp_path / 'none')}"
    environment = {
        **os.environ,
        "_EXPOSURE_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [Path(sys.executable).with_name("exposure")], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.stdout.split() == offered, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--summary"]])
def test_output_to_a_full_device_is_one_sentence_and_status_1(arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "analysis.cli", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
    assert done.returncode == 1
    assert (
        done.stderr
        == "error: cannot read or write (No space left on device); make room, or send the output elsewhere.\n"
    )


def test_an_encoding_without_the_letters_is_one_sentence_and_status_1():
    done = subprocess.run(
        [sys.executable, "-m", "analysis.cli", "check"],
        capture_output=True,
        cwd=ROOT,
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")},
            "PYTHONIOENCODING": "latin-1",
        },
    )
    assert done.returncode == 1
    assert done.stderr.decode().strip().splitlines()[-1].startswith("error: the output's encoding, latin-1, ")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a working directory that is in use")
def test_a_working_directory_that_is_gone_is_one_sentence(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        "import os, sys; os.rmdir(os.getcwd()); sys.argv = ['exposure', 'report', '--out', 'x']; "
        "from analysis.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=gone)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "error: the working directory is no longer there; change into one that is, and run the command again."
    ]
