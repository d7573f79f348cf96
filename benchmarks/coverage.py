"""How often intervals of nominally 95 % hold the truth, by seeded simulation: rates, places, lists, surveys.

Each function prints lines of: name, runs, coverage, and the least that is accepted. The truths are synthetic. Series
are in `coverage_of_series.py`.

Run with ``python benchmarks/coverage.py``, or with names of simulations for some; with ``--write`` their lines are put
into the table of ``docs/methods.md``.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.statistics import (
    capture_recapture,
    change,
    concentration_index,
    correlate,
    directly_standardised,
    empirical_bayes,
    equivalence,
    funnel,
    heaping,
    indirectly_standardised,
    local_moran,
    lower_bound,
    moran,
    rank_sets,
    rate_difference,
    rate_ratio,
    rates,
    regress,
    share_difference,
    share_ratio,
    slope_index,
    two_lists,
)
from analysis.statistics.inequality_by_rank.formulas import concentration_index_of, midpoint_ranks
from analysis.statistics.inequality_by_rank.formulas import line as weighted_line
from analysis.statistics.meta_analysis import pooled_estimates
from analysis.statistics.poisson import METHODS

RUNS, SEED, LEAST = 2_000, 1, 0.94
#: What intervals must hold that are exact by their construction.
EXACT = 0.95
MEANS = np.array([0.5, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200])


#: Lines of the table in the documentation, by name: runs, coverage, what is asked for.
TABLE: dict[str, tuple[int, float, float]] = {}
METHODS_PAGE = Path(__file__).parents[1] / "docs" / "methods.md"
BEGIN, END = "<!-- coverage: made by benchmarks/coverage.py -->\n", "<!-- end of coverage -->\n"


def line(name, covered, least=LEAST):
    """Print the share of runs that held the truth; whether it is enough."""
    covered = np.asarray(covered, dtype=float)
    print(f"{name:60s} {len(covered):6d} {covered.mean():8.4f} {least:6g}", flush=True)
    TABLE[name] = len(covered), covered.mean(), least
    return covered.mean() >= least


def write_table():
    """Put the lines into the documentation, in the place of earlier ones of the same name."""
    text = METHODS_PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    rows = {row.split(" | ")[0].removeprefix("| "): row for row in old.splitlines()[2:]}
    for name, (runs, share, least) in TABLE.items():
        short = " (short)" if share < least else ""
        rows[name] = f"| {name} | {runs:,} | {share:.1%}{short} | {least:.1%} |".replace("%", " %")
    head = ["| what | runs | held | asked |", "| --- | --- | --- | --- |"]
    METHODS_PAGE.write_text(before + BEGIN + "\n".join([*head, *rows.values()]) + "\n" + END + after, encoding="utf-8")


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
    given = {"iso3": names, "value": values, "low": values, "high": values, "occurrence": "independent"}
    return pd.DataFrame(given | columns)


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
            inside = found["ratio"].between(found[f"ratio_low_{name}"], found[f"ratio_high_{name}"])
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
    """Chapman's estimate with its transformed logit limits: 60 to 2,000 entries, lists that hold from 2 to 60 %."""
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


def associations_find_nothing_where_nothing_is():
    """Overdispersed counts of 8 to 20 places that do not go with the covariate: how often that is left open."""
    rng = np.random.default_rng(SEED)
    met = True
    for places in (8, 13, 20):
        held: dict[str, list[bool]] = {"regress, HC3": [], "correlate, Spearman": [], "correlate, Kendall": []}
        for _ in range(RUNS):
            size = rng.lognormal(2, 1, places)
            # A scatter between places beside Poisson's, as the real counts have it.
            frame = counts(rng.poisson(6 * size * rng.gamma(2, 0.5, places)), size=size, x=rng.normal(size=places))
            held["regress, HC3"].append(_open(regress, frame, per="size"))
            held["correlate, Spearman"].append(_open(correlate, frame, per="size"))
            held["correlate, Kendall"].append(_open(correlate, frame, per="size", coefficient="kendall"))
        # At most 6 % of nothing may be called a finding at 5 %.
        for name, left_open in held.items():
            met &= line(f"{name}, {places} places, p >= 0.05 of nothing", left_open)
    return met


def _open(function, frame, **chosen):
    return bool(function(frame, "x", **chosen)["p_value"].iloc[0] >= 0.05)


