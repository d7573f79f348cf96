"""The ``exposure`` command: results on standard output, messages on standard error.

Exit status 0: done; 1: a check failed, or the input was refused; 2: wrong usage.
Every command loads what it needs when it runs, so that ``exposure --help`` stays quick. One file holds one group of commands;
the order of the imports below is their order in the help.
"""

from __future__ import annotations

import os
import sys

from ..errors import ExposureError
from .application import app, say
from . import reports, figures, series, charts, intake  # noqa: F401, I001 - importing a group adds its commands

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; errors become one line on standard error and the exit status."""
    try:
        app()
    except ExposureError as error:
        say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; nothing was changed")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output (head, less) went away: not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
