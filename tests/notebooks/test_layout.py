"""Every chart of the report as the notebooks draw it: no text outside the canvas, none on another."""

import ast
import json
from pathlib import Path

import pytest
from layout import outside, overlapping

from analysis.charts import Chart

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def shown(notebook: Path) -> list:
    """What the cells show: the value of the last expression of each."""
    names: dict = {}
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


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_chart_of_the_report_is_laid_out_well(notebook, monkeypatch):
    monkeypatch.chdir(notebook.parent)
    for chart in shown(notebook):
        if isinstance(chart, Chart):
            assert outside(chart) == [], chart.name
            assert list(overlapping(chart.layout())) == [], chart.name
            assert 0 < len(chart.alt) <= 280
