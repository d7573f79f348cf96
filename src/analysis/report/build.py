"""From notebooks to a site: execute what changed, draw the pages, and replace the former ones.

A build is one line of steps. It compares every input with the manifest of the former report;
executes the notebooks that read a changed one; renders the pages from what they left (executed
notebooks, bundles of charts and tables, one JSON file for each survey); writes the manifest; and puts the
new folder in place of the old by one rename. Until then the former report is not touched.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .. import __version__
from ..datafolder import data_folders, read_text
from ..errors import BuildError
from ..writing import write_bytes
from . import manifest
from .files_left import refuse_identifying_files
from .inputs import Inputs, Material
from .limits import Limits
from .manifest import Manifest, sha256
from .outputs import refuse_identifying_outputs
from .site_folder import building, former_report, set_aside, site_folder, swap, working_folder
from .staleness import SOURCES, SURVEY, WRITTEN, Plan, code_of, needed_by_several, plan

if TYPE_CHECKING:
    from .kernels import Kernels
    from .touched import Touched

Say = Callable[[str], None]
_ADDRESS = re.compile(r"https?://[^\s\",}]+")


class Documents(Protocol):
    """Files that are made of a site when it is done, and that its manifest seals; the layer above makes them."""

    @property
    def told(self) -> dict[str, Any]:
        """What the manifest says about how they were asked for."""

    def make(self, site: Path) -> dict[str, bytes]:
        """The files by their names, from a site that lacks its manifest only."""


Advance = Callable[[int, int], None]


@dataclass(frozen=True)
class Page:
    """The outcome for one page."""

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


@dataclass(frozen=True)
class Work:
    """How notebooks are executed."""

    jobs: int | None = None
    """How many at once; default: one a core, at most two."""
    warm: bool = True
    """Whether kernels are forked from a warm process; see :class:`~analysis.report.kernels.Kernels`."""
    limits: Limits = field(default_factory=Limits)
    """What each may take."""

    @property
    def at_once(self) -> int:
        """Notebooks executed at once."""
        return self.jobs or min(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Telling:
    """Who is told what while a report is built."""

    progress: Say = lambda message: None
    """Called with a line of text for each page that is done."""
    advance: Advance = lambda done, total: None
    """Called with how many pages are done, and how many there are."""
    explain: bool = False
    """Whether every reason is told for which a page is rebuilt, not only the first."""


def build(
    out: Path | str,
    material: Material | None = None,
    *,
    force: bool = False,
    work: Work | None = None,
    telling: Telling | None = None,
    documents: Documents | None = None,
) -> Result:
    """Execute notebooks and build the site; only what changed is executed again.

    Parameters
    ----------
    out
        The folder of the site. It is replaced as a whole; a folder that holds anything else is refused.
    material
        What the report is made of; default: the notebooks shipped with the package, and the data in use.
    force
        Rebuild every page.
    work
        How notebooks are executed.
    telling
        Who is told what meanwhile; default: nobody.
    documents
        What else is made of the site, into its folder ``documents``.

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
    work, telling = work or Work(), telling or Telling()
    say = telling.progress
    inputs = Inputs.gather(material or Material(), documents=documents.told if documents else {})
    for name in inputs.taken:
        say(f"note: yours in place of the shipped one: {name}.ipynb")
    for name, texts in inputs.untold.items():
        say(
            f"note: texts/{name}.toml translates what {name}.ipynb does not say: {texts[0][:80]!r}; "
            "translate the text again"
        )
    out = site_folder(Path(out))
    former, damage = former_report(out)
    if damage:
        say(f"the former report is set aside when the new one is done: {damage}")
    planned = plan(inputs, former, out, force)
    told = _Told(telling, inputs.pages)
    if former is not None and not planned.work:
        _clear_what_a_killed_build_left(out)
        for name in planned.reasons:
            told.done(name, (), 0.0)
        return Result(out, tuple(told.pages.values()), time.perf_counter() - started)
    with _telling_why_not(say, former, out), building(out) as site:
        making = _Making(site, out, inputs, former, planned, told, documents)
        making.make(work)
        if damage:
            say(f"the former report is now {set_aside(out).name}")
        swap(site, out)
    return Result(out, tuple(told.pages[name] for name in making.order()), time.perf_counter() - started)


