"""From notebooks to a site: execute what changed, draw the pages, put them in place of the former ones.

A build is one line of steps. It compares every input with the manifest of the former report;
executes the notebooks that read a changed one; renders the pages from what they left (executed
notebooks, bundles of charts and tables, one JSON file for each survey); writes the manifest; and puts the
new folder in place of the old by one rename. Until then the former report is not touched.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..errors import BuildError
from . import manifest
from .inputs import Inputs
from .limits import Limits
from .manifest import sha256
from .outputs import refuse_identifying_outputs
from .site_folder import building, former_report, set_aside, site_folder, swap, working_folder

#: The page of sources and, with it, the pages of the surveys.
SOURCES = "sources"
EXPLORER = "explorer"
#: Pages made from the data by a function of :mod:`analysis.report.surveys`, and the file that it writes.
_WRITTEN = {SOURCES: ("write_sources()", "sources.json"), EXPLORER: ("write_explorer()", "explorer.html")}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Page:
    """What became of one page."""

    name: str
    status: str
    """``fresh`` or ``rebuilt``."""
    reasons: tuple[str, ...]
    """Why it was rebuilt; empty if it was fresh."""
    seconds: float


@dataclass(frozen=True)
class Result:
    """A built report: its folder, its pages, and how long it took."""

    out: Path
    pages: tuple[Page, ...]
    seconds: float

    @property
    def index(self) -> Path:
        """The first page of the site."""
        return self.out / "index.html"


def build(
    out: Path | str,
    notebooks: Path | str | None = None,
    *,
    more: Path | str | None = None,
    data: Path | str | None = None,
    lang: str = "en",
    jobs: int | None = None,
    force: bool = False,
    explain: bool = False,
    progress: Say | None = None,
    advance: Callable[[int, int], None] | None = None,
    warm: bool = True,
    limits: Limits | None = None,
    withheld_below: int | None = None,
) -> Result:
    """Execute notebooks and build the site; only what changed is executed again.

    Parameters
    ----------
    out
        The folder of the site. It is replaced as a whole; a folder that holds anything else is refused.
    notebooks
        A folder of ``.ipynb`` files, each a page; default: those shipped with the package, but for its templates
        (``00_…``).
    more
        A folder of further notebooks, pages of the same site; one that has the name of another takes its place.
    data
        A data folder that stands alone; default: the data in use.
    lang
        The language of the site's own words, of charts and tables: ``en``, ``es``, ``de`` or ``fr``.
    jobs
        Notebooks executed at once; default: one a core, at most two.
    force
        Rebuild every page.
    explain
        Say every reason for which a page is rebuilt, not only the first.
    progress
        Called with a line of text for each page that is done.
    advance
        Called with how many pages are done, and how many there are.
    warm, limits
        See :class:`~analysis.report.kernels.Kernels`.
    withheld_below
        To be told in the report: counts below were withheld of one's own data, as
        :func:`~analysis.report.release.for_release` does.

    Raises
    ------
    BuildError
        If a notebook fails (``file``, ``cell``, ``source``, ``traceback`` say where), or the folder cannot be
        written. The former report is untouched.
    DataError
        If the language, the data folder or the notebooks cannot be used.
    IdentifierError
        If a notebook puts out anything identifying (``file``, ``cell``, ``rule``). The former report is untouched.
    """
    started = time.perf_counter()
    say = progress or (lambda message: None)
    inputs = Inputs.gather(notebooks, more, data, lang, withheld_below)
    for name in inputs.taken:
        say(f"note: yours in place of the shipped one: {name}.ipynb")
    out = site_folder(Path(out))
    former, damage = former_report(out)
    if damage:
        say(f"the former report is set aside when the new one is done: {damage}")
    plan = _plan(inputs, former, out, force)
    if former is not None and not plan.work:
        if working_folder(out).exists():
            # A build killed at its very end left its folder; unless another one is at work in it, it goes.
            with suppress(BuildError, OSError), building(out):
                pass
        pages = [Page(name, "fresh", (), 0.0) for name in plan.reasons]
        for page in pages:
            say(_line(page, explain))
        return Result(out, tuple(pages), time.perf_counter() - started)
    try:
        with building(out) as site:
            pages = _make(
                site,
                out,
                inputs,
                former,
                plan,
                say,
                advance or (lambda done, total: None),
                explain,
                jobs,
                warm,
                limits or Limits(),
            )
            if damage:
                say(f"the former report is now {set_aside(out).name}")
            swap(site, out)
    except KeyboardInterrupt:
        say(f"interrupted; {_untouched(former)}")
        raise
    except OSError as error:
        where = str(error.filename or out)
        raise BuildError(
            f"cannot be written ({error.strerror or error}); {_untouched(former)}. "
            "Free space or permissions there, or choose another folder with --out.",
            file=where,
        ) from None
    return Result(out, tuple(pages), time.perf_counter() - started)


def _untouched(former: dict | None) -> str:
    return "nothing was written" if former is None else "the former report is untouched"


def _line(page: Page, explain: bool) -> str:
    took = f"{page.seconds:.1f} s" if page.seconds else ""
    why = "same inputs" if page.status == "fresh" else page.reasons[0]
    if len(page.reasons) > 1 and not explain:
        why += f" (and {len(page.reasons) - 1} more: --explain)"
    line = f"{page.name:<28} {page.status:<8} {took:>6}  {why}"
    if explain:
        line += "".join(f"\n{'':<46}{reason}" for reason in page.reasons[1:])
    return line.rstrip()


# ---- what changed --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    reasons: dict[str, tuple[str, ...]]
    """For each page that is known now, why it must be executed; nothing means that it need not."""
    work: bool
    """Whether anything must be done at all."""


def _plan(inputs: Inputs, former: dict | None, out: Path, force: bool) -> _Plan:
    names = [*inputs.notebooks, *_WRITTEN]
    if former is None:
        return _Plan(dict.fromkeys(names, ("was not built before",)), True)
    pages = {page["name"]: page for page in former["pages"]}
    damaged = manifest.differences(out, former)
    added = [name for name, status in damaged.items() if status == "added"]
    if added and not force:
        raise BuildError(
            f"holds {len(added)} file(s) that no build made ({', '.join(added[:3])}), which would be lost; "
            "move them away, or build with --force.",
            file=str(out),
        )
    common = _common_reasons(inputs, former, force)
    now = inputs.hashes(set(former["inputs"]))
    names += [name for name in pages if name.startswith("surveys/")]
    reasons = {}
    for name in names:
        if name not in pages:
            reasons[name] = ("was not built before",)
            continue
        found = list(common)
        if name in inputs.notebooks and inputs.notebook(name) not in pages[name]["inputs"]:
            found.append(f"{inputs.notebook(name)} takes the place of another notebook")
        for used in pages[name]["inputs"]:
            if now[used] != former["inputs"][used]:
                found.append(_change(used, former["inputs"][used], now[used]))
        found += [
            f"output {made} is {'gone' if damaged[made] == 'missing' else 'changed by another hand'}"
            for made in pages[name]["outputs"]
            if made in damaged
        ]
        reasons[name] = tuple(found)
    gone = [name for name in pages if name not in reasons]
    return _Plan(reasons, bool(damaged or gone or any(reasons.values())))


def _common_reasons(inputs: Inputs, former: dict, force: bool) -> list[str]:
    found = ["was asked for (--force)"] if force else []
    if former["parameters"]["lang"] != inputs.lang:
        found.append(f"language {former['parameters']['lang']}, now {inputs.lang}")
    if former["parameters"].get("replaced", []) != inputs.replaced_data:
        found.append("other parts of the shipped data are replaced")
    if former["parameters"].get("withheld_below") != inputs.withheld_below:
        found.append("other small counts are withheld")
    for what, old, new in (("code", former["code"], inputs.code), ("version of", former["versions"], inputs.versions)):
        for name in sorted(set(old) | set(new)):
            if old.get(name) != new.get(name):
                found.append(_change(f"{what} {name}", old.get(name), new.get(name)))
    return found


def _change(what: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{what} is new"
    if new is None:
        return f"{what} is gone"
    return f"{what} changed" if len(old) == 64 else f"{what}: {old}, now {new}"


# ---- making it -----------------------------------------------------------------------------------------


def _make(
    site: Path,
    out: Path,
    inputs: Inputs,
    former: dict | None,
    plan: _Plan,
    say: Say,
    advance: Callable[[int, int], None],
    explain: bool,
    jobs: int | None,
    warm: bool,
    limits: Limits,
) -> list[Page]:
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    from .kernels import Kernels

    before = inputs.everything()
    pages: dict[str, dict] = {page["name"]: page for page in former["pages"]} if former else {}
    outcome: dict[str, Page] = {}

    total = len(inputs.notebooks) + len(_WRITTEN) + inputs.surveys

    def done(name: str, reasons: tuple[str, ...], seconds: float) -> None:
        outcome[name] = Page(name, "rebuilt" if reasons else "fresh", reasons, seconds)
        say(_line(outcome[name], explain))
        advance(len(outcome), total)

    for name in inputs.notebooks:
        if not plan.reasons[name]:
            _keep(out, site, pages[name]["outputs"])
            done(name, (), 0.0)
    stale = [name for name in inputs.notebooks if plan.reasons[name]]
    known = {name: why for name, why in plan.reasons.items() if name.startswith("surveys/")}
    kept = [name for name, why in known.items() if not why]
    # A survey is new only if the list of surveys, which the page of sources reads, changed.
    survey_work = len(kept) < len(known) or bool(plan.reasons[SOURCES])
    to_write = [name for name in _WRITTEN if plan.reasons[name]]
    kept_pages = [*kept, *(name for name in _WRITTEN if name not in to_write)]
    for name in kept_pages:
        _keep(out, site, pages[name]["outputs"])

    count = len(stale) + survey_work + len(to_write)
    with (
        Kernels(
            inputs.environment,
            watched=inputs.roots,
            warm=warm and count > 0,
            limits=limits,
            light_first=survey_work,
            say=say,
        ) as kernels,
        ThreadPoolExecutor(min(max(count, 1), jobs or min(2, os.cpu_count() or 1))) as pool,
    ):

        def notebook(name: str) -> None:
            begun = time.perf_counter()
            pages[name] = _notebook(kernels, site, inputs, name, say)
            done(name, plan.reasons[name], time.perf_counter() - begun)

        def written(name: str) -> None:
            begun = time.perf_counter()
            call, file = _WRITTEN[name]
            pages[name] = {"name": name, "inputs": _run(kernels, site, call), "outputs": [file]}
            done(name, plan.reasons[name], time.perf_counter() - begun)

        def surveys() -> None:
            begun = time.perf_counter()
            made = _surveys(kernels, site, [name.partition("/")[2] for name in kept])
            for name in [name for name in known if name not in kept]:
                del pages[name]
            pages.update(made)
            for name in sorted(made):
                done(name, known.get(name, ("was not built before",)), (time.perf_counter() - begun) / len(made))

        # The longest first, so that the cores are busy to the end; a notebook's cells tell how long it may take.
        futures = [pool.submit(surveys)] if survey_work else []
        futures += [
            pool.submit(notebook, name)
            for name in sorted(stale, key=lambda name: -len(inputs.notebooks[name]["cells"]))
        ]
        futures += [pool.submit(written, name) for name in to_write]
        try:
            # What the pages need is made ready while the kernels run.
            from . import pages as rendering

            rendering.templates()
            wait(futures, return_when=FIRST_EXCEPTION)
            for future in futures:
                if future.done():
                    future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            kernels.close()
            raise
    for name in kept_pages:
        done(name, (), 0.0)
    _refuse_identifiers(site, stale)

    order = [*inputs.notebooks, *_WRITTEN, *sorted(name for name in pages if name.startswith("surveys/"))]
    used = {name for page in order for name in pages[page]["inputs"]}
    now = {name: before.get(name) or sha256(inputs.path(name)) for name in sorted(used)}
    rendering.render(site, [pages[name] for name in order], inputs.lang, inputs.withheld_below)
    manifest.write(
        site,
        {
            "title": rendering.TITLE,
            "version": __version__,
            "parameters": inputs.parameters,
            "pages": [pages[name] for name in order],
            "inputs": now,
            "code": inputs.code,
            "versions": inputs.versions,
        },
    )
    return [outcome[name] for name in order]


def _notebook(kernels, site: Path, inputs: Inputs, name: str, say: Say) -> dict:
    """Execute one notebook; leave it and its bundles in the site; return its entry in the manifest."""
    bundles = site / "figures" / name
    bundles.mkdir(parents=True)
    executed, reads = kernels.run(
        inputs.notebooks[name],
        f"{name}.ipynb",
        folder=inputs.roots[inputs.homes[name]],
        environment={"EXPOSURE_BUNDLES": str(bundles)},
    )
    from .pages import publish

    for number, text in publish(executed):
        say(f"{name}, cell {number} writes to standard error: {text}")
    path = site / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(executed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    with suppress(OSError):
        bundles.rmdir()  # if nothing was saved
    made = [f"notebooks/{name}.ipynb"]
    made += [f"figures/{name}/{file}" for file in manifest.files(bundles)]
    return {"name": name, "inputs": sorted({inputs.notebook(name), *reads}), "outputs": made}


def _refuse_identifiers(site: Path, names: list[str]) -> None:
    """Refuse a notebook whose outputs show anything identifying; addresses of the sources' publications may be shown."""
    listed = json.loads((site / "sources.json").read_text("utf-8"))["surveys"]
    publications = {source["url"] for survey in listed for source in survey["sources"] if source["url"]}
    for name in names:
        executed = json.loads((site / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
        refuse_identifying_outputs(executed, f"{name}.ipynb", publications)


def _run(kernels, site: Path, call: str) -> list[str]:
    """Call a function of :mod:`analysis.report.surveys` in a kernel; return what it read."""
    cell = {"cell_type": "code", "metadata": {}, "source": f"from analysis.report import surveys\nsurveys.{call}"}
    name, environment = "the pages made from the data", {"EXPOSURE_BUNDLES": str(site)}
    return kernels.run({"cells": [cell]}, name, folder=site, environment=environment, light=True)[1]


def _surveys(kernels, site: Path, kept: list[str]) -> dict[str, dict]:
    """Write the data of the surveys' pages, but for those kept; return their entries in the manifest."""
    reads = _run(kernels, site, f"write({kept!r})")
    found = {}
    for path in sorted((site / "surveys").glob("*.json")):
        if path.stem in kept:
            continue
        # Of surveys that are not related, a page reads what they are and their sources, not their figures.
        related = json.loads(path.read_text("utf-8"))["related"]
        own = [
            read
            for read in reads
            if not read.endswith(("/figures.csv", "/claims.csv")) or read.split("/")[-2] in related
        ]
        found[f"surveys/{path.stem}"] = {
            "name": f"surveys/{path.stem}",
            "inputs": own,
            "outputs": [f"surveys/{path.name}"],
        }
    return found


def _keep(out: Path, site: Path, names: list[str]) -> None:
    for name in names:
        target = site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(out / name, target)
