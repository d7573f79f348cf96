"""How often intervals of nominally 95 % hold the truth, by seeded simulation.

Each function prints lines of: name, runs, coverage, and the least that is accepted. The truths are synthetic.

Run with ``python benchmarks/coverage.py``.
"""

import sys

import numpy as np
import pandas as pd

from analysis.statistics import (
    directly_standardised,
    empirical_bayes,
    funnel,
    indirectly_standardised,
    rank_sets,
    rate_difference,
    rate_ratio,
    rates,
    two_lists,
)
from analysis.statistics.poisson import METHODS

RUNS, SEED, LEAST = 2_000, 1, 0.94
#: What intervals must hold that are exact by their construction.
EXACT = 0.95
MEANS = np.array([0.5, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200])


def line(name, covered, least=LEAST):
    """Print the share of runs that held the truth; whether it is enough."""
    covered = np.asarray(covered, dtype=float)
    print(f"{name:50s} {len(covered):6d} {covered.mean():8.4f} {least:6g}", flush=True)
    return covered.mean() >= least


def rank_sets_hold_the_ranks():
    """Poisson counts, and estimates with normal errors, about two groups of equal means that lie far apart.

    That is the hardest case: the steps tell the groups apart, and then any two told apart within one are an error.
    Marginal sets are
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
            frame = pd.DataFrame(
                {"place": list("ABCDEF"), "value": value, "low": value, "high": value, "error": errors}
            )
            for way in ("marginal", "simultaneous") if run % 6 == 0 else ("simultaneous",):
                sets = rank_sets(frame, simultaneous=way == "simultaneous", **options).sort_values("place")
                # Equal truths share the best rank of their three; a set that holds it and the worst tells none of them
                # apart.
                inside = (sets["rank_low"] <= best) & (best + 2 <= sets["rank_high"])
                held[way, kind] += [inside.all()] if way == "simultaneous" else inside.tolist()
    return all(line(f"rank_sets, {way}, {kind}", covered) for (way, kind), covered in held.items())


def counts(values, **columns):
    """One row a count, without rounding, each of its own place."""
    values = np.asarray(values, dtype=float)
    names = [f"{n:07d}" for n in range(len(values))]
    return pd.DataFrame({"iso3": names, "value": values, "low": values, "high": values} | columns)


def rates_hold_the_mean():
    """Counts over a million inhabitants, with means from a half to 200; all means together."""
    means = np.repeat(MEANS, RUNS)
    frame = counts(np.random.default_rng(SEED).poisson(means), people=1e6)
    met = True
    for method in METHODS:
        found = rates(frame, per="people", method=method)
        # A lower limit that is withheld holds everything.
        held = ~(found["rate_low"] > means) & (found["rate_high"] >= means)
        met &= line(f"rates, {method}", held, EXACT if method == "exact" else LEAST)
    return met


def funnels_hold_usual_places():
    """Places whose counts have the common rate: inside the limits of the funnel."""
    means = np.repeat(MEANS, RUNS)
    frame = counts(np.random.default_rng(SEED).poisson(means), expected=means)
    met = True
    for method in ("exact", "garwood"):
        found = funnel(frame, "expected", 1.0, method=method)
        for name, level in (("95", 0.95), ("998", 0.998)):
            inside = found["ratio"].between(found[f"low_{name}"], found[f"high_{name}"])
            # Garwood's interval about the expected count is what others draw; it is shown, not vouched for.
            met &= line(f"funnel, {method}, {level:.1%}", inside, level if method == "exact" else 0)
    return met


def two_rates_hold_ratio_and_difference():
    """3 in 10,000 against 2 in 10,000, over denominators of two sizes; two places without any count have no ratio."""
    drawn = np.random.default_rng(SEED).poisson((6, 14), (RUNS, 2))
    met = True
    for column, call, truth, least in (
        ("ratio", rate_ratio, 1.5, EXACT),
        ("difference", rate_difference, 100.0, LEAST),
    ):
        pairs, times = np.unique(drawn[drawn.sum(axis=1) > 0], axis=0, return_counts=True)
        held = []
        for pair in pairs:
            frame = counts(pair, people=[20_000.0, 70_000.0])
            row = call(frame, *frame["iso3"], per="people").iloc[0]
            held.append(row[f"{column}_low"] <= truth <= row[f"{column}_high"])
        met &= line(f"rate_{column}", np.repeat(held, times), least)
    return met


def standardised_rates_hold_the_rate():
    """Directly and indirectly standardised rates over four strata of unequal size and rate."""
    people, rate, standard = (
        np.array([4e4, 3e4, 2e4, 1e4]),
        np.array([1e-4, 2e-4, 5e-4, 2e-3]),
        np.array([1.0, 2.0, 3.0, 2.0]),
    )
    drawn = np.random.default_rng(SEED).poisson(people * rate, (RUNS, 4))
    frame = counts(
        drawn.ravel(), people=np.tile(people, RUNS), run=np.repeat(np.arange(RUNS), 4), band=np.tile(np.arange(4), RUNS)
    )
    truth = (standard * rate).sum() / standard.sum()
    met = True
    for method, least in (("exact", LEAST), ("byar", LEAST), ("gamma", EXACT)):
        found = directly_standardised(frame, "run", "band", dict(enumerate(standard)), "people", 1.0, method).dropna(
            subset="rate"
        )
        met &= line(
            f"directly_standardised, {method}", found["rate_low"].le(truth) & found["rate_high"].ge(truth), least
        )
    found = indirectly_standardised(frame, "run", "band", dict(enumerate(rate)), "people")
    return line("indirectly_standardised", found["ratio_low"].le(1) & found["ratio_high"].ge(1), EXACT) and met


def smoothed_rates_hold_the_rates():
    """A hundred places whose true rates come from a gamma distribution, all places together."""
    random, held = np.random.default_rng(SEED), []
    for _ in range(-(-RUNS // 100)):
        people, truth = random.uniform(1e5, 3e6, 100), random.gamma(4, 1e-6, 100)
        found = empirical_bayes(counts(random.poisson(people * truth), people=people), "people", scale=1.0)
        held.append((found["smoothed_low"].to_numpy() <= truth) & (truth <= found["smoothed_high"].to_numpy()))
    return line("empirical_bayes", np.concatenate(held))


def two_lists_hold_the_total():
    """Chapman's estimate with its transformed logit limits: populations of 60 to 2,000, lists that hold from 2 to 60 % of them."""
    rng = np.random.default_rng(SEED)
    met = True
    for total, one, other in ((60, 0.4, 0.5), (300, 0.2, 0.3), (300, 0.05, 0.1), (1000, 0.5, 0.6), (2000, 0.1, 0.02)):
        cells = rng.multinomial(
            total, [one * other, one * (1 - other), (1 - one) * other, (1 - one) * (1 - other)], size=RUNS
        )
        first, second, both = (
            pd.DataFrame(
                {"iso3": [f"{run:07d}" for run in range(RUNS)], "value": listed, "low": listed, "high": listed}
            )
            for listed in (cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2], cells[:, 0])
        )
        found = two_lists(first, second, both)
        met &= line(
            f"two_lists, {total} of which {one:.0%} and {other:.0%}",
            found["estimate_low"].le(total) & found["estimate_high"].ge(total),
        )
    return met


#: Each prints its lines and says whether every coverage is accepted.
SIMULATIONS = [
    rank_sets_hold_the_ranks,
    rates_hold_the_mean,
    funnels_hold_usual_places,
    two_rates_hold_ratio_and_difference,
    standardised_rates_hold_the_rate,
    smoothed_rates_hold_the_rates,
    two_lists_hold_the_total,
]


if __name__ == "__main__":
    print(f"{'name':50s} {'runs':>6s} {'coverage':>8s} {'least':>6s}")
    missed = [simulation.__name__ for simulation in SIMULATIONS if not simulation()]
    if missed:
        sys.exit(f"covered too rarely: {', '.join(missed)}")
