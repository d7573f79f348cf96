"""New surveys: reports, exports, skeletons."""

import shutil
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import DataError
from . import completion
from .application import Format, Shown, again, app, detail, own_data, progress_bar, say, set_loudness, show

if TYPE_CHECKING:
    from ..intake.extract import Extraction


class Export(StrEnum):
    """The tool that made an aggregate export."""

    censys = "censys"
    shodan = "shodan"
    shadowserver = "shadowserver"
    fofa = "fofa"
    zoomeye = "zoomeye"
    binaryedge = "binaryedge"
    quake = "quake"
    table = "table"
    frictionless = "frictionless"
    counts = "counts"


class Grain(StrEnum):
    """What the day of a row of counts stands for."""

    day = "day"
    week = "week"
    month = "month"


class OverTime(StrEnum):
    """How the days of a week or month become one number."""

    sum = "sum"
    mean = "mean"


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The export: counts by country, never single hosts.")],
    form: Annotated[
        Export, typer.Option("--format", help="The tool that made the export; counts: a table of counts over time.")
    ],
    survey: Annotated[
        str | None, typer.Option("--survey", help="The id of the survey to be made.", show_default=False)
    ] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", help="The id of the series to import into (--format counts).", show_default=False),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure", help="What was counted.", show_default="as the export says", autocompletion=completion.measures
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="A TOML file that says what the columns of a table mean.", show_default=False),
    ] = None,
    vintage: Annotated[
        str | None,
        typer.Option(
            "--vintage", help="Series: the day on which these counts were known.", show_default="each its own day"
        ),
    ] = None,
    revise: Annotated[
        bool, typer.Option("--revise", help="Series: counts that differ are corrections, known later.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Series: seconds to wait for another import to end.")
    ] = 0,
    grain: Annotated[
        Grain, typer.Option("--grain", help="A new series: what the day of a row stands for.")
    ] = Grain.day,
    over_time: Annotated[
        OverTime | None,
        typer.Option(
            "--over-time", help="A new series: add the days of a week up, or take their mean.", show_default=False
        ),
    ] = None,
) -> None:
    """Make a survey from an aggregate export, or import counts into a series; host-level exports are refused whole."""
    if (form is Export.counts) != (series is not None) or (survey is None) == (series is None):
        raise typer.BadParameter("give --survey ID, or --series ID with --format counts.")
    if series is not None:
        _import_counts(
            file, series, grain.value, over_time and over_time.value, vintage=vintage, revise=revise, wait=wait
        )
        return
    assert survey is not None
    _import_survey(file, form.value, survey, measure, mapping)


def _import_survey(file: Path, form: str, survey: str, measure: str | None, mapping: Path | None) -> None:
    from ..datafolder import surveys_present
    from ..figures.check import check
    from ..intake.facets import import_export

    with progress_bar(f"importing {file.name}") as progress:
        made = import_export(file, form, survey, measure=measure, mapping=mapping, progress=progress)
    for written in made.files:
        typer.echo(written)
    for told in made.left_out:
        say(f"note: {told}")
    still = int((check(survey)["severity"] == "error").sum())
    if still:
        say(f"{still} point(s) are open: {again('check', survey)}")
    elif survey in surveys_present():
        say(f"nothing is open; look at it: {again('sources', survey)}")
    else:
        say('nothing is open; with status = "published" in its survey.toml it is data')


