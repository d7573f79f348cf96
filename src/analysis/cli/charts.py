"""Drawing charts."""

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


class Theme(StrEnum):
    """The colours of a chart."""

    light = "light"
    dark = "dark"


Most = Annotated[int | None, typer.Option("--most", min=1, help="The largest number of places in a ranking.")]
Symbols = Annotated[bool, typer.Option("--symbols", help="A map with symbols for counts instead of colours for rates.")]
Alt = Annotated[str | None, typer.Option("--alt", help="An alternative text of your own, of at most 280 characters.")]


@app.command()
def chart(
    kind: Annotated[
        str, typer.Argument(help="map, ranking, slope, claims, coverage …", autocompletion=completion.kinds)
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder for the bundle.")],
    measure: Annotated[
        str | None, typer.Option("--measure", help="What was counted.", autocompletion=completion.measures)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="A survey or a source.", autocompletion=completion.surveys_and_sources),
    ] = None,
    lang: Lang = Language.en,
    size: Annotated[
        Size, typer.Option("--size", help="The size: for the web, for print or for social media.")
    ] = Size.web,
    theme: Annotated[Theme, typer.Option("--theme", help="Its colours.")] = Theme.light,
    title: Annotated[
        str | None, typer.Option("--title", help="A title of your own. Default: the finding in the data.")
    ] = None,
    source_line: Annotated[
        str | None, typer.Option("--source-line", help="A line of your own that names the sources.")
    ] = None,
    per: Annotated[
        str | None, typer.Option("--per", help="A denominator for rates, such as population or hospitals_total.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", help="Rates per how many units of the denominator. Default: 1,000,000.")
    ] = None,
    most: Most = None,
    symbols: Symbols = False,
    alt: Alt = None,
    inset: Annotated[
        list[str] | None, typer.Option("--inset", help="A region to draw larger beside a map: europe … (repeatable).")
    ] = None,
    classes: Annotated[
        str | None, typer.Option("--classes", help="How many classes a map has (5), or their limits (0.1,1,10).")
    ] = None,
) -> None:
    """Draw a chart and save its bundle: SVG, PNG, PDF, CSV and JSON."""
    from ..charts import draw

    drawn = draw(
        kind,
        measure=measure,
        source=source,
        lang=lang.value,
        size=size.value,
        theme=theme.value,
        title=title,
        source_line=source_line,
        per=per,
        scale=scale,
        most=most,
        symbols=True if symbols else None,
        alt=alt,
        insets=inset or None,
        classes=None if classes is None else _classes(classes),
    )
    for file in drawn.save(out):
        typer.echo(file)


def _classes(text: str) -> int | list[float]:
    """How many classes, or their limits."""
    from ..errors import DataError

    try:
        return [float(part) for part in text.split(",")] if "," in text or "." in text else int(text)
    except ValueError:
        raise DataError(
            f"--classes {text} is neither a number of classes nor limits", remedy="write 5, or limits such as 0.1,1,10"
        ) from None
