"""What decides a word, an axis or a refusal is read from columns: pandas drops ``attrs`` in a merge or a CSV."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "analysis"

#: Who may read ``attrs``, of which keys (None: of all), and why nothing is lost with them.
MAY_READ = {
    "identifiers.py": (None, "looks through everything that a frame carries for what identifies"),
    "statistics/result.py": ({"warnings", "column + s"}, "hands citations and warnings on to the next record"),
    "figures/package.py": (
        {"key"},
        "writes the record (seed, citations, warnings, parameters) beside a table; what the table means is its columns",
    ),
    "charts/": ({"seed", "warnings", "sources", "key"}, "writes the record into the metadata of a picture"),
}


def reads_of_attrs(source: str) -> list[tuple[int, str | None]]:
    """Every place where ``attrs`` is read: its line and the key, or None where the whole of it is taken."""
    tree = ast.parse(source)
    above = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(
            isinstance(arg, ast.Constant) and arg.value == "attrs" for arg in node.args
        ):
            found.append((node.lineno, None))
        if not isinstance(node, ast.Attribute) or node.attr != "attrs" or isinstance(node.ctx, ast.Store):
            continue
        parent = above[node]
        if isinstance(parent, ast.AugAssign) and parent.target is node:
            continue
        key = None
        if isinstance(parent, ast.Subscript):
            if isinstance(parent.ctx, ast.Store):
                continue
            key = word(parent.slice)
        elif isinstance(parent, ast.Attribute) and isinstance(above[parent], ast.Call):
            key = word(above[parent].args[0]) if parent.attr == "get" else None
        elif isinstance(parent, ast.Compare):
            key = word(parent.left)
        found.append((node.lineno, key))
    return found


def word(node: ast.expr) -> str | None:
    """A key as it is written: a text, a name, or a name with an ending."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return name
        case ast.JoinedStr():
            return "column + s" if ast.unparse(node) == "f'{column}s'" else None
    return None


def faults(file: str, source: str) -> list[str]:
    named = next((name for name in MAY_READ if file == name or (name.endswith("/") and file.startswith(name))), None)
    keys = MAY_READ[named][0] if named else set()
    return [
        f"{file}:{line}: reads {key or 'all'} of attrs"
        for line, key in reads_of_attrs(source)
        if keys is not None and key not in keys
    ]


def test_no_meaning_is_read_from_attrs():
    files = sorted(SOURCE.rglob("*.py"))
    assert [
        fault for path in files for fault in faults(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    "code",
    [
        'unit = frame.attrs.get("rate_per", "population")',
        'unit = frame.attrs["rate_scale"]',
        'known = "series" in frame.attrs',
        "told = frame.attrs",
        'told = getattr(frame, "attrs", {})',
        "for key in frame.attrs.items(): pass",
        'frame.attrs["absent"] + 1',
        "copy(frame.attrs)",
    ],
)
def test_a_read_is_found_wherever_it_stands(code):
    assert len(faults("statistics/rates.py", code)) == 1
    assert len(faults("charts/titles.py", code)) == 1


@pytest.mark.parametrize("code", ["frame.attrs = {}", 'frame.attrs["seed"] = 1', 'frame.attrs |= {"seed": 1}'])
def test_writing_is_free(code):
    assert faults("statistics/rates.py", code) == []


def test_every_permit_is_used():
    """A permit that nobody uses any more goes."""
    used = {
        name
        for path in SOURCE.rglob("*.py")
        for name in MAY_READ
        if reads_of_attrs(path.read_text("utf-8"))
        and (path.relative_to(SOURCE).as_posix() == name or path.relative_to(SOURCE).as_posix().startswith(name))
    }
    assert used == set(MAY_READ)
