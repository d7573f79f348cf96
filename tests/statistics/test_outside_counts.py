"""Shares, ratios of rates, power, equivalence, decomposition, heaping and smoothing against other packages' numbers.

``outside_counts.jsonl`` holds a case a line, as the packages named in ``peer`` compute it; each number is compared with
``|ours − expected| ≤ tolerance · max(1, |expected|)``. Numbers of other definitions in a case are left out.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import statistics
from analysis.statistics.gamma_poisson import fitted, mixture_limits, posterior_limits
from analysis.statistics.power_of_counts import power_of

CASES = [json.loads(line) for line in Path(__file__).with_name("outside_counts.jsonl").read_text("utf-8").splitlines()]
#: Numbers of other methods that stand beside the default in a case.
OTHERS = {
    "p_score",
    "p_wald_log",
    "p_cond_midp",
    "p_sqrt",
    "p_exact_cond",
    "p_wald",
    "p_agresti_caffo",
    "power_log_wald",
    "power_score",
    "composition_three_part",
    "rate_three_part",
    "interaction",
    "loglik",
    "shape_se",
    "log_mean_se",
}


def compared_shares(given, function, **options):
    frame = pd.DataFrame(
        {
            "group": ["1", "2"],
            "numerator": [given["count_1"], given["count_2"]],
            "denominator": [given["n_1"], given["n_2"]],
        }
    )
    return getattr(statistics, function)(frame, "1", "2", **options).iloc[0]


def share_difference(given, case):
    method = "newcombe" if case.startswith("newcombe") else "miettinen-nurminen"
    row = compared_shares(given, "share_difference", level=given["level"], method=method)
    return {"difference": row["difference"], "low": row["difference_low"], "high": row["difference_high"]}


def share_ratio(given, case):
    row = compared_shares(given, "share_ratio", level=given["level"])
    return {"ratio": row["ratio"], "low": row["ratio_low"], "high": row["ratio_high"]}


def pair(given):
    return pd.DataFrame(
        {
            "iso3": ["DEU", "FRA"],
            "value": [given["count_1"], given["count_2"]],
            "size": [given["exposure_1"], given["exposure_2"]],
        }
    )


def rate_ratio(given, case):
    row = statistics.rate_ratio(pair(given), "DEU", "FRA", "size", given["level"], method="mid-p").iloc[0]
    return {"ratio": row["ratio"], "low": row["ratio_low"], "high": row["ratio_high"], "p": row["p_value"]}


def equivalence(given, case):
    if "n_1" in given:
        row = compared_shares(given, "share_difference", level=0.9)
        inside = given["low"] < row["difference_low"] and row["difference_high"] < given["high"]
        return {
            "low_90_newcombe": row["difference_low"],
            "high_90_newcombe": row["difference_high"],
            "equivalent_at_5_newcombe": inside,
        }
    ratio = statistics.rate_ratio(pair(given), "DEU", "FRA", "size")
    row = statistics.equivalence(ratio, given["low"], given["high"]).iloc[0]
    return {
        "p_low": row["p_low"],
        "p_up": row["p_high"],
        "p_exact": row["p_value"],
        "low_90": row["ratio_low"],
        "high_90": row["ratio_high"],
        "equivalent_at_5": row["verdict"] != "cannot tell",
    }


def least_detectable(given, case):
    if "ratio" in given:
        exposure = given["exposure_2"] / given["exposure_1"]
        return {"power_exact": power_of(given["count_1"], given["ratio"], given["level"], exposure)}
    frame = pd.DataFrame({"value": [given["count_before"]]})
    row = statistics.least_detectable(frame, given["power"], given["level"]).iloc[0]
    fall = row["least_fall"]
    return {
        "least_ratio_up_80": row["least_rise"],
        "least_ratio_down_80": "none" if np.isnan(fall) else fall,
        **{f"power_at_{ratio:g}": power_of(given["count_before"], ratio) for ratio in (0, 0.5, 0.8, 1.25, 2)},
    }


def decompose_change(given, case):
    waves = [
        pd.DataFrame({"value": given[f"count_{wave}"], "size": given[f"n_{wave}"]}).assign(
            group=lambda rows: [f"{at:03d}" for at in range(len(rows))]
        )
        for wave in ("before", "after")
    ]
    found = statistics.decompose_change(*waves, "group", per="size", scale=1.0)
    whole, each = found.iloc[-1], found.iloc[:-1]
    return {
        **{name: whole[name] for name in ("rate_before", "rate_after", "change", "composition")},
        "rate": whole["rates"],
        "composition_by_group": each["composition"].tolist(),
        "rate_by_group": each["rates"].tolist(),
    }


def heaping(given, case):
    values = np.array(given["value"])
    found = statistics.heaping(pd.DataFrame({"value": values})).set_index("test")
    last, first, tens = (found.loc[name] for name in ("last digit", "first digit", "multiple of 10"))
    fives, hundreds = found.loc["multiple of 5"], found.loc["multiple of 100"]
    simulated = last["p_value"] if "simulated" in last["method"] else None
    return {
        "n_of_ten_and_more": last["figures"],
        "chi2_last_digit": last["found"],
        "p_simulated_last_digit": simulated,
        "p_chi2_last_digit": None if simulated is not None else last["p_value"],
        "dissimilarity": last["index"],
        "share_of_0": tens["share"],
        "share_of_0_low": tens["share_low"],
        "share_of_0_high": tens["share_high"],
        "p_multiple_of_10": tens["p_value"],
        "share_of_0_or_5": fives["share"],
        "whipple_like": fives["index"],
        "p_multiple_of_5": fives["p_value"],
        "n_of_hundred_and_more": hundreds["figures"],
        "multiples_of_100": hundreds["found"],
        "p_multiple_of_100": hundreds["p_value"],
        "benford_chi2": first["found"],
        "benford_p": first["p_value"],
        "benford_mad": first["index"],
    }


def empirical_bayes(given, case):
    count, size = (np.array(given[name], dtype=float) for name in ("count", "expected"))
    frame = pd.DataFrame({"place": [f"p{at:03d}" for at in range(len(count))], "value": count, "size": size})
    found = statistics.empirical_bayes(frame, "size", scale=1.0)
    prior = fitted(count, size)
    low, high = posterior_limits(prior, count, count, size, given["level"])
    # Ours carry the uncertainty of shape and mean: never narrower than those that take both as known.
    assert (found["smoothed_low"] <= low + 1e-12).all() and (found["smoothed_high"] >= high - 1e-12).all()
    assert ((found["smoothed_high"] - found["smoothed_low"]) > (high - low) * 1.0001).mean() > 0.5
    mixed = mixture_limits(count, size, count, count, given["level"])
    assert (mixed[0] < mixed[1]).all()
    return {
        "shape_ml": found.attrs["parameters"]["shape"],
        "mean_ml": found.attrs["parameters"]["mean"],
        "ratio": found["smoothed"].tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['function']}: {case['case']}")
def test_ours_is_the_peers_number(case):
    found = globals()[case["function"]](case["input"], case["case"])
    compared = 0
    for name, expected in case["expected"].items():
        if name in OTHERS or found.get(name) is None:
            continue
        compared += 1
        if isinstance(expected, str | bool) and expected != "Infinity":
            assert found[name] == expected, name
            continue
        tolerance = case["tolerance"].get(name, case["tolerance"]["default"])
        for ours, theirs in zip(np.atleast_1d(found[name]), np.atleast_1d(expected), strict=True):
            number = float(theirs)
            same = ours == number or abs(ours - number) <= tolerance * max(1.0, abs(number))
            assert same, f"{name}: ours {ours}, expected {theirs}"
    assert compared


def test_every_function_has_its_cases():
    assert {case["function"] for case in CASES} == {
        "decompose_change",
        "empirical_bayes",
        "equivalence",
        "heaping",
        "least_detectable",
        "rate_ratio",
        "share_difference",
        "share_ratio",
    }
    assert len(CASES) >= 75
