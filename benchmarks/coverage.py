"""How often intervals of nominally 95 % hold the truth, by seeded simulation.

Each function prints lines of: name, runs, coverage, and the least that is accepted. The truths are synthetic.

Run with ``python benchmarks/coverage.py``.
"""

import sys

import numpy as np
import pandas as pd

from analysis.statistics import rank_sets, two_lists

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


def two_lists_hold_the_total():
    """Chapman's estimate with its transformed logit limits: populations of 60 to 2,000, lists that hold from 2 to 60 % of them."""
    rng = np.random.default_rng(SEED)
    met = True
    for total, one, other in ((60, 0.4, 0.5), (300, 0.2, 0.3), (300, 0.05, 0.1), (1000, 0.5, 0.6), (2000, 0.1, 0.02)):
        cells = rng.multinomial(total, [one * other, one * (1 - other), (1 - one) * other, (1 - one) * (1 - other)], size=RUNS)
        first, second, both = (
            pd.DataFrame({"iso3": [f"{run:07d}" for run in range(RUNS)], "value": listed, "low": listed, "high": listed})
            for listed in (cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2], cells[:, 0])
        )
        found = two_lists(first, second, both)
        met &= line(f"two_lists, {total} of which {one:.0%} and {other:.0%}", found["low"].le(total) & found["high"].ge(total))
    return met


#: Each prints its lines and says whether every coverage is accepted.
SIMULATIONS = [rank_sets_hold_the_ranks, two_lists_hold_the_total]


if __name__ == "__main__":
    print(f"{'name':50s} {'runs':>6s} {'coverage':>8s} {'least':>6s}")
    missed = [simulation.__name__ for simulation in SIMULATIONS if not simulation()]
    if missed:
        sys.exit(f"covered too rarely: {', '.join(missed)}")
