"""Print the matrix of what readers do: public functions times operations, and how each case ends.

``python tests/readers_matrix.py`` runs all of it, ``python tests/readers_matrix.py charts`` one part.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import test_bad_input as bad
import test_what_readers_do as good
from real_calls import CHARTS, REAL, TABLES

import analysis as ex

Part = tuple[Iterable[str], Iterable[str], Callable[[str, str], Any]]

PARTS: dict[str, Part] = {
    "statistics": (REAL, good.OPERATIONS, good.statistic_of_a_table),
    "two waves, statistics": (REAL, good.WAVES, good.statistic_of_two_waves),
    "sentences": (REAL, good.OPERATIONS, good.sentence_of_a_result),
    "charts": (CHARTS, good.OPERATIONS, good.chart_of_a_table),
    "tables": (TABLES, good.OPERATIONS, good.table_of_a_table),
    "two waves, charts": (CHARTS, good.WAVES, good.chart_of_two_waves),
    "two waves, tables": (TABLES, good.WAVES, good.table_of_two_waves),
    "bad input, statistics": (REAL, bad.FAULTS, bad.statistic_of_bad_input),
    "bad input, charts": (CHARTS, bad.FAULTS, bad.chart_of_bad_input),
    "bad input, tables": (TABLES, bad.FAULTS, bad.table_of_bad_input),
}


def tally(part: Part) -> tuple[Counter[str], list[str]]:
    """How the cases of a part end, and those that end neither right nor in a typed error."""
    names, operations, run = part
    ends: Counter[str] = Counter()
    faults = []
    for name in names:
        for operation in operations:
            try:
                end = "typed error" if isinstance(run(name, operation), ex.ExposureError) else "right"
            except Exception as error:  # noqa: BLE001 - the matrix lists whatever goes wrong
                end = "other"
                faults.append(f"{name} × {operation}: {type(error).__name__}: {(str(error) or '?').splitlines()[0]}")
            ends[end] += 1
    return ends, faults


def main(chosen: list[str]) -> None:
    """Print a line a part; below it whatever is neither."""
    warnings.simplefilter("error")
    print(f"{'part':24}{'functions':>10}{'operations':>11}{'cases':>7}{'right':>7}{'typed error':>13}{'other':>7}")
    for title, part in PARTS.items():
        if chosen and not any(title.startswith(one) for one in chosen):
            continue
        ends, faults = tally(part)
        sizes = f"{len(list(part[0])):10}{len(list(part[1])):11}{ends.total():7}"
        print(f"{title:24}{sizes}{ends['right']:7}{ends['typed error']:13}{ends['other']:7}", flush=True)
        for fault in faults:
            print(f"    {fault[:200]}")


if __name__ == "__main__":
    main(sys.argv[1:])
