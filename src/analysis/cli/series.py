"""Counts over time: which series exist, and questions to them."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .application import Format, Lang, Language, Shown, app, say, show

if TYPE_CHECKING:
    import pandas as pd

    from ..series.selection import Selection


class Period(StrEnum):
    """The periods by which counts are shown."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class Question(StrEnum):
    """What a series can be asked besides its counts."""

    totals = "totals"
    coverage = "coverage"
    revisions = "revisions"
    measures = "measures"


def _several(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


@app.command()
def series(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="A series.", show_default="lists them all")] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="What was counted; several, with commas.", show_default="all")
    ] = None,
    grain: Annotated[
        Period | None, typer.Option("--grain", help="Counts by period, with gaps shown.", show_default="as counted")
    ] = None,
    places: Annotated[
        str | None, typer.Option("--places", help="Countries (DEU,FRA) or places as printed.", show_default="all")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Monitors.", show_default="all")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="The first day, such as 2020-01-01.", show_default="the first there is"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="The last day.", show_default="the last there is")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Only what was known on this day.", show_default="the last number known"),
    ] = None,
    per: Annotated[
        str | None, typer.Option("--per", help="Rates of countries over a denominator, such as population.")
    ] = None,
    question: Annotated[
        Question | None, typer.Option("--show", help="Show something other than counts.", show_default="counts")
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", help="Where to compute it, such as spark://host:7077.", show_default="inside"),
    ] = None,
    lang: Lang = Language.en,
    shown: Shown = Format.text,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file: .csv, .json, .md, .xlsx or .parquet.", show_default=False)
    ] = None,
) -> None:
    """List the series of counts over time, or show one: as counted, or by week, month or year."""
    from ..series.catalogue import cite, measures
    from ..series.selection import Selection

    if name is None:
        _list_all(lang.value, shown)
        return
    asked = Selection(name, _several(measure), _several(places), _several(source), since, until, as_of, engine)
    if question is Question.measures:
        frame = measures(name, lang.value)
    elif question is not None:
        frame = _answer(asked, question, grain)
    else:
        frame = _counts(asked, grain, per)
    frame = _plain(frame)
    if out is None:
        show(frame, shown)
    else:
        from ..figures.package import write_table

        write_table(frame, out)
        say(f"{len(frame)} rows written to {out}")
    say(f"source: {cite(name)}")
    _say_breaks(name)


def _list_all(lang: str, shown: Format) -> None:
    from ..series import query

    frame = query.listed(lang)
    columns = ["title", "grain", "first", "last", "rows"]
    show(_plain(frame[columns] if shown is Format.text else frame), shown)


def _answer(asked: "Selection", question: Question, grain: Period | None) -> "pd.DataFrame":
    """What is asked of the counts besides themselves."""
    from ..series import query

    match question:
        case Question.revisions:
            return query.revisions(asked)
        case Question.coverage:
            return query.coverage(asked)
        case _:
            return query.totals(asked, (grain or Period.month).value)


def _counts(asked: "Selection", grain: Period | None, per: str | None) -> "pd.DataFrame":
    """The counts themselves: as rates, by period, or as they stand."""
    from ..series import query

    if per is not None:
        return query.rates(asked, (grain or Period.year).value, per=per)
    return query.select(asked) if grain is None else query.resample(asked, grain.value)


def _say_breaks(name: str) -> None:
    from ..series.catalogue import breaks

    for row in breaks(name).itertuples():
        of = f" ({row.measure})" if row.measure else ""
        say(f"break {row.date}{of}: {row.reason}")


def _plain(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with days as text, as they are printed."""
    import pandas as pd

    days = [name for name in frame if pd.api.types.is_datetime64_any_dtype(frame[name])]
    return frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d") for name in days})
