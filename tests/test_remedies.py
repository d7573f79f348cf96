"""What went wrong and how to mend it are two fields of an error, never one text that somebody would have to split."""

import ast
from pathlib import Path

import pytest

import analysis as ex
from analysis.figures.faults import Finding
from analysis.statistics import bounds, rogan_gladen

SOURCE = Path(__file__).parents[1] / "src" / "analysis"


def joined_in(source):
    """The lines where an error is made of one text with a fact and what to do, parted by a semicolon."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error") and node.args):
            continue
        if any(keyword.arg == "remedy" for keyword in node.keywords):
            continue
        texts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
        if any("; " in str(text) or ". Take " in str(text) for text in texts):
            yield node.lineno


def test_no_error_joins_its_fact_and_its_remedy():
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in joined_in(path.read_text("utf-8"))
    ]
    assert found == []


def test_a_joined_text_would_be_found():
    assert list(joined_in('raise DataError(f"{a} is not a count; give one")')) == [1]
    assert list(joined_in('raise DataError("it is not a count", remedy="give one")')) == []


def test_a_finding_takes_the_remedy_as_it_was_given():
    error = ex.DataError("it is not a count; nobody knows what it is", remedy="give one", file="a.csv", line=2)
    finding = Finding.of(error)
    assert (finding.expectation, finding.remedy) == ("it is not a count; nobody knows what it is", "give one.")
    assert Finding.of(ex.DataError("it is not a count")).remedy == "correct it."
    assert str(ex.DataError("it is empty", remedy="is it the right file?")) == "it is empty; is it the right file?"


@pytest.mark.parametrize(
    ("call", "fact", "remedy"),
    [
        (lambda: rogan_gladen(10, 0.5, measured_in=""), "where this share was measured", "measured_in"),
        (
            lambda: bounds(servers(), servers().head(1), at_least=3, at_most=1),
            "at_most is not below at_least",
            "correct",
        ),
    ],
)
def test_the_remedy_is_a_field(call, fact, remedy):
    with pytest.raises(ex.DataError) as caught:
        call()
    assert fact in caught.value.fact and remedy in caught.value.remedy
    assert remedy not in caught.value.fact


def servers():
    return (
        ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
        .query("measure == 'servers_exposed' and iso3 != 'WLD'")
        .dropna(subset="iso3")
    )
