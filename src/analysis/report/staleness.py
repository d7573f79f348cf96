"""What in a report must be rebuilt: every input is compared with the manifest of the former report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BuildError
from . import manifest
from .table_for_outsiders import FILES as DATASET

if TYPE_CHECKING:
    from .inputs import Inputs
    from .manifest import Manifest

#: The page of sources and, with it, the pages of the surveys.
SOURCES = "sources"
#: Pages made from the data by a function of :mod:`analysis.report.surveys`, and the files that it writes.
WRITTEN = {
    SOURCES: ("write_sources", ("sources.json",)),
    "claims": ("write_claims", ("claims.json",)),
    "corrections": ("write_corrections", ("corrections.json",)),
    "data": ("write_data", tuple(f"data/{name}" for name in DATASET)),
    "front": ("write_front", ("front.json",)),
    "explorer": ("write_explorer", ("explorer.html",)),
}
#: How the names of the surveys' pages begin.
SURVEY = "surveys/"
_NEW = ("was not built before",)


@dataclass(frozen=True)
class Plan:
    """Why each page must be made."""

    reasons: Mapping[str, tuple[str, ...]]
    """For each page that is known now, why it must be made; nothing means that it need not."""
    work: bool
    """Whether anything must be done at all."""

    @property
    def surveys(self) -> list[str]:
        """The pages of surveys that the former report has."""
        return [name for name in self.reasons if name.startswith(SURVEY)]

    def stale(self, name: str) -> bool:
        """Whether a page must be made."""
        return bool(self.reasons.get(name, _NEW))

    def why(self, name: str) -> tuple[str, ...]:
        """Why a page must be made."""
        return self.reasons.get(name, _NEW)


def plan(inputs: Inputs, former: Manifest | None, out: Path, force: bool) -> Plan:
    """Compare the inputs with the manifest of the former report, and that with what lies in its folder.

    Raises
    ------
    BuildError
        If the folder holds files that no build made, and that would be lost.
    """
    names = [*inputs.notebooks, *WRITTEN]
    if former is None:
        return Plan(dict.fromkeys(names, _NEW), True)
    pages = {page["name"]: page for page in former["pages"]}
    damaged = manifest.differences(out, former)
    added = [name for name, status in damaged.items() if status == "added"]
    if added and not force:
        raise BuildError(
            f"holds {len(added)} file(s) that no build made ({', '.join(added[:3])}), which would be lost",
            remedy="move them away, or build with --force",
            file=str(out),
        )
    common = _common(inputs, former, force)
    now = inputs.hashes(set(former["inputs"]))
    reasons: dict[str, tuple[str, ...]] = {}
    for name in [*names, *(name for name in pages if name.startswith(SURVEY))]:
        if name not in pages:
            reasons[name] = _NEW
            continue
        page, found = pages[name], list(common)
        if name in inputs.notebooks and inputs.notebook(name) not in page["inputs"]:
            found.append(f"{inputs.notebook(name)} takes the place of another notebook")
        elif name in inputs.notebooks and inputs.files(name) - set(page["inputs"]):
            found.append(f"texts of {name}.ipynb in this language are new")
        found += [
            _change(used, former["inputs"][used], now[used])
            for used in page["inputs"]
            if now[used] != former["inputs"][used]
        ]
        found += [f"read {other}, which is not among its inputs" for other in page.get("elsewhere", [])]
        found += [
            f"output {made} is {'gone' if damaged[made] == 'missing' else 'changed by another hand'}"
            for made in page["outputs"]
            if made in damaged
        ]
        reasons[name] = tuple(found)
    gone = [name for name in pages if name not in reasons]
    others = former["parameters"].get("documents", {}) != inputs.documents
    return Plan(reasons, bool(damaged or gone or others or any(reasons.values())))


def _common(inputs: Inputs, former: Manifest, force: bool) -> list[str]:
    """Why every page must be made."""
    found = ["was asked for (--force)"] if force else []
    if former["parameters"]["lang"] != inputs.lang:
        found.append(f"language {former['parameters']['lang']}, now {inputs.lang}")
    if former["parameters"].get("replaced", []) != inputs.replaced_data:
        found.append("other parts of the shipped data are replaced")
    if former["parameters"].get("withheld_below") != inputs.withheld_below:
        found.append("other small counts are withheld")
    if (old := former.get("processor")) != inputs.processor:
        found.append(f"computed by the instructions of {old or 'an unknown processor'}, now {inputs.processor}")
    for what, before, now in (
        ("code", former["code"], inputs.code),
        ("version of", former["versions"], inputs.versions),
    ):
        found += [
            _change(f"{what} {name}", before.get(name), now.get(name))
            for name in sorted(set(before) | set(now))
            if before.get(name) != now.get(name)
        ]
    return found


def _change(what: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{what} is new"
    if new is None:
        return f"{what} is gone"
    return f"{what} changed" if len(old) == 64 else f"{what}: {old}, now {new}"


def code_of(notebook: dict[str, Any]) -> str:
    """The code of a notebook's cells, one below the other."""
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def needed_by_several(notebooks: Iterable[dict[str, Any]], written: Collection[str], surveys: bool) -> list[str]:
    """What at least two processes would each load, and the warm process therefore loads once.

    A wrong guess costs time and changes nothing: a process loads by itself what it lacks.
    """
    codes = [code_of(notebook) for notebook in notebooks]

    def using(*words: str) -> int:
        return sum(any(word in code for word in words) for code in codes)

    processes = {
        "charts": using("chart", "matplotlib"),
        "data": len(codes) + len(written) + surveys,
        "claims": using("claim") + ("claims" in written) + surveys,
        "statistics": using("statistics"),
    }
    return [name for name, count in processes.items() if count >= 2]
