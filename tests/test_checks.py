"""Format, lint, types and prose are part of the tests, as are layers (`test_layers`) and sizes (`test_sizes`)."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CHECKS = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "prose": ("python", "scripts/lint_prose.py"),
}


@pytest.mark.parametrize("check", CHECKS)
def test_there_is_nothing_to_find(check):
    name, *how = CHECKS[check]
    done = subprocess.run(
        [Path(sys.executable).with_name(name), *how], capture_output=True, text=True, cwd=ROOT, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_before_a_commit_are_those_of_make_check():
    [group] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert group["repo"] == "local"
    asked = [hook["entry"].removeprefix(".venv/bin/") for hook in group["hooks"]]
    [line] = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "ruff format --check" in line]
    assert [part.strip().removeprefix("$(BIN)/") for part in line.split("&&")] == asked
