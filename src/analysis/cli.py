"""The ``exposure`` command: results on standard output, messages on standard error.

Exit status 0: done; 1: a check failed, or the input was refused; 2: wrong usage.
Every command loads what it needs when it runs, so that ``exposure --help`` stays quick.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .errors import DataError, ExposureError

app = typer.Typer(
    name="exposure",
    help="Published counts of exposed medical-imaging servers: figures, claims, charts and a report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a table is printed."""

    text = "text"
    csv = "csv"
    json = "json"
    md = "md"


class Export(StrEnum):
    """What an aggregate export was made by."""

    censys = "censys"
    shodan = "shodan"
    shadowserver = "shadowserver"
    table = "table"
    frictionless = "frictionless"


class Language(StrEnum):
    """The languages in which the package writes."""

    en = "en"
    es = "es"
    de = "de"
    fr = "fr"


class Size(StrEnum):
    """The sizes of a chart."""

    web = "web"
    print = "print"
    social = "social"
    square = "square"


Shown = Annotated[Format, typer.Option("--format", help="How the table is printed.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of texts, numbers and names.")]


@app.callback()
def _common(
    data: Annotated[
        Path | None, typer.Option("--data", help="Another data folder than the one shipped.", show_default=False)
    ] = None,
) -> None:
    if data is not None:
        os.environ["EXPOSURE_DATA"] = str(data)


def _say(message: str) -> None:
    typer.echo(message, err=True)


def _show(frame, shown: Format) -> None:
    """Print a frame in the format asked for."""
    from .writing import table_text

    typer.echo(table_text(frame, shown.value), nl=False)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="The folder of the site.")] = Path("report"),
    lang: Lang = Language.en,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="Notebooks run at once.", show_default="one a core")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Rebuild every page.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say which input of each page changed.")] = False,
    notebooks: Annotated[
        Path | None, typer.Option("--notebooks", help="Your own notebooks.", show_default="those shipped")
    ] = None,
) -> None:
    """Execute the notebooks and build the site; only what changed is rebuilt."""
    from .report.build import build

    result = build(
        out, notebooks=notebooks, lang=lang.value, jobs=jobs, force=force, explain=explain, progress=_say
    )
    typer.echo(result.index)


@app.command()
def verify(folder: Annotated[Path, typer.Argument(help="A built report.")]) -> None:
    """Check a built report against its manifest."""
    from .report.manifest import digest, verify

    differing = verify(folder)
    for row in differing.itertuples():
        typer.echo(f"{row.status}: {row.file}")
    if len(differing):
        raise ExposureError(f"{len(differing)} file(s) differ from the manifest; build the report again.", file=str(folder))
    _say(f"every file is as the manifest says; the manifest's SHA-256 is {digest(folder)}")


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A survey's folder or a data folder.", show_default="the data in use")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count what is there, against the targets.")] = False,
    write_package: Annotated[
        bool, typer.Option("--write-package", help="First describe the data anew in datapackage.json.")
    ] = False,
    shown: Shown = Format.text,
) -> None:
    """Validate the data folder or one survey; every finding with its place and remedy."""
    from .figures import check as checking

    if write_package:
        from .figures.package import write_descriptor

        _say(f"{write_descriptor()} written")
    if summary:
        _show(checking.summary(), shown)
        return
    findings = checking.check(path)
    errors = int((findings["severity"] == "error").sum())
    if shown is Format.text:
        for row in findings.itertuples():
            at = f"{row.file}:{row.line}" if row.line else row.file
            column = f" [{row.column}]" if row.column else ""
            value = f" {row.value!r}:" if row.value else ""
            typer.echo(f"{row.severity}: {at}{column}{value} {row.expectation} → {row.remedy}")
    else:
        _show(findings, shown)
    notes = len(findings) - errors
    _say(f"{errors} error(s), {notes} note(s)")
    if errors:
        raise typer.Exit(1)


@app.command()
def sources(
    id: Annotated[str | None, typer.Argument(help="A survey or a source.", show_default="all")] = None,
    shown: Shown = Format.text,
) -> None:
    """List the surveys with their sources, or show one: how it counted, its figures, its citation."""
    import pandas as pd

    from .figures.panel import panel
    from .figures.sources import cite, sources, surveys

    all_surveys, all_sources = surveys(), sources()
    if id is None:
        counts = all_sources.groupby("survey").size().rename("sources")
        listed = all_surveys[["title", "surveyor", "scan_from", "scan_to"]].join(counts)
        _show(listed.reset_index(), shown)
        return
    known = [*all_surveys.index, *all_sources.index]
    if id not in known:
        raise DataError(f"there is no survey or source {id!r}{_near(id, known)}", id=id)
    is_survey = id in all_surveys.index
    survey = id if is_survey else all_sources.loc[[id], "survey"].iloc[0]
    figures = panel()
    figures = figures[figures["survey" if is_survey else "source"] == id]
    figures = figures[["source", "place", "measure", "figure", "low", "high", "locator"]]
    if shown is not Format.text:
        _show(figures, shown)
        return
    for name, told in all_surveys.loc[survey].items():
        if told is not None and not (pd.api.types.is_scalar(told) and pd.isna(told)) and told not in ("", [], {}):
            typer.echo(f"{str(name).replace('_', ' ')}: {told if isinstance(told, str) else told}")
    typer.echo("")
    _show(figures, shown)
    typer.echo("")
    for source in all_sources.index[all_sources["survey"] == id] if is_survey else [id]:
        typer.echo(cite(source))


