"""The application that every command joins, with the options that commands share and the two ways out: results and messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import DataError

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


class Language(StrEnum):
    """The languages in which the package writes."""

    en = "en"
    es = "es"
    de = "de"
    fr = "fr"


Shown = Annotated[Format, typer.Option("--format", help="How the table is printed.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of texts, numbers and names.")]


@app.callback()
def _common(
    data: Annotated[
        Path | None, typer.Option("--data", help="A data folder of your own, joined with the shipped one; yours wins.", show_default=False)
    ] = None,
    data_only: Annotated[
        Path | None, typer.Option("--data-only", help="A data folder in place of the shipped one.", show_default=False)
    ] = None,
) -> None:
    if data is not None and data_only is not None:
        raise typer.BadParameter("give --data (joined with the shipped data) or --data-only (in place of them), not both.")
    for name, folder in (("EXPOSURE_DATA", data), ("EXPOSURE_DATA_ONLY", data_only)):
        if folder is not None:
            os.environ["EXPOSURE_DATA"] = os.environ["EXPOSURE_DATA_ONLY"] = ""
            os.environ[name] = str(folder)
    if os.environ.get("EXPOSURE_DATA"):
        _say_what_is_replaced()


def _say_what_is_replaced() -> None:
    from ..datafolder import replaced

    with suppress(DataError):  # the command itself says what is wrong with the folder, or begins it
        for name in replaced():
            say(f"note: yours in place of the shipped one: {name}")


def say(message: str) -> None:
    """Print a message on standard error."""
    typer.echo(message, err=True)


def show(frame, shown: Format) -> None:
    """Print a frame in the format asked for."""
    from ..writing import table_text

    typer.echo(table_text(frame, shown.value), nl=False)


@contextmanager
def progress_bar(label: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A function that takes what is done and what there is; it draws a bar on standard error, on a terminal only."""
    if not shown or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    width = 30

    def draw(done: int, total: int) -> None:
        full = width * done // max(total, 1)
        sys.stderr.write(f"\r{label} [{'#' * full}{'.' * (width - full)}] {done}/{total}")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
