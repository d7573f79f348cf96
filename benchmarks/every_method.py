"""What every public statistic costs at the sizes of this field: processor time beside a plain loop, and memory.

Made-up tables, seeded: 400 places; 200 places × 240 months; five lists. The yardstick is a plain loop over the same
table in the same run, one exact Poisson limit a row by scipy, as one would write it by hand; so that a ratio means the
same on a slow and on a quick machine. Limits: 1.5 s of processor time (`rank_sets` of estimates 1 s, five lists 2 s)
where the loop over 48,000 rows takes some 8 s, and 300 MB. The first run of a call is shown beside: it loads
statsmodels or esda, which takes a second once a process.

Run with ``python benchmarks/every_method.py``, or with names of statistics for some.
"""

import itertools
import sys
import time
import tracemalloc
import warnings

import numpy as np
import pandas as pd
from scipy import stats

from analysis import statistics as s
from analysis.statistics.nowcast import of_triangle

PLACES, MONTHS, SEED = 200, 240, 1
SECONDS, MEMORY = 1.5, 300
RING = 4


def codes(many):
    """Made-up codes of places."""
    return ["".join(letters) for letters in itertools.islice(itertools.product("ABCDEFGHIJ", repeat=3), many)]


def places(many=400, seed=SEED):
    """One row a place: a count, a denominator, an income, a group and a stratum."""
    rng = np.random.default_rng(seed)
    size, income = rng.lognormal(13, 1.2, many), rng.lognormal(9, 1, many)
    count = rng.poisson(2e-5 * size * rng.gamma(2, 0.5, many)) + 1.0
    return pd.DataFrame(
        {
            "iso3": codes(many),
            "value": count,
            "size": size,
            "income": income,
            "band": np.arange(many) % 5,
            "half": np.arange(many) // (many // 2),
            "error": np.sqrt(count),
        }
    )


def months(many=PLACES, length=MONTHS, seed=SEED):
    """One row a place and month: counts with a season, a slope of their own and, in a tenth, a step."""
    rng = np.random.default_rng(seed)
    days, at = pd.period_range("2004-01", periods=length, freq="M").to_timestamp(), np.arange(length)
    wave = 1 + 0.3 * np.sin(2 * np.pi * at / 12)
    rows = []
    for number, code in enumerate(codes(many)):
        level = rng.lognormal(3, 1) * np.exp(rng.normal() * 0.002 * at) * np.where(at >= 120, 1 + (number % 10 == 0), 1)
        rows.append(pd.DataFrame({"place": code, "day": days, "count": rng.poisson(level * wave).astype(float)}))
    return pd.concat(rows, ignore_index=True)


def ring(many=400):
    names = codes(many)
    return {name: [names[(at + step) % many] for step in (-2, -1, 1, 2)] for at, name in enumerate(names)}


FRAME, SERIES = places(), months()
ONE = SERIES[SERIES["place"] == SERIES["place"].iloc[0]]
BEFORE, AFTER = places(), places(seed=2).assign(size=FRAME["size"])
PATTERNS = [pattern for pattern in itertools.product((0, 1), repeat=5) if any(pattern)]
LISTS = pd.DataFrame(PATTERNS, columns=list("PQRST")).assign(
    value=np.random.default_rng(SEED).poisson([900 * 0.3 ** sum(pattern) for pattern in PATTERNS])
)
TESTED = FRAME.assign(value=FRAME["value"] * 3)
RATE = {"per": "size"}
RISKS = [
    s.assumption("share", 0.001, 0.01, 0.1, unit="of studies", source="made up"),
    s.assumption("cost", 50, 100, 400, unit="US dollars", source="made up"),
]
WORLD = pd.DataFrame({"iso3": ["WLD"], "value": [2.0 * FRAME["value"].sum()]})
SURVEYS = pd.DataFrame({"study": [f"s{n}" for n in range(40)], "rate": np.linspace(1, 2, 40), "error": 0.2})
TRIANGLE = [list(np.cumsum(np.random.default_rng(row).poisson(200 / (1 + np.arange(60 - row))))) for row in range(60)]
EVENTS = pd.DataFrame({"date": ["2014-01-01", "2016-01-01", "2018-01-01"], "event": list("abc")})
BAND = dict.fromkeys(range(5), 1.0)


