"""A report built cold, unchanged, and with one notebook changed, against one call of nbconvert on the same notebooks.

The peer is ``jupyter nbconvert --execute --to html`` with all notebooks in one call. It makes pages only; ours also
saves every chart as five files and makes the pages of sources and surveys. Both run as commands of their own, so
that starting Python counts; both find the disk's cache warm. Each time is the median of its rounds.

Run with ``python benchmarks/report.py [rounds]`` on a quiet machine; it measures with two jobs and with one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from numpy import median

from analysis.datafolder import shipped_folder

# What is measured, and how much of the peer's time it may take; of a full build's time for "unchanged".
LIMITS = {"cold": 0.35, "cold, one job": 0.6, "one notebook changed": 0.2, "unchanged": 0.05}


def seconds(command: list, folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(folder)
    )
    return time.perf_counter() - start


def environment(folder: Path) -> dict[str, str]:
    # The same settings for both: one thread of linear algebra, and nobody's own profile.
    return os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / "ipython")}


def one_round(folder: Path) -> dict[str, float]:
    notebooks, out = folder / "notebooks", folder / "out"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        shipped_folder("notebooks"), notebooks, ignore=shutil.ignore_patterns("00_*")
    )  # a template is not a page
    files = sorted(notebooks.glob("*.ipynb"))
    programs = Path(sys.executable).parent
    ours = [programs / "exposure", "report", "--notebooks-only", notebooks, "--out", out]
    taken = {
        "nbconvert": seconds(
            [programs / "jupyter", "nbconvert", "--execute", "--to", "html", "--output-dir", folder / "html", *files],
            folder,
        )
    }
    taken["cold"] = seconds([*ours, "--jobs", "2"], folder)
    taken["unchanged"] = seconds(ours, folder)
    content = json.loads(files[0].read_text("utf-8"))
    content["cells"][0]["source"] = ["# Another title\n"]
    files[0].write_text(json.dumps(content), "utf-8")
    taken["one notebook changed"] = seconds(ours, folder)
    shutil.rmtree(out)
    taken["cold, one job"] = seconds([*ours, "--jobs", "1"], folder)
    return taken | {"notebooks": len(files)}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as temporary:
        measured = [one_round(Path(temporary) / "site") for _ in range(rounds)]
    taken = {name: median([one[name] for one in measured]) for name in measured[0]}
    peer = taken.pop("nbconvert")
    print(f"report: nbconvert --execute, one call, {taken.pop('notebooks'):.0f} notebooks: {peer:.2f} s")
    for name, limit in LIMITS.items():
        base, word = (taken["cold"], "a full build") if name == "unchanged" else (peer, "nbconvert")
        print(f"report: {name}: {taken[name]:.2f} s, {taken[name] / base:.3f} of {word} (target {limit})")


if __name__ == "__main__":
    main()