def _import_counts(file: Path, series: str, grain: str, over_time: str | None, **how: Any) -> None:
    from ..series.catalogue import series_present
    from ..series.skeleton import new_series
    from ..series.importing import import_counts

    if series not in series_present():
        if over_time is None:
            raise DataError(
                f"there is no series '{series}' yet",
                remedy="for a new one, say whether the days of a week add up "
                "(--over-time sum: events) "
                "or are averaged (--over-time mean: a stock), and its --grain",
                series=series,
            )
        described = new_series(series, file, grain=grain, over_time=over_time)
        try:
            done = import_counts(file, series, **how)
        except BaseException:
            # A series of which nothing was imported never happened.
            shutil.rmtree(described.parent, ignore_errors=True)
            raise
        say(f"{described} written; describe the series there")
    else:
        done = import_counts(file, series, **how)
    typer.echo(
        f"import {done.number}: {done.rows:,} rows, {done.added:,} new, {done.same:,} known already, "
        f"{done.revised:,} corrections"
    )
    say(f"look at it: exposure series {series}; check it: exposure check {series}")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="The report: text, Markdown, HTML or PDF.")],
    lang: Annotated[
        str | None, typer.Option("--lang", help="The language of the text.", show_default="detected")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The folder of the draft; its name is the survey's id.", show_default="only shown"),
    ] = None,
    survey: Annotated[
        str | None,
        typer.Option(
            "--survey", help="The survey that the report is about.", show_default="the one whose figures it prints"
        ),
    ] = None,
    pages: Annotated[
        str | None, typer.Option("--pages", help="Pages of a PDF, such as 3-8.", show_default="all")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what became of every number: drafted, or left out with its kind.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only errors and the result.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also print which numbers were left out, and why.")
    ] = False,
    shown: Shown = Format.text,
) -> None:
    """Draft figures from a report, each with its sentence; none counts until you settle it (exposure review)."""
    set_loudness(quiet, verbose)
    found, files = _drafted(file, out, lang, survey, pages)
    _say_what_was_kept(found)
    draft = found.draft
    if explain:
        from ..intake.explain import explained

        show(explained(found), shown)
    elif out is None:
        brief = ["place", "measure", "figure", "confidence", "locator", "mixed_up_with"]
        columns = brief if shown is Format.text else list(draft.columns)
        show(draft[columns], shown)
    for written in files:
        typer.echo(written)
    language = found.document["lang"]
    of = f", an account of {found.survey}" if found.survey else ""
    say(
        f"{len(draft)} figure(s) in {language}{of}; {len(found.left_out)} other number(s) left out "
        "(--explain says which)"
    )
    if not len(draft):
        say("no figure was found: is it the whole text, and is its language right (--lang)?")
    if out is not None:
        say(f"settle them: {again('review', out)}")


def _drafted(
    file: Path, out: Path | None, lang: str | None, survey: str | None, pages: str | None
) -> "tuple[Extraction, list[Path]]":
    """What a report prints, and the files of its draft where a folder is named for it."""
    from ..datafolder import growing
    from ..intake.documents import read_document
    from ..intake.draft_writing import draft_report
    from ..intake.extract import extract_document

    with (
        growing() if out is not None and own_data() else nullcontext(),
        progress_bar(f"reading {file.name}") as progress,
    ):
        if out is None:
            return extract_document(read_document(file, pages, progress), lang, survey, progress), []
        return draft_report(file, out, lang, survey, pages, progress)


def _say_what_was_kept(found: "Extraction") -> None:
    """Notes on the text, and what of it stands in no draft."""
    for note in found.notes:
        say(f"note: {note}")
    for one in found.not_kept:
        say(f"note: {one['locator']}: a sentence that looks like it holds a {one['rule']} was not kept")
    for one in found.left_out:
        detail(f"left out: {one['text']!r} ({one['reason']}; {one['locator']})")


@app.command()
def review(draft: Annotated[Path, typer.Argument(help="The folder that 'exposure extract --out' wrote.")]) -> None:
    """Settle a draft row by row: accept, mend or drop; each is shown in its sentence."""
    from ..intake.review import review as settle

    def ask(prompt: str) -> str:
        typer.echo(prompt, nl=False, err=True)
        answer = sys.stdin.readline()
        if not answer:
            raise EOFError
        return answer.rstrip("\n")

    settle(draft, ask, say, bold=sys.stderr.isatty())


@app.command()
def new(
    survey: Annotated[str, typer.Argument(help="Its id: authors, year and month, such as greenbone-2019-09.")],
) -> None:
    """Write the skeleton of a survey, with instructions."""
    from ..intake.skeleton import instructions, new_survey

    for file in new_survey(survey):
        typer.echo(file)
    say(instructions(survey, again("check", survey)))
