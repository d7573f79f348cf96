"""The pages that are made of the package itself: the reference and the gallery."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import examples
import shown
from public_names import Group, Public, groups

import analysis as ex
from analysis.charts.chart import Chart

if TYPE_CHECKING:
    from collections.abc import Collection

#: Groups of which the gallery shows nothing: reading, taking in and errors have guides.
NOT_SHOWN = ("Taking figures in", "Errors")


def write(folder: Path, only: Collection[str] = ()) -> None:
    """Write reference and gallery into the folder of sources, executing every example once.

    ``only`` names groups; the examples of the others are not executed, and the gallery is without them.
    """
    made = {}
    for group in groups():
        executed = not only or group.title in only
        for public in group.names:
            if not public.is_error:
                fragment = ""
                if executed:
                    made[public.name] = examples.run(public)
                    fragment = shown.shown(made[public.name].result)
                _put(folder / "fragments" / f"{public.name}.html", fragment + "\n")
        _reference(folder, group)
    _put(folder / "fragments" / "front.html", shown.shown(_front()) + "\n")
    _reference_index(folder)
    in_gallery = [one for one in groups() if one.title not in NOT_SHOWN and (not only or one.title in only)]
    for group in in_gallery:
        _gallery(folder, group, made)
    _gallery_index(folder, in_gallery, made)


def _front() -> Chart:
    """The picture of the first page."""
    servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query(
        "measure == 'servers_exposed' and iso3 != 'WLD'"
    )
    return ex.chart.map(ex.rates(servers, per="population"), size="wide")


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


# The reference ------------------------------------------------------------------------------------------------------


def _reference_index(folder: Path) -> None:
    listed = "\n".join(f"- [{group.title}]({group.slug}.md): {group.lead}" for group in groups())
    tree = "\n".join(group.slug for group in groups())
    _put(
        folder / "reference" / "index.md",
        "# Reference\n\nEvery public name, by what you look for. All examples start with `import analysis as ex` and "
        f"run on the data that come with the package.\n\n{listed}\n\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n",
    )


def _reference(folder: Path, group: Group) -> None:
    rows = "\n".join(
        f"| [`{public.page}`]({public.page}.rst) | {_in_table(public.summary)} |" for public in group.names
    )
    tree = "\n".join(public.page for public in group.names)
    _put(
        folder / "reference" / f"{group.slug}.md",
        f"# {group.title}\n\n{group.lead}\n\n| name | what it does |\n| --- | --- |\n{rows}\n\n"
        f"```{{toctree}}\n:hidden:\n:maxdepth: 1\n\n{tree}\n```\n",
    )
    for public in group.names:
        _put(folder / "reference" / f"{public.page}.rst", _page(public))


def _in_table(summary: str) -> str:
    """A summary of a docstring as Markdown in a cell."""
    return summary.replace("``", "`").replace("|", "\\|")


def _page(public: Public) -> str:
    title = f"{public.page}\n{'=' * len(public.page)}\n"
    if public.is_error:
        return f"{title}\n.. autoexception:: analysis.{public.name}\n   :show-inheritance:\n"
    fragment = f"../fragments/{public.name}.html"
    result = f"\n.. rubric:: What the example gives\n\n.. raw:: html\n   :file: {fragment}\n"
    return (
        title + "\n" + _directive(public) + (result if not public.name.startswith(("series.Sel", "Quantity")) else "")
    )


def _directive(public: Public) -> str:
    thing: Any = public.thing
    if isinstance(thing, ModuleType):
        from numpydoc.docscrape import FunctionDoc
        from numpydoc.docscrape_sphinx import SphinxDocString

        call = type(thing).__call__
        signature = inspect.signature(call)
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
        told = str(SphinxDocString(str(FunctionDoc(call, doc=public.docstring)).split("\n\n", 1)[1]))
        body = "\n".join(f"   {line}".rstrip() for line in told.splitlines())
        return f".. py:function:: analysis.{public.name}{signature}\n\n{body}\n"
    if inspect.isclass(thing):
        return f".. autoclass:: analysis.{public.name}\n   :members:\n"
    return f".. autofunction:: analysis.{public.name}\n"


# The gallery --------------------------------------------------------------------------------------------------------


def _gallery_index(folder: Path, shown_groups: list[Group], made: dict[str, examples.Example]) -> None:
    charts = [group for group in shown_groups if group.title == "Charts"]
    cards = "".join(
        f'<a class="card-of-gallery" href="charts.html#{_anchor(public)}"><code>{public.page}</code>'
        f"{shown.thumbnail(made[public.name].result)}</a>"
        for group in charts
        for public in group.names
        if public.name not in ("chart.draw", "chart.Chart")
    )
    _put(folder / "fragments" / "gallery.html", f'<div class="cards-of-gallery">{cards}</div>\n')
    listed = "\n".join(
        f"- **[{group.title}]({group.slug}.md)**: "
        + ", ".join(f"[{public.name.rpartition('.')[2]}]({group.slug}.md#{_anchor(public)})" for public in group.names)
        for group in shown_groups
        if group not in charts
    )
    tree = "\n".join(group.slug for group in [*charts, *(one for one in shown_groups if one not in charts)])
    _put(
        folder / "gallery" / "index.md",
        "# Gallery\n\nEvery kind of chart and every public statistic, with the code that makes it. The code is that of "
        "the reference; it ran on the shipped data when this site was built.\n\n## Charts\n\n"
        "```{raw} html\n:file: ../fragments/gallery.html\n```\n\n"
        f"## Statistics and tables\n\n{listed}\n\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n",
    )


def _gallery(folder: Path, group: Group, made: dict[str, examples.Example]) -> None:
    parts = [f"# {group.title}\n\n{group.lead}\n"]
    for public in group.names:
        one = made[public.name]
        parts.append(
            f"({_anchor(public)})=\n\n## {public.page}\n\n{_in_table(public.summary)} "
            f"[Reference](../reference/{public.page}.rst).\n"
        )
        parts.append(f"```python\n{_code(one.code)}```\n")
        if isinstance(one.result, Chart) or (folder / "fragments" / f"{public.name}.html").read_text("utf-8").strip():
            parts.append(f"```{{raw}} html\n:file: ../fragments/{public.name}.html\n```\n")
        else:
            parts.append(f"```text\n{one.printed}```\n")
    _put(folder / "gallery" / f"{group.slug}.md", "\n".join(parts))


def _code(code: str) -> str:
    """The code with the import that every notebook begins with."""
    return code if "import analysis as ex" in code else f"import analysis as ex\n\n{code}"


def _anchor(public: Public) -> str:
    # Anchors know no capitals: ex.quantity and ex.Quantity differ by a word.
    kind = "-class" if inspect.isclass(public.thing) else ""
    return f"gallery-{public.name.replace('.', '-').lower()}{kind}"
