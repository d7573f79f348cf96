"""Drawing charts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from . import completion
from .application import Lang, Language, app


class Size(StrEnum):
    """The sizes of a chart."""

    web = "web"
    print = "print"
    social = "social"
    square = "square"


@app.command()
def chart(
    kind: Annotated[
        str, typer.Argument(help="map, ranking, slope, claims, coverage …", autocompletion=completion.kinds)
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder of the bundle.")],
    measure: Annotated[
        str | None, typer.Option("--measure", help="What was counted.", autocompletion=completion.measures)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="A survey or a source.", autocompletion=completion.surveys_and_sources),
    ] = None,
    lang: Lang = Language.en,
    size: Annotated[Size, typer.Option("--size", help="The format it is made for.")] = Size.web,
) -> None:
    """Draw a chart and save its bundle: SVG, PNG, PDF, CSV and JSON."""
    from ..charts import draw

    drawn = draw(kind, measure=measure, source=source, lang=lang.value, size=size.value)
    for file in drawn.save(out):
        typer.echo(file)
