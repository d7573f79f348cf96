"""How much faster the preferred figures are chosen than by an earlier commit, on the same frame: that commit's panel.

Run with ``python benchmarks/preferred.py [commit] [rounds]`` in a clone that has the commit, on a quiet machine.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from numpy import median

ROOT = Path(__file__).parents[1]
COMMIT, TARGET = "12a1fe4", 4.0

MEASURE = """
import sys, time
import pandas as pd
import analysis as ex
panel = pd.read_pickle(sys.argv[1])
ex.preferred(panel)  # the first run reads the surveys
start = time.process_time()
ex.preferred(panel)
print(time.process_time() - start)
"""


def seconds(tree: Path, frame: Path) -> float:
    return float(run(tree, MEASURE, str(frame)))


def run(tree: Path, code: str, *arguments: str) -> str:
    told = os.environ | {"PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=told, check=True, capture_output=True, text=True
    )
    return done.stdout


def main() -> None:
    commit = sys.argv[1] if len(sys.argv) > 1 else COMMIT
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    packed = subprocess.run(["git", "archive", commit, "src", "data"], cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        before, frame = Path(folder, "before"), Path(folder, "panel.pkl")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(before, filter="data")
        run(before, "import sys, analysis as ex; ex.panel().to_pickle(sys.argv[1])", str(frame))
        # The two in turn, so that a busy moment of the machine falls on both.
        taken = [(seconds(before, frame), seconds(ROOT, frame)) for _ in range(rounds)]
    then, now = (median(column) for column in zip(*taken, strict=True))
    print(
        f"preferred: {1000 * now:.0f} ms, {then / now:.1f} times as fast as {commit} ({1000 * then:.0f} ms; "
        f"target {TARGET:g})"
    )


if __name__ == "__main__":
    main()
