"""What it costs to import the package and to ask the command for help, against the least that Python and Typer take.

Times are those of the processor, so that others who work on the machine lengthen them little. The two of each pair run
in turn, so that a busy moment falls on both; the ratio is that of the medians.

Run with ``python benchmarks/startup.py [rounds]``.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from numpy import median

PYTHON = sys.executable
EXPOSURE = str(Path(PYTHON).with_name("exposure"))
# What is measured, what it is measured against, and the limit of their ratio.
PAIRS = [
    ("import analysis", [PYTHON, "-c", "import analysis"], "python -c pass", [PYTHON, "-c", "pass"], 1.2),
    ("exposure --help", [EXPOSURE, "--help"], "python -c 'import typer'", [PYTHON, "-c", "import typer"], 1.4),
]


def seconds(command: list[str], folder: str) -> float:
    """The processor's time for a command and all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Outside the checkout, as a user runs it, with byte code kept whatever the surroundings say.
    told = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told["PYTHONPYCACHEPREFIX"] = f"{folder}/byte-code"
    subprocess.run(command, cwd=folder, env=told, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as folder:
        for name, ours, peer, theirs, limit in PAIRS:
            for command in (ours, theirs):
                seconds(command, folder)  # the first run fills the disk's cache and writes byte code
            taken = [(seconds(ours, folder), seconds(theirs, folder)) for _ in range(rounds)]
            own, other = (median(column) for column in zip(*taken, strict=True))
            print(
                f"startup: {name}: {1000 * own:.0f} ms, {own / other:.2f} of {peer} ({1000 * other:.0f} ms; "
                f"target {limit})"
            )


if __name__ == "__main__":
    main()
