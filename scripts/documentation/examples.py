"""Run the examples of the docstrings and keep what came out: the gallery is made of nothing else."""

from __future__ import annotations

import ast
import contextlib
import doctest
import functools
import importlib
import inspect
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pandas as pd
import public_names

import analysis as ex
from analysis.charts.chart import Chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from public_names import Public


@dataclass
class Example:
    """What a public name's example shows."""

    code: str
    """As a reader would type it."""
    printed: str
    """What it prints, as the docstring has it."""
    result: Any
    """What the public name itself returned when it was called last; None if it was not called."""


def run(public: Public) -> Example:
    """Run the examples of a public name."""
    steps = doctest.DocTestParser().get_examples(public.docstring)
    names = {**_globals(public.thing), "__name__": "__main__"}
    returned: list[Any] = []
    with _recorded(public, names, returned), _in_a_folder_of_its_own():
        for step in steps:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(step.source, f"<{public.name}>", "single"), names)
            except Exception:
                if not step.exc_msg:  # the docstring shows no error here
                    raise
    # A class is not recorded: its instance is what the example made last.
    thing = public.thing
    if inspect.isclass(thing):
        returned = [value for value in names.values() if type(value) is thing]
    result = returned[-1] if returned else None
    return Example(
        code=_as_typed("".join(step.source for step in steps), public, names, result),
        printed="".join(step.want or step.exc_msg or "" for step in steps),
        result=result,
    )


def _as_typed(code: str, public: Public, names: dict[str, Any], result: Any) -> str:
    """The example as a reader types it in a notebook: names behind ``ex.``, and the result itself at the end.

    A docstring prints a part of the result, ``found["rate"].round(3)`` or ``chart.title``; a notebook shows all of it.
    """
    last = ast.parse(code).body[-1]
    if isinstance(last, ast.Expr) and isinstance(result, (pd.DataFrame, Chart)):
        own = public.name.rpartition(".")[2]
        calls = [
            node
            for node in ast.walk(last)
            if isinstance(node, ast.Call)
            and (getattr(node.func, "attr", "") == own or getattr(node.func, "id", "") == own)
        ]
        kept = {node.id for node in ast.walk(last) if isinstance(node, ast.Name) and names.get(node.id) is result}
        shown = ast.get_source_segment(code, calls[0]) if calls else next(iter(sorted(kept)), None)
        if shown:
            code = "".join(code.splitlines(keepends=True)[: last.lineno - 1]) + shown + "\n"
    imported = {
        alias.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    for name in sorted(public_names.names()):
        bare = name.rpartition(".")[2]
        if bare not in imported and (name == public.name or not name.startswith("chart.")):
            code = re.sub(rf"(?<![\w.\"']){bare}\((?=[^)])", f"ex.{name}(", code)
    return code


def _globals(thing: Any) -> dict[str, Any]:
    """The names that an example sees: those of the module in which its docstring stands."""
    if isinstance(thing, ModuleType):
        return dict(vars(thing))
    return dict(vars(importlib.import_module(inspect.unwrap(thing).__module__)))


@contextlib.contextmanager
def _recorded(public: Public, names: dict[str, Any], returned: list[Any]) -> Iterator[None]:
    """Keep what the public name returns, by whichever of its names the example calls it."""
    thing = public.thing
    if inspect.isclass(thing) or isinstance(thing, ModuleType):
        yield
        return

    @functools.wraps(thing)
    def recording(*args: Any, **options: Any) -> Any:
        returned.append(thing(*args, **options))
        return returned[-1]

    holders = [
        (module, name)
        for module in (ex, ex.statistics, ex.chart, ex.series)
        for name, value in list(vars(module).items())
        if value is thing
    ]
    names.update({name: recording for name, value in names.items() if value is thing})
    try:
        for module, name in holders:
            setattr(module, name, recording)
        yield
    finally:
        for module, name in holders:
            setattr(module, name, thing)


@contextlib.contextmanager
def _in_a_folder_of_its_own() -> Iterator[None]:
    """Where examples may write."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