def execute(
    site: Path,
    notebooks: Sequence[Path],
    *,
    lang: str = "en",
    data: Path | str | None = None,
    withheld_below: int | None = None,
    advance: Advance | None = None,
    limits: Limits | None = None,
) -> None:
    """Execute notebooks and leave in a folder what a site has of them and of the sources, but no pages.

    Parameters
    ----------
    site
        An empty folder.
    notebooks
        Files of one folder, in which they are executed.
    lang, data, withheld_below
        As in a report's :class:`~analysis.report.inputs.Material`.
    advance
        Called with how many are done, and how many there are.
    limits
        What a notebook may take.

    Raises
    ------
    BuildError
        If a notebook fails, or is not there.
    IdentifierError
        If a notebook puts out anything identifying.
    """
    material = Material(notebooks[0].parent, data=data, lang=lang, withheld_below=withheld_below)
    inputs = Inputs.gather(material, only=[path.name for path in notebooks])
    told = _Told(Telling(advance=advance) if advance else Telling(), len(notebooks) + 1)
    everything = Plan(dict.fromkeys([*inputs.notebooks, SOURCES], ("is asked for",)), True)
    making = _Making(site, site, inputs, None, everything, told)
    making.make_notebooks(Work(limits=limits or Limits()))


@dataclass
class _Told:
    """The pages that are done, and what is said about each."""

    telling: Telling
    total: int
    pages: dict[str, Page] = field(default_factory=dict)

    def done(self, name: str, reasons: tuple[str, ...], seconds: float) -> None:
        """Tell that a page is done."""
        page = self.pages[name] = Page(name, "rebuilt" if reasons else "fresh", reasons, seconds)
        self.telling.progress(self._line(page))
        self.telling.advance(len(self.pages), self.total)

    def _line(self, page: Page) -> str:
        took = f"{page.seconds:.1f} s" if page.seconds else ""
        why = "same inputs" if page.status == "fresh" else page.reasons[0]
        if len(page.reasons) > 1 and not self.telling.explain:
            why += f" (and {len(page.reasons) - 1} more: --explain)"
        line = f"{page.name:<28} {page.status:<8} {took:>6}  {why}"
        if self.telling.explain:
            line += "".join(f"\n{'':<46}{reason}" for reason in page.reasons[1:])
        return line.rstrip()


def _clear_what_a_killed_build_left(out: Path) -> None:
    """Remove the folder of a build that was killed at its very end, unless another one is at work in it."""
    if working_folder(out).exists():
        with suppress(BuildError, OSError), building(out):
            pass


@contextmanager
def _telling_why_not(say: Say, former: Manifest | None, out: Path) -> Iterator[None]:
    """Say what became of the former report when a build does not come to its end."""
    left = "nothing was written" if former is None else "the former report is untouched"
    try:
        yield
    except KeyboardInterrupt:
        say(f"interrupted; {left}")
        raise
    except OSError as error:
        raise BuildError(
            f"cannot be written ({error.strerror or error})",
            remedy=f"{left}. Free space or permissions there, or choose another folder with --out",
            file=str(error.filename or out),
        ) from None


# ---- making it -----------------------------------------------------------------------------------------


