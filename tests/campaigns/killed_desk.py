"""Kill a program that settles a draft at many moments; only its last step may be lost, and the draft stays whole.

Run with ``python tests/campaigns/killed_desk.py [moments]``.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analysis.datafolder import shipped_folder
from analysis.intake.draft_writing import draft_report
from analysis.intake.drafts import Draft

TEXT = "Greenbone Networks counted: " + " ".join(
    f"In {place}, {number} servers stood open." for number, place in enumerate(("Spain", "Chile", "Peru", "Italy"), 11)
)
#: Accepts, drops and reopens the rows in turn, and tells each step when it is saved.
SETTLER = """
import sys
from analysis.intake.drafts import Draft
draft, step = Draft(sys.argv[1]), 0
while True:
    at, decision = step % 4, ("accept", "drop", "later", "")[step // 4 % 4]
    draft.settle([at], decision)
    print(step, at, decision, flush=True)
    step += 1
"""


def kill_once(folder: Path, after: float) -> str:
    """Kill the settler so many seconds after its first step; what is wrong then, or nothing."""
    command = [sys.executable, "-c", SETTLER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        told = [running.stdout.readline()]
        time.sleep(after)
        running.kill()
        told += running.stdout.read().splitlines(keepends=True)
    done = [line.split(maxsplit=2) for line in told if line.endswith("\n")]
    expected = {int(one[1]): (one[2].strip() if len(one) > 2 else "") for one in done}
    draft = Draft(folder)
    if len(draft.rows) < 4:
        return f"{len(draft.rows)} rows are left"
    last = int(done[-1][0])
    beyond = (last + 1) % 4  # the step that may have been saved and not told any more
    wrong = [at for at, decision in expected.items() if draft.rows[at]["decision"] != decision and at != beyond]
    before = [row["decision"] for row in draft.rows]
    if draft.undo() is None:
        return "nothing can be undone"
    return f"rows {wrong} are lost" if wrong else "" if [row["decision"] for row in draft.rows] != before else "no undo"


def main(moments: int = 30) -> int:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "my-data"
        (data / "aggregate").mkdir(parents=True)
        (data / "reference").symlink_to(shipped_folder("data") / "reference")
        os.environ["EXPOSURE_DATA"] = str(data)
        folder = data / "aggregate" / "killed-draft"
        draft_report(TEXT, folder, "en")
        faults = [fault for number in range(moments) if (fault := kill_once(folder, 0.007 * number))]
    print(f"killed at {moments} moments: {len(faults)} faults", *faults, sep="\n  ")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
