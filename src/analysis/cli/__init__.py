"""The ``exposure`` command: results on standard output, messages on standard error.

Exit status 0: done; 1: a check failed, or the input was refused; 2: wrong usage.
Every command loads what it needs when it runs, so that ``exposure --help`` stays quick. One file holds one group of
commands;
the order of the imports below is their order in the help.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import typer

from ..errors import ExposureError
from . import reports, figures, series, charts, intake, desk, installation  # noqa: F401 - adds its commands
from .application import app, is_verbose

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; errors become one line on standard error and the exit status."""
    try:
        try:
            app()
        finally:
            # What could not be written is told here, not when the interpreter ends.
            if sys.stdout is not None:
                sys.stdout.flush()
    except ExposureError as error:
        _end(str(error))
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was changed", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output (head, less) went away: not a fault.
        _let_go_of_output()
    except UnicodeEncodeError as error:
        _end(f"the output's encoding, {error.encoding}, has not every letter of it; set PYTHONIOENCODING=utf-8.")
    except OSError as error:
        _end(_told(error))


def _end(sentence: str) -> NoReturn:
    if is_verbose():
        import traceback

        traceback.print_exc()
    _let_go_of_output()
    with suppress(OSError):
        typer.echo(f"error: {sentence}", err=True)
    sys.exit(1)


def _let_go_of_output() -> None:
    """What is left unwritten goes nowhere, so that the interpreter ends without a word of its own."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: OSError) -> str:
    try:
        Path.cwd()
    except FileNotFoundError:
        return "the working directory is no longer there; change into one that is, and run the command again."
    what = error.strerror or type(error).__name__
    if error.filename is None:
        return f"cannot read or write ({what}); make room, or send the output elsewhere."
    return f"{error.filename}: cannot be read or written ({what}); check the file, its folder and their permissions."
