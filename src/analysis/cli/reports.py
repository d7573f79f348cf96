"""Building the report and verifying it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ExposureError
from .application import Format, Lang, Language, Shown, app, is_verbose, progress_bar, say, show

if TYPE_CHECKING:
    from ..documents.making import Wanted

More = Annotated[
    Path | None,
    typer.Option(
        "--notebooks", help="A folder of your own notebooks, built beside the shipped ones.", show_default=False
    ),
]
Instead = Annotated[
    Path | None,
    typer.Option("--notebooks-only", help="A folder of notebooks instead of the shipped ones.", show_default=False),
]
Release = Annotated[
    bool,
    typer.Option(
        "--release", help="Withhold the small counts of your own surveys, and log beside the report what and why."
    ),
]
Pdf = Annotated[Path | None, typer.Option("--pdf", help="Write the report as a tagged PDF too.", show_default=False)]
Docx = Annotated[Path | None, typer.Option("--docx", help="Write the report as a DOCX too.", show_default=False)]
OnlyPages = Annotated[
    list[str] | None, typer.Option("--pages", help="With --pdf, --docx: only this page (02, claims; repeatable).")
]
Fonts = Annotated[
    list[Path] | None, typer.Option("--fonts", help="With --pdf: a folder of further fonts (repeatable).")
]


def _either(notebooks: Path | None, notebooks_only: Path | None) -> None:
    if notebooks is not None and notebooks_only is not None:
        raise typer.BadParameter(
            "give --notebooks (beside those shipped) or --notebooks-only (in place of them), not both."
        )


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="The folder of the site.")] = Path("report"),
    lang: Lang = Language.en,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="Notebooks run at once.", show_default="one per core")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Rebuild every page.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say which input of each page changed.")] = False,
    notebooks: More = None,
    notebooks_only: Instead = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, help="Longest time for a cell, in seconds.")
    ] = 300,
    memory_limit: Annotated[
        float, typer.Option("--memory-limit", min=0.5, help="Most memory for a notebook, in GB.")
    ] = 4,
    release: Release = False,
    threshold: Annotated[
        int, typer.Option("--threshold", min=2, help="With --release: counts below are withheld.")
    ] = 3,
    output_limit: Annotated[
        float,
        typer.Option("--output-limit", min=1, help="Largest output of a notebook, or of one of its files, in MB."),
    ] = 50,
    pdf: Pdf = None,
    docx: Docx = None,
    pages: OnlyPages = None,
    fonts: Fonts = None,
) -> None:
    """Execute the notebooks, without a network and within limits, and build the site; only what changed is rebuilt."""
    from ..report.build import Telling, Work, build
    from ..report.inputs import Material
    from ..report.limits import Limits
    from ..report.manifest import digest
    from ..writing import write_bytes

    _either(notebooks, notebooks_only)
    limits = Limits(time_limit, memory_limit * 1e9, output_limit * 1e6)
    files = {kind: file for kind, file in ((".pdf", pdf), (".docx", docx)) if file is not None}
    wanted = _wanted(files, pages or [], fonts or [], lang.value, threshold if release else None)
    with (
        _released(out, threshold, notebooks_only or notebooks) if release else nullcontext(),
        progress_bar("building") as advance,
    ):
        result = build(
            out,
            Material(notebooks_only, notebooks, lang=lang.value, withheld_below=threshold if release else None),
            force=force,
            work=Work(jobs, limits=limits),
            telling=Telling(say, advance, explain or is_verbose()),
            documents=wanted,
        )
    for kind, file in files.items():
        say(f"{write_bytes(file, (result.out / 'documents' / f'report{kind}').read_bytes())} written")
    say(f"the manifest's SHA-256 is {digest(result.out)}; publish it beside the report, for `exposure verify --sha256`")
    typer.echo(result.index)


def _wanted(
    files: dict[str, Path], pages: list[str], fonts: list[Path], lang: str, withheld_below: int | None
) -> "Wanted | None":
    """The documents to be made with the report, none where no file is named."""
    if not files:
        if pages or fonts:
            raise typer.BadParameter("--pages and --fonts go with --pdf or --docx.")
        return None
    from ..documents.making import Wanted, kind_of

    for kind, file in files.items():
        if kind_of(file) != kind:
            raise typer.BadParameter(f"{file} does not end in {kind}.")
    return Wanted.of({"kinds": list(files), "pages": pages}, lang, withheld_below, fonts)


@contextmanager
def _released(out: Path, threshold: int, notebooks: Path | None) -> Iterator[None]:
    """Withhold what a release must not tell, and write the log beside the report: it is not a part of it."""
    from ..report.release import LEFT_OUT, for_release
    from ..writing import write_table

    with for_release(threshold, notebooks) as withheld:
        yield
        log = write_table(withheld, out.with_name(f"{out.name}-withheld.csv"))
        left_out = int((withheld["status"] == LEFT_OUT).sum())
        more = f", {left_out} text(s) or series left out" if left_out else ""
        say(
            f"{len(withheld) - left_out} figure(s) of your own withheld{more}; {log} says which and why, and "
            "is not for "
            "publication"
        )


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A built report.")],
    sha256: Annotated[
        str | None, typer.Option("--sha256", help="The manifest's SHA-256 as published.", show_default=False)
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Also rebuild the report elsewhere from the sources at hand, and compare.")
    ] = False,
    notebooks: More = None,
    notebooks_only: Instead = None,
    shown: Shown = Format.text,
) -> None:
    """Check a built report against its manifest; nothing in it is executed."""
    from ..report.manifest import digest, verify

    _either(notebooks, notebooks_only)
    differing = verify(folder, published=sha256)
    if shown is not Format.text:
        show(differing, shown)
    else:
        for row in differing.itertuples():
            typer.echo(f"{row.status}: {row.file}" + (f" (now {row.now})" if row.now else ""))
    if len(differing):
        raise ExposureError(
            f"{len(differing)} file(s) differ from the manifest", remedy="build the report again", file=str(folder)
        )
    say(f"every file is as the manifest says; the manifest's SHA-256 is {digest(folder)}")
    if rebuild:
        _compare_with_sources(folder, notebooks, notebooks_only)


def _compare_with_sources(folder: Path, notebooks: Path | None, notebooks_only: Path | None) -> None:
    from ..report.manifest import read
    from ..report.reproduction import SAME, rebuild, verdict

    asked = read(folder)["parameters"]
    documents = None
    if told := asked.get("documents"):
        from ..documents.making import Wanted

        documents = Wanted.of(told, asked["lang"], asked.get("withheld_below"))
    found = rebuild(folder, notebooks_only, more=notebooks, progress=say, documents=documents)
    for row in found[found["part"].isin(SAME)].itertuples():
        told = f" ({row.told})" if row.part == "outputs" and row.told else ""
        typer.echo(f"{row.status}: {row.part.removesuffix('s')} {row.name}{told}")
    result = verdict(found)
    if result.word in ("same", "last digits"):
        say(result.told)
    else:
        raise ExposureError(f"{result.word}: {result.told}.", file=str(folder))
