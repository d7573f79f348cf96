"""Refusing identifiers, against one vectorised pandas pattern over the same million cells
(target: at most 15 times).
"""

import importlib.util
import time
from pathlib import Path

import pandas as pd

from analysis.identifiers import find_identifiers

_spec = importlib.util.spec_from_file_location(
    "identifier_corpus", Path(__file__).parents[1] / "tests" / "figures" / "identifier_corpus.py"
)
corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)


def seconds(run) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    cells = pd.Series(corpus.innocent(1_000_000), dtype="str")  # synthetic, seeded
    frame = cells.to_frame("note")
    peer = seconds(lambda: cells.str.contains(r"\d{1,3}(?:\.\d{1,3}){3}", regex=True))
    ours = seconds(lambda: find_identifiers(frame))
    print(
        f"identifiers: {ours:.2f} s for {len(cells):,} synthetic cells; one pattern {peer:.2f} s; ratio "
        f"{ours / peer:.1f} (target 15)"
    )


if __name__ == "__main__":
    main()
