"""The public names, grouped as ``docs/site/groups.toml`` says."""

from __future__ import annotations

import inspect
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import analysis as ex

ROOT = Path(__file__).parents[2]
#: Modules of the face that hold public names of their own.
FAMILIES = ("statistics", "chart", "series")


@dataclass(frozen=True)
class Public:
    """A public name, as a reader types it behind ``ex.``."""

    name: str

    @property
    def thing(self) -> Any:
        """What the name stands for."""
        found: Any = ex
        for part in self.name.split("."):
            found = getattr(found, part)
        return found

    @property
    def page(self) -> str:
        """The page of the reference."""
        return f"ex.{self.name}"

    @property
    def is_error(self) -> bool:
        """Whether it is raised and not called."""
        return inspect.isclass(self.thing) and issubclass(self.thing, BaseException)

    @property
    def docstring(self) -> str:
        """Its docstring; of a module that can be called, that of its call."""
        thing = self.thing
        return inspect.getdoc(type(thing).__call__ if isinstance(thing, ModuleType) else thing) or ""

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return " ".join(self.docstring.split("\n\n", 1)[0].split())


@dataclass(frozen=True)
class Group:
    """Names that belong together for a reader."""

    title: str
    lead: str
    names: tuple[Public, ...]

    @property
    def slug(self) -> str:
        """The name of its pages."""
        return self.title.lower().replace(",", "").replace(" ", "-")


def groups() -> list[Group]:
    """The groups in the order of the reference."""
    read = tomllib.loads((ROOT / "docs" / "site" / "groups.toml").read_text("utf-8"))["group"]
    return [Group(one["title"], one["lead"], tuple(map(Public, one["names"]))) for one in read]


def names() -> set[str]:
    """Every public name of the package."""
    found = {name for name in ex.__all__ if name not in FAMILIES} | {"series"}
    for family in FAMILIES:
        module = getattr(ex, family)
        found |= {f"{family}.{name}" for name in module.__all__ if not isinstance(getattr(module, name), ModuleType)}
    return found - {"chart.KINDS"}
