"""How often intervals of nominally 95 % hold the truth, by seeded simulation.

Each function prints lines of: name, runs, coverage, and the least that is accepted. The truths are synthetic.

Run with ``python benchmarks/coverage.py``.
"""

import sys

import numpy as np
import pandas as pd

from analysis.statistics import rank_sets

RUNS, SEED, LEAST = 2_000, 1, 0.94


def line(name, covered, least=LEAST):
    """Print the share of runs that held the truth; whether it is enough."""
    covered = np.asarray(covered, dtype=float)
    print(f"{name:50s} {len(covered):6d} {covered.mean():8.4f} {least:6g}", flush=True)
    return covered.mean() >= least


def rank_sets_hold_the_ranks():
    """Poisson counts, and estimates with normal errors, about two groups of equal means that lie far apart.

    That is the hardest case: the steps tell the groups apart, and then any two told apart within one are an error. Marginal sets are
    looked at for each of the six places of a sixth of the runs.
    """
    means = np.array([20.0, 20, 20, 200, 200, 200])
    best = np.array([4, 4, 4, 1, 1, 1])
    errors = np.sqrt(means)
    rng = np.random.default_rng(SEED)
    held = {(way, kind): [] for way in ("marginal", "simultaneous") for kind in ("counts", "estimates")}
    for run in range(RUNS):
        estimates = 500 + means + errors * rng.standard_normal(len(means))
        for kind, value, options in (
            ("counts", rng.poisson(means).astype(float), {}),
            ("estimates", estimates, {"error": "error", "draws": 1000, "seed": run}),
        ):
            frame = pd.DataFrame({"place": list("ABCDEF"), "value": value, "low": value, "high": value, "error": errors})
            for way in ("marginal", "simultaneous") if run % 6 == 0 else ("simultaneous",):
                sets = rank_sets(frame, simultaneous=way == "simultaneous", **options).sort_values("place")
                # Equal truths share the best rank of their three; a set that holds it and the worst tells none of them apart.
                inside = (sets["rank_low"] <= best) & (best + 2 <= sets["rank_high"])
                held[way, kind] += [inside.all()] if way == "simultaneous" else inside.tolist()
    return all([line(f"rank_sets, {way}, {kind}", covered) for (way, kind), covered in held.items()])


#: Each prints its lines and says whether every coverage is accepted.
SIMULATIONS = [rank_sets_hold_the_ranks]


if __name__ == "__main__":
    print(f"{'name':50s} {'runs':>6s} {'coverage':>8s} {'least':>6s}")
    missed = [simulation.__name__ for simulation in SIMULATIONS if not simulation()]
    if missed:
        sys.exit(f"covered too rarely: {', '.join(missed)}")
