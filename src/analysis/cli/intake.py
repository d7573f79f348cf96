"""New surveys: exports, skeletons."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .application import app, say


class Export(StrEnum):
    """What an aggregate export was made by."""

    censys = "censys"
    shodan = "shodan"
    shadowserver = "shadowserver"
    table = "table"
    frictionless = "frictionless"


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
    from ..figures.check import check
    from ..intake.facets import import_export

    made = import_export(file, form.value, survey, measure=measure, mapping=mapping)
    for written in made.files:
        typer.echo(written)
    for told in made.left_out:
        say(f"note: {told}")
    still = int((check(survey)["severity"] == "error").sum())
    say(f"{still} point(s) are open: exposure check {survey}" if still else f"nothing is open; look at it: exposure sources {survey}")


@app.command()
def new(
    survey: Annotated[str, typer.Argument(help="Its id: surveyor, year and month, such as greenbone-2019-09.")],
) -> None:
    """Write the skeleton of a survey, with instructions."""
    from ..intake.skeleton import instructions, new_survey

    for file in new_survey(survey):
        typer.echo(file)
    say(instructions(survey))
