"""Files and functions stay small enough to be read at once; what takes many parameters is named, and only leaves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "analysis"
FILES = sorted(SOURCE.rglob("*.py"))

MOST_LINES = 500
MOST_LINES_OF_CODE = 60
LONGEST_LINE = 120
MOST_PARAMETERS = 8

#: Functions that take more: public statistics, whose every parameter is an option of the method. Besides them only
#: the kinds of charts, which declare the options of every chart, and commands. None may be added, and one that takes
#: fewer leaves.
STILL_MANY = {
    "statistics/association/regression.py:regress",
    "statistics/before_and_after.py:before_and_after",
    "statistics/change_points.py:change_points",
    "statistics/interrupted.py:interrupted",
    "statistics/movers.py:ranked_changes",
    "statistics/small_numbers.py:funnel",
    "statistics/standardising.py:directly_standardised",
    "statistics/standardising.py:indirectly_standardised",
}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def functions(path: Path):
    """Every function of a file with its full name."""
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(path.read_text("utf-8")))]
    while waiting:
        above, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = above
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{above}.{child.name}".lstrip(".")
                if not isinstance(child, ast.ClassDef):
                    yield name, child
            waiting.append((name, child))


def lines_of_code(source: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From ``def`` to the last line, without the docstring, blank lines and comments."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = range(first.lineno, first.end_lineno + 1) if told else ()
    lines = enumerate(source.splitlines()[function.lineno - 1 : function.end_lineno], function.lineno)
    return sum(1 for at, line in lines if at not in docstring and line.strip() and not line.strip().startswith("#"))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """What a caller may give: all but ``self``."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [one.arg for one in arguments if one.arg != "self"]


def test_no_module_is_longer_than_can_be_read_at_once():
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_script_of_ours_is_longer():
    scripts = [path for path in SOURCE.rglob("*.js") if ".min." not in path.name]
    assert {path.name for path in scripts if len(path.read_text("utf-8").splitlines()) > MOST_LINES} == set()


def test_no_function_is_longer_than_a_screen():
    lengths = {
        f"{name_of(path)}:{name}": lines_of_code(path.read_text("utf-8"), node)
        for path in FILES
        for name, node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_CODE} == {}


def test_few_functions_take_many_parameters():
    many = {
        f"{name_of(path)}:{name}"
        for path in FILES
        if path.parent.name != "cli"
        for name, node in functions(path)
        if len(parameters(node)) > MOST_PARAMETERS and not is_chart(path, name)
    }
    assert many == STILL_MANY and len(many) <= 8


def is_chart(path: Path, function: str) -> bool:
    """Whether a function is a kind of chart, or `draw`, which draws any of them."""
    return (path.parent.name, path.stem) == ("kinds", function) or (path.stem, function) == ("drawing", "draw")


@pytest.mark.parametrize("folder", ["src", "tests", "scripts", "benchmarks"])
def test_no_line_is_longer_than_the_page(folder):
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_what_counts_as_code():
    source = 'def f(x):\n    """One.\n\n    Two.\n    """\n\n    # Why.\n    y = x\n    return y\n'
    [function] = ast.parse(source).body
    assert lines_of_code(source, function) == 3
