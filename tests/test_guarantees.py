"""The page of guarantees names tests and scripts that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]
NAMED = sorted(set(re.findall(r"`((?:tests|benchmarks|scripts)/[\w/.]+\.py(?:::\w+)*)`", PAGE)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_each_promise_names_what_holds_it_and_has_three_cells(row):
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
    assert len(cells) == 3, row
    assert cells[0].endswith(".")
    assert any(name in cells[1] for name in NAMED), row


@pytest.mark.parametrize("name", NAMED)
def test_what_a_promise_names_exists(name):
    file, *inside = name.split("::")
    assert (ROOT / file).is_file(), file
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    for step in inside:
        found = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == step]
        assert found, f"{file} has no {step}"
        body = found[0].body
