"""Every public function shows how it is called, on shipped data, and what it shows is what comes."""

import doctest
import importlib
import inspect
from pathlib import Path

import pytest

import analysis as ex

SOURCE = Path(__file__).parents[1] / "src"


def public():
    """Every public function and class, by the name that a reader types; errors are raised, not called."""
    for name in ex.__all__:
        found = getattr(ex, name)
        if not inspect.ismodule(found):
            yield f"ex.{name}", found
            continue
        for inner in found.__all__:
            one = getattr(found, inner)
            if not inspect.ismodule(one):
                yield f"ex.{name}.{inner}", one
        if callable(found):
            yield f"ex.{name}", found


PUBLIC = {
    name: one
    for name, one in public()
    if callable(one) and not (inspect.isclass(one) and issubclass(one, BaseException))
}


def examples_of(one):
    """The examples of a function; of a module that can be called, those of its call."""
    told = inspect.getdoc(type(one).__call__ if inspect.ismodule(one) else one)
    return doctest.DocTestParser().get_examples(told or "")


def with_examples():
    """The modules that hold an example."""
    for path in sorted((SOURCE / "analysis").rglob("*.py")):
        if ">>> " in path.read_text("utf-8"):
            yield ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def test_no_kind_of_function_is_left_out():
    """The walk sees statistics, charts of every kind, the series and what stands on the face itself."""
    kinds = {name.rpartition(".")[0] for name in PUBLIC}
    assert kinds >= {"ex", "ex.statistics", "ex.chart", "ex.series"}
    assert {f"ex.chart.{kind}" for kind in ex.chart.KINDS} <= set(PUBLIC)
    assert len(PUBLIC) > 130


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_function_has_an_example_with_its_answer(name):
    found = examples_of(PUBLIC[name])
    assert found, f"{name} has no example"
    assert any(example.want for example in found), f"{name}: no example shows an answer"


def test_there_are_as_many_examples_as_public_functions():
    functions = {id(one): one for one in PUBLIC.values()}
    assert sum(len(examples_of(one)) for one in functions.values()) >= len(functions)


@pytest.mark.parametrize("module", sorted(with_examples()))
def test_examples_give_what_they_show(module, monkeypatch):
    monkeypatch.chdir(SOURCE.parent)
    found = doctest.testmod(importlib.import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted and not found.failed
