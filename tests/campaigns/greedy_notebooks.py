"""Notebooks that take all they can get, at the limits that a build has by default:
each must be stopped by the limit that is meant for it.

Run with ``python tests/campaigns/greedy_notebooks.py``; it needs some 6 GB of memory. Only where time is the limit,
that is shorter than the default.
"""

import sys
import tempfile
import time
from pathlib import Path

from analysis.errors import BuildError
from analysis.report.kernels import Kernels
from analysis.report.limits import Limits

GREEDY = {
    "loops for ever": ("while True: pass", "--time-limit"),
    "sleeps for ever": ("import time\nwhile True: time.sleep(1000)", "--time-limit"),
    "takes 40 GB at once": ("bytearray(40_000_000_000)", "--memory-limit"),
    "takes memory by the piece": ("held = []\nwhile True: held.append(bytearray(50_000_000))", "--memory-limit"),
    "takes memory by the grain": ("held = []\nwhile True: held.append(object())", "--memory-limit"),
    "prints 1 GB in one piece": ("print('x' * 1_000_000_000)", "-limit"),
    "prints 1 GB in lines": ("for _ in range(1_000_000): print('x' * 1000)", "--output-limit"),
    "displays 1 GB": (
        "from IPython.display import display\nfor _ in range(1000): display('x' * 1_000_000)",
        "--output-limit",
    ),
    "writes a file of 1 GB": ("open('big', 'wb').write(bytes(1_000_000_000))", "--output-limit"),
}


def main() -> None:
    lost = 0
    for warm in (True, False):
        for name, (source, limit) in GREEDY.items():
            limits = Limits(seconds=20) if limit == "--time-limit" else Limits()
            with tempfile.TemporaryDirectory() as folder, Kernels(warm=warm, limits=limits) as kernels:
                notebook = {"cells": [{"cell_type": "code", "metadata": {}, "source": source}]}
                begun = time.monotonic()
                try:
                    kernels.run(notebook, "greedy.ipynb", folder=Path(folder))
                    told = "was not stopped"
                except BuildError as error:
                    told = str(error).partition("\n")[0]
                fine = limit in told and told.startswith("greedy.ipynb: cell 1: ")
                lost += not fine
                print(
                    f"greedy: {'forked' if warm else 'plain'} kernel {name}: {'' if fine else 'LOST: '}{told} "
                    f"({time.monotonic() - begun:.0f} s)",
                    flush=True,
                )
    sys.exit(lost)


if __name__ == "__main__":
    main()
