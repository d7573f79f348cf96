"""What the notebooks show: no text outside its chart or on another, and all of it in JupyterLab as in the report."""

import ast
import functools
import json
import os
from pathlib import Path

import pytest
from IPython.display import display
from layout import outside, overlapping

from analysis.charts import Chart

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@functools.cache
def shown(notebook: Path) -> list:
    """What the cells show: the value of the last expression of each."""
    os.chdir(notebook.parent)
    names: dict = {"display": display}  # as a kernel gives it to each notebook
    values = []
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]), notebook.name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook.name, "exec"), names)
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), notebook.name, "eval"), names))
    return values


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_result_shows_itself_in_a_notebook(notebook):
    results = [value for value in shown(notebook) if hasattr(value, "_repr_mimebundle_")]
    assert results
    for result in results:
        made = result._repr_mimebundle_()
        data = made[0] if isinstance(made, tuple) else made
        assert data["text/plain"] and len(data) > 1, result


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_chart_of_the_report_is_laid_out_well(notebook):
    for chart in shown(notebook):
        if isinstance(chart, Chart):
            assert outside(chart) == [], chart.name
            assert list(overlapping(chart.layout())) == [], chart.name
            assert 0 < len(chart.alt) <= 280
