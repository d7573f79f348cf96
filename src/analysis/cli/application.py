"""The application that every command joins.

With the options that commands share, and the two ways out: results and messages.
"""

from __future__ import annotations

import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import DataError

if TYPE_CHECKING:
    import pandas as pd

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


class _Loudness:
    """How much is said on standard error, and the progress bar above which it is said."""

    quiet = False
    verbose = False
    bar: Any = None


_loudness = _Loudness()
# The pages of a report are done in several threads.
_drawing = threading.RLock()


def set_loudness(quiet: bool, verbose: bool) -> None:
    """Print only results and errors, or print more; a command may have the options of the application too."""
    if quiet and verbose:
        raise typer.BadParameter("give --quiet or --verbose, not both.")
    _loudness.quiet, _loudness.verbose = quiet or _loudness.quiet, verbose or _loudness.verbose


def is_verbose() -> bool:
    """Whether more is to be said."""
    return _loudness.verbose


def _say_version(asked: bool) -> None:
    if asked:
        from .. import __version__

        typer.echo(f"exposure-statistics {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="A data folder of your own, joined with the shipped one; yours wins.", show_default=False
        ),
    ] = None,
    data_only: Annotated[
        Path | None, typer.Option("--data-only", help="A data folder in place of the shipped one.", show_default=False)
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True)
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only results and errors.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print more: reasons, what was left out, where an error arose.")
    ] = False,
) -> None:
    set_loudness(quiet, verbose)
    if data is not None and data_only is not None:
        raise typer.BadParameter(
            "give --data (joined with the shipped data) or --data-only (in place of them), not both."
        )
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


def own_data() -> bool:
    """Whether a data folder of your own is named."""
    return bool(os.environ.get("EXPOSURE_DATA") or os.environ.get("EXPOSURE_DATA_ONLY"))


def again(*arguments: object) -> str:
    """A command to go on with, with the data folder that is in use."""
    named = {"--data": os.environ.get("EXPOSURE_DATA"), "--data-only": os.environ.get("EXPOSURE_DATA_ONLY")}
    options = [text for option, folder in named.items() if folder for text in (option, folder)]
    return shlex.join(["exposure", *options, *map(str, arguments)])


def say(message: str) -> None:
    """Print a message on standard error, above the progress bar if there is one; with --quiet it is not said."""
    if _loudness.quiet:
        return
    with _drawing:
        bar = _loudness.bar
        if bar is not None:
            typer.echo("\r\x1b[K", err=True, nl=False)
        typer.echo(message, err=True)
        if bar is not None:
            bar.render_progress()


def detail(message: str) -> None:
    """Print a message on standard error that only --verbose asks for."""
    if _loudness.verbose:
        say(message)


def show(frame: pd.DataFrame, shown: Format) -> None:
    """Print a frame in the format asked for."""
    from ..writing import table_text

    typer.echo(table_text(frame, shown.value), nl=False)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function that takes how much is done and how much there is; it draws a bar on standard error, in a terminal."""
    if _loudness.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with typer.progressbar(length=1, label=label, file=sys.stderr, show_eta=False, show_pos=True) as bar:

        def draw(done: int, total: int) -> None:
            with _drawing:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

        _loudness.bar = bar
        try:
            yield draw
        finally:
            _loudness.bar = None
            typer.echo("\r\x1b[K", err=True, nl=False)