def over_two():
    return s.rate_ratio(FRAME, "AAA", "AAB", **RATE)


def of_shares():
    return s.shares(FRAME, TESTED, "listing")


#: Every public statistic: the call, and the table that the plain loop goes over.
CALLS = {
    "anomalies": (lambda: s.anomalies(SERIES), SERIES),
    "before_and_after": (lambda: s.before_and_after(ONE, EVENTS), ONE),
    "bounds": (lambda: s.bounds(FRAME, WORLD, by="band"), FRAME),
    "byar": (lambda: s.byar(SERIES["count"].to_numpy()), SERIES),
    "capture_recapture, five lists": (lambda: s.capture_recapture(LISTS), LISTS),
    "cell_suppression": (lambda: s.cell_suppression(_years(40), ["place", "year"], value="count"), SERIES),
    "change": (lambda: s.change(BEFORE, AFTER), FRAME),
    "change_date_posterior": (lambda: s.change_date_posterior(ONE), ONE),
    "change_points": (lambda: s.change_points(ONE), ONE),
    "concentration": (lambda: s.concentration(FRAME), FRAME),
    "concentration_bounds": (lambda: s.concentration_bounds(FRAME, WORLD, 400, at_least=1), FRAME),
    "concentration_index": (lambda: s.concentration_index(FRAME, "income", weight="size", **RATE), FRAME),
    "correlate": (lambda: s.correlate(FRAME, "income", **RATE), FRAME),
    "decompose": (lambda: s.decompose(SERIES), SERIES),
    "decompose_change": (lambda: s.decompose_change(BEFORE, AFTER, **RATE), FRAME),
    "directly_standardised": (lambda: s.directly_standardised(FRAME, "half", "band", BAND, **RATE), FRAME),
    "e_value": (lambda: s.e_value(over_two()), FRAME),
    "empirical_bayes": (lambda: s.empirical_bayes(FRAME, **RATE), FRAME),
    "equivalence": (lambda: s.equivalence(s.change(BEFORE, AFTER)), FRAME),
    "forecast": (lambda: s.forecast(ONE), ONE),
    "funnel": (lambda: s.funnel(FRAME, overdispersion="additive", **RATE), FRAME),
    "garwood": (lambda: s.garwood(SERIES["count"].to_numpy()), SERIES),
    "gini": (lambda: s.gini(FRAME), FRAME),
    "grouped_rates": (lambda: s.grouped_rates(FRAME, "band", **RATE), FRAME),
    "heaping": (lambda: s.heaping(FRAME), FRAME),
    "herfindahl": (lambda: s.herfindahl(FRAME), FRAME),
    "indirectly_standardised": (lambda: s.indirectly_standardised(FRAME, "half", "band", **RATE), FRAME),
    "influence_on_regression": (lambda: s.influence_on_regression(FRAME, "income", **RATE), FRAME),
    "interrupted": (lambda: s.interrupted(ONE, "2014-01"), ONE),
    "interrupted, others as control": (lambda: s.interrupted(ONE, "2014-01", control=SERIES), SERIES),
    "least_detectable": (lambda: s.least_detectable(FRAME), FRAME),
    "local_moran": (lambda: s.local_moran(FRAME, neighbours=ring(), **RATE), FRAME),
    "lorenz": (lambda: s.lorenz(FRAME), FRAME),
    "lower_bound, five lists": (lambda: s.lower_bound(LISTS), LISTS),
    "meta_analysis": (lambda: s.meta_analysis(SURVEYS, "rate", error="error"), SURVEYS),
    "mid_p": (lambda: s.mid_p(FRAME["value"].to_numpy()), FRAME),
    "moran": (lambda: s.moran(FRAME, neighbours=ring(), **RATE), FRAME),
    "nowcast": (lambda: s.nowcast(of_triangle(TRIANGLE, "2019-01")), SERIES[:1830]),
    "pareto_tail": (lambda: s.pareto_tail(FRAME), FRAME),
    "per_scan": (lambda: s.per_scan(SERIES.assign(per=4.0)), SERIES),
    "pooled": (lambda: s.pooled(of_shares()), FRAME),
    "rank_probabilities": (lambda: s.rank_probabilities(FRAME), FRAME),
    "rank_sets": (lambda: s.rank_sets(FRAME), FRAME),
    "rank_sets, simultaneous": (lambda: s.rank_sets(FRAME, simultaneous=True), FRAME),
    "rank_sets of estimates": (lambda: s.rank_sets(FRAME, error="error"), FRAME),
    "ranked_changes": (lambda: s.ranked_changes(SERIES, ("2012", "2013"), ("2015", "2016")), SERIES),
    "rate_difference": (lambda: s.rate_difference(FRAME, "AAA", "AAB", **RATE), FRAME),
    "rate_ratio": (over_two, FRAME),
    "rates": (lambda: s.rates(FRAME, **RATE), FRAME),
    "regress": (lambda: s.regress(FRAME, "income", neighbours=ring(), **RATE), FRAME),
    "revisions": (lambda: s.revisions(_vintages()), SERIES[:3660]),
    "scenario": (lambda: s.scenario(FRAME[:1], RISKS, {"US dollars": ["share", "cost"]}), FRAME),
    "score": (lambda: s.score(SERIES["count"].to_numpy()), SERIES),
    "seasonal_trend": (lambda: s.seasonal_trend(SERIES), SERIES),
    "sensitivity": (lambda: s.sensitivity(135, 122, 49), FRAME),
    "settled": (lambda: s.settled(SERIES, "2023-06-01"), SERIES),
    "share_difference": (lambda: s.share_difference(of_shares(), "AAA", "AAB"), FRAME),
    "share_ratio": (lambda: s.share_ratio(of_shares(), "AAA", "AAB"), FRAME),
    "shares": (of_shares, FRAME),
    "slope_index": (lambda: s.slope_index(FRAME, "income", weight="size", **RATE), FRAME),
    "theil": (lambda: s.theil(FRAME, by="band"), FRAME),
    "theil_sen": (lambda: s.theil_sen(_years(PLACES), value="count"), SERIES),
    "too_few": (lambda: s.too_few(FRAME), FRAME),
    "top_set": (lambda: s.top_set(FRAME, 10), FRAME),
    "top_set of estimates": (lambda: s.top_set(FRAME, 10, error="error"), FRAME),
    "top_share": (lambda: s.top_share(FRAME, 10), FRAME),
    "tornado": (lambda: s.tornado(FRAME[:1], RISKS), FRAME),
    "two_lists": (lambda: s.two_lists(FRAME, FRAME, FRAME.assign(value=FRAME["value"] // 2)), FRAME),
    "world_total": (lambda: s.world_total(FRAME), FRAME),
}


def _years(many):
    """The months of some places put together by year."""
    rows = SERIES[SERIES["place"].isin(codes(many))]
    return rows.assign(year=rows["day"].dt.year).groupby(["place", "year"], as_index=False)["count"].sum()


def _vintages():
    return of_triangle(TRIANGLE, "2019-01")


def seconds(call):
    """Processor time of all threads: of the first run, which imports what no call before did, and of the better one."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return taken[0], min(taken)


def loop(frame):
    """Exact limits of each row's count, one after another."""
    column = "count" if "count" in frame else "value"
    for row in frame[column] if column in frame else range(len(frame)):
        stats.chi2.ppf(0.025, 2 * row), stats.chi2.ppf(0.975, 2 * row + 2)


def peak(call):
    """The most memory that a call holds at once, in MB."""
    tracemalloc.start()
    call()
    found = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return found


def limit(name):
    return 1.0 if name == "rank_sets of estimates" else 2.0 if "lists" in name else SECONDS


def main(chosen):
    """Print the table, and fail where a limit is passed."""
    warnings.simplefilter("ignore")
    print(f"{'statistic':34s} {'rows':>6s} {'first':>8s} {'seconds':>8s} {'loop':>8s} {'times':>8s} {'MB':>7s}")
    loops, missed = {}, []
    for name, (call, frame) in CALLS.items():
        if chosen and name not in chosen:
            continue
        if len(frame) not in loops:
            loops[len(frame)] = seconds(lambda frame=frame: loop(frame))[1]
        (first, taken), held = seconds(call), peak(call)
        rows = len(frame)
        times = loops[rows] / taken
        print(f"{name:34s} {rows:6d} {first:8.3f} {taken:8.3f} {loops[rows]:8.3f} {times:8.2f} {held:7.1f}", flush=True)
        if taken > limit(name) or held > MEMORY:
            missed.append(name)
    if missed:
        sys.exit(f"over the limit: {', '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