@app.command()
def table(
    measure: Annotated[str, typer.Argument(help="What was counted, such as servers_exposed.")],
    source: Annotated[str | None, typer.Option("--source", help="A survey or a source.")] = None,
    per: Annotated[str | None, typer.Option("--per", help="A denominator, such as population.")] = None,
    shown: Shown = Format.text,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file: .csv, .json, .md, .xlsx or .parquet.", show_default=False)
    ] = None,
) -> None:
    """One tidy table of a measure, with intervals, and with rates if a denominator is given."""
    from .figures.panel import select
    from .statistics.rates import rates
    from .figures.package import write_table

    chosen = select(measure, source)
    if per is not None:
        chosen = rates(chosen[chosen["iso3"].notna()], per=per)
    if out is None:
        _show(chosen, shown)
    else:
        write_table(chosen, out)
        _say(f"{len(chosen)} rows written to {out}")


@app.command()
def chart(
    kind: Annotated[str, typer.Argument(help="map, ranking, slope, claims, coverage …")],
    out: Annotated[Path, typer.Option("--out", help="The folder of the bundle.")],
    measure: Annotated[str | None, typer.Option("--measure", help="What was counted.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="A survey or a source.")] = None,
    lang: Lang = Language.en,
    size: Annotated[Size, typer.Option("--size", help="The format it is made for.")] = Size.web,
) -> None:
    """Draw a chart and save its bundle: SVG, PNG, PDF, CSV and JSON."""
    from .charts import draw

    drawn = draw(kind, measure=measure, source=source, lang=lang.value, size=size.value)
    for file in drawn.save(out):
        typer.echo(file)


@app.command()
def claims(
    source: Annotated[str | None, typer.Argument(help="One account.", show_default="all")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A CSV file of your own claims.")] = None,
    lang: Lang = Language.en,
    shown: Shown = Format.text,
) -> None:
    """Check what accounts say against the published figures, verdict by verdict."""
    from .figures.claims import check_claims

    checked = check_claims(source, file=file, lang=lang.value)
    if shown is Format.text:
        for row in checked.itertuples():
            typer.echo(f"{row.verdict}: {row.source}, {row.place}, {row.measure}, {row.figure!r}: {row.explanation}")
        counts = checked["verdict"].value_counts()
        _say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    else:
        _show(checked, shown)


@app.command()
def new(
    survey: Annotated[str, typer.Argument(help="Its id: surveyor, year and month, such as greenbone-2019-09.")],
) -> None:
    """Write the skeleton of a survey, with instructions."""
    from .intake.skeleton import instructions, new_survey

    for file in new_survey(survey):
        typer.echo(file)
    _say(instructions(survey))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The export: counts by country, never single hosts.")],
    form: Annotated[Export, typer.Option("--format", help="What made the export.")],
    survey: Annotated[str, typer.Option("--survey", help="The id of the survey to be made.")],
    measure: Annotated[str | None, typer.Option("--measure", help="What was counted.", show_default="as the export says")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A TOML file that says what the columns of a table mean.", show_default=False)
    ] = None,
) -> None:
    """Make a survey of an aggregate export; host-level exports are refused whole."""
    from .figures.check import check
    from .intake.facets import import_export

    made = import_export(file, form.value, survey, measure=measure, mapping=mapping)
    for written in made.files:
        typer.echo(written)
    for told in made.left_out:
        _say(f"note: {told}")
    still = int((check(survey)["severity"] == "error").sum())
    _say(f"{still} point(s) are open: exposure check {survey}" if still else f"nothing is open; look at it: exposure sources {survey}")


def _near(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=3)
    return f"; did you mean {', '.join(near)}?" if near else "; call 'exposure sources' for the list."


def main() -> None:
    """Run the command; errors become one line on standard error and the exit status."""
    try:
        app()
    except ExposureError as error:
        _say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("interrupted; nothing was changed")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output (head, less) went away: not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
