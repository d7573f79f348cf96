"""Every number in the prose of a notebook comes from a cell; the years of the surveys apart."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def prose(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_no_digit_stands_in_prose(notebook):
    texts = [re.sub(r"`[^`]*`|\]\([^)]*\)", "", YEAR.sub("", text)) for text in prose(notebook)]
    assert not [found for text in texts for found in re.findall(r".{0,30}\d.{0,30}", text)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_it_is_committed_without_outputs_and_begins_with_a_title(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert not [cell for cell in content["cells"] if cell.get("outputs") or cell.get("execution_count")]
    assert prose(notebook)[0].startswith("# ")


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 4