@dataclass
class _Making:
    """A report on its way: what the former one lends, what kernels make, and what is written at the end."""

    site: Path
    out: Path
    inputs: Inputs
    former: Manifest | None
    plan: Plan
    told: _Told
    documents: Documents | None = None
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The pages as the manifest will name them."""

    def make(self, work: Work) -> None:
        """Make the whole site in its working folder."""
        before = self.inputs.everything()
        stale = [name for name in self.inputs.notebooks if self.plan.stale(name)]
        written = [name for name in WRITTEN if self.plan.stale(name)]
        kept = self._keep()
        # A survey is new only if the list of surveys, which the page of sources reads, changed.
        surveys = self.plan.stale(SOURCES) or any(map(self.plan.stale, self.plan.surveys))
        self._run(stale, written, surveys, work)
        for name in kept:
            self.told.done(name, (), 0.0)
        _refuse_identifiers(self.site, stale)
        self._finish(before)

    def make_notebooks(self, work: Work) -> None:
        """Make only what notebooks and sources leave, and none of the pages."""
        self._run(list(self.inputs.notebooks), [SOURCES], False, work)
        _refuse_identifiers(self.site, list(self.inputs.notebooks))

    def order(self) -> list[str]:
        """The names of the pages in the order of the site."""
        return [*self.inputs.notebooks, *WRITTEN, *sorted(name for name in self.entries if name.startswith(SURVEY))]

    def _keep(self) -> list[str]:
        """Take over what is fresh from the former report; the pages made from the data are told of later."""
        kept = []
        for page in self.former["pages"] if self.former else ():
            name = page["name"]
            if name not in self.plan.reasons or self.plan.stale(name):
                continue
            for made in page["outputs"]:
                target = self.site / made
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.out / made, target)
            self.entries[name] = page
            if name in self.inputs.notebooks:
                self.told.done(name, (), 0.0)
            else:
                kept.append(name)
        return kept

    def _run(self, stale: list[str], written: list[str], surveys: bool, work: Work) -> None:
        """Make what is not fresh in kernels, several at once; the first error ends all."""
        from . import pages
        from .kernels import Kernels

        count = len(stale) + len(written) + surveys
        with (
            Kernels(
                self.inputs.environment,
                watched=self.inputs.roots,
                warm=work.warm and count > 0,
                limits=work.limits,
                needed=needed_by_several([self.inputs.notebooks[name] for name in stale], written, surveys),
                light_first=surveys,
                say=self.told.telling.progress,
            ) as kernels,
            ThreadPoolExecutor(min(max(count, 1), work.at_once)) as pool,
        ):
            futures: list[Future[None]] = [pool.submit(self._surveys, kernels)] if surveys else []
            # The longest first, so that the cores are busy to the end; a notebook's code tells how long it may take.
            longest = sorted(stale, key=lambda name: -len(code_of(self.inputs.notebooks[name])))
            futures += [pool.submit(self._notebook, kernels, name) for name in longest]
            futures += [pool.submit(self._written, kernels, name) for name in written]
            try:
                pages.templates()  # what the pages need is made ready while the kernels run
                wait(futures, return_when=FIRST_EXCEPTION)
                for future in futures:
                    if future.done():
                        future.result()
            except BaseException:
                for future in futures:
                    future.cancel()
                kernels.close()
                raise

    def _notebook(self, kernels: Kernels, name: str) -> None:
        """Execute one notebook; leave it and its bundles in the site."""
        from .pages import publish

        begun = time.perf_counter()
        bundles = self.site / "figures" / name
        bundles.mkdir(parents=True)
        executed, touched = kernels.run(
            self.inputs.notebooks[name],
            f"{name}.ipynb",
            folder=self.inputs.roots[self.inputs.homes[name]],
            environment={"EXPOSURE_BUNDLES": str(bundles)},
        )
        for number, text in publish(executed):
            self.told.telling.progress(f"{name}, cell {number} writes to standard error: {text}")
        path = self.site / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(executed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        with suppress(OSError):
            bundles.rmdir()  # if nothing was saved
        made = [f"notebooks/{name}.ipynb", *(f"figures/{name}/{file}" for file in manifest.files(bundles))]
        self._enter(name, {*self.inputs.files(name), *touched.read}, made, touched)
        self.told.done(name, self.plan.why(name), time.perf_counter() - begun)

    def _written(self, kernels: Kernels, name: str) -> None:
        """Make a page from the data."""
        begun = time.perf_counter()
        function, made = WRITTEN[name]
        touched = self._call(kernels, function)
        self._enter(name, touched.read, list(made), touched)
        self.told.done(name, self.plan.why(name), time.perf_counter() - begun)

    def _surveys(self, kernels: Kernels) -> None:
        """Write the data of the surveys' pages, but for those kept."""
        begun = time.perf_counter()
        kept = [name.removeprefix(SURVEY) for name in self.plan.surveys if not self.plan.stale(name)]
        touched = self._call(kernels, "write", kept)
        made = [path for path in sorted((self.site / "surveys").glob("*.json")) if path.stem not in kept]
        for path in made:
            # Of surveys that are not related, a page reads what they are and their sources, not their figures.
            related = json.loads(path.read_text("utf-8"))["related"]
            own = [
                read
                for read in touched.read
                if not read.endswith(("/figures.csv", "/claims.csv")) or read.split("/")[-2] in related
            ]
            self._enter(f"{SURVEY}{path.stem}", own, [f"{SURVEY}{path.name}"], touched)
        for path in made:
            name = f"{SURVEY}{path.stem}"
            self.told.done(name, self.plan.why(name), (time.perf_counter() - begun) / len(made))

    def _call(self, kernels: Kernels, function: str, *arguments: object) -> Touched:
        environment = {"EXPOSURE_BUNDLES": str(self.site)}
        name = "the pages made from the data"
        return kernels.call(function, *arguments, name=name, folder=self.site, environment=environment)

    def _enter(self, name: str, read: set[str] | list[str], made: list[str], touched: Touched) -> None:
        """Note a page for the manifest, and say what of it a reader should know."""
        if self.inputs.withheld_below:
            looked_at = [file for one in self.inputs.notebooks for file in self.inputs.files(one)]
            _refuse_other_data(name, set(read), looked_at, touched)
        entry: dict[str, Any] = {"name": name, "inputs": sorted(read), "outputs": made}
        if touched.elsewhere:
            entry["elsewhere"] = touched.elsewhere
            self.told.telling.progress(
                f"{name} read {', '.join(touched.elsewhere)}, not among its inputs, so it is rebuilt each time; "
                "put what it reads beside the notebook or into the data folder"
            )
        if touched.written:
            self.told.telling.progress(
                f"{name} writes into the data that the report is made from: {', '.join(touched.written)}; "
                "let it write elsewhere"
            )
        self.entries[name] = entry

    def _finish(self, before: dict[str, str | None]) -> None:
        """Render the pages, and write the manifest."""
        from . import pages

        with suppress(OSError):
            (self.site / "figures").rmdir()  # if no notebook saved anything
        order = self.order()
        used = {name for page in order for name in self.entries[page]["inputs"]}
        now = {name: before.get(name) or sha256(self.inputs.path(name)) for name in sorted(used)}
        pages.render(self.site, [self.entries[name] for name in order], self.inputs.lang, self.inputs.withheld_below)
        for name, made in (self.documents.make(self.site) if self.documents else {}).items():
            write_bytes(self.site / "documents" / name, made)
        content = {
            "title": pages.TITLE,
            "version": __version__,
            "data_version": json.loads((self.site / "sources.json").read_text("utf-8"))["version"],
            "parameters": self.inputs.parameters,
            "processor": self.inputs.processor,
            "pages": [self.entries[name] for name in order],
            "inputs": now,
            "code": self.inputs.code,
            "versions": self.inputs.versions,
        }
        manifest.write(self.site, content)


