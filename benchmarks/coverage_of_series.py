"""How often limits and verdicts of series are right: months that are overdispersed and dependent, as real ones are.

The lines go with those of `coverage.py`, which runs both. No number in it was ever counted.
"""

import coverage
import numpy as np
import pandas as pd

from analysis.statistics import (
    change_date_posterior,
    change_points,
    forecast,
    interrupted,
    nowcast,
    ranked_changes,
    seasonal_trend,
    theil_sen,
)
from analysis.statistics.nowcast import of_triangle

SEED, AHEAD = 1, 6


def months(values, **columns):
    """One made-up series of months."""
    days = pd.period_range("2012-01", periods=len(values), freq="M").to_timestamp()
    return pd.DataFrame({"day": days, "count": np.asarray(values, dtype=float)} | columns)


def means(many, rng, *, level=40.0, dependence=0.0, season=0.0, growth=0.0, drift=0.0):
    """Means of months: dependent by an AR(1) process, with a yearly wave, growth and drift a month."""
    at, noise = np.arange(many), np.zeros(many)
    for month in range(1, many):
        noise[month] = dependence * noise[month - 1] + rng.normal() * 0.15 * (dependence > 0)
    walk = np.cumsum(rng.normal(size=many) * drift)
    return level * np.exp(season * np.sin(2 * np.pi * at / 12) + growth * at + noise + walk)


def drawn(mean, rng, spread=0.0):
    """Counts about means, of a variance larger than theirs where asked for."""
    return rng.poisson(mean * rng.gamma(1 / spread, spread, len(mean)) if spread else mean)


#: Kinds of series: how the means move, and how much the counts scatter beside Poisson's.
KINDS = {
    "level": ({}, 0.0),
    "few": ({"level": 2.0}, 0.0),
    "overdispersed": ({}, 0.1),
    "season": ({"season": 0.3}, 0.0),
    "dependent": ({"dependence": 0.6}, 0.0),
    "drift": ({"drift": 0.05}, 0.0),
    "rising 1.5 % a month": ({"level": 20.0, "growth": 0.015}, 0.0),
    "falling 1 % a month": ({"level": 90.0, "growth": -0.01}, 0.0),
}


def forecasts_hold_the_months_to_come():
    """Six months that were held out, after 24, 60 and 120."""
    met = True
    for many in (24, 60, 120):
        for kind, (moves, spread) in KINDS.items():
            held = []
            for run in range(coverage.RUNS // 10):
                rng = np.random.default_rng((SEED, many, run))
                values = drawn(means(many + AHEAD, rng, **moves), rng, spread)
                found = forecast(months(values[:many]), AHEAD)
                low, high = found["expected_low"].to_numpy(), found["expected_high"].to_numpy()
                held.append(((low <= values[many:]) & (values[many:] <= high)).mean())
            met &= coverage.line(f"forecast, {many} months, {kind}", held)
    return met


def nowcasts_hold_the_final_counts():
    """Months of which the last are still being filled up, by delays as a register has them."""
    rng, held = np.random.default_rng(SEED), []
    share = np.exp(-0.8 * np.arange(9))
    share /= share.sum()
    for _ in range(coverage.RUNS):
        full = rng.poisson(60 * np.outer(rng.gamma(20, 0.05, 9), share))
        found = nowcast(of_triangle([list(np.cumsum(row[: 9 - at])) for at, row in enumerate(full)], "2024-01"))
        final = full.sum(axis=1)[-len(found) :]
        held += ((found["final_low"] <= final) & (final <= found["final_high"]))[found["to_come"] > 0.5].tolist()
    return coverage.line("nowcast, final counts of months still to be filled up", held)


def trends_are_not_told_of_noise():
    """Noise without a trend: how often none is told."""
    met = True
    for many in (3, 5, 10, 40):
        rng = np.random.default_rng((SEED, many))
        frames = [
            pd.DataFrame({"place": f"{run:05d}", "year": 1960 + np.arange(many), "value": rng.poisson(40, many)})
            for run in range(coverage.RUNS // 2)
        ]
        found = theil_sen(pd.concat(frames, ignore_index=True))
        met &= coverage.line(f"theil_sen, {many} years of noise: no trend reported", found["p_value"] >= 0.05)
    for many, dependence in ((36, 0.0), (60, 0.3), (60, 0.6), (120, 0.6), (180, 0.3)):
        rng, open_ = np.random.default_rng((SEED, many)), []
        for _ in range(coverage.RUNS // 2):
            values = drawn(means(many, rng, dependence=dependence, season=0.2), rng, 0.05)
            open_.append(seasonal_trend(months(values))["p_value"].iloc[0] >= 0.05)
        met &= coverage.line(f"seasonal_trend, {many} months, dependence {dependence}: no trend reported", open_)
    return met


def steps_are_not_told_of_noise():
    """Noise without a step: how often no change is told, by search and at a date."""
    met = True
    for many, dependence, least in (
        (36, 0.0, 0.94),
        (60, 0.3, 0.94),
        (100, 0.5, 0.94),
        (200, 0.3, 0.94),
        (200, 0.6, 0.9),
    ):
        rng, searched, dated = np.random.default_rng((SEED, many)), [], []
        for run in range(coverage.RUNS // 4):
            frame = months(drawn(means(many, rng, dependence=dependence, season=0.2), rng, 0.05))
            searched.append(not change_points(frame, draws=199, seed=run)["verdict"].eq("change").any())
            at = frame["day"].iloc[many // 2].strftime("%Y-%m")
            row = interrupted(frame, at, window=many).iloc[0]
            dated.append(row["verdict"] not in ("higher", "lower"))
        met &= coverage.line(f"change_points, {many} months, dependence {dependence}: none reported", searched, least)
        met &= coverage.line(f"interrupted, {many} months, dependence {dependence}: none reported", dated)
    return met


def dates_of_a_change_are_held():
    """One change of Poisson counts from 20 to 12: the date among the likely ones."""
    rng, held = np.random.default_rng(SEED), []
    for _ in range(coverage.RUNS // 4):
        at = int(rng.integers(6, 54))
        values = rng.poisson(np.where(np.arange(60) < at, 20, 12))
        held.append(bool(change_date_posterior(months(values))["likely"].iloc[at - 1]))
    return coverage.line("change_date_posterior, the date among the likely", held)


def movers_are_not_told_of_noise():
    """Twenty places of which none moved: how often none is named."""
    met = True
    for dependence, least in ((0.0, 0.94), (0.3, 0.94), (0.6, 0.9)):
        open_ = []
        for run in range(3 * coverage.RUNS // 4 if dependence > 0.5 else coverage.RUNS // 4):
            rng = np.random.default_rng((SEED, run))
            frames = [
                months(drawn(means(24, rng, dependence=dependence), rng, 0.05)).assign(place=f"P{place:02d}")
                for place in range(20)
            ]
            found = ranked_changes(pd.concat(frames, ignore_index=True), *SPANS, draws=100)
            open_.append(found["verdict"].eq("cannot tell").all())
        name = f"ranked_changes, 20 places that did not move, dependence {dependence}: none named"
        met &= coverage.line(name, open_, least)
    return met


#: The first and the last year of either span.
SPANS = (("2012", "2012"), ("2013", "2013"))
SIMULATIONS = [
    forecasts_hold_the_months_to_come,
    nowcasts_hold_the_final_counts,
    trends_are_not_told_of_noise,
    steps_are_not_told_of_noise,
    dates_of_a_change_are_held,
    movers_are_not_told_of_noise,
]
