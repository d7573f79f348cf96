"""The ``exposure`` command: results on standard output, messages on standard error.

Exit status 0: done; 1: a check failed, or the input was refused; 2: wrong usage.
Every command loads what it needs when it runs, so that ``exposure --help`` stays quick. One file holds one group of
commands;
the order of the imports below is their order in the help.
"""

from __future__ import annotations

import os
import sys

import typer

from ..errors import ExposureError
from . import reports, figures, series, charts, intake, desk, installation  # noqa: F401 - importing a group adds its commands
from .application import app, is_verbose

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; errors become one line on standard error and the exit status."""
    try:
        app()
    except ExposureError as error:
        if is_verbose():
            import traceback

            traceback.print_exc()
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was changed", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output (head, less) went away: not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
