"""A family of statistics, a file or folder with sentences of its own, takes nothing from another family's file.

What two of them need lies beside them. A family may ask another's public function, as a reader would; each such case
stands below with its reason.
"""

import ast
from pathlib import Path

import pytest

from analysis import statistics

SOURCE = Path(statistics.__file__).parent

#: (who asks, whom) -> what for
ASKS = {
    ("before_and_after", "interrupted"): ({"interrupted", "TooFewPeriodsError"}, "asks it at one event after another"),
    ("movers", "ranking"): ({"rank_sets"}, "gives the ranks of the changes their sets"),
}


def families():
    """Every file or folder of statistics that words its results itself."""
    for path in SOURCE.iterdir():
        head = path / "__init__.py" if path.is_dir() else path
        if head.is_file() and head != SOURCE / "__init__.py":
            names = {
                name
                for node in ast.parse(head.read_text("utf-8")).body
                for name in (
                    [node.name]
                    if isinstance(node, ast.FunctionDef)
                    else [alias.asname or alias.name for alias in node.names]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
            }
            if "facts" in names:
                yield path.stem


def taken(path, among):
    """What a file takes from families other than its own: their names, and what is taken."""
    inside = path.relative_to(SOURCE).parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == len(inside):
            named = [(node.module.partition(".")[0], alias.name) for alias in node.names] if node.module else []
            named += [] if node.module else [(alias.name, alias.name) for alias in node.names]
            for family, name in named:
                if family in among and family != inside[0].removesuffix(".py"):
                    yield family, name


FAMILIES = sorted(families())


def test_the_families_are_seen():
    assert len(FAMILIES) > 30 and {"rates", "overlap", "association", "ranking"} <= set(FAMILIES)
    assert not {"poisson", "result", "phrases"} & set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_takes_from_another(family):
    files = (SOURCE / family).rglob("*.py") if (SOURCE / family).is_dir() else [SOURCE / f"{family}.py"]
    for path in files:
        for other, name in taken(path, set(FAMILIES)):
            assert name in ASKS.get((family, other), (set(), ""))[0], f"{path.name} takes {name} from {other}"


def test_helpers_take_from_no_family():
    shared = [
        path
        for path in SOURCE.glob("*.py")
        if path.stem not in FAMILIES and path.stem not in ("__init__", "describing")
    ]
    assert shared
    assert [(path.name, *one) for path in shared for one in taken(path, set(FAMILIES))] == []