def _refuse_other_data(name: str, read: set[str], looked_at: Collection[str], touched: Touched) -> None:
    """Refuse a page of a release that was made of files that no rule of the release has looked at."""
    beside = [
        one
        for one in sorted(read - set(looked_at))
        if one.startswith(("notebooks/", "more/")) and not one.endswith((".py", "/"))
    ]
    if others := [*beside, *touched.elsewhere]:
        raise BuildError(
            f"reads {', '.join(others)}, in which nothing small was withheld",
            remedy="put these counts into a survey of your data folder, where a release protects them",
            file=f"{name}.ipynb",
        )


def _refuse_identifiers(site: Path, names: list[str]) -> None:
    """Refuse a notebook that shows or leaves anything identifying; the addresses of publications may be shown."""
    publications = _publications(site)
    for name in names:
        executed = json.loads((site / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
        refuse_identifying_outputs(executed, f"{name}.ipynb", publications)
        refuse_identifying_files(site / "figures" / name, f"{name}.ipynb", publications)


def _publications(site: Path) -> set[str]:
    """The addresses that the sources of surveys and series have."""
    listed = json.loads((site / "sources.json").read_text("utf-8"))["surveys"]
    of_series = [
        path
        for folder in data_folders()
        for form in ("*.csv", "*/series.toml")
        for path in folder.glob(f"series/{form}")
    ]
    return {source["url"] for survey in listed for source in survey["sources"] if source["url"]}.union(
        *(_ADDRESS.findall(read_text(path)) for path in of_series)
    )