def indexes_by_rank_hold_the_slope():
    """Places ranked by income, each as wide as its population, with overdispersed counts."""
    rng = np.random.default_rng(SEED)
    met = True
    for places in (5, 13, 20):
        held: dict[str, list[bool]] = {"concentration_index": [], "slope_index": []}
        for _ in range(RUNS):
            income, size = rng.lognormal(9, 1, places), rng.lognormal(2, 1.3, places)
            ranks = midpoint_ranks(income, size)
            mean = 2 * np.exp(0.5 * (ranks - 0.5))
            frame = counts(rng.poisson(5 * size * mean * rng.gamma(2, 0.5, places)), income=income, size=size)
            if not frame["value"].any():
                continue
            chosen = {"rank_by": "income", "per": "size", "weight": "size"}
            index, slope = (
                concentration_index(frame, **chosen).iloc[0],
                slope_index(frame, **chosen, scale=0.2).iloc[0],
            )
            truth = concentration_index_of(mean, ranks, size)
            held["concentration_index"].append(
                index["concentration_index_low"] <= truth <= index["concentration_index_high"]
            )
            truth = weighted_line(mean, ranks, size).slope
            held["slope_index"].append(slope["slope_index_low"] <= truth <= slope["slope_index_high"])
        for name, covered in held.items():
            met &= line(f"{name}, {places} places, HC3", covered)
    return met


def pooled_surveys_hold_their_middle():
    """Surveys that differ by τ = 0.5 with errors from 0.2 to 0.6: the middle, and a further survey of the kind."""
    rng = np.random.default_rng(SEED)
    met = True
    for surveys in (3, 5, 8, 12):
        middle, further = [], []
        for _ in range(RUNS):
            errors, truth = rng.uniform(0.2, 0.6, surveys), rng.normal(1, 0.5, surveys)
            found = pooled_estimates(truth + errors * rng.standard_normal(surveys), errors**2)
            middle.append(found.low <= 1 <= found.high)
            further.append(found.predicted_low <= rng.normal(1, 0.5) <= found.predicted_high)
        met &= line(f"meta_analysis, {surveys} surveys, middle", middle, 0.92)
        met &= line(f"meta_analysis, {surveys} surveys, a further one", further, 0.85)
    return met


