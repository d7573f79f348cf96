"""`exposure extract` and `exposure review` as a user meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLE = (
    "Open archives\n\nIn 2026, 412 open servers were found in 31 countries. Brazil had 61 servers; see port 104.\n"
)


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def exposure(*arguments, answers=""):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EXPOSURE_")}
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *map(str, arguments)],
        input=answers,
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=120,
    )


def test_a_draft_is_shown_as_json_and_the_rest_is_said_on_standard_error(article):
    done = exposure("extract", article, "--format", "json", "--verbose")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [(row["figure"], row["place"], row["measure"]) for row in rows] == [
        ("412", "World", "servers_open"),
        ("31", "World", "countries"),
        ("61", "Brazil", "servers_exposed"),
    ]
    assert "left out: 'port 104' (port; paragraph 2)" in done.stderr
    assert "3 figure(s) in en; 2 other number(s) left out" in done.stderr
    assert "\r" not in done.stderr, "no bar without a terminal"


def test_quiet_says_nothing_but_the_result(article):
    done = exposure("extract", article, "--quiet", "--format", "csv")
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith("place,measure,figure,value")


def test_from_a_text_to_a_draft_and_into_its_review(article, tmp_path):
    draft = tmp_path / "acme-2026-03"
    done = exposure("extract", article, "--out", draft)
    assert done.returncode == 0 and f"settle them: exposure review {draft}" in done.stderr
    assert {str(draft / "draft.csv"), str(draft / "report.json")} <= set(done.stdout.splitlines())
    assert exposure("check", draft).stdout.count("settle it with 'exposure review'") == 3
    done = exposure("review", draft, answers="a\nd\nq\n")
    assert "1 accepted, 0 mended, 1 dropped, 1 still undecided" in done.stderr
    assert "Traceback" not in done.stderr
    assert exposure("check", draft).stdout.count("settle it with 'exposure review'") == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [("missing.pdf", "is missing"), (".", "is a folder"), ("hosts.md", "nothing of this report was kept")],
)
def test_what_is_refused_is_one_line_and_status_1(tmp_path, name, told):
    (tmp_path / "hosts.md").write_text(
        "| ip | country |\n|---|---|\n| 192.0.2.1 | Spain |\n| 192.0.2.2 | Chile |\n", encoding="utf-8"
    )
    done = exposure("extract", tmp_path / name, "--out", tmp_path / "draft-2026")
    assert done.returncode == 1
    assert told in done.stderr and done.stderr.count("\n") == 1 and "192.0.2" not in done.stderr
    assert not (tmp_path / "draft-2026").exists()


ACCOUNT = """Medical images of millions lie open

Greenbone Networks found 590 reachable servers in 52 countries. They hold the data of 24 million patients and 373 \
million images.
"""


def test_an_account_of_a_known_survey_is_checked_against_it(tmp_path):
    """By hand, of September 2019: 590 servers in 52 countries; over 24 million *studies*; 737 million images."""
    text, data = tmp_path / "account.txt", tmp_path / "my-data"
    text.write_text(ACCOUNT, encoding="utf-8")
    folder = data / "aggregate" / "daily-2019-10"
    assert "an account of greenbone-2019-09" in exposure("extract", text, "--lang", "en", "--out", folder).stderr
    done = exposure("--data", data, "review", folder, answers="a\na\na\na\nThe Daily\n2019-10-02\n2019-10-03\n")
    assert "daily-2019-10 is published: nothing is wrong in it" in done.stderr
    done = exposure("--data", data, "claims", "daily-2019-10", "--format", "json")
    assert [(row["figure"], row["verdict"], row["survey"]) for row in json.loads(done.stdout)] == [
        ("590", "supported", "greenbone-2019-09"),
        ("52", "supported", "greenbone-2019-09"),
        ("24 million", "definition differs", "greenbone-2019-09"),
        ("373 million", "contradicted", "greenbone-2019-09"),
    ]
