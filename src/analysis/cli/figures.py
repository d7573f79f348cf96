"""Looking at the data: validation, surveys and sources, tables, claims."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import DataError
from . import completion
from .application import Format, Lang, Language, Shown, app, say, show

if TYPE_CHECKING:
    import pandas as pd


class TableFormat(StrEnum):
    """How a table is printed, or written."""

    text = "text"
    csv = "csv"
    json = "json"
    md = "md"
    xlsx = "xlsx"


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A data folder, or a survey or series.",
            show_default="the data in use",
            autocompletion=completion.surveys,
        ),
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Also count the data and compare with the targets.")
    ] = False,
    write_package: Annotated[
        bool, typer.Option("--write-package", help="First rewrite the description of the data in datapackage.json.")
    ] = False,
    shown: Shown = Format.text,
) -> None:
    """Validate the data folder, one survey or one series; every finding with its place and remedy."""
    if write_package:
        from ..figures.package import write_descriptor
        from ..series.package import write_descriptor as write_series_descriptor

        for written in (write_descriptor(), write_series_descriptor()):
            if written:
                say(f"{written} written")
    if summary:
        from ..figures.check import summary as counted

        show(counted(), shown)
        return
    from ..series.check import check as findings_of

    findings = findings_of(path)
    errors = int((findings["severity"] == "error").sum())
    if shown is Format.text:
        for row in findings.itertuples():
            at = f"{row.file}:{row.line}" if row.line else row.file
            column = f" [{row.column}]" if row.column else ""
            value = f" {row.value!r}:" if row.value else ""
            typer.echo(f"{row.severity}: {at}{column}{value} {row.expectation} → {row.remedy}")
    else:
        show(findings, shown)
    notes = len(findings) - errors
    say(f"{errors} error(s), {notes} note(s)")
    if errors:
        raise typer.Exit(1)


@app.command()
def sources(
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A survey or a source.",
            show_default="all",
            autocompletion=completion.surveys_and_sources,
        ),
    ] = None,
    shown: Shown = Format.text,
) -> None:
    """List the surveys with their sources, or show one: how it counted, its figures, its citation."""
    import pandas as pd

    from ..figures.panel import panel
    from ..figures.sources import citations, sources, surveys

    all_surveys, all_sources = surveys(), sources()
    if wanted is None:
        counts = all_sources.groupby("survey").size().rename("sources")
        listed = all_surveys[["title", "surveyor", "scan_from", "scan_to"]].join(counts)
        show(listed.reset_index(), shown)
        return
    known = [*all_surveys.index, *all_sources.index]
    if wanted not in known:
        raise DataError(f"there is no survey or source {wanted!r}{_near(wanted, known)}", id=wanted)
    is_survey = wanted in all_surveys.index
    survey = wanted if is_survey else all_sources.loc[[wanted], "survey"].iloc[0]
    figures = panel()
    figures = figures[figures["survey" if is_survey else "source"] == wanted]
    figures = figures[["source", "place", "measure", "figure", "low", "high", "locator"]]
    if shown is not Format.text:
        show(figures, shown)
        return
    for name, told in all_surveys.loc[survey].items():
        if told is not None and not (pd.api.types.is_scalar(told) and pd.isna(told)) and told not in ("", [], {}):
            typer.echo(f"{str(name).replace('_', ' ')}: {told}")
    typer.echo("")
    show(figures, shown)
    typer.echo("")
    shown_sources = all_sources.index[all_sources["survey"] == wanted] if is_survey else [wanted]
    cited = citations(among=set(shown_sources))
    for source in shown_sources:
        typer.echo(cited[source])


@app.command()
def table(
    measure: Annotated[
        str, typer.Argument(help="What was counted, such as servers_exposed.", autocompletion=completion.measures)
    ],
    source: Annotated[
        str | None,
        typer.Option("--source", help="A survey or a source.", autocompletion=completion.surveys_and_sources),
    ] = None,
    per: Annotated[str | None, typer.Option("--per", help="A denominator, such as population.")] = None,
    shown: Annotated[
        TableFormat, typer.Option("--format", help="How the table is printed; xlsx is a workbook and needs --out.")
    ] = TableFormat.text,
    lang: Annotated[Language, typer.Option("--lang", help="The language of a workbook's own words.")] = Language.en,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file: .csv, .json, .md, .xlsx or .parquet.", show_default=False)
    ] = None,
) -> None:
    """Print a tidy table of a measure, with intervals, and with rates if a denominator is given."""
    from ..figures.package import write_table
    from ..figures.panel import select
    from ..statistics.rates import rates

    chosen = select(measure, source)
    if per is not None:
        chosen = rates(chosen[chosen["iso3"].notna()], per=per)
    if shown is TableFormat.xlsx and (out is None or out.suffix.lower() != ".xlsx"):
        raise typer.BadParameter("a workbook is a file: name it with --out FILE.xlsx.")
    if out is None:
        show(chosen, Format(shown.value))
        return
    if out.suffix.lower() == ".xlsx":
        from ..documents.workbook import workbook
        from ..figures.fields import PANEL
        from ..figures.measures import measures
        from ..language.prose import sentence
        from ..report.table_for_outsiders import COLUMNS

        # What the package keeps for itself is not part of it.
        chosen = chosen[
            [column for column in chosen if column in COLUMNS or column not in PANEL or column == "country"]
        ]
        label = sentence(str(measures().loc[measure, f"label_{lang.value}"]))
        workbook(out, chosen, title=f"{label} ({source})" if source else label, lang=lang.value)
    else:
        write_table(chosen, out)
    say(f"{len(chosen)} rows written to {out}")


@app.command()
def workbook(
    out: Annotated[Path, typer.Option("--out", help="The file, .xlsx.")] = Path("exposure.xlsx"),
    lang: Lang = Language.en,
) -> None:
    """Write all figures, claims, measures, surveys and sources as one accessible workbook."""
    from ..documents.workbook import workbook

    typer.echo(workbook(out, lang=lang.value))


@app.command()
def claims(
    source: Annotated[
        str | None, typer.Argument(help="One account.", show_default="all", autocompletion=completion.sources)
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A CSV file of your own claims.")] = None,
    verdict: Annotated[
        list[str] | None, typer.Option("--verdict", help="Only this verdict (repeatable).", show_default="all")
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="Only one measure.", show_default="all", autocompletion=completion.measures)
    ] = None,
    search: Annotated[str, typer.Option(help="Only claims whose text, place or source holds all these words.")] = "",
    lang: Lang = Language.en,
    shown: Shown = Format.text,
) -> None:
    """Check what accounts say against the published figures, verdict by verdict."""
    from ..figures.claim_verdicts import check_claims

    checked = _chosen_claims(check_claims(source, file=file, lang=lang.value), verdict or [], measure, search)
    if shown is Format.text:
        for row in checked.itertuples():
            typer.echo(f"{row.verdict}: {row.source}, {row.place}, {row.measure}, {row.figure!r}: {row.explanation}")
        counts = checked["verdict"].value_counts()
        say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    else:
        show(checked, shown)


def _chosen_claims(claims: "pd.DataFrame", verdicts: list[str], measure: str | None, search: str) -> "pd.DataFrame":
    from ..figures.claim_verdicts import VERDICTS
    from ..figures.measures import measures

    if unknown := [name for name in verdicts if name not in VERDICTS]:
        raise DataError(f"{unknown[0]!r} is not a verdict", remedy=f"they are {', '.join(VERDICTS)}")
    if verdicts:
        claims = claims[claims["verdict"].isin(verdicts)]
    if measure is not None:
        known = list(measures().index)
        if measure not in known:
            raise DataError(f"there is no measure {measure!r}{_near(measure, known)}")
        claims = claims[claims["measure"] == measure]
    texts = (
        claims[["source", "place", "figure", "claim", "explanation"]].fillna("").agg(" ".join, axis=1).str.casefold()
    )
    for word in search.casefold().split():
        claims = claims[texts[claims.index].str.contains(word, regex=False)]
    return claims.reset_index(drop=True)


def _near(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=3)
    return f"; did you mean {', '.join(near)}?" if near else "; call 'exposure sources' for the list."


@app.command()
def changes(
    old: Annotated[Path, typer.Argument(help="A data folder: the older version.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="A data folder: the newer version.", show_default=False)],
    untold: Annotated[
        bool,
        typer.Option(
            "--untold",
            help="Only what data/corrections.csv of the data in use does not explain; exit with status 1 if any.",
        ),
    ] = False,
    verdicts: Annotated[
        bool, typer.Option("--verdicts/--no-verdicts", help="Compare the verdicts on claims too.")
    ] = True,
    shown: Shown = Format.text,
) -> None:
    """Compare two versions of the data: rows added and removed, cells and verdicts that differ."""
    from ..figures.versions_compared import changes as compared
    from ..figures.corrections import corrections, without_correction

    found = compared(old, new, verdicts=verdicts)
    if untold:
        found = without_correction(found, corrections())
    show(found, shown)
    counts = found["change"].value_counts()
    say(", ".join(f"{counts.get(change, 0)} {change}" for change in ("added", "removed", "changed")))
    if untold and len(found):
        raise typer.Exit(1)


@app.command()
def dataset(
    out: Annotated[Path, typer.Argument(help="A folder; it is created if it does not exist.", show_default=False)],
) -> None:
    """Write the whole panel as one table, with the descriptions that repositories and fact-checkers read."""
    from ..report.table_for_outsiders import write_dataset

    for path in write_dataset(out):
        typer.echo(path)