def bounds_stay_below_the_total():
    """Three independent lists of unequal reach: how often the lower limit of Chao's bound is not above the total."""
    rng = np.random.default_rng(SEED)
    patterns = np.array([(1, 1, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
    met = True
    for total, reach in ((300, (0.2, 0.3, 0.4)), (1000, (0.1, 0.2, 0.6)), (1000, (0.05, 0.05, 0.3))):
        chance = np.prod(np.where(patterns == 1, reach, 1 - np.array(reach)), axis=1)
        below = []
        for cells in rng.multinomial(total, [*chance, 1 - chance.sum()], size=RUNS)[:, :-1]:
            row = lower_bound(pd.DataFrame(patterns, columns=list("PQR")).assign(value=cells)).iloc[0]
            below.append(row["estimate_low"] <= total)
        met &= line(f"lower_bound, {total}, reach {reach}", below)
    return met


def two_shares_hold_difference_and_ratio():
    """Shares of 15 and 40 % of 13 to 190 tested: Newcombe's and Miettinen & Nurminen's limits."""
    rng, met = np.random.default_rng(SEED), True
    for first, second in ((13, 29), (60, 190)):
        held: dict[str, list[bool]] = {}
        for one, other in zip(rng.binomial(first, 0.15, RUNS), rng.binomial(second, 0.4, RUNS), strict=True):
            frame = pd.DataFrame(
                {"group": ["a", "b"], "numerator": [one, other], "denominator": [first, second]}
            ).assign(occurrence="independent")
            for method in ("newcombe", "miettinen-nurminen"):
                row = share_difference(frame, "a", "b", method=method).iloc[0]
                inside = row["difference_low"] <= -0.25 <= row["difference_high"]
                held.setdefault(f"share_difference, {method}", []).append(inside)
            if one or other:
                row = share_ratio(frame, "a", "b").iloc[0]
                held.setdefault("share_ratio", []).append(row["ratio_low"] <= 0.375 <= row["ratio_high"])
        for name, covered in held.items():
            met &= line(f"{name}, {first} and {second} tested", covered)
    return met


def changes_hold_the_ratio():
    """Two waves of counts with means of 2 to 200, of which the second is three quarters of the first."""
    rng, met = np.random.default_rng(SEED), True
    for mean in (2, 12, 200):
        before, after = rng.poisson(mean, 10 * RUNS), rng.poisson(0.75 * mean, 10 * RUNS)
        seen = (before > 0) | (after > 0)
        found = change(counts(before[seen]), counts(after[seen]))
        # Without a first count there is no ratio, only its lower limit.
        held = ~(found["ratio_low"] > 0.75) & ~(found["ratio_high"] < 0.75)
        met &= line(f"change, ratio of counts about {mean}", held, EXACT)
        met &= line(f"change, no change of counts about {mean}: left open", _left_open(mean, rng), EXACT)
    return met


def _left_open(mean, rng):
    before, after = rng.poisson(mean, (2, 20 * RUNS))
    seen = (before > 0) | (after > 0)
    return change(counts(before[seen]), counts(after[seen]))["p_value"].fillna(1) >= 0.05


def margins_are_not_met_by_chance():
    """Rates that differ by just the margin: how often equivalence is not claimed."""
    rng, met = np.random.default_rng(SEED), True
    for mean in (30, 200):
        open_ = []
        for pair in rng.poisson((1.25 * mean, mean), (RUNS, 2)):
            ratio = rate_ratio(counts(pair, people=[1e6, 1e6]), "0000000", "0000001", "people")
            open_.append(equivalence(ratio, 0.8, 1.25)["verdict"].iloc[0] == "cannot tell")
        met &= line(f"equivalence, counts about {mean} at the margin: not claimed", open_, EXACT)
    return met


def lists_hold_the_total():
    """Three independent lists: the model of independence, with its log-normal limits."""
    rng, met = np.random.default_rng(SEED), True
    patterns = np.array([(1, 1, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
    for total, reach in ((120, (0.3, 0.4, 0.5)), (1000, (0.1, 0.2, 0.4))):
        chance = np.prod(np.where(patterns == 1, reach, 1 - np.array(reach)), axis=1)
        held = []
        for cells in rng.multinomial(total, [*chance, 1 - chance.sum()], size=RUNS)[:, :-1]:
            table = capture_recapture(pd.DataFrame(patterns, columns=list("PQR")).assign(value=cells))
            row = table.set_index("model").loc["independent"]
            held.append(row["estimate_low"] <= total <= row["estimate_high"])
        met &= line(f"capture_recapture, {total}, reach {reach}", held)
    return met


def patterns_are_not_found_where_none_is():
    """Rates without a pattern on the map: how often Moran's I, global and of residuals, is left open."""
    rng, met = np.random.default_rng(SEED), True
    for places in (10, 20):
        held: dict[str, list[bool]] = {"moran": [], "local_moran, none of all": [], "regress, Moran of residuals": []}
        names = [f"{n:07d}" for n in range(places)]
        near = {name: [names[(at + 1) % places], names[at - 1]] for at, name in enumerate(names)}
        for run in range(RUNS):
            size = rng.lognormal(2, 1, places)
            frame = counts(rng.poisson(6 * size * rng.gamma(2, 0.5, places)), size=size, x=rng.normal(size=places))
            options = {"per": "size", "neighbours": near}
            held["moran"].append(moran(frame, draws=199, seed=run, **options)["p_value"].iloc[0] >= 0.05)
            each = local_moran(frame, draws=499, seed=run, **options)
            held["local_moran, none of all"].append(not (each["p_adjusted"] < 0.05).any())
            residual = regress(frame, "x", **options)["residual_p"].iloc[0]
            held["regress, Moran of residuals"].append(residual >= 0.05)
        for name, left_open in held.items():
            met &= line(f"{name}, {places} places: left open", left_open)
    return met


def digits_are_not_heaped_by_chance():
    """Figures with digits as chance gives them: how often no test of `heaping` tells."""
    rng, met = np.random.default_rng(SEED), True
    for figures in (20, 120):
        held: dict[str, list[bool]] = {}
        for _ in range(RUNS):
            found = heaping(pd.DataFrame({"value": np.round(rng.lognormal(6, 1.5, figures)) + 10})).set_index("test")
            for test in ("last digit", "multiple of 10", "multiple of 5", "multiple of 100"):
                held.setdefault(test, []).append(not found.loc[test, "p_value"] < 0.05)
        for test, left_open in held.items():
            met &= line(f"heaping, {test} of {figures} figures: left open", left_open)
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
    associations_find_nothing_where_nothing_is,
    indexes_by_rank_hold_the_slope,
    pooled_surveys_hold_their_middle,
    bounds_stay_below_the_total,
    two_shares_hold_difference_and_ratio,
    changes_hold_the_ratio,
    margins_are_not_met_by_chance,
    lists_hold_the_total,
    patterns_are_not_found_where_none_is,
    digits_are_not_heaped_by_chance,
]


def main(chosen):
    """Run all simulations or some, write the table if asked, and fail where a coverage is not accepted."""
    from coverage_of_series import SIMULATIONS as OF_SERIES

    known = {one.__name__: one for one in [*SIMULATIONS, *OF_SERIES]}
    names = [name for name in chosen if name != "--write"] or list(known)
    print(f"{'name':60s} {'runs':>6s} {'coverage':>8s} {'least':>6s}")
    missed = [name for name in names if not known[name]()]
    if "--write" in chosen:
        write_table()
    if missed:
        sys.exit(f"covered too rarely: {', '.join(missed)}")


if __name__ == "__main__":
    sys.modules["coverage"] = sys.modules["__main__"]
    main(sys.argv[1:])
