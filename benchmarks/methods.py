"""How long the statistics take, against plain loops over scipy's calls on the same numbers.

A panel of 200 synthetic places (seeded), 5,000 resamples. Each function prints lines of: name, our seconds, the peer's
seconds, how many times as fast, and the target; lines of memory give the peak of our call and its limit in MB.

Run with ``python benchmarks/methods.py``.
"""

import itertools
import sys
import time
import tracemalloc

import numpy as np
import pandas as pd
from scipy import stats

from analysis.statistics import garwood, gini, rank_probabilities, rank_sets

PLACES, RESAMPLES, SEED = 200, 5_000, 1
MEMORY = 300


def panel():
    rng = np.random.default_rng(SEED)
    names = [
        "".join(letters)
        for letters in itertools.islice(itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=2), PLACES)
    ]
    value = rng.poisson(np.exp(rng.normal(4, 1.5, PLACES))).astype(float)
    return pd.DataFrame({"iso3": names, "value": value, "low": value, "high": value, "error": np.sqrt(value + 1)})


def best(call, times=3):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def line(name, ours, peer, target):
    """Print one line; whether the target is met."""
    print(f"{name:42s} {ours:8.3f} {peer:8.3f} {peer / ours:7.1f} {target:5.3g}", flush=True)
    return peer / ours >= target


def memory(name, call):
    """Print the peak of one call; whether it stays below the limit."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"{name:42s} {peak:8.1f} MB {MEMORY:19g}", flush=True)
    return peak <= MEMORY


def rank_sets_of_counts(every=10):
    """Marginal sets by exact tests; the peer calls scipy.stats.binomtest for every ordered pair,
    timed on a tenth of them.
    """
    frame = panel()
    counts = frame["value"].astype(int).tolist()

    def loop():
        for one, other in itertools.product(range(0, PLACES, every), range(PLACES)):
            if one != other and counts[one] + counts[other]:
                stats.binomtest(counts[one], counts[one] + counts[other], alternative="greater")

    return line("rank_sets, counts", best(lambda: rank_sets(frame)), best(loop, 1) * every, 20)


def rank_sets_of_estimates(shown=2):
    """Marginal sets by simulation; the peer goes place by place and draw by draw, and is timed on a few places."""
    frame = panel()
    value, error = frame["value"].to_numpy(), frame["error"].to_numpy()
    rng = np.random.default_rng(SEED)

    def loop(place):
        others = np.delete(np.arange(PLACES), place)
        pairs = np.array([(place, other) for other in others] + [(other, place) for other in others])
        spread = np.hypot(error[pairs[:, 0]], error[pairs[:, 1]])
        lead = (value[pairs[:, 0]] - value[pairs[:, 1]]) / spread
        while len(pairs):
            noise = stats.multivariate_normal.rvs(cov=np.diag(error**2), size=RESAMPLES, random_state=rng)
            largest = [((draw[pairs[:, 0]] - draw[pairs[:, 1]]) / spread).max() for draw in noise]
            kept = lead <= np.quantile(largest, 0.95)
            if kept.all():
                break
            pairs, spread, lead = pairs[kept], spread[kept], lead[kept]

    start = time.perf_counter()
    for place in np.linspace(0, PLACES - 1, shown).astype(int):
        loop(place)
    peer = (time.perf_counter() - start) / shown * PLACES

    def ours():
        rank_sets(frame, error="error", draws=RESAMPLES)

    met = line("rank_sets, estimates, 5,000 resamples", best(ours, 2), peer, 20)
    return memory("rank_sets, estimates, memory", ours) and met


def rank_probabilities_of_counts():
    """Ranks of simulated counts;
    the peer draws, ranks with scipy.stats.rankdata and counts one simulation at a time.
    """
    frame = panel()
    value = frame["value"].to_numpy()

    def loop():
        rng, times = np.random.default_rng(SEED), np.zeros((PLACES, PLACES), dtype=int)
        for _ in range(RESAMPLES):
            rank = stats.rankdata(-rng.poisson(value), method="min")
            times[np.arange(PLACES), rank.astype(int) - 1] += 1

    def ours():
        rank_probabilities(frame, draws=RESAMPLES)

    met = line("rank_probabilities, 5,000 resamples", best(ours), best(loop, 1), 4)
    return memory("rank_probabilities, memory", ours) and met


def bootstrap_of_gini():
    """Gini's index with its rounding interval and chance;
    the peer draws a figure within its rounding and a count about it with scipy.stats,
    and calls the index of `inequality`, one resample at a time."""
    from inequality.gini import Gini

    frame = panel()
    value = frame["value"].to_numpy()
    # Figures of more than three digits are printed rounded to tens, as many are.
    width = np.where(value > 1000, 5.0, 0.0)
    frame = frame.assign(low=value - width, high=value + width)

    def loop():
        rng, found = np.random.default_rng(SEED), np.empty(RESAMPLES)
        for resample in range(RESAMPLES):
            mean = stats.uniform.rvs(value - width, 2 * width, random_state=rng)
            found[resample] = Gini(stats.poisson.rvs(mean, random_state=rng)).g
        return np.quantile(found, [0.025, 0.975])

    def ours():
        gini(frame, draws=RESAMPLES)

    met = line("gini, 5,000 resamples", best(ours, 7), best(loop, 2), 20)
    return memory("gini, memory", ours) and met


def exact_limits(size=1_000_000):
    """Exact limits of a million counts; the peer calls scipy.stats.chi2.ppf twice on the same array,
    as the formula is printed.
    """
    counts = np.random.default_rng(SEED).poisson(np.geomspace(0.5, 1e5, size)).astype(float)

    def peer():
        stats.chi2.ppf(0.025, 2 * counts)
        stats.chi2.ppf(0.975, 2 * counts + 2)

    # At most three times as slow as the peer: at least a third of its speed.
    return line("exact_limits, a million counts", best(lambda: garwood(counts), 1), best(peer, 1), 1 / 3)


#: Each prints its lines and says whether its targets are met.
BENCHMARKS = [
    rank_sets_of_counts,
    rank_sets_of_estimates,
    rank_probabilities_of_counts,
    bootstrap_of_gini,
    exact_limits,
]


if __name__ == "__main__":
    print(f"{'name':42s} {'ours':>8s} {'peer':>8s} {'ratio':>7s} target")
    missed = [benchmark.__name__ for benchmark in BENCHMARKS if not benchmark()]
    if missed:
        sys.exit(f"targets missed: {', '.join(missed)}")
